"""Starts the platform and the contenders as processes, and reads from /proc what they cost. Knows no bot's insides."""

import asyncio
import os
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tests.bench.platform import TOKEN

ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".venv-bench" / "bin" / "python"
TICKS = os.sysconf("SC_CLK_TCK")
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Platform:
    """The fake Bot API; ends with this process."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.bench.platform"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def control(self, action: str, **facts: Any) -> Any:
        """Call a control function; return its result."""
        head = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/control/{action}", orjson.dumps(facts), head)
        with DIRECT.open(request, timeout=10) as answer:
            return orjson.loads(answer.read())["result"]

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


@dataclass(frozen=True)
class Cost:
    """Processor seconds so far and the highest memory in MiB, children included."""

    cpu: float
    peak: float


class Contender:
    """A bot as a process, its children counted with it; what it prints goes to `log`."""

    def __init__(self, command: list[str], log: Path, **settings: str) -> None:
        self._log = log
        settings = {"BENCH_TOKEN": TOKEN, "NO_PROXY": "127.0.0.1", **settings}
        with log.open("wb") as file:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **settings}, stdout=file, stderr=file, start_new_session=True
            )

    def alive(self) -> bool:
        """Say whether it still runs."""
        return self._process.poll() is None

    def said(self) -> str:
        """Return the end of what it printed."""
        return self.log()[-2000:]

    def log(self) -> str:
        """Return all that it printed."""
        return self._log.read_text(errors="replace")

    def cost(self) -> Cost:
        """Read what it has cost."""
        found = [_cost(pid) for pid in (self._process.pid, *_children(self._process.pid))]
        return Cost(sum(each.cpu for each in found), sum(each.peak for each in found))

    def kill(self) -> None:
        """kill -9, without a warning."""
        self._process.kill()
        self._process.wait(10)


def _cost(pid: int) -> Cost:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return Cost(0, 0)
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return Cost((int(fields[11]) + int(fields[12])) / TICKS, peak / 1024)


def _children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


async def until(done: Any, seconds: float, every: float = 0.1) -> bool:
    """Wait for a condition; False when it did not come in time."""
    for _ in range(int(seconds / every)):
        if done():
            return True
        await asyncio.sleep(every)
    return False
