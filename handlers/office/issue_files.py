"""Makes a version of the report upward: read in parts, added up and written in the child process, then frozen."""

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from campaigns import schema
from handlers import shelf
from handlers.office import beside, export, layout, standing
from handlers.parcel import Parcel
from handlers.routes import Build, MadeFile, StoredFile
from handlers.rules import consolidated as rules
from handlers.rules.consolidated import Asked, Sent
from handlers.turn import Moment
from messages import numbers
from messages.documents import consolidated, consolidated_words
from messages.documents.consolidated import Consolidated, Item, Outline
from messages.documents.plain_report import Signer
from messages.documents.profiles import ProfileError
from models import form, headcount, issue, notice, taken
from models.account import Account
from models.deadline import Deadline
from models.headcount import Counted, Headcount
from models.issue import Issue, IssueKind

NAMED_CHANGES = 8  # branches named among what changed; more are counted


@dataclass(frozen=True)
class Read:
    """Deadlines in their order, and apart what was `sent` for them, in pieces of (place of the deadline, part)."""

    deadlines: tuple[Asked, ...]
    sent: Parcel[list[tuple[int, Sent]]]
    forms: frozenset[int]

    def whole(self) -> tuple[Asked, ...]:
        """Return the deadlines with what was sent for them, in register order."""
        sent: list[list[Sent]] = [[] for _ in self.deadlines]
        for place, each in itertools.chain.from_iterable(self.sent):
            sent[place].append(each)
        pairs = zip(self.deadlines, sent, strict=True)
        return tuple(replace(due, sent=tuple(sorted(parts, key=_in_order))) for due, parts in pairs)


def _in_order(sent: Sent) -> tuple[int, int]:
    return sent.ordinal, sent.unit


@dataclass(frozen=True)
class Wanted:
    """All that the child process needs: deadlines as they were sent, forms by id, the document without its parts."""

    read: "Read"
    forms: dict[int, dict[str, Any]]
    document: Consolidated
    before: frozenset[int] | None  # sendings of the version that this one adds to
    names: tuple[str, str]


async def load(moment: Moment, issue: int, account: int) -> Build | None:
    """Read what the report is made of."""
    made = await moment.session.get(Issue, issue)
    if made is None or made.file_id is not None:
        return None
    found = await export.scope_of(moment, made.name, made.period, await _id(moment, made))
    if found is None:
        return None
    try:
        layout.profile(moment)
    except ProfileError as error:
        return Build(faulty, (error.problems,))
    return Build(build, (await wanted(moment, made, found),))


async def wanted(moment: Moment, made: Issue, found: export.Scope) -> Wanted:
    """Read all that a version is made of."""
    found_sent = await read(moment, found, made.kind)
    since = await _since(moment, made)
    names = [f"{name}-{made.number:02d}.docx" for name in ("bao-cao-tong-hop", "y-kien-chi-bo")]
    return Wanted(
        found_sent,
        await form.bodies(moment.session, found_sent.forms),
        await _document(moment, made, found, since),
        frozenset(since.revisions) if since else None,
        (names[0], names[1]),
    )


async def _id(moment: Moment, made: Issue) -> int:
    """Return the deadline in force that a version of one deadline is about, 0 for a period or the whole."""
    return next(
        (each.deadlines[0].id for each in await export.scopes(moment) if made.name and each.name == made.name), 0
    )


async def read(moment: Moment, found: export.Scope, kind: str) -> Read:
    """Read every branch's part of these deadlines, some branches at a time; `kind` decides what will be counted."""
    places = {each.id: place for place, each in enumerate(found.deadlines)}
    sent, used = Parcel[list[tuple[int, Sent]]](), set[int]()
    for units in taken.parts(await taken.units(moment.session, list(places)), len(places)):
        rows = await _part(moment, list(places), units)
        used |= {each.form_id for _, each in rows if each.form_id and each.revision}
        sent.put([(places[deadline], each) for deadline, each in rows])
    newest = {each.form_name: await _newest(moment, each) for each in found.deadlines}
    asked = tuple(_asked(each, newest[each.form_name], kind) for each in found.deadlines)
    return Read(asked, sent, frozenset(used | {*newest.values()}))


async def _part(moment: Moment, deadlines: Sequence[int], units: Sequence[int]) -> list[tuple[int, Sent]]:
    """Return some branches' parts, each with the id of its deadline."""
    counts = await headcount.histories(moment.session, units)
    held = defaultdict[tuple[int, int], list[taken.Session]](list)
    for each in await taken.sessions(moment.session, deadlines, units):
        held[each.deadline_id, each.unit_id].append(each)
    found = []
    for row in await taken.sendings(moment.session, deadlines, units):
        exempt = await _exempt(moment, row, counts.get(row.unit_id, []))
        found.append((row.deadline_id, _sent(moment, row, exempt, held.get((row.deadline_id, row.unit_id), ()))))
    return found


def _asked(each: Deadline, form_id: int, kind: str) -> Asked:
    return Asked(
        each.name,
        each.period,
        each.short_title,
        each.form_name,
        standing.dates_of(each),
        form_id,
        (),
        draft=kind == IssueKind.PROVISIONAL,
        supplement=kind == IssueKind.SUPPLEMENTARY,
    )


async def _newest(moment: Moment, each: Deadline) -> int:
    written = await form.latest(moment.session, each.campaign_id, each.form_name)
    return written.id if written else 0


async def _exempt(moment: Moment, row: taken.Sending, counts: Sequence[Headcount]) -> int | None:
    """Return how many need not come by the register as it was when the report was sent; None where it is silent."""
    sent_on, on = moment.local(row.sent_at).date() if row.sent_at else moment.today, row.register_on
    apart = on is not None and on < sent_on
    found: Counted | None = headcount.at(counts, sent_on)
    if apart:
        found = await headcount.owing(moment.session, row.unit_id, on, row.deadline_id)
    return found.exempt if found else None


def _sent(moment: Moment, row: taken.Sending, exempt: int | None, held: Sequence[taken.Session]) -> Sent:
    return Sent(
        row.unit_id,
        row.ordinal,
        row.name,
        row.state,
        row.excused,
        row.extended_to,
        moment.local(row.first_sent_at).date() if row.first_sent_at else None,
        row.revision,
        row.on_behalf,
        row.form_id,
        row.answers,
        exempt,
        tuple(each.on_day for each in held if not each.makeup),
        sum(each.makeup for each in held),
    )


async def _since(moment: Moment, made: Issue) -> Issue | None:
    """Return the version that a supplementary one adds to."""
    if made.kind != IssueKind.SUPPLEMENTARY:
        return None
    return await issue.before(moment.session, made, [IssueKind.FINAL, IssueKind.SUPPLEMENTARY])


async def _document(moment: Moment, made: Issue, found: export.Scope, since: Issue | None) -> Consolidated:
    plan, committee = await moment.plan(), moment.committee
    upward = plan.upward
    set_ = layout.settings(moment)
    return Consolidated(
        kind=made.kind,
        number=made.number,
        title=moment.words("export.subject", plain=True, subject=plan.title, scope=found.title, whole=not made.period),
        committee_name=committee.name,
        issuer=plan.issuer,
        superior_heading=upward.heading or committee.superior,
        addressee=upward.addressee or plan.committee.superior_board,
        subject=plan.subject,
        as_of=moment.local(made.made_at),
        parts=(),
        outline=tuple(map(_outline, upward.chapters)),
        beside=await beside.known(moment, found),
        named=made.named,
        place=str(committee.facts.get("place") or ""),
        plan_ref=await layout.plan_ref(moment),
        answers=tuple(_basis(each) for each in plan.legal_basis if each.number in upward.answers),
        recipients=upward.recipients or (f"{plan.committee.superior_board} (để b/c);", "Lưu VP."),
        signer=Signer(set_.committee_body, set_.committee_post),
        since=(since.number, moment.local(since.made_at), ()) if since else None,
        profile=layout.profile_or_default(moment),
    )


def _basis(each: schema.Basis) -> str:
    return f"Kế hoạch số {each.number}, ngày {numbers.full_date(each.date)} của {each.issuer}"


def _outline(chapter: schema.Chapter) -> Outline:
    return Outline(chapter.heading, tuple(map(_item, chapter.items)), tuple(map(_outline, chapter.parts)))


def _item(each: schema.Sentence) -> Item:
    return Item(
        each.figure, each.form, each.question, each.lead, tuple(each.labels.items()), share=each.share, unit=each.unit
    )


def added_up(wanted: Wanted) -> Consolidated:
    """Return the document with its figures (in the child process)."""
    forms = {each: schema.Form.model_validate(body) for each, body in wanted.forms.items()}
    parts = tuple(rules.add_up(each, forms) for each in wanted.read.whole())
    document = replace(wanted.document, parts=parts)
    if document.since is None or wanted.before is None:
        return document
    number, as_of, _ = document.since
    new = [line.name for part in parts for line in part.counted if line.revision not in wanted.before]
    return replace(document, since=(number, as_of, tuple(dict.fromkeys(new))))


def build(wanted: Wanted) -> list[MadeFile]:
    """Add up and write (in the child process): the report, the branches' own words, the figures to be kept."""
    document = added_up(wanted)
    parts = document.parts
    kept = {"figures": rules.frozen(parts) | {"beside": document.beside.sources}, "revisions": rules.revisions(parts)}
    files = [MadeFile(wanted.names[0], "document", consolidated.build_consolidated(document))]
    if any(said for part in parts for said in part.words.values()):
        files.append(MadeFile(wanted.names[1], "document", consolidated_words.build_words(document)))
    return [*files, MadeFile("figures.json", "document", orjson.dumps(kept))]


def faulty(problems: tuple[str, ...]) -> list[MadeFile]:
    """Hand on what is wrong with the office's profile."""
    return [MadeFile("figures.json", "document", orjson.dumps({"problems": problems}))]


async def finish(moment: Moment, stored: Sequence[StoredFile], issue: int, account: int) -> None:
    """Freeze the version, show what became of it, send its files; of a final one say what changed."""
    made, to = await moment.session.get_one(Issue, issue), await moment.session.get_one(Account, account)
    path = moment.files / stored[-1].path
    kept = orjson.loads(path.read_bytes())
    path.unlink(missing_ok=True)
    if "problems" in kept:
        await _show(moment, made, "export.faulty", problems=kept["problems"])
        await moment.session.delete(made)
        return
    made.figures, made.revisions = kept["figures"], kept["revisions"]
    # the office's own: they stay when whoever made them is erased
    ids = [(await shelf.put(moment, each)).id for each in stored[:-1]]
    made.file_id, made.words_id, made.sha256 = ids[0], (ids[1] if len(ids) > 1 else None), stored[0].sha256
    await moment.session.flush()
    await _show(moment, made, "export.made", reports=len(made.revisions))
    await export.send_files(moment, to, made)
    if made.kind != IssueKind.PROVISIONAL:
        await _tell_changes(moment, made, to)


async def _show(moment: Moment, made: Issue, template: str, **more: Any) -> None:
    """Change the one message about a version that is being made."""
    for told in await notice.of_batch(moment.session, f"issue:{made.id}"):
        if message := await moment.message_of(told.id):
            await moment.replace(message, template, anew=template != "export.making", **export.about(made), **more)


async def _tell_changes(moment: Moment, made: Issue, to: Account) -> None:
    old = await issue.before(moment.session, made, [IssueKind.FINAL, IssueKind.SUPPLEMENTARY])
    if old is None:
        return
    found = rules.changes(old.figures, made.figures)
    pairs = [(was["total"], part["total"], part["title"]) for was, part in _pairs(old.figures, made.figures)]
    totals = [{"title": title, "before": was, "after": now} for was, now, title in pairs if was != now]
    shown, more = found[:NAMED_CHANGES], max(len(found) - NAMED_CHANGES, 0)
    at: datetime = moment.local(old.made_at)
    await moment.say_to(to, "export.changes", number=old.number, at=at, changes=shown, more=more, totals=totals)


def _pairs(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    before = {(part["name"], part["period"]): part for part in old["parts"]}
    known = [(before.get((part["name"], part["period"])), part) for part in new["parts"]]
    return [(was, part) for was, part in known if was]


async def working(moment: Moment, seconds: int, issue: int, account: int) -> None:
    """Show that it goes on."""
    made = await moment.session.get(Issue, issue)
    if made and made.file_id is None:
        await _show(moment, made, "export.making", seconds=seconds)


async def failed(moment: Moment, issue: int, account: int) -> None:
    """It could not be made: its number stays unused."""
    made = await moment.session.get(Issue, issue)
    if made and made.file_id is None:
        await _show(moment, made, "export.failed")
        await moment.session.delete(made)
