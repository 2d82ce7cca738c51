"""How the office wants its documents: the profile, who signs for whom; shown and changed by buttons.

A profile of the office's own is a file, so a job looks for it.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from campaigns import schema
from handlers.everyone import unknown
from handlers.routes import Build, MadeFile, StoredFile
from handlers.turn import Moment, Turn
from messages.documents import profiles
from messages.documents.branch_report import DocumentRef
from messages.documents.profiles import Profile, ProfileError
from messages.types import Choice
from models import form
from models.account import Account

FOLDER = "the-thuc"
"""Where under DATA_DIR an office puts profiles of its own: docs/ho-so-the-thuc.md."""
DEFAULT = "hd36_2018"
BODIES = ("Ban Thường vụ", "Ban Chấp hành", "Đảng ủy")
BRANCH_BODIES = ("Chi bộ", "Chi ủy")
_NAME = re.compile(r"[\w-]{1,60}")
PROBLEMS = 12  # lines on what is wrong with own profiles


@dataclass(frozen=True)
class Settings:
    """Facts of the committee; what nobody set is as the plan's era had it."""

    profile: str
    committee_body: str
    committee_post: str
    branch_body: str


def settings(moment: Moment) -> Settings:
    """Return how documents are set at present."""
    facts = moment.committee.facts
    return Settings(
        str(facts.get("layout") or DEFAULT),
        str(facts.get("signs_committee") or BODIES[0]),
        str(facts.get("signs_post") or "Bí thư"),
        str(facts.get("signs_branch") or BRANCH_BODIES[0]),
    )


def folder(moment: Moment) -> Path:
    """Return the folder of the office's own profiles."""
    return moment.files.parent / FOLDER


def profile(moment: Moment) -> Profile:
    """Return the profile in use. Raises ProfileError for one of the office's own with a mistake in it."""
    return read(moment, settings(moment).profile)


def profile_or_default(moment: Moment) -> Profile:
    """Return the profile in use, the default where it has a mistake: a branch's paper is made all the same."""
    try:
        return profile(moment)
    except ProfileError:
        return profiles.load(DEFAULT)


def read(moment: Moment, name: str) -> Profile:
    """Return a profile by name, one that is gone being the default. Raises ProfileError."""
    path = folder(moment) / f"{name}.yaml"
    if name in profiles.names():
        return profiles.load(name)
    return profiles.read(path.read_text("utf-8"), path.name) if path.is_file() else profiles.load(DEFAULT)


async def plan_ref(moment: Moment) -> DocumentRef:
    """Return number and date of the committee's own plan, as far as they are known."""
    plan, current = await moment.plan(), await moment.campaign()
    facts = current.facts if current else {}
    day = facts.get("plan_date")
    return DocumentRef(facts.get("plan_number") or plan.number or "", date.fromisoformat(day) if day else plan.date)


async def places(moment: Moment) -> dict[str, str]:
    """Return {kind of place: its words} of the plan's forms."""
    plan, current = await moment.plan(), await moment.campaign()
    found: dict[str, str] = {}
    for name in dict.fromkeys(each.form for each in plan.deadlines):
        written = await form.latest(moment.session, current.id, name) if current else None
        questions = schema.Form.model_validate(written.body).questions if written else ()
        for each in questions:
            if each.kind is schema.Kind.TALLY:
                found |= {option.value: option.label for option in each.options}
    return found


# In chat

SETS = {"committee": ("signs_committee", BODIES), "branch": ("signs_branch", BRANCH_BODIES)}
"""Who signs: the committee's fact and what it can be, by what a button says."""


async def show(turn: Turn) -> None:
    """[Cách trình bày]: as it is set, each with a button."""
    now = settings(turn)
    menu = [Choice("layout.change", {"what": what}, f"layout.{what}") for what in SETS]
    first = [[Choice("layout.profiles"), *menu], [Choice("export.show")]]
    await turn.say(
        "layout.list",
        choices=first,
        profile=_title(now.profile),
        committee_signs=now.committee_body,
        branch_signs=now.branch_body,
    )


def _title(name: str) -> str:
    return profiles.load(name).title if name in profiles.names() else name


async def change(turn: Turn, what: str) -> None:
    """[T/M …]: the next of what it can be."""
    if what not in SETS:
        await unknown.old_button(turn)
        return
    fact, known = SETS[what]
    now = str(turn.committee.facts.get(fact) or known[0])
    after = known[(known.index(now) + 1) % len(known)] if now in known else known[0]
    _set(turn, fact, after)
    await show(turn)


def _set(turn: Turn, fact: str, value: str) -> None:
    turn.committee.facts = {**turn.committee.facts, fact: value}
    turn.note("layout.set", f"committee:{turn.committee.id}", turn.me, field=fact)


async def profile_list(turn: Turn) -> None:
    """[Bố cục]: a job looks which there are."""
    turn.later("profiles", account=turn.account.id)
    await turn.say("layout.looking")


async def load(moment: Moment, account: int) -> Build:
    """Say where to look."""
    return Build(look, (str(folder(moment)),))


def look(where: str) -> list[MadeFile]:
    """Read all profiles (in the child process)."""
    found, problems = profiles.survey(Path(where))
    return [MadeFile("profiles.json", "document", orjson.dumps({"found": found, "problems": problems}))]


async def finish(moment: Moment, stored: Sequence[StoredFile], account: int) -> None:
    """Offer what can be used, and say what is wrong with the others."""
    path = moment.files / stored[0].path
    read_ = orjson.loads(path.read_bytes())
    path.unlink(missing_ok=True)
    to = await moment.session.get_one(Account, account)
    buttons = [[Choice("layout.choose", each, "layout.profile")] for each in _offered(read_["found"])]
    said = {"found": read_["found"], "problems": read_["problems"][:PROBLEMS], "folder": FOLDER}
    await moment.say_to(to, "layout.profiles", choices=[*buttons, [Choice("layout.show", {}, "layout.back")]], **said)


def _offered(found: Mapping[str, str]) -> list[dict[str, str]]:
    """Return each layout by its title, less what stands in brackets; by its name too where two are called the same."""
    short = {name: title.split(" (")[0] for name, title in found.items()}
    often = Counter(short.values())
    return [{"name": name, "title": f"{title}, {name}" if often[title] > 1 else title} for name, title in short.items()]


async def failed(moment: Moment, account: int) -> None:
    """The folder could not be looked at."""
    await moment.say_to(await moment.session.get_one(Account, account), "layout.failed")


async def choose(turn: Turn, name: str, **_: Any) -> None:
    """A profile: used from now on."""
    if _NAME.fullmatch(name):
        _set(turn, "layout", name)
    await show(turn)
