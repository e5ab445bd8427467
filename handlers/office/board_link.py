"""The way from a digest to the leaders' page on the web, which shows the same and more of it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from handlers.context import Office
from handlers.events import Link
from handlers.organisation.web_links import link_in_message
from locales.translator import Translator
from storage.uow import Row, UnitOfWork

PATH = "/bang"
DAYS = 7
"""How long a personal link to the page can be opened for the first time."""


def board_links(office: Office, tr: Translator, form_id: int, view: str) -> tuple[Link, ...]:
    """To the page as it shows a view of a form (see `digest_views.View.name`). Nothing where there is no web page, or
    one that only this machine finds: Telegram takes no button to such an address."""
    base = office.links.web
    if not base or (office.links.telegram and not base.startswith("https://")):
        return ()
    return (Link(_label(tr), f"{base}{PATH}?{urlencode({'bieu': form_id, 'ngay': view})}"),)


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
