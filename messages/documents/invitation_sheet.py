"""Builds the printable sheet by which a person joins: who invites, three steps, QR, code, expiry; a page each.
It knows no person's record and keeps nothing: code and link are printed and forgotten."""

import io
from dataclasses import dataclass
from datetime import date, datetime

from docx.document import Document
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from messages import numbers
from messages.documents import paper, profiles, qr, text
from messages.documents.paper import Type
from messages.documents.profiles import Profile

_TITLE = "HƯỚNG DẪN KẾT NỐI TRỢ LÝ CHI BỘ"
_WHAT = "{inviter} dùng Trợ lý chi bộ, máy nhắn tin tự động, để nhắc hạn, nhận báo cáo và gửi tài liệu học tập."
_SCAN = "Quét hình vuông dưới đây bằng điện thoại, hoặc mở liên kết in kèm, rồi bấm “Bắt đầu”."
_OPEN = "Mở {where}."
_TYPE = "Gõ 08 số in dưới đây, viết cách hay viết liền đều được."
_TYPE_IF_ASKED = "Nếu Trợ lý hỏi mã, gõ 08 số in dưới đây, viết cách hay viết liền đều được."
_CONFIRM = "Đọc lại họ tên, chức vụ, chi bộ. Đúng thì bấm “Đúng, tôi đồng ý”; sai thì bấm “Không phải tôi”."
_SHARED = "Mã dùng chung cho đảng viên của chi bộ. Xin không chuyển ra ngoài chi bộ."
_OWN = "Mã chỉ dùng một lần, cho riêng đồng chí. Xin không chuyển cho người khác."
_PRIVACY = (
    "Trợ lý chỉ lưu họ tên, chức vụ, chi bộ và tin nhắn với Trợ lý. Xem hoặc xóa: /riengtu. Thôi nhận tin: /dung. "
    "Xin không gửi tài liệu mật."
)
_SIDE = 25  # millimetres; the sheet is not a Party document, its margins are even
_QR_SIDE = 62


@dataclass(frozen=True)
class Invitation:
    """One invitation. name "" addresses the post; code is 8 digits; link "" prints no QR; where says in words
    which chat to open when there is no link ("ứng dụng Telegram, tìm @ten_tro_ly")."""

    role: str
    branch_name: str
    code: str
    expires_on: date
    name: str = ""
    link: str = ""
    where: str = "khung trò chuyện với Trợ lý chi bộ"
    shared: bool = False


@dataclass(frozen=True)
class InvitationSheet:
    """Who invites ("Văn phòng Đảng ủy Sở VH-TT-DL"), whom, and when it was printed (aware)."""

    inviter: str
    invitations: tuple[Invitation, ...]
    as_of: datetime


def build_sheet(sheet: InvitationSheet) -> bytes:
    """Build the .docx: A4, one page for each invitation."""
    profile = _even(profiles.load("hd36_2018"))
    document = paper.blank(profile, _TITLE, sheet.as_of)
    for n, invitation in enumerate(sheet.invitations):
        first = _write_page(document, sheet.inviter, invitation)
        first.paragraph_format.page_break_before = n > 0
    return paper.saved(document)


def code_in_pairs(code: str) -> str:
    """Return "48 21 73 90" for "48217390"; spaces already there do not matter."""
    digits = "".join(code.split())
    return " ".join(digits[i : i + 2] for i in range(0, len(digits), 2))


def _even(profile: Profile) -> Profile:
    even = {"left": _SIDE, "right": _SIDE, "top": _SIDE, "bottom": _SIDE}
    return profile.model_copy(update={"page": profile.page.model_copy(update=even)})


def _write_page(document: Document, inviter: str, invitation: Invitation) -> Paragraph:
    """Write one sheet; return its first paragraph."""
    first = _add(document, inviter.upper(), Type(14, bold=True, after=18))
    _add(document, _TITLE, Type(20, bold=True, after=18))
    _add(document, f"Kính gửi: {addressee(invitation)}", Type(16, bold=True, after=8))
    _add(document, _WHAT.format(inviter=inviter), Type(14, align="justify", after=14))
    for n, step in enumerate(_steps(invitation), start=1):
        _add(document, f"{n}. {step}", Type(15, align="left", after=6))
    _write_link(document, invitation.link)
    _write_code(document, invitation)
    _add(document, _PRIVACY, Type(11, italic=True, before=18))
    return first


def addressee(invitation: Invitation) -> str:
    """Say whom the sheet is for, by name and post, by post alone, or all members of a branch."""
    branch = text.branch_title(invitation.branch_name) if invitation.branch_name.strip() else ""
    post = f"{invitation.role} {branch}".strip()
    if invitation.shared:
        return f"các đồng chí {post[:1].lower()}{post[1:]}"
    return f"đồng chí {invitation.name}, {post}" if invitation.name else f"đồng chí {post}"


def _steps(invitation: Invitation) -> tuple[str, str, str]:
    if invitation.link:
        return _SCAN, _TYPE_IF_ASKED, _CONFIRM
    return _OPEN.format(where=invitation.where), _TYPE, _CONFIRM


def _write_link(document: Document, link: str) -> None:
    if not link:
        return
    picture = _add(document, "", Type(14, before=6))
    picture.add_run().add_picture(io.BytesIO(qr.qr_png(link)), width=Mm(_QR_SIDE))
    _add(document, link, Type(12, after=4))


def _write_code(document: Document, invitation: Invitation) -> None:
    _add(document, "Mã kết nối", Type(14, before=16))
    _add(document, code_in_pairs(invitation.code), Type(54, bold=True))
    until = f"{numbers.weekday(invitation.expires_on)} {numbers.full_date(invitation.expires_on)}"
    _add(document, f"Dùng đến hết {until}.", Type(15, bold=True, after=4))
    _add(document, _SHARED if invitation.shared else _OWN, Type(14))


def _add(document: Document, words: str, kind: Type) -> Paragraph:
    return paper.put(document.add_paragraph(), words, kind)
