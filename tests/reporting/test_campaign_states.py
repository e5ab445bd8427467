"""Pausing, closing, extending: what is opened and taken then, and what is never asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reporting import register
from reporting.campaigns import campaign_states as states
from reporting.campaigns.campaign_states import Act, Why
from reporting.decisions import By, Refused
from storage import plans
from storage import register as ledger
from storage.tables import Audit, CampaignState, FormVersion, Period
from storage.uow import Row, table
from tests.reporting.office import Office, at, open_office
from tests.reporting.words import ZONE

BY = By(None, None, "bão vào")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path)
    yield office
    await office.database.close()


async def does(office: Office, when: datetime, act: Act, by: By = BY) -> CampaignState:
    found = await campaign(office)
    async with office.work(when) as uow:
        return await states.change(uow, found, act, by)


async def campaign(office: Office) -> Row:
    async with office.work(at(1)) as uow:
        (found,) = await plans.campaigns_below(uow, {"/"})
        return found


async def extended(office: Office, when: datetime, until: date, by: By = BY) -> states.Extended:
    found = await campaign(office)
    async with office.work(when) as uow:
        return await states.extend(uow, found, until, by, ZONE)


async def days(office: Office) -> list[str]:
    async with office.work(at(31)) as uow:
        return [row["name"][5:] for row in await uow.fetch(select(table(Period)).order_by(table(Period).c.due_at))]


async def test_a_paused_campaign_opens_nothing_and_takes_what_is_open(office: Office) -> None:
    await office.open_periods(at(15, "09:00"))
    assert await does(office, at(15, "09:30"), Act.PAUSE) is CampaignState.PAUSED
    await office.open_periods(at(18, "11:00"))
    assert await days(office) == ["12-15"]
    async with office.work(at(15, "09:40")) as uow:
        (owed,) = await ledger.owed(uow, office.units["hoa"]["id"], at(15, "09:40"))
        assert not register.is_closed(owed, at(15, "09:40"))
    await office.report("hoa", 15, at(15, "09:45"), {"repaired": 1})


async def test_what_was_due_meanwhile_is_never_asked_for(office: Office) -> None:
    await office.open_periods(at(15, "09:00"))
    await does(office, at(15, "09:30"), Act.PAUSE)
    await does(office, at(18, "08:00"), Act.RESUME)
    await office.open_periods(at(18, "08:00"))
    assert await days(office) == ["12-15", "12-18"]
    await office.open_periods(at(19, "11:00"))
    assert await days(office) == ["12-15", "12-18", "12-19", "12-20"]


async def test_a_closed_campaign_takes_nothing(office: Office) -> None:
    await office.open_periods(at(15, "09:00"))
    await office.report("hoa", 15, at(15, "09:10"), {"repaired": 1})
    assert await does(office, at(15, "09:30"), Act.CLOSE) is CampaignState.CLOSED
    async with office.work(at(15, "09:40")) as uow:
        assert await ledger.owed(uow, office.units["go"]["id"], at(15, "09:40")) == []
        for row in await ledger.recent_of_unit(uow, office.units["hoa"]["id"], at(15, "09:40"), limit=1):
            assert register.is_closed(row, at(15, "09:40"))
    found = await office.digest(15, at(15, "11:00"))
    assert found.coverage.reported == 1


async def test_only_what_can_be_done_is_done(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        await does(office, at(15), Act.RESUME)
    assert refused.value.why is Why.NOT_NOW
    with pytest.raises(Refused) as refused:
        await does(office, at(15), Act.PAUSE, By(None, None, " \n"))
    assert refused.value.why is Why.NO_REASON
    await does(office, at(15), Act.CLOSE)
    assert states.possible(await campaign(office)) == (Act.RESUME,)
    with pytest.raises(Refused) as refused:
        await extended(office, at(15), date(2023, 1, 5))
    assert refused.value.why is Why.NOT_NOW


async def test_a_pause_that_becomes_an_end_is_one_rest(office: Office) -> None:
    await does(office, at(15, "12:00"), Act.PAUSE)
    await does(office, at(16, "12:00"), Act.CLOSE)
    await does(office, at(17, "12:00"), Act.RESUME)
    (rest,) = (await campaign(office))["settings"][states.RESTS]
    assert (rest["from"], rest["until"]) == (at(15, "12:00").isoformat(), at(17, "12:00").isoformat())


async def test_everything_is_audited(office: Office) -> None:
    await does(office, at(15), Act.PAUSE)
    await extended(office, at(16), date(2023, 1, 5))
    async with office.work(at(17)) as uow:
        rows = await uow.fetch(select(table(Audit)).where(table(Audit).c.action.like("campaign.%")))
    assert [(r["action"], r["before"], r["after"], r["reason"]) for r in rows] == [
        ("campaign.pause", {"state": "running"}, {"state": "paused"}, "bão vào"),
        ("campaign.extend", {"until": "2022-12-31"}, {"until": "2023-01-05"}, "bão vào"),
    ]


# --- longer ----------------------------------------------------------------------------------------


async def test_extended_it_goes_on_and_its_version_stays(office: Office) -> None:
    async with office.work(at(20)) as uow:
        before = await uow.fetch(select(table(FormVersion).c.schedule))
    done = await extended(office, at(20), date(2023, 1, 2))
    assert [form["slug"] for form in done.longer] == ["daily"]
    assert done.fixed == ()
    await office.open_periods(at(31) + timedelta(days=30))
    assert (await days(office))[-3:] == ["12-31", "01-01", "01-02"]
    async with office.work(at(20)) as uow:
        assert await uow.fetch(select(table(FormVersion).c.schedule)) == before


async def test_after_its_end_the_days_between_are_not_asked_for(office: Office) -> None:
    late = datetime(2023, 1, 5, 9, 0, tzinfo=ZONE)
    await office.open_periods(late)
    await extended(office, late, date(2023, 1, 7))
    await office.open_periods(late + timedelta(days=9))
    assert (await days(office))[-4:] == ["12-31", "01-05", "01-06", "01-07"]


@pytest.mark.parametrize(
    ("until", "why"),
    [
        (date(2022, 12, 31), Why.NOT_LATER),
        (date(2022, 12, 20), Why.NOT_LATER),
        (date(2032, 1, 1), Why.TOO_FAR),
    ],
)
async def test_days_that_cannot_be(office: Office, until: date, why: Why) -> None:
    with pytest.raises(Refused) as refused:
        await extended(office, at(20), until)
    assert refused.value.why is why


async def test_fixed_days_get_no_new_ones(office: Office) -> None:
    async with office.work(at(20)) as uow:
        (form,) = await plans.live_forms(uow)
        fixed = {**form, "schedule": {**form["schedule"], "repeat": "dates", "on": ["2022-12-20"]}}
    with pytest.raises(Refused) as refused:
        states.check_day(await campaign(office), [fixed], date(2023, 1, 5), date(2022, 12, 20))
    assert refused.value.why is Why.FIXED
    both = states.check_day(await campaign(office), [fixed, form], date(2023, 1, 5), date(2022, 12, 20))
    assert both == (form,)
