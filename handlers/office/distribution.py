"""/phathanh: a document to those on the plan's "Nơi nhận" list who are connected, and who has opened it.

Whom a line of the list means is data of the plan. The superior is never messaged: the office records how it went there.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import PurePath
from typing import Any

from sqlalchemy import select

from campaigns.schema import Duty, Json, Plan, Recipient
from handlers import budget, record
from handlers.branch import files
from handlers.everyone import unknown
from handlers.office import layout, plan_file, progress, spreading
from handlers.routes import OFFICE
from handlers.rules import named
from handlers.shape import SaidFile
from handlers.turn import Moment, Turn
from messages.reading import concerned
from messages.types import Choice, Rows, Value
from models import delivery as deliveries
from models import distribution as distributions
from models import due
from models.attachment import Attachment
from models.base import find
from models.delivery import Delivery
from models.distribution import Distribution
from models.due import Due
from models.notice import NoticeKind
from models.person import Person
from models.role import Role
from models.unit import Unit

LISTED, NAMED = 6, 20
OWN, PART = 5, 6
"""Duties shown of those that concern the reader, and of all of them in one message: more is not read on a phone."""
STILL_TRUE = timedelta(hours=8)


async def command(turn: Turn, rest: str = "") -> None:
    """/phathanh: what was sent, and sending something new."""
    turn.expect_nothing()
    found = await distributions.of_committee(turn.session, turn.committee.id, LISTED)
    new = [Choice("distribution.plan"), Choice("distribution.ask_file")]
    one = [[Choice("distribution.one", {"distribution": each.id, "title": each.title})] for each in found]
    await turn.say("distribution.menu", choices=[new, *one], some=bool(found))


async def plan(turn: Turn) -> None:
    """[Kế hoạch]: what the plan asks, from its own words."""
    title = turn.words("distribution.title", plain=True, title=(await turn.plan()).title)
    await _prepare(turn, title, None)


async def ask_file(turn: Turn) -> None:
    """[Tệp văn bản]: the document is sent next."""
    turn.expect("distribution.file")
    await turn.say("distribution.ask_file")


async def file(turn: Turn) -> None:
    """Take the document; a job fetches it through the gate for files."""
    upload = turn.incoming.upload
    if upload is None:
        await turn.say("distribution.ask_file")
    elif why := await files.refused(turn):
        await turn.say("upload.refused", why=why)
    else:
        turn.expect_nothing()
        kept = await files.keep(turn, None)
        await _prepare(turn, turn.incoming.text.strip() or PurePath(kept.name).stem, kept.id)


async def _prepare(turn: Turn, title: str, attachment: int | None) -> None:
    current = await turn.campaign()
    made = Distribution(
        committee_id=turn.committee.id,
        campaign_id=current.id if current else 0,
        title=title,
        attachment_id=attachment,
        by_id=turn.me.id,
        made_at=turn.now,
    )
    turn.session.add(made)
    await turn.session.flush()
    turn.note("distribution.prepare", f"distribution:{made.id}", turn.me)
    groups = await _groups(turn)
    people = {person for _, found in groups for person, _ in found}
    lines = [{"words": line.words, "by": line.by, "people": len(found)} for line, found in groups]
    send = Choice("distribution.send", {"distribution": made.id, "count": len(people)})
    menu = [[*([send] if people else []), Choice("distribution.drop", {"distribution": made.id})]]
    words = turn.words("distribution.message", plain=True, name="", title=title, by=turn.me.name)
    kept = await find(turn.session, Attachment, attachment or 0)
    file = SaidFile(kept.id, kept.kind) if kept else None
    costs = await budget.cost(turn, sorted(people), budget.size(turn, words, file))
    await turn.say(
        "distribution.preview", choices=menu, title=title, lines=lines, with_file=bool(attachment), costs=costs
    )


Group = tuple[Recipient, list[tuple[int, int]]]


async def _groups(moment: Moment) -> list[Group]:
    """Return each line of the list with the (person, unit) it means; who is in several is told for the first."""
    seen: set[int] = set()
    found: list[Group] = []
    for line in (await moment.plan()).recipients:
        people = [each for each in await _holders(moment, line.roles) if each[0] not in seen] if line.roles else []
        seen |= {person for person, _ in people}
        found.append((line, list({person: (person, unit) for person, unit in people}.values())))
    return found


async def _holders(moment: Moment, roles: Sequence[str]) -> list[tuple[int, int]]:
    query = (
        select(Person.id, Role.unit_id)
        .join(Role, Role.person_id == Person.id)
        .join(Unit, Unit.id == Role.unit_id)
        .where(Person.committee_id == moment.committee.id, Person.left_at.is_(None), Person.pushes.is_(True))
        .where(Role.kind.in_(roles), Role.ended_at.is_(None))
        .order_by(Unit.ordinal, Person.id)
    )
    return [(person, unit) for person, unit in await moment.session.execute(query)]


async def drop(turn: Turn, distribution: int) -> None:
    """[Thôi]: nothing was sent."""
    found = await _mine(turn, distribution)
    if found and found.sent_at is None:
        await turn.session.delete(found)
        turn.note("distribution.drop", f"distribution:{found.id}", turn.me)
    await turn.say("distribution.dropped")


async def send(turn: Turn, distribution: int, count: int = 0) -> None:
    """[Gửi]: once, at the next sending time."""
    found = await _mine(turn, distribution)
    if found is None:
        await unknown.old_button(turn)
    elif found.sent_at:
        await one(turn, found.id)
    elif not await turn.pushing():
        await turn.say("urge.held")
    elif found.attachment_id and not (await turn.session.get_one(Attachment, found.attachment_id)).path:
        await turn.say("distribution.no_file")
    else:
        await _begin(turn, found)


async def _begin(turn: Turn, found: Distribution) -> None:
    found.sent_at = turn.now
    about = {"committee_id": turn.committee.id, "distribution_id": found.id}
    groups = await _groups(turn)
    turn.session.add_all(
        Delivery(**about, recipient=line.key, unit_id=unit, person_id=person)
        for line, people in groups
        for person, unit in people
    )
    total = sum(len(people) for _, people in groups)
    at, parts = await turn.next_sending(turn.now), -(-total // progress.MANY)
    for n in range(parts):
        subject, place = f"distribution:{found.id}", f"{n + 1}/{parts}"
        await due.plan(turn.session, turn.committee.id, "distribution", subject, place, at, at + STILL_TRUE)
    await progress.begin(turn, NoticeKind.BROADCAST, f"distribution:{found.id}", total, turn.me)
    turn.note("distribution.send", f"distribution:{found.id}", turn.me, told=total)
    see = [[Choice("distribution.one", {"distribution": found.id, "title": ""}, "distribution.look")]]
    await turn.say("distribution.sending", choices=see, count=total, at=at, later=at > turn.now)


async def fire(moment: Moment, rows: Sequence[Due]) -> None:
    """Write one part; the others have their own turns, so that answers come between."""
    for each in rows[1:]:
        each.fired_at = None
    row = rows[0]
    if await spreading.is_put_off(moment, row):
        return
    found = await moment.session.get_one(Distribution, int(row.subject.removeprefix("distribution:")))
    n, of = (int(each) for each in row.occurrence.split("/"))
    await _tell_part(moment, found, (n - 1) * progress.MANY)
    row.outcome = "sent"
    await (progress.written if n == of else progress.cut_if_stopped)(moment, f"distribution:{found.id}")


async def _tell_part(moment: Moment, found: Distribution, offset: int) -> None:
    query = select(Delivery).where(Delivery.distribution_id == found.id, Delivery.person_id.is_not(None))
    part = (await moment.session.scalars(query.order_by(Delivery.id).offset(offset).limit(progress.MANY))).all()
    people = {each.person_id: each for each in part if each.person_id}
    await moment.many(list(people))
    by = await moment.session.get(Person, found.by_id) if found.by_id else None
    kept = await moment.session.get(Attachment, found.attachment_id) if found.attachment_id else None
    for to in await moment.session.scalars(select(Person).where(Person.id.in_(people))):
        told = await moment.tell(
            to,
            "distribution.message",
            kind=NoticeKind.BROADCAST,
            dedupe=f"distribution:{found.id}:{to.id}",
            batch=f"distribution:{found.id}",
            choices=_opening(found),
            file=SaidFile(kept.id, kept.kind) if kept and kept.path else None,
            name=to.name,
            title=found.title,
            by=by.name if by else "",
        )
        people[to.id].told_at = moment.now if told else None


def _opening(found: Distribution) -> Rows:
    values = {"distribution": found.id}
    return [[Choice("distribution.opened", values)] if found.attachment_id else [Choice("distribution.read", values)]]


# Who was told


async def opened(turn: Turn, distribution: int) -> None:
    """[Đã xem]."""
    kept = await deliveries.to_person(turn.session, distribution, turn.me.id)
    if kept is None:
        await unknown.old_button(turn)
        return
    _mark(turn, kept)
    await turn.say("distribution.thanks")


async def read(turn: Turn, distribution: int) -> None:
    """[Xem nội dung]: what the plan is and what of it concerns the reader; reading is opening."""
    kept = await deliveries.to_person(turn.session, distribution, turn.me.id)
    if kept is None:
        await unknown.old_button(turn)
        return
    _mark(turn, kept)
    given, ref = await turn.plan(), await layout.plan_ref(turn)
    own = _concerning(given, [str(each.kind) for each in turn.roles])
    said: dict[str, Any] = {"number": ref.number, "on": ref.issued_on, "title": given.title, "issuer": given.issuer}
    said |= {"own": [_duty(each) for each in own[:OWN]], "count": len(own), "of": len(given.duties)}
    every = Choice("distribution.every", {"distribution": distribution, "count": len(given.duties)})
    await turn.say("distribution.plan", choices=[[every], *await _whole(turn, distribution)], **said)


def _concerning(given: Plan, roles: Sequence[str]) -> list[Duty]:
    """Return the duties of somebody with these roles, first those with a day, then those that a deadline tells of."""
    dated = {name for each in given.deadlines for name in each.duties}
    found = [each for each in given.duties if concerned.concerns(each.who, roles)]
    return sorted(found, key=lambda each: (not any(sign.isdigit() for sign in each.when), each.id not in dated))


def _duty(each: Duty) -> dict[str, str]:
    return {"who": each.who, "what": each.what, "when": each.when}


async def _whole(turn: Turn, distribution: int) -> list[list[Choice]]:
    there = await plan_file.is_there(turn)
    return [[Choice("distribution.whole", {"distribution": distribution})]] if there else []


async def every(turn: Turn, distribution: int, count: int = 0, after: int = 0, left: int = 0) -> None:
    """[Xem cả 18]: the plan's duties in its own words, so many at a time."""
    if await deliveries.to_person(turn.session, distribution, turn.me.id) is None:
        await unknown.old_button(turn)
        return
    duties = (await turn.plan()).duties
    end = min(max(after, 0) + PART, len(duties))
    part = [{"place": n, **_duty(each)} for n, each in enumerate(duties, 1) if max(after, 0) < n <= end]
    values: dict[str, Value] = {"distribution": distribution, "after": end, "left": len(duties) - end}
    more = [[Choice("distribution.every", values, "distribution.more")]] if end < len(duties) else []
    choices = more or await _whole(turn, distribution)
    await turn.say("distribution.duties", choices=choices, duties=part, end=end, of=len(duties))


async def whole(turn: Turn, distribution: int) -> None:
    """[Toàn văn Kế hoạch]: all of it as a file, for those it was sent to."""
    if await deliveries.to_person(turn.session, distribution, turn.me.id) and await plan_file.is_there(turn):
        await plan_file.ask(turn)
    else:
        await unknown.old_button(turn)


def _mark(turn: Turn, kept: Delivery) -> None:
    if kept.opened_at is None:
        kept.opened_at = turn.now
        turn.note("distribution.open", f"distribution:{kept.distribution_id}", turn.me)


# What the office sees


async def one(turn: Turn, distribution: int, title: str = "") -> None:
    """Counts per line of the list, what went another way, the units in which nobody has opened it."""
    found = await _mine(turn, distribution)
    if found is None or found.sent_at is None:
        await unknown.old_button(turn)
        return
    seen = await deliveries.seen(turn.session, found.id)
    sent = {each.recipient: each for each in await deliveries.recorded(turn.session, found.id)}
    list_ = (await turn.plan()).recipients
    lines = [
        {"words": each.words, "by": each.by, "seen": seen.get(each.key), **await _route(turn, sent.get(each.key))}
        for each in list_
    ]
    waiting = [each.name for each in await deliveries.unopened_units(turn.session, found.id)]
    values = {"distribution": found.id}
    menu = [
        [Choice("distribution.route", {**values, "recipient": each.key, "name": each.words})]
        for each in list_
        if each.by == "record" and each.key not in sent
    ]
    shown = named.many(len(waiting), NAMED)
    said = {"lines": lines, "waiting": waiting[:shown], "more": len(waiting) - shown}
    await turn.say("distribution.one", choices=menu, title=found.title, at=found.sent_at, **said)


async def _route(turn: Turn, sent: Delivery | None) -> dict[str, Any]:
    way = await record.label(turn, "route", "route", sent.route) if sent else ""
    return {"number": sent.number if sent else "", "on": sent.on_day if sent else None, "way": way}


async def route(turn: Turn, distribution: int, recipient: str = "", name: str = "") -> None:
    """[Ghi đường gửi]: for a recipient whom the assistant never writes to."""
    found = await _mine(turn, distribution)
    if found is None or not await _recorded(turn, recipient):
        await unknown.old_button(turn)
    else:
        await record.begin(turn, "route", {"distribution": found.id, "key": recipient})


async def _recorded(turn: Turn, key: str) -> bool:
    return any(each.key == key and each.by == "record" for each in (await turn.plan()).recipients)


async def keep_route(turn: Turn, about: dict[str, Any], answers: Mapping[str, Json]) -> None:
    """How it went to a recipient."""
    found, key = await _mine(turn, int(about["distribution"])), str(about["key"])
    if found is None or not await _recorded(turn, key):
        await unknown.old_button(turn)
        return
    made = Delivery(
        committee_id=turn.committee.id,
        distribution_id=found.id,
        recipient=key,
        number=str(answers.get("number") or ""),
        on_day=date.fromisoformat(str(answers["sent_on"])),
        route=str(answers["route"]),
        recorded_by_id=turn.me.id,
    )
    turn.session.add(made)
    await turn.session.flush()
    turn.note("distribution.route", f"distribution:{found.id}", turn.me, recipient=key)
    await one(turn, found.id)


async def _mine(turn: Turn, distribution_id: int) -> Distribution | None:
    found = await find(turn.session, Distribution, distribution_id)
    return found if found and found.committee_id == turn.committee.id and turn.holds(OFFICE) else None
