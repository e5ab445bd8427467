"""What this bot needs before it can be measured: a database with the form, a unit for each reporter, a report owed."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from bot.clock import SystemClock
from reporting.campaigns.packs import read_pack
from reporting.campaigns.saving import save_pack
from reporting.planning.periods import NO_LIST
from reporting.register import open_periods
from storage.engine import Database
from storage.tables import Account, Member, Person
from storage.uow import UnitOfWork, table

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_CHAT = 7_000_000_000
DATABASE = "bench.db"


def form_of(today: datetime) -> str:
    """The workbook, in Markdown: three numbers that add up, one choice of four, one text; due each day from `today`."""
    first = today.date().isoformat()
    last = (today + timedelta(days=30)).date().isoformat()
    return f"""| campaign | | |
| | key | value |
| | name | Báo cáo nhanh |
| | prefix | BN |
| | unit | P |

| settings | | | | |
| | form_title | form_id | version | default_language |
| | Báo cáo ngày | quick_daily | 1 | Tiếng Việt (vi) |

| deadlines | | | | | | | |
| | repeat | from | until | due | covers | closes | kinds |
| | daily | {first} | {last} | 23:59 | 24h | 48h | xã |

| choices | | | |
| | list_name | name | label::Tiếng Việt (vi) |
| | result | best | Rất tốt |
| | result | good | Tốt |
| | result | fair | Đạt |
| | result | poor | Chưa đạt |

| survey | | | | | | | |
| | type | name | label::Tiếng Việt (vi) | short::vi | unit | indicator | required |
| | integer | sessions | Tổ chức bao nhiêu buổi? | Buổi | buổi | sessions | yes |
| | integer | people | Bao nhiêu lượt người dự? | Lượt người | lượt người | people | yes |
| | integer | gifts | Tặng bao nhiêu suất quà? | Suất quà | suất | gifts | yes |
| | select_one result | outcome | Kết quả thế nào? | Kết quả | | | yes |
| | text | story | Kể ngắn gọn một việc đã làm. | Việc đã làm | | | yes |
"""


def units_of(count: int) -> str:
    lines = ["code,name,short_name,kind,parent", "P,Tỉnh đoàn thử,Tỉnh thử,tỉnh,"]
    districts = max(1, count // 30)
    lines += [f"P-{number},Huyện đoàn {number},Huyện {number},huyện,P" for number in range(districts)]
    lines += [f"X-{number},Đoàn xã số {number},Xã {number},xã,P-{number % districts}" for number in range(count)]
    return "\n".join(lines) + "\n"


async def prepare(folder: Path, count: int) -> None:
    """Make the database with so many reporters, each of a unit of their own, in chats that follow `FIRST_CHAT`."""
    now = SystemClock().now().astimezone(ZONE)
    pack = folder / "pack"
    pack.mkdir()
    (pack / "daily.md").write_text(form_of(now), encoding="utf-8")
    (pack / "units.csv").write_text(units_of(count), encoding="utf-8")
    db = Database(f"sqlite+aiosqlite:///{folder / DATABASE}")
    await db.migrate()
    async with db.write() as conn:
        uow = UnitOfWork(conn, now)
        await save_pack(uow, read_pack(pack))
        await uow.flush()
        await _enlist(uow, count)
        await open_periods(uow, ZONE, now, NO_LIST)
        await uow.flush()
    await db.close()


async def _enlist(uow: UnitOfWork, count: int) -> None:
    found = (await uow.conn.exec_driver_sql("SELECT id, code FROM unit WHERE code LIKE 'X-%'")).all()
    units = {int(code[2:]): number for number, code in found}
    at = {"created_at": uow.now}
    people = range(1, count + 1)
    await uow.run(insert(table(Person)), [{"id": n, "name": f"Người {n}", "language": "vi", **at} for n in people])
    await uow.run(
        insert(table(Member)),
        [{"id": n, "person_id": n, "unit_id": units[n - 1], "role": "reporter", **at} for n in people],
    )
    accounts = [
        {"channel": "telegram", "address": str(FIRST_CHAT + n - 1), "person_id": n, "member_id": n, **at}
        for n in people
    ]
    await uow.run(insert(table(Account)), accounts)


def starts(file: Path) -> dict[int, str]:
    """By chat, the button under the reminder: it begins the report that is owed."""
    query = (
        "SELECT a.address, max(e.id) FROM account a JOIN member m ON m.id = a.member_id "
        "JOIN expected_report e ON e.unit_id = m.unit_id GROUP BY a.address"
    )
    with sqlite3.connect(file) as connection:
        return {int(chat): f"start/{expected}" for chat, expected in connection.execute(query)}


if __name__ == "__main__":
    asyncio.run(prepare(Path(sys.argv[1]), int(sys.argv[2])))
