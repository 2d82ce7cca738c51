"""The installation's own key, in a file beside the database: made once, read by its owner alone. Knows no use of it.

It is in backups that are sealed, and in nothing else that leaves the folder. Where it is lost a new one is made, and
codes that were handed out and not used yet are made anew by the office.
"""

import errno
import hashlib
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

NAME = "secret.key"
SIZE = 32  # bytes
PATIENCE, MOMENT = 5.0, 0.01  # seconds one waits for who makes it, and between two looks


def of(data: Path) -> bytes:
    """Return the key of a data folder, made where there is none; two that come at once get the same."""
    path = data / NAME
    if not path.exists():
        _make(path)
    return _whole(path)


def _whole(path: Path) -> bytes:
    """Read the key; who makes it just now in place takes a moment. One that stays short would open everything."""
    ends = time.monotonic() + PATIENCE
    while len(found := path.read_bytes()) < SIZE:
        if time.monotonic() > ends:
            raise OSError(errno.EIO, "the installation's key is not whole", str(path))
        time.sleep(MOMENT)
    return found


def folder(key: bytes) -> str:
    """Return by what a database knows the data folder that goes with it; it tells nothing of the key."""
    return hashlib.sha256(b"folder" + key).hexdigest()[:16]


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{NAME}.{secrets.token_hex(4)}")
    _write(fresh)
    try:
        os.link(fresh, path)  # whole or not at all, and never over another's
    except FileExistsError:
        pass
    except OSError:  # some network disks know no second name of a file: written in place, never over another's either
        with suppress(FileExistsError):
            _write(path)
    finally:
        fresh.unlink()


def _write(path: Path) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, secrets.token_bytes(SIZE))
        os.fsync(file)
    finally:
        os.close(file)
