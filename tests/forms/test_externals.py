"""Choices and tables that stand in files beside the form, and forms that are XForms already."""

from pathlib import Path

import pytest

from forms.api import Session, open_form
from forms.externals import MOST_BYTES
from forms.problems import FormError
from forms.xform import parse
from forms.xlsform import read_workbook
from tests.forms.kit import DAILY, NOW

FILES = {
    "places.csv": "id,nm,kind\nd1,District <1>,d\nc1,Commune & 1,c\nc2,Commune 2,c\n",
    "fruits.xml": "<root><item><name>a</name><label>Apple</label></item></root>",
    "wells.geojson": '{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "w1",'
    ' "properties": {"title": "Well 1"}, "geometry": {"type": "Point", "coordinates": [106.7, 10.8]}}]}',
}
FORM = """
| survey |
| | type | name | label | choice_filter | parameters | calculation |
| | select_one_from_file places.csv | place | Place | kind = 'c' | value=id label=nm | |
| | select_multiple_from_file fruits.xml | fruits | Fruits | | | |
| | select_one_from_file wells.geojson | well | Well | | value=id label=title | |
| | calculate | pulled | | | | pulldata('places', 'nm', 'id', ${place}) |
| | calculate | where | | | | instance('wells')/root/item[id = ${well}]/geometry |
| | select_one_external towns | town | Town | region = ${place} | | |
| external_choices |
| | list_name | name | label | region |
| | towns | t1 | Town 1 | c1 |
| | towns | t2 | Town 2 | c2 |
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    found = tmp_path / "form.md"
    found.write_text(FORM, encoding="utf-8")
    return found


def problems(path: Path) -> str:
    with pytest.raises(FormError) as error:
        open_form(path)
    return str(error.value)


def test_choices_come_from_the_files(path: Path) -> None:
    session = Session(open_form(path), clock=lambda: NOW)
    session.answer("/data/place", "c1")
    session.answer("/data/well", "w1")
    found = session.dump()
    assert found["/data/place"].choices == {"c1": "Commune & 1", "c2": "Commune 2"}
    assert found["/data/fruits"].choices == {"a": "Apple"}
    assert found["/data/well"].choices == {"w1": "Well 1"}
    assert found["/data/pulled"].value == "Commune & 1"
    assert found["/data/where"].value == "10.8 106.7 0 0"
    assert found["/data/town"].choices == {"t1": "Town 1"}


def test_the_xform_then_stands_alone(path: Path, tmp_path: Path) -> None:
    xform_xml = read_workbook(path, strict=False).xform_xml
    for name in FILES:
        (tmp_path / name).unlink()
    assert [item.value for item in parse(xform_xml).by_name["place"].items] == ["d1", "c1", "c2"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("places.csv", None, "“places.csv” cannot be read: it does not stand beside the form"),
        ("fruits.xml", "<root><item>", "“fruits.xml” cannot be read"),
        ("fruits.xml", "<!DOCTYPE root [<!ENTITY a 'b'>]><root/>", "it has a document type declaration"),
        ("wells.geojson", "{}", "“wells.geojson” cannot be read"),
        ("places.csv", "x" * (MOST_BYTES + 1), "it is larger than"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(path: Path, name: str, content: str | None, reason: str) -> None:
    (path.parent / name).unlink()
    if content is not None:
        (path.parent / name).write_text(content, encoding="utf-8")
    assert reason in problems(path)


def test_a_file_elsewhere_is_not_opened(tmp_path: Path) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text("name,label\na,A\n", encoding="utf-8")
    xform = read_workbook(DAILY).xform_xml
    external = '<instance id="s" src="jr://file-csv/../secret.csv"/>'
    (folder / "form.xml").write_text(xform.replace("</instance>", f"</instance>{external}", 1), encoding="utf-8")
    assert "it does not stand beside the form" in problems(folder / "form.xml")


def test_an_xform_is_a_form_too(tmp_path: Path) -> None:
    book = read_workbook(DAILY)
    found = tmp_path / "daily.xml"
    found.write_text(book.xform_xml, encoding="utf-8")
    again = read_workbook(found)
    assert (again.xform_xml, again.sheets, again.columns) == (book.xform_xml, {}, {})
    assert [question.path for question in open_form(found).questions] == [
        q.path for q in parse(book.xform_xml).questions
    ]


XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>By hand</h:title><model>
  <instance><data xmlns="http://example.org/by-hand" version="3">
    <b/><a>7</a><row><x/></row><row><x/></row></data></instance>
  <bind id="a_id" nodeset="/data/a" type="int"/><bind nodeset="/data/b"/>
  <bind nodeset="/data/row/x" type="int" relevant="/data/row/x &gt; -5 or position(..) = 2"/>
</model></h:head><h:body>
  <input bind="a_id"><label>A</label></input>
  <select1 ref="/data/b"><label>B</label>
    <item><label>One <output value="/data/a"/></label><value>1</value></item></select1>
  <group><label>Rows</label>
    <repeat nodeset="/data/row"><input ref="/data/row/x"><label>X</label></input></repeat></group>
</h:body></h:html>"""


def test_an_xform_by_another_hand(tmp_path: Path) -> None:
    path = tmp_path / "hand.xml"
    path.write_text(XFORM, encoding="utf-8")
    with pytest.raises(FormError, match="in a circle: x"):
        open_form(path)
    path.write_text(XFORM.replace("/data/row/x &gt; -5 or ", ""), encoding="utf-8")
    form = open_form(path)
    assert (form.id, form.version, form.namespace) == ("http://example.org/by-hand", "3", "http://example.org/by-hand")
    session = Session(form, clock=lambda: NOW)
    dump = session.dump()
    # In the order of the body; the first instance has two rows already.
    assert list(dump) == ["/data/a", "/data/b", "/data/row[1]/x", "/data/row[2]/x", "/data/row"]
    assert dump["/data/b"].choices == {"1": "One 7"}
    assert [dump[f"/data/row[{place}]/x"].relevant for place in (1, 2)] == [False, True]
    assert session.interview.heading(session.interview.draft.questions()[2]) == "Rows"
