"""Good examples: taken out of reports, told in digests once an editor has approved them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from reporting.digests import digest
from reporting.digests.digest import Digest, Story
from reporting.digests.digest_stories import as_they_stand
from reporting.documents.consolidated import report_context, report_data
from reporting.planning.periods import Schedule
from reporting.planning.stretches import named
from storage import stories, story_posts
from storage.uow import Row, UnitOfWork
from tests.reporting.good_examples import approve, told
from tests.reporting.office import COLUMNS, SURVEY, Office, add_version, at
from tests.reporting.offices import office_until
from tests.reporting.words import ZONE
from tests.support.world import TRANSLATORS

TOLD = "Trả lại ví tiền cho cụ già"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_until(tmp_path, at(16, "11:00")) as office:
        yield office


async def taken(office: Office, when: datetime) -> int:
    """The good examples of all reports, as the bot takes them out of each; returns how many are to be looked at."""
    return sum(one.waiting for one in await office.tell_news(when))


async def kept(office: Office) -> list[Row]:
    async with office.work(at(31)) as uow:
        return [row for row in await stories.waiting(uow, "/") if row]


# --- out of reports ----------------------------------------------------------------------------------


async def test_each_answer_for_the_news_waits_and_nothing_else(office: Office) -> None:
    await office.report("go", 16, at(16, "08:00"), {"story": "  ", "opinion": "Chuyện kín"})
    await office.report("ben", 16, at(16, "08:30"), {"story": TOLD, "opinion": "Chuyện kín", "repaired": 1})
    assert await taken(office, at(16, "08:31")) == 1
    (story,) = await kept(office)
    assert (story["short_name"], story["text"], story["told"], story["photos"]) == ("Bến Cầu", TOLD, TOLD, [])
    assert (story["question"], story["campaign_id"]) == ("/data/story", 1)
    assert await taken(office, at(16, "08:32")) == 0, "the same report again changes nothing"
    assert len(await kept(office)) == 1


@pytest.mark.parametrize("text", ["không", "Không có.", "Chưa có ạ", "không phát sinh", "-", "…", "0", "k"])
async def test_who_says_that_there_is_none_tells_none(office: Office, text: str) -> None:
    await office.report("ben", 16, at(16, "08:30"), {"story": text})
    assert await taken(office, at(16, "08:31")) == 0
    assert await kept(office) == []


@pytest.mark.parametrize("text", ["Không nhận tiền công", "Không có tiền, các bạn góp ngày công làm nhà cho cụ Tư"])
async def test_a_story_may_begin_with_no(office: Office, text: str) -> None:
    await office.report("ben", 16, at(16, "08:30"), {"story": text})
    assert await taken(office, at(16, "08:31")) == 1


async def test_a_correction_brings_new_words_to_the_editor_or_takes_the_story_back(office: Office) -> None:
    await office.report("ben", 16, at(16, "08:30"), {"story": TOLD})
    await taken(office, at(16, "08:31"))
    (story,) = await kept(office)
    async with office.work(at(16, "08:40")) as uow:
        await stories.change(uow, story["id"], told="Lời của văn phòng")
    await office.report("ben", 16, at(16, "08:45"), {"story": TOLD, "repaired": 3})
    assert await taken(office, at(16, "08:46")) == 0
    assert (await kept(office))[0]["told"] == "Lời của văn phòng", "the author has not changed a word"
    await office.report("ben", 16, at(16, "08:50"), {"story": "Bạn Hòa trả lại ví tiền"})
    assert await taken(office, at(16, "08:51")) == 1
    assert [(row["text"], row["told"]) for row in await kept(office)] == [("Bạn Hòa trả lại ví tiền",) * 2]
    await office.report("ben", 16, at(16, "08:55"))
    assert await taken(office, at(16, "08:56")) == 0
    assert await kept(office) == []


async def test_what_was_approved_stays_and_what_was_refused_comes_again_with_other_words(office: Office) -> None:
    await office.report("ben", 16, at(16, "08:30"), {"story": TOLD})
    await office.report("go", 16, at(16, "08:30"), {"story": "Sơ sài quá chừng"})
    await taken(office, at(16, "08:31"))
    await approve(office, at(16, "08:40"), TOLD)
    (refused,) = await kept(office)
    async with office.work(at(16, "08:41")) as uow:
        await stories.change(uow, refused["id"], state="refused", reason="sơ sài")
    await office.report("ben", 16, at(16, "08:45"), {"story": "Lời khác hẳn"})
    await office.report("go", 16, at(16, "08:45"), {"story": "Hai mươi bạn trẻ hiến máu"})
    assert await taken(office, at(16, "08:46")) == 1
    assert [row["text"] for row in await kept(office)] == ["Hai mươi bạn trẻ hiến máu"]
    assert (await office.digest(16, at(16, "10:15"))).stories == (Story("Bến Cầu", TOLD),)


async def test_what_was_approved_is_overtaken_once_by_each_correction(office: Office) -> None:
    await office.report("ben", 16, at(16, "08:30"), {"story": TOLD})
    await taken(office, at(16, "08:31"))
    story = await approve(office, at(16, "08:40"), TOLD)
    assert [one.overtaken for one in await office.tell_news(at(16, "08:41"))] == [()]
    for minute, answers in ((45, {"story": "Lời khác hẳn"}), (50, {}), (55, {"story": TOLD})):
        await office.report("ben", 16, at(16, f"08:{minute}"), answers)
        assert [one.overtaken for one in await office.tell_news(at(16, f"08:{minute + 1}"))] == [(story,)]
        assert [one.overtaken for one in await office.tell_news(at(16, f"08:{minute + 2}"))] == [()]
    assert (await office.digest(16, at(16, "10:15"))).stories == (Story("Bến Cầu", TOLD),)


async def test_a_question_may_have_a_vietnamese_name_and_the_pictures_go_with_it(office: Office) -> None:
    async with office.work(at(14)) as uow:
        schedule = (await office.form(uow))["schedule"]
        survey = [*SURVEY, {"type": "text", "name": "gương", "label": "Gương người tốt"}]
        survey += [{"type": "image", "name": "ảnh", "label": "Ảnh"}, {"type": "image", "name": "kín", "label": "Ảnh"}]
        columns = {**COLUMNS, "gương": {"audience": "news"}, "kín": {"audience": "leaders"}}
        office.version_id = await add_version(uow, office.form_id, survey, schedule, columns)
    await office.report("ben", 16, at(16, "08:30"), {"gương": TOLD, "ảnh": "p/1", "kín": "p/2"})
    assert await taken(office, at(16, "08:31")) == 1
    assert [(row["text"], row["photos"]) for row in await kept(office)] == [(TOLD, ["p/1"])]


# --- in digests --------------------------------------------------------------------------------------


async def test_a_digest_tells_what_was_approved_since_the_one_before(office: Office) -> None:
    await office.report("hoa", 15, at(15, "09:00"), {"story": "Chuyện hôm trước nữa"})
    await office.report("ben", 16, at(16, "08:30"), {"story": "Trả lại\nví tiền", "opinion": "Chuyện kín"})
    await taken(office, at(16, "08:31"))
    assert (await office.digest(16, at(16, "09:00"))).stories == (), "nobody has approved anything"
    await approve(office, at(15, "10:05"), "Chuyện hôm trước nữa")
    await office.digest_sent(15, at(15, "10:15"))
    await approve(office, at(16, "09:00"), "Trả lại\nví tiền")
    found = await office.digest(16, at(16, "10:15"))
    assert found.stories == (Story("Bến Cầu", "Trả lại ví tiền"),)
    assert (await office.digest(16, at(16, "10:15"), unit="hoa")).stories == ()
    assert "Chuyện kín" not in json.dumps(found.to_json(), ensure_ascii=False)
    assert (await office.digest(15, at(16, "10:15"))).stories == (Story("Hòa Thành", "Chuyện hôm trước nữa"),)


async def test_a_kept_digest_and_its_paper_tell_no_words_that_were_taken_down(office: Office) -> None:
    await told(office, "ben", at(16, "09:30"), TOLD)
    story = await approve(office, at(16, "10:10"), TOLD)
    kept_digest = (await office.digest(16, at(16, "10:15"))).to_json()
    opened = Digest.from_json(json.loads(json.dumps(kept_digest)))
    async with office.work(at(16, "11:00")) as uow:
        assert await as_they_stand(uow, opened) == opened
        await stories.change(uow, story, state="refused", reason="có tên một em nhỏ")
        now = await as_they_stand(uow, opened)
        data = await report_data(uow, opened, await office.form(uow), office.units["province"])
    assert now == replace(opened, stories=(Story("Bến Cầu", ""),)), "all else is as it was"
    assert report_context(data, TRANSLATORS["vi"])["examples"] == []


async def test_one_that_was_told_in_no_report_is_in_the_digest_in_the_editor_s_words(office: Office) -> None:
    await told(office, "ben", at(16, "09:30"), TOLD)
    await approve(office, at(16, "10:10"), TOLD, told="Một bạn trẻ trả lại ví")
    assert (await office.digest(16, at(16, "10:15"))).stories == (Story("Bến Cầu", "Một bạn trẻ trả lại ví"),)
    await office.digest_sent(16, at(16, "10:15"))
    await office.open_periods(at(17, "11:00"))
    assert (await office.digest(17, at(17, "10:15"))).stories == (), "it is told once"


async def test_a_week_begins_with_its_story_and_goes_on_with_the_one_that_most_like(office: Office) -> None:
    for n, text in enumerate(["Chuyện một", "Chuyện hai", "Chuyện ba"]):
        await told(office, "go", at(15, "09:00"), text)
        story = await approve(office, at(15, f"09:1{n}"), text, week="2022-W50" if n == 0 else "")
        async with office.work(at(15, "10:00")) as uow:
            for tap in range(n % 2 * 3):
                await story_posts.tap(uow, story, "test", f"người {tap}")
    week = await _week(office)
    assert week.stories == (Story("Gò Dầu", "Chuyện một", of_week=True), Story("Gò Dầu", "Chuyện hai"))
    assert Digest.from_json(week.to_json()).stories == week.stories


async def _week(office: Office) -> Digest:
    async with office.database.read() as conn:
        uow = UnitOfWork(conn, at(16, "17:00"))
        form = await office.form(uow)
        found = named(Schedule.from_json(form["schedule"]), "2022-W50", ZONE)
        unit, period = office.units["province"], await office.period(uow, 16)
        return await digest.build(
            uow, office.library, form, unit, period, stretch=found, now=at(16, "17:00"), zone=ZONE
        )


# --- reactions ---------------------------------------------------------------------------------------


async def test_a_second_tap_takes_the_first_back_and_each_counts_once(office: Office) -> None:
    story = await told(office, "ben", at(16), TOLD)
    async with office.work(at(16, "12:00")) as uow:
        for sender in ("a", "b", "a", "c", "a"):
            await story_posts.tap(uow, story, "test", sender)
        await story_posts.tap(uow, story, "other", "a")
        found = await stories.find(uow, story)
        assert found
        assert found["reactions"] == 4
        assert await story_posts.tapped(uow) == [story]
        await story_posts.shown(uow, story)
        assert await story_posts.tapped(uow) == []
        assert (await stories.find(uow, story) or {})["reactions"] == 4
