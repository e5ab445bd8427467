"""XForms as other tools and times wrote them: what is only a way of writing is read, what is wrong is named."""

from pathlib import Path

import pytest

from forms.api import Session, open_form
from forms.kinds import Kind
from forms.model import Form
from forms.problems import FormError
from forms.xform import parse
from tests.forms.kit import NOW

HEAD = '<h:html xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa"'
XFORMS = ' xmlns="http://www.w3.org/2002/xforms"'


def xform(fields: str, binds: str, body: str, *, spaces: str = XFORMS) -> str:
    return (
        f"{HEAD}{spaces}><h:head><h:title>T</h:title><model><instance><data id='t'>{fields}</data></instance>"
        f"{binds}</model></h:head><h:body>{body}</h:body></h:html>"
    )


def form(fields: str, binds: str, body: str, *, spaces: str = XFORMS) -> Form:
    return parse(xform(fields, binds, body, spaces=spaces))


def refused(fields: str, binds: str, body: str) -> str:
    with pytest.raises(FormError) as error:
        form(fields, binds, body)
    return str(error.value)


def kinds(found: Form) -> dict[str, Kind]:
    return {question.name: question.kind for question in found.questions}


def test_a_model_may_have_no_namespace() -> None:
    found = form(
        "<n/>", '<bind nodeset="/data/n" type="int"/>', '<input ref="/data/n"><label>N</label></input>', spaces=""
    )
    assert kinds(found) == {"n": Kind.INTEGER}
    assert Session(found, clock=lambda: NOW).dump()["/data/n"].label == "N"


def test_the_namespace_of_odk_may_end_in_a_slash() -> None:
    body = '<odk:rank ref="/data/r"><item><label>A</label><value>a</value></item></odk:rank>'
    found = form("<r/>", "", body, spaces=f'{XFORMS} xmlns:odk="http://www.opendatakit.org/xforms/"')
    assert kinds(found) == {"r": Kind.RANK}


def test_controls_and_binds_may_stand_relative() -> None:
    body = (
        '<input ref="n"><label>N</label></input>'
        '<group ref="g"><input ref="x"><label>X</label></input></group>'
        '<group ref="/data/r"><repeat nodeset="/data/r"><input ref="y"><label>Y</label></input></repeat></group>'
        '<group><label>No place</label><input ref="./z"><label>Z</label></input></group>'
    )
    found = form("<n/><g><x/></g><r><y/></r><z/>", '<bind nodeset="n" type="int"/>', body)
    assert [question.path for question in found.asked] == ["/data/n", "/data/g/x", "/data/r/y", "/data/z"]
    assert kinds(found)["n"] is Kind.INTEGER


def test_a_default_may_have_space_around_it() -> None:
    binds = '<bind nodeset="/data/d" type="date"/><bind nodeset="/data/t"/>'
    body = '<input ref="/data/d"/><input ref="/data/t"/>'
    session = Session(form("<d>\n 2022-12-16\n </d><t> a b </t>", binds, body), clock=lambda: NOW)
    assert session.dump()["/data/d"].value == "2022-12-16"
    assert session.dump()["/data/t"].value == " a b "


def test_null_is_read_as_nothing() -> None:
    binds = """<bind nodeset="/data/c" calculate="if(1 = 2, 'x', null)"/>"""
    assert Session(form("<c/>", binds, ""), clock=lambda: NOW).dump()["/data/c"].value is None


def test_types_by_their_other_names() -> None:
    binds = (
        '<bind nodeset="/data/m" type="datetime"/><bind nodeset="/data/n" type="note" readonly="true()"/>'
        '<bind nodeset="/data/hidden" type="binary"/>'
    )
    found = form("<m/><n/><hidden/>", binds, '<input ref="/data/m"/><input ref="/data/n"><label>N</label></input>')
    assert kinds(found) == {"m": Kind.DATETIME, "n": Kind.NOTE, "hidden": Kind.CALCULATE}


@pytest.mark.parametrize(
    ("preload", "params", "expected"),
    [
        ("property", "phone number", "0900"),
        ("property", "DeviceID", "d1"),
        ("context", "UserName", "lan"),
        ("property", "uri:username", "lan"),
        ("uid", "", "uuid:"),
        ("uid", "general", "uuid:"),
    ],
)
def test_metadata_by_its_other_names(preload: str, params: str, expected: str) -> None:
    found = form("<m/>", f'<bind nodeset="/data/m" jr:preload="{preload}" jr:preloadParams="{params}"/>', "")
    people = {"phonenumber": "0900", "deviceid": "d1", "username": "lan"}
    first, second = (Session(found, clock=lambda: NOW, seed=seed, properties=people) for seed in ("1", "2"))
    value = first.dump()["/data/m"].value
    assert str(value).startswith(expected)
    assert (value == second.dump()["/data/m"].value) is (preload != "uid")


def test_a_report_has_one_id_wherever_it_is_asked_for() -> None:
    binds = '<bind nodeset="/data/m" jr:preload="uid"/><bind nodeset="/data/c" calculate="/data/meta/instanceID"/>'
    session = Session(form("<m/><c/><meta><instanceID/></meta>", binds, ""), clock=lambda: NOW, seed="1")
    ids = {str(session.dump()[path].value) for path in ("/data/m", "/data/c")}
    assert ids == {session.interview.draft.instance_id}


def test_metadata_of_a_sim_card_is_refused() -> None:
    binds = '<bind nodeset="/data/m" jr:preload="property" jr:preloadParams="simserial"/>'
    assert "“m” uses simserial, which cannot be used here" in refused("<m/>", binds, "")


@pytest.mark.parametrize(
    "wrong", ['start="abc" end="5"', 'start="1" end="two"', 'start="1" end="5" step="x"', 'start="NaN" end="5"']
)
def test_a_range_needs_numbers(wrong: str) -> None:
    body = f'<range ref="/data/r" {wrong}><label>R</label></range>'
    assert "the range of “r” must have numbers as start, end and step" in refused("<r/>", "", body)


def test_choices_of_a_device_stand_in_itemsets_csv(tmp_path: Path) -> None:
    query = "instance('towns')/root/item[region= /data/region ]"
    body = f'<input ref="/data/region"/><input ref="/data/town" query="{query}"><label>Town</label></input>'
    path = tmp_path / "form.xml"
    path.write_text(xform("<region/><town/>", "", body), encoding="utf-8")
    with pytest.raises(FormError):
        open_form(path)
    (tmp_path / "itemsets.csv").write_text(
        "list_name,name,label,region\ntowns,t1,Town 1,a\ntowns,t2,Town 2,b\n", encoding="utf-8"
    )
    session = Session(open_form(path), clock=lambda: NOW)
    session.answer("/data/region", "b")
    assert session.dump()["/data/town"].choices == {"t2": "Town 2"}
