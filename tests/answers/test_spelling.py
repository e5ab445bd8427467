"""Accents off, accents back from what an input method left, and nothing that is not a known word."""

import pytest

from forms.answers import unaccent
from forms.answers.spelling import TELEX, VNI, clean, could_be, keystrokes, spell
from forms.answers.tokens import cuts
from forms.answers.vocabulary import ENGLISH_SMALL, ENGLISH_TENS, by_plain, leftovers, words


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Đông  Hòa", "dong hoa"), ("ĐƯỜNG", "duong"), ("tỷ", "ty"), ("\tBến\nCầu ", "ben cau"), ("İ", "i"), ("", "")],
)
def test_unaccent(text: str, plain: str) -> None:
    assert unaccent(text) == plain


def test_unaccent_does_not_care_how_the_accents_are_encoded() -> None:
    assert unaccent("Hòa") == unaccent("Hòa") == "hoa"


@pytest.mark.parametrize("typed", ["muowif", "muwowif", "muowfi", "muoiwf"])
def test_telex_in_any_order(typed: str) -> None:
    assert typed in set(keystrokes("mười", TELEX))


@pytest.mark.parametrize("typed", ["mu7o7i2", "muo7i2", "muoi72", "mu7o72i"])
def test_vni_in_any_order(typed: str) -> None:
    assert typed in set(keystrokes("mười", VNI))


def test_a_typed_word_may_lack_marks_but_not_have_others() -> None:
    assert could_be(spell("trieu"), spell("triệu"))
    assert could_be(spell("triêu"), spell("triệu"))
    assert could_be(spell("mừơi"), spell("mười"))  # the tone on the wrong vowel
    assert not could_be(spell("sâu"), spell("sáu"))
    assert not could_be(spell("bà"), spell("ba"))


def test_leftovers_never_take_the_place_of_a_word() -> None:
    assert not leftovers().keys() & by_plain().keys()
    assert not leftovers().keys() & {*ENGLISH_SMALL, *ENGLISH_TENS}


def test_leftovers_lead_to_known_words_only() -> None:
    assert set(leftovers().values()) <= words()


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("１２", "12"),
        ("5\ufe0f\u20e3", "5"),
        ("1\u00a0200", "1 200"),
        ("5\u20136", "5-6"),
        ("5 m²", "5 m2"),
        ("12 em 🙏", "12 em"),
    ],
)
def test_clean(typed: str, cleaned: str) -> None:
    assert clean(typed) == cleaned


@pytest.mark.parametrize("typed", ["٣", "½", "5²", "三", "Ⅷ", "①", "𝟓"])
def test_other_scripts_leave_no_digit(typed: str) -> None:
    assert not any(char.isdigit() for char in clean(typed).removeprefix("5"))


def test_a_bare_word_in_an_accented_line_is_taken_as_typed() -> None:
    (accented,) = cuts("chín nam")
    (bare,) = cuts("chin nam")

    assert accented[1].senses == {"nam"}
    assert bare[1].senses == {"nam", "năm"}


def test_a_line_of_endless_signs_is_no_answer() -> None:
    assert cuts("5/" * 90) == ()
