"""Invite codes: their shape, how they are read, what is kept of them."""

from __future__ import annotations

import re

import pytest

from reporting.invites import ALPHABET, hash_code, new_code, read_code

SECRET = b"one secret"


def test_codes_have_their_shape_and_differ() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", code) for code in codes)
    assert set("".join(codes)) == {*ALPHABET, "-"}


def test_no_letter_is_taken_for_a_digit() -> None:
    assert not set("0O1IL") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET) == 31


def test_a_new_code_reads_as_itself() -> None:
    code = new_code()
    assert read_code(code) == code


@pytest.mark.parametrize("text", ["K7QM-2XPD", "k7qm-2xpd", " K7QM2XPD\n", "K7qM 2xpD", "k7qm2xpd"])
def test_one_code_in_all_its_spellings(text: str) -> None:
    assert read_code(text) == "K7QM-2XPD"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "K7QM",
        "K7QM-2XP",
        "K7QM-2XPDA",
        "K7Q-M2XPD",
        "K7QM--2XPD",
        "K7QM-2XP0",
        "K7QM-2XPL",
        "mã K7QM-2XPD",
        "Đ7QM-2XPD",
    ],
)
def test_what_is_no_code(text: str) -> None:
    assert read_code(text) is None


def test_a_hash_needs_the_secret_and_the_very_code() -> None:
    kept = hash_code("K7QM-2XPD", SECRET)
    assert re.fullmatch(r"[0-9a-f]{64}", kept)
    assert kept == hash_code("K7QM-2XPD", SECRET)
    assert kept != hash_code("K7QM-2XPD", b"another secret")
    assert kept != hash_code("K7QM-2XPE", SECRET)
