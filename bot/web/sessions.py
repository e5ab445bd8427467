"""Who a browser speaks for: the signed cookie, personal links that bind to a browser, and the demo's people.

The cookie names an address of the channel `web` and holds a secret of the browser. It is SameSite=Lax, not Strict: a
link that is opened out of another app would come without a Strict one, and the page would take the person for a
stranger. What changes anything asks for our own Origin besides.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from aiohttp import web
from itsdangerous import BadSignature, URLSafeSerializer

from bot.clock import Clock
from reporting.organisation.web_links import Entry, hash_browser, hash_token, judged, may_speak
from storage import web_links
from storage.engine import Database
from storage.uow import Row, UnitOfWork

COOKIE = "danvan"
KEPT_FOR = 366 * 86400
Entered = Callable[[UnitOfWork, Row], Awaitable[None]]

TOKEN_LIMIT = 100
"""Characters that the secret of a link may have."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to be in the demo: chat id, name, and what the page says of them."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Session:
    """What a cookie of ours says: an address on the web, and the browser's secret ("" in one of before there were)."""

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whom a request speaks for. `name`: "" of a stranger. `person`: as `UnitOfWork.people` has them (roles and all),
    None for a stranger. `browser_hash`: of the browser; None in the demo."""

    address: str
    name: str
    person: Row | None
    browser_hash: str | None


class NoSession(web.HTTPForbidden):
    """The request speaks for nobody."""


class SessionEnded(web.HTTPForbidden):
    """It did, and may no more: the link was revoked, or the account cut off."""


class Sessions:
    """Gives cookies, and says whom a request speaks for."""

    def __init__(
        self, db: Database, clock: Clock, *, secret: bytes, base_url: str,
        people: Sequence[DemoPerson] = (), entered: Entered | None = None,
    ) -> None:  # fmt: skip
        """`people`: the demo's; empty for a real installation. `entered`: told of each link that is used for the first
        time, within the transaction."""
        self._db, self._clock, self._secret = db, clock, secret
        self._signer = URLSafeSerializer(secret, salt="web session")
        self._secure = urlsplit(base_url).scheme == "https"
        self.people = {person.id: person for person in people}
        self._entered = entered

    # --- the cookie --------------------------------------------------------------------------

    def session(self, request: web.Request) -> Session | None:
        """What the request's cookie says, if we signed it; not whether that still counts."""
        try:
            said = self._signer.loads(request.cookies.get(COOKIE, ""))
        except (BadSignature, UnicodeError):  # bytes that are no text come as lone surrogates
            return None
        match said:
            case {"a": str(address), "b": str(browser)}:
                return Session(address, browser)
            case str(address):
                return Session(address, "")
        return None

    def keep(self, response: web.StreamResponse, session: Session) -> None:
        """Give the browser its cookie; one without a browser's secret gets one."""
        said = {"a": session.address, "b": session.browser or _fresh()}
        response.set_cookie(
            COOKIE, self._signer.dumps(said), httponly=True, samesite="Lax", secure=self._secure, max_age=KEPT_FOR
        )

    async def welcome(self, request: web.Request, response: web.StreamResponse, *, anew: bool) -> None:
        """A browser opens the chat page: one that is nobody's yet begins as a stranger. `anew`: also one whose session
        has ended."""
        session = self.session(request)
        if self.people:
            return
        if session is None or (anew and not await self._counts(session.address, self._hash(session))):
            session = Session(_fresh(), "")
        # At every visit: whoever comes once a year is not forgotten.
        self.keep(response, session)

    # --- who it is ---------------------------------------------------------------------------

    async def who(self, request: web.Request) -> Visitor:
        """Whom the request speaks for. Raises NoSession or SessionEnded."""
        if self.people:
            person = self.people.get(request.query.get("as", ""))
            if person is None:
                raise NoSession(text="no such person")
            return Visitor(person.id, person.name, await self._person(person.id), None)
        session = self.session(request)
        if session is None:
            raise NoSession(text="no session")
        browser_hash = self._hash(session)
        if not await self._counts(session.address, browser_hash):
            raise SessionEnded(text="this session has ended")
        person_row = await self._person(session.address)
        return Visitor(session.address, person_row["name"] if person_row else "", person_row, browser_hash)

    async def again(self, visitor: Visitor) -> Visitor:
        """The same one, as the person is now."""
        return replace(visitor, person=await self._person(visitor.address))

    async def still(self, visitor: Visitor) -> bool:
        """Whether somebody who was let in may still be there."""
        return visitor.browser_hash is None or await self._counts(visitor.address, visitor.browser_hash)

    def _hash(self, session: Session) -> str:
        return hash_browser(session.browser, self._secret)

    async def _counts(self, address: str, browser_hash: str) -> bool:
        async with self._db.read() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            links = await web_links.of_address(uow, address)
            return may_speak(links, browser_hash) and not await web_links.is_cut_off(uow, address)

    async def _person(self, address: str) -> Row | None:
        async with self._db.read() as conn:
            found = await UnitOfWork(conn, self._clock.now()).people([(web_links.WEB, address)])
        return found.get((web_links.WEB, address))

    # --- coming in by a link -----------------------------------------------------------------

    async def enter(self, request: web.Request, token: str, *, sure: bool = False) -> tuple[Entry, Session | None]:
        """Use a personal link. The session is for `keep`, and there if the entry is open. `sure`: also in a browser
        that is another person's now: an officer who only looks at a link must not become somebody else."""
        holder = None if sure or self.people else await self._holder(request)
        before = self.session(request)
        browser = (before.browser if before else "") or _fresh()
        browser_hash = hash_browser(browser, self._secret)
        async with self._db.write() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            link = await web_links.by_token(uow, hash_token(token, self._secret))
            entry = judged(link, browser_hash, uow.now)
            if link is None or entry is not Entry.OPEN:
                return entry, None
            if holder and holder["person_id"] != link["person_id"]:
                return Entry.ASK, None
            if link["browser_hash"] is None and not await self._bind(uow, link, browser_hash):
                return Entry.ELSEWHERE, None
        return entry, Session(link["address"], browser)

    async def _holder(self, request: web.Request) -> Row | None:
        """The person whose browser it is, if it is anybody's."""
        try:
            return (await self.who(request)).person
        except web.HTTPForbidden:
            return None

    async def _bind(self, uow: UnitOfWork, link: Row, browser_hash: str) -> bool:
        """Make it this browser's; False if another one was quicker."""
        if not await web_links.bind(uow, link["id"], browser_hash):
            return False
        account = link["account_id"]
        uow.audit("weblink.bind", f"account:{account}", member_id=link["member_id"], account_id=account)
        if self._entered:
            await self._entered(uow, link)
        await uow.flush()
        return True


def _fresh() -> str:
    return secrets.token_urlsafe(16)
