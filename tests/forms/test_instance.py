"""Reports as XForms instances, with metadata and entities: of a draft, and of a report that was kept."""

import json
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyxform.xform_instance_parser import XFormInstanceParser

from bench.conformance.walking import plausible
from forms.api import Session, open_form
from forms.instance import writable, write_kept
from forms.interview import Interview
from forms.kinds import Kind
from forms.model import Form
from forms.nodes import Env
from forms.problems import FormError
from forms.registering import said
from forms.results import answer_key
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
    # The register of models takes the oak alone: the elm's condition does not hold.
    told = said(session.interview.form, session.interview.result(), Env(NOW))
    assert [(one.label, one.data) for one in told] == [
        ("Oak & <ash> tree", {"species": "Oak & <ash>", "girth": "1.5"}),
    ]  # fmt: skip


def test_a_slip_in_the_settings_is_named_there(tmp_path: Path) -> None:
    path = tmp_path / "form.md"
    path.write_text(FORM.replace("concat('Trees at ', ${at})", "concat('Trees at ', $at)"), encoding="utf-8")
    with pytest.raises(FormError, match=r"settings, row 2: the column “instance_name” has an expression"):
        open_form(path)


# --- a report that was kept ------------------------------------------------------------------------

KINDS = """
| survey |
| | type | name | label | relevant | calculation | repeat_count | parameters |
| | start | start | | | | | |
| | today | today | | | | | |
| | deviceid | device | | | | | |
| | integer | people | How many? | | | | |
| | decimal | road | How long? | | | | |
| | range | mark | How good? | | | | start=0.5 end=5 step=0.5 |
| | text | story | Story | | | | |
| | note | thanks | Thanks for ${people} | | | | |
| | select_one k | one | One | | | | |
| | select_multiple k | many | Many | ${people} > 1 | | | |
| | rank k | ranked | Rank | | | | |
| | date | day | Day | | | | |
| | time | at | Time | | | | |
| | datetime | moment | Moment | | | | |
| | geopoint | place | Place | | | | |
| | geotrace | line | Line | | | | |
| | geoshape | area | Area | | | | |
| | image | photo | Photo | | | | |
| | audio | sound | Sound | | | | |
| | video | film | Film | | | | |
| | file | paper | Paper | | | | |
| | barcode | code | Code | | | | |
| | acknowledge | seen | Seen? | | | | |
| | calculate | dice | | | once(random()) | | |
| | calculate | third | | | ${people} div 3 | | |
| | begin_repeat | house | House | ${people} > 0 | | | |
| | text | owner | Whose? | | | | |
| | begin_group | inside | Inside | ${owner} != 'a' | | | |
| | integer | rooms | Rooms? | | | | |
| | begin_repeat | room | Room | | | ${rooms} mod 4 | |
| | text | colour | Colour | | | | |
| | select_multiple k | has | Has | | | | |
| | calculate | no | | | position(..) | | |
| | end_repeat | | | | | | |
| | end_group | | | | | | |
| | select_one ${owner} | friend | Friend | | | | |
| | end_repeat | | | | | | |
| | begin_group | first | First | | | | |
| | text | remark | Remark | | | | |
| | end_group | | | | | | |
| | begin_group | second | Second | | | | |
| | text | remark | Remark | | | | |
| | end_group | | | | | | |
| choices |
| | list_name | name | label |
| | k | saw | Saw |
| | k | axe | Axe |
| | k | bow | Bow |
| settings |
| | form_id | version | instance_name |
| | kinds | 3 | concat('Of ', ${people}) |
"""


@cache
def kinds() -> Form:
    """Not a fixture: Hypothesis would print all of it when an example fails."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "kinds.md"
        path.write_text(KINDS, encoding="utf-8")
        return open_form(path)


def kept(form: Form, result: dict[str, Any], **more: Any) -> str:
    # A week later, and with another seed: nothing may be worked out anew.
    env = Env(NOW + timedelta(days=7), seed="another")
    return write_kept(form, result, env, **{"instance_id": "uuid:1", **more})


def read(form: Form, element: Element, path: str = "") -> dict[str, Any]:
    """The texts of an instance as a result has them: what an OpenRosa server reads out of it."""
    found: dict[str, Any] = {}
    for child in element:
        ref = f"{path or f'/{element.tag}'}/{child.tag}"
        group = form.groups.get(ref)
        if ref in form.by_path:
            if child.text:
                found[answer_key(form, ref)] = child.text
        elif group is not None and group.repeat is not None:
            found.setdefault(answer_key(form, ref), []).append(read(form, child, ref))
        elif group is not None:
            found |= read(form, child, ref)
    return found


def as_texts(value: Any) -> Any:
    """A result with each answer as the text that stands for it in XML, clocks apart."""
    if isinstance(value, dict):
        texts = {name: as_texts(inner) for name, inner in value.items()}
        return {name: inner for name, inner in texts.items() if inner != ""}
    if isinstance(value, list):
        return [as_texts(row) for row in value] if isinstance(value[0], dict) else " ".join(value)
    return writable(str(value))


TEXTS = st.text(max_size=8) | st.text("\r\n\t\0\x1b\ud800 <&>]'\"é", max_size=8)


def fill(form: Form, chance: Random, texts: list[str]) -> Interview:
    """An interview with answers of every kind, and with whatever text."""
    moment = NOW
    session = Session(form, clock=lambda: moment, seed="draft", properties={"deviceid": "web:1"})
    for _ in range(120):
        if (current := session.interview.current) is None:
            break
        moment += timedelta(seconds=20)
        value = plausible(session.interview, current, chance)
        if current.kind in {Kind.TEXT, Kind.BARCODE}:
            value = chance.choice(texts)
        if session.answer(current.path, value) is not None:
            session.answer(current.path, None)
    return session.interview


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), texts=st.lists(TEXTS, min_size=1, max_size=9))
def test_whatever_is_answered_can_be_read_out_again(seed: int, texts: list[str]) -> None:
    result = json.loads(json.dumps(fill(kinds(), Random(seed), texts).result()))
    text = kept(kinds(), result)
    found = read(kinds(), fromstring(text.encode()))
    if "at" in found:
        assert found["at"].endswith(":00.000+07:00")
        found["at"] = found["at"][:5]
    assert found == as_texts(result)
    parser = XFormInstanceParser(text)
    assert (parser.get_root_node_name(), parser.get_xform_id_string()) == ("data", "kinds")
    assert parser.get_attributes()["version"] == "3"


def test_a_kept_report_holds_every_node_and_its_ids() -> None:
    result = {"people": 0, "third": "0.1", "start": "2022-12-01T07:00:00.000+07:00", "house": [{}, {"owner": "Bình"}]}
    text = kept(kinds(), result, instance_id="uuid:2", deprecated_id="uuid:1")
    root = fromstring(text)
    assert (root.tag, root.get("id"), root.get("version")) == ("data", "kinds", "3")
    assert (root.findtext("people"), root.findtext("third")) == ("0", "0.1")
    assert root.findtext("start") == "2022-12-01T07:00:00.000+07:00"
    assert [house.findtext("owner") for house in root.findall("house")] == ["", "Bình"]
    assert [child.tag for child in root][:3] == ["start", "today", "device"]
    meta = root.find(f"{ORX}meta")
    assert meta is not None
    assert [(child.tag.removeprefix(ORX), child.text) for child in meta] == [
        ("instanceID", "uuid:2"),
        ("deprecatedID", "uuid:1"),
        ("instanceName", "Of 0"),
    ]


def test_what_is_left_out_is_empty_also_in_the_name_and_in_repeats() -> None:
    result = {"people": 3, "house": [{"owner": "An", "rooms": 2}, {"owner": "Bình"}]}
    text = kept(kinds(), result, without={"/data/people", "/data/house/owner"})
    root = fromstring(text)
    assert root.findtext(f"{ORX}meta/{ORX}instanceName") == "Of "
    assert read(kinds(), root) == {"house": [{"rooms": "2"}, {}]}
    assert "Bình" not in text


def test_a_report_that_nothing_took_place_makes_no_entity(tmp_path: Path) -> None:
    session = filled(tmp_path)
    form, result = session.interview.form, session.interview.result()
    entities = fromstring(kept(form, result)).findall(f"tree/meta/{ENTITIES}entity")
    assert [entity.findtext(f"{ENTITIES}label") for entity in entities] == ["Oak & <ash> tree", "Elm tree"]
    assert not list(fromstring(kept(form, {})).iter(f"{ENTITIES}entity"))
    assert read(form, fromstring(kept(form, {}))) == {}
