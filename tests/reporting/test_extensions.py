"""More time, exemptions, and the lock after the closing time: what the office decides, and what people then can do."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reporting import extensions
from reporting.decisions import By, Refused
from reporting.digests.digest import Coverage, Digest, MoreTime
from reporting.extensions import Why
from storage import deadlines, register, statistics
from storage.uow import Row
from tests.reporting.office import Office, at, open_office
from tests.reporting.words import ZONE
from tests.support.story import world_after
from tests.support.world import Shown, World

BY = By(None, None, "Mất mạng")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    opened = await open_office(tmp_path, lead="charity_houses_repaired")
    await opened.open_periods(at(15, "11:00"))
    yield opened
    await opened.database.close()


async def rows_of(office: Office, day: int, *units: str) -> list[Row]:
    async with office.work(at(day)) as uow:
        period = await office.period(uow, day)
        return await register.of_units(uow, period["id"], [office.units[unit]["id"] for unit in units])


async def extend(office: Office, now: datetime, until: datetime, day: int, *units: str) -> list[Row]:
    rows = await rows_of(office, day, *units)
    async with office.work(now) as uow:
        return await extensions.extend(uow, rows, until, BY)


async def exempt(office: Office, now: datetime, day: int, *units: str) -> list[Row]:
    rows = await rows_of(office, day, *units)
    async with office.work(now) as uow:
        return await extensions.exempt(uow, rows, BY)


async def test_a_campaign_that_is_over_gives_no_more_time(office: Office) -> None:
    async with office.work(at(16, "09:00")) as uow:
        await register.change_campaign(uow, (await register.live_forms(uow))[0]["campaign_id"], {"state": "closed"})
    for change in (
        extend(office, at(16, "09:00"), at(16, "14:00"), 16, "hoa"), exempt(office, at(16, "09:00"), 16, "hoa"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            await change
        assert refused.value.why is Why.OVER
    assert await audit(office) == []


async def audit(office: Office) -> list[tuple[Any, ...]]:
    async with office.database.read() as conn:
        sql = "SELECT action, unit_id, before, after, reason FROM audit WHERE action NOT LIKE 'report.%' ORDER BY id"
        return [tuple(row) for row in await conn.exec_driver_sql(sql)]


# --- more time -------------------------------------------------------------------------------------


async def test_more_time_for_one_unit_is_its_own(office: Office) -> None:
    (row,) = await extend(office, at(16, "09:00"), at(16, "14:00"), 16, "hoa")
    assert (row["due_at"], row["closes_at"]) == (at(16, "14:00"), at(19, "14:00"))
    hoa, go = sorted(await rows_of(office, 16, "hoa", "go"), key=lambda row: row["unit_id"])
    assert {r["short_name"]: r["due_at"] for r in (hoa, go)} == {
        "Hòa Thành": at(16, "14:00"),
        "Gò Dầu": at(16, "10:00"),
    }


async def test_a_report_within_the_given_time_is_on_time(office: Office) -> None:
    await extend(office, at(16, "10:30"), at(16, "14:00"), 16, "hoa", "ben")
    await office.report("hoa", 16, at(16, "14:00"))
    await office.report("ben", 16, at(16, "14:00") + timedelta(seconds=1))
    await office.report("go", 16, at(16, "10:31"))
    found = await office.digest(16, at(16, "15:00"))
    assert found.coverage == Coverage(expected=5, reported=3, on_time=1, nothing=3, late_nothing=2)


async def test_what_a_unit_owes_and_when_follows_its_own_time(office: Office) -> None:
    await extend(office, at(16, "09:00"), at(19, "12:00"), 16, "hoa")
    unit = office.units["hoa"]["id"]
    async with office.work(at(16)) as uow:
        opened = [row["period"] for row in await register.owed(uow, unit, at(16, "09:00"))]
    await office.open_periods(at(19, "11:00"))
    async with office.work(at(19)) as uow:
        later = {
            row["period"]: row["due_at"] for row in await register.owed(uow, unit, at(22, "13:00") - timedelta(hours=2))
        }
        gone = [row["period"] for row in await register.owed(uow, unit, at(22, "12:00"))]
        recent = await register.recent_of_unit(uow, unit, at(19, "11:00"), limit=9)
        listed = await statistics.register_rows(uow, office.form_id, "/")
    assert opened == ["2022-12-15", "2022-12-16"]
    assert later["2022-12-16"] == at(19, "12:00")
    assert "2022-12-16" not in gone
    assert [row["period"] for row in recent][:2] == ["2022-12-20", "2022-12-19"]
    of_hoa = {row["due_at"] for row in listed if row["unit_id"] == unit}
    assert at(19, "12:00") in of_hoa
    assert at(16, "10:00") not in of_hoa


async def test_time_is_added_to_time_given_before_and_never_taken_away(office: Office) -> None:
    await extend(office, at(16, "09:00"), at(16, "12:00"), 16, "hoa")
    for until in (at(16, "12:00"), at(16, "11:00")):
        with pytest.raises(Refused) as refused:
            await extend(office, at(16, "09:30"), until, 16, "hoa")
        assert refused.value.why is Why.NOT_LONGER
    changed = await extend(office, at(16, "09:30"), at(16, "11:30"), 16, "hoa", "go")
    assert [row["short_name"] for row in changed] == ["Gò Dầu"]
    (row,) = await extend(office, at(16, "09:40"), at(17, "10:00"), 16, "hoa")
    assert row["closes_at"] - row["due_at"] == timedelta(days=3)


@pytest.mark.parametrize(
    ("now", "until", "why"),
    [
        (at(16, "12:00"), at(16, "12:00"), Why.PAST),
        (at(16, "12:00"), at(16, "11:00"), Why.PAST),
        (at(16, "09:00"), at(16, "09:00") + timedelta(days=31, minutes=1), Why.TOO_FAR),
        (at(16, "09:00"), at(16, "09:30"), Why.NOT_LONGER),
    ],
)
async def test_times_that_cannot_be_given(office: Office, now: datetime, until: datetime, why: Why) -> None:
    with pytest.raises(Refused) as refused:
        await extend(office, now, until, 16, "hoa")
    assert refused.value.why is why
    assert await audit(office) == []


@pytest.mark.parametrize("reason", ["", "  ", "x ", "x" * 301])
async def test_a_change_without_a_reason_is_refused(office: Office, reason: str) -> None:
    rows = await rows_of(office, 16, "hoa")
    for change in (
        lambda uow: extensions.extend(uow, rows, at(16, "14:00"), By(None, None, reason)),
        lambda uow: extensions.exempt(uow, rows, By(None, None, reason)),
    ):
        with pytest.raises(Refused) as refused:
            async with office.work(at(16)) as uow:
                await change(uow)
        assert refused.value.why is Why.NO_REASON
    assert await audit(office) == []


async def test_each_unit_stands_in_the_audit_with_its_times_and_the_reason(office: Office) -> None:
    await extend(office, at(16, "09:00"), at(16, "14:00"), 16, "hoa", "go")
    found = await audit(office)
    assert {(action, unit, reason) for action, unit, _, _, reason in found} == {
        ("deadline.extend", office.units["hoa"]["id"], "Mất mạng"),
        ("deadline.extend", office.units["go"]["id"], "Mất mạng"),
    }
    assert json.loads(found[0][2])["due_at"] == "2022-12-16T03:00:00+00:00"
    assert datetime.fromisoformat(json.loads(found[0][3])["due_at"]) == at(16, "14:00")


async def test_reminders_of_the_given_time_that_are_over_already_are_not_made(office: Office) -> None:
    async with office.work(at(16)) as uow:
        (form,) = await register.live_forms(uow)
        steps = [{"name": "two", "after": -7200, "to": "reporter"}, {"name": "half", "after": -1800, "to": "reporter"}]
        version = register.table(register.FormVersion)
        schedule = {**form["schedule"], "reminders": steps}
        await uow.run(register.update(version).values(schedule=schedule))
    await extend(office, at(16, "10:30"), at(16, "12:00"), 16, "hoa")
    async with office.work(at(16)) as uow:
        period = await office.period(uow, 16)
        done = {step for _, step in await register.steps_done(uow, [period["id"]])}
        times = await deadlines.due_times(uow, office.form_id, at(16, "10:30"))
    assert done == {extensions.reminder_step("two", own) for own in [t["own_due_at"] for t in times] if own}
    assert [(t["name"], t["until"]) for t in times if t["own_due_at"]] == [("2022-12-16", at(16, "12:00"))]


async def test_a_period_is_waited_for_after_its_closing_time_as_long_as_a_unit_has_time(office: Office) -> None:
    await extend(office, at(20, "09:00"), at(20, "14:00"), 16, "hoa")
    async with office.work(at(20)) as uow:
        open_then = await deadlines.due_times(uow, office.form_id, at(23, "13:59"))
        closed = await deadlines.due_times(uow, office.form_id, at(23, "14:00"))
    assert [t["name"] for t in open_then if t["own_due_at"]] == ["2022-12-16"]
    assert [t["name"] for t in closed if t["own_due_at"]] == []


def test_the_times_that_are_offered() -> None:
    due = at(16, "10:00")
    assert extensions.usual_times(at(16, "09:10"), due, ZONE) == [at(16, "12:00"), at(16, "21:00"), at(17, "10:00")]
    late = at(16, "10:15") + timedelta(seconds=30)
    assert extensions.usual_times(late, due, ZONE) == [at(16, "12:15"), at(16, "21:00"), at(17, "10:00")]
    assert extensions.usual_times(at(16, "22:00"), due, ZONE) == [at(17, "00:00"), at(17, "10:00")]
    assert extensions.usual_times(at(16, "09:10"), at(18, "10:00"), ZONE) == [at(18, "12:00")]


@pytest.mark.parametrize(
    ("text", "meant"),
    [("14h", [at(16, "14:00")]), ("5 giờ", [at(16, "17:00")]), ("21h ngày 17/12", [at(17, "21:00")]),
     ("9h", [at(16, "09:00")]), ("mai", []), ("abc", []), ("x" * 5000, [])],
)  # fmt: skip
def test_typed_times(text: str, meant: list[datetime]) -> None:
    assert extensions.times_meant(text, at(16, "10:20"), ZONE, "vi") == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [("thứ hai 9h", [at(19, "09:00")]), ("9h sáng thu 2", [at(19, "09:00")]), ("t2 9h", [at(19, "09:00")]),
     ("thứ sáu 9h", [at(23, "09:00")]), ("thứ sáu 14h", [at(16, "14:00")]), ("monday 9am", [at(19, "09:00")]),
     ("thứ hai 12/12 9h", [at(12, "09:00")]), ("thứ hai tuần này 9h", [at(12, "09:00")]),
     ("thứ hai tuần sau 9h", [at(19, "09:00")])],
)  # fmt: skip
def test_a_day_of_the_week_is_the_next_one(text: str, meant: list[datetime]) -> None:
    # The 16th is a Friday.
    assert extensions.times_meant(text, at(16, "10:20"), ZONE, "vi") == meant


def test_a_day_of_the_week_said_in_its_evening_is_a_week_later() -> None:
    assert extensions.times_meant("thứ sáu 14h", at(16, "19:00"), ZONE, "vi") == [at(23, "14:00")]


@pytest.mark.parametrize("text", ["mai", "sáng mai", "20/12", "thứ hai"])
def test_a_day_without_an_hour(text: str) -> None:
    assert extensions.lacks_hour(text, at(16, "10:20"), ZONE, "vi")
    assert not extensions.lacks_hour(f"9h {text}", at(16, "10:20"), ZONE, "vi")


def test_an_hour_of_the_day_said_in_the_evening_is_of_the_next() -> None:
    assert extensions.times_meant("14h", at(16, "22:09"), ZONE, "vi") == [at(17, "14:00")]


# --- exemptions ------------------------------------------------------------------------------------


async def test_an_exempt_unit_leaves_the_denominator_and_comes_back(office: Office) -> None:
    await exempt(office, at(16), 16, "hoa", "go")
    found = await office.digest(16, at(16, "10:15"))
    assert found.coverage.expected == 3
    assert {unit.short_name for unit in found.missing} == {"Hiệp Tân", "Bến Cầu", "Tân <Châu> & con"}
    rows = await rows_of(office, 16, "go", "ben")
    async with office.work(at(16)) as uow:
        await extensions.restore(uow, rows, By(None, None, ""))
    assert (await office.digest(16, at(16, "10:15"))).coverage.expected == 4
    actions = [(action, unit, reason) for action, unit, _, _, reason in await audit(office)]
    assert sorted(actions) == sorted(
        [("unit.exempt", office.units[u]["id"], "Mất mạng") for u in ("hoa", "go")]
        + [("unit.unexempt", office.units["go"]["id"], "")]
    )


async def test_an_exempt_unit_may_report_and_then_it_counts(office: Office) -> None:
    await exempt(office, at(16), 16, "hoa")
    await office.report("hoa", 16, at(16, "09:30"))
    assert (await office.digest(16, at(16, "10:15"))).coverage == Coverage(5, 1, 1, 1, 0)


async def test_a_unit_that_has_reported_cannot_be_exempted(office: Office) -> None:
    rows = await rows_of(office, 16, "hoa", "go")
    await office.report("hoa", 16, at(16, "09:30"))
    async with office.work(at(16)) as uow:
        changed = await extensions.exempt(uow, rows, BY)
    assert [row["short_name"] for row in changed] == ["Gò Dầu"]
    for unit in ("hoa", "go"):
        with pytest.raises(Refused) as refused:
            await exempt(office, at(16), 16, unit)
        assert refused.value.why is Why.NONE_LEFT
    with pytest.raises(Refused):
        await extend(office, at(16), at(16, "14:00"), 16, "go")


# --- digests ---------------------------------------------------------------------------------------


async def test_a_digest_waits_for_nobody_and_says_who_has_time(office: Office) -> None:
    await extend(office, at(16, "09:00"), at(16, "14:00"), 16, "hoa", "go", "hiep")
    await extend(office, at(16, "09:00"), at(17, "08:00"), 16, "ben")
    await office.report("go", 16, at(16, "10:10"))
    found = await office.digest(16, at(16, "10:15"))
    assert found.more_time == (MoreTime(at(16, "14:00"), 2), MoreTime(at(17, "08:00"), 1))
    assert (await office.digest(16, at(16, "10:15"), unit="hoa")).more_time == (MoreTime(at(16, "14:00"), 2),)
    assert (await office.digest(16, at(16, "15:00"))).more_time == (MoreTime(at(17, "08:00"), 1),)
    assert (await office.digest(16, at(16, "10:15"), whole=True)).more_time == ()
    kept = found.to_json()
    assert Digest.from_json(kept) == found
    del kept["more_time"]
    assert Digest.from_json(kept).more_time == (), "a digest that was kept by an older version opens"


async def test_what_comes_in_the_given_time_is_an_adjustment_of_the_next_day(office: Office) -> None:
    await extend(office, at(16, "09:00"), at(16, "14:00"), 16, "hoa")
    await office.digest_sent(16, at(16, "10:15"))
    await office.report("hoa", 16, at(16, "13:00"), {"repaired": 2})
    await office.open_periods(at(17, "09:00"))
    found = await office.digest(17, at(17, "10:15"))
    assert [(a.indicator, a.period.name, a.unit, a.difference) for a in found.adjustments] == [
        ("charity_houses_repaired", "2022-12-16", "Hòa Thành", 2)
    ]


# --- the lock --------------------------------------------------------------------------------------

CLOSES = datetime(2022, 12, 18, 10, 0, tzinfo=ZONE)
SECOND = timedelta(seconds=1)


async def _one_sent_and_one_about_to(world: World) -> None:
    """Of the 16th, Lan's report is in and Minh's is filled in, its card on the screen; the leader is Hùng."""
    await world.load()
    for name, code, unit, role in (
        ("Lan", "K7QM-2XPD", "TN-BC", "reporter"),
        ("Minh", "M3NH-4GDA", "TN-GD", "reporter"),
        ("Hùng", "HEAD-ER23", "TN", "leader"),
    ):
        await world.joins(name, code, unit, role)
    await world.presses("Lan", "📝 Báo cáo ngay")
    await fill(world, "Lan")
    await world.presses("Lan", "✅ Gửi báo cáo")
    await world.presses("Minh", "📝 Báo cáo ngay")
    await fill(world, "Minh")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_one_sent_and_one_about_to, tmp_path, datetime(2022, 12, 16, 9, 0, tzinfo=ZONE)) as world:
        yield world


async def fill(world: World, who: str) -> None:
    for label in ("☐ Nghĩa trang", "Xong"):
        await world.presses(who, label)
    for answer in ("3", "40"):
        await world.says(who, answer)
    await world.presses(who, "Bỏ qua")


async def kept(world: World) -> list[list[tuple[Any, ...]]]:
    """All that a report is, and the answers under way (not the time at which they were looked at)."""
    queries = ("report", "revision", "total", "expected_report")
    draft = await world.query("SELECT id, expected_id, report_id, state FROM draft ORDER BY id")
    return [draft, *[await world.query(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in queries]]


async def places(world: World) -> dict[str, int]:
    """The ids that old buttons carry."""
    of_unit = "SELECT e.id FROM expected_report e JOIN unit u ON u.id = e.unit_id JOIN period p ON p.id = e.period_id"
    ((lan,),) = await world.query(f"{of_unit} WHERE u.code = 'TN-BC' AND p.name = '2022-12-16'")
    ((minh,),) = await world.query(f"{of_unit} WHERE u.code = 'TN-GD' AND p.name = '2022-12-16'")
    ((report,),) = await world.query("SELECT id FROM report")
    ((draft,),) = await world.query("SELECT id FROM draft")
    return {"lan": lan, "minh": minh, "report": report, "draft": draft}


TRIES = [
    ("Lan", "fix/{report}"), ("Lan", "void/{report}"), ("Lan", "void/{report}/sure"), ("Lan", "start/{lan}"),
    ("Lan", "restart/{lan}"), ("Lan", "nothing/{lan}/sure"), ("Lan", "same/{lan}/sure"),
    ("Minh", "start/{minh}"), ("Minh", "restart/{minh}"), ("Minh", "nothing/{minh}"), ("Minh", "nothing/{minh}/sure"),
    ("Minh", "same/{minh}"), ("Minh", "same/{minh}/sure"), ("Minh", "card/{draft}/send"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "action"), TRIES)
async def test_after_the_closing_time_no_button_changes_a_report(world: World, who: str, action: str) -> None:
    action = action.format(**await places(world))
    world.clock.turn_to(CLOSES)
    before = await kept(world)
    (said,) = [shown.text for _, shown in await world.happens(who, action=action)]
    assert await kept(world) == before
    assert "đã khoá" in said
    assert "xin gia hạn ở" in said
    assert ("vẫn được giữ" in said) == (who == "Minh")


@pytest.mark.parametrize(
    ("who", "action", "reports"),
    [("Lan", "void/{report}/sure", [(1, 2)]), ("Minh", "card/{draft}/send", [(1, 1), (2, 1)]),
     ("Minh", "nothing/{minh}/sure", [(1, 1), (2, 1)])],
)  # fmt: skip
async def test_a_second_before_it_is_still_taken(world: World, who: str, action: str, reports: list[Any]) -> None:
    action = action.format(**await places(world))
    world.clock.turn_to(CLOSES - SECOND)
    await world.happens(who, action=action)
    assert await world.query("SELECT id, revision_no FROM report ORDER BY id") == reports


async def test_a_draft_left_open_is_kept_and_cannot_be_sent_by_words_or_by_going_on(world: World) -> None:
    ids = await places(world)
    world.clock.turn_to(CLOSES)
    reports = (await kept(world))[1:]
    for text in ("gửi báo cáo", "✅ Gửi báo cáo", "2 buổi tuyên truyền, 25 em", "không phát sinh", "/baocao"):
        await world.says("Minh", text)
        assert (await kept(world))[1:] == reports
    for action in ("resume/{draft}", "card/{draft}/send"):
        heard = await world.happens("Minh", action=action.format(**ids))
        assert (await kept(world))[1:] == reports
    assert "đã khoá" in heard[0][1].text
    assert await world.query("SELECT count(*) FROM draft WHERE report_id IS NULL") != [(0,)]


async def test_a_correction_that_was_under_way_is_not_taken_either(world: World) -> None:
    await world.presses("Lan", "✏️ Sửa báo cáo này")
    world.clock.turn_to(CLOSES)
    before = await kept(world)
    heard = await world.presses("Lan", "✅ Gửi báo cáo")
    assert "vẫn được giữ" in heard[0][1].text
    assert await kept(world) == before


async def test_a_period_that_is_opened_again_is_open_for_that_unit_alone(world: World) -> None:
    ids = await places(world)
    world.clock.turn_to(CLOSES + timedelta(hours=1))
    ((form,),) = await world.query("SELECT form_id FROM period WHERE name = '2022-12-16'")
    await world.happens("Hùng", action=f"dig/{form}/missing/2022-12-16")
    for label in ("Gia hạn", "☐ Gò Dầu", "Xong", "13:00 hôm nay"):
        await world.presses("Hùng", label)
    heard = await world.presses("Hùng", "Lỗi hệ thống")
    (told,) = [shown for chat, shown in heard if chat == "Minh"]
    assert told.text.startswith("⏰ Báo cáo ngày 16/12 của Huyện đoàn Gò Dầu được gia hạn đến 13:00 hôm nay.")
    before = (await kept(world))[1:]
    assert "đã khoá" in (await world.happens("Lan", action="void/{report}/sure".format(**ids)))[0][1].text
    assert (await kept(world))[1:] == before
    world.clock.turn_to(CLOSES + timedelta(hours=3))
    heard = await world.happens("Minh", action="card/{draft}/send".format(**ids))
    assert "đúng hạn" in heard[0][1].text
    await world.totals_are_true()
    closes = CLOSES + (CLOSES + timedelta(hours=3) - datetime(2022, 12, 16, 10, tzinfo=ZONE))
    ((second,),) = await world.query("SELECT max(id) FROM report")
    for moment in (closes - SECOND, closes):
        world.clock.turn_to(moment)
        await world.happens("Minh", action=f"void/{second}/sure")
        assert await world.query(f"SELECT revision_no FROM report WHERE id = {second}") == [(2,)]


async def test_the_pushed_digest_says_how_many_have_more_time(world: World) -> None:
    ((form,),) = await world.query("SELECT form_id FROM period WHERE name = '2022-12-16'")
    await world.happens("Hùng", action=f"dig/{form}/missing/2022-12-16")
    for label in ("Gia hạn", "Tất cả (12)", "21:00 hôm nay", "Mất mạng"):
        await world.presses("Hùng", label)
    heard = await world.time_is(datetime(2022, 12, 16, 10, 15, tzinfo=ZONE))
    (text,) = [shown.text for chat, shown in heard if chat == "Hùng" and shown.text]
    assert text.endswith("12 đơn vị được gia hạn đến 21:00 hôm nay.")


# --- who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["ext", "exm", "back", "ext/all", "exm/sure", "ext/at/202212161400", "ext/why/0"])
async def test_who_may_not_changes_nothing_and_is_told(world: World, step: str) -> None:
    before = await kept(world)
    for who in ("Minh", "stranger"):
        heard = await world.happens(who, action=f"dl/1/{step}")
        assert heard
    assert await kept(world) == before


@pytest.mark.parametrize(
    "action",
    ["dl", "dl/1", "dl/99/ext", "dl/1/zzz", "dl/1/ext/zzz", "dl/1/ext/t/99999", "dl/1/ext/t/x", "dl/1/ext/p/999",
     "dl/1/ext/at/x", "dl/1/ext/at/202212169999", "dl/1/ext/at/202212161400", "dl/1/ext/why/7", "dl/1/ext/sure",
     "dl/1/exm/sure", "dl/1/back/sure", "dl/1/back", "dl/1/exm/at/202212161400"],
)  # fmt: skip
async def test_made_up_buttons_change_nothing(world: World, action: str) -> None:
    before = await kept(world)
    assert await world.happens("Hùng", action=action)
    assert await kept(world) == before
    assert await world.query("SELECT traceback FROM failed_update") == []


async def test_units_of_another_branch_are_out_of_reach(world: World) -> None:
    """Tư leads Bến Cầu; his conversation is made to hold a unit of another branch."""
    await world.invite("T3AD-ER23", "TN-GD", "leader")
    await world.says("Tư", "/start T3AD-ER23")
    await world.presses("Tư", "Đúng, tham gia")
    ((period,),) = await world.query("SELECT id FROM period WHERE name = '2022-12-16'")
    ((other,),) = await world.query("SELECT id FROM unit WHERE code = 'TN-TC'")
    await world.happens("Tư", action=f"dl/{period}/ext")
    await world.happens("Tư", action=f"dl/{period}/ext/t/{other}")
    async with world.unit_of_work() as uow:
        state = {"deadline": {"period": period, "do": "ext", "units": [other]}}
        await uow.load_conversations([("test", "Tư")])
        uow.set_conversation("test", "Tư", state)
    before = await kept(world)
    shown: list[Shown] = []
    for step in ("at/202212161400", "why/0"):
        shown += [message for _, message in await world.happens("Tư", action=f"dl/{period}/ext/{step}")]
    assert all("không thuộc nhánh" in message.text for message in shown)
    assert await kept(world) == before
