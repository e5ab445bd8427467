"""A year of a province in the database, written as the bot writes it, and what it takes on the disk.

Run as `python -m bench.year [weeks]`; it takes some minutes. One week is really lived: 96 communes report each day,
and once for the week, to the real register (`reporting.register.submit`); the real jobs open periods, remind and send
digests by the clock; news go to all. What people and bot say to each other is taken from one conversation that was
really had, and written for every report: keys, conversation, replies. The other weeks are this week again, moved by
whole weeks, and after each the real pruning looks. Kept files are counted, not made. Figures: docs/operations.md.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import text

from bench.weeks import Again, free, sizes
from bot.backups.keys import Key
from bot.backups.making import Source, make
from bot.config import CAMPAIGNS
from bot.demo import ROOT, _fill
from bot.media.folder import FolderContents
from bot.pruning import Pruner
from forms.interview import Interview
from reporting import register as ledger
from reporting.campaigns.packs import read_pack
from reporting.organisation.units import communes
from storage import engine, people, plans, register
from storage.tables import Account, Broadcast, GroupChat, Media
from storage.uow import UnitOfWork
from tests.support.world import ZONE, World

FIRST = datetime(2022, 1, 3, tzinfo=ZONE)
LOOKS = ((8, 1), (9, 31), (10, 6), (10, 16), (16, 0))
"""When the jobs look each day: as a ladder of reminders and the digest need it, and once more."""
LATE, MISSING, NOTHING, CORRECTED, WITH_PICTURES = 0.08, 0.06, 0.04, 0.05, 0.3
PICTURE = 180_000
"""Bytes, as Telegram hands them over."""
DAILY = "| | daily | 2022-12-16 | 2022-12-30 | 10:00 | 24h | 48h |"


@dataclass
class Year:
    """The world, and what is needed again and again."""

    world: World
    random: Random
    samples: list[dict[str, Any]] = field(default_factory=list)
    """Replies of one conversation, in their order."""
    state: dict[str, Any] = field(default_factory=dict)
    reporters: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Unit -> member and chat."""
    reports: int = 0
    pictures: int = 0


# --- the province ----------------------------------------------------------------------------------


def pack_of(folder: Path, name: str, schedule: str, prefix: str) -> Path:
    """Tây Ninh's daily form with another schedule."""
    workbook = (CAMPAIGNS / "tay-ninh-2022" / "daily.md").read_text(encoding="utf-8")
    assert DAILY in workbook
    workbook = workbook.replace("| | repeat | from |", "| | repeat | on | from |")
    workbook = workbook.replace(DAILY, schedule).replace("| prefix | TN |", f"| prefix | {prefix} |")
    to = folder / name
    to.mkdir()
    (to / "daily.md").write_text(workbook, encoding="utf-8")
    (to / "units.csv").write_bytes((CAMPAIGNS / "tay-ninh-2022" / "units.csv").read_bytes())
    return to


async def furnish(year: Year, folder: Path, days: int) -> None:
    until = (FIRST + timedelta(days=days)).date()
    daily = f"| | daily | | {FIRST.date()} | {until} | 10:00 | 24h | 48h |"
    weekly = f"| | weekly | T6 | {FIRST.date()} | {until} | 10:00 | 7d | 48h |"
    packs = [pack_of(folder, "daily", daily, "TN"), pack_of(folder, "weekly", weekly, "TW")]
    units = tuple(communes(CAMPAIGNS / "vn_units_2025.csv", "Tây Ninh", ROOT))
    for path in packs:
        await year.world.load(_with_units(read_pack(path), units))
    async with year.world.unit_of_work() as uow:
        for unit in await people.units(uow):
            roles = ["leader", "reporter"] if unit["parent_id"] else ["leader"] * 5 + ["officer"] * 3
            for number, role in enumerate(roles):
                chat = f"{1_000_000_000 + unit['id'] * 10 + number}"
                joined = await people.join(
                    uow, channel="test", address=chat, name=f"Người {chat}", unit_id=unit["id"], role=role
                )
                if role == "reporter":
                    year.reporters[unit["id"]] = (joined["member_id"], chat)
        await uow.insert(GroupChat, channel="test", chat="-100200300", title="Tin nhanh", unit_id=1)


def _with_units(pack: Any, units: Any) -> Any:
    from dataclasses import replace

    return replace(pack, units=units)


async def talk_once(year: Year) -> None:
    """One report as it is really made: what is said is the sample of all others."""
    world, (_, chat) = year.world, next(iter(year.reporters.values()))
    await world.says(chat, "/baocao")
    for _ in range(40):
        labels = world.channel.chats[chat][-1].labels
        wanted = next((one for one in WAYS if one in labels), None)
        if wanted:
            await world.presses(chat, wanted)
        else:
            await world.says(chat, "30")
        if wanted == WAYS[0]:
            break
    else:
        raise AssertionError(f"the conversation does not end: {labels}")
    async with world.db.read() as conn:
        uow = UnitOfWork(conn, world.clock.now())
        year.samples = [
            json.loads(r["reply"]) for r in await uow.fetch(text(f"SELECT reply FROM outbox WHERE chat = '{chat}'"))
        ]
        year.state = {"form": 1, "shown": chat, "at": "2022-01-03T08:00:00", "notes": [chat] * 8}


WAYS = ("✅ Gửi báo cáo", "☐ Tặng quà", "Bỏ qua", "Xong", "📝 Báo cáo ngay")


# --- a day -----------------------------------------------------------------------------------------


async def pass_a_day(year: Year, day: datetime) -> None:
    for number, (hour, minute) in enumerate(LOOKS):
        year.world.clock.turn_to(day.replace(hour=hour, minute=minute))
        await year.world.jobs.tick()
        if number < 2:
            await report(year, 0.55 if number == 0 else 1.0)
    if day.weekday() == 0:
        await tell_all(year)
    async with year.world.unit_of_work() as uow:
        await uow.conn.execute(
            text("UPDATE outbox SET state = 'sent', attempts = 1, message_id = id + 70000, sent_at = due_at"
                 " WHERE state = 'waiting' AND due_at < :now"), {"now": f"{uow.now:%Y-%m-%d %H:%M:%S}"}
        )  # fmt: skip


async def report(year: Year, share: float) -> None:
    """Of those who owe a report so many of a hundred send it now."""
    async with year.world.unit_of_work() as uow:
        for form_row in await plans.live_forms(uow):
            form = await year.world.office.library.form(uow, form_row["version_id"])
            for period in await register.periods(uow, form_row["id"]):
                if not period["opens_at"] <= uow.now < period["due_at"]:
                    continue
                for owing in await register.owing(uow, period["id"]):
                    if year.random.random() < share and year.random.random() > MISSING:
                        await one_report(year, uow, form, owing["id"], owing["unit_id"])


async def one_report(year: Year, uow: UnitOfWork, form: Any, expected_id: int, unit_id: int) -> None:
    owed = await register.expected(uow, expected_id)
    assert owed
    member_id, chat = year.reporters[unit_id]
    for _ in range(2 if year.random.random() < CORRECTED else 1):
        nothing = year.random.random() < NOTHING
        interview = Interview(form, None, now=uow.now, language="vi")
        if not nothing:
            _fill(interview, year.random)
        await ledger.submit(
            uow, form, owed, version_id=owed["version_id"], member_id=member_id, account_id=member_id,
            result={} if nothing else interview.result(), marks={}, nothing=nothing,
        )  # fmt: skip
        await uow.flush()
        owed = await register.expected(uow, expected_id) or owed
    year.reports += 1
    said(year, uow, chat)
    if year.random.random() < WITH_PICTURES:
        await pictures(year, uow, chat)


def said(year: Year, uow: UnitOfWork, chat: str) -> None:
    """The conversation beside the report: a key and a reply for each thing that was said, and where it stands."""
    for reply in year.samples:
        year.world.keys += 1
        uow.mark_seen("test", f"{chat}/{year.world.keys}")
        uow.send("test", chat, reply, priority=1)
    uow.set_conversation("test", chat, year.state)


async def pictures(year: Year, uow: UnitOfWork, chat: str) -> None:
    for _ in range(2):
        year.pictures += 1
        digest = f"{year.pictures:064x}"
        await uow.insert(
            Media, id=f"p/{year.pictures:016}", sha256=digest, mime="image/jpeg", size=PICTURE, name="",
            owner=f"test:{chat}", looks=digest[:16], created_at=uow.now,
        )  # fmt: skip


async def tell_all(year: Year) -> None:
    """News to every account, as it is once it was sent."""
    from storage import broadcast_runs
    from storage.uow import table

    async with year.world.unit_of_work() as uow:
        now = uow.now
        number = await uow.insert(
            Broadcast, member_id=1, unit_id=1, state="waiting", topic="general", channel="test", chat="x",
            content={"text": "Mời đồng chí dự họp. " * 12}, audience={"roles": ["reporter"], "unit": 1},
            created_at=now, updated_at=now, send_at=now + timedelta(days=9999), edition=0, counts={},
        )  # fmt: skip
        accounts = await uow.fetch(table(Account).select())
        rows = [{"channel": "test", "chat": a["address"], "person_id": a["person_id"], "group_id": None, "unit_id": 1,
                 "language": "vi"} for a in accounts]  # fmt: skip
        await broadcast_runs.enlist(uow, number, rows)
        for account in accounts:
            reply = {"text": "Mời đồng chí dự họp. " * 12}
            uow.send("test", account["address"], reply, priority=9, key=f"news/{number}/{account['id']}")
        await uow.flush()
        done = {"state": "done", "ended_at": now, "id": number}
        await uow.conn.execute(table(Broadcast).update().where(table(Broadcast).c.id == number).values(
            state="done", ended_at=now, started_at=now))  # fmt: skip
        await uow.conn.execute(
            text("UPDATE broadcast_recipient SET state = 'sent', message_id = 123456, sent_at = :at"
                 " WHERE broadcast_id = :id"), {"at": f"{now:%Y-%m-%d %H:%M:%S}", "id": done["id"]}
        )  # fmt: skip


# --- the whole year --------------------------------------------------------------------------------


async def prune(year: Year) -> None:
    """As the jobs do, until nothing is left that is old."""

    async def run(name: str, job: Any, *, reads: bool = False) -> bool:
        async with year.world.db.read() if reads else year.world.db.write() as conn:
            uow = UnitOfWork(conn, year.world.clock.now())
            await job(uow, uow.now)
            await uow.flush()
        return True

    for _ in range(3):
        await Pruner(year.world.clock).look(run)


async def run(folder: Path, weeks: int) -> None:
    began, cpu = time.monotonic(), time.process_time()
    async with World(folder, FIRST.replace(hour=7)) as world:
        year = Year(world, Random(2022))
        await furnish(year, folder, 7 * weeks)
        world.clock.turn_to(FIRST.replace(hour=8))
        await world.jobs.tick()
        await talk_once(year)
        for day in range(7):
            await pass_a_day(year, FIRST + timedelta(days=day))
        again = Again(world.file)
        for week in range(1, weeks):
            again.write(week)
            world.clock.turn_to(FIRST + timedelta(days=7 * week + 7))
            await prune(year)
            if week % 13 == 12:
                print(f"week {week + 1}: {told(world.file)}", flush=True)
        await world.totals_are_true()
        before = time.process_time()
        made = await make(
            Source(world.db, FolderContents(folder / "none")), folder / "backups", Key(), world.clock.now()
        )
        backup = time.process_time() - before
    print("\n| table | rows | MB |\n|---|---|---|")
    total = 0.0
    for name, rows, size in sizes(world.file):
        total += size
        if size >= 1:
            print(f"| {name} | {rows:,} | {size:.0f} |")
    print(f"| all, with their indexes | | {total:.0f} |")
    reports, pictures = year.reports * weeks, year.pictures * weeks
    print(f"\n{told(world.file)}; {reports:,} reports, {len(year.samples)} replies each")
    print(f"pictures {pictures:,}: {pictures * PICTURE / 1e9:.1f} GB beside it")
    print(f"backup {made.size / 1e6:.0f} MB, made and checked in {backup:.0f} s of the processor")
    print(f"{time.process_time() - cpu:.0f} s of the processor, {time.monotonic() - began:.0f} s")


def told(file: Path) -> str:
    return f"the file has {file.stat().st_size / 1e6:.0f} MB, {free(file):.0f} of them empty"


def main() -> None:
    weeks = int(sys.argv[1]) if len(sys.argv) > 1 else 52
    engine.SQLITE_PRAGMAS = tuple(line.replace("=FULL", "=OFF") for line in engine.SQLITE_PRAGMAS)
    with TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder), weeks))


if __name__ == "__main__":
    main()
