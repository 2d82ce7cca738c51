"""Small readings: an hour of the day, an absence, what a file really is."""

import io
import zipfile
import zlib
from datetime import date, time

import pytest

from messages.reading.absence import read_absence
from messages.reading.hours import read_hour
from messages.reading.uploads import sniff, verdict

TODAY = date(2024, 5, 20)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("15h30", time(15, 30)),
        ("14:00", time(14)),
        ("2 giờ chiều", time(14)),
        ("9 giờ thứ Hai", time(9)),
        ("9 giờ rưỡi", time(9, 30)),
        ("mai 8h", time(8)),
        ("16g", time(16)),
        ("25h", None),
        ("9:75", None),
        ("khi nào cũng được", None),
        ("", None),
    ],
)
def test_hour(text: str, hour: time | None) -> None:
    """An hour is read as people write it; what is no hour is None."""
    assert read_hour(text) == hour


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("tôi đi công tác đến 5/6, nhờ đ/c phó", date(2024, 6, 5)),
        ("Tôi nghỉ phép đến hết thứ Sáu tuần sau", date(2024, 5, 31)),
        ("toi di vang toi 3/6", date(2024, 6, 3)),
        ("xin lùi đến 4/6 ạ", None),
        ("6/7 đ/c dự, 1 đ/c nghỉ thai sản", None),
        ("chưa học được, BT ốm", None),
        ("tôi đi công tác", None),
    ],
)
def test_absence(text: str, until: date | None) -> None:
    """Only words of being away with a last day are an absence."""
    assert read_absence(text, today=TODAY) == until


def office_file(part: str, xml: str, size: int = 0) -> bytes:
    """A .docx or .xlsx with one part."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml" if part.startswith("word") else "xl/workbook.xml", "<a/>")
        packed.writestr(part, xml if not size else bytes(size))
    return made.getvalue()


def pdf_file(text: str) -> bytes:
    """A PDF as printers make it: letters by number, with the font's table of what they mean."""
    codes = {letter: number for number, letter in enumerate(sorted(set(text)), 1)}
    table = "".join(f"<{code:04X}> <{ord(letter):04X}>\n" for letter, code in codes.items())
    cmap = f"{len(codes)} beginbfchar\n{table}endbfchar".encode()
    shown = "".join(f"{codes[letter]:04X}" for letter in text)
    page = f"BT 1 0 0 1 0 0 Tm <{shown}> Tj ET".encode()
    parts = [b"<< >>\nstream\n" + zlib.compress(each) + b"\nendstream\n" for each in (cmap, page)]
    return b"%PDF-1.4\n" + b"".join(parts) + b"%%EOF"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.jpg", b"\xff\xd8\xff\xe0", ""),
        ("a.png", b"\x89PNG\r\n\x1a\n", ""),
        ("a.jpg", b"MZ\x90", "wrong_kind"),
        ("a.docx", b"PK\x03\x04 broken", "wrong_kind"),
        ("a.docx", office_file("word/header1.xml", "<w:p>Chi bộ Bảo tàng</w:p>"), ""),
        (
            "a.docx",
            office_file("word/header1.xml", "<w:p><w:t>TỐI</w:t><w:t> MẬT</w:t></w:p><w:p>Số 1</w:p>"),
            "secret",
        ),
        ("a.docx", office_file("word/header1.xml", "<w:p>bảo mật thông tin</w:p>"), ""),
        ("a.xlsx", office_file("xl/sharedStrings.xml", "<si><t>MẬT</t></si><si><t>2</t></si>"), "secret"),
        ("a.docx", office_file("word/header1.xml", "", 70_000_000), "wrong_kind"),
        ("a.pdf", pdf_file("Báo cáo"), ""),
        ("a.pdf", pdf_file("TUYỆT MẬT"), "secret"),
        ("TOIMAT.pdf", pdf_file("Báo cáo"), "secret"),
        ("a.pdf", b"%PDF-" + bytes(20_000_001), "too_big"),
        ("a.exe", b"", "wrong_kind"),
    ],
)
def test_verdict(name: str, content: bytes, why: str) -> None:
    """A file is what its bytes are; a stamp in its text is found, a bomb is not unpacked."""
    assert verdict(name, content) == why


def test_sniff_knows_office_files() -> None:
    """Word and Excel files are told apart by what is in them."""
    assert sniff(office_file("word/header1.xml", "")) == "docx"
    assert sniff(office_file("xl/sharedStrings.xml", "")) == "xlsx"
