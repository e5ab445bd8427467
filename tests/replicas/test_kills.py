"""Three processes on one PostgreSQL, killed at random while people report by webhook through a load balancer: nothing
confirmed is lost, nothing is twice, each conversation is in order, and somebody leads again within ten seconds."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from reporting.register import rebuild_check
from storage.uow import UnitOfWork
from tests.crash.secretary import Secretary
from tests.days.town import at, invite, load
from tests.replicas.replicas import WITHIN, Balancer, Replicas, office
from tests.support.postgres import postgres_url
from tests.telegram.emulator import TelegramEmulator

UNITS = ("TN-TPTN", "TN-HT", "TN-TB", "TN-TBI", "TN-TC", "TN-DMC", "TN-CT", "TN-GD", "TN-BC")
LETTERS = "ABCDEFGHJ"
NOW = at("15/12 11:00")


@pytest.mark.parametrize(
    ("kills", "people"), [(1, 3), pytest.param(40, 9, marks=pytest.mark.soak)], ids=["1 kill", "40 kills"]
)
async def test_killed_at_random_moments(kills: int, people: int, tmp_path: Path) -> None:
    random, url, balancer = Random(kills), postgres_url(), Balancer()
    emulating = TelegramEmulator(webhook_backoff=lambda _failures: 0.2)
    async with asyncio.timeout(120 + 20 * kills), emulating as emulator, balancer.open():
        secretaries = await _prepare(tmp_path, url, emulator, random, people)
        replicas = Replicas(tmp_path, url, emulator, balancer)
        async with replicas.running(NOW):
            await replicas.leader()
            await asyncio.gather(*(s.joins() for s in secretaries))
            await (_one_kill(replicas, secretaries) if kills == 1 else _many(replicas, secretaries, kills, random))
            assert await replicas.stop() == {0}
        said = [replica.said for replica in replicas.all]
    waits = [f"{wait:.1f}" for wait in sorted(replicas.waits)]
    receipts, again = sum(len(s.receipts) for s in secretaries), sum(s.seen_twice for s in secretaries)
    print(f"{replicas.kills} kills, {receipts} receipts, {again} of them seen again")
    print(f"{len(waits)} kills of a leader; seconds until another one led: {', '.join(waits)}")
    assert replicas.waits and max(replicas.waits) < WITHIN
    assert not [line for text in said for line in text.splitlines() if "Traceback" in line]
    await _all_is_well(tmp_path, url, emulator, secretaries)


async def _one_kill(replicas: Replicas, secretaries: list[Secretary]) -> None:
    """The leader's, in the middle of the reports; it does not come back."""
    work = asyncio.gather(*(s.reports() for s in secretaries))
    await asyncio.wait([work], timeout=0.3)
    await replicas.killed(await replicas.leader())
    await work


async def _many(replicas: Replicas, secretaries: list[Secretary], kills: int, random: Random) -> None:
    now, done = NOW, 0
    while done < kills:
        work = asyncio.gather(*(_busy_day(s) for s in secretaries))
        while not work.done() and done < kills:
            await asyncio.wait([work], timeout=random.uniform(0.05, 1.5))
            # Every other time the one that leads: its end is the one that matters.
            victim = await replicas.leader() if done % 2 else random.choice(replicas.all)
            await replicas.killed(victim)
            await victim.starts(now, replicas.session)
            done += 1
        await work
        # The next day has begun: there is a new report to send.
        now += timedelta(days=1)
        for replica in replicas.all:
            await replicas.killed(replica)
            await replica.starts(now, replicas.session)


async def _busy_day(secretary: Secretary) -> None:
    await secretary.reports()
    await secretary.corrects()


async def _prepare(folder: Path, url: str, emulator: TelegramEmulator, random: Random, people: int) -> list[Secretary]:
    app = office(folder, url, emulator, NOW)
    await load(app)
    secretaries = []
    for letter, unit in zip(LETTERS[:people], UNITS, strict=False):
        code = f"{letter * 4}-{letter * 4}"
        await invite(app, code, unit, "reporter")
        secretaries.append(Secretary(emulator.person(f"Secretary {letter}"), code, random))
    await app.stop()
    return secretaries


async def _all_is_well(folder: Path, url: str, emulator: TelegramEmulator, secretaries: list[Secretary]) -> None:
    app = office(folder, url, emulator, at("31/12 12:00"))
    async with app.db.read() as conn:
        reports = await conn.exec_driver_sql("select code, number from report join revision on report_id = report.id")
        kept = sorted(tuple(row) for row in reports)
        failed = (await conn.exec_driver_sql("select traceback from failed_update")).all()
        left = (await conn.exec_driver_sql("select state from outbox where state not in ('sent', 'failed')")).all()
        sent = (
            await conn.exec_driver_sql(
                "select chat, split_part(message_id, ',', 1)::bigint from outbox where state = 'sent' "
                "and message_id <> '' and reply->>'replaces' is null and key is null order by id"
            )
        ).all()
        wrong = await rebuild_check(UnitOfWork(conn, app.clock.now()))
    await app.stop()
    shown = sorted(receipt for s in secretaries for receipt in s.receipts)
    assert not failed, failed[0]
    assert len(kept) == len(set(kept)), "a report or a revision is there twice"
    assert set(shown) <= set(kept), "a receipt was shown for a report that is not there"
    assert {code for code, _ in kept} == {code for code, _ in shown}, "a report nobody has a receipt for"
    assert wrong == [], "the totals are not the sum of the reports"
    assert not left, "somebody was forgotten"
    for chat in {chat for chat, _ in sent}:
        numbers = [number for one, number in sent if one == chat]
        assert numbers == sorted(numbers), "replies overtook each other"
