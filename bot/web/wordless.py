"""A phone of the drill that shows what a phone with Zalo shows: words alone, nothing pressed, nothing changed later."""

import html
from dataclasses import replace
from typing import Any

from bot import zalo_text
from bot.channel import Gone
from bot.web.channel import WebChannel
from bot.zalo import ZaloChannel, file_words
from messages.types import Heard, Incoming, Outgoing


class ZaloPhones(WebChannel):
    """The page's phones with Zalo's manners: the same handlers, the same words, spelled out."""

    name = ZaloChannel.name
    manners = ZaloChannel.manners

    def read(self, raw: dict[str, Any]) -> Incoming | None:
        """Turn a stored act into an Incoming; of a document Zalo says only that something came."""
        heard = super().read(raw)
        if heard and heard.upload and heard.upload.kind == "document":
            return replace(heard, kind=Heard.OTHER, text="", upload=None)
        return heard

    async def send(self, message: Outgoing) -> str:
        """Show the words as Zalo would: without markup, without buttons, a file named in words."""
        words = zalo_text.plain(message.text, is_plain=message.plain)
        if message.file:
            words = file_words(message.file, "", words, telegram=False)
        text = words if message.plain else html.escape(words)
        return await super().send(replace(message, text=text, buttons=(), file=None))

    async def edit(self, message_id: str, message: Outgoing) -> None:
        """Nothing can be changed there."""
        raise Gone
