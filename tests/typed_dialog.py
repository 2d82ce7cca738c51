"""Plays dialogs on a channel that carries words alone: choices are typed as they were spelled out, replies by code."""

import re
from pathlib import Path

from handlers import spelled
from messages import render
from messages.types import Manners
from tests.dialog import Line, Player, matches, shown_text
from tests.fake_channel import Shown
from tests.world import World

WORDS_ALONE = Manners(buttons=False, edits=False, files=False, quotes=False, text_limit=1900, caption_limit=1900)
_ADDED = re.compile(
    r"(?:\A|\n)(?:Đồng chí nhắn số:\n|Đồng chí nhắn số ở trên|Hoặc nhắn: “|Nhắn: “|Mã tin: #"
    r"|Gõ số\.|Gõ ngày, ví dụ 15/5\.|Gõ số câu là sửa|Giữa chừng nhắn được: )"
)
_CODE = re.compile(r"^Mã tin: (#[A-Z]\d\d)$", re.MULTILINE)


def split(text: str) -> tuple[str, str]:
    """Split a message into its words and what was added in place of buttons."""
    found = _ADDED.search(text)
    return (text[: found.start()], text[found.start() :].strip("\n")) if found else (text, "")


def _dashed(lines: list[str]) -> list[str]:
    """Write lines of a list as they are where nothing can be chosen from it."""
    return [re.sub(r"^\d+\. ", "- ", line) for line in lines]


def _cited(lines: list[str]) -> list[str]:
    """Write lines of a report as they are where the numbers of its questions are no choices."""
    return [re.sub(r"^(\d+)\. ", r"Câu \1. ", line) for line in lines]


def _listed(label: str, words: str, added: str) -> str:
    """Return the number of a choice that the words themselves list, "" where it has none."""
    found = re.match(r"(\d+)\. ", label) or re.search(r"\b0?([1-9]\d?)$", label)
    shown = found and "số ở trên" in added and re.search(rf"^0?{found[1]}\. ", words, re.MULTILINE)
    return found[1] if found and shown else ""


def number_of(label: str, words: str, added: str) -> str:
    """Return what the number of a choice is where it can be typed, "" elsewhere: below the words, or in them."""
    below = re.search(rf"^(\d+)\. {re.escape(spelled.bare(label))}$", added, re.MULTILINE)
    if below and label in (spelled.bare(label), f"{below[1]}. {spelled.bare(label)}"):
        return below[1]
    return "" if f"“{label}”" in added else _listed(label, words, added)


class TypedPlayer(Player):
    """Reads [labels] out of the spelled choices and types numbers, words or codes."""

    def __init__(self, world: World, path: Path) -> None:
        super().__init__(world, path)
        for line in self.lines:
            if line.text.startswith("<"):
                line.text, line.more = render.typed(line.text), [self._typed(each) for each in line.more]

    def chosen(self, lines: list[Line]) -> list[Line]:
        """Return the lines but for buttons of long ago and what they bring, and with what elsewhere is changed."""
        found, left_out = [], False
        for line in lines:
            left_out = ": (old) [" in line.text if not line.text.startswith("<") else left_out
            if not left_out and not line.text.startswith("<- "):
                line.text = line.text.replace("<+ ", "< ", 1) if line.text.startswith("<+ ") else line.text
                found.append(line)
        return found

    @staticmethod
    def _typed(line: str) -> str:
        return line if line.startswith("[") else render.typed(line)

    def shown(self, shown: Shown) -> str:
        """Write a message as a dialog would, [labels] for what is spelled out."""
        lines = shown_text(shown).split("\n")
        labels = [line for line in lines if line.startswith(("[", "(tệp ", "(ảnh "))]
        words, added = split("\n".join(line for line in lines if line not in labels))
        for label in (each.label for row in shown.message.buttons for each in row):
            assert spelled.bare(label) in added or _listed(label, words, added), (label, words, added)
        return "\n".join(each for each in [words, *labels] if each)

    def agrees(self, expected: list[str], got: str) -> bool:
        """Compare a message with what the dialog says of it; what cannot be chosen from a list has other numbers."""
        return any(matches(each, got) for each in (expected, _dashed(expected), _cited(expected)))

    def hears(self, expected: list[str], unread: list[Shown]) -> str:
        """Read the next message; a long one may come in several."""
        while len(unread) > 1 and self._only_says_how_far(unread[0], expected):
            unread.pop(0).read = True
        got = ""
        for n, each in enumerate(unread, 1):
            got = f"{got}\n{self.shown(each)}".strip("\n")
            if self.agrees(expected, got):
                for read in unread[:n]:
                    read.read = True
                return got
        unread[0].read = True
        return self.shown(unread[0])

    def _only_says_how_far(self, shown: Shown, expected: list[str]) -> bool:
        """Say whether this is what elsewhere is changed into what comes next."""
        text = self.shown(shown)
        return text.startswith("Trợ lý đang ") and not self.agrees(expected, text)

    async def press(self, who: str, label: str) -> None:
        """Type the number of a choice, or its words; with the code where another message came since."""
        offers = [shown for shown in self.world.phone(who) if shown.message.buttons]
        found = next((each for each in reversed(offers) if label in self._labels(each)), None)
        assert found, f"{self.path.name}: {who} is not offered {label!r}, only {[self._labels(e) for e in offers[-2:]]}"
        words, added = split(shown_text(found))
        number = number_of(label, words, added)
        code = _CODE.search(added)
        fresh = self.world.clock.now() - (found.message.said_at or self.world.clock.now()) < spelled.FRESH
        last = found is self.world.phone(who)[-1]
        typed = number if number and fresh and (last or code) else label
        await self.world.say(who, f"{code[1]} {typed}" if code and not last else typed)

    @staticmethod
    def _labels(shown: Shown) -> list[str]:
        return [each.label for row in shown.message.buttons for each in row]

    async def reply(self, who: str, old: Shown, text: str) -> None:
        """Answer with the code of a message, where it has one."""
        code = _CODE.search(shown_text(old))
        await self.world.say(who, f"{code[1]} {text}" if code else text)
