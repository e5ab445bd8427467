"""Choices where there are no buttons: how they are answered by typing a number, a word, or a part of one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from forms.answers import unaccent
from handlers.events import Choice, Incoming, Reply

TYPED = ("number", "text")
"""What of `Reply.wants` may be answered by digits: they are then the answer, and no choice's number."""

_WANTED = (*TYPED, "choice")

BOXES = ("☐", "☑")
"""Before the label of a choice that can be ticked."""

_MARKS = re.compile(r"[^\w]+")
_NUMBERS = re.compile(r"\d{1,3}[.)]?(?:(?:\s*[,;+]\s*|\s+)\d{1,3}[.)]?)*")
_NUMERAL = re.compile(r"[+-]?\d[\d.,]*")
_LEAST_OF_A_WORD = 2
_TICK, _SEVERAL = "t", "m"


@lru_cache(4096)  # the same labels are offered to everybody
def plain(text: str) -> str:
    """Words without diacritics, marks or case: what a typed line and a choice's label are compared by."""
    return _MARKS.sub(" ", unaccent(text)).strip()


def is_numeral(label: str) -> bool:
    """Whether a label is a number itself ("5", "1.200")."""
    return _NUMERAL.fullmatch(label.strip()) is not None


def are_numbered(choices: Sequence[Choice], wants: str) -> bool:
    """Whether choices stand with numbers where there are no buttons: not if digits are an answer by themselves."""
    return bool(choices) and wants not in TYPED and not any(is_numeral(one.label) for one in choices)


def expected(replies: Sequence[Reply], state: Mapping[str, Any]) -> str:
    """What a conversation takes from now on, for `ctx.state["typed"]`: "number", "text", "choice" (of a question, which
    finds it by a part of its name), or "" for none of them."""
    if asking := [reply for reply in replies if reply.choices or reply.wants]:
        return asking[-1].wants if asking[-1].wants in _WANTED else ""
    if state.get("waits"):
        return "text"
    return state.get("typed", "") if state.get("draft") else ""


def meant(incoming: Incoming, state: Mapping[str, Any]) -> str | None:
    """The action of the choice that a line stands for; None if it is no choice."""
    text, typed = (incoming.text or "").strip(), state.get("typed", "")
    if incoming.numbered and typed not in TYPED and (numbers := numbers_in(text)):
        return by_numbers(numbers, incoming.shown)
    words = plain(text)
    if exact := [one.action for one in incoming.shown if plain(one.label) == words]:
        return at_once(exact[0], incoming.shown) if words else None
    # At a question that takes numbers "không" is zero, not the beginning of "Không phát sinh"; and what is looked for
    # by a part of its name may be on another page.
    return None if typed or state.get("waits") else _by_part(words, incoming.shown)


def at_once(action: str, shown: Sequence[Choice]) -> str | None:
    """A typed name of a box to be ticked is the answer, as its number is; any other action stays as it is."""
    return _together([action]) if are_ticks([one for one in shown if one.action == action]) else action


def are_ticks(choices: Sequence[Choice]) -> bool:
    """Whether these are boxes of one question, of which several can be ticked by one answer."""
    boxes = bool(choices) and all(one.label.startswith(BOXES) for one in choices)
    return boxes and _together([one.action for one in choices]) is not None


def numbers_in(text: str) -> list[int]:
    """The numbers of a line that says nothing else ("1, 3"); none of another line."""
    return [int(one) for one in re.findall(r"\d+", text)] if _NUMBERS.fullmatch(text.strip()) else []


def by_numbers(numbers: Sequence[int], shown: Sequence[Choice]) -> str | None:
    """The action of the choices with these numbers, from 1; None if there are none such, or not together."""
    if not all(1 <= number <= len(shown) for number in numbers):
        return None
    chosen = [shown[number - 1] for number in numbers]
    if are_ticks(chosen):
        return _together([one.action for one in chosen])
    return chosen[0].action if len(chosen) == 1 else None


def _together(actions: Sequence[str]) -> str | None:
    """All ticks in one: `q/7/c4/t/0` and `q/7/c4/t/2` are `q/7/c4/m/0.2`."""
    parts = [action.split("/") for action in actions]
    heads = {tuple(part[:-1]) for part in parts}
    head = heads.pop()
    if heads or head[-1] != _TICK:
        return None
    places = sorted({int(part[-1]) for part in parts if part[-1].isdigit()})
    return "/".join([*head[:-1], _SEVERAL, ".".join(map(str, places))])


def _by_part(words: str, shown: Sequence[Choice]) -> str | None:
    """The one choice that has a word which begins so; None if several have."""
    if len(words) < _LEAST_OF_A_WORD or words.isdigit():
        return None
    found = [one.action for one in shown if f" {words}" in f" {plain(one.label)}"]
    return found[0] if len(found) == 1 else None
