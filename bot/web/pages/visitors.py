"""Who asks for the leaders' page: the person of the web chat's session, or one whom Telegram has brought.

A Mini App gets a cookie of its own, for this page alone. It is SameSite=Lax: Telegram's apps open the page as a window
of its own, to which a Lax cookie goes. In the frame of Telegram's web version the page does not open at all
(frame-ancestors), so that nobody can put it under a page of theirs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from aiohttp import web
from itsdangerous import BadSignature, URLSafeSerializer

from bot.clock import Clock
from bot.web.pages.asked import PATH
from bot.web.pages.refused import Refused, Why
from bot.web.sessions import DemoPerson, NoSession, SessionEnded, Sessions
from handlers import permissions
from handlers.context import Person
from storage.engine import Database
from storage.uow import Row, UnitOfWork
from storage.web_links import WEB

COOKIE = "danvan_bang"
KEPT_FOR = timedelta(hours=12)
TELEGRAM = "telegram"
SEES = "digest.names"
"""The rule of `handlers.permissions` for the page."""


class Visitors:
    """Says who a visitor is, at each request anew."""

    def __init__(self, db: Database, clock: Clock, sessions: Sessions, *, secret: bytes, base_url: str) -> None:
        self._db, self._clock, self._sessions = db, clock, sessions
        self._signer = URLSafeSerializer(secret, salt="leaders page")
        self._secure = urlsplit(base_url).scheme == "https"

    async def person(self, request: web.Request) -> Person:
        """Somebody who may see the page. Raises Refused."""
        row, why = await self._of_session(request)
        found = [Person.from_row(one) for one in (row, await self._of_telegram(request)) if one]
        if not found:
            raise Refused(why)
        seeing = next((person for person in found if permissions.role_for(person, SEES)), None)
        if seeing is None:
            raise Refused(Why.NOT_FOR_YOU)
        return seeing

    async def _of_session(self, request: web.Request) -> tuple[Row | None, Why]:
        try:
            visitor = await self._sessions.who(request)
        except SessionEnded:
            return None, Why.ENDED
        except NoSession:
            return None, Why.NOBODY
        return visitor.person, Why.NOBODY

    async def _of_telegram(self, request: web.Request) -> Row | None:
        try:
            said = self._signer.loads(request.cookies.get(COOKIE, ""))
        except (BadSignature, UnicodeError):  # bytes that are no text come as lone surrogates
            return None
        match said:
            case {"t": str(address), "until": int(until)} if self._clock.now().timestamp() < until:
                return await self.on_telegram(address)
        return None

    async def on_telegram(self, address: str) -> Row | None:
        """The person of an account on Telegram, if they have a role and it was not cut off."""
        async with self._db.read() as conn:
            found = await UnitOfWork(conn, self._clock.now()).people([(TELEGRAM, address)])
        return found.get((TELEGRAM, address))

    async def of_demo(self) -> list[DemoPerson]:
        """Whom of the demo's people one may be to see the page."""
        async with self._db.read() as conn:
            web = [(WEB, address) for address in self._sessions.people]
            known = await UnitOfWork(conn, self._clock.now()).people(web)
        able = {address for (_, address), row in known.items() if permissions.role_for(Person.from_row(row), SEES)}
        return [person for address, person in self._sessions.people.items() if address in able]

    def keep(self, response: web.StreamResponse, address: str, now: datetime) -> None:
        """Let a browser in that an account on Telegram has opened."""
        said = {"t": address, "until": int((now + KEPT_FOR).timestamp())}
        response.set_cookie(
            COOKIE, self._signer.dumps(said), path=PATH, httponly=True, samesite="Lax", secure=self._secure,
            max_age=int(KEPT_FOR.total_seconds()),
        )  # fmt: skip
