"""Choices spelled out: numbers, words and codes, and what a typed answer means."""

import re
from types import SimpleNamespace

import handlers
from handlers import gate, spelled
from handlers.everyone import stop
from messages import render
from messages.reading import steps
from messages.types import FULL, Manners
from tests.test_templates import VI
from tests.typed_dialog import WORDS_ALONE

ROWS = [[{"label": "Báo cáo ngay", "action": "a", "values": {}}, {"label": "Đã gửi", "action": "b", "values": {}}]]
PLACES = [[{"label": f"Việc {n}", "action": "c", "values": {"number": n}} for n in (1, 2)]]
HELP = [{"label": "Trợ giúp", "action": "report.act", "values": {"act": "help"}}]
FIGURE = [[{"label": "25", "action": "d", "values": {}}, {"label": "Không ghi", "action": "e", "values": {}}]]


def test_every_figure_question_is_a_question() -> None:
    """A name that no longer exists would let a number choose."""
    assert set(handlers.EXPECTS) >= spelled.FIGURES | spelled.LIGHT
    assert set(handlers.EXPECTS) >= gate.FORMS


def test_what_a_slip_must_not_do_is_typed_as_words() -> None:
    """What goes to many or takes away has no number, in a list neither; each such name is an action's."""
    assert set(handlers.ACTIONS) >= spelled.WORDED
    send = {"label": "Gửi", "action": "urge.send", "values": {}}
    stored = spelled.numbered([[send, *ROWS[0]]], "Gửi 08 người?")
    assert spelled.lines(stored, "…") == "Đồng chí nhắn số:\n1. Báo cáo ngay\n2. Đã gửi\nHoặc nhắn: “Gửi”."
    assert spelled.offered(stored) == [1, 2]
    listed = [[{"label": "Thu hồi 1", "action": "codes.revoke", "values": {"number": 1}}]]
    assert spelled.typed(spelled.numbered(listed, "1. Bí thư"), "1") is None


def test_choices_have_numbers_in_order_and_steps_are_words() -> None:
    """Shown below the words; a step of a form is typed as a word."""
    stored = spelled.numbered([*ROWS, HELP], "Chọn gì?")
    assert [each["number"] for row in stored for each in row] == [1, 2, None]
    assert spelled.lines(stored, "Chọn gì?") == (
        "Đồng chí nhắn số:\n1. Báo cáo ngay\n2. Đã gửi\nHoặc nhắn: “Trợ giúp”."
    )


def test_a_list_in_the_words_keeps_its_numbers() -> None:
    """[Việc 2] is "2" under a text that lists things; nothing else gets a number there."""
    words = "1. Báo cáo\n2. Kế hoạch"
    stored = spelled.numbered([*PLACES, *ROWS], words)
    assert spelled.typed(stored, "2") == 1
    assert spelled.typed(stored, "3") is None
    assert spelled.lines(stored, words) == "Đồng chí nhắn số ở trên, hoặc: “Báo cáo ngay”, “Đã gửi”."


def test_a_number_that_begins_a_label_is_its_number() -> None:
    """[1. Di tích] is "1", "di tich" and "1. Di tích"; what has no number of its own there is typed as a word."""
    labels = ("1. Di tích", "2. Thanh tra", "Về báo cáo")
    rows = [[{"label": each, "action": "a", "values": {}} for each in labels]]
    for words, said in (("Câu nào?", "Đồng chí nhắn số:\n1. Di tích\n2. Thanh tra\nHoặc nhắn: “Về báo cáo”."),
                        ("1. Di tích: chờ", "Đồng chí nhắn số ở trên, hoặc: “Về báo cáo”.")):  # fmt: skip
        stored = spelled.numbered(rows, words)
        assert spelled.lines(stored, words) == said
        for n, each in enumerate((("1", "1. di tich", "di tich"), ("số 2", "Thanh tra"), ("ve bao cao",))):
            assert {spelled.typed(stored, text) for text in each} == {n}
        assert spelled.in_full([SimpleNamespace(choices=stored)], "thanh tra") is not None


def test_a_number_that_two_choices_share_chooses_neither() -> None:
    """[Đạt: việc 1] and [Chưa đạt: việc 1] are typed as words; a list that goes on keeps its places."""
    both = [[{"label": f"{each}: việc 1", "action": "a", "values": {"number": 1}} for each in ("Đạt", "Chưa đạt")]]
    stored = spelled.numbered(both, "1. Bổ sung biên bản")
    assert spelled.typed(stored, "1") is None
    assert spelled.lines(stored, "1. Bổ sung biên bản") == "Nhắn: “Đạt: việc 1”, “Chưa đạt: việc 1”."
    later = [[{"label": "Việc 9", "action": "c", "values": {"number": 9}}, *ROWS[0]]]
    assert [each["number"] for each in spelled.numbered(later, "9. Báo cáo")[0]] == [9, None, None]


def test_what_may_be_typed_is_told_where_it_is_asked_for() -> None:
    """A figure or a day after the choices, the number of a question to change; the words of a form's steps once."""
    said = spelled.numbered(FIGURE, "Mấy?", figures=True)
    for what, told in (("number", ", hoặc gõ số."), ("day", ", hoặc gõ ngày, ví dụ 15/5."), ("", ".")):
        assert spelled.lines(said, "Mấy?", spelled.Added(asks=spelled.Asks(what))) == f"Nhắn: “25”, “Không ghi”{told}"
    assert spelled.lines([], "Ngày nào?", spelled.Added(asks=spelled.Asks("day"))) == "Gõ ngày, ví dụ 15/5."
    assert spelled.lines([], "Việc gì?") == ""
    review = spelled.lines(said, "1. Đã học", spelled.Added(asks=spelled.Asks("question")))
    assert review == "Nhắn: “25”, “Không ghi”.\nGõ số câu là sửa câu ấy."
    opening = spelled.lines(said, "Mấy?", spelled.Added(asks=spelled.Asks("number", steps=True))).split("\n")
    assert opening[1].startswith("Giữa chừng nhắn được: “lùi”")
    assert all(steps.step_of(word) for word in re.findall("“([^”]+)”", opening[1]))
    on_buttons = spelled.parts(
        "Mấy?", FIGURE, FULL, plain=False, file=False, added=spelled.Added(asks=spelled.Asks("number"))
    )
    assert [each.text for each in on_buttons] == ["Mấy?"]


def test_a_figure_among_choices_is_itself() -> None:
    """[25] is chosen by 25 and by nothing else, also where figures are asked for."""
    stored = spelled.numbered(FIGURE, "Đồng chí chọn số đúng:")
    assert spelled.lines(stored, "…") == "Nhắn: “25”, “Không ghi”."
    for each in (stored, spelled.numbered(FIGURE, "Mấy?", figures=True)):
        chosen = spelled.chosen(each, "25")
        assert chosen is not None
        assert chosen.action == "d"
        assert spelled.chosen(each, "1") is None


def test_numbers_and_words_as_people_type_them() -> None:
    """ "1", "1.", "(1)", "số 1", the words, the words without marks; a number that is not there means nothing."""
    stored = spelled.numbered(ROWS, "Chọn gì?")
    for text in (
        "1",
        "1.",
        "(1)",
        " 1) ",
        "số 1",
        "so 1",
        "chọn 1",
        "Báo cáo ngay",
        "bao cao ngay",
        "dạ báo cáo ngay ạ",
    ):
        assert spelled.typed(stored, text) == 0, text
    for text in ("0", "3", "12/13", "1 2", "ngày 1", "không"):
        assert spelled.typed(stored, text) is None, text


def test_a_code_is_found_wherever_it_is_written() -> None:
    """It is one of a message's own; two that are alike are nobody's."""
    message = SimpleNamespace(token="abc")
    code = spelled.code_of("abc")
    assert re.fullmatch(r"[A-Z]\d\d", code)
    for text in (f"#{code} 1", f"#{code.lower()}: 1", f"1 #{code}", f"# {code[0]} {code[1:]} 1", f" #{code}. 1"):
        assert spelled.read_code(text) == (code, "1"), text
    for text in ("Chi bộ A12 1", "theo kế hoạch #K12 của cấp trên", "x#A12"):
        assert spelled.read_code(text) is None, text
    assert spelled.coded([message, SimpleNamespace(token="xyz")], code) is message
    assert spelled.coded([message, message], code) is None


def test_a_long_text_goes_in_parts_with_the_choices_under_the_last() -> None:
    """No part is longer than the channel takes, in UTF-16 units, and letters that count twice do."""
    words = "\n".join(f"Dòng {n} 😀 của danh sách" for n in range(150))
    stored = spelled.numbered(ROWS, words)
    found = spelled.parts(words, stored, WORDS_ALONE, plain=False, file=False)
    assert len(found) > 1
    assert all(len(each.text.encode("utf-16-le")) // 2 <= WORDS_ALONE.text_limit for each in found)
    assert [bool(each.choices) for each in found] == [False] * (len(found) - 1) + [True]
    assert found[-1].text.endswith("2. Đã gửi")


def test_what_is_to_be_copied_stays_clean() -> None:
    """Words that people paste elsewhere have their choices in a message of their own."""
    found = spelled.parts("Bản dán nhóm", spelled.numbered(ROWS, ""), WORDS_ALONE, plain=True, file=False)
    assert [each.plain for each in found] == [True, False]
    assert found[0].text == "Bản dán nhóm"
    assert found[1].text.startswith("Đồng chí nhắn số:")


def test_buttons_are_left_to_the_channel_that_has_them() -> None:
    """Nothing is added to the words."""
    assert [each.text for each in spelled.parts("Chọn gì?", ROWS, FULL, plain=False, file=False)] == ["Chọn gì?"]
    assert spelled.parts("Tệp", ROWS, Manners(), plain=False, file=True)[0].file


def test_what_came_from_a_channel_with_buttons_is_spelled_out_on_the_way() -> None:
    """A message that was turned to another channel says what can be chosen there."""
    assert spelled.on_the_way("Chọn gì?", ROWS) == "Chọn gì?\n\nNhắn: “Báo cáo ngay”, “Đã gửi”."
    stored = spelled.numbered(ROWS, "Chọn gì?")
    assert spelled.on_the_way("Chọn gì? …", stored) == "Chọn gì? …"


def test_no_template_speaks_of_buttons_where_there_are_none() -> None:
    """ "bấm nút" makes no sense there."""
    for path in sorted(VI.rglob("*.j2")):
        if path.parent.name == "cli":
            continue
        said = re.sub(r"\{#.*?#\}", "", render.typed(path.read_text(encoding="utf-8")), flags=re.DOTALL)
        assert not re.search(r"\b(?:bấm|nút)\b", said, re.IGNORECASE), path


def test_a_command_in_words_is_one_of_ours() -> None:
    """Each word of a command names one that exists; with a wrong mark, or among others, it is none."""
    named = {phrase: render.word(phrase, "spoken") for phrase in render.words("spoken")}
    assert set(named.values()) <= set(handlers.COMMAND_NAMED)
    for text, name in (
        ("Trợ giúp", "trogiup"),
        ("trogiup.", "trogiup"),
        ("bao cao", "baocao"),
        ("Tổng hợp", "tonghop"),
    ):
        assert spelled.command_in(text) == name
    for text in ("trợ giúp tôi việc này", "nhập sổ", "đúng", "dừng", "dung", "đã gửi", "báo cáo 24/26"):
        assert spelled.command_in(text) == "", text


def test_an_end_of_pushes_is_heard_in_a_sentence() -> None:
    """What only complains, asks or tells of others ends nothing."""
    for text in (
        "thôi không nhận tin nữa",
        "tôi không muốn nhận tin nữa",
        "Tôi không cần nhận tin nhắn này nữa ạ",
        "dạ đừng gửi tin nữa",
        "hủy nhận tin",
    ):
        assert stop.is_asked(text), text
    for text in (
        "tôi không nhận được tin nữa",
        "không nhận tin",
        "đồng chí ấy không muốn nhận tin nữa",
        "sao không gửi tin nữa?",
        "không nhận tin nữa thì báo cáo thế nào",
    ):
        assert not stop.is_asked(text), text
