"""Keeps guessers out: ten wrong codes lock an account, a wave of them stops typed codes. Knows no invitation."""

from datetime import datetime, timedelta

from handlers.turn import Turn
from messages.types import Choice
from models import wrong_code

MOST = 10  # wrong codes of one account: nobody mistypes eight digits more often
DIGITS = 8  # of a code that is typed
LASTS = timedelta(hours=1)
WAVE = 50  # wrong codes an hour over all accounts: 10^8 codes, so guessing needs far more, mistakes far fewer
STOPPED = "typed_codes_stopped"  # a fact of the committee: since when (machine time)


async def refused(turn: Turn, secret: str) -> bool:
    """Say whether no code is looked at now, right or wrong, and tell so."""
    until = turn.account.locked_until
    if until and until > turn.machine:
        await turn.say("lockout.locked", until=until)
    elif secret.isdigit() and turn.committee.facts.get(STOPPED):
        await turn.say("lockout.stopped")
    else:
        return False
    return True


async def wrong(turn: Turn, digits: int = DIGITS) -> None:
    """Count a wrong code and say what can be done; one of fewer or more `digits` is a slip, no guess."""
    turn.account.wrong_codes += 1
    if digits == DIGITS:
        await wrong_code.add(turn.session, turn.committee.id, turn.account.id, turn.machine)
        await _watch(turn)
    if turn.account.wrong_codes < MOST:
        await turn.say("lockout.wrong", digits=digits, wanted=DIGITS)
        return
    turn.account.wrong_codes, turn.account.locked_until = 0, turn.machine + LASTS
    turn.note("account.locked", f"account:{turn.account.id}", turn.person)
    await turn.say("lockout.locked", until=turn.account.locked_until)


async def _watch(turn: Turn) -> None:
    came = await wrong_code.count(turn.session, turn.committee.id, turn.machine - LASTS)
    if came < WAVE or turn.committee.facts.get(STOPPED):
        return
    _set(turn, turn.machine)
    turn.note("codes.stopped", f"committee:{turn.committee.id}", count=came)
    await turn.tell_office("lockout.wave", choices=[[Choice("lockout.reopen")]], came=came)


async def reopen(turn: Turn) -> None:
    """Let typed codes in again, by the office's word."""
    if turn.committee.facts.get(STOPPED):
        _set(turn, None)
        await wrong_code.forget(turn.session, turn.committee.id)
        turn.note("codes.reopened", f"committee:{turn.committee.id}", turn.me)
    await turn.say("lockout.reopened")


def _set(turn: Turn, since: datetime | None) -> None:
    turn.committee.facts = {**turn.committee.facts, STOPPED: since.isoformat() if since else ""}
