"""One recorded posting of a branch: shown, given title, link and photo, put right, taken back. All in the audit."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select

from campaigns import schema
from handlers.branch import files, places
from handlers.everyone import unknown
from handlers.routes import WRITERS
from handlers.turn import Turn
from messages.reading import dates, spoken
from messages.reading.posts import MOST
from messages.types import Choice, Heard, Rows
from models import activity
from models.activity import Activity
from models.unit import Unit

LONGEST_TITLE, LONGEST_URL = 200, 500
_URL = re.compile(r"\S+://\S+|www\.\S+")


async def branch(turn: Turn, unit_id: int) -> Unit | None:
    """Return the branch if this person answers for it; else the button is an old one."""
    found = next((each for each in await turn.units(WRITERS) if each.id == unit_id), None)
    if found is None:
        await unknown.old_button(turn)
    return found


def number_in(text: str) -> int | None:
    """Return how many somebody typed ("5", "năm", "5 bài"), None if it is no number that can be."""
    first = text.strip().lower().partition(" ")[0]
    given = int(first) if first.isdecimal() and len(first) < len(str(MOST)) + 1 else spoken.value(text.strip().lower())
    return given if given is not None and 0 < given <= MOST else None


def day_of(on: str, today: date) -> date:
    """Return a button's day, never one to come."""
    try:
        return min(date.fromisoformat(on), today)
    except ValueError:
        return today


async def last_id(turn: Turn, unit: Unit) -> int:
    """Return the id of the newest row of a branch, 0 without any."""
    query = select(func.max(Activity.id)).where(Activity.unit_id == unit.id)
    return await turn.session.scalar(query) or 0


async def since(turn: Turn, unit: Unit, after: int) -> Activity | None:
    """Return what this person recorded after a row: the button that made it was pressed before."""
    mine = Activity.unit_id == unit.id, Activity.id > after, Activity.person_id == turn.me.id
    query = select(Activity).where(*mine, Activity.removed_at.is_(None)).order_by(Activity.id).limit(1)
    return (await turn.session.scalars(query)).first()


async def _mine(turn: Turn, activity_id: int, *, removed: bool = False) -> Activity | None:
    """Return a row of a branch this person answers for, standing or (`removed`) taken back."""
    found = await turn.session.get(Activity, activity_id)
    theirs = {each.id for each in await turn.units(WRITERS)}
    if found is None or found.unit_id not in theirs or (found.removed_at is not None) != removed:
        await unknown.old_button(turn)
        return None
    return found


async def _said(turn: Turn, found: Activity) -> dict[str, Any]:
    place = await places.named(turn, found.place)
    unit = await turn.session.get_one(Unit, found.unit_id)
    return {
        "branch": unit.name,
        "place": place.view() if place else {"label": found.place, "counted": ""},
        "count": found.count,
        "on": found.on_day,
        "title": found.title,
        "url": found.url,
        "audience": await _audience(turn, found.audience),
        "photo": found.attachment_id is not None,
    }


async def _audience(turn: Turn, value: str) -> str:
    return next((each.label for each in (await turn.plan()).audiences if each.value == value), "")


async def show(turn: Turn, found: Activity) -> None:
    """Say what is recorded and how many the branch has this month."""
    month = await activity.tally(turn.session, found.unit_id, found.campaign_id, month_of(found.on_day))
    said = await _said(turn, found)
    one = {"activity": found.id}
    choices = [
        [Choice("posting.ask_title", one), Choice("posting.ask_photo", one)],
        [Choice("posting.change", one), Choice("posting.remove", one)],
        [Choice("dissemination.start", {"unit": found.unit_id, "name": said["branch"]}, "dissemination.again")],
    ]
    this_month = (found.on_day.year, found.on_day.month) == (turn.today.year, turn.today.month)
    await turn.say("posting.shown", choices=choices, total=sum(month.values()), this_month=this_month, **said)


def month_of(day: date) -> tuple[date, date]:
    """Return a month's first day and the first day after it."""
    first = day.replace(day=1)
    return first, date(first.year + first.month // 12, first.month % 12 + 1, 1)


async def one(turn: Turn, activity: int, shown: str = "") -> None:
    """A row chosen from the month's list."""
    if found := await _mine(turn, activity):
        await show(turn, found)


# Title, link, photo


async def ask_title(turn: Turn, activity: int) -> None:
    """[Thêm tiêu đề, liên kết]."""
    if found := await _mine(turn, activity):
        await _ask(turn, found, "posting.title")


async def title(turn: Turn) -> None:
    """Title and link as typed, in any order; a link is http or https and of bearable length."""
    found = await _expected(turn)
    if found is None:
        return
    text = turn.incoming.text if turn.incoming.kind is Heard.TEXT else ""
    links = _URL.findall(text)
    words = " ".join(_URL.sub(" ", text).split())
    if why := _wrong(links, words):
        await _ask(turn, found, "posting.title", wrong=why)
        return
    _change(turn, found, title=words or found.title, url=links[0] if links else found.url)
    await show(turn, found)


def _wrong(links: Sequence[str], words: str) -> str:
    if not links and not words:
        return "empty"
    if len(links) > 1:
        return "several"
    if links and (len(links[0]) > LONGEST_URL or not _is_web(links[0])):
        return "link"
    return "long" if len(words) > LONGEST_TITLE else ""


def _is_web(link: str) -> bool:
    try:
        found = urlsplit(link)
    except ValueError:
        return False
    return found.scheme in ("http", "https") and "." in (found.hostname or "")


async def ask_photo(turn: Turn, activity: int) -> None:
    """[Thêm ảnh]."""
    if found := await _mine(turn, activity):
        await _ask(turn, found, "posting.photo")


async def photo(turn: Turn) -> None:
    """A picture or file, through the same gate as those of reports."""
    found = await _expected(turn)
    if found is None:
        return
    wrong = "none" if turn.incoming.kind is not Heard.FILE else await files.refused(turn)
    if wrong:
        await _ask(turn, found, "posting.photo", wrong=wrong)
        return
    kept = await files.keep(turn, None)
    kept.unit_id = found.unit_id
    turn.note("file.kept", f"attachment:{kept.id}", turn.me, activity=found.id)
    _change(turn, found, attachment_id=kept.id)
    await show(turn, found)


async def _ask(turn: Turn, found: Activity, what: str, *, wrong: str | bool = "") -> None:
    """Ask for a part of a row, or again where what came is `wrong`."""
    turn.expect(what, activity=found.id)
    await turn.say(what, wrong=wrong)


async def _expected(turn: Turn) -> Activity | None:
    number = int(turn.conversation.subject.get("activity") or 0)
    turn.expect_nothing()
    return await _mine(turn, number)


def _change(turn: Turn, found: Activity, **after: Any) -> None:
    """Keep what differs; the audit says which fields, and figures and days before and after."""
    changed = {name: value for name, value in after.items() if getattr(found, name) != value}
    if changed:
        figures = {name: [str(getattr(found, name)), str(changed[name])] for name in _TOLD if name in changed}
        turn.note("activity.change", f"activity:{found.id}", turn.me, fields=sorted(changed), **figures)
    for name, value in changed.items():
        setattr(found, name, value)


_TOLD = ("count", "on_day", "place", "audience")


# Putting right


async def change(turn: Turn, activity: int) -> None:
    """[Sửa]: which part?"""
    if found := await _mine(turn, activity):
        one = {"activity": found.id}
        choices = [
            [Choice("posting.ask_place", one), Choice("posting.ask_count", one)],
            [Choice("posting.ask_day", one), Choice("posting.ask_audience", one)],
        ]
        await turn.say("posting.change", choices=choices, **await _said(turn, found))


async def ask_place(turn: Turn, activity: int) -> None:
    """[Nơi]."""
    if found := await _mine(turn, activity):
        choices = await places.menu(turn, "posting.place", {"activity": found.id})
        await turn.say("posting.where", choices=choices)


async def place(turn: Turn, activity: int, place: str, label: str = "") -> None:
    """The right kind of place."""
    found = await _mine(turn, activity)
    if found and await places.named(turn, place):
        _change(turn, found, place=place)
        await show(turn, found)


async def ask_count(turn: Turn, activity: int) -> None:
    """[Số lượng]."""
    if found := await _mine(turn, activity):
        await _ask(turn, found, "posting.count")


async def count(turn: Turn) -> None:
    """The right number, typed."""
    given = number_in(turn.incoming.text)
    found = await _expected(turn)
    if found and given is None:
        await _ask(turn, found, "posting.count", wrong=True)
    elif found and given is not None:
        await _read_back(turn, found, given, found.on_day, "posting.ask_count")


async def _read_back(turn: Turn, found: Activity, count: int, on: date, again: str) -> None:
    """Say how it would stand before it is changed; `again` asks anew for what was typed."""
    put = Choice("posting.put", {"activity": found.id, "count": count, "on": on.isoformat()})
    one = {"activity": found.id}
    choices = [[put, Choice(again, one, "posting.again"), Choice("posting.one", one, "posting.leave")]]
    await turn.say("posting.read_back", choices=choices, **await _said(turn, found) | {"count": count, "on": on})


async def put(turn: Turn, activity: int, count: int, on: str) -> None:
    """[Đúng] to what was read back."""
    if found := await _mine(turn, activity):
        _change(turn, found, count=count, on_day=date.fromisoformat(on))
        await show(turn, found)


async def ask_day(turn: Turn, activity: int) -> None:
    """[Ngày]."""
    if found := await _mine(turn, activity):
        await _ask(turn, found, "posting.day")


async def day(turn: Turn) -> None:
    """The right day, typed; not one to come, nor one before the plan."""
    found = await _expected(turn)
    if found is None:
        return
    given = dates.read_date(turn.incoming.text, today=turn.today, tense="past").date
    if given is None or not (await turn.plan()).not_before <= given <= turn.today:
        await _ask(turn, found, "posting.day", wrong=True)
    else:
        await _read_back(turn, found, found.count, given, "posting.ask_day")


async def ask_audience(turn: Turn, activity: int) -> None:
    """[Đối tượng]."""
    if found := await _mine(turn, activity):
        await turn.say("posting.audience", choices=await _audiences(turn, found))


async def _audiences(turn: Turn, found: Activity) -> Rows:
    listed: tuple[schema.Listed, ...] = (await turn.plan()).audiences
    about = {"activity": found.id}
    return [[Choice("posting.audience", {**about, "value": each.value, "label": each.label})] for each in listed]


async def audience(turn: Turn, activity: int, value: str, label: str = "") -> None:
    """Who was reached."""
    found = await _mine(turn, activity)
    if found and await _audience(turn, value):
        _change(turn, found, audience=value)
        await show(turn, found)


# Taking back


async def remove(turn: Turn, activity: int) -> None:
    """[Xóa]: counts no more; one tap brings it back."""
    if found := await _mine(turn, activity):
        found.removed_at = turn.now
        turn.note("activity.remove", f"activity:{found.id}", turn.me)
        choices = [[Choice("posting.restore", {"activity": found.id})]]
        await turn.say("posting.removed", choices=choices, **await _said(turn, found))


async def restore(turn: Turn, activity: int) -> None:
    """[Ghi lại]."""
    if found := await _mine(turn, activity, removed=True):
        found.removed_at = None
        turn.note("activity.restore", f"activity:{found.id}", turn.me)
        await show(turn, found)
