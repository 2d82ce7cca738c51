"""A turn: one thing heard and all that follows from it, in one transaction. Knows no channel and no clock."""

import enum
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from campaigns import schema
from handlers.rules.ladder import Rung
from handlers.rules.workdays import Workdays
from messages import render
from messages.types import Choice, Incoming, Rows, Value
from models import account as accounts
from models import audit, campaign, conversation, day_override, outbox, person, role, saying
from models import bot as bots
from models import notice as notices
from models.account import Account
from models.base import find, one
from models.campaign import Campaign, CampaignState
from models.committee import Committee
from models.conversation import Conversation
from models.job import Job, JobState
from models.notice import PRIORITY, NoticeKind
from models.outbox import Out, Outbox
from models.person import Person
from models.role import Role
from models.saying import Said
from models.unit import Unit

TEXT_LIMIT = 4096  # code points after entities, the strictest of our channels
CAPTION_LIMIT = 1024
_BUTTON = re.compile(r"(?P<token>[A-Za-z0-9_-]{1,60})\.(?P<place>[0-9]{1,3})")  # all else comes from no button of ours
LAST = 9  # priority of kinds that models.notice.PRIORITY does not name


@dataclass(frozen=True, slots=True)
class SaidFile:
    """A stored file to send: the attachment's id and photo | document."""

    attachment_id: int
    kind: str


@dataclass
class Moment:
    """A transaction at a moment, with the means to speak. Due rows and finished jobs act through one."""

    session: AsyncSession
    committee: Committee
    now: datetime  # plan time, aware
    machine: datetime  # machine time, aware
    zone: ZoneInfo
    public_url: str = ""
    files: Path = Path("files")  # where stored files lie; only jobs read them
    texts_days: int = 90  # how long the words of what was sent are kept
    files_a_day: int = 100  # of one person
    key: bytes = field(default=b"", repr=False)  # the installation's, for hashes of codes
    _workdays: Workdays | None = field(default=None, repr=False)
    ladders: dict[tuple[date, date | None], Sequence[Rung]] = field(default_factory=dict, repr=False)  # last day, grace
    _read_plan: schema.Plan | None = field(default=None, repr=False)
    _campaign: Campaign | None = field(default=None, repr=False)
    _failing: set[int] | None = field(default=None, repr=False)

    @property
    def today(self) -> date:
        """The plan day in the committee's zone."""
        return self.now.astimezone(self.zone).date()

    @property
    def clock_time(self) -> time:
        """The plan's time of day in the committee's zone."""
        return self.now.astimezone(self.zone).time()

    def local(self, moment: datetime) -> datetime:
        """Return a stored moment in the committee's zone."""
        return moment.astimezone(self.zone)

    def at(self, day: date, hour: time) -> datetime:
        """Return the moment of a plan day and hour."""
        return datetime.combine(day, hour, self.zone)

    async def workdays(self) -> Workdays:
        """Return the calendar with the office's overrides."""
        if self._workdays is None:
            self._workdays = Workdays(await day_override.of_committee(self.session, self.committee.id))
        return self._workdays

    async def campaign(self) -> Campaign | None:
        """Return the committee's campaign, asked for once: a push to many asks for each of them."""
        if self._campaign is None:
            self._campaign = await campaign.current(self.session, self.committee.id)
        return self._campaign

    async def plan(self) -> schema.Plan:
        """Return the campaign's plan; LookupError where there is no campaign."""
        if self._read_plan is None:
            current = await self.campaign()
            if current is None:
                raise LookupError("no campaign yet: run `main.py init` first")
            self._read_plan = _plan(orjson.dumps(current.body))
        return self._read_plan

    async def pushing(self) -> bool:
        """Say whether pushes may go out: started, and not on hold."""
        current = await self.campaign()
        return bool(current and current.state == CampaignState.LIVE and not self.committee.paused)

    def note(self, act: str, subject: str, by: Person | None = None, **details: Any) -> None:
        """Add a line to the audit; `details` are ids and field names only."""
        audit.note(self.session, self.committee.id, act, subject, by.id if by else None, self.now, **details)

    def later(self, kind: str, delay: timedelta = timedelta(), **values: Any) -> None:
        """Leave slow work to bot/work.py: `kind` is a key of handlers.JOBS."""
        self.session.add(
            Job(
                committee_id=self.committee.id,
                kind=kind,
                values=values,
                state=JobState.DUE,
                not_before=self.machine + delay,
            )
        )

    async def many(self, people: Sequence[int]) -> None:
        """Read ahead what it takes to tell each of these people (ids) something: a push goes to many."""
        found = await accounts.read_ahead(self.session, people)
        await conversation.read_ahead(self.session, [each.id for each in found])

    async def tell(self, to: Person, template: str, *, kind: NoticeKind, **said: Any) -> Said | None:
        """Say something to a person on the account where they are reached; see `say_to` for `said`.

        Return None when it is not said: a push they stopped or that is on hold, a dedupe key already used, or no
        account that can be reached (the caller decides what the office learns of that).
        """
        wanted = to.excerpts if kind is NoticeKind.EXCERPT else to.pushes
        if kind not in (NoticeKind.ANSWER, NoticeKind.ITEM) and not (wanted and await self.pushing()):
            return None
        account = await self._reached(to)
        told = await self.say_to(account, template, kind=kind, to=to, **said) if account else None
        await self.session.flush()
        return told

    async def _reached(self, to: Person) -> Account | None:
        """Return where a person is written to: of several accounts one on a bot that does not fail."""
        found = [each for each in await accounts.of_person(self.session, to.id) if each.reachable]
        if len(found) > 1:
            failing = await self.failing_bots()
            found = [each for each in found if each.bot_id not in failing] or found
        return found[0] if found else None

    async def failing_bots(self) -> set[int]:
        """Return the bots that fail at present: who can be reached elsewhere is."""
        if self._failing is None:
            self._failing = await bots.failing(self.session, self.committee.id)
        return self._failing

    async def tell_office(self, template: str, *, but: Person | None = None, **said: Any) -> list[Said]:
        """Say something to every office person (`but` one); kind ITEM unless given; `dedupe` holds for each of them."""
        said.setdefault("kind", NoticeKind.ITEM)
        key = said.pop("dedupe", "")
        people = await person.holding(self.session, self.committee.id, [role.RoleKind.OFFICE])
        told = [
            await self.tell(each, template, dedupe=key and f"{key}:{each.id}", **said)
            for each in people
            if not but or each.id != but.id
        ]
        return [notice for notice in told if notice]

    async def say_to(
        self,
        account: Account,
        template: str,
        *,
        kind: NoticeKind = NoticeKind.ANSWER,
        to: Person | None = None,
        choices: Rows = (),
        about: Sequence[int] = (),
        dedupe: str = "",
        batch: str = "",
        file: SaidFile | None = None,
        plain: bool = False,
        forget: bool = False,
        **values: Any,
    ) -> Said | None:
        """Write what an account is told: notice and outbox rows. None if `dedupe` was used before.

        `about` are obligation ids in the order shown (a reply lands on them), `batch` groups one push to many,
        `plain` sends without markup so that it can be copied, `forget` keeps neither values nor, once sent, the text
        (it holds a code), `values` go to the template (moments are made local).
        """
        words = self.words(template, plain=plain, **values)
        said = Said(
            self._notice(account, template, kind, to, about, dedupe, batch, {} if forget else values),
            self._messages(account, kind, words, choices, file, plain=plain, forget=forget),
            await self._cursor(account) if choices else None,
        )
        saying.say(self.session, said)
        if dedupe:
            await self.session.flush()
            return said if said.id else None
        return said

    def words(self, template: str, *, plain: bool = False, **values: Any) -> str:
        """Return what a template says here: small HTML, or (`plain`) the letters themselves."""
        said = render.text(template, {**self._names(), **{k: self._shown(v) for k, v in values.items()}})
        return html.unescape(said) if plain else said

    async def replace(self, old: Outbox, template: str, choices: Rows = (), **values: Any) -> None:
        """Change a message already said (its buttons go unless `choices` are given)."""
        said = self.words(template, plain=old.plain, **values)
        waiting = old if old.state == Out.DUE else await self._waiting_edit(old)
        if waiting is None:
            await self.session.flush()  # what was said before stays before it
            waiting = Outbox(**self._row(old.account_id, old.bot_id, 0), token=outbox.new_token())
            waiting.notice_id, waiting.replaces_id = old.notice_id, old.id
            self.session.add(waiting)
        waiting.text, waiting.choices, waiting.plain = said, self.stored(choices), old.plain
        await self.session.flush()

    async def message_of(self, notice_id: int) -> Outbox | None:
        """Return the message of a notice that carries its buttons (the last part)."""
        return (
            await self.session.scalars(
                select(Outbox)
                .where(Outbox.notice_id == notice_id, Outbox.replaces_id.is_(None))
                .order_by(Outbox.id.desc())
                .limit(1)
            )
        ).first()

    def _names(self) -> dict[str, Any]:
        facts = self.committee.facts
        return {
            "office": self.committee.office_name,
            "committee": self.committee.name,
            "committee_short": self.committee.short_name,
            "office_phone": facts.get("office_phone", ""),
            "office_room": facts.get("office_room", ""),
            "today": self.today,
        }

    def _shown(self, value: Any) -> Any:
        return self.local(value) if isinstance(value, datetime) else value

    def _notice(
        self,
        account: Account,
        template: str,
        kind: NoticeKind,
        to: Person | None,
        about: Sequence[int],
        dedupe: str,
        batch: str,
        values: dict[str, Any],
    ) -> dict[str, Any]:
        notices.said(self.session, account.id)
        return {
            "committee_id": self.committee.id,
            "dedupe_key": dedupe or f"once:{outbox.new_token()}",
            "person_id": to.id if to else account.person_id,
            "account_id": account.id,
            "kind": kind,
            "template": template,
            "details": {name: plain_value(value) for name, value in values.items()},
            "obligations": list(about),
            "batch": batch,
            "told_at": self.now,
        }

    def _messages(
        self,
        account: Account,
        kind: NoticeKind,
        said: str,
        choices: Rows,
        file: SaidFile | None,
        *,
        plain: bool,
        forget: bool,
    ) -> list[dict[str, Any]]:
        short = file is not None and len(said) <= CAPTION_LIMIT
        parts = [said] if short else render.split(said, TEXT_LIMIT) + ([""] if file else [])
        common = self._row(account.id, account.bot_id, PRIORITY.get(kind, LAST)) | {"plain": plain, "forget": forget}
        rows = [{**common, "text": part, "token": outbox.new_token()} for part in parts]
        if file:
            rows[-1] |= {"attachment_id": file.attachment_id, "file_kind": file.kind}
        rows[-1]["choices"] = self.stored(choices)
        return rows

    def _row(self, account_id: int, bot_id: int, priority: int) -> dict[str, Any]:
        return {
            "account_id": account_id,
            "bot_id": bot_id,
            "choices": [],
            "attachment_id": None,
            "file_kind": "",
            "priority": priority,
            "state": Out.DUE,
            "not_before": self.machine,
            "said_at": self.now,
        }

    def stored(self, choices: Rows) -> list[Any]:
        """Return choices as a message keeps them."""
        return [
            [
                {
                    "label": render.label(each.label or each.action, each.values),
                    "action": each.action,
                    "values": dict(each.values),
                }
                for each in row
            ]
            for row in choices
        ]

    async def _cursor(self, account: Account) -> Conversation:
        return await conversation.of_account(self.session, account.id)

    async def _waiting_edit(self, old: Outbox) -> Outbox | None:
        return (
            await self.session.scalars(
                select(Outbox).where(Outbox.replaces_id == old.id, Outbox.state == Out.DUE).limit(1)
            )
        ).first()


@dataclass
class Turn(Moment):
    """One thing heard. `person` is None for a stranger; `roles` are those held at this very moment."""

    incoming: Incoming = field(kw_only=True)
    account: Account = field(kw_only=True)
    conversation: Conversation = field(kw_only=True)
    inbox_id: int = field(kw_only=True)
    offered: Mapping[int, Sequence[Any]] = field(default_factory=dict, kw_only=True)  # choices by message, read ahead
    person: Person | None = field(default=None, kw_only=True)
    roles: Sequence[Role] = field(default=(), kw_only=True)

    @property
    def me(self) -> Person:
        """The person, where the gate let only persons in."""
        if self.person is None:
            raise LookupError("a stranger came past the gate")
        return self.person

    def holds(self, kinds: Sequence[str] | frozenset[str]) -> bool:
        """Say whether the person now holds one of these roles."""
        return any(each.kind in kinds for each in self.roles)

    async def units(self, kinds: Sequence[str] | frozenset[str]) -> list[Unit]:
        """Return the units in which the person holds one of these roles, in register order."""
        ids = {each.unit_id for each in self.roles if each.kind in kinds}
        found = [await one(self.session, Unit, each) for each in ids]
        return sorted(found, key=lambda each: (each.ordinal, each.id))

    async def _cursor(self, account: Account) -> Conversation:
        return self.conversation if account is self.account else await super()._cursor(account)

    async def say(self, template: str, **said: Any) -> Said | None:
        """Answer the person: the one way a handler speaks. See `say_to` for `said`."""
        return await self.say_to(self.account, template, **said)

    def expect(self, what: str, **subject: Value) -> None:
        """Let the next plain text or file go to `handlers.EXPECTS[what]`, which finds `subject` in the conversation."""
        self.conversation.expects, self.conversation.subject = what, dict(subject)

    def expect_nothing(self) -> None:
        """Leave whatever the conversation was in the middle of."""
        self.conversation.expects, self.conversation.subject = "", {}

    async def menu(self) -> Sequence[Any] | None:
        """Return the rows of choices last shown to this account, None where there are none."""
        shown = self.conversation.menu_id
        if not shown or shown in self.offered:
            return self.offered.get(shown or 0)
        message = await find(self.session, Outbox, shown)
        return message.choices if message else None

    async def press(self) -> tuple[Outbox, Choice] | None:
        """Return the message and the choice a pressed button stands for, None unless it is this account's own."""
        data = _BUTTON.fullmatch(self.incoming.data)
        message = await outbox.by_token(self.session, data["token"]) if data else None
        if data is None or message is None or message.account_id != self.account.id:
            return None
        flat = [each for row in message.choices for each in row]
        if int(data["place"]) >= len(flat):
            return None
        found = flat[int(data["place"])]
        return message, Choice(found["action"], found["values"], found["label"])


@lru_cache(maxsize=8)
def _plan(body: bytes) -> schema.Plan:
    return schema.Plan.model_validate_json(body)


def plain_value(value: Any) -> Any:
    """Return a template's value as JSON keeps it, for the audit of what was said."""
    if value is None or isinstance(value, bool | int | str):
        return value.value if isinstance(value, enum.Enum) else value
    if isinstance(value, dict):
        return {str(key): plain_value(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return plain_value(asdict(value))
    return value.isoformat() if isinstance(value, date | time) else str(value)


async def forget_menus(session: AsyncSession, outbox_ids: Sequence[int]) -> None:
    """Close menus whose message no longer offers anything."""
    await session.execute(update(Conversation).where(Conversation.menu_id.in_(outbox_ids)).values(menu_id=None))
