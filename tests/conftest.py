"""Fixtures that tests share."""

from tests.telegram_server import telegram, telegram_process

__all__ = ["telegram", "telegram_process"]
