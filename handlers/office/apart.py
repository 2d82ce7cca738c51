"""Words on ideology and degradation: read by office and inspection, on the local page alone; typed in from paper there.

Nothing else in the assistant reads or says them.
"""

from collections.abc import Sequence
from typing import Any

from campaigns.schema import Question
from handlers.branch import drafts, duties
from handlers.branch.drafts import Draft
from handlers.routes import OFFICE
from handlers.turn import Turn
from messages.reading import secrecy
from messages.types import Choice, Rows
from models import report, words_apart
from models.words_apart import WordsApart


async def read(turn: Turn, obligation: int) -> None:
    """[Mục ghi riêng]: what the branch wrote, or the office from its paper."""
    draft = await _draft(turn, obligation)
    if draft is None:
        await turn.say("apart.gone")
    elif not await turn.in_house():
        await turn.say("apart.page")
    else:
        found = await _standing(turn, draft)
        turn.note("apart.read", f"obligation:{draft.duty.id}", turn.me)
        await turn.say("apart.words", forget=True, choices=_menu(turn, draft), parts=found, branch=draft.duty.unit.name)


def _menu(turn: Turn, draft: Draft) -> Rows:
    if not turn.holds(OFFICE):
        return []
    return [
        [Choice("apart.write", {"obligation": draft.duty.id, "question": each.id, "short": _short(draft, each)})]
        for each in _asked(draft)
    ]


async def write(turn: Turn, obligation: int, question: str, short: str = "") -> None:
    """[Ghi từ bản giấy]: the office types next what stands in the branch's paper."""
    draft = await _draft(turn, obligation)
    if draft is None or question not in {each.id for each in _asked(draft)}:
        await turn.say("apart.gone")
    elif not await turn.in_house():
        await turn.say("apart.page")
    else:
        turn.expect("apart.text", obligation=draft.duty.id, question=question)
        await turn.say("apart.ask", branch=draft.duty.unit.name, short=_short(draft, draft.form.question(question)))


async def text(turn: Turn) -> None:
    """The words from the paper."""
    about, words = turn.conversation.subject, turn.incoming.text.strip()
    draft = await _draft(turn, int(about.get("obligation") or 0))
    question = str(about.get("question") or "")
    if draft is None or question not in {each.id for each in _asked(draft)}:
        turn.expect_nothing()
        await turn.say("apart.gone")
    elif why := await _refused(turn, words, draft.form.question(question)):
        await turn.say("apart.wrong", why=why, high=draft.form.question(question).high or 0)
    else:
        await _keep(turn, draft, question, words)


async def _refused(turn: Turn, words: str, question: Question) -> str:
    if not await turn.in_house():
        return "page"
    if secrecy.is_marked_secret(words):
        return "secret"
    if not words:
        return "empty"
    return "too_long" if question.high and len(words) > question.high else ""


async def _keep(turn: Turn, draft: Draft, question: str, words: str) -> None:
    words_apart.keep(turn.session, draft.duty.owed, question, words, "", turn.me.id, turn.now)
    turn.note("apart.write", f"obligation:{draft.duty.id}", turn.me, fields=[question])
    turn.expect_nothing()
    read_ = Choice("apart.read", {"obligation": draft.duty.id})
    await turn.say("apart.kept", choices=[[read_]], branch=draft.duty.unit.name)


def offered(draft: Draft) -> Rows:
    """Return the button under a report for who may read; nothing where the form asks nothing of the kind."""
    return [[Choice("apart.read", {"obligation": draft.duty.id})]] if _asked(draft) else []


def _asked(draft: Draft) -> list[Question]:
    return [each for each in draft.form.questions if each.sensitive and each.takes_words]


def _short(draft: Draft, question: Question) -> str:
    """Head words by the choice that they belong to."""
    same = [each for each in draft.form.questions if each.number == question.number]
    return same[0].short


async def _draft(turn: Turn, obligation: int) -> Draft | None:
    found = await duties.load(turn, [obligation])
    kept = await report.of_obligation(turn.session, obligation) if found else None
    return await drafts.of_report(turn, kept.id) if kept else None


async def _standing(turn: Turn, draft: Draft) -> list[dict[str, Any]]:
    """Return the newest words on each question: those the last sending holds, and those from paper."""
    sent = await report.last_revision(turn.session, draft.report.id)
    marks = {each["value"]["apart"] for each in (sent.answers if sent else {}).values() if _is_mark(each)}
    rows: Sequence[WordsApart] = await words_apart.of_obligation(turn.session, draft.duty.id)
    found = {each.question: each for each in rows if not each.mark or each.mark in marks}
    return [
        {"short": _short(draft, each), "text": row.text, "paper": not row.mark, "at": turn.local(row.written_at)}
        for each in _asked(draft)
        if (row := found.get(each.id))
    ]


def _is_mark(answer: dict[str, Any]) -> bool:
    return isinstance(answer.get("value"), dict) and "apart" in answer["value"]
