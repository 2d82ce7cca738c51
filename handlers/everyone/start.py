"""Joining: a code is read back, agreed to, and only then used up; strangers get one line. Makes no invitation."""

from datetime import timedelta
from typing import Any

import handlers
from handlers import posts, rooms
from handlers.branch import confirm, remind
from handlers.everyone import help as help_  # the module's name is a builtin's
from handlers.everyone import linking, lockout, unknown
from handlers.office import setup
from handlers.routes import OFFICE
from handlers.turn import Turn
from messages.reading import codes, fold, names, steps
from messages.types import Choice, Heard, Incoming, Rows
from models import account as accounts
from models import consent, invitation, outbox
from models import person as people
from models import role as roles
from models.consent import Purpose
from models.invitation import Invitation
from models.notice import NoticeKind
from models.person import Person
from models.role import Role, RoleKind
from models.unit import Unit

GREETED = timedelta(hours=1)  # machine time: a stranger gets one line in so long
ANSWERING = (RoleKind.SECRETARY, RoleKind.DEPUTY)
"""Roles that are told at once what is open."""
WANTED = "start.wanted"
LIKE_A_CODE = (4, 5, 6, 7, 9)  # digits


async def stranger(turn: Turn) -> None:
    """Hear whoever is not known: a code opens the door, all else gets one courteous line an hour."""
    code = codes.read_code(turn.incoming.text) if turn.incoming.kind is Heard.TEXT else None
    if code:
        await enter(turn, code)
    elif digits := _slipped(turn.incoming):
        if not await lockout.refused(turn, "0" * digits):
            await lockout.wrong(turn, digits)
    elif not turn.account.greeted_at or turn.account.greeted_at < turn.machine - GREETED:
        turn.account.greeted_at = turn.machine
        await turn.say("start.stranger")


def _slipped(heard: Incoming) -> int:
    """Return how many digits stand there in place of a code's eight; 0 for "1", a telephone number, words."""
    said = heard.text.strip().replace(" ", "") if heard.kind is Heard.TEXT else ""
    is_like = said.isascii() and said.isdigit() and len(said) in LIKE_A_CODE
    return len(said) if is_like else 0


async def command(turn: Turn, rest: str) -> None:
    """/start of somebody known: another code, or what can be done here."""
    code = codes.read_code(f"/start {rest}") if rest else None
    if code:
        await enter(turn, code)
    else:
        await help_.command(turn, "")


async def enter(turn: Turn, secret: str) -> None:
    """Look a code or token up and read back what it stands for; use nothing up."""
    if await lockout.refused(turn, secret):
        return
    found = await invitation.by_secret(turn.session, secret, turn.key, turn.machine)
    if found is not None and found.committee_id == turn.committee.id:
        await _read_back(turn, found)
    elif turn.person and await _holds(turn, await invitation.known(turn.session, secret, turn.key)):
        await turn.say("start.already")
    elif not await linking.enter(turn, secret):
        await lockout.wrong(turn)


async def _holds(turn: Turn, found: Invitation | None) -> bool:
    return found is not None and any(each.kind == found.role and each.unit_id == found.unit_id for each in turn.roles)


async def _read_back(turn: Turn, found: Invitation, name: str = "") -> None:
    if turn.person is not None:
        await _read_back_role(turn, found)
    elif not (found.name or name):
        turn.expect("start.name", invitation=found.id)
        await turn.say("start.name", **await _post(turn, found))
    else:
        turn.expect("start.answer", invitation=found.id, name=name)
        await turn.say(
            "start.consent",
            choices=[
                [Choice("start.agree", {"invitation": found.id})],
                [Choice("start.refuse", {"invitation": found.id}), Choice("start.not_me", {"invitation": found.id})],
            ],
            name=found.name or name,
            linked=await _namesake(turn, found) is not None,
            **await _post(turn, found),
        )


async def _read_back_role(turn: Turn, found: Invitation) -> None:
    if await _holds(turn, found):
        await turn.say("start.already")
        return
    agree = Choice("start.agree", {"invitation": found.id}, "start.add")
    other = "" if _same(found.name, turn.me.name) else found.name
    not_me, leave = Choice("start.not_me", {"invitation": found.id}), Choice("unknown.nothing", {}, "start.leave")
    choices = [[agree], [not_me, leave]]
    await turn.say("start.role", choices=choices, name=turn.me.name, other=other, **await _post(turn, found))


async def _post(turn: Turn, found: Invitation) -> dict[str, Any]:
    return await posts.post(turn, found.role, found.unit_id)


async def name(turn: Turn) -> None:
    """Take the name that a branch's code does not carry, and read all back."""
    if code := codes.read_code(turn.incoming.text):
        await enter(turn, code)
        return
    found = await _still_open(turn, turn.conversation.subject["invitation"])
    typed = names.read_name(turn.incoming.text)
    if found is None:
        await _gone(turn)
    elif typed is None:
        await turn.say("start.name_wrong")
    else:
        await _read_back(turn, found, typed)


async def answer(turn: Turn) -> None:
    """Hear words where a button was expected: another code, a yes, or the question once more."""
    invitation_id = turn.conversation.subject["invitation"]
    if code := codes.read_code(turn.incoming.text):
        await enter(turn, code)
    elif steps.agrees(turn.incoming.text):
        await agree(turn, invitation_id)
    elif found := await _still_open(turn, invitation_id):
        await _read_back(turn, found, turn.conversation.subject["name"])
    else:
        await _gone(turn)


async def _ours(turn: Turn, invitation_id: int) -> Invitation | None:
    """Return an invitation of this committee."""
    found = await turn.session.get(Invitation, invitation_id)
    return found if found and found.committee_id == turn.committee.id else None


async def _still_open(turn: Turn, invitation_id: int) -> Invitation | None:
    found = await _ours(turn, invitation_id)
    usable = found and found.uses_left > 0 and found.revoked_at is None and found.expires_at > turn.machine
    return found if usable else None


async def _gone(turn: Turn) -> None:
    turn.expect_nothing()
    await turn.say("start.gone")


async def agree(turn: Turn, invitation: int) -> None:
    """Use the code up and let the person in, or add the role to somebody known."""
    found = await _still_open(turn, invitation)
    if turn.person and await _holds(turn, await _ours(turn, invitation)):
        await turn.say("start.already")
    elif found is None:
        await _gone(turn)
    elif turn.person is None and not (found.name or _typed_name(turn, found)):
        await _read_back(turn, found)
    else:
        await _join(turn, found)


def _typed_name(turn: Turn, found: Invitation) -> str:
    subject = turn.conversation.subject
    return str(subject.get("name", "")) if subject.get("invitation") == found.id else ""


async def _join(turn: Turn, found: Invitation) -> None:
    if turn.person is None and await rooms.is_full(turn):
        await turn.say("start.full", other=await rooms.other(turn), member=found.role == RoleKind.MEMBER)
        return
    if not await invitation.use(turn.session, found.id, turn.machine):
        await _gone(turn)
        return
    who = turn.person or await _namesake(turn, found) or await _newcomer(turn, found)
    had_roles = bool(await roles.of_person(turn.session, who.id))
    await _let_in(turn, found, who)
    await _thank(turn, found, had_roles)
    if found.role in ANSWERING:
        unit = await turn.session.get_one(Unit, found.unit_id)
        await remind.welcome(turn, who, unit)
        await confirm.confirm_pending(turn, who, unit)
    if found.role != RoleKind.MEMBER:
        await _tell_joined(turn, found, who)


async def _tell_joined(turn: Turn, found: Invitation, who: Person) -> None:
    """Tell who invited; where somebody else holds the same post, offer to end that."""
    before = [
        (each, (await turn.session.get_one(Person, each.person_id)).name)
        for each in await roles.in_unit(turn.session, found.unit_id, ANSWERING)
        if each.kind == found.role and each.person_id != who.id
    ]
    choices = [[Choice("joined.ask", {"role": each.id, "name": name})] for each, name in before]
    other = "" if not found.name or _same(found.name, who.name) else found.name
    names_before = [name for _, name in before]
    await _tell_inviter(turn, found, "start.joined", choices, name=who.name, other=other, before=names_before)


async def _newcomer(turn: Turn, found: Invitation) -> Person:
    made = Person(
        committee_id=turn.committee.id,
        name=found.name or _typed_name(turn, found),
        pushes=True,
        excerpts=False,
        joined_at=turn.now,
    )
    turn.session.add(made)
    await turn.session.flush()
    return made


async def _let_in(turn: Turn, found: Invitation, who: Person) -> None:
    if turn.person is None:
        consent.say(turn.session, who.id, Purpose.CONTACT, True, turn.now)
    if not await roles.holder(turn.session, who.id, found.role, found.unit_id):
        turn.session.add(Role(person_id=who.id, unit_id=found.unit_id, kind=found.role, started_at=turn.now))
    turn.account.person_id, turn.account.wrong_codes = who.id, 0
    found.used_by_id = who.id
    await turn.session.flush()
    await invitation.free_places(turn.session, found)
    await accounts.roles_changed(turn.session, who.id)
    turn.person, turn.roles = who, await roles.of_person(turn.session, who.id)
    turn.expect_nothing()
    turn.note("invitation.used", f"invitation:{found.id}", who, account=turn.account.id)


async def _thank(turn: Turn, found: Invitation, had_roles: bool) -> None:
    """Ask about excerpts who comes in, or comes back without them; say what was added to anybody else."""
    if turn.me.excerpts or had_roles:
        await turn.say("start.added", name=turn.me.name, **await _post(turn, found))
        await _offer_setup(turn)
    else:
        await ask_excerpts(turn)


async def ask_excerpts(turn: Turn, *, thanks: bool = True) -> None:
    """Ask for the separate yes to weekly excerpts."""
    campaign = await turn.campaign()
    choices = [[Choice("start.excerpts", {"wanted": each}, f"start.excerpts_{each}") for each in (True, False)]]
    if not turn.manners_here.buttons:
        turn.expect(WANTED)  # what the branch owes comes right behind: a number typed now belongs to this question
    await turn.say(
        "start.excerpts",
        choices=choices,
        thanks=thanks,
        topic=campaign.title if campaign else "",
        answering=turn.holds(frozenset(ANSWERING)),
    )


async def excerpts(turn: Turn, wanted: bool) -> None:
    """Keep the yes or no to weekly excerpts."""
    if turn.person is None:
        await unknown.old_button(turn)
        return
    _asked_no_more(turn)
    turn.me.excerpts = wanted
    consent.say(turn.session, turn.me.id, Purpose.EXCERPTS, wanted, turn.now)
    turn.note("consent.excerpts", f"person:{turn.me.id}", turn.me, given=wanted)
    await turn.say("start.excerpts_kept", wanted=wanted)
    await _offer_setup(turn)


async def wanted(turn: Turn) -> None:
    """Hear words after that question, where choices are typed: a yes, a no, or something of its own."""
    text = turn.incoming.text if turn.incoming.kind is Heard.TEXT else ""
    if (agreed := steps.agrees(text)) or steps.step_of(text) == "no":
        await excerpts(turn, wanted=agreed)
        return
    _asked_no_more(turn)
    await (handlers.WORDS if turn.incoming.kind is Heard.TEXT else handlers.FILE)(turn)


def _asked_no_more(turn: Turn) -> None:
    if turn.conversation.expects == WANTED:
        turn.expect_nothing()


async def _offer_setup(turn: Turn) -> None:
    """Ask the first office person for what the plan lacks."""
    if turn.holds(OFFICE):
        await setup.offer(turn)


async def refuse(turn: Turn, invitation: int) -> None:
    """Leave it at that: nothing more is kept, the code stays as it was."""
    await _turn_away(turn, invitation, "start.refused")


async def not_me(turn: Turn, invitation: int) -> None:
    """Hear that a code reached the wrong person: it stays usable, who invited learns of it."""
    await _turn_away(turn, invitation, "start.not_me")


async def _turn_away(turn: Turn, invitation_id: int, template: str) -> None:
    found = await _ours(turn, invitation_id)
    joined = turn.person is not None and await _holds(turn, found)
    if found is None or joined:
        await unknown.old_button(turn)
        return
    turn.expect_nothing()
    if turn.person is None:
        await outbox.forget_texts(turn.session, [turn.account.id])
    turn.note(template.replace("start", "invitation"), f"invitation:{found.id}", turn.person, account=turn.account.id)
    await turn.say(template)
    await _tell_inviter(turn, found, f"{template}_inviter", name=found.name)


async def _tell_inviter(
    turn: Turn, found: Invitation, template: str, choices: Rows = (), **values: str | list[str]
) -> None:
    """Tell who invited, or the whole office where nobody in particular did; once for each account and outcome."""
    inviter = await turn.session.get(Person, found.invited_by_id) if found.invited_by_id else None
    office = await people.holding(turn.session, turn.committee.id, [RoleKind.OFFICE])
    key = f"{template}:{found.id}:{turn.account.id}"
    for each in [inviter] if inviter and inviter.left_at is None else office:
        if turn.person is None or each.id != turn.person.id:
            said: dict[str, Any] = {**values, **await _post(turn, found)}
            dedupe = f"{key}:{each.id}"
            await turn.tell(each, template, kind=NoticeKind.ITEM, dedupe=dedupe, choices=choices, **said)


async def _namesake(turn: Turn, found: Invitation) -> Person | None:
    """Return who already holds this very post under the name the office wrote: the same person on another phone.

    A typed name never links: whoever has a branch's code could take somebody's place by it.
    """
    if not found.name or found.role == RoleKind.MEMBER:
        return None
    held = await roles.in_unit(turn.session, found.unit_id, [found.role])
    for each in held:
        who = await turn.session.get_one(Person, each.person_id)
        if _same(who.name, found.name):
            return who
    return None


def _same(one: str, other: str) -> bool:
    return fold.fold(one).lower == fold.fold(other).lower
