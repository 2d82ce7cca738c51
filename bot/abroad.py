"""Hears what other processes wrote, and rings the bells here. A lost word costs one idle wait."""

import asyncio
from contextlib import suppress
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from models.database import NEWS, Database, kind

BEAT = 5.0  # seconds between questions whether the connection still lives
PATIENCE = 5.0  # seconds an answer may take
AGAIN = 1.0  # seconds until a lost connection is made anew
LOG = structlog.get_logger()


class Abroad:
    """Listens over a connection of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._deaf = False  # whether it was said

    async def run(self) -> None:
        """Listen until cancelled."""
        engine = create_async_engine(
            self._database.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={"timeout": PATIENCE}
        )
        while True:
            try:
                async with engine.connect() as connection:
                    await self._listen((await connection.get_raw_connection()).driver_connection)
            except Exception as error:  # noqa: BLE001 (the driver's own, and whatever a lost connection makes)
                if not self._deaf:
                    LOG.warning("other processes cannot be heard", kind=kind(error))
                self._deaf = True
            await asyncio.sleep(AGAIN)

    async def _listen(self, driver: Any) -> None:
        lost = asyncio.Event()
        driver.add_termination_listener(lambda _driver: lost.set())
        await driver.add_listener(NEWS, self._heard)
        self._deaf = False
        self._database.rung(self._database.watched)  # what was said while nobody listened
        while not lost.is_set():
            await driver.execute("SELECT 1", timeout=PATIENCE)
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT):
                    await lost.wait()

    def _heard(self, _driver: Any, _process: int, _channel: str, said: str) -> None:
        who, *topics = said.split()
        if who != self._database.me:
            self._database.rung(topics)
