"""Moves an installation's rows from SQLite to PostgreSQL: looks at both ends first, names why not. Prints nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot import config
from bot.setup import CannotRun
from models import database, integrity, schema, transfer
from models.transfer import Carried


@dataclass(frozen=True)
class Moved:
    """What was carried and proved: `tables` and `rows`, to `address` (without its password)."""

    tables: int
    rows: int
    address: str


async def move(source: str, target: str, told: Callable[[Carried], None]) -> Moved:
    """Move the rows of `source`, a SQLite database of this version that nobody runs on; raise CannotRun.

    Each table is told as soon as both sides are the same; `target` has all of them or, after an error, none.
    """
    if not (config.is_database(target) and target.startswith("postgresql")):
        raise _stopped("bad_address")
    checked = await integrity.check(source)
    if checked.damages or checked.orphans:
        raise _stopped("damaged", damages=checked.damages, orphans=checked.orphans)
    carried: list[Carried] = []

    def note(each: Carried) -> None:
        carried.append(each)
        told(each)

    address = make_url(target).render_as_string(hide_password=True)
    await _carried(source, target, address, note)
    return Moved(len(carried), sum(each.rows for each in carried), address)


async def _carried(source: str, target: str, address: str, told: Callable[[Carried], None]) -> None:
    """Carry; name what stopped it."""
    try:
        await transfer.carry(source, target, told)
    except schema.CannotOpen as error:
        raise _stopped("away", address=error.address, failure=str(error)) from error
    except transfer.NotEmpty as error:
        raise _stopped("not_empty", address=address, found=error.found) from error
    except transfer.NotUtf8 as error:
        raise _stopped("not_utf8", address=address, encoding=str(error)) from error
    except transfer.NotCarried as error:
        raise _stopped("not_carried", table=error.table, failure=str(error)) from error
    except transfer.Unequal as error:
        raise _stopped("unequal", table=error.table, here=error.here, there=error.there) from error
    except (DBAPIError, OSError) as error:
        raise _stopped("failed", address=address, failure=database.kind(error)) from error


def _stopped(why: str, **values: object) -> CannotRun:
    return CannotRun("move_stopped", why=why, **values)
