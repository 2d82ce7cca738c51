"""Stamps of secrecy are recognised, and words that only look like them are not."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages.reading import secrecy

STAMPED = (
    "MẬT",
    "Tối mật",
    "TUYỆT MẬT",
    "[MẬT]",
    "M Ậ T",
    "Kính gửi\nMẬT\nSố 5",
    "BÁO CÁO MẬT",
    "văn bản MẬT số 3",
    "tài liệu TỐI MẬT của Sở",
    "báo cáo này đóng dấu mật",
    "Độ mật: Tối mật",
    "có dấu tuyệt mật",
    "MẬT: kế hoạch của Sở",
    "Công văn M Ậ T số 5",
    "M.Ậ.T",
    "T Ố I  M Ậ T",
    "M\u200bẬT",
    "TỐI M\u00adẬT",
    "Dấu: Mật",
    "Mức độ: Tối mật",
    "văn bản T U Y Ệ T M Ậ T",
)
HARMLESS = (
    "có mặt 24",
    "BẢO MẬT",
    "bảo mật",
    "đổi mật khẩu",
    "MẬT KHẨU",
    "bí mật",
    "mật ong",
    "mật độ",
    "thân mật",
    "mất điện",
    "co mat 24",
    "CO MAT",
    "MAT",
    "không mật",
    "KHÔNG MẬT",
    "đã đối chiếu nguồn, không mật",
    "mức độ mật thiết",
    "01 ĐẢNG VIÊN NGHỈ MỔ SỎI MẬT",
    "MẬT ƯỚC",
    "Xin không gửi tài liệu mật vào đây",
    "Không gửi tài liệu MẬT",
    "độ mật: không",
    "ĐỘ MẬT: KHÔNG",
    "Độ MẬT: thường",
    "B Ả O M Ậ T",
    "CÓ MẶT 24",
    "CHÍNH SÁCH BẢO MẬT: đã đọc",
    "đặt MẬT KHẨU: 12345",
    "không có dấu mật",
    "",
    "Bí thư chi bộ",
    "vắng mặt 2",
)
STAMPED_NAMES = (
    "bao_cao_MAT.docx",
    "TOIMAT.pdf",
    "TUYETMAT_1.pdf",
    "CV-TOI-MAT.doc",
    "công văn mật.docx",
    "MẬT.pdf",
    "tuyet_mat.pdf",
    "TuyetMat.pdf",
    "CV ToiMat.docx",
)
HARMLESS_NAMES = (
    "DANH_SACH_CO_MAT.xlsx",
    "VANG_MAT.xlsx",
    "CAC MAT CONG TAC.docx",
    "BAO CAO MAT TICH CUC.docx",
    "mat_tran.docx",
    "MAT_TRAN_TO_QUOC.docx",
    "co_mat.pdf",
    "bảo mật.docx",
    "mật ong.pdf",
    "FORMAT.doc",
    "mat.doc",
    "TIEN_MAT.xlsx",
    "",
    "khong_mat.docx",
)


@pytest.mark.parametrize("text", STAMPED)
def test_a_stamp_is_recognised_composed_or_not(text: str) -> None:
    """Alone on a line, in capitals or named as a stamp, NFC and NFD."""
    assert secrecy.is_marked_secret(text)
    assert secrecy.is_marked_secret(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize("text", HARMLESS)
def test_other_words_raise_no_alarm(text: str) -> None:
    """ "có mặt", "bảo mật", "không mật" and all text without marks are let through."""
    assert not secrecy.is_marked_secret(text)


@pytest.mark.parametrize("name", STAMPED_NAMES)
def test_a_file_name_may_tell(name: str) -> None:
    """Capitals without marks count in a file's name."""
    assert secrecy.filename_marked_secret(name)


@pytest.mark.parametrize("name", HARMLESS_NAMES)
def test_ordinary_file_names_pass(name: str) -> None:
    """Lists of who was present are not secret."""
    assert not secrecy.filename_marked_secret(name)


@settings(deadline=None)  # the first example compiles the rules
@given(st.text())
def test_any_text_is_judged_without_an_error(text: str) -> None:
    """And folding it never makes it secret."""
    secrecy.is_marked_secret(text)
    secrecy.filename_marked_secret(text)
    assert not secrecy.is_marked_secret(text.encode("ascii", "ignore").decode())
