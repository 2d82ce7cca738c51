"""Where Telegram calls. The secret is compared before anything is read; an update is stored before Telegram hears so.

Knows no update: the channel reads it.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.telegram_webhook import ROOT
from bot.web import called
from bot.web.called import Called

HEADER = "x-telegram-bot-api-secret-token"


class Webhook:
    """The address of the bot; whoever does not know it learns nothing."""

    place = ROOT

    def __init__(self, channel: Called) -> None:
        self._channel = channel

    def routes(self) -> list[BaseRoute]:
        """Return the route."""
        return [Route(self._channel.place, self.call, methods=["POST"])]

    async def call(self, request: Request) -> Response:
        """Hear an update: 200 once it is stored, 403 for a wrong secret, 503 where Telegram is to call again."""
        if not self._channel.admits(request.headers.get(HEADER, "")):
            return Response(status_code=403)
        body = await called.body(request)
        return Response(status_code=413) if body is None else await called.told(self._channel, body)
