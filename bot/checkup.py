"""What `doctor` looks at, each with a line that says what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from bot import quota
from bot.app import App, state_folder
from bot.clock import SystemClock
from bot.config import Settings, StartError
from bot.media import trouble_with
from reporting import register as ledger
from storage.tables import Campaign
from storage.uow import UnitOfWork, table

EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Finding:
    ok: bool
    text: str


async def examine(settings: Settings) -> list[Finding]:
    """All findings, the good ones too."""
    now = datetime.now(UTC)
    findings = [
        Finding(True, f"settings: time zone {settings.timezone}, web chat at {settings.base_url}"),
        _secret(settings),
        _clock(now, settings),
        _media(settings),
        *await _database(settings),
    ]
    if settings.telegram_token is None:
        findings.append(Finding(True, "Telegram: not set up (TELEGRAM_TOKEN is empty); the web chat works without"))
    else:
        findings.append(await _telegram(settings))
    if settings.zalo_token is None:
        findings.append(Finding(True, "Zalo: not set up (ZALO_TOKEN is empty)"))
    else:
        findings.append(await _zalo(settings))
    return findings


def _secret(settings: Settings) -> Finding:
    if settings.secret_key and len(settings.secret_key.get_secret_value()) < 16:
        return Finding(False, "SECRET_KEY is shorter than 16 characters: set a long random one")
    where = (
        "set" if settings.secret_key else f"kept in {state_folder(settings)}/secret.key: back it up with the database"
    )
    return Finding(True, f"SECRET_KEY: {where}")


def _clock(now: datetime, settings: Settings) -> Finding:
    if now < EARLIEST:
        return Finding(False, f"clock: it says {now:%Y-%m-%d}; set the machine's time")
    return Finding(True, f"clock: {now.astimezone(settings.zone):%H:%M %d/%m/%Y}")


def _media(settings: Settings) -> Finding:
    trouble = trouble_with(settings.media_dir)
    return Finding(trouble is None, f"MEDIA_DIR: {trouble or settings.media_dir}")


async def _database(settings: Settings) -> list[Finding]:
    try:
        app = App(settings, SystemClock())
        await app.prepare()
    except StartError as error:
        return [Finding(False, str(error))]
    try:
        async with app.db.write() as conn:
            uow = UnitOfWork(conn, app.clock.now())
            campaigns = await uow.fetch(select(table(Campaign)))
            wrong = await ledger.rebuild_check(uow)
            quotas = await quota.read(app.office, uow, uow.now)
    finally:
        await app.db.close()
    names = ", ".join(c["slug"] for c in campaigns) or "none yet: `load` a pack"
    findings = [Finding(True, f"database: opened, schema up to date; campaigns: {names}")]
    if wrong:
        findings.append(Finding(False, f"totals: {len(wrong)} differ from the reports, first: {wrong[0]}"))
    else:
        findings.append(Finding(True, "totals: equal to the sum of the reports"))
    return [*findings, *(Finding(not one.is_short, one.line) for one in quotas)]


async def _telegram(settings: Settings) -> Finding:
    from bot.channels.telegram import username

    assert settings.telegram_token is not None  # noqa: S101  (the caller has looked)
    name = await username(settings.telegram_token.get_secret_value(), settings.telegram_api_base)
    if name is None:
        return Finding(False, f"Telegram: {settings.telegram_api_base} does not answer or refuses TELEGRAM_TOKEN")
    return Finding(True, f"Telegram: @{name}")


async def _zalo(settings: Settings) -> Finding:
    from bot.zalo import looked_at

    return Finding(*await looked_at(settings))
