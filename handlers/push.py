"""Writes pushes to many at once: the same words to all, rendered once, or to each their own. Chooses nobody."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers import budget
from handlers import shape as shapes
from handlers.shape import SaidFile, Shape
from handlers.turn import Moment, spoken_codes
from messages.types import Rows
from models import account as accounts
from models import conversation, notice, outbox, usage
from models.account import Reached
from models.notice import NoticeKind


@dataclass(frozen=True)
class Push:
    """What is said; `key` is the dedupe key, to which a push to all adds each person's id."""

    kind: NoticeKind
    template: str
    key: str
    batch: str
    values: Mapping[str, Any]
    choices: Rows = ()
    about: Sequence[int] = ()
    file: SaidFile | None = None


@dataclass(frozen=True)
class _Letter:
    """A push as one person gets it: columns of its notice and of its messages; `offers` choices that may be typed."""

    to: Reached
    notice: dict[str, Any]
    messages: Sequence[dict[str, Any]]
    offers: bool
    explained: bool = False  # what its code is for is said with it


async def to_all(moment: Moment, people: Sequence[int], push: Push) -> int:
    """Say the same to these people (ids, who want it); return to how many.

    It is not said again to who had it, nor to who is not reached. The caller takes care that there are not too many
    of them for one transaction.
    """
    if not await moment.pushing():
        return 0
    reached = await accounts.reached(moment.session, people, await moment.failing_bots())
    writer = await _writer(moment, reached)
    letters = [writer.letter(each, push, f"{push.key}:{each.person_id}") for each in reached]
    return len(await _write(moment, push.kind, letters))


async def to_each(moment: Moment, pushes: Mapping[int, Push], kind: NoticeKind) -> dict[int, int]:
    """Say {person id: a push of `kind`}; return {person id: notice id} of those to whom it is said, as in `to_all`."""
    if not await moment.pushing():
        return {}
    reached = await accounts.reached(moment.session, list(pushes), await moment.failing_bots())
    writer = await _writer(moment, reached)
    letters = [writer.letter(each, pushes[each.person_id], pushes[each.person_id].key, kind) for each in reached]
    return await _write(moment, kind, letters)


async def _write(moment: Moment, kind: NoticeKind, letters: Sequence[_Letter]) -> dict[int, int]:
    await moment.session.flush()  # what was said before stays before it
    told = await notice.add_all(moment.session, [each.notice for each in letters])
    new = [(each, told[key]) for each in letters if (key := each.notice["dedupe_key"]) in told]
    sizes = [budget.Letter(each.to.account_id, each.to.bot_id, _calls(moment, each)) for each, _ in new]
    waiting, until = await budget.hold(moment, kind, sizes)
    if waiting:
        if kind is NoticeKind.EXCERPT:
            await usage.take_back(moment.session, list(waiting), kind)
        await moment.tell_office(
            "status.held", dedupe=f"held:{new[0][0].notice['batch']}", kind=NoticeKind.ITEM, until=until
        )
    if explained := [each.to.account_id for each, _ in new if each.explained]:
        await accounts.tell_codes(moment.session, explained)
    menus: dict[int, int] = {}
    for n in range(max((len(each.messages) for each, _ in new), default=0)):
        rows = [{**each.messages[n], "notice_id": notice_id} for each, notice_id in new if n < len(each.messages)]
        for row in rows:
            held = row["account_id"] in waiting
            row.update({"not_before": until, "error": outbox.HELD} if held else {"error": ""})
        menus |= await outbox.add_all(moment.session, rows)  # in the order of its parts, so the last one stays
    seen = [each.to.account_id for each, _ in new if each.offers and each.to.account_id not in waiting]
    offered = {each: menus[each] for each in seen}
    if offered:
        await conversation.offer(moment.session, offered)
    return {each.to.person_id: notice_id for each, notice_id in new}


def _calls(moment: Moment, letter: _Letter) -> int:
    """Return how many messages a platform counts: a picture that can be shown is one besides its words."""
    shown = sum(each.get("file_kind") == "photo" and bool(each["text"]) for each in letter.messages)
    return len(letter.messages) + (shown if moment.public_url else 0)


async def _writer(moment: Moment, reached: Sequence[Reached]) -> "_Writer":
    """Return what writes letters, knowing who is in the middle of something where choices are typed."""
    typing = [each.account_id for each in reached if not moment.carries(each.bot_id).buttons]
    busy = await conversation.busy(moment.session, typing) if typing else frozenset()
    codes = await spoken_codes(moment.session, typing) if typing else {}
    return _Writer(moment, busy, codes, await accounts.without_codes(moment.session, typing) if typing else frozenset())


class _Writer:
    """Writes a push to one after the other; the same words are rendered once."""

    def __init__(
        self, moment: Moment, busy: Container[int], codes: Mapping[int, frozenset[str]], new: Container[int]
    ) -> None:
        self._moment, self._busy, self._codes, self._new = moment, busy, codes, new
        self._said: dict[tuple[int, bool], tuple[str, Shape, dict[str, Any]]] = {}

    def letter(self, to: Reached, push: Push, key: str, kind: NoticeKind | None = None) -> _Letter:
        """Return the push as this person gets it."""
        busy = to.account_id in self._busy
        words, shape, values = self._words(push, buttons=self._moment.carries(to.bot_id).buttons)
        explained = shape.coded and to.account_id in self._new
        shape = replace(shape, figures=busy, explained=explained) if busy or explained else shape
        known = self._codes.get(to.account_id, frozenset())
        rows = self._moment.messages(to.account_id, to.bot_id, kind or push.kind, words, shape, known)
        about = _notice(self._moment, to, push, key, values)
        return _Letter(to, about, rows, bool(push.choices) and not busy, explained)

    def _words(self, push: Push, *, buttons: bool) -> tuple[str, Shape, dict[str, Any]]:
        kept = self._said.get((id(push), buttons))
        if kept is None:
            words = self._moment.words(push.template, buttons=buttons, **push.values)
            coded = bool(push.choices or push.about) or push.kind is NoticeKind.BROADCAST  # whatever may be answered
            shape = Shape(shapes.stored(push.choices), push.file, coded=coded)
            kept = self._said[id(push), buttons] = words, shape, _values(push)
        return kept


def _values(push: Push) -> dict[str, Any]:
    return {name: shapes.plain_value(value) for name, value in push.values.items()}


def _notice(moment: Moment, to: Reached, push: Push, key: str, values: dict[str, Any]) -> dict[str, Any]:
    notice.said(moment.session, to.account_id)
    return {
        "committee_id": moment.committee.id,
        "dedupe_key": key,
        "person_id": to.person_id,
        "account_id": to.account_id,
        "kind": push.kind,
        "template": push.template,
        "details": values,
        "obligations": list(push.about),
        "batch": push.batch,
        "told_at": moment.now,
    }
