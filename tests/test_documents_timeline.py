"""When reports came: a picture that a phone can show, its columns counted anew from its pixels."""

import io
import pickle
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PIL import Image, ImageColor

from messages.documents import timeline
from messages.documents.timeline import Timeline, draw_timeline

LAST = date(2024, 5, 30)
TITLE = "Báo cáo kết quả học tập, quán triệt và tuyên truyền Chuyên đề năm 2024 của các chi bộ trực thuộc Đảng ủy Sở"


def a_timeline(*gaps: int, total: int = 40, **changes) -> Timeline:
    """Reports that came so many days after the last day on time (before it: negative)."""
    days = tuple(LAST + timedelta(days=gap) for gap in gaps)
    return replace(Timeline(TITLE, days, total, LAST, LAST + timedelta(days=14)), **changes)


def opened(given: Timeline) -> Image.Image:
    """The picture, decoded."""
    return Image.open(io.BytesIO(draw_timeline(given))).convert("RGB")


def tallest(picture: Image.Image, colour: str, x: range) -> int:
    """How many pixels of a colour stand in the tallest line of these."""
    wanted = ImageColor.getrgb(colour)
    return max(sum(picture.getpixel((at, y)) == wanted for y in range(300, picture.height - 180)) for at in x)


@pytest.mark.parametrize("gaps", [(0,), (-40, 0, 45), (-7,) * 40, (1,) * 40, tuple(range(-20, 20))])
def test_any_course_fits_a_phone(gaps):
    """Portrait width, letters of 30 pixels at least, whatever the days and however long the name."""
    picture = opened(a_timeline(*gaps))
    assert picture.width == 1080
    assert picture.height < 1300
    assert min(timeline._TITLE, timeline._SMALL, timeline._BIG) >= 30


def test_columns_stand_for_what_was_in():
    """30 of 40 in time and 10 late: at the end the lower part is three quarters of the whole height."""
    picture = opened(a_timeline(*[-3] * 30, *[4] * 10))
    right = range(picture.width - 70, picture.width - 60)
    in_time, late = tallest(picture, timeline._IN_TIME, right), tallest(picture, timeline._LATE, right)
    assert in_time / (in_time + late) == pytest.approx(0.75, abs=0.01)
    left = range(60, 66)
    assert tallest(picture, timeline._IN_TIME, left) == tallest(picture, timeline._LATE, left) == 0


def test_days_to_come_are_empty():
    """Seen two days before the last day: no column stands after today."""
    picture = opened(a_timeline(-5, -4, today=LAST - timedelta(days=2)))
    assert tallest(picture, timeline._IN_TIME, range(picture.width - 70, picture.width - 60)) == 0


def test_it_travels_to_a_child_process():
    """The values can be pickled and come back equal."""
    assert pickle.loads(pickle.dumps(a_timeline(1, 2))) == a_timeline(1, 2)
