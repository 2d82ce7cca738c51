"""Files behind signed addresses, for chats that cannot show them and for the platform that shows a picture.

They may be fetched several times: platforms do, and so do people on a bad line.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.links import PLACE, Links, Opened

Known = Callable[[Opened], Awaitable[bool]]
"""Says whether the chat an address was made for still belongs to somebody known."""
PNG = b"\x89PNG"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MEDIA = {
    ".docx": f"{_OFFICE}wordprocessingml.document",
    ".xlsx": f"{_OFFICE}spreadsheetml.sheet",
    ".pdf": "application/pdf",
}
"""What phones open by its kind; all else is only kept, so that nothing runs that somebody sent."""
_ALONE = {"X-Robots-Tag": "noindex, nofollow", "Content-Security-Policy": "sandbox; default-src 'none'"}
_ENDED = Path(__file__).parent / "pages" / "ended.html"


def _picture(path: Path) -> str:
    """Return what kind of picture a file holds: ours are PNG, people's are JPEG but for some."""
    with path.open("rb") as file:
        return "image/png" if file.read(len(PNG)) == PNG else "image/jpeg"


class Files:
    """The one address."""

    def __init__(self, links: Links, known: Known) -> None:
        self._links, self._known = links, known

    def routes(self) -> list[BaseRoute]:
        """Return the routes; the name at an address's end is for people and platforms to read, not for us."""
        return [Route(f"{PLACE}/{{sealed}}/{{name}}", self.file), Route(f"{PLACE}/{{rest:path}}", self.ended)]

    async def file(self, request: Request) -> Response:
        """Give a file, as often as it is asked for; `ended` where the address is not ours, or nobody's any more."""
        found = self._links.opened(request.path_params["sealed"])
        if found is None or not found.path.is_file() or not await self._known(found):
            return await self.ended(request)
        if found.kind == "photo":
            media = await asyncio.to_thread(_picture, found.path)
            return FileResponse(found.path, media_type=media, headers=_ALONE)
        media = _MEDIA.get(Path(found.name).suffix.lower(), "application/octet-stream")
        return FileResponse(found.path, filename=found.name, media_type=media, headers=_ALONE)

    async def ended(self, _: Request) -> Response:
        """Say to whoever opened an address that it leads nowhere, whatever the reason: 404."""
        return HTMLResponse(await asyncio.to_thread(_ENDED.read_text, "utf-8"), 404, {"X-Robots-Tag": "noindex"})
