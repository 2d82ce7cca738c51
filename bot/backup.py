"""Takes backups of a SQLite installation while it runs, sealed for a key that is on paper alone. Prints nothing."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot import archive, sealed
from bot.archive import Manifest

PUBLIC = "backup.pub"
FOLDER = "backups"
ENDING = ".tlcb"
_NAME = "%Y%m%d-%H%M%S"


class NoKey(Exception):
    """No key was made yet: nothing is written that anybody could read."""


class Busy(Exception):
    """Another backup is being taken."""


@dataclass(frozen=True)
class Taken:
    """A finished backup; `kept` how many there are now."""

    path: Path
    size: int
    manifest: Manifest
    kept: int


def public_key(data: Path) -> str:
    """Return the public half of the key, "" before there is one."""
    try:
        found = (data / PUBLIC).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return found if len(found) == sealed.KEY * 2 and set(found) <= set("0123456789abcdef") else ""


def make_key(data: Path) -> str:
    """Make a new key for the backups to come; return what is written on paper. It is kept nowhere."""
    written, public = sealed.new_key()
    data.mkdir(parents=True, exist_ok=True)
    sealed.store(data / PUBLIC, f"{public}\n".encode())
    return written


def newest(data: Path) -> datetime | None:
    """Return when the newest backup was taken, None where there is none."""
    found = list(_finished(data))
    return _taken_at(found[-1]) if found else None


def _taken_at(file: Path) -> datetime | None:
    """Return when a backup was taken, by its name; None where the name tells of no moment."""
    try:
        return datetime.strptime(file.name.split(".")[0][:15], _NAME).replace(tzinfo=UTC)
    except ValueError:
        return None


def _finished(data: Path) -> list[Path]:
    """Return the backups, oldest first; what only looks like one is nobody's to count or remove."""
    return sorted(each for each in (data / FOLDER).glob(f"[0-9]*-[0-9]*{ENDING}") if _taken_at(each))


def take(database: Path, data: Path, now: datetime, keep: int) -> Taken:
    """Take a backup as of `now` (aware), then remove all but the `keep` newest; raise NoKey, Busy or OSError."""
    public, now = public_key(data), now.astimezone(UTC)
    if not public:
        raise NoKey
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder):
        _sweep(folder)
        path, copy = folder / f"{now:{_NAME}}{ENDING}", folder / ".snapshot.db"
        try:
            copy.touch(mode=0o600)
            archive.snapshot(database, copy)
            manifest = _write(path, copy, data, now, public)
        finally:
            _sweep(folder)
        found = _finished(data)
        for old in found[: -max(keep, 1)]:
            old.unlink()
        return Taken(path, path.stat().st_size, manifest, min(len(found), max(keep, 1)))


def _write(path: Path, copy: Path, data: Path, now: datetime, public: str) -> Manifest:
    unfinished = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        manifest = archive.write(sealed.Sealer(file, public), copy, data, now.isoformat(), public)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return manifest


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield


def _sweep(folder: Path) -> None:
    """Remove what an earlier one left unfinished."""
    for each in (*folder.glob(".snapshot.db*"), *folder.glob(f".*{ENDING}.part")):
        each.unlink()
