"""A phone of the drill that shows what a phone with Zalo shows: words alone, nothing pressed, nothing changed later."""

import html
from dataclasses import replace

from bot import zalo_text
from bot.channel import Gone
from bot.web.channel import WebChannel
from bot.zalo import ZaloChannel
from messages.types import Outgoing


class ZaloPhones(WebChannel):
    """The page's phones with Zalo's manners: the same handlers, the same words, spelled out."""

    name = ZaloChannel.name
    manners = ZaloChannel.manners

    async def send(self, message: Outgoing) -> str:
        """Show the words as Zalo would: without markup, without buttons."""
        words = zalo_text.plain(message.text, is_plain=message.plain)
        text = words if message.plain else html.escape(words)
        return await super().send(replace(message, text=text, buttons=()))

    async def edit(self, message_id: str, message: Outgoing) -> None:
        """Nothing can be changed there."""
        raise Gone
