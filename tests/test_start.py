"""What dialogs cannot show of joining: two at once, lock-outs, waves, time, and what the database keeps of a code."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from handlers.everyone import lockout
from messages.types import Heard
from models import invitation
from models.account import Account
from models.audit import Audit
from models.base import Base
from models.bot import Bot
from models.committee import Committee
from models.consent import Consent
from models.invitation import Invitation
from models.notice import Notice
from models.outbox import Outbox
from models.person import Person
from models.role import Role, RoleKind
from models.wrong_code import WrongCode
from tests.world import World

WRONG, LOCKED = "Mã này chưa đúng", "Nhiều mã chưa đúng liên tiếp"
STOPPED = "Lúc này Trợ lý chỉ nhận liên kết"
CONSENT = "Đây là Trợ lý chi bộ"


async def said(world: World, who: str) -> list[str]:
    """Return what somebody was told since last asked."""
    return [shown.message.text for shown in world.unread(who)]


async def one(world: World, who: str) -> str:
    """Return the one thing somebody was told."""
    (text,) = await said(world, who)
    return text


async def every(world: World, query: Any) -> list[Any]:
    """Return rows."""
    return list(await world.read(lambda session: session.scalars(query)))


async def count(world: World, table: type[Base]) -> int:
    """Count rows."""
    return await world.read(lambda session: session.scalar(select(func.count()).select_from(table)))


async def test_a_code_is_used_once_by_two_at_the_same_time(world: World) -> None:
    """Two accounts that were both read the code back: the first yes joins, the second is told it is gone."""
    code, token = await world.invite(RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.say("A", code)
    await world.say("B", f"/start {token}")
    updates = []
    for who in ("A", "B"):
        yes = world.unread(who)[0].message.buttons[0][0]
        updates.append(world.channel.update(who, Heard.CHOICE, data=yes.data))
    await world.receiver.store(updates)
    await world.settle()
    assert "Cảm ơn đồng chí" in await one(world, "A")
    assert "không còn dùng được" in await one(world, "B")
    assert await count(world, Person) == await count(world, Role) == await count(world, Consent) == 1


async def test_using_up_is_atomic(world: World) -> None:
    """Of twenty transactions at once exactly as many succeed as uses were left."""
    await world.invite(RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    (found,) = await every(world, select(Invitation.id))
    await world.write(lambda s: s.execute(update(Invitation).values(uses_left=3)))
    now = world.clock.machine()
    used = await asyncio.gather(*(world.write(lambda s: invitation.use(s, found, now)) for _ in range(20)))
    assert sum(used) == 3


async def test_no_yes_no_trace(world: World) -> None:
    """A refusal leaves no person, no consent, no name in what was said, and a code that still works."""
    code, _ = await world.invite(RoleKind.MEMBER, "BT")
    await world.say("M", code)
    await world.say("M", "Lê Thị Mẫu")
    await world.press("M", "Không đồng ý")
    assert await count(world, Person) == await count(world, Consent) == await count(world, Role) == 0
    texts = await every(world, select(Outbox.text))
    details = [str(each) for each in await every(world, select(Notice.details))]
    assert not [each for each in (*texts, *details) if "Mẫu" in each]
    world.unread("M")
    await world.press("M", "Đúng, tôi đồng ý")
    assert "cho biết họ tên" in await one(world, "M")


@pytest.mark.parametrize(
    ("role", "name", "days", "uses"),
    [
        (RoleKind.SECRETARY, "Nguyễn Văn A", 14, 1),
        (RoleKind.OFFICE, "Phạm Văn D", 14, 1),
        (RoleKind.MEMBER, "", 30, 56),
    ],
)
async def test_how_long_and_how_often(world: World, role: RoleKind, name: str, days: int, uses: int) -> None:
    """14 days and one use; a branch's member code 30 days and twice its 28 members."""
    await world.invite(role, "BT", name)
    (made,) = await every(world, select(Invitation))
    assert timedelta(days=days - 1) < made.expires_at - world.clock.machine() <= timedelta(days=days)
    assert made.uses_left == uses


async def test_an_expired_code_is_any_wrong_code(world: World) -> None:
    """The day after, code and link are answered like any that never was; so is a yes to what was read back before."""
    code, token = await world.invite(RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.say("A", code)
    await said(world, "A")
    past = world.clock.machine() - timedelta(seconds=1)
    await world.write(lambda s: s.execute(update(Invitation).values(expires_at=past)))
    await world.press("A", "Đúng, tôi đồng ý")
    assert "không còn dùng được" in await one(world, "A")
    for text in (code, f"/start {token}", f"https://t.me/tro_ly_bot?start={token}", "00 00 00 00"):
        await world.say("A", text)
        assert (await one(world, "A")).startswith(WRONG)


async def test_ten_wrong_codes_lock_for_an_hour(world: World) -> None:
    """The tenth locks: one sentence for right and wrong codes, nobody else is touched, an hour later it works."""
    code, _ = await world.invite(RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    for _ in range(9):
        await world.say("A", "00 00 00 00")
        assert (await one(world, "A")).startswith(WRONG)
    await world.say("A", "00 00 00 00")
    locked = await one(world, "A")
    assert locked.startswith(LOCKED)
    for text in (code, "00 00 00 01"):
        await world.say("A", text)
        assert await one(world, "A") == locked
    await world.say("B", code)
    assert (await one(world, "B")).startswith(CONSENT)
    past = world.clock.machine() - timedelta(seconds=1)
    await world.write(lambda s: s.execute(update(Account).values(locked_until=past)))
    await world.say("A", code)
    assert (await one(world, "A")).startswith(CONSENT)


async def test_somebody_known_is_locked_alike(world: World) -> None:
    """A member trying codes is no different from a stranger."""
    await world.join("M", RoleKind.MEMBER, "BT", "Lê Thị M")
    for n in range(10):
        await world.say("M", f"1000 000{n}")
    assert (await said(world, "M"))[-1].startswith(LOCKED)


async def test_a_wave_stops_typed_codes_until_the_office_says_so(world: World) -> None:
    """Fifty wrong codes over many accounts: typed codes stop, links work, the office is told once and can reopen."""
    await world.join("O", RoleKind.OFFICE, "", "Phạm Văn D")
    code, token = await world.invite(RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    for n in range(lockout.WAVE):
        await world.say(f"guesser{n // 5}", f"{n:08d}")
    told = await one(world, "O")
    assert told.startswith("Trong một giờ qua có 50 mã sai")
    for text in (code, "00 00 00 99"):
        await world.say("A", text)
        assert (await one(world, "A")).startswith(STOPPED)
    await world.say("B", f"/start {token}")
    assert (await one(world, "B")).startswith(CONSENT)
    await world.say("C", "/start sai-sai-sai-sai-sai-sai")
    assert await said(world, "O") == []
    await world.press("O", "Nhận lại mã gõ tay")
    assert await one(world, "O") == "Đã nhận lại mã gõ tay."
    await world.say("A", code)
    assert (await one(world, "A")).startswith(CONSENT)


async def test_a_wave_survives_a_restart_and_an_old_one_is_forgotten(world: World) -> None:
    """What stopped typed codes is a stored fact; wrong codes of more than a day ago are no longer kept."""
    await world.say("A", "00 00 00 00")
    old = world.clock.machine() - timedelta(days=2)
    await world.write(lambda s: s.execute(update(WrongCode).values(at=old)))
    await world.say("B", "00 00 00 00")
    assert await count(world, WrongCode) == 1
    facts = {lockout.STOPPED: old.isoformat()}
    await world.write(lambda s: s.execute(update(Committee).values(facts=facts)))
    await world.say("C", "00 00 00 00")
    assert (await one(world, "C")).startswith(STOPPED)


async def test_a_stranger_gets_one_line_an_hour(world: World) -> None:
    """Whatever a stranger sends; after an hour of machine time one line more."""
    for text in ("xin chào", "/start", "/tonghop", "24/26 đảng viên"):
        await world.say("X", text)
    await world.hear("X", Heard.VOICE)
    assert len(await said(world, "X")) == 1
    past = world.clock.machine() - timedelta(minutes=61)
    await world.write(lambda s: s.execute(update(Account).values(greeted_at=past)))
    await world.say("X", "alo")
    assert len(await said(world, "X")) == 1


async def test_nothing_kept_holds_a_code(world: World) -> None:
    """After /moi neither code nor token is in any table once the messages are out: only hashes are."""
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.say("A", "/moi")
    await world.press("A", "Cấp mã cho đảng viên")
    forward = next(shown for shown in world.unread("A") if shown.message.plain)
    token = forward.message.text.split("start=")[1]
    code = "".join(forward.message.text.split("gõ mã ")[1][:11].split())
    dump = await world.read(_dump)
    assert token not in dump
    assert code not in dump.replace(" ", "")
    assert invitation.hashed(token, b"") in dump


async def _dump(session: Any) -> str:
    rows = [row for table in Base.metadata.sorted_tables for row in await session.execute(select(table))]
    return "\n".join(str(row) for row in rows)


async def test_the_link_is_the_bots_where_its_name_is_known(world: World) -> None:
    """A Telegram bot with a name gives t.me, for the first telegram bot only; the text to forward is plain."""
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.write(lambda s: s.execute(update(Bot).values(username="tro_ly_bot", channel="telegram")))
    await world.say("A", "/moi")
    await world.press("A", "Cấp mã cho đảng viên")
    made, forward, sheet = (shown.message for shown in world.unread("A")[1:])
    assert "https://t.me/tro_ly_bot?start=" in made.text
    assert forward.plain
    assert forward.buttons == ()
    assert sheet.file is not None


async def test_joining_leaves_ids_in_the_audit_not_names(world: World) -> None:
    """Who joined by which invitation is on record, without a name."""
    code, _ = await world.invite(RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.say("A", code)
    await world.press("A", "Đúng, tôi đồng ý")
    acts = await every(world, select(Audit).order_by(Audit.id))
    assert [each.act for each in acts] == ["invitation.made", "invitation.used"]
    assert "Nguyễn" not in str([each.details for each in acts])


async def test_a_new_secretary_is_told_what_is_open(world: World) -> None:
    """Who joins after rungs have passed gets one message with the true days left, at once."""
    await world.start_campaign()
    await world.move_to(world.clock.now() + timedelta(days=10, hours=3))
    code, _ = await world.invite(RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.say("A", code)
    await said(world, "A")
    await world.press("A", "Đúng, tôi đồng ý")
    thanks, welcome = await said(world, "A")
    assert thanks.startswith("Cảm ơn đồng chí")
    assert "ngày làm việc" in welcome
