"""A new form is tried before anybody gets it: one that takes too long to open or to answer would hold everybody up."""

from collections.abc import Mapping
from datetime import UTC, datetime
from time import thread_time

from forms.budget import TooMuchWorkError
from forms.interview import Interview
from forms.kinds import MEDIA, Kind
from forms.model import Form, Question
from forms.problems import Problem
from forms.source import name_of
from forms.xform import parse

# Seconds of the processor. A form that needs so much with a handful of rows has no end with many.
MOST_FOR_AN_ANSWER = 0.5
MOST_TO_OPEN = 3.0
MOST_FOR_ALL = 10.0
MOST_ANSWERS = 300
ROWS = 3
_DAY = datetime(2022, 12, 16, 8, tzinfo=UTC)
_ANSWERS: Mapping[Kind, object] = {
    Kind.INTEGER: 3, Kind.DECIMAL: "2.5", Kind.DATE: "2022-12-16", Kind.TIME: "08:00", Kind.DATETIME: _DAY.isoformat(),
    Kind.GEOPOINT: "10.77 106.70 5 3", Kind.ACKNOWLEDGE: True, Kind.TEXT: "x" * 500, Kind.BARCODE: "x",
}  # fmt: skip


def find(xform_xml: str, columns: Mapping[str, Mapping[str, str]], rows: Mapping[str, int]) -> Problem | None:
    """What takes too long in a form that can be read; `rows`: of its questions on the survey sheet."""
    began = thread_time()
    form = parse(xform_xml, columns)
    if thread_time() - began > MOST_TO_OPEN:
        return Problem("slow_form", {"seconds": f"{MOST_TO_OPEN:g}"}, "survey")
    try:
        _answer_all(form)
    except TooMuchWorkError as error:
        name = name_of(error.path) or form.id
        return Problem("slow", {"name": name, "seconds": f"{MOST_FOR_AN_ANSWER:g}"}, "survey", rows.get(name, 0))
    return None


def _answer_all(form: Form) -> None:
    """Raises TooMuchWorkError."""
    interview = Interview(form, None, now=_DAY, language="vi", seed="trial", most_time=MOST_FOR_AN_ANSWER)
    began = thread_time()
    for _ in range(MOST_ANSWERS):
        question = interview.current
        if question is None or thread_time() - began > MOST_FOR_ALL:
            return
        interview.label(question)
        interview.labels(question)
        if interview.answer(question.path, _some(interview, question)) and interview.answer(question.path, None):
            return


def _some(interview: Interview, question: Question) -> object:
    items = interview.items(question)
    match question.kind:
        case Kind.SELECT_ONE:
            return items[0].value if items else None
        case Kind.SELECT_MULTIPLE | Kind.RANK:
            return [item.value for item in items]
        case Kind.REPEAT:
            return int(str(interview.value(question))) < ROWS
    return "media" if question.kind in MEDIA else _ANSWERS.get(question.kind)
