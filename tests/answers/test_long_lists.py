"""A commune among the 3,321 of the country, by a part of its name."""

import csv
import time
from pathlib import Path

import pytest

from forms.answers import Option, Reason, Rejected, Understood, Unsure, finding, read_choice, read_choices
from forms.answers.finding import index, named

ROWS = list(csv.DictReader(Path("campaigns/vn_units_2025.csv").read_text(encoding="utf-8").splitlines()))
LABELS = {row["code"]: f"{row['name']} ({row['province_name']})" for row in ROWS}
COMMUNES = [Option(code, (label,)) for code, label in LABELS.items()]
BARE = [Option(row["code"], (row["name"],)) for row in ROWS]


def offered(text: str, options: list[Option] = COMMUNES) -> list[str]:
    reading = read_choice(text, options)
    assert isinstance(reading, Unsure), reading
    return [LABELS[str(value)] for value in reading.candidates]


@pytest.mark.parametrize(
    "text",
    [
        "bến cầu", "ben cau", "Bến Cầu", "x. bến cầu", "xã Bến Cầu", "xa ben cau", "phường bến cầu", "cau ben",
        "bến cầu tây ninh", "tây ninh bến cầu", "ben cua", "bém cầu", "ben cua tay ninh", "dạ bến cầu ạ", "bế cầu",
    ],
)  # fmt: skip
def test_a_part_of_a_name_finds_it_and_is_offered(text: str) -> None:
    assert offered(text)[0] == "Xã Bến Cầu (Tây Ninh)"


@pytest.mark.parametrize("text", ["Xã Bến Cầu (Tây Ninh)", "xã bến cầu tây ninh", "xa ben cau tay ninh"])
def test_a_whole_label_that_is_the_only_one_is_taken(text: str) -> None:
    assert isinstance(reading := read_choice(text, COMMUNES), Understood)
    assert LABELS[str(reading.value)] == "Xã Bến Cầu (Tây Ninh)"
    assert read_choice("xã bến cầu", BARE) == reading


def test_communes_of_the_same_name_are_all_offered() -> None:
    assert {"Xã Tân Châu (Tây Ninh)", "Phường Tân Châu (An Giang)"} <= set(offered("tân châu"))
    assert offered("tân châu tây ninh") == ["Xã Tân Châu (Tây Ninh)"]
    assert {"Xã Tân Phú (Đồng Nai)", "Xã Tân Phú (Tây Ninh)"} <= set(offered("xã tân phú", BARE))


def test_the_accents_that_were_typed_come_before_look_alikes() -> None:
    names = ("Xã Tân Phù", "Xã Phú Tân", "Xã Tân Phú Đông", "Xã Tấn Phú")
    options = [Option(name, (name,)) for name in names]
    assert read_choice("tân phú", options) == Unsure(
        ("Xã Tân Phú Đông", "Xã Phú Tân", "Xã Tấn Phú", "Xã Tân Phù"), reason=Reason.FUZZY
    )
    assert read_choice("tan phu", options) == Unsure(
        ("Xã Tân Phù", "Xã Tấn Phú", "Xã Tân Phú Đông", "Xã Phú Tân"), reason=Reason.FUZZY
    )


def test_in_a_long_list_the_whole_name_with_other_accents_is_another_place() -> None:
    assert isinstance(read_choice("Xã Ba Dinh (Quảng Ngãi)", COMMUNES), Understood)
    assert isinstance(read_choice("xa ba dinh quang ngai", COMMUNES), Understood)
    assert offered("Xã Ba Đình (Quảng Ngãi)")[0] == "Xã Ba Dinh (Quảng Ngãi)"


def test_the_nearer_a_name_is_the_sooner_it_is_offered() -> None:
    names = ("Xã Lớn Bến", "Xã Lớn Bến Cầu", "Xã Bến Nhỏ", "Xã Bếnh", "Xã Bến")
    reading = read_choice("bến", [Option(name, (name,)) for name in names])
    assert reading == Unsure(
        ("Xã Bến", "Xã Bến Nhỏ", "Xã Lớn Bến", "Xã Lớn Bến Cầu", "Xã Bếnh"), reason=Reason.FUZZY
    )  # fmt: skip


def test_how_many_more_there_are_is_said() -> None:
    reading = read_choice("tân", COMMUNES)
    assert isinstance(reading, Unsure)
    assert len(reading.candidates) == 6
    assert reading.more == sum("tan" in finding.plain(label.lower()).split() for label in LABELS.values()) - 6 + sum(
        not {"tan"} & set(words := finding.plain(label.lower()).split()) and any(w.startswith("tan") for w in words)
        for label in LABELS.values()
    )
    several = read_choices("tân", COMMUNES)
    assert isinstance(several, Unsure)
    assert (several.more, several.candidates) == (reading.more, tuple((value,) for value in reading.candidates))


def test_in_a_long_list_a_number_is_a_part_of_a_name() -> None:
    wards = [Option(f"w{n}", (f"Khu phố {n}",)) for n in range(101, 141)]
    assert read_choice("7", wards) == Rejected(Reason.NO_SUCH_OPTION)
    assert read_choice("12", wards) == Rejected(Reason.NO_SUCH_OPTION)
    assert read_choice("120", wards) == Unsure(("w120",), reason=Reason.FUZZY)
    assert read_choice("7", wards[:30]) == Understood("w107")
    assert read_choices("1, 2", wards) == Rejected(Reason.NO_SUCH_OPTION)
    assert read_choices("1-3", wards) == Rejected(Reason.NO_SUCH_OPTION)


def test_several_of_a_long_list() -> None:
    reading = read_choices("xã bến cầu (tây ninh), xã tân châu tây ninh", COMMUNES)
    assert isinstance(reading, Understood)
    assert isinstance(reading.value, tuple)
    assert [LABELS[value] for value in reading.value] == ["Xã Tân Châu (Tây Ninh)", "Xã Bến Cầu (Tây Ninh)"]
    assert read_choices("bến cầu, xyzxyz", COMMUNES) == Rejected(Reason.NO_SUCH_OPTION)


def test_the_same_list_is_made_ready_once_and_old_ones_are_dropped() -> None:
    assert index(COMMUNES) is index(list(COMMUNES))
    assert index(index(COMMUNES)) is index(COMMUNES)
    first = index(COMMUNES)
    for salt in range(10):
        index([Option(f"{salt}-{option.value}", option.labels) for option in COMMUNES])
    assert index(COMMUNES) is not first
    assert finding.KEPT.size <= finding.MOST_OPTIONS


def test_a_list_can_be_given_as_values_and_labels() -> None:
    known = named(tuple(LABELS), tuple(LABELS.values()))
    assert known is named(tuple(LABELS), tuple(LABELS.values()))
    assert read_choice("ben cau", known) == read_choice("ben cau", COMMUNES)
    assert known.label("25681") == "Xã Bến Cầu (Tây Ninh)"
    twins = named(("a", "b", "a"), ("Một", "Hai", "Ba"))
    assert (twins.place_of["a"], twins.label("a"), read_choice("ba", twins)) == (0, "Một", Understood("a"))


@pytest.mark.parametrize(
    "text", ["bến cầu", "xã", "t", "ben cua", "xyz xyz", ", ".join(["tan"] * 30), ", ".join(["ben cua"] * 25)]
)
def test_a_long_list_is_searched_fast(text: str) -> None:
    """Some tenths of a millisecond, ten for 25 pieces with slips; to look at every label for each takes far more."""
    read_choices(text, COMMUNES)
    start = time.perf_counter()
    for _ in range(4):
        read_choice(text, COMMUNES)
        read_choices(text, COMMUNES)
    assert (time.perf_counter() - start) / 8 < 0.025
