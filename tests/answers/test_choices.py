"""Options by number, label and near-label. Anything short of a whole label is offered back, never picked."""

import pytest

from forms.answers import Option, Reason, Rejected, Understood, Unsure, read_choice, read_choices

ACTIVITIES = (
    Option("publicity", ("Tuyên truyền", "Publicity")),
    Option("built", ("Xây nhà", "Build a house")),
    Option("repaired", ("Sửa nhà", "Repair a house")),
    Option("gifts", ("Thăm, tặng quà", "Gifts")),
    Option("roads", ("Đường và kênh mương", "Roads and canals")),
)
COMMUNES = (
    Option("1", ("Tân Phú",)),
    Option("2", ("Tân Phù",)),
    Option("3", ("Hòa Lạc",)),
    Option("4", ("An Thới Đông",)),
)
YES_NO = (Option("yes", ("Có", "Yes")), Option("no", ("Không", "No")))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", "publicity"),
        ("3.", "repaired"),
        ("câu 2", "built"),
        ("số 5 ạ", "roads"),
        ("Tuyên truyền", "publicity"),
        ("tuyen truyen", "publicity"),
        ("tuyên truỳên", "publicity"),
        ("dạ tuyên truyền ạ", "publicity"),
        ("THĂM TẶNG QUÀ", "gifts"),
        ("roads and canals", "roads"),
    ],
)
def test_a_number_or_a_whole_label_picks(text: str, value: str) -> None:
    assert read_choice(text, ACTIVITIES) == Understood(value)


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("nhà", ("built", "repaired")),
        ("tặng quà", ("gifts",)),
        ("tuyen truyn", ("publicity",)),
    ],
)
def test_anything_less_is_offered_back(text: str, candidates: tuple[str, ...]) -> None:
    assert read_choice(text, ACTIVITIES) == Unsure(candidates, reason=Reason.FUZZY)


@pytest.mark.parametrize("text", ["0", "6", "99", "xyz", "👍"])
def test_what_is_no_option_is_rejected(text: str) -> None:
    assert read_choice(text, ACTIVITIES) == Rejected(Reason.NO_SUCH_OPTION)


def test_communes_that_look_alike_without_accents_are_asked() -> None:
    assert read_choice("tan phu", COMMUNES) == Unsure(("1", "2"), reason=Reason.FUZZY)
    assert read_choice("Tân Phú", COMMUNES) == Understood("1")
    assert read_choice("hoà lạc", COMMUNES) == Understood("3")  # the tone on the other vowel
    assert read_choice("an thoi dong", COMMUNES) == Understood("4")


@pytest.mark.parametrize(
    ("text", "value"), [("có", "yes"), ("dạ có", "yes"), ("ko", "no"), ("hông", "no"), ("k", "no")]
)
def test_yes_and_no_as_people_chat(text: str, value: str) -> None:
    assert read_choice(text, YES_NO) == Understood(value)


def test_numbers_that_are_labels_are_no_positions() -> None:
    counts = (Option("0", ("0",)), Option("1", ("1",)), Option("5", ("5",)))

    assert read_choice("1", counts) == Understood("1")
    assert read_choice("3", counts) == Rejected(Reason.NO_SUCH_OPTION)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1, 3", ("publicity", "repaired")),
        ("3 1", ("publicity", "repaired")),
        ("1 và 4", ("publicity", "gifts")),
        ("1\n2", ("publicity", "built")),
        ("2; 2; 2", ("built",)),
        (", 1,, 3,", ("publicity", "repaired")),  # an empty first piece once never ended
        ("tuyên truyền và sửa nhà", ("publicity", "repaired")),
        ("tuyen truyen, sua nha", ("publicity", "repaired")),
        ("thăm, tặng quà và 1", ("publicity", "gifts")),
        ("đường và kênh mương", ("roads",)),
        ("xây nhà và đường và kênh mương", ("built", "roads")),
        ("Roads and canals and gifts", ("gifts", "roads")),
    ],
)
def test_several_are_picked_in_the_order_of_the_form(text: str, values: tuple[str, ...]) -> None:
    assert read_choices(text, ACTIVITIES) == Understood(values)


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("1-3", (("publicity", "built", "repaired"), ("publicity", "repaired"))),
        ("13", (("publicity", "repaired"),)),
        ("1 và nhà", (("publicity", "built"), ("publicity", "repaired"))),
        ("tuyên truyền và tặng quà", (("publicity", "gifts"),)),
        ("không", ((),)),
    ],
)
def test_several_that_may_be_meant_are_offered(text: str, candidates: tuple[tuple[str, ...], ...]) -> None:
    reading = read_choices(text, ACTIVITIES)

    assert isinstance(reading, Unsure)
    assert reading.candidates == candidates


def test_all_needs_a_yes() -> None:
    assert read_choices("tất cả", ACTIVITIES) == Understood(tuple(option.value for option in ACTIVITIES), confirm=True)


@pytest.mark.parametrize("text", ["1, 9", "tuyên truyền, xyz", "xyz", "19", ",", "5-1"])
def test_one_unknown_piece_rejects_the_whole(text: str) -> None:
    assert read_choices(text, ACTIVITIES) == Rejected(Reason.NO_SUCH_OPTION)
