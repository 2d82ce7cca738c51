"""Settings from the environment or `.env`, frozen; everything that is wrong is named at once. Words are not its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from handlers.rules.flood import Limits
from handlers.rules.quota import PLANS, Quota

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
TELEGRAM = "https://api.telegram.org"
CALLED_PORTS = {None, 80, 88, 443, 8443}  # of addresses that Telegram's own servers call; a self-hosted one calls any
DRIVERS = {"sqlite+aiosqlite", "postgresql+asyncpg"}
ZALO_TOKEN = re.compile(r"[0-9]+:[^\s/?#%,:]+")
LOCK = "assistant.lock"
"""In a data folder: whoever runs on it holds it."""
SECRET = 6  # letters of a password from which on taking it out of logs does not take words out, too


@dataclass(frozen=True)
class Problem:
    """A setting that cannot be used, and what is expected: a key of words.yaml `setting`.

    What was given is not repeated: it may be a secret.
    """

    name: str
    expected: str


class BadSettings(Exception):
    """`problems`: one for each setting that cannot be used."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{each.name}: {each.expected}" for each in problems))
        self.problems = problems


def _expected(what: str) -> PydanticCustomError:
    return PydanticCustomError("expected", "expected {what}", {"what": what})


class Settings(BaseSettings):
    """What an installation can choose. Empty values count as not set."""

    model_config = SettingsConfigDict(env_file=".env", frozen=True, env_ignore_empty=True, extra="ignore")

    telegram_bot_token: SecretStr | None = None
    telegram_api_url: str = TELEGRAM
    telegram_webhook_secret: SecretStr | None = None
    zalo_bot_token: SecretStr | None = None  # several, with commas between them
    zalo_api_url: str = "https://bot-api.zaloplatforms.com"
    zalo_webhook_secret: SecretStr | None = None
    zalo_messages_a_month: int = Field(default=3000, ge=1)
    zalo_people_a_bot: int = Field(default=50, ge=1)
    database_url: str = Field(default="", repr=False)  # a password may be in it
    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str = Field(default="", validate_default=True)
    timezone: str = "Asia/Ho_Chi_Minh"
    backup_daily: bool = True
    backup_hour: int = Field(default=2, ge=0, le=23)
    backups_kept: int = Field(default=14, ge=1, le=1000)
    texts_days: int = Field(default=90, ge=7, le=3650)
    audit_years: int = Field(default=10, ge=1, le=100)
    flood_messages: int = Field(default=20, ge=1)
    flood_seconds: float = Field(default=10.0, gt=0, allow_inf_nan=False)
    files_a_day: int = Field(default=100, ge=1)

    @field_validator("telegram_bot_token")
    @classmethod
    def _token_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", value.get_secret_value()):
            raise _expected("token")
        return value

    @field_validator("zalo_bot_token")
    @classmethod
    def _zalo_tokens_shape(cls, value: SecretStr | None) -> SecretStr | None:
        """Each is NUMBER:LETTERS, and no bot is there twice."""
        tokens = _parts(value)
        numbers = [each.partition(":")[0] for each in tokens]
        if value and (not tokens or not all(map(ZALO_TOKEN.fullmatch, tokens)) or len({*numbers}) < len(numbers)):
            raise _expected("zalo_token")
        return value

    @field_validator("telegram_webhook_secret", "zalo_webhook_secret")
    @classmethod
    def _header_safe(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{8,256}", value.get_secret_value()):
            raise _expected("webhook_secret")
        return value

    @field_validator("telegram_api_url", "zalo_api_url", "public_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value and not _host_of(value):
            raise _expected("address")
        return value.rstrip("/")

    @field_validator("public_url")
    @classmethod
    def _open_only_with_https(cls, value: str, others: ValidationInfo) -> str:
        if others.data.get("host", "127.0.0.1") not in LOOPBACK and not value.startswith("https://"):
            raise _expected("open_with_https")
        return value

    @field_validator("public_url")
    @classmethod
    def _called_only_with_https(cls, value: str, others: ValidationInfo) -> str:
        """A secret for Telegram that is wrong itself was given all the same."""
        if others.data.get("telegram_webhook_secret", "given") is None:
            return value
        if not value.startswith("https://"):
            raise _expected("called_with_https")
        if others.data.get("telegram_api_url") == TELEGRAM and urlsplit(value).port not in CALLED_PORTS:
            raise _expected("called_port")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not is_database(value):
            raise _expected("database_url")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (LookupError, ValueError, OSError):  # no such zone, no name at all, a folder of zones
            raise _expected("timezone") from None
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The committee's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def database(self) -> str:
        """The database's address; SQLite under DATA_DIR unless set."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'assistant.db'}"

    @property
    def quotas(self) -> Mapping[str, Quota]:
        """What each channel's plan allows, as this installation has it."""
        plan = replace(PLANS["zalo"], messages=self.zalo_messages_a_month, people=self.zalo_people_a_bot)
        return {**PLANS, "zalo": plan}

    @property
    def limits(self) -> Limits:
        """How much of one account is handled at once."""
        return Limits(self.flood_messages, self.flood_seconds)

    @property
    def secrets(self) -> list[str]:
        """What no log may hold, whatever it looks like."""
        given = (self.telegram_bot_token, self.telegram_webhook_secret, self.zalo_webhook_secret)
        tokens = [*(each.get_secret_value() for each in given if each), *self.zalo_tokens]
        password = str(make_url(self.database).password or "")
        return [*tokens, *([password] if len(password) >= SECRET else [])]

    @property
    def telegram_calls(self) -> str:
        """The secret with which Telegram is to call us, "" where we ask."""
        return self.telegram_webhook_secret.get_secret_value() if self.telegram_webhook_secret else ""

    @property
    def zalo_tokens(self) -> list[str]:
        """The tokens of the bots on Zalo."""
        return _parts(self.zalo_bot_token)

    @property
    def zalo_calls(self) -> str:
        """The secret with which Zalo is to call us, "" where we ask: there is none, or no public https address."""
        secret = self.zalo_webhook_secret.get_secret_value() if self.zalo_webhook_secret else ""
        return secret if self.public_url.startswith("https://") else ""

    @property
    def sqlite(self) -> Path | None:
        """The database's file, None on PostgreSQL."""
        url = make_url(self.database)
        return Path(url.database or "") if url.get_backend_name() == "sqlite" else None

    @property
    def files(self) -> Path:
        """Where files lie."""
        return self.data_dir / "files"


def _parts(value: SecretStr | None) -> list[str]:
    """Return what is written with commas between."""
    return [each.strip() for each in value.get_secret_value().split(",") if each.strip()] if value else []


def load(**given: object) -> Settings:
    """Read the settings (`given` wins over the environment); raise BadSettings with all that is wrong."""
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks what is given
    except ValidationError as error:
        raise BadSettings([_problem(each) for each in error.errors()]) from None  # it would repeat what was given
    except UnicodeDecodeError:
        raise BadSettings([Problem(".env", "utf8")]) from None


def _problem(error: Any) -> Problem:
    name = str(error["loc"][0])
    return Problem(name.upper(), error.get("ctx", {}).get("what", name))


def _host_of(address: str) -> str:
    """Return the host of an http or https address, "" where it is none."""
    try:
        parts = urlsplit(address)
        return (parts.hostname or "") if parts.scheme in ("http", "https") and parts.port != 0 else ""
    except ValueError:
        return ""


def is_database(address: str) -> bool:
    """Say whether an address names a database that can be used, with its driver."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        return False
    return url.drivername in DRIVERS and url.database not in (None, "", ":memory:")
