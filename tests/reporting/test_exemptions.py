"""Units that need not report, and digests where some have more time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from reporting import extensions
from reporting.decisions import By, Refused
from reporting.digests.digest import Coverage, Digest, MoreTime
from reporting.extensions import Why
from tests.reporting.more_time import BY, audit, exempt, extend, rows_of
from tests.reporting.office import Office, at
from tests.reporting.offices import office_until


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_until(tmp_path, at(15, "11:00"), lead="charity_houses_repaired") as office:
        yield office


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
