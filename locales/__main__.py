"""Catalogue upkeep: `python -m locales` brings the .po files up to date with the code, keeping translations."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from locales.translator import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("bot", "handlers", "reporting", "locales", "forms")
CATALOGUES = ("forms/changes.py", "forms/problems.py")
"""Have sentences by their codes, in a mapping MESSAGES."""
KEYWORDS = {"t": None, "plain": None, "tn": (1, 2), "_say": None}


def messages() -> Iterator[tuple[str, int, str | tuple[str, ...]]]:
    """Every message in the code: file, line, message id (a pair where the number decides)."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for line, message, _, _ in extract_from_file("python", path, keywords=KEYWORDS):
                yield path.relative_to(ROOT).as_posix(), line, message
    for file in CATALOGUES:
        for sentence in _catalogued(ROOT / file):
            yield file, sentence.lineno, ast.literal_eval(sentence)


def _catalogued(path: Path) -> Iterator[ast.expr]:
    """The values of the mapping MESSAGES. It is read, not imported: this room knows no other."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "MESSAGES":
            yield from (value for found in ast.walk(node) if isinstance(found, ast.Dict) for value in found.values)


def template() -> Catalog:
    """A catalogue of all messages, without translations."""
    catalogue = Catalog(project="danvan", charset="utf-8")
    for file, _, message in messages():
        # Without line numbers, so that moving code changes no catalogue.
        catalogue.add(message, locations=[(file, None)])  # type: ignore[list-item]
    return catalogue


def path_of(language: str) -> Path:
    return ROOT / "locales" / language / "LC_MESSAGES" / "danvan.po"


def update(language: str) -> None:
    """Add new messages to a language's file, drop those that are gone."""
    path = path_of(language)
    catalogue = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    catalogue.update(template(), no_fuzzy_matching=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=110, ignore_obsolete=True, omit_header=False, include_lineno=False)


if __name__ == "__main__":
    for code in LANGUAGES:
        update(code)
