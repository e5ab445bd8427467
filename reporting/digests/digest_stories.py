"""Good examples in a digest: what editors have approved since the digest before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from markupsafe import Markup

from locales.translator import Translator
from reporting.digests.digest_changes import STEP
from reporting.digests.digest_data import Story
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
    return tuple(Story(row["short_name"], " ".join(row["told"].split()), row["week"] == week) for row in found[:KEPT])


def story_lines(found: Sequence[Story], tr: Translator) -> Iterable[Markup]:
    """A line for each, short."""
    for story in found:
        text = shortened(story.text, LENGTH)
        if story.of_week:
            yield tr.t("🏅 The week's story: {unit}: {text}", unit=story.unit, text=text)
        else:
            yield tr.t("🌟 {unit}: {text}", unit=story.unit, text=text)
