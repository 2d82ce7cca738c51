"""/hoinghi: a branch announces its conference, corrects, moves, calls it off. Keeps nothing that was not read back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson

from campaigns.schema import Json
from handlers import record
from handlers.branch import (
    acts,
    announced,
    branch_plan,
    conference_day,
    conference_report,
    drafts,
    duties,
    joint_session,
    locked,
    mentioned,
    sending,
    sessions,
)
from handlers.branch import report as reporting
from handlers.branch.drafts import Draft
from handlers.branch.duties import Duty
from handlers.everyone import unknown
from handlers.office import conferences, leader
from handlers.routes import SENDERS
from handlers.turn import Turn
from messages import numbers as numbers_in_words
from messages.reading import dates, hours, numbers
from messages.reading.conferences import Told, names_meeting, read_conference
from messages.reading.replies import Reply
from messages.types import Choice, Heard, Rows, Value
from models import conference as stored
from models.base import find
from models.conference import Attendance, Conference, ConferenceState
from models.obligation import State
from models.unit import Unit

A_PAGE = 6  # sessions with a button each
A_ROW = 3
FURTHEST = 366  # days ahead
SHORTEST, LONGEST = 3, 200  # of a reason
MOST = 2000  # members at one session
ANNOUNCING = ("will_do", "done", "submit_report", "other")
"""What words that answer the duty of announcing may read as; a question or an excuse announces nothing."""
TO_COME = (ConferenceState.ANNOUNCED, ConferenceState.NOT_HELD)


async def command(turn: Turn, rest: str = "") -> None:
    """/hoinghi."""
    turn.expect_nothing()
    if turn.holds(SENDERS):
        await _own(turn)
    else:
        await conferences.show(turn)


async def show(turn: Turn) -> None:
    """[Lịch hội nghị]."""
    await command(turn)


async def _own(turn: Turn) -> None:
    for unit in await turn.units(SENDERS):
        found = await sessions.of_branch(turn, unit.id)
        lines = [await sessions.view(turn, each) for each in found]
        current = await turn.campaign()
        said: dict[str, Any] = {"branch": unit.name, "title": current.title if current else "", "lines": lines}
        day = await _mentioned(turn, unit, found)
        said |= {"plan": branch_plan.view(await branch_plan.of_unit(turn, unit.id)), "responsible": unit.responsible}
        await turn.say("conference.own", choices=_own_menu(unit, found, day), said_on=day, **said)


async def _mentioned(turn: Turn, unit: Unit, found: Sequence[Conference]) -> date | None:
    """Return the day the branch named in passing, None once it announced one or the day is over."""
    current = await turn.campaign()
    known = await stored.said(turn.session, current.id, unit.id) if current and not found else []
    return known[0].on_day if known and known[0].on_day >= turn.today else None


def _own_menu(unit: Unit, found: Sequence[Conference], day: date | None) -> Rows:
    one = [Choice("conference.one", {"conference": each.id, "number": n}) for n, each in enumerate(found[:A_PAGE], 1)]
    about = {"unit": unit.id}
    new = [Choice("conference.announce", about, "conference.another" if found else "conference.announce")]
    if day:
        told = orjson.dumps({"held_on": day.isoformat()}).decode()
        new = [Choice("conference.besides", {"unit": unit.id, "told": told}, "conference.announce")]
    if sessions.main(found):
        new.append(Choice("conference.makeup", about))
    more = [Choice("branch_plan.ask", about), Choice("responsible.ask", about)]
    return [*(one[n : n + A_ROW] for n in range(0, len(one), A_ROW)), new, more]


# Announcing


async def announce(turn: Turn, unit: int) -> None:
    """[Báo lịch hội nghị]."""
    if await _branch(turn, unit):
        await record.begin(turn, sessions.FORM, {"unit": unit, "conference": 0, "makeup": False})
    else:
        await unknown.old_button(turn)


async def open_duty(turn: Turn, duty: Duty) -> None:
    """Open what answers the duty of announcing: the form, or the session that is announced already."""
    if await _branch(turn, duty.unit.id) is None:
        await turn.say("conference.leaders_only", branch=duty.unit.name)
        return
    first = sessions.main(await stored.of_unit(turn.session, duty.unit.id, duty.deadline.campaign_id))
    if first and duty.owed.state == State.ACCEPTED:
        await one(turn, first.id)
    elif first:
        await correct(turn, first.id)
    else:
        await announce(turn, duty.unit.id)


async def answers_duty(turn: Turn, duty: Duty, reply: Reply, text: str) -> bool:
    """Take words in answer to the duty of announcing; say whether they announced anything.

    A day alone announces it where the words are no promise to write later ("mai báo").
    """
    if not duty.announces or reply.intent not in ANNOUNCING:
        return False
    if await heard(turn, text, asked=True):
        return True
    day = reply.date
    meant = reply.intent != "will_do" or names_meeting(text)
    if day is None or not meant or not 0 <= (day - turn.today).days <= FURTHEST:
        return False
    await _say_which(turn, duty.unit, {"held_on": day.isoformat()})
    return True


async def makeup(turn: Turn, unit: int) -> None:
    """[Báo buổi học bù]: only where there is something to make up for."""
    branch = await _branch(turn, unit)
    if branch is None:
        await unknown.old_button(turn)
    elif sessions.main(await sessions.of_branch(turn, unit)) is None:
        await announce(turn, unit)
    else:
        await record.begin(turn, sessions.FORM, {"unit": unit, "conference": 0, "makeup": True})


async def heard(turn: Turn, text: str, *, asked: bool = False) -> bool:
    """Take words that announce a conference: read back, what is missing is asked. Say whether they did."""
    branches = await turn.units(SENDERS)
    told = read_conference(text, today=turn.today, asked=asked) if len(branches) == 1 else None
    if told is None or (told.on - turn.today).days > FURTHEST:
        return False
    await _say_which(turn, branches[0], _answers(told))
    return True


def reads(turn: Turn, text: str) -> dict[str, Json]:
    """Return what words tell of a session to be announced: day, hour, place, form, speaker, as far as they do."""
    told = read_conference(text, today=turn.today, asked=True)
    return _answers(told) if told and (told.on - turn.today).days <= FURTHEST else {}


async def _say_which(turn: Turn, unit: Unit, given: dict[str, Json]) -> None:
    """Where a session is to come already, ask whether these words change it or are about one more."""
    found = [each for each in await sessions.of_branch(turn, unit.id) if each.makeup_of_id is None]
    coming = [each for each in found if each.state in TO_COME][:A_ROW]
    if not coming:
        await besides(turn, unit.id, orjson.dumps(given).decode())
        return
    told: dict[str, Value] = {"told": orjson.dumps(given).decode()}
    menu = [
        [Choice("conference.instead", {**told, "conference": each.id, "day": numbers_in_words.day(each.on_day)})]
        for each in coming
    ]
    menu.append([Choice("conference.besides", {**told, "unit": unit.id})])
    lines = [await sessions.view(turn, each) for each in coming]
    on = date.fromisoformat(str(given["held_on"]))
    await turn.say("conference.which", choices=menu, branch=unit.name, on=on, lines=lines)


async def besides(turn: Turn, unit: int, told: str) -> None:
    """[Thêm một buổi]: what words gave is read back, what is missing is asked."""
    if await _branch(turn, unit) is None:
        await unknown.old_button(turn)
        return
    about = {"unit": unit, "conference": 0, "makeup": False}
    await record.begin(turn, sessions.FORM, about, orjson.loads(told), heard=True)


async def instead(turn: Turn, conference: int, told: str, day: str = "") -> None:
    """[Đổi buổi …]: the words change that session, once they were read back and kept."""
    found = await _open(turn, conference)
    if found is None:
        return
    about = {"unit": found.unit_id, "conference": found.id, "makeup": found.makeup_of_id is not None}
    given = {**sessions.answers(found, turn.today), **orjson.loads(told)}
    given["place"] = None if given.get("form") == "online" else given.get("place")
    await record.begin(turn, sessions.FORM, about, given, heard=True)


def _answers(told: Told) -> dict[str, Json]:
    given = {name: getattr(told, name) for name in ("hour", "form", "place", "speaker", "speaker_name")}
    return {"held_on": told.on.isoformat(), **{name: value for name, value in given.items() if value}}


async def keep(turn: Turn, about: dict[str, Any], answers: Mapping[str, Json]) -> None:
    """Make it a row, or change the one that is corrected."""
    branch, current = await _branch(turn, int(about["unit"])), await turn.campaign()
    old = await _mine(turn, int(about["conference"])) if about["conference"] else None
    if branch is None or current is None or (about["conference"] and old is None):
        await turn.say("conference.gone")
        return
    was = old.on_day if old else None
    kept = old or await _new(turn, branch, current.id, makeup=bool(about["makeup"]))
    await _fill(turn, kept, answers)
    turn.session.add(kept)
    await turn.session.flush()
    turn.note("conference.correct" if old else "conference.announce", f"conference:{kept.id}", turn.me, unit=branch.id)
    await _settled(turn, kept, "corrected" if old else "announced", wanted=answers.get("invite") == "office", was=was)


async def _new(turn: Turn, branch: Unit, campaign_id: int, *, makeup: bool) -> Conference:
    first = sessions.main(await sessions.of_branch(turn, branch.id)) if makeup else None
    return Conference(
        committee_id=turn.committee.id,
        campaign_id=campaign_id,
        unit_id=branch.id,
        makeup_of_id=first.id if first else None,
        version=0,
        leader="",
    )


async def _fill(turn: Turn, kept: Conference, answers: Mapping[str, Json]) -> None:
    place, hour = str(answers.get("place") or ""), str(answers.get("hour") or "")
    kept.state, kept.version, kept.reason = ConferenceState.ANNOUNCED, kept.version + 1, ""
    kept.on_day = date.fromisoformat(str(answers["held_on"]))
    kept.hour = hour if hour in hours.PARTS else hours.read_time(hour)
    kept.form, kept.speaker = str(answers["form"]), str(answers["speaker"])
    kept.place = await record.label(turn, sessions.FORM, "place", place) if kept.form != "online" else ""
    kept.joint_with = str(answers.get("joint_with") or "") if kept.form == "joint" else ""
    kept.speaker_name = str(answers.get("speaker_name") or "") if kept.speaker != "branch_secretary" else ""
    kept.person_id, kept.recorded_at = turn.me.id, turn.now


async def _settled(turn: Turn, kept: Conference, what: str, *, wanted: bool, was: date | None) -> None:
    """Do what follows an announcement or a change, and say how it stands; `was` the day it had before."""
    await leader.follow(turn, kept, wanted=wanted and kept.speaker in sessions.LEADERS)
    await conference_day.plan(turn, kept)
    await announced.follow(turn, kept.unit_id, kept.campaign_id)
    await joint_session.offer(turn, kept)
    await mentioned.over(turn, kept.unit_id, kept.campaign_id)
    duty = await sessions.reporting(turn, kept) if kept.makeup_of_id is None else None
    late = duty is not None and kept.on_day > duty.last_day
    if duty and duty.chased and not late:
        duty.owed.promised_on, duty.owed.skip_next = kept.on_day, False
        turn.note("duty.promise", f"obligation:{duty.id}", turn.me)
    elif was:
        await rest_no_more(turn, kept, was)  # past the deadline nothing rests, not until the old day either
    extend = [Choice("answer.extend", {"obligation": duty.id})] if duty and late else []
    menu = [[Choice("conference.show"), *extend]]
    said = {"rests": _rests(duty, late=late), "last_day": duty.last_day if duty and late else None}
    await turn.say("conference.kept", choices=menu, what=what, **said, **await sessions.told(turn, kept))


def _rests(duty: Duty | None, *, late: bool) -> bool:
    return duty is not None and duty.chased and not late


# One session


async def one(turn: Turn, conference: int, number: int = 0) -> None:
    """One session: correct it, move it, call it off."""
    found = await _mine(turn, conference)
    if found is None:
        await turn.say("conference.gone")
        return
    values = {"conference": found.id}
    acting = [Choice("conference.move", values), Choice("conference.correct", values)]
    menu: Rows = [acting, [Choice("conference.cancel", values)]] if found.state in TO_COME else []
    menu = [*await _held_menu(turn, found), *menu]
    await turn.say("conference.one", choices=[*menu, [Choice("conference.show")]], **await sessions.told(turn, found))


async def _held_menu(turn: Turn, found: Conference) -> Rows:
    if found.state not in TO_COME or found.on_day > turn.today:
        return []
    if found.makeup_of_id is None and stored.besides(await sessions.beside(turn, found), found):
        return sessions.more_menu(found)[:2]
    act = "conference.held" if found.makeup_of_id is None else "conference.made_up"
    return [[Choice(act, {"conference": found.id, "version": found.version})]]


async def correct(turn: Turn, conference: int) -> None:
    """[Sửa]: the record with its answers, any of which can be changed."""
    found = await _open(turn, conference)
    if found is None:
        return
    answers = sessions.answers(found, turn.today)
    about = {"unit": found.unit_id, "conference": found.id, "makeup": found.makeup_of_id is not None}
    await record.begin(turn, sessions.FORM, about, answers)


async def move(turn: Turn, conference: int) -> None:
    """[Dời ngày]."""
    if found := await _open(turn, conference):
        turn.expect("conference.day", conference=found.id)
        await turn.say("conference.ask_day", wrong=False, **await sessions.told(turn, found))


async def day(turn: Turn) -> None:
    """The new day, typed: read back before it counts."""
    found = await _open(turn, int(turn.conversation.subject.get("conference") or 0))
    if found is None:
        return
    text = turn.incoming.text if turn.incoming.kind is Heard.TEXT else ""
    given, hour = dates.read_date(text, today=turn.today, tense="future").date, hours.read_time(text)
    if given is None or not 0 <= (given - turn.today).days <= FURTHEST:
        await turn.say("conference.ask_day", wrong=True, **await sessions.told(turn, found))
        return
    turn.expect_nothing()
    to: dict[str, Value] = {"conference": found.id, "day": given.isoformat(), "hour": hour, "version": found.version}
    menu = [[Choice("conference.moved", to), Choice("conference.one", {"conference": found.id}, "conference.leave")]]
    shown = {"new_day": given, "hour": hour, "part": hour in hours.PARTS}
    await turn.say("conference.read_day", choices=menu, **shown, **await sessions.told(turn, found))


async def moved(turn: Turn, conference: int, day: str, version: int, hour: str = "") -> None:
    """[Đúng, dời]: nothing planned for the old day fires; a second press shows how it stands."""
    found = await _open(turn, conference)
    if found is None:
        return
    to = _day(day)
    if found.version != version or to is None or to < turn.today:
        await one(turn, conference)
        return
    asked, was = bool(found.leader), found.on_day
    found.state, found.version = ConferenceState.ANNOUNCED, found.version + 1
    found.on_day, found.hour = to, hour or found.hour
    turn.note("conference.move", f"conference:{found.id}", turn.me, on=day)
    await turn.session.flush()
    await _settled(turn, found, "moved", wanted=asked, was=was)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


async def cancel(turn: Turn, conference: int) -> None:
    """[Hủy buổi này]: why?"""
    if found := await _open(turn, conference):
        turn.expect("conference.reason", conference=found.id)
        await turn.say("conference.ask_reason", wrong=False, **await sessions.told(turn, found))


async def reason(turn: Turn) -> None:
    """Why it is called off; the report is chased as before."""
    found = await _open(turn, int(turn.conversation.subject.get("conference") or 0))
    if found is None:
        return
    why = " ".join(turn.incoming.text.split()) if turn.incoming.kind is Heard.TEXT else ""
    if not SHORTEST <= len(why) <= LONGEST:
        await turn.say("conference.ask_reason", wrong=True, **await sessions.told(turn, found))
        return
    turn.expect_nothing()
    found.state, found.reason, found.version = ConferenceState.CANCELLED, why, found.version + 1
    turn.note("conference.cancel", f"conference:{found.id}", turn.me)
    await turn.session.flush()
    await leader.follow(turn, found, wanted=False)
    owed = await announced.follow(turn, found.unit_id, found.campaign_id)
    await rest_no_more(turn, found, found.on_day)
    menu = [[Choice("conference.show"), Choice("conference.announce", {"unit": found.unit_id}, "conference.another")]]
    said = {"reason": why, "owed": await duties.views(turn, owed)}
    await turn.say("conference.cancelled", choices=menu, **said, **await sessions.told(turn, found))


# The day after


async def held(turn: Turn, conference: int, version: int) -> None:
    """[Đã tổ chức, báo cáo]: the report opens with what was announced, read back in one go."""
    found = await _mine(turn, conference)
    if found is None or found.version != version or found.on_day > turn.today:
        await turn.say("conference.gone")
        return
    duty = await sessions.reporting(turn, found)
    if duty:
        await reporting.open_duty(turn, duty)
    else:
        await turn.say("report.none")


async def made_up(turn: Turn, conference: int, version: int) -> None:
    """[Đã học bù]: how many?"""
    found = await _come(turn, conference, version)
    if found:
        turn.expect("conference.count", conference=found.id)
        await turn.say("conference.ask_count", wrong=False, **await sessions.told(turn, found))


async def _come(turn: Turn, conference_id: int, version: int) -> Conference | None:
    """Return a make-up or further session whose day has come and that stands as it did when the button was shown."""
    found = await _mine(turn, conference_id)
    more = found is not None and stored.besides(await sessions.beside(turn, found), found)
    open_ = found is not None and found.state in TO_COME and more
    if found is None or not open_ or found.on_day > turn.today or found.version != version:
        await turn.say("conference.gone")
        return None
    return found


async def covered(turn: Turn, conference: int, version: int) -> None:
    """[Đã gồm trong báo cáo]: a further session was held, and the report counts who came to it already."""
    found = await _come(turn, conference, version)
    if found is None or found.makeup_of_id is not None:
        return
    main = stored.reported(await sessions.beside(turn, found))
    found.state, found.version = ConferenceState.HELD, found.version + 1
    found.report_id = main.report_id if main else None
    found.person_id, found.recorded_at = turn.me.id, turn.now
    turn.note("conference.held", f"conference:{found.id}", turn.me)
    await turn.say("conference.covered", choices=[[Choice("conference.show")]], **await sessions.told(turn, found))


async def count(turn: Turn) -> None:
    """How many made up for it, typed: read back with what it comes to."""
    found = await _open(turn, int(turn.conversation.subject.get("conference") or 0))
    if found is None:
        return
    given = numbers.read_number(turn.incoming.text) if turn.incoming.kind is Heard.TEXT else None
    told = await sessions.told(turn, found)
    if given is None or not 0 < given <= MOST:
        await turn.say("conference.ask_count", wrong=True, **told)
        return
    turn.expect_nothing()
    values = {"conference": found.id, "version": found.version}
    menu = [[Choice("conference.counted", {**values, "count": given})]]
    menu[0].append(Choice("conference.made_up", values, "conference.again"))
    sums = _sums(await conference_report.come_to(turn, found, given))
    await turn.say("conference.read_count", choices=menu, count=given, **sums, **told)


def _sums(come_to: tuple[Attendance, int] | None) -> dict[str, Any]:
    """Return what templates say of the whole attendance; `over` is not counted."""
    return {
        "attended": come_to[0].attended if come_to else None,
        "summoned": come_to[1] if come_to else None,
        "over": come_to[0].over if come_to else 0,
    }


async def counted(turn: Turn, conference: int, version: int, count: int) -> None:
    """[Đúng, ghi]: it was held; what it adds to the report is offered."""
    found = await _come(turn, conference, version)
    if found is None or not 0 < count <= MOST:
        return
    found.state, found.attended, found.version = ConferenceState.HELD, count, found.version + 1
    found.person_id, found.recorded_at = turn.me.id, turn.now
    turn.note("conference.held", f"conference:{found.id}", turn.me, attended=count)
    await turn.session.flush()
    beside = await sessions.beside(turn, found)
    main = stored.reported(beside) or sessions.main(beside)
    draft = await drafts.of_report(turn, main.report_id) if main and main.report_id else None
    menu, sums = _into_report(turn, draft, count), _sums(await conference_report.come_to(turn, found))
    locked_ = draft is not None and draft.duty.owed.state == State.ACCEPTED
    said = {"count": count, "in_report": draft is not None and not locked_, "locked": locked_}
    await turn.say("conference.made_up", choices=menu, **said, **sums, **await sessions.told(turn, found))


def _into_report(turn: Turn, draft: Draft | None, number: int) -> Rows:
    if draft is None:
        return [[Choice("conference.show")]]
    if draft.duty.owed.state == State.ACCEPTED:
        values: dict[str, Value] = {"report": draft.report.id, "number": number}
        return [[Choice("conference.ask_reopen", values)]] if locked.choices(turn, draft) else []
    return [[Choice("conference.into_report", {"report": draft.report.id})]]


async def ask_reopen(turn: Turn, report: int, number: int) -> None:
    """[Nhờ Văn phòng mở lại …]: who came to a session after the report was taken in is put before the office."""
    draft = await drafts.of_report(turn, report)
    if draft is None or await _branch(turn, draft.duty.unit.id) is None:
        await turn.say("report.not_yours")
    elif draft.duty.owed.state == State.ACCEPTED:
        await locked.wish(turn, draft, turn.words("conference.reopen_wish", plain=True, number=number))
    else:
        await into_report(turn, report)


async def into_report(turn: Turn, report: int) -> None:
    """[Ghi vào báo cáo]: its answers say so; the branch looks and sends."""
    draft = await drafts.of_report(turn, report)
    if draft is None or await _branch(turn, draft.duty.unit.id) is None:
        await turn.say("report.not_yours")
    elif draft.duty.owed.state == State.ACCEPTED:
        await sending.show_sent(turn, draft)
    else:
        await conference_report.put_in(turn, draft)
        await reporting.correct(turn, report)


async def not_yet(turn: Turn, conference: int, version: int) -> None:
    """[Chưa]: it was not held and has no new day; reminders of the report go on."""
    found = await _mine(turn, conference)
    if found is None or found.version != version or found.state != ConferenceState.ANNOUNCED:
        await turn.say("conference.gone")
        return
    found.state, found.version = ConferenceState.NOT_HELD, found.version + 1
    turn.note("conference.not_held", f"conference:{found.id}", turn.me)
    await turn.session.flush()
    await rest_no_more(turn, found, found.on_day)
    values = {"conference": found.id}
    menu = [[Choice("conference.move", values), Choice("conference.cancel", values)]]
    await turn.say("conference.not_yet", choices=menu, **await sessions.told(turn, found))


async def rest_no_more(turn: Turn, found: Conference, day: date) -> None:
    """Let reminders of the report go on where they waited for the very day it was to be."""
    duty = await sessions.reporting(turn, found)
    if duty and duty.owed.promised_on == day:
        turn.note("duty.resume", f"obligation:{duty.id}", turn.me)
        await acts.resume(turn, duty)


async def _branch(turn: Turn, unit_id: int) -> Unit | None:
    return next((each for each in await turn.units(SENDERS) if each.id == unit_id), None)


async def _mine(turn: Turn, conference_id: int) -> Conference | None:
    found = await find(turn.session, Conference, conference_id)
    if found is None or found.state == ConferenceState.CANCELLED or await _branch(turn, found.unit_id) is None:
        return None
    return found


async def _open(turn: Turn, conference_id: int) -> Conference | None:
    """Return a session of theirs that can still be changed; else say how things stand."""
    found = await _mine(turn, conference_id)
    if found is None or found.state not in TO_COME:
        turn.expect_nothing()
        await turn.say("conference.gone")
        return None
    return found
