"""A secretary who is away until a day: the deputy is asked at once and until then. The reason is not kept."""

from handlers.branch import duties, remind
from handlers.office import items
from handlers.rules import recipients, windows
from handlers.turn import Turn
from messages.reading.absence import read_absence
from models import standing
from models.item import ItemKind
from models.person import Person
from models.role import RoleKind
from models.unit import Unit


async def heard(turn: Turn, text: str) -> bool:
    """Take words that say a secretary is away until a day; say whether they did."""
    until = read_absence(text, today=turn.today)
    units = await turn.units([RoleKind.SECRETARY])
    if until is None or not units:
        return False
    turn.me.away_until = until
    turn.note("person.away", f"person:{turn.me.id}", turn.me, until=until.isoformat())
    deputies = [name for unit in units if (name := await _ask_deputy(turn, unit))]
    await turn.say("away.noted", until=until, deputy=deputies[0] if deputies else "")
    return True


async def _ask_deputy(turn: Turn, unit: Unit) -> str:
    """Tell the deputy what is open; where nobody can be told, the office learns it."""
    people = (await standing.answerers(turn.session, turn.committee.id, [unit.id])).get(unit.id, [])
    asked = recipients.asked(people, turn.today, deputy=True)
    deputy = next((each for each in asked if each.role == RoleKind.DEPUTY), None)
    if deputy is None:
        await items.put(turn, ItemKind.BLOCKED, unit, by=turn.me, how="away", asked_for=turn.me.away_until)
        return ""
    found = [each for each in await duties.of_unit(turn, unit.id) if each.chased and await remind.began(turn, each)]
    person = await turn.session.get_one(Person, deputy.person_id)
    if not windows.is_quiet(turn.clock_time):
        key = f"away:{turn.me.id}:{turn.me.away_until}:{person.id}"
        await remind.tell_open(turn, person, found, key, instead_of=RoleKind.SECRETARY, until=turn.me.away_until)
    return person.name
