"""Files people send: what they really are, what they hide and what they say, before a byte is kept."""

import io
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from openpyxl.comments import Comment
from sqlalchemy import select

from bot.channel import Refused
from bot.child import Child, TooLong
from bot.web.uploads import Uploads
from messages.reading import office_file, uploads
from messages.reading.uploads import verdict
from models.attachment import Attachment
from models.audit import Audit
from models.base import Base
from models.inbox import Inbox
from tests import world as worlds
from tests.dialog import shown_text
from tests.world import World

DOCUMENT, BOOK = "word/document.xml", "xl/workbook.xml"
SENTENCE = "Chi bộ họp, có mặt 24, bảo mật thông tin, mật khẩu đã đổi, bí mật gia đình, mật ong, mật độ dân cư."


def packed(**parts: str | bytes) -> bytes:
    """Return an archive; a part's name has "__" for "/" and "_0" for "."."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_0", "."), content)
    return made.getvalue()


def word(xml: str = "<w:p/>", **parts: str | bytes) -> bytes:
    """Return a small .docx."""
    return packed(word__document_0xml=xml, **parts)


def excel(**parts: str | bytes) -> bytes:
    """Return a small .xlsx."""
    return packed(xl__workbook_0xml="<workbook/>", **parts)


def real_word(write: Callable[..., object]) -> bytes:
    """Return a .docx as Word writes it."""
    made, document = io.BytesIO(), docx.Document()
    document.add_paragraph(SENTENCE)
    write(document)
    document.save(made)
    return made.getvalue()


def real_excel(write: Callable[..., object]) -> bytes:
    """Return an .xlsx as Excel writes it."""
    made, book = io.BytesIO(), openpyxl.Workbook()
    book.active.append([SENTENCE, 24])
    write(book)
    book.save(made)
    return made.getvalue()


def pdf(page: bytes, *more: bytes, about: bytes = b"") -> bytes:
    """Return a PDF of one page whose content is packed; `more` stand outside streams."""
    stream = zlib.compress(page)
    parts = [b"%PDF-1.7\n1 0 obj <<" + about + b">> stream\n", stream, b"\nendstream endobj\n", *more, b"%%EOF\n"]
    return b"".join(parts)


def nothing(_: object) -> None:
    """Write nothing more."""


def in_runs(document: docx.document.Document) -> None:
    """Split a stamp over runs, as Word does after a correction."""
    paragraph = document.add_paragraph()
    for piece in ("TỐ", "I M", "Ậ", "T"):
        paragraph.add_run(piece).bold = True


def in_header(document: docx.document.Document) -> None:
    """Put a stamp into the page's head."""
    document.sections[0].header.paragraphs[0].text = "MẬT"


def in_table(document: docx.document.Document) -> None:
    """Put a stamp into a cell."""
    document.add_table(1, 2).cell(0, 1).text = "Tuyệt mật"


def in_nfd(document: docx.document.Document) -> None:
    """Write a stamp with its marks apart."""
    document.add_paragraph(unicodedata.normalize("NFD", "TUYỆT MẬT"))


def spread(document: docx.document.Document) -> None:
    """Write a stamp with its letters spread."""
    document.add_paragraph("M Ậ T")


def in_title(document: docx.document.Document) -> None:
    """Mark the properties of the file."""
    document.core_properties.title = "Độ mật: Tối mật"


@pytest.mark.parametrize("write", [in_runs, in_header, in_table, in_nfd, spread, in_title])
def test_a_stamp_in_a_document_is_found(write: Callable[..., object]) -> None:
    """Wherever it stands and however it is written; the same file without it is taken."""
    assert verdict("bao-cao.docx", real_word(nothing)) == ""
    assert verdict("bao-cao.docx", real_word(write)) == "secret"


@pytest.mark.parametrize(
    "part",
    [
        {"word__footer2_0xml": "<w:p><w:t>TỐI MẬT</w:t></w:p>"},
        {"word__footnotes_0xml": "<w:p><w:t>MẬT</w:t></w:p>"},
        {"word__comments_0xml": "<w:p><w:t>đóng dấu mật</w:t></w:p>"},
        {"word__document_0xml": "<w:txbxContent><w:p><w:t>MẬT</w:t></w:p></w:txbxContent><w:p><w:t>số</w:t></w:p>"},
        {"word__diagrams__data1_0xml": "<a:p><a:t>TUYỆT MẬT</a:t></a:p>"},
        {"word__document_0xml": "<w:p><w:t>M&#7852;T</w:t></w:p>"},
        {"word__header1_0xml": "<w:p><w:t>MẬT</w:t></w:p>".encode("utf-16")},
        {"word__afchunk1_0htm": "<p>MẬT</p>"},
    ],
)
def test_every_part_of_a_document_is_read(part: dict[str, str | bytes]) -> None:
    """Notes, comments, boxes, drawings, letters by number, another coding."""
    assert verdict("a.docx", packed(**{"word__document_0xml": "<w:p/>", **part})) == "secret"


def in_sheet_name(book: openpyxl.Workbook) -> None:
    """Name a sheet so."""
    book.create_sheet("MẬT")


def in_page_head(book: openpyxl.Workbook) -> None:
    """Mark the printed pages."""
    book.active.oddHeader.center.text = "TỐI MẬT"


def in_cell(book: openpyxl.Workbook) -> None:
    """Mark a cell."""
    book.active["D7"] = "Mật"


def in_comment(book: openpyxl.Workbook) -> None:
    """Mark a cell's comment."""
    book.active["A1"].comment = Comment("TUYỆT MẬT", "a")


@pytest.mark.parametrize("write", [in_sheet_name, in_page_head, in_cell, in_comment])
def test_a_stamp_in_a_workbook_is_found(write: Callable[..., object]) -> None:
    """In cells, comments, sheets' names and the heads of printed pages."""
    assert verdict("so-lieu.xlsx", real_excel(nothing)) == ""
    assert verdict("so-lieu.xlsx", real_excel(write)) == "secret"


STAMP = "<004D> <004D>\n<1EAC> <1EAC>\n<0054> <0054>\n"
FONT = f"<< >> stream\n3 beginbfchar\n{STAMP}endbfchar\nendstream\n".encode()


@pytest.mark.parametrize(
    "content",
    [
        pdf(b"BT <004D1EAC0054> Tj ET", FONT),
        pdf(b"BT [<004D> 40 <1EAC> -20 <0054>] TJ ET", FONT),
        pdf(b"BT <004D> Tj 1 0 Td <1EAC> Tj 1 0 Td <0054> Tj ET", FONT),
        pdf(b"BT (\\000M\\036\\254\\000T) Tj ET", FONT),
        pdf(
            b"BT <010203> Tj ET",
            FONT.replace(b"<004D> <", b"<01> <").replace(b"<1EAC> <1E", b"<02> <1E").replace(b"<0054> <", b"<03> <"),
        ),
        pdf(b"BT (so (\\000M\\036\\254\\000T) ) Tj ET", FONT),
        pdf(b"q Q", b"<< /Title <FEFF004D1EAC0054> >>"),
        pdf(b"q Q", b"<< /Contents (" + b"\xfe\xff" + "MẬT".encode("utf-16-be") + b") >>"),
    ],
)
def test_a_stamp_in_a_pdf_is_found(content: bytes) -> None:
    """Through the font's table, in pieces, letter by letter, in its title, in a note."""
    assert verdict("a.pdf", content) == "secret"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("anh.jpg", word(), "wrong_kind"),  # a document named as a picture
        ("a.docx", excel(), "wrong_kind"),
        ("a.docx", b"\xff\xd8\xff\xe0 jpg", "wrong_kind"),
        ("anh.png", b"\xff\xd8\xff\xe0 jpg", ""),  # phones mix these up
        ("a.pdf", pdf(b"q Q") + packed(a_0txt="x"), "wrong_kind"),  # an archive behind a PDF
        ("a.jpg", b"\xff\xd8\xff\xe0" + word(), "wrong_kind"),
        ("a.pdf", b"\n" + pdf(b"q Q"), "wrong_kind"),
        ("a.pdf", pdf(b"q Q", b"<< /OpenAction << /S /JavaScript /JS (app.alert) >> >>"), "active"),
        ("a.pdf", pdf(b"q Q", b"<< /S /J#61vaScript >>"), "active"),
        ("a.pdf", pdf(b"q Q", b"<< /S /Launch /F (cmd) >>"), "active"),
        ("a.pdf", pdf(b"q Q", b"<< /EmbeddedFiles 3 0 R >>"), "active"),
        ("a.pdf", pdf(b"<< /S /JavaScript >>", about=b"/Type /ObjStm"), "active"),
        ("a.pdf", pdf(b"q Q", b"trailer << /Encrypt 9 0 R >>"), "locked"),
        ("a.docx", word(word__vbaProject_0bin=b"\xd0\xcf"), "active"),
        ("a.xlsx", excel(xl__macrosheets__sheet1_0xml="<a/>"), "active"),
        ("a.docx", word("<w:p/>", word__embeddings__oleObject1_0bin=b"x"), "active"),
        ("a.docx", word("<w:p/>", word__media__image1_0emf=b"MZ\x90"), "active"),
        ("a.docx", word('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'), "active"),
        ("a.docx", word("<!DOCTYPE a><a/>".encode("utf-16-le").decode("latin-1")), "active"),
        ("a.docm", word(), "wrong_kind"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "wrong_kind"),
        ("a.svg", b"<svg onload='x'/>", "wrong_kind"),
        ("a.html", b"<script>", "wrong_kind"),
        ("a.csv", b"a,b", "wrong_kind"),  # only where a table is asked for
    ],
)
def test_what_a_file_hides(name: str, content: bytes, why: str) -> None:
    """Renamed, double, active, locked files are told by their bytes."""
    assert verdict(name, content) == why


def test_macros_named_in_the_table_of_contents() -> None:
    """A .docm renamed .docx has its kind in [Content_Types].xml."""
    types = '<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
    made = io.BytesIO(word())
    with zipfile.ZipFile(made, "a") as file:
        file.writestr("[Content_Types].xml", types)
    assert verdict("a.docx", made.getvalue()) == "active"


@pytest.mark.parametrize(("kind", "why"), [("hyperlink", ""), ("attachedTemplate", "active"), ("image", "active")])
def test_only_links_to_click_on_may_lead_outside(kind: str, why: str) -> None:
    """A template or picture fetched from elsewhere when the file is opened is refused."""
    about = f'Type="http://x/relationships/{kind}" Target="https://example.vn"'
    link = f'<Relationship Id="r1" {about} TargetMode="External"/>'
    assert verdict("a.docx", word("<w:p/>", word___rels__document_0xml_0rels=link)) == why


def test_a_bomb_is_not_unpacked() -> None:
    """By its table, by nesting, by number of parts."""
    assert verdict("a.docx", word(" " * 70_000_000)) == "wrong_kind"
    inner = word(" " * 40_000_000)
    assert verdict("a.docx", word(word__embeddings__a_0docx=inner, word__embeddings__b_0docx=inner)) == "wrong_kind"
    deep = word(word__embeddings__a_0docx=word(word__embeddings__b_0docx=word()))
    assert verdict("a.docx", deep) == "wrong_kind"
    many = {f"p{number}_0xml": "" for number in range(office_file.MOST_PARTS + 1)}
    assert verdict("a.docx", word(**many)) == "wrong_kind"


def test_a_lying_table_is_found_out() -> None:
    """The table says 10 bytes where there are a million; a part's bytes are shared by others."""
    lying = word("x" * 1_000_000).replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert verdict("a.docx", lying) == "wrong_kind"
    cut = word("x" * 10_000)
    assert verdict("a.docx", cut[:40] + bytes(20) + cut[60:]) == "wrong_kind"


def test_an_embedded_workbook_is_read_too() -> None:
    """A chart's figures in a report are fine, a stamp among them is not."""
    assert verdict("a.docx", word(word__embeddings__s_0xlsx=real_excel(nothing))) == ""
    assert verdict("a.docx", word(word__embeddings__s_0xlsx=real_excel(in_cell))) == "secret"


def test_hostile_bytes_take_no_time() -> None:
    """What makes a careless reader run for hours ends at once: the test's own time limit would tell."""
    for piece in (b"stream\n", b"(", b"<", b"beginbfrange", b"/JS ", b" obj<<", b"\\(", b"(aaa", b"\\(\xfe\xff"):
        verdict("a.pdf", b"%PDF-1.4" + piece * (500_000 // len(piece)))
        verdict("a.pdf", pdf(b"BT Tj " + piece * (500_000 // len(piece)), FONT))
    wide = b"1 beginbfrange " + b"<0000> <FFFF> <0041> " * 20_000 + b"endbfrange"
    assert verdict("a.pdf", pdf(wide, FONT)) == ""


@pytest.mark.parametrize(
    "piece", ["<", "<br ", "<Relationship ", "&#", 'name="', "dấu mật không ", "không MẬT ", "MẬT: không "]
)
def test_hostile_words_take_no_time(piece: str) -> None:
    """Half a kilobyte that kept the only worker, and all who wait for documents, for two minutes."""
    many = piece * (500_000 // len(piece))
    assert verdict("a.docx", word(many, word___rels__document_0xml_0rels=many)) in {"", "secret"}


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx", "a.jpg", ""])
def test_random_bytes_are_refused_without_an_error(name: str) -> None:
    """Cut and mixed files too."""
    whole = real_word(in_header) + pdf(b"BT (a) Tj ET")
    for cut in range(0, len(whole), 997):
        assert verdict(name, whole[cut:]) in {"wrong_kind", "secret"}
        assert verdict(name, whole[:cut]) == "wrong_kind"


# Through the whole assistant


async def secretary(world: World) -> None:
    """Let a secretary and an office person be there on a morning with an open report."""
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.join("V", "office", "VP", "Phạm Văn D")
    await world.start_campaign()
    await world.move_to(worlds.local("2024-05-23 09:00"))
    world.unread("A")
    world.unread("V")


def lying_around(world: World) -> list[Path]:
    """Return every file under the data folder's files."""
    return [each for each in world.assistant.files.glob("**/*") if each.is_file()]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bc.docx", real_word(in_header), "dấu hiệu tài liệu mật"),
        ("bc.docx", word(word__vbaProject_0bin=b"x"), "macro"),
        ("bc.pdf", pdf(b"q Q", b"<< /Encrypt 1 0 R >>"), "mật khẩu hoặc khóa"),
        ("bc.jpg", word(), "chỉ giữ ảnh"),
    ],
)
async def test_a_refused_file_never_touches_the_disk(world: World, name: str, content: bytes, said: str) -> None:
    """Its sender reads why, the audit has the fact, neither disk nor any table has the file or its name."""
    await secretary(world)
    await world.send_file("A", f"bí-danh-{name}", content)
    assert said in shown_text(world.phone("A")[-1])
    assert not lying_around(world)
    kept = await world.read(lambda session: session.scalar(select(Attachment)))
    assert (kept.path, kept.name, kept.file_id, kept.sha256) == ("", "", "", "")
    acts = (await world.read(lambda session: session.scalars(select(Audit.act)))).all()
    assert [each for each in acts if each.startswith("file.refused_")]
    if said == "dấu hiệu tài liệu mật":
        office = shown_text(world.phone("V")[-1])
        assert "của Bí thư Chi bộ Bảo tàng, lúc 09:00 ngày 23/5" in office
        assert "bí-danh" not in office
    rows = (await world.read(lambda session: session.scalars(select(Inbox.raw)))).all()
    assert all(each == {} for each in rows)


async def test_a_good_file_lies_under_a_random_name(world: World) -> None:
    """With its sha256, and nothing of the name it came with."""
    await secretary(world)
    content = real_word(nothing)
    await world.send_file("A", "báo cáo chi bộ.docx", content)
    kept = await world.read(lambda session: session.scalar(select(Attachment)))
    assert len(kept.sha256) == 64
    assert kept.size == len(content)
    assert [each.name for each in lying_around(world)] == [kept.path]
    assert len(Path(kept.path).stem) == 32
    assert "chi" not in kept.path


async def test_marked_words_and_captions_leave_no_trace(world: World) -> None:
    """Text, caption, file name, an edit: no table keeps any of it."""
    await secretary(world)
    await world.say("A", "Công văn TỐI MẬT về nhân-sự-chìm-khóa")
    await world.send_file("A", "a.jpg", b"\xff\xd8\xff\xe0", "MẬT: nhân-sự-chìm-khóa")
    await world.send_file("A", "nhân-sự-chìm-khóa_MAT.pdf", pdf(b"q Q"))
    assert not lying_around(world)

    async def cells(session):
        return [str(row) for table in Base.metadata.sorted_tables for row in await session.execute(select(table))]

    assert not [each for each in await world.read(cells) if "chìm-khóa" in each]
    assert [("dấu hiệu tài liệu mật" in shown_text(each)) for each in world.phone("A")[-3:]] == [True] * 3


async def test_files_of_a_day_have_a_limit(world: World) -> None:
    """Beyond it a sentence; the next day again."""
    await secretary(world)
    world.assistant.files_a_day = 2
    for number in range(3):
        await world.send_file("A", f"{number}.jpg", b"\xff\xd8\xff\xe0" + bytes([number]))
    assert "đủ số tệp" in shown_text(world.phone("A")[-1])
    assert len(lying_around(world)) == 2
    await world.move_to(worlds.local("2024-05-24 09:00"))
    await world.send_file("A", "3.jpg", b"\xff\xd8\xff\xe03")
    assert len(lying_around(world)) == 3


async def test_a_file_that_cannot_be_fetched_is_said(world: World) -> None:
    """The platform refuses it for good: its sender is not left waiting."""
    await secretary(world)

    async def gone(file_id: str) -> bytes:
        raise Refused(file_id)

    world.channel.fetch = gone  # type: ignore[method-assign]  # the platform, not our code
    await world.send_file("A", "a.pdf", b"%PDF-")
    assert "chưa tải được tệp" in shown_text(world.phone("A")[-1])


async def chunks(content: bytes):
    """Give bytes in pieces."""
    for start in range(0, len(content), 4096):
        yield content[start : start + 4096]


async def test_the_page_looks_before_it_keeps(tmp_path: Path) -> None:
    """A stamp, a macro, a renamed file: said, and nothing lies there; a half-taken file of a crash is swept."""
    kept = Uploads(tmp_path / "uploads", apart=False)
    for name, content, why in (
        ("a.docx", real_word(in_runs), "secret"),
        ("a.docx", word(word__vbaProject_0bin=b"x"), "active"),
        ("a.jpg", word(), "wrong_kind"),
    ):
        got = await kept.keep(chunks(content), name)
        assert (got.refused, got.name) == (why, "" if why == "secret" else name)
    assert not list((tmp_path / "uploads").iterdir())
    (tmp_path / "uploads" / "0a.part").write_bytes(b"half")
    kept.sweep()
    assert not list((tmp_path / "uploads").iterdir())
    for name, content in (("a.docx", real_word(nothing)), ("a.txt", SENTENCE.encode()), ("a.csv", SENTENCE.encode())):
        good = await kept.keep(chunks(content), name)
        assert (good.refused, await kept.read(good.file_id)) == ("", content)


async def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next work gets a new one."""
    child = Child()
    assert await child.run(uploads.verdict, "a.jpg", b"\xff\xd8\xff\xe0") == ""
    monkeypatch.setattr("bot.child.LONGEST", 0.2)
    with pytest.raises(TooLong):
        await child.run(_for_ever)
    monkeypatch.setattr("bot.child.LONGEST", 60.0)
    assert await child.run(uploads.verdict, "a.exe", b"MZ") == "wrong_kind"
    child.close()


def _for_ever() -> None:
    while True:
        pass
