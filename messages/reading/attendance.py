"""Whether figures of attendance are what a message brings, or why nothing could be held. Knows no order of rules."""

from messages.reading.done import denials, has_done, has_not, is_whenever
from messages.reading.heard import Heard

_TO_ABLE = 5  # tokens in "chẳng ai chủ trì được"


def brings_figures(heard: Heard) -> bool:
    """Say whether it brings figures of attendance, a report in short."""
    counts = heard.counts
    if _is_expected(heard) and not has_done(heard):
        return False
    if is_whenever(heard.told) and not has_done(heard):
        return False
    if counts.attended is None and counts.absent == 0 and any(heard.is_only_then(found) for found in heard.found):
        return False  # "thứ năm mới có mặt đông đủ để họp"
    if counts.attended is not None or counts.over:
        if counts.total is None and not counts.masses and _is_otherwise(heard):
            return False
        return not counts.bare or counts.masses is not None or bool(heard.found)
    return (
        counts.masses is not None
        or (counts.roughly and not heard.told.has("blocked", "called_off"))
        or (counts.absent is not None and not has_not(heard))
    )


def _is_expected(heard: Heard) -> bool:
    """ "dự kiến 24/26 dự"; "22/25, còn chi tiết sẽ mang giấy lên" has its figures already."""
    told = heard.told
    figures = {at for token, at in zip(told.tokens, told.clauses, strict=True) if token[0].isdigit()}
    whole = heard.counts.attended is not None and heard.counts.total is not None
    inside = any(told.clauses[one.start] in figures for one in told.all("expected"))
    return told.has("expected") and (inside or not whole or any(heard.ahead()))


def cannot_hold(heard: Heard) -> bool:
    """ "có 3 người, 2 người đi vắng, không thể họp": the figures are the reason."""
    told = heard.told
    if "?" in told.tokens or told.has("how_so"):
        return False
    return not has_done(heard) and any(
        any(told.is_near(no, act, 2) for act in told.all("holds"))
        and not any(
            token[0].isdigit()
            for token, own in zip(told.tokens, told.clauses, strict=True)
            if own == told.clauses[no.start]
        )
        and any(told.is_near(no, able, _TO_ABLE) for able in told.all("able"))
        and (
            heard.counts.absent is not None or all(heard.clause(day) == told.clauses[no.start] for day in heard.ahead())
        )
        for tag in ("not", "not_yet")
        for no in denials(told, tag)
    )


def _is_otherwise(heard: Heard) -> bool:
    """ "3 đ/c đi học nên chưa họp được", "học bù cho 2 đ/c vào thứ tư tuần sau" report nobody present."""
    return not has_done(heard) and (has_not(heard) or any(heard.is_fixed(found) for found in heard.ahead()))
