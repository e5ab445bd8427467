"""More time: what the office decides for some units, and what these then owe."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from reporting import extensions
from reporting.decisions import By, Refused
from reporting.digests.digest import Coverage
from reporting.extensions import Why
from storage import deadlines, plans, register, statistics
from tests.reporting.more_time import audit, exempt, extend, rows_of
from tests.reporting.office import Office, at
from tests.reporting.offices import office_until
from tests.reporting.words import ZONE


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_until(tmp_path, at(15, "11:00"), lead="charity_houses_repaired") as office:
        yield office


async def test_a_campaign_that_is_over_gives_no_more_time(office: Office) -> None:
    async with office.work(at(16, "09:00")) as uow:
        await plans.change_campaign(uow, (await plans.live_forms(uow))[0]["campaign_id"], {"state": "closed"})
    for change in (
        extend(office, at(16, "09:00"), at(16, "14:00"), 16, "hoa"), exempt(office, at(16, "09:00"), 16, "hoa"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            await change
        assert refused.value.why is Why.OVER
    assert await audit(office) == []


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
        (form,) = await plans.live_forms(uow)
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
