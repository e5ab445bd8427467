"""The texts of an XForm: languages, translations and ${outputs}."""

import re
from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element

from forms.expressions import Expression
from forms.model import NO_TEXT, Media, Template, Text

XF = "{http://www.w3.org/2002/xforms}"
# What pyxform writes where a translation is missing.
MISSING = "-"
_CODE = re.compile(r"\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\)\s*$")
_ITEXT_CALL = re.compile(r"jr:itext\('(.*)'\)")

# Compiles the value of an <output>, or gives None and keeps the problem.
Compile = Callable[[str], Expression | None]


def language_code(name: str) -> str:
    """The code in a language's name: "Vietnamese (vi)" → "vi"; "default" → ""; a name without a code stays as it is."""
    found = _CODE.search(name)
    if found:
        return found[1].lower()
    return "" if name in {"default", ""} else name.strip()


def itext_id(reference: str) -> str:
    """The id in jr:itext('…'); "" when `reference` is something else."""
    found = _ITEXT_CALL.fullmatch(reference.strip())
    return found[1] if found else ""


def template(element: Element, compile_output: Compile) -> Template:
    """The content of a label, a hint or a <value>."""
    parts: list[str | Expression] = [element.text or ""]
    for child in element:
        expression = compile_output(child.get("value", ""))
        if expression is not None:
            parts.append(expression)
        parts.append(child.tail or "")
    return Template(_trimmed(parts))


def plain(text: str) -> Template:
    return Template(_trimmed([text]))


def _trimmed(parts: list[str | Expression]) -> tuple[str | Expression, ...]:
    # pyxform pads texts that hold outputs with a space on either side.
    if isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    return tuple(part for part in parts if part != "")


class Translations:
    """The <itext> of a form: (id, form) → text by language. `form` is "", "guidance", "image" …"""

    def __init__(self, itext: Element | None, compile_for: Callable[[str], Compile]) -> None:
        self.languages: tuple[str, ...] = ()
        self.default_language = ""
        self._texts: dict[tuple[str, str], dict[str, Template]] = {}
        self._media: dict[str, dict[str, Text]] = {}
        for translation in itext if itext is not None else ():
            self._read(translation, compile_for)

    def _read(self, translation: Element, compile_for: Callable[[str], Compile]) -> None:
        language = language_code(translation.get("lang", ""))
        if translation.get("default") or not self.languages:
            self.default_language = language
        self.languages += (language,)
        for text in translation:
            text_id = text.get("id", "")
            for value in text:
                if (value.text or "").strip() == MISSING and not len(value):
                    continue
                key = text_id, value.get("form", "")
                self._texts.setdefault(key, {})[language] = template(value, compile_for(text_id))
        for (text_id, form), found in self._texts.items():
            if form not in {"", "guidance"}:
                self._media.setdefault(text_id, {})[form] = found

    def get(self, text_id: str, form: str = "") -> Text:
        return self._texts.get((text_id, form), NO_TEXT)

    def all(self) -> Mapping[str, Text]:
        """Every plain text by its id."""
        return {text_id: text for (text_id, form), text in self._texts.items() if not form}

    def media(self, text_id: str) -> Media:
        """The pictures, sounds and films that go with a text."""
        return self._media.get(text_id, {})
