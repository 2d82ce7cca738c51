"""Plays `tests/dialogs/*.txt`: whole conversations through the real receive, database and deliver.

    A = secretary BT Nguyễn Văn A     who is who (role, unit's code, name); "A = stranger" has no role yet
    invite secretary BT Nguyễn Văn A  a code exists (name left out: a branch's member code); "{code}" and "{token}" in
                                      what somebody says are those of the newest one, made here or read in a message
    start                             the campaign is in force (facts as NAME=VALUE may follow)
    at 2024-05-23 08:15               plan time moves on, due row by due row
    A fails unknown                   the next message to A may have arrived (refused: is refused, failing: breaks)
    A blocks                          A blocks the bot;  A unblocks: and lets it in again
    > A: /baocao                      A writes;  > A: [Đúng]  presses;  > A: (reply Văn phòng) text  replies to the
                                      newest message with those words in it;  > A: (file a.jpg) caption
                                      > A: (voice)  (sticker)  (contact);  > A: (edit old text) new text
    < A: Đã ghi …                     the next unread message of A. "…" stands for anything, a line of "…" for any lines
         [Báo cáo ngay] [Khác]        its buttons (left out: not looked at); (tệp x.docx) (ảnh x.png): its file
    < A: **                           whatever A has unread is passed over

Lines that begin with # are comments. Everything said must be in the file: what is unread at the next line of
somebody else's speaking is an error.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.channel import Failing, Refused, Unknown
from messages.types import Heard
from tests.fake_channel import Shown
from tests.world import World, local

_PERSON = re.compile(r"^(\w+) = (\w+)(?: (\S+) (.+))?$")
_INVITE = re.compile(r"^invite (\w+) (\S+)(?: (.+))?$")
_CODE = re.compile(r"\b\d\d \d\d \d\d \d\d\b")
_TOKEN = re.compile(r"start=([\w-]{22})")
_MISHAP = re.compile(r"^(\w+) (fails|blocks|unblocks)(?: (\w+))?$")
_FAILURES = {"unknown": Unknown, "refused": Refused, "failing": Failing}
_ODD = {"(voice)": Heard.VOICE, "(sticker)": Heard.STICKER, "(contact)": Heard.CONTACT, "(location)": Heard.OTHER}


@dataclass
class Line:
    """A line of a dialog with its continuation."""

    number: int
    text: str
    more: list[str] = field(default_factory=list)

    @property
    def body(self) -> list[str]:
        """What comes after "> A: " with the continuation."""
        return [self.text.partition(": ")[2], *self.more]

    @property
    def who(self) -> str:
        """The alias."""
        return self.text[2:].partition(":")[0]


def read(path: Path) -> list[Line]:
    """Split a dialog into lines; an indented line continues the one above."""
    found: list[Line] = []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not raw.strip() or raw.startswith("#"):
            continue
        if raw.startswith((" ", "\t")):
            found[-1].more.append(raw.strip())
        else:
            found.append(Line(number, raw.rstrip()))
    return found


def shown_text(shown: Shown) -> str:
    """Write a message as a dialog would: text, file, buttons."""
    message = shown.message
    lines = [line for line in re.sub(r"</?[a-z]+[^>]*>", "", message.text).split("\n") if line.strip()]
    lines = [_unescaped(line) for line in lines]
    if message.file:
        lines.append(f"({'ảnh' if message.file.kind == 'photo' else 'tệp'} {message.file.name})")
    lines += [" ".join(f"[{button.label}]" for button in row) for row in message.buttons]
    return "\n".join(lines)


def _unescaped(text: str) -> str:
    for code, letter in (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&#39;", "'"), ("&amp;", "&")):
        text = text.replace(code, letter)
    return text


def matches(expected: list[str], got: str) -> bool:
    """Compare a message with what a dialog says of it."""
    wanted = [line for line in expected if line]
    lines = got.split("\n")
    if not any(line.startswith("[") for line in wanted):
        lines = [line for line in lines if not line.startswith("[")]
    if any(line.startswith("[") for line in wanted):  # buttons may be broken into rows as the dialog likes
        wanted, lines = _one_row(wanted), _one_row(lines)
    pattern = "\n".join("…" if line == "…" else line for line in wanted)
    expression = re.escape(pattern).replace("…", ".*")
    return re.fullmatch(expression, "\n".join(lines), re.DOTALL) is not None


def _one_row(lines: list[str]) -> list[str]:
    buttons = " ".join(line for line in lines if line.startswith("["))
    return [line for line in lines if not line.startswith("[")] + [buttons]


class Player:
    """Plays one dialog in a world."""

    def __init__(self, world: World, path: Path) -> None:
        self.world, self.path, self.lines = world, path, read(path)
        self.code = self.token = ""

    async def play(self) -> None:
        """Play to the end; AssertionError names the line that did not come true."""
        for line in self.lines:
            await self._line(line)
        self._nothing_unread("the end")

    async def _line(self, line: Line) -> None:
        if line.text.startswith("< "):
            return self._hears(line)
        self._nothing_unread(f"line {line.number}")
        if line.text.startswith("> "):
            await self._speaks(line)
        elif line.text.startswith("at "):
            await self.world.move_to(local(line.text[3:]))
        elif line.text.startswith("start"):
            facts = dict(pair.split("=", 1) for pair in line.text.split()[1:])
            await self.world.start_campaign({k: int(v) if v.isdigit() else v for k, v in facts.items()})
        elif found := _INVITE.match(line.text):
            self.code, self.token = await self.world.invite(found[1], found[2], found[3] or "")
        elif found := _MISHAP.match(line.text):
            await self._mishap(*found.groups())
        elif found := _PERSON.match(line.text):
            await self._person(found)
        else:
            raise AssertionError(f"{self.path.name}:{line.number}: what is {line.text!r}?")
        return None

    async def _mishap(self, who: str, what: str, how: str | None) -> None:
        if what == "fails":
            self.world.channel.mishaps.setdefault(who, []).append(_FAILURES[how or ""]())
        elif what == "blocks":
            self.world.channel.blocked.add(who)
            await self.world.hear(who, Heard.BLOCKED)
        else:
            self.world.channel.blocked.discard(who)
            await self.world.hear(who, Heard.UNBLOCKED)

    async def _person(self, found: re.Match[str]) -> None:
        alias, role, code, name = found.groups()
        if role != "stranger":
            await self.world.join(alias, role, code, name.removesuffix(" +"), excerpts=name.endswith(" +"))

    async def _speaks(self, line: Line) -> None:
        who, text = line.who, "\n".join(line.body).strip()
        text = text.replace("{code}", self.code).replace("{token}", self.token)
        self.world.clock.move_to(self.world.clock.now() + timedelta(seconds=1))
        if text.startswith("[") and text.endswith("]"):
            await self.world.press(who, text[1:-1])
        elif text in _ODD:
            await self.world.hear(who, _ODD[text])
        elif found := re.match(r"\((reply|file|edit) ([^)]+)\) ?(.*)", text, re.DOTALL):
            await self._special(who, *found.groups())
        else:
            await self.world.say(who, text)

    async def _special(self, who: str, what: str, about: str, text: str) -> None:
        if what == "file":
            await self.world.send_file(who, about, SAMPLES.get(Path(about).suffix, b"sample"), text)
        elif what == "reply":
            old = next(shown for shown in reversed(self.world.phone(who)) if about in shown_text(shown))
            await self.world.say(who, text, reply_to=old.id)
        else:
            await self.world.hear(who, Heard.EDITED, text=text, message_id=self.world.said_id(who, about))

    def _hears(self, line: Line) -> None:
        unread = [shown for shown in self.world.phone(line.who) if not shown.read]
        if line.body == ["**"]:
            self.world.unread(line.who)
            return
        assert unread, f"{self.path.name}:{line.number}: {line.who} was told nothing, expected:\n" + "\n".join(
            line.body
        )
        unread[0].read = True
        got = shown_text(unread[0])
        self._remember(got)
        expected = "\n".join(line.body)
        assert matches(line.body, got), f"{self.path.name}:{line.number}\nexpected:\n{expected}\ngot:\n{got}"

    def _remember(self, got: str) -> None:
        if code := _CODE.search(got):
            self.code = code[0]
        if token := _TOKEN.search(got):
            self.token = token[1]

    def _nothing_unread(self, where: str) -> None:
        for who in self.world.channel.phones:
            for shown in self.world.unread(who):
                raise AssertionError(f"{self.path.name}: before {where} {who} was also told:\n{shown_text(shown)}")


SAMPLES = {
    ".jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9",
    ".png": b"\x89PNG\r\n\x1a\n" + bytes(32),
    ".pdf": b"%PDF-1.4\n%%EOF\n",
}
"""Bytes of the sample files dialogs send."""
