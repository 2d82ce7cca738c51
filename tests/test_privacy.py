"""Erasure: what is left of a person in the database, and what stays with the branch."""

import re
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import String, cast, select, update

from handlers.everyone import erasing
from messages import render
from models import personal
from models.account import Account
from models.audit import Audit
from models.base import Base
from models.bot import Bot
from models.campaign import Campaign
from models.conference import Conference
from models.consent import Consent
from models.conversation import Conversation
from models.form import Form
from models.inbox import Inbox
from models.invitation import Invitation
from models.item import Item, ItemKind, ItemState
from models.local_message import LocalMessage
from models.notice import Notice
from models.outbox import Out, Outbox
from models.person import Person
from models.report import Report
from models.role import Role, RoleKind
from models.unit import Unit
from tests.dialog import shown_text
from tests.world import START, World, local

NAME = "Nguyễn Văn Mẫu"


async def dump(world: World) -> str:
    """Return every cell of every table as text."""

    async def rows(session: Any) -> str:
        found = [row for table in Base.metadata.sorted_tables for row in await session.execute(select(table))]
        return "\n".join(str(row) for row in found)

    return await world.read(rows)


async def joined(world: World) -> None:
    """Let a secretary join by code, with an open question and their name in the office's register."""
    await world.write(lambda s: s.execute(update(Unit).where(Unit.code == "BT").values(secretary_name=NAME)))
    code, _ = await world.invite(RoleKind.SECRETARY, "BT", NAME)
    await world.say("A", code)
    await world.press("A", "Đúng, tôi đồng ý")
    await world.press("A", "Nhận trích đoạn")

    async def ask(session: Any) -> None:
        who = (await session.scalars(select(Person))).one()
        about = {"kind": ItemKind.QUESTION, "state": ItemState.OPEN, "text": "câu hỏi riêng", "asked_at": who.joined_at}
        session.add(Item(committee_id=who.committee_id, person_id=who.id, **about))

    await world.write(ask)


async def erased(world: World) -> None:
    """Press through to the end."""
    await world.say("A", "/riengtu")
    await world.press("A", "Xóa")
    await world.press("A", "Đúng, xóa")


async def test_the_name_and_the_words_are_gone(world: World) -> None:
    """No cell of any table holds the name or what they wrote; the file they were given loses its row's path."""
    await joined(world)
    await world.say("A", "/riengtu")
    await world.press("A", "Tải về")
    before = await dump(world)
    assert NAME in before
    assert "câu hỏi riêng" in before
    await erased(world)
    after = await dump(world)
    assert NAME not in after
    assert "câu hỏi riêng" not in after
    assert "thong-tin-ve-toi" not in after


async def test_a_speaker_is_forgotten_wherever_branches_named_them(either: World) -> None:
    """In a conference, in why it was called off, in the wish for a leader and in what came of it."""
    await joined(either)

    async def named(session: Any) -> None:
        unit = (await session.scalars(select(Unit).where(Unit.code == "TV"))).one()
        about = {"committee_id": unit.committee_id, "unit_id": unit.id}
        campaign = (await session.scalars(select(Campaign.id))).one()
        where = {"campaign_id": campaign, "state": "cancelled", "on_day": date(2024, 5, 28), "leader": "coming"}
        told = {"speaker_name": f"{NAME}, Phó Giám đốc Sở", "leader_name": NAME, "reason": f"đ/c {NAME} bận họp"}
        session.add(Conference(**about, **where, **told, recorded_at=START))
        said = {"text": f"Phó Giám đốc ({NAME})", "answer": f"{NAME}, Phó Giám đốc Sở"}
        session.add(Item(**about, kind=ItemKind.LEADER, state=ItemState.CLOSED, asked_at=START, **said))

    await either.write(named)
    await erased(either)
    held = await either.read(lambda s: s.scalar(select(Conference)))
    wish = await either.read(lambda s: s.scalar(select(Item).where(Item.kind == ItemKind.LEADER)))
    kept = (held.speaker_name, held.leader_name, held.reason, wish.text, wish.answer)
    assert NAME not in "".join(kept)


async def test_the_person_is_let_go_of(world: World) -> None:
    """Account unbound, roles ended, both consents withdrawn, no pushes, no open dialogue."""
    await joined(world)
    await erased(world)
    one = await world.read(lambda s: s.scalar(select(Person)))
    assert (one.name, one.pushes, one.excerpts) == ("(đã xóa tên)", False, False)
    assert one.left_at is not None
    assert await world.read(lambda s: s.scalar(select(Account.person_id).where(Account.external_id == "A"))) is None
    assert await world.read(lambda s: s.scalar(select(Role.ended_at))) is not None
    said = list(await world.read(lambda s: s.execute(select(Consent.purpose, Consent.given).order_by(Consent.id))))
    assert said[-2:] == [("contact", False), ("excerpts", False)]
    cursor = await world.read(lambda s: s.scalar(select(Conversation)))
    assert (cursor.expects, cursor.subject) == ("", {})
    assert await world.read(lambda s: s.scalar(select(Invitation.name))) == ""


async def test_who_was_erased_can_come_back_as_somebody_new(world: World) -> None:
    """A new code makes a new person; nothing of the old one returns."""
    await joined(world)
    await erased(world)
    code, _ = await world.invite(RoleKind.MEMBER, "BT")
    await world.say("A", code)
    await world.say("A", "Trần Văn Mới")
    await world.press("A", "Đúng, tôi đồng ý")
    people = list(await world.read(lambda s: s.scalars(select(Person).order_by(Person.id))))
    assert [each.name for each in people] == ["(đã xóa tên)", "Trần Văn Mới"]


async def test_the_file_says_everything_in_letters_that_editors_read(world: World) -> None:
    """Roles, consents, words and messages are in it, unescaped, marked as UTF-8 with Windows line ends."""
    await joined(world)
    await world.say("A", "/riengtu")
    await world.press("A", "Tải về")
    sent = next(shown.message.file for shown in world.phone("A") if shown.message.file)
    content = (world.assistant.files / sent.path).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    text = content.decode("utf-8-sig")
    for part in (f"Họ tên: {NAME}", "Bí thư Chi bộ Bảo tàng, từ 13/5/2024", "đồng ý nhận trích đoạn", "câu hỏi riêng"):
        assert part in text
    assert "&#" not in text
    assert "<b>" not in text


async def on_the_page(world: World) -> None:
    """Let everybody speak on the local page, whose phone keeps what A typed there."""
    await world.write(lambda s: s.execute(update(Bot).values(channel="web")))

    async def typed(session: Any) -> None:
        about = {"mine": True, "plain": True, "buttons": [], "said_at": START}
        for number, (account, said) in enumerate(
            [("A", "chào đồng chí"), ("A", "mai tôi gửi"), ("B", "lời người khác")]
        ):
            session.add(LocalMessage(account=account, key=f"k{number}", version=number + 1, text=said, **about))

    await world.write(typed)


async def test_what_was_typed_on_the_local_page_is_counted_handed_over_and_erased(either: World) -> None:
    """The page's phone keeps its person's words: they are theirs; nobody else's are."""
    await joined(either)
    await on_the_page(either)
    await either.say("A", "/riengtu")
    assert "03 lời đồng chí nhắn" in shown_text(either.phone("A")[-1])  # with the question asked of the office
    text = await handed_over(either)
    assert "chào đồng chí" in text
    assert "lời người khác" not in text
    await either.press("A", "Xóa")
    await either.press("A", "Đúng, xóa")
    left = await either.read(lambda s: s.scalars(select(LocalMessage.text).order_by(LocalMessage.id)))
    assert [each for each in left if each] == ["lời người khác"]


async def test_the_file_is_in_words(world: World) -> None:
    """Acts by what they are, channels by their names; no name of ours stands in it."""
    await joined(world)
    await on_the_page(world)
    await world.say("A", "/riengtu")
    text = await handed_over(world)
    for part in ("tải về thông tin về mình", "kết nối bằng mã mời", "trang trò chuyện của cơ quan (máy tự đặt"):
        assert part in text
    assert not re.findall(r"[a-z_]+\.[a-z_]+", text)
    await world.write(lambda s: s.execute(update(Bot).values(channel="zalo")))
    assert "Zalo, số tài khoản A" in await handed_over(world)


def test_every_act_has_words() -> None:
    """Whatever handlers note is named in the file by itself or by what it is about."""
    source = "".join(each.read_text(encoding="utf-8") for each in Path("handlers").rglob("*.py"))
    acts = re.findall(r"""(?:\.note|\._note)\(\s*f?"([a-z_]+)\.[a-z_{]+""", source)
    assert {*acts} <= {*render.words("act"), *(each.partition(".")[0] for each in render.words("act"))}
    assert len(acts) > 100


async def handed_over(world: World) -> str:
    """Press [Tải về]; return what the file says."""
    await world.press("A", "Tải về")
    sent = [shown.message.file for shown in world.phone("A") if shown.message.file][-1]
    return (world.assistant.files / sent.path).read_bytes().decode("utf-8-sig")


WORDS = "báo cáo có cần đóng dấu vậy đồng chí?"


async def quoted(world: World) -> None:
    """A secretary reports, asks, and is answered: name and words are in the office's messages and the deputy's."""
    await world.start_campaign()
    await world.join("O", "office", "VP", "Phạm Văn D")
    await world.join("P", "office", "VP", "Trần Văn E")
    await world.join("A", "secretary", "BT", NAME)
    await world.join("B", "deputy", "BT", "Lê Thị Phó")
    await world.move_to(local("2024-05-23 08:16"))
    await world.say("A", WORDS)
    await world.press("O", "Trả lời")
    await world.say("O", "Nộp tại Văn phòng, phòng 12")
    await world.say("A", "ngày 21/5, 24/26 đảng viên, 05 quần chúng")
    await world.press("A", "Đúng")
    await world.say("A", "/dung")


async def figures(world: World) -> list[Any]:
    """Return what the branch reported so far."""
    found = list(await world.read(lambda s: s.scalars(select(Report.answers).order_by(Report.id))))
    return [{name: each["value"] for name, each in answers.items()} for answers in found]


async def test_what_others_were_told_of_them_is_emptied(either: World) -> None:
    """Neither the name nor the words are left in the office's messages, their values or buttons; the figures are."""
    world = either
    await quoted(world)
    reported, before = await figures(world), await dump(world)
    assert NAME in before
    assert "có cần đóng dấu vậy" in before
    assert "có cần đóng dấu vậy" in await raw(world)
    others = len(world.phone("O")), await messages_to(world, "O")
    await world.say("A", "/riengtu")
    await world.press("A", "Xóa")
    await world.press("A", "Đúng, xóa")
    after = await dump(world)
    for words in (NAME, "có cần đóng dấu vậy"):
        assert words not in after
    for words in (NAME, "có cần đóng dấu vậy"):
        assert words not in await raw(world)
    assert await figures(world) == reported != []
    left, kept = await messages_to(world, "O"), len(world.phone("O"))
    assert len(left) > others[0]  # no row is lost, and what is not about them still has its words
    assert any(left)
    assert kept > others[0]
    await world.say("P", "/viec")
    assert await world.read(lambda s: s.scalar(select(Inbox.id).where(Inbox.outcome == "set_aside"))) is None


async def raw(world: World) -> str:
    """Return the JSON columns as they are written."""

    async def columns(session: Any) -> str:
        found = [
            *await session.scalars(select(cast(Notice.details, String))),
            *await session.scalars(select(cast(Outbox.choices, String))),
        ]
        return "\n".join(found)

    written = await world.read(columns)
    return re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), written)


async def messages_to(world: World, alias: str) -> list[str]:
    """Return the words still kept of what somebody was sent."""
    query = select(Outbox.text).join(Account, Account.id == Outbox.account_id).where(Account.external_id == alias)
    return list(await world.read(lambda s: s.scalars(query)))


async def test_what_waits_to_be_told_is_not_sent_any_more(world: World) -> None:
    """An item on its way to the office when its author is erased: the office finds it in /viec, without the words."""
    await quoted(world)
    waiting = update(Outbox).where(Outbox.text.contains("có cần đóng dấu vậy")).values(state=Out.DUE)
    await world.write(lambda s: s.execute(waiting.execution_options(synchronize_session=False)))
    await world.write(lambda s: s.execute(update(Account).values(reachable=True)))
    who = await world.read(lambda s: s.scalar(select(Person).where(Person.name == NAME)))

    async def erase(session: Any) -> None:
        found = await session.get_one(Person, who.id)
        erasing.begin(
            await world.assistant.moment(session), await personal.erase(session, found, "", world.clock.now())
        )

    await world.write(erase)
    states = set(await world.read(lambda s: s.scalars(select(Outbox.state))))
    assert Out.DUE not in states
    await world.settle()
    assert "có cần đóng dấu vậy" not in await dump(world)


async def test_the_file_holds_nothing_about_others(world: World) -> None:
    """Consents with day and hour, each act; no other person's name, words or account."""
    await quoted(world)
    await world.say("B", "câu hỏi riêng của phó bí thư, mấy giờ họp?")
    await world.say("A", "/riengtu")
    await world.press("A", "Tải về")
    sent = next(shown.message.file for shown in world.phone("A") if shown.message.file)
    text = (world.assistant.files / sent.path).read_bytes().decode("utf-8-sig")
    kept = text.partition("Tin Trợ lý đã gửi")[0]  # what they were told may name who of the office answered
    for part in (f"Họ tên: {NAME}", WORDS, "không nhận tin", "đồng ý hoặc thôi nhận tin", "số tài khoản A"):
        assert part in kept
    assert re.search(r"\d{4} \d\d:\d\d: không nhận tin", kept)
    for other in ("Phạm Văn D", "Trần Văn E", "Lê Thị Phó", "phó bí thư", "số hiệu B", "số hiệu O"):
        assert other not in kept
    assert "Lê Thị Phó" not in text


async def test_leaving_is_as_easy_as_joining(world: World) -> None:
    """One press gives the yes to excerpts, one press takes it back; both are kept as said and in the audit."""
    await joined(world)
    given = await world.read(lambda s: s.scalars(select(Consent.given).where(Consent.purpose == "excerpts")))
    assert list(given) == [True]
    await world.say("A", "/dung")
    said = await world.read(lambda s: s.execute(select(Consent.purpose, Consent.given).order_by(Consent.id)))
    assert list(said)[-2:] == [("contact", False), ("excerpts", False)]
    acts = list(await world.read(lambda s: s.scalars(select(Audit.act).order_by(Audit.id))))
    assert acts[-3:] == ["consent.excerpts", "consent.contact", "consent.excerpts"]


async def test_the_file_holds_what_they_wrote_into_a_report(world: World) -> None:
    """Words of their own, not those a colleague wrote into the same report."""
    await quoted(world)
    mine, theirs = "Mô hình học tập của chi bộ rất hay", "Lời của phó bí thư trong báo cáo"

    async def write(session: Any) -> None:
        report = (await session.scalars(select(Report))).one()
        by = {name: await session.scalar(select(Person.id).where(Person.name == name)) for name in (NAME, "Lê Thị Phó")}
        form = await session.get_one(Form, report.form_id)
        texts = [q["id"] for part in form.body["parts"] for q in part["questions"] if q["kind"] == "text"][:2]
        at = world.clock.now().isoformat()
        answers = zip(texts, ((mine, by[NAME]), (theirs, by["Lê Thị Phó"])), strict=True)
        given = {name: {"value": said, "by": who, "at": at, "inbox": 1} for name, (said, who) in answers}
        report.answers = {**report.answers, **given}

    await world.write(write)
    await world.say("A", "/riengtu")
    await world.press("A", "Tải về")
    sent = next(shown.message.file for shown in world.phone("A") if shown.message.file)
    text = (world.assistant.files / sent.path).read_bytes().decode("utf-8-sig")
    assert mine in text
    assert theirs not in text
