"""Starts a fake platform as a process and speaks with it over HTTP; what each can be told is in its own client."""

import asyncio
import contextlib
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent
START_LIMIT = 20  # seconds; a busy machine takes a second or two


class Process:
    """The fake as a process; killed at the end, and on its own when this process dies."""

    def __init__(self, module: str) -> None:
        command = [sys.executable, "-m", module, "--port", "0", "--with-parent"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.url = f"http://127.0.0.1:{self._port()}"

    def _port(self) -> int:
        assert self._process.stdout is not None
        watchdog = threading.Timer(START_LIMIT, self._process.kill)
        watchdog.start()
        line = self._process.stdout.readline()
        watchdog.cancel()
        assert line.strip().isdigit(), "the fake platform did not start"
        return int(line)

    def kill(self) -> None:
        """End it and wait until it is gone."""
        self._process.kill()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.closing(self._process.stdin), contextlib.closing(self._process.stdout):
            self._process.wait(10)


class Platform:
    """The test's side of a fake. Each method is one control call."""

    def __init__(self, url: str, timeout: float) -> None:
        self.url = url
        self.client = httpx.AsyncClient(base_url=url, timeout=timeout, trust_env=False, verify=False)

    async def close(self) -> None:
        """Close the connections."""
        await self.client.aclose()

    async def call(self, action: str, **facts: Any) -> Any:
        """Any control function of the fake by name."""
        response = await self.client.post(f"/control/{action}", json=facts)
        assert response.status_code == 200, response.text
        return response.json()

    async def fault(self, method: str, **facts: Any) -> None:
        """See the fake's Fault."""
        await self.call("fault", method=method, **facts)

    async def calls(self, method: str = "") -> list[dict[str, Any]]:
        """Calls so far: method, at (seconds), args as sent, and how each was answered."""
        return list(await self.call("calls_of", method=method))

    async def chat(self, person: Any) -> list[dict[str, Any]]:
        """The transcript of a chat."""
        return list(await self.call("chat", person=person))

    async def wait(self, person: Any, words: str, seconds: float = 10) -> dict[str, Any]:
        """Wait for the bot to have said something with `words`; return that message."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for line in reversed(await self.chat(person)):
                if line["by"] == "bot" and words in line["text"]:
                    return line
            await asyncio.sleep(0.02)
        raise AssertionError(f"{words!r} was not said; the chat is {await self.chat(person)}")
