"""/xuat: what can leave the building, chosen by buttons: the report upward, tables, old versions. Jobs make them."""

from dataclasses import dataclass
from typing import Any

from campaigns import schema
from handlers.everyone import unknown
from handlers.office import standing
from handlers.routes import OFFICE
from handlers.shape import SaidFile
from handlers.turn import Moment, Turn
from messages.types import Choice, Rows
from models import deadline as deadlines
from models import issue as issues
from models import taken
from models.account import Account
from models.deadline import Deadline
from models.issue import Issue, IssueKind
from models.obligation import State

LISTED = 8  # versions on one page
WAITS = {"waiting": State.WAITING, "incomplete": State.INCOMPLETE, "reopened": State.REOPENED}


@dataclass(frozen=True)
class Scope:
    """What is exported: one deadline, all of a period, or ("", "") the whole plan."""

    name: str
    period: str
    title: str
    deadlines: tuple[Deadline, ...]

    @property
    def values(self) -> dict[str, Any]:
        """How a button says it: the deadline's id, or 0 with the period."""
        return {"deadline": self.deadlines[0].id if self.name else 0, "period": "" if self.name else self.period}


async def command(turn: Turn, rest: str = "") -> None:
    """/xuat: what can be made."""
    turn.expect_nothing()
    found = await scopes(turn)
    if not found:
        await turn.say("summary.none")
        return
    tables = [Choice("export.scope", {"what": "workbook"}, "export.workbook")]
    menu: Rows = [tables]
    if turn.holds(OFFICE):
        report = Choice("export.scope", {"what": "report"}, "export.report")
        menu = [[report, *tables], [Choice("export.issues"), Choice("own_forms.show"), Choice("layout.show")]]
    await turn.say("export.menu", choices=menu)


async def show(turn: Turn) -> None:
    """[Về đầu mục]."""
    await command(turn)


async def scopes(moment: Moment) -> list[Scope]:
    """Return what there is to choose from: what is due once, each period, and the whole where that is more."""
    current = await moment.campaign()
    found = await deadlines.current(moment.session, current.id) if current else []
    found = [each for each in found if current and each.campaign_id == current.id]  # the report quotes this very plan
    once = [single(each) for each in found if not each.period]
    periods = sorted({each.period for each in found if each.period})
    several = [await _period(moment, period, found) for period in periods]
    whole = [Scope("", "", current.title, tuple(found))] if current and len(once) + len(several) > 1 else []
    return [*once, *several, *whole]


def single(each: Deadline) -> Scope:
    """Return one deadline as what is exported."""
    return Scope(each.name, "", each.short_title, (each,))


async def _period(moment: Moment, period: str, found: Any) -> Scope:
    title = moment.words("export.quarter", plain=True, quarter=schema.titled("{quarter}", period), year=period[:4])
    return Scope("", period, title, tuple(each for each in found if each.period == period))


async def scope_of(moment: Moment, name: str, period: str, deadline: int = 0) -> Scope | None:
    """Return the scope of a button, or of a version (`name`); None where it is not this committee's, or no more."""
    for each in await scopes(moment):
        if (deadline and each.name and each.deadlines[0].id == deadline) or (
            not deadline and (each.name, each.period) == (name, period)
        ):
            return each
    return None


async def scope(turn: Turn, what: str) -> None:
    """[Báo cáo tổng hợp], [Bảng Excel]: of what."""
    if what == "report" and not turn.holds(OFFICE):
        await unknown.not_yours(turn)
        return
    found = await scopes(turn)
    if what == "report":
        buttons = [Choice("export.preview", {**each.values, "title": each.title}, "export.of") for each in found]
    else:
        buttons = [Choice("tables.show", {**each.values, "title": each.title}, "export.of") for each in found]
    await turn.say("export.scope", what=what, choices=[*([each] for each in buttons), [Choice("export.show")]])


# The report upward


async def preview(turn: Turn, deadline: int, period: str = "", named: bool = False, **_: Any) -> None:
    """What would be in it, before anything is made."""
    found = await scope_of(turn, "", period, deadline)
    if found is None:
        await unknown.old_button(turn)
        return
    lines = [await _counted(turn, each) for each in found.deadlines]
    about = {**found.values, "named": named}
    toggle = Choice("export.preview", {**found.values, "named": not named}, f"export.named_{not named}")
    kinds = [IssueKind.PROVISIONAL, IssueKind.FINAL]
    if await _final(turn, found):
        kinds.append(IssueKind.SUPPLEMENTARY)
    make = [Choice("export.make", {**about, "kind": each}, f"export.{each}") for each in kinds]
    await turn.say(
        "export.preview",
        title=found.title,
        as_of=turn.now,
        lines=lines,
        named=named,
        choices=[make[:2], [*make[2:], toggle], [Choice("export.show")]],
    )


async def _final(moment: Moment, found: Scope) -> Issue | None:
    current = await moment.campaign()
    made = await issues.made(moment.session, moment.committee.id)
    same = [each for each in made if current and each.campaign_id == current.id and each.kind != IssueKind.PROVISIONAL]
    return next((each for each in same if (each.name, each.period) == (found.name, found.period)), None)


async def _counted(moment: Moment, each: Deadline) -> dict[str, Any]:
    now = await standing.load(moment, each)
    open_ = {name: now.stands[state] for name, state in WAITS.items()}
    return {
        "title": each.short_title,
        "owing": now.owing,
        "accepted": now.stands[State.ACCEPTED],
        "after": sum(line.stand == State.ACCEPTED for line in now.after_closing),
        **open_,
        "missing": now.owing - now.stands[State.ACCEPTED] - sum(open_.values()),
    }


async def make(turn: Turn, deadline: int, kind: str, period: str = "", named: bool = False) -> None:
    """[Lập bản …]: take a number, let a job do it."""
    found, current = await scope_of(turn, "", period, deadline), await turn.campaign()
    if found is None or current is None or kind not in set(IssueKind):
        await unknown.old_button(turn)
        return
    made = Issue(
        committee_id=turn.committee.id,
        campaign_id=current.id,
        number=await issues.next_number(turn.session, turn.committee.id),
        kind=kind,
        name=found.name,
        period=found.period,
        title=found.title,
        named=named,
        by_id=turn.me.id,
        made_at=turn.now,
        revisions=[],
        figures={},
    )
    turn.session.add(made)
    await turn.session.flush()
    turn.note("export.issue", f"issue:{made.id}", turn.me, kind=kind)
    turn.later("issue", account=turn.account.id, issue=made.id)
    await turn.say("export.making", batch=f"issue:{made.id}", seconds=0, **about(made))


def about(made: Issue) -> dict[str, Any]:
    """Return what messages say of a version."""
    return {"number": made.number, "version": made.kind, "title": made.title}


async def issue_list(turn: Turn, page: int = 0) -> None:
    """[Các bản đã lập]: the newest first."""
    found = await issues.made(turn.session, turn.committee.id)
    shown = found[page * LISTED : (page + 1) * LISTED]
    buttons = [Choice("export.issue", {"issue": each.id, "number": each.number}) for each in shown]
    more = [Choice("export.issues", {"page": page + 1}, "export.older")] if len(found) > (page + 1) * LISTED else []
    rows = [buttons[n : n + 4] for n in range(0, len(buttons), 4)]
    lines = [{**about(each), "at": turn.local(each.made_at)} for each in shown]
    await turn.say("export.issues", lines=lines, choices=[*rows, [*more, Choice("export.show")]])


async def issue(turn: Turn, issue: int, **_: Any) -> None:
    """One version again: its files as they were made."""
    found = await turn.session.get(Issue, issue)
    if found is None or found.committee_id != turn.committee.id or found.file_id is None:
        await unknown.old_button(turn)
        return
    await send_files(turn, turn.account, found)


async def send_files(moment: Moment, to: Account, made: Issue) -> None:
    """Send a version's files as they were made, with the figures that prove it is the same."""
    for name, file_id in (("issue", made.file_id), ("words", made.words_id)):
        if await taken.attached(moment.session, made.committee_id, file_id):
            said = {**about(made), "at": moment.local(made.made_at), "sha256": made.sha256}
            trace = [[Choice("sources.show", {"issue": made.id})]] if name == "issue" else []
            file = SaidFile(file_id or 0, "document")
            await moment.say_to(to, f"export.file_{name}", file=file, choices=trace, **said)
