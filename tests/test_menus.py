"""Each chat's command menu follows its person's roles; a platform that is away is asked again."""

import functools
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Refused, TryLater
from bot.menus import Menus
from models.bot import Bot
from models.role import RoleKind
from tests.world import World


class Menu:
    """A platform's menus, which can fail on purpose."""

    def __init__(self) -> None:
        self.shown: dict[str | None, set[str]] = {}
        self.fault: Exception | None = None

    async def username(self) -> str | None:
        """Return the bot's name."""
        return "tro_ly"

    async def set_menu(self, commands: Sequence[tuple[str, str]], chat: str | None = None) -> None:
        """Remember it."""
        if self.fault:
            fault, self.fault = self.fault, None
            raise fault
        self.shown[chat] = {name for name, _ in commands}


async def test_a_menu_follows_the_roles(world: World) -> None:
    """Joining, a further role and erasure each set the menu anew; nobody else's is touched."""
    platform = Menu()
    menus = Menus(world.assistant, world.bot_id, platform)
    code, _ = await world.invite(RoleKind.MEMBER, "BT")
    for said in (code, "Lê Thị Mẫu", "đồng ý"):
        await world.say("M", said)
    assert await menus.refresh() == 1
    assert "riengtu" in platform.shown["M"]
    assert "baocao" not in platform.shown["M"]
    code, _ = await world.invite(RoleKind.SECRETARY, "BT", "Lê Thị Mẫu")
    await world.say("M", code)
    await world.press("M", "Đúng, thêm vai trò")
    await menus.refresh()
    assert "baocao" in platform.shown["M"]
    await world.say("M", "/riengtu")
    await world.press("M", "Xóa")
    await world.press("M", "Đúng, xóa")
    await menus.refresh()
    assert "trichdan" not in platform.shown["M"]
    assert await menus.refresh() == 0
    assert list(platform.shown) == ["M"]


async def test_a_role_that_begins_while_a_menu_is_set_is_in_the_next(either: World) -> None:
    """The platform takes a moment: what changed meanwhile is not taken for shown."""
    platform = Menu()
    menus, tell = Menus(either.assistant, either.bot_id, platform), platform.set_menu
    code, _ = await either.invite(RoleKind.MEMBER, "BT")
    for said in (code, "Lê Thị Mẫu", "đồng ý"):
        await either.say("M", said)

    async def slowly(commands: Sequence[tuple[str, str]], chat: str | None = None) -> None:
        code, _ = await either.invite(RoleKind.SECRETARY, "BT", "Lê Thị Mẫu")
        await either.say("M", code)
        await either.press("M", "Đúng, thêm vai trò")
        await tell(commands, chat)

    platform.set_menu = slowly
    await menus.refresh()
    assert "baocao" not in platform.shown["M"]
    platform.set_menu = tell
    await menus.refresh()
    assert "baocao" in platform.shown["M"]
    assert await menus.refresh() == 0


@pytest.mark.parametrize(("fault", "again"), [(TryLater(1.0), 1), (Refused("bad"), 0)])
async def test_a_menu_that_could_not_be_set(world: World, fault: Exception, again: int) -> None:
    """What was certainly not set is tried again; what is refused for good is left."""
    platform = Menu()
    menus = Menus(world.assistant, world.bot_id, platform)
    code, _ = await world.invite(RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.say("A", code)
    await world.press("A", "Đúng, tôi đồng ý")
    platform.fault = fault
    if isinstance(fault, TryLater):
        with pytest.raises(TryLater):
            await menus.refresh()
    else:
        await menus.refresh()
    assert await menus.refresh() == again


async def test_a_pause_of_the_platform_is_kept(world: World) -> None:
    """After a 429 nothing is asked of the platform, a start included, until the pause is over."""
    platform = Menu()
    menus = Menus(world.assistant, world.bot_id, platform)
    code, _ = await world.invite(RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.say("A", code)
    await world.press("A", "Đúng, tôi đồng ý")

    async def pause(session: AsyncSession, seconds: float) -> None:
        until = world.clock.machine() + timedelta(seconds=seconds)
        (await session.get_one(Bot, world.bot_id)).paused_until = until

    await world.write(functools.partial(pause, seconds=60))
    assert await menus.introduce() == ""
    assert await menus.refresh() == 0
    assert platform.shown == {}
    await world.write(functools.partial(pause, seconds=-1))
    assert await menus.introduce() == "tro_ly"
    await menus.refresh()
    assert set(platform.shown) == {None, "A"}
