"""Good examples in a digest: what units have told for the news. For leaders alone until it stands in the news."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from forms.kinds import Kind
from forms.model import Form
from forms.results import answer_key, spread
from forms.tree import plain
from locales.translator import Translator
from reporting.digests.digest_data import Story
from reporting.digests.shortening import shortened
from storage import digests
from storage.uow import UnitOfWork

NEWS = "news"
"""The audience of questions whose answers may be told to everybody."""

KEPT, LENGTH = 2, 140
LOOKED_AT = 20
"""Reports that may tell one; a few of them do it in an empty line."""


async def stories(uow: UnitOfWork, form: Form, period_ids: Sequence[int], under: str) -> tuple[Story, ...]:
    """The newest in the reports of these periods below a path."""
    asked = {q.ref for q in form.by_path.values() if q.audience == NEWS and q.kind is Kind.TEXT}
    if not asked or not period_ids:
        return ()
    names = {answer_key(form, path) for path in asked}
    told = [
        Story(row["short_name"], " ".join(str(value).split()))
        for row in await digests.reports_with(uow, period_ids, under, names, limit=LOOKED_AT)
        for path, value in spread(form, row["answers"]).answers.items()
        if plain(path) in asked
    ]
    return tuple(story for story in told if story.text)[:KEPT]


def story_lines(found: Sequence[Story], tr: Translator) -> Iterable[Markup]:
    """A line for each, short: the report has it in full."""
    for story in found:
        yield tr.t("🌟 {unit}: {text}", unit=story.unit, text=shortened(story.text, LENGTH))
