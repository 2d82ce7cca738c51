"""Says the same words to many: rendered once, split once, written in bulk. Chooses nobody."""

from collections.abc import Sequence
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
    """What is said to everybody; each person's dedupe key is `key` and their id."""

    kind: NoticeKind
    template: str
    key: str
    batch: str
    values: dict[str, Any]
    choices: Rows = ()


async def to_all(moment: Moment, people: Sequence[int], push: Push) -> int:
    """Write a push to these people (ids, who want it); return to how many: not again to who had it, or is not reached.

    The caller takes care that there are not too many of them for one transaction.
    """
    if not await moment.pushing():
        return 0
    reached = await accounts.reached(moment.session, people)
    told = await notice.add_all(moment.session, [_notice(moment, each, push) for each in reached])
    new = [(each, told[key]) for each in reached if (key := _key(push, each)) in told]
    parts = render.split(moment.words(push.template, **push.values), TEXT_LIMIT)
    for part in parts[:-1]:
        await outbox.add_all(moment.session, [_message(moment, push, part, ()) | _to(*each) for each in new])
    last = _message(moment, push, parts[-1], push.choices)
    sent = await outbox.add_all(moment.session, [last | _to(*each) for each in new])
    if push.choices and sent:
        await conversation.offer(moment.session, sent)
    return len(new)


def _key(push: Push, to: Reached) -> str:
    return f"{push.key}:{to.person_id}"


def _notice(moment: Moment, to: Reached, push: Push) -> dict[str, Any]:
    notice.said(moment.session, to.account_id)
    return {
        "committee_id": moment.committee.id,
        "dedupe_key": _key(push, to),
        "person_id": to.person_id,
        "account_id": to.account_id,
        "kind": push.kind,
        "template": push.template,
        "details": {name: plain_value(value) for name, value in push.values.items()},
        "obligations": [],
        "batch": push.batch,
        "told_at": moment.now,
    }


def _message(moment: Moment, push: Push, text: str, choices: Rows) -> dict[str, Any]:
    return {
        "text": text,
        "choices": moment.stored(choices),
        "priority": PRIORITY.get(push.kind, LAST),
        "state": Out.DUE,
        "not_before": moment.machine,
        "said_at": moment.now,
    }


def _to(to: Reached, notice_id: int) -> dict[str, Any]:
    return {
        "notice_id": notice_id,
        "account_id": to.account_id,
        "bot_id": to.bot_id,
        "token": outbox.new_token(),
    }
