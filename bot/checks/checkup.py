"""What `doctor` looks at, each with a line that says what to do."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from bot import quota
from bot.app import App
from bot.checks import Finding, place, record
from bot.checks import telegram as their_word
from bot.clock import SystemClock
from bot.config import Settings, StartError
from bot.media.chosen import contents_of
from reporting import register as ledger
from storage.tables import Campaign
from storage.uow import UnitOfWork, table

EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)


async def examine(settings: Settings) -> list[Finding]:
    """All findings, the good ones too."""
    now = datetime.now(UTC)
    findings = [
        Finding(True, f"settings: time zone {settings.timezone}, web chat at {settings.base_url}"),
        _secret(settings),
        _clock(now, settings),
        *_proxy(settings),
        await _media(settings),
        *await _database(settings),
        *place.disks(settings),
        place.backups(settings, now),
        *place.address(settings),
        *await place.certificate(settings, now),
        await place.running(settings),
    ]
    if settings.telegram_token is None:
        findings.append(Finding(True, "Telegram: not set up (TELEGRAM_TOKEN is empty); the web chat works without"))
    else:
        findings += [await _telegram(settings), *await their_word.look(settings, now)]
    if settings.zalo_token is None:
        findings.append(Finding(True, "Zalo: not set up (ZALO_TOKEN is empty)"))
    else:
        findings.append(await _zalo(settings))
    return findings


def _secret(settings: Settings) -> Finding:
    if settings.secret_key and len(settings.secret_key.get_secret_value()) < 16:
        return Finding(False, "SECRET_KEY is shorter than 16 characters: set a long random one")
    where = (
        "set" if settings.secret_key else f"kept in {settings.state_folder}/secret.key: back it up with the database"
    )
    return Finding(True, f"SECRET_KEY: {where}")


def _clock(now: datetime, settings: Settings) -> Finding:
    if now < EARLIEST:
        return Finding(False, f"clock: it says {now:%Y-%m-%d}; set the machine's time")
    return Finding(True, f"clock: {now.astimezone(settings.zone):%H:%M %d/%m/%Y}")


def _proxy(settings: Settings) -> list[Finding]:
    """Whoever speaks https for us hides who comes, unless it is trusted to say so."""
    if not settings.base_url.startswith("https://") or settings.web_trusted_proxy:
        return []
    return [
        Finding(
            True,
            "web: PUBLIC_URL is https and WEB_TRUSTED_PROXY is empty, so all who come through the proxy count as one "
            "address, and share its limits: set WEB_TRUSTED_PROXY to the proxy's address (such as 127.0.0.1)",
        )
    ]


async def _media(settings: Settings) -> Finding:
    try:
        trouble = await contents_of(settings).trouble()
    except StartError as error:
        trouble = str(error)
    return Finding(
        trouble is None,
        trouble or (f"MEDIA_URL: {settings.media_url}" if settings.media_url else f"MEDIA_DIR: {settings.media_dir}"),
    )


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
            told = await record.look(settings, uow)
    finally:
        await app.db.close()
    names = ", ".join(c["slug"] for c in campaigns) or "none yet: `load` a pack"
    findings = [Finding(True, f"database: opened, schema up to date; campaigns: {names}")]
    if wrong:
        findings.append(Finding(False, f"totals: {len(wrong)} differ from the reports, first: {wrong[0]}"))
    else:
        findings.append(Finding(True, "totals: equal to the sum of the reports"))
    return [*findings, *told, *(Finding(not one.is_short, one.line) for one in quotas)]


async def _telegram(settings: Settings) -> Finding:
    from bot.channels.telegram_setup import username

    assert settings.telegram_token is not None  # noqa: S101  (the caller has looked)
    name = await username(settings.telegram_token.get_secret_value(), settings.telegram_api_base)
    if name is None:
        return Finding(False, f"Telegram: {settings.telegram_api_base} does not answer or refuses TELEGRAM_TOKEN")
    return Finding(True, f"Telegram: @{name}")


async def _zalo(settings: Settings) -> Finding:
    from bot.zalo import looked_at

    return Finding(*await looked_at(settings))
