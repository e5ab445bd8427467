"""How the pages are written: from templates that escape whatever is put into them, with headers that let nothing else
run and nothing be kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.web.pages.asked import PATH, Asked
from bot.web.pages.refused import Why, words
from bot.web.sessions import DemoPerson
from locales.translator import DEFAULT_LANGUAGE, Translator, Translators

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    # Who looks at figures at a shared computer leaves none behind.
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}


class Layout:
    """Writes pages."""

    def __init__(self, translators: Translators) -> None:
        self.tr = translators[DEFAULT_LANGUAGE]
        """For whom nobody knows yet."""
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip

    def page(self, template: str, values: Mapping[str, Any], status: int = 200) -> web.Response:
        text = self._environment.get_template(template).render(values)
        response = web.Response(text=text, content_type="text/html", charset="utf-8", status=status, headers=HEADERS)
        response.enable_compression()
        return response

    def refusal(self, why: Why, asked: Asked, people: Iterable[DemoPerson] = ()) -> web.Response:
        """A kind page, with the way on. `people`: the demo's, for a visitor who has not said whom to be."""
        tr = self.tr
        whom = [(replace(asked, persona=one.id).to(), one) for one in people] if why is Why.NOBODY else []
        heading, advice = _words_of_demo(tr) if whom else words(why, tr)
        values = {
            "language": tr.language, "heading": heading, "advice": advice, "chat": asked.chat, "people": whom,
            "board": f"{PATH}?as={asked.persona}" if asked.persona else PATH,
            "is_inside": why in (Why.NOT_YOURS, Why.NOTHING_YET), "w_title": tr.plain("Board of figures"),
            "w_board": tr.plain("To the board"), "w_chat": tr.plain("To the chat"),
        }  # fmt: skip
        return self.page("refused.html", values, why.status)

    def telegram(self) -> web.Response:
        """The page that a Mini App opens with; its script hands over who has opened it."""
        tr = self.tr
        values = {
            "language": tr.language, "w_title": tr.plain("Board of figures"), "w_opening": tr.plain("Opening…"),
            "w_outside": tr.plain("Please open this page from the bot's chat on Telegram."),
            "w_failed": tr.plain("There is no connection. Please open the page once more."),
        }  # fmt: skip
        return self.page("telegram.html", values)


def _words_of_demo(tr: Translator) -> tuple[str, str]:
    heading = tr.plain("Whose board would you like to see?")
    return heading, tr.plain("This is a demonstration: people and figures are invented.")
