"""What is said in the middle of a report besides the answer: a question, a request, a promise, more figures.

Reports know nothing of it but `handlers.ASIDE`: what it does with words is what words do outside a report.
"""

from campaigns.schema import Json, Kind, Question
from handlers.branch import plan_answers, reply
from handlers.branch.drafts import Draft
from handlers.office import broadcast_replies
from handlers.rules import entry
from handlers.turn import Turn
from messages.reading import people, plan_questions, promised
from messages.reading.replies import Reply, read_reply

STRICT = (Kind.DATE, Kind.NUMBER, Kind.TALLY, Kind.CHOICE, Kind.PLAN_REF)
"""Questions whose answers are known by their form; to the others any words are one."""
MEANT = ("question", "extend")
"""What words mean that need no report; all else may be an answer written oddly, and the question is put again."""
WORDS = 3  # fewer tell nothing besides: "không biết" is no question for the office
SEVERAL = 2  # figures by meaning that words hold when they tell more than one answer


async def heard(turn: Turn, draft: Draft, at: str) -> bool:
    """Do what words say that are no answer to the question `at`; say whether they said anything."""
    if promised.puts_off(turn.incoming.text):
        return await _put_off(turn, draft)
    asked = next((each for each in draft.form.questions if each.id == at), None)
    if asked is None or asked.sensitive or asked.kind not in STRICT or _is_short(turn) or _needs_help(turn):
        return False  # words on what is sensitive are kept nowhere, whatever they seem to ask
    intent = read_reply(turn.incoming.text, today=turn.today, due=draft.duty.last_day).intent
    if intent in (*MEANT, "acknowledge") and await broadcast_replies.heard(turn):
        return True
    if intent == "question" and "?" not in turn.incoming.text:  # "hôm nào đó" asks nothing
        return await plan_answers.heard(turn, [draft.duty], turn.incoming.text)
    if intent in MEANT:
        await reply.handle(turn, draft.duty, turn.incoming.text, turn.today)
    return intent in MEANT


async def _put_off(turn: Turn, draft: Draft) -> bool:
    """Keep the day for which the whole report is promised, as anywhere else; its words hold nothing of an answer."""
    said = read_reply(turn.incoming.text, today=turn.today, due=draft.duty.last_day)
    if said.intent == "will_do":
        await reply.handle(turn, draft.duty, turn.incoming.text, turn.today)
    return said.intent == "will_do"


def besides(turn: Turn, draft: Draft, at: str) -> dict[str, Json]:
    """Return what the words that answered a question for a day or a figure tell of the others, by question."""
    asked = next((each for each in draft.form.questions if each.id == at), None)
    if asked is not None and asked.figure == "speaker":
        return _named(draft, asked, turn.incoming.text)
    if asked is None or asked.kind not in (Kind.DATE, Kind.NUMBER) or _is_short(turn):
        return {}
    found = _values(read_reply(turn.incoming.text, today=turn.today))
    if asked.figure not in found or len(found) < SEVERAL:
        return {}
    return {name: value for name, value in entry.answers(draft.form, found).items() if _more(draft, asked, name)}


def _named(draft: Draft, asked: Question, text: str) -> dict[str, Json]:
    """ "đ/c Trần Văn E, Phó Giám đốc Sở" says who spoke and answers the question for the name, which comes next."""
    named = people.names_someone(text)
    follows = (q for q in draft.form.questions if q.kind is Kind.TEXT and any(each.of == asked.id for each in q.when))
    return {q.id: text for q in follows if named and len(text) <= (q.high or len(text))}


def _needs_help(turn: Turn) -> bool:
    """ "làm thế nào bây giờ" in the middle of a form is about its question, which has help of its own."""
    read = plan_questions.read(turn.incoming.text)
    return read is not None and read.topic == "how"


def _is_short(turn: Turn) -> bool:
    return len(turn.incoming.text.split()) < WORDS


def _values(said: Reply) -> dict[str, Json]:
    """Return the figures of a reply by their meaning, none where something about them is in doubt."""
    day = said.date.isoformat() if said.date else None
    found = {"date": day, "attended": said.attended, "total": said.total, "masses": said.masses}
    return {} if said.doubts else {name: value for name, value in found.items() if value is not None}


def _more(draft: Draft, asked: Question, name: str) -> bool:
    return name != asked.id and draft.form.question(name).figure != "held"
