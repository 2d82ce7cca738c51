"""Gives a message one meaning: the first of `RULES` that holds for what was found in it. Knows no duty, no branch."""

from collections.abc import Callable
from typing import Literal

from messages.reading import fold
from messages.reading.asked import (
    asks,
    asks_openly,
    cannot_do,
    is_attached,
    is_marked_as_asking,
    opts_out,
    was_out_of_reach,
)
from messages.reading.attendance import brings_figures, cannot_hold
from messages.reading.done import (
    denials,
    denies,
    has_done,
    has_not,
    heeds,
    holds_again,
    is_done_after_all,
    is_half_done,
    is_leisure,
    is_today,
    only_untold,
    plans,
    protests,
    was_called_off,
    was_handed_in,
    was_then,
)
from messages.reading.heard import Heard, length, without_particles
from messages.reading.later import asks_for_later, asks_if_late, granted
from messages.reading.whose import is_not_theirs
from messages.reading.words import Told

Intent = Literal["done", "will_do", "extend", "submit_report", "question", "acknowledge", "refuse_or_blocked", "other"]

_A_SENTENCE = 3  # words
_A_NOD = 5  # words: longer than that, "được" and "rồi" nod to nothing
_A_COURTESY = 9  # words


def _acknowledges(heard: Heard) -> bool:
    told = heard.told
    return any(
        not any(no.end == got.start for tag in ("not", "not_yet") for no in told.all(tag))
        for got in told.all("receipt")
    )


def _starts_now(heard: Heard) -> bool:
    return heard.told.followed("verb", "at_once", gap=3)


def _hands_in(heard: Heard) -> bool:
    """ "em gửi báo cáo ạ", and no word of when."""
    return heard.told.followed("hands_in", "report", gap=3)


def _gives_thanks(heard: Heard) -> bool:
    """ "cảm ơn anh đã cho lùi đến 28/3", and no word of what will be."""
    return bool(granted(heard.told)) and not heard.told.has("promise", "assures", "hands_in")


def _gives_up(told: Told) -> bool:
    """ "chịu", "chịu rồi"."""
    return [fold.unmarked(token) for token in without_particles(told.tokens)] in (["chiu"], ["chiu", "roi"])


def _is_blocked(heard: Heard) -> bool:
    if _gives_up(heard.told):
        return True
    return heard.told.has("blocked", "hindered") or any(
        cannot_do(heard.told, ask) for ask in heard.told.all("question")
    )


def _lacks(heard: Heard) -> bool:
    """Whatever it is that is not yet."""
    return bool(denials(heard.told, "not_yet"))


def _chats(heard: Heard) -> bool:
    """ "ai đấy ạ", "tin nhắn tự động à" ask about no duty."""
    return heard.told.has("chat") and not heard.told.has("act", "report", "hands_in", "concerns")


def _is_courteous(heard: Heard) -> bool:
    told, said = heard.told, length(heard)
    if told.has("courtesy") and said <= 1:
        return True  # "duyệt"
    nods = told.has("nod") or (told.has("assent") and said <= _A_SENTENCE)
    nods = nods and not any(token[0].isdigit() for token in told.tokens)  # "giải ngân 85% rồi"
    return ((nods and said <= _A_NOD) or (told.has("courtesy") and said <= _A_COURTESY)) and not told.has("verb")


RULES: tuple[tuple[Intent, Callable[[Heard], bool]], ...] = (
    ("other", opts_out),
    ("refuse_or_blocked", is_not_theirs),
    ("other", _chats),
    ("question", asks_openly),
    ("question", asks_if_late),
    ("extend", asks_for_later),
    ("refuse_or_blocked", cannot_hold),
    ("will_do", holds_again),
    ("submit_report", brings_figures),
    ("refuse_or_blocked", denies),
    ("other", is_leisure),
    ("question", asks),
    ("submit_report", is_attached),
    ("acknowledge", heeds),
    ("acknowledge", _gives_thanks),
    ("will_do", plans),
    ("done", is_done_after_all),
    ("done", protests),
    ("done", only_untold),
    ("done", was_handed_in),
    ("refuse_or_blocked", has_not),
    ("done", has_done),
    ("refuse_or_blocked", was_called_off),
    ("done", was_then),
    ("will_do", is_today),
    ("other", was_out_of_reach),
    ("acknowledge", _acknowledges),
    ("will_do", _starts_now),
    ("submit_report", _hands_in),
    ("refuse_or_blocked", _is_blocked),
    ("acknowledge", _is_courteous),
    ("refuse_or_blocked", _lacks),
)


def of(heard: Heard) -> Intent:
    """Give the meaning; other where no rule holds."""
    return next((intent for intent, holds in RULES if holds(heard)), "other")


def is_doubtful(heard: Heard, intent: Intent) -> bool:
    """Say whether something else may be meant as well: a person is asked rather than taken at half a word.

    A question without its mark beside something done, promised or lacking; a day, and nothing that is done on it; a
    thing done that is only believed ("hình như em nộp rồi"); a session held whose report is not written.
    """
    told = heard.told
    if intent == "question":
        return not is_marked_as_asking(told) and (has_done(heard) or plans(heard) or has_not(heard))
    if intent == "acknowledge":
        return without_particles(told.tokens) in (["rồi"], ["roi"])  # "đã nhận rồi" or "làm rồi"
    if (intent == "done" and told.has("hearsay")) or (
        intent in ("will_do", "refuse_or_blocked") and is_half_done(heard)
    ):
        return True
    at_nothing = bool(heard.found) and not told.has(
        "verb", "report", "promise", "finished", "assures", "speaks", "holds", "hands_in"
    )
    return intent in ("will_do", "done") and at_nothing and length(heard) > _A_NOD
