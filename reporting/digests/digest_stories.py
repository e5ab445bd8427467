"""Good examples in a digest: what editors have approved since the digest before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from markupsafe import Markup

from locales.translator import Translator
from reporting.digests.digest_changes import STEP
from reporting.digests.digest_data import Digest, Story
from reporting.digests.shortening import shortened
from reporting.planning.stretches import Stretch
from storage import stories as kept
from storage.uow import Row, UnitOfWork

KEPT, LENGTH = 2, 140


async def stories(
    uow: UnitOfWork,
    form: Row,
    under: str,
    past: Sequence[Row],
    *,
    whole: bool,
    stretch: Stretch | None,
    now: datetime,
) -> tuple[Story, ...]:
    """Of the units below a path: of one period the latest, of a week or month the one that was chosen as the week's,
    and those that most people like. `past`: the form's periods; the digest is about the last of them."""
    if stretch:
        of_week = await kept.for_digest(uow, form, under, stretch.begins, min(stretch.ends, now))
        # Sorting keeps the latest first among equals.
        found = sorted(of_week, key=lambda row: (row["week"] != stretch.name, -row["reactions"]))
    elif whole or not past:
        found = await kept.for_digest(uow, form, under, None, now)
    else:
        found = await kept.between_digests(uow, form, under, past, STEP)
    week = stretch.name if stretch else ""
    return tuple(Story(row["short_name"], _line(row["told"]), row["week"] == week, row["id"]) for row in found[:KEPT])


def _line(told: str) -> str:
    return " ".join(told.split())


async def as_they_stand(uow: UnitOfWork, digest: Digest) -> Digest:
    """A kept digest without the words of the good examples that are posted no more: they were taken down for a reason.
    All else is as it was."""
    standing = await kept.standing(uow, [story.id for story in digest.stories if story.id])
    told = [
        story if not story.id or _line(standing.get(story.id, "")) == story.text else replace(story, text="")
        for story in digest.stories
    ]
    return replace(digest, stories=tuple(told))


def story_lines(found: Sequence[Story], tr: Translator) -> Iterable[Markup]:
    """A line for each, short."""
    for story in found:
        text = shortened(story.text, LENGTH) or tr.plain("(taken down)")
        if story.of_week:
            yield tr.t("🏅 The week's story: {unit}: {text}", unit=story.unit, text=text)
        else:
            yield tr.t("🌟 {unit}: {text}", unit=story.unit, text=text)
