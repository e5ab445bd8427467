"""What a person formatted on Telegram, as the safe HTML that replies are made of."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from aiogram.types import MessageEntity
from aiogram.utils.text_decorations import HtmlDecoration

from handlers.events import Link


class _OurHtml(HtmlDecoration):
    """b, i, u, s, code and a; of all else the text stays. (A mention without a name is a link that is none of the
    web.)"""

    def quote(self, value: str) -> str:
        return escape(value, quote=True)

    def link(self, value: str, link: str) -> str:
        try:
            Link(value, link)
        except ValueError:
            return value
        return f'<a href="{escape(link, quote=True)}">{value}</a>'

    def pre(self, value: str) -> str:
        return self.code(value)

    def pre_language(self, value: str, language: str) -> str:
        return self.code(value)

    def spoiler(self, value: str) -> str:
        return value

    def blockquote(self, value: str) -> str:
        return value

    def expandable_blockquote(self, value: str) -> str:
        return value

    def custom_emoji(self, value: str, custom_emoji_id: str) -> str:
        return value

    def date_time(self, value: str, unix_time: object, date_time_format: str | None = None) -> str:
        return value


_HTML = _OurHtml()


def markup_of(text: str, entities: Sequence[MessageEntity] | None) -> str | None:
    """The text as safe HTML; None if nothing in it is formatted in a way that we know."""
    if not entities:
        return None
    formatted = _HTML.unparse(text, [*entities])
    return formatted if formatted != _HTML.quote(text) else None
