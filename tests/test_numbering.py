"""Choices without buttons: a number, a word, a part of one; and when a number is the answer itself."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from handlers.events import Choice, Incoming, Reply
from handlers.numbering import are_numbered, expected, is_numeral, meant
from tests.support.story import world_after
from tests.support.world import ZONE, World

SHOWN = (Choice("✅ Gửi báo cáo", "send"), Choice("Thêm mục", "more"), Choice("Thêm ảnh", "photo"), Choice("Huỷ", "no"))
TICKS = (Choice("☐ Tuyên truyền", "q/7/c4/t/12"), Choice("☑ Tặng quà", "q/7/c4/t/13"), Choice("Xong", "q/7/c4/ok"))
NOW = datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)


def line(text: str, shown: tuple[Choice, ...] = SHOWN, *, numbered: bool = True) -> Incoming:
    return Incoming("zalo", "lan", "lan", text, NOW, text=text, shown=shown, numbered=numbered)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("1", "send"), ("2.", "more"), (" 4) ", "no"), ("5", None), ("0", None), ("2022", None), ("1, 2", None),
        ("gửi báo cáo", "send"), ("GUI BAO CAO!", "send"), ("gui", "send"), ("báo", "send"), ("bao cao", "send"),
        ("thêm", None), ("thêm mục", "more"), ("muc", "more"), ("ảnh", "photo"), ("huy", "no"), ("h", None),
        ("anh ba", None), ("oi", None), ("", None), ("!", None), ("1 căn", None), ("-1", None), ("1.5", None),
    ],
)  # fmt: skip
def test_what_a_line_stands_for(text: str, action: str | None) -> None:
    assert meant(line(text), {}) == action


def test_several_numbers_tick_several() -> None:
    assert meant(line("2, 1", TICKS), {"typed": "choice"}) == "q/7/c4/m/12.13"
    assert meant(line("1 2", TICKS), {"typed": "choice"}) == "q/7/c4/m/12.13"
    assert meant(line("2", TICKS), {"typed": "choice"}) == "q/7/c4/m/13"
    assert meant(line("3", TICKS), {"typed": "choice"}) == "q/7/c4/ok"
    assert meant(line("1,3", TICKS), {"typed": "choice"}) is None
    assert meant(line("1,4", TICKS), {"typed": "choice"}) is None


def test_where_digits_are_the_answer_a_number_is_no_choice() -> None:
    for typed in ("number", "text"):
        assert meant(line("1"), {"typed": typed}) is None
        assert meant(line("gui"), {"typed": typed}) is None
        assert meant(line("Gửi báo cáo"), {"typed": typed}) == "send"


def test_a_part_of_a_word_is_for_who_waits_for_words() -> None:
    assert meant(line("gui"), {"waits": {"for": "return"}}) is None
    assert meant(line("1"), {"waits": {"for": "return"}}) == "send"


def test_without_numbers_on_the_screen_a_number_is_none() -> None:
    assert meant(line("1", numbered=False), {}) is None
    assert meant(line("gui", numbered=False), {}) == "send"
    assert meant(line("gui", ()), {}) is None


@pytest.mark.parametrize(
    ("label", "numeral"), [("5", True), ("1.200", True), ("-3", True), ("1,5", True), ("5 căn", False), ("", False)]
)
def test_a_label_that_is_a_number(label: str, numeral: bool) -> None:
    assert is_numeral(label) is numeral


def test_which_choices_are_numbered() -> None:
    assert are_numbered(SHOWN, "")
    assert are_numbered(SHOWN, "picture")
    assert not are_numbered((), "")
    assert not are_numbered(SHOWN, "number")
    assert not are_numbered((*SHOWN, Choice("120", "n")), "")


@pytest.mark.parametrize(
    ("replies", "state", "typed"),
    [
        ([Reply(Markup("x"), (SHOWN,), wants="number")], {}, "number"),
        ([Reply(Markup("x"), (SHOWN,), wants="number"), Reply(Markup("x"), (SHOWN,))], {"typed": "text"}, ""),
        ([Reply(Markup("x"), wants="picture")], {"typed": "text"}, ""),
        ([Reply(Markup("x"))], {"typed": "number", "draft": 7}, "number"),
        ([Reply(Markup("x"))], {"typed": "number"}, ""),
        ([Reply(Markup("x"))], {"waits": {"for": "return"}}, "text"),
        ([Reply(Markup("x"), (SHOWN,))], {"waits": {"for": "unit.find"}}, ""),
        ([], {}, ""),
    ],
)
def test_what_a_conversation_takes_next(replies: list[Reply], state: dict[str, Any], typed: str) -> None:
    assert expected(replies, state) == typed


# --- in a conversation -----------------------------------------------------------------------------


async def _loaded(world: World) -> None:
    await world.load()
    await world.joins("Lan", "K7QM-2XPD", "TN-BC", "reporter")


async def answers(world: World, text: str, shown: tuple[Choice, ...] | None = None) -> str:
    """Lan types a line where she sees her last choices (or those of `shown`) as lines; what the bot says."""
    last = next(one.reply for one in reversed(world.channel.chats["Lan"]) if one.reply.choices)
    choices = shown or tuple(choice for row in last.choices for choice in row)
    numbered = are_numbered(choices, "" if shown else last.wants)
    await world.intake.take(replace(world.incoming("Lan", text=text), shown=choices, numbered=numbered))
    heard = await world.send()
    return "\n".join(one.text for chat, one in heard if chat == "Lan")


async def test_a_report_by_numbers_and_words(tmp_path: Path) -> None:
    reminder = (Choice("Báo cáo ngay", "start/1"), Choice("Không phát sinh", "nothing/1"))
    async with world_after(_loaded, tmp_path, NOW + timedelta(minutes=18)) as world:
        await world.says("Lan", "/baocao")
        assert "Đơn vị có những hoạt động nào?" in await answers(world, "1")
        # Several ticks in one line are the answer: no message is spent on "Xong".
        assert "bao nhiêu buổi tuyên truyền" in await answers(world, "1, 2")
        # A reminder has come between; what the question takes is still a number.
        assert "lượt người được tuyên truyền" in await answers(world, "2", reminder)
        assert "Em ghi 3 lượt người." in await answers(world, "ba")
        assert "bao nhiêu lượt người" in (await answers(world, "quay lại")).lower()
        assert "tờ rơi" in await answers(world, "1")
        assert "tin, bài" in await answers(world, "bo qua")
        # "Không" is zero here, not the beginning of "Không phát sinh"; and "1" is one, not the first of the readings.
        assert "Em hiểu “không” là 0 tin bài" in await answers(world, "không", reminder)
        assert "nhóm Zalo" in await answers(world, "1")
        assert "Loại nhà nào?" in await answers(world, "bỏ qua")
        # The command's own question is none of numbers, though one stands behind it: there a number is a choice.
        assert "Dừng" in await answers(world, "huỷ")
        assert world.channel.chats["Lan"][-1].labels[0] == "Để đó, làm sau"
        assert "giữ" in await answers(world, "1")
