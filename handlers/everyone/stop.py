"""Leaving the pushes: at once and without a reason; then what to keep. The duty stays with the branch."""

import re
from typing import Any

from handlers import posts
from handlers.everyone import start
from handlers.turn import Turn
from messages.reading import fold
from messages.types import Choice
from models import consent, notice, outbox
from models.consent import Purpose
from models.notice import NoticeKind
from models.role import RoleKind

WORDS = ("hủy đăng ký nhận tin", "hủy đăng ký", "hủy nhận tin", "dừng nhận tin", "dừng nhận", "thôi nhận tin", "stop")
"""What ends pushes wherever the conversation is, said alone; "đúng, nhận tin" is a yes."""
_ALONE = fold.Lexicon((each, True) for each in WORDS)
_SAID = re.compile(
    r"(?:(?:da|xin|thoi|toi|minh|em|chau|de nghi) )*"
    r"(?:khong (?:muon|can) nhan(?: cac| nhung)? (?:tin|tin nhan|tin nhac)(?: nay)?(?: nua)?"
    r"|(?:khong nhan|khong gui|dung gui|dung nhan|ngung gui)(?: cac)? (?:tin|tin nhan|tin nhac)(?: cho toi)? nua)"
    r"(?: a| nhe| nha)*"
)
"""The same in a sentence of one's own. "Không nhận tin" alone may be a complaint that none arrives."""
_MEANT = re.compile(
    r"(?:(?:da|vang|xin|thoi|cho|toi|minh|em|chau|tui|muon|phep|lam on|phien qua|thoi thi)[ ,]+)*"
    r"(?:ngung(?: lai)?|(?:(?<=muon )|(?<=xin )|(?<=toi )|(?<=em ))(?:thoi|nghi|dung)|thoi nhan|nghi nhan"
    r"|rut|rut lui|rut ten|rut khoi|ra khoi|thoat|khong tham gia|khong theo doi)"
    r"(?: (?:nhan|khoi|ra|day|do|danh sach|nhom|tin|tin nhan|nay|nua|a|nhe|nha|di|luon|roi))*"
)
"""What means the same from who only reads and is asked nothing. "Dung" without its mark may be a yes."""
PUSHES = tuple(kind for kind in NoticeKind if kind not in (NoticeKind.ANSWER, NoticeKind.ITEM))
REMINDED = frozenset(RoleKind) - {RoleKind.MEMBER, RoleKind.EDITORIAL, RoleKind.LEADER}
"""Roles that get more pushes than excerpts."""
DUTIES = frozenset({RoleKind.SECRETARY, RoleKind.DEPUTY, RoleKind.DRAFTER})


def is_asked(text: str) -> bool:
    """Say whether a whole message asks for an end of pushes."""
    said = fold.fold(text).lower.strip(" .,!")
    return _ALONE.get(said) or _SAID.fullmatch(fold.unmarked(said)) is not None


def is_meant(text: str) -> bool:
    """Say whether a whole message of who only reads is of an end: "dừng", "tôi muốn thôi", "cho tôi rút khỏi"."""
    said = fold.fold(text).lower.strip(" .,!?").replace("dừng", "ngừng")
    return _MEANT.fullmatch(fold.unmarked(said)) is not None


async def command(turn: Turn, rest: str) -> None:
    """/stop, the words, or the button: end all pushes, then ask what to keep."""
    if turn.person is None:
        return
    wrote = (turn.me.pushes, turn.me.excerpts)
    await _switch(turn, pushes=False, excerpts=False)
    await outbox.cancel_pushes(turn.session, turn.me.id, PUSHES)
    await turn.say("stop.stopped", choices=_keep(turn), duty=turn.holds(DUTIES), was_on=any(wrote))
    if wrote[0]:
        await _tell_office(turn, "stop.stopped_office")


async def all_pushes(turn: Turn) -> None:
    """The button "Dừng nhận"."""
    await command(turn, "")


def _keep(turn: Turn) -> list[list[Choice]]:
    excerpts = Choice("stop.keep", {"what": "excerpts"}, "stop.keep_excerpts")
    nothing = Choice("stop.keep", {"what": ""}, "stop.keep_nothing")
    if turn.holds(REMINDED):
        return [[Choice("stop.keep", {"what": "reminders"}, "stop.keep_reminders"), excerpts], [nothing]]
    return [[excerpts, nothing]]


async def keep(turn: Turn, what: str) -> None:
    """Keep reminders, excerpts or nothing."""
    if turn.person is None:
        return
    reminders = what == "reminders" and turn.holds(REMINDED)
    await _switch(turn, pushes=reminders, excerpts=what == "excerpts")
    if reminders:
        await _resumed_office(turn)
    await turn.say("stop.kept", what=what)


async def resume(turn: Turn, rest: str) -> None:
    """/batlai: reminders again at once, excerpts by their own yes."""
    if turn.person is None:
        return
    await _switch(turn, pushes=True, excerpts=turn.me.excerpts)
    await _resumed_office(turn)
    await turn.say("stop.resumed", reminded=turn.holds(REMINDED))
    if not turn.me.excerpts:
        await start.ask_excerpts(turn, thanks=False)


async def _switch(turn: Turn, *, pushes: bool, excerpts: bool) -> None:
    """Set what is pushed, keeping each change as said."""
    who = turn.me
    for purpose, before, after in ((Purpose.CONTACT, who.pushes, pushes), (Purpose.EXCERPTS, who.excerpts, excerpts)):
        if before != after:
            consent.say(turn.session, who.id, purpose, after, turn.now)
            turn.note(f"consent.{purpose}", f"person:{who.id}", who, given=after)
    who.pushes, who.excerpts = pushes, excerpts


async def _tell_office(turn: Turn, template: str) -> None:
    """Let the office know whose branch is no longer reminded through this person."""
    if not turn.holds(DUTIES):
        return
    duties = await _duties(turn)
    batch = f"stop:{turn.me.id}"
    await turn.tell_office(template, but=turn.me, batch=batch, name=turn.me.name, posts=duties)


async def _resumed_office(turn: Turn) -> None:
    """Put right what the office was told of an end of pushes; say it once."""
    told = await notice.of_batch(turn.session, f"stop:{turn.me.id}")
    duties = await _duties(turn)
    for each in told:
        message = await turn.message_of(each.id)
        if message is not None and duties:
            await turn.replace(message, "stop.resumed_office", anew=True, name=turn.me.name, posts=duties)
            each.batch = ""  # a later stop is news again


async def _duties(turn: Turn) -> list[dict[str, Any]]:
    return await posts.held(turn, [each for each in turn.roles if each.kind in DUTIES])
