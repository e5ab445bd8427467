"""Zalo in the whole bot: a person joins and reports by numbers, a reset token is told, and `doctor` says what is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.channels.zalo import REFUSAL
from bot.config import StartError
from bot.zalo import looked_at, opened
from reporting.organisation.invites import hash_code
from storage import people
from storage.uow import UnitOfWork
from tests.bot.site import settings
from tests.zalo.emulator import ZaloEmulator
from tests.zalo.site import running


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloEmulator]:
    async with ZaloEmulator(second=0.02) as one:
        yield one


async def test_it_is_a_channel_of_the_bot(zalo: ZaloEmulator, tmp_path: Path) -> None:
    async with running(zalo, None, tmp_path) as site:
        lan = zalo.person("Nguyễn Thị Lan")
        await lan.says("chào em")
        assert "Chào đồng chí" in (await lan.hears()).text
        response, body = await site.get("/healthz")
        assert (response.status, b'"zalo": "works"' in body) == (200, True)
        await site.app.jobs.tick()
        _, body = await site.get("/metrics")
        assert b'danvan_month_messages{channel="zalo",way="in"} 1.0' in body


async def test_somebody_joins_with_a_code_and_a_number(zalo: ZaloEmulator, loaded: Path, tmp_path: Path) -> None:
    async with running(zalo, loaded, tmp_path) as site:
        async with site.app.db.write() as conn:
            uow = UnitOfWork(conn, site.app.clock.now())
            unit = await people.unit_by_code(uow, "TN-BC")
            assert unit
            await people.add_invite(
                uow, code_hash=hash_code("K7QM-2XPD", site.app.secret), unit_id=unit["id"], role="reporter", uses=1,
                expires_at=uow.now + timedelta(days=1),
            )  # fmt: skip
        lan = zalo.person("Nguyễn Thị Lan")
        await lan.says("k7qm-2xpd")
        asked = await lan.hears()
        assert asked.text.endswith("\n\n1. Đúng, tham gia\n2. Không phải")
        assert "<b>" in asked.html
        await lan.says("1")
        assert "Xong" in (await lan.hears()).text
        assert await site.query("SELECT channel, address FROM account") == [("zalo", lan.id)]


async def test_a_reset_token_leaves_the_other_channels_working(
    zalo: ZaloEmulator, loaded: Path, tmp_path: Path
) -> None:
    async with running(zalo, loaded, tmp_path) as site:
        await site.joins("sep", "TN", "admin")
        await zalo.polled()
        zalo.token = "1459232241454765289:another-one"
        zalo.times_out()
        channel = site.app.channels["zalo"]
        async with asyncio.timeout(5):
            while getattr(channel, "state", "") != REFUSAL:
                await asyncio.sleep(0.01)
            while not (told := await site.query("SELECT channel, chat FROM outbox WHERE key LIKE 'refused/zalo/%'")):
                await asyncio.sleep(0.01)
        response, body = await site.get("/healthz")
        assert (response.status, REFUSAL.encode() in body) == (200, True)
        assert told == [("web", "sep")]


async def test_what_doctor_says(zalo: ZaloEmulator, tmp_path: Path) -> None:
    given = {"zalo_token": zalo.token, "zalo_api_base": zalo.base_url}
    ok, line = await looked_at(settings(tmp_path, **given))
    assert (ok, zalo.bot.name in line, "PUBLIC_URL" in line) == (True, True, True)
    assert await looked_at(settings(tmp_path, public_url="https://bot.example.vn", **given)) == (
        True, f"Zalo: {zalo.bot.name}",
    )  # fmt: skip
    zalo.webhook.url = "https://other.example.vn/secret-path"
    ok, line = await looked_at(settings(tmp_path, **given))
    assert (ok, "other.example.vn" in line, "secret-path" in line, "webhook remove" in line) == (
        False, True, False, True,
    )  # fmt: skip
    zalo.token = "1459232241454765289:another-one"
    ok, line = await looked_at(settings(tmp_path, **given))
    assert (ok, "ZALO_TOKEN" in line, given["zalo_token"] in line) == (False, True, False)


async def test_a_webhook_can_be_shown_and_removed(
    zalo: ZaloEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZALO_TOKEN", zalo.token)
    monkeypatch.setenv("ZALO_API_BASE", zalo.base_url)
    zalo.webhook.url = "https://other.example.vn/hooks"

    async def said(word: str) -> str:
        return (await asyncio.to_thread(CliRunner().invoke, cli, ["zalo", "webhook", word])).stdout

    assert "https://other.example.vn/hooks" in await said("show")
    assert "no webhook is set any more" in await said("remove")
    assert not zalo.webhook.url
    assert "no webhook is set" in await said("show")


async def test_a_command_without_a_token_names_it(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"^ZALO_TOKEN"):
        async with opened(settings(tmp_path)):
            pass
