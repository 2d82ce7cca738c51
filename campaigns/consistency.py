"""What must hold between the parts of a campaign. A finding is "key: what is expected". Knows no file."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence

from campaigns.schema import FACTS, Chapter, Deadline, Excerpt, Form, Kind, Plan, Question, Sentence, quarters


def plain_words(text: str) -> str:
    """Return a text as one line without the marks of bold and italics, for comparing quotations with it."""
    return " ".join(unicodedata.normalize("NFC", text).replace("*", "").split())


def of_plan(plan: Plan, forms: Sequence[Form], text: str) -> Iterator[str]:
    """Yield what does not fit in plan.yaml: names used twice, words that are not the plan's, unknown forms, duties."""
    yield from (f"duties: {each}" for each in _twice("id", [duty.id for duty in plan.duties]))
    yield from (f"deadlines: {each}" for each in _twice("name", [d.name for d in plan.deadlines]))
    yield from (f"missing: {each}" for each in _twice("key", [m.key for m in plan.missing]))
    yield from (f"recipients: {each}" for each in _twice("key", [each.key for each in plan.recipients]))
    quarterly = {each.name for each in plan.deadlines if each.every == "quarter"}
    for n, missing in enumerate(plan.missing):
        if missing.kind == "day_of_month" and missing.deadline not in quarterly:
            yield f"missing[{n}].deadline: a day_of_month needs the name of a quarterly deadline"
    yield from _odd_quotes(plan, text)
    for n, deadline in enumerate(plan.deadlines):
        yield from (f"deadlines[{n}].{each}" for each in _odd_deadline(plan, deadline, forms, text))
    yield from (f"upward: {each}" for each in _odd_upward(plan, forms))
    known = {form.name for form in forms}
    yield from (f"optional: expected a file forms/{each.form}.yaml" for each in plan.optional if each.form not in known)
    for n, window in enumerate(plan.windows):
        if window.start >= window.end:
            yield f"windows[{n}].end: must be later than start"


def _odd_upward(plan: Plan, forms: Sequence[Form]) -> Iterator[str]:
    """Yield what the report upward asks for that no form has, and what it answers that is no basis of this plan."""
    known = {form.name: {question.id for question in form.questions} for form in forms}
    basis = {each.number for each in plan.legal_basis}
    yield from (f"answers: {each} is no number of legal_basis" for each in plan.upward.answers if each not in basis)
    for sentence in _sentences(plan.upward.chapters):
        if bool(sentence.figure) == bool(sentence.question):
            yield "chapters: an item needs either a figure or a question"
        elif sentence.form and sentence.form not in known:
            yield f"chapters: there is no form {sentence.form}"
        elif (sentence.form, sentence.question) in _words_apart(forms):
            yield f"chapters: the words of {sentence.question} are sensitive and never go upward"
        elif sentence.question and sentence.question not in known.get(sentence.form, ()):
            yield f'chapters: the form "{sentence.form}" has no question {sentence.question}'
        elif sentence.share and sentence.share not in _options(forms, sentence):
            yield f"chapters: {sentence.question} has no choice {sentence.share}"


def _options(forms: Sequence[Form], sentence: Sentence) -> set[str]:
    asked = [each for form in forms if form.name == sentence.form for each in form.questions]
    return {option.value for each in asked if each.id == sentence.question for option in each.options}


def _words_apart(forms: Sequence[Form]) -> set[tuple[str, str]]:
    return {(form.name, each.id) for form in forms for each in form.questions if each.sensitive and each.takes_words}


def _sentences(chapters: Sequence[Chapter]) -> Iterator[Sentence]:
    for each in chapters:
        yield from each.items
        yield from _sentences(each.parts)


def _odd_quotes(plan: Plan, text: str) -> Iterator[str]:
    lines = text.splitlines()
    for n, duty in enumerate(plan.duties):
        line = lines[duty.line - 1] if duty.line <= len(lines) else ""
        if text and plain_words(duty.quote) not in plain_words(line):
            yield f"duties[{n}].quote: must stand word for word in line {duty.line} of {plan.text}"


def _odd_deadline(plan: Plan, deadline: Deadline, forms: Sequence[Form], text: str) -> Iterator[str]:
    if deadline.form not in {form.name for form in forms}:
        yield f"form: expected a file forms/{deadline.form}.yaml"
    known = {duty.id for duty in plan.duties}
    yield from (f"duties: {each} is not a duty of this plan" for each in deadline.duties if each not in known)
    if text and plain_words(deadline.due_text) not in plain_words(text):
        yield f"due_text: must stand word for word in {plan.text}"
    if deadline.every == "once" and deadline.due_date is None:
        yield "due_date: expected a date, because the deadline comes once"
    if deadline.opens_on and (
        deadline.every == "quarter" or (deadline.due_date and deadline.opens_on > deadline.due_date)
    ):
        yield "opens_on: must not be later than due_date; a quarter's deadline opens with its quarter"
    if deadline.closes_after and deadline.closes_after < int(deadline.grace):
        yield "closes_after: must not end before the grace does"
    if deadline.every == "quarter" and not (deadline.first and deadline.last and deadline.proposal):
        yield "first: a deadline of every quarter needs first, last (such as 2024-Q2) and a proposal"
    elif deadline.every == "quarter" and quarters(deadline.first) > quarters(deadline.last):
        yield "last: must not be earlier than first"


def _twice(key: str, names: Sequence[str]) -> list[str]:
    return [f'{key}: "{name}" is used twice' for name in sorted({n for n in names if names.count(n) > 1})]


IN_TABLES = (Kind.CHOICE, Kind.DATE, Kind.NUMBER, Kind.TEXT)
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


def of_excerpts(excerpts: Sequence[Excerpt]) -> list[str]:
    """Return which names of excerpts are used twice."""
    return _twice("name", [excerpt.name for excerpt in excerpts])


def of_form(form: Form, known_checks: Collection[str]) -> Iterator[str]:
    """Yield what does not fit in a form: numbers, and names of answers, facts and checks that do not exist."""
    yield from _twice("id", [question.id for question in form.questions])
    if not form.parts[0].sendable:
        yield "parts[0].sendable: the first part must be sendable"
    before: set[str] = set()
    number = 0
    for question in form.questions:
        yield from (f"{question.id}: {each}" for each in _odd_question(question, before, known_checks))
        if question.number not in (number, number + 1):
            yield f"{question.id}: number: expected {number} or {number + 1}"
        number = question.number
        before.add(question.id)


def _odd_question(question: Question, before: set[str], known_checks: Collection[str]) -> Iterator[str]:
    known = FACTS | before
    conditions = [*question.when, *(each for wording in question.words for each in wording.when)]
    yield from (f"when: {each.of} is no earlier question and no fact" for each in conditions if each.of not in known)
    named = {name for wording in question.words for name in wording.given}
    named |= {name for option in question.options for name in option.given}
    named |= {name for text in _texts(question) for name in _PLACEHOLDER.findall(text)}
    yield from (f"{{{name}}} is no earlier question and no fact" for name in sorted(named - known))
    if known_checks:
        checks = [check.name for check in question.checks]
        yield from (f"checks: {name} is not a check that is known" for name in checks if name not in known_checks)
    yield from _twice("options", [option.value for option in question.options])
    if question.kind in (Kind.CHOICE, Kind.TALLY) and not question.options:
        yield "options: a choice needs some"
    if question.past and question.future:
        yield "future: a day is either past or to come"
    yield from _odd_comparison(question)
    if question.sensitive:
        yield from _odd_sensitive(question)
    if question.column and (question.sensitive or question.kind not in IN_TABLES):
        yield "column: only what is not sensitive, and a choice, date, number or text, goes into tables"
    if question.estimate and (question.kind is not Kind.NUMBER or question.figure):
        yield "estimate: only a number that is no figure of attendance may be an estimate"


COMPARING = frozenset({"jumps"})
"""Checks that need an earlier figure."""


def _odd_comparison(question: Question) -> Iterator[str]:
    """Yield what may not be taken over from the last period: what a person must say afresh."""
    if question.as_before and question.kind not in (Kind.CHOICE, Kind.NUMBER, Kind.TEXT):
        yield "as_before: expected a choice, a number or a text"
    if question.as_before and (question.sensitive or question.prefill or question.figure):
        yield "as_before: nothing sensitive, known elsewhere or a figure of attendance is taken over"
    for check in question.checks:
        if (check.name in COMPARING) != bool(check.times):
            yield f"checks: {check.name}: times belongs to a check that compares with an earlier period"
        elif check.times == 1 or (check.times and question.kind is not Kind.NUMBER):
            yield f"checks: {check.name}: expected a number and times of at least 2"


def _odd_sensitive(question: Question) -> Iterator[str]:
    if question.kind not in (Kind.CHOICE, Kind.TEXT):
        yield "sensitive: expected a choice or a text"
    if question.prefill or question.checks or question.item or question.figure:
        yield "sensitive: nothing may fill it in, doubt it or hand it on"
    if any(option.stands_for is not None for option in question.options):
        yield "sensitive: a choice of it stands for nothing that is known"


def _texts(question: Question) -> Iterator[str]:
    yield question.ask
    yield question.help
    yield from (wording.ask for wording in question.words)
    yield from (option.label for option in question.options)
