"""Fixtures that tests share."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import world as worlds
from tests.telegram_server import telegram, telegram_process

__all__ = ["telegram", "telegram_process"]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database file with the campaign and the sample branches, made once a test process."""
    return asyncio.run(worlds.fresh_database(tmp_path_factory.mktemp("template")))


@pytest.fixture
async def world(tmp_path: Path, template: Path) -> AsyncIterator[worlds.World]:
    """Return a world of its own for one test."""
    made = await worlds.build(tmp_path, template)
    yield made
    await made.assistant.database.close()
