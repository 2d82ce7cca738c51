"""What asks for more time: a later day, an extension, and what only looks like one. Knows no order of rules."""

from messages.reading import fold
from messages.reading.asked import ends_asking, is_marked_as_asking
from messages.reading.dates import Found
from messages.reading.done import has_done, is_done_after_all
from messages.reading.heard import Heard
from messages.reading.words import Phrase, Told

_A_SENTENCE = 3  # words
_GIVES = frozenset(
    ("gửi", "gui", "nộp", "nop", "báo", "bao", "cáo", "cao", "liệu", "lieu", "quả", "qua")
)  # "gửi cho anh"
_A_CALL = 4  # tokens in "10/6 chi bộ xin nộp"
_SO_FAR = 12  # tokens


def asks_for_later(heard: Heard) -> bool:
    """Say whether a later day is asked for."""
    told = heard.told
    if _only_hears(told) or granted(told) or is_done_after_all(heard) or _is_sorry_for(heard):
        return False
    if any(not _is_undone(told, delay) for delay in told.all("delay")) and not _only_moved(heard):
        return True
    if _asks_to_be_late(heard) or any(
        told.is_near(ask, days, 4) for ask in _begs(told) for days in told.all("some_days")
    ):
        return True
    later = [found for found in heard.found if heard.direction(found) >= 0]
    too_late = [found for found in later if not _is_in_time(heard, found)]
    if (too_late and _asks_with_date(told)) or (later and _may(told) and told.has("verb")):
        return True
    pressed = told.has("too_short") or _begs_to_send(told)
    if heard.due and too_late and pressed and not has_done(heard):
        return True
    return any(_is_asked_for(heard, found) for found in later) or any(_is_sent_on(heard, found) for found in too_late)


def _only_hears(told: Told) -> bool:
    """ "nghe nói hạn lùi đến 5/6, đúng không"."""
    return told.has("hearsay") and (told.has("question") or ends_asking(told))


def _is_sorry_for(heard: Heard) -> bool:
    """ "16/6 có 21/25 dự, mong thông cảm cho sự chậm trễ": it was late, and is there."""
    counted = heard.counts.attended is not None and heard.counts.total is not None
    days = [heard.direction(found) for found in heard.found if found.is_day] or [*map(heard.direction, heard.found)]
    gone_by = bool(days) and max(days) < 0
    return counted and gone_by and heard.told.has("pardon")


def asks_if_late(heard: Heard) -> bool:
    """ "ngày 31/5 nộp có bị tính trễ không", "chậm thì có bị phê bình không" ask what follows, and for no more time."""
    return heard.told.has("if_late") and not _begs(heard.told)


def _begs_to_send(told: Told) -> bool:
    """ "cho em nộp khi về": nothing stands between but those asking."""
    return any(
        told.is_near(ask, sent, _A_CALL)
        and told.tokens[ask.start - 1] not in _GIVES
        and all(told.tag_at("for_whom", index) for index in range(ask.end, sent.start))
        for ask in _begs(told)
        for sent in told.all("hands_in")
    )


def _is_in_time(heard: Heard, found: Found) -> bool:
    """ "chị cho em gửi vào thứ hai", before the due day: no later day is asked for."""
    day = heard.read(found, "future")
    end = day.range[1] if day.range else day.date
    return heard.due is not None and end is not None and end <= heard.due and day.delta_days is None


def _only_moved(heard: Heard) -> bool:
    """ "mất điện nên dời sang 21/5 học", in time, "lui lại 17/5, có 24/25": nobody is asked for anything."""
    told = heard.told
    if _begs(told) or told.has("may_i", "pardon") or not heard.due or not heard.found:
        return False
    if heard.counts.attended is not None and heard.counts.total is not None:
        return any(heard.direction(found) <= 0 or not heard.is_fixed(found) for found in heard.found)
    days = [heard.read(found, "future") for found in heard.found if heard.direction(found) >= 0]
    return (
        bool(days)
        and (told.has("holds") or bool({"nên", "nen"} & set(told.tokens)))
        and all(day.date is not None and day.delta_days is None and day.date <= heard.due for day in days)
    )


def _may(told: Told) -> list[Phrase]:
    """Give what asks for leave; "có thể chiều mai em nộp" only supposes."""
    asks = is_marked_as_asking(told)
    return [
        may
        for may in told.all("may_i")
        if asks or fold.unmarked(" ".join(told.tokens[may.start : may.end])) != "co the"
    ]


def _asks_to_be_late(heard: Heard) -> bool:
    """ "cho em trễ chút", "nộp sau hạn được không"; "đã nộp muộn" asks for nothing."""
    told = heard.told
    if has_done(heard):
        return False
    begged = any(told.is_near(ask, late, _SO_FAR) for ask in _begs(told) for late in told.all("late"))
    return begged or (bool(_may(told)) and told.has("late"))


def _is_asked_for(heard: Heard, found: Found) -> bool:
    """A day after the due day, begged for in the same clause."""
    told, place = heard.told, heard.place(found)
    if not heard.due or has_done(heard) or told.has("firm"):
        return False
    day = heard.read(found, "future")
    end = day.range[1] if day.range else day.date
    begged = any(
        ask.end <= place and told.clauses[ask.start] == told.clauses[place] and told.tokens[ask.start - 1] not in _GIVES
        for ask in _begs(told)
    ) or any(0 <= may.start - place <= _A_SENTENCE for may in _may(told))
    begged = begged or told.has("pardon")
    begged = begged or any(
        0 <= ask.start - place <= _A_CALL and any(told.is_near(ask, sent, 0) for sent in told.all("hands_in"))
        for ask in _begs(told)
        if told.tokens[ask.start] == "xin"
    )
    return begged and end is not None and end > heard.due


def _is_sent_on(heard: Heard, found: Found) -> bool:
    """ "nhiều việc quá, 22/10 em nộp": a day with its month, after the due day, on which it is handed in."""
    told, place, day = heard.told, heard.place(found), heard.read(found, "future")
    after_it = fold.unmarked(told.tokens[max(place - 1, 0)]) in ("sau", "le", "qua")  # "sau lễ 2/9"
    if not found.is_day or day.date is None or after_it or has_done(heard) or is_marked_as_asking(told):
        return False
    return heard.due is not None and any(
        0 < sent.start - place <= _A_CALL and told.clauses[sent.start] == told.clauses[place]
        for sent in told.all("hands_in")
    )


def _begs(told: Told) -> list[Phrase]:
    """Give what begs; "xin lỗi" and "xin chào" do not."""
    return [
        ask
        for ask in told.all("asks")
        if fold.unmarked(told.tokens[ask.end] if ask.end < len(told.tokens) else "") not in ("loi", "chao", "bao")
        and not any(asking.start == ask.start for asking in told.all("asking"))
        and not any(_is_undone_at(told, delay) and delay.end == ask.start for delay in told.all("delay"))
    ]


def granted(told: Told) -> list[Phrase]:
    """Give the more time that is given thanks for: "cảm ơn đồng chí đã gia hạn đến 28/11"."""
    thanks = [each for each in told.all("courtesy") if fold.unmarked(told.tokens[each.end - 1]) == "on"]
    return [
        delay
        for delay in told.all("delay")
        for one in thanks
        if one.end <= delay.start and told.clauses[one.start] == told.clauses[delay.start]
        if any(one.end <= did.start and told.is_near(did, delay, 1) for did in told.all("did"))
    ]


def _is_undone_at(told: Told, delay: Phrase) -> bool:
    """ "đã gia hạn cho chi bộ đến 28/11" was granted."""
    return any(told.is_near(did, delay, 0) for did in told.all("did"))


def _is_undone(told: Told, delay: Phrase) -> bool:
    """ "không xin lùi", "đã nộp chậm 2 ngày", "báo cáo chậm nhất 29/5" ask for nothing."""
    at_latest = delay.end < len(told.tokens) and fold.unmarked(told.tokens[delay.end]) == "nhat"
    over = not _begs(told) and any(told.is_near(delay, closed, 0) for closed in told.all("closed"))  # "lại hoãn rồi"
    forced = any(one.start <= delay.start < one.end for one in told.all("blocked")) and not _may(told)
    return (
        at_latest
        or _asks_about(told, delay)
        or (forced and not _begs(told) and not told.has("pardon") and "@date" not in told.tokens)
        or over
        or any(told.is_near(no, delay, 1) for tag in ("did", "not", "need_not") for no in told.all(tag))
    )


def _asks_about(told: Told, delay: Phrase) -> bool:
    """ "được gia hạn đến bao giờ", "có cần xin gia hạn không", "có gia hạn không anh" want to know."""
    if told.tokens[0] == "ai":  # "ai là người duyệt gia hạn"
        return True
    until_when = told.has("when_asked") and not told.has("whenever") and "xin" not in told.tokens
    before = [fold.unmarked(token) for token in told.tokens[max(delay.start - 2, 0) : delay.start]]
    asks = ends_asking(told) or "?" in told.tokens
    whether = "@date" not in told.tokens[delay.end :] and (before[-1:] == ["co"] or "can" in before) and asks
    return until_when or whether


def _asks_with_date(told: Told) -> bool:
    """ "cho em đến @date", "xin @date": nothing stands between but those asking and what they will do."""
    days = [index for index, word in enumerate(told.tokens) if word == "@date"]
    return any(
        ask.end <= day <= ask.end + 6
        and (not told.tag_at("verb", ask.start - 1) or told.tokens[day - 1] in ("đến", "tới", "den", "toi"))
        and all(told.tag_at("for_whom", index) for index in range(ask.end, day))
        for ask in told.all("asks")
        for day in days
    )
