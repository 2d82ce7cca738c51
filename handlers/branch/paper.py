"""The branch's report on paper: read from what was sent, built by a job, sent to whoever sent it. Decides nothing."""

from datetime import date
from typing import Any

from sqlalchemy import select

from campaigns.schema import Kind, Question
from handlers import shelf
from handlers.branch import drafts
from handlers.branch.drafts import Draft
from handlers.office import layout
from handlers.routes import Build, MadeFile, StoredFile
from handlers.rules import answers as rules
from handlers.rules import figures
from handlers.rules.checks import Known
from handlers.turn import Moment
from messages import numbers
from messages.documents import branch_report, plain_report
from messages.documents.branch_report import BranchReport, Conference, DocumentRef
from messages.documents.plain_report import Heading, PlainReport, Section, Signer
from models import person
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
    file = await shelf.said(moment, stored[0], unit_id=draft.duty.unit.id, obligation_id=draft.duty.id)
    said = {"title": draft.title, "branch": draft.duty.unit.name, "number": number}
    key = f"paper:{report}:{number}"
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
        plan_ref=await layout.plan_ref(moment),
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
        signs=layout.settings(moment).branch_body,
        profile=layout.profile_or_default(moment),
    )


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
    said: dict[str, Any] = {"branch": branch, "title": draft.title, "committee": moment.committee.name}
    said["year"] = draft.duty.deadline.period[:4]
    plan_ref = branch_report.reference(await layout.plan_ref(moment), "KH/ĐU")
    return PlainReport(
        heading=Heading(
            plan.committee.organisation,
            moment.words("paper.issuer", plain=True, **said),
            str(moment.committee.facts.get("place") or ""),
        ),
        subject=moment.words("paper.subject", plain=True, **said),
        opening=moment.words("paper.opening", plain=True, plan=plan_ref, **said),
        sections=tuple(_sections(draft, answers)),
        as_of=moment.local(moment.now),
        closing=moment.words("paper.closing", plain=True, **said),
        signer=Signer(layout.settings(moment).branch_body, name=await _secretary(moment, draft)),
        profile=layout.profile_or_default(moment),
        recipients=tuple(moment.words("paper.recipients", plain=True, **said).split("\n")),
    )


def _sections(draft: Draft, answers: rules.Answers) -> list[Section]:
    """One section a heading, or a number where the form names none; what was left out is left to fill in by hand."""
    names = rules.known(draft.form, answers, draft.facts)
    found: dict[str, list[Question]] = {}
    for heading, question in _headed(draft, names):
        found.setdefault(heading, []).append(question)
    return [
        Section(heading, tuple(text for each in asked if (text := _written(each, answers, names))))
        for heading, asked in found.items()
    ]


def _headed(draft: Draft, names: Known) -> list[tuple[str, Question]]:
    """Return each question that applies with the heading it stands under: the last one begun, or its number's first."""
    headings: dict[int, str] = {}
    heading, found = "", []
    named = any(question.section for question in draft.form.questions)
    asked = {question.id for question in rules.applicable(draft.form, names)}
    for question in draft.form.questions:
        heading = question.section or (heading if named else headings.setdefault(question.number, question.short))
        found += [(heading, question)] if question.id in asked else []
    return found


def _written(question: Question, answers: rules.Answers, names: Known) -> str:
    value = answers.get(question.id)
    if value is None:
        return ""
    shown = rules.shown(question, value, names)
    words = _in_words(shown)
    if printed := _printed(question, value, shown):
        return printed.replace("{value}", words)
    if question.kind is Kind.CHOICE and words:
        return f"{question.short}: {_lowered(words)}."
    return f"{question.short}: {words}." if shown["kind"] in ("date", "number") else words


def _in_words(shown: dict[str, Any]) -> str:
    if shown["kind"] == "date":
        return numbers.full_date(shown["date"])
    if shown["kind"] == "number":
        return f"{'ước ' if shown.get('estimated') else ''}{numbers.count(shown['number'])}"
    return str(shown.get("words", ""))


def _printed(question: Question, value: object, shown: dict[str, Any]) -> str:
    """Return the sentence that the form has for an answer: its choice's, the one of the same number, the question's."""
    number = shown.get("number")
    for option in question.options:
        if option.printed and (option.value == value or (number is not None and option.stands_for == number)):
            return option.printed
    return question.printed


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]
