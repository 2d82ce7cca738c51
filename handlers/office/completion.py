"""The office asks a branch to complete chosen questions, in words, by a time it sets; exactly those reopen."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from handlers.branch import acts, duties
from handlers.branch.drafts import Draft
from handlers.office import review
from handlers.rules import answers as rules
from handlers.turn import Turn
from messages import numbers
from messages.reading import dates
from messages.types import Choice, Heard, Rows, Value
from models import person
from models.notice import NoticeKind
from models.obligation import State
from models.person import Person
from models.role import RoleKind

PER_ROW = 2
SHORTEST, LONGEST = 5, 300
LATE_IN_THE_DAY = time(15)  # later, "hôm nay" is no time to give
FURTHEST = timedelta(days=30)


@dataclass(frozen=True)
class Wanted:
    """What the office has chosen so far: words by number, the number being written about (0: none), by when."""

    report: int
    revision: int
    words: dict[str, str]
    at: int = 0

    def subject(self) -> dict[str, Any]:
        """Return it as the conversation keeps it."""
        return {"report": self.report, "revision": self.revision, "words": self.words, "at": self.at}


def _wanted(turn: Turn, report: int, revision: int) -> Wanted:
    kept = turn.conversation.subject
    here = turn.conversation.expects == "completion.typed"
    if here and kept.get("report") == report and kept.get("revision") == revision:
        return Wanted(report, revision, dict(kept["words"]), int(kept["at"]))
    return Wanted(report, revision, {})


def _remember(turn: Turn, wanted: Wanted, at: int = 0) -> None:
    turn.expect("completion.typed")
    turn.conversation.subject = Wanted(wanted.report, wanted.revision, wanted.words, at).subject()


async def start(turn: Turn, report: int, revision: int) -> None:
    """[Đề nghị bổ sung]: choose a question."""
    claimed = await review.claim(turn, report, revision)
    if claimed is not None:
        await _choose(turn, claimed[0], _wanted(turn, report, revision))


async def more(turn: Turn, report: int, revision: int) -> None:
    """[Thêm câu]."""
    await start(turn, report, revision)


async def _choose(turn: Turn, draft: Draft, wanted: Wanted) -> None:
    _remember(turn, wanted)
    numbers = sorted(_questions(draft))
    one = {"report": wanted.report, "revision": wanted.revision}
    seen = draft.places
    buttons = [
        Choice("completion.pick", {**one, "number": n, "place": seen[n], "short": _short(draft, n)}) for n in numbers
    ]
    rows = [buttons[at : at + PER_ROW] for at in range(0, len(buttons), PER_ROW)]
    back = [Choice("review.view", {"report": wanted.report}, "completion.back")]
    await turn.say("completion.choose", choices=[*rows, back], branch=draft.duty.unit.name)


def _questions(draft: Draft) -> dict[int, list[str]]:
    """Return the questions that apply, by their own number: people see another, `Draft.places`."""
    found: dict[int, list[str]] = {}
    for question in rules.applicable(draft.form, rules.known(draft.form, draft.values, draft.facts)):
        found.setdefault(question.number, []).append(question.id)
    return found


async def pick(turn: Turn, report: int, revision: int, number: int, **_: Any) -> None:
    """A question: ask what is to be completed."""
    claimed = await review.claim(turn, report, revision)
    if claimed is None:
        return
    draft = claimed[0]
    if number not in _questions(draft):
        await _choose(turn, draft, _wanted(turn, report, revision))
        return
    _remember(turn, _wanted(turn, report, revision), number)
    await _ask_words(turn, draft, number, Wanted(report, revision, {}))


async def _ask_words(turn: Turn, draft: Draft, number: int, wanted: Wanted, *, again: bool = False) -> None:
    one = {"report": wanted.report, "revision": wanted.revision}
    other = [[Choice("completion.more", one, "completion.another")]]
    await turn.say(
        "completion.words",
        choices=other,
        numbered=False,
        number=draft.places[number],
        short=_short(draft, number),
        again=again,
    )


def _short(draft: Draft, number: int) -> str:
    return next(question.short for question in draft.form.questions if question.number == number)


async def typed(turn: Turn) -> None:
    """What the office types: the words for a question, or the day by which."""
    kept = turn.conversation.subject
    claimed = await review.claim(turn, int(kept.get("report") or 0), int(kept.get("revision") or 0))
    if claimed is None:
        turn.expect_nothing()
        return
    draft, wanted = claimed[0], _wanted(turn, int(kept["report"]), int(kept["revision"]))
    if wanted.at:
        await _take_words(turn, draft, wanted)
    elif wanted.words:
        await _take_day(turn, draft, wanted)
    else:
        await _choose(turn, draft, wanted)


async def _take_words(turn: Turn, draft: Draft, wanted: Wanted) -> None:
    words = " ".join(turn.incoming.text.split()).strip("“”\"' ")
    if turn.incoming.kind is not Heard.TEXT or not SHORTEST <= len(words) <= LONGEST:
        await _ask_words(turn, draft, wanted.at, wanted, again=True)
        return
    await _ask_when(turn, draft, Wanted(wanted.report, wanted.revision, {**wanted.words, str(wanted.at): words}))


async def _ask_when(turn: Turn, draft: Draft, wanted: Wanted, *, again: bool = False) -> None:
    _remember(turn, wanted)
    said = {"branch": draft.duty.unit.name, "words": _listed(draft, wanted), "again": again}
    await turn.say("completion.when", choices=await _whens(turn, wanted), numbered=False, **said)


def _listed(draft: Draft, wanted: Wanted) -> list[dict[str, Any]]:
    """Return what is asked, by the numbers that people see."""
    found, seen = sorted((int(number), words) for number, words in wanted.words.items()), draft.places
    return [{"question": number, "number": seen.get(number, number), "words": words} for number, words in found]


async def _whens(turn: Turn, wanted: Wanted) -> Rows:
    one: dict[str, Value] = {"report": wanted.report, "revision": wanted.revision}
    workdays = await turn.workdays()
    soon = workdays.plus(turn.today, 1)
    later = workdays.plus(turn.today, 2)
    today = [(turn.today, "today")] if turn.clock_time < LATE_IN_THE_DAY and workdays.worked(turn.today) else []
    offered = [*today, (soon, "morning"), (soon, "day"), (later, "day")]
    buttons = [
        Choice(
            "completion.until",
            {**one, "day": day.isoformat(), "part": part, "shown": numbers.weekday_day(day)},
            f"completion.{part}",
        )
        for day, part in offered
    ]
    return [buttons[:2], buttons[2:], [Choice("completion.more", one)]]


async def _take_day(turn: Turn, draft: Draft, wanted: Wanted) -> None:
    day = dates.read_date(turn.incoming.text, today=turn.today, tense="future").date
    if day is None or not turn.today <= day <= turn.today + FURTHEST:
        await _ask_when(turn, draft, wanted, again=True)
    else:
        await _preview(turn, draft, wanted, day, "today" if day == turn.today else "day")


async def until(turn: Turn, report: int, revision: int, day: str, part: str, shown: str = "") -> None:
    """By when: show what will be sent."""
    claimed = await review.claim(turn, report, revision)
    if claimed is None:
        return
    wanted = _wanted(turn, report, revision)
    if wanted.words:
        await _preview(turn, claimed[0], wanted, date.fromisoformat(day), part)
    else:
        await _choose(turn, claimed[0], wanted)


async def _preview(turn: Turn, draft: Draft, wanted: Wanted, day: date, part: str) -> None:
    _remember(turn, wanted)
    one: dict[str, Value] = {"report": wanted.report, "revision": wanted.revision}
    send = Choice("completion.send", {**one, "day": day.isoformat(), "part": part})
    choices = [[send], [Choice("completion.more", one), Choice("completion.drop", one)]]
    names = [each.name for each in await _people(turn, draft)]
    said = {
        "name": names[0] if names else draft.duty.unit.secretary_name,
        "day": day,
        "part": part,
        "nobody": not names,
    }
    listed = {"words": _listed(draft, wanted), "branch": draft.duty.unit.name, "by": turn.me.name}
    await turn.say("completion.preview", choices=choices, numbered=False, **said, **listed)


async def _people(turn: Turn, draft: Draft) -> list[Person]:
    """Return who can complete it: secretary first, then deputies."""
    kinds = (RoleKind.SECRETARY, RoleKind.DEPUTY)
    found = [
        each
        for kind in kinds
        for each in await person.holding(turn.session, turn.committee.id, [kind], draft.duty.unit.id)
    ]
    return list({each.id: each for each in found}.values())


async def drop(turn: Turn, report: int, revision: int) -> None:
    """[Bỏ]: nothing is asked of the branch."""
    turn.expect_nothing()
    await review.view(turn, report)


async def send(turn: Turn, report: int, revision: int, day: str, part: str) -> None:
    """Ask the branch: exactly these questions reopen."""
    claimed = await review.claim(turn, report, revision)
    if claimed is None:
        return
    draft, last = claimed
    wanted = _wanted(turn, report, revision)
    if not wanted.words:
        await _choose(turn, draft, wanted)
        return
    turn.expect_nothing()
    _reopen(turn, draft, wanted, day)
    turn.note("review.incomplete", f"report:{report}", turn.me, numbers=sorted(wanted.words), revision=revision)
    await review.show_others(turn, draft, last, "asked")
    told = await _tell(turn, draft, wanted, date.fromisoformat(day), part)
    await turn.say("completion.sent", branch=draft.duty.unit.name, words=_listed(draft, wanted), told=told)


def _reopen(turn: Turn, draft: Draft, wanted: Wanted, day: str) -> None:
    asked = _questions(draft)
    draft.report.reopened = [
        {"question": question, "number": each["question"], "words": each["words"] if first == 0 else "", "until": day}
        for each in _listed(draft, wanted)
        for first, question in enumerate(asked.get(each["question"], []))
    ]
    draft.report.counter += 1
    draft.duty.owed.state = State.INCOMPLETE


async def _tell(turn: Turn, draft: Draft, wanted: Wanted, day: date, part: str) -> list[str]:
    one: dict[str, Value] = {"obligation": draft.duty.id}
    choices = [[Choice("report.complete", one), Choice("completion.ask_office", one)]]
    said = {
        "words": _listed(draft, wanted),
        "branch": draft.duty.unit.name,
        "by": turn.me.name,
        "day": day,
        "part": part,
    }
    told = []
    for each in await _people(turn, draft):
        notice = await turn.tell(
            each,
            "completion.asked",
            kind=NoticeKind.ITEM,
            choices=choices,
            about=[draft.duty.id],
            name=each.name,
            **said,
        )
        told += [each.name] if notice else []
    return told


# The branch asks back


async def ask_office(turn: Turn, obligation: int) -> None:
    """[Hỏi lại Văn phòng]: the next words go to the office."""
    found = await duties.mine(turn, [obligation])
    if not found:
        await turn.say("report.not_yours")
        return
    turn.expect("completion.question", obligation=obligation)
    await turn.say("completion.question")


async def question(turn: Turn) -> None:
    """The branch's question about what is to be completed."""
    found = await duties.mine(turn, [int(turn.conversation.subject.get("obligation") or 0)])
    if turn.incoming.kind is not Heard.TEXT:
        await turn.say("completion.question")
        return
    turn.expect_nothing()
    await acts.question(turn, found[0] if found else None, turn.incoming.text)
