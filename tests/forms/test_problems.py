"""What a clerk is told when a form is wrong: every problem at once, with sheet and row."""

from pathlib import Path

import pytest

from forms.problems import FormError, Problem
from forms.reach import NEVER
from tests.forms.kit import book_of, problems_of

REFUSED_TYPES = sorted(NEVER)


@pytest.mark.parametrize("kind", REFUSED_TYPES)
def test_refused_types(tmp_path: Path, kind: str) -> None:
    found = problems_of(
        tmp_path,
        f"""
        | survey |
        | | type | name | label |
        | | text | a | A |
        | | {kind} | b | B |
        | choices |
        | | list_name | name | label |
        | | k | x | X |
        """,
    )
    assert found == [f"survey, row 3: questions of the type “{kind}” cannot be asked here"]


@pytest.mark.parametrize(
    ("column", "cell"),
    [("intent", "org.example.app(a='b')"), ("Intent", "x")],
)
def test_refused_columns(tmp_path: Path, column: str, cell: str) -> None:
    found = problems_of(
        tmp_path,
        f"""
        | survey |
        | | type | name | label | {column} |
        | | text | a | A | |
        | | image | b | B | {cell} |
        """,
    )
    assert found == [f"survey, row 3: the column “{column}” cannot be used here"]


def test_refused_sheets_and_settings(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path,
        """
        | survey |
        | | type | name | label |
        | | text | a | A |
        | settings |
        | | form_id | public_key |
        | | x | abc |
        | osm |
        | | list_name | name | label |
        | | tags | building | Building |
        """,
    )
    assert found == [
        "osm, row 1: the sheet “osm” cannot be used here",
        "settings, row 2: the column “public_key” cannot be used here",
    ]


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("relevant", "${a} >", "unexpected end of source"),
        ("constraint", ". > 1 and", "unexpected end of source"),
        ("calculation", "foo(${a})", "unknown function 'foo'"),
        ("required", "${a} = = 1", "unexpected '=' operator"),
        ("read_only", "selected(${a})", "Too few arguments"),
        ("choice_filter", "kind = ", "unexpected end of source"),
        ("Constraint", "lang('vi')", "lang() is not supported"),
        ("bind::relevant", "1 +", "unexpected end of source"),
    ],
)
def test_a_broken_expression_is_named_with_row_and_column(tmp_path: Path, column: str, cell: str, reason: str) -> None:
    (found,) = problems_of(
        tmp_path,
        f"""
        | survey |
        | | type | name | label | {column} |
        | | text | a | A | |
        | | select_one k | b | B | {cell} |
        | choices |
        | | list_name | name | label | kind |
        | | k | x | X | 1 |
        """,
    )
    meant = {"Constraint": "constraint", "bind::relevant": "relevant"}.get(column, column)
    assert found.startswith(f"survey, row 3: the column “{meant}” has an expression that cannot be read: ")
    assert reason in found


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (
            "| | text | a | A | x | |",
            "row 2: an indicator must stand on an integer, decimal or calculate, not on “text”",
        ),
        ("| | integer | a | A | 2X | |", "row 2: the indicator “2X” must be lower-case letters"),
        ("| | integer | a | A | | boss |", "row 2: the audience must be empty, leaders or news, not “boss”"),
        (
            "| | integer | a | A | x | |\n| | integer | b | B | x | |",
            "row 3: the indicator “x” is already used in row 2",
        ),
    ],
)
def test_own_columns(tmp_path: Path, rows: str, found: str) -> None:
    (problem,) = problems_of(tmp_path, f"| survey |\n| | type | name | label | indicator | audience |\n{rows}")
    assert problem.startswith(f"survey, {found}")


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("| | text | | A | |", "row 2: the name is missing"),
        ("| | | a | A | |", "row 2: the type is missing"),
        ("| | text | a b | A | |", "row 2: the name “a b” must start with a letter"),
        ("| | text | a | | |", "row 2: the label is missing"),
        ("| | text | a | A | |\n| | text | a | B | |", "row 3: the name “a” is already used in row 2"),
        ("| | text | a | A | ${zz} = 1 |", "row 2: the column “relevant” refers to ${zz}"),
        ("| | text | a | A ${last-saved#a} | |", "row 2: the column “label” refers to ${last-saved#a}"),
        ("| | text | a | A | /data/zz = 1 |", "row 2: the column “relevant” of “a” refers to /data/zz"),
        ("| | text | a | A | ../b/c = 1 |", "row 2: the column “relevant” of “a” refers to /data/b/c"),
        ("| | text | a | A | . = 1 |", "row 2: these depend on each other in a circle: a"),
        (
            "| | text | a | A | ${b} = 1 |\n| | text | b | B | ${a} = 1 |",
            "row 2: these depend on each other in a circle: a, b",
        ),
        ("| | select_one | a | A | |", "row 2: the type “select_one” names no choice list"),
        ("| | select_one zz | a | A | |", "row 2: the choices sheet has no list “zz”"),
        ("| | begin_group | a | A | |", "row 2: Unmatched 'begin_group'"),
        ("| | text | a | A ${a | |", "row 2: the 'label' value is invalid"),
    ],
)
def test_slips(tmp_path: Path, rows: str, found: str) -> None:
    (problem,) = problems_of(
        tmp_path,
        "| survey |\n| | type | name | label | relevant |\n" + rows + "\n"
        "| choices |\n| | list_name | name | label |\n| | k | x | X |",
    )
    assert problem.startswith(f"survey, {found}")


def test_choices(tmp_path: Path) -> None:
    form = """
        | survey |
        | | type | name | label |
        | | select_one k | a | A |
        | choices |
        | | list_name | name | label |
        | | k | x | X |
        | | k | | Y |
        | | k | x | Z |
        """
    twice = "choices, row 4: the list “k” has the choice “x” already in row 2"
    assert problems_of(tmp_path, form) == ["choices, row 3: the choice has no name", twice]
    allowed = form.replace("| | k | | Y |\n", "") + "| settings |\n| | allow_choice_duplicates |\n| | yes |"
    assert problems_of(tmp_path, allowed) == []


def test_a_bad_default(tmp_path: Path) -> None:
    head = "| survey |\n| | type | name | label | default |\n"
    assert problems_of(tmp_path, head + "| | integer | a | A | many |") == [
        "survey, row 2: the default “many” is not a valid value of the type “integer”"
    ]
    assert problems_of(tmp_path, head + "| | date | a | A | 2022-02-30 |") == [
        "survey, row 2: the default “2022-02-30” is not a valid value of the type “date”"
    ]


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        ("| choices |\n| | list_name | name | label |", "the workbook has no sheet named survey"),
        ("| survey |\n| | type | name | label |", "survey: the survey has no questions"),
        (
            "| survey |\n| | type | name | label | label |\n| | text | a | A | B |",
            "survey, row 1: the column “label” stands twice",
        ),
    ],
)
def test_the_workbook_as_a_whole(tmp_path: Path, markdown: str, found: str) -> None:
    assert problems_of(tmp_path, markdown) == [found]


def test_disabled_rows_do_not_count(tmp_path: Path) -> None:
    head = "| survey |\n| | type | name | label | disabled |\n| | text | a | A | |\n"
    assert problems_of(tmp_path, head + "| | geopoint | a | B | yes |") == []


def test_unknown_columns_and_comments_pass(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "| survey |\n| | type | name | label | remark |\n| | text | a | A | see plan |") == []


def test_all_at_once(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path,
        """
        | survey |
        | | type | name | label | relevant | indicator | audience |
        | | text | a | A | ${b} > | x | |
        | | start-geopoint | b | B | | | |
        | | integer | a | C | ${zz} = 1 | Bad | boss |
        | | integer | d | D | | | |
        | choices |
        | | list_name | name | label |
        | | k |  | X |
        | osm |
        | | list_name | name | label |
        | | tags | building | Building |
        """,
    )
    assert [line.split(":")[0] for line in found] == [
        "choices, row 2", "osm, row 1", "survey, row 2", "survey, row 2", "survey, row 3", *["survey, row 4"] * 4,
    ]  # fmt: skip


def test_a_problem_can_be_translated(tmp_path: Path) -> None:
    with pytest.raises(FormError) as error:
        book_of(tmp_path, "| survey |\n| | type | name | label |\n| | audit | a | A |")
    (problem,) = error.value.problems
    assert problem == Problem("type_refused", {"type": "audit"}, "survey", 2)
    assert problem.msgid == "questions of the type “{type}” cannot be asked here"
    assert problem.message == problem.msgid.format_map(problem.params)
