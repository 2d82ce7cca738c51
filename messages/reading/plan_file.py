"""Reads a plan's file (.docx, .pdf with text, .txt), or says why it cannot be read. Touches no disk and no network.

`read_apart` does so in a process of its own with little time and memory: the file may have been made to take both.
"""

import os
import re
import signal
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path, PurePath
from typing import Any, Literal
from xml.etree.ElementTree import ParseError

import orjson

from messages.reading import pdf_objects, pdf_text, plan, uploads, word_file
from messages.reading.plan import as_json

LARGEST = uploads.LARGEST
SECONDS = 40.0  # a child may take before it is ended
MEMORY = 1_500_000_000  # bytes of address space a child may have
LEAST_LETTERS = 200  # fewer are a stamp on a scan, no plan
LEAST_MARKED = 0.02  # of the letters of a Vietnamese text carry marks; far more do
LONGEST, MOST_LINES = 400_000, 8_000  # letters and lines of a text: a plan of two hundred pages has fewer
Why = Literal[
    "scan",
    "letters",
    "too_big",
    "too_long",
    "too_slow",
    "too_heavy",
    "wrong_kind",
    "active",
    "locked",
    "secret",
    "empty",
    "no_plan",
]
ROOT = Path(__file__).parents[2]


class CannotRead(Exception):
    """Raised with one of `Why`: scan is pictures without text, letters a font nobody can read without its table.

    too_big is bytes, too_long pages or lines, too_slow time, too_heavy memory.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def read(name: str, content: bytes) -> plan.PlanRead:
    """Read a file's plan; raise CannotRead."""
    text = text_of(name, content)
    found = plan.read_text(text)
    if not found.duties:
        raise CannotRead("no_plan")
    return found


def text_of(name: str, content: bytes) -> str:
    """Return the text of a file that may be kept; raise CannotRead."""
    if uploads.sniff(content) in ("jpg", "png"):
        raise CannotRead("scan")
    if why := uploads.verdict(name, content, uploads.PLANS):
        raise CannotRead(why)
    kind = uploads.sniff(content) or "txt"
    text = {"docx": _of_word, "pdf": _of_pdf, "txt": _of_text}[kind](content)
    if len(text) > LONGEST or sum(bool(line.strip()) for line in text.splitlines()) > MOST_LINES:
        raise CannotRead("too_long")
    letters = [each for each in text if each.isalpha()]
    if len(letters) < LEAST_LETTERS:
        raise CannotRead("scan" if kind == "pdf" else "empty")
    if sum(not each.isascii() for each in letters) < LEAST_MARKED * len(letters):
        raise CannotRead("letters")
    return text


def _of_word(content: bytes) -> str:
    try:
        return word_file.text(content)
    except word_file.TooLong:
        raise CannotRead("too_long") from None
    except (zipfile.BadZipFile, ParseError, KeyError, ValueError, OSError, RecursionError):
        raise CannotRead("wrong_kind") from None


def _of_pdf(content: bytes) -> str:
    try:
        return pdf_text.read(content)
    except pdf_text.TooLong:
        raise CannotRead("too_long") from None
    except (pdf_objects.Broken, RecursionError, ValueError, OverflowError):
        raise CannotRead("wrong_kind") from None


def _of_text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16"):
        try:
            found = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if re.search(r"[\x00-\x08\x0e-\x1f]", found):
            raise CannotRead("wrong_kind")
        return unicodedata.normalize("NFC", found)
    raise CannotRead("letters")


# --- in a process of its own ---


def read_apart(name: str, path: Path, *, seconds: float = SECONDS, memory: int = MEMORY) -> dict[str, Any]:
    """Return what `as_json.stored` makes of the plan in a file; raise CannotRead."""
    if path.stat().st_size > LARGEST:
        raise CannotRead("too_big")
    command = [
        sys.executable,
        "-m",
        "messages.reading.plan_file",
        PurePath(name).name,
        str(path.resolve()),
        str(memory),
    ]
    environment = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "LC_ALL")}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            timeout=seconds,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise CannotRead("too_slow") from None
    if done.returncode != 0:
        raise CannotRead(_why_ended(done.returncode, done.stderr))
    found: dict[str, Any] = orjson.loads(done.stdout)
    if why := found.get("why"):
        raise CannotRead(why)
    return found


def _why_ended(code: int, said: bytes) -> Why:
    """Return why a child gave no answer: its processor time or its memory was used up, or the file broke the reader."""
    if code == -signal.SIGXCPU:
        return "too_slow"
    return "too_heavy" if code == -signal.SIGKILL or b"MemoryError" in said else "wrong_kind"


def _child(name: str, path: str) -> bytes:
    content = Path(path).read_bytes()
    try:
        return orjson.dumps(as_json.stored(read(name, content)))
    except CannotRead as error:
        return orjson.dumps({"why": error.why})
    except MemoryError:
        return orjson.dumps({"why": "too_heavy"})


def _bounded(memory: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS) + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _bounded(int(sys.argv[3]))
    sys.stdout.buffer.write(_child(sys.argv[1], sys.argv[2]))
