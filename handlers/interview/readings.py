"""What an answer may turn out to be: a value, a doubt that a person must settle, or no answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from forms.answers import Mark


@dataclass(frozen=True, slots=True)
class Value:
    """An answer that can be stored. `echo` is what was read from typed words, to be said back."""

    value: Any
    mark: Mark = ""
    echo: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What was typed has several readings, or one that a person must confirm: the person picks."""

    text: Markup
    candidates: tuple[tuple[str, str], ...]
    """Label and argument of each button; `verb` says what the argument is (see `answering.read_pressed`)."""
    verb: str = "v"
    mark: Mark = ""
    may_skip: bool = False


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """It is no answer to this question; `text` says why, with an example."""

    text: Markup
