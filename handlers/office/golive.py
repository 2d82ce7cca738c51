"""Nothing is pushed until the office says so: what would be sent, a trial, the start, the hold.

Knows no words of reminders or excerpts, and plans nothing: the tick does.
"""

from collections.abc import Sequence
from datetime import date, time, timedelta

from campaigns import schema
from handlers import budget
from handlers.branch import excerpt, rung
from handlers.office import preview, trial
from handlers.office.preview import Planned
from handlers.turn import Turn
from messages.types import Choice, Rows
from models import deadline as deadlines
from models import due, outbox
from models.campaign import Campaign, CampaignState
from models.notice import NoticeKind

DAYS = 30
NAMED = 12  # people named in one line of the timetable
HELD_KINDS = ("rung", "assigned")
PUSHES = tuple(kind for kind in NoticeKind if kind not in (NoticeKind.ANSWER, NoticeKind.ITEM))
FOR_EVER = timedelta(days=3650)
"""How long a message on its way is held unless the office goes on; one of an earlier day is then taken back."""
DAILY = "brief"
"""A kind that comes every working day: said once, not day by day."""


async def show(turn: Turn, rest: str = "") -> None:
    """/lich: who would be told what in the next 30 days, from the first week on."""
    await page(turn)


async def page(turn: Turn, page: int = 0) -> None:
    """One week of it; weeks with nothing are left out."""
    current = await turn.the_campaign()
    planned = await preview.upcoming(turn, DAYS)
    weeks = _by_week(turn, [each for each in planned if each.kind != DAILY])
    page = min(max(page, 0), max(len(weeks) - 1, 0))
    await turn.say(
        "golive.timetable",
        days=DAYS,
        live=current.state == CampaignState.LIVE,
        paused=turn.committee.paused,
        week=weeks[page][0] if weeks else None,
        week_end=weeks[page][0] + timedelta(days=6) if weeks else None,
        lines=[_line(turn, each) for each in (weeks[page][1] if weeks else ())],
        brief=next((_line(turn, each) for each in planned if each.kind == DAILY), None),
        over=await over(turn, current),
        plan=current.title,
        undated=await undated(turn, current),
        choices=[row for row in (_turns(page, len(weeks)), *_acts(turn, current)) if row],
    )


def _by_week(turn: Turn, planned: Sequence[Planned]) -> list[tuple[date, list[Planned]]]:
    weeks: dict[date, list[Planned]] = {}
    for each in planned:
        day = turn.local(each.at).date()
        weeks.setdefault(day - timedelta(days=day.weekday()), []).append(each)
    return sorted(weeks.items())


def _line(turn: Turn, planned: Planned) -> dict[str, object]:
    reached = [each for each in planned.people if each.reachable]
    named = [each.name + (f" ({each.unit})" if each.unit else "") for each in reached]
    unreached = sorted({each.unit or each.name for each in planned.people if not each.reachable})
    return {
        "at": turn.local(planned.at),
        "what": planned.what,
        "count": len(reached),
        "named": named[:NAMED] if planned.kind != "excerpt" else [],
        "others": max(len(named) - NAMED, 0) if planned.kind != "excerpt" else 0,
        "unreached": unreached[:NAMED],
        "unreached_others": max(len(unreached) - NAMED, 0),
    }


async def over(turn: Turn, current: Campaign) -> date | None:
    """Return the plan's last day where that has passed, with every day the office gave; None while any is to come."""
    last = (await turn.plan()).last_day
    if last is None or last >= turn.today:
        return None
    in_force = await deadlines.current(turn.session, current.id)
    return None if any(each.last_on_time >= turn.today for each in in_force) else last


async def undated(turn: Turn, current: Campaign) -> list[str]:
    """Return the deadlines for which nobody has set a day yet and of which a quarter is still to end."""
    deadlines = (await turn.plan()).deadlines
    return [
        each.title.replace(" quý {quarter}", " hàng quý")
        for each in deadlines
        if each.due_date is None and current.facts.get(f"due.{each.name}") is None and not _past(each, turn.today)
    ]


def _past(given: schema.Deadline, today: date) -> bool:
    return bool(given.last) and schema.quarter_days(given.last)[1] <= today


def _turns(page: int, pages: int) -> list[Choice]:
    before = [Choice("golive.page", {"page": page - 1}, label="golive.page_before")] if page else []
    return before + ([Choice("golive.page", {"page": page + 1})] if page + 1 < pages else [])


def _acts(turn: Turn, current: Campaign) -> Rows:
    if current.state != CampaignState.LIVE:
        return [[Choice("golive.try_out"), Choice("golive.ask")]]
    return [[Choice("golive.try_out"), Choice("golive.resume") if turn.committee.paused else Choice("golive.pause")]]


async def try_out(turn: Turn) -> None:
    """[Chạy thử]: one of each kind of message to come, to this office person alone."""
    planned = await preview.upcoming(turn, DAYS)
    tried = await trial.examples(turn, planned)
    for each in tried:
        await turn.say(
            "golive.trial",
            at=turn.local(each.planned.at),
            what=each.planned.what,
            count=sum(one.reachable for one in each.planned.people),
            words=each.words,
        )
    current = await turn.the_campaign()
    await turn.say("golive.tried", count=len(tried), choices=_acts(turn, current))


# The start


async def ask(turn: Turn) -> None:
    """[Bắt đầu]: ask once more, with how many people and from when."""
    current = await turn.the_campaign()
    if current.state == CampaignState.LIVE:
        await _already(turn, current)
        return
    planned = [each for each in await preview.upcoming(turn, DAYS) if each.kind != DAILY]
    people = {(one.name, one.unit, one.role) for each in planned for one in each.people if one.reachable}
    unreached = {one.unit for each in planned for one in each.people if one.unit} - {unit for _, unit, _ in people}
    await turn.say(
        "golive.sure",
        people=len(people),
        unreached=len(unreached),
        first=turn.local(planned[0].at) if planned else None,
        over=await over(turn, current),
        plan=current.title,
        undated=await undated(turn, current),
        choices=[[Choice("golive.begin"), Choice("unknown.nothing", label="golive.not_now")]],
    )


async def begin(turn: Turn) -> None:
    """[Đúng, bắt đầu]: from now on pushes go out."""
    current = await turn.the_campaign()
    if current.state == CampaignState.LIVE:
        await _already(turn, current)
        return
    current.state, current.started_at = CampaignState.LIVE, turn.now
    turn.note("campaign.start", f"campaign:{current.id}", turn.me)
    await turn.session.flush()
    await turn.say("golive.begun", choices=[[Choice("golive.show"), Choice("golive.pause")]])
    await turn.tell_office("golive.begun_office", but=turn.me, who=turn.me.name)


async def _already(turn: Turn, current: Campaign) -> None:
    started = turn.local(current.started_at) if current.started_at else None
    await turn.say("golive.already", since=started, choices=[[Choice("golive.show")]])


# The hold


async def pause(turn: Turn, rest: str = "") -> None:
    """/tamdung: hold all pushes at once."""
    current = await turn.the_campaign()
    if current.state != CampaignState.LIVE:
        await turn.say("golive.not_begun", choices=[[Choice("golive.show")]])
        return
    if not turn.committee.paused:
        turn.committee.paused = True
        await outbox.hold_pushes(turn.session, turn.committee.id, PUSHES, turn.machine + FOR_EVER)
        turn.note("campaign.pause", f"campaign:{current.id}", turn.me)
        await turn.tell_office("golive.paused_office", but=turn.me, who=turn.me.name)
    await turn.say("golive.paused", choices=[[Choice("golive.resume")]])


async def resume(turn: Turn, rest: str = "") -> None:
    """[Tiếp tục]: what was held is merged into one message a person at the next sending time."""
    if not turn.committee.paused:
        await turn.say("golive.not_paused", choices=[[Choice("golive.show")]])
        return
    turn.committee.paused = False
    today = turn.at(turn.today, time())
    held_until = await budget.next_month(turn)
    await outbox.release_pushes(turn.session, turn.committee.id, PUSHES, today, turn.machine, held_until)
    current = await turn.the_campaign()
    turn.note("campaign.resume", f"campaign:{current.id}", turn.me)
    said = await _merged(turn)
    await turn.say("golive.resumed", **said)
    await turn.tell_office("golive.resumed_office", but=turn.me, who=turn.me.name, **said)


async def _merged(turn: Turn) -> dict[str, object]:
    """Bring held reminders and this week's excerpt to the next sending time; return what the office is told."""
    at = await turn.next_sending(turn.now)
    latest = await turn.next_sending(turn.now + rung.LATER_TODAY)
    held = await due.put_off(turn.session, turn.committee.id, HELD_KINDS, latest)
    for row in held:
        rung.put_off(row, at)
    weeks, again = await excerpt.resume(turn)
    return {"reminders": len(held), "at": at, "weeks": weeks, "excerpt_at": again}
