"""Who may: default deny. Pure rules over the roles a person holds now; knows no session and no handler."""

from collections.abc import Collection, Iterable

from models.role import Role, RoleKind


def may(held: Collection[str] | None, who: Collection[str]) -> bool:
    """Say whether somebody with these kinds of roles (None: a stranger) may do what `who` may; empty `who`: anyone."""
    return not who or (held is not None and not set(held).isdisjoint(who))


def over_unit(roles: Iterable[Role], unit_id: int, kinds: Collection[str]) -> bool:
    """Say whether one of these roles counts in that very unit."""
    return any(each.unit_id == unit_id and each.kind in kinds for each in roles)


def over_member(roles: Collection[Role], target: Role) -> bool:
    """Say whether these roles may end `target`: the office any, a secretary their own branch's members."""
    if any(each.kind == RoleKind.OFFICE for each in roles):
        return True
    return target.kind == RoleKind.MEMBER and over_unit(roles, target.unit_id, [RoleKind.SECRETARY])
