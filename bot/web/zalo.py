"""Where Zalo calls: one address a bot. The secret is compared before anything is read; what is told is stored first.

Knows no event: the channel reads it.
"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.web import called
from bot.web.called import Called

PLACE = "/zalo"


class Webhooks:
    """The addresses of all bots that are called."""

    place = PLACE

    def __init__(self, channels: Sequence[Called]) -> None:
        self._channels = {each.place: each for each in channels}

    def routes(self) -> list[BaseRoute]:
        """Return the route."""
        return [Route(f"{PLACE}/{{place}}", self.call, methods=["GET", "POST"])]

    async def call(self, request: Request) -> Response:
        """Hear an event: 200 once it is stored, 401 for a wrong secret. A GET or an empty body asks who is here."""
        channel = self._channels.get(request.path_params["place"])
        if channel is None:
            return Response(status_code=404)
        if request.method != "POST":
            return Response()
        admitted = channel.admits(request.headers.get("x-bot-api-secret-token", ""))
        body = await called.body(request, called.LIMIT if admitted else 0)
        if body is None:
            return Response(status_code=413 if admitted else 401)
        return await called.told(channel, body) if body else Response()
