"""Codes: how they are read, what is kept of them, and their picture."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from handlers.context import Links
from reporting.organisation.invites import hash_code, new_code, qr_png, read_code


def test_a_new_code_is_read_back() -> None:
    code = new_code()
    assert read_code(code) == read_code(f" {code.lower().replace('-', ' ')} ") == code


@pytest.mark.parametrize("text", ["", "K7QM-2XP", "K7QM-2XPDD", "K7QM--2XPD", "K7QO-2XPD", "K7QI-2XPD", "báo cáo"])
def test_what_is_no_code(text: str) -> None:
    assert read_code(text) is None


def test_what_is_kept_of_a_code_depends_on_the_secret() -> None:
    assert hash_code("K7QM-2XPD", b"one") != hash_code("K7QM-2XPD", b"two")


def test_the_picture_is_large_enough_for_a_camera() -> None:
    with Image.open(BytesIO(qr_png("https://t.me/danvan_thu_bot?start=K7QM-2XPD"))) as picture:
        assert picture.format == "PNG"
        assert picture.width == picture.height >= 300


def test_the_links_of_a_code() -> None:
    assert Links("https://x.vn", "x_bot").of_code("A") == ("https://t.me/x_bot?start=A", "https://x.vn/?code=A")
    assert Links("https://x.vn").of_code("A") == ("https://x.vn/?code=A",)
    assert Links().of_code("A") == ()
