"""Text for people: gettext catalogues, and numbers, money and times as the reader's language writes them.

The message ids are English; `vi` is the first language. A catalogue is a .po file that an office may change:
it is read at start, so that nobody has to compile anything.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup, escape

LANGUAGES = ("vi", "en")
_parse = Formatter().parse
DEFAULT_LANGUAGE = "vi"


@lru_cache(4096)
def _number(value: Decimal, language: str) -> str:
    return format_decimal(value, locale=language)


@lru_cache(4096)
def _is_simple(message: str) -> bool:
    """Whether the places of a message are names and no more: what Markup's own, slow reading is not needed for."""
    return all(name is None or (name.isidentifier() and not (spec or how)) for _, name, spec, how in _parse(message))


def _filled(message: str, values: dict[str, Any]) -> Markup:
    if not _is_simple(message):
        return Markup(message).format(**values)  # noqa: S704  (ours; format escapes)
    for name, value in values.items():
        if not isinstance(value, Markup):
            # What is neither text nor a whole number may have a way of its own to stand in markup.
            if not isinstance(value, str | int):
                return Markup(message).format(**values)  # noqa: S704  (as above)
            values[name] = escape(value)
    return Markup(message.format(**values))  # noqa: S704  (as above)


class Translator:
    """One language. `t` and `tn` give safe HTML: whatever is put into a message is escaped."""

    def __init__(self, language: str, catalogue: GNUTranslations, timezone: ZoneInfo) -> None:
        self.language = language
        self.timezone = timezone
        self._catalogue = catalogue
        # Looking a message up takes longer than filling it; there are some hundreds of them.
        self._said = cache(catalogue.gettext)
        self._bare = cache(lambda message: Markup(self._said(message).format()))  # noqa: S704  (ours, as all of them)

    def t(self, message: str, /, **values: Any) -> Markup:
        """The message in this language, its {places} filled with the escaped values."""
        # The message itself is ours: it comes from the code or the catalogue, never from a person.
        return _filled(self._said(message), values) if values else self._bare(message)

    def tn(self, one: str, many: str, n: int, /, **values: Any) -> Markup:
        """As `t`, in the grammatical number of `n`, which also fills {n}."""
        found = self._catalogue.ngettext(one, many, n)
        return Markup(found).format(n=self.number(n), **values)  # noqa: S704  (ours; format escapes)

    def plain(self, message: str, /, **values: Any) -> str:
        """The message without markup, for a button or a file name: nothing is escaped."""
        return self._said(message).format(**values)

    def number(self, value: int | Decimal | str) -> str:
        """1234.5 -> "1.234,5"."""
        return _number(Decimal(value), self.language)

    def money(self, value: int | Decimal | str) -> str:
        """Whole đồng: 40000000 -> "40.000.000 đ"."""
        return f"{self.number(value)} đ"

    def time(self, at: datetime) -> str:
        return at.astimezone(self.timezone).strftime("%H:%M")

    def day(self, at: datetime | date) -> str:
        """16/12: the year is said only where it could be in doubt (see `full_day`)."""
        local = at.astimezone(self.timezone) if isinstance(at, datetime) else at
        return f"{local.day}/{local.month}"

    def full_day(self, at: datetime | date) -> str:
        local = at.astimezone(self.timezone) if isinstance(at, datetime) else at
        return f"{local.day:02}/{local.month:02}/{local.year}"

    def day_from(self, at: datetime, now: datetime) -> str:
        """A moment's day as said on `now`: today, yesterday, tomorrow, or 16/12."""
        distance = (at.astimezone(self.timezone).date() - now.astimezone(self.timezone).date()).days
        names = {0: self.plain("today"), -1: self.plain("yesterday"), 1: self.plain("tomorrow")}
        return names.get(distance) or self.plain("on {day}", day=self.day(at))

    def span(self, left: timedelta) -> str:
        """A length of time, to the minute: "1 giờ 42 phút"; from two days on only days."""
        minutes = max(0, round(left.total_seconds() / 60))
        if minutes >= 48 * 60:
            return str(self.tn("{n} day", "{n} days", minutes // (24 * 60)))
        hours, minutes = divmod(minutes, 60)
        parts = [str(self.tn("{n} hour", "{n} hours", hours))] if hours else []
        if minutes or not hours:
            parts.append(str(self.tn("{n} minute", "{n} minutes", minutes)))
        return " ".join(parts)


class Translators:
    """All languages, read from `folder` (the catalogues of the house by default)."""

    def __init__(self, timezone: ZoneInfo, folder: Path = Path(__file__).parent) -> None:
        self.timezone = timezone
        self._by_language = {code: Translator(code, _load(folder, code), timezone) for code in LANGUAGES}

    def __getitem__(self, language: str) -> Translator:
        """The translator of a language; the default one for a language that we do not have."""
        return self._by_language.get(language) or self._by_language[DEFAULT_LANGUAGE]


@cache  # a catalogue never changes while the bot runs
def _load(folder: Path, language: str) -> GNUTranslations:
    with (folder / language / "LC_MESSAGES" / "danvan.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
