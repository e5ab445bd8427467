"""The ways in: the chat page, and personal links, which bind to the browser that uses them first.

A link's page is served to whoever asks and changes nothing, because the apps in which links are sent fetch them to
show what they lead to. The page's script then hands the token over.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qsl

from aiohttp import web

from bot.rates import Rates
from bot.web.files import body_of
from bot.web.origins import Origins
from bot.web.pages.asked import PATH as BOARD
from bot.web.pages.asked import Asked
from bot.web.sessions import TOKEN_LIMIT, Sessions
from bot.web.shell import Shell
from locales.translator import Translators
from reporting.organisation.web_links import PATH, Entry

BODY_LIMIT = 1024
ASKED_LIMIT = 400
"""Characters behind the "?" of a link."""


class Entrance:
    """Lets browsers in."""

    def __init__(
        self, sessions: Sessions, origins: Origins, rates: Rates, translators: Translators, wake: Callable[[], None]
    ) -> None:
        """`wake`: called when something was left in the outbox."""
        self._sessions, self._origins, self._rates = sessions, origins, rates
        self._translators, self._wake = translators, wake
        self._shell = Shell(is_demo=bool(sessions.people))

    def add_to(self, router: web.UrlDispatcher) -> None:
        self._shell.add_to(router)
        router.add_get("/", self._page)
        router.add_get(f"{PATH}{{token}}", self._page_of_link)
        router.add_get("/chat/people", self._list_people)
        router.add_post("/chat/enter", self._enter)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        response = self._shell.page(request)
        anew = not request.query.keys().isdisjoint({"code", "moi"})
        await self._sessions.welcome(request, response, anew=anew)
        return response

    async def _page_of_link(self, request: web.Request) -> web.StreamResponse:
        response = self._shell.page(request, "no-store")
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    async def _list_people(self, _request: web.Request) -> web.Response:
        people = [{"id": p.id, "name": p.name, "role": p.role} for p in self._sessions.people.values()]
        return web.json_response({"demo": bool(people), "people": people})

    async def _enter(self, request: web.Request) -> web.Response:
        """`{"token": …, "sure": true if asked, "asked": the address behind its "?"}` of a link. Answers where to `go`,
        and whether the browser is somebody else's now; or the `error` in words, and whether to `ask` for that."""
        if not self._origins.is_ours(request):
            raise web.HTTPForbidden(text="foreign origin")
        token, sure, asked = await _token_in(request)
        pause = self._rates.take("enter/ip", self._origins.of(request)) or self._rates.take("enter", token)
        if pause:
            return self._later(pause)
        before = self._sessions.session(request)
        entry, session = await self._sessions.enter(request, token, sure=sure)
        if session is None:
            return await self._not_in(request, entry)
        self._wake()
        changed = before is not None and before.address != session.address
        go = _onwards(asked, session.address if session.address in self._sessions.people else "")
        response = web.json_response({"go": go, "changed": changed}, headers={"Cache-Control": "no-store"})
        self._sessions.keep(response, session)
        return response

    async def _not_in(self, request: web.Request, entry: Entry) -> web.Response:
        if entry is not Entry.ASK:
            return web.json_response({"error": self._why_not(entry)}, status=403)
        text = self._translators["vi"].plain(
            "This browser is open for {name}, and this link is somebody else's. Shall this browser become theirs?",
            name=(await self._sessions.who(request)).name,
        )
        return web.json_response({"error": text, "ask": True})

    def _later(self, pause: float) -> web.Response:
        text = self._translators["vi"].plain("Too many tries at once. Please wait a minute and open the link again.")
        headers = {"Retry-After": str(math.ceil(pause))}
        return web.json_response({"error": text, "wait": math.ceil(pause)}, status=429, headers=headers)

    def _why_not(self, entry: Entry) -> str:
        tr = self._translators["vi"]
        if entry is Entry.ELSEWHERE:
            return tr.plain(
                "This link was opened in another browser and works only there. If you have changed your phone or "
                "browser, please ask your office for a new link."
            )
        if entry is Entry.EXPIRED:
            return tr.plain(
                "The time of this link is over. Please open the newest one that I have sent you, or ask your office "
                "for a new link."
            )
        if entry is Entry.REVOKED:
            return tr.plain(
                "This link was replaced or called back. Please open the newest one that you were given, or ask your "
                "office for a new link."
            )
        return tr.plain(
            "I do not know this link; perhaps a part of it is missing. Please open it from the message in which it "
            "came, or ask your office for a new link."
        )


def _onwards(asked: str, persona: str) -> str:
    """Where a link leads: the chat, or the board of figures. Made anew of what the board can be asked for, so that no
    link of ours leads anywhere else. `persona`: of the demo."""
    fields = dict(parse_qsl(asked.removeprefix("?"))) if len(asked) <= ASKED_LIMIT else {}
    to = replace(Asked.of(fields), persona=persona)
    return to.to() if fields.get("toi") == BOARD else to.chat


async def _token_in(request: web.Request) -> tuple[str, bool, str]:
    """The token, whether the person is sure, and what the link asks for. Raises HTTPBadRequest for a body that is none
    of the page's."""
    try:
        said = json.loads(await body_of(request, BODY_LIMIT))
        token = said["token"] if isinstance(said, dict) else None
    except (ValueError, KeyError, RecursionError) as error:
        raise web.HTTPBadRequest(text="no token") from error
    if not isinstance(token, str) or not 1 <= len(token) <= TOKEN_LIMIT:
        raise web.HTTPBadRequest(text="no token")
    asked = said.get("asked")
    return token, said.get("sure") is True, asked if isinstance(asked, str) else ""
