"""Messages to platforms: one row each. Committed first, sent then, recorded last."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ForeignKey,
    Index,
    Table,
    Update,
    and_,
    bindparam,
    func,
    inspect,
    literal_column,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from models import quick
from models.account import Account
from models.base import Base, Utc, added, only
from models.bot import Bot
from models.notice import Notice, NoticeKind

OWN_ACT = 0  # the priority of answers to a person's own act, which do not wait for their chat either
ANSWERS = 1  # priorities up to this one are answers: they do not wait for the pace


UNKNOWN, UNREACHABLE, REFUSED, TRIED_OUT, STOPPED = "unknown", "unreachable", "refused", "tried_out", "stopped"
"""Why a message did not arrive for certain, as `error` says it of what is unknown or dead."""
FAILING = "failing"
"""The `error` of a message that the platform itself failed to take, and that waits to be sent again."""
LIMITED = "limited"
"""The `error` of a message that waits because the platform takes no more, whether of the moment or of the month."""
HELD = "quota"
"""The `error` of a message that waits for the next month: what is left of this one is for duties."""


class Out(StrEnum):
    """Where a row stands."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"  # may have arrived; parked by the policy of its kind
    DEAD = "dead"
    CANCELLED = "cancelled"


class Outbox(Base):
    """`choices` are rows of {label, action, values}; a button's data is "<token>.<position>"."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_queue", "state", "bot_id", "priority", "id"),
        Index("ix_outbox_platform", "account_id", "platform_id"),
        Index("ix_outbox_pushes", "said_at", "id", **only(f"NOT (state <> '{Out.DUE}' OR priority <= {ANSWERS})")),
    )

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    bot_id: Mapped[int] = mapped_column(ForeignKey("bot.id"))
    token: Mapped[str] = mapped_column(unique=True)
    text: Mapped[str]
    plain: Mapped[bool] = mapped_column(default=False)
    choices: Mapped[list[Any]]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    file_kind: Mapped[str] = mapped_column(default="")  # photo | document
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))  # an edit of that message
    priority: Mapped[int]
    state: Mapped[str]
    not_before: Mapped[datetime]  # machine time
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str] = mapped_column(default="")
    claimed_at: Mapped[datetime | None]  # machine time
    platform_id: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]  # machine time
    said_at: Mapped[datetime]  # plan time
    error: Mapped[str] = mapped_column(default="")  # the kind of the last failure, never a text
    forget: Mapped[bool] = mapped_column(default=False)  # the text goes once it is sent: it holds a secret


TABLE = cast("Table", Outbox.__table__)  # many rows at once, past the ORM
WAITING_PUSH = not_(
    or_(Outbox.state != literal_column(f"'{Out.DUE}'"), Outbox.priority <= literal_column(f"{ANSWERS}"))
)
"""In the words of ix_outbox_pushes, turned so that SQLite does not see that ix_outbox_queue would fit as well."""


def topic(bot_id: int) -> str:
    """Return what Database.watch calls messages written for one bot."""
    return f"outbox:{bot_id}"


def new_token() -> str:
    """Return 12 url-safe characters that name a message in its buttons' data."""
    return secrets.token_urlsafe(9)


NOW = bindparam("now", type_=Utc())
PAUSED = select(Bot.id).where(Bot.id == bindparam("bot_id"), Bot.paused_until > NOW).exists()
EARLIER = aliased(Outbox)
GOES_FIRST = (
    select(EARLIER.id)
    .where(
        EARLIER.account_id == Outbox.account_id,
        EARLIER.platform_id == "",  # as of all that was not sent: along ix_outbox_platform, past a long history
        or_(
            EARLIER.state == Out.SENDING,
            and_(
                EARLIER.state == Out.DUE,
                or_(
                    EARLIER.priority < Outbox.priority,
                    and_(EARLIER.priority == Outbox.priority, EARLIER.id < Outbox.id),
                ),
            ),
        ),
    )
    .exists()
)
FOREMOST = (
    select(
        *(Outbox.id, Outbox.account_id, Outbox.priority, Outbox.attempts, Outbox.token, Outbox.text, Outbox.plain),
        *(Outbox.choices, Outbox.attachment_id, Outbox.file_kind, Outbox.replaces_id, Outbox.said_at, Outbox.forget),
        *(Account.external_id.label("chat"), Notice.kind.label("kind"), Account.refusals.label("refusals")),
    )
    .join(Account, Account.id == Outbox.account_id)
    .join(Notice, Notice.id == Outbox.notice_id)
    .where(
        Outbox.state == Out.DUE,
        Outbox.bot_id == bindparam("bot_id"),
        Outbox.not_before <= NOW,
        ~PAUSED,
        ~GOES_FIRST,
    )
    .order_by(Outbox.priority, Outbox.id)
    .limit(bindparam("limit"))
    .with_for_update(of=Outbox, skip_locked=True)
)
MARK = (
    update(TABLE)
    .where(TABLE.c.id.in_(bindparam("rows", expanding=True)))
    .values(state=Out.SENDING, claim=bindparam("mark"), claimed_at=bindparam("now"), attempts=TABLE.c.attempts + 1)
)


@dataclass(slots=True)
class Letter:
    """A message that was claimed: its columns, `chat` the platform's id of where it goes, `kind` of its notice.

    `refusals` are those of its account; `claim` is the same for all that were claimed together.
    """

    id: int
    account_id: int
    priority: int
    attempts: int
    token: str
    text: str
    plain: bool
    choices: list[Any]
    attachment_id: int | None
    file_kind: str
    replaces_id: int | None
    said_at: datetime
    forget: bool
    chat: str
    kind: str
    refusals: int
    claim: str = ""


async def claim(
    session: AsyncSession, bot_id: int, now: datetime, limit: int, pushes: int | None = None
) -> list[Letter]:
    """Take up to `limit` messages (`pushes` of them), one per account, answers first, and mark them `sending`.

    None while the bot is paused.

    Strict order within an account: only its foremost row (priority, then age) is ever taken, and none while
    another of its rows is on the wire.
    """
    found = [
        Letter(*row) for row in await quick.fetch(session, FOREMOST, {"bot_id": bot_id, "now": now, "limit": limit})
    ]
    first = sum(each.priority <= ANSWERS for each in found)
    letters = found if pushes is None else found[: first + max(pushes, 0)]
    if not letters:
        return []
    mark = new_token()
    await quick.fetch(session, MARK, {"rows": [each.id for each in letters], "mark": mark, "now": now})
    for each in letters:
        each.attempts, each.claim = each.attempts + 1, mark
    going = [each for each in letters if not await _merged(session, each)]
    if len(going) == len(letters):
        return going
    left = None if pushes is None else pushes - (len(letters) - first)
    return [*going, *await claim(session, bot_id, now, limit - len(going), left)]  # what took the words may go now


async def _merged(session: AsyncSession, edit: Letter) -> bool:
    """Put an edit's words into its message where that waits to be sent again; else they would be lost."""
    target = await session.get(Outbox, edit.replaces_id) if edit.replaces_id else None
    if target is None or target.state != Out.DUE:
        return False
    target.text, target.choices, target.plain = edit.text, edit.choices, edit.plain
    await session.execute(update(TABLE).where(TABLE.c.id == edit.id).values(state=Out.CANCELLED, claim=""))
    return True


async def add_all(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> dict[int, int]:
    """Write many messages at once, one an account; return {account id: message id}."""
    return dict(await added(session, Outbox, rows, ["token"], "account_id", "id"))


async def claims(session: AsyncSession, row_ids: Sequence[int]) -> dict[int, str]:
    """Return {message id: claim} of those that are being sent, and keep them so until this transaction ends."""
    query = select(Outbox.id, Outbox.claim).where(Outbox.id.in_(row_ids), Outbox.state == Out.SENDING)
    return {row_id: held for row_id, held in (await session.execute(query.with_for_update())).all()}  # noqa: C416 (typed so)


async def finish(session: AsyncSession, ended: Sequence[tuple[int, str, dict[str, Any]]]) -> None:
    """Record how sends ended, each (row id, claim, columns), only where the claim is still ours."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row_id, token, facts in ended:
        alike.setdefault(tuple(sorted(facts)), []).append({"row_id": row_id, "held": token, **facts})
    for names, rows in alike.items():
        await quick.fetch_each(session, _ending(names), rows)


@cache
def _ending(names: tuple[str, ...]) -> Update:
    ours = (TABLE.c.id == bindparam("row_id"), TABLE.c.claim == bindparam("held"), TABLE.c.state == Out.SENDING)
    return update(TABLE).where(*ours).values(claim="", **{name: bindparam(name) for name in names})


def _waiting(account_id: int) -> Any:
    return update(Outbox).where(Outbox.account_id == account_id, Outbox.state == Out.DUE)


async def lose_waiting(session: AsyncSession, account_id: int) -> None:
    """Give up what an account that cannot be written to has not been sent yet: the office sees what it was."""
    edits = _waiting(account_id).where(Outbox.replaces_id.is_not(None))
    await session.execute(edits.values(state=Out.CANCELLED))
    await session.execute(_waiting(account_id).values(state=Out.DEAD, error=UNREACHABLE))


async def lose_refused(session: AsyncSession, account_id: int, number: int) -> None:
    """Count the last `number` messages the platform refused among what an account now lost was not told."""
    theirs = Outbox.account_id == account_id, Outbox.state == Out.DEAD, Outbox.error == REFUSED
    last = (await session.scalars(select(Outbox.id).where(*theirs).order_by(Outbox.id.desc()).limit(number))).all()
    await session.execute(update(Outbox).where(Outbox.id.in_(last)).values(error=UNREACHABLE))


async def move_waiting(session: AsyncSession, account_id: int, to: Account) -> None:
    """Let what an account has not been sent yet go to another: the same people live there now."""
    if account_id != to.id:
        await session.execute(_waiting(account_id).values(account_id=to.id, bot_id=to.bot_id))


async def say_anew(session: AsyncSession, edit_id: int, now: datetime) -> None:
    """Say an edit's words as a message of its own: the one it changes is no longer there (machine time `now`)."""
    edit = await session.get_one(Outbox, edit_id)
    target = await session.get_one(Outbox, edit.replaces_id)
    target.text, target.choices, target.plain, target.priority = edit.text, edit.choices, edit.plain, edit.priority
    target.state, target.not_before, target.attempts = Out.DUE, now, 0
    target.platform_id, target.sent_at, target.error = "", None, ""


async def waits(session: AsyncSession, row: Outbox) -> bool:
    """Say whether a message waits to be sent, and keep it from who sends until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql" and inspect(row).persistent:
        await session.refresh(row, ["state"], with_for_update=True)
    return row.state == Out.DUE


OF_IDS = select(Outbox).where(Outbox.id.in_(bindparam("rows", expanding=True)))


async def of_ids(session: AsyncSession, row_ids: Sequence[int]) -> Sequence[Outbox]:
    """Return these messages, in no order."""
    return (await session.scalars(OF_IDS, {"rows": list(row_ids)})).all() if row_ids else ()


async def by_token(session: AsyncSession, token: str) -> Outbox | None:
    """Return the message a button belongs to."""
    return (await session.scalars(select(Outbox).where(Outbox.token == token))).one_or_none()


async def by_platform_id(session: AsyncSession, account_id: int, platform_id: str) -> Outbox | None:
    """Return the message a person replied to."""
    return (
        await session.scalars(
            select(Outbox)
            .where(Outbox.account_id == account_id, Outbox.platform_id == platform_id)
            .order_by(Outbox.id.desc())
            .limit(1)
        )
    ).first()


async def words_of(session: AsyncSession, notice_id: int) -> str:
    """Return what was said in a notice, all its messages."""
    return "\n".join(
        await session.scalars(select(Outbox.text).where(Outbox.notice_id == notice_id).order_by(Outbox.id))
    )


LATELY = 40
"""How many of the last messages to an account a short code is looked for in."""


async def lately(session: AsyncSession, account_id: int, person_id: int) -> Sequence[Outbox]:
    """Return the newest messages to a person on an account that offered choices or were about something."""
    return (
        await session.scalars(
            select(Outbox)
            .join(Notice, Notice.id == Outbox.notice_id)
            .where(Outbox.account_id == account_id, Notice.person_id == person_id, Notice.kind != NoticeKind.ANSWER)
            .order_by(Outbox.id.desc())
            .limit(LATELY)
        )
    ).all()


async def tokens_lately(session: AsyncSession, account_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return {account id: the tokens of what `lately` looks through}."""
    place = func.row_number().over(partition_by=Outbox.account_id, order_by=Outbox.id.desc()).label("place")
    told = select(Outbox.account_id, Outbox.token, place).join(Notice, Notice.id == Outbox.notice_id)
    theirs = told.where(Outbox.account_id.in_(account_ids), Notice.kind != NoticeKind.ANSWER).subquery()
    found: dict[int, list[str]] = {}
    for account, token in await session.execute(
        select(theirs.c.account_id, theirs.c.token).where(theirs.c.place <= LATELY)
    ):
        found.setdefault(account, []).append(token)
    return found


async def offers(session: AsyncSession, account_id: int, person_id: int, since: datetime) -> Sequence[Outbox]:
    """Return the newest messages to a person on an account that offer something, none before `since` (plan time)."""
    theirs = Outbox.account_id == account_id, Notice.person_id == person_id, Outbox.said_at >= since
    query = select(Outbox).join(Notice, Notice.id == Outbox.notice_id).where(*theirs)
    found = await session.scalars(query.order_by(Outbox.id.desc()).limit(LATELY))
    return [each for each in found if each.choices]


async def pushed(session: AsyncSession, account_id: int, person_id: int, since: datetime) -> Sequence[Outbox]:
    """Return those of these that nobody's own act brought about."""
    return [each for each in await lately(session, account_id, person_id) if each.choices and each.said_at >= since]


async def claimed_chats(session: AsyncSession, bot_id: int) -> Sequence[str]:
    """Return where the messages go that are claimed, one each."""
    query = select(Account.external_id).join(Outbox, Outbox.account_id == Account.id)
    return (await session.scalars(query.where(Outbox.bot_id == bot_id, Outbox.state == Out.SENDING))).all()


async def reopen_claims(session: AsyncSession, bot_id: int, held: Sequence[str] = ()) -> int:
    """Send again what was claimed by nobody who lives, all but `held` claims (it may repeat, it is never lost).

    Return how many that were.
    """
    result = await session.execute(
        update(Outbox)
        .where(Outbox.bot_id == bot_id, Outbox.state == Out.SENDING, Outbox.claim.not_in(held))
        .values(state=Out.DUE, claim="")
        .returning(Outbox.id)
    )
    return len(result.all())


async def hasten(session: AsyncSession, bot_id: int, now: datetime) -> None:
    """Let what waits longer and longer for a platform that failed go now (machine time): it works again."""
    failed = Outbox.error.in_([FAILING, UNKNOWN])
    waiting = update(Outbox).where(Outbox.bot_id == bot_id, Outbox.state == Out.DUE, Outbox.not_before > now, failed)
    await session.execute(waiting.values(not_before=now))


async def cancel(session: AsyncSession, notice_ids: Sequence[int]) -> None:
    """Take back what has not been sent yet."""
    await session.execute(
        update(Outbox).where(Outbox.notice_id.in_(notice_ids), Outbox.state == Out.DUE).values(state=Out.CANCELLED)
    )


async def cancel_pushes(session: AsyncSession, person_id: int, kinds: Sequence[str]) -> None:
    """Take back what a person has not been sent yet of these kinds."""
    theirs = select(Notice.id).where(Notice.person_id == person_id, Notice.kind.in_(kinds))
    await session.execute(
        update(Outbox).where(Outbox.notice_id.in_(theirs), Outbox.state == Out.DUE).values(state=Out.CANCELLED)
    )


async def hold_pushes(session: AsyncSession, committee_id: int, kinds: Sequence[str], until: datetime) -> None:
    """Keep what a committee's people have not been sent yet of these kinds back until `until` (machine time)."""
    theirs = select(Notice.id).where(Notice.committee_id == committee_id, Notice.kind.in_(kinds))
    waiting = update(Outbox).where(Outbox.notice_id.in_(theirs), Outbox.state == Out.DUE)
    await session.execute(waiting.values(not_before=until))


async def release_pushes(
    session: AsyncSession,
    committee_id: int,
    kinds: Sequence[str],
    said_since: datetime,
    now: datetime,
    held_until: datetime,
) -> None:
    """Let what was kept back go (machine time `now`), but take back what was said before `said_since` (plan time).

    What is held for want of quota waits on, until `held_until` (machine time).
    """
    theirs = select(Notice.id).where(Notice.committee_id == committee_id, Notice.kind.in_(kinds))
    due = update(Outbox).where(Outbox.notice_id.in_(theirs), Outbox.state == Out.DUE)
    await session.execute(due.where(Outbox.error == HELD).values(not_before=held_until))
    waiting = due.where(Outbox.error != HELD)
    await session.execute(waiting.where(Outbox.said_at < said_since).values(state=Out.CANCELLED))
    await session.execute(waiting.where(Outbox.said_at >= said_since).values(not_before=now))


async def stop(session: AsyncSession, accounts: Sequence[Account]) -> None:
    """Send nothing more of what waits for these accounts."""
    bots, ids = {each.bot_id for each in accounts}, [each.id for each in accounts]
    waiting = update(Outbox).where(Outbox.state == Out.DUE, Outbox.bot_id.in_(bots), Outbox.account_id.in_(ids))
    await session.execute(waiting.values(state=Out.CANCELLED))


async def forget_texts(session: AsyncSession, account_ids: Sequence[int]) -> None:
    """Empty all that was said to these accounts; what waits is not sent any more."""
    waiting = update(Outbox).where(Outbox.account_id.in_(account_ids), Outbox.state == Out.DUE)
    await session.execute(waiting.values(state=Out.CANCELLED))
    await session.execute(update(Outbox).where(Outbox.account_id.in_(account_ids)).values(text=""))
    await session.execute(update(Notice).where(Notice.account_id.in_(account_ids)).values(details={}))


RESTORED = "restored"
"""The `error` of a message that waited when a backup was taken: it may have been sent since."""


async def park_waiting(session: AsyncSession) -> int:
    """Send nothing of what waits, for it may have gone out already; return how many that were."""
    waiting = update(Outbox).where(Outbox.state.in_([Out.DUE, Out.SENDING]))
    parked = waiting.values(state=Out.UNKNOWN, claim="", error=RESTORED).returning(Outbox.id)
    return len((await session.scalars(parked)).all())


async def parked_count(session: AsyncSession) -> int:
    """Count what was parked so."""
    query = select(func.count()).where(Outbox.state == Out.UNKNOWN, Outbox.error == RESTORED)
    return await session.scalar(query) or 0
