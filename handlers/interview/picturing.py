"""The pictures, sounds and videos that a form shows with its questions."""

from __future__ import annotations

from dataclasses import dataclass

from forms.interview import Interview
from forms.model import Question
from handlers.context import Context
from handlers.events import Attachment

_SCHEME = "jr://"


@dataclass(frozen=True, slots=True)
class Shown:
    """What goes out with a question: at most one of the two."""

    photo: Attachment | None = None
    document: Attachment | None = None


async def of_label(ctx: Context, version_id: int, interview: Interview, question: Question) -> Shown:
    """The file of the question's label in the person's language: a picture rather than a sound or a video."""
    if not question.media:
        return Shown()
    kept = await ctx.library.media(ctx.uow, version_id)
    for form in ("big-image", "image", "video", "audio"):
        name = interview.text(question.media.get(form, {}), question).removeprefix(_SCHEME)
        if name in kept:
            attachment = Attachment(kept[name], name.rpartition("/")[2])
            return Shown(photo=attachment) if "image" in form else Shown(document=attachment)
    return Shown()
