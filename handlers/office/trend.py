"""How punctual branches were, what a period adds up to, and which reminder brought the reports: words and a picture."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from campaigns import schema
from campaigns.schema import Kind
from handlers import shelf
from handlers.branch import drafts
from handlers.everyone import unknown
from handlers.office import standing, summary_files
from handlers.routes import OFFICE, Build, MadeFile, StoredFile
from handlers.rules import timeliness
from handlers.rules.timeliness import Timeliness
from handlers.turn import Moment, Turn
from messages.documents.punctuality import Bar, draw_bars
from messages.documents.timeline import Timeline, draw_timeline
from messages.types import Choice, Rows, Value
from models import activity, counted
from models import form as forms
from models import trend as stored
from models.account import Account
from models.deadline import Deadline

SHOWN = 12  # deadlines in one picture and message: a year's
A_PAGE = 30  # branches named in one message
ATTENDANCE = ("summoned", "attended")


@dataclass(frozen=True, slots=True)
class Kept:
    """One deadline: reports on time, on the due day, late; `missing` nothing in though its day is over; else `open`."""

    deadline: int
    title: str
    on_time: int
    on_due_day: int
    late: int
    missing: int
    open: int


async def _kept(moment: Moment, period: str = "") -> list[Kept]:
    """Return the latest deadlines (of a period), the earliest first."""
    current = await moment.campaign()
    found = await stored.latest(moment.session, current.id, SHOWN, period) if current else []
    ids = [each.id for each in found]
    punctual: dict[int, Counter[Timeliness]] = {each: Counter() for each in ids}
    dates = {each.id: each for each in found}
    for deadline, at, extended in await stored.sent(moment.session, ids):
        if at:
            days = standing.dates_of(dates[deadline], extended)
            punctual[deadline][timeliness.judge(moment.local(at).date(), days)] += 1
    lacking = await stored.missing(moment.session, ids)
    return [
        Kept(
            each.id,
            each.short_title,
            punctual[each.id][Timeliness.ON_TIME],
            punctual[each.id][Timeliness.ON_DUE_DAY],
            punctual[each.id][Timeliness.LATE],
            lacking.get(each.id, 0) if each.last_on_time < moment.today else 0,
            lacking.get(each.id, 0) if each.last_on_time >= moment.today else 0,
        )
        for each in found
    ]


async def show(turn: Turn, period: str = "", deadline: int = 0) -> None:
    """[Các kỳ], or one period: words at once, the picture after them; of `deadline` [Lần nhắc] is always offered."""
    current = await turn.campaign()
    found = await _kept(turn, period)
    periods = await stored.periods(turn.session, current.id) if current else []
    others = [Choice("trend.show", {"period": each}, "trend.period") for each in periods if each != period][-4:]
    every = [Choice("trend.show", {"period": ""})] if period else []
    rungs = await _rung_choices(turn, found, deadline)
    days = [[Choice("deadlines.one", {"deadline": each.deadline, "title": each.title}, "trend.day")] for each in found]
    mine = days if period and turn.holds(OFFICE) else []
    menu = [row for row in (others[:2], others[2:], every, *rungs, *mine) if row]
    said: dict[str, Any] = {"sums": await _sums(turn, found) if period else [], "posts": await _posts(turn, period)}
    said["more"] = await stored.number(turn.session, current.id, period) - len(found) if current else 0
    await turn.say("trend.text", choices=menu, lines=found, period=period, **said)
    if found:
        turn.later("trend", account=turn.account.id, period=period)


async def _rung_choices(turn: Turn, found: Sequence[Kept], deadline: int) -> Rows:
    """Return buttons for the latest deadlines that brought reports, and the one from which [Các kỳ] was pressed."""
    told = [(each.deadline, each.title) for each in found if each.on_time + each.on_due_day + each.late][-3:]
    asked = await standing.visible(turn, deadline) if deadline else None
    offered = [known for known, _ in told]
    if asked and asked.id not in offered and await stored.sent(turn.session, [asked.id]):
        told.insert(0, (asked.id, asked.short_title))
    return [[Choice("trend.rungs", {"deadline": known, "title": title})] for known, title in told]


@dataclass(frozen=True, slots=True)
class Summed:
    """What the reports of one deadline add up to; `attended` and `summoned` None where its form asks neither."""

    title: str
    branches: int
    summoned: int | None
    attended: int | None
    others: Sequence[tuple[str, int]]  # (what is counted, how many)


async def _sums(moment: Moment, found: Sequence[Kept]) -> list[Summed]:
    """Return what the reports that are in add up to, deadline by deadline; none where no number was told."""
    made = [await _summed(moment, each) for each in found]
    return [each for each in made if each.branches]


async def _summed(moment: Moment, kept: Kept) -> Summed:
    deadline = await moment.session.get_one(Deadline, kept.deadline)
    form = await forms.latest(moment.session, deadline.campaign_id, deadline.form_name)
    asked = drafts.read_form(form.body).questions if form else ()
    numbers = {each.id: each for each in asked if each.kind is Kind.NUMBER and not each.sensitive}
    added = await counted.added(moment.session, deadline.id, list(numbers))
    own = [(numbers[name].short, each.total) for name, each in added.items() if name not in ATTENDANCE]
    both = [added.get(name) for name in ATTENDANCE]
    summoned, attended = (each.total if each and all(both) else None for each in both)
    return Summed(kept.title, max((each.branches for each in added.values()), default=0), summoned, attended, own)


async def _posts(moment: Moment, period: str) -> int:
    """Return how many posts, articles and sessions branches wrote down in a period; 0 for all periods."""
    current = await moment.campaign()
    if current is None or not period:
        return 0
    return sum((await activity.by_place(moment.session, current.id, schema.quarter_days(period))).values())


async def rungs(turn: Turn, deadline: int, **_: Any) -> None:
    """[Lần nhắc nào mang báo cáo về]: reports counted by the last reminder before each."""
    found = await standing.visible(turn, deadline)
    if found is None:
        await unknown.old_button(turn)
        return
    came = await stored.brought(turn.session, found.id)
    lines = [
        {"rung": rung, "number": number} for rung, number in sorted(came.items(), key=lambda each: _order(each[0]))
    ]
    await turn.say("trend.rungs", subject=found.short_title, lines=lines, total=sum(came.values()))
    if came:
        turn.later("timeline", account=turn.account.id, deadline=found.id)


def _order(rung: str) -> tuple[int, int]:
    """Order rungs as they come: none, given, T-10 … T-1, T0, the due day, the notes after it."""
    if rung.startswith("T-"):
        return 2, -int(rung[2:])
    if rung.startswith("+"):
        return 5, int(rung[1:])
    return {"": (0, 0), "new": (1, 0), "T0": (3, 0), "D": (4, 0)}.get(rung, (6, 0))


async def names(turn: Turn, deadline: int, which: str, page: int = 0, **_: Any) -> None:
    """[Chưa gửi], [Gửi sau hạn]: by name, a page at a time."""
    found = await standing.visible(turn, deadline)
    if found is None:
        await unknown.old_button(turn)
        return
    now = await standing.load(turn, found)
    late = which == "late"
    lines = [each for each in now.sent if each.timeliness == Timeliness.LATE] if late else list(now.not_yet)
    part = lines[page * A_PAGE : (page + 1) * A_PAGE]
    about: dict[str, Value] = {"deadline": found.id, "which": which}
    before = [Choice("trend.names", {**about, "page": page - 1}, "picking.before")] if page else []
    after = (
        [Choice("trend.names", {**about, "page": page + 1}, "picking.after")]
        if len(lines) > (page + 1) * A_PAGE
        else []
    )
    back = Choice("summary.show", {"deadline": found.id}, "summary.back")
    await turn.say(
        "trend.names",
        choices=[row for row in ([*before, *after], [back]) if row],
        subject=await standing.subject(turn, found),
        late=late,
        total=len(lines),
        first=page * A_PAGE,
        missing=[] if late else [standing.missing(each) for each in part],
        lines=[{"name": each.name, "words": standing.lateness_words(each)} for each in part] if late else [],
    )


# The picture, made by a job


async def load(moment: Moment, account: int, period: str) -> Build | None:
    """Read what the picture shows; None where it is no longer theirs to see."""
    if not await summary_files.may_see(moment, account):
        return None
    found = await _kept(moment, period)
    bars = tuple(Bar(each.title, each.on_time, each.on_due_day, each.late, each.missing, each.open) for each in found)
    return Build(draw, (bars, f"dung-han-{moment.today:%d-%m-%Y}.png"))


def draw(bars: Sequence[Bar], name: str) -> list[MadeFile]:
    """Draw in the child process."""
    return [MadeFile(name, "photo", draw_bars(bars))]


async def send(moment: Moment, made: Sequence[StoredFile], account: int, period: str) -> None:
    """Send the picture."""
    to = await moment.session.get_one(Account, account)
    file = await shelf.said(moment, made[0], person_id=to.person_id)
    await moment.say_to(to, "trend.picture", file=file)


async def failed(moment: Moment, account: int, period: str) -> None:
    """The picture could not be made."""
    await moment.say_to(await moment.session.get_one(Account, account), "summary.failed", what="board")


async def load_timeline(moment: Moment, account: int, deadline: int) -> Build | None:
    """Read on which days the reports of a deadline came; None where it is no longer theirs to see."""
    found = await moment.session.get(Deadline, deadline)
    ours = found and found.committee_id == moment.committee.id
    if found is None or not ours or not await summary_files.may_see(moment, account):
        return None
    days = tuple(moment.local(at).date() for _, at, _ in await stored.sent(moment.session, [deadline]) if at)
    total = len(days) + (await stored.missing(moment.session, [deadline])).get(deadline, 0)
    given = Timeline(found.title, days, total, found.last_on_time, moment.today)
    return Build(draw_days, (given, f"tien-trinh-{moment.today:%d-%m-%Y}.png")) if days else None


def draw_days(given: Timeline, name: str) -> list[MadeFile]:
    """Draw in the child process."""
    return [MadeFile(name, "photo", draw_timeline(given))]


async def send_timeline(moment: Moment, made: Sequence[StoredFile], account: int, deadline: int) -> None:
    """Send the picture."""
    to = await moment.session.get_one(Account, account)
    file = await shelf.said(moment, made[0], person_id=to.person_id)
    await moment.say_to(to, "trend.timeline", file=file)


async def timeline_failed(moment: Moment, account: int, deadline: int) -> None:
    """The picture could not be made."""
    await failed(moment, account, "")
