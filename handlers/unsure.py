"""A typed number, or a part of a word, that may not be meant as the choice it finds: asked, once, before it counts.

Where choices are typed (`Context.sparing`), a reminder may stand below a question, so that a number fits both; and a
short word may begin the name of a choice that sends a report. Whole words are always taken as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers import numbering
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply

_SENDS = re.compile(r"nothing/\d+")
_MARK = re.compile(r"^[☐☑]\s*")


def remember(ctx: Context, replies: Sequence[Reply]) -> None:
    """Keep the choices that a conversation puts itself: a reminder of the clock is none of them."""
    asking = [one for one in replies if one.choices or one.wants in numbering.TYPED]
    if not ctx.sparing or not asking:
        return
    choices = [choice for row in asking[-1].choices for choice in row]
    numbered = numbering.are_numbered(choices, asking[-1].wants)
    ctx.state["put"] = [[one.label, one.action] for one in choices] if numbered else []


def meant(ctx: Context, incoming: Incoming) -> str | Reply | None:
    """The action of the choice that a line stands for, the question which one it is, or None if it is no choice."""
    found = numbering.meant(incoming, ctx.state)
    if not ctx.sparing:
        return found
    numbers = numbering.numbers_in(incoming.text or "")
    if numbers and ctx.state.get("draft") and ctx.state.get("typed") not in numbering.TYPED:
        put = tuple(Choice(label, action) for label, action in ctx.state.get("put", ()))
        own = numbering.by_numbers(numbers, put)
        if own and found and own != found:
            return _which(ctx, numbers, (put, own), (incoming.shown, found))
        found = own or found
    if found and _SENDS.fullmatch(found) and not _in_whole_words(incoming):
        return _whether(ctx, found)
    return found


def _in_whole_words(incoming: Incoming) -> bool:
    text = incoming.text or ""
    words = numbering.plain(text)
    return any(numbering.plain(one.label) == words for one in incoming.shown)


def _which(ctx: Context, numbers: Sequence[int], *readings: tuple[Sequence[Choice], str]) -> Reply:
    """A number that fits the question under way, and a message that came after it."""
    typed = ", ".join(map(str, numbers))
    rows = [(Choice(", ".join(_name(shown[n - 1]) for n in numbers), _asked(action)),) for shown, action in readings]
    return Reply(ctx.tr.t("Which one is meant by <b>{numbers}</b>?", numbers=typed), tuple(rows))


def _name(choice: Choice) -> str:
    return _MARK.sub("", choice.label)


def _whether(ctx: Context, action: str) -> Reply:
    tr, draft = ctx.tr, ctx.state.get("draft")
    no = Choice(tr.plain("Send nothing"), f"resume/{draft}" if draft else "later")
    said = tr.t("Shall I send the report <b>nothing to report</b>?")
    return Reply(said, ((Choice(tr.plain("Yes, send that"), _asked(action)), no),))


def _asked(action: str) -> str:
    """The same, by a choice that is the answer to the question itself."""
    return f"{action}/asked" if _SENDS.fullmatch(action) else action
