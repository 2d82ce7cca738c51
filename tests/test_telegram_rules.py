"""The rules that every dialog's messages are held to."""

import pytest

from messages.types import Button, Outgoing
from tests import telegram_rules

REFUSED = {
    "too long": Outgoing("k", "c", "a" * 4097),
    "empty": Outgoing("k", "c", "  \n"),
    "only tags": Outgoing("k", "c", "<b></b>"),
    "open tag": Outgoing("k", "c", "<b>x"),
    "bare bracket": Outgoing("k", "c", "5 < 6"),
    "unknown tag": Outgoing("k", "c", "<h1>x</h1>"),
    "unknown entity": Outgoing("k", "c", "a&nbsp;b"),
    "long data": Outgoing("k", "c", "x", ((Button("x", "đ" * 33),),)),
    "no data": Outgoing("k", "c", "x", ((Button("x", ""),),)),
    "no label": Outgoing("k", "c", "x", ((Button(" ", "d"),),)),
    "nine in a row": Outgoing("k", "c", "x", (tuple(Button("x", "d") for _ in range(9)),)),
}
TAKEN = {
    "4096 after entities": Outgoing("k", "c", "&lt;" * 4096),
    "plain text is no markup": Outgoing("k", "c", "5 < 6 & <b>", plain=True),
    "64 bytes": Outgoing("k", "c", "<b>x</b>", ((Button("x", "d" * 64),),)),
}


@pytest.mark.parametrize("message", REFUSED.values(), ids=REFUSED)
def test_refused(message: Outgoing) -> None:
    """What Telegram answers with 400 is refused here."""
    with pytest.raises(telegram_rules.WouldRefuse):
        telegram_rules.check(message)


@pytest.mark.parametrize("message", TAKEN.values(), ids=TAKEN)
def test_taken(message: Outgoing) -> None:
    """What Telegram takes is not refused here."""
    telegram_rules.check(message)
