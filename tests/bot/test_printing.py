"""Invites on paper: the cards to cut, and the picture of a code that is made when it is sent."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.clock import SystemClock
from bot.inviting import Made
from bot.printing import CARDS, invites_pdf, invites_xlsx
from bot.workshop import Workshop
from handlers.context import Links
from locales.translator import Translators
from reporting.library import Library
from storage.engine import Database

TRANSLATORS = Translators(ZoneInfo("Asia/Ho_Chi_Minh"))
NOW = datetime(2022, 12, 16, 1, tzinfo=UTC)
LAST_DAY = datetime(2022, 12, 29, 18, tzinfo=UTC)


def made(name: str, code: str = "K7QM-2XPD") -> Made:
    return Made(code, name, f"https://t.me/x_bot?start={code}", f"https://x.vn/?code={code}", "Tỉnh đoàn Tây Ninh",
                "leader", 2, LAST_DAY)  # fmt: skip


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


def test_eight_cards_to_a_page() -> None:
    vi = TRANSLATORS["vi"]
    assert [pages(invites_pdf([made("Đoàn xã")] * count, vi)) for count in (1, CARDS, CARDS + 1)] == [1, 1, 2]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
def test_a_card_says_whose_it_is_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "cards.pdf"
    path.write_bytes(invites_pdf([made("Đoàn xã Phước Vinh")], TRANSLATORS["vi"]))
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, encoding="utf-8", check=True).stdout
    for words in (
        "Đoàn xã Phước Vinh",
        "Tỉnh đoàn Tây Ninh",
        "Lãnh đạo",
        "K7QM-2XPD",
        "t.me/x_bot",
        "30/12/2022, 2 lượt",
    ):
        assert words in text
    assert "https" not in text


def test_any_name_can_be_printed() -> None:
    cards = [made(name) for name in ("$a$ \\frac{1}", "😀 Chi đoàn", "x" * 500, "Đoàn " * 200, "=1+1", "<b>")]
    assert pages(invites_pdf(cards, TRANSLATORS["vi"])) == 1
    assert invites_xlsx(cards, TRANSLATORS["vi"], NOW).startswith(b"PK")


def workshop(folder: Path, links: Links | None) -> Workshop:
    db = Database(f"sqlite+aiosqlite:///{folder / 'w.db'}")
    return Workshop(db, Library(), TRANSLATORS, SystemClock(), links)


async def test_the_picture_of_a_code_is_made_when_it_is_sent(tmp_path: Path) -> None:
    data, mime = await workshop(tmp_path, Links("https://x.vn")).make("qr/K7QM-2XPD")
    assert (data[:8], mime) == (b"\x89PNG\r\n\x1a\n", "image/png")


@pytest.mark.parametrize("reference", ["qr/https://evil.example", "qr/K7QM", "qr", "qr/K7QM-2XPD/x"])
async def test_only_codes_are_made_into_pictures(tmp_path: Path, reference: str) -> None:
    with pytest.raises(LookupError):
        await workshop(tmp_path, Links("https://x.vn")).make(reference)


async def test_without_a_link_there_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        await workshop(tmp_path, None).make("qr/K7QM-2XPD")
