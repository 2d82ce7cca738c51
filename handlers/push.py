"""Writes pushes to many at once: the same words to all, rendered once, or to each their own. Chooses nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.turn import LAST, TEXT_LIMIT, Moment, plain_value
from messages import render
from messages.types import Rows
from models import account as accounts
from models import conversation, notice, outbox
from models.account import Reached
from models.notice import PRIORITY, NoticeKind
from models.outbox import Out


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


@dataclass(frozen=True)
class _Letter:
    """A push as one person gets it: its notice's columns, its parts, the buttons of the last."""

    to: Reached
    notice: dict[str, Any]
    parts: Sequence[str]
    choices: list[Any]


async def to_all(moment: Moment, people: Sequence[int], push: Push) -> int:
    """Say the same to these people (ids, who want it); return to how many.

    It is not said again to who had it, nor to who is not reached. The caller takes care that there are not too many
    of them for one transaction.
    """
    if not await moment.pushing():
        return 0
    words, choices, values = _words(moment, push), moment.stored(push.choices), _values(push)
    letters = [
        _Letter(each, _notice(moment, each, push, f"{push.key}:{each.person_id}", values), words, choices)
        for each in await accounts.reached(moment.session, people, await moment.failing_bots())
    ]
    return len(await _write(moment, push.kind, letters))


async def to_each(moment: Moment, pushes: Mapping[int, Push], kind: NoticeKind) -> dict[int, int]:
    """Say {person id: a push of `kind`}; return {person id: notice id} of those to whom it is said, as in `to_all`."""
    if not await moment.pushing():
        return {}
    letters = []
    for each in await accounts.reached(moment.session, list(pushes), await moment.failing_bots()):
        push = pushes[each.person_id]
        notice_row = _notice(moment, each, push, push.key, _values(push))
        letters.append(_Letter(each, notice_row, _words(moment, push), moment.stored(push.choices)))
    return await _write(moment, kind, letters)


async def _write(moment: Moment, kind: NoticeKind, letters: Sequence[_Letter]) -> dict[int, int]:
    await moment.session.flush()  # what was said before stays before it
    told = await notice.add_all(moment.session, [each.notice for each in letters])
    new = [(each, told[key]) for each in letters if (key := each.notice["dedupe_key"]) in told]
    menus: dict[int, int] = {}
    for n in range(max((len(each.parts) for each, _ in new), default=0)):
        rows = [_message(moment, kind, each, n, notice_id) for each, notice_id in new if n < len(each.parts)]
        menus |= await outbox.add_all(moment.session, rows)  # in the order of its parts, so the last one stays
    offered = {each.to.account_id: menus[each.to.account_id] for each, _ in new if each.choices}
    if offered:
        await conversation.offer(moment.session, offered)
    return {each.to.person_id: notice_id for each, notice_id in new}


def _words(moment: Moment, push: Push) -> list[str]:
    return render.split(moment.words(push.template, **push.values), TEXT_LIMIT)


def _values(push: Push) -> dict[str, Any]:
    return {name: plain_value(value) for name, value in push.values.items()}


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


def _message(moment: Moment, kind: NoticeKind, letter: _Letter, n: int, notice_id: int) -> dict[str, Any]:
    return {
        "notice_id": notice_id,
        "account_id": letter.to.account_id,
        "bot_id": letter.to.bot_id,
        "token": outbox.new_token(),
        "text": letter.parts[n],
        "choices": letter.choices if n == len(letter.parts) - 1 else [],
        "priority": PRIORITY.get(kind, LAST),
        "state": Out.DUE,
        "not_before": moment.machine,
        "said_at": moment.now,
    }
