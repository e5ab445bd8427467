"""What a text of news leaves open for each reader: `{đơn vị}`, `{họ tên}`, `{hạn}`, also typed without marks."""

from __future__ import annotations

import re
from collections.abc import Mapping

from markupsafe import Markup, escape

from forms.answers import unaccent

UNIT, NAME, DUE = "đơn vị", "họ tên", "hạn"
ALL = (UNIT, NAME, DUE)

_PLACE = re.compile(r"\{([^{}\n]{0,60})\}")
_ADDRESSED = re.compile(
    r"(?P<title>(?:các )?\b(?:đồng chí|đ/c) )?(?P<tags>(?:<[a-z]+>)*)\{(?P<word>[^{}\n]{0,60})\}", re.IGNORECASE
)
_MEANT = {
    **{unaccent(name): name for name in ALL},
    **dict.fromkeys(("ten", "name"), NAME),
    **dict.fromkeys(("han nop", "deadline"), DUE),
    **dict.fromkeys(("unit",), UNIT),
}


def meant(word: str) -> str | None:
    """Which placeholder is meant by what stands between the braces; None for none of them."""
    return _MEANT.get(" ".join(unaccent(word).replace("_", " ").split()))


def used(text: str) -> set[str]:
    """The placeholders of a text (plain, or HTML of the small subset)."""
    return {name for word in _PLACE.findall(text) if (name := meant(word))}


def unknown(text: str) -> list[str]:
    """What stands between braces and is none, as it was typed, each once."""
    return list(dict.fromkeys(word for word in _PLACE.findall(text) if meant(word) is None))


def to_all(html: str, words: str) -> str:
    """Safe HTML for a group: instead of a name, with "đồng chí" before it or not, it says `words`."""

    def fill(found: re.Match[str]) -> str:
        if meant(found["word"]) != NAME:
            return found[0]
        title, before = found["title"], html[: found.start()]
        begins = title[0].isupper() if title else not before or before.endswith("\n")
        return found["tags"] + str(escape(words[:1].upper() + words[1:] if begins else words))

    return _ADDRESSED.sub(fill, html)


def filled(html: str, values: Mapping[str, str]) -> Markup:
    """Safe HTML with its placeholders filled by these words, which are escaped. One without words says "…"."""

    def fill(found: re.Match[str]) -> str:
        name = meant(found[1])
        return found[0] if name is None else str(escape(values.get(name) or "…"))

    # The HTML is of `reporting.news.markup`; what is put in is escaped.
    return Markup(_PLACE.sub(fill, html))  # noqa: S704  (safe before, and what fills it is escaped)
