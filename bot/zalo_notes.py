"""Where the check of a bot on Zalo keeps what it saw: a file for its owner alone, a line of JSON a step."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

BEGINS = "zalo-check-"


class Notes:
    """One check's file under a data folder, begun at `now`."""

    def __init__(self, folder: Path, now: datetime) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{BEGINS}{now:%Y%m%d-%H%M%S}.jsonl"

    def add(self, step: str, seen: Any) -> None:
        """Keep what was seen, at once."""
        line = json.dumps({"at": datetime.now(UTC).isoformat(), "step": step, "seen": seen}, ensure_ascii=False)
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(file, f"{line}\n".encode("utf-8", "backslashreplace"))
            os.fsync(file)
        finally:
            os.close(file)


def last_chat(folder: Path) -> str:
    """Return whom the newest check that knew anybody spoke with, "" for none."""
    for path in sorted(folder.glob(f"{BEGINS}*.jsonl"), reverse=True):
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        if found := [each["seen"] for each in lines if each["step"] == "chat" and each["seen"]]:
            return str(found[-1])
    return ""
