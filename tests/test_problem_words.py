"""What the readers of packs find, in Vietnamese: each sentence is known again once its places are filled."""

from __future__ import annotations

from string import Formatter

import pytest

from handlers.campaigns import problem_words
from tests.support.world import TRANSLATORS

VI, EN = TRANSLATORS["vi"], TRANSLATORS["en"]
SENTENCES = [message for message in problem_words._SENTENCES if message != "{detail}"]


def filled(message: str) -> str:
    return message.format_map({name: "x7" for _, name, _, _ in Formatter().parse(message) if name})


@pytest.mark.parametrize("message", SENTENCES)
def test_each_sentence_is_known_again(message: str) -> None:
    assert problem_words.sentence(filled(message), EN) == filled(message)
    assert problem_words.sentence(filled(message), VI) != filled(message)


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (
            "mau.xlsx: deadlines, row 2: column due: 'chiều' is not a time such as 10:00",
            "• trang deadlines, dòng 2: cột due: “chiều” chưa đúng, cần một giờ, ví dụ 10:00",
        ),
        (
            "mau.xlsx: deadlines, row 2: column kinds: '' is not filled in",
            "• trang deadlines, dòng 2: cột kinds còn trống, cần điền vào",
        ),
        (
            'mau.xlsx: reminders, row 3: column to: "ba\'o" is not one of reporter, leader',
            "• trang reminders, dòng 3: cột to: “ba'o” chưa đúng, cần một trong: reporter, leader",
        ),
        (
            "mau.xlsx: deadlines, row 2: column closes: 'x' is not a length of time such as 24h or 2d",
            "• trang deadlines, dòng 2: cột closes: “x” chưa đúng, cần một khoảng thời gian, ví dụ 24h hoặc 2d",
        ),
        (
            "units.csv, row 4: Đoàn xã A stands below TM already, as TM-A",
            "• trang units, dòng 4: Đoàn xã A đã có dưới TM rồi, với mã TM-A",
        ),
        ("mau.xlsx: no `campaign` sheet gives 'prefix'", "• trang campaign chưa có prefix"),
        ("mau.xlsx: the workbook has no sheet named survey", "• tệp không có trang nào tên survey"),
        (
            "he-2027: campaign: another unit has a campaign of this id: choose another one",
            "• trang campaign: đơn vị khác đã có đợt mang mã này: đồng chí chọn mã khác (dòng id)",
        ),
    ],
)
def test_lines(problem: str, told: str) -> None:
    (line,) = problem_words.lines([problem], VI)
    assert line.striptags() == told


def test_what_no_sentence_fits_is_shown_as_it_is() -> None:
    (line,) = problem_words.lines(["mau.xlsx: survey, row 3: something <new>"], VI)
    assert str(line) == "• trang <b>survey</b>, dòng <b>3</b>: something &lt;new&gt;"
