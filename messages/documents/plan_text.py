"""A plan's text as a Word file to read and print. It knows how such texts are built and adds no word but a note."""

import re
from dataclasses import dataclass
from datetime import datetime

from messages.documents import paper
from messages.documents.paper import Type
from messages.documents.profiles import Profile

_HEADING = re.compile(r"(?:[IVX]+|\d+(?:\.\d+)*)[-.] ?\S.{0,118}")


@dataclass(frozen=True, slots=True)
class PlanText:
    """`text` with its paragraphs on lines of their own; `note` stands small at the foot of the first page."""

    title: str
    text: str
    note: str
    made_at: datetime
    profile: Profile


def build_plan_text(made: PlanText) -> bytes:
    """Return the .docx: the first line as the kind of document, what follows it as its subject, headings bold."""
    document, sizes = paper.blank(made.profile, made.title, made.made_at), made.profile.sizes
    paper.number_pages(document, made.profile)
    paper.first_page_note(document, made.profile, made.note)
    lines = [each.strip() for each in made.text.splitlines() if each.strip()]
    top = 2 if lines and lines[0].isupper() else 0
    for line, size in zip(lines[:top], (sizes.kind, sizes.subject), strict=False):
        paper.put(document.add_paragraph(), line, Type(size, bold=True, after=6))
    paper.proses(document, made.profile, ((line, bool(_HEADING.fullmatch(line))) for line in lines[top:]))
    return paper.saved(document)
