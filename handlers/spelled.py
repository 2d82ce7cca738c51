"""Spells out choices where a channel has no buttons, and finds which one was typed. Pure: no session, no channel.

A choice that may be typed as a number carries it in what is stored ("number"): what was not shown with a number is
never chosen by one, so that a figure or a day is not taken for the place of a choice.
"""

import functools
import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from messages import render
from messages.reading import choices, fold, steps
from messages.types import Choice, Manners

Stored = Sequence[Sequence[dict[str, Any]]]
"""Rows of choices as a message keeps them: label, action, values, and here a number."""


@dataclass(frozen=True, slots=True)
class Part:
    """One platform message of what is said: its words, whether they stay as they are, what lies with it."""

    text: str
    plain: bool = False
    choices: Stored = ()
    file: bool = False


@dataclass(frozen=True, slots=True)
class Asks:
    """What may be typed besides the choices, told where nothing can be pressed.

    `what` "number", "day", "question" (the number of one, to change it), "" nothing to tell; `steps`: also the words
    by which people go through a form.
    """

    what: str = ""
    steps: bool = False


NOTHING = Asks()


@dataclass(frozen=True, slots=True)
class Added:
    """What is said below choices that are typed: the message's `code` ("" none), `explained` or not, and `asks`."""

    code: str = ""
    asks: Asks = NOTHING
    explained: bool = False


BARE = Added()

FIGURES = frozenset(
    {
        "answer.extension_day",
        "answer.hour",
        "branch_counts.typed",
        "branch_plan.given",
        "completion.question",
        "conference.count",
        "conference.day",
        "confirm.correction",
        "deadlines.day",
        "dissemination.number",
        "enter.arrived",
        "enter.text",
        "joined.number",
        "leader.day",
        "new_deadline.day",
        "plan_draft.typed",
        "plan_start.typed",
        "posting.count",
        "posting.day",
        "reply.again",
        "requests.day",
        "setup.answer",
        "signed.text",
        "times.day",
    }
)
"""What handlers.EXPECTS waits for as a figure or a day: under such a question no choice has a number."""

PICKS = frozenset(
    {
        "audience.named",
        "branch_end.typed",
        "branches.typed",
        "invite.branch",
        "joined.number",
        "new_deadline.named",
        "one_branch.typed",
        "reply.which",
        "start.wanted",
        "tables.typed",
    }
)
"""What handlers.EXPECTS waits for as one of the things shown: left without loss, and over after a day."""
LIGHT = PICKS | {
    "answer.extension_day",
    "answer.hour",
    "conference.count",
    "conference.day",
    "deadlines.day",
    "dissemination.number",
    "enter.arrived",
    "extension.said",
    "leader.day",
    "new_deadline.day",
    "posting.count",
    "posting.day",
    "requests.day",
    "times.day",
}
"""What one figure, day or name answers: words that a push offers are no such answer, and a command leaves it."""

WORDED = frozenset(
    {
        "arts.remove",
        "branch_end.close",
        "branch_end.merge",
        "broadcasts.send",
        "channels.drop",
        "codes.revoke",
        "conference.cancel",
        "correct.send",
        "deadlines.cancel",
        "deadlines.move",
        "distribution.send",
        "excerpt.stop",
        "excerpts.withdraw",
        "golive.begin",
        "golive.pause",
        "golive.resume",
        "inspection.cancel",
        "joined.end",
        "letters.drop",
        "letters.drop_all",
        "letters.send_all",
        "new_deadline.keep",
        "new_secretary.change",
        "own_forms.remove",
        "plan_draft.drop",
        "plan_start.begin",
        "portal.remove",
        "posting.remove",
        "privacy.erase",
        "progress.stop",
        "sending.recall",
        "signed.remove",
        "status.let_go",
        "stop.all",
        "urge.send",
    }
)
"""What goes to many people or takes something away (handlers.ACTIONS): its words are typed, no number does it."""

CLOSES = frozenset({"correct.stop", "urge.stop"})
"""What leaves all that was offered with it (handlers.ACTIONS): what stood beside it is no longer chosen by a word."""

BEYOND = "spelled.beyond"
"""What is said to a number that was not shown: it sends back to the choices that stand."""
ALONE = "spelled.alone"
"""The same where one choice alone stands: many numbers may be above it, so that it is named."""
FRESH = timedelta(hours=24)
"""How long the number of a choice is taken as it stands; later it is asked first."""
KNOWN = timedelta(days=7)
"""How long the very words of a choice are taken for it though other messages came since."""
_DOUBT = {"yes", "no"}
_ASIDES = frozenset({"help", "skip", "clear", "keep"})
MOST_WORDS = 12  # of a choice
_LETTERS = "ABCDEGHKLMNPQRSTVXY"
_CODE = re.compile(r"\A\s*#\s?([a-z])\s?(\d\d)\b[\s:,.-]*|\s#\s?([a-z])\s?(\d\d)[\s.]*\Z", re.IGNORECASE)
_LISTED = re.compile(r"^\d{1,2}\. ", re.MULTILINE)
_PLACE = re.compile(r"(\d{1,2})\. ")
_NUMBER = re.compile(
    r"(?:số\s+|so\s+|chọn\s+|chon\s+)?(?:\(?(?P<figure>\d{1,2})[.)]?|(?P<word>[^\W\d_]{2,4})[.,!]?)", re.IGNORECASE
)
_COUNTED = fold.Lexicon(
    (word, n) for n, word in enumerate(("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"), 1)
)


def code_of(token: str) -> str:
    """Return the short code of a message, "A12": what a reply is tied to it by where nothing can be quoted."""
    number = int.from_bytes(hashlib.sha256(token.encode()).digest()[:4], "big")
    return f"{_LETTERS[number % len(_LETTERS)]}{10 + number // len(_LETTERS) % 90}"


def read_code(text: str) -> tuple[str, str] | None:
    """Split "#A12 1" or "1 #A12" into code and the rest; None where neither begins nor ends it with a code."""
    found = _CODE.search(text)
    if found is None:
        return None
    letter, number = (found[1], found[2]) if found[1] else (found[3], found[4])
    return letter.upper() + number, f"{text[: found.start()]} {text[found.end() :]}".strip()


def numbered(stored: Stored, words: str, *, figures: bool = False) -> list[list[dict[str, Any]]]:
    """Give each choice its number: none under a question for `figures`, the text's own where that lists things."""
    if figures:
        return [[_with(each, None) for each in row] for row in stored]
    if _LISTED.search(words) or any(_named(each) is not None for row in stored for each in row):
        own = Counter(_own(each) for row in stored for each in row)
        return [[_with(each, n if own[n := _own(each)] == 1 else None) for each in row] for row in stored]
    places = itertools.count(1)
    return [[_with(each, None if _is_worded(each) else next(places)) for each in row] for row in stored]


def _is_worded(choice: Mapping[str, Any]) -> bool:
    """Say whether a choice is typed as a word: a step in a form, which is no answer, or what a slip must not do."""
    return choice["action"] in WORDED or choice["values"].get("act") in _ASIDES


def _with(choice: dict[str, Any], number: int | None) -> dict[str, Any]:
    return {**choice, "number": number}


def _own(choice: Mapping[str, Any]) -> int | None:
    """Return the number that a choice names: [3], [3. Bảo tàng], or [Việc 3] of things that the text lists."""
    number, label = choice["values"].get("number"), str(choice["label"])
    if choice["action"] in WORDED:
        return None
    if (named := _named(choice)) is not None:
        return named
    return number if isinstance(number, int) and re.search(rf"\b{number}$", label) else None


def _named(choice: Mapping[str, Any]) -> int | None:
    """Return the number with which a choice's words begin, where there is one: the text need not list anything."""
    label = str(choice["label"])
    if label.isdecimal():
        return int(label)
    begun = _PLACE.match(label)
    return int(begun[1]) if begun else None


def bare(label: str) -> str:
    """Return the words of a choice without the number they begin with."""
    return _PLACE.sub("", label, count=1) if _PLACE.match(label) else label


def lines(stored: Stored, words: str, added: Added = BARE) -> str:
    """Return what is added to a text in place of buttons, small HTML; its code ties a later answer to it."""
    flat = [each for row in stored for each in row]
    with_number = [each for each in flat if each.get("number") and str(each["label"]) != str(each["number"])]
    own = bool(with_number and _LISTED.search(words))
    shown = [] if own else [(each["number"], bare(each["label"])) for each in with_number]
    others = [each["label"] for each in flat if each not in with_number]
    asks = {"asks": added.asks.what, "steps": added.asks.steps}
    told = {"shown": shown, "own": own, "others": others, "code": added.code, "explained": added.explained, **asks}
    return render.text("spelled.choices", told)


def parts(
    words: str,
    stored: Stored,
    manners: Manners,
    *,
    plain: bool,
    file: bool,
    added: Added = BARE,
) -> list[Part]:
    """Return what is said as messages that the channel can carry, the choices with the last one."""
    below = "" if manners.buttons else lines(stored, words, added)
    if not plain and len(both := f"{words}\n\n{below}".strip()) <= _room(manners, both, file=file):
        return [Part(both, plain, stored, file)]
    if file and not plain and not stored:
        return _parts(both, manners, file=True)  # the code stays with the words, the file comes last
    begun = _parts(words, manners, plain=plain, file=file)
    if below:
        return [*begun, *_parts(below, manners, stored=stored)]
    return [*begun[:-1], replace(begun[-1], choices=stored)]


def on_the_way(words: str, stored: Stored) -> str:
    """Return words for a channel without buttons, their choices spelled out if they were not: it came another way."""
    flat = [each for row in stored for each in row]
    return words if not flat or "number" in flat[0] else f"{words}\n\n{lines(stored, words)}".strip()


def again(waiting: Any, words: str, stored: Stored) -> tuple[str, list[list[dict[str, Any]]]]:
    """Return text and choices of a message (text, choices, token) not sent yet that is to say something else."""
    code = code_of(waiting.token)
    had = [each for row in waiting.choices for each in row]
    found = numbered(stored, words, figures=bool(had) and not any(each.get("number") for each in had))
    return f"{words}\n\n{lines(found, words, Added(code if f'#{code}' in waiting.text else ''))}".strip(), found


def in_one(words: str, manners: Manners, *, file: bool) -> str:
    """Return words as the one message that they must be in, for they take another's place."""
    return render.fitted(words, _room(manners, words, file=file))


def _parts(words: str, manners: Manners, *, plain: bool = False, stored: Stored = (), file: bool = False) -> list[Part]:
    if file and len(words) <= _room(manners, words, file=True):
        return [Part(words, plain, stored, file=True)]
    pieces = render.split(words, _room(manners, words)) + ([""] if file else [])
    found = [Part(piece, plain) for piece in pieces]
    return [*found[:-1], replace(found[-1], choices=stored, file=file)]


def _room(manners: Manners, words: str, *, file: bool = False) -> int:
    """Return the limit in code points: signs beyond the first plane count twice in UTF-16."""
    limit = manners.caption_limit if file else manners.text_limit
    return limit if words.isascii() else max(limit - sum(sign > "\uffff" for sign in words), limit // 2)


def typed(stored: Stored, text: str) -> int | None:
    """Return the place of the choice whose number or words were typed, None where nothing or several are meant."""
    flat = [each for row in stored for each in row]
    if (meant := number_of(text)) is not None:
        places = [
            n
            for n, each in enumerate(flat)
            if meant == each.get("number") or each["label"] in (str(meant), f"{meant:02}")
        ]
        return places[0] if len(places) == 1 else None
    found = choices.match_choice(text, [each["label"] for each in flat])
    return choices.match_choice(text, [bare(each["label"]) for each in flat]) if found is None else found


def chosen(stored: Stored, text: str) -> Choice | None:
    """Return the choice that was typed, as `typed` finds it."""
    place = typed(stored, text)
    if place is None:
        return None
    found = [each for row in stored for each in row][place]
    return Choice(found["action"], found["values"], found["label"])


def is_telling(text: str) -> bool:
    """Say whether words may name a choice of an earlier message: "đúng" or "sửa" belongs to what was asked last."""
    return len(text.split()) <= MOST_WORDS and not is_number(text) and steps.step_of(text) not in ("yes", "no")


def with_number(messages: Iterable[Any], number: int) -> tuple[Any, dict[str, Any]] | None:
    """Return the first of these messages (with `choices`) that has one choice with this number, and the choice."""
    for message in messages:
        found = [each for row in message.choices for each in row if each.get("number") == number]
        if len(found) == 1:
            return message, found[0]
    return None


def in_full(messages: Iterable[Any], text: str) -> Choice | None:
    """Return the choice of the first of these messages (with `choices`) that has one with these very words."""
    said = fold.fold(text).lower.strip(" .!,?")
    flat = (each for message in messages for row in message.choices for each in row)
    found = next((each for each in flat if _are(said, each["label"]) or _are(said, bare(each["label"]))), None)
    return Choice(found["action"], found["values"], found["label"]) if found else None


def _are(said: str, label: str) -> bool:
    return fold.fits(said, fold.fold(label).lower)


def command_in(text: str) -> str:
    """Return the name of the command whose words are a whole message ("trợ giúp", "trogiup"), "" for no such words.

    A name that also answers something ("dung" is "đúng" without its marks) is a command with its slash only.
    """
    said = fold.fold(text).lower.strip(" .,!?").removeprefix("xem ")
    spoken, names = _spoken()
    return spoken.get(said) or (said if said in names and not steps.step_of(said) else "")


@functools.cache
def _spoken() -> tuple[fold.Lexicon[str], frozenset[str]]:
    """Return the words for commands, and the names of these."""
    named = [(phrase, render.word(phrase, "spoken")) for phrase in render.words("spoken")]
    return fold.Lexicon(named), frozenset(name for _, name in named)


def is_list(words: str) -> bool:
    """Say whether words list things by number, so that a number may mean one of them."""
    return _LISTED.search(words) is not None


def is_number(text: str) -> bool:
    """Say whether only the number of a choice was typed."""
    return number_of(text) is not None


def number_of(text: str) -> int | None:
    """Return the number that a whole message is: "2", "số 2.", "hai", "chon hai"; None for any other."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    if found["figure"]:
        return int(found["figure"])
    return _COUNTED.get(fold.fold(found["word"]).lower)


def offered(stored: Stored) -> list[int]:
    """Return the numbers by which something can be chosen, in order."""
    return sorted({each["number"] for row in stored for each in row if each.get("number")})


def is_doubt(stored: Stored) -> bool:
    """Say whether a form only asks whether it read an answer well: yes, or put it right."""
    return {each["values"].get("act") for row in stored for each in row} == _DOUBT


def labels(stored: Stored) -> list[str]:
    """Return the words of all choices as they are typed."""
    return [bare(each["label"]) for row in stored for each in row]


def coded(messages: Iterable[Any], code: str) -> Any | None:
    """Return the one of these messages (with a `token`) that has this code; None for no or several."""
    found = [each for each in messages if code_of(each.token) == code]
    return found[0] if len(found) == 1 else None
