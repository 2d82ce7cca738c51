"""Writes the committee's report upward from figures and from the branches' own words, which are quoted and never
rephrased. Which sentence stands where is an outline that comes in as data; what nobody reported is left dotted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from messages import numbers
from messages.documents import consolidated_annex, plain_report, profiles, text
from messages.documents.branch_report import DocumentRef
from messages.documents.plain_report import DOTS, Heading, PlainReport, Section, Signer
from messages.documents.profiles import Profile
from messages.documents.summed import AFTER, EXCUSED, INCOMPLETE, REOPENED, WAITING, Line, Part, Said, Sum

QUOTED = 15  # branches quoted in the report itself; of more a few are, spread over the register
EXCERPTED = 5  # branches quoted of many: the office picks others from the other file, which has them all
PROVISIONAL, FINAL, SUPPLEMENTARY = "provisional", "final", "supplementary"


@dataclass(frozen=True)
class Item:
    """A sentence of the report: a `figure` by name, or what was answered to a `question`; of a form, "" of all.

    `lead` begins the sentence of a question; `labels` (choice, words) stand in the place of a button's words; `share`
    the choice of which it is said how many took it; `unit` what a number counts.
    """

    figure: str = ""
    form: str = ""
    question: str = ""
    lead: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    share: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Outline:
    """A heading with its sentences and its parts; a part of which nothing is known is left out."""

    heading: str
    items: tuple[Item, ...] = ()
    parts: tuple["Outline", ...] = ()


@dataclass(frozen=True)
class Beside:
    """What is known besides reports: sentences ready to print, by the name of a figure ("reminders", "activities");
    `sources` {figure: {branch: how many of it}}; `places` the kinds of place recorded in activities."""

    sentences: dict[str, tuple[str, ...]]
    sources: dict[str, dict[str, int]] = field(default_factory=dict)
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Consolidated:
    """All that is printed. `as_of` aware and local; `number` our own running count of versions; `answers` what the
    report answers ("Kế hoạch số 58-KH/ĐUK, ngày 22/4/2024 của …"); `since` (number, as of, branches added) of the final
    version that a supplementary one adds to."""

    kind: str
    number: int
    title: str
    committee_name: str
    issuer: str
    superior_heading: str
    addressee: str
    subject: str
    as_of: datetime
    parts: tuple[Part, ...]
    outline: tuple[Outline, ...]
    beside: Beside
    named: bool = False
    place: str = ""
    plan_ref: DocumentRef = field(default_factory=DocumentRef)
    answers: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    signer: Signer = field(default_factory=lambda: Signer("Ban Thường vụ"))
    since: tuple[int, datetime, tuple[str, ...]] | None = None
    profile: str | Profile = "hd36_2018"

    @property
    def draft(self) -> bool:
        """Whether it counts what is not yet taken in."""
        return self.kind == PROVISIONAL


def build_consolidated(made: Consolidated) -> bytes:
    """Build the report as .docx: number, date and signature are left to people."""
    return plain_report.build_plain_report(lay_out(made))


def lay_out(made: Consolidated) -> PlainReport:
    """Put figures and words into sentences, the sentences into sections, the branches into annexes."""
    profile = _profile(made)
    symbol = profile.words.symbol_committee
    return PlainReport(
        heading=Heading(made.superior_heading, made.committee_name, made.place, symbol),
        subject=_subject(made),
        opening=_opening(made),
        sections=tuple(_section(made, each) for each in made.outline),
        closing=f"Trên đây là báo cáo của {made.issuer}, kính gửi {made.addressee}",
        signer=made.signer,
        recipients=made.recipients,
        as_of=made.as_of,
        annexes=tuple(consolidated_annex.annex_of(made, each, n, symbol) for n, each in enumerate(made.parts, 1)),
        draft=made.draft,
        note=_note(made),
        profile=profile,
    )


def _profile(made: Consolidated) -> Profile:
    return profiles.load(made.profile) if isinstance(made.profile, str) else made.profile


def _subject(made: Consolidated) -> str:
    more = " (bổ sung)" if made.kind == SUPPLEMENTARY else ""
    return f"kết quả {made.title}{more}"


def _note(made: Consolidated) -> str:
    """Say which draft it is; what is to be signed carries nothing of ours, its version is kept with the office."""
    if not made.draft:
        return ""
    version = f"Trợ lý chi bộ lập lúc {numbers.moment(made.as_of)}, lần lập {numbers.count(made.number)}"
    return f"{version}; bản dự thảo để Văn phòng xem lại"


def _opening(made: Consolidated) -> str:
    basis = "; ".join((*made.answers, f"{_plan(made)} của {made.issuer}"))
    begun = f"Thực hiện {basis} về {made.subject}, {made.issuer} báo cáo kết quả như sau"
    return f"{begun} (số liệu tính đến {numbers.moment(made.as_of)}):{_adds(made)}"


def _plan(made: Consolidated) -> str:
    return f"Kế hoạch số {made.plan_ref.number or f'{DOTS}-KH/ĐU'}, ngày {_date(made.plan_ref.issued_on)}"


def _adds(made: Consolidated) -> str:
    if made.since is None:
        return ""
    _, as_of, branches = made.since
    listed = f", thêm {numbers.count(len(branches))} chi bộ: {', '.join(branches)}" if branches else ""
    symbol = _profile(made).words.symbol_committee
    earlier = f"Báo cáo số {DOTS}-{symbol}, ngày {_date(None)} (số liệu tính đến {numbers.moment(as_of)})"
    return f"\nBổ sung {earlier}{listed}."


def _date(day: date | None) -> str:
    return numbers.full_date(day) if day else "……/……/…………"


def _section(made: Consolidated, outline: Outline) -> Section:
    parts = tuple(part for each in outline.parts if (part := _section(made, each)).paragraphs or part.parts)
    return Section(outline.heading, tuple(_sentences(made, outline.items)), parts)


def _sentences(made: Consolidated, items: Iterable[Item]) -> Iterable[str]:
    for item in items:
        if item.question:
            yield from _asked(made, item)
        elif item.figure in made.beside.sentences:
            yield from _beside(made, item.figure)
        else:
            yield from _figures(made, item)


def _beside(made: Consolidated, figure: str) -> Iterable[str]:
    """What was recorded; where reports count the same, that the two are never to be added."""
    also = figure == "activities" and any(part.tallies for part in made.parts)
    more = "; một phần đã nêu trong báo cáo của các chi bộ, không cộng hai số" if also else ""
    yield from (f"{words.removesuffix('.')}{more}." for words in made.beside.sentences[figure])


def parts_of(made: Consolidated, item: Item) -> tuple[Part, ...]:
    """Return the deadlines that a sentence is about."""
    return tuple(part for part in made.parts if item.form in ("", part.form))


def _figures(made: Consolidated, item: Item) -> Iterable[str]:
    if item.figure == "plan":
        yield f"{made.issuer} đã ban hành {_plan(made)} về {made.subject}."
        return
    parts = parts_of(made, item)
    for part in parts:
        said = SENTENCES[item.figure](made, part)
        if said:
            yield _titled(said, part, several=len(parts) > 1)


def _titled(said: str, part: Part, *, several: bool) -> str:
    return f"{part.title}: {said[:1].lower()}{said[1:]}" if several else said


def of(part: int, whole: int) -> str:
    """Write "187/198"."""
    return f"{numbers.count(part)}/{numbers.count(whole)}"


def _reports(made: Consolidated, part: Part) -> str:
    begun = f"Đến {numbers.moment(made.as_of)}, {of(len(part.counted), part.owing)} chi bộ đã báo cáo"
    if made.draft and part.marked:
        return f"{begun}, trong đó {_unofficial(part)}, số liệu chưa chính thức{_excused(part)}."
    return f"{begun}{_excused(part)}." if made.draft else f"{begun} và được tiếp nhận{_excused(part)}."


def _unofficial(part: Part) -> str:
    opened = sum(line.mark == REOPENED for line in part.marked)
    stands = {"chờ rà soát hoặc đang bổ sung": len(part.marked) - opened, "đã mở lại": opened}
    return ", ".join(f"{numbers.count(n)} báo cáo {stand}" for stand, n in stands.items() if n)


def _excused(part: Part) -> str:
    """Say how many branches are in the annex and not in what is owed."""
    spared = numbers.count(len(part.of(EXCUSED)))
    return f" ({spared} chi bộ được miễn)" if part.of(EXCUSED) else ""


def _conferences(made: Consolidated, part: Part) -> str:
    held = [line for line in part.counted if line.held_on]
    if not held:
        return ""
    makeups = sum(line.makeups for line in held)
    more = f" và {numbers.count(makeups)} buổi học bù" if makeups else ""
    first, last = (numbers.full_date(pick(_days(held))) for pick in (min, max))
    days = f"từ {first} đến {last}" if first != last else f"ngày {first}"
    return f"Đã tổ chức {numbers.count(len(_days(held)))} hội nghị, buổi học tập ({days}){more}."


def _days(held: Iterable[Line]) -> list[date]:
    """Return the day of every main session: a branch may have held several, of one day or of several."""
    return [day for line in held for day in line.days or (line.held_on,) if day]


def _attendance(made: Consolidated, part: Part) -> str:
    total = part.total
    if not total.branches or not total.summoned:
        return ""
    rate, branches = numbers.percent(total.attended, total.summoned), numbers.count(total.branches)
    attended = f"{of(total.attended, total.summoned)} người{_exempt(part)}"
    return f"Đảng viên dự: {attended}, đạt {rate} (số liệu của {branches} chi bộ)."


def _exempt(part: Part) -> str:
    """Say beside the total how many need not come: they are in neither number."""
    many = part.total.exempt
    return f" ({numbers.count(many)} đồng chí miễn sinh hoạt)" if many else ""


def _masses(made: Consolidated, part: Part) -> str:
    if part.total.masses is None:
        return ""
    many = f"{numbers.count(part.total.masses)} người" if part.total.masses else "không có"
    return f"Quần chúng (công chức, viên chức, người lao động) cùng học: {many}."


def _pledges(made: Consolidated, part: Part) -> str:
    given = [line for line in part.counted if line.pledged is not None]
    if part.total.pledged is None:
        return ""
    many, branches = numbers.count(part.total.pledged), numbers.count(len(given))
    return f"Đảng viên đăng ký, cam kết làm theo: {many} người (theo báo cáo của {branches} chi bộ)."


def _punctual(made: Consolidated, part: Part) -> str:
    counted = len(part.counted)
    return f"{of(counted - len(part.late), counted)} báo cáo gửi trong hạn." if counted else ""


def _full_attendance(made: Consolidated, part: Part) -> str:
    """Say how many branches had everybody there, beside the rate of all; nothing where none had."""
    known = [line for line in part.counted if line.summoned and line.attended is not None]
    full = [line for line in known if line.attended == line.summoned]
    rate = numbers.percent(part.total.attended, part.total.summoned)
    return f"Tỷ lệ đảng viên dự đạt {rate}; {of(len(full), len(known))} chi bộ có đủ đảng viên dự." if full else ""


def _masses_joined(made: Consolidated, part: Part) -> str:
    given = [line for line in part.counted if line.masses is not None]
    joined = [line for line in given if line.masses]
    return f"{of(len(joined), len(given))} chi bộ có quần chúng cùng học." if joined else ""


def _kinds_of_place(made: Consolidated, part: Part) -> str:
    """Say in how many kinds of place the topic was made known, by how many branches, by report or by register."""
    recorded = made.beside.sources.get("activities", {})
    reported = [label for places in part.tallies.values() for _, label, _ in places]
    words = list(dict.fromkeys([*reported, *made.beside.places]))
    owing = [line for line in part.lines if line.how != EXCUSED]
    active = [line for line in owing if recorded.get(line.name) or (line.counted and _posted(line))]
    if not words or not active:
        return ""
    kinds = f"{numbers.count(len(words))} loại hình: {', '.join(words)}"
    return f"{of(len(active), part.owing)} chi bộ có hoạt động tuyên truyền{_excused(part)}, qua {kinds}."


def _posted(line: Line) -> bool:
    return any(any(places.values()) for places in line.tallies.values())


def _late(made: Consolidated, part: Part) -> str:
    return _branches(made, part.late, "chi bộ gửi báo cáo sau hạn")


def _unreported(made: Consolidated, part: Part) -> str:
    missing = _branches(made, part.unreported, "chi bộ chưa báo cáo")
    open_ = [] if made.draft else part.of(WAITING, INCOMPLETE)
    waiting = _branches(made, open_, "báo cáo chờ rà soát hoặc đang bổ sung, chưa tính vào số liệu")
    opened = _branches(made, [] if made.draft else part.of(REOPENED), "báo cáo đã mở lại, chưa tính vào số liệu")
    after = _branches(made, part.of(AFTER), "báo cáo gửi sau khi tổng hợp, tính ở báo cáo bổ sung")
    return " ".join(each for each in (missing, waiting, opened, after) if each)


def _branches(made: Consolidated, lines: Iterable[Line], words: str) -> str:
    names = [line.name for line in lines]
    listed = f" ({', '.join(names)})" if made.named else ""
    return f"{numbers.count(len(names))} {words}{listed}." if names else ""


SENTENCES: dict[str, Callable[[Consolidated, Part], str]] = {
    "reports": _reports,
    "conferences": _conferences,
    "attendance": _attendance,
    "masses": _masses,
    "pledges": _pledges,
    "punctual": _punctual,
    "full_attendance": _full_attendance,
    "masses_joined": _masses_joined,
    "kinds_of_place": _kinds_of_place,
    "late": _late,
    "unreported": _unreported,
}
"""Figures by name, as an outline asks for them."""


def _asked(made: Consolidated, item: Item) -> Iterable[str]:
    """What was answered to a question: counted by choice, added up as a number or by place, or quoted."""
    parts = parts_of(made, item)
    for part in parts:
        several = len(parts) > 1
        if item.share:
            yield from (_titled(each, part, several=several) for each in _share(item, part))
        elif summed := part.sums.get(item.question):
            yield _titled(_summed(item, summed), part, several=several)
        elif chosen := part.choices.get(item.question):
            words = dict(item.labels)
            listed = ", ".join(f"{words.get(each, label)} ({numbers.count(n)} chi bộ)" for each, label, n in chosen)
            yield _titled(f"{item.lead}: {listed}.", part, several=several)
        elif places := part.tallies.get(item.question):
            whole = numbers.count(sum(n for _, _, n in places))
            listed = ", ".join(f"{label} {numbers.count(n)}" for _, label, n in places)
            yield _titled(f"{item.lead}: {whole} lượt, gồm {listed}.", part, several=several)
        elif said := part.words.get(item.question):
            yield from _quoted(item, part, said, several=several)


def _share(item: Item, part: Part) -> Iterable[str]:
    """Say how many took a choice, of those who answered."""
    if answered := part.asked.get(item.question):
        took = sum(n for each, _, n in part.choices.get(item.question, ()) if each == item.share)
        yield f"{item.lead}: {of(took, answered)} chi bộ đã báo cáo nội dung này."


def _summed(item: Item, found: Sum) -> str:
    ahead = f", trong đó {numbers.count(found.estimated)} chi bộ ước đến hết kỳ" if found.estimated else ""
    many, branches = numbers.count(found.total), numbers.count(found.branches)
    return f"{item.lead}: {many}{f' {item.unit}' if item.unit else ''} (theo báo cáo của {branches} chi bộ{ahead})."


def _quoted(item: Item, part: Part, said: tuple[Said, ...], *, several: bool) -> Iterable[str]:
    shown = said if len(said) <= QUOTED else said[:: -(-len(said) // EXCERPTED)]
    of_many = f"; trích {numbers.count(len(shown))} chi bộ" if len(shown) < len(said) else ""
    yield _titled(f"{item.lead} ({numbers.count(len(said))} chi bộ nêu{of_many}).", part, several=several)
    yield from (
        f"- {text.branch_title(each.branch)}{marked(each)}: {_ended(' '.join(text.clean_lines(each.words)))}"
        for each in shown
    )


def _ended(words: str) -> str:
    """Write a quotation as a sentence with one full stop, in it or behind it."""
    return f"“{words}”" if words.endswith((".", "!", "?", "…")) else f"“{words}”."


def marked(said: Said) -> str:
    """Say in a draft that a branch's words are not yet taken in."""
    return f" ({consolidated_annex.MARKS[said.mark]})" if said.mark else ""
