"""The branch report as Word opens it: what was answered is a sentence, what was not is left out or dotted."""

import io
import pickle
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import docx
import pytest
from docx.shared import Mm, Pt

from messages.documents import plain_report, profiles
from messages.documents.branch_report import BranchReport, Conference, DocumentRef, build_branch_report

VIETNAM = timezone(timedelta(hours=7))
BARE = BranchReport(
    committee_name="Đảng ủy Sở Văn hóa, Thể thao và Du lịch",
    superior_heading="Đảng bộ Sở Văn hóa, Thể thao và Du lịch",
    branch_name="Bảo tàng",
    topic="Chuyên đề năm 2024",
    as_of=datetime(2024, 5, 28, 15, 42, tzinfo=VIETNAM),
)
FULL = replace(
    BARE,
    place="Hạ Long",
    plan_ref=DocumentRef("21-KH/ĐU", date(2024, 5, 2)),
    conferences=(Conference(date(2024, 5, 13), "Trực tiếp", "", "Trần Văn E, Phó Giám đốc Sở", "Hội trường"),),
    summoned=26,
    exempt=2,
    attended=24,
    absent=2,
    absent_reason="đều có lý do",
    makeup_attended=2,
    makeup_date=date(2024, 5, 24),
    masses=5,
    own_plan=DocumentRef("05", date(2024, 5, 10)),
    dissemination=(("Zalo", 3), ("sinh hoạt chi bộ", None)),
    pledged=7,
    highlights="Góc trưng bày mới.\nMỗi đồng chí một việc.",
    difficulties="Nhiều đồng chí đi công tác.",
    proposals="Xin thêm tài liệu.",
    secretary_name="Nguyễn Văn A",
)


def opened(report: BranchReport):
    """The document, read back."""
    return docx.Document(io.BytesIO(build_branch_report(report)))


def lines(document) -> list[str]:
    """Every line of the body and the two blocks, in no particular order."""
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    return [p.text for holder in (document, *cells) for p in holder.paragraphs]


def body(report: BranchReport) -> str:
    """The text between the two blocks."""
    return "\n".join(p.text for p in opened(report).paragraphs)


def test_answers_become_sentences_in_the_usual_order():
    """Every figure of a full report is printed in its section, in office style."""
    assert body(FULL).splitlines() == [
        "BÁO CÁO",
        "kết quả học tập, quán triệt, tuyên truyền Chuyên đề năm 2024",
        "-----",
        (
            "Thực hiện Kế hoạch số 21-KH/ĐU, ngày 02/5/2024 của Ban Thường vụ Đảng ủy Sở Văn hóa, Thể thao và"
            " Du lịch về tổ chức học tập, quán triệt và tuyên truyền Chuyên đề năm 2024, Chi bộ Bảo tàng báo cáo"
            " kết quả như sau:"
        ),
        "I- CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO",
        "Chi bộ đã ban hành Kế hoạch số 05-KH/CB, ngày 10/5/2024 để tổ chức thực hiện.",
        "II- KẾT QUẢ THỰC HIỆN",
        "1- Hội nghị học tập, quán triệt",
        (
            "Chi bộ đã tổ chức hội nghị ngày 13/5/2024, hình thức trực tiếp, tại Hội trường; đồng chí Trần Văn E,"
            " Phó Giám đốc Sở truyền đạt."
        ),
        "Đảng viên thuộc diện học tập: 26 đồng chí (không tính 02 đồng chí được miễn sinh hoạt).",
        "Đảng viên dự học: 24/26 đồng chí, đạt 92,31%; vắng 02 đồng chí, đều có lý do.",
        "Đã học bù ngày 24/5/2024: 02 đồng chí; tính cả học bù: 26/26 đồng chí, đạt 100%.",
        "Quần chúng (công chức, viên chức, người lao động) cùng học: 05 người.",
        "2- Tuyên truyền, phổ biến",
        "Chi bộ đã tuyên truyền, phổ biến qua (số tin, bài, lượt đăng, buổi): Zalo 03; sinh hoạt chi bộ.",
        "3- Đăng ký, cam kết làm theo",
        "Đảng viên đăng ký, cam kết làm theo: 07 đồng chí.",
        "III- ĐÁNH GIÁ",
        "1- Ưu điểm, kết quả nổi bật, cách làm hay",
        "Góc trưng bày mới.",
        "Mỗi đồng chí một việc.",
        "2- Hạn chế, khó khăn, nguyên nhân",
        "Nhiều đồng chí đi công tác.",
        "IV- ĐỀ XUẤT, KIẾN NGHỊ",
        "Xin thêm tài liệu.",
        "Trên đây là báo cáo của Chi bộ Bảo tàng, kính gửi Ban Thường vụ Đảng ủy Sở Văn hóa, Thể thao và Du lịch./.",
    ]


def test_without_answers_nothing_is_claimed():
    """A bare report has its headings with a line to fill in, dots for the plan, and no figure at all."""
    text = body(BARE)
    assert "Kế hoạch số ………-KH/ĐU, ngày ……/……/…………" in text
    assert [line for line in text.splitlines() if line == "\t"] == ["\t"] * 4
    assert not set("0123456789%") & set(text.replace("2024", ""))
    assert "None" not in text


@pytest.mark.parametrize("report", [BARE, FULL])
def test_number_date_and_signature_are_left_to_people(report):
    """The document's own number and date are dotted whatever was answered; there is no stamp or picture."""
    document = opened(report)
    assert "Số ………-BC/CB" in lines(document)
    assert f"{report.place or '……'}, ngày …… tháng …… năm 20…" in lines(document)
    assert not document.inline_shapes


def test_heading_and_signature_name_the_right_bodies():
    """The superior and the branch above, the branch and its secretary below, in capitals."""
    found = lines(opened(FULL))
    for line in (
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "ĐẢNG BỘ SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH",
        "CHI BỘ BẢO TÀNG",
        "T/M CHI BỘ",
        "BÍ THƯ",
        "Nguyễn Văn A",
        "Nơi nhận:",
        "- Lưu Chi bộ.",
    ):
        assert line in found
    assert "CHI BỘ THƯ VIỆN" in lines(opened(replace(FULL, branch_name="Chi bộ Thư viện")))


def test_the_page_follows_the_profile():
    """A4, the margins and the type of the profile, nothing of ours at the foot, a page number from page two."""
    document = opened(FULL)
    section, profile = document.sections[0], profiles.load("hd36_2018")
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [20, 20, 30, 15]
    assert document.styles["Normal"].font.name == "Times New Roman"
    prose = document.paragraphs[3]
    assert prose.paragraph_format.line_spacing == Pt(profile.body.line)
    assert round(prose.paragraph_format.first_line_indent.mm) == round(Mm(10).mm)
    assert prose.runs[0].font.size == Pt(14)
    assert section.different_first_page_header_footer
    assert section.first_page_footer.paragraphs[0].text == ""
    assert document.core_properties.author == "Trợ lý chi bộ"
    assert section.footer.paragraphs[0].text == ""
    assert "PAGE" in section.header.paragraphs[0]._p.xml


@pytest.mark.parametrize(
    ("changes", "printed"),
    [
        ({"makeup_attended": 9}, "tính cả học bù: 26/26 đồng chí, đạt 100%."),
        ({"makeup_attended": 1}, "tính cả học bù: 25/26 đồng chí, đạt 96,15%."),
        (
            {"makeup_attended": None, "makeup_date": date(2024, 6, 4)},
            "Dự kiến học bù ngày 04/6/2024.",
        ),
        ({"makeup_date": date(2024, 6, 4)}, "Dự kiến học bù ngày 04/6/2024: 02 đồng chí."),
        ({"masses": 0}, "cùng học: không có."),
        ({"summoned": None}, "Đảng viên dự học: 24 đồng chí; vắng 02 đồng chí"),
        ({"own_plan": DocumentRef()}, "Kế hoạch số ………-KH/CB, ngày ……/……/………… để"),
        ({"own_plan": None, "follows_committee_plan": True}, "thực hiện theo Kế hoạch của Ban Thường vụ"),
        ({"conferences": (Conference(speaker="Đồng chí Bí thư chi bộ"),)}, "; đồng chí Bí thư chi bộ truyền"),
        (
            {"conferences": (Conference(form="Ghép chi bộ khác", joint_with="Thư viện", place="Tại cơ quan"),)},
            "hội nghị học ghép với Chi bộ Thư viện, tại cơ quan.",
        ),
        ({"conferences": FULL.conferences * 2}, "Chi bộ đã tổ chức 02 hội nghị học tập, quán triệt:"),
    ],
)
def test_sentences_fit_the_answer(changes, printed):
    """Make-up sessions never count twice, plans to come are not results, and forms of address are not doubled."""
    assert printed in body(replace(FULL, **changes))


def test_members_and_masses_are_never_one_figure():
    """24 members and 5 of the masses appear apart; their sum appears nowhere."""
    assert "29" not in body(FULL)


def test_what_people_type_cannot_break_the_file():
    """Control characters, broken halves and markup are dropped or printed as they are; NFD becomes NFC."""
    wild = "a\x00\x07b\ud83d\ufffe & <w:p> =1+1\u202e Ba\u0309o"
    assert "ab & <w:p> =1+1 Bảo" in body(replace(FULL, highlights=wild))
    assert "\nab & <w:p> =1+1 Bảo\n" in body(replace(FULL, proposals=wild))
    opened(replace(FULL, secretary_name=wild, branch_name=wild, place=wild, topic=wild, committee_name=wild))


def test_other_reports_share_the_layout():
    """A quarterly report is numbered and signed the same way, with its own symbol, signer and recipients."""
    report = plain_report.PlainReport(
        heading=plain_report.Heading("Đảng bộ Sở", "Chi bộ Bảo tàng"),
        subject="học tập và làm theo Bác quý II/2024",
        sections=(plain_report.Section("Tình hình tư tưởng", ("Ổn định.",)), plain_report.Section("Hạn chế")),
        as_of=BARE.as_of,
        signer=plain_report.Signer("Chi ủy", "Phó Bí thư", "Trần Thị B"),
        recipients=("Lưu Chi bộ.",),
    )
    document = docx.Document(io.BytesIO(plain_report.build_plain_report(report)))
    text = [p.text for p in document.paragraphs]
    assert text[3:7] == ["I- TÌNH HÌNH TƯ TƯỞNG", "Ổn định.", "II- HẠN CHẾ", "\t"]
    assert {"T/M CHI ỦY", "PHÓ BÍ THƯ", "Trần Thị B"} <= set(lines(document))


def test_a_report_travels_to_a_child_process():
    """The values can be pickled and come back equal."""
    assert pickle.loads(pickle.dumps(FULL)) == FULL


def test_an_unknown_profile_is_an_error():
    """A layout that does not exist is not silently replaced by another."""
    with pytest.raises(FileNotFoundError):
        profiles.load("none")
