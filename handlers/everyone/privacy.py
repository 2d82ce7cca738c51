"""What is kept about a person: shown in plain sentences, handed over as a file, erased on their word. Hides nothing."""

from collections.abc import Sequence
from dataclasses import replace

from handlers import posts
from handlers.everyone import erasing, unknown
from handlers.routes import OFFICE
from handlers.turn import Turn
from messages import render
from messages.types import Choice
from models import person as people
from models import personal
from models.consent import Consent, Purpose
from models.role import Role, RoleKind


async def command(turn: Turn, rest: str) -> None:
    """/privacy: what is kept, with counts."""
    if turn.person is None:
        return
    kept = await personal.of_person(turn.session, turn.me)
    await turn.say(
        "privacy.kept",
        choices=[[Choice("privacy.download"), Choice("privacy.ask")]],
        name=turn.me.name,
        posts=await posts.held(turn, turn.roles),
        channels=[channel for channel, _ in kept.accounts],
        contact=_last(kept.consents, Purpose.CONTACT),
        excerpts=_last(kept.consents, Purpose.EXCERPTS),
        joined_at=turn.me.joined_at,
        said=len(kept.said),
        words=len(kept.words),
        reports=len(kept.sent_reports),
        files=len(kept.files),
        days=turn.texts_days,
    )


def _last(consents: Sequence[Consent], purpose: Purpose) -> dict[str, object] | None:
    found = [each for each in consents if each.purpose == purpose]
    return {"given": found[-1].given, "said_at": found[-1].said_at} if found else None


async def download(turn: Turn) -> None:
    """Hand everything over as a file."""
    if turn.person is None:
        await unknown.old_button(turn)
        return
    turn.note("privacy.download", f"person:{turn.me.id}", turn.me)
    turn.later("privacy_file", account=turn.account.id, person=turn.me.id)
    await turn.say("privacy.coming")


async def ask(turn: Turn) -> None:
    """Say what erasing means, and ask."""
    if turn.person is None:
        await unknown.old_button(turn)
        return
    office = await people.holding(turn.session, turn.committee.id, [RoleKind.OFFICE])
    await turn.say(
        "privacy.ask",
        choices=[[Choice("privacy.erase"), Choice("unknown.nothing", {}, "privacy.leave")]],
        duties=await posts.held(turn, _duties(turn)),
        last_of_office=turn.holds(OFFICE) and len(office) == 1,
    )


def _duties(turn: Turn) -> list[Role]:
    return [each for each in turn.roles if each.kind != RoleKind.MEMBER]


async def erase(turn: Turn) -> None:
    """Let go of the person; in parts, of their texts. The branch's figures stay, the office learns what is vacant."""
    if turn.person is None:
        await unknown.old_button(turn)
        return
    who, vacant = turn.me, _duties(turn)
    left = await personal.erase(turn.session, who, render.word("erased", "person"), turn.now)
    erasing.begin(turn, replace(left, step=erasing.VACANT) if vacant else left)
    turn.note("person.erased", f"person:{who.id}", who)
    turn.person, turn.roles = None, ()
    turn.account.greeted_at = None
    turn.expect_nothing()
    await turn.say("privacy.erased")
