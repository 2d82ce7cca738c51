"""Builds a Party report of any kind as a Word draft: heading, subject, numbered sections, signature, recipients.
It knows the layout of such a document and not what it reports; it never invents a number, date, seal or signature."""

from dataclasses import dataclass
from datetime import datetime

from docx.document import Document

from messages import numbers
from messages.documents import paper, profiles, text
from messages.documents.paper import Type
from messages.documents.profiles import Profile

DOTS = "………"

_PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"
_NOTE = "In từ Trợ lý chi bộ lúc {moment}, bản nháp để xem lại, ký"
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_ROOM_TO_SIGN = 62  # points between the post and the name


@dataclass(frozen=True)
class Heading:
    """Who issues: the superior organisation, the issuing body, the place ("" is left dotted), and the symbol."""

    superior: str
    issuer: str
    place: str = ""
    symbol: str = "BC/CB"


@dataclass(frozen=True)
class Section:
    """A part of the body. Its numeral is added; a part with neither text nor parts gets a line to fill in by hand."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    parts: tuple["Section", ...] = ()


@dataclass(frozen=True)
class Signer:
    """On whose behalf, in which post and by whom it will be signed; no name leaves the room empty."""

    body: str = "CHI BỘ"
    post: str = "BÍ THƯ"
    name: str = ""


@dataclass(frozen=True)
class PlainReport:
    """All that is printed; as_of is aware and in the zone to be shown."""

    heading: Heading
    subject: str
    sections: tuple[Section, ...]
    as_of: datetime
    kind: str = "BÁO CÁO"
    opening: str = ""
    closing: str = ""
    signer: Signer = Signer()
    recipients: tuple[str, ...] = ()
    profile: str = "hd36_2018"


def build_plain_report(report: PlainReport) -> bytes:
    """Build the report as .docx, to be read through, numbered, dated and signed by hand."""
    profile = profiles.load(report.profile)
    document = paper.blank(profile, f"{report.kind} {report.subject}", report.as_of)
    _write_heading(document, profile, report.heading)
    _write_subject(document, profile, report)
    _write_body(document, profile, report)
    _write_signature(document, profile, report)
    paper.number_pages(document, profile)
    paper.first_page_note(document, profile, _NOTE.format(moment=numbers.moment(report.as_of)))
    return paper.saved(document)


def _write_heading(document: Document, profile: Profile, heading: Heading) -> None:
    sizes = profile.sizes
    (left, right), (number, place) = paper.two_columns(document, profile, 2)
    paper.line(left, heading.superior.upper(), Type(sizes.superior))
    paper.line(left, heading.issuer.upper(), Type(sizes.issuer, bold=True))
    paper.line(left, "*", Type(sizes.issuer))
    paper.line(right, _PARTY, Type(sizes.party, bold=True))
    paper.rule(right, profile.columns.right, profile.party_rule)
    paper.line(number, f"Số {DOTS}-{heading.symbol}", Type(sizes.number))
    paper.line(place, f"{heading.place or '……'}, ngày …… tháng …… năm 20…", Type(sizes.place, italic=True))


def _write_subject(document: Document, profile: Profile, report: PlainReport) -> None:
    kind = Type(profile.sizes.kind, bold=True, before=18)
    paper.put(document.add_paragraph(), report.kind.upper(), kind)
    paper.put(document.add_paragraph(), report.subject, Type(profile.sizes.subject, bold=True))
    paper.put(document.add_paragraph(), "-----", Type(profile.sizes.subject, after=10))


def _write_body(document: Document, profile: Profile, report: PlainReport) -> None:
    _write_paragraphs(document, profile, (report.opening,))
    for numeral, section in zip(_ROMAN, report.sections, strict=False):
        _write_section(document, profile, f"{numeral}- {section.heading.upper()}", section)
    last = text.clean(report.closing).rstrip(". ")
    if last:
        paper.prose(document, profile, last + profile.end).paragraph_format.keep_with_next = True


def _write_section(document: Document, profile: Profile, heading: str, section: Section) -> None:
    paper.prose(document, profile, heading, bold=True).paragraph_format.keep_with_next = True
    _write_paragraphs(document, profile, section.paragraphs)
    for n, part in enumerate(section.parts, start=1):
        _write_section(document, profile, f"{n}- {part.heading}", part)
    if not section.paragraphs and not section.parts:
        paper.dotted(document, profile)


def _write_paragraphs(document: Document, profile: Profile, paragraphs: tuple[str, ...]) -> None:
    """What people wrote in several lines stays in several paragraphs."""
    for words in paragraphs:
        for line in text.clean_lines(words):
            paper.prose(document, profile, line)


def _write_signature(document: Document, profile: Profile, report: PlainReport) -> None:
    sizes, signer = profile.sizes, report.signer
    ((left, right),) = paper.two_columns(document, profile, 1)
    paper.line(left, "Nơi nhận:", Type(sizes.recipients_title, underline=True, align="left", before=12))
    for recipient in report.recipients:
        paper.line(left, f"- {recipient}", Type(sizes.recipients, align="left"))
    paper.line(right, f"T/M {signer.body.upper()}", Type(sizes.signature, bold=True, before=12))
    paper.line(right, signer.post.upper(), Type(sizes.signature, after=_ROOM_TO_SIGN))
    paper.line(right, signer.name, Type(sizes.signature, bold=True))
