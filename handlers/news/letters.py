"""What one recipient of a broadcast gets: its text filled in, its pictures, its file, its link."""

from __future__ import annotations

from datetime import datetime

from handlers.events import Attachment, Choice, Link, Reply, Rows
from locales.translator import Translator
from reporting.news import placeholders
from reporting.news.audience import Dues, Recipient
from storage.uow import Row


def letter(broadcast: Row, recipient: Recipient, tr: Translator, due_words: str) -> Reply:
    """A broadcast (its `content` and `topic`) as it goes to one chat; `tr` is of its language, `due_words` what `{hạn}`
    says there ("" where nothing is due). In a private chat one can say that one wants no more of the topic;
    a group is addressed as all of them."""
    content = broadcast["content"]
    html = content.get("html", "")
    if recipient.group_id is not None:
        html = placeholders.to_all(html, everybody(tr))
    values = {
        placeholders.UNIT: recipient.unit_name, placeholders.NAME: recipient.name, placeholders.DUE: due_words,
    }  # fmt: skip
    photos = tuple(Attachment(*one) for one in content.get("photos", ()))
    document, link = content.get("document"), content.get("link")
    return Reply(
        placeholders.filled(html, values),
        _stop(broadcast["topic"], tr) if recipient.group_id is None else (),
        photo=photos[0] if len(photos) == 1 else None,
        photos=photos if len(photos) > 1 else (),
        document=Attachment(*document) if document else None,
        links=(Link(*link),) if link else (),
    )


def everybody(tr: Translator) -> str:
    """What `{họ tên}` says in a group."""
    return tr.plain("all of you")


def _stop(topic: str, tr: Translator) -> Rows:
    return ((Choice(tr.plain("🔕 No more of these news"), f"nt/off/{topic}"),),)


def due_words(dues: Dues, unit_id: int, tr: Translator, now: datetime) -> str:
    """When it is due for a unit, as said at `now`: "10:00 hôm nay"; "" where nothing is."""
    at = dues.of(unit_id)
    return f"{tr.time(at)} {tr.day_from(at, now)}" if at else ""
