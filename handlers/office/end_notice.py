"""Who is told that a branch was merged or closed: who answers for the branches concerned. Ends and merges nothing."""

from collections.abc import Sequence

from handlers.turn import Turn
from models import headcount, obligation
from models import role as roles
from models.notice import NoticeKind
from models.person import Person
from models.role import RoleKind
from models.unit import Unit

TOLD = (RoleKind.SECRETARY, RoleKind.DEPUTY)


async def leaders(turn: Turn, *branches: Unit) -> list[Person]:
    """Return who answers for these branches and is known to the assistant, each once."""
    held = [role for each in branches for role in await roles.in_unit(turn.session, each.id, TOLD)]
    return [await turn.session.get_one(Person, each) for each in dict.fromkeys(role.person_id for role in held)]


async def tell_merged(turn: Turn, old: Unit, into: Unit, left: Sequence[Person]) -> int:
    """Tell who answered for the old branch (`left`) and who goes on in the other; return how many were told."""
    staying = await leaders(turn, into)
    gone = [each for each in left if each not in staying]
    counts = await headcount.latest(turn.session, into.id)
    owed = await obligation.open_ones(turn.session, into.id)
    said = {
        "name": old.name,
        "other": into.name,
        "members": counts.members if counts else None,
        "summoned": counts.summoned if counts else None,
        "apart": [deadline.short_title for each, deadline in owed if each.register_on],
    }
    told = [await turn.tell(each, "end_notice.left", kind=NoticeKind.ITEM, **said) for each in gone]
    told += [await turn.tell(each, "end_notice.joined", kind=NoticeKind.ITEM, **said) for each in staying]
    return sum(each is not None for each in told)


async def tell_closed(turn: Turn, old: Unit, left: Sequence[Person]) -> int:
    """Tell those who answered for a branch that it is closed; return how many were told."""
    told = [await turn.tell(each, "end_notice.closed", kind=NoticeKind.ITEM, name=old.name) for each in left]
    return sum(each is not None for each in told)
