"""What a conference to come is read as, and what is none: words of secretaries, on Mon 2024-05-20."""

from datetime import date

import pytest

from messages.reading.conferences import read_conference
from messages.reading.hours import read_time

TODAY = date(2024, 5, 20)
READ = [
    ("chiều 27/5, hội trường, Bí thư truyền đạt", "27 afternoon in_person branch_secretary", "hội trường", ""),
    (
        "14h ngày 28/5 tại Hội trường tầng 2, đ/c Trần Văn E, Phó Giám đốc Sở truyền đạt",
        "28 14:00 in_person department_leader",
        "Hội trường tầng 2",
        "Trần Văn E, Phó Giám đốc Sở",
    ),
    ("chieu 27/5 hoi truong bi thu truyen dat", "27 afternoon  branch_secretary", "", ""),
    (
        "sáng 28/5, trực tuyến, báo cáo viên: Trần Văn E, Phó Giám đốc Sở",
        "28 morning online department_leader",
        "",
        "Trần Văn E, Phó Giám đốc Sở",
    ),
    ("hội nghị 8h30 sáng mai tại nhà văn hóa", "21 08:30 in_person ", "nhà văn hóa", ""),
    (
        "lãnh đạo Sở truyền đạt, 14h30 29/5, phòng họp tầng 3",
        "29 14:30 in_person department_leader",
        "phòng họp tầng 3",
        "",
    ),
    (
        "Phó Bí thư Đảng ủy Nguyễn Văn B truyền đạt chiều 27/5",
        "27 afternoon  standing_committee_member",
        "",
        "Phó Bí thư Đảng ủy Nguyễn Văn B",
    ),
]
NONE = (
    "tổ chức hội nghị ngày 28/5",
    "xin lùi 25/6",
    "đã học 13/5, Bí thư truyền đạt, 24/26",
    "họp ngày 28/5",
    "24/26 đảng viên, 05 quần chúng",
    "chiều 27/5 Bí thư truyền đạt được không?",
    "27/5",
    "",
)


@pytest.mark.parametrize(("text", "told", "place", "name"), READ, ids=[each[0] for each in READ])
def test_what_is_announced(text: str, told: str, place: str, name: str) -> None:
    """Day, hour, form and speaker as the form keeps them; place and name as typed."""
    found = read_conference(text, today=TODAY)
    assert found is not None
    assert f"{found.on.day} {found.hour} {found.form} {found.speaker}" == told
    assert (found.place, found.speaker_name) == (place, name)


@pytest.mark.parametrize("text", NONE)
def test_what_announces_nothing(text: str) -> None:
    """Promises, figures, questions and days gone by are left to those who read them."""
    assert read_conference(text, today=TODAY) is None


def test_asked_for_it_less_will_do() -> None:
    """Where the announcement was asked for, a day with its hour or place is one; a bare day is not."""
    assert read_conference("sáng 28/5 ở cơ quan", today=TODAY, asked=True)
    assert read_conference("28/5", today=TODAY, asked=True) is None


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("14h30", "14:30"),
        ("2 giờ chiều", "14:00"),
        ("buổi sáng", "morning"),
        ("tối", "evening"),
        ("27/5 hội trường", ""),
    ],
)
def test_hours_and_parts_of_the_day(text: str, hour: str) -> None:
    """An hour, or a part of the day; "5 h" of "27/5 hội trường" is none."""
    assert read_time(text) == hour
