"""Replies to a reminder: the labelled table, its score, and what must hold for any text."""

import unicodedata
from dataclasses import fields
from datetime import date
from pathlib import Path
from time import process_time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from messages.reading import fold, replies
from tests import reading_score

TODAY, DUE = date(2024, 5, 20), date(2024, 5, 30)
CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "data/replies.yaml").read_text("utf-8"))
SAID = (
    *(
        "24/26",
        "13/5",
        "31/6",
        "ngày",
        "thứ",
        "6",
        "tuần",
        "sau",
        "trước",
        "đến",
        "chưa",
        "đã",
        "rồi",
        "xong",
        "nộp",
        "họp",
        "mai",
    ),
    *(
        "vắng",
        "dự",
        "2",
        "3",
        "đ/c",
        "đảng",
        "viên",
        "xin",
        "lùi",
        "thêm",
        ",",
        ".",
        "?",
        "đủ",
        "100%",
        "-",
        ":",
        "/",
        "việc",
        "1.5",
    ),
)
WORDS = st.sampled_from(SAID)
WRITTEN = [case["text"] for half in ("own", "first") for case in reading_score.cases(half)]


def read(text: str) -> replies.Reply:
    """Read a reply written on the day of the table."""
    return replies.read_reply(text, today=TODAY, due=DUE)


@pytest.mark.parametrize("case", CASES, ids=[case["text"] or "empty" for case in CASES])
def test_a_labelled_reply_reads_as_labelled(case: dict[str, Any]) -> None:
    """Intent and every slot are those of the table; slots it does not name are empty."""
    text = unicodedata.normalize("NFD" if case.get("nfd") else "NFC", case["text"])
    expected = {key: value for key, value in case.items() if key not in ("text", "nfd")}
    reply = read(text)
    said = {field.name: getattr(reply, field.name) for field in fields(reply)}
    said = {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}
    assert {
        name: value for name, value in said.items() if value is not None and value is not False and value != []
    } == expected


def test_the_table_is_large_and_has_every_intent() -> None:
    """At least 125 replies, each intent among them."""
    assert len(CASES) >= 125
    assert {case["intent"] for case in CASES} == set(replies.Intent.__args__)


@settings(deadline=None)  # the first example compiles the rules
@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    """Whatever people type, there is a reading."""
    assert read(text).intent in replies.Intent.__args__


@settings(deadline=None)  # the first example compiles the rules
@given(st.lists(WORDS, max_size=12))
def test_any_mixture_of_our_own_words_is_read(said: list[str]) -> None:
    """Figures that contradict each other are never handed on without a doubt."""
    reply = read(" ".join(said))
    if reply.attended is not None and reply.total is not None and reply.attended > reply.total:
        assert "attended_over_total" in reply.doubts


def test_the_replies_for_working_read_well() -> None:
    """Of more than 300, in every style: 98% of intents, days and counts, under 2% wrong, at most 4% asked."""
    counted = reading_score.score("own")
    n = sum(counted.messages.values())
    assert n >= 300
    for part in (counted.intents, counted.dates, counted.counts):
        assert part["right"] >= 0.98 * sum(part.values())
    assert counted.messages["wrong"] < 0.02 * n
    assert counted.messages["asked"] <= 0.04 * n


@settings(deadline=None)  # the first example compiles the rules
@given(st.lists(st.sampled_from(WRITTEN), min_size=2, max_size=3), st.integers(0, 40), st.integers(0, 9), st.booleans())
def test_recombined_and_mutilated_replies_are_read(said: list[str], cut: int, gap: int, bare: bool) -> None:
    """Halves of one stuck to another, characters lost, marks lost or apart: a reading, never a silent contradiction."""
    text = f"{said[0][:cut]}{said[1][cut + gap :]} {said[-1]}"
    reply = read(fold.plain(text) if bare else unicodedata.normalize("NFD", text))
    if reply.attended is not None and reply.total is not None and reply.attended > reply.total:
        assert "attended_over_total" in reply.doubts


def test_a_pasted_page_is_no_trap() -> None:
    """Ten pages of figures take no longer than what is read of them: its first thousand characters."""
    read("ngày 13/5, 24/26 đảng viên, ")
    started = process_time()
    read("ngày 13/5, 24/26 đảng viên, " * 2000)
    assert process_time() - started < 1
