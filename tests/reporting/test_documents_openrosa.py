"""The OpenRosa export: what is in the zip, read as another tool reads it, and compared with the reports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

import pytest
from pyxform.xform_instance_parser import XFormInstanceParser
from sqlalchemy import update

from forms.xform import parse
from reporting.documents.openrosa import Submissions, closed_paths, submissions, write_openrosa
from reporting.library import Library
from storage.tables import FormVersion
from storage.uow import table
from tests.forms.kit import form_of
from tests.forms.test_instance import as_texts, read
from tests.reporting.office import Office, add_version, at, open_office
from tests.reporting.test_documents_repeats import ANSWERS, COLUMNS, REPEATS
from tests.reporting.words import ZONE

ORX = "{http://openrosa.org/xforms}"
NEWS = {"type": "text", "name": "news", "label": "Tin"}
WORKED_OUT = """
| survey |
| | type | name | label | calculation | default | trigger |
| | text | opinion | Opinion | | | |
| | calculate | told | | concat('x', ${opinion}) | | |
| | calculate | twice | | string-length(${told}) * 2 | | |
| | text | said | Said | | concat(${opinion}, '') | |
| | calculate | kept | | concat('y', ${told}) | | ${free} |
| | text | free | Free | | | |
| | begin_repeat | letter | Letter | | | |
| | calculate | no | | position(..) | | |
| | text | complaint | What? | | | |
| | begin_repeat | page | Page | | | |
| | text | complaint_page | What? | | | |
| | end_repeat | | | | | |
| | end_repeat | | | | | |
| | calculate | letters | | count(${letter}) | | |
| | calculate | all | | ${letters} + 1 | | |
"""
OPEN_ANSWERS: dict[str, Any] = {
    "repaired": 2,
    "house": [
        {"owner": "=An", "done": ["houses", "gifts"], "rooms": 2, "room": [{"size": "12.5"}, {"size": "9"}]},
        {"owner": "Bình", "rooms": 1, "room": [{"size": "20.25"}]},
    ],
    "best": "Bình",
}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    opened = await open_office(tmp_path)
    async with opened.work(at(14)) as uow:
        schedule = (await opened.form(uow))["schedule"]
        opened.version_id = await add_version(uow, opened.form_id, REPEATS, schedule, COLUMNS)
    await opened.open_periods(at(14, "11:00"))
    yield opened
    await opened.database.close()


async def submissions_of(office: Office, unit: str = "province") -> Submissions:
    async with office.work(at(16)) as uow:
        return await submissions(uow, office.library, await office.form(uow), office.units[unit])


def files(*found: Submissions) -> dict[str, str]:
    with ZipFile(BytesIO(write_openrosa(found, ZONE))) as file:
        assert file.testzip() is None
        return {name: file.read(name).decode() for name in file.namelist()}


def ids(root: Element) -> tuple[str | None, str | None]:
    return root.findtext(f"{ORX}meta/{ORX}instanceID"), root.findtext(f"{ORX}meta/{ORX}deprecatedID")


async def test_each_report_is_an_instance_of_the_form_beside_it(office: Office) -> None:
    await office.report("go", 15, at(15), ANSWERS)
    await office.report("hoa", 15, at(15), {"repaired": 0})
    found = files(await submissions_of(office))
    assert sorted(found) == ["TM-000001.xml", "TM-000002.xml", "form/daily.xml"]
    form = parse(found["form/daily.xml"])
    root = fromstring(found["TM-000001.xml"])
    assert (root.tag, root.get("id"), root.get("version")) == ("data", form.id, None)
    assert read(form, root) == as_texts(OPEN_ANSWERS)
    assert read(form, fromstring(found["TM-000002.xml"])) == {"repaired": "0"}
    flat = XFormInstanceParser(found["TM-000001.xml"]).to_flat_dict()
    assert (flat["house[2]/owner"], flat["house[1]/room[2]/size"], flat["house[1]/opinion"]) == ("Bình", "9", None)
    assert flat["orx:meta/orx:instanceID"].startswith("uuid:")


async def test_what_is_for_leaders_is_nowhere_in_it(office: Office) -> None:
    await office.report("go", 15, at(15), ANSWERS)
    assert not any("kín" in text for text in files(await submissions_of(office)).values())


async def test_an_old_version_in_which_a_question_was_for_leaders_binds_the_new_one(office: Office) -> None:
    await office.report("go", 15, at(15), ANSWERS)
    async with office.work(at(15)) as uow:
        schedule = (await office.form(uow))["schedule"]
        office.version_id = await add_version(uow, office.form_id, [*REPEATS, NEWS], schedule, {})
    await office.report("hoa", 15, at(15), {"house": [{"owner": "Tư", "opinion": "kín"}]})
    texts = files(await submissions_of(office))
    assert "Tư" in texts["TM-000002.xml"]
    assert not any("kín" in text for text in texts.values())


def test_what_is_worked_out_from_closed_questions_is_closed(tmp_path: Path) -> None:
    form = form_of(tmp_path, WORKED_OUT)
    assert closed_paths(form, {"opinion"}) == {f"/data/{name}" for name in ("opinion", "told", "twice", "said", "kept")}
    assert closed_paths(form, {"free"}) == {"/data/free"}


def test_how_many_closed_instances_there_are_is_closed(tmp_path: Path) -> None:
    form = form_of(tmp_path, WORKED_OUT)
    page = {"/data/letter/page", "/data/letter/page/complaint_page"}
    assert closed_paths(form, {"complaint_page"}) == page
    assert closed_paths(form, {"complaint"}) == {"/data/letter/complaint"}
    both = {"/data/letter", "/data/letter/complaint", "/data/letter/no", "/data/letters", "/data/all"}
    assert closed_paths(form, {"complaint", "complaint_page"}) == page | both


async def test_ids_are_stable_and_a_correction_names_what_it_corrects(office: Office) -> None:
    await office.report("go", 15, at(15), ANSWERS)
    first = files(await submissions_of(office))["TM-000001.xml"]
    assert first == files(await submissions_of(office))["TM-000001.xml"]
    await office.report("go", 15, at(15, "09:30"), {"repaired": 5})
    await office.report("hoa", 15, at(15, "09:31"), {"repaired": 5})
    second = fromstring(files(await submissions_of(office))["TM-000001.xml"])
    await office.report("go", 15, at(15, "09:40"), {"repaired": 6})
    found = files(await submissions_of(office))
    third, other = fromstring(found["TM-000001.xml"]), fromstring(found["TM-000002.xml"])
    assert ids(fromstring(first))[1] is None
    assert ids(second)[1] == ids(fromstring(first))[0]
    assert ids(third)[1] == ids(second)[0]
    assert len({ids(root)[0] for root in (fromstring(first), second, third, other)}) == 4
    assert third.findtext("repaired") == "6"


async def test_nothing_took_place_is_an_instance_without_values(office: Office) -> None:
    await office.report("go", 15, at(15), ANSWERS)
    await office.report("go", 15, at(15, "09:30"), None)
    found = files(await submissions_of(office))
    root = fromstring(found["TM-000001.xml"])
    assert read(parse(found["form/daily.xml"]), root) == {}
    assert ids(root)[1] is not None


async def test_each_version_in_use_is_there_and_none_hides_another(office: Office) -> None:
    await office.report("go", 15, at(15), ANSWERS)
    async with office.work(at(15)) as uow:
        schedule = (await office.form(uow))["schedule"]
        office.version_id = await add_version(uow, office.form_id, [*REPEATS, NEWS], schedule, COLUMNS)
    await office.report("hoa", 15, at(15), {"news": "mới"})
    found = files(await submissions_of(office))
    assert sorted(found) == ["TM-000001.xml", "TM-000002.xml", "form/daily-2.xml", "form/daily.xml"]
    assert "news" not in parse(found["form/daily.xml"]).by_name
    assert read(parse(found["form/daily-2.xml"]), fromstring(found["TM-000002.xml"])) == {"news": "mới"}
    assert fromstring(found["TM-000001.xml"]).find("news") is None


async def test_a_version_is_named_in_file_and_instance(office: Office) -> None:
    (version,) = (await submissions_of(office)).versions.values()
    text = version.xform.replace('id="daily"', 'id="daily" version="../v 1"')
    async with office.work(at(15)) as uow:
        t = table(FormVersion)
        await uow.run(update(t).where(t.c.id == office.version_id).values(xform=text))
    office.library = Library()
    await office.report("go", 15, at(15), ANSWERS)
    found = files(await submissions_of(office))
    assert sorted(found) == ["TM-000001.xml", "form/daily-.._v_1.xml"]
    assert fromstring(found["TM-000001.xml"]).get("version") == "../v 1"


async def test_a_code_is_no_path(office: Office) -> None:
    await office.report("go", 15, at(15), {"repaired": 1})
    found = await submissions_of(office)
    found = replace(found, current=(replace(found.current[0], code="../../x/Mã 1"),))
    assert sorted(files(found)) == ["_.._x_Mã_1.xml", "form/daily.xml"]


async def test_only_what_is_below_the_unit(office: Office) -> None:
    await office.report("go", 15, at(15), {"repaired": 1})
    await office.report("hiep", 15, at(15), {"repaired": 1})
    assert sorted(files(await submissions_of(office, "hoa"))) == ["TM-000002.xml", "form/daily.xml"]


async def test_a_form_without_reports_is_the_form(office: Office) -> None:
    assert sorted(files(await submissions_of(office))) == ["form/daily.xml"]
