"""A campaign as one workbook that somebody sent, read.

Nothing here knows of the database: it is read in a process of its own, which has no use for one, and would import it
for longer than it reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from forms.answers import unaccent
from forms.problems import Problem
from forms.sheets import check_packed
from reporting.campaigns.pack import Pack, PackError
from reporting.campaigns.packs import read_pack

MOST_UNPACKED = 50_000_000

_UNSAFE = re.compile(r"[^a-z0-9]+")
_COPY = re.compile(r"\s*\(\d+\)$| - (?:copy|bản sao)$", re.IGNORECASE)
_LONGEST_SLUG = 64
_OF_THE_FORM = re.compile(r"\.xlsx: (?:(?:survey|choices|settings|entities)\b|the )")
_OF_INDICATORS = re.compile(r"\.xlsx: (?:targets|ranking|sanity|models)\b")


def read_sent(data: bytes, name: str, known: Mapping[str, str]) -> Pack:
    """The pack in a workbook that was sent under a name. `known`: of units that there are, the parent's code of each.

    It takes a while: not for the event loop. Raises PackError with every problem found.
    """
    stem = safe_slug(name)
    _check_size(data, stem)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{stem}.xlsx"
        path.write_bytes(data)
        try:
            pack = read_pack(path, known)
        except PackError as error:
            raise PackError(list(_causes(error.problems))) from error
    (form,) = pack.forms
    slug = pack.campaign.get("id") or _form_id(pack) or stem
    return replace(pack, slug=slug, forms=(replace(form, slug=pack.campaign.get("form") or _form_id(pack) or slug),))


def _check_size(data: bytes, stem: str) -> None:
    """Raises PackError for what unpacks to more than anybody writes: reading it would hold everybody up."""
    try:
        with ZipFile(BytesIO(data)) as packed:
            check_packed(packed, MOST_UNPACKED)
    except Exception as error:  # what `zipfile` raises of a broken zip is anybody's guess
        raise PackError([f"{stem}.xlsx: {Problem('unreadable', {'detail': str(error)})}"]) from error


def _causes(problems: Sequence[str]) -> Iterator[str]:
    """The problems without those that only come of a form that cannot be read, whose indicators nobody knows then."""
    is_unread = any(_OF_THE_FORM.search(problem) for problem in problems)
    yield from (problem for problem in problems if not (is_unread and _OF_INDICATORS.search(problem)))


def _form_id(pack: Pack) -> str:
    """What the sheet `settings` calls the form, "" for nothing."""
    rows = pack.forms[0].workbook.sheets.get("settings", ())
    return safe_slug(found) if (found := next((row.cells.get("form_id", "") for row in rows), "")) else ""


def safe_slug(name: str) -> str:
    """A name for the system out of a file's: "Dân vận 2026 (1).xlsx" -> dan-van-2026."""
    stem = _COPY.sub("", name.removesuffix(".xlsx").removesuffix(".XLSX").strip())
    kept = _UNSAFE.sub("-", unaccent(stem).lower().replace("_", "-")).strip("-")
    return kept[:_LONGEST_SLUG].strip("-") or "chien-dich"
