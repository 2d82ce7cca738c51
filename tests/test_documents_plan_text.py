"""The plan as a Word file: word for word, its headings bold, nothing added but the note."""

import io
from datetime import datetime

import docx
import pytest

from messages.documents import profiles
from messages.documents.plan_text import PlanText, build_plan_text
from tests.world import CAMPAIGN, ZONE

WORDS = (CAMPAIGN / "ke-hoach.txt").read_text(encoding="utf-8")


def _built(text: str) -> docx.document.Document:
    made_at = datetime(2024, 5, 14, 9, 0, tzinfo=ZONE)
    made = PlanText("Chuyên đề năm 2024", text, "Bản in để đọc", made_at, profiles.load("hd36_2018"))
    return docx.Document(io.BytesIO(build_plan_text(made)))


def test_every_word_of_the_plan_is_there_and_none_more():
    """Paragraph by paragraph, in order."""
    read = [each.text for each in _built(WORDS).paragraphs if each.text]
    assert read == [each.strip() for each in WORDS.splitlines() if each.strip()]


def test_headings_are_bold_and_sentences_are_not():
    """ "I- MỤC ĐÍCH", "1.1- Hình thức" stand out; the plan's sentences do not."""
    bold = [each.text for each in _built(WORDS).paragraphs if each.runs and each.runs[0].bold]
    assert {"KẾ HOẠCH", "I- MỤC ĐÍCH, YÊU CẦU", "1.2- Thời gian"} <= set(bold)
    assert not any(each.endswith(".") for each in bold)


@pytest.mark.parametrize("text", ["", "một dòng", "KẾ HOẠCH", "a\x00b\n\n\x0b"])
def test_any_text_makes_a_file(text: str):
    """Short, empty or odd texts too."""
    assert _built(text).paragraphs is not None
