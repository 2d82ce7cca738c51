"""Gets all words ready before the first message needs them: templates, word lists, patterns."""

from datetime import date

from messages import render
from messages.reading import dates, hours, numbers, replies, steps, ways

SAMPLE = "Chi bộ báo cáo: ngày 13/5 đã họp, 24/26 đảng viên, vắng hai, năm quần chúng, sáng mai gửi bản giấy"


def prepare() -> None:
    """Load them once; without it the first to write would wait."""
    made = render.environment()
    for name in made.list_templates(extensions=["j2"]):
        made.get_template(name)
    for kind in ("role", "command"):
        render.words(kind)
    today = date(2024, 5, 20)
    replies.read_reply(SAMPLE, today=today)
    dates.read_date(SAMPLE, today=today, tense="past")
    for read in (numbers.read_number, numbers.read_counts, hours.read_hour, ways.read_way, steps.step_of):
        read(SAMPLE)
