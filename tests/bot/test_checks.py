"""What `doctor` finds, each with what to do; and that it finds nothing where nothing is wrong."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.backups.keeping import name_of
from bot.checks import Finding, place, record
from bot.checks import telegram as their_word
from bot.config import Settings
from storage.uow import UnitOfWork
from tests.bot import site
from tests.bot.kit import at, photo
from tests.support.ports import steady_port
from tests.support.world import World

NOW = at("2022-12-17 09:00")


def bad(findings: list[Finding]) -> list[str]:
    return [one.text for one in findings if not one.ok]


# --- the machine -----------------------------------------------------------------------------------


@pytest.mark.sqlite("where the file lies is looked at")
def test_a_disk_that_is_nearly_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = site.settings(tmp_path)
    assert bad(place.disks(settings)) == []
    monkeypatch.setattr(place, "LITTLE", 10**18)
    (line,) = bad(place.disks(settings))
    assert line.startswith("disk: only ")
    assert "(DATABASE_URL and MEDIA_DIR)" in line


@pytest.mark.parametrize(
    ("hours", "ok", "said"), [(None, True, "by 02:00 18/12"), (7, True, "7 hours old"), (27, False, "27 hours old")]
)
def test_how_old_the_newest_backup_is(tmp_path: Path, hours: int | None, ok: bool, said: str) -> None:
    if hours is not None:
        (tmp_path / name_of(NOW - timedelta(hours=hours), encrypted=False)).touch()
    found = place.backups(site.settings(tmp_path, backup_dir=tmp_path), NOW)
    assert found.ok is ok
    assert said in found.text


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://localhost:8080", "nobody outside reaches localhost"),
        ("https://192.168.1.7", "nobody outside reaches 192.168.1.7"),
        ("https://server", "nobody outside reaches server"),
        ("http://bot.example.vn", "is not encrypted"),
        ("https://bot.example.vn", None),
        (None, None),
    ],
)
def test_an_address_that_no_phone_can_open(tmp_path: Path, url: str | None, said: str | None) -> None:
    found = bad(place.address(site.settings(tmp_path, public_url=url)))
    assert (said in found[0]) if said else (found == [])


async def test_a_certificate_that_ends_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def holds(_host: str, _port: int, _context: ssl.SSLContext) -> datetime:
        return NOW + timedelta(days=30)

    monkeypatch.setattr(place, "_holds_until", holds)
    settings = site.settings(tmp_path, public_url="https://bot.example.vn")
    assert bad(await place.certificate(settings, NOW)) == []
    (line,) = bad(await place.certificate(settings, NOW + timedelta(days=20)))
    assert "holds until 16/01/2023 only: renew it" in line


async def served(answer: Any, port: int, path: str) -> web.AppRunner:
    async def handle(_: web.Request) -> web.Response:
        return web.json_response(answer, status=200 if answer.get("ok") else 503)

    app = web.Application()
    app.router.add_get(path, handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


async def test_what_the_running_bot_says_of_itself(tmp_path: Path) -> None:
    port = steady_port()
    settings = site.settings(tmp_path, web_port=port)
    assert (await place.running(settings)).text.startswith("bot: none runs here")
    for answer, ok, said in (
        ({"ok": True, "database": "ok", "jobs": [], "taking": "works"}, True, "bot: runs"),
        ({"ok": False, "jobs": ["remind", "digest"]}, False, "is not well (jobs: remind, digest)"),
        ({"hello": 1}, False, "is not the bot"),
    ):
        runner = await served(answer, port, "/healthz")
        found = await place.running(settings)
        await runner.cleanup()
        assert found.ok is ok
        assert said in found.text


# --- the database ----------------------------------------------------------------------------------


async def looked(world: World, settings: Settings) -> list[str]:
    async with world.db.read() as conn:
        return bad(await record.look(settings, UnitOfWork(conn, world.clock.now())))


async def test_a_day_on_which_nothing_went_wrong(world: World, tmp_path: Path) -> None:
    await world.says("Lan", "/trogiup")
    await world.media.keep_photo(photo(), "test:Lan")
    assert await looked(world, site.settings(tmp_path)) == []


async def test_a_day_on_which_much_went_wrong(world: World, tmp_path: Path) -> None:
    await world.media.keep_photo(photo(), "test:Lan")
    next(path for path in (tmp_path / "media").rglob("*") if path.is_file()).unlink()
    now = f"{world.clock.now().astimezone(UTC):%Y-%m-%d %H:%M:%S}.000000"
    past = f"{(world.clock.now() - timedelta(minutes=45)).astimezone(UTC):%Y-%m-%d %H:%M:%S}.000000"
    later = f"{(world.clock.now() + timedelta(hours=3)).astimezone(UTC):%Y-%m-%d %H:%M:%S}.000000"
    columns = "channel, chat, priority, reply, state, attempts, created_at, due_at, error"
    async with world.unit_of_work() as uow:
        for state, error, due in (
            ("waiting", "NULL", past), ("failed", "'Bad Request: x'", now), ("failed", "'no longer needed'", now)
        ):  # fmt: skip
            await uow.conn.exec_driver_sql(
                f"INSERT INTO outbox ({columns}) VALUES ('x', 'c', 1, '{{}}', '{state}', 0, '{past}', '{due}', {error})"
            )
        await uow.conn.exec_driver_sql(f"INSERT INTO failed_update VALUES ('E-77AA', 'x', 'k', '{now}', 't')")
        await uow.conn.exec_driver_sql(f"INSERT INTO seen_update VALUES ('x', 'k', '{later}')")
    clock, failed, given_up, queue, media = await looked(world, site.settings(tmp_path))
    assert "a time that is 3 hours ahead" in clock
    assert "1 failed in 24 hours (E-77AA)" in failed
    assert given_up == "messages: 1 on x could not be sent in 24 hours (Bad Request: x)"
    assert queue.startswith("messages: 1 on x wait, one for 45 minutes: is the bot running")
    assert media.startswith("files: 1 of 1 are named in the database and not there")


# --- Telegram --------------------------------------------------------------------------------------

TOKEN = "123456:" + "A" * 30


async def telegram_says(tmp_path: Path, info: dict[str, Any], now: datetime, **more: Any) -> list[str]:
    port = steady_port()
    runner = await served({"ok": True, "result": info}, port, f"/bot{TOKEN}/getWebhookInfo")
    base = f"http://127.0.0.1:{port}"
    settings = site.settings(tmp_path, telegram_token=TOKEN, telegram_api_base=base, **more)
    found = bad(await their_word.look(settings, now))
    await runner.cleanup()
    return found


async def test_what_telegram_says_of_the_webhook(tmp_path: Path) -> None:
    now, url = datetime.now(UTC), "https://bot.example.vn/hooks/telegram"
    hook = {"webhook_url": url, "webhook_secret": "a-long-random-word"}
    assert await telegram_says(tmp_path, {"url": url, "pending_update_count": 3}, now, **hook) == []
    assert await telegram_says(tmp_path, {"url": "", "pending_update_count": 0}, now) == []
    wrong = {
        "url": "https://other.example.vn/x", "pending_update_count": 500,
        "last_error_date": int(now.timestamp()) - 60, "last_error_message": "Connection refused",
    }  # fmt: skip
    other, failed, waiting = await telegram_says(tmp_path, wrong, now, **hook)
    assert "does another bot have the same token?" in other
    assert "(Connection refused)" in failed
    assert "500 updates wait" in waiting


async def test_a_clock_that_is_off_telegrams(tmp_path: Path) -> None:
    (line,) = await telegram_says(tmp_path, {"url": ""}, datetime.now(UTC) + timedelta(minutes=5))
    assert "seconds off Telegram's" in line


async def test_a_telegram_that_does_not_answer_is_told_elsewhere(tmp_path: Path) -> None:
    base = f"http://127.0.0.1:{steady_port()}"
    assert await their_word.look(site.settings(tmp_path, telegram_token=TOKEN, telegram_api_base=base), NOW) == []
