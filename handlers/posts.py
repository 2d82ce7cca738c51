"""Says what somebody is: values {role, branch} for templates, branch "" for what is no branch. Decides nothing."""

from collections.abc import Iterable
from typing import Any

from handlers.turn import Moment
from models.role import Role
from models.unit import Unit, UnitKind


async def post(moment: Moment, kind: str, unit_id: int) -> dict[str, Any]:
    """Return the values that say one role."""
    unit = await moment.session.get_one(Unit, unit_id)
    return {"role": kind, "branch": unit.name if unit.kind == UnitKind.BRANCH else ""}


async def held(moment: Moment, roles: Iterable[Role]) -> list[dict[str, Any]]:
    """Return the values that say several."""
    return [await post(moment, each.kind, each.unit_id) for each in roles]
