"""What is odd about a report that is about to be sent, and what is kept of it.

Nothing odd is ever refused: the sender is asked, and what was sent all the same is kept in `Revision.odd`, a list of

    {"code": "more", "path": "/data/children/children_supported", "value": "1200", "than": {...}, "confirmed": true}

`path` is that of the answer in the interview (/data/house[2]/owner). By `code`, `value` and `than` are:

    more     the number, ten times the unit's habit or more     usual (the habit), times (how many times it)
    less     đồng, a thousandth of the habit or less            usual
    ratio    the ratio                                          the row of the sheet `sanity` (name, of, per, low, high,
                                                                unit, label by language), paths (of its numbers)
    picture  ""                                                 report (the other's code), unit_id, due_at (ISO 8601),
                                                                exact (the same file, not only alike)
    twice    ""                                                 report, unit_id, due_at

No names stand in it. `of_revision` gives it by path, `reporting.doubts.oddity_words.why` puts one into words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from forms.model import Form
from reporting.doubts import oddity_rules as rules
from reporting.doubts.oddity_rules import Answers, Code, Finding
from reporting.doubts.sanity import of_form
from reporting.totals import indicators_of
from storage import oddities as queries
from storage.uow import Row, UnitOfWork

MOST = 20
"""Findings of one report: more would be read by nobody."""

LOOK_BACK = timedelta(days=90)


def kept(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """As it is kept with the revision that the sender sent after being asked."""
    return [{**finding.to_json(), "confirmed": True} for finding in found]


def of_revision(revision: Mapping[str, Any]) -> dict[str, Finding]:
    """The first odd thing at each path of a kept revision (a row with `odd`)."""
    found: dict[str, Finding] = {}
    for data in revision["odd"]:
        found.setdefault(data["path"], Finding.from_json(data))
    return found


async def find(
    uow: UnitOfWork, form: Form, owed: Row, result: Mapping[str, Any], marks: Mapping[str, str]
) -> list[Finding]:
    """What is odd about the result of an interview for a register row (see `storage.register.expected`).

    One statement for numbers; one more for named things, at most five more for pictures, each bounded.
    """
    answers, indicators = Answers(form, result), indicators_of(form, result, marks)
    past = await queries.of_unit(uow, owed["unit_id"], owed["form_id"], owed["period_id"])
    images, named = rules.pictures(answers), list(rules.things(answers))
    others: list[Row] = []
    if images or named:
        others = await queries.of_others(uow, owed["unit_id"], owed["form_id"], uow.now - LOOK_BACK)
    found = [
        *rules.habits(answers, indicators, [row["indicators"] for row in past]),
        *rules.ratios(answers, indicators, of_form(owed["settings"], owed["form"])),
        *(await _pictures(uow, owed, images, [*past, *others]) if images else ()),
        *_twice(form, named, others),
    ]
    return list(islice(found, MOST))


# --- pictures --------------------------------------------------------------------------------------


async def _pictures(uow: UnitOfWork, owed: Row, images: Mapping[str, str], near: Sequence[Row]) -> list[Finding]:
    mine = {row["id"]: row for row in await queries.media(uow, set(images.values()))}
    if not mine:
        return []
    sent = await _sent_again(uow, owed, mine)
    for media_id, other in (await _sent_alike(uow, mine, near)).items():
        sent.setdefault(media_id, other)
    return [
        Finding(Code.PICTURE, path, "", sent[media_id]) for path, media_id in images.items() if media_id in sent
    ]  # fmt: skip


async def _sent_again(uow: UnitOfWork, owed: Row, mine: Mapping[str, Row]) -> dict[str, dict[str, Any]]:
    """By media id, the other report that has the same file, or one with the same hash: found by the files' indexes."""
    copies = await queries.copies(uow, mine.keys(), list(mine.values()))
    chats = {(channel, chat) for row in copies for channel, _, chat in [row["owner"].partition(":")]}
    if not chats:
        return {}
    since = min(row["created_at"] for row in copies)
    holders = _holders(await queries.of_senders(uow, chats, owed["campaign_id"], since), owed)
    sent: dict[str, dict[str, Any]] = {}
    for media_id, row in mine.items():
        same = [c for c in copies if c["id"] in holders]
        exact = next((c for c in same if c["sha256"] == row["sha256"]), None)
        if copy := exact or next((c for c in same if row["looks"] and c["looks"] == row["looks"]), None):
            sent[media_id] = {**_other(holders[copy["id"]]), "exact": exact is not None}
    return sent


async def _sent_alike(uow: UnitOfWork, mine: Mapping[str, Row], near: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """By media id, the report among these that has a picture with nearly the same hash."""
    holders = _holders(near)
    looks = {row["id"]: row["looks"] for row in await queries.media(uow, list(holders))} if holders else {}
    sent: dict[str, dict[str, Any]] = {}
    for media_id, row in mine.items():
        found = next((i for i in looks if i != media_id and rules.alike(row["looks"], looks[i])), None)
        if found:
            sent[media_id] = {**_other(holders[found]), "exact": False}
    return sent


def _holders(reports: Iterable[Row], owed: Row | None = None) -> dict[str, Row]:
    """By media id, the report that has the picture, less the one that is being sent."""
    found: dict[str, Row] = {}
    for report in reports:
        if owed is None or report["expected_id"] != owed["id"]:
            for media_id in rules.media_in(report["answers"]):
                found.setdefault(media_id, report)
    return found


def _other(report: Row) -> dict[str, Any]:
    return {"report": report["code"], "unit_id": report["unit_id"], "due_at": report["due_at"].isoformat()}


# --- the same thing --------------------------------------------------------------------------------


def _twice(form: Form, named: Sequence[rules.Thing], others: Sequence[Row]) -> Iterator[Finding]:
    if not named:
        return
    known = [(thing, report) for report in others for thing in rules.things(Answers(form, report["answers"]))]
    by_name: dict[str, list[tuple[rules.Thing, Row]]] = {}
    for thing, report in known:
        by_name.setdefault(thing.name, []).append((thing, report))
    for thing in named:
        if other := next((r for found, r in by_name.get(thing.name, ()) if thing.is_also(found)), None):
            yield Finding(Code.TWICE, thing.path, "", _other(other))
