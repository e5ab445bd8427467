"""What a digest costs when few reports have come, and when a million have; beside a plain GROUP BY over all of them.

Run as `python -m bench.digest [reports [DATABASE_URL]]`: 3,321 communes in 34 provinces report Tây Ninh's form each
day, until there are so many reports (written straight into the tables, as the register would have written them). The
nation's digest of the newest day is made at the first 1,000 reports, and at all of them. Without an URL that is done in
an SQLite file and in a PostgreSQL of its own, which are thrown away; one that is named must have an empty database.
Figures: docs/performance.md.
"""

import asyncio
import csv
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.days import FIRST, GIVEN, ZONE, Nation, report
from bot.config import CAMPAIGNS
from reporting import register as ledger
from reporting.campaigns.packs import read_pack
from reporting.campaigns.saving import save_pack
from reporting.digests import digest
from reporting.library import Library
from reporting.organisation.units import UnitLine
from storage import people, plans, register
from storage.engine import Database
from storage.uow import UnitOfWork
from tests.support.postgres import own_server

FEW = 1_000
DAILY = "| | daily | 2022-12-16 | 2022-12-30 | 10:00 | 24h | 48h |"
ROUNDS = 9


def units() -> Iterator[UnitLine]:
    with (CAMPAIGNS / "vn_units_2025.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    yield UnitLine("TN", "Trung ương Đoàn", "Trung ương", "trung ương", "")
    for code, name in {row["province_code"]: row["province_name"] for row in rows}.items():
        yield UnitLine(f"T{code}", f"Tỉnh đoàn {name}", name, "tỉnh", "TN")
    for row in rows:
        yield UnitLine(row["code"], f"Đoàn {row['name']}", row["name"], row["kind"], f"T{row['province_code']}")


def pack_in(folder: Path) -> Path:
    """Tây Ninh's daily form for the whole nation and for years."""
    workbook = (CAMPAIGNS / "tay-ninh-2022" / "daily.md").read_text(encoding="utf-8")
    assert DAILY in workbook
    end = (FIRST + timedelta(days=2000)).date()
    schedule = f"| | daily | {FIRST.date()} | {end} | 10:00 | 24h | 48h |"
    (folder / "daily.md").write_text(workbook.replace(DAILY, schedule), encoding="utf-8")
    (folder / "units.csv").write_bytes((CAMPAIGNS / "tay-ninh-2022" / "units.csv").read_bytes())
    return folder


async def furnish(db: Database, folder: Path, lines: Iterable[UnitLine]) -> Nation:
    async with db.write() as conn:
        uow = UnitOfWork(conn, FIRST)
        pack = replace(read_pack(pack_in(folder)), units=tuple(lines))
        await save_pack(uow, pack)
        rows = {row["code"]: row for row in await people.units(uow)}
        joined = await people.join(
            uow, channel="test", address="1", name="Người", unit_id=rows["TN"]["id"], role="leader"
        )
        (form,) = await plans.live_forms(uow)
        await uow.flush()
    communes = [(row["id"], row["parent_id"]) for row in rows.values() if row["kind"] not in ("tỉnh", "trung ương")]
    return Nation(rows["TN"], communes, form, joined["member_id"])


# --- what is measured ------------------------------------------------------------------------------


async def made(db: Database, nation: Nation, library: Library, *, by_the_job: bool = False) -> digest.Digest:
    """`by_the_job`: in a transaction that may write, as the job makes it; else as somebody who asks for it."""
    async with db.write() if by_the_job else db.read() as conn:
        return await built(conn, nation, library)


async def built(conn: AsyncConnection, nation: Nation, library: Library) -> digest.Digest:
    """The nation's, of the newest day."""
    now = nation.due - timedelta(days=1) + timedelta(minutes=15)
    uow = UnitOfWork(conn, now)
    opened = await register.periods(uow, nation.form["id"])
    of = (nation.form, nation.root, opened[-1])
    return await digest.build(uow, library, *of, opened=opened, now=now, zone=ZONE)


async def grouped(db: Database) -> int:
    """The same sums from the reports themselves, in one statement."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    value = "json_extract(v.indicators, '$.{0}[0]')" if is_sqlite else "(v.indicators->'{0}'->>0)::numeric"
    sums = ", ".join(f"sum({value.format(name)}) AS {name}" for name in GIVEN)
    query = (
        f"SELECT u.parent_id, {sums}, count(*) FROM report r JOIN revision v ON v.report_id = r.id "
        "AND v.number = r.revision_no JOIN unit u ON u.id = r.unit_id GROUP BY u.parent_id"
    )
    async with db.read() as conn:
        return len((await conn.execute(text(query))).all())


@dataclass(frozen=True, slots=True)
class Took:
    """Medians, in milliseconds: of our own processor time, and of the clock on the wall."""

    cpu: float
    wall: float

    def __str__(self) -> str:
        return f"{self.cpu:.1f} | {self.wall:.1f}"


async def timed(work: Callable[[], Awaitable[object]], rounds: int) -> Took:
    await work()
    found = []
    for _ in range(rounds):
        began = time.process_time(), time.perf_counter()
        await work()
        found.append((time.process_time() - began[0], time.perf_counter() - began[1]))
    return Took(*(statistics.median(took) * 1000 for took in zip(*found, strict=True)))


HEAD = (
    "| engine | reports | days | digest, CPU ms | digest, ms | GROUP BY, CPU ms | GROUP BY, ms | written in, s |",
    "|---|---|---|---|---|---|---|---|",
)


async def measure(url: str, folder: Path, most: int) -> None:
    db = Database(url)
    await db.migrate()
    nation = await furnish(db, folder, units())
    library = Library()
    for wanted in (FEW, most):
        began = time.perf_counter()
        await report(db, nation, wanted)
        await settle(db)
        took = time.perf_counter() - began
        # As on every day: the job has made the digest by the time that somebody asks for it.
        await made(db, nation, library, by_the_job=True)
        digested = await timed(lambda: made(db, nation, library), ROUNDS)
        plain = await timed(lambda: grouped(db), 3)
        print(
            f"| {db.engine.dialect.name} | {nation.reports:,} | {nation.days} | {digested} | {plain} | {took:.0f} |",
            flush=True,
        )
    await _check(db, nation, library)
    await db.close()


async def settle(db: Database) -> None:
    """What a server does by and by: it learns what is in its tables."""
    if db.engine.dialect.name != "sqlite":
        async with db.engine.connect() as conn:
            await (await conn.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))


async def _check(db: Database, nation: Nation, library: Library) -> None:
    """The digest's numbers are those of the reports."""
    found = await made(db, nation, library)
    async with db.read() as conn:
        total = (await conn.execute(text("SELECT count(*) FROM report"))).scalar_one()
        if nation.reports <= 60 * FEW:
            assert await ledger.rebuild_check(UnitOfWork(conn, datetime.now(UTC))) == []
    assert total == nation.reports
    assert {figure.indicator for figure in found.figures if figure.so_far} == set(GIVEN), found.figures


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print("\n".join(HEAD), flush=True)
    with TemporaryDirectory() as folder, ExitStack() as open_until_then:
        urls = sys.argv[2:] or [
            f"sqlite+aiosqlite:///{folder}/nation.db",
            open_until_then.enter_context(own_server()).url.render_as_string(hide_password=False),
        ]
        for url in urls:
            asyncio.run(measure(url, Path(folder), most))


if __name__ == "__main__":
    main()
