"""What a backup holds: a manifest, the database as of one moment, the files its rows name, and what stands beside it.

Beside it are the installation's key for the hashes of codes and the office's own layouts. Knows no key's words.

Written and read as a stream, so that memory does not grow with the installation.
"""

import hashlib
import io
import json
import os
import re
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from bot import key, sealed
from bot.sealed import CannotOpen, Opener, Sealer, Why
from handlers.office import layout

FORMAT = 1
MANIFEST, DATABASE, FILES = "manifest.json", "assistant.db", "files/"
PAGES = 256  # of the database, copied at once
PAUSE = 0.002  # seconds between them, for the disk's other users
_SAFE = re.compile(r"(?:uploads/)?[A-Za-z0-9_-][A-Za-z0-9._-]*")
_BESIDE = re.compile(rf"{re.escape(key.NAME)}|{re.escape(layout.FOLDER)}/[\w-]{{1,60}}\.yaml")
"""Files of DATA_DIR that no row names and that an installation cannot be made anew without."""
NAMED = (
    "SELECT path AS name FROM attachment WHERE path != ''"
    " UNION SELECT 'uploads/' || file_id FROM attachment JOIN bot ON bot.id = bot_id"
    " WHERE channel = 'web' AND file_id != ''"
    " UNION SELECT file_path FROM local_message WHERE file_path != '' ORDER BY 1"
)
"""The files that rows speak of, below DATA_DIR/files."""


@dataclass(frozen=True)
class Manifest:
    """`made_at` ISO, UTC: the moment of the copy; `missing` files that rows name and that were not there.

    `beside` counts the key and the layouts; older backups have none.
    """

    format: int
    made_at: str
    public: str
    files: int
    missing: list[str]
    beside: int = 0


def snapshot(database: Path, copy: Path) -> None:
    """Copy a running database as of one moment, in steps. Its writers never wait: only a reader's place is held."""
    with closing(sqlite3.connect(database, isolation_level=None)) as source, closing(sqlite3.connect(copy)) as target:
        source.execute("PRAGMA busy_timeout=5000").close()
        source.execute("BEGIN").close()
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it sees this moment alone
        target.execute("PRAGMA journal_mode=OFF").close()
        source.backup(target, pages=PAGES, sleep=PAUSE)


def reading(database: Path) -> sqlite3.Connection:
    """Open a copy that nobody else has open."""
    return sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def named(copy: Path) -> list[str]:
    """Return the files that a copy's rows speak of, relative to DATA_DIR/files."""
    with closing(reading(copy)) as database:
        rows = [str(name) for (name,) in database.execute(NAMED)]
    return [name for name in dict.fromkeys(map(relative, rows)) if _SAFE.fullmatch(name)]


def relative(path: str) -> str:
    """Return a file's name below DATA_DIR/files, where a row has it with the folder before it."""
    return path.rpartition("/files/")[2]


def beside(data: Path) -> list[str]:
    """Return the files of DATA_DIR, relative to it, that go with the database."""
    found = (data / key.NAME, *sorted((data / layout.FOLDER).glob("*.yaml")))
    names = [each.relative_to(data).as_posix() for each in found if each.is_file()]
    return [name for name in names if _BESIDE.fullmatch(name)]


def write(to: Sealer, copy: Path, data: Path, made_at: str, public: str) -> Manifest:
    """Write everything into `to`; return what was written."""
    files, own = data / "files", beside(data)
    names = named(copy)
    there = [name for name in names if (files / name).is_file()]
    manifest = Manifest(FORMAT, made_at, public, len(there), sorted(set(names) - set(there)), len(own))
    with tarfile.open(fileobj=to, mode="w|", bufsize=sealed.CHUNK, format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload]  # it only writes
        content = json.dumps(asdict(manifest)).encode()
        _add(tar, MANIFEST, io.BytesIO(content), len(content))
        held = [(FILES + each, files / each) for each in there]
        for name, path in ((DATABASE, copy), *((each, data / each) for each in own), *held):
            with path.open("rb") as file:
                _add(tar, name, file, os.fstat(file.fileno()).st_size)
    to.finish()
    return manifest


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> None:
    about = tarfile.TarInfo(name)
    about.size, about.mode = size, 0o600
    tar.addfile(about, content)


def unpack(source: Opener, folder: Path) -> Manifest:
    """Write everything below `folder`; raise CannotOpen unless all of it is there and nothing else."""
    manifest, count, own = None, 0, 0
    for name, content in _members(source):
        if manifest is None:
            manifest = _manifest(name, content)
            continue
        if not (name == DATABASE or _BESIDE.fullmatch(name) or _is_file(name)):
            raise CannotOpen(Why.NOT_OURS)
        count, own = count + _is_file(name), own + bool(_BESIDE.fullmatch(name))
        _extract(content, folder / name)
    while source.read(sealed.CHUNK):  # to the end: what was left off there is found out too
        pass
    if manifest is None or not (folder / DATABASE).is_file() or (count, own) != (manifest.files, manifest.beside):
        raise CannotOpen(Why.DAMAGED)
    return manifest


def _is_file(name: str) -> bool:
    return name.startswith(FILES) and bool(_SAFE.fullmatch(name.removeprefix(FILES)))


def _members(source: Opener) -> Iterator[tuple[str, IO[bytes]]]:
    try:
        with tarfile.open(fileobj=source, mode="r|", bufsize=sealed.CHUNK) as tar:  # type: ignore[call-overload]  # it only reads
            for each in tar:
                content = tar.extractfile(each) if each.isreg() else None
                if content is None:
                    raise CannotOpen(Why.NOT_OURS)
                yield each.name, content
    except tarfile.TarError:
        raise CannotOpen(Why.DAMAGED) from None


def _manifest(name: str, content: IO[bytes]) -> Manifest:
    try:
        found = Manifest(**json.loads(content.read(sealed.CHUNK * 64))) if name == MANIFEST else None
    except (ValueError, TypeError):
        found = None
    if found is None or found.format != FORMAT:
        raise CannotOpen(Why.NOT_OURS)
    return found


def _extract(content: IO[bytes], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        while part := content.read(sealed.CHUNK):
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o600)


def faults(database: Path, files: Path, missing: list[str]) -> list[str]:
    """Return what is wrong with an unpacked database and its files: keys of words.yaml, "fault". Empty: nothing."""
    with closing(sqlite3.connect(database)) as opened:
        try:
            whole = opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            found = [] if whole else ["integrity"]
            found += ["foreign_keys"] if opened.execute("PRAGMA foreign_key_check").fetchone() else []
            rows = opened.execute("SELECT path, sha256 FROM attachment WHERE path != ''").fetchall()
        except sqlite3.DatabaseError:
            return ["integrity"]
    known = set(missing)
    return found + (["files"] if any(name not in known and not _same(files / name, sha) for name, sha in rows) else [])


def _same(path: Path, sha256: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return not sha256 or hashlib.file_digest(file, "sha256").hexdigest() == sha256
