"""The printable invitation, opened again: for whom, three steps, QR, code, expiry; a page each."""

import io
import pickle
from dataclasses import replace
from datetime import UTC, date, datetime

import docx
import pytest
from PIL import Image

from messages.documents import invitation_sheet, qr
from messages.documents.invitation_sheet import Invitation, InvitationSheet

LINK = "https://t.me/TenTroLyBot?start=Zk3vQ8xw1JmT5uYc"
ONE = Invitation("Bí thư", "Bảo tàng", "48217390", date(2024, 6, 5), name="Nguyễn Văn A", link=LINK)
SHEET = InvitationSheet("Văn phòng Đảng ủy Sở VH-TT-DL", (ONE,), datetime(2024, 5, 22, tzinfo=UTC))


def opened(*invitations: Invitation):
    """The sheet of these invitations, read back."""
    built = invitation_sheet.build_sheet(replace(SHEET, invitations=invitations))
    return docx.Document(io.BytesIO(built))


def lines(*invitations: Invitation) -> list[str]:
    """Its paragraphs."""
    return [p.text for p in opened(*invitations).paragraphs]


def test_a_sheet_says_who_invites_whom_how_and_until_when():
    """Inviter, person with post, three steps, link, code in pairs, last day and what is kept."""
    text = lines(ONE)
    assert text[0] == "VĂN PHÒNG ĐẢNG ỦY SỞ VH-TT-DL"
    assert "Kính gửi: đồng chí Nguyễn Văn A, Bí thư Chi bộ Bảo tàng" in text
    assert [line[:2] for line in text if line[:1].isdigit() and line[1] == "."] == ["1.", "2.", "3."]
    assert LINK in text
    assert "48 21 73 90" in text
    assert "Dùng đến hết thứ Tư 05/6/2024." in text
    assert any("/riengtu" in line and "tài liệu mật" in line for line in text)


def test_the_code_is_very_large():
    """It can be read aloud from the sheet across a table."""
    code = next(p for p in opened(ONE).paragraphs if p.text == "48 21 73 90")
    assert code.runs[0].font.size.pt >= 48


def test_a_link_is_a_qr_code_too_and_no_link_is_none():
    """The picture is there exactly when there is something to scan; else the chat to open is named."""
    assert len(opened(ONE).inline_shapes) == 1
    without = replace(ONE, link="", where="trang nội bộ của Sở")
    assert len(opened(without).inline_shapes) == 0
    assert "1. Mở trang nội bộ của Sở." in lines(without)
    assert "2. Gõ 08 số in dưới đây, viết cách hay viết liền đều được." in lines(without)


def test_several_invitations_are_a_page_each():
    """Every sheet after the first begins a page, and no page is empty."""
    begins = [p.text for p in opened(ONE, ONE, ONE).paragraphs if p.paragraph_format.page_break_before]
    assert begins == ["VĂN PHÒNG ĐẢNG ỦY SỞ VH-TT-DL"] * 2


@pytest.mark.parametrize(
    ("changes", "addressee"),
    [
        ({"name": ""}, "đồng chí Bí thư Chi bộ Bảo tàng"),
        ({"name": "", "role": "Đảng viên", "shared": True}, "các đồng chí đảng viên Chi bộ Bảo tàng"),
        (
            {"role": "Cán bộ Văn phòng", "branch_name": ""},
            "đồng chí Nguyễn Văn A, Cán bộ Văn phòng",
        ),
    ],
)
def test_the_addressee_is_a_person_a_post_or_a_branch(changes, addressee):
    """A code of many uses is addressed to the members, a single one to a person or a post."""
    assert invitation_sheet.addressee(replace(ONE, **changes)) == addressee


def test_a_shared_code_says_so():
    """Members' codes are for the branch, others for one person once."""
    assert any("dùng chung" in line for line in lines(replace(ONE, shared=True)))
    assert any("chỉ dùng một lần" in line for line in lines(ONE))


@pytest.mark.parametrize("code", ["48217390", "4821 7390", "48 21 73 90"])
def test_codes_are_shown_in_pairs(code):
    """However the digits come, they are printed two by two."""
    assert invitation_sheet.code_in_pairs(code) == "48 21 73 90"


def test_a_qr_code_has_room_around_it_and_fits_print():
    """White quiet zone, black and white, at least 300 dots an inch at 6 cm or so."""
    picture = Image.open(io.BytesIO(qr.qr_png(LINK))).convert("L")
    assert picture.width == picture.height >= 400
    assert picture.crop((0, 0, picture.width, 4 * 12)).getextrema() == (255, 255)
    assert picture.getpixel((4 * 12 + 1, 4 * 12 + 1)) == 0


def test_a_terminal_gets_plain_blocks():
    """Only block characters, blanks and line ends: safe in any terminal and log."""
    shown = qr.qr_terminal(LINK)
    assert set(shown) <= set("█▀▄ \n")
    assert len({len(line) for line in shown.splitlines()}) == 1


def test_a_sheet_travels_to_a_child_process():
    """The values can be pickled and come back equal."""
    assert pickle.loads(pickle.dumps(SHEET)) == SHEET
