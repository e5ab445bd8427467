"""Packs that come from outside: read, and their forms tried. It is for the process in which such are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from forms import trial
from reporting.campaigns import packs, sent_files
from reporting.campaigns.pack import Pack, PackError


def read_pack(path: Path) -> Pack:
    """As `packs.read_pack`. Raises PackError, also for a form that takes too long."""
    return _tried(packs.read_pack(path))


def read_sent(data: bytes, name: str, known: Mapping[str, str]) -> Pack:
    """As `sent_files.read_sent`. Raises PackError, also for a form that takes too long."""
    return _tried(sent_files.read_sent(data, name, known))


def _tried(pack: Pack) -> Pack:
    if problems := list(_problems(pack)):
        raise PackError(problems)
    return pack


def _problems(pack: Pack) -> Iterator[str]:
    for form in pack.forms:
        book = form.workbook
        if problem := trial.find(book.xform_xml, book.columns, book.rows):
            yield f"{form.file or form.slug}: {problem}"
