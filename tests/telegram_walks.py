"""People of the fake Telegram who walk through a conversation by themselves: the next act follows the awaited answer.

They live on the platform's side, so they go on whatever the bot does; when it is dead, they simply wait.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests import telegram_people
from tests.telegram_world import Line, World

Step = Sequence[str]
"""say|press, the words or the button's label, words of the answer that is awaited."""


@dataclass
class Walk:
    """One person's way; `place` is the step whose answer is awaited."""

    person: int
    steps: list[Step]
    place: int = 0


@dataclass
class Walkers:
    """Everybody who walks, `at_once` at most; who arrives makes room for the next."""

    waiting: deque[Walk] = field(default_factory=deque)
    going: dict[int, Walk] = field(default_factory=dict)
    arrived: list[int] = field(default_factory=list)

    def begin(self, world: World, at_once: int) -> None:
        while self.waiting and len(self.going) < at_once:
            self._admit(world)

    def see(self, world: World, chat: int, line: Line) -> None:
        """Somebody is shown a message: if it is the awaited one, they act at once."""
        walk = self.going.get(chat)
        if walk is None or walk.steps[walk.place][2] not in line.text:
            return
        walk.place += 1
        if walk.place < len(walk.steps):
            _act(world, walk)
        else:
            self._arrive(world, walk)

    def _arrive(self, world: World, walk: Walk) -> None:
        del self.going[walk.person]
        self.arrived.append(walk.person)
        if self.waiting:
            self._admit(world)

    def _admit(self, world: World) -> None:
        walk = self.waiting.popleft()
        self.going[walk.person] = walk
        _act(world, walk)


def _act(world: World, walk: Walk) -> None:
    act, words, _ = walk.steps[walk.place]
    if act == "say":
        telegram_people.say(world, walk.person, words)
        return
    lines = world.chat(walk.person).lines.values()
    offered = [line for line in lines if any(button["text"] == words for row in line.buttons for button in row)]
    telegram_people.press(world, walk.person, offered[-1].message_id, words)


def walk(world: World, people: list[int], steps: list[list[str]], at_once: int) -> None:
    """Let people take these steps, `at_once` at a time; "{n}" is the person's number."""
    walkers = _walkers(world)
    for person in people:
        own = [[each.replace("{n}", str(person)) for each in step] for step in steps]
        walkers.waiting.append(Walk(person, own))
    walkers.begin(world, at_once)


def walked(world: World) -> dict[str, Any]:
    """Who has arrived, how many are under way and wait, and what each under way awaits."""
    walkers = _walkers(world)
    awaited = {str(each.person): each.steps[each.place][2] for each in walkers.going.values()}
    return {"arrived": walkers.arrived, "going": awaited, "waiting": len(walkers.waiting)}


def _walkers(world: World) -> Walkers:
    if world.watchers:
        return world.watchers[0]
    walkers = Walkers()
    world.watchers.append(walkers)
    return walkers


CONTROLS: dict[str, Callable[..., Any]] = {"walk": walk, "walked": walked}
