"""Settings: read once, all that is wrong named at once, nothing repeated that may be a secret."""

from pathlib import Path

import pytest

from bot import config
from messages import render

SETTINGS = (
    *("TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL", "TELEGRAM_WEBHOOK_SECRET", "DATABASE_URL", "DATA_DIR"),
    *("ZALO_BOT_TOKEN", "ZALO_API_URL", "ZALO_WEBHOOK_SECRET"),
    *("HOST", "PORT", "PUBLIC_URL", "TIMEZONE"),
    *("FLOOD_MESSAGES", "FLOOD_SECONDS", "FILES_A_DAY", "ZALO_MESSAGES_A_MONTH", "ZALO_PEOPLE_A_BOT"),
)


@pytest.fixture(autouse=True)
def _nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in an empty folder with no settings of this machine."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def problems(monkeypatch: pytest.MonkeyPatch, **settings: str) -> dict[str, str]:
    """Return what is wrong with these settings: name -> what is expected."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    try:
        config.load()
    except config.BadSettings as error:
        return {each.name: each.expected for each in error.problems}
    return {}


def test_nothing_set_is_enough() -> None:
    """The defaults: this machine alone, SQLite under ./data, Vietnam's time, no Telegram."""
    found = config.load()
    assert (found.host, found.port, found.telegram_bot_token) == ("127.0.0.1", 8000, None)
    assert found.database == "sqlite+aiosqlite:///data/assistant.db"
    assert found.files == Path("data/files")
    assert found.zone.key == "Asia/Ho_Chi_Minh"
    assert found.telegram_api_url == "https://api.telegram.org"


def test_the_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """`.env` in the current folder; an empty value there counts as not set."""
    Path(".env").write_text("PORT=8100\nHOST=\nDATA_DIR=/srv/tro-ly\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "8200")
    found = config.load()
    assert (found.host, found.port, found.data_dir) == ("127.0.0.1", 8200, Path("/srv/tro-ly"))


def test_a_file_in_another_coding_is_named() -> None:
    """A `.env` saved as UTF-16 by an old editor is a sentence, not a stack trace."""
    Path(".env").write_bytes("PORT=8100".encode("utf-16"))
    with pytest.raises(config.BadSettings) as caught:
        config.load()
    assert caught.value.problems == [config.Problem(".env", "utf8")]


def test_all_that_is_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every setting that can be wrong, each with what is expected."""
    wrong = {
        "TELEGRAM_BOT_TOKEN": "của tôi",
        "TELEGRAM_API_URL": "api.telegram.org",
        "TELEGRAM_WEBHOOK_SECRET": "có dấu cách",
        "ZALO_BOT_TOKEN": "1:a,2:b c",
        "ZALO_API_URL": "bot-api.zaloplatforms.com",
        "ZALO_WEBHOOK_SECRET": "ngắn",
        "DATABASE_URL": "mysql://x",
        "PORT": "tám nghìn",
        "PUBLIC_URL": "ftp://x",
        "TIMEZONE": "Hanoi",
    }
    assert problems(monkeypatch, **wrong) == {
        "TELEGRAM_BOT_TOKEN": "token",
        "TELEGRAM_API_URL": "address",
        "TELEGRAM_WEBHOOK_SECRET": "webhook_secret",
        "ZALO_BOT_TOKEN": "zalo_token",
        "ZALO_API_URL": "address",
        "ZALO_WEBHOOK_SECRET": "webhook_secret",
        "DATABASE_URL": "database_url",
        "PORT": "port",
        "PUBLIC_URL": "address",
        "TIMEZONE": "timezone",
    }


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("TELEGRAM_BOT_TOKEN", "123456", "token"),
        ("TELEGRAM_BOT_TOKEN", "123456:", "token"),
        ("TELEGRAM_BOT_TOKEN", "123456:AA bb", "token"),
        ("TELEGRAM_BOT_TOKEN", "123456:AA-b_b", ""),
        ("TELEGRAM_API_URL", "http://", "address"),
        ("TELEGRAM_API_URL", "http://[", "address"),
        ("TELEGRAM_API_URL", "http://127.0.0.1:8081", ""),
        ("DATABASE_URL", "sqlite:///x.db", "database_url"),
        ("DATABASE_URL", "sqlite+aiosqlite://", "database_url"),
        ("DATABASE_URL", "sqlite+aiosqlite:///:memory:", "database_url"),
        ("DATABASE_URL", "postgresql+asyncpg://u:p@h:x/d", "database_url"),
        ("DATABASE_URL", "postgresql+asyncpg://u:p@h/d", ""),
        ("PORT", "65536", "port"),
        ("PORT", "-1", "port"),
        ("TIMEZONE", "../etc", "timezone"),
        ("TIMEZONE", "Asia", "timezone"),
        ("TIMEZONE", "UTC", ""),
        ("HOST", "0.0.0.0", "open_with_https"),
        ("FLOOD_MESSAGES", "0", "flood_messages"),
        ("FLOOD_SECONDS", "0", "flood_seconds"),
        ("FLOOD_SECONDS", "inf", "flood_seconds"),
        ("FILES_A_DAY", "0", "files_a_day"),
        ("ZALO_MESSAGES_A_MONTH", "0", "zalo_messages_a_month"),
        ("ZALO_PEOPLE_A_BOT", "0", "zalo_people_a_bot"),
    ],
)
def test_each_is_looked_at(monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str) -> None:
    """What is accepted, and what is expected instead."""
    found = problems(monkeypatch, **{name: value})
    assert list(found.values()) == ([expected] if expected else [])


def test_open_to_others_only_with_https(monkeypatch: pytest.MonkeyPatch) -> None:
    """HOST beyond this machine needs an https PUBLIC_URL; plain http is not enough."""
    assert problems(monkeypatch, HOST="0.0.0.0", PUBLIC_URL="http://chi-bo.example") == {
        "PUBLIC_URL": "open_with_https"
    }
    assert problems(monkeypatch, HOST="0.0.0.0", PUBLIC_URL="https://chi-bo.example/") == {}
    assert config.load().public_url == "https://chi-bo.example"


def test_a_token_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the settings nor an error about them repeat it."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:SECRET")
    assert "SECRET" not in repr(config.load())
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "SECRET SECRET")
    with pytest.raises(config.BadSettings) as caught:
        config.load()
    assert "SECRET" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_every_expectation_has_words() -> None:
    """What config.py can expect is in words.yaml, and nothing else is."""
    used = {"token", "address", "database_url", "port", "timezone", "open_with_https", "utf8"}
    used |= {"backup_daily", "backup_hour", "backups_kept", "texts_days", "audit_years"}
    used |= {
        "flood_messages",
        "flood_seconds",
        "files_a_day",
        "zalo_messages_a_month",
        "zalo_people_a_bot",
        "zalo_token",
        "webhook_secret",
        "called_with_https",
        "called_port",
    }
    assert set(render.words("setting")) == used


@pytest.mark.parametrize("tokens", ["1:a,1:b", ",", "a:b", "1", "1:a/b", "1:a b"])
def test_tokens_of_zalo_that_cannot_be(monkeypatch: pytest.MonkeyPatch, tokens: str) -> None:
    """The same bot twice, none at all, no number, and what would change the address."""
    assert problems(monkeypatch, ZALO_BOT_TOKEN=tokens) == {"ZALO_BOT_TOKEN": "zalo_token"}


def test_several_bots_on_zalo_and_who_calls() -> None:
    """Commas between tokens; the platform calls us only where there is an https address and a secret."""
    secret = "m" * 8
    made = config.load(zalo_bot_token="1:a, 2:b,", zalo_webhook_secret=secret, public_url="https://x.vn")
    assert (made.zalo_tokens, made.zalo_calls) == (["1:a", "2:b"], secret)
    assert config.load(zalo_bot_token="1:a", zalo_webhook_secret=secret).zalo_calls == ""
    assert config.load(zalo_bot_token="1:a", public_url="https://x.vn").zalo_calls == ""
    assert config.load().zalo_tokens == []


SECRET = "mat-khau-telegram"


@pytest.mark.parametrize(
    ("public_url", "secret", "wrong"),
    [
        ("", SECRET, {"PUBLIC_URL": "called_with_https"}),
        ("http://x.vn", SECRET, {"PUBLIC_URL": "called_with_https"}),
        ("", "ngắn", {"TELEGRAM_WEBHOOK_SECRET": "webhook_secret", "PUBLIC_URL": "called_with_https"}),
        ("https://x.vn:9000", SECRET, {"PUBLIC_URL": "called_port"}),
        ("https://x.vn:8443", SECRET, {}),
        ("https://x.vn/", SECRET, {}),
        ("http://x.vn", "", {}),
        ("https://x.vn:9000", "", {}),
    ],
)
def test_telegram_calls_an_https_address(
    monkeypatch: pytest.MonkeyPatch, public_url: str, secret: str, wrong: dict[str, str]
) -> None:
    """With a secret the public address must be one that Telegram can call; all that is wrong is named at once."""
    assert problems(monkeypatch, PUBLIC_URL=public_url, TELEGRAM_WEBHOOK_SECRET=secret) == wrong
    if not wrong:
        assert config.load().telegram_calls == secret


def test_a_server_of_ones_own_calls_any_port() -> None:
    """The ports are those of Telegram's own servers."""
    given = {"telegram_webhook_secret": SECRET, "telegram_api_url": "http://127.0.0.1:8081"}
    assert config.load(**given, public_url="https://x.vn:9000").telegram_calls == SECRET
