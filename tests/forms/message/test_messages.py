"""What people send in one go is filled in as a careful colleague would: unanswered is allowed, wrong is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.message import LONGEST_MESSAGE, read_message, template
from forms.model import Form
from forms.xform import parse
from forms.xlsform import read_workbook

HERE = Path(__file__).parent
NOW = datetime(2022, 12, 16, 9, 0, tzinfo=UTC)
MARKS = {"~": "about", ">": "over", "<": "under"}
WORDS = ["2", "buổi", "25", "em", "nhà", "40tr", "1,5", "km", ";", ":", "x", "-", "khoảng", "ko", "mỗi", "không"]
_ROW = re.compile(r"\| (.*) \| (.*) \|")


def form_at(path: Path) -> Form:
    workbook = read_workbook(path)
    return parse(workbook.xform_xml, workbook.columns)


DAILY = form_at(HERE.parents[2] / "campaigns" / "tay-ninh-2022" / "daily.md")
SUMMER = form_at(HERE / "summer.md")


def rows(name: str) -> Iterator[tuple[str, str]]:
    """The messages of a table with what is expected of them."""
    for line in (HERE / name).read_text().splitlines():
        match = _ROW.fullmatch(line)
        if match and match[1] != "message" and not match[1].startswith("---"):
            yield match[1].replace("⏎", "\n"), match[2]


def expected(text: str) -> dict[str, tuple[str, str]]:
    """`name=value` -> name: (value, mark)."""
    wanted = {}
    for token in text.split():
        name, is_answer, value = token.partition("=")
        if is_answer and not token.startswith("?"):
            wanted[name] = (value.lstrip("~><"), MARKS.get(value[0], ""))
    return wanted


def filled(form: Form, message: str, opening: frozenset[str]) -> dict[str, tuple[str, str]]:
    found = read_message(form, message, language="vi", now=NOW)
    answers = {
        form.by_path[a.question_path].name: (
            "+".join(map(str, a.value)) if isinstance(a.value, list) else str(a.value), a.mark,
        )
        for a in found.answers
    }  # fmt: skip
    return {name: value for name, value in answers.items() if name not in opening}


@pytest.mark.parametrize(("message", "wanted"), list(rows("messages.md")), ids=lambda text: text[:50])
def test_nothing_is_filled_in_wrongly(message: str, wanted: str) -> None:
    right = expected(wanted)
    for name, value in filled(DAILY, message, frozenset({"activities"})).items():
        assert right.get(name) == value, name
    assert read_message(DAILY, message, language="vi", now=NOW).nothing == ("nothing" in wanted.split())


@pytest.mark.parametrize(("message", "wanted"), list(rows("summer_messages.md")), ids=lambda text: text[:50])
def test_another_form_is_read_alike(message: str, wanted: str) -> None:
    right = expected(wanted)
    for name, value in filled(SUMMER, message, frozenset()).items():
        assert right.get(name) == value, name


def test_the_score() -> None:
    asked = found = 0
    table = list(rows("messages.md"))
    for message, wanted in table:
        right = expected(wanted)
        asked += len(right)
        found += len(filled(DAILY, message, frozenset({"activities"})).keys() & right.keys())
    print(f"\n{len(table)} messages: {found} of {asked} values filled in, none wrong")
    assert len(table) >= 60
    assert found >= 0.9 * asked


def test_names_of_people_come_back_nowhere() -> None:
    text = "sửa 1 căn nhà tình nghĩa cho bà Tư khoảng 40tr, tặng quà em Nguyễn Văn Bình 3 suất"
    found = read_message(DAILY, text, language="vi", now=NOW)
    shown = " ".join([*found.not_understood, *(u.words for u in found.unclear)])
    assert "Tư" not in shown
    assert "Bình" not in shown


def test_a_template_comes_back_filled_in() -> None:
    lines = template(DAILY, language="vi").splitlines()
    place = next(number for number, line in enumerate(lines) if "Suất quà" in line)
    lines[place] += " 25"
    assert filled(DAILY, "\n".join(lines), frozenset({"activities"})) == {"gifts_given": ("25", "")}


def test_a_message_that_is_too_long_is_refused_by_name() -> None:
    assert read_message(DAILY, "2 buổi " * LONGEST_MESSAGE, language="vi", now=NOW).too_long


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300) | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_any_text_is_read(text: str) -> None:
    found = read_message(DAILY, text, language="vi", now=NOW)
    paths = [answer.question_path for answer in found.answers]
    assert len(paths) == len(set(paths)), "two numbers for one question"
