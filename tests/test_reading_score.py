"""The measuring of the reading: what counts as right, wrong and asked; that it never prints a reply."""

from dataclasses import replace
from datetime import date

import pytest

from messages.reading.replies import Reply
from tests import reading_score
from tests.reading_score import Score

DONE = Reply(intent="done", date=date(2024, 5, 19))
NAMED = {"intent": "done", "date": date(2024, 5, 19)}
LATER = {"intent": "extend", "delta_days": 3}
WEEK = {"intent": "will_do", "range": [date(2024, 5, 27), date(2024, 6, 2)]}


@pytest.mark.parametrize(
    ("case", "reply", "ended"),
    [
        (NAMED, DONE, "right"),
        (NAMED, replace(DONE, intent="will_do"), "wrong"),
        (NAMED, replace(DONE, intent="will_do", doubts=("intent",)), "asked"),
        (NAMED, replace(DONE, date=None), "wrong"),
        (NAMED, replace(DONE, date=None, doubts=("invalid_date",)), "asked"),
        (NAMED, replace(DONE, date=None, doubts=("attended_over_total",)), "wrong"),
        ({"intent": "done"}, DONE, "wrong"),
        ({"intent": "done"}, replace(DONE, date=None, items=2), "wrong"),
        (LATER, Reply(intent="extend", delta_days=3), "right"),
        (LATER, Reply(intent="extend", delta_days=3, date=date(2024, 6, 2)), "right"),
        (LATER, Reply(intent="extend", delta_days=3, date=date(2024, 6, 3)), "wrong"),
        (LATER | {"due": date(2025, 3, 20)}, Reply(intent="extend", delta_days=3, date=date(2025, 3, 23)), "right"),
        (LATER | {"due": date(2025, 3, 20)}, Reply(intent="extend", delta_days=3, date=date(2024, 6, 2)), "wrong"),
        (LATER | {"due": None}, Reply(intent="extend", delta_days=3), "right"),
        (LATER | {"due": None}, Reply(intent="extend", delta_days=3, date=date(2024, 6, 2)), "wrong"),
        (WEEK, Reply(intent="will_do"), "right"),
        (WEEK, Reply(intent="will_do", date=date(2024, 5, 28)), "right"),
        (WEEK, Reply(intent="will_do", date=date(2024, 6, 3)), "wrong"),
    ],
)
def test_a_reply_ends_as_right_wrong_or_asked(case: dict[str, object], reply: Reply, ended: str) -> None:
    """A guess that is not the label's is wrong, whatever else is right; a doubt is not right but asked."""
    assert Score().add(case, reply) == ended


def test_a_reply_is_read_on_its_own_day() -> None:
    """What "tomorrow" and "three days more" mean counts from the day of sending and the due day it names."""
    sent = {"today": date(2025, 3, 12), "due": date(2025, 3, 20)}
    assert reading_score.read({"text": "mai em nộp", **sent}).date == date(2025, 3, 13)
    assert reading_score.read({"text": "mai em nộp"}).date == date(2024, 5, 21)
    assert reading_score.read({"text": "cho em thêm 3 ngày", **sent}).date in (None, date(2025, 3, 23))


@pytest.mark.parametrize(("half", "length"), [("apart", 298), ("apart2", 200)])
def test_the_report_prints_no_reply(half: str, length: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Figures and names of labels; no word that somebody wrote."""
    reading_score.main([half])
    said = capsys.readouterr().out
    assert f"{half}: {length} replies" in said
    leaked = any(len(case["text"]) > len("done 123") and case["text"] in said for case in reading_score.cases(half))
    assert not leaked
