"""/tinhay: a good example in one's own words, with up to ten pictures; and new words for one that was asked back.

`ctx.state["tale"]` is the one under way: `text`, `photos`, `story` (of one that was asked back; None: a new one), and
`aside`: others that were begun, as they were left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from handlers import permissions
from handlers.alerts.raising import back_to_report
from handlers.context import Context, Person
from handlers.events import BadAction, Choice, Incoming, Reply, number, word
from handlers.stories import outcomes
from locales.translator import Translator
from reporting.stories.texts import LONGEST, MOST_PHOTOS
from storage import stories
from storage.tables import StoryState
from storage.uow import Row

WAITS = "tale"


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/tinhay [words]: asks for the story, or shows the one that is under way, with these words."""
    if ctx.person is None or not await permissions.take_role(ctx, "story.send"):
        return [Reply(ctx.tr.t("Good examples are told by those who report. /trogiup shows what you can do here."))]
    tale = _turn_to(ctx, None)
    typed = (incoming.text or "").split(maxsplit=1) if (incoming.text or "").startswith("/") else []
    said = _with_text(ctx, tale, typed[1]) if len(typed) > 1 else None
    return [_asks(ctx, tale, before=said)]


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`tale/send|anew|drop/<story>` (0: a new one), `tale/again/<story>`"""
    verb, story_id = word(parts, 0), number(parts, 1)
    if verb == "again":
        return [await _again(ctx, story_id)]
    # The button may stand under one that was left for another.
    tale = _turn_to(ctx, story_id or None)
    match verb:
        case "send":
            return [await _send(ctx, tale)]
        case "anew":
            tale.update(text="", photos=[])
            return [_asks(ctx, tale)]
        case "drop":
            return [_leave(ctx)]
    raise BadAction(f"tale/{verb}")


async def given(ctx: Context, incoming: Incoming) -> list[Reply]:
    """A line or a picture of the story under way."""
    tale = dict(ctx.state.get("tale") or _empty(None))
    if incoming.text:
        said = _with_text(ctx, tale, incoming.text)
    elif incoming.photo:
        said = _with_photo(ctx, tale, incoming.photo.media_id)
    else:
        said = ctx.tr.t("Here I take words and pictures only.")
    ctx.state["tale"] = tale
    return [_asks(ctx, tale, before=said)]


def _empty(story_id: int | None) -> dict[str, Any]:
    return {"text": "", "photos": [], "story": story_id}


def _turn_to(ctx: Context, story_id: int | None, photos: Sequence[str] = ()) -> dict[str, Any]:
    """From now on this story is told, from where it was left, or with these pictures."""
    begun = _begun(ctx)
    found = next((one for one in begun if one["story"] == story_id), {**_empty(story_id), "photos": list(photos)})
    tale = {**found, "aside": [one for one in begun if one["story"] != story_id]}
    ctx.state["tale"] = tale
    return tale


def _begun(ctx: Context) -> list[dict[str, Any]]:
    now: dict[str, Any] = ctx.state.get("tale") or {}
    alone = {**_empty(None), **{name: value for name, value in now.items() if name != "aside"}}
    return [one for one in (alone, *now.get("aside", ())) if one["text"] or one["photos"]]


def _finish(ctx: Context) -> Markup:
    """The one under way is done with; returns what to say of another that is being written."""
    tale = ctx.state.pop("tale", {})
    if aside := tale.get("aside"):
        ctx.state["tale"] = {**_empty(None), "aside": aside}
    kept = any(one["story"] is None for one in aside or ())
    return ctx.tr.t("\nThe other one that you were writing is kept: /tinhay.") if kept else Markup("")


def _leave(ctx: Context) -> Reply:
    said = ctx.tr.t("All right, I leave that. Nothing was sent.") + _finish(ctx)
    return Reply(said, back_to_report(ctx))


def _with_text(ctx: Context, tale: dict[str, Any], text: str) -> Markup | None:
    """Add a line; what to say if it is too much."""
    whole = f"{tale['text']}\n{text.strip()}".strip()
    if len(whole) > LONGEST:
        return ctx.tr.t(
            "That is too long: up to {n} characters, please; this has {found}. Nothing of the last message was taken.",
            n=ctx.tr.number(LONGEST), found=ctx.tr.number(len(whole)),
        )  # fmt: skip
    tale["text"] = whole
    return None


def _with_photo(ctx: Context, tale: dict[str, Any], media_id: str | None) -> Markup | None:
    if media_id is None:
        return ctx.tr.t("The picture did not arrive. Please send it again.")
    if len(tale["photos"]) >= MOST_PHOTOS:
        return ctx.tr.t("A story has up to {n} pictures; this one was not taken.", n=MOST_PHOTOS)
    tale["photos"] = [*tale["photos"], media_id]
    return None


def _asks(ctx: Context, tale: dict[str, Any], *, before: Markup | None = None) -> Reply:
    """What is there and what is missing."""
    tr = ctx.tr
    ctx.state["waits"] = {"for": WAITS}
    of = tale["story"] or 0
    leave = Choice(tr.plain("Leave it"), f"tale/drop/{of}")
    if not tale["text"]:
        text = _wanted(ctx, tale)
        return Reply(Markup("\n").join([*([before] if before else []), text]), ((leave,),))
    text = _so_far(tale, tr)
    anew = Choice(tr.plain("✏️ Tell it anew"), f"tale/anew/{of}")
    rows = ((Choice(tr.plain("✅ Send"), f"tale/send/{of}"),), (anew, leave))
    return Reply(Markup("\n").join([*([before] if before else []), text]), rows)


def _so_far(tale: dict[str, Any], tr: Translator) -> Markup:
    if not tale["photos"]:
        return tr.t("“{text}”\nAdd pictures or words, or tap Send.", text=tale["text"])
    return tr.t(
        "“{text}”\nPictures: <b>{n}</b>. Add pictures or words, or tap Send.", text=tale["text"],
        n=len(tale["photos"]),
    )  # fmt: skip


def _wanted(ctx: Context, tale: dict[str, Any]) -> Markup:
    assert ctx.person is not None  # noqa: S101  (routing has looked)
    if tale["photos"]:
        return ctx.tr.t(
            "I have <b>{n}</b> pictures. Now tell in a few lines what happened.", n=len(tale["photos"])
        )  # fmt: skip
    return ctx.tr.t(
        "🌟 A good example of <b>{unit}</b>: who did what, where, and what came of it? Write it in one message, then "
        "send up to {n} pictures if you have some. Please name no children.",
        unit=ctx.person.unit.name, n=MOST_PHOTOS,
    )  # fmt: skip


async def _send(ctx: Context, tale: dict[str, Any]) -> Reply:
    tr, person = ctx.tr, ctx.person
    assert person is not None  # noqa: S101  (routing has looked)
    if not tale["text"]:
        if not tale["photos"]:
            return Reply(tr.t("There is nothing to send, or it was sent already. /tinhay tells a new story."))
        return _asks(ctx, tale)
    rest = _finish(ctx)
    said = await _answer(ctx, tale) if tale["story"] else await _new(ctx, person, tale)
    return Reply(said + rest, back_to_report(ctx))


async def _new(ctx: Context, person: Person, tale: dict[str, Any]) -> Markup:
    unit = person.unit
    story_id = await stories.add(
        ctx.uow, unit_id=unit.id, member_id=person.member_id, text=tale["text"], photos=tale["photos"]
    )
    _note(ctx, "story.send", story_id, unit.id)
    if await outcomes.waits(ctx, unit.name, unit.path):
        return ctx.tr.t(
            "✅ Received, thank you. The office reads it and posts it; I tell you here what becomes of it. "
            "Another one: /tinhay."
        )
    return ctx.tr.t(
        "✅ Received, thank you. No office works with me yet that could approve it; I keep it until there is one, and "
        "tell you here what becomes of it. Another one: /tinhay."
    )


def _note(ctx: Context, action: str, story_id: int, unit_id: int) -> None:
    assert ctx.person is not None  # noqa: S101  (the caller has looked)
    who = ctx.person
    ctx.uow.audit(
        action, f"story:{story_id}", member_id=who.member_id, account_id=who.account_id, unit_id=unit_id
    )  # fmt: skip


# --- asked back --------------------------------------------------------------------------------------


async def _returned(ctx: Context, story_id: int) -> Row | Markup:
    """A story of the own unit that was asked back, or what to say instead."""
    story = await stories.find(ctx.uow, story_id)
    if story is None or not await permissions.take_role(ctx, "story.send", story["path"]):
        return ctx.tr.t("This story is not one of your unit. /tinhay tells one of yours.")
    if story["state"] != StoryState.RETURNED:
        return ctx.tr.t("This has been answered already. /tinhay tells another story.")
    return story


async def _again(ctx: Context, story_id: int) -> Reply:
    """The story with its pictures, to be told anew; or as far as that is."""
    story = await _returned(ctx, story_id)
    if isinstance(story, Markup):
        return Reply(story)
    tr, tale = ctx.tr, _turn_to(ctx, story_id, story["photos"])
    if tale["text"]:
        return _asks(ctx, tale, before=tr.t("Asked: “{reason}”", reason=story["reason"]))
    ctx.state["waits"] = {"for": WAITS}
    text = tr.t(
        "Asked: “{reason}”\nYour story was: “{text}”\nPlease write it anew, in one message.",
        reason=story["reason"], text=story["text"],
    )  # fmt: skip
    if story["photos"]:
        text += tr.t(" Its pictures ({n}) stay.", n=len(story["photos"]))
    return Reply(text, ((Choice(tr.plain("Leave it"), f"tale/drop/{story_id}"),),))


async def _answer(ctx: Context, tale: dict[str, Any]) -> Markup:
    """The new words take the place of the old ones, and an editor has it before them again."""
    story = await _returned(ctx, tale["story"])
    if isinstance(story, Markup):
        return story
    await stories.change(
        ctx.uow, story["id"], text=tale["text"], told=tale["text"], photos=tale["photos"], decided_at=None,
        state=StoryState.WAITING.value,
    )  # fmt: skip
    _note(ctx, "story.answer", story["id"], story["unit_id"])
    await outcomes.answered(ctx, story)
    return ctx.tr.t("✅ Sent to the one who asked. I tell you here what becomes of it.")
