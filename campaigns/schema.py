"""The shapes of a campaign's data: plan, forms, excerpts. Knows pydantic; knows no file and nothing else of ours."""

import unicodedata
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Day = date  # fields are named `date`
Json = str | int | bool | None | dict[str, Any] | list[Any]
LATEST_DAY = 28  # a day every month has
LONGEST_GRACE, LONGEST_OPEN = 60, 366  # days after the last on-time day


def _unquoted_time(value: Any) -> Any:
    if isinstance(value, int):  # YAML reads 08:15 without quotes as a number of minutes
        raise ValueError('write the time in quotes, as "08:15"')
    return value


def _nfc(value: str) -> str:
    return unicodedata.normalize("NFC", value).strip()


Text = Annotated[str, AfterValidator(_nfc)]
Words = Annotated[str, AfterValidator(_nfc), Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Hour = Annotated[time, BeforeValidator(_unquoted_time)]
DayOfMonth = Annotated[int, Field(ge=1, le=LATEST_DAY)]


class Part(BaseModel):
    """Anything in a campaign: immutable, and a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Basis(Part):
    """A document the plan rests on."""

    number: Words
    date: Day
    issuer: Words
    title: Text = ""


class Duty(Part):
    """What the plan asks of whom; `line` of the plan's text, `quote` its own words there."""

    id: Annotated[str, Field(pattern=r"^D[1-9][0-9]?$")]
    line: Annotated[int, Field(ge=1)]
    who: Words
    what: Words
    when: Words
    quote: Words


class Proposal(Part):
    """The day of a quarter's last month that is proposed to the office where the plan names none."""

    day: DayOfMonth


class Deadline(Part):
    """What branches owe, once or every quarter from `first` to `last` ("2024-Q2").

    `title` and `short_title` may hold {quarter}; `due_text` is verbatim, "" where the plan names no day.
    Its four times: `opens_on` (a quarter's opens with it), the last day on time by `due_date` and `due_mode`, `grace`
    (true: the due day itself counts as in time; a number: so many days after the last), and `closes_after` so many
    days after the last: what comes later is added up in a supplement. null: never closed.
    """

    name: Name
    title: Words
    short_title: Words
    form: Name
    duties: Annotated[tuple[str, ...], Field(min_length=1)]
    every: Literal["once", "quarter"] = "once"
    first: Annotated[str, Field(pattern=r"^(\d{4}-Q[1-4])?$")] = ""
    last: Annotated[str, Field(pattern=r"^(\d{4}-Q[1-4])?$")] = ""
    due_text: Text = ""
    due_mode: Literal["before", "by"]
    due_date: Day | None = None
    opens_on: Day | None = None
    grace: bool | Annotated[int, Field(ge=0, le=LONGEST_GRACE)] = False
    closes_after: Annotated[int, Field(ge=1, le=LONGEST_OPEN)] | None = None
    proposal: Proposal | None = None
    example: Text = ""


class Ladder(Part):
    """Working days before the last on-time day, hours, and the notes after it (working days apart)."""

    before: tuple[Annotated[int, Field(ge=1, le=60)], ...]
    morning: Hour
    on_the_day: Hour
    overdue_every: Annotated[int, Field(ge=1, le=30)]
    overdue_notes: Annotated[int, Field(ge=0, le=10)]
    deputy_from: Annotated[int, Field(ge=0, le=60)]


class Window(Part):
    """Hours of a working day in which pushes may go out."""

    start: Hour
    end: Hour


class Weekly(Part):
    """When the excerpt goes out; a holiday moves it to the next working day."""

    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday"]
    at: Hour


class Office(Part):
    """When the office hears: its brief, and the hours at which new reports are gathered."""

    brief: Hour
    gather: tuple[Hour, ...]


class Committee(Part):
    """The names of who issues the plan and of those above it: data, for they change.

    `organisation` is what the committee leads, as a branch's letterhead names it ("Đảng bộ Sở …").
    """

    name: Words
    organisation: Words
    short_name: Words
    office_name: Words
    superior: Words
    superior_board: Words


class Missing(Part):
    """A fact the plan lacks and the office is asked once; the question's words are in the templates.

    `deadline`: the quarterly deadline whose day of the quarter's last month a day_of_month is.
    """

    key: Name
    kind: Literal["text", "date", "day_of_month"]
    of: Literal["committee", "campaign"]
    deadline: Name | None = None


class Sentence(Part):
    """One sentence of the report upward: a figure by name, or what branches answered to a form's question.

    figure: what is counted (`form` "" of every form); question: choices counted, numbers and places added up, words
    quoted, each begun with `lead`; `labels` {choice: other words for it than its button has}; `share` of a choice: how
    many of those who answered took it; `unit` what a number counts ("ý kiến").
    """

    figure: Literal[
        "",
        "plan",
        "reports",
        "conferences",
        "attendance",
        "masses",
        "pledges",
        "punctual",
        "full_attendance",
        "masses_joined",
        "kinds_of_place",
        "late",
        "unreported",
        "reminders",
        "inspections",
        "activities",
        "portal",
        "arts",
    ] = ""
    form: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]*)?$")] = ""
    question: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]*)?$")] = ""
    lead: Text = ""
    labels: dict[str, Words] = {}
    share: Text = ""
    unit: Text = ""


class Chapter(Part):
    """A heading of the report upward with its sentences and parts; a part of which nothing is known is left out."""

    heading: Words
    items: tuple[Sentence, ...] = ()
    parts: tuple["Chapter", ...] = ()


def _counted(*figures: Any) -> tuple[Sentence, ...]:
    return tuple(Sentence(figure=each) for each in figures)


class Upward(Part):
    """The report to the superior: its letterhead, what it answers (numbers of the legal basis), what stands in it.

    `heading` is the superior's organisation ("Đảng bộ Khối …"), "" its name; `addressee` "" the superior's board.
    """

    heading: Text = ""
    addressee: Text = ""
    answers: tuple[Words, ...] = ()
    recipients: tuple[Words, ...] = ()
    chapters: tuple[Chapter, ...] = (
        Chapter(heading="Công tác lãnh đạo, chỉ đạo", items=_counted("plan")),
        Chapter(
            heading="Kết quả thực hiện",
            items=_counted("reports", "conferences", "attendance", "masses", "pledges", "activities", "portal", "arts"),
        ),
        Chapter(heading="Công tác kiểm tra, đôn đốc", items=_counted("inspections", "reminders")),
        Chapter(heading="Đánh giá", items=_counted("punctual", "late", "unreported")),
        Chapter(heading="Phương hướng, đề xuất, kiến nghị"),
    )


class Recipient(Part):
    """A line of "Nơi nhận". by chat: whoever holds one of `roles` is messaged; record: never, the office notes how.

    `key` names it in what is stored; bare words, as plans before had them, are recorded under themselves.
    """

    key: Words
    words: Words
    by: Literal["chat", "record", "keep"] = "record"
    roles: tuple[Literal["office", "inspection", "editorial", "leader", "secretary", "deputy", "member"], ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"key": value, "words": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _whole(self) -> "Recipient":
        if bool(self.roles) != (self.by == "chat"):
            raise ValueError("roles belong to a recipient by chat, and to no other")
        return self


class OptionalDuty(Part):
    """A duty that the plan does not ask for and the office may give out: its form, and how a reply may look."""

    form: Name
    example: Text = ""


class Listed(Part):
    """A value of one of the plan's lists, and its words."""

    value: Name
    label: Words


LONG_AGO = date(2000, 1, 1)


class Plan(Part):
    """plan.yaml. `number` and `date` are null while unknown: never invented.

    `optional` forms of duties that the plan does not ask for; the office may, with a deadline of its own.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Words
    subject: Words
    topic: Words
    issuer: Words
    number: Words | None
    date: Day | None
    text: Words
    committee: Committee
    legal_basis: tuple[Basis, ...]
    recipients: tuple[Recipient, ...]
    duties: tuple[Duty, ...]
    deadlines: Annotated[tuple[Deadline, ...], Field(min_length=1)]
    ladder: Ladder
    windows: Annotated[tuple[Window, ...], Field(min_length=1)]
    excerpts: Weekly
    office: Office
    missing: tuple[Missing, ...]
    audiences: tuple[Listed, ...] = ()
    optional: tuple[OptionalDuty, ...] = ()
    upward: Upward = Upward()

    @property
    def answering(self) -> frozenset[str]:
        """The forms with which branches answer a duty."""
        return frozenset({each.form for each in self.deadlines} | {each.form for each in self.optional})

    @property
    def not_before(self) -> Day:
        """The day before which nothing of this plan can have happened: its own, else its newest basis if it has one."""
        return self.date or max((basis.date for basis in self.legal_basis), default=LONG_AGO)

    @property
    def last_day(self) -> Day | None:
        """The last day that the plan names, or its last quarter's; None where it has neither."""
        named = [each.due_date for each in self.deadlines if each.due_date]
        ends = [quarter_days(each.last)[1] - timedelta(days=1) for each in self.deadlines if each.last]
        return max([*named, *ends], default=None)


class Kind(StrEnum):
    """What a question takes, and the shape of its stored value (None = skipped)."""

    CHOICE = "choice"  # a choice's value
    DATE = "date"  # "2024-05-13"
    NUMBER = "number"  # 24
    TEXT = "text"  # words as typed
    BRANCH = "branch"  # a branch's name, or another body's as typed
    PLAN_REF = "plan_ref"  # {"number": "05-KH/CB" or "", "date": "2024-05-10" or ""}
    TALLY = "tally"  # {"zalo": 3, "facebook": 1}
    FILES = "files"  # {"place": "…" or "", "files": [attachment ids]}


class Level(StrEnum):
    """What a check that fires does: refuse, ask whether it is so, tell the office, or merely tell the person."""

    BLOCK = "block"
    ASK = "ask"
    FLAG = "flag"
    NOTE = "note"


class Check(Part):
    """A named check and what it does when it fires.

    `times`, `least`: for a figure beside that of an earlier period, how many times more or less it must be, and the
    size below which both are too small to be news.
    """

    name: Name
    level: Level
    times: Annotated[int, Field(ge=0)] = 0
    least: Annotated[int, Field(ge=0)] = 0


class Option(Part):
    """A button. `stands_for`: the number, or the name of the fact, that it means on a number or date question.

    `given`: facts that must be known for it to be shown; `opens`: it only asks to type; `skips`: it leaves the
    question out of the report; `says`: other words people type for it; `counted`: what is counted there ("tin, bài
    trên Zalo"), of a place; `printed`: the sentence that the paper has for it, in the place of the question's.
    """

    value: Name
    label: Words
    stands_for: int | str | None = None
    given: tuple[Name, ...] = ()
    opens: bool = False
    skips: bool = False
    says: tuple[Words, ...] = ()
    counted: Text = ""
    printed: Text = ""


class Condition(Part):
    """True when the answer or fact `of` compares so with `to`.

    in, not_in: with literal values; below, above, differs: with a number, an answer or a fact; known: is there, not 0.
    """

    of: Name
    so: Literal["in", "not_in", "below", "above", "differs", "known"]
    to: tuple[str | int, ...] = ()


class Wording(Part):
    """Other words for a question, used when all of `given` are known and not 0 and all of `when` are true."""

    given: tuple[Name, ...] = ()
    when: tuple[Condition, ...] = ()
    ask: Words


class Question(Part):
    """One question. `number` is what people see; follow-ups share it. Texts may hold {facts} and {answers}.

    `prefill`: what was recorded elsewhere answers it: posts (activities), the period's meeting as reported (meeting),
    the conference as announced (conference), the branch's own plan as recorded (plan).
    `figure` says which figure of a reply in own words answers it; `ends` closes the form without a report;
    `short` heads its line in the review, `section` the part of the paper that begins with it.
    `sensitive`: a choice is taken anywhere, words only in the house (the local page, or typed in from paper); they are
    kept apart and shown to nobody but office and inspection there. `estimate`: a figure may be "ước 12".
    `as_before`: what the branch answered for the last period is offered again; `unit` names what a figure counts.
    `column` heads its column in annexes and tables, "" none of its own; `printed` is the sentence that the paper has,
    with {value} in the place of the answer ("" its short words and the answer).
    """

    id: Name
    number: Annotated[int, Field(ge=1)]
    kind: Kind
    ask: Words
    short: Words
    help: Words
    words: tuple[Wording, ...] = ()
    options: tuple[Option, ...] = ()
    when: tuple[Condition, ...] = ()
    checks: tuple[Check, ...] = ()
    low: int | None = None
    high: int | None = None
    past: bool = False
    future: bool = False
    skippable: bool = False
    figure: Literal["", "held", "date", "attended", "total", "masses", "pledges", "makeup", "form", "speaker"] = ""
    prefill: Literal["", "activities", "meeting", "conference", "plan"] = ""
    item: Literal["", "proposal"] = ""
    ends: Name | None = None
    section: Text = ""
    sensitive: bool = False
    estimate: bool = False
    as_before: bool = False
    unit: Text = ""
    column: Text = ""
    printed: Text = ""

    @property
    def takes_words(self) -> bool:
        """Whether its answer is people's own words."""
        return self.kind is Kind.TEXT


class FormPart(Part):
    """Questions asked in a row; once a `sendable` part is done the report may go."""

    name: Words
    title: Words
    sendable: bool
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]


class Form(Part):
    """forms/<name>.yaml. `minutes` is how long the sendable part takes; `document` which paper it makes ("" none)."""

    name: Name
    title: Words
    document: Literal["", "study_report", "plain"] = ""
    fulfils: tuple[str, ...]
    minutes: Annotated[int, Field(ge=1)]
    parts: Annotated[tuple[FormPart, ...], Field(min_length=1)]

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions in order."""
        return tuple(question for part in self.parts for question in part.questions)

    @cached_property
    def compared(self) -> tuple[str, ...]:
        """The questions that are seen beside the last period's answer."""
        return tuple(q.id for q in self.questions if q.as_before or any(check.times for check in q.checks))

    @cached_property
    def _named(self) -> dict[str, Question]:
        return {each.id: each for each in self.questions}

    def question(self, name: str) -> Question:
        """Return the question of that id; KeyError if there is none."""
        return self._named[name]


class Excerpt(Part):
    """A passage to send, word for word from its source; `more` the wider passage, "" if none."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    text: Words
    more: Text = ""
    source: Words
    page: Text = ""


class Excerpts(Part):
    """excerpts.yaml."""

    excerpts: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign's folder, read and found consistent."""

    plan: Plan
    forms: tuple[Form, ...]
    excerpts: tuple[Excerpt, ...]
    text: str

    def form(self, name: str) -> Form:
        """Return the form of that name; `load` made sure that every deadline's exists."""
        return next(form for form in self.forms if form.name == name)


FACTS = frozenset(
    {
        "today",
        "yesterday",
        "plan_date",
        "last_on_time",
        "members",
        "exempt",
        "register",
        "register_masses",
        "branch",
        "secretary",
        "quarter",
        "absent",
        "period_start",
        "period_end",
        "in_house",
        "apart",
    }
)
"""What is known besides answers, for texts, conditions and buttons (`handlers.flow` fills them)."""


def periods(deadline: Deadline) -> tuple[str, ...]:
    """Return the periods a deadline is owed for: ("",) for once, else "2024-Q2", "2024-Q3" …"""
    if deadline.every == "once":
        return ("",)
    return tuple(f"{n // 4}-Q{n % 4 + 1}" for n in range(quarters(deadline.first), quarters(deadline.last) + 1))


def titled(words: str, period: str) -> str:
    """Fill {quarter} in a title: "… quý II" for "2024-Q2"."""
    return words.replace("{quarter}", ("I", "II", "III", "IV")[int(period[-1]) - 1]) if period else words


def quarter_days(period: str) -> tuple[date, date]:
    """Return the first day of a quarter and the first day after it."""
    n = quarters(period)
    return _first_day(n), _first_day(n + 1)


def grace_to(deadline: Deadline, due: date, last: date) -> date | None:
    """Return the last day that still counts as in time, None without grace; `due` the day as the plan words it."""
    if deadline.grace is True:
        return due if due > last else None
    return last + timedelta(days=deadline.grace) if deadline.grace else None


def closes_on(deadline: Deadline, last: date) -> date | None:
    """Return the last day before the reports are added up, None where that is left open."""
    return last + timedelta(days=deadline.closes_after) if deadline.closes_after else None


def quarters(period: str) -> int:
    """Return a quarter as a running number, so that quarters can be compared and counted on."""
    return int(period[:4]) * 4 + int(period[-1]) - 1


def _first_day(quarters: int) -> date:
    return date(quarters // 4, quarters % 4 * 3 + 1, 1)
