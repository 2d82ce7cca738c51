"""Plans as files: Word, PDF and text say the same; scans and hostile files end in a clear word, in little time."""

import functools
import io
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path
from typing import get_args

import orjson
import pytest
from docx import Document
from docx.shared import Pt

from messages import render
from messages.reading import pdf_text, plan, plan_file, word_file
from messages.reading.plan import as_json
from messages.reading.plan_file import CannotRead

ROOT = Path(__file__).parent.parent
PLANS = Path(__file__).parent / "data/plans"
PLAN_2024 = ROOT / "campaigns/chuyen-de-2024/ke-hoach.txt"
PATIENCE = 60.0  # seconds on a busy machine, of the 40 the child itself may take


def terms(text: str) -> list[tuple[object, ...]]:
    """Return what a plan asks by when."""
    return [(each.when.mode, each.when.last_on_time, each.when.recurrence) for each in plan.read_text(text).dated]


def word(name: str) -> bytes:
    """Make a Word file of a plan: letterhead and signature in tables without lines, tasks in a table."""
    made = Document()
    text = (PLANS / f"{name}.txt").read_text(encoding="utf-8")
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|") and "---" not in line:
            rows.append([each.strip() for each in line.strip("|").split("|")])
            continue
        if rows and not line.startswith("|"):
            table = made.add_table(len(rows), len(rows[0]))
            for row, cells in zip(table.rows, rows, strict=True):
                for cell, said in zip(row.cells, cells, strict=True):
                    cell.text = said
            rows = []
        if not line.startswith("|"):
            made.add_paragraph(line).paragraph_format.space_after = Pt(6)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def pdf(lines: list[str]) -> bytes:
    """Make a PDF with a Unicode font whose codes mean nothing without their table, as office programs make them."""
    letters = sorted({letter for line in lines for letter in line})
    code = {letter: n for n, letter in enumerate(letters, 1)}
    pairs = "\n".join(f"<{code[each]:04X}> <{each.encode('utf-16-be').hex()}>" for each in letters)
    table = f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{len(letters)} beginbfchar\n{pairs}\nendbfchar"
    pages = [lines[at : at + 40] for at in range(0, len(lines), 40)]
    objects: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        3: b"<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        4: b"<< /Type /Font /Subtype /CIDFontType2 /DW 500 >>",
        5: stream(table.encode()),
    }
    kids, resources = [], "<< /Font << /F1 3 0 R >> >>"
    for n, page in enumerate(pages):
        at = 10 + 2 * n
        kids.append(f"{at} 0 R")
        digits = ["".join(f"{code[each]:04X}" for each in line) for line in page]
        shown = [f"1 0 0 1 70 {780 - 18 * row} Tm <{each}> Tj" for row, each in enumerate(digits)]
        objects[at] = f"<< /Type /Page /Parent 2 0 R /Contents {at + 1} 0 R /Resources {resources} >>".encode()
        objects[at + 1] = stream(("BT /F1 12 Tf\n" + "\n".join(shown) + "\nET").encode())
    objects[2] = f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(kids)}] >>".encode()
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, each) for n, each in sorted(objects.items()))
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R >>\n%%EOF"


def stream(content: bytes) -> bytes:
    """Pack a stream."""
    packed = zlib.compress(content)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)


@pytest.mark.parametrize("name", ["a1", "a2", "a3", "a4"])
def test_word_says_what_the_text_says(name: str) -> None:
    """A plan reads the same out of Word, tables included."""
    text = (PLANS / f"{name}.txt").read_text(encoding="utf-8")
    read = plan.read_text(word_file.text(word(name)))
    assert [(each.when.mode, each.when.last_on_time, each.when.recurrence) for each in read.dated] == terms(text)
    assert read.number == plan.read_text(text).number


@pytest.mark.parametrize("name", ["a1", "a3", "a5"])
def test_pdf_says_what_the_text_says(name: str) -> None:
    """A plan reads the same out of a PDF whose letters are known by its fonts' tables alone."""
    text = (PLANS / f"{name}.txt").read_text(encoding="utf-8")
    read = plan.read_text(pdf_text.read(pdf(text.splitlines())))
    assert [(each.when.mode, each.when.last_on_time, each.when.recurrence) for each in read.dated] == terms(text)


def test_automatic_numbers_are_written_out() -> None:
    """What Word numbers by itself is part of what is read."""
    made = Document()
    made.add_paragraph("Các chi bộ học tập xong trước ngày 30/4/2025.", style="List Number")
    made.add_paragraph("Các chi bộ báo cáo trước ngày 10/5/2025.", style="List Number")
    made.add_paragraph("Lập danh sách.", style="List Bullet")
    out = io.BytesIO()
    made.save(out)
    text = word_file.text(out.getvalue())
    assert "1. Các chi bộ học" in text
    assert "2. Các chi bộ báo cáo" in text
    assert "- Lập danh sách" in text


def refused(name: str, content: bytes, folder: Path) -> tuple[str, float]:
    """Read a file in a process of its own; return why it was refused, and the seconds it took."""
    path = folder / name
    path.write_bytes(content)
    begun = time.monotonic()
    with pytest.raises(CannotRead) as caught:
        plan_file.read_apart(name, path)
    return caught.value.why, time.monotonic() - begun


def packed(parts: dict[str, bytes]) -> bytes:
    """Zip parts, beginning with a real document's."""
    source = zipfile.ZipFile(io.BytesIO(word("a3")))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for each in source.namelist():
            made.writestr(each, parts.pop(each, source.read(each)))
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"""


@functools.cache
def hostile() -> dict[str, tuple[str, bytes, set[str]]]:
    """Give files made to do harm: name, bytes, what may be said of them."""
    many = pdf(["x"] * 40 * 10_000)
    nested = b"%PDF-1.7\n1 0 obj\n" + b"[" * 500_000 + b"\nendobj"
    circle = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Kids[2 0 R 2 0 R]>>endobj"
    picture = pdf([""]).replace(b"<0001>", b"<0002>")
    bomb = packed({"word/document.xml": b"<w>" + b" " * 90_000_000 + b"</w>"})
    return {
        "bomb": ("bom.docx", bomb, {"wrong_kind", "too_long", "too_big"}),
        "entities": ("xxe.docx", packed({"word/document.xml": ENTITIES}), {"active"}),
        "cut": ("cut.docx", word("a3")[:5000], {"wrong_kind"}),
        "torn": ("torn.docx", packed({"word/document.xml": b"<w:document"}), {"wrong_kind"}),
        "pages": ("many.pdf", many, {"too_long", "wrong_kind"}),
        "nested": ("nested.pdf", nested, {"wrong_kind"}),
        "circle": ("circle.pdf", circle, {"wrong_kind", "too_long", "scan"}),
        "scan": ("scan.pdf", picture, {"scan"}),
        "pdf cut": ("cut.pdf", pdf(["Kế hoạch"] * 50)[:300], {"wrong_kind", "scan"}),
        "zeros": ("zero.txt", b"\x00" * 1000, {"wrong_kind"}),
        "brackets": ("ngoac.txt", ("KẾ HOẠCH\n" + "(" * 400_000).encode(), {"empty", "too_long"}),
        "terms": ("han.txt", ("- Các chi bộ nộp trước ngày 31/5/2025, \n" * 20_000).encode(), {"too_long"}),
        "old letters": ("cu.txt", ("KE HOACH hoc tap quan triet " * 40).encode(), {"letters"}),
        "no plan": ("thu.txt", ("Kính gửi đồng chí, trời hôm nay đẹp quá nhỉ. " * 20).encode(), {"no_plan"}),
        "secret": ("mat.txt", ("TUYỆT MẬT\n\nKẾ HOẠCH học tập\n" * 20).encode(), {"secret"}),
    }


@pytest.mark.parametrize("name", list(hostile()))
def test_a_hostile_file_ends_in_a_clear_word(name: str, tmp_path: Path) -> None:
    """Whatever the file, why it was not read is said in bounded time and memory."""
    file, content, said = hostile()[name]
    why, seconds = refused(file, content, tmp_path)
    assert why in said
    assert seconds < PATIENCE


def test_a_file_too_large_is_not_even_read(tmp_path: Path) -> None:
    """More than a bot may fetch is refused by its size."""
    path = tmp_path / "lon.pdf"
    with path.open("wb") as file:
        file.truncate(plan_file.LARGEST + 1)
    with pytest.raises(CannotRead, match="too_big"):
        plan_file.read_apart(path.name, path)


def test_each_limit_of_the_child_has_its_word(tmp_path: Path) -> None:
    """Time used up is no memory used up: the sender is told which it was."""
    path = tmp_path / "ke-hoach.txt"
    path.write_bytes(PLAN_2024.read_bytes())
    with pytest.raises(CannotRead, match="too_slow"):
        plan_file.read_apart(path.name, path, seconds=0.001)
    with pytest.raises(CannotRead, match="too_heavy"):
        plan_file.read_apart(path.name, path, memory=20_000_000)


def test_each_cause_has_its_sentence() -> None:
    """No two causes are told in the same words, and none in those for what is unknown."""
    told = [render.text("new_plan.refused", {"why": each}) for each in (*get_args(plan_file.Why), "OSError")]
    causes = [each for each, why in zip(told, get_args(plan_file.Why), strict=False) if why != "wrong_kind"]
    assert len({*causes, told[-1]}) == len(causes) + 1


def test_what_was_read_survives_the_way_between_processes() -> None:
    """What the child says is the plan again."""
    read = plan.read_text(PLAN_2024.read_text(encoding="utf-8"))
    assert as_json.loaded(orjson.loads(orjson.dumps(as_json.stored(read)))) == read


def command(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the program."""
    return subprocess.run([sys.executable, "main.py", *words], cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_command_prints_json_of_the_2024_plan() -> None:
    """Keys, ISO days and null where the plan is silent."""
    found = orjson.loads(command("plan", str(PLAN_2024), "--json").stdout)
    assert list(found) == ["number", "date", "issuer", "topic", "legal_basis", "duties", "recipients"]
    assert (found["number"], found["date"]) == (None, None)
    assert found["topic"] == "thực hành dân chủ, chăm lo đời sống nhân dân"
    assert {"number": "58-KH/ĐUK", "date": "2024-04-22", "issuer": "Đảng ủy Khối CCQ-DN tỉnh"} in found["legal_basis"]
    report = next(each for each in found["duties"] if each["text"].startswith("báo cáo kết quả học tập"))
    assert report == {
        "who": "Các chi bộ trực thuộc Đảng bộ",
        "text": report["text"],
        "due_text": "trước ngày 31/5/2024",
        "due_mode": "before",
        "due_date": "2024-05-31",
        "last_on_time": "2024-05-30",
        "recurrence": None,
        "report_to": "Ban Thường vụ Đảng ủy Sở (qua Văn phòng)",
    }


def test_the_command_lists_in_vietnamese_and_refuses_a_picture() -> None:
    """Without --json it is a list to read; a picture is refused with what to send instead."""
    said = command("plan", str(PLAN_2024)).stdout
    assert "“trước ngày 31/5/2024”, tức là hết thứ Năm 30/5/2024" in said
    done = command("plan", str(ROOT / "docs/pictures/consent.png"))
    assert done.returncode == 1
    assert "Xin gửi tệp Word (.docx)" in done.stderr
