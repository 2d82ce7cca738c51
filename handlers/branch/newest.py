"""Finds the report that "Sửa" is about when nothing is open: the newest that the office has not accepted yet."""

import re

from sqlalchemy import select

from handlers.branch import duties, figures, report
from handlers.branch.duties import Duty
from handlers.routes import WRITERS
from handlers.turn import Turn
from messages.reading import fold
from messages.reading.replies import read_reply
from models import report as reports
from models.obligation import IN_HAND, Obligation, State

_CORRECT = re.compile(r"(?:dạ |xin )?sửa(?: lại| báo cáo| lại báo cáo)?(?: ạ)?")
_BEGUN = re.compile(r"(?:dạ |xin )?sửa\b")


async def heard(turn: Turn) -> bool:
    """Open it at "sửa", offer to at "sửa lại 24/26 đảng viên"; say whether it was either."""
    said = fold.fold(turn.incoming.text).lower.strip(" .,!")
    if turn.incoming.reply_to or not _BEGUN.match(said.replace("sua", "sửa", 1)):
        return False
    alone = _CORRECT.fullmatch(said.replace("sua", "sửa", 1)) is not None
    if not alone and read_reply(turn.incoming.text, today=turn.today).attended is None:
        return False
    found = await _newest(turn)
    sent = await reports.of_obligation(turn.session, found.id) if found else None
    if found is None or sent is None:
        return False
    await (report.correct(turn, sent.id) if alone else figures.offer_correction(turn, found))
    return True


async def _newest(turn: Turn) -> Duty | None:
    theirs = [each.id for each in await turn.units(WRITERS)]
    which = Obligation.unit_id.in_(theirs), Obligation.state.in_((*IN_HAND, State.INCOMPLETE))
    query = select(Obligation.id).where(*which, Obligation.excused.is_(False), Obligation.first_sent_at.is_not(None))
    newest = await turn.session.scalars(query.order_by(Obligation.first_sent_at.desc(), Obligation.id.desc()).limit(1))
    return next(iter(await duties.mine(turn, list(newest))), None)
