"""A branch that is new in the register: its name, read back with its code; it owes from then on what all owe."""

from handlers import install, register
from handlers.office import picking
from handlers.turn import Turn
from messages.types import Choice
from models import unit as units

SHORTEST, LONGEST = 2, 60


async def begin(turn: Turn) -> None:
    """[Thêm chi bộ]: its name?"""
    turn.expect("new_branch.typed")
    await turn.say("new_branch.ask")


async def typed(turn: Turn) -> None:
    """The name, read back with the code it gets."""
    name = register.short(" ".join(turn.incoming.text.split()))
    every = await units.branches(turn.session, turn.committee.id)
    if not SHORTEST <= len(name) <= LONGEST or any(each.name == name for each in picking.named(name, every)):
        await turn.say("new_branch.wrong")
        return
    turn.expect_nothing()
    code = await _code(turn, name)
    again = Choice("new_branch.begin", {}, "new_branch.again")
    await turn.say(
        "new_branch.read_back", choices=[[Choice("new_branch.keep", {"name": name}), again]], name=name, code=code
    )


async def _code(turn: Turn, name: str) -> str:
    return register.new_code(name, {*await units.codes(turn.session, turn.committee.id), *install.RESERVED})


async def keep(turn: Turn, name: str) -> None:
    """[Đúng, thêm]: once."""
    every = await units.branches(turn.session, turn.committee.id)
    if any(each.name == name for each in every):
        await turn.say("new_branch.wrong")
        return
    last = max((each.ordinal for each in every), default=0)
    made, _ = await install.branch(
        turn.session, turn.committee, code=await _code(turn, name), name=name, ordinal=last + 1, as_of=turn.today
    )
    turn.note("branch.add", f"unit:{made.id}", turn.me)
    about = {"unit": made.id}
    menu = [[Choice("new_secretary.ask", about), Choice("branch_counts.ask", about)]]
    await turn.say("new_branch.kept", choices=menu, name=name, code=made.code)
