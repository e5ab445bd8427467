"""The way from a digest to the leaders' page on the web, which shows the same and more of it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from handlers.context import Context, Office
from handlers.events import Incoming, Link, Reply
from handlers.organisation.web_links import OWN_DAYS, link_in_message, personal_link
from handlers.permissions import role_for
from locales.translator import Translator
from storage.uow import Row, UnitOfWork
from storage.web_links import WEB

PATH = "/bang"
DAYS = 7
"""How long a personal link to the page can be opened for the first time."""


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/bang: a link to the page that lets in the first browser that opens it, new each time. A browser in which one
    talks already needs none."""
    tr, person = ctx.tr, ctx.person
    if person is None or role_for(person, "digest.names") is None:
        return [Reply(tr.t("The board of figures is for leaders and the office. /tinhtrang shows your own reports."))]
    if not _has_page(ctx.office):
        return [Reply(tr.t("There is no web page here. /tonghop shows the same figures in the chat."))]
    if incoming.channel == WEB:
        text = tr.t("The board of figures, as it stands when you open it.")
        return [Reply(text, links=(Link(_label(tr), f"{ctx.office.links.web}{PATH}"),))]
    url = await personal_link(
        ctx.office, ctx.uow, person.person_id, days=OWN_DAYS, sent_to=person.account_id, created_by=person.member_id
    )
    text = tr.t(
        "This link opens the board of figures of <b>{unit}</b>. It can be opened for one day, works in the first "
        "browser that opens it, and is for you alone.",
        unit=person.unit.name,
    )  # fmt: skip
    return [Reply(text, links=(Link(_label(tr), f"{url}?{urlencode({'toi': PATH}, safe='/')}"),))]


def _has_page(office: Office) -> bool:
    """Telegram takes no button to a page that only this machine finds."""
    base = office.links.web
    return bool(base) and (not office.links.telegram or base.startswith("https://"))


def board_links(office: Office, tr: Translator, form_id: int, view: str) -> tuple[Link, ...]:
    """To the page as it shows a view of a form (see `digest_views.View.name`). Nothing where there is none to show."""
    if not _has_page(office):
        return ()
    return (Link(_label(tr), f"{office.links.web}{PATH}?{urlencode({'bieu': form_id, 'ngay': view})}"),)


async def board_links_for(
    office: Office, uow: UnitOfWork, account: Row, tr: Translator, form_id: int, view: str
) -> tuple[Link, ...]:
    """As `board_links`; on a channel that is short of means the link is the account's own (channel, account_id,
    person_id), so that a browser that knows nobody is let in by it."""
    url = await link_in_message(office, uow, account, _until(uow.now, tr))
    if not url:
        return board_links(office, tr, form_id, view)
    return (Link(_label(tr), f"{url}?{urlencode({'toi': PATH, 'bieu': form_id, 'ngay': view}, safe='/')}"),)


def _label(tr: Translator) -> str:
    return tr.plain("Open the board of figures")


def _until(now: datetime, tr: Translator) -> datetime:
    """At midnight, so that all that is said on one day carries one link."""
    day = now.astimezone(tr.timezone).date() + timedelta(days=DAYS)
    return datetime.combine(day, time(), tr.timezone).astimezone(now.tzinfo)
