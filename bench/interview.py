"""How long one answer takes: the interview is rebuilt from JSON, answered, and turned into JSON again.

Run as `python -m bench.interview`. Prints milliseconds; the form is shaped like a daily report: one multiple choice,
then groups that it opens, with constraints, a sum for each group and outputs in the labels.
"""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from forms.interview import Interview
from forms.kinds import Kind
from forms.model import Form
from forms.xform import parse
from forms.xlsform import read_workbook

NOW = datetime(2022, 12, 16, 2, 0, tzinfo=UTC)
GROUP = 6
ROUNDS = 200


def workbook(questions: int) -> str:
    """A form in Markdown that asks `questions` questions when every activity took place."""
    groups = (questions - 1) // GROUP + 1
    survey = ["| survey |", "| | type | name | label | relevant | constraint | calculation |"]
    survey.append("| | select_multiple what | what | What took place? | | | |")
    for group in range(groups):
        survey.append(f"| | begin_group | g{group} | Part {group} | selected(${{what}}, 'a{group}') | | |")
        members = [f"q{group}_{place}" for place in range(min(GROUP, questions - 1 - group * GROUP))]
        survey += [f"| | integer | {name} | How many of {name}? | | . >= 0 and . <= 100000 | |" for name in members]
        total = " + ".join(f"coalesce(${{{name}}}, 0)" for name in members) or "0"
        survey += [f"| | calculate | sum{group} | | | | {total} |", "| | end_group | | | | | |"]
        survey.append(f"| | note | n{group} | That makes ${{sum{group}}}. | ${{sum{group}}} > 0 | | |")
    choices = ["| choices |", "| | list_name | name | label |"]
    choices += [f"| | what | a{group} | Activity {group} |" for group in range(groups)]
    return "\n".join([*survey, *choices])


def timed(action: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Milliseconds of one call, the mean over `rounds`."""
    start = time.perf_counter()
    for _ in range(rounds):
        action()
    return (time.perf_counter() - start) / rounds * 1000


def report(questions: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bench.md"
        path.write_text(workbook(questions), encoding="utf-8")
        book = read_workbook(path)
    form = parse(book.xform_xml, book.columns)
    state = half_answered(form)
    print(f"{questions} questions ({len(form.questions)} rows)")
    print(f"  parse the XForm           {timed(lambda: parse(book.xform_xml), 5):8.2f} ms")
    print(f"  build the interview       {timed(lambda: build(form, state)):8.3f} ms")
    print(f"  build, ask, answer, save  {timed(lambda: answer(form, state)):8.3f} ms")
    print(f"  review card               {timed(lambda: build(form, state).review()):8.3f} ms")


def half_answered(form: Form) -> str:
    interview = Interview(form, None, now=NOW, language="vi")
    asked = [question for question in form.questions if question.is_asked]
    for question in asked[: len(asked) // 2]:
        value = [item.value for item in question.items] if question.kind is Kind.SELECT_MULTIPLE else 12
        interview.answer(question.path, value)
    return json.dumps(interview.state)


def build(form: Form, state: str) -> Interview:
    return Interview(form, json.loads(state), now=NOW, language="vi")


def answer(form: Form, state: str) -> str:
    interview = build(form, state)
    current = interview.current
    if current is not None:
        interview.answer(current.path, 7)
    if following := interview.current:
        interview.label(following)
        interview.notes_before(following)
    interview.position  # noqa: B018 - its cost is part of an answer
    return json.dumps(interview.state)


if __name__ == "__main__":
    for size in (40, 200):
        report(size)
