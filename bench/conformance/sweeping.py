"""The sweep: each form is opened and walked through, and what became of it is counted."""

import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import FrameType

from bench.conformance.sources import forms_in, with_stand_ins
from bench.conformance.walking import walk
from forms.api import open_form
from forms.markup import root_of
from forms.model import Form
from forms.problems import FormError


class TooSlow(BaseException):
    """A form took more than its time; no Exception, so that nothing on the way swallows it."""


@dataclass(slots=True)
class Tally:
    """Names of forms by outcome; `reasons`: for which reason each form was refused."""

    runs: list[str] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    broken: list[tuple[str, str]] = field(default_factory=list)
    reasons: dict[str, list[str]] = field(default_factory=dict)


def sweep(folder: Path, seed: int, walks: int, seconds: float = 60) -> Tally:
    """What became of every form under `folder`; one that takes more than `seconds` is broken."""
    tally = Tally()
    with TemporaryDirectory() as scratch:
        for name, path in forms_in(folder, Path(scratch)):
            try:
                with _limit(seconds):
                    _try(name, path, Path(scratch), seed, walks, tally)
            except (Exception, TooSlow):  # a sweep counts what breaks, and goes on
                tally.broken.append((name, traceback.format_exc()))
    return tally


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlow(f"more than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _try(name: str, path: Path, scratch: Path, seed: int, walks: int, tally: Tally) -> None:
    try:
        form = _opened(path, scratch)
    except FormError as error:
        _refuse(name, path, error, tally)
        return
    for number in range(walks):
        walk(form, Random(f"{name}|{seed}|{number}"))
    tally.runs.append(name)


def _opened(path: Path, scratch: Path) -> Form:
    try:
        return open_form(path)
    except FormError as error:
        if not (complete := with_stand_ins(path, error, scratch)):
            raise
    return open_form(complete)


def _refuse(name: str, path: Path, error: FormError, tally: Tally) -> None:
    if not error.problems or not all(map(str, error.problems)):
        raise AssertionError(f"{name} is refused without a reason")
    if not _is_form(path):
        tally.invalid.append(name)
        return
    tally.refused.append(name)
    for problem in error.problems:
        tally.reasons.setdefault(_reason(problem.message), []).append(f"{name}: {problem}")


def _is_form(path: Path) -> bool:
    """Whether other tools take it for a form."""
    from pyxform.xls2xform import convert

    try:
        if path.suffix == ".xml":
            root_of(path.read_text(encoding="utf-8-sig"))
            return True
        return bool(convert(xlsform=path, warnings=[]).xform)
    except Exception:  # pyxform raises whatever it likes
        return False


def _reason(message: str) -> str:
    return " ".join("…" if any(mark in word for mark in "“”${/'") else word for word in message.split())[:110]
