"""Reports as XForms instances, with metadata and entities."""

from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from forms.api import Session, open_form
from forms.instance import entity_values
from forms.problems import FormError
from tests.forms.kit import NOW

FORM = """
| survey |
| | type | name | label | relevant | calculation | save_to |
| | begin_repeat | tree | Tree | | | |
| | text | kind | Which kind? | | | species |
| | decimal | girth | How thick? | ${kind} != '' | | girth |
| | end_repeat | | | | | |
| | select_multiple k | tools | Tools | | | |
| | time | at | When? | | | |
| | text | remark | Remark | ${tools} != '' | | |
| | calculate | own_id | | | ${instanceID} | |
| choices |
| | list_name | name | label |
| | k | saw | Saw |
| | k | axe | Axe |
| settings |
| | form_id | version | instance_name |
| | trees | 2 | concat('Trees at ', ${at}) |
| entities |
| | list_name | label | create_if |
| | trees | concat(${kind}, ' tree') | ${girth} > 1 |
"""
ORX = "{http://openrosa.org/xforms}"
ENTITIES = "{http://www.opendatakit.org/xforms/entities}"


def filled(folder: Path) -> Session:
    path = folder / "form.md"
    path.write_text(FORM, encoding="utf-8")
    session = Session(open_form(path), clock=lambda: NOW, seed="draft-1")
    session.add("/data/tree")
    for path_, value in {
        "/data/tree[1]/kind": "Oak & <ash>",
        "/data/tree[1]/girth": "1.5",
        "/data/tree[2]/kind": "Elm",
        "/data/tree[2]/girth": "0.5",
        "/data/at": "09:30",
    }.items():
        assert session.answer(path_, value) is None
    return session


def test_an_instance_is_what_is_relevant_in_the_order_of_the_form(tmp_path: Path) -> None:
    root = fromstring(filled(tmp_path).instance_xml())
    assert (root.tag, root.get("id"), root.get("version")) == ("data", "trees", "2")
    assert [child.tag for child in root] == ["tree", "tree", "tools", "at", "own_id", f"{ORX}meta"]
    assert [child.text for child in root[0]][:2] == ["Oak & <ash>", "1.5"]
    assert root.findtext("at") == "09:30:00.000+07:00"


def test_the_report_has_one_id_and_a_name(tmp_path: Path) -> None:
    session = filled(tmp_path)
    meta = fromstring(session.instance_xml()).find(f"{ORX}meta")
    assert meta is not None
    assert meta.findtext(f"{ORX}instanceName") == "Trees at 09:30"
    assert meta.findtext(f"{ORX}instanceID") == session.dump()["/data/own_id"].value
    again = Session(session.interview.form, clock=lambda: NOW, seed="draft-1", state=session.state)
    assert again.instance_xml() == session.instance_xml()
    other = Session(session.interview.form, clock=lambda: NOW, seed="draft-2", state=session.state)
    assert other.instance_xml() != session.instance_xml()


def test_entities_are_created_for_each_instance(tmp_path: Path) -> None:
    session = filled(tmp_path)
    found = [tree.find(f"meta/{ENTITIES}entity") for tree in fromstring(session.instance_xml()).findall("tree")]
    oak, elm = (entity for entity in found if entity is not None)
    assert (oak.get("dataset"), oak.get("create"), oak.findtext(f"{ENTITIES}label")) == (
        "trees",
        "1",
        "Oak & <ash> tree",
    )
    assert elm.get("create") == "0"
    assert oak.get("id") != elm.get("id")
    (entity,) = session.interview.form.entities
    assert entity_values(session.interview.draft, entity) == [
        {"species": "Oak & <ash>", "girth": "1.5"},
        {"species": "Elm", "girth": "0.5"},
    ]


def test_a_slip_in_the_settings_is_named_there(tmp_path: Path) -> None:
    path = tmp_path / "form.md"
    path.write_text(FORM.replace("concat('Trees at ', ${at})", "concat('Trees at ', $at)"), encoding="utf-8")
    with pytest.raises(FormError, match=r"settings, row 2: the column “instance_name” has an expression"):
        open_form(path)
