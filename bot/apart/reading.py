"""Packs, workbooks and lists from outside, each read in a process of its own (`bot.apart.process`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.apart import process
from forms.problems import Problem
from reporting.campaigns import sent_files, trying
from reporting.campaigns.pack import Pack, PackError
from reporting.news import unit_files
from reporting.news.unit_files import Line
from reporting.organisation import units
from reporting.organisation.units import UnitList, UnitListError

_OF_A_LIST = process.Limits(memory=512 * 1024**2, cpu=20, wall=60)


def read_pack(path: Path) -> Pack:
    """See `reporting.campaigns.trying`. Raises PackError."""
    try:
        return process.call(trying.read_pack, path)
    except process.ApartError as error:
        raise PackError([_unreadable(path.name, error)]) from error


def read_sent(data: bytes, name: str, known: Mapping[str, str]) -> Pack:
    """See `reporting.campaigns.trying`. Raises PackError."""
    try:
        return process.call(trying.read_sent, data, name, dict(known))
    except process.ApartError as error:
        raise PackError([_unreadable(f"{sent_files.safe_slug(name)}.xlsx", error)]) from error


def read_list(path: Path, known: Mapping[str, str]) -> UnitList:
    """See `reporting.organisation.units`. Raises UnitListError."""
    try:
        return process.call(units.read_list, path, dict(known))
    except process.ApartError as error:
        raise UnitListError([f"{path.name}: cannot be read: {error}"]) from error


def read_units(data: bytes, mime: str, name: str) -> list[Line]:
    """See `reporting.news.unit_files`. Raises ValueError."""
    return process.call(unit_files.read, data, mime, name, limits=_OF_A_LIST)


def _unreadable(file: str, error: process.ApartError) -> str:
    return f"{file}: {Problem('unreadable', {'detail': str(error)})}"
