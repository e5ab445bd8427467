"""Reading an XForm: kinds, texts, logic, and what is refused when no workbook is at hand."""

from pathlib import Path

import pytest

from forms.expressions import Expression
from forms.kinds import Kind
from forms.model import Form
from forms.problems import FormError
from forms.texts import language_code
from forms.xform import parse
from tests.forms.kit import book_of, form_of, question

EVERY_KIND = """
| survey |
| | type | name | label | calculation | parameters | unit | indicator |
| | integer | a | A | | | đồng | a |
| | decimal | b | B | | | km | b |
| | text | c | C | | | | |
| | note | d | D | | | | |
| | select_one k | e | E | | | | |
| | select_multiple k | f | F | | | | |
| | date | g | G | | | | |
| | time | h | H | | | | |
| | image | i | I | | | | |
| | calculate | j | | 1 + 1 | | VND | j |
| choices |
| | list_name | name | label |
| | k | x | X |
"""


def test_every_kind(tmp_path: Path) -> None:
    form = form_of(tmp_path, EVERY_KIND)
    assert {found.name: found.kind for found in form.questions} == {
        "a": Kind.INTEGER, "b": Kind.DECIMAL, "c": Kind.TEXT, "d": Kind.NOTE, "e": Kind.SELECT_ONE,
        "f": Kind.SELECT_MULTIPLE, "g": Kind.DATE, "h": Kind.TIME, "i": Kind.IMAGE, "j": Kind.CALCULATE,
    }  # fmt: skip
    assert [found.name for found in form.asked] == ["a", "b", "c", "e", "f", "g", "h", "i"]
    assert [found.name for found in form.indicators()] == ["a", "b", "j"]
    assert [found.name for found in form.questions if found.is_money] == ["a"]


def test_what_a_form_knows_of_itself(daily: Form) -> None:
    assert (daily.id, daily.version, daily.title) == ("daily", "2022121601", "Báo cáo ngày")
    assert daily.languages == ("vi", "en")
    assert daily.default_language == "vi"
    assert daily.by_path["/data/houses/repaired"] is daily.by_name["repaired"]


def test_own_columns(daily: Form) -> None:
    repaired = question(daily, "repaired")
    assert repaired.indicator == "charity_houses_repaired"
    assert repaired.unit == {"vi": "căn"}
    assert repaired.synonyms == ("sửa nhà", "nhà sửa")
    assert question(daily, "opinion").audience == "leaders"
    assert question(daily, "value").is_money
    assert not repaired.is_money


def test_short_names_in_several_languages(tmp_path: Path) -> None:
    form = form_of(
        tmp_path,
        """
        | survey |
        | | type | name | label | short::Vietnamese (vi) | Short::en |
        | | integer | a | How many? | Căn | Houses |
        """,
    )
    assert question(form, "a").short == {"vi": "Căn", "en": "Houses"}


def test_logic_is_compiled(daily: Form) -> None:
    repaired = question(daily, "repaired")
    assert isinstance(repaired.required, Expression)
    assert repaired.constraint is not None
    assert repaired.constraint.references == {"."}
    assert repaired.default == 1
    assert isinstance(question(daily, "day").default, Expression)
    assert [group.name for group in repaired.groups] == ["houses"]


def test_each_part_comes_after_what_it_depends_on(tmp_path: Path) -> None:
    form = form_of(
        tmp_path,
        """
        | survey |
        | | type | name | label | relevant | calculation |
        | | begin_group | g | G | ${last} > 1 | |
        | | integer | a | A | | |
        | | calculate | b | | | sum(../../sums/*) + count(//c1) |
        | | end_group | | | | |
        | | begin_group | sums | | | |
        | | calculate | c1 | | | ${last} * 2 |
        | | calculate | c2 | | | ${c3} |
        | | calculate | c3 | | | 1 |
        | | end_group | | | | |
        | | integer | last | Last | | |
        """,
    )
    places = {part.name: place for place, part in enumerate(form.order)}
    assert places["last"] < places["g"] < places["a"]
    assert places["g"] < places["b"]
    assert places["last"] < places["c1"] < places["b"]
    assert places["c3"] < places["c2"] < places["b"]


def test_without_translations(tmp_path: Path) -> None:
    form = form_of(tmp_path, EVERY_KIND)
    assert form.languages == ("",)
    assert form.text(question(form, "a").label, "vi").parts == ("A",)


def test_the_forms_own_language_need_not_be_the_first(tmp_path: Path) -> None:
    form = form_of(
        tmp_path,
        """
        | survey |
        | | type | name | label::English (en) | label::Vietnamese (vi) |
        | | text | a | One | Một |
        | settings |
        | | default_language |
        | | Vietnamese (vi) |
        """,
    )
    assert form.default_language == "vi"
    assert form.text(question(form, "a").label, "lo").parts == ("Một",)


def test_guidance_is_a_text_of_its_own(tmp_path: Path) -> None:
    form = form_of(
        tmp_path,
        """
        | survey |
        | | type | name | label | hint | guidance_hint |
        | | text | a | A | Short | Long |
        """,
    )
    found = question(form, "a")
    assert form.text(found.hint, "").parts == ("Short",)
    assert form.text(found.guidance, "").parts == ("Long",)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Vietnamese (vi)", "vi"),
        ("English (EN)", "en"),
        ("default", ""),
        ("Tày", "Tày"),
        ("Português (pt-BR)", "pt-br"),
    ],
)
def test_language_codes(name: str, code: str) -> None:
    assert language_code(name) == code


def changed(folder: Path, old: str, new: str) -> str:
    """The XForm of EVERY_KIND with one thing in it changed, as another tool might have written it."""
    xml = book_of(folder, EVERY_KIND).xform_xml
    assert old in xml
    return xml.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('type="int"', 'type="select1"', "“a” uses select1"),
        ('mediatype="image/*"', 'mediatype="osm/*"', "“i” uses osm"),
        ("instance('k')/root/item", "instance('other')/root/item", "“e” uses instance('other')"),
        ("instance('k')/root/item", "instance('other')/root/row", "looks into “other”, which is no list of the form"),
        ('calculate="1 + 1"', 'calculate="1 +"', "unexpected end of source"),
        ('calculate="1 + 1"', 'jr:preload="context" jr:preloadParams="UserID"', "“j” uses UserID"),
        ('type="string" calculate="1 + 1"', 'type="thing"', "“j” uses thing"),
        ('calculate="1 + 1"', 'calculate="/data/gone + 1"', "refers to /data/gone"),
        ("<a/>", "<a>many</a>", "the default “many” is not a valid value of the type “integer”"),
        ("<h:body>", '<h:body><secret ref="/data/a"/>', "“a” uses secret"),
        ("<h:body>", '<h:body><input ref="/data/a"><setvalue event="DOMActivate" ref="/data/b"/></input>', "uses DOM"),
        ("</model>", '<setgeopoint event="odk-instance-first-load" ref="/data/b"/></model>', "“b” uses setgeopoint"),
        ("<h:html", '<!DOCTYPE x [<!ENTITY a "b">]><h:html', "it has a document type declaration"),
        ("<h:body>", "<h:body2>", "cannot be read as a form"),
        ("</h:html>", "", "cannot be read as a form"),
    ],
)
def test_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(FormError) as error:
        parse(changed(tmp_path, old, new))
    assert message in str(error.value)


def test_what_never_holds_is_no_condition_but_hides(tmp_path: Path) -> None:
    form = parse(changed(tmp_path, 'type="int"', 'type="int" required="false()" relevant="false()"'))
    assert question(form, "a").required is None
    assert question(form, "a").relevant is not None
