"""What the sample organisation's people do in the year 2024: six branches, four quarters, on a moved clock.

Only what is typed and pressed, and the figures in it; what must come of it is worked out in test_year_2024.
"""

import re
import shutil
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from sqlalchemy.ext.asyncio import AsyncSession

from campaigns import folder
from handlers import install
from models import installation
from models import schema as tables
from models.database import Database
from models.role import RoleKind
from tests import world as worlds
from tests.dialog import shown_text
from tests.world import World, local

QUARTERS = {"I": "2024-03-13", "II": "2024-06-12", "III": "2024-09-11", "IV": "2024-12-11"}
SAMPLE = worlds.CAMPAIGN.parent / "sample/chi-bo-mau.xlsx"
STEPS = 60  # messages of one report at most
MERGED_AT = "2024-08-15 09:00"
END = "2024-12-26 09:00"


@dataclass
class Branch:
    """What the people of a branch type in all year. `code` as in the sample list."""

    code: str
    absent: int
    masses: int
    form: str = "Trực tiếp"
    speaker: str = "Bí thư chi bộ"
    pledged: int | None = None
    posts: int | None = None
    plan: str = "Theo Kế hoạch Đảng ủy"
    made_up: int = 0  # of the absent, in a session of their own
    meetings: dict[str, tuple[int, int]] = field(default_factory=dict)  # quarter: (absent, opinions)
    deeds: dict[str, int] = field(default_factory=dict)  # by quarter, in its report


BT = Branch(
    "BT", 2, 5, pledged=20, posts=3, meetings={"I": (4, 3), "II": (1, 6), "III": (0, 7), "IV": (2, 5)},
    deeds={"I": 3, "II": 4, "III": 5, "IV": 6},
)  # fmt: skip
TV = Branch(  # its report comes back once; of the last quarter it tells nothing
    "TV", 0, 10, "Trực tuyến", pledged=15, posts=2, plan="Có", meetings={"I": (0, 8), "III": (1, 9)}, deeds={"I": 2}
)  # fmt: skip
NH = Branch(  # is given more time for the study report, and is excused a quarter's meeting
    "NH", 1, 0, speaker="Phó Bí thư", pledged=30, posts=7, meetings={"IV": (1, 11)}, deeds={"II": 2}
)  # fmt: skip
DT = Branch(  # announces its conference, and one more that makes up for it
    "DT", 3, 3, pledged=11, posts=4, plan="Có", made_up=2, meetings={"II": (2, 4), "IV": (0, 8)},
    deeds={"III": 7, "IV": 8},
)  # fmt: skip
VPS = Branch(  # is late; takes another branch in
    "VPS", 2, 6, "Kết hợp", pledged=9, posts=1, meetings={"II": (0, 1), "III": (1, 12), "IV": (3, 10)},
    deeds={"II": 2, "IV": 4},
)  # fmt: skip
TTR = Branch(  # its study report is typed in by the office; it is merged when a part of a quarter was told
    "TTR", 1, 1, meetings={"I": (0, 4), "III": (2, 2)}, deeds={"II": 1}
)
BRANCHES = (BT, TV, NH, DT, VPS, TTR)
OUT_OF_TIME, EXCUSED, RETURNED = VPS, (NH, "II"), 12  # masses as they were first told by TV
COMMITTEE = {("TV", "III"), ("DT", "IV")}  # meetings of the branch's committee alone
AHEAD = {("DT", "IV"), ("BT", "II")}  # deeds reckoned ahead to the quarter's end
ARTS = (  # who, kind, title, when, how many saw it
    ("NH", "Biểu diễn", "Đêm nhạc Lời Bác dạy", "21/5", 300),
    ("NH", "Biểu diễn", "Vở kịch Dân là gốc", "22/5", 150),
    ("DT", "Sáng tác", "Ca khúc Nhớ Người", "20/5", None),
)
POSTS = (("BT", "Zalo", 2), ("TV", "Facebook", 3), ("BT", "Facebook", 1))
ARTICLES = ("Của tỉnh", "Của ngành", "Của ngành")
CHECKED = ("Bảo tàng", "Thư viện")


def _listed() -> dict[str, Any]:
    sheet: Any = openpyxl.load_workbook(SAMPLE).active
    return {row[1]: row for row in sheet.iter_rows(min_row=6, values_only=True) if row[1]}


LISTED = _listed()
"""{code: the sample list's row}: number, code, name, other names, full, probationary, exempt, masses, …"""


def name(branch: Branch) -> str:
    """Return a branch's name without "Chi bộ"."""
    return str(LISTED[branch.code][2]).removeprefix("Chi bộ ")


def exempt(branch: Branch) -> int:
    """Return how many members need not come, as listed."""
    return LISTED[branch.code][6] or 0


def owing(branch: Branch, quarter: str = "") -> int:
    """Return how many members have to come: all but the exempt; after the merger the other branch's are among them."""
    row = LISTED[branch.code]
    own = int(row[4] + (row[5] or 0) - exempt(branch))
    return own + owing(TTR) if (branch.code, quarter) == (VPS.code, "IV") else own


# The installation: the sample list's branches, and the plan with one line changed, so that its quarters are all four.


async def fill(url: str, where: Path) -> None:
    """Make the database that the year begins with; `where` is an empty folder for the plan."""
    shutil.copytree(worlds.CAMPAIGN, where)
    plan = where / "plan.yaml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("first: 2024-Q2", "first: 2024-Q1"), encoding="utf-8")
    await tables.migrate(url)
    database = Database(url)

    async def organise(session: AsyncSession) -> None:
        await installation.mark(session, drill=True)
        given = folder.load(where)
        owner = await install.committee(session, given)
        await install.campaign(session, owner, given)
        for ordinal, each in enumerate(BRANCHES, 1):
            await install.branch(session, owner, ordinal=ordinal, as_of=date(2024, 1, 1), **_row(each))

    await database.write(organise)
    await database.close()


def _row(branch: Branch) -> dict[str, Any]:
    counts = zip(("full", "probationary", "exempt", "masses"), LISTED[branch.code][4:8], strict=True)
    return {"code": branch.code, "name": name(branch), **{key: count or 0 for key, count in counts}}


# What is said to each question


def study(branch: Branch) -> list[tuple[str, str]]:
    """Return what the secretary says to each question of the study report."""
    masses = RETURNED if branch is TV else branch.masses
    return [
        ("Trợ lý đã có sẵn", "[Đúng]"),
        ("đã tổ chức học tập Chuyên đề", "[Đã tổ chức]"),
        ("Tổ chức ngày nào", "13/5"),
        ("Học theo hình thức nào", f"[{branch.form}]"),
        ("Ai truyền đạt", f"[{branch.speaker}]"),
        ("họ tên, chức vụ người truyền đạt", "Nguyễn Thị G, Phó Bí thư"),
        ("thuộc diện phải học", "đúng"),
        ("Bao nhiêu đảng viên dự học", str(owing(branch) - branch.absent)),
        ("đều có lý do", "[Đều có lý do]"),
        ("Đã học bù chưa", "[Sẽ học bù]" if branch.made_up else "[Không]"),
        ("Dự kiến học bù ngày nào", "27/5"),
        ("quần chúng cùng học", str(masses)),
        ("Làm tiếp phần đánh giá", "[Làm tiếp phần đánh giá]"),
        ("Kế hoạch của chi bộ số mấy", "05-KH/CB ngày 10/5"),
        ("kế hoạch riêng", f"[{branch.plan}]"),
        ("bao nhiêu tin, bài", str(branch.posts)),
        ("Thêm nơi khác", "[Xong]"),
        ("Đã tuyên truyền ở đâu", "[Zalo]"),
        ("đăng ký, cam kết làm theo", str(branch.pledged)),
        ("Kết quả nổi bật", f"Chi bộ {branch.code} có góc đọc sách về Bác."),
        ("Hạn chế, khó khăn", "[Bỏ qua]"),
        ("Đề xuất, kiến nghị", "[Bỏ qua]"),
        ("Đang ghi: hội trường", "[Xong]"),
        ("Địa điểm và ảnh", "[Bỏ qua]"),
        ("Ảnh, tệp kèm", "[Bỏ qua]"),
    ]


def meeting(branch: Branch, quarter: str, day: str) -> list[tuple[str, str]]:
    """Return what is said to each question about a quarter's meeting."""
    absent, opinions = branch.meetings[quarter]
    return [
        ("sinh hoạt chuyên đề ngày nào", day),
        ("cấp nào", "[Chi ủy]" if (branch.code, quarter) in COMMITTEE else "[Chi bộ]"),
        ("Nội dung chọn từ", "[Cả hai]"),
        ("Tên nội dung", "Thực hành dân chủ trong chi bộ"),
        ("thuộc diện phải dự", "đúng"),
        ("Bao nhiêu đảng viên dự", str(owing(branch, quarter) - absent)),
        ("(gấp ", "[Đúng]"),
        ("ý kiến phát biểu", str(opinions)),
    ]


def quarterly(branch: Branch, quarter: str) -> list[tuple[str, str]]:
    """Return what is said to each question of a quarter's report."""
    return [
        ("(gấp ", "[Đúng]"),
        ("Đúng chưa, thưa đồng chí", "[Đúng]"),
        ("đã sinh hoạt chuyên đề chưa", "[Chưa sinh hoạt]"),
        ("Tình hình tư tưởng", "[Không phát sinh]"),
        ("Biểu hiện suy thoái", "[Không phát sinh]"),
        ("bao nhiêu việc làm theo", f"{'ước ' * ((branch.code, quarter) in AHEAD)}{branch.deeds[quarter]}"),
        ("Việc cụ thể", "Đọc sách mỗi sáng thứ Hai."),
        ("Kết quả thực hiện Kế hoạch số 20", "Thực hiện đủ các nội dung của kế hoạch."),
        ("Hạn chế, khó khăn", "[Bỏ qua]"),
        ("Nhiệm vụ quý sau", "[Bỏ qua]"),
    ]


# Steps


async def walk(world: World, who: str, *steps: str) -> None:
    """Say each step, or press what stands in brackets."""
    for each in steps:
        await (world.press(who, each[1:-1]) if each.startswith("[") else world.say(who, each))


async def hand_in(world: World, who: str, title: str, says: list[tuple[str, str]]) -> None:
    """Open the report of that title and answer whatever is asked until it is sent."""
    await world.say(who, "/baocao")
    if "đang mở" in (shown := shown_text(world.phone(who)[-1])):
        number = re.search(rf"(\d+)\. {re.escape(title)}", shown)
        assert number, (title, shown)
        await world.press(who, f"Việc {number[1]}")
    await answer_all(world, who, title, says)


async def answer_all(world: World, who: str, title: str, says: list[tuple[str, str]]) -> None:
    """Answer whatever is asked until the report is sent."""
    for _ in range(STEPS):
        shown = next(text for each in reversed(world.phone(who)) if (text := shown_text(each)))
        if "[Gửi báo cáo]" in shown:
            return await world.press(who, "Gửi báo cáo")
        answer = next((answer for asked, answer in says if asked in shown), None)
        assert answer is not None, shown
        await walk(world, who, answer)
    raise AssertionError(f"{title}: never came to an end")


async def take_in(world: World) -> None:
    """The office takes in whatever waits."""
    await world.say("VP", "/rasoat")
    await world.press("VP", next(b.label for s in [world.phone("VP")[-1]] for r in s.message.buttons for b in r))
    while "[Tiếp nhận]" in shown_text(world.phone("VP")[-1]):
        await world.press("VP", "Tiếp nhận")
        if "[Báo cáo tiếp theo]" in shown_text(world.phone("VP")[-1]):
            await world.press("VP", "Báo cáo tiếp theo")


# The year


async def play(world: World) -> None:
    """Let the year pass: everything that is told is taken in."""
    await world.join("VP", RoleKind.OFFICE, "", "Phạm Văn D")
    for each in BRANCHES:
        await world.join(each.code, RoleKind.SECRETARY, each.code, f"Bí thư mẫu {each.code}")
    await world.join("E", RoleKind.EDITORIAL, "", "Đỗ Thị E")
    await world.start_campaign({"due.thematic_meeting": 18, "due.quarterly_report": 20})
    await _quarter(world, "I")
    await _study(world)
    await _record(world)
    await _quarter(world, "II")
    await _merge(world)
    await _quarter(world, "III")
    await _quarter(world, "IV")
    await world.move_to(local(END))


async def _study(world: World) -> None:
    await world.move_to(local("2024-05-10 09:00"))
    await walk(world, "DT", "sáng 13/5, hội trường, Bí thư truyền đạt", "[Ghi lại]")
    await world.move_to(local("2024-05-24 09:00"))
    for each in (BT, TV):
        await hand_in(world, each.code, "Báo cáo kết quả học tập", study(each))
    await _give_back(world)
    await take_in(world)
    await hand_in(world, "DT", "Báo cáo kết quả học tập", study(DT))
    await _type_in(world)
    await walk(world, "NH", "xin lùi đến 5/6 ạ", "[Đúng]")
    await walk(world, "VP", "[Đồng ý]")
    await world.move_to(local("2024-05-28 09:00"))
    await _make_up(world)
    for each, at in ((VPS, "2024-06-03 09:00"), (NH, "2024-06-04 09:00")):
        await world.move_to(local(at))
        await hand_in(world, each.code, "Báo cáo kết quả học tập", study(each))
    await take_in(world)


async def _give_back(world: World) -> None:
    """The office asks the library about one figure; it comes back corrected."""
    await walk(world, "VP", "/rasoat", "[2. Thư viện]", "[Đề nghị bổ sung]", "[7. Quần chúng cùng học]")
    await walk(world, "VP", "Xin xem lại số quần chúng.", "[Trong hôm nay]", "[Gửi đề nghị]")
    await walk(world, "TV", "[Bổ sung]", str(TV.masses), "[Gửi báo cáo]")


async def _type_in(world: World) -> None:
    """The office types in what the inspectorate said on the phone; its secretary says that it is right."""
    figures = f"{owing(TTR) - TTR.absent}/{owing(TTR)} đảng viên, {TTR.masses} quần chúng"
    await walk(world, "VP", f"Chi bộ Thanh tra báo cáo: ngày 13/5, {figures}")
    await walk(world, "VP", "[Báo cáo học tập Chuyên đề]", "[Đúng]", "[Điện thoại]", "[Hôm nay]")
    await walk(world, "TTR", "[Đúng]")


async def _make_up(world: World) -> None:
    """The session that made up for the conference is told, and put into the report before it is taken in."""
    await walk(world, "DT", "/hoinghi", "[Buổi 2]", "[Đã học bù]", str(DT.made_up), "[Đúng, ghi]")
    await walk(world, "DT", "[Ghi vào báo cáo]", "[Gửi báo cáo]")
    await take_in(world)


async def _quarter(world: World, quarter: str) -> None:
    at = local(f"{QUARTERS[quarter]} 15:00")
    if EXCUSED[1] == quarter:
        await world.move_to(at.replace(hour=9))
        await _excuse(world, quarter)
    await world.move_to(at)
    for each in (each for each in BRANCHES if quarter in each.meetings and (each is not TTR or quarter != "III")):
        await _meeting(world, each, quarter, at)
    for each in (each for each in BRANCHES if quarter in each.deeds):
        title = f"Báo cáo học tập và làm theo Bác quý {quarter}:"
        await hand_in(world, each.code, title, quarterly(each, quarter))
    await take_in(world)


async def _meeting(world: World, branch: Branch, quarter: str, at: datetime) -> None:
    says = meeting(branch, quarter, f"{at.day}/{at.month}")
    await hand_in(world, branch.code, f"Sinh hoạt chuyên đề quý {quarter}:", says)


async def _excuse(world: World, quarter: str) -> None:
    await walk(
        world, "VP", "/tonghop", f"[Sinh hoạt chuyên đề quý {quarter}]", "[Từng chi bộ]", f"[{name(EXCUSED[0])}]"
    )
    await walk(world, "VP", "[Miễn việc này]", "Đoàn đi lưu diễn cả tháng", "[Miễn, báo chi bộ]")


async def _merge(world: World) -> None:
    """Amid the third quarter, of which it told its meeting, the inspectorate becomes a part of another branch."""
    at = local(MERGED_AT)
    await world.move_to(at)
    await _meeting(world, TTR, "III", at)
    await take_in(world)
    await walk(world, "VP", "/chibo", "[Thanh tra]", "[Ghép chi bộ]", "[Văn phòng Sở]", "[Ghép và báo]")


async def _record(world: World) -> None:
    """Arts, posts, the portal, checks: everybody writes down what was done, in chat."""
    for code, kind, title, day, seen in ARTS:
        audience = str(seen) if seen else "[Bỏ qua]"
        await walk(world, code, "/vannghe", "[Ghi hoạt động]", f"[{kind}]", title, day, "[Bỏ qua]", audience)
        await walk(world, code, "[Bỏ qua]", "[Ghi lại]")
    for code, place, posts in POSTS:
        await walk(world, code, "/tuyentruyen", f"[{place}]", f"[{posts}]")
    await walk(world, "E", "/cong", "[Ghi chuyên mục]", "Làm theo lời Bác", "https://so.example/bac", "[Hôm nay]")
    await walk(world, "E", "[Ghi lại]")
    for n, scope in enumerate(ARTICLES):
        await walk(world, "E", "/cong", "[Ghi tin, bài]", f"[{scope}]", f"Tin bài số {n}", f"https://so.example/{n}")
        await walk(world, "E", "[Hôm nay]", "[Ghi lại]")
    for each in CHECKED:
        await walk(
            world, "VP", "/kiemtra", "[Lập lịch]", f"[{each}]", "hôm nay", "[Văn phòng và Ủy ban Kiểm tra]", "[Ghi lại]"
        )
        await walk(world, "VP", "[Ghi kết quả]", "[Hôm nay]", "Có kế hoạch, sổ biên bản đủ.", "[Ghi lại]")
    await walk(
        world, "VP", "/kiemtra", "[Lập lịch]", "[Di tích]", "25/12", "[Văn phòng và Ủy ban Kiểm tra]", "[Ghi lại]"
    )
