"""Settings from the environment or `.env`, frozen; everything that is wrong is named at once, in words."""

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class BadSettings(Exception):
    """`problems`: one sentence for each setting that cannot be used."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """What an installation can choose. Empty values count as not set."""

    model_config = SettingsConfigDict(env_file=".env", frozen=True, env_ignore_empty=True, extra="ignore")

    telegram_bot_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    database_url: str = ""
    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str = Field(default="", validate_default=True)
    timezone: str = "Asia/Ho_Chi_Minh"

    @field_validator("telegram_bot_token")
    @classmethod
    def _token_shape(cls, value: SecretStr | None) -> SecretStr | None:
        number, _, secret = (value.get_secret_value() if value else "1:x").partition(":")
        if not (number.isdigit() and secret):
            raise ValueError("expected NUMBER:LETTERS as BotFather gives it")
        return value

    @field_validator("telegram_api_url", "public_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("expected an address that starts with http:// or https://")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise ValueError("expected sqlite+aiosqlite:///PATH or postgresql+asyncpg://…")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("expected a name like Asia/Ho_Chi_Minh") from error
        return value

    @field_validator("public_url")
    @classmethod
    def _open_only_with_https(cls, value: str, others: ValidationInfo) -> str:
        if others.data.get("host", "127.0.0.1") not in LOOPBACK and not value.startswith("https://"):
            raise ValueError("HOST other than loopback needs PUBLIC_URL, an https:// address people open")
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
    def files(self) -> Path:
        """Where files lie."""
        return self.data_dir / "files"


def load(**given: object) -> Settings:
    """Read the settings (`given` wins over the environment); raise BadSettings with all that is wrong."""
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks what is given
    except ValidationError as error:
        raise BadSettings([_sentence(dict(problem)) for problem in error.errors()]) from error


def _sentence(problem: dict[str, object]) -> str:
    name = ".".join(str(part) for part in problem["loc"]).upper() if problem["loc"] else "settings"  # type: ignore[attr-defined]
    return f"{name}: {str(problem['msg']).removeprefix('Value error, ')}"
