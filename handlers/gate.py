"""The one gate before any handler, and the way from what was heard to who handles it. Default deny."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import handlers
from handlers import spelled
from handlers.branch import back
from handlers.everyone import start, stop, unknown
from handlers.routes import OFFICE
from handlers.rules import permissions
from handlers.turn import Turn
from messages.reading import choices, codes, secrecy, steps
from messages.types import Choice, Heard
from models import notice, outbox
from models.base import find
from models.notice import NoticeKind
from models.outbox import Outbox

FORMS = frozenset({"record.answer", "report.answer"})
"""Forms: left open by whatever comes between."""
STEPS = frozenset({"record.act", "record.choose", "report.act", "report.choose", "report.stands"})
"""Actions of a form's steps: an earlier step's choice is none for the present one."""
NOT_SHOWN = (spelled.BEYOND, spelled.ALONE)
JOINING = ("start.", "linking.")
"""How the actions are called that are for accounts nobody knows yet; who was erased has old buttons of others, too."""


def allowed(turn: Turn, who: frozenset[str]) -> bool:
    """Say whether this person may: strangers only what is for anyone."""
    return permissions.may({each.kind for each in turn.roles} if turn.person else None, who)


async def hear(turn: Turn) -> None:
    """Handle one Incoming; who could not be reached until now is told what they missed."""
    await _hear(turn)
    if turn.account.lost_at and turn.account.reachable:
        await back.heal(turn)


async def _hear(turn: Turn) -> None:
    kind = turn.incoming.kind
    if kind is Heard.GROUP:
        await unknown.group(turn)
    elif not turn.incoming.private:
        return
    elif kind is Heard.BLOCKED:
        back.lose(turn)
    elif kind is Heard.UNBLOCKED:
        turn.account.reachable = True
    elif _secret(turn):
        await unknown.secret(turn)
    elif kind is Heard.CHOICE:
        await _pressed(turn)
    elif turn.person is None:
        await _stranger(turn)
    else:
        await _known(turn)


def _secret(turn: Turn) -> bool:
    upload = turn.incoming.upload
    named = upload is not None and (upload.refused == "secret" or secrecy.filename_marked_secret(upload.name))
    return named or secrecy.is_marked_secret(turn.incoming.text)


async def _stranger(turn: Turn) -> None:
    is_text = turn.incoming.kind is Heard.TEXT
    if is_text and not choices.command_of(turn.incoming.text) and (typed := await _typed_choice(turn)):
        await _take(turn, typed)
    elif is_text and (expected := _expected(turn)):
        await expected(turn)
    else:
        await handlers.STRANGER(turn)


async def _known(turn: Turn) -> None:
    kind = turn.incoming.kind
    await _expire(turn)
    if kind is Heard.TEXT:
        await _said(turn)
    elif kind is Heard.FILE:
        await _sent_file(turn)
    elif kind is Heard.EDITED:
        if not (allowed(turn, OFFICE) and await handlers.REREAD(turn)):
            await handlers.EDITED(turn)
    else:
        await unknown.unreadable(turn)


async def _sent_file(turn: Turn) -> None:
    if expected := _expected(turn):
        await expected(turn)
    elif not (turn.incoming.text and allowed(turn, OFFICE) and await handlers.PASTED(turn)):
        await handlers.FILE(turn)


async def _said(turn: Turn) -> None:
    """Find who a plain text is for: a command, a button's words, a reminder, the open question, or free words."""
    if not turn.manners_here.quotes and await _coded(turn):
        return
    if command := choices.command_of(turn.incoming.text):
        await _command(turn, *command)
    elif stop.is_asked(turn.incoming.text):
        await stop.command(turn, "")
    elif await _chose(turn):
        return
    elif code := _code(turn):
        await start.enter(turn, code)
    elif await _meant_else(turn):
        return
    elif not _answers(turn) and await about_reminder(turn):
        await handlers.WORDS(turn)
    elif not _with_code(turn) and (expected := _expected(turn)):
        await expected(turn)
    elif not (allowed(turn, OFFICE) and await handlers.PASTED(turn)):
        await handlers.WORDS(turn)


def _with_code(turn: Turn) -> bool:
    """Say whether these words carried the code of a message: they are for that one, not for the open question."""
    return bool(turn.incoming.reply_to) and not turn.manners_here.quotes


async def _command(turn: Turn, name: str, rest: str) -> None:
    route = handlers.COMMAND_NAMED.get(name)
    if route is None:
        await unknown.command(turn)
    elif not allowed(turn, route.who):
        await unknown.not_yours(turn)
    else:
        if name not in handlers.COMMANDS["leave"].names:
            _leave(turn)
        turn.commanded = True
        await route.act(turn, rest)


def _leave(turn: Turn) -> None:
    """Leave a question that loses nothing by it, where what is typed next would be taken for its answer."""
    if turn.conversation.expects in spelled.LIGHT and not turn.manners_here.buttons:
        turn.expect_nothing()


async def _expire(turn: Turn) -> None:
    """Leave a question to pick something a day after anything was answered here: what is typed now is new."""
    if turn.conversation.expects in spelled.PICKS:
        last = await notice.last_answer(turn.session, turn.account.id)
        if last is not None and turn.now - last >= spelled.FRESH:
            turn.expect_nothing()


def _expected(turn: Turn):  # type: ignore[no-untyped-def]  # the act of an Expect, or None
    route = handlers.EXPECTS.get(turn.conversation.expects)
    return route.act if route and allowed(turn, route.who) else None


def _answers(turn: Turn) -> bool:
    """Say whether this answers what is asked though a reminder came in between: a mere number, which that does not
    ask for, or a yes or no where one is wanted.
    """
    asked, text = turn.conversation.expects, turn.incoming.text
    if not asked or turn.incoming.reply_to:
        return False
    return text.strip().isdecimal() or (asked == start.WANTED and steps.step_of(text) in ("yes", "no"))


def _code(turn: Turn) -> str | None:
    """Return the code somebody known typed alone, in the middle of nothing that would be lost."""
    asked = turn.conversation.expects
    free = (not asked or asked == start.WANTED) and not turn.incoming.reply_to
    return codes.read_code(turn.incoming.text) if free else None


async def about_reminder(turn: Turn) -> bool:
    """Say whether this text answers a reminder: by the platform's reply, or because nothing was said since."""
    if turn.incoming.reply_to:
        message = await outbox.by_platform_id(turn.session, turn.account.id, turn.incoming.reply_to)
        about = await turn.session.get(notice.Notice, message.notice_id) if message else None
        return about is not None and (bool(about.obligations) or about.kind == NoticeKind.BROADCAST)
    last = await notice.last_kind(turn.session, turn.account.id)
    return last in (NoticeKind.REMINDER, NoticeKind.URGE)


async def _typed_choice(turn: Turn) -> Choice | None:
    """Return the choice whose words were typed out (without buttons: its number), if its message is the last."""
    menu = await turn.menu()
    if menu is None or turn.incoming.reply_to:
        return None
    if spelled.is_number(turn.incoming.text) and turn.manners_here.buttons:
        return None
    return spelled.chosen(menu, turn.incoming.text)


async def _chose(turn: Turn) -> bool:
    """Take what was typed for a choice last offered; say whether it was one, or a number beyond them."""
    if typed := await _typed_choice(turn):
        await _take(turn, typed)
    elif numbers := await _beyond(turn):
        await (_beside_one(turn, numbers[0]) if len(numbers) == 1 else turn.say(spelled.BEYOND, numbers=numbers))
    else:
        return False
    return True


async def _beside_one(turn: Turn, number: int) -> None:
    """A number other than the lone choice's: it is asked whether that of an earlier message is meant, if one has it."""
    since, meant = turn.now - spelled.FRESH, spelled.number_of(turn.incoming.text) or 0
    earlier = await outbox.offers(turn.session, turn.account.id, turn.me.id, since) if turn.person else ()
    if found := spelled.with_number((each for each in earlier if not _is_step(each)), meant):
        message, choice = found
        await _ask_old(turn, choice, message.said_at)
    else:
        label = next(each["label"] for row in await turn.menu() or () for each in row if each.get("number") == number)
        await turn.say(spelled.ALONE, number=number, label=spelled.bare(label))


def _is_step(message: Outbox) -> bool:
    return any(each["action"] in STEPS for row in message.choices for each in row)


async def _ask_old(turn: Turn, choice: Mapping[str, Any], at: datetime | None) -> None:
    again = {name: choice[name] for name in ("label", "action", "values")}
    await turn.say("spelled.old", choices=[[again]], label=choice["label"], at=at)


async def _beyond(turn: Turn) -> list[int]:
    """Return the numbers last offered where another was typed: it answers nothing, and they stay open.

    Under the doubt of a form it is the figure or the day put right.
    """
    if turn.manners_here.buttons or turn.incoming.reply_to or not spelled.is_number(turn.incoming.text):
        return []
    menu = await turn.menu()
    if menu is None or (turn.conversation.expects in FORMS and spelled.is_doubt(menu)):
        return []
    return spelled.offered(menu)


async def _earlier_choice(turn: Turn) -> Choice | None:
    """Return the choice of an earlier message whose words were typed in full, where nothing can be pressed.

    Beside an open question only words that a push offers count, in a form those of any message that is no step of one;
    and only where the question asks for no words.
    """
    asked = turn.conversation.expects
    if turn.manners_here.buttons or turn.incoming.reply_to or not spelled.is_telling(turn.incoming.text):
        return None
    if asked and not (asked in spelled.LIGHT or await _among_choices(turn)):
        return None
    find, since = outbox.pushed if asked in spelled.LIGHT else outbox.offers, turn.now - spelled.KNOWN
    found = spelled.in_full(await find(turn.session, turn.account.id, turn.me.id, since), turn.incoming.text)
    return None if found and asked in FORMS and found.action in STEPS else found


async def _meant_else(turn: Turn) -> bool:
    """Do what words stand for that belong to no open question: a choice of an earlier message, or a command."""
    if earlier := await _earlier_choice(turn):
        _leave(turn)
        await act(turn, earlier)
    elif name := _spoken(turn):
        await _command(turn, name, "")
    else:
        return False
    return True


def _spoken(turn: Turn) -> str:
    """Return the command whose words are the whole message, where nothing can be pressed; "" for none of theirs."""
    asked = turn.conversation.expects and turn.conversation.expects not in spelled.LIGHT
    if turn.manners_here.buttons or turn.incoming.reply_to or asked:
        return ""
    name = spelled.command_in(turn.incoming.text)
    return name if name and allowed(turn, handlers.COMMAND_NAMED[name].who) else ""


async def _among_choices(turn: Turn) -> bool:
    """Say whether the form is at a question that is answered by one of several choices."""
    return turn.conversation.expects in FORMS and bool(spelled.offered(await turn.menu() or ()))


async def _take(turn: Turn, typed: Choice) -> None:
    """Do what was typed, but ask first where a mere number comes a day later or after something else; a figure that
    is asked for is that, though a choice is called so.
    """
    offered = await turn.offered_at() if spelled.is_number(turn.incoming.text) else None
    if offered is None or (turn.now - offered < spelled.FRESH and not await _stands_between(turn)):
        await act(turn, typed)
        if typed.action in spelled.CLOSES:
            await turn.close_menu()
    elif typed.label.isdecimal() and turn.conversation.expects in spelled.FIGURES and (expected := _expected(turn)):
        await expected(turn)
    else:
        choice = {"label": typed.label, "action": typed.action, "values": dict(typed.values)}
        await _ask_old(turn, choice, offered)


async def _stands_between(turn: Turn) -> bool:
    """Say whether the last thing said is what a number may belong to: not understood, a list, or a later answer.

    Where that message offers the choice itself, or came in one turn with what does, the number is meant for it.
    """
    last = await notice.last_to(turn.session, turn.account.id)
    offering = await find(turn.session, Outbox, turn.conversation.menu_id or 0)
    if last is None or offering is None or offering.notice_id == last.id or last.template in NOT_SHOWN:
        return False
    later = last.kind == NoticeKind.ANSWER and last.told_at > offering.said_at
    unclear = later or last.template in unknown.NOT_UNDERSTOOD
    return unclear or spelled.is_list(await outbox.words_of(turn.session, last.id))


async def _coded(turn: Turn) -> bool:
    """Take "#A12 …" for an answer to the message with this code; say whether that was all of it."""
    if (written := spelled.read_code(turn.incoming.text)) is None:
        return False
    code, rest = written
    message = spelled.coded(await outbox.lately(turn.session, turn.account.id, turn.me.id), code)
    if message is None or not message.platform_id:
        await turn.say("spelled.unknown_code", code=code)
        return True
    if chosen := spelled.chosen(message.choices, rest):
        await act(turn, chosen)
        return True
    if message.choices and spelled.is_number(rest):
        numbers, labels = spelled.offered(message.choices), spelled.labels(message.choices)
        await turn.say("spelled.beyond_code", code=code, numbers=numbers, labels=labels)
        return True
    turn.incoming = replace(turn.incoming, text=rest, reply_to=message.platform_id)
    return False


async def _pressed(turn: Turn) -> None:
    pressed = await turn.press()
    if pressed is None:
        await unknown.old_button(turn)
    else:
        await act(turn, pressed[1])


async def act(turn: Turn, choice: Choice) -> None:
    """Do what a choice stands for, if this person may."""
    route = handlers.ACTIONS.get(choice.action)
    if route is None:
        await unknown.old_button(turn)
    elif turn.person is None and not choice.action.startswith(JOINING):
        await handlers.STRANGER(turn)
    elif not allowed(turn, route.who):
        await unknown.not_yours(turn)
    else:
        await route.act(turn, **choice.values)
