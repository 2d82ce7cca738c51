"""Gets all words ready before the first message needs them: templates, word lists, patterns."""

from datetime import date

from messages import render
from messages.reading import dates, hours, numbers, replies, steps, ways

SAMPLE = "Chi bộ báo cáo: ngày 13/5 đã họp, 24/26 đảng viên, vắng hai, năm quần chúng, sáng mai gửi bản giấy"
PLAIN = "Chi bo bao cao: ngay 13/5 da hop, 24/26 dang vien, vang hai, nam quan chung, sang mai gui ban giay"


def prepare() -> None:
    """Load them once; without it the first to write would wait."""
    made = render.environment()
    for name in made.list_templates(extensions=["j2"]):
        made.get_template(name)
    for kind in ("role", "command"):
        render.words(kind)
    for said in (SAMPLE, PLAIN):
        _read(said)


def _read(said: str) -> None:
    today = date(2024, 5, 20)
    replies.read_reply(said, today=today)
    dates.read_date(said, today=today, tense="past")
    for read in (numbers.read_number, numbers.read_counts, hours.read_hour, ways.read_way, steps.step_of):
        read(said)
