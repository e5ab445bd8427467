"""Every row of both tables. A wrong answer is a failure; one that is left open costs a point of the score."""

from collections.abc import Iterable

import pytest

from forms.interview import Interview
from forms.message import Filling
from forms.model import Form
from tests.forms.kit import NOW
from tests.forms.message.kit import Row, asked, read, rows, said

TAY_NINH = list(rows("messages.md"))
SUMMER = list(rows("summer_messages.md"))
LEAST_SCORE = 0.75


def by_message(row: Row) -> str:
    return row.message


@pytest.mark.parametrize("row", TAY_NINH, ids=by_message)
def test_tay_ninh(report: Form, row: Row) -> None:
    check(row, read(report, row.message))


@pytest.mark.parametrize("row", SUMMER, ids=by_message)
def test_summer(summer: Form, row: Row) -> None:
    check(row, read(summer, row.message))


def check(row: Row, filling: Filling) -> None:
    assert said(filling) <= row.answers, "filled in wrongly"
    assert asked(filling) <= {answer.partition("=")[0] for answer in row.answers} | row.may_ask | rivals(filling, row)
    assert filling.nothing is row.nothing


def rivals(filling: Filling, row: Row) -> set[str]:
    """What is offered beside a question that the row names."""
    named = row.may_ask | {answer.partition("=")[0] for answer in row.answers}
    groups = ({path.rpartition("/")[2] for path in unclear.questions} for unclear in filling.unclear)
    return set().union(*(group for group in groups if group & named))


@pytest.mark.parametrize(("name", "table"), [("report", TAY_NINH), ("summer", SUMMER)])
def test_most_of_what_is_said_is_understood(name: str, table: list[Row], request: pytest.FixtureRequest) -> None:
    form = request.getfixturevalue(name)
    right, open_, unanswered = score(form, table)
    total = right + open_ + unanswered

    print(f"{name}: {len(table)} messages, {total} answers: {right} right, {open_} asked, {unanswered} unanswered")

    assert right >= LEAST_SCORE * total


def score(form: Form, table: Iterable[Row]) -> tuple[int, int, int]:
    right = open_ = unanswered = 0
    for row in table:
        filling = read(form, row.message)
        missing = {answer.partition("=")[0] for answer in row.answers - said(filling)}
        right += len(row.answers & said(filling))
        open_ += len(missing & asked(filling))
        unanswered += len(missing - asked(filling))
    return right, open_, unanswered


def test_the_tables_are_as_long_as_promised() -> None:
    assert len(TAY_NINH) >= 90
    assert len(SUMMER) >= 15


@pytest.mark.parametrize(("name", "table"), [("report", TAY_NINH), ("summer", SUMMER)])
def test_an_interview_takes_every_filling(name: str, table: list[Row], request: pytest.FixtureRequest) -> None:
    form = request.getfixturevalue(name)
    for row in table:
        filling = read(form, row.message)
        interview = Interview(form, None, now=NOW, language="vi")
        for choice in filling.choices:
            values = (
                list(choice.values)
                if form.by_path[choice.question_path].kind == "select_multiple"
                else choice.values[0]
            )
            assert interview.answer(choice.question_path, values) is None, row.message
        left = list(filling.answers)
        for _ in filling.answers:
            left = [answer for answer in left if interview.answer(answer.question_path, answer.value, answer.mark)]
        assert not left, row.message
