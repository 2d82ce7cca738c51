"""A branch wishes for a leader as speaker: the office arranges it, answers, and chooses whether the speaker is told."""

from datetime import date
from typing import Any

from handlers.branch import sessions
from handlers.everyone import unknown
from handlers.office import items, requests
from handlers.routes import SENDERS
from handlers.turn import Moment, Turn
from messages.reading import dates
from messages.types import Choice, Heard, Rows, Value
from models import conference as stored
from models import person as people
from models.base import find
from models.conference import Conference, ConferenceState, Leader
from models.item import Item, ItemKind, ItemState
from models.notice import NoticeKind
from models.person import Person
from models.role import RoleKind
from models.unit import Unit

SHORTEST, LONGEST = 3, 120
OFFERED = 6  # leaders who are connected, one button each
ARRANGED, OTHER_DAY, CANNOT = "arranged", "other_day", "not_coming"
"""What came of the wish, as items keep it (words.yaml, "outcome")."""


# The branch's side: called after every change of a session


async def follow(turn: Turn, found: Conference, *, wanted: bool) -> None:
    """Let the office's item say what the branch wishes now; what was arranged for another day or place is void."""
    old = await find(turn.session, Item, found.item_id) if found.item_id else None
    if not wanted or found.state != ConferenceState.ANNOUNCED:
        await _no_more(turn, found, old)
        return
    text = await _wish(turn, found)
    if old and old.text == text and old.asked_for == found.on_day:
        await _taken_up(turn, found, old)
        return
    await _no_more(turn, found, old)
    await _put(turn, found, turn.me)


async def _put(turn: Turn, found: Conference, by: Person | None) -> None:
    branch, text = await turn.session.get_one(Unit, found.unit_id), await _wish(turn, found)
    day = found.on_day
    made = await items.put(turn, ItemKind.LEADER, branch, by=by, text=text, how=found.speaker, asked_for=day)
    found.item_id, found.leader, found.leader_name, found.invited_id = made.id, Leader.ASKED, "", None


async def _wish(turn: Turn, found: Conference) -> str:
    return turn.words("leader.wish", plain=True, session=await sessions.view(turn, found))


async def _no_more(turn: Turn, found: Conference, old: Item | None) -> None:
    if old and old.state == ItemState.OPEN:
        await items.close(turn, old, None, "again")
    elif found.leader == Leader.COMING:
        menu = _tell_menu(found)
        said = {"leader": found.leader_name, "invited": bool(menu), **await sessions.told(turn, found)}
        await turn.tell_office("leader.changed", choices=menu, **said)
    found.leader, found.leader_name, found.item_id, found.invited_id = Leader.NOT_ASKED, "", None, None


def _tell_menu(found: Conference) -> Rows:
    """Return [Báo người truyền đạt] where the speaker was invited here."""
    if found.invited_id is None:
        return []
    told = {"conference": found.id, "person": found.invited_id, "version": found.version}
    return [[Choice("leader.tell_change", told)]]


async def tell_change(turn: Turn, conference: int, person: int, version: int) -> None:
    """[Báo người truyền đạt]: who was invited learns what became of it, once for each change."""
    found, to = await find(turn.session, Conference, conference), await _leader(turn, person)
    if to is None:
        return
    if found is None or found.committee_id != turn.committee.id or found.version != version:
        await turn.say("leader.gone")
        return
    told = await sessions.told(turn, found, names=False)
    key = f"leader_changed:{found.id}:{found.version}:{to.id}"
    sent = await turn.tell(to, "leader.tell_change", kind=NoticeKind.ITEM, dedupe=key, name=to.name, **told)
    if sent:
        turn.note("leader.tell_change", f"conference:{found.id}", turn.me, invited=to.id)
    await turn.say("leader.sent_change", name=to.name)


async def _taken_up(turn: Turn, found: Conference, old: Item) -> None:
    """The branch moved to the very day the office proposed."""
    if old.state == ItemState.CLOSED and found.leader == Leader.ASKED:
        found.leader = Leader.COMING
        menu = [[Choice("leader.whom", {"conference": found.id})]]
        await turn.tell_office("leader.day_taken", choices=menu, **await sessions.told(turn, found))


# The office's answers


async def _of_item(turn: Turn, item_id: int) -> tuple[Item, Conference] | None:
    found = await stored.of_item(turn.session, item_id)
    if found is None or found.committee_id != turn.committee.id:
        await unknown.old_button(turn)
        return None
    taken = await requests.mine(turn, item_id)
    return (taken, found) if taken else None


async def arranged(turn: Turn, item: int) -> None:
    """[Đã mời được]: whom, and at what hour?"""
    if asked := await _of_item(turn, item):
        _, found = asked
        turn.expect("leader.name", item=item)
        same = [[Choice("leader.same", {"item": item})]] if found.speaker_name else []
        await turn.say("leader.ask_name", choices=same, wrong=False, **await sessions.told(turn, found))


async def name(turn: Turn) -> None:
    """Who comes, as the office writes it."""
    asked = await _of_item(turn, int(turn.conversation.subject.get("item") or 0))
    if asked is None:
        turn.expect_nothing()
        return
    words = " ".join(turn.incoming.text.split()) if turn.incoming.kind is Heard.TEXT else ""
    if SHORTEST <= len(words) <= LONGEST:
        turn.expect_nothing()
        await _comes(turn, *asked, words)
    else:
        await turn.say("leader.ask_name", wrong=True, **await sessions.told(turn, asked[1]))


async def same(turn: Turn, item: int) -> None:
    """The one whom the branch named."""
    asked = await _of_item(turn, item)
    if asked and asked[1].speaker_name:
        turn.expect_nothing()
        await _comes(turn, *asked, asked[1].speaker_name)


async def _comes(turn: Turn, wish: Item, found: Conference, who: str) -> None:
    found.leader, found.leader_name = Leader.COMING, who
    turn.note("leader.arranged", f"conference:{found.id}", turn.me)
    await items.close(turn, wish, turn.me, ARRANGED, who)
    told = await sessions.told(turn, found)
    await items.tell_author(turn, wish, "leader.arranged", **told)
    await turn.say("leader.noted", choices=[[Choice("leader.whom", {"conference": found.id})]], **told)


async def other_day(turn: Turn, item: int) -> None:
    """[Ngày khác]: which day would do?"""
    if asked := await _of_item(turn, item):
        turn.expect("leader.day", item=item)
        await turn.say("leader.ask_day", wrong=False, **await sessions.told(turn, asked[1]))


async def day(turn: Turn) -> None:
    """The day proposed, typed: read back before the branch hears of it."""
    number = int(turn.conversation.subject.get("item") or 0)
    asked = await _of_item(turn, number)
    if asked is None:
        turn.expect_nothing()
        return
    text = turn.incoming.text if turn.incoming.kind is Heard.TEXT else ""
    given = dates.read_date(text, today=turn.today, tense="future").date
    told = await sessions.told(turn, asked[1])
    if given is None or given < turn.today or given == asked[1].on_day:
        await turn.say("leader.ask_day", wrong=True, **told)
        return
    turn.expect_nothing()
    menu = [[Choice("leader.propose", {"item": number, "day": given.isoformat()})]]
    menu[0].append(Choice("leader.other_day", {"item": number}, "leader.again"))
    await turn.say("leader.read_day", choices=menu, new_day=given, **told)


async def propose(turn: Turn, item: int, day: str) -> None:
    """[Đúng, báo chi bộ]: the branch moves to that day, or keeps its own without the leader."""
    asked, to = await _of_item(turn, item), date.fromisoformat(day)
    if asked is None:
        return
    if to < turn.today:  # a button of days ago
        await other_day(turn, item)
        return
    wish, found = asked
    wish.asked_for = to
    turn.note("leader.other_day", f"conference:{found.id}", turn.me, on=day)
    await items.close(turn, wish, turn.me, OTHER_DAY)
    told = await sessions.told(turn, found)
    move: dict[str, Value] = {"conference": found.id, "day": day, "version": found.version, "hour": ""}
    choices = [[Choice("conference.moved", move, "leader.move"), Choice("leader.keep_day", {"conference": found.id})]]
    await items.tell_author(turn, wish, "leader.proposed", choices=choices, new_day=to, **told)
    await turn.say("requests.told", branch=told["branch"])


async def keep_day(turn: Turn, conference: int) -> None:
    """[Giữ ngày cũ], by the branch: somebody else speaks."""
    found = await find(turn.session, Conference, conference)
    if found is None or found.unit_id not in {each.id for each in await turn.units(SENDERS)}:
        await unknown.old_button(turn)
        return
    if found.leader == Leader.ASKED and found.state == ConferenceState.ANNOUNCED:
        found.leader = Leader.NOT_COMING
        turn.note("leader.keep_day", f"conference:{found.id}", turn.me)
        await turn.tell_office("leader.day_kept", **await sessions.told(turn, found))
    await turn.say("leader.not_coming", choices=_instead(found), **await sessions.told(turn, found))


async def cannot(turn: Turn, item: int) -> None:
    """[Chưa mời được]."""
    if asked := await _of_item(turn, item):
        wish, found = asked
        found.leader = Leader.NOT_COMING
        turn.note("leader.cannot", f"conference:{found.id}", turn.me)
        await items.close(turn, wish, turn.me, CANNOT)
        told = await sessions.told(turn, found)
        await items.tell_author(turn, wish, "leader.not_coming", choices=_instead(found), **told)
        await turn.say("requests.told", branch=told["branch"])


def _instead(found: Conference) -> Rows:
    values = {"conference": found.id}
    return [[Choice("conference.correct", values, "leader.other_speaker"), Choice("conference.move", values)]]


# The speaker's side: only if the office chooses


async def whom(turn: Turn, conference: int) -> None:
    """[Nhắn người truyền đạt]: which of the leaders who are connected?"""
    found = await _coming(turn, conference)
    if found is None:
        return
    leaders = await people.holding(turn.session, turn.committee.id, [RoleKind.LEADER])
    menu = [
        [Choice("leader.preview", {"conference": conference, "person": each.id, "name": each.name})]
        for each in leaders[:OFFERED]
    ]
    await turn.say("leader.whom", choices=menu, anyone=bool(leaders), **await sessions.told(turn, found))


async def preview(turn: Turn, conference: int, person: int, name: str = "") -> None:
    """The message as it would arrive."""
    found, to = await _coming(turn, conference), await _leader(turn, person)
    if found is None or to is None:
        return
    send = {"conference": conference, "person": to.id, "version": found.version}
    menu = [[Choice("leader.send", send), Choice("unknown.nothing", {}, "leader.leave")]]
    letter = turn.words("leader.invitation", plain=True, **await _letter(turn, found, to, turn.me.name))
    await turn.say("leader.preview", choices=menu, name=to.name, letter=letter)


async def _letter(moment: Moment, found: Conference, to: Person, by: str) -> dict[str, Any]:
    current = await moment.campaign()
    about = {"name": to.name, "by": by, "title": current.title if current else ""}
    return {**about, **await sessions.told(moment, found, names=False)}


async def send(turn: Turn, conference: int, person: int, version: int) -> None:
    """[Gửi]: once; a session changed since is shown anew."""
    found, to = await _coming(turn, conference), await _leader(turn, person)
    if found is None or to is None:
        return
    if found.version != version:
        await preview(turn, conference, person)
        return
    letter = await _letter(turn, found, to, turn.me.name)
    key = f"leader:{found.id}:{found.version}:{to.id}"
    choices = [[Choice("leader.accept", {"conference": found.id}), Choice("leader.decline", {"conference": found.id})]]
    told = await turn.tell(to, "leader.invitation", kind=NoticeKind.ITEM, dedupe=key, choices=choices, **letter)
    if told:
        found.invited_id, found.invited_at = to.id, turn.now
        turn.note("leader.invite", f"conference:{found.id}", turn.me, invited=to.id)
    await turn.say("leader.sent", name=to.name, told=bool(told) or found.invited_id == to.id)


async def _coming(turn: Turn, conference_id: int) -> Conference | None:
    found = await find(turn.session, Conference, conference_id)
    gone = found is None or found.committee_id != turn.committee.id or found.state != ConferenceState.ANNOUNCED
    if found is None or gone or found.leader != Leader.COMING:
        await turn.say("leader.gone")
        return None
    return found


async def _leader(turn: Turn, person_id: int) -> Person | None:
    leaders = await people.holding(turn.session, turn.committee.id, [RoleKind.LEADER])
    found = next((each for each in leaders if each.id == person_id), None)
    if found is None:
        await turn.say("leader.gone")
    return found


async def accept(turn: Turn, conference: int) -> None:
    """[Nhận lời]."""
    await _answered(turn, conference, coming=True)


async def decline(turn: Turn, conference: int) -> None:
    """[Chưa dự được]: the wish waits for the office again."""
    await _answered(turn, conference, coming=False)


async def _answered(turn: Turn, conference_id: int, *, coming: bool) -> None:
    found = await find(turn.session, Conference, conference_id)
    if found is None or found.invited_id != turn.me.id or found.state != ConferenceState.ANNOUNCED:
        await turn.say("leader.gone")
        return
    turn.note("leader.accept" if coming else "leader.decline", f"conference:{found.id}", turn.me)
    told = await sessions.told(turn, found, names=False)
    if coming:
        await turn.tell_office("leader.accepted", name=turn.me.name, **told)
    else:
        await _wish_again(turn, found)
    await turn.say("leader.thanks", coming=coming, **told)


async def _wish_again(turn: Turn, found: Conference) -> None:
    await turn.tell_office("leader.declined", name=turn.me.name, **await sessions.told(turn, found))
    await _put(turn, found, None)
