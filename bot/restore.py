"""Makes an installation of a backup in an empty folder: all of it or nothing. Prints nothing."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncSession

from bot import archive, backup, key, sealed, setup
from bot.archive import Manifest
from bot.assistant import Assistant
from bot.sealed import Opener
from handlers.office import layout, restored
from models import committee, schema
from models.database import Database

STAGING = ".restoring"
LOCK = "assistant.lock"


class Faulty(Exception):
    """What was unpacked is not whole; `faults` are keys of words.yaml, "fault"."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Restored:
    """What was made: as of `made_at`, with `files`; `missing` were missing before; `parked` messages wait."""

    made_at: datetime
    files: int
    missing: int
    parked: int


def is_empty(folder: Path) -> bool:
    """Say whether a folder holds nothing but what an interrupted restore left."""
    return not folder.exists() or {each.name for each in folder.iterdir()} <= {LOCK, STAGING}


async def restore(file: Path, folder: Path, paper: X25519PrivateKey, zone: ZoneInfo) -> Restored:
    """Unpack, check, settle, and only then put in place; raise sealed.CannotOpen, Faulty or what schema raises.

    The caller holds the folder's lock and has found it empty.
    """
    with file.open("rb") as source, _staging(folder) as staging:
        manifest = archive.unpack(Opener(source, paper), staging)
        if faults := archive.faults(staging / archive.DATABASE, staging / "files", manifest.missing):
            raise Faulty(faults)
        made_at = datetime.fromisoformat(manifest.made_at)
        parked = await _settle(staging, made_at, zone)
        _put_in_place(staging, folder, manifest)
    return Restored(made_at, manifest.files, len(manifest.missing), parked)


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    staging = folder / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=0o700)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


async def _settle(staging: Path, made_at: datetime, zone: ZoneInfo) -> int:
    """Bring it to this program's schema and let it repeat nothing; return how many messages were parked."""
    url = f"sqlite+aiosqlite:///{staging / archive.DATABASE}"
    await schema.migrate(url)
    database = Database(url)
    try:
        clock = await setup.clock(database, None)
        assistant = Assistant(database, clock, zone, staging / "files")

        async def settle(session: AsyncSession) -> int:
            if await committee.the_only(session) is None:
                return 0
            return await restored.settle(await assistant.moment(session), made_at)

        return await database.write(settle)
    finally:
        await database.close()


def _put_in_place(staging: Path, folder: Path, manifest: Manifest) -> None:
    """Move files, what stands beside, the backups' public key, and last the database: before it, there is nothing."""
    (staging / "files").mkdir(exist_ok=True)
    (staging / "files").rename(folder / "files")
    for name in (key.NAME, layout.FOLDER):
        if (staging / name).exists():
            (staging / name).rename(folder / name)
    if manifest.public:
        sealed.store(folder / backup.PUBLIC, f"{manifest.public}\n".encode())
    for ending in ("-wal", "-shm"):
        left = staging / f"{archive.DATABASE}{ending}"
        if left.exists():
            left.rename(folder / left.name)
    (staging / archive.DATABASE).rename(folder / archive.DATABASE)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
