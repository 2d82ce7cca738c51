"""A turn: one thing heard and all that follows from it, in one transaction. Knows no channel and no clock."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from campaigns import schema
from handlers import shape as shapes
from handlers import spelled
from handlers.rules import windows
from handlers.rules.ladder import Rung
from handlers.rules.quota import PLANS, Quota
from handlers.rules.timeliness import Dates
from handlers.rules.workdays import Workdays
from handlers.shape import SaidFile, Shape
from messages import render
from messages.types import FULL, Choice, Incoming, Manners, Rows, Value
from models import account as accounts
from models import audit, campaign, conversation, day_override, outbox, person, role, saying
from models import bot as bots
from models import notice as notices
from models.account import Account
from models.base import find, one
from models.campaign import Campaign, CampaignState
from models.committee import Committee
from models.conversation import Conversation
from models.job import Job, JobState, queue_of
from models.notice import PRIORITY, NoticeKind
from models.outbox import Out, Outbox
from models.person import Person
from models.role import Role
from models.saying import Row, Said
from models.unit import Unit

_BUTTON = re.compile(r"(?P<token>[A-Za-z0-9_-]{1,60})\.(?P<place>[0-9]{1,3})")  # all else comes from no button of ours
LAST = 9  # priority of kinds that models.notice.PRIORITY does not name


async def spoken_codes(session: AsyncSession, account_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """Return {account id: the codes that its messages of late have}."""
    found = await outbox.tokens_lately(session, account_ids)
    return {account: frozenset(map(spelled.code_of, tokens)) for account, tokens in found.items()}


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
    quotas: Mapping[str, Quota] = field(default_factory=lambda: PLANS, repr=False)  # by channel
    key: bytes = field(default=b"", repr=False)  # the installation's, for hashes of codes
    manners: Mapping[int, Manners] = field(default_factory=dict, repr=False)  # what each bot's channel carries, by id
    _workdays: Workdays | None = field(default=None, repr=False)
    ladders: dict[Dates, Sequence[Rung]] = field(default_factory=dict, repr=False)
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

    async def next_sending(self, after: datetime) -> datetime:
        """Return the first moment from `after` on at which pushes may go out."""
        local = self.local(after)
        hours = [(each.start, each.end) for each in (await self.plan()).windows]
        day, hour = windows.next_open(hours, await self.workdays(), local.date(), local.time())
        return max(self.at(day, hour), after)

    async def campaign(self) -> Campaign | None:
        """Return the committee's campaign, asked for once: a push to many asks for each of them."""
        if self._campaign is None:
            self._campaign = await campaign.current(self.session, self.committee.id)
        return self._campaign

    def campaign_changed(self) -> None:
        """Ask anew which campaign is running: another one has just begun."""
        self._campaign = self._read_plan = None

    async def the_campaign(self) -> Campaign:
        """Return the committee's campaign; LookupError where there is none."""
        current = await self.campaign()
        if current is None:
            raise LookupError("no campaign yet: run `main.py init` first")
        return current

    async def plan(self) -> schema.Plan:
        """Return the campaign's plan; LookupError where there is no campaign."""
        if self._read_plan is None:
            self._read_plan = _plan(orjson.dumps((await self.the_campaign()).body))
        return self._read_plan

    async def in_house(self) -> bool:
        """Say whether what is said here stays on the office's own machine."""
        return False

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
                queue=queue_of(kind, values),
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
        told = [
            await self.tell(each, template, dedupe=key and f"{key}:{each.id}", **said)
            for each in await self.office()
            if not but or each.id != but.id
        ]
        return [notice for notice in told if notice]

    async def office(self) -> Sequence[Person]:
        """Return the office's people."""
        return await person.holding(self.session, self.committee.id, [role.RoleKind.OFFICE])

    async def say_to(
        self,
        account: Account,
        template: str,
        *,
        kind: NoticeKind = NoticeKind.ANSWER,
        to: Person | None = None,
        choices: Rows | spelled.Stored = (),
        about: Sequence[int] = (),
        dedupe: str = "",
        batch: str = "",
        file: SaidFile | None = None,
        plain: bool = False,
        forget: bool = False,
        numbered: bool = True,
        asks: spelled.Asks = spelled.NOTHING,
        **values: Any,
    ) -> Said | None:
        """Write what an account is told: notice and outbox rows. None if `dedupe` was used before.

        `about` are obligation ids in the order shown (a reply lands on them), `batch` groups one push to many,
        `plain` sends without markup so that it can be copied, `forget` keeps neither values nor, once sent, the text
        (it holds a code), `numbered` False where a number typed is no choice but an answer, `asks` what may be typed
        then, `values` go to the template (moments are made local).
        """
        elsewhere = ""
        if file and not dedupe and (other := await self._opening(account)):
            elsewhere = await self._sent_there(other, template, file, to, plain=plain, forget=forget, **values)
            file = None
        manners, push = self.carries(account.bot_id), kind is not NoticeKind.ANSWER
        cursor = await self._cursor(account) if choices else None
        expects = cursor.expects if cursor else ""
        aside = push and bool(expects) and not manners.buttons  # a number typed next answers the open question
        coded = push and bool(choices or about) and not manners.quotes
        figures = not numbered or aside or (expects in spelled.FIGURES and not self.beside(account))
        marks = {"figures": figures, "coded": coded, "explained": coded and not account.codes_told}
        how = Shape(shapes.stored(choices), file, plain=plain, forget=forget, asks=asks, **marks)
        words = self.words(template, plain=plain, buttons=manners.buttons, **values)
        words = f"{words}\n\n{elsewhere}".strip() if elsewhere else words
        said = Said(
            self._notice(account, template, kind, to, about, dedupe, batch, {} if forget else values),
            self.messages(account.id, account.bot_id, kind, words, how, await self.codes(account, coded=coded)),
            None if aside else cursor,
        )
        saying.say(self.session, said)
        if dedupe:
            await self.session.flush()
            if not said.id:
                return None
        account.codes_told = account.codes_told or how.explained
        return said

    async def _sent_there(self, other: Account, template: str, file: SaidFile, to: Person | None, **said: Any) -> str:
        """Say it with its file to the person's other account; return what is said of that here."""
        await self.say_to(other, template, to=to, file=file, **said)
        place = await self._place(other.bot_id)
        return self.words("channels.file_elsewhere", plain=said["plain"], place=place)

    def beside(self, account: Account) -> bool:
        """Say whether what is said now does not belong to the question open there."""
        return False

    def carries(self, bot_id: int) -> Manners:
        """Return what the channel of a bot can carry."""
        return self.manners.get(bot_id, FULL)

    async def without_files(self, bot_id: int) -> str:
        """Return what the channel of a bot is called where no files arrive, "" where they do."""
        if self.carries(bot_id).files:
            return ""
        return await self._place(bot_id)

    async def _place(self, bot_id: int) -> str:
        return render.word((await one(self.session, bots.Bot, bot_id)).channel, "channel")

    async def _opening(self, account: Account) -> Account | None:
        """Return the person's other account for a file, where it can be opened on this one in no way."""
        if self.public_url or self.carries(account.bot_id).files or not account.person_id:
            return None
        theirs = [each for each in await accounts.of_person(self.session, account.person_id) if each.reachable]
        failing = await self.failing_bots() if len(theirs) > 1 else ()
        return next((e for e in theirs if self.carries(e.bot_id).files and e.bot_id not in failing), None)

    def words(self, template: str, *, plain: bool = False, buttons: bool = True, **values: Any) -> str:
        """Return what a template says here: small HTML, or (`plain`) the letters themselves."""
        shown = {name: self._shown(value) for name, value in values.items()}
        said = render.text(template, {**self._names(), **shown}, buttons=buttons)
        return html.unescape(said) if plain else said

    async def replace(
        self,
        old: Outbox,
        template: str,
        choices: Rows = (),
        *,
        anew: bool = False,
        kind: NoticeKind = NoticeKind.ANSWER,
        **values: Any,
    ) -> None:
        """Change a message already said (its buttons go unless `choices` are given); `kind` as where it is said.

        Where a channel can change none it is left as it is, or (`anew`) said once more.
        """
        manners = self.carries(old.bot_id)
        if manners.edits or await outbox.waits(self.session, old):
            said = self.words(template, plain=old.plain, buttons=manners.buttons, **values)
            await self._change(old, said, shapes.stored(choices), PRIORITY.get(kind, LAST))
        elif anew:
            await self.say_to(await one(self.session, Account, old.account_id), template, choices=choices, **values)

    async def _change(self, old: Outbox, said: str, stored: list[Any], priority: int) -> None:
        waiting = old if await outbox.waits(self.session, old) else await self._waiting_edit(old)
        if waiting is None:
            await self.session.flush()  # what was said before stays before it
            waiting = Outbox(**self._row(old.account_id, old.bot_id, priority), token=outbox.new_token())
            waiting.notice_id, waiting.replaces_id, waiting.text, waiting.choices = old.notice_id, old.id, "", []
            self.session.add(waiting)
        manners = self.carries(old.bot_id)
        if not manners.buttons:
            said, stored = spelled.again(waiting, said, stored)
        said = spelled.in_one(said, manners, file=old.attachment_id is not None)
        waiting.text, waiting.choices, waiting.plain = said, stored, old.plain
        await self.session.flush()

    def shows_pictures(self, account: Account) -> bool:
        """Say whether a picture sent to an account can be seen there."""
        return bool(self.public_url) or self.carries(account.bot_id).files

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
            "details": {name: shapes.plain_value(value) for name, value in values.items()},
            "obligations": list(about),
            "batch": batch,
            "told_at": self.now,
        }

    async def codes(self, account: Account, *, coded: bool) -> frozenset[str]:
        """Return the codes that mean a message of late to an account, where messages are told apart by codes."""
        if not coded or self.carries(account.bot_id).quotes:
            return frozenset()
        return (await spoken_codes(self.session, [account.id])).get(account.id, frozenset())

    def messages(
        self,
        account_id: int,
        bot_id: int,
        kind: NoticeKind,
        words: str,
        shape: Shape,
        known: frozenset[str] = frozenset(),
    ) -> list[Row]:
        """Return the outbox rows of what is said, as the channel of this bot can carry it; no code is of `known`."""
        common = self._row(account_id, bot_id, PRIORITY.get(kind, LAST)) | {"forget": shape.forget}
        return shapes.rows(words, shape, self.carries(bot_id), common, known)

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

    async def _cursor(self, account: Account) -> Conversation:
        return await conversation.of_account(self.session, account.id)

    async def _waiting_edit(self, old: Outbox) -> Outbox | None:
        return (
            await self.session.scalars(
                select(Outbox).where(Outbox.replaces_id == old.id, Outbox.state == Out.DUE).limit(1).with_for_update()
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
    commanded: bool = field(default=False, kw_only=True)  # a command was typed, and has asked nothing yet

    @property
    def me(self) -> Person:
        """The person, where the gate let only persons in."""
        if self.person is None:
            raise LookupError("a stranger came past the gate")
        return self.person

    def holds(self, kinds: Sequence[str] | frozenset[str]) -> bool:
        """Say whether the person now holds one of these roles."""
        return any(each.kind in kinds for each in self.roles)

    async def in_house(self) -> bool:
        """Say whether it was said on the local page."""
        return (await one(self.session, bots.Bot, self.account.bot_id)).channel in bots.IN_HOUSE

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

    def beside(self, account: Account) -> bool:
        """Say whether a command answers beside the question that is open here."""
        return self.commanded and account is self.account

    def expect(self, what: str, **subject: Value) -> None:
        """Let the next plain text or file go to `handlers.EXPECTS[what]`, which finds `subject` in the conversation."""
        self.commanded = False
        self.conversation.expects, self.conversation.subject = what, dict(subject)
        if not self.manners_here.buttons:
            self.conversation.menu_id = None  # the number of a choice shown before would be no answer to this

    def expect_nothing(self) -> None:
        """Leave whatever the conversation was in the middle of."""
        self.conversation.expects, self.conversation.subject = "", {}

    @property
    def manners_here(self) -> Manners:
        """What the channel can carry on which this was said."""
        return self.carries(self.account.bot_id)

    async def offered_at(self) -> datetime | None:
        """Return when the choices last shown to this account were offered (plan time)."""
        message = await find(self.session, Outbox, self.conversation.menu_id) if self.conversation.menu_id else None
        return message.said_at if message else None

    async def menu(self) -> Sequence[Any] | None:
        """Return the rows of choices last shown to this account, None where there are none."""
        shown = self.conversation.menu_id
        if not shown or shown in self.offered:
            return self.offered.get(shown or 0)
        message = await find(self.session, Outbox, shown)
        return message.choices if message else None

    async def close_menu(self) -> bool:
        """Take back the choices last offered where they are typed, unless a push offers them; say whether any were."""
        shown = self.conversation.menu_id
        message = await find(self.session, Outbox, shown) if shown and not self.manners_here.buttons else None
        about = await find(self.session, notices.Notice, message.notice_id) if message else None
        if message is None or about is None or about.kind != NoticeKind.ANSWER:
            return False
        self.conversation.menu_id, message.choices = None, []
        return True

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
