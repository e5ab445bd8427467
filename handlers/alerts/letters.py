"""What an urgent matter says, to leaders and to its author."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from markupsafe import Markup

from handlers.events import Attachment, Choice, Reply
from locales.translator import Translator
from storage.uow import Row

CLIMBS_AFTER = timedelta(minutes=15)
MINUTES = int(CLIMBS_AFTER.total_seconds()) // 60


def letter(alert: Row, tr: Translator, why: Markup | None = None) -> Reply:
    """What a leader gets: unit, who, when, the text, the pictures. `why`: what stands before it, if it is not new."""
    head = tr.t("🚨 <b>URGENT: {unit}</b>", unit=alert["unit_name"])
    who = tr.t("{name}, {time} {day}", name=alert["person_name"], time=tr.time(alert["created_at"]),
               day=tr.day(alert["created_at"]))  # fmt: skip
    last = tr.t(
        "Tap <b>Received</b>, so that {name} knows that you have it. For leaders only: please do not pass it on to a "
        "group.",
        name=alert["person_name"],
    )
    lines = [*([why] if why else []), head, who, Markup(""), Markup("{}").format(alert["text"]), Markup(""), last]
    photos = pictures(alert["photos"])
    return Reply(
        Markup("\n").join(lines), buttons(alert["id"], tr), photo=photos[0] if len(photos) == 1 else None,
        photos=photos if len(photos) > 1 else (),
    )  # fmt: skip


def buttons(alert_id: int, tr: Translator) -> tuple[tuple[Choice, ...], ...]:
    received, on = Choice(tr.plain("✅ Received"), f"al/take/{alert_id}"), passing(alert_id, tr)
    return ((received, on),)


def passing(alert_id: int, tr: Translator) -> Choice:
    return Choice(tr.plain("↪ Pass on"), f"al/pass/{alert_id}")


def pictures(media_ids: Iterable[str]) -> tuple[Attachment, ...]:
    return tuple(Attachment(media_id, f"anh-{n}.jpg") for n, media_id in enumerate(media_ids, 1))


def named(rows: Sequence[Row], tr: Translator) -> Markup:
    """Leaders by name and unit (`person_name`, `name`), a line each."""
    return Markup("\n").join(
        tr.t("• {name} ({unit})", name=row["person_name"], unit=row["name"]) for row in rows
    )  # fmt: skip


def counted(rows: Sequence[Row], tr: Translator) -> Markup:
    """Leaders by unit: "Đoàn xã A (1), Huyện đoàn B (2)"."""
    units: dict[str, int] = {}
    for row in rows:
        units[row["name"]] = units.get(row["name"], 0) + 1
    return Markup(", ").join(tr.t("{unit} ({n})", unit=unit, n=n) for unit, n in units.items())


def phone(tr: Translator) -> Markup:
    """What always helps."""
    return tr.t("Please phone your leaders now; where people are in danger: 113, 114, 115.")
