"""Old buttons, links of others, crafted tokens and commands: they change nothing and say what holds now.

Everything but bookkeeping is compared before and after, and whom each account belongs to.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.deliver import Deliverer
from bot.receive import Receiver
from messages.types import Heard
from models.account import Account
from models.inbox import Inbox
from models.invitation import Invitation
from models.outbox import Outbox
from models.person import Person
from models.role import Role, RoleKind
from tests import scope_world
from tests.fake_channel import FakeChannel
from tests.world import World, local

OLD = "Nút này đã cũ"
NOT_YOURS = "Việc này không thuộc phần việc của đồng chí ở đây."
GONE = "Mã này không còn dùng được."
REPORT = ["/baocao", "rồi", "13/5", "trực tiếp", "bí thư chi bộ", "đúng", "24", "đều có lý do", "không", "5", "gửi"]


async def kept(world: World) -> dict[Any, str]:
    """Return every row that is no bookkeeping, and whose each account is."""

    async def look(session: Any) -> dict[Any, str]:
        owners = await session.execute(select(Account.bot_id, Account.external_id, Account.person_id))
        whose = {("account", bot, name): str(person) for bot, name, person in owners if person}
        return {**await scope_world.digest(session), **whose}

    return await world.read(look)


async def unmoved(world: World, alias: str, act: Callable[[], Awaitable[None]], *but: str) -> str:
    """Let something happen that must change nothing (`but` in these tables); return what `alias` was told."""
    world.unread(alias)
    others = {each: len(world.phone(each)) for each in world.channel.phones if each != alias}
    before = await kept(world)
    await act()
    after = await kept(world)
    changed = {key: (before.get(key), after.get(key)) for key in before.keys() | after.keys()}
    assert not {key: rows for key, rows in changed.items() if rows[0] != rows[1] and key[0] not in but}
    assert {each: len(world.phone(each)) for each in others} == others
    assert await world.read(lambda s: s.scalar(select(Inbox.id).where(Inbox.outcome == "set_aside"))) is None
    return "\n".join(shown.message.text for shown in world.unread(alias))


def pressing(world: World, alias: str, data: str) -> Callable[[], Awaitable[None]]:
    """Return what presses a button again."""
    return lambda: world.hear(alias, Heard.CHOICE, data=data)


def saying(world: World, alias: str, text: str) -> Callable[[], Awaitable[None]]:
    """Return what writes a text."""
    return lambda: world.say(alias, text)


def button(world: World, alias: str, label: str) -> str:
    """Return the newest button with that label, to be pressed whenever."""
    found = [b for s in world.phone(alias) for row in s.message.buttons for b in row if b.label == label]
    return found[-1].data


async def buttons(world: World, alias: str) -> list[tuple[str, str]]:
    """Return (action, data) of every button ever shown to somebody."""
    query = select(Outbox).join(Account, Account.id == Outbox.account_id).where(Account.external_id == alias)
    rows = (await world.read(lambda s: s.scalars(query.order_by(Outbox.id)))).all()
    flat = [(row.token, [each["action"] for line in row.choices for each in line]) for row in rows]
    return [(action, f"{token}.{place}") for token, actions in flat for place, action in enumerate(actions)]


async def branch(world: World) -> None:
    """Two of the office, secretary, deputy and member of one branch, the secretary of another."""
    await world.start_campaign()
    await world.move_to(local("2024-05-23 09:00"))
    for alias, role, code in (
        ("O", "office", "VP"),
        ("P", "office", "VP"),
        ("A", "secretary", "BT"),
        ("B", "deputy", "BT"),
        ("M", "member", "BT"),
        ("T", "secretary", "TV"),
    ):
        await world.join(alias, role, code, f"Đồng chí {alias}")


async def reported(world: World) -> None:
    """Let the branch's report be sent, answer by answer."""
    for text in REPORT:
        await world.say("A", text)
    assert "Đã nhận báo cáo" in "\n".join(shown.message.text for shown in world.phone("A"))


async def accepted(world: World) -> None:
    """Let the office accept it."""
    await world.say("O", "/rasoat")
    await world.press("O", "1. Bảo tàng")
    await world.press("O", "Tiếp nhận")


# Old buttons


async def test_old_buttons_after_the_office_accepted(world: World) -> None:
    """Every button of the way to the report, and the office's own: they show how things stand."""
    await branch(world)
    await reported(world)
    sent = await buttons(world, "A")
    await accepted(world)
    assert {"report.act", "report.correct", "sending.ask_recall"} <= {action for action, _ in sent}
    for action, data in sent:
        said = await unmoved(world, "A", pressing(world, "A", data))
        assert "đã gửi lúc 09:00" in said, (action, said)
    for _, data in await buttons(world, "O"):
        assert "Chi bộ Bảo tàng" in await unmoved(world, "O", pressing(world, "O", data))


async def test_old_buttons_after_sending(world: World) -> None:
    """Pressed while the office looks at it: nothing is sent twice, nothing of it changes."""
    await branch(world)
    for text in REPORT[:-1]:
        await world.say("A", text)
    old = button(world, "A", "Xem lại, gửi luôn")
    await world.say("A", "gửi")
    assert "đã gửi lúc 09:00" in await unmoved(world, "A", pressing(world, "A", old))
    assert "đã gửi lúc 09:00" in await unmoved(world, "A", saying(world, "A", "/baocao"))


async def asked_for_days(world: World) -> None:
    """Let the branch ask for an extension."""
    await world.say("A", "xin gia hạn đến 5/6")
    await world.press("A", "Đúng")
    assert "O" in world.channel.phones


async def test_old_buttons_after_an_extension_was_decided(world: World) -> None:
    """The office agreed; whoever of the office presses any button of that item again reads that it is done."""
    await branch(world)
    await asked_for_days(world)
    before = {alias: await buttons(world, alias) for alias in "OP"}
    await world.press("O", "Đồng ý")
    for alias, found in before.items():
        assert found
        for action, data in found:
            said = await unmoved(world, alias, pressing(world, alias, data))
            assert said.startswith("Việc này đã xong"), (alias, action, said)


async def test_old_buttons_of_a_used_invitation(world: World) -> None:
    """Yes, no and "not me" pressed again by who joined: known already, or an old button."""
    await branch(world)
    code, _ = await world.invite(RoleKind.DRAFTER, "BT", "Lê Văn Mới")
    await world.say("N", code)
    old = await buttons(world, "N")
    await world.press("N", "Đúng, tôi đồng ý")
    for action, data in old:
        said = await unmoved(world, "N", pressing(world, "N", data))
        assert ("đã kết nối với vai trò này" if action == "start.agree" else OLD) in said


async def prepare_end(world: World, alias: str) -> str:
    """Bring the office to the last button of ending somebody's role, in chat; return its data."""
    await world.say("O", "/moi")
    await world.press("O", "Ai đã kết nối")
    await world.press("O", "Bảo tàng")
    listed = world.phone("O")[-1].message.text
    number = next(line.split(".")[0] for line in listed.splitlines() if f"Đồng chí {alias}" in line)
    await world.press("O", "Thôi kết nối một đ/c")
    await world.say("O", number)
    return await newest(world, "O", "joined.end")


async def newest(world: World, alias: str, action: str) -> str:
    """Return the data of the newest button that does this."""
    return [data for does, data in await buttons(world, alias) if does == action][-1]


async def end_role(world: World, alias: str) -> None:
    """Let the office end the role somebody holds."""
    await world.hear("O", Heard.CHOICE, data=await prepare_end(world, alias))
    who = world.people[alias]
    assert await world.read(lambda s: s.scalar(select(Role.ended_at).where(Role.person_id == who))) is not None


async def test_old_buttons_after_the_role_was_taken_away(world: World) -> None:
    """Every button and command that a role had opened, a minute after: not their part of the work any more."""
    await branch(world)
    await reported(world)
    for text in ("/baocao", "/tinhhinh"):
        await world.say("B", text)
    await end_role(world, "A")
    await end_role(world, "B")
    for alias in "AB":
        for action, data in await buttons(world, alias):
            said = await unmoved(world, alias, pressing(world, alias, data))
            assert said.startswith(NOT_YOURS) or action == "unknown.nothing", (alias, action, said)
        for text in ("/baocao", "/tonghop", "/tinhhinh", "/moi", "/trichdan"):
            assert (await unmoved(world, alias, saying(world, alias, text))).startswith(NOT_YOURS), text
        said = await unmoved(world, alias, saying(world, alias, "ngày 21/5, 24/26 đảng viên, 05 quần chúng"))
        assert "24/26" not in said


async def test_old_buttons_after_the_person_was_erased(world: World) -> None:
    """Whatever they press of before, and whatever they type: they are a stranger."""
    await branch(world)
    await reported(world)
    await world.say("A", "/riengtu")
    await world.press("A", "Xóa")
    before = [(action, data) for action, data in await buttons(world, "A")]
    await world.press("A", "Đúng, xóa")
    said = [await unmoved(world, "A", pressing(world, "A", data)) for _, data in before]
    assert said[0].startswith("Đây là Trợ lý chi bộ")
    assert set(said[1:]) == {""}  # once an hour
    for text in ("/baocao", "/tonghop BT", "/riengtu", "có", "1"):
        assert "Bảo tàng" not in await unmoved(world, "A", saying(world, "A", text))


# A role that ends while a message is on its way


async def queue(world: World, *updates: Any) -> None:
    """Let messages lie in the inbox, unhandled."""
    await world.receiver.store(list(updates))


async def test_a_role_that_ends_between_two_messages_of_one_batch(world: World) -> None:
    """The office's yes and the secretary's report lie in the inbox together: the later one is not heard as theirs."""
    await branch(world)
    await reported(world)
    await world.press("A", "Thu hồi")
    recall, yes = await newest(world, "A", "sending.recall"), await prepare_end(world, "A")
    hear = world.channel.update
    await queue(world, hear("O", Heard.CHOICE, data=yes), hear("A", Heard.CHOICE, data=recall))
    world.unread("A")
    state = await states(world)
    assert await world.receiver.handle() == 2
    await world.settle()
    assert await states(world) == state
    assert any(shown.message.text.startswith(NOT_YOURS) for shown in world.unread("A"))


async def test_a_role_that_ends_while_a_message_waits(world: World) -> None:
    """What was pressed before the role ended and is handled after counts by the role held when it is handled."""
    await branch(world)
    await reported(world)
    await world.press("A", "Thu hồi")
    recall, yes = await newest(world, "A", "sending.recall"), await prepare_end(world, "A")
    later = world.channel.update("A", Heard.CHOICE, data=recall)
    await queue(world, later)
    await world.write(lambda s: s.execute(update(Inbox).where(Inbox.done_at.is_(None)).values(not_before=far(world))))
    await world.hear("O", Heard.CHOICE, data=yes)
    world.unread("A")
    state = await states(world)
    await world.write(lambda s: s.execute(update(Inbox).values(not_before=world.clock.machine())))
    await world.settle()
    assert await states(world) == state
    assert [shown.message.text.startswith(NOT_YOURS) for shown in world.unread("A")] == [True]


def far(world: World) -> Any:
    """Return a moment that does not come in this test."""
    return world.clock.machine() + timedelta(days=1)


async def states(world: World) -> Any:
    """Return what the branch has in, and which sendings were taken back."""
    rows = await kept(world)
    return {key: row for key, row in rows.items() if key[0] in ("obligation", "report", "revision")}


# Links of others


async def invited(world: World, **changes: Any) -> tuple[str, str]:
    """Make an invitation for the secretary of a branch, with something changed of it."""
    code, token = await world.invite(RoleKind.SECRETARY, "TV", "Trần Thị Mời")
    if changes:
        await world.write(lambda s: s.execute(update(Invitation).values(**changes)))
    return code, token


async def test_a_forwarded_link_that_was_used(world: World) -> None:
    """By somebody else, by a known person and by a member: a code that is over opens nothing, and is counted."""
    await branch(world)
    code, token = await invited(world)
    await world.say("N", f"/start {token}")
    await world.press("N", "Đúng, tôi đồng ý")
    for alias in ("stranger", "A", "M", "O"):
        for text in (f"/start {token}", code):
            said = await unmoved(world, alias, saying(world, alias, text))
            assert said.startswith("Mã này chưa đúng, đã dùng hoặc hết hạn."), (alias, said)
    assert "đã kết nối với vai trò này" in await unmoved(world, "N", saying(world, "N", code))


@pytest.mark.parametrize("what", ["expires_at", "revoked_at"])
async def test_a_link_that_is_over(world: World, what: str) -> None:
    """After expiry, after revocation: one sentence for all, and the yes read back before opens nothing either."""
    await branch(world)
    code, token = await invited(world)
    await world.say("N", code)
    over = world.clock.machine() - timedelta(minutes=1)
    await world.write(lambda s: s.execute(update(Invitation).values(**{what: over})))
    yes = await newest(world, "N", "start.agree")
    for act in (pressing(world, "N", yes), saying(world, "N", "đồng ý")):
        said = await unmoved(world, "N", act)
        assert said.startswith(GONE) or "chưa đúng" in said or "Đây là Trợ lý chi bộ" in said
    for text in (code, f"/start {token}"):
        assert (await unmoved(world, "N", saying(world, "N", text))).startswith("Mã này chưa đúng, đã dùng hoặc")


async def test_the_last_use_is_one_persons(world: World) -> None:
    """Two read the same code back, both say yes in one batch: one is in, the other reads that it is over."""
    await branch(world)
    code, _ = await invited(world)
    for alias in ("N", "X"):
        await world.say(alias, code)
        world.unread(alias)
    hear, yes = world.channel.update, [await newest(world, alias, "start.agree") for alias in ("N", "X")]
    await queue(world, *(hear(alias, Heard.CHOICE, data=data) for alias, data in zip("NX", yes, strict=True)))
    await world.settle()
    assert world.unread("X")[0].message.text.startswith(GONE)
    used = select(Account.external_id).join(Person, Person.id == Account.person_id).where(Person.name == "Trần Thị Mời")
    assert (await world.read(lambda s: s.scalars(used))).all() == ["N"]


# Another channel


async def beside(world: World) -> World:
    """Return the same assistant on another channel: same database, another bot."""
    channel = FakeChannel(name="other")
    bot_id = await world.assistant.add(channel, "OTHER")
    receiver, deliverer = (
        Receiver(world.assistant, bot_id),
        Deliverer(world.assistant, bot_id, per_second=1_000_000, chat_gap=0),
    )
    return World(world.assistant, channel, bot_id, receiver, deliverer, world.worker)


async def test_another_channels_account_with_the_same_id(world: World) -> None:
    """ "11" of one platform is the office, "11" of another nobody: it sees nothing, presses nothing, opens nothing."""
    await branch(world)
    await world.join("11", RoleKind.OFFICE, "", "Phạm Văn D")
    await reported(world)
    await world.say("11", "/rasoat")
    await world.say("11", "/moi")
    other = await beside(world)
    first = len(world.phone("11"))
    for _, data in await buttons(world, "11"):
        assert await unmoved(other, "11", pressing(other, "11", data)) == ""
    for text in ("/tonghop", "/rasoat", "/moi", "/riengtu", "1. Bảo tàng"):
        said = await unmoved(other, "11", saying(other, "11", text))
        assert "Bảo tàng" not in said
        assert said == "" or said.startswith("Đây là Trợ lý chi bộ")
    assert len(world.phone("11")) == first


async def test_a_link_made_for_one_channel_is_used_on_another(world: World) -> None:
    """Once, by whoever holds it: on the other channel it binds that account, and here it is over."""
    await branch(world)
    code, token = await invited(world)
    other = await beside(world)
    await other.say("11", f"/start {token}")
    await other.press("11", "Đúng, tôi đồng ý")
    assert "Mã này chưa đúng, đã dùng" in await unmoved(world, "11", saying(world, "11", code))


# Crafted


async def test_crafted_buttons(world: World) -> None:
    """Random tokens, others' tokens, places that are none, 64 bytes and beyond: an old button, to a stranger none."""
    await branch(world)
    await reported(world)
    await world.say("O", "/rasoat")
    mine, theirs = (await buttons(world, "A"))[-1][1], (await buttons(world, "O"))[-1][1]
    token = mine.partition(".")[0]
    places = ("99", "-1", "²", "٣", "1e9", "", " 0", "0 ", "9" * 5000, "0x0", "0.0", "None")
    crafted = [f"{token}.{place}" for place in places]
    crafted += [theirs, scope_world.new_token(), f"{scope_world.new_token()}.0", ".", "..", ".0", "%.0", "_.0"]
    crafted += ["x" * 64, "ấ" * 21 + ".", "report.accept:1", "' OR 1=1 --.0", "<b>.0", "\n.0", f"{token}\n.0"]
    for data in crafted:
        assert (await unmoved(world, "A", pressing(world, "A", data))).startswith(OLD), data
    for data in (*crafted, mine):
        assert await unmoved(world, "stranger", pressing(world, "stranger", data)) == "", data


WORDS = (
    "TV",
    "Thư viện",
    "BT' OR '1'='1",
    "'; DROP TABLE person; --",
    "<b>TV</b><script>alert(1)</script>",
    "1",
    "-1",
    "%",
    "{{ 7 * 7 }}",
    "tv " * 1300,
)


@pytest.mark.parametrize("command", ["/tonghop", "/moi", "/tinhhinh", "/baocao", "/trichdan", "/riengtu", "/summary"])
async def test_crafted_words_behind_a_command(world: World, command: str) -> None:
    """What a secretary types behind a command opens no other branch and changes nothing but their own open form."""
    await branch(world)
    await world.join("T2", RoleKind.DEPUTY, "TV", "Người Thư Viện")
    await reported(world)
    await world.say("A", command)
    for words in WORDS:
        said = await unmoved(world, "A", saying(world, "A", f"{command} {words}"[:4096]), "job")
        assert said, words
        for told in ("Thư viện", "Người Thư Viện", "<script>", "49", "Đồng chí T"):
            assert told not in said.replace("Thư viện tỉnh", ""), (command, words, said)
        assert not any(each in said for each in ("DROP TABLE", "alert(1)"))
