"""Plays `tests/dialogs/*.txt`: whole conversations through the real receive, database and deliver.

    A = secretary BT Nguyễn Văn A     who is who (role, unit's code, name); "A = stranger" has no role yet,
                                      "A = stranger on zalo" neither and writes on that channel
    invite secretary BT Nguyễn Văn A  a code exists (name left out: a branch's member code); "{code}" and "{token}" in
                                      what somebody says are those of the newest one, made here or read in a message,
                                      "{tag}" the short code (#A12) read last
    start                             the campaign is in force (facts as NAME=VALUE may follow)
    at 2024-05-23 08:15               plan time moves on, due row by due row
    A fails unknown                   the next message to A may have arrived (refused: is refused, failing: breaks)
    A blocks                          A blocks the bot;  A unblocks: and lets it in again
    > A: /baocao                      A writes;  > A: [Đúng]  presses;  > A: (reply Văn phòng) text  replies to the
                                      newest message with those words in it;  > A: (file a.jpg) caption
                                      > A: (voice)  (sticker)  (contact);  > A: (edit old text) new text
                                      > A: (old) [Đúng]  presses a button of a message that others followed, which
                                      nobody can without buttons: there it is left out with what it brings
    < A: Đã ghi …                     the next unread message of A. "…" stands for anything, a line of "…" for any lines
    <+ A: …  <- A: …                  the same, said only where a message before cannot be changed; only where it can
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
_TAG = re.compile(r"#[A-Z]\d\d\b")
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


def _as_said(line: Line) -> Line:
    line.text = re.sub(r"^<[+-] ", "< ", line.text)
    return line


class Player:
    """Plays one dialog in a world."""

    def __init__(self, world: World, path: Path) -> None:
        self.world, self.path, self.lines = world, path, read(path)
        self.code = self.token = self.tag = ""

    def chosen(self, lines: list[Line]) -> list[Line]:
        """Return the lines that are so on this channel."""
        chosen = [_as_said(line) for line in lines if not line.text.startswith("<+ ")]
        for line in chosen:
            line.text = line.text.replace(": (old) [", ": [") if line.text.startswith("> ") else line.text
        return chosen

    def shown(self, shown: Shown) -> str:
        """Write a message as a dialog would."""
        return shown_text(shown)

    async def press(self, who: str, label: str) -> None:
        """Choose what somebody was offered."""
        await self.world.press(who, label)

    async def reply(self, who: str, old: Shown, text: str) -> None:
        """Answer a message by quoting it."""
        await self.world.say(who, text, reply_to=old.id)

    async def play(self) -> None:
        """Play to the end; AssertionError names the line that did not come true."""
        for line in self.chosen(self.lines):
            await self._line(line)
        self._nothing_unread("the end")

    async def _line(self, line: Line) -> None:
        if line.text.startswith("< "):
            line.more = [each.replace("{tag}", self.tag) for each in line.more]
            line.text = line.text.replace("{tag}", self.tag)
            return self._hears(line)
        self._nothing_unread(f"line {line.number}")
        if line.text.startswith("> "):
            self.world.clock.move_to(self.world.clock.now() + timedelta(seconds=1))  # nobody types in no time
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
            self.world.side(who).channel.mishaps.setdefault(who, []).append(_FAILURES[how or ""]())
        elif what == "blocks":
            self.world.side(who).channel.blocked.add(who)
            await self.world.hear(who, Heard.BLOCKED)
        else:
            self.world.side(who).channel.blocked.discard(who)
            await self.world.hear(who, Heard.UNBLOCKED)

    async def _person(self, found: re.Match[str]) -> None:
        alias, role, code, name = found.groups()
        if role == "stranger" and code == "on":
            await self.world.put_on(alias, name)
        elif role != "stranger":
            await self.world.join(alias, role, code, name.removesuffix(" +"), excerpts=name.endswith(" +"))

    async def _speaks(self, line: Line) -> None:
        who, text = line.who, "\n".join(line.body).strip()
        text = text.replace("{code}", self.code).replace("{token}", self.token).replace("{tag}", self.tag)
        self.world.clock.move_to(self.world.clock.now() + timedelta(seconds=1))
        if text.startswith("[") and text.endswith("]"):
            await self.press(who, text[1:-1])
        elif text in _ODD:
            await self.world.hear(who, _ODD[text])
        elif found := re.match(r"\((reply|file|edit) ([^)]+)\) ?(.*)", text, re.DOTALL):
            await self._special(who, *found.groups())
        else:
            await self.world.say(who, text)

    async def _special(self, who: str, what: str, about: str, text: str) -> None:
        if what == "file":
            await self.world.send_file(who, about, SAMPLES.get(about, SAMPLES.get(Path(about).suffix, b"sample")), text)
        elif what == "reply":
            old = next(shown for shown in reversed(self.world.phone(who)) if about in self.shown(shown))
            await self.reply(who, old, text)
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
        expected = "\n".join(line.body)
        got = self.hears(line.body, unread)
        self._remember(got)
        assert self.agrees(line.body, got), f"{self.path.name}:{line.number}\nexpected:\n{expected}\ngot:\n{got}"

    def agrees(self, expected: list[str], got: str) -> bool:
        """Compare a message with what the dialog says of it."""
        return matches(expected, got)

    def hears(self, expected: list[str], unread: list[Shown]) -> str:
        """Read the next message."""
        unread[0].read = True
        return self.shown(unread[0])

    def _remember(self, got: str) -> None:
        if code := _CODE.search(got):
            self.code = code[0]
        if tag := _TAG.search(got):
            self.tag = tag[0]
        if token := _TOKEN.search(got):
            self.token = token[1]

    def _nothing_unread(self, where: str) -> None:
        on_others = [who for side in self.world.others.values() for who in side.channel.phones]
        for who in [*self.world.channel.phones, *on_others]:
            for shown in self.world.unread(who):
                raise AssertionError(f"{self.path.name}: before {where} {who} was also told:\n{self.shown(shown)}")


SAMPLES = {
    ".jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9",
    ".png": b"\x89PNG\r\n\x1a\n" + bytes(32),
    ".pdf": b"%PDF-1.4\n%%EOF\n",
    ".txt": (Path(__file__).parent.parent / "campaigns/chuyen-de-2024/ke-hoach.txt").read_bytes(),
    "thi-dua.txt": (Path(__file__).parent / "data/thi-dua.txt").read_bytes(),
}
"""Bytes of the sample files dialogs send, by name or by kind."""
