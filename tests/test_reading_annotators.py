"""The two labellings of the halves put aside: of the same replies, ruled on wherever they differ, compared rightly.

Nothing here may print a reply when it fails: whoever changes rules sees it.
"""

from datetime import date

import pytest
import yaml

from messages.reading.replies import Reply
from tests import reading_annotators, reading_score
from tests.reading_annotators import GIVEN, Annotated, Case

PUT_ASIDE = ("apart", "apart2")
DONE: Case = {"text": "a", "intent": "done", "date": date(2024, 5, 19)}
LATER: Case = {"text": "a", "intent": "will_do", "date": date(2024, 5, 21)}
ASKS: Case = {"text": "b", "intent": "question"}


def annotated(half: str) -> Annotated:
    """Give a half that has been labelled twice."""
    found = reading_annotators.load(reading_score.DATA / reading_score.HALVES[half])
    assert found
    return found


@pytest.mark.parametrize("half", PUT_ASIDE)
def test_both_annotators_labelled_the_same_replies(half: str) -> None:
    """The texts and days of both files are the same, in the same order."""
    first, second = ([{name: case.get(name) for name in GIVEN} for case in cases] for cases in _both(half))
    same = first == second
    assert same


@pytest.mark.parametrize("half", PUT_ASIDE)
def test_each_difference_has_its_ruling_and_nothing_else_has(half: str) -> None:
    """A label that is mended in one of the files, and no longer differs, takes its ruling along."""
    found = annotated(half)
    same = sorted(found.differing()) == sorted(found.rulings)
    assert same
    assert set(found.rulings.values()) <= {"first", "second", "either"}


@pytest.mark.parametrize("half", PUT_ASIDE)
def test_each_ruling_and_each_hesitation_has_a_reason(half: str) -> None:
    """Who doubts a ruling can read why; hesitations are about replies of the half on which both agree."""
    file = reading_score.DATA / reading_score.HALVES[half]
    ruled = yaml.safe_load(file.with_name(f"{file.stem}_adjudicated.yaml").read_text("utf-8"))
    reasoned = all(entry["reason"] for entry in ruled["rulings"] + ruled["hesitated"])
    texts, found = {entry["text"] for entry in ruled["hesitated"]}, annotated(half)
    agreed_on = texts <= {case["text"] for case in found.first} - set(found.rulings)
    assert reasoned
    assert agreed_on


@pytest.mark.parametrize(("ruling", "readings"), [("first", [DONE]), ("second", [LATER]), ("either", [DONE, LATER])])
def test_a_ruling_says_which_readings_are_right(ruling: str, readings: list[Case]) -> None:
    """Where nothing was ruled, the first labels stand, which are the second's too."""
    half = Annotated([DONE, ASKS], [LATER, ASKS], {"a": ruling})
    assert half.accepted() == [readings, [ASKS]]
    assert half.differing() == ["a"]


def test_agreement_is_over_the_replies_in_which_a_slot_is_filled() -> None:
    """Two who leave the same slot empty have not agreed on much."""
    half = Annotated([DONE, ASKS], [LATER, ASKS], {})
    assert half.agreement(["intent"]) == (1, 2)
    assert half.agreement(["date"]) == (0, 1)


def test_kappa_is_the_agreement_beyond_chance() -> None:
    """Cohen's example: 20 + 15 of 50 alike where chance gives 0.5, so 0.4; 1 where all are alike."""
    pairs = [("done", "done")] * 20 + [("done", "other")] * 5 + [("other", "done")] * 10 + [("other", "other")] * 15
    first, second = ([{"text": "", "intent": intent} for intent in intents] for intents in zip(*pairs, strict=True))
    assert Annotated(first, second, {}).kappa() == pytest.approx(0.4)
    assert Annotated(first, first, {}).kappa() == 1
    assert Annotated([ASKS], [ASKS], {}).kappa() == 1


@pytest.mark.parametrize(
    ("reply", "ended"),
    [
        (Reply(intent="done", date=date(2024, 5, 19)), "right"),
        (Reply(intent="will_do", date=date(2024, 5, 21)), "right"),
        (Reply(intent="done", date=date(2024, 5, 21)), "wrong"),
    ],
)
def test_either_reading_is_right_but_no_mixture(reply: Reply, ended: str) -> None:
    """A reply is counted by the one of its accepted labels that it comes closest to."""
    assert reading_score.count([([DONE, LATER], reply)]).messages == {ended: 1}


def test_the_ceiling_is_the_second_judged_by_the_first() -> None:
    """Where both agree it is right, where the second would ask it is asked, else wrong."""
    asked = LATER | {"asked": True}
    half = Annotated([DONE, ASKS, DONE], [LATER, ASKS, asked], {})
    assert reading_score.ceiling(half).messages == {"wrong": 1, "right": 1, "asked": 1}


def _both(half: str) -> tuple[list[Case], list[Case]]:
    found = annotated(half)
    return found.first, found.second
