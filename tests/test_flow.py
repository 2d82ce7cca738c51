"""The engine of guided forms, on the forms that ship: no database, no channel, no words."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns import folder
from handlers import flow
from handlers.events import (
    ENDED,
    KNOWN,
    PART,
    REVIEW,
    SENT,
    Act,
    Ask,
    Confirm,
    Ended,
    Help,
    Note,
    PartDone,
    Postponed,
    Read,
    Review,
    Said,
    State,
    Submitted,
    Wrong,
)
from handlers.rules import answers as rules
from handlers.rules.answers import Branch, Facts

CAMPAIGN = folder.load(Path(__file__).parent.parent / "campaigns" / "chuyen-de-2024")
STUDY = CAMPAIGN.form("study_report")
MEETING = CAMPAIGN.form("thematic_meeting")
QUARTER = CAMPAIGN.form("quarterly_report")
FACTS = Facts(
    today=date(2024, 5, 20),
    plan_date=date(2024, 4, 22),
    last_on_time=date(2024, 5, 30),
    branch="Bảo tàng",
    secretary="Nguyễn Văn A",
    members=28,
    exempt=2,
    masses=9,
    branches=(Branch(2, "Thư viện", ("TV",)), Branch(3, "Nhà hát", ("NH",))),
)
IN_JUNE = Facts(
    today=date(2024, 6, 17),
    plan_date=date(2024, 4, 22),
    last_on_time=date(2024, 6, 18),
    members=28,
    exempt=2,
    period="2024-Q2",
)
PART_A = {
    "held": "held",
    "held_on": "2024-05-13",
    "form": "in_person",
    "speaker": "branch_secretary",
    "summoned": 26,
    "attended": 26,
    "masses": 5,
}


class Phone:
    """Somebody filling in a form; the state goes through JSON between any two turns, as it does in the database."""

    def __init__(self, form=STUDY, facts=FACTS, answers=None, **opening):
        self.form, self.facts = form, facts
        self.state, self.events = flow.begin(form, facts, answers or {}, **opening)

    def say(self, *texts):
        """Type one text after another; return what the last led to."""
        for text in texts:
            self._hear(Said(text=text))
        return self.events

    def press(self, *values):
        """Press buttons by value or step."""
        for value in values:
            self._hear(Said(act=value) if isinstance(value, Act) else Said(choice=value))
        return self.events

    def send_file(self, file):
        """Send a file whose attachment has this id."""
        self._hear(Said(file=file))
        return self.events

    def _hear(self, said):
        stored = State.from_json(json.loads(json.dumps(self.state.to_json())))
        assert stored == self.state
        self.state, self.events = flow.hear(self.form, stored, said, self.facts)

    def one(self, kind):
        """Return the one event of a kind."""
        found = [event for event in self.events if isinstance(event, kind)]
        assert len(found) == 1, self.events
        return found[0]

    @property
    def asked(self):
        """The id of the question just asked."""
        return self.one(Ask).question


def test_part_a_is_eight_questions_typed_from_beginning_to_end():
    """The plainest way through: eight typed answers, then the offer to send or to go on."""
    phone = Phone()
    first = phone.one(Ask)
    assert (first.number, first.of, first.text) == (1, 8, "Chi bộ đã tổ chức học tập Chuyên đề năm 2024 chưa?")
    phone.say("đã tổ chức", "13/5", "trực tiếp", "Bí thư chi bộ", "đúng", "đủ", "5")
    assert phone.state.at == PART
    assert dict(phone.state.answers) == PART_A
    done = phone.one(PartDone)
    assert done.title == "Đánh giá"
    assert [line.question for line in done.lines] == list(PART_A)


def test_part_a_by_buttons_alone():
    """Buttons lead the same way; figures that need typing are typed."""
    phone = Phone()
    phone.press("held", "yesterday", "in_person", "branch_secretary", "right", "all", "nobody")
    assert dict(phone.state.answers) == {**PART_A, "held_on": "2024-05-19", "masses": 0}


def test_the_header_counts_each_part_to_its_own_end():
    """Follow-ups share a number; part A counts to 8, part B on to 15, whatever is answered."""
    phone = Phone(answers={"held": "held", "held_on": "2024-05-13"})
    assert (phone.one(Ask).number, phone.one(Ask).of) == (3, 8)
    phone.press("joint")
    assert (phone.asked, phone.one(Ask).number) == ("joint_with", 3)
    phone = Phone(answers=PART_A)
    phone.press(Act.GO_ON)
    assert (phone.one(Ask).number, phone.one(Ask).of) == (8, 15)
    phone = Phone(answers={**PART_A, "attended": 24, "absent_reasons": "all_excused", "makeup": "none"})
    phone.press(Act.GO_ON)
    assert (phone.one(Ask).number, phone.one(Ask).of) == (9, 15)
    phone.say("xem lại", "1")
    assert (phone.one(Ask).number, phone.one(Ask).of) == (1, 15)


def test_not_held_asks_for_the_planned_day_and_ends_without_a_report():
    """The promise comes out; the draft keeps nothing of it, so that next time it begins anew."""
    phone = Phone()
    phone.press("not_yet")
    assert phone.asked == "planned_on"
    phone.say("28/5")
    assert phone.one(Ended) == Ended("not_held", "2024-05-28")
    assert (phone.state.at, dict(phone.state.answers)) == (ENDED, {})


def test_a_planned_day_may_be_left_out_but_not_be_past():
    """Nobody is forced to promise; a day gone by is no plan."""
    phone = Phone()
    phone.say("chưa", "thứ hai tuần trước")
    assert phone.one(Wrong).name == "in_past"
    phone.say("bỏ qua")
    assert phone.one(Ended) == Ended("not_held", None)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("31/6", "no_such_day"),
        ("25/5", "in_future"),
        ("1/4", "before_plan"),
        ("13/5/2023", "before_plan"),
        ("tuần trước", "not_one_day"),
        ("hôm nào nhỉ", "not_a_date"),
        ("😀", "not_a_date"),
        ("9" * 40, "not_a_date"),
    ],
)
def test_a_conference_day_that_cannot_be_is_refused_with_help(typed, wrong):
    """No such day, the future, before the plan: what is the matter, the help sentence, the question again."""
    phone = Phone(answers={"held": "held"})
    phone.say(typed)
    assert phone.one(Wrong).name == wrong
    assert phone.one(Wrong).help == "Ghi như 13/5 hoặc “thứ Hai tuần trước”. Nhiều buổi thì ghi buổi chính."
    assert phone.asked == "held_on"


def test_figures_and_days_are_typed_and_never_numbered():
    """ "1" must mean one person, not the first button."""
    phone = Phone(answers={name: PART_A[name] for name in ("held", "held_on", "form", "speaker", "summoned")})
    assert phone.one(Ask).typed
    phone.say("1")
    assert phone.one(Confirm).name == "below_half"
    phone.say("đúng")
    assert phone.state.answers["attended"] == 1


@pytest.mark.parametrize(
    ("typed", "attended"),
    [("24", 24), ("24/26", 24), ("vắng 2", 24), ("đủ", 26), ("Đủ 26", 26), ("24 đ/c", 24), ("hai mươi tư", 24)],
)
def test_attendance_is_read_as_people_write_it(typed, attended):
    """Figures, "24/26", "vắng 2", "đủ"."""
    phone = Phone(answers={name: PART_A[name] for name in ("held", "held_on", "form", "speaker", "summoned")})
    phone.say(typed)
    assert phone.state.answers["attended"] == attended
    assert phone.events[0] == Note("share", {"attended": attended, "total": 26})


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [("27", "above_summoned"), ("24/30", "other_total"), ("nhiều", "not_a_number"), ("-3", "not_a_number")],
)
def test_attendance_that_cannot_be_is_refused(typed, wrong):
    """More than had to come, another total, no figure."""
    phone = Phone(answers={name: PART_A[name] for name in ("held", "held_on", "form", "speaker", "summoned")})
    phone.say(typed)
    assert phone.one(Wrong).name == wrong
    assert "attended" not in phone.state.answers


def test_a_doubt_is_asked_and_no_keeps_nothing():
    """Nobody present: asked; "không" asks the question again, another figure just takes its place."""
    phone = Phone(answers={name: PART_A[name] for name in ("held", "held_on", "form", "speaker", "summoned")})
    phone.say("0")
    assert phone.one(Confirm).name == "nobody"
    phone.say("không")
    assert phone.asked == "attended"
    phone.say("0", "20")
    assert phone.state.answers["attended"] == 20


def test_absence_opens_the_questions_about_it():
    """Only where somebody was absent: reasons, make-up, its day and number, all numbered 7."""
    phone = Phone(answers={name: PART_A[name] for name in ("held", "held_on", "form", "speaker", "summoned")})
    phone.say("24")
    assert phone.one(Ask).text == "Vắng 02 đ/c, đều có lý do chứ?"
    phone.press("some_unexcused")
    phone.say("3")
    assert phone.one(Wrong).name == "above_absent"
    phone.say("1")
    assert (phone.asked, phone.one(Ask).number) == ("makeup", 7)
    phone.press("part")
    phone.say("12/5")
    assert phone.one(Wrong).name == "before_conference"
    phone.say("17/5", "1")
    assert phone.asked == "masses"


def test_a_planned_make_up_day_stays_right_when_it_has_gone_by():
    """What was a plan when it was said is not called wrong a week later."""
    answers = {**PART_A, "attended": 24, "absent_reasons": "all_excused", "makeup": "planned"}
    phone = Phone(answers={**answers, "makeup_planned_on": "2024-05-18"})
    assert phone.one(Review).ready


def test_a_changed_answer_reopens_what_it_overturns():
    """Fewer summoned than came: the attendance is asked again, with the reason why."""
    phone = Phone(answers=PART_A)
    assert phone.one(Review).ready
    phone.say("5")
    assert phone.asked == "summoned"
    phone.say("20")
    assert phone.asked == "summoned_why"
    phone.press("left")
    assert phone.one(Wrong).name == "above_summoned"
    assert phone.asked == "attended"
    phone.say("20")
    assert phone.one(Review).ready


def test_a_follow_up_of_an_answer_since_changed_does_not_count():
    """It stays in the draft (nothing is lost) and is left out of what is sent."""
    phone = Phone(answers={**PART_A, "form": "joint", "joint_with": "Thư viện"})
    phone.say("3")
    phone.press("in_person")
    assert phone.state.answers["joint_with"] == "Thư viện"
    assert "joint_with" not in rules.final(STUDY, phone.state.answers, FACTS)
    assert "joint_with" not in [line.question for line in phone.one(Review).lines]


def test_the_register_is_confirmed_or_corrected_with_a_reason():
    """26 (28, trừ 02): right; another number needs a reason and is flagged; no register: simply asked."""
    start = {name: PART_A[name] for name in ("held", "held_on", "form", "speaker")}
    phone = Phone(answers=start)
    assert phone.one(Ask).text == "Đảng viên thuộc diện phải học: 26 (28, trừ 02 miễn sinh hoạt). Đúng không?"
    phone.press("other")
    assert (phone.one(Ask).text, phone.one(Ask).options) == ("Bao nhiêu đảng viên thuộc diện phải học?", ())
    phone.say("25")
    assert phone.one(Ask).text == "Vì sao khác danh sách Văn phòng (26)?"
    phone.press("left")
    assert "summoned.differs_from_register" in rules.flags(STUDY, phone.state.answers, FACTS)
    silent = Facts(today=FACTS.today, plan_date=FACTS.plan_date, last_on_time=FACTS.last_on_time)
    phone = Phone(answers=start, facts=silent)
    assert (phone.one(Ask).text, phone.one(Ask).options) == ("Bao nhiêu đảng viên thuộc diện phải học?", ())
    phone.say("2001")
    assert phone.one(Wrong).name == "too_large"
    phone.say("25")
    assert phone.asked == "attended"
    full = Facts(today=FACTS.today, plan_date=FACTS.plan_date, last_on_time=FACTS.last_on_time, members=15, exempt=0)
    assert Phone(answers=start, facts=full).one(Ask).text == "Đảng viên thuộc diện phải học: 15. Đúng không?"


def test_another_speaker_is_named_and_flagged_never_refused():
    """Not the secretary: name and post. Whom the plan does not name: the office looks at it (plan II.1.3)."""
    phone = Phone(answers={name: PART_A[name] for name in ("held", "held_on", "form")})
    phone.press("other")
    for text, wrong in (("E", "too_short"), ("đúng", "no_text"), ("gửi", "no_text")):
        phone.say(text)
        assert phone.one(Wrong).name == wrong
    phone.say("Trần Văn E, Phó Giám đốc Sở")
    assert phone.asked == "summoned"
    assert rules.flags(STUDY, phone.state.answers, FACTS) == ["speaker.outside_plan"]


def test_a_joint_session_names_the_other_branch():
    """By button, by short name, or another body as typed."""
    for said, kept in (
        ("chi bộ TV", "Thư viện"),
        ("thu vien", "Thư viện"),
        ("Chi bộ Ban Quản lý", "Chi bộ Ban Quản lý"),
    ):
        phone = Phone(answers={"held": "held", "held_on": "2024-05-13", "form": "joint"})
        assert phone.one(Ask).options == (("b2", "Thư viện"), ("b3", "Nhà hát"))
        phone.say(said)
        assert phone.state.answers["joint_with"] == kept
    phone = Phone(answers={"held": "held", "held_on": "2024-05-13", "form": "joint"})
    phone.press("b3")
    assert phone.state.answers["joint_with"] == "Nhà hát"


def test_more_masses_than_the_register_has_is_asked():
    """0 to 5.000; more than the unit has is a doubt, confirmed by yes and shown to the office."""
    phone = Phone(answers={name: value for name, value in PART_A.items() if name != "masses"})
    phone.say("5001")
    assert phone.one(Wrong).name == "too_large"
    phone.say("12 quần chúng")
    assert phone.one(Confirm) == Confirm("above_register_masses", {"masses": 12, "register": 9})
    phone.press(Act.YES)
    assert rules.flags(STUDY, phone.state.answers, FACTS) == ["masses.above_register_masses"]


def test_part_b_is_skipped_question_by_question():
    """Seven times "bỏ qua" leads to the review; nothing of it is in the report."""
    phone = Phone(answers=PART_A)
    phone.press(Act.GO_ON)
    phone.say(*["bỏ qua"] * 7)
    review = phone.one(Review)
    assert (review.ready, review.more) == (True, False)
    assert [line.question for line in review.lines] == list(PART_A)


def test_part_b_answered_in_full():
    """Plan reference, tally, pledges, texts, place and files."""
    phone = Phone(answers=PART_A)
    phone.press(Act.GO_ON, "own")
    phone.say("05-KH/CB ngày 10/5")
    assert phone.asked == "dissemination"
    phone.press("zalo")
    assert (phone.one(Ask).place, phone.one(Ask).typed) == ("Zalo", True)
    phone.say("3")
    assert phone.one(Ask).acts[0] is Act.DONE
    phone.say("facebook 2, sinh hoạt chi bộ 1")
    phone.press(Act.DONE)
    phone.say("27", "Ra mắt tổ đọc sách tại phòng trưng bày.", "Ít tài liệu.", "Cấp thêm tài liệu.")
    phone.press("at_office")
    phone.send_file(41)
    phone.send_file(42)
    phone.send_file(41)
    phone.say("xong")
    assert phone.one(Review).ready
    assert {name: value for name, value in phone.state.answers.items() if name not in PART_A} == {
        "own_plan": "own",
        "own_plan_ref": {"number": "05-KH/CB", "date": "2024-05-10"},
        "dissemination": {"zalo": 3, "facebook": 2, "branch_meeting": 1},
        "pledges": 27,
        "highlights": "Ra mắt tổ đọc sách tại phòng trưng bày.",
        "shortcomings": "Ít tài liệu.",
        "proposals": "Cấp thêm tài liệu.",
        "venue": {"place": "Tại cơ quan", "files": [41, 42]},
    }


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("05-KH/CB ngày 10/5", {"number": "05-KH/CB", "date": "2024-05-10"}),
        ("số 5-KH/CB", {"number": "05-KH/CB", "date": ""}),
        ("10/5", {"number": "", "date": "2024-05-10"}),
        ("7", {"number": "07", "date": ""}),
        ("số 12 ngày 8/5", {"number": "12", "date": "2024-05-08"}),
    ],
)
def test_a_plans_number_and_date_are_read_together_or_alone(typed, kept):
    """Whichever of the two is known."""
    phone = Phone(answers={**PART_A, "own_plan": "own"})
    phone.press(Act.GO_ON)
    phone.say(typed)
    assert phone.state.answers["own_plan_ref"] == kept


def test_a_plan_written_after_the_conference_is_a_doubt():
    """It is asked, and kept on yes."""
    phone = Phone(answers={**PART_A, "own_plan": "own"})
    phone.press(Act.GO_ON)
    phone.say("05-KH/CB ngày 15/5")
    assert phone.one(Confirm).name == "plan_after_conference"
    phone.say("có")
    assert phone.state.answers["own_plan_ref"]["date"] == "2024-05-15"


def test_a_figure_without_its_place_waits_for_the_place():
    """The number is not lost; 0 takes a place out, too many are refused."""
    phone = Phone(answers={**PART_A, "own_plan": "committee"})
    phone.press(Act.GO_ON)
    phone.say("4")
    assert phone.events[0] == Note("count_without_place", {"number": 4})
    phone.press("website")
    assert phone.state.answers["dissemination"] == {"website": 4}
    phone.press(Act.MORE, "zalo")
    phone.say("501")
    assert phone.one(Wrong).name == "too_large"
    phone.say("2", "website 0")
    assert phone.state.answers["dissemination"] == {"zalo": 2}


def test_what_was_posted_is_filled_in_and_only_confirmed():
    """Recorded activities stand in the tally; "xong" takes them over."""
    phone = Phone(answers={**PART_A, "own_plan": "committee"}, prefill={"dissemination": {"zalo": 2}})
    assert phone.state.at == REVIEW
    phone.press(Act.GO_ON)
    assert phone.one(Ask).current == {"kind": "tally", "items": [["Zalo", 2]]}
    phone.press(Act.DONE)
    assert phone.state.answers["dissemination"] == {"zalo": 2}


def test_pledges_are_left_out_or_capped():
    """No pledges made: not in the report; more than members, the exempt included: refused."""
    phone = Phone(answers={**PART_A, "own_plan": "committee", "dissemination": None})
    phone.press(Act.GO_ON)
    phone.say("29")
    assert phone.one(Wrong) == Wrong(
        "above_members",
        {"pledged": 29, "members": 28},
        "Không làm thì chọn như vậy, báo cáo sẽ không nhắc tới.",
    )
    phone.press("none")
    assert phone.state.answers["pledges"] is None


def test_texts_are_bounded_and_nothing_to_tell_is_left_out():
    """Too short, too long, marks only; "không có" leaves a question out."""
    phone = Phone(answers={**PART_A, "own_plan": None, "dissemination": None, "pledges": None})
    phone.press(Act.GO_ON)
    for text, wrong in (("Tốt.", "too_short"), ("a" * 701, "too_long"), ("😀" * 12, "too_short")):
        phone.say(text)
        assert phone.one(Wrong).name == wrong
    phone.say("Đọc sách mỗi sáng thứ Hai.", "Không có")
    assert phone.state.answers["shortcomings"] is None
    assert phone.asked == "proposals"


def test_a_secret_text_is_not_kept():
    """The guard holds in every typed answer."""
    phone = Phone(answers={**PART_A, "own_plan": None, "dissemination": None, "pledges": None})
    phone.press(Act.GO_ON)
    phone.say("TỐI MẬT: nội dung cuộc họp")
    assert phone.one(Wrong).name == "secret"
    assert "highlights" not in phone.state.answers


def test_the_place_is_not_asked_of_an_online_session():
    """Only files then."""
    phone = Phone(answers={**PART_A, "form": "online", "own_plan": None, "dissemination": None, "pledges": None})
    phone.press(Act.GO_ON)
    phone.say(*["bỏ qua"] * 3)
    assert phone.one(Ask).text == "Ảnh, tệp kèm (nếu có)?"


def test_back_asks_the_question_before_with_its_answer():
    """ "lùi" shows what is there; "giữ nguyên" goes on to where one was."""
    phone = Phone()
    phone.press("held")
    phone.say("13/5", "lùi")
    assert phone.asked == "held_on"
    assert phone.one(Ask).current == {"kind": "date", "date": date(2024, 5, 13)}
    phone.say("lùi")
    assert phone.asked == "held"
    phone.say("giữ nguyên")
    assert phone.asked == "form"
    phone.say("quay lại", "14/5")
    assert (phone.state.answers["held_on"], phone.asked) == ("2024-05-14", "form")


def test_back_at_the_first_question_just_asks_it():
    """There is nothing before it."""
    phone = Phone()
    phone.say("lùi")
    assert phone.asked == "held"


def test_review_at_any_time_with_a_jump_to_any_answer():
    """Lines so far; not ready while something is missing; a number leads there and back."""
    phone = Phone()
    phone.press("held")
    phone.say("13/5", "xem lại")
    review = phone.one(Review)
    assert [line.number for line in review.lines] == [1, 2]
    assert not review.ready
    phone.say("2", "14/5")
    assert phone.asked == "form"
    phone.press(Act.REVIEW)
    phone.say("15")
    assert phone.asked == "venue"
    phone.press(Act.REVIEW)
    phone.say("99")
    assert phone.events[0] == Note("no_such_number", {"number": 99})


def test_numbers_shown_and_typed_agree_when_an_answer_takes_a_question_away():
    """Nobody absent any more: what followed has the number before, where it is shown and where it is typed."""
    phone = Phone(answers={**PART_A, "attended": 24, "absent_reasons": "all_excused", "makeup": "none"})
    phone.press(Act.REVIEW)
    assert [line.place for line in phone.one(Review).lines][-1] == 8
    phone.say("6", "26")
    phone.press(Act.REVIEW)
    assert [line.place for line in phone.one(Review).lines] == [1, 2, 3, 4, 5, 6, 7]
    phone.say("7")
    assert (phone.asked, phone.one(Ask).number) == ("masses", 7)


def test_sending_needs_part_a_only_and_all_of_it():
    """From the review or straight after part A; with something missing the missing question is asked."""
    phone = Phone(answers=PART_A)
    phone.press(Act.SEND)
    assert phone.events == (Submitted(),)
    assert phone.state.at == SENT
    phone = Phone(answers={name: value for name, value in PART_A.items() if name != "masses"})
    phone.press(Act.REVIEW, Act.SEND)
    assert phone.asked == "masses"
    phone = Phone()
    phone.say("rồi", "13/5", "1", "1", "đúng", "đủ", "5")
    assert phone.state.at == PART
    phone.say("gửi")
    assert phone.events == (Submitted(),)


def test_what_a_reply_gave_is_read_back_at_once_and_not_asked():
    """Yes takes it all over; only the rest is asked."""
    told = {"held": "held", "held_on": "2024-05-13", "attended": 24, "summoned": 26, "masses": 5}
    phone = Phone(prefill=told)
    assert phone.state.at == KNOWN
    assert [line.question for line in phone.one(Read).lines] == ["held", "held_on", "summoned", "attended", "masses"]
    phone.say("đúng rồi")
    assert phone.asked == "form"
    phone.press("in_person", "branch_secretary", "all_excused", "all")
    phone.say("17/5")
    assert phone.state.at == PART


def test_a_read_back_is_corrected_one_by_one_or_dropped():
    """ "Sửa" asks each with its value at hand; "không ghi" forgets them."""
    told = {"held": "held", "held_on": "2024-05-13"}
    phone = Phone(prefill=told)
    phone.press(Act.EDIT)
    assert (phone.asked, phone.one(Ask).current) == ("held", {"kind": "words", "words": "Đã tổ chức"})
    phone.press(Act.KEEP)
    phone.say("14/5")
    assert phone.state.answers["held_on"] == "2024-05-14"
    phone = Phone(prefill=told)
    phone.press(Act.DROP)
    assert (phone.asked, phone.one(Ask).current) == ("held", None)


def test_what_was_read_and_cannot_be_is_not_offered():
    """A figure that a check refuses is asked instead; an answer already given is never overwritten."""
    phone = Phone(prefill={"held": "held", "held_on": "2024-05-25", "attended": 40, "summoned": 26})
    assert [line.question for line in phone.one(Read).lines] == ["held", "summoned"]
    phone = Phone(answers={"held": "held", "held_on": "2024-05-13"}, prefill={"held_on": "2024-05-14"})
    assert phone.asked == "form"


def test_only_the_reopened_questions_are_asked_again():
    """Each with its old value; the others cannot be reached; the rest of the report stays."""
    sent = {**PART_A, "speaker": "other", "speaker_name": "Trần Văn E, Phó Giám đốc Sở", "shortcomings": "Ít tài liệu."}
    phone = Phone(answers=sent, only=("speaker_name", "shortcomings"))
    assert (phone.asked, phone.one(Ask).current["words"]) == ("speaker_name", "Trần Văn E, Phó Giám đốc Sở")
    phone.say("Lê Văn C, Chánh Văn phòng", "Thiếu tài liệu in.")
    assert phone.one(Review).ready
    phone.say("2")
    assert phone.events[0] == Note("not_reopened", {"number": 2})
    phone.say("13", "giữ nguyên")
    phone.press(Act.SEND)
    assert phone.events == (Submitted(),)
    assert phone.state.answers["shortcomings"] == "Thiếu tài liệu in."


def test_reopened_questions_must_all_be_gone_through():
    """The review is not ready before; a follow-up that a new answer needs is asked as well."""
    phone = Phone(answers=PART_A, only=("attended",))
    phone.say("xem lại")
    assert not phone.one(Review).ready
    phone.press(Act.SEND)
    phone.say("24")
    assert phone.asked == "absent_reasons"
    phone.press("all_excused", "none")
    assert phone.one(Review).ready


def test_help_later_and_files_at_the_wrong_place():
    """The help sentence with its question; a pause keeps the place; a file is kept for its own question."""
    phone = Phone(answers={"held": "held"})
    told, asked = phone.say("trợ giúp")
    assert told == Help("Ghi như 13/5 hoặc “thứ Hai tuần trước”. Nhiều buổi thì ghi buổi chính.")
    assert isinstance(asked, Ask)
    assert phone.say("để sau") == (Postponed(),)
    assert phone.state.at == "held_on"
    phone.send_file(7)
    assert phone.events[0] == Note("file_kept", {"number": 15})
    assert phone.asked == "held_on"
    assert phone.state.answers["venue"] == {"place": "", "files": [7]}
    assert Phone(MEETING, IN_JUNE).send_file(7)[0] == Note("file_kept", {"number": 0})


def test_a_required_question_cannot_be_skipped():
    """Part A is needed in full."""
    phone = Phone()
    phone.say("bỏ qua")
    assert phone.events[0] == Note("not_skippable")
    assert phone.asked == "held"


def test_an_old_or_foreign_choice_just_asks_again():
    """A value that is not on offer is never an error."""
    phone = Phone()
    phone.press("in_person")
    assert phone.asked == "held"
    phone = Phone(answers=PART_A)
    phone.press("held")
    assert isinstance(phone.events[-1], Review)


def test_a_given_text_can_be_taken_out_again():
    """Skipping past an answer keeps it; only "bỏ trống" empties it."""
    phone = Phone(answers={**PART_A, "shortcomings": "Ít tài liệu."})
    phone.say("12")
    assert Act.CLEAR in phone.one(Ask).acts
    phone.say("bỏ qua")
    assert phone.state.answers["shortcomings"] == "Ít tài liệu."
    phone.say("12", "bỏ trống")
    assert phone.state.answers["shortcomings"] is None


def test_the_thematic_meeting_is_seven_questions():
    """A day outside the quarter is a doubt; then source, topic and figures."""
    phone = Phone(MEETING, IN_JUNE)
    phone.say("25/3/2024")
    assert phone.one(Confirm).name == "outside_period"
    phone.say("12/6", "Chi ủy", "Chuyên đề năm 2024", "Thực hành dân chủ trong chi bộ", "đúng", "24/26", "6")
    assert phone.one(Review).ready
    assert phone.state.answers["topic_source"] == "annual_topic"
    assert (phone.state.answers["level"], phone.state.answers["opinions"]) == ("committee", 6)


def test_the_quarters_report_in_short():
    """Ideology is two buttons, the rest texts; a single part ends in the review."""
    phone = Phone(QUARTER, IN_JUNE)
    assert phone.one(Ask).options == (
        ("nothing", "Không phát sinh"),
        ("separate_document", "Có, gửi bằng văn bản riêng"),
    )
    phone.press("nothing", "nothing", "not_yet")
    phone.say(
        "ước đến hết quý 5",
        "Đọc sách mỗi sáng thứ Hai.",
        "Thực hiện đủ các nội dung.",
        "bỏ qua",
        "Sinh hoạt chuyên đề quý III.",
    )
    assert phone.one(Review).ready


def test_sensitive_words_are_taken_in_the_house_alone():
    """On a chat there is no third choice and no text is taken; on the local page there is, and it is never shown."""
    phone, secret = Phone(QUARTER, IN_JUNE), "Một số quần chúng còn băn khoăn."
    phone.say(secret)
    assert phone.one(Wrong).name == "sensitive"
    assert phone.state.answers == {}
    phone = Phone(QUARTER, replace(IN_JUNE, in_house=True))
    phone.press("here")
    phone.say(secret, "xem lại")
    assert phone.state.answers["ideology_words"] == secret
    assert secret not in repr(phone.events)
    phone.facts = IN_JUNE  # the same person goes on in a chat
    phone.say("1", "giữ", "Thêm một ý nữa vào mục này.")
    assert phone.one(Wrong).name == "sensitive"
    assert phone.state.answers["ideology_words"] == secret


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("ước 5", {"number": 5}),
        ("5 (ước)", {"number": 5}),
        ("uoc 12", {"number": 12}),
        ("5", 5),
        ("dự kiến đạt 7", {"number": 7}),
    ],
)
def test_a_figure_may_be_an_estimate(said, kept):
    """Where the form says so, "ước 5" is kept as an estimate and shown as one."""
    phone = Phone(QUARTER, IN_JUNE)
    phone.press("nothing", "nothing", "not_yet")
    phone.say(said)
    assert phone.state.answers["deeds"] == kept


ACTS = st.sampled_from(list(Act)).map(lambda act: Said(act=act))
VALUES = sorted(
    {option.value for form in CAMPAIGN.forms for q in form.questions for option in q.options} | {"b2", "b9"}
)
WORDS = [
    "13/5",
    "24/26",
    "đủ",
    "vắng 2",
    "5",
    "0",
    "99",
    "chưa",
    "đúng",
    "không có",
    "xong",
    "lùi",
    "xem lại",
    "zalo 3",
]
SAID = st.one_of(
    ACTS,
    st.sampled_from(VALUES).map(lambda value: Said(choice=value)),
    st.sampled_from(WORDS).map(lambda text: Said(text=text)),
    st.text(max_size=60).map(lambda text: Said(text=text)),
    st.integers(1, 9).map(lambda file: Said(file=file)),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([(STUDY, FACTS), (MEETING, IN_JUNE), (QUARTER, IN_JUNE)]), st.lists(SAID, max_size=30))
def test_whatever_is_heard_nothing_breaks_and_no_answer_is_lost(form_facts, heard):
    """Random input never raises, always leads somewhere, keeps every answer, and the state survives JSON."""
    form, facts = form_facts
    state, events = flow.begin(form, facts, {})
    for said in heard:
        before = state
        state, events = flow.hear(form, State.from_json(json.loads(json.dumps(state.to_json()))), said, facts)
        assert events
        if not any(isinstance(event, Ended) for event in events):
            assert set(before.answers) <= set(state.answers)
        changed = [name for name in before.answers if state.answers.get(name) != before.answers[name]]
        if not any(isinstance(event, Ended) for event in events):
            assert all(name == before.at or said.file for name in changed)
        ready = [event for event in events if isinstance(event, Review) and event.ready]
        for name in rules.final(form, state.answers, facts) if ready else ():
            question = form.question(name)
            assert rules.blocked(question, state.answers, rules.known(form, state.answers, facts)) is None


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_at_any_kind_of_question_leads_on(text):
    """Every kind of question takes any text: an answer, a doubt, or what is wrong with it."""
    for form, facts in ((STUDY, FACTS), (QUARTER, IN_JUNE)):
        for question in form.questions:
            state = State(answers={**PART_A, "form": "joint", "own_plan": "own"}, at=question.id, parts=2)
            _, events = flow.hear(form, state, Said(text=text), facts)
            assert events
