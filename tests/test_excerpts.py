"""What must never happen to an excerpt: sent unapproved, unchecked, twice, to who said no, on another day."""

import io
import re
from datetime import date, time, timedelta

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from bot import tick
from handlers.branch import excerpt as weekly_push
from handlers.rules import weekly
from handlers.rules.workdays import Workdays
from models.activity import Activity
from models.campaign import Campaign
from models.due import Due
from models.excerpt import Excerpt
from models.notice import Notice, NoticeKind
from models.outbox import Outbox
from models.person import Person
from tests.dialog import shown_text
from tests.world import ZONE, World, local


async def _agree(world: World, *names: str, checked: bool = True, approved: bool = True) -> None:
    """Let the office agree to excerpts of the sample campaign without its dialog."""
    by = world.people.get("V") or await world.join("V", "office", "VP", "Phạm Văn D")

    async def write(session):
        for each in await session.scalars(select(Excerpt).where(Excerpt.name.in_(names))):
            each.checked_by_id = by if checked else None
            each.approved_by_id, each.approved_at = (by, world.clock.now()) if approved else (None, None)

    await world.write(write)


async def _excerpts_told(world: World) -> list[tuple[int | None, str]]:
    """Return (person, local day and hour) of every excerpt pushed."""

    async def look(session):
        query = select(Notice).where(Notice.kind == NoticeKind.EXCERPT).order_by(Notice.id)
        return [(n.person_id, f"{n.told_at.astimezone(ZONE):%m-%d %H:%M}") for n in await session.scalars(query)]

    return await world.read(look)


async def test_the_sample_excerpts_start_unapproved(world: World) -> None:
    """Nothing of the campaign's folder may go out before an office person agreed to it."""

    async def look(session):
        return (await session.scalars(select(Excerpt))).all()

    found = await world.read(look)
    assert found
    assert not any(each.checked_by_id or each.approved_at or each.week for each in found)


@pytest.mark.parametrize(("checked", "approved"), [(False, False), (True, False), (False, True)])
async def test_none_goes_out_unchecked_or_unapproved(world: World, checked: bool, approved: bool) -> None:
    """Both ticks are needed; six Mondays pass and nobody is sent anything."""
    await world.join("M", "member", "TV", "Lê Văn C", excerpts=True)
    await world.start_campaign()
    await _agree(world, "muc-dich", "yeu-cau", checked=checked, approved=approved)
    await world.move_to(local("2024-06-25 12:00"))
    assert await _excerpts_told(world) == []


async def test_each_person_gets_each_excerpt_once_on_mondays(world: World) -> None:
    """Who said yes gets one a week at 08:00 in order, who said no gets none, whatever else happens on the days."""
    yes = await world.join("M", "member", "TV", "Lê Văn C", excerpts=True)
    await world.join("N", "member", "TV", "Trần Thị B")
    await world.start_campaign()
    await _agree(world, "muc-dich", "yeu-cau", "tuyen-truyen")
    for day in range(30):
        await world.move_to(local("2024-05-13 07:30") + timedelta(days=day))
    assert await _excerpts_told(world) == [(yes, "05-13 08:00"), (yes, "05-20 08:00"), (yes, "05-27 08:00")]
    texts = [shown_text(each).split("\n")[1] for each in world.phone("M")]
    assert len(set(texts)) == 3


def test_a_holiday_moves_it_to_the_next_working_day() -> None:
    """Mon 29/4/2024 to Wed 1/5 are off: that week's goes out on Thu 2/5."""
    days = Workdays()
    assert weekly.send_day(days, date(2024, 4, 29)) == date(2024, 5, 2)
    week, day = weekly.next_week(days, "monday", time(8), date(2024, 4, 26), time(9))
    assert (week, day) == (date(2024, 4, 29), date(2024, 5, 2))


def test_a_week_off_has_none() -> None:
    """The whole of Tết 2026 (16–20/2) is off: that week has no excerpt, and the next Monday has one, not two."""
    days = Workdays()
    assert weekly.send_day(days, date(2026, 2, 16)) is None
    found = weekly.next_week(days, "monday", time(8), date(2026, 2, 13), time(9))
    assert found == (date(2026, 2, 23), date(2026, 2, 23))
    assert weekly.number(date(2026, 2, 9), date(2026, 2, 23)) == 3


async def test_a_tick_at_noon_waits_for_the_afternoon(world: World) -> None:
    """Down from 08:00 to 11:30: sent at 14:00, never in the noon rest."""
    yes = await world.join("M", "member", "TV", "Lê Văn C", excerpts=True)
    await world.start_campaign()
    await _agree(world, "muc-dich", "yeu-cau")
    await world.move_to(local("2024-05-13 07:30"))
    await _sleep_until(world, "2024-05-13 11:30")
    assert await _excerpts_told(world) == []
    await world.move_to(local("2024-05-13 15:00"))
    assert await _excerpts_told(world) == [(yes, "05-13 14:00")]


async def test_too_late_is_not_sent_on_another_day(world: World) -> None:
    """Down the whole Monday: nothing on Tuesday, the office is told, next Monday brings that excerpt."""
    yes = await world.join("M", "member", "TV", "Lê Văn C", excerpts=True)
    await world.start_campaign()
    await _agree(world, "muc-dich", "yeu-cau", "van-nghe")
    await world.move_to(local("2024-05-13 07:30"))
    await _sleep_until(world, "2024-05-14 09:00")
    assert "chưa gửi được vì quá giờ gửi" in shown_text(world.phone("V")[-1])
    await world.move_to(local("2024-05-20 09:00"))
    assert await _excerpts_told(world) == [(yes, "05-20 08:00")]


async def _sleep_until(world: World, when: str) -> None:
    """Let plan time pass without a tick, as on a machine that was off."""
    world.clock.move_to(local(when))
    await tick.look(world.assistant)
    await world.settle()


async def test_nothing_is_pushed_before_the_start(world: World) -> None:
    """Before [Bắt đầu] every kind of push is refused by Moment.tell, and no due row of an excerpt exists."""
    person_id = await world.join("M", "member", "TV", "Lê Văn C", excerpts=True)
    await _agree(world, "muc-dich")
    await world.move_to(local("2024-05-28 12:00"))

    async def push(session):
        moment = await world.assistant.moment(session)
        to = await session.get_one(Person, person_id)
        pushes = [kind for kind in NoticeKind if kind not in (NoticeKind.ANSWER, NoticeKind.ITEM)]
        return [await moment.tell(to, "unknown.closed", kind=kind) for kind in pushes]

    assert set(await world.write(push)) == {None}

    async def due(session):
        return (await session.scalars(select(Due))).all()

    assert await world.read(due) == []


async def test_a_long_push_is_told_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """More people than one transaction takes: all get it, each once."""
    monkeypatch.setattr(weekly_push, "PART", 2)
    people = [await world.join(f"M{n}", "member", "TV", "Lê Văn C", excerpts=True) for n in range(5)]
    await world.start_campaign()
    await _agree(world, "muc-dich", "yeu-cau")
    await world.move_to(local("2024-05-13 09:00"))
    assert [who for who, _ in await _excerpts_told(world)] == people


async def test_a_copy_for_the_group_names_nobody_and_counts_nothing(world: World) -> None:
    """The copy is plain, has no name of any person and no figure but those of the excerpt, its source and the title."""
    await world.join("A", "secretary", "BT", "Nguyễn Văn A", excerpts=True)
    await world.join("P", "deputy", "BT", "Trần Thị P")
    await world.start_campaign()
    await _agree(world, "muc-dich", "yeu-cau", "tuyen-truyen", "van-nghe")
    await world.move_to(local("2024-05-20 09:00"))
    await world.press("A", "Bản dán nhóm")

    async def look(session):
        copy = (await session.scalars(select(Outbox).where(Outbox.plain))).one()
        sent = (await session.scalars(select(Excerpt).where(Excerpt.week == date(2024, 5, 20)))).one()
        names = (await session.scalars(select(Person.name))).all()
        return copy, sent, names, (await session.scalars(select(Campaign.title))).one()

    copy, sent, names, title = await world.read(look)
    assert copy.choices == []
    assert not [name for name in names if name in copy.text]
    left = copy.text.replace(sent.text, "").replace(sent.source, "").replace(title, "")
    assert not re.search(r"\d", left), left


async def test_a_posting_is_recorded_for_ones_own_branch_only(world: World) -> None:
    """Values of a button are not trusted: another branch, an unknown place or an unsent excerpt records nothing."""
    await world.join("A", "secretary", "BT", "Nguyễn Văn A", excerpts=True)
    await world.start_campaign()
    await _agree(world, "muc-dich", "yeu-cau", "van-nghe")
    await world.move_to(local("2024-05-13 09:00"))
    for label in ("Bản dán nhóm", "Đã đăng"):
        await world.press("A", label)

    async def tamper(session):
        for row in await session.scalars(select(Outbox)):
            cells = [cell for line in row.choices for cell in line if cell["action"] == "group_copy.place"]
            changed = [{"unit": 999}, {"place": "nowhere"}, {"excerpt": 999}]
            for cell, change in zip(cells, changed, strict=False):
                cell["values"] = {**cell["values"], **change}
            if cells:
                flag_modified(row, "choices")

    await world.write(tamper)
    for label in ("Zalo", "Facebook", "Cổng, trang TTĐT"):
        await world.press("A", label)

    async def look(session):
        return (await session.scalars(select(Activity))).all()

    assert await world.read(look) == []
    await world.press("A", "Sinh hoạt chi bộ")
    assert [each.place for each in await world.read(look)] == ["branch_meeting"]


def _table(*rows: tuple[str, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in (("TRÍCH ĐOẠN MẪU",), ("Nội dung", "Nguồn", "Trang"), *rows):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


async def test_a_table_is_read_row_by_row(world: World) -> None:
    """Good rows come in unapproved, each bad row is named."""
    await world.join("B", "editorial", "BBT", "Đỗ Văn H")
    await world.join("V", "office", "VP", "Phạm Văn D")
    await world.say("B", "/cactrichdan")
    await world.press("B", "Thêm từ tệp")
    good = ("Đoạn mẫu thứ nhất trong bảng.", "Tài liệu mẫu", "3")
    rows = (good, ("Đoạn mẫu không nguồn.", "", ""), good)
    await world.send_file("B", "trich-doan.xlsx", _table(*rows))
    assert shown_text(world.phone("B")[-1]).split("\n")[:3] == [
        "Đã thêm 01 trích đoạn từ tệp, chưa gửi cho ai.",
        "Dòng 4: thiếu nguồn.",
        "Dòng 5: trùng với dòng trên.",
    ]
    assert "Đ/c Đỗ Văn H thêm 01 trích đoạn" in shown_text(world.phone("V")[-1])

    async def look(session):
        return (await session.scalars(select(Excerpt).where(Excerpt.added_by_id.is_not(None)))).all()

    added = await world.read(look)
    assert [(each.text, each.source, each.page, each.approved_at) for each in added] == [(*good, None)]


@pytest.mark.parametrize("name", ["trich-doan.pdf", "trich-doan.jpg"])
async def test_a_file_of_another_kind_is_refused(world: World, name: str) -> None:
    """Only tables are taken; the office is asked again."""
    await world.join("V", "office", "VP", "Phạm Văn D")
    await world.say("V", "/cactrichdan")
    await world.press("V", "Thêm từ tệp")
    await world.send_file("V", name, b"sample")
    assert shown_text(world.phone("V")[-1]) == "Chỉ đọc được tệp .xlsx hoặc .csv, không quá 5 MB."


async def test_a_broken_table_is_a_sentence(world: World) -> None:
    """Bytes that are no table end in words, not in silence."""
    await world.join("V", "office", "VP", "Phạm Văn D")
    await world.say("V", "/cactrichdan")
    await world.press("V", "Thêm từ tệp")
    await world.send_file("V", "trich-doan.xlsx", b"PK not a table")
    shown = shown_text(world.phone("V")[-1])
    assert shown == "Chỉ đọc được tệp .xlsx hoặc .csv, không quá 5 MB."


@pytest.mark.parametrize("name", ["trich-doan.xlsx", "trich-doan.csv"])
async def test_a_table_with_a_stamp_is_never_stored(world: World, name: str) -> None:
    """One row marked secret: no byte of the file stays, no row comes in, the office reads that it happened."""
    await world.join("B", "editorial", "BBT", "Đỗ Văn H")
    await world.join("V", "office", "VP", "Phạm Văn D")
    await world.say("B", "/cactrichdan")
    await world.press("B", "Thêm từ tệp")
    rows = (("Đoạn mẫu thứ nhất trong bảng.", "Tài liệu mẫu", "3"), ("TỐI MẬT\nđoạn mẫu", "Tài liệu mẫu", ""))
    written = "Nội dung,Nguồn,Trang\n" + "\n".join(f'"{a}",{b},{c}' for a, b, c in rows)
    await world.send_file("B", name, written.encode() if name.endswith("csv") else _table(*rows))
    assert shown_text(world.phone("B")[-1]).startswith("Tin hoặc tệp này có dấu hiệu tài liệu mật")
    assert "của Ban Biên tập, lúc" in shown_text(world.phone("V")[-1])
    assert not list(world.assistant.files.glob("**/*"))


async def test_a_damaged_table_is_a_sentence(world: World) -> None:
    """A text with no table in it ends in words too."""
    await world.join("V", "office", "VP", "Phạm Văn D")
    await world.say("V", "/cactrichdan")
    await world.press("V", "Thêm từ tệp")
    await world.send_file("V", "trich-doan.csv", b"no header here")
    assert shown_text(world.phone("V")[-1]).startswith("Không thêm được đoạn nào từ tệp này.")
