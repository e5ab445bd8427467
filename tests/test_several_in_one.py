"""Answers to several questions in one message, and the word that has a report sent."""

from __future__ import annotations

import pytest

from handlers.interview.sparing import closing
from handlers.interview.together import answers_in


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("1. 2 buổi\n2) 120\n3: 45tr", {0: "2 buổi", 1: "120", 2: "45tr"}),
        ("2. 120", {1: "120"}),
        ("Câu 1: 2\ncâu 3 : 0", {0: "2", 2: "0"}),
        ("1. 2 buổi, 2. 120 lượt; 3/ 5", {0: "2 buổi", 1: "120 lượt", 2: "5"}),
        ("1. 1,5\n2. 1.200", {0: "1,5", 1: "1.200"}),
        ("1. \n2. 7", {0: "", 1: "7"}),
        ("2 buổi\n120\n5", {0: "2 buổi", 1: "120", 2: "5"}),
        ("2, 120, 5", {0: "2", 1: "120", 2: "5"}),
        ("2; 120; 1,5", {0: "2", 1: "120", 2: "1,5"}),
        ("2 120 5", {0: "2", 1: "120", 2: "5"}),
        # Neither a number of a line that there is not, nor the second part of a figure, is a question's number.
        ("4. 12", {}),
        ("1.200", {}),
        ("1,5", {}),
        ("7", {}),
        ("2 buổi, 120 lượt", {}),
        ("", {}),
    ],
)
def test_what_is_said_to_three_questions(text: str, answers: dict[int, str]) -> None:
    assert answers_in(text, 3) == answers


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("35 đoàn viên tham gia. Gửi", "35 đoàn viên tham gia"),
        ("35 đoàn viên, GỬI LUÔN!", "35 đoàn viên"),
        ("35 đoàn viên\ngui bao cao", "35 đoàn viên"),
        ("gửi", ""),
    ],
)
def test_the_word_that_sends(text: str, rest: str) -> None:
    assert closing(text) == (rest, True)


@pytest.mark.parametrize(
    "text", ["20 suất quà chưa gửi", "quà đã gửi. 35 đoàn viên", "tặng quà, gửi cho 5 em", "gửi quà"]
)
def test_a_report_that_speaks_of_sending_is_not_sent(text: str) -> None:
    assert closing(text) == (text, False)
