"""Labelled plans: the labels agree with their texts, the scoring tells right from wrong, and no figure gets worse."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from messages.reading import fold, plan
from messages.reading.plan import as_json
from tests import plan_score

EVERY = [path for name in plan_score.SETS for path in plan_score.plans(name)]
NEW = [path for path in EVERY if path.stem[0] not in "ab"]
DUTY = ("who", "text", "due_text", "due_mode", "due_date", "last_on_time", "recurrence", "report_to")
MODES = {"before", "by", "within", "recurring", "none"}


def plain(said: str) -> str:
    """Return words in one spelling."""
    return fold.fold(said).lower


@pytest.fixture(params=NEW, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    """Return each labelled plan in turn."""
    found: Path = request.param
    return found


def test_labels_quote_their_text(path: Path) -> None:
    """Who, what, by when, basis and recipients stand in the plan."""
    text, label = plain(plan_score.text_of(path)), plan_score.label_of(path)
    said = [*label["recipients"], label["subject"], *(each["number"] for each in label["legal_basis"])]
    for duty in label["duties"]:
        said += [duty["due_text"]] if "due_text" in duty else []
        said += duty["about"].split("|")
        for name in ("who", "report_to"):
            options = duty.get(name, [])
            said += options if isinstance(options, list) else [options]
    assert [each for each in said if plain(each) not in text] == []


def test_labels_are_whole(path: Path) -> None:
    """Every duty has a mode; a term a last day; "before" means the day before, or an hour of that day."""
    for duty in plan_score.label_of(path)["duties"]:
        if duty.get("undated"):
            assert not {"mode", "date", "last", "recurrence"} & duty.keys(), duty
            continue
        modes = _options(duty["mode"])
        assert set(modes) <= MODES, duty
        assert "recurring" in modes or duty["date"], duty
        if modes == ["before"]:
            days = {duty["date"], duty["date"] - timedelta(days=1)}
            assert duty["last"] in days, duty
            assert (duty["last"] == duty["date"]) == _has_hour(duty.get("due_text", "")), duty
        elif "before" not in modes and "date" in duty:
            assert _options(duty["last"]) == _options(duty["date"]), duty


def test_its_json_has_the_keys_that_are_promised(path: Path) -> None:
    """What is printed of any plan has the same keys, days in ISO, one of five modes, null where it is silent."""
    found = as_json.shown(plan_score.read(path))
    assert list(found) == ["number", "date", "issuer", "topic", "legal_basis", "duties", "recipients"]
    assert {tuple(each) for each in found["legal_basis"]} <= {("number", "date", "issuer")}
    assert {tuple(each) for each in found["duties"]} == {DUTY}
    for each in found["duties"]:
        assert each["due_mode"] in MODES
        assert each["recurrence"] in (None, "quarterly", "monthly", "weekly")
        assert all(date.fromisoformat(each[name]) for name in ("due_date", "last_on_time") if each[name] is not None)


def _options(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said]


def _has_hour(said: str) -> bool:
    return any(each in plain(said) for each in ("giờ", "h ngày", "h00", "h30"))


def test_a_plan_read_as_labelled_has_all_right() -> None:
    """What reads as labelled scores full; a day moved is a duty missed and a day invented."""
    text = "KẾ HOẠCH\nhọp\n\n1. Các chi bộ gửi báo cáo về Đảng ủy trước ngày 10/6/2025."
    read = plan.read_text(text)
    (duty,) = [each for each in read.duties if each.when.due_date]
    label = {"about": "gửi báo cáo", "who": "Các chi bộ", "mode": "before", "report_to": "Đảng ủy"}
    label |= {"date": duty.when.due_date, "last": duty.when.last_on_time}
    whole = {"number": None, "date": None, "issuer": None, "legal_basis": [], "recipients": [], "duties": [label]}
    right = plan_score.score(whole, read)
    assert (right["dated"], right["dated right"], right["who right"], right["invented"]) == (1, 1, 1, 0)
    moved = replace(duty, when=replace(duty.when, due_date=duty.when.last_on_time, last_on_time=None))
    wrong = plan_score.score(whole, replace(read, duties=(moved,)))
    assert (wrong["dated"], wrong["dated right"], wrong["invented"]) == (1, 0, 1)


def test_a_set_put_aside_shows_sums_only() -> None:
    """Of such a set neither a plan's row nor its words are printed."""
    for name in plan_score.PUT_ASIDE:
        assert len(list(plan_score.report(name))) == 2


# What the reader reaches on sets it is worked on; whoever makes it read better raises the figures here.
AT_LEAST = {
    "a": {"dated right": 41, "recurring right": 6, "who right": 43, "basis right": 12, "recipients right": 18},
    "b": {"dated right": 36, "recurring right": 5, "who right": 22, "basis right": 8, "recipients right": 16},
    "c": {"dated right": 82, "recurring right": 15, "who right": 98, "basis right": 20, "recipients right": 43},
    "h": {"dated right": 62, "recurring right": 8, "who right": 62, "basis right": 30, "recipients right": 29},
    "i": {"dated right": 31, "recurring right": 2, "who right": 24, "basis right": 8, "recipients right": 13},
    "j": {"dated right": 25, "recurring right": 4, "who right": 16, "basis right": 6, "recipients right": 6},
    "l": {"dated right": 51, "recurring right": 6, "who right": 34, "basis right": 18, "recipients right": 23},
    "m": {"dated right": 30, "recurring right": 4, "who right": 14, "basis right": 5, "recipients right": 9},
    "n": {"dated right": 15, "recurring right": 1, "who right": 4, "basis right": 5, "recipients right": 8},
    "k": {"dated right": 20, "recurring right": 3, "who right": 12, "basis right": 6, "recipients right": 6},
}
AT_MOST = dict.fromkeys(AT_LEAST, 0)


@pytest.mark.parametrize("name", AT_LEAST)
def test_no_figure_gets_worse(name: str) -> None:
    """What was read right stays so, and no more days are taken for terms."""
    counted = plan_score.total(name)
    assert {part: counted[part] for part, least in AT_LEAST[name].items() if counted[part] < least} == {}
    assert counted["invented"] <= AT_MOST[name]
