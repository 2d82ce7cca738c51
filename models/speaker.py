"""Who speaks: account, conversation, person and the menu last shown, of many in one query. Knows nothing they said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import account, conversation, quick
from models.account import Account
from models.conversation import Conversation
from models.outbox import Outbox
from models.person import Person

HEARD = (
    select(Account, Conversation, Person, Outbox.choices.label("offered"))
    .outerjoin(Conversation, Conversation.account_id == Account.id)
    .outerjoin(Person, Person.id == Account.person_id)
    .outerjoin(Outbox, Outbox.id == Conversation.menu_id)
    .where(Account.bot_id == bindparam("bot"), Account.external_id.in_(bindparam("external_ids", expanding=True)))
)


@dataclass(frozen=True)
class Speakers:
    """Accounts by external id, conversations by account id, and the choices of the menus they show by message id.

    `held` keeps what turns ask for by id in the session.
    """

    accounts: dict[str, Account]
    conversations: dict[int, Conversation]
    offered: dict[int, Sequence[Any]]
    held: Sequence[Any]


async def load(session: AsyncSession, bot_id: int, external_ids: Sequence[str]) -> Speakers:
    """Return those who speak; accounts and conversations that are new are made."""
    rows = (await session.execute(HEARD, {"bot": bot_id, "external_ids": quick.padded(external_ids)})).all()
    accounts = {row.Account.external_id: row.Account for row in rows}
    if new := [each for each in external_ids if each not in accounts]:
        accounts |= await account.all_heard_from(session, bot_id, new)
    conversations = {row.Account.id: row.Conversation for row in rows if row.Conversation}
    if silent := [each.id for each in accounts.values() if each.id not in conversations]:
        conversations |= await conversation.of_accounts(session, silent)
    offered = {row.Conversation.menu_id: row.offered for row in rows if row.offered is not None}
    return Speakers(accounts, conversations, offered, rows)
