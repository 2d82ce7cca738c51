"""The command menus: every command described, named as platforms allow, shown only to who may."""

import re

import handlers
from handlers import spelled
from handlers.everyone import help as help_
from handlers.routes import EVERYBODY
from messages import render
from models.role import RoleKind
from tests.world import World


def test_every_command_is_described() -> None:
    """A command without words, or words without a command, would be missing from or lost in /trogiup."""
    assert set(render.words("command")) == set(handlers.COMMANDS)


def test_names_are_what_platforms_take_and_are_said_once() -> None:
    """Names are 1–32 small letters and digits, each of one command only; two spellings at least, start aside."""
    names = [name for route in handlers.COMMANDS.values() for name in route.names]
    assert all(re.fullmatch(r"[a-z0-9]{1,32}", name) for name in names)
    assert len(names) == len(set(names))
    assert all(len(route.names) > 1 for route in handlers.COMMANDS.values())


def test_menu_shows_only_what_a_role_may() -> None:
    """A member sees neither invitations nor the summary, a secretary the former, the office both."""
    member = {name for name, _ in help_.menu_for({RoleKind.MEMBER})}
    assert {"trichdan", "dung", "riengtu", "trogiup"} <= member
    assert not {"moi", "tonghop", "baocao"} & member
    assert {"moi", "baocao"} <= {name for name, _ in help_.menu_for({RoleKind.SECRETARY})}
    assert {"moi", "tonghop"} <= {name for name, _ in help_.menu_for({RoleKind.OFFICE})}


async def test_a_secretary_sees_the_conference_first(world: World) -> None:
    """After the report and the branch's duties comes what the plan asks next: /hoinghi, on the first page."""
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.say("A", "/trogiup")
    listed = [line.partition(":")[0] for line in world.unread("A")[0].message.text.split("\n") if line[:1] == "/"]
    assert listed[:3] == ["/baocao", "/tinhhinh", "/hoinghi"]


def test_descriptions_fit_a_menu() -> None:
    """Telegram takes 3–256 letters; on a phone a line has room for about fifty."""
    assert all(3 <= len(words) <= 60 for _, words in help_.menu_for(EVERYBODY))


async def test_both_spellings_work_with_and_without_marks(world: World) -> None:
    """/help, /trogiup, /TroGiup@bot and /trợgiúp all say the same."""
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    said = []
    for text in ("/help", "/trogiup", "/TroGiup@tro_ly_bot", "/trợgiúp"):
        await world.say("A", text)
        said += [shown.message.text for shown in world.unread("A")]
    assert len(said) == 4
    assert len(set(said)) == 1


async def test_a_button_of_help_does_the_command(world: World) -> None:
    """[Tuyên truyền] is /tuyentruyen; at most four buttons."""
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.start_campaign()
    await world.say("A", "/trogiup")
    shown = world.unread("A")[0]
    assert sum(len(row) for row in shown.message.buttons) <= help_.MOST_BUTTONS + 1  # and [Xem thêm]
    await world.press("A", "Tuyên truyền")
    pressed = [each.message.text for each in world.unread("A")]
    await world.say("A", "/tuyentruyen")
    assert pressed == [each.message.text for each in world.unread("A")]
    assert "vừa tuyên truyền ở đâu" in pressed[0]


async def test_nobody_reads_a_list_twice_or_a_long_one(typed_world: World) -> None:
    """Where choices are typed each command is one numbered line, eight lines a page at most, and none is left out."""
    await typed_world.join("D", RoleKind.OFFICE, "", "Phạm Văn D")
    await typed_world.start_campaign()
    typed_world.unread("D")
    seen: list[str] = []
    await typed_world.say("D", "/trogiup")
    for _ in range(9):
        (shown,) = typed_world.unread("D")
        listed = re.findall(r"^(?:\d+\. |/\w+: )(.*)$", shown.message.text, re.MULTILINE)
        assert len(listed) <= 8, shown.message.text
        seen += [line for line in listed if line != "Xem thêm"]
        if "Xem thêm" not in shown.message.text:
            break
        await typed_world.say("D", "xem them")
    assert len(seen) == len(set(seen)) == len(help_.menu_for({RoleKind.OFFICE})) - 1  # /trogiup itself is known


def test_every_command_has_words_to_choose_it_by() -> None:
    """A command without a label could not be numbered; its words do it long after the list was read."""
    for key in set(handlers.COMMANDS) - {"help", *help_.BY_WORD}:
        assert spelled.command_in(render.label(f"help.{key}", {})) == handlers.COMMANDS[key].names[0], key
