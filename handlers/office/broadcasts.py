"""/thongbao: the office tells many at once. Written, seen as it will arrive, counted, then sent; figures afterwards."""

from collections.abc import Sequence
from typing import Any

from handlers import budget
from handlers.branch import files
from handlers.everyone import unknown
from handlers.office import audience, spreading
from handlers.push import Push
from handlers.rules import windows
from handlers.rules.quota import Size
from handlers.shape import SaidFile
from handlers.turn import Turn
from messages.types import Choice, Heard, Rows
from models import broadcast as stored
from models import push
from models.attachment import Attachment
from models.broadcast import Broadcast, BroadcastState
from models.role import RoleKind

SHORTEST, LONGEST = 5, 3000
RECENT = 4
EVERYBODY = 100_000  # people whose cost is counted at most
SHORT = 30  # letters of what a broadcast is called
FIRST = (RoleKind.SECRETARY, RoleKind.DEPUTY)


async def command(turn: Turn, rest: str = "") -> None:
    """/thongbao, /broadcast: the latest with their figures, and a new one."""
    turn.expect_nothing()
    found = await stored.recent(turn.session, turn.committee.id, RECENT)
    menu = [[Choice("broadcasts.figures", {"broadcast": each.id, "text": _short(each.text)})] for each in found]
    lines = [
        {"at": turn.local(each.ordered_at or each.made_at), "text": _short(each.text), "people": each.people}
        for each in found
    ]
    await turn.say("broadcasts.list", choices=[[Choice("broadcasts.begin")], *menu], lines=lines)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SHORT else words[:SHORT].rsplit(" ", 1)[0] + "…"


async def begin(turn: Turn) -> None:
    """[Soạn thông báo]: its words, or a file with them."""
    made = Broadcast(
        committee_id=turn.committee.id,
        roles=list(FIRST),
        units=[],
        by_id=turn.me.id,
        state=BroadcastState.DRAFT,
        made_at=turn.now,
    )
    turn.session.add(made)
    await turn.session.flush()
    await _ask_text(turn, made)


async def _ask_text(turn: Turn, found: Broadcast) -> None:
    turn.expect("broadcasts.text", broadcast=found.id)
    menu = [[Choice("audience.show", {"broadcast": found.id})]]
    await turn.say("broadcasts.text", choices=menu, **await audience.values(turn, found))


async def rewrite(turn: Turn, broadcast: int) -> None:
    """[Sửa nội dung]."""
    if found := await audience.draft(turn, broadcast):
        await _ask_text(turn, found)


async def text(turn: Turn) -> None:
    """What was typed, or the file with its caption."""
    found = await audience.draft(turn, int(turn.conversation.subject["broadcast"]))
    if found is None:
        return
    words = turn.incoming.text.strip()
    if not SHORTEST <= len(words) <= LONGEST:
        await turn.say("broadcasts.text_wrong")
    elif turn.incoming.kind is Heard.FILE and (why := await files.refused(turn)):
        await turn.say("upload.refused", why=why)
    else:
        kept = await files.keep(turn, None) if turn.incoming.kind is Heard.FILE else None
        found.text, found.attachment_id = words, kept.id if kept else None
        turn.expect_nothing()
        await _preview(turn, found)


async def preview(turn: Turn, broadcast: int) -> None:
    """[Xem trước]: as it will arrive, who gets it and who cannot be reached."""
    found = await audience.draft(turn, broadcast)
    if found and found.text:
        turn.expect_nothing()
        await _preview(turn, found)
    elif found:
        await _ask_text(turn, found)


async def _preview(turn: Turn, found: Broadcast) -> None:
    file = await turn.session.get(Attachment, found.attachment_id) if found.attachment_id else None
    about = {"broadcast": found.id}
    if file and not file.path:
        await turn.say("broadcasts.fetching", name=file.name, choices=[[Choice("broadcasts.preview", about)]])
        return
    push = await spreading.pushed(turn, found, turn.me)
    await turn.say("broadcast.message", file=SaidFile(file.id, file.kind) if file else None, **push.values)
    people, silent, lost = await stored.counts(turn.session, found)
    at, live = await spreading.opening(turn), await turn.pushing()
    await turn.say(
        "broadcasts.preview",
        choices=_menu(turn, found, sending=bool(people) and live, late=at > turn.now),
        people=people,
        silent=silent,
        lost=lost,
        at=at,
        late=at > turn.now,
        live=live,
        costs=await budget.cost(turn, await stored.recipients(turn.session, found, 0, EVERYBODY), _size(turn, push)),
        **await audience.values(turn, found),
    )


def _size(turn: Turn, said: Push) -> Size:
    """Return what it takes with what is said around the office's words, and with its file."""
    return budget.size(turn, turn.words(said.template, plain=True, **said.values), said.file)


def _menu(turn: Turn, found: Broadcast, *, sending: bool, late: bool) -> Rows:
    about = {"broadcast": found.id}
    send = [Choice("broadcasts.send", {**about, "at_once": False}, "broadcasts.later" if late else "broadcasts.send")]
    if late and not windows.is_quiet(turn.clock_time):
        send.append(Choice("broadcasts.send", {**about, "at_once": True}, "broadcasts.now"))
    change = [Choice("broadcasts.rewrite", about), Choice("audience.show", about)]
    return [*([send] if sending else []), change, [Choice("broadcasts.drop", about)]]


async def send(turn: Turn, broadcast: int, at_once: bool = False) -> None:
    """[Gửi]: once, however often it is pressed."""
    found = await audience.draft(turn, broadcast)
    if found is None:
        return
    if not found.text or not await turn.pushing():
        await preview(turn, broadcast)
        return
    found.at_once = at_once and not windows.is_quiet(turn.clock_time)
    at = await spreading.begin(turn, found, turn.me)
    menu = [[Choice("broadcasts.figures", {"broadcast": found.id, "text": ""}, "broadcasts.see")]]
    size = _size(turn, await spreading.pushed(turn, found, turn.me))
    held, until = await budget.held_back(turn, await stored.recipients(turn.session, found, 0, EVERYBODY), size)
    about = {"people": found.people, "at": at, "late": at > turn.now, "held": held, "until": until}
    await turn.say("broadcasts.sent", choices=menu, **about)
    if found.people:
        said = {"by": turn.me.name, "people": found.people, "text": _short(found.text)}
        await turn.tell_office("broadcasts.others", but=turn.me, **said)


async def drop(turn: Turn, broadcast: int) -> None:
    """[Thôi]."""
    if found := await audience.draft(turn, broadcast):
        found.state = BroadcastState.DROPPED
        turn.expect_nothing()
        await turn.say("broadcasts.dropped")


async def figures(turn: Turn, broadcast: int, text: str = "") -> None:
    """How many got it: arrived, on its way, unsure, not arrived, stopped."""
    found = await turn.session.get(Broadcast, broadcast)
    if found is None or found.committee_id != turn.committee.id or found.ordered_at is None:
        await unknown.old_button(turn)
        return
    now = await stored.delivery(turn.session, found.batch)
    going = await push.of_batch(turn.session, found.batch)
    halted = found.state == BroadcastState.SENT and going is not None and going.stopped_at is not None
    unwritten = max(found.people - now.all, 0) if halted else 0  # whose part was not even begun
    waiting = max(found.people - now.all, 0) + now.waiting if found.state == BroadcastState.PLANNED else now.waiting
    menu = [[Choice("broadcasts.figures", {"broadcast": found.id, "text": ""}, "broadcasts.again")]] if waiting else []
    await turn.say(
        "broadcasts.figures",
        choices=menu,
        text=_short(found.text),
        at=found.ordered_at,
        people=found.people,
        sent=now.sent,
        parked=now.parked,
        failed=now.failed,
        stopped=now.stopped + unwritten,
        waiting=waiting,
        **_replies(await stored.replies(turn.session, found)),
    )


def _replies(counted: Sequence[int]) -> dict[str, Any]:
    return {"replies": counted[0], "open": counted[1]}
