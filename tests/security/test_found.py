"""What the fuzzing has found, one test for each."""

from __future__ import annotations

from datetime import datetime
from time import process_time
from typing import Any, ClassVar

import pytest

from bot.web.sessions import COOKIE, Sessions
from forms.answers import Unsure, read_datetime
from tests.security.conftest import START
from tests.security.test_fuzz_answers import hear, questions


@pytest.mark.parametrize("typed", ["930", "0123", "１２３"])
def test_digits_that_may_be_a_time_are_a_moment_of_today(typed: str) -> None:
    """A question for day and time was offered a time without a day, and fell over it."""
    reading = read_datetime(typed, START)
    assert isinstance(reading, Unsure)
    assert reading.candidates
    assert all(isinstance(one, datetime) and one.date() == START.date() for one in reading.candidates)


def test_a_ranking_of_ten_thousand_pieces_is_refused_at_once() -> None:
    """Each piece was looked for among the choices."""
    form, question = next(one for one in questions() if one[1].kind == "rank")
    began = process_time()
    hear(form, question, "<b>" * 30_000)
    assert process_time() - began < 0.3


def test_a_cookie_of_bytes_that_are_no_text_is_nobodys() -> None:
    """It raised where the session is read."""

    class Asked:
        cookies: ClassVar = {COOKIE: "\udcff"}

    nowhere: Any = None
    sessions = Sessions(nowhere, nowhere, secret=b"a key", base_url="https://bot.example.vn")
    assert sessions.session(Asked()) is None  # type: ignore[arg-type]
