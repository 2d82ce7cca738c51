"""Builds a branch's study report as a Word draft from its answers: an answer that was not given leaves its
sentence out. It knows the wording of this one report and nothing of layout, forms or storage."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from messages import numbers
from messages.documents import plain_report, text
from messages.documents.plain_report import DOTS, Heading, PlainReport, Section, Signer
from messages.documents.profiles import Profile


@dataclass(frozen=True)
class DocumentRef:
    """A document's number ("20-KH/ĐU") and date; what is not known is printed as dots."""

    number: str = ""
    issued_on: date | None = None


@dataclass(frozen=True)
class Conference:
    """One study conference: day, form in words ("trực tiếp"), the branch it was joined with, speaker, place."""

    held_on: date | None = None
    form: str = ""
    joint_with: str = ""
    speaker: str = ""
    place: str = ""


@dataclass(frozen=True)
class BranchReport:
    """The answers of one branch. Counts are people; None and "" mean not answered.

    summoned is the register's total less the exempt; make-up attendance is added to attended but never beyond
    summoned; members and masses are never added up. as_of is aware and in the zone to be shown. signs is the body on
    whose behalf the secretary signs ("Chi bộ", "Chi ủy").
    """

    committee_name: str
    superior_heading: str
    branch_name: str
    topic: str
    as_of: datetime
    place: str = ""
    plan_ref: DocumentRef | None = None
    conferences: tuple[Conference, ...] = ()
    summoned: int | None = None
    exempt: int | None = None
    attended: int | None = None
    absent: int | None = None
    absent_reason: str = ""
    makeup_attended: int | None = None
    makeup_date: date | None = None
    masses: int | None = None
    own_plan: DocumentRef | None = None
    follows_committee_plan: bool = False
    dissemination: tuple[tuple[str, int | None], ...] = ()
    pledged: int | None = None
    highlights: str = ""
    difficulties: str = ""
    proposals: str = ""
    secretary_name: str = ""
    signs: str = "Chi bộ"
    profile: str | Profile = "hd36_2018"


def build_branch_report(report: BranchReport) -> bytes:
    """Build the report as .docx, to be read through, numbered, dated and signed by hand."""
    return plain_report.build_plain_report(lay_out(report))


def lay_out(report: BranchReport) -> PlainReport:
    """Put the answers into sentences and the sentences into sections."""
    branch = text.branch_title(report.branch_name)
    return PlainReport(
        heading=Heading(report.superior_heading, branch, report.place),
        subject=f"kết quả học tập, quán triệt, tuyên truyền {report.topic}",
        opening=_opening(report, branch),
        sections=(
            Section("Công tác lãnh đạo, chỉ đạo", _kept([_own_plan(report)])),
            Section("Kết quả thực hiện", parts=_results(report)),
            Section("Đánh giá", parts=_assessment(report)),
            Section("Đề xuất, kiến nghị", _kept([report.proposals])),
        ),
        closing=f"Trên đây là báo cáo của {branch}, kính gửi Ban Thường vụ {report.committee_name}",
        signer=Signer(body=report.signs, name=report.secretary_name),
        recipients=(f"Ban Thường vụ {report.committee_name} (qua Văn phòng);", "Lưu Chi bộ."),
        as_of=report.as_of,
        profile=report.profile,
    )


def _opening(report: BranchReport, branch: str) -> str:
    plan = reference(report.plan_ref or DocumentRef(), "KH/ĐU")
    return (
        f"Thực hiện {plan} của Ban Thường vụ {report.committee_name} về tổ chức học tập, quán triệt và "
        f"tuyên truyền {report.topic}, {branch} báo cáo kết quả như sau:"
    )


def reference(ref: DocumentRef, symbol: str) -> str:
    """Write "Kế hoạch số 12-KH/ĐU, ngày 3/5/2024"; what is not known is left dotted, `symbol` is of its kind."""
    number = ref.number if "-" in ref.number else f"{ref.number or DOTS}-{symbol}"
    return f"Kế hoạch số {number}, ngày {_date(ref.issued_on)}"


def _date(day: date | None) -> str:
    return numbers.full_date(day) if day else "……/……/…………"


def _own_plan(report: BranchReport) -> str:
    if report.own_plan:
        return f"Chi bộ đã ban hành {reference(report.own_plan, 'KH/CB')} để tổ chức thực hiện."
    if report.follows_committee_plan:
        return f"Chi bộ tổ chức thực hiện theo Kế hoạch của Ban Thường vụ {report.committee_name}."
    return ""


def _results(report: BranchReport) -> tuple[Section, ...]:
    return _filled(
        Section("Hội nghị học tập, quán triệt", (*_conferences(report.conferences), *_attendance(report))),
        Section("Tuyên truyền, phổ biến", _kept([_dissemination(report.dissemination)])),
        Section("Đăng ký, cam kết làm theo", _kept([_pledged(report)])),
    )


def _conferences(conferences: tuple[Conference, ...]) -> tuple[str, ...]:
    if len(conferences) == 1:
        return (f"Chi bộ đã tổ chức hội nghị {_conference(conferences[0])}.",)
    listed = tuple(f"- Hội nghị {_conference(c)}." for c in conferences)
    total = numbers.count(len(conferences))
    return (f"Chi bộ đã tổ chức {total} hội nghị học tập, quán triệt:", *listed) if listed else ()


def _conference(conference: Conference) -> str:
    facts = (
        f"ngày {numbers.full_date(conference.held_on)}" if conference.held_on else "",
        _form(conference),
        _begin("tại ", conference.place),
    )
    speaker = _begin("đồng chí ", conference.speaker)
    return ", ".join(_kept(facts)) + (f"; {speaker} truyền đạt" if speaker else "")


def _form(conference: Conference) -> str:
    joint = f"học ghép với {text.branch_title(conference.joint_with)}" if conference.joint_with else ""
    named = conference.form[:1].lower() + conference.form[1:]
    form = "" if not named or (joint and named.startswith("ghép")) else f"hình thức {named}"
    return ", ".join(_kept((form, joint)))


def _begin(words: str, fact: str) -> str:
    """Put words before a fact unless the person already wrote them."""
    bare = fact.strip()
    if not bare:
        return ""
    return bare[:1].lower() + bare[1:] if bare.lower().startswith(words) else words + bare


def _attendance(report: BranchReport) -> tuple[str, ...]:
    return _kept((_summoned(report), _attended(report), _makeup(report), _masses(report)))


def _summoned(report: BranchReport) -> str:
    if report.summoned is None:
        return ""
    exempt = f" (không tính {numbers.count(report.exempt)} đồng chí được miễn sinh hoạt)" if report.exempt else ""
    return f"Đảng viên thuộc diện học tập: {numbers.count(report.summoned)} đồng chí{exempt}."


def _attended(report: BranchReport) -> str:
    if report.attended is None:
        return ""
    reason = f", {report.absent_reason}" if report.absent_reason else ""
    absent = f"; vắng {numbers.count(report.absent)} đồng chí{reason}" if report.absent else ""
    return f"Đảng viên dự học: {_of(report.attended, report.summoned)}{absent}."


def _makeup(report: BranchReport) -> str:
    day = f" ngày {numbers.full_date(report.makeup_date)}" if report.makeup_date else ""
    who = f": {numbers.count(report.makeup_attended)} đồng chí" if report.makeup_attended else ""
    if report.makeup_date and (not who or report.makeup_date > report.as_of.date()):
        return f"Dự kiến học bù{day}{who}."
    return f"Đã học bù{day}{who}{_with_makeup(report)}." if who else ""


def _with_makeup(report: BranchReport) -> str:
    if report.attended is None or report.summoned is None:
        return ""
    together = min(report.attended + (report.makeup_attended or 0), report.summoned)
    return f"; tính cả học bù: {_of(together, report.summoned)}"


def _of(part: int, whole: int | None) -> str:
    if not whole:
        return f"{numbers.count(part)} đồng chí"
    return f"{numbers.count(part)}/{numbers.count(whole)} đồng chí, đạt {numbers.percent(part, whole)}"


def _masses(report: BranchReport) -> str:
    if report.masses is None:
        return ""
    masses = f"{numbers.count(report.masses)} người" if report.masses else "không có"
    return f"Quần chúng (công chức, viên chức, người lao động) cùng học: {masses}."


def _dissemination(places: tuple[tuple[str, int | None], ...]) -> str:
    if not places:
        return ""
    listed = "; ".join(f"{place} {numbers.count(n)}" if n else place for place, n in places)
    return f"Chi bộ đã tuyên truyền, phổ biến qua (số tin, bài, lượt đăng, buổi): {listed}."


def _pledged(report: BranchReport) -> str:
    if report.pledged is None:
        return ""
    return f"Đảng viên đăng ký, cam kết làm theo: {numbers.count(report.pledged)} đồng chí."


def _assessment(report: BranchReport) -> tuple[Section, ...]:
    return _filled(
        Section("Ưu điểm, kết quả nổi bật, cách làm hay", _kept([report.highlights])),
        Section("Hạn chế, khó khăn, nguyên nhân", _kept([report.difficulties])),
    )


def _filled(*sections: Section) -> tuple[Section, ...]:
    return tuple(section for section in sections if section.paragraphs)


def _kept(sentences: Iterable[str]) -> tuple[str, ...]:
    return tuple(sentence for sentence in sentences if sentence.strip())
