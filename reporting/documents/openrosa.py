"""The reports of a form as OpenRosa submissions: a zip of XML that ODK Central, Kobo and tools for them read.

`<code>.xml` is the current revision of a report, `form/<id>-<version>.xml` the form under which it was given (and the
one in use now). Of the files that an answer names only the name is there. A first revision has an instanceID that
never changes; a later one has its own, and in deprecatedID that of the revision before it, as the OpenRosa metadata
schema asks of an edit; ODK Central refuses an edit of what it never got, so there the deprecatedID of a report that
is new to it must be taken out. *Nothing took place* is an instance without values, so that it can take the place of
figures that were sent before. What is for leaders only is left empty, with all that is worked out from it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from sqlalchemy import select

from forms.expressions import Expression
from forms.instance import write_kept
from forms.model import Form, Question
from forms.nodes import Env
from forms.ordering import resolve
from reporting.documents.columns import is_shown, leaders_only
from reporting.library import Library
from storage import reports
from storage.tables import FormVersion
from storage.uow import Row, UnitOfWork, table

_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Version:
    """A form with the XForm that it was read from. `closed`: the paths of what is for leaders only."""

    form: Form
    xform: str
    closed: frozenset[str]
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Submission:
    """A report as it stands; `answers` of its current revision, {} when nothing took place."""

    code: str
    revision: int
    received_at: datetime
    revised_at: datetime
    version: int
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Submissions:
    """What goes into one file; `versions` by their number in the database."""

    versions: Mapping[int, Version]
    current: tuple[Submission, ...]


async def submissions(uow: UnitOfWork, library: Library, form: Row, unit: Row) -> Submissions:
    """All reports of a form (a row of `register.live_forms`) of a unit (id, path) and all below it."""
    found = await reports.of_form(uow, form["id"], unit["path"])
    used = {form["version_id"], *(row["version_id"] for row in found)}
    forms = {version: await library.form(uow, version) for version in sorted(used)}
    t = table(FormVersion).c
    texts = await uow.fetch(select(t.id, t.xform, t.created_at).where(t.id.in_(used)))
    secret = leaders_only(forms.values())
    return Submissions(
        {
            row["id"]: Version(
                forms[row["id"]], row["xform"], closed_paths(forms[row["id"]], secret), row["created_at"]
            )
            for row in texts
        },
        tuple(_submission(row) for row in found),
    )


def _submission(row: Row) -> Submission:
    return Submission(
        row["code"], row["revision_no"], row["received_at"], row["revised_at"], row["version_id"],
        {} if row["is_nothing"] else row["answers"],
    )  # fmt: skip


def closed_paths(form: Form, names: Collection[str]) -> frozenset[str]:
    """The paths of the questions with these names, of every one whose value is worked out from them, and of the repeats
    in which nothing else is asked: how many complaints there are is for leaders, too."""
    closed = {question.ref for question in form.questions if question.name in names}
    before = 0
    while len(closed) > before:
        before = len(closed)
        closed |= {q.ref for q in form.questions if any(_reads(form, e, q.ref, closed) for e in _sources(form, q))}
        closed |= {path for path, group in form.groups.items() if group.repeat and _is_closed(form, path, closed)}
    return frozenset(closed)


def _is_closed(form: Form, repeat: str, closed: Set[str]) -> bool:
    shown = {question.ref for question in form.questions if repeat in question.repeats and is_shown(question)}
    return bool(shown) and shown <= closed


def _sources(form: Form, question: Question) -> Iterator[Expression]:
    """What gives a question its value beside the person."""
    triggered = (trigger for found in form.triggers.values() for trigger in found if trigger.target == question.ref)
    for source in (question.calculate, question.default, *(trigger.value for trigger in triggered)):
        if isinstance(source, Expression):
            yield source


def _reads(form: Form, expression: Expression, at: str, closed: Set[str]) -> bool:
    return any(not closed.isdisjoint(resolve(ref, at, form.by_path)) for ref in expression.references)


def write_openrosa(found: Iterable[Submissions], zone: ZoneInfo) -> bytes:
    """The zip file; times without a date are told in `zone`. It takes a while: call it in a thread."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as file:
        taken: set[str] = set()
        for one in found:
            for version in one.versions.values():
                name = _free_name(
                    f"form/{_safe('-'.join(filter(None, (version.form.id, version.form.version))))}", taken
                )
                _add(file, name, version.xform, version.published_at.astimezone(zone))
            for report in one.current:
                text = instance_xml(report, one.versions[report.version], zone)
                _add(file, _free_name(_safe(report.code), taken), text, report.revised_at.astimezone(zone))
    return out.getvalue()


def instance_xml(report: Submission, version: Version, zone: ZoneInfo) -> str:
    """One report as an XForms instance."""
    first = _instance_id(report, 1)
    env = Env(report.revised_at.astimezone(zone), version.form.default_language, seed=first)
    return write_kept(
        version.form, report.answers, env, instance_id=_instance_id(report, report.revision),
        deprecated_id=_instance_id(report, report.revision - 1) if report.revision > 1 else "", without=version.closed,
    )  # fmt: skip


def _instance_id(report: Submission, revision: int) -> str:
    # The code alone is not enough: an office that begins anew with an empty database begins with the same codes.
    at = report.received_at.astimezone(UTC).isoformat()
    return f"uuid:{uuid5(NAMESPACE_URL, f'report:{report.code}/{at}/{revision}')}"


def _safe(name: str) -> str:
    """A name from a workbook as the name of a file, in no other folder."""
    return _UNSAFE.sub("_", name).strip(".") or "_"


def _free_name(name: str, taken: set[str]) -> str:
    """A file name that the zip has not yet; versions that their workbooks call alike get a number."""
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{name}-{number}"
    taken.add(found.casefold())
    return f"{found}.xml"


def _add(file: ZipFile, name: str, text: str, at: datetime) -> None:
    entry = ZipInfo(name, (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second))
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    file.writestr(entry, text.encode())
