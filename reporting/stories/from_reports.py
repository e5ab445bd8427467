"""Good examples that reports tell: each answer to a question for the news waits for an editor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from forms.answers import unaccent
from forms.kinds import Kind
from forms.model import Form
from forms.results import spread
from forms.tree import plain
from reporting.stories.texts import MOST_PHOTOS
from storage import returns, stories
from storage.tables import StoryState
from storage.types import storable
from storage.uow import Row, UnitOfWork

NEWS = "news"
"""The audience of questions whose answers may be told to everybody."""

_OPEN = (StoryState.WAITING.value, StoryState.RETURNED.value)
_NO = frozenset({"khong", "chua", "ko", "k", "no", "none", "nothing"})
_NONE = ("khong co", "chua co", "ko co", "khong phat sinh")
_SHORT = 5
"""Words up to which a text that begins like this says that there is nothing to tell."""


@dataclass(frozen=True, slots=True)
class Taken:
    """How many stories an editor has to look at now, and the ids of those that were approved with other words than
    the report has now."""

    waiting: int
    overtaken: tuple[int, ...]


async def take(uow: UnitOfWork, form: Form, report: Row, member_id: int, account_id: int | None) -> Taken:
    """Take the good examples out of a report (see `storage.reports.current`) that was received or corrected: one for
    each answer.

    What an editor has refused comes again with another text; what was approved stays as it was told.
    """
    told, photos = _told(form, report), _photos(form, report)
    known = {row["question"]: row for row in await stories.of_report(uow, report["id"])}
    before = await _before(uow, form, report) if known else {}
    waiting = 0
    for question, text in told.items():
        if question not in known:
            await _add(uow, report, question, text, photos, (member_id, account_id))
            waiting += 1
        elif await _corrected(uow, known[question], text, photos, before.get(question, "")):
            waiting += 1
    for question, row in known.items():
        if question not in told and row["state"] in _OPEN:
            await stories.remove(uow, row["id"])
            _note(uow, "story.withdraw", row["id"], report, member_id, account_id)
    return Taken(waiting, await _overtaken(uow, told, before, known.values()))


async def _before(uow: UnitOfWork, form: Form, report: Row) -> Mapping[str, str]:
    """What the version of the report before this one told. The author may have told it anew since, outside of it."""
    older = [row for row in await returns.revisions(uow, report["id"]) if row["number"] < report["revision_no"]]
    return _told(form, older[-1]) if older else {}


async def _overtaken(
    uow: UnitOfWork, told: Mapping[str, str], before: Mapping[str, str], known: Iterable[Row]
) -> tuple[int, ...]:
    """The approved ones of which the report says something else than it did: the author's words are what it says now,
    so that each change is told once."""
    found = []
    for row in known:
        now = told.get(row["question"], "")
        if row["state"] == StoryState.APPROVED and now not in (row["text"], before.get(row["question"], "")):
            await stories.change(uow, row["id"], text=now)
            found.append(row["id"])
    return tuple(found)


async def _add(
    uow: UnitOfWork, report: Row, question: str, text: str, photos: list[str], who: tuple[int, int | None]
) -> None:
    story_id = await stories.add(
        uow, unit_id=report["unit_id"], member_id=who[0], campaign_id=await stories.campaign_of(uow, report["id"]),
        report_id=report["id"], question=question, text=text, photos=photos,
    )  # fmt: skip
    _note(uow, "story.send", story_id, report, *who)


async def _corrected(uow: UnitOfWork, story: Row, text: str, photos: list[str], before: str) -> bool:
    """Bring a story up to what the corrected report says; whether an editor has to look at it again. `before`: what
    the report said."""
    if story["state"] == StoryState.APPROVED:
        return False
    if text == before != story["text"]:
        # Told anew since, perhaps with other pictures.
        return False
    if story["text"] == text:
        if story["state"] in _OPEN and story["photos"] != photos:
            await stories.change(uow, story["id"], photos=photos)
        return False
    await stories.change(
        uow, story["id"], text=text, told=text, photos=photos, state=StoryState.WAITING.value, reason="",
        decided_at=None,
    )  # fmt: skip
    return True


def _note(uow: UnitOfWork, action: str, story_id: int, report: Row, member_id: int, account_id: int | None) -> None:
    uow.audit(
        action, f"story:{story_id}", member_id=member_id, account_id=account_id, unit_id=report["unit_id"],
        after={"report": report["code"]},
    )  # fmt: skip


def asked(form: Form) -> frozenset[str]:
    """The paths of the questions that ask for a good example."""
    return frozenset(q.ref for q in form.by_path.values() if q.audience == NEWS and q.kind is Kind.TEXT)


def _told(form: Form, report: Row) -> Mapping[str, str]:
    """The texts for the news, by the path of their question. Some tell in so many words that there is none."""
    refs, answers = asked(form), spread(form, report["answers"] or {}).answers
    texts = {path: storable(str(value)).strip() for path, value in answers.items() if plain(path) in refs}
    return {path: text for path, text in texts.items() if text and not _tells_nothing(text)}


def _tells_nothing(text: str) -> bool:
    said = unaccent(text).strip(" .,;:!-–")
    return not any(map(str.isalpha, said)) or (said.startswith(_NONE) and len(said.split()) <= _SHORT) or said in _NO


def _photos(form: Form, report: Row) -> list[str]:
    """The pictures of the report, but for those that are kept for leaders."""
    refs = {q.ref for q in form.by_path.values() if q.kind is Kind.IMAGE and q.audience != "leaders"}
    answers = spread(form, report["answers"] or {}).answers
    return [str(value) for path, value in answers.items() if plain(path) in refs and value][:MOST_PHOTOS]
