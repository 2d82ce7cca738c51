"""The same reply typed in another way: what it says stays what it says."""

import re
import unicodedata
from collections.abc import Callable

import pytest

from tests import reading_score

TELEX = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
VNI = {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
VNI_SHAPES = {"\u0302": "6", "\u031b": "7", "\u0306": "8"}
SHORTS = {"không": "k", "đồng chí": "đ/c", "rồi": "r", "báo cáo": "bc", "đảng viên": "đv", "hôm nay": "hnay"}
SOUTH = {"không": "hông", "gửi": "gởi", "rồi": "rùi", "gì": "j", "hôm qua": "bữa qua", "làm": "mần"}
Case = reading_score.Case
CASES = [case for half in ("first", "fresh") for case in reading_score.cases(half)]


def told(case: Case, text: str) -> tuple[object, ...]:
    """Give what was read, as far as the chat acts on it."""
    reply = reading_score.read({**case, "text": text})
    when = (reply.date, reply.date_range, reply.delta_days)
    return (reply.intent, *when, reply.attended, reply.total, reply.masses, reply.items, reply.reassign)


def telex(word: str) -> str:
    """Type a word with Telex: "họp" is "hopj"."""
    out, tone = "", ""
    for c in unicodedata.normalize("NFD", word):
        tone = TELEX.get(c, tone)
        out += "" if c in TELEX else out[-1] if c == "\u0302" else "w" if c in "\u031b\u0306" else {"đ": "dd"}.get(c, c)
    return out + tone


def vni(word: str) -> str:
    """Type a word with VNI: "họp" is "hop5"."""
    out, tone = "", ""
    for c in unicodedata.normalize("NFD", word):
        tone = VNI.get(c, tone)
        out += "" if c in VNI else VNI_SHAPES.get(c, {"đ": "d9"}.get(c, c))
    return out + tone


def each_word(typed: Callable[[str], str]) -> Callable[[str], str]:
    """Type every word of a text so."""
    return lambda text: re.sub(r"[^\W\d_]+", lambda word: typed(word.group().lower()), text)


def short(shorts: dict[str, str]) -> Callable[[str], str]:
    """Write some words short, or as a region says them."""
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(shorts)})(?!\w)")
    return lambda text: pattern.sub(lambda found: shorts[found.group()], text)


WAYS: dict[str, tuple[Callable[[str], str], float]] = {
    "shouted": (str.upper, 1),
    "decomposed": (lambda text: unicodedata.normalize("NFD", text), 1),
    "spread": (lambda text: f"  {text.replace(' ', '  ')} ", 1),
    "with a face": (lambda text: f"{text} 😀", 1),
    "in shorts": (short(SHORTS), 0.99),
    "of the south": (short(SOUTH), 0.99),
    "in Telex": (each_word(telex), 0.97),
    "in VNI": (each_word(vni), 0.97),
    "reported": (lambda text: f"Báo cáo đồng chí, {text[:1].lower()}{text[1:]}", 0.97),
    "greeted": (lambda text: f"Em chào anh. {text} Em cảm ơn anh ạ.", 0.95),
    "politely": (lambda text: f"Dạ {text[:1].lower()}{text[1:]} ạ", 0.95),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_reply_typed_otherwise_says_the_same(way: str) -> None:
    """Of all labelled replies that this way of typing changes, at least the share of the table."""
    typed, least = WAYS[way]
    changed = [(case, typed(case["text"])) for case in CASES if typed(case["text"]) != case["text"]]
    same = sum(told(case, text) == told(case, case["text"]) for case, text in changed)
    assert len(changed) > 50
    assert same >= least * len(changed)
