"""Puts together what the plan asks: who, what, by when, to whom, sentence by sentence. Reads no file."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from messages.reading.plan import basis, head, marks, others, sentences, tables, told, when, who, words
from messages.reading.plan.moments import Anchor
from messages.reading.plan.outline import Item, TableItem
from messages.reading.plan.shapes import Duty, When
from messages.reading.plan.terms import Found

_BLANK = "\ue001"
_LABEL = re.compile(r"\s*(?:[-–+]\s*)?(?P<label>[^\W\d_][^:;.()]{2,50}):\s*")
_TERM_LABEL = re.compile(r"\s*(?:thời\s+gian|thời\s+hạn|hạn|tiến\s+độ|thời\s+điểm)", re.IGNORECASE)
_OF_A_TERM = re.compile(
    r"\s*(?:(?:hoàn\s+thành|thực\s+hiện|tổ\s+chức|triển\s+khai|xong|kết\s+thúc|gửi|nộp|nhận(?:\s+bài)?|(?:đợt|bước|giai\s+đoạn|lần|vòng)\s+\w+)\s*)+",
    re.IGNORECASE,
)
_NOTHING_ELSE = re.compile(
    r"(?:thời\s+gian|thời\s+hạn|hạn|tiến\s+độ|hoàn\s+thành|thực\s+hiện|tổ\s+chức|xong|dự\s+kiến|tuần|ngày|buổi|gửi|nộp|báo\s+cáo|cuối|chót|vào|trong|là|từ|phải|việc|cụ\s+thể|giai\s+đoạn"
    r"|đợt|bước|được|kết\s+thúc|chậm\s+nhất|nhận|bài|này|trước|và|hội\s+nghị|học\s+tập|triển\s+khai|kết\s+quả|các\s+nội\s+dung\s+trên|nội\s+dung|các|trên|công\s+việc|lúc)(?!\w)|[\d\W_]",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\s*,?\s*(?:tại|ở)\s+.*$", re.IGNORECASE | re.DOTALL)
_ADVERB = re.compile(r"\s*(?:sau|khi|trước|trong|hằng|hàng|định\s+kỳ|nhân|kết\s+thúc|ngay|quá)\s", re.IGNORECASE)
_UPWARD = re.compile(
    r"\sđể\s+(?P<what>(?:Văn\s+phòng\s+)?tổng\s+hợp,?\s+(?:và\s+)?báo\s+cáo\s+[^.;:]{5,200})", re.IGNORECASE
)
_THROUGH = re.compile(r"\(qua\s+(?P<who>[^)]{3,80})\)\s*$", re.IGNORECASE)
_HANDED = re.compile(
    r"(?:giao|phân\s+công)\s+(?:cho\s+)?(?P<who>[^;:.,]{3,100}?)\s+(?:chủ\s+trì|phụ\s+trách|triển\s+khai|tổ\s+chức)?\s*(?:thực\s+hiện)?[.;]?",
    re.IGNORECASE,
)
_DONE = re.compile(r"\(\s*đã\s", re.IGNORECASE)
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class _Said:
    """A clause with its terms found, and the clause with numbers, days and terms blanked out."""

    text: str
    terms: tuple[Found, ...]
    blanked: str

    @property
    def is_term(self) -> bool:
        """Whether it says nothing but by when ("Thời gian trước ngày 31/5/2024.")."""
        if not self.terms:
            return False
        label = _LABEL.match(self.text)
        if label and _TERM_LABEL.match(label["label"]):
            return not who.acts(_NOTHING_ELSE.sub(" ", self.blanked[label.end() :]))
        if label and not _OF_A_TERM.fullmatch(label["label"]):
            return False
        return not _NOTHING_ELSE.sub("", _PLACE.sub("", self.blanked)).strip()

    @property
    def is_asking(self) -> bool:
        """Whether one of its terms can be nothing else ("trước ngày …")."""
        return any(told.is_strict(each.when.due_text or "") or each.when.mode == "recurring" for each in self.terms)

    @property
    def terms_first(self) -> bool:
        """Whether it begins with a term."""
        return bool(self.terms) and not _NOTHING_ELSE.sub("", self.blanked[: self.terms[0].start]).strip()


@dataclass(frozen=True, slots=True)
class _Heading:
    who: str | None
    term: When | None  # of a heading that is nothing but a term: "Tháng 3/2025"
    words: str = ""  # of that heading


def read(items: Iterable[Item | TableItem], anchor: Anchor) -> tuple[Duty, ...]:
    """Return all duties in the order of the text."""
    reader = _Reader(anchor)
    for each in items:
        reader.take(each)
    return tuple(reader.found)


class _Reader:
    """Walks the outline; what a heading says holds below it."""

    def __init__(self, anchor: Anchor) -> None:
        self._anchor = anchor
        self._headings: dict[tuple[str, ...], _Heading] = {}
        self.found: list[Duty] = []
        self._places: list[tuple[str, ...]] = []  # of each duty found: the headings above it
        self._faceted: list[bool] = []
        self._named: dict[tuple[str, ...], str] = {}  # by the headings above "Đơn vị thực hiện: …"
        self._contents: set[tuple[str, ...]] = set()  # paragraphs that are no headings

    def take(self, item: Item | TableItem) -> None:
        if isinstance(item, TableItem):
            who_above = self._above(item.above).who
            for duty in tables.duties(item.table, self._anchor, item.part):
                self._keep(replace(duty, who=duty.who or who_above), item.above)
        elif head.is_place_and_day(item.text):
            return
        elif item.heading:
            self._head(item)
        else:
            self._read(item)

    # --- headings ---

    def _head(self, item: Item) -> None:
        said = self._said(item.text.rstrip(":"))
        named = who.body(item.text) or self._subject_of_heading(item.text)
        term = said.terms[0].when if said.is_term else None
        self._headings[(*item.above, item.text)] = _Heading(named, term, item.text.rstrip(" :") if term else "")
        if said.terms and term is None and not marks.is_shouted(item.text):
            self._keep_clause(said, named or self._above(item.above).who, item, item.text)

    def _subject_of_heading(self, text: str) -> str | None:
        found = who.subject(text)
        return found[0] if found and text.endswith(":") else None

    def _above(self, above: tuple[str, ...]) -> _Heading:
        """Return who and when the headings above say, the nearest first."""
        found = [heading for n in range(len(above), 0, -1) if (heading := self._headings.get(above[:n]))]
        named = next((each.who for each in found if each.who), None)
        timed = next((each for each in found if each.term), _Heading(None, None))
        return _Heading(named, timed.term, timed.words)

    # --- what stands below them ---

    def _read(self, item: Item) -> None:
        above, aims = self._above(item.above), any(words.is_one(each, "aims") for each in item.above)
        begun, subject, facet = len(self.found), None, False
        goals = any(words.is_one(each, "goals") for each in item.above)
        reviews = any(words.begins_with_one(each, "reviews") for each in item.above)
        for text, sentence in self._clauses(item.text):
            said = self._said(text)
            if self._names_who(said, item):
                if said.terms:
                    self._give_term(said, item, begun)
                continue
            if said.is_term:
                self._give_term(said, item, begun)
                continue
            if self._hands_on(text, begun):
                continue
            explicit = self._subject(said)
            subject = explicit or subject
            named = subject or above.who
            facet = facet or _is_facet(text)
            if said.terms and _is_told(said, sentence, explicit, goals=goals, reviews=reviews):
                continue
            if said.terms:
                self._keep_clause(said, named, item, sentence)
                self._keep_upward(text, item)
            elif self._is_duty(said, explicit, named or self._in_time(item, sentence, above).due_text, aims):
                term = self._in_time(item, sentence, above)
                whole = f"{above.words}: {sentence}" if term.due_text else sentence
                self._keep(self._duty(text, whole, named, term, item), item.above, facet)
        self._contents.add((*item.above, item.text))

    def _in_time(self, item: Item, sentence: str, above: _Heading) -> When:
        """Give what stands below "Tháng 4/2025" that term, but neither what was done nor what follows the list."""
        closes = bool(item.above) and item.above in self._contents and re.search(r"[.;]$", item.above[-1]) is not None
        return When() if closes or _DONE.search(sentence) else above.term or When()

    def _clauses(self, paragraph: str) -> Iterator[tuple[str, str]]:
        """Give each clause with its sentence; "…; kiên quyết …", which begins nothing, stays with the one before."""
        whole: list[str] = []
        for each in sentences.clauses(paragraph):
            if whole and whole[-1].endswith(";") and self._goes_on(whole[-1], each):
                whole[-1] = f"{whole[-1]} {each}"
            else:
                whole.append(each)
        at = 0
        while at < len(whole):
            end = next((n for n in range(at, len(whole)) if not whole[n].endswith(";")), len(whole) - 1) + 1
            yield from ((each, " ".join(whole[at:end])) for each in whole[at:end])
            at = end

    def _goes_on(self, before: str, clause: str) -> bool:
        return not (_opens(clause) or self._said(clause).terms_first or self._said(before).is_term)

    def _names_who(self, said: _Said, item: Item) -> bool:
        """Take "Đơn vị thực hiện: Phòng Nội vụ" as who does what the heading says."""
        label = _LABEL.match(said.text)
        kind = words.column_names().get(words.plain(label["label"])) if label else None
        if label is None or kind not in ("who", "with") or not item.above:
            return False
        if kind == "who":
            named = said.text[label.end() : said.terms[0].start if said.terms else None].strip(" .;,")
            self._named[item.above] = named
            for n in range(len(self.found) - 1, -1, -1):
                if self._places[n] == item.above and self.found[n].text == item.above[-1].rstrip(" :"):
                    self.found[n] = replace(self.found[n], who=named)
        return True

    def _hands_on(self, text: str, begun: int) -> bool:
        """Take "…; giao Ủy ban nhân dân phường thực hiện." as who does what stands before it."""
        handed = _HANDED.fullmatch(text)
        if handed is None or begun >= len(self.found):
            return False
        for n in range(begun, len(self.found)):
            self.found[n] = replace(self.found[n], who=self.found[n].who or handed["who"].strip())
        return True

    def _keep_upward(self, text: str, item: Item) -> None:
        """Keep what whoever gets the reports is to do with them: "… (qua Văn phòng) để tổng hợp, báo cáo …"."""
        if found := _UPWARD.search(text):
            through = _THROUGH.search(text[: found.start()])
            named = through["who"].strip() if through else None
            to = who.report_to(found["what"])
            self._keep(Duty(found["what"].strip(" ,;."), text, named, When(), to, item.part), item.above)

    def _said(self, text: str) -> _Said:
        masked = basis.masked(text)
        label = _LABEL.match(masked)
        if label and words.has(label["label"], "spans"):
            terms: tuple[Found, ...] = ()
        elif label and _TERM_LABEL.match(label["label"]):
            lead = label.end()
            rest = when.find(masked[lead:], self._anchor, alone=True)
            terms = tuple(Found(each.start + lead, each.end + lead, each.when) for each in rest)
        else:
            terms = when.find(masked, self._anchor) or self._after_label(masked, label)
        blanked = masked
        for each in terms:
            blanked = blanked[: each.start] + _BLANK * (each.end - each.start) + blanked[each.end :]
        return _Said(text, terms, blanked)

    def _after_label(self, masked: str, label: re.Match[str] | None) -> tuple[Found, ...]:
        """Read "Phát động: tháng 5/2026.", in which nothing but a term follows what is to be done."""
        if label is None or words.has(label["label"], "occasions"):
            return ()
        lead = label.end()
        rest = when.find(masked[lead:], self._anchor, alone=True)
        left = "".join(masked[lead:])
        for each in reversed(rest):
            left = left[: each.start] + left[each.end :]
        if _NOTHING_ELSE.sub("", left).strip():
            return ()
        return tuple(Found(each.start + lead, each.end + lead, each.when) for each in rest)

    def _subject(self, said: _Said) -> str | None:
        """Return who the clause says, at its beginning or after what stands before it."""
        starts = [0, *(match.end() for match in re.finditer(rf"{_BLANK}+\)?[\s,:–-]*|:\s*|\)\s*:?\s*", said.blanked))]
        if (comma := said.blanked.find(", ")) > 0 and _ADVERB.match(said.blanked):
            starts.insert(1, comma + 2)
        for start in starts[:6]:
            rest = said.blanked[start:]
            if found := who.subject(rest):
                return found[0].split(_BLANK)[0].strip(" ,;(") or None
        return None

    @staticmethod
    def _is_duty(said: _Said, explicit: str | None, named: str | None, aims: bool) -> bool:
        if _is_facet(said.text):
            return False
        if aims or re.match(
            r"\s*(?:việc|qua|(?:kế\s+hoạch|chương\s+trình|hướng\s+dẫn|thông\s+báo)\s+này)\s", said.text, re.IGNORECASE
        ):
            return explicit is not None
        return explicit is not None or who.is_task(said.text) or (named is not None and who.acts(said.text))

    def _keep_clause(self, said: _Said, named: str | None, item: Item, text: str) -> None:
        """Keep a duty for each term of a clause, each with its own part of the words."""
        to: str | None = None
        for start, end, term in _pieces(said):
            piece = said.text[start:end].strip(" ,;–-")
            made = self._duty(piece if len(said.terms) > 1 else text, text, named, term.when, item)
            to = self._duty(piece, text, named, term.when, item).report_to or to or made.report_to
            self._keep(replace(made, report_to=to), item.above)

    def _duty(self, text: str, sentence: str, named: str | None, term: When, item: Item) -> Duty:
        named = (
            named
            or who.agent(text)
            or who.mentioned(text)
            or who.mentioned(sentence)
            or who.mentioned(" ".join(item.above[-1:]))
        )
        blanked = basis.masked(text)
        if term.due_text and term.mode != "recurring":
            blanked = blanked.replace(term.due_text, _BLANK * len(term.due_text))
        to = who.report_to(blanked)
        clean = text.strip(" ;,").removesuffix("./.").rstrip(" .;,")
        return Duty(clean[:_LONGEST], sentence, named, term, to, item.part)

    def _keep(self, duty: Duty, above: tuple[str, ...], facet: bool = False) -> None:
        self.found.append(duty)
        self._places.append(above)
        self._faceted.append(facet)

    # --- "Thời gian: trước ngày 31/5/2024" ---

    def _give_term(self, said: _Said, item: Item, begun: int) -> None:
        """Give a term to what stands before it in its paragraph, else beside it, else above it."""
        last = len(self.found) - 1
        beside = last >= 0 and not self._faceted[last] and self._is_beside(self._places[last], item.above)
        for n, each in enumerate(said.terms):
            if n == 0 and (begun <= last or beside) and self._lacks_term(last, item.above):
                old = self.found[last]
                sentence = _with(old.sentence, said.text)
                self.found[last] = replace(
                    old, when=each.when, sentence=sentence, report_to=old.report_to or who.report_to(sentence)
                )
            else:
                self._keep(self._named_above(said, each.when, item, begun), item.above)

    def _lacks_term(self, place: int, above: tuple[str, ...]) -> bool:
        """Say whether a duty has no term, or only that of a heading ("Quý IV")."""
        when_ = self.found[place].when
        return when_.mode == "none" or when_ is self._above(above).term

    def _is_beside(self, place: tuple[str, ...], above: tuple[str, ...]) -> bool:
        """Say whether a duty stands right before, or is the paragraph under which the term stands alone."""
        return place == above or (place == above[:-1] and above in self._contents)

    def _named_above(self, said: _Said, term: When, item: Item, begun: int) -> Duty:
        if begun < len(self.found):
            old = self.found[-1]
            return replace(old, when=term, sentence=_with(old.sentence, said.text))
        heading = next((each for each in reversed(item.above) if not words.is_one(each, "facets")), "")
        text = heading.rstrip(" :") or said.text
        named = self._named.get(item.above) or self._above(item.above).who
        return self._duty(text, f"{heading.rstrip(' :')}: {said.text}" if heading else said.text, named, term, item)


def _with(sentence: str, term: str) -> str:
    """Return a sentence with what says by when; a clause of the sentence itself is in it already."""
    return sentence if term in sentence else f"{sentence} {term}"


def _pieces(said: _Said) -> Iterator[tuple[int, int, Found]]:
    """Cut a clause so that each term has its words: those before it, or after it where it comes first."""
    terms: Sequence[Found] = said.terms
    first = not _NOTHING_ELSE.sub("", said.blanked[: terms[0].start]).strip()
    for n, each in enumerate(terms):
        if first:
            yield each.start, terms[n + 1].start if n + 1 < len(terms) else len(said.text), each
        else:
            start = terms[n - 1].end if n else 0
            yield start, len(said.text) if n + 1 == len(terms) else each.end, each


def _opens(clause: str) -> bool:
    return (
        clause[:1].isupper() or who.begins(clause) or _LABEL.match(clause) is not None or marks.of(clause) is not None
    )


def _is_told(said: _Said, sentence: str, explicit: str | None, *, goals: bool, reviews: bool) -> bool:
    """Say whether a clause with words of time tells of aims, of how things stand, or of what the highest bodies do."""
    if explicit is None and (goals or others.is_by_the_highest(sentence)):
        return True
    return reviews and not said.is_asking


def _is_facet(text: str) -> bool:
    label = _LABEL.match(text)
    return label is not None and words.is_one(label["label"], "facets")
