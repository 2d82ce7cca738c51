"""The other account: a code asked for with /kenh is typed here, read back, agreed to and only then used up."""

import handlers
from handlers import rooms
from handlers.everyone import unknown
from handlers.turn import Turn
from messages.reading import codes, steps
from messages.types import Choice
from models import account as accounts
from models import link_code, outbox
from models import role as roles
from models.account import Account
from models.base import one
from models.bot import Bot
from models.link_code import LinkCode
from models.person import Person


async def enter(turn: Turn, secret: str) -> bool:
    """Hear a code that opens no invitation; say whether it was one of these, and meant for this account.

    Whose account this is already has no use for somebody else's: to them it is a wrong code.
    """
    found = await link_code.by_code(turn.session, turn.committee.id, secret, turn.key, turn.machine)
    if found is None or (turn.person and turn.person.id != found.person_id):
        return False
    if turn.person:
        await turn.say("linking.here")
    else:
        await _read_back(turn, found)
    return True


async def _read_back(turn: Turn, found: LinkCode) -> None:
    about = {"link": found.id}
    turn.expect("linking.answer", **about)
    who = await one(turn.session, Person, found.person_id)
    menu = [[Choice("linking.agree", about)], [Choice("linking.not_me", about)]]
    await turn.say("linking.consent", choices=menu, name=who.name)


async def answer(turn: Turn) -> None:
    """Hear words where a button was expected: another code, a yes, or the question once more."""
    if code := codes.read_code(turn.incoming.text):
        await handlers.CODE(turn, code)
    elif steps.agrees(turn.incoming.text):
        await agree(turn, int(turn.conversation.subject["link"]))
    elif found := await _still_open(turn, int(turn.conversation.subject["link"])):
        await _read_back(turn, found)
    else:
        await _gone(turn)


async def _still_open(turn: Turn, link_id: int) -> LinkCode | None:
    found = await turn.session.get(LinkCode, link_id)
    ours = found is not None and found.committee_id == turn.committee.id
    return found if found and ours and found.expires_at > turn.machine else None


async def _gone(turn: Turn) -> None:
    turn.expect_nothing()
    await turn.say("linking.gone")


async def agree(turn: Turn, link: int) -> None:
    """Use the code up; this account is its person's from now on."""
    if turn.person is not None:
        await unknown.old_button(turn)
        return
    found = await _still_open(turn, link)
    if found is None:
        await _gone(turn)
        return
    if await rooms.is_full(turn):
        await turn.say("start.full", other=await rooms.other(turn), member=False)
        return
    who, asked_at = await one(turn.session, Person, found.person_id), found.account_id
    if who.left_at is None and await link_code.use(turn.session, link, turn.machine):
        await _link(turn, who, asked_at)
    else:
        await _gone(turn)


async def _link(turn: Turn, who: Person, asked_at: int) -> None:
    turn.account.person_id, turn.account.wrong_codes = who.id, 0
    turn.person, turn.roles = who, await roles.of_person(turn.session, who.id)
    turn.expect_nothing()
    await turn.session.flush()
    await accounts.roles_changed(turn.session, who.id)
    turn.note("account.linked", f"account:{turn.account.id}", who)
    pushed = (await accounts.of_person(turn.session, who.id))[0]
    prefer = [[Choice("channels.prefer", {"account": turn.account.id, "name": ""}, "linking.prefer")]]
    menu = prefer if pushed.id != turn.account.id else []
    await turn.say("linking.linked", choices=menu, name=who.name, pushed=await _channel(turn, pushed))
    await _tell_asker(turn, who, asked_at)


async def _tell_asker(turn: Turn, who: Person, account_id: int) -> None:
    """Say it where the code was asked for: whoever took the account in by a code that was passed on is found out."""
    asked = await one(turn.session, Account, account_id)
    if asked.person_id == who.id:
        drop = [[Choice("channels.drop", {"account": turn.account.id, "name": ""}, "linking.drop")]]
        channel = await _channel(turn, turn.account)
        await turn.say_to(asked, "linking.elsewhere", choices=drop, to=who, channel=channel)


async def _channel(turn: Turn, account: Account) -> str:
    return (await one(turn.session, Bot, account.bot_id)).channel


async def not_me(turn: Turn, link: int) -> None:
    """Hear that a code reached somebody else: it ends at once, and who asked for it learns of it."""
    found = await _still_open(turn, link)
    if turn.person is not None or found is None:
        await unknown.old_button(turn)
        return
    asked, who = await one(turn.session, Account, found.account_id), await one(turn.session, Person, found.person_id)
    await link_code.use(turn.session, link, turn.machine)
    turn.expect_nothing()
    await outbox.forget_texts(turn.session, [turn.account.id])
    turn.note("account.not_linked", f"account:{turn.account.id}")
    await turn.say("linking.not_me")
    if asked.person_id == who.id:
        await turn.say_to(asked, "linking.not_me_asker", to=who)
