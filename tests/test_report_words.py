"""Everything a form can say has words: what is wrong, what is doubtful, remarks, what the office should look at."""

import re
from datetime import date
from pathlib import Path

import pytest

from campaigns import folder
from campaigns.schema import Level
from handlers.rules import typed
from handlers.rules.checks import CHECKS
from messages import render

CAMPAIGN = folder.load(Path(__file__).parent.parent / "campaigns" / "chuyen-de-2024", CHECKS)
VALUES = {
    "day": date(2024, 5, 13),
    "plan_date": date(2024, 4, 22),
    "held_on": date(2024, 5, 13),
    "quarter": "II",
    "help": "",
    **dict.fromkeys(
        ("attended", "total", "absent", "number", "members", "pledged", "masses", "register", "said", "low", "high"), 7
    ),
    "length": 800,
    "old": 4,
    "new": 16,
    "ratio": "4",
    "unit": "việc",
    "more": False,
    "told": 120,
    "recorded": 80,
}


def names(*levels):
    """Return the checks that forms use at these levels."""
    asked = [question for form in CAMPAIGN.forms for question in form.questions]
    return sorted({check.name for question in asked for check in question.checks if check.level in levels})


def said(kind, name):
    """Return what the person reads."""
    return render.text("report.step", {"parts": [{"kind": kind, "name": name, **VALUES}]})


WRONG = sorted(set(re.findall(r'wrong="(\w+)"', Path(typed.__file__).read_text(encoding="utf-8"))))


@pytest.mark.parametrize(
    "name", [*WRONG, *names(Level.BLOCK), "too_big", "wrong_kind", "active", "locked", "too_many", "gone"]
)
def test_what_is_wrong_has_a_sentence(name):
    """A refused answer is never met with silence."""
    assert len(said("wrong", name)) > 10


@pytest.mark.parametrize("name", names(Level.ASK))
def test_a_doubt_is_a_question(name):
    """It says what is doubtful and asks."""
    words = said("confirm", name)
    assert words.endswith("Đúng chưa, thưa đồng chí?")
    assert len(words) > len("Đúng chưa, thưa đồng chí?") + 10


@pytest.mark.parametrize(
    "name",
    [
        *names(Level.NOTE),
        *("press_a_button", "not_skippable", "which_number", "no_such_number", "not_reopened"),
        *("count_without_place", "file_kept"),
    ],
)
def test_a_remark_has_words(name):
    """By the way, but in words."""
    assert len(said("note", name)) > 10


@pytest.mark.parametrize("name", names(Level.FLAG, Level.ASK))
def test_what_the_office_should_look_at_has_words(name):
    """Flags, and doubts that the branch confirmed."""
    assert render.word(name, "flag")
