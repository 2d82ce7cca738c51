"""What a turn says, gathered and written together: a notice each, its messages, and the menu a conversation shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from models import outbox, quick, rows
from models.base import insert_new
from models.conversation import Conversation
from models.notice import Notice
from models.outbox import Outbox

Row = dict[str, Any]
NOTICES, MESSAGES = cast("Table", Notice.__table__), cast("Table", Outbox.__table__)


WRITTEN = insert(MESSAGES).returning(MESSAGES.c.token, MESSAGES.c.id)


@dataclass(slots=True)
class Said:
    """One thing said: columns of its notice and of its messages, and whose conversation shows the last one's choices.

    `id` is the notice's once it is written, and stays 0 where its dedupe key was used before: then nothing is said.
    """

    notice: Row
    messages: Sequence[Row]
    cursor: Conversation | None = None
    id: int = 0


def say(session: AsyncSession, said: Said) -> None:
    """Write it with all that this transaction says."""
    rows.gather(session, _write, said)


def _write(session: Session, everything: Sequence[Said]) -> None:
    made = insert_new(session, NOTICES, ["dedupe_key"], ["dedupe_key", "id"])
    ids = dict(quick.run_each(session, made, [each.notice for each in everything]))
    for each in everything:
        each.id = ids.pop(each.notice["dedupe_key"], 0)  # a key used twice here is said once
    new = [each for each in everything if each.id]
    messages = [{**message, "notice_id": each.id} for each in new for message in each.messages]
    quick.tell(session, *{outbox.topic(message["bot_id"]) for message in messages})
    tokens = dict(quick.run_each(session, WRITTEN, messages))
    for each in new:
        if each.cursor is not None:
            each.cursor.menu_id = tokens[each.messages[-1]["token"]]
