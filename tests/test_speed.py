"""No answer grows slow with the length of a form or of its lists: `make bench`, short, with a wide ceiling."""

from statistics import median

import pytest

from bench import interview
from bench.country import build
from forms.model import Form

CEILING = 25  # ms; here most take one or two


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return build(tmp_path_factory.mktemp("country"))[0]


def test_the_form_is_as_long_as_it_is_said_to_be(form: Form) -> None:
    assert len(form.asked) == 200
    assert [len(form.by_name[name].items) for name in ("commune0", "commune2", "anywhere")] == [3321] * 3


def test_an_answer_of_any_kind_is_quick(form: Form) -> None:
    figures = list(interview.figures(form, 7))
    assert {case.title: median(alone) for case, alone, _ in figures if median(alone) > CEILING} == {}
    assert {case.title: median(whole) for case, _, whole in figures if median(whole) > CEILING} == {}
