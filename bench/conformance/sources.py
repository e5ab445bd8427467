"""Where forms are found: workbooks, XForms, and the tables in the tests of other projects."""

import ast
import shutil
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from forms.problems import FormError, Problem

WORKBOOKS = frozenset({".xlsx", ".xls", ".csv", ".md", ".xml"})
STAND_INS = {
    ".csv": "name,label\na,A\nb,B\n",
    ".xml": "<root><item><name>a</name><label>A</label></item><item><name>b</name><label>B</label></item></root>",
    ".geojson": '{"features": [{"id": "a", "properties": {"title": "A"}, '
    '"geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
}


def forms_in(folder: Path, scratch: Path) -> Iterator[tuple[str, Path]]:
    """The forms under `folder` by name; those in Python files are written to `scratch`."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in WORKBOOKS and path.is_file():
            yield str(path.relative_to(folder)), path
        elif path.suffix == ".py":
            for line, markdown in _tables(path):
                place = scratch / f"{path.stem}_{line}.md"
                place.write_text(markdown, encoding="utf-8")
                yield f"{path.relative_to(folder)}:{line}", place


def _tables(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_form(node.value):
            yield node.lineno, textwrap.dedent(node.value)


def _is_form(text: str) -> bool:
    first = next(iter(text.split("\n", 2)[:2] if text.startswith("\n") else [text]), "")
    return "| survey" in text and "|" in (first or text) and "type" in text


def with_stand_ins(path: Path, error: FormError, scratch: Path) -> Path | None:
    """A copy of the form at `path` beside which the files stand that it misses; None when it misses none.

    Many projects keep forms without their choice files, whose content stood only in somebody's head.
    """
    missing = list(_missing(error.problems))
    if not missing:
        return None
    folder = scratch / f"{path.stem}-{len(list(scratch.iterdir()))}"
    folder.mkdir()
    for beside in path.parent.iterdir():
        if beside.suffix in STAND_INS and beside.stat().st_size < 5_000_000:
            shutil.copy(beside, folder)
    for name in missing:
        (folder / name).write_text(STAND_INS[Path(name).suffix], encoding="utf-8")
    return Path(shutil.copy(path, folder))


def _missing(problems: Iterable[Problem]) -> Iterator[str]:
    for problem in problems:
        name = str(problem.params.get("file", ""))
        is_missing = problem.code == "file_unreadable" and "does not stand beside" in str(problem.params["detail"])
        if is_missing and Path(name).name == name and Path(name).suffix in STAND_INS:
            yield name
