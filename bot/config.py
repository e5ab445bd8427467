"""Settings from the environment (and a .env file), checked before anything starts."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.networks import networks

CAMPAIGNS = Path(__file__).resolve().parent.parent / "campaigns"
"""What comes with the bot: packs, the national list of communes, public holidays."""

_TELEGRAM_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{20,}")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_ZALO_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_ZALO_SECRET = re.compile(r"[!-~]{8,256}")
_BACKUP_KEY = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]+|age1[0-9a-z]+(?:[\s,]+age1[0-9a-z]+)*")
_BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[A-Za-z0-9._-]+)*/?")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


class StartError(Exception):
    """The bot cannot start; the message is one line that names what is wrong and what to do."""


class Settings(BaseSettings):
    """All that an installation may set; `.env.example` explains each."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    telegram_token: SecretStr | None = None
    telegram_api_base: str = "https://api.telegram.org"
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    zalo_token: SecretStr | None = None
    zalo_api_base: str = "https://bot-api.zaloplatforms.com"
    zalo_webhook_url: str | None = None
    zalo_webhook_secret: SecretStr | None = None
    zalo_photo_hosts: str = "zdn.vn"
    database_url: str = "sqlite+aiosqlite:///var/danvan.db"
    media_dir: Path = Path("var/media")
    media_url: str | None = None
    media_cache_mb: int = Field(default=1024, ge=64)
    s3_endpoint: str | None = None
    s3_region: str = "us-east-1"
    s3_access_key: str | None = None
    s3_secret_key: SecretStr | None = None
    state_dir: Path | None = None
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8080, ge=0, le=65535)
    web_trusted_proxy: str = ""
    public_url: str | None = None
    secret_key: SecretStr | None = None
    sentry_dsn: SecretStr | None = None
    sentry_environment: str = "production"
    timezone: str = "Asia/Ho_Chi_Minh"
    backup_dir: Path | None = None
    backup_key: SecretStr | None = None
    backup_identity: SecretStr | None = None
    backup_hour: int = Field(default=2, ge=0, le=23)
    log_level: str = "INFO"
    log_format: str = "console"
    send_per_second: float = Field(default=30, ge=0, allow_inf_nan=False)
    send_chat_per_second: float = Field(default=1, ge=0, allow_inf_nan=False)
    send_group_per_minute: float = Field(default=20, ge=0, allow_inf_nan=False)
    metrics_token: SecretStr | None = Field(default=None, min_length=16)
    take_at_once: int = Field(default=40, ge=0)
    take_per_second: float = Field(default=1, gt=0, allow_inf_nan=False)

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not _TELEGRAM_TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("is not a bot token such as 123456:ABC… from @BotFather")
        return value

    @field_validator("zalo_token")
    @classmethod
    def _zalo_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not _ZALO_TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("is not a bot token such as 12345689:abc… from Zalo Bot Creator")
        return value

    @field_validator("zalo_photo_hosts")
    @classmethod
    def _hosts(cls, value: str) -> str:
        if not all(_HOST.fullmatch(host) for host in value.replace(",", " ").split()):
            raise ValueError(f"{value!r} is not a list of hosts such as zdn.vn")
        return value

    @field_validator("backup_key")
    @classmethod
    def _backup_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not _BACKUP_KEY.fullmatch(value.get_secret_value().strip()):
            raise ValueError("is no age recipient such as age1…; `backup --new-key FILE` makes one")
        return value

    @field_validator(
        "telegram_api_base", "webhook_url", "public_url", "zalo_api_base", "zalo_webhook_url", "s3_endpoint"
    )
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
            raise ValueError(f"{value!r} is not a full URL such as https://bot.example.vn")
        return value.rstrip("/") if value else None

    @field_validator("media_url")
    @classmethod
    def _bucket(cls, value: str | None) -> str | None:
        if value and not _BUCKET.fullmatch(value):
            raise ValueError(f"{value!r} is not a bucket such as s3://danvan/media")
        return value

    @field_validator("web_trusted_proxy")
    @classmethod
    def _proxies(cls, value: str) -> str:
        try:
            networks(value)
        except ValueError as error:
            raise ValueError(f"{value!r} is not a list of addresses or networks such as 127.0.0.1") from error
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is not a time zone such as Asia/Ho_Chi_Minh") from error
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        try:
            backend = make_url(value).drivername
        except ArgumentError as error:
            raise ValueError("is not a database URL such as sqlite+aiosqlite:///var/danvan.db") from error
        if backend not in {"sqlite+aiosqlite", "postgresql+asyncpg"}:
            raise ValueError(f"{backend!r} is not supported: use sqlite+aiosqlite or postgresql+asyncpg")
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError(f"{value!r} is not one of DEBUG, INFO, WARNING, ERROR")
        return value.upper()

    @field_validator("log_format")
    @classmethod
    def _format(cls, value: str) -> str:
        if value not in {"console", "json"}:
            raise ValueError(f"{value!r} is not one of console, json")
        return value

    @model_validator(mode="after")
    def _webhook(self) -> Self:
        if self.webhook_url:
            if not self.webhook_secret:
                raise ValueError("WEBHOOK_SECRET is needed with WEBHOOK_URL: set it to a long random word")
            if not _WEBHOOK_SECRET.fullmatch(self.webhook_secret.get_secret_value()):
                raise ValueError("WEBHOOK_SECRET takes 1 to 256 letters, digits, _ and -")
            if urlsplit(self.webhook_url).path in {"", "/"}:
                raise ValueError("WEBHOOK_URL needs a path of its own, such as /hooks/telegram")
        return self

    @model_validator(mode="after")
    def _zalo_webhook(self) -> Self:
        if self.zalo_webhook_url:
            if not self.zalo_webhook_secret:
                raise ValueError("ZALO_WEBHOOK_SECRET is needed with ZALO_WEBHOOK_URL: set it to a long random word")
            if not _ZALO_SECRET.fullmatch(self.zalo_webhook_secret.get_secret_value()):
                raise ValueError("ZALO_WEBHOOK_SECRET takes 8 to 256 characters (no spaces, no diacritics)")
            path = urlsplit(self.zalo_webhook_url).path
            if path in {"", "/"} or (self.webhook_url and path == urlsplit(self.webhook_url).path):
                raise ValueError("ZALO_WEBHOOK_URL needs a path of its own, such as /hooks/zalo")
        return self

    @model_validator(mode="after")
    def _bucket_keys(self) -> Self:
        if self.media_url and not (self.s3_access_key and self.s3_secret_key):
            raise ValueError("S3_ACCESS_KEY and S3_SECRET_KEY are needed with MEDIA_URL")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def has_replicas(self) -> bool:
        """Whether other processes may work on the same database."""
        return make_url(self.database_url).get_backend_name() == "postgresql"

    @property
    def state_folder(self) -> Path:
        """Where what belongs to the database is kept: beside an SQLite file, else in STATE_DIR or under var/."""
        if self.state_dir:
            return self.state_dir
        url = make_url(self.database_url)
        return Path(url.database).parent if url.get_backend_name() == "sqlite" and url.database else Path("var")

    @property
    def base_url(self) -> str:
        """Where people's browsers reach the web port."""
        return self.public_url or f"http://{self.web_host}:{self.web_port}"


def load() -> Settings:
    """Read the settings. Raises StartError naming the first setting that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else ""
        message = first["msg"].removeprefix("Value error, ")
        raise StartError(f"{name} {message} (see .env.example)".strip()) from None


def secret_key(settings: Settings, folder: Path) -> bytes:
    """The key that signs links and hashes invite codes: SECRET_KEY, or one made at the first start and kept in
    `folder`, readable by its owner only. Raises StartError when it can be neither read nor written."""
    if settings.secret_key:
        return settings.secret_key.get_secret_value().encode()
    if settings.has_replicas:
        raise StartError(
            "SECRET_KEY is needed with PostgreSQL, the same for all processes: set it to a long random word"
        )
    path = folder / "secret.key"
    try:
        # Empty: the first start was killed before it wrote; everybody knows that key.
        if not path.exists() or not path.read_text().strip():
            folder.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(32))
        return path.read_text().strip().encode()
    except OSError as error:
        raise StartError(f"SECRET_KEY is not set and {path} cannot be kept: {error.strerror}") from None
