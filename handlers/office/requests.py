"""What the office does with what branches ask or say. The first who presses takes an item; nobody answers it twice."""

from datetime import date, timedelta
from typing import Any

from handlers.branch import acts, duties
from handlers.branch.duties import Duty
from handlers.everyone import unknown
from handlers.office import enter, items
from handlers.shape import SaidFile
from handlers.turn import Turn
from messages.reading import dates
from messages.types import Choice, Heard, Incoming
from models import attachment, item, notice, outbox
from models.item import ASKED_LEADER, Item, ItemKind, ItemState
from models.person import Person

SHOWN = 5
"""Items shown at once: more would push each other off a phone."""
FURTHEST = timedelta(days=90)
LONGEST_NAME = 120


async def command(turn: Turn, rest: str) -> None:
    """/viec: what waits, by kind."""
    counts = {kind: each.number for kind, each in (await item.waits(turn.session, turn.committee.id)).items()}
    choices = [[Choice("requests.list", {"kind": kind, "number": n})] for kind, n in counts.items()]
    await turn.say("requests.list", counts=counts, choices=choices)


async def list_(turn: Turn, kind: str = "", number: int = 0) -> None:
    """Show what waits of a kind, each with its own buttons, oldest first."""
    waits = await item.waits(turn.session, turn.committee.id)
    waiting = sum(each.number for of, each in waits.items() if kind in ("", of))
    for found in await item.first_open(turn.session, turn.committee.id, kind, SHOWN):
        await show(turn, found)
    if not waiting or waiting > SHOWN:
        await turn.say("requests.more", left=max(waiting - SHOWN, 0))


async def show(turn: Turn, found: Item) -> None:
    """Show one item as it stands, with what can be done about it."""
    by = await turn.session.get(Person, found.taken_by_id) if found.taken_by_id else None
    taken = by.name if by and by.id != turn.me.id else ""
    said = await items.values(turn, found, taken_by=taken)
    await turn.say("requests.item", batch=items.batch(found), choices=items.choices(found), **said)


async def mine(turn: Turn, item_id: int) -> Item | None:
    """Take an item for this person; say how it stands and return None where it is done or somebody else's."""
    found = await turn.session.get(Item, item_id)
    if found is None or found.committee_id != turn.committee.id:
        await unknown.old_button(turn)
        return None
    by = await turn.session.get(Person, found.taken_by_id) if found.taken_by_id else None
    if found.state == ItemState.CLOSED:
        await turn.say("requests.closed", by=by.name if by else "", answer=found.answer)
        return None
    if by and by.id != turn.me.id and by.left_at is None:
        await turn.say("requests.taken", by=by.name, choices=[[Choice("requests.take_over", {"item": found.id})]])
        return None
    if by is None or by.id != turn.me.id:
        await items.take(turn, found, turn.me)
    return found


async def _duty(turn: Turn, found: Item) -> Duty | None:
    loaded = await duties.load(turn, [found.obligation_id] if found.obligation_id else [])
    return loaded[0] if loaded else None


async def take_over(turn: Turn, item: int) -> None:
    """Take an item from a colleague who took it and did not answer."""
    found = await turn.session.get(Item, item)
    if found and found.committee_id == turn.committee.id and found.state == ItemState.OPEN:
        await items.take(turn, found, turn.me)
        await show(turn, found)
    else:
        await unknown.old_button(turn)


async def agree(turn: Turn, item: int) -> None:
    """[Đồng ý] to the day asked for."""
    if found := await mine(turn, item):
        await _extend(turn, found, found.asked_for, "")


async def ask_leader(turn: Turn, item: int) -> None:
    """[Xin ý kiến lãnh đạo]: it stays open and says so; the branch rests meanwhile, as it does anyway."""
    found = await mine(turn, item)
    if found and found.kind == ItemKind.EXTENSION:
        found.how = ASKED_LEADER
        turn.note("item.leader", f"item:{found.id}", turn.me, obligation=found.obligation_id)
        await show(turn, found)


async def on_advice(turn: Turn, item: int) -> None:
    """[Đồng ý theo ý kiến…]: ask whose."""
    if found := await mine(turn, item):
        await _ask_whose(turn, found, found.asked_for)


async def _ask_whose(turn: Turn, found: Item, until: date | None) -> None:
    """Ask whose opinion the answer follows; `until` None where that is to keep to the old day."""
    turn.expect("requests.advice", item=found.id, until=until.isoformat() if until else "")
    await turn.say("requests.advice", agreed=until is not None)


async def advice(turn: Turn) -> None:
    """Whose opinion the answer follows: read back with the answer."""
    until = str(turn.conversation.subject.get("until") or "")
    found = await _expected(turn)
    if found is not None:
        words = turn.incoming.text.strip()[:LONGEST_NAME]
        await _read_back(turn, found, date.fromisoformat(until) if until else None, words)


async def other_day(turn: Turn, item: int) -> None:
    """[Ngày khác]: ask which."""
    if found := await mine(turn, item):
        await _ask_day(turn, found)


async def _ask_day(turn: Turn, found: Item, *, again: bool = False) -> None:
    turn.expect("requests.day", item=found.id)
    await turn.say("requests.day", again=again)


async def day(turn: Turn) -> None:
    """The day the office gives instead: read back before it is kept."""
    found = await _expected(turn)
    if found is not None:
        given = dates.read_date(turn.incoming.text, today=turn.today, tense="future").date
        duty = await _duty(turn, found)
        if duty is None or given is None or not _fits(turn, duty, given):
            await _ask_day(turn, found, again=True)
        elif found.how == ASKED_LEADER:
            await _ask_whose(turn, found, given)
        else:
            await _read_back(turn, found, given, "")


def _fits(turn: Turn, duty: Duty, until: date) -> bool:
    return max(turn.today, duty.last_day + timedelta(days=1)) <= until <= turn.today + FURTHEST


async def _read_back(turn: Turn, found: Item, until: date | None, advice: str) -> None:
    """Say what the branch would be told; `until` None: that the old day stands."""
    duty = await _duty(turn, found)
    if duty is None:
        return await unknown.old_button(turn)
    grant = Choice("requests.grant", {"item": found.id, "until": until.isoformat() if until else "", "words": advice})
    said = {"day": until, "asked": found.asked_for, "advice": advice, "duty": await duties.view(turn, duty)}
    said |= await _warnings(turn, duty, until)
    await turn.say("requests.read_back", choices=[[grant, _again(found, until, advice)]], **said)
    return None


def _again(found: Item, until: date | None, advice: str) -> Choice:
    """Return the button that asks anew for what was typed."""
    if until is None:
        return Choice("requests.disagree", {"item": found.id}, "requests.edit")
    if advice and until == found.asked_for:
        return Choice("requests.on_advice", {"item": found.id}, "requests.edit")
    return Choice("requests.other_day", {"item": found.id})


async def grant(turn: Turn, item: int, until: str = "", words: str = "") -> None:
    """[Đúng, báo chi bộ] to what was read back; `until` "" keeps to the old day."""
    found = await mine(turn, item)
    if found and until:
        await _extend(turn, found, date.fromisoformat(until), words)
    elif found:
        await _refuse(turn, found, words)


async def _expected(turn: Turn) -> Item | None:
    """Return the item whose answer is awaited; a file is no answer."""
    if turn.incoming.kind is not Heard.TEXT or not turn.incoming.text.strip():
        await turn.say("requests.words_please")
        return None
    number = int(turn.conversation.subject.get("item") or 0)
    turn.expect_nothing()
    return await mine(turn, number)


async def _extend(turn: Turn, found: Item, until: date | None, advice: str) -> None:
    """Extend, inclusive of the day; the ladder starts anew from there and the branch is told."""
    duty = await _duty(turn, found)
    if duty is None:
        return await unknown.old_button(turn)
    if until is None or not _fits(turn, duty, until):
        return await _ask_day(turn, found, again=True)
    duty.owed.extended_to = until
    await acts.resume(turn, duty)
    turn.note("duty.extended", f"obligation:{duty.id}", turn.me, until=until.isoformat(), item=found.id)
    await items.close(turn, found, turn.me, "agreed", advice)
    said = {"branch": duty.unit.name, "day": until, "asked": found.asked_for, "advice": advice}
    said |= {"duty": await duties.view(turn, duty)}
    await items.tell_author(turn, found, "requests.agreed", about=[duty.id], dedupe=f"agreed:{found.id}", **said)
    await turn.say("requests.agreed_office", **said, **await _warnings(turn, duty, until))
    return None


async def _warnings(turn: Turn, duty: Duty, until: date | None) -> dict[str, Any]:
    """Return the days that a branch's report would come after."""
    superior = await items.past_superior(turn, duty.deadline, until)
    return {"superior": superior, "closes": items.past_closing(duty.deadline, until)}


async def disagree(turn: Turn, item: int) -> None:
    """[Chưa đồng ý]: at once, or by whose opinion where a leader was asked."""
    if found := await mine(turn, item):
        if found.how == ASKED_LEADER:
            await _ask_whose(turn, found, None)
        else:
            await _refuse(turn, found, "")


async def _refuse(turn: Turn, found: Item, advice: str) -> None:
    """The old day stands, the branch is asked kindly."""
    duty = await _duty(turn, found)
    if duty is None:
        return await unknown.old_button(turn)
    await acts.resume(turn, duty)
    turn.note("duty.not_extended", f"obligation:{duty.id}", turn.me, item=found.id)
    await items.close(turn, found, turn.me, "disagreed", advice)
    seen = await duties.view(turn, duty)
    await items.tell_author(turn, found, "requests.disagreed", about=[duty.id], duty=seen, advice=advice)
    await turn.say("requests.told", branch=duty.unit.name)
    return None


async def reply(turn: Turn, item: int) -> None:
    """[Trả lời]: the next words are the answer."""
    if found := await mine(turn, item):
        turn.expect("requests.answer", item=found.id)
        said = await items.values(turn, found)
        await turn.say("requests.reply", branch=said["branch"], text=found.text)


async def answer(turn: Turn) -> None:
    """Words that answer an item."""
    found = await _expected(turn)
    if found is not None:
        await _answer(turn, found, turn.incoming.text.strip())


async def _answer(turn: Turn, found: Item, words: str) -> None:
    await items.close(turn, found, turn.me, "answered", words)
    about = [found.obligation_id] if found.obligation_id else []
    said = {"asked": found.text, "answer": words, "by": turn.me.name}
    await items.tell_author(turn, found, "requests.answered", about=about, **said)
    await turn.say("requests.told", branch=(await items.values(turn, found))["branch"])


async def heard(turn: Turn) -> bool:
    """Take an office person's words that reply to an item's message as its answer; say whether they did."""
    found = await _replied_to(turn, turn.incoming)
    if found is None or found.state == ItemState.CLOSED or found.kind not in items.ANSWERED_IN_WORDS:
        return False
    if taken := await mine(turn, found.id):
        await _answer(turn, taken, turn.incoming.text.strip())
    return True


async def _replied_to(turn: Turn, incoming: Incoming) -> Item | None:
    if not incoming.reply_to:
        return None
    message = await outbox.by_platform_id(turn.session, turn.account.id, incoming.reply_to)
    about = await turn.session.get(notice.Notice, message.notice_id) if message else None
    number = about.details.get("item") if about and about.template == "requests.item" else None
    return await turn.session.get(Item, int(number)) if number else None


async def done(turn: Turn, item: int) -> None:
    """[Đã xử lý]: nothing more to say to the branch."""
    if found := await mine(turn, item):
        await items.close(turn, found, turn.me, "done")
        await turn.say("requests.noted")


async def called(turn: Turn, item: int) -> None:
    """[Đã gọi]: the telephone replaced the reminders of all for which that branch was to be called."""
    if found := await mine(turn, item):
        for each in await items.calls_with(turn, found):
            if duty := await _duty(turn, each):
                duty.owed.call_wanted = False
            await items.close(turn, each, turn.me, "called")
        await turn.say("requests.noted")


async def enter_figures(turn: Turn, item: int) -> None:
    """[Đã nhận, nhập số]: it is here; its figures are typed next."""
    found = await mine(turn, item)
    if found and found.obligation_id:
        await enter.begin(turn, found.obligation_id, item=found.id)


async def unseen(turn: Turn, item: int) -> None:
    """[Chưa thấy]: back to not sent; the branch is told kindly and reminders go on."""
    if found := await mine(turn, item):
        duty = await _duty(turn, found)
        if duty is None:
            return await unknown.old_button(turn)
        rung = await acts.resume(turn, duty)
        await items.close(turn, found, turn.me, "unseen")
        seen = await duties.view(turn, duty)
        choices = [
            [Choice("report.begin", {"obligation": duty.id}), Choice("answer.elsewhere", {"obligation": duty.id})]
        ]
        await items.tell_author(
            turn, found, "requests.unseen", about=[duty.id], choices=choices, duty=seen, how=found.how, next=rung
        )
        await turn.say("requests.told", branch=duty.unit.name)
    return None


async def picture(turn: Turn, item: int) -> None:
    """[Xem ảnh]: the pictures or files of the item, all of an album."""
    found = await turn.session.get(Item, item)
    if found is None or found.committee_id != turn.committee.id or not found.attachment_id:
        return await unknown.old_button(turn)
    first = await turn.session.get_one(attachment.Attachment, found.attachment_id)
    all_ = await attachment.of_album(turn.session, first.person_id or 0, first.album) if first.album else [first]
    here = [each for each in all_ if each.path]
    for each in here:
        said = await items.values(turn, found)
        await turn.say("requests.picture", file=SaidFile(each.id, each.kind), branch=said["branch"], name=each.name)
    if not here:
        await turn.say("requests.no_picture")
    return None
