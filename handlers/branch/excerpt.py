"""The weekly excerpt: pushed on its day to those who said yes, read on demand, left at any time. Approves nothing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from handlers import push, tally
from handlers.office import progress
from handlers.push import Push
from handlers.routes import SECRETARIES
from handlers.rules import weekly
from handlers.turn import Moment, Turn
from messages.types import Choice, Rows
from models import consent, due, person, role
from models import excerpt as excerpts
from models.campaign import Campaign, CampaignState
from models.consent import Purpose
from models.due import Due
from models.excerpt import Excerpt
from models.notice import NoticeKind
from models.person import Person

KIND = "excerpt"
PART = 200  # people told in one transaction: an answer must not wait for a long push
OVER = ("stale", "none")
"""Outcomes after which nothing more of a week goes out."""
SHORT = 1  # this many left: they last for one more week, so the office is told two weeks before there is none


async def ensure(moment: Moment, current: Campaign) -> None:
    """Plan the next weekly push of a started campaign, if none is planned."""
    subject = f"campaign:{current.id}"
    if current.state != CampaignState.LIVE or await due.waiting(moment.session, KIND, subject) is not None:
        return
    plan = await moment.plan()
    week, day = weekly.next_week(
        await moment.workdays(), plan.excerpts.day, plan.excerpts.at, moment.today, moment.clock_time
    )
    at, until = moment.at(day, plan.excerpts.at), moment.at(day, plan.windows[-1].end)
    await due.plan(moment.session, moment.committee.id, KIND, subject, week.isoformat(), at, until)


async def fire(moment: Moment, rows: Sequence[Due]) -> None:
    """Send this week's excerpt, or say in `outcome` why not; then plan the next week's."""
    current = await moment.campaign()
    if current is None:
        return
    for row in rows:
        row.outcome = await _outcome(moment, current, row)
        if row.outcome in OVER:
            await progress.written(moment, _batch(row))
    await moment.session.flush()
    await ensure(moment, current)


async def _outcome(moment: Moment, current: Campaign, row: Due) -> str:
    if not await moment.pushing():
        return "held"
    at = await moment.next_sending(moment.now)
    if row.valid_until < moment.now or not _same_week(at, _week(row)):
        if not await tally.add(moment, NoticeKind.EXCERPT, tally.DROPPED):
            await moment.tell_office("excerpt.missed_office", dedupe=f"excerpt_missed:{row.id}", week=_week(row))
        return "stale"
    if at > moment.now:
        await _again(moment, row, at)
        return "moved"
    found = await _for_week(moment, current, _week(row))
    if found is None:
        await _tell_if_short(moment, current, _week(row))
        return "none"
    await _push(moment, current, row, found)
    return "sent"


def _week(row: Due) -> date:
    return date.fromisoformat(row.occurrence.partition(">")[0])


def _batch(row: Due) -> str:
    return f"excerpt:{_week(row)}"


def _same_week(one: date, other: date) -> bool:
    return one.isocalendar()[:2] == other.isocalendar()[:2]


async def _again(moment: Moment, row: Due, at: datetime) -> None:
    """Plan a row anew, at a sending time of its week."""
    until = moment.at(at.date(), (await moment.plan()).windows[-1].end)
    await due.plan(
        moment.session, row.committee_id, KIND, row.subject, row.occurrence, at, until, version=row.version + 1
    )


async def _for_week(moment: Moment, current: Campaign, week: date) -> Excerpt | None:
    """Return the week's excerpt, chosen now if it was not yet; None if there is none or it was withdrawn."""
    if chosen := await excerpts.of_week(moment.session, current.id, week):
        return None if chosen.withdrawn else chosen
    found = await excerpts.next_approved(moment.session, current.id)
    if found is not None:
        found.week = week
    return found


async def _push(moment: Moment, current: Campaign, row: Due, found: Excerpt) -> None:
    after = int(row.occurrence.partition(">")[2] or 0)
    batch = _batch(row)
    if not after:
        wanting = await person.count_wanting_excerpts(moment.session, moment.committee.id)
        await progress.begin(moment, NoticeKind.EXCERPT, batch, wanting)
    people = await person.wanting_excerpts(moment.session, moment.committee.id, after, PART)
    copying = await role.holders(moment.session, people, tuple(SECRETARIES))
    said = await values(moment, current, found)
    for copies in (False, True):
        choices = _choices(found, reads=True, copies=copies)
        words = Push(NoticeKind.EXCERPT, "excerpt.week", f"excerpt:{found.id}", batch, said, choices)
        await push.to_all(moment, [each for each in people if (each in copying) is copies], words)
    if len(people) == PART:
        await progress.cut_if_stopped(moment, batch)
        await _plan_rest(moment, row, people[-1])
    else:
        await progress.written(moment, batch)
    if not after:
        await _tell_if_short(moment, current, _week(row))


async def _plan_rest(moment: Moment, row: Due, last: int) -> None:
    occurrence = f"{_week(row)}>{last}"
    await due.plan(
        moment.session,
        row.committee_id,
        KIND,
        row.subject,
        occurrence,
        moment.now,
        row.valid_until,
        version=row.version,
    )


async def _tell_if_short(moment: Moment, current: Campaign, week: date) -> None:
    """Tell the office once when what is approved lasts for one more week or less."""
    left = await excerpts.approved_left(moment.session, current.id)
    if left > SHORT:
        return
    sent = await excerpts.sent(moment.session, current.id)
    done = any(each.week == week for each in sent)
    await moment.tell_office(
        "excerpt.short_office",
        dedupe=f"excerpt_short:{current.id}:{len(sent) + left}",
        left=left,
        empty=week + timedelta(weeks=left + done),
        choices=[[Choice("excerpts.show")]],
    )


async def resume(moment: Moment) -> tuple[int, datetime | None]:
    """After a hold: return how many weeks were held, and when this week's goes out (None: it was not held).

    Nothing is sent in a heap: what was not sent keeps its turn, so only this week's is made up for.
    """
    current = await moment.campaign()
    held = await due.fired_as(moment.session, KIND, f"campaign:{current.id}", "held") if current else []
    again = None
    for row in held:
        row.outcome = "skipped"
        at = await moment.next_sending(moment.now)
        if _same_week(at, _week(row)):
            again, row.outcome = at, "merged"
            await _again(moment, row, at)
        else:
            await progress.written(moment, _batch(row))
    return len({_week(row) for row in held}), again


# On demand


async def show(turn: Turn, rest: str = "") -> None:
    """/excerpt: the newest that went out, whoever asks."""
    found = await _sent(turn)
    if found:
        await _say(turn, found, 0)
    else:
        await turn.say("excerpt.none_yet", reads=turn.me.excerpts, choices=_yes_or_no(turn.me))


async def before(turn: Turn, excerpt: int) -> None:
    """[Tuần trước]: the one before that."""
    found = await _sent(turn)
    place = next((n for n, each in enumerate(found) if each.id == excerpt), -1)
    if place + 1 < len(found):
        await _say(turn, found, place + 1)
    else:
        await turn.say("excerpt.no_earlier")


async def more(turn: Turn, excerpt: int) -> None:
    """[Đọc thêm]: the wider passage."""
    found = await _sent(turn)
    place = next((n for n, each in enumerate(found) if each.id == excerpt), None)
    if place is None:
        await turn.say("excerpt.gone")
    elif not found[place].more:
        await _say(turn, found, place)
    else:
        said = await values(turn, await turn.the_campaign(), found[place])
        await turn.say("excerpt.more", more=found[place].more, choices=_earlier(found, place), **said)


async def _sent(turn: Turn) -> Sequence[Excerpt]:
    return await excerpts.sent(turn.session, (await turn.the_campaign()).id)


async def _say(turn: Turn, found: Sequence[Excerpt], place: int) -> None:
    said = await values(turn, await turn.the_campaign(), found[place])
    choices = [*_choices(found[place], reads=turn.me.excerpts, copies=turn.holds(SECRETARIES)), *_earlier(found, place)]
    await turn.say("excerpt.week", choices=choices, **said)


def _earlier(found: Sequence[Excerpt], place: int) -> Rows:
    return [[Choice("excerpt.before", {"excerpt": found[place].id})]] if place + 1 < len(found) else []


def _choices(found: Excerpt, *, reads: bool, copies: bool) -> list[list[Choice]]:
    about = {"excerpt": found.id}
    wider = [Choice("excerpt.more", about)] if found.more else []
    rows = [[*wider, Choice("excerpt.stop") if reads else Choice("excerpt.take")]]
    return [*rows, [Choice("group_copy.show", about)]] if copies else rows


def _yes_or_no(reader: Person) -> Rows:
    return [[Choice("excerpt.stop") if reader.excerpts else Choice("excerpt.take")]]


async def values(moment: Moment, current: Campaign, found: Excerpt) -> dict[str, Any]:
    """Return what the templates say of an excerpt; one that did not go out is shown as this week's."""
    given = (await moment.plan()).excerpts
    week = found.week or weekly.week_of(given.day, moment.today)
    return {
        "title": current.title,
        "number": await week_number(moment, current, week),
        "text": found.text,
        "source": found.source,
        "page": found.page,
    }


async def week_number(moment: Moment, current: Campaign, week: date) -> int:
    """Return N of "tuần N": weeks counted from the first whose day came after the start; 1 before it."""
    if current.started_at is None:
        return 1
    started = moment.local(current.started_at)
    given = (await moment.plan()).excerpts
    first, _ = weekly.next_week(await moment.workdays(), given.day, given.at, started.date(), started.time())
    return weekly.number(first, week)


# Yes and no


async def stop(turn: Turn) -> None:
    """[Dừng nhận trích đoạn]: ends at once."""
    _record(turn, wanted=False)
    await turn.say("excerpt.stopped", choices=[[Choice("excerpt.take", label="excerpt.again")]])


async def take(turn: Turn) -> None:
    """[Nhận trích đoạn], [Nhận lại]: from the next week on."""
    _record(turn, wanted=True)
    await turn.say("excerpt.taken", choices=[[Choice("excerpt.stop")]])


def _record(turn: Turn, *, wanted: bool) -> None:
    if turn.me.excerpts is not wanted:
        turn.me.excerpts = wanted
        consent.say(turn.session, turn.me.id, Purpose.EXCERPTS, wanted, turn.now)
        turn.note("excerpts.taken" if wanted else "excerpts.stopped", f"person:{turn.me.id}", turn.me)
