"""The campaign's folder: what ships is true to the plan's text, and what is wrong is named with file and key."""

import shutil
from datetime import date, time
from pathlib import Path

import pytest

from campaigns import consistency, folder, schema

SHIPPED = Path(__file__).parent.parent / "campaigns" / "chuyen-de-2024"


@pytest.fixture(scope="module")
def campaign():
    """The campaign that ships."""
    return folder.load(SHIPPED)


@pytest.fixture
def copy(tmp_path):
    """A copy of it to spoil."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "campaign"))


def change(path, old, new):
    """Replace one place in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(path, checks=()):
    """Return what is wrong with a folder."""
    with pytest.raises(folder.CampaignError) as caught:
        folder.load(path, checks)
    return list(caught.value.problems)


def test_every_excerpt_stands_in_the_plan_word_for_word(campaign):
    """Both the short and the long form of each excerpt are quotations, cut only where "…" says so."""
    text = consistency.plain_words(campaign.text).replace("...", "…")
    for excerpt in campaign.excerpts:
        for quoted in (excerpt.text, excerpt.more):
            words = consistency.plain_words(quoted).replace("...", "…").removeprefix("… ").removesuffix("…")
            assert words in text, excerpt.name
        assert excerpt.source.startswith("Kế hoạch")


def test_the_plans_duties_are_all_there(campaign):
    """D1 to D18, each with its own words on the line it names."""
    assert [duty.id for duty in campaign.plan.duties] == [f"D{n}" for n in range(1, 19)]


def test_what_the_plan_does_not_say_is_empty(campaign):
    """No number, no date, no day within a quarter, no day for the report upward is made up."""
    plan = campaign.plan
    assert plan.number is None
    assert plan.date is None
    assert plan.not_before == date(2024, 4, 22)
    assert [d.due_text for d in plan.deadlines] == ["trước ngày 31/5/2024", "", ""]
    assert {"plan_number", "plan_date", "superior_due", "office_phone", "office_room"} <= {m.key for m in plan.missing}


def test_deadlines_come_once_or_every_quarter(campaign):
    """One report on the conference; from quý II on a meeting and a report, proposed for the 18th and 20th."""
    report, meeting, quarterly = campaign.plan.deadlines
    assert schema.periods(report) == ("",)
    assert report.due_date == date(2024, 5, 31)
    assert schema.periods(meeting) == ("2024-Q2", "2024-Q3", "2024-Q4")
    assert (meeting.due_date, meeting.proposal.day) == (None, 18)
    assert (quarterly.due_date, quarterly.proposal.day) == (None, 20)
    assert schema.titled(quarterly.title, "2024-Q2") == "Báo cáo học tập và làm theo Bác quý II"


def test_quarters_run_over_the_end_of_the_year(campaign):
    """A period list may cross New Year, and a quarter ends where the next begins."""
    meeting = campaign.plan.deadlines[1].model_copy(update={"first": "2024-Q4", "last": "2025-Q2"})
    assert schema.periods(meeting) == ("2024-Q4", "2025-Q1", "2025-Q2")
    assert schema.quarter_days("2024-Q4") == (date(2024, 10, 1), date(2025, 1, 1))


def test_hours_are_read_as_hours(campaign):
    """Ladder, windows, excerpts and brief have the defaults the design chose."""
    plan = campaign.plan
    assert plan.ladder.before == (10, 5, 3, 1)
    assert (plan.ladder.morning, plan.ladder.on_the_day) == (time(8, 15), time(14))
    assert [(w.start, w.end) for w in plan.windows] == [(time(8), time(11)), (time(14), time(16, 45))]
    assert (plan.excerpts.day, plan.excerpts.at, plan.office.brief) == ("monday", time(8), time(8))


def test_the_study_report_asks_eight_and_seven(campaign):
    """Part A has 8 questions and may be sent, part B 7 more, each of which may be skipped."""
    first, second = campaign.form("study_report").parts
    assert {question.number for question in first.questions} == set(range(1, 9))
    assert {question.number for question in second.questions} == set(range(9, 16))
    assert first.sendable
    assert all(question.skippable for question in second.questions)


def test_ideology_is_never_filled_in_beforehand(campaign):
    """The quarter's section on ideology offers two choices and takes neither words nor figures of a reply."""
    form = campaign.form("quarterly_report")
    for name in ("ideology", "degradation"):
        question = form.question(name)
        in_chat = [option.label for option in question.options if not option.given]
        assert in_chat == ["Không phát sinh", "Có, gửi bằng văn bản riêng"]
        assert (question.kind, question.figure, question.prefill) == (schema.Kind.CHOICE, "", "")
        assert question.sensitive
        assert form.question(f"{name}_words").sensitive


def test_a_sensitive_question_is_held_to_its_rules(copy):
    """Nothing fills it in, and its words are no part of the report upward."""
    change(
        copy / "forms" / "quarterly_report.yaml",
        "        high: 1000\n        sensitive: true",
        "        high: 1000\n        sensitive: true\n        item: proposal",
    )
    change(copy / "plan.yaml", "question: next_quarter", "question: ideology_words")
    found = "\n".join(problems(copy))
    assert "sensitive: nothing may fill it in, doubt it or hand it on" in found
    assert "the words of ideology_words are sensitive and never go upward" in found


def test_a_stored_plan_and_form_read_back_the_same(campaign):
    """What goes into the database as JSON comes out as it was."""
    assert schema.Plan.model_validate_json(campaign.plan.model_dump_json()) == campaign.plan
    for form in campaign.forms:
        assert schema.Form.model_validate(form.model_dump(mode="json")) == form


def test_all_that_is_wrong_is_named_at_once(copy):
    """Each problem gets a line with file, key and what is expected."""
    change(copy / "plan.yaml", "due_date: 2024-05-31", "due_date: 31/5/2024")
    change(copy / "plan.yaml", 'morning: "08:15"', "morning: 14:15")
    change(copy / "plan.yaml", "issuer: Ban Thường vụ Đảng ủy Sở Văn hóa, Thể thao và Du lịch\n", "")
    change(copy / "forms" / "study_report.yaml", "minutes: 2", "minutes: hai\ncolour: red")
    change(copy / "excerpts.yaml", "name: yeu-cau", "name: muc-dich")
    found = problems(copy)
    assert "plan.yaml: deadlines[0].due_date: expected a date such as 2024-05-31, found '31/5/2024'" in found
    assert 'plan.yaml: ladder.morning: write the time in quotes, as "08:15", found 855' in found
    assert "plan.yaml: issuer: is missing" in found
    assert "forms/study_report.yaml: colour: is not a key that is known here" in found
    assert any(line.startswith("forms/study_report.yaml: minutes: ") for line in found)
    assert 'excerpts.yaml: name: "muc-dich" is used twice' in found
    assert len(found) == 6


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "plan.yaml",
            "due_text: trước ngày 31/5/2024",
            "due_text: chậm nhất ngày 31/5/2024",
            "plan.yaml: deadlines[0].due_text: must stand word for word in ke-hoach.txt",
        ),
        (
            "plan.yaml",
            "duties: [D6]",
            "duties: [D66]",
            "plan.yaml: deadlines[1].duties: D66 is not a duty of this plan",
        ),
        (
            "plan.yaml",
            "line: 24",
            "line: 25",
            "plan.yaml: duties[2].quote: must stand word for word in line 25 of ke-hoach.txt",
        ),
        (
            "plan.yaml",
            "form: quarterly_report",
            "form: quarter",
            "plan.yaml: deadlines[2].form: expected a file forms/quarter.yaml",
        ),
        (
            "plan.yaml",
            "due_date: 2024-05-31",
            "due_date: null",
            "plan.yaml: deadlines[0].due_date: expected a date, because the deadline comes once",
        ),
        (
            "plan.yaml",
            "first: 2024-Q2",
            "first: 2025-Q2",
            "plan.yaml: deadlines[1].last: must not be earlier than first",
        ),
        (
            "plan.yaml",
            "text: ke-hoach.txt",
            "text: khac.txt",
            "plan.yaml: text: the file khac.txt must exist beside it",
        ),
        (
            "plan.yaml",
            '{start: "08:00", end: "11:00"}',
            '{start: "11:00", end: "08:00"}',
            "plan.yaml: windows[0].end: must be later than start",
        ),
        (
            "forms/study_report.yaml",
            "of: held,",
            "of: hled,",
            "forms/study_report.yaml: planned_on: when: hled is no earlier question and no fact",
        ),
        (
            "forms/study_report.yaml",
            "Đủ {summoned}",
            "Đủ {sumoned}",
            "forms/study_report.yaml: attended: {sumoned} is no earlier question and no fact",
        ),
        (
            "forms/study_report.yaml",
            "id: held_on\n        number: 2",
            "id: held_on\n        number: 4",
            "forms/study_report.yaml: held_on: number: expected 1 or 2",
        ),
        (
            "forms/quarterly_report.yaml",
            "        past: true\n        figure: date\n",
            "        past: true\n        as_before: true\n",
            "forms/quarterly_report.yaml: meeting_on: as_before: expected a choice, a number or a text",
        ),
        (
            "forms/quarterly_report.yaml",
            "        sensitive: true\n      - id: degradation_words\n",
            "        sensitive: true\n        as_before: true\n      - id: degradation_words\n",
            (
                "forms/quarterly_report.yaml: degradation: as_before: nothing sensitive, known elsewhere or a figure "
                "of attendance is taken over"
            ),
        ),
        (
            "forms/quarterly_report.yaml",
            "level: ask, times: 3, least: 10}",
            "level: ask}",
            (
                "forms/quarterly_report.yaml: deeds: checks: jumps: times belongs to a check that compares with an "
                "earlier period"
            ),
        ),
        (
            "forms/study_report.yaml",
            "name: below_half",
            "name: below_halt",
            "forms/study_report.yaml: attended: checks: below_halt is not a check that is known",
        ),
    ],
)
def test_what_does_not_fit_together_is_named(copy, file, old, new, expected):
    """Quotations, references, dates, names of answers, facts and checks are looked up."""
    change(copy / file, old, new)
    checks = {c.name for form in folder.load(SHIPPED).forms for q in form.questions for c in q.checks}
    assert expected in problems(copy, checks)


def test_a_key_written_twice_is_an_error(copy):
    """YAML would keep the last of two silently."""
    change(copy / "plan.yaml", "grace: true", "grace: true\n    grace: false")
    assert any('"grace" is written twice' in line for line in problems(copy))


def test_files_that_are_missing_or_unreadable_are_named(copy):
    """A missing file, broken YAML and a wrong encoding are sentences, not stack traces."""
    (copy / "excerpts.yaml").unlink()
    (copy / "plan.yaml").write_text("name: [", encoding="utf-8")
    (copy / "forms" / "study_report.yaml").write_bytes("title: Báo cáo".encode("utf-16"))
    found = problems(copy)
    assert "excerpts.yaml: the file is missing" in found
    assert "forms/study_report.yaml: the file must be UTF-8" in found
    assert any(line.startswith("plan.yaml: not readable as YAML:") for line in found)
