"""Whatever people type: each kind of question takes it or says why not, at once; and so does the whole bot."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.interview import Interview
from forms.message.reader import read_message
from forms.model import Form, Question
from forms.xform import parse
from handlers.interview.answering import read_typed
from reporting.campaigns.packs import read_pack
from tests.security.conftest import START
from tests.security.kit import NASTY_TEXTS, TEXTS, TRIED, Besieged, examples
from tests.support.world import CAMPAIGNS, TRANSLATORS

KINDS = Path(__file__).parents[1] / "conversations" / "packs" / "kinds"
LONG = 100_000
AT_ONCE = 1.0
"""Seconds of the processor for one line: all others wait for it."""


@cache
def forms() -> tuple[Form, ...]:
    packs = (read_pack(KINDS), read_pack(CAMPAIGNS / "tay-ninh-2022"))
    return tuple(parse(form.workbook.xform_xml, form.workbook.columns) for pack in packs for form in pack.forms)


def questions() -> list[tuple[Form, Question]]:
    return [(form, question) for form in forms() for question in form.questions if question.is_asked]


def hear(form: Form, question: Question, text: str) -> None:
    """What the question makes of it, and the interview of that."""
    TRIED["answers to a question"] += 1
    interview = Interview(form, None, now=START, language="vi", seed="1")
    began = process_time()
    read_typed(interview, question, text, START, TRANSLATORS["vi"])
    interview.answer(question.path, text)
    assert process_time() - began < AT_ONCE, (question.path, text[:50])


def test_fuzz_any_text_as_an_answer() -> None:
    asked = questions()

    @examples(150)
    @given(st.integers(0, len(asked) - 1), TEXTS)
    def answer(place: int, text: str) -> None:
        hear(*asked[place], text)

    answer()


@pytest.mark.parametrize("piece", [*(text for text in NASTY_TEXTS if text)], ids=repr)
def test_very_long_answers(piece: str) -> None:
    long = (piece * (LONG // len(piece) + 1))[:LONG]
    seen = set()
    for form, question in questions():
        if question.kind not in seen:
            seen.add(question.kind)
            hear(form, question, long)


@pytest.mark.parametrize("piece", [*(text for text in NASTY_TEXTS if text)], ids=repr)
def test_very_long_messages_as_a_whole_report(piece: str) -> None:
    """Zalo lets through 20.000 characters, the web page 8.000, Telegram 4.096."""
    long = (piece * (20_000 // len(piece) + 1))[:20_000]
    began = process_time()
    read_message(forms()[1], long, now=START, language="vi")
    assert process_time() - began < AT_ONCE


def test_fuzz_any_text_in_a_conversation(besieged: Besieged) -> None:
    @examples(40)
    @given(st.sampled_from(["Lan", "Lan", "Đức", "stranger", "-group"]), TEXTS, st.integers(0, 5))
    def say(who: str, text: str, begin: int) -> None:
        TRIED["lines in a conversation"] += 1
        if begin == 0:
            besieged.happens(who, text="/baocao")
            besieged.happens(who, action="start/1")
        besieged.happens(who, text=text)

    say()
