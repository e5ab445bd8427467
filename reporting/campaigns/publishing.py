"""Putting a form into use: what it changes in the one in use, what stands in the way, and its new version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select, update

from forms.changes import Change, compare
from forms.model import Form
from forms.problems import Problem
from forms.xform import parse
from forms.xlsform import Workbook
from reporting.planning.periods import Schedule
from storage.tables import Campaign, Draft, ExpectedReport, FormRecord, FormVersion, Media, Period, Revision, Total
from storage.uow import Row, UnitOfWork, table

_form, _version, _media = table(FormRecord), table(FormVersion), table(Media)
NO_MEDIA: Mapping[Path, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Published:
    """What became of one form. `version` is what its settings sheet says, "" for nothing.

    `is_new`: it is not what was in use before; `is_first`: nothing was. `changes` are those of the questions;
    `other_parts` names what else differs: "schedule" and "media", or, if there is nothing that can be named, "details".
    `unkept`: files that its labels show and that have no id yet.
    """

    slug: str
    version: str
    is_new: bool = True
    is_first: bool = False
    changes: tuple[Change, ...] = ()
    other_parts: tuple[str, ...] = ()
    unkept: tuple[Path, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Loader:
    """Who loads a pack, for the audit; nobody of the database for somebody at the command line."""

    member_id: int | None = None
    account_id: int | None = None


THE_COMMAND_LINE = Loader()


class RefusedError(ValueError):
    """A form that would make earlier reports lie; nothing of it was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


async def publish(
    uow: UnitOfWork,
    campaign_id: int,
    slug: str,
    workbook: Workbook,
    schedule: Schedule,
    kept: Mapping[Path, str] = NO_MEDIA,
    by: Loader = THE_COMMAND_LINE,
) -> Published:
    """Put a form into use: a new version, or the one that is the same already. `kept`: ids of files that labels show,
    as kept by the caller; a file without one is not shown. Drafts stay on the version that they began with. `by`: who
    does it.

    Raises RefusedError when there are reports, or drafts that may still become some, which it would make lie.
    """
    new = parse(workbook.xform_xml, workbook.columns)
    found = await uow.fetch(select(_form).where(_form.c.campaign_id == campaign_id, _form.c.slug == slug))
    form_id = found[0]["id"] if found else await uow.insert(FormRecord, campaign_id=campaign_id, slug=slug)
    if refused := await _refused(uow, form_id, new, workbook.rows):
        raise RefusedError(refused)
    files = _Files.of(workbook.media, {**await _kept_before(uow, form_id), **_by_content(kept)})
    after = await _version_of(uow, form_id, _content(workbook, schedule), files)
    await uow.run(update(_form).where(_form.c.id == form_id).values(version_id=after["id"]))
    await _note(uow, campaign_id, form_id, found[0]["version_id"] if found else None, after["id"], by)
    if not found:
        return Published(slug, new.version, is_first=True, unkept=files.unkept)
    before = await _row(uow, found[0]["version_id"])
    if before["id"] == after["id"]:
        return Published(slug, new.version, is_new=False, unkept=files.unkept)
    changes = compare(parse(before["xform"], before["columns"]), new)
    others = tuple(_other_parts(before, after, files)) or (() if changes else ("details",))
    return Published(slug, new.version, changes=changes, other_parts=others, unkept=files.unkept)


async def _note(uow: UnitOfWork, campaign_id: int, form_id: int, before: int | None, after: int, by: Loader) -> None:
    """In the audit, where it is another version than was in use."""
    if before == after:
        return
    campaign = table(Campaign).c
    (row,) = await uow.fetch(select(campaign.unit_id).where(campaign.id == campaign_id))
    uow.audit(
        "form.publish", f"form:{form_id}", member_id=by.member_id, account_id=by.account_id, unit_id=row["unit_id"],
        before={"version": before} if before else {}, after={"version": after},
    )  # fmt: skip


async def _row(uow: UnitOfWork, version_id: int) -> Row:
    return (await uow.fetch(select(_version).where(_version.c.id == version_id)))[0]


# --- the version -----------------------------------------------------------------------------------


def _content(workbook: Workbook, schedule: Schedule) -> dict[str, Any]:
    return {
        "xform": workbook.xform_xml,
        "columns": {name: dict(cells) for name, cells in workbook.columns.items()},
        "schedule": schedule.to_json(),
    }


@dataclass(frozen=True, slots=True)
class _Files:
    """The files that labels show, by their names in the form: what is in them, and the ids of those that are kept."""

    contents: Mapping[str, str]
    media: Mapping[str, str]
    unkept: tuple[Path, ...]

    @classmethod
    def of(cls, files: Mapping[str, Path], ids: Mapping[str, str]) -> _Files:
        contents = {name: _content_hash(file) for name, file in files.items()}
        media = {name: ids[content] for name, content in contents.items() if content in ids}
        return cls(contents, media, tuple(file for name, file in files.items() if name not in media))


def _content_hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _by_content(kept: Mapping[Path, str]) -> dict[str, str]:
    return {_content_hash(file): media_id for file, media_id in kept.items()}


async def _kept_before(uow: UnitOfWork, form_id: int) -> dict[str, str]:
    """The ids of all that the versions of a form show, by content: what is shown again is not kept twice."""
    versions = await uow.fetch(select(_version.c.media).where(_version.c.form_id == form_id))
    ids = [media_id for version in versions for media_id in version["media"].values()]
    found = await uow.fetch(select(_media.c.id, _media.c.sha256).where(_media.c.id.in_(ids)))
    return {row["sha256"]: row["id"] for row in found}


def _digest(content: Mapping[str, Any], files: _Files) -> str:
    """Which version this is: another picture under the same name makes another one."""
    # Without files it is what it was before forms could show any, so that an old pack loaded again changes nothing.
    whole = {**content, "media": dict(files.contents)} if files.contents else content
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


async def _version_of(uow: UnitOfWork, form_id: int, content: dict[str, Any], files: _Files) -> Row:
    digest, media = _digest(content, files), dict(files.media)
    same = await uow.fetch(select(_version).where(_version.c.form_id == form_id, _version.c.digest == digest))
    if not same:
        values = {**content, "media": media, "created_at": uow.now}
        return await _row(uow, await uow.insert(FormVersion, form_id=form_id, digest=digest, **values))
    if same[0]["media"] != media:
        # It was loaded before without its files being kept.
        await uow.run(update(_version).where(_version.c.id == same[0]["id"]).values(media=media))
    return await _row(uow, same[0]["id"])


def _other_parts(before: Row, after: Row, files: _Files) -> Iterator[str]:
    if before["schedule"] != after["schedule"]:
        yield "schedule"
    if before["media"] != after["media"] or files.unkept:
        yield "media"


# --- what stands in the way ------------------------------------------------------------------------


async def _refused(uow: UnitOfWork, form_id: int, new: Form, rows: Mapping[str, int]) -> list[Problem]:
    """Every version that has reports is compared, not only the one in use: a name may have been something else once,
    then nothing, and now come back."""
    adds_up, drafted = await _indicators_with_totals(uow, form_id), await _drafted(uow, form_id)
    used = await uow.fetch(select(_version).where(_version.c.id.in_(drafted | await _reported(uow, form_id))))
    refused: dict[tuple[str, str], Problem] = {}
    for version in used:
        for change in compare(parse(version["xform"], version["columns"]), new):
            counts = change.indicator in adds_up or version["id"] in drafted
            if change.breaks_answers or (change.breaks_totals and counts):
                refused.setdefault((change.code, change.indicator or change.name), change.refusal(rows))
    return sorted(refused.values(), key=lambda problem: problem.row)


async def _indicators_with_totals(uow: UnitOfWork, form_id: int) -> set[str]:
    total, period = table(Total).c, table(Period).c
    query = select(total.indicator).join(table(Period), period.id == total.period_id).distinct()
    return {row["indicator"] for row in await uow.fetch(query.where(period.form_id == form_id, total.reports > 0))}


async def _reported(uow: UnitOfWork, form_id: int) -> set[int]:
    """The versions that revisions of reports are on."""
    revision = table(Revision).c
    query = select(revision.version_id).join(table(FormVersion), _version.c.id == revision.version_id).distinct()
    return {row["version_id"] for row in await uow.fetch(query.where(_version.c.form_id == form_id))}


async def _drafted(uow: UnitOfWork, form_id: int) -> set[int]:
    """The versions on which a draft can still be sent."""
    draft, expected, period = table(Draft).c, table(ExpectedReport).c, table(Period).c
    query = (
        select(draft.version_id)
        .join(table(ExpectedReport), expected.id == draft.expected_id)
        .join(table(Period), period.id == expected.period_id)
        .where(period.form_id == form_id, func.coalesce(expected.closes_at, period.closes_at) > uow.now)
        .distinct()
    )
    return {row["version_id"] for row in await uow.fetch(query)}
