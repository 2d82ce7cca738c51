"""Files behind signed addresses, for chats that cannot show them and for the platform that shows a picture.

They may be fetched several times: platforms do, and so do people on a bad line.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from bot.links import PLACE, Links, Opened

Known = Callable[[Opened], Awaitable[bool]]
"""Says whether the chat an address was made for still belongs to somebody known."""
PNG = b"\x89PNG"


def _picture(path: Path) -> str:
    """Return what kind of picture a file holds: ours are PNG, people's are JPEG but for some."""
    with path.open("rb") as file:
        return "image/png" if file.read(len(PNG)) == PNG else "image/jpeg"


class Files:
    """The one address."""

    def __init__(self, links: Links, known: Known) -> None:
        self._links, self._known = links, known

    def routes(self) -> list[BaseRoute]:
        """Return the route; the name at its end is for people and platforms to read, not for us."""
        return [Route(f"{PLACE}/{{sealed}}/{{name}}", self.file)]

    async def file(self, request: Request) -> Response:
        """Give a file; 404 where the address is not ours, has ended, or is nobody's any more."""
        found = self._links.opened(request.path_params["sealed"])
        if found is None or not found.path.is_file() or not await self._known(found):
            raise HTTPException(404)
        if found.kind == "photo":
            return FileResponse(found.path, media_type=await asyncio.to_thread(_picture, found.path))
        return FileResponse(found.path, filename=found.name, media_type="application/octet-stream")
