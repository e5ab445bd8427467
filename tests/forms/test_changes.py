"""What a new text of a form changes, told in words, and which changes would make earlier reports lie."""

from pathlib import Path

import pytest

from forms import problems
from forms.changes import MESSAGES, Change, compare
from forms.model import Form
from tests.forms.kit import form_of

SURVEY = """
| survey |
| | type | name | label::vi | label::en | indicator | unit::vi | unit::en | audience | relevant |
| | integer | houses | Sửa bao nhiêu căn nhà? | How many houses? | houses | căn | houses | | |
| | integer | money | Trị giá? | Worth? | money | đồng | VND | | |
| | decimal | road | Bao nhiêu km đường? | How many km? | | | | | |
| | select_one kind | kind | Loại nhà? | Which kind? | | | | | ${houses} > 0 |
| | text | opinion | Dư luận? | Opinion? | | | | leaders | |
| | note | thanks | Cảm ơn đồng chí. | Thank you. | | | | | |
| choices |
| | list_name | name | label::vi | label::en |
| | kind | a | Tình nghĩa | Gratitude |
| | kind | b | Tình thương | Love |
"""


@pytest.fixture
def old(tmp_path: Path) -> Form:
    return form_of(tmp_path, SURVEY)


def changed(folder: Path, *edits: tuple[str, str]) -> Form:
    text = SURVEY
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    return form_of(folder, text)


def told(found: tuple[Change, ...]) -> list[str]:
    return [change.message for change in found]


def breaking(found: tuple[Change, ...]) -> list[str]:
    return [change.code for change in found if change.breaks_totals or change.breaks_answers]


def row(name: str) -> str:
    return next(line + "\n" for line in SURVEY.splitlines() if f"| {name} |" in line)


def test_the_same_form_has_no_changes(old: Form, tmp_path: Path) -> None:
    assert compare(old, changed(tmp_path)) == ()


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            (row("thanks"), row("thanks") + "| | text | x | X | | | | | | |\n| | date | y | Y | | | | | | |\n"),
            "questions added (2): x, y",
        ),
        ((row("road"), ""), "questions removed (1): road"),
        (("| note | thanks", "| text | thanks"), "“thanks”: type changed from note to text"),
        (("| decimal | road", "| integer | road"), "“road”: type changed from decimal to integer"),
        (("| | kind | b | Tình thương | Love |\n", ""), "“kind”: choices removed (1): b"),
        (("Love |\n", "Love |\n| | kind | c | Khác | Other |\n"), "“kind”: choices added (1): c"),
        (("How many km? | |", "How many km? | road_km |"), "“road”: now adds up as the indicator “road_km”"),
        (("| leaders |", "| |"), "“opinion”: audience changed from leaders to everybody"),
        (("${houses} > 0", "${houses} > 1"), "conditions, calculations or defaults changed (1): kind"),
        (("Tình thương", "Nhà tình thương"), "labels and hints changed: 1"),
        (("Bao nhiêu km đường?", "Mấy km đường?"), "labels and hints changed: 1"),
    ],
)
def test_what_only_needs_to_be_said(old: Form, tmp_path: Path, edit: tuple[str, str], message: str) -> None:
    found = compare(old, changed(tmp_path, edit))
    assert (told(found), breaking(found)) == ([message], [])


def test_a_long_list_is_cut(old: Form, tmp_path: Path) -> None:
    more = "".join(f"| | text | q{n} | Q | | | | | | |\n" for n in range(12))
    found = told(compare(old, changed(tmp_path, (row("thanks"), row("thanks") + more))))
    assert found == ["questions added (12): q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, …"]


REPEATED = "| | begin_repeat | {name} | Xã | Commune | | | | | |\n{rows}| | end_repeat | | | | | | | | |\n"


def test_into_a_repeat_and_out_of_it(old: Form, tmp_path: Path) -> None:
    rows = row("road") + row("thanks")
    repeated = changed(tmp_path, (row("thanks"), ""), (row("road"), REPEATED.format(name="commune", rows=rows)))
    found = compare(old, repeated)
    assert told(found) == ["“road”: now asked for each “commune”", "“thanks”: now asked for each “commune”"]
    assert [change.breaks_answers for change in found] == [True, False]
    back = compare(repeated, old)
    assert told(back)[0] == "“road”: no longer asked for each “commune”"
    assert back[0].breaks_answers


def test_a_repeat_of_the_name_of_a_question(old: Form, tmp_path: Path) -> None:
    rows = row("road").replace("| road |", "| km |")
    repeated = changed(tmp_path, (row("road"), REPEATED.format(name="road", rows=rows)))
    for found, message in (
        (compare(old, repeated), "“road”: type changed from decimal to repeat"),
        (compare(repeated, old), "“road”: type changed from repeat to decimal"),
    ):
        assert message in told(found)
        assert breaking(found) == ["kind_changed"]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("| decimal | road", "| text | road", "“road”: type changed from decimal to text"),
        ("| select_one kind", "| select_multiple kind", "“kind”: type changed from select_one to select_multiple"),
        ("| text | opinion", "| note | opinion", "“opinion”: type changed from text to note"),
    ],
)
def test_another_type_would_misread_old_answers(
    old: Form, tmp_path: Path, before: str, after: str, message: str
) -> None:
    change = compare(old, changed(tmp_path, (before, after)))[0]
    assert (change.message, change.breaks_answers, change.breaks_totals) == (message, True, False)


def test_a_number_that_is_calculated_now_goes_on_adding_up(old: Form, tmp_path: Path) -> None:
    found = compare(old, changed(tmp_path, ("| integer | houses", "| calculate | houses"), *CALCULATED))
    assert (told(found)[0], breaking(found)) == ("“houses”: type changed from integer to calculate", [])


CALCULATED = [
    ("| audience | relevant |", "| audience | relevant | calculation |"),
    ("houses | | |", "houses | | | 1 + 1 |"),
]


# --- indicators ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            "| đồng | VND |", "| triệu đồng | million VND |",
            "“money”: unit of the indicator “money” changed from “đồng / VND” to “triệu đồng / million VND”",
        ),
        (
            "| căn | houses |", "| hộ | houses |",
            "“houses”: unit of the indicator “houses” changed from “căn / houses” to “hộ / houses”",
        ),
        ("| đồng | VND |", "| | |", "“money”: unit of the indicator “money” changed from “đồng / VND” to “–”"),
        ("| money | đồng", "| | đồng", "the indicator “money” of “money” is gone"),
        (
            "| houses | căn | houses |", "| money | căn | houses |",
            "the indicator “houses” of “houses” is gone",
        ),
    ],
)  # fmt: skip
def test_an_indicator_may_not_become_something_else(
    old: Form, tmp_path: Path, before: str, after: str, message: str
) -> None:
    edits = [(before, after)]
    if "| money | căn" in after:
        edits.append(("| money | đồng", "| sums | đồng"))
    found = compare(old, changed(tmp_path, *edits))
    assert message in told(tuple(change for change in found if change.breaks_totals))


def test_an_indicator_that_goes_with_its_question(old: Form, tmp_path: Path) -> None:
    found = compare(old, changed(tmp_path, (row("money"), "")))
    assert told(found) == ["questions removed (1): money", "the indicator “money” of “money” is gone"]
    assert breaking(found) == ["indicator_removed"]


def test_an_indicator_on_a_question_beside_the_old_one(old: Form, tmp_path: Path) -> None:
    beside = row("houses").replace("| houses |", "| built |", 1)
    found = compare(
        old, changed(tmp_path, ("| houses | căn | houses |", "| | | |"), (row("road"), row("road") + beside))
    )
    assert "the indicator “houses” moved from “houses” to “built”" in told(found)
    assert breaking(found) == ["indicator_moved"]


def test_a_renamed_question_goes_on(old: Form, tmp_path: Path) -> None:
    renamed = [("| integer | houses", "| integer | homes"), ("${houses}", "${homes}")]
    found = compare(old, changed(tmp_path, *renamed))
    assert "the question “houses” of the indicator “houses” is now called “homes”" in told(found)
    assert breaking(found) == []
    other_label = [("Sửa bao nhiêu", "Xây bao nhiêu"), ("How many houses?", "How many were built?")]
    assert breaking(compare(old, changed(tmp_path, *renamed, *other_label))) == ["indicator_moved"]


@pytest.mark.parametrize(
    ("before", "after"),
    [("| đồng | VND |", "| Đ | vnđ |"), ("| căn | houses |", "|  Căn | |"), ("| căn | houses |", "| | houses |")],
)
def test_a_unit_in_other_letters_is_the_same(old: Form, tmp_path: Path, before: str, after: str) -> None:
    assert compare(old, changed(tmp_path, (before, after))) == ()


@pytest.mark.parametrize(("unit", "breaks"), [("căn", False), ("triệu", True), ("nghìn tờ", True)])
def test_a_unit_where_there_was_none(tmp_path: Path, unit: str, breaks: bool) -> None:
    none = changed(tmp_path, ("| căn | houses |", "| | |"))
    (found,) = compare(none, changed(tmp_path, ("| căn | houses |", f"| {unit} | |")))
    assert (found.code, found.breaks_totals) == ("indicator_unit", breaks)


# --- the catalogue ---------------------------------------------------------------------------------


def test_every_change_that_may_be_refused_says_what_to_do(old: Form, tmp_path: Path) -> None:
    """And names the row of the question, where the new sheet still has it."""
    (unit,) = compare(old, changed(tmp_path, ("| đồng | VND |", "| triệu | million |")))
    assert str(unit.refusal({"money": 3})) == (
        "survey, row 3: reports add up in the indicator “money” in đồng / VND, so it cannot go on in triệu / million: "
        "keep this row as it was (with false() in the column relevant it is asked no more), and add a row with a new "
        "name and a new indicator name"
    )
    assert unit.msgid == MESSAGES["indicator_unit"]
    repeats = {"moved_into_repeat", "moved_out_of_repeat"}
    assert problems.MESSAGES.keys() >= repeats | {"kind_changed", "indicator_removed", "indicator_moved"}
