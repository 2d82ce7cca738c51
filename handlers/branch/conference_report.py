"""Ties a branch's sessions to its report: what was sent tells which were held; make-up attendance goes into it once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from campaigns.schema import Kind
from handlers.branch import announced, branch_plan, conference_day, drafts, mentioned, sessions
from handlers.branch.drafts import Draft
from handlers.rules import answers as rules
from handlers.rules import figures
from handlers.turn import Turn
from models import audit
from models import conference as stored
from models import report as reports
from models.conference import Conference, ConferenceState
from models.report import Revision

HELD_BY_WORD = "conference.held"
"""Act of the audit: a branch said it of a session itself, apart from any report."""
STANDS = {
    "conference.announce": ConferenceState.ANNOUNCED,
    "conference.move": ConferenceState.ANNOUNCED,
    "conference.not_held": ConferenceState.NOT_HELD,
}
"""How a session stands after such an act of the audit."""
OTHER_DAY = "conference.other_day"
"""Act of the audit: a report told another day than the one that was announced, which is noted."""


async def reported(turn: Turn, draft: Draft, revision: Revision) -> None:
    """Let the sessions say what a report that was sent says: held, on which day, with how many."""
    if not any(question.prefill == sessions.FORM for question in draft.form.questions):
        return
    await _plan(turn, draft)
    given = drafts.plain(revision.answers)
    if figures.value_of(given, "held") != "held" or not given.get("held_on"):
        return
    found = await _sessions(turn, draft)
    main = _told(found, draft, given) or _new(turn, draft, None)
    announced_for = main.on_day if main.state == ConferenceState.ANNOUNCED else None
    _fill(turn, main, given, revision)
    if announced_for and announced_for != main.on_day:
        turn.note(OTHER_DAY, f"conference:{main.id}", turn.me, was=announced_for.isoformat())
    _put_with(found, revision, given)
    await turn.session.flush()
    await announced.follow(turn, main.unit_id, main.campaign_id)
    await mentioned.over(turn, main.unit_id, main.campaign_id)
    if not any(each.makeup_of_id and each.report_id is None for each in found):
        await _make_up(turn, draft, main, given, revision)


async def not_held(turn: Turn, draft: Draft) -> None:
    """What a report told of that is taken back as not held is not held any more, nor is anything made up for it."""
    for each in await _sessions(turn, draft):
        if each.report_id == draft.report.id and each.state == ConferenceState.HELD:
            each.state, each.version = ConferenceState.NOT_HELD, each.version + 1
            each.report_id = each.attended = each.masses = None
            turn.note("conference.not_held", f"conference:{each.id}", turn.me)


async def recalled(turn: Turn, draft: Draft) -> None:
    """What only a report that was taken back told of is told no more: each session stands as before it.

    What the branch itself said was held (a make-up, one more session) stays held.
    """
    theirs = [each for each in await _sessions(turn, draft) if each.report_id == draft.report.id]
    said = await _said_by_itself(turn, theirs)
    for each in theirs:
        if HELD_BY_WORD not in said[each.id]:
            each.state = next((STANDS[act] for act in reversed(said[each.id])), ConferenceState.CANCELLED)
            each.version += 1
            each.report_id = each.attended = each.masses = None
            each.on_day = await _announced_for(turn, each)
            await conference_day.plan(turn, each)
    if theirs:
        await turn.session.flush()
        await announced.follow(turn, draft.duty.unit.id, draft.duty.deadline.campaign_id)


async def _announced_for(turn: Turn, one: Conference) -> date:
    """Return the day for which a session was announced before reports told another."""
    told = await audit.of_subjects(turn.session, [f"conference:{one.id}"], (OTHER_DAY,))
    return date.fromisoformat(told[-1].details["was"]) if told else one.on_day


async def _said_by_itself(turn: Turn, found: Sequence[Conference]) -> dict[int, list[str]]:
    """Return {session id: what was said of it besides any report, in order}."""
    subjects = {f"conference:{each.id}": each.id for each in found}
    lines = await audit.of_subjects(turn.session, list(subjects), (*STANDS, HELD_BY_WORD))
    return {each.id: [line.act for line in lines if subjects[line.subject] == each.id] for each in found}


async def _sessions(turn: Turn, draft: Draft) -> Sequence[Conference]:
    """Return the sessions of the plan that the report is of: a later plan's are told of by its own report."""
    return await stored.of_unit(turn.session, draft.duty.unit.id, draft.duty.deadline.campaign_id)


async def _plan(turn: Turn, draft: Draft) -> None:
    """Keep the number and day of the branch's own plan where the report gives them."""
    asked = [question.id for question in draft.form.questions if question.kind is Kind.PLAN_REF]
    given = rules.final(draft.form, draft.values, draft.facts)
    for reference in (given.get(each) for each in asked):
        if isinstance(reference, dict):
            day = str(reference.get("date") or "")
            on = date.fromisoformat(day) if day else None
            await branch_plan.record(turn, draft.duty.unit, str(reference.get("number") or ""), on)


def _new(turn: Turn, draft: Draft, main: Conference | None) -> Conference:
    made = Conference(
        committee_id=turn.committee.id,
        campaign_id=draft.duty.deadline.campaign_id,
        unit_id=draft.duty.unit.id,
        makeup_of_id=main.id if main else None,
        version=0,
        recorded_at=turn.now,
    )
    turn.session.add(made)
    return made


def _told(found: Sequence[Conference], draft: Draft, given: Mapping[str, Any]) -> Conference | None:
    """Return the main session that the report is about: as it told before, the one of its day, else the first."""
    mains = [each for each in found if each.makeup_of_id is None]
    before = stored.reported([each for each in mains if each.report_id == draft.report.id])
    of_day = next((each for each in mains if each.on_day.isoformat() == given["held_on"]), None)
    return before or of_day or sessions.main(mains)


def _put_with(found: Sequence[Conference], revision: Revision, given: Mapping[str, Any]) -> None:
    """Note that the report tells of make-up sessions too once it counts who came to them."""
    for each in found:
        if each.makeup_of_id and each.state == ConferenceState.HELD and given.get("makeup_count"):
            each.report_id = each.report_id or revision.report_id


def _fill(turn: Turn, main: Conference, given: Mapping[str, Any], revision: Revision) -> None:
    venue = given.get("venue") or {}
    main.state, main.version, main.report_id = ConferenceState.HELD, main.version + 1, revision.report_id
    main.on_day = date.fromisoformat(str(given["held_on"]))
    for name in ("form", "speaker", "joint_with", "speaker_name"):
        setattr(main, name, _said(given, name, "" if "form" in given else getattr(main, name)))
    main.place = str(venue.get("place") or main.place or "")
    main.attended, main.masses = given.get("attended"), given.get("masses")
    main.person_id = turn.me.id


def _said(given: Mapping[str, Any], name: str, known: str) -> str:
    """Return what the report tells; the office, entering figures alone, leaves what was announced as it was."""
    return str(given.get(name) or known or "")


async def _make_up(turn: Turn, draft: Draft, main: Conference, given: Mapping[str, Any], revision: Revision) -> None:
    """Keep the make-up session that the report alone tells of, held or planned; an older reading of it is replaced."""
    for old in await _sessions(turn, draft):
        if old.makeup_of_id and old.report_id == revision.report_id:
            old.state, old.version = ConferenceState.CANCELLED, old.version + 1
    absent = max((given.get("summoned") or 0) - (given.get("attended") or 0), 0)
    count = {"all": absent, "part": given.get("makeup_count")}.get(str(given.get("makeup")))
    planned = given.get("makeup_planned_on") if given.get("makeup") == "planned" else None
    day = given.get("makeup_on") if count else planned
    if not day:
        return
    made = _new(turn, draft, main)
    made.state, made.version = ConferenceState.HELD if count else ConferenceState.ANNOUNCED, 1
    made.on_day, made.attended, made.report_id = date.fromisoformat(str(day)), count, revision.report_id
    made.form, made.speaker, made.person_id = main.form, main.speaker, turn.me.id
    await turn.session.flush()
    await conference_day.plan(turn, made)


async def come_to(turn: Turn, one: Conference, more: int = 0) -> tuple[stored.Attendance, int] | None:
    """Return what `one` and its branch's others come to with `more` made up just now, and how many had to come.

    None where no report in force tells of the main session.
    """
    found = await sessions.beside(turn, one)
    main = stored.reported(found) or sessions.main(found)
    revision = await reports.last_revision(turn.session, main.report_id) if main and main.report_id else None
    summoned = drafts.plain(revision.answers).get("summoned") if revision and not revision.recalled_at else None
    return (stored.distinct(found, summoned, more), summoned) if isinstance(summoned, int) else None


async def put_in(turn: Turn, draft: Draft) -> None:
    """Write who came to further and make-up sessions into the report's answers, never more than had to come."""
    found, given = await _sessions(turn, draft), draft.values
    summoned, attended = given.get("summoned"), given.get("attended")
    if not isinstance(summoned, int) or not isinstance(attended, int):
        return
    told: dict[str, Any] = {}
    if more := stored.uncounted(found):
        attended = told["attended"] = min(attended + sum(each.attended or 0 for each in more), summoned)
        _counted_with(more, draft.report.id)
    if attended < summoned and (made_up := stored.made_up(found)):
        told |= {**made_up, "makeup_count": min(made_up["makeup_count"], summoned - attended)}
    if told:
        drafts.save(turn, draft, {**given, **told}, turn.me, turn.inbox_id, dict.fromkeys(told, "known"))


async def put_in_later(turn: Turn, draft: Draft) -> None:
    """Put into a report opened again what was held after it was sent, unless the branch has answered that since."""
    sent = await reports.last_revision(turn.session, draft.report.id)
    held = [each for each in await _sessions(turn, draft) if each.state == ConferenceState.HELD and each.attended]
    more = [each.recorded_at for each in held if each.makeup_of_id or each.report_id is None]
    if sent and more and max(more) > max(sent.sent_at, _answered(draft) or sent.sent_at):
        await put_in(turn, draft)


def _answered(draft: Draft) -> datetime | None:
    """Return when the branch last answered what a make-up session changes."""
    kept = [draft.report.answers.get(each) for each in ("attended", "makeup", "makeup_count")]
    return max((datetime.fromisoformat(each["at"]) for each in kept if each and each.get("at")), default=None)


def _counted_with(more: Sequence[Conference], report_id: int) -> None:
    """Note that the report's own figure counts who came to these from now on: they are added once."""
    for each in more:
        each.report_id, each.attended = report_id, None


async def ask_of_others(turn: Turn, draft: Draft) -> None:
    """After a report: was each further session whose day is over held too, and does the report count it?"""
    found = await _sessions(turn, draft)
    for each in found:
        open_ = each.makeup_of_id is None and each.state == ConferenceState.ANNOUNCED and each.on_day <= turn.today
        if open_ and stored.besides(found, each):
            await turn.say("conference.besides", choices=sessions.more_menu(each), **await sessions.told(turn, each))
