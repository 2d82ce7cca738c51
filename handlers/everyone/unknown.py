"""What cannot be handled otherwise: a clear sentence, what to do, nothing lost. Decides nothing else."""

from datetime import timedelta

from handlers import posts
from handlers.routes import WRITERS
from handlers.turn import Moment, Turn
from messages.types import Choice, Heard
from models import role
from models.account import Account
from models.person import Person
from models.role import RoleKind

DAY = timedelta(days=1)
NOT_UNDERSTOOD = frozenset(
    {"reply.member", "reply.office", "spelled.unknown_code", "unknown.command", "unknown.unreadable", "unknown.voice"}
)
"""What is said, without any choice, to words or things that could not be made out."""


async def nothing(turn: Turn) -> None:
    """A button that only closes its message."""
    await turn.say("unknown.closed")


async def command(turn: Turn) -> None:
    """A command nobody knows."""
    await turn.say("unknown.command")


async def not_yours(turn: Turn) -> None:
    """A command or button for other roles."""
    if turn.person is not None:
        await turn.say("unknown.not_yours")


async def old_button(turn: Turn) -> None:
    """A button that no longer means anything, or that is not theirs."""
    if turn.person is not None:
        await turn.say("unknown.old_button")


async def unreadable(turn: Turn) -> None:
    """A voice note, sticker, contact and the like."""
    if turn.incoming.kind is Heard.VOICE:
        reports = turn.holds(WRITERS)
        await turn.say("unknown.voice", choices=[[Choice("answer.call")]] if reports else (), reports=reports)
    else:
        place = await turn.without_files(turn.account.bot_id)
        await turn.say("unknown.unreadable", sticker=turn.incoming.kind is Heard.STICKER, place=place)


async def group(turn: Turn) -> None:
    """Added to a group, or spoken to in one: one line a day, nothing else."""
    greeted = turn.account.greeted_at
    if greeted is None or turn.machine - greeted >= DAY:
        turn.account.greeted_at = turn.machine
        await turn.say("unknown.group")


async def secret(turn: Turn) -> None:
    """Something marked secret: not kept, not echoed; the office learns only that it happened."""
    turn.note("secret.refused", f"account:{turn.account.id}", turn.person)
    await turn.say("unknown.secret")
    if turn.person is not None:
        await tell_secret(turn, turn.person)


async def tell_secret(moment: Moment, who: Person) -> None:
    """Let the rest of the office know that somebody's message was marked secret: their post and when, no word of it."""
    held = await role.of_person(moment.session, who.id)
    post = await posts.post(moment, held[0].kind, held[0].unit_id) if held else {"role": "", "branch": ""}
    if not any(each.kind == RoleKind.OFFICE for each in held):
        await moment.tell_office("unknown.secret_office", at=moment.now, **post)


async def refuse_file(moment: Moment, account: Account, who: Person, why: str, template: str) -> None:
    """Say why a file is not kept in the words of `template`; a marked one as any marked message, and to the office."""
    moment.note(f"file.refused_{why}", f"person:{who.id}", who)
    if why == "secret":
        await moment.say_to(account, "unknown.secret")
        await tell_secret(moment, who)
    else:
        await moment.say_to(account, template, why=why)


async def set_aside(moment: Moment, account: Account) -> None:
    """A message that could not be handled after several tries: person and office are told."""
    await moment.say_to(account, "unknown.set_aside")
    if account.person_id is not None:
        await moment.tell_office("unknown.set_aside_office")
