"""The working paper beside the report upward: all that branches wrote, section by section, word for word; a branch's
name never stands at the foot of a page without its words."""

import itertools
import operator
from collections.abc import Iterable

from messages import numbers
from messages.documents import consolidated, paper, profiles, text
from messages.documents.consolidated import Consolidated, Item, Outline
from messages.documents.paper import Type
from messages.documents.summed import Part, Said


def build_words(made: Consolidated) -> bytes:
    """Build the working paper: all that branches wrote, section by section, word for word."""
    profile = profiles.load(made.profile) if isinstance(made.profile, str) else made.profile
    document = paper.blank(profile, f"Ý kiến của các chi bộ: {made.title}", made.as_of)
    size = profile.sizes
    paper.put(document.add_paragraph(), "TÀI LIỆU LÀM VIỆC", Type(size.kind, bold=True))
    paper.put(
        document.add_paragraph(), f"Nguyên văn ý kiến của các chi bộ: {made.title}", Type(size.subject, bold=True)
    )
    as_of = f"Số liệu tính đến {numbers.moment(made.as_of)}, lần lập {numbers.count(made.number)}."
    about = f"{as_of} Lưu hành nội bộ, không gửi kèm báo cáo."
    paper.put(document.add_paragraph(), about, Type(size.annex, italic=True, after=10))
    for heading, those in itertools.groupby(_gathered(made), key=operator.itemgetter(0)):
        paper.prose(document, profile, heading, bold=True).paragraph_format.keep_with_next = True
        for _, part, said in those:
            below, look = document.add_paragraph(), Type(size.annex, italic=True, align="left", after=4)
            paper.put(below, f"{part.title}: {numbers.count(len(said))} chi bộ", look)
            below.paragraph_format.keep_with_next = True
            paper.proses(document, profile, _said(said))
    paper.number_pages(document, profile)
    return paper.saved(document)


def _said(said: tuple[Said, ...]) -> Iterable[tuple[str, bool]]:
    for each in said:
        yield f"{text.branch_title(each.branch)}{consolidated.marked(each)}:", True
        yield from ((line, False) for line in text.clean_lines(each.words))


def _gathered(made: Consolidated) -> Iterable[tuple[str, Part, tuple[Said, ...]]]:
    """Give every question's words: first as the outline has them, then what it does not name."""
    done = set()
    for heading, item in _items(made.outline):
        for part in consolidated.parts_of(made, item) if item.question else ():
            done.add((part.name, part.period, item.question))
            if said := part.words.get(item.question):
                yield f"{heading}: {item.lead}", part, said
    for part in made.parts:
        for question, said in part.words.items():
            if said and (part.name, part.period, question) not in done:
                yield f"Ý kiến khác: {part.names.get(question) or question}", part, said


def _items(outline: Iterable[Outline], above: str = "") -> Iterable[tuple[str, Item]]:
    for each in outline:
        heading = f"{above}, {each.heading}" if above else each.heading
        yield from ((heading, item) for item in each.items)
        yield from _items(each.parts, heading)
