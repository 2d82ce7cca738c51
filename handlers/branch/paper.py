"""The branch's report on paper: read from what was sent, built by a job, sent to whoever sent it. Decides nothing."""

from datetime import date
from typing import Any

from sqlalchemy import select

from campaigns.schema import Question
from handlers.branch import drafts
from handlers.branch.drafts import Draft
from handlers.routes import Build, MadeFile, StoredFile
from handlers.rules import answers as rules
from handlers.rules import figures
from handlers.rules.checks import Known
from handlers.turn import Moment, SaidFile
from messages import numbers
from messages.documents import branch_report, plain_report
from messages.documents.branch_report import BranchReport, Conference, DocumentRef
from messages.documents.plain_report import Heading, PlainReport, Section, Signer
from models import person
from models.attachment import Attachment
from models.campaign import Campaign
from models.notice import NoticeKind
from models.person import Person
from models.report import Revision
from models.role import RoleKind


def build(made: BranchReport | PlainReport, name: str) -> list[MadeFile]:
    """Build the .docx (in a child process)."""
    if isinstance(made, BranchReport):
        return [MadeFile(name, "document", branch_report.build_branch_report(made))]
    return [MadeFile(name, "document", plain_report.build_plain_report(made))]


async def load(moment: Moment, report: int, number: int, person: int) -> Build | None:
    """Read what the paper says; None for a form that makes none, or a sending taken back."""
    draft = await drafts.of_report(moment, report)
    sent = await _revision(moment, report, number)
    if draft is None or sent is None or sent.recalled_at or not draft.form.document:
        return None
    answers = drafts.plain(sent.answers)
    made = await _study(moment, draft, answers) if draft.form.document == "study_report" else None
    name = moment.words("paper.name", plain=True, branch=draft.duty.unit.name, title=draft.title, number=number)
    return Build(build, (made or await _plain(moment, draft, answers), name))


async def _revision(moment: Moment, report_id: int, number: int) -> Revision | None:
    query = select(Revision).where(Revision.report_id == report_id, Revision.number == number)
    return (await moment.session.scalars(query)).one_or_none()


async def finish(moment: Moment, stored: list[StoredFile], report: int, number: int, person: int) -> None:
    """Send the paper to whoever sent the report."""
    draft, to = await drafts.of_report(moment, report), await moment.session.get(Person, person)
    if draft is None or to is None:
        return
    kept = Attachment(
        committee_id=moment.committee.id,
        unit_id=draft.duty.unit.id,
        obligation_id=draft.duty.id,
        kind="document",
        name=stored[0].name,
        path=str(stored[0].path),
        size=stored[0].size,
        sha256=stored[0].sha256,
        made_at=moment.now,
    )
    moment.session.add(kept)
    await moment.session.flush()
    said = {"title": draft.title, "branch": draft.duty.unit.name, "number": number}
    key, file = f"paper:{report}:{number}", SaidFile(kept.id, "document")
    await moment.tell(to, "paper.sent", kind=NoticeKind.ANSWER, dedupe=key, file=file, **said)


async def failed(moment: Moment, report: int, number: int, person: int) -> None:
    """The report is in; only its paper could not be made."""
    to = await moment.session.get(Person, person)
    if to is not None:
        await moment.tell(to, "paper.failed", kind=NoticeKind.ANSWER, dedupe=f"paper:{report}:{number}:failed")


# The study report


async def _study(moment: Moment, draft: Draft, answers: rules.Answers) -> BranchReport:
    plan, found = await moment.plan(), figures.figures_of(answers)
    attended = answers.get("attended")
    absent = found.summoned - attended if found.summoned is not None and isinstance(attended, int) else None
    return BranchReport(
        committee_name=moment.committee.name,
        superior_heading=plan.committee.organisation,
        branch_name=draft.duty.unit.name,
        topic=plan.title,
        as_of=moment.local(moment.now),
        place=str(moment.committee.facts.get("place") or ""),
        plan_ref=await _plan_ref(moment, draft),
        conferences=(await _conference(moment, draft, answers),),
        summoned=found.summoned,
        exempt=draft.facts.exempt,
        attended=attended if isinstance(attended, int) else None,
        absent=absent,
        absent_reason=_absent_reason(moment, answers) if absent else "",
        **_makeup(answers, absent),
        masses=found.masses,
        **_rest(draft, answers),
        secretary_name=await _secretary(moment, draft),
    )


async def _plan_ref(moment: Moment, draft: Draft) -> DocumentRef:
    plan, current = await moment.plan(), await moment.session.get_one(Campaign, draft.duty.deadline.campaign_id)
    day = current.facts.get("plan_date")
    written = date.fromisoformat(day) if day else plan.date
    return DocumentRef(current.facts.get("plan_number") or plan.number or "", written)


async def _conference(moment: Moment, draft: Draft, answers: rules.Answers) -> Conference:
    found, venue = figures.figures_of(answers), answers.get("venue")
    return Conference(
        held_on=found.held_on,
        form=_label(draft, answers, "form"),
        joint_with=str(answers.get("joint_with") or ""),
        speaker=await _speaker(moment, draft, answers),
        place=str(venue.get("place") or "") if isinstance(venue, dict) else "",
    )


async def _speaker(moment: Moment, draft: Draft, answers: rules.Answers) -> str:
    if named := answers.get("speaker_name"):
        return str(named)
    name, post = await _secretary(moment, draft), _label(draft, answers, "speaker")
    return ", ".join(each for each in (name, post) if each)


def _label(draft: Draft, answers: rules.Answers, name: str) -> str:
    question = draft.form.question(name)
    return next((option.label for option in question.options if option.value == answers.get(name)), "")


def _absent_reason(moment: Moment, answers: rules.Answers) -> str:
    return moment.words("paper.absent", plain=True, unexcused=answers.get("unexcused") or 0)


def _makeup(answers: rules.Answers, absent: int | None) -> dict[str, Any]:
    how = answers.get("makeup")
    day = answers.get("makeup_on") or answers.get("makeup_planned_on")
    many = absent if how == "all" else answers.get("makeup_count")
    return {
        "makeup_attended": many if how in ("all", "part") else None,
        "makeup_date": date.fromisoformat(str(day)) if day and how != "none" else None,
    }


def _rest(draft: Draft, answers: rules.Answers) -> dict[str, Any]:
    own, tally = answers.get("own_plan_ref"), answers.get("dissemination")
    labels = {option.value: option.label for option in draft.form.question("dissemination").options}
    own_plan = own if isinstance(own, dict) else {}
    places = tally if isinstance(tally, dict) else {}
    return {
        "own_plan": _own(own_plan) if answers.get("own_plan") == "own" else None,
        "follows_committee_plan": answers.get("own_plan") == "committee",
        "dissemination": tuple((labels.get(place, place), count) for place, count in places.items()),
        "pledged": answers.get("pledges"),
        "highlights": str(answers.get("highlights") or ""),
        "difficulties": str(answers.get("shortcomings") or ""),
        "proposals": str(answers.get("proposals") or ""),
    }


def _own(reference: dict[str, Any]) -> DocumentRef:
    day = reference.get("date")
    return DocumentRef(reference.get("number", ""), date.fromisoformat(day) if day else None)


async def _secretary(moment: Moment, draft: Draft) -> str:
    unit = draft.duty.unit
    held = await person.holding(moment.session, moment.committee.id, [RoleKind.SECRETARY], unit.id)
    return held[0].name if held else unit.secretary_name


# Any other form: a section for each question


async def _plain(moment: Moment, draft: Draft, answers: rules.Answers) -> PlainReport:
    plan, branch = await moment.plan(), draft.duty.unit.name
    said = {"branch": branch, "title": draft.title, "committee": moment.committee.name}
    return PlainReport(
        heading=Heading(
            plan.committee.organisation,
            moment.words("paper.issuer", plain=True, **said),
            str(moment.committee.facts.get("place") or ""),
        ),
        subject=moment.words("paper.subject", plain=True, **said),
        sections=tuple(_sections(draft, answers)),
        as_of=moment.local(moment.now),
        closing=moment.words("paper.closing", plain=True, **said),
        signer=Signer(name=await _secretary(moment, draft)),
        recipients=tuple(moment.words("paper.recipients", plain=True, **said).split("\n")),
    )


def _sections(draft: Draft, answers: rules.Answers) -> list[Section]:
    """One section a number, headed by its first question; what was left out is left to fill in by hand."""
    names = rules.known(draft.form, answers, draft.facts)
    by_number: dict[int, list[Question]] = {}
    for question in rules.applicable(draft.form, names):
        by_number.setdefault(question.number, []).append(question)
    return [
        Section(asked[0].short, tuple(text for each in asked if (text := _written(each, answers, names))))
        for asked in by_number.values()
    ]


def _written(question: Question, answers: rules.Answers, names: Known) -> str:
    value = answers.get(question.id)
    if value is None:
        return ""
    shown = rules.shown(question, value, names)
    if shown["kind"] == "date":
        return f"{question.short}: {numbers.full_date(shown['date'])}."
    return str(shown["number"]) if shown["kind"] == "number" else str(shown.get("words", ""))
