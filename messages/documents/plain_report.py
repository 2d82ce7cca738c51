"""Builds a Party report of any kind as a Word draft: heading, subject, sections, signature, recipients, annexes.
It knows the layout of such a document and not what it reports; it never invents a number, date, seal or signature."""

from dataclasses import dataclass
from datetime import datetime

from docx.document import Document

from messages.documents import annex, paper, profiles, text
from messages.documents.annex import Annex
from messages.documents.paper import Type
from messages.documents.profiles import Profile

DOTS = "………"

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_ALPHABET = "abcdefghiklmnopqrstuvxy"


@dataclass(frozen=True)
class Heading:
    """Who issues: the superior organisation, the issuing body, the place ("" is left dotted), and the symbol.

    `symbol` "" is that of a branch's report in the profile.
    """

    superior: str
    issuer: str
    place: str = ""
    symbol: str = ""


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
    """All that is printed; as_of is aware and in the zone to be shown. `draft` marks it as one that is not final.

    `profile` is one of ours by name, or an office's own. `note` is a small line at the foot of page one; what is to be
    signed has none: when it was made, and by what, is in the properties of the file.
    """

    heading: Heading
    subject: str
    sections: tuple[Section, ...]
    as_of: datetime
    kind: str = "BÁO CÁO"
    opening: str = ""
    closing: str = ""
    signer: Signer = Signer()
    recipients: tuple[str, ...] = ()
    annexes: tuple[Annex, ...] = ()
    draft: bool = False
    note: str = ""
    profile: str | Profile = "hd36_2018"


def build_plain_report(report: PlainReport) -> bytes:
    """Build the report as .docx, to be read through, numbered, dated and signed by hand."""
    profile = profiles.load(report.profile) if isinstance(report.profile, str) else report.profile
    document = paper.blank(profile, f"{report.kind} {report.subject}", report.as_of)
    _write_heading(document, profile, report)
    _write_subject(document, profile, report)
    _write_body(document, profile, report)
    _write_signature(document, profile, report)
    paper.number_pages(document, profile)
    paper.first_page_note(document, profile, report.note)
    for each in report.annexes:
        annex.add(document, profile, each)
    return paper.saved(document)


def _write_heading(document: Document, profile: Profile, report: PlainReport) -> None:
    sizes, words, heading = profile.sizes, profile.words, report.heading
    (left, right), (number, place) = paper.two_columns(document, profile, 2)
    paper.line(left, heading.superior.upper(), Type(sizes.superior))
    paper.line(left, heading.issuer.upper(), Type(sizes.issuer, bold=True))
    paper.line(left, words.mark, Type(sizes.issuer))
    paper.line(right, words.party, Type(sizes.party, bold=True))
    paper.rule(right, profile.columns.right, profile.party_rule)
    symbol = heading.symbol or words.symbol_branch
    paper.line(number, paper.fill(words.number, number=DOTS, symbol=symbol), Type(sizes.number))
    if report.draft:
        paper.line(number, words.draft, Type(sizes.number, bold=True))
    dated = paper.fill(words.place_date, place=heading.place or "……", day="……", month="……", year="20…")
    paper.line(place, dated, Type(sizes.place, italic=True))


def _write_subject(document: Document, profile: Profile, report: PlainReport) -> None:
    kind = Type(profile.sizes.kind, bold=True, before=18)
    paper.put(document.add_paragraph(), report.kind.upper(), kind)
    paper.put(document.add_paragraph(), report.subject, Type(profile.sizes.subject, bold=True))
    paper.put(document.add_paragraph(), profile.words.rule, Type(profile.sizes.subject, after=10))


def _write_body(document: Document, profile: Profile, report: PlainReport) -> None:
    _write_paragraphs(document, profile, (report.opening,))
    for numeral, section in zip(_ROMAN, report.sections, strict=False):
        name = section.heading.upper() if profile.headings.capitals else section.heading
        _write_section(document, profile, paper.fill(profile.headings.first, n=numeral) + name, section)
    last = text.clean(report.closing).rstrip(". ")
    if last:
        paper.prose(document, profile, last + profile.end).paragraph_format.keep_with_next = True


def _write_section(document: Document, profile: Profile, heading: str, section: Section, level: int = 2) -> None:
    paper.prose(document, profile, heading, bold=True).paragraph_format.keep_with_next = True
    _write_paragraphs(document, profile, section.paragraphs)
    for n, part in enumerate(section.parts, start=1):
        begins = profile.headings.second if level == 2 else profile.headings.third  # noqa: PLR2004 (levels are counted)
        named = str(n) if level == 2 else _ALPHABET[(n - 1) % len(_ALPHABET)]  # noqa: PLR2004
        _write_section(document, profile, paper.fill(begins, n=named) + part.heading, part, level + 1)
    if not section.paragraphs and not section.parts:
        paper.dotted(document, profile)


def _write_paragraphs(document: Document, profile: Profile, paragraphs: tuple[str, ...]) -> None:
    """What people wrote in several lines stays in several paragraphs."""
    for words in paragraphs:
        for line in text.clean_lines(words):
            paper.prose(document, profile, line)


def _write_signature(document: Document, profile: Profile, report: PlainReport) -> None:
    sizes, words, signer = profile.sizes, profile.words, report.signer
    ((left, right),) = paper.two_columns(document, profile, 1)
    paper.line(left, words.recipients, Type(sizes.recipients_title, underline=True, align="left", before=12))
    for recipient in report.recipients:
        paper.line(left, paper.fill(words.recipient, name=recipient), Type(sizes.recipients, align="left"))
    body = paper.fill(words.on_behalf, body=signer.body.upper())
    paper.line(right, body, Type(sizes.signature, bold=True, before=12))
    post = Type(sizes.signature, bold=profile.post_bold, after=profile.room_to_sign)
    paper.line(right, signer.post.upper(), post)
    paper.line(right, signer.name, Type(sizes.signature, bold=True))
