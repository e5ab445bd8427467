"""The pictures, sounds and films that labels show: found beside the workbook, and checked before anybody needs them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from types import MappingProxyType
from unicodedata import normalize

from forms.checks import column_of
from forms.problems import FormError, Problem
from forms.sheets import Sheet

MOST_MB = 10
# By the folder of the form's jr:// URL; phones and browsers show all of these.
ENDINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "images": (".jpg", ".jpeg", ".png", ".webp"),
        "audio": (".mp3", ".m4a", ".ogg", ".oga", ".opus", ".aac", ".wav"),
        "video": (".mp4", ".m4v", ".mov", ".webm", ".3gp"),
    }
)
KINDS: Mapping[str, str] = MappingProxyType({"images": "picture", "audio": "sound", "video": "film"})
_COLUMNS = frozenset({"media", "image", "big_image", "audio", "video"})
# A name that is worked out from answers holds an <output>, and is no match.
_SHOWN = re.compile(r"""<value\s+form="(?:image|big-image|audio|video)">\s*jr://(images|audio|video)/([^<]+)</value>""")

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """By the name in the form ("images/a.png"): the file, and the first sheet and row that name it."""

    files: Mapping[str, Path] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)


def find(xform_xml: str, sheets: Mapping[str, Sheet], form: Path) -> Shown:
    """The files that labels show, looked for beside the file `form`: in its folder, in media/, and where ODK keeps
    them, in <form>-media/. Raises FormError with each that is missing, too large, or ends as nothing that is shown.
    """
    cells = list(_cells(sheets))
    problems = [_computed(header, cell, place) for header, cell, place in cells if "${" in cell]
    first = {cell: place for _, cell, place in reversed(cells)}
    files: dict[str, Path] = {}
    places: dict[str, Place] = {}
    for folder, name in dict.fromkeys(_named(xform_xml)):
        place = places[f"{folder}/{name}"] = first.get(name, ("survey", 0))
        found = _beside(form, name)
        if problem := _problem(folder, name, found, form, place):
            problems.append(problem)
        elif found:
            files[f"{folder}/{name}"] = found
    if problems:
        raise FormError(problems)
    return Shown(files, places)


def _cells(sheets: Mapping[str, Sheet]) -> Iterator[tuple[str, str, Place]]:
    """Each cell that names a file: its header, itself, its place."""
    for sheet in ("survey", "choices"):
        for row in sheets[sheet].rows if sheet in sheets else ():
            yield from (
                (header, cell, (sheet, row.number))
                for header, cell in row.cells.items()
                if column_of(header) in _COLUMNS
            )


def _named(xform_xml: str) -> Iterator[tuple[str, str]]:
    return ((match[1], unescape(match[2]).strip()) for match in _SHOWN.finditer(xform_xml))


def _computed(header: str, cell: str, place: Place) -> Problem:
    return Problem("media_computed", {"column": header, "cell": cell}, *place)


def _beside(form: Path, name: str) -> Path | None:
    """Looked up in what the folders list: so no name leads elsewhere, and accents that a Mac took apart match too."""
    wanted = normalize("NFC", name)
    for folder in (form.parent, form.parent / "media", form.parent / _own_folder(form)):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if normalize("NFC", path.name) == wanted and path.is_file() and path.resolve().parent == folder.resolve():
                return path
    return None


def _own_folder(form: Path) -> str:
    return f"{form.stem}-media"


def _problem(folder: str, name: str, found: Path | None, form: Path, place: Place) -> Problem | None:
    if found is None:
        return Problem("media_missing", {"file": name, "folder": _own_folder(form)}, *place)
    if found.suffix.lower() not in ENDINGS[folder]:
        params = {"file": name, "kind": KINDS[folder], "endings": ", ".join(ENDINGS[folder])}
        return Problem("media_kind", params, *place)
    if found.stat().st_size > MOST_MB * 1024 * 1024:
        return Problem("media_large", {"file": name, "limit": MOST_MB}, *place)
    return None
