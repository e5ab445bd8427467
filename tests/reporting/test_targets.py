"""How far targets are as time goes by, and where nothing, zero or something inexact was told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import TypeAdapter

from reporting.targets.target_numbers import Amount, Measure, Numbers, gather
from reporting.targets.target_progress import Every, Pace, Phase, Progress, progress
from reporting.targets.targets import Kind, Target
from tests.reporting.plans import MONEY, TRA_VINH, plan, tra_vinh

# --- time ------------------------------------------------------------------------------------------


def test_before_the_start() -> None:
    found = tra_vinh("charity_houses", None, date(2020, 12, 1))
    assert (found.phase, found.days_gone, found.days_left) == (Phase.BEFORE, 0, 365)
    assert found.pace == Pace(Every.MONTH, Decimal(8), None, in_time=None)  # 90 × 30 / 365 = 7,4


def test_the_last_day() -> None:
    found = tra_vinh("charity_houses", 80, date(2021, 12, 31))
    assert (found.phase, found.days_gone, found.days_left, found.is_overdue) == (Phase.LAST_DAY, 364, 1, False)
    assert found.pace == Pace(Every.DAY, Decimal(10), Decimal("0.2"), in_time=False)


def test_a_day_whose_reports_are_in_is_gone() -> None:
    """15 days, 16–30/12: at 9:00 of the 16th 1.760 × 1 / 15 = 117,3 a day; at 10:15 one day is gone, / 14 = 125,7."""
    target = Target("t", Kind.SUM, ("a",), Decimal(3000), first=date(2022, 12, 16), last=date(2022, 12, 30))
    early = progress(target, Numbers(Decimal(1240)), date(2022, 12, 16))
    assert early.pace == Pace(Every.DAY, Decimal(118), None, in_time=None)
    found = progress(target, Numbers(Decimal(1240)), date(2022, 12, 16), is_day_over=True)
    assert (found.days_gone, found.days_left) == (1, 14)
    assert found.pace == Pace(Every.DAY, Decimal(126), Decimal(1240), in_time=True)


def test_after_the_end() -> None:
    found = tra_vinh("charity_houses", 80, date(2022, 2, 1))
    assert (found.phase, found.days_gone, found.days_left, found.is_overdue) == (Phase.AFTER, 365, 0, True)
    assert found.pace and (found.pace.needed, found.pace.in_time) == (None, False)
    assert not tra_vinh("charity_houses", 90, date(2022, 2, 1)).is_overdue


def test_without_an_end_or_a_beginning() -> None:
    """50 in 100 days are 15 in thirty; nobody can say whether this is in time."""
    endless = Target("t", Kind.SUM, ("a",), Decimal(90), first=date(2021, 1, 1))
    found = progress(endless, Numbers(Decimal(50)), date(2021, 4, 11))
    assert (found.days_left, found.phase) == (None, Phase.RUNNING)
    assert found.pace == Pace(Every.MONTH, None, Decimal(15), in_time=None)
    timeless = progress(Target("t", Kind.SUM, ("a",), Decimal(90)), Numbers(Decimal(90)), date(2021, 4, 11))
    assert (timeless.days_gone, timeless.reached) == (None, True)
    assert timeless.pace == Pace(Every.MONTH, None, None, in_time=True)


def test_lengths_are_said_in_tenths() -> None:
    """2,5 km in 10 days: 0,25 a day."""
    target = Target("t", Kind.SUM, ("km",), Decimal("3.5"), last=date(2021, 1, 10))
    found = progress(target, Numbers(Decimal(1), measure=Measure.SIZE), date(2021, 1, 1))
    assert (found.missing, found.needed(Every.DAY)) == (Decimal("2.5"), Decimal("0.3"))


def test_money_is_said_in_thousands_at_least() -> None:
    """25.000 in 2 days are 12.500 a day, said as 13.000; a few hundred a day are not said."""
    target = Target("t", Kind.SUM, ("money",), Decimal(25_000), last=date(2021, 1, 2))
    found = progress(target, Numbers(Decimal(0), measure=MONEY), date(2021, 1, 1))
    assert found.needed(Every.DAY) == 13_000
    assert progress(target, Numbers(Decimal(23_500), measure=MONEY), date(2021, 1, 1)).needed(Every.DAY) is None


# --- silence, zero, unknown ------------------------------------------------------------------------


def test_silence_is_not_zero() -> None:
    target, today = plan(TRA_VINH)["charity_houses"], date(2021, 7, 1)
    silent = progress(target, gather(target, [], (1,), today), today)
    assert (silent.value, silent.share, silent.percent, silent.reached, silent.missing) == (None, None, None, False, 90)
    zero = tra_vinh("charity_houses", 0, today)
    assert (zero.value, zero.share, zero.percent) == (0, 0, 0)
    assert silent.pace and zero.pace and (silent.pace.in_time, zero.pace.in_time) == (None, False)


def test_inexact_reports_are_told() -> None:
    target, today = plan(TRA_VINH)["houses_money"], date(2021, 7, 1)
    amounts = [Amount(1, date(2021, 6, day), "houses_value", Decimal(40_000_000), day % 2) for day in (1, 2, 3)]
    found = progress(target, gather(target, amounts, (1,), today, MONEY), today)
    assert (found.value, found.inexact) == (120_000_000, 2)


def test_the_digest_keeps_it() -> None:
    found = tra_vinh("houses_money", 480_000_000, date(2021, 10, 1), MONEY)
    adapter = TypeAdapter(Progress)
    assert adapter.validate_json(adapter.dump_json(found)) == found
