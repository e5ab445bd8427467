"""How many forms run: every form of a folder is loaded and filled in at random, and the outcome counted.

Run as `python -m bench.conformance FOLDER [--seed N] [--walks N]`. A form is a workbook (.xlsx, .xls, .csv, .md), an
XForm (.xml), or a Markdown table in a string of a Python file, as pyxform's own tests have them. Each form runs; or it
is no form, because pyxform does not compile it either; or it is refused with a reason; or it breaks: an exception, or a
draft that is not the same when it is loaded again. The exit code is 1 when any breaks.
"""

import argparse
import ast
import json
import re
import sys
import textwrap
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from forms.api import Session, open_form
from forms.interview import Interview
from forms.judging import bounds
from forms.kinds import MEDIA, Kind
from forms.model import Form, Question
from forms.problems import FormError

NOW = datetime(2022, 12, 16, 2, 0, tzinfo=UTC)
WORKBOOKS = frozenset({".xlsx", ".xls", ".csv", ".md", ".xml"})
MOST_STEPS = 400
STAND_INS = {
    "csv": "name,label\na,A\nb,B\n",
    "xml": "<root><item><name>a</name><label>A</label></item><item><name>b</name><label>B</label></item></root>",
    "geojson": '{"features": [{"id": "a", "properties": {"title": "A"}, '
    '"geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
}
PLACE = "10.77 106.70 5 3"
AREA = "10.77 106.70 0 0; 10.78 106.70 0 0; 10.78 106.71 0 0; 10.77 106.70 0 0"


@dataclass(slots=True)
class Tally:
    """Names of forms by outcome; `reasons`: for which reason each form was refused."""

    runs: list[str] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    broken: list[tuple[str, str]] = field(default_factory=list)
    reasons: dict[str, list[str]] = field(default_factory=dict)


def forms_in(folder: Path, scratch: Path) -> Iterator[tuple[str, Path]]:
    """The forms under `folder` by name; those in Python files are written to `scratch`."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in WORKBOOKS:
            yield str(path.relative_to(folder)), path
        elif path.suffix == ".py":
            for line, markdown in _tables(path):
                place = scratch / f"{path.stem}_{line}.md"
                place.write_text(markdown, encoding="utf-8")
                _add_files(markdown, scratch)
                yield f"{path.relative_to(folder)}:{line}", place


def _tables(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_form(node.value):
            yield node.lineno, textwrap.dedent(node.value)


def _add_files(markdown: str, folder: Path) -> None:
    """Stands in for the choice files that a table names: its own stood only in somebody's head."""
    for name in re.findall(r"[\w-]+\.(?:csv|xml|geojson)", markdown):
        (folder / name).write_text(STAND_INS[name.rpartition(".")[2]], encoding="utf-8")
    for name in re.findall(r"(?:csv-external\s*\|\s*|pulldata\(')([\w-]+)", markdown):
        (folder / f"{name}.csv").write_text(STAND_INS["csv"], encoding="utf-8")
    for name in re.findall(r"xml-external\s*\|\s*([\w-]+)", markdown):
        (folder / f"{name}.xml").write_text(STAND_INS["xml"], encoding="utf-8")


def _is_form(text: str) -> bool:
    first = next(iter(text.split("\n", 2)[:2] if text.startswith("\n") else [text]), "")
    return "| survey" in text and "|" in (first or text) and "type" in text


def sweep(folder: Path, seed: int, walks: int) -> Tally:
    tally = Tally()
    with TemporaryDirectory() as scratch:
        for name, path in forms_in(folder, Path(scratch)):
            try:
                form = open_form(path)
            except FormError as error:
                _refuse(name, path, error, tally)
                continue
            except Exception:  # a sweep counts what breaks, and goes on
                tally.broken.append((name, traceback.format_exc()))
                continue
            _run(form, name, seed, walks, tally)
    return tally


def _refuse(name: str, path: Path, error: FormError, tally: Tally) -> None:
    if not _compiles(path):
        tally.invalid.append(name)
        return
    tally.refused.append(name)
    for problem in error.problems:
        tally.reasons.setdefault(_reason(problem.message), []).append(f"{name}: {problem}")


def _compiles(path: Path) -> bool:
    from pyxform.xls2xform import convert

    try:
        return path.suffix == ".xml" or bool(convert(xlsform=path, warnings=[]).xform)
    except Exception:  # as above
        return False


def _run(form: Form, name: str, seed: int, walks: int, tally: Tally) -> None:
    try:
        for number in range(walks):
            walk(form, Random(f"{name}|{seed}|{number}"))
    except Exception:  # as above
        tally.broken.append((name, traceback.format_exc()))
    else:
        tally.runs.append(name)


def _reason(message: str) -> str:
    return " ".join("…" if any(mark in word for mark in "“”${/'") else word for word in message.split())[:110]


def walk(form: Form, chance: Random) -> None:
    """Fills `form` in at random to the end, saving and loading on the way; an AssertionError says what broke."""
    moment = NOW
    session = Session(form, clock=lambda: moment, language=chance.choice(form.languages), seed="walk")
    for _ in range(MOST_STEPS):
        current = session.interview.current
        if current is None:
            break
        moment += timedelta(seconds=20)
        value = plausible(session.interview, current, chance)
        said = session.accepts(current.path, value)
        assert session.answer(current.path, value) == said, f"{current.path}: what is asked first is not what follows"
        if said is not None and session.answer(current.path, None) is not None:
            break
        session = _again(form, session, moment)
    session.dump()
    session.instance_xml()
    json.dumps(session.interview.result())


def _again(form: Form, session: Session, moment: datetime) -> Session:
    state = json.loads(json.dumps(session.state))
    again = Session(form, clock=lambda: moment, language=session.interview.language, seed="walk", state=state)
    assert again.state == session.state, "a draft that is loaded again is another one"
    return again


def plausible(interview: Interview, question: Question, chance: Random) -> object:
    """An answer that a person might give."""
    values = [item.value for item in interview.items(question)]
    if question.kind in MEDIA:
        return f"media-{chance.randrange(100)}"
    match question.kind:
        case Kind.INTEGER:
            return chance.choice([0, 1, 2, 5, 30])
        case Kind.DECIMAL:
            return chance.choice(["0.5", "2", "36.6"])
        case Kind.RANGE:
            return str(bounds(question)[0])
        case Kind.SELECT_ONE:
            return chance.choice(values) if values else None
        case Kind.SELECT_MULTIPLE:
            return chance.sample(values, chance.randint(0, len(values)))
        case Kind.RANK:
            return chance.sample(values, len(values))
        case Kind.DATE:
            return (NOW + timedelta(days=chance.randint(-400, 40))).date().isoformat()
        case Kind.TIME:
            return f"{chance.randrange(24):02}:30"
        case Kind.DATETIME:
            return (NOW - timedelta(hours=chance.randrange(900))).isoformat()
        case Kind.GEOPOINT:
            return PLACE
        case Kind.GEOTRACE | Kind.GEOSHAPE:
            return AREA
        case Kind.ACKNOWLEDGE:
            return True
        case Kind.REPEAT:
            return int(str(interview.value(question))) < chance.randint(1, 3)
        case _:
            return chance.choice(["a", "yes", "12", "Xã Một"])


def main() -> int:
    parser = argparse.ArgumentParser(description="Run every form of a folder.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--walks", type=int, default=3)
    parser.add_argument("--verbose", action="store_true", help="name the forms that are refused")
    chosen = parser.parse_args()
    tally = sweep(chosen.folder, chosen.seed, chosen.walks)
    for name, trace in tally.broken:
        print(f"BROKEN {name}\n{textwrap.indent(trace, '    ')}")
    for reason, refusals in sorted(tally.reasons.items(), key=lambda pair: -len(pair[1])):
        print(f"{len(refusals):5} × {reason}")
        if chosen.verbose:
            print(textwrap.indent("\n".join(refusals), " " * 8))
    print(
        f"{len(tally.runs)} run, {len(tally.refused)} refused, {len(tally.broken)} broken;"
        f" {len(tally.invalid)} that pyxform refuses, too"
    )
    return 1 if tally.broken else 0


if __name__ == "__main__":
    sys.exit(main())
