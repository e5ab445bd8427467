"""The page for leaders at /bang: the board, a report with its pictures, the files, and the way in as a Mini App.

Every request asks anew who it is and what this person may see; ids in an address open nothing by themselves.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from bot.clock import Clock
from bot.media.store import Kept, MediaStore
from bot.rates import Rates
from bot.web.files import shown_or_saved
from bot.web.origins import Origins
from bot.web.pages import board_view, places, report_view
from bot.web.pages.asked import PATH, Asked
from bot.web.pages.layout import Layout
from bot.web.pages.mini import MiniApp
from bot.web.pages.refused import Refused, Why
from bot.web.pages.visitors import Visitors
from bot.web.sessions import Sessions
from handlers.context import Context, Office, Person
from handlers.events import Attachment
from handlers.office import papers
from storage import snapshots
from storage.engine import Database
from storage.uow import UnitOfWork

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class LeadersPage:
    """Serves the page."""

    def __init__(
        self, db: Database, office: Office, media: MediaStore, clock: Clock, *, base_url: str, telegram_token: str = "",
        rates: Rates | None = None,
    ) -> None:  # fmt: skip
        """`telegram_token`: the bot's, "" for no Mini App."""
        self._db, self._office, self._media, self._clock = db, office, media, clock
        self._base_url, self._token, self._rates = base_url, telegram_token, rates or Rates()
        self._layout = Layout(office.translators)

    def add_to(self, router: web.UrlDispatcher, sessions: Sessions, origins: Origins) -> None:
        """Add the routes."""
        self._visitors = Visitors(
            self._db, self._clock, sessions, secret=self._office.secret, base_url=self._base_url
        )  # fmt: skip
        router.add_get(PATH, self._kindly(self._board))
        router.add_get(f"{PATH}/bao-cao/{{report}}", self._kindly(self._report))
        router.add_get(f"{PATH}/bao-cao/{{report}}/tep/{{place}}", self._kindly(self._file))
        router.add_get(f"{PATH}/excel", self._kindly(self._excel))
        router.add_get(f"{PATH}/word", self._kindly(self._word))
        if self._token:
            MiniApp(self._visitors, self._layout, self._clock, self._token, origins, self._rates).add_to(router)

    def _kindly(self, handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except Refused as refused:
                people = await self._visitors.of_demo()
                return self._layout.refusal(refused.why, Asked.of(request.query), people)

        return handle

    @asynccontextmanager
    async def _seen_by(self, person: Person) -> AsyncIterator[Context]:
        """What the person sees at one moment."""
        async with self._db.read() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            yield Context(self._office, uow, uow.now, person)

    # --- pages -------------------------------------------------------------------------------

    async def _board(self, request: web.Request) -> web.StreamResponse:
        asked = Asked.of(request.query)
        async with self._seen_by(await self._visitors.person(request)) as ctx:
            place = await places.find(ctx, asked)
            board = await places.numbers(ctx, place)
            shown = await board_view.shown(ctx, board, place, asked)
        return self._layout.page("board.html", shown)

    async def _report(self, request: web.Request) -> web.StreamResponse:
        async with self._seen_by(await self._visitors.person(request)) as ctx:
            report = await report_view.readable(ctx, _number(request, "report"))
            shown = await report_view.shown(ctx, report, Asked.of(request.query))
        return self._layout.page("report.html", shown)

    # --- files -------------------------------------------------------------------------------

    async def _file(self, request: web.Request) -> web.StreamResponse:
        async with self._seen_by(await self._visitors.person(request)) as ctx:
            report = await report_view.readable(ctx, _number(request, "report"))
            attachment = await report_view.file(ctx, report, _number(request, "place"))
        return await self._given(attachment)

    async def _excel(self, request: web.Request) -> web.StreamResponse:
        async with self._seen_by(await self._visitors.person(request)) as ctx:
            place = await places.find(ctx, Asked.of(request.query))
            # What the form keeps for leaders is for them alone, as in the chat.
            leaders = _person(ctx).role == "leader"
            attachment = papers.workbook(place.form, place.unit["id"], ctx.tr, ctx.now, leaders=leaders)
        return await self._given(attachment, saved=True)

    async def _word(self, request: web.Request) -> web.StreamResponse:
        """Of the numbers of this moment, which are kept as those of a digest that was asked for."""
        async with self._seen_by(await self._visitors.person(request)) as ctx:
            place = await places.find(ctx, Asked.of(request.query))
            digest = (await places.numbers(ctx, place)).digest
            form, unit_id = place.form, place.unit["id"]
            key = f"asked/board/{_person(ctx).account_id}/{ctx.now.timestamp():.6f}/{form['id']}/{unit_id}"
        async with self._db.write() as conn:
            snapshot_id = await snapshots.save(UnitOfWork(conn, ctx.now), key, digest.to_json())
        return await self._given(papers.report(form, unit_id, snapshot_id, ctx.tr, ctx.now), saved=True)

    async def _given(self, attachment: Attachment, *, saved: bool = False) -> web.StreamResponse:
        """A file, asked for anew each time; `saved`: under its name."""
        try:
            kept: Kept = await self._media.resolve(attachment)
        except LookupError as error:
            raise Refused(Why.NOT_YOURS) from error
        response = shown_or_saved(kept)
        response.headers["Cache-Control"] = "private, no-cache"
        if saved:
            name = re.sub(r"[^\w.-]", "-", attachment.name, flags=re.ASCII)
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _person(ctx: Context) -> Person:
    assert ctx.person is not None  # noqa: S101  (the visitor is somebody)
    return ctx.person


def _number(request: web.Request, name: str) -> int:
    """A number of the path. Raises Refused for what is none."""
    text = request.match_info[name]
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise Refused(Why.NOT_YOURS)
    return int(text)
