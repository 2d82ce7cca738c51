"""Whose a duty is: whether somebody else is to be asked, and whether it is handed over. Knows no order of rules."""

from messages.reading import fold, spoken
from messages.reading.done import has_not
from messages.reading.heard import Heard, without_particles
from messages.reading.words import Phrase, Told

_A_SENTENCE = 3  # words
_SPEAKERS = frozenset(
    ("anh", "em", "chị", "chi", "tôi", "toi", "tui", "mình", "minh", "bác", "bac", "chú", "chu", "cô", "co")
)
_ASKS_FIRST = frozenset(("de", "se", "dang", "phai", "da", "cho", "xin", "em", "toi", "tui", "chau"))  # "em hỏi anh"
_TO_ABLE = 5  # tokens in "chẳng ai chủ trì được"


def is_not_theirs(heard: Heard) -> bool:
    """Say whether somebody else is to be asked."""
    told = heard.told
    handed = any(
        told.is_near(hand, act, 9) and not _takes_it(told, hand, act) and not _so_that(told, hand)
        for hand in told.all("hand_over")
        for act in told.all("takes_over")
        if not _sends_after(told, act)
    )
    charged = any(
        1 <= act.start - who.end <= _A_SENTENCE and told.clauses[who.start] == told.clauses[act.start]
        for who in told.all("somebody")
        for act in told.all("in_charge")
    )
    charged = charged or told.followed("invites", "in_charge", gap=5)  # "do Công đoàn phụ trách"
    handed = handed or (told.has("task") and told.followed("hand_over", "to_someone", gap=0))
    whose_left = [whose for whose in told.all("not_mine") if not _are_counted(told, whose)]
    return (
        handed
        or (charged and not told.has("question", "did"))
        or any(not (_will_ask(told, whose) or _is_retort(told, whose)) for whose in whose_left)
        or (told.has("to_someone") and told.followed("hand_over", "task", gap=1))
    )


def _are_counted(told: Told, whose: Phrase) -> bool:
    """ "3 đồng chí mới chuyển sinh hoạt về" are members, and not who writes."""
    before = range(max(whose.start - _TO_ABLE, 0), whose.start)
    counts = (told.tokens[i][0].isdigit() or told.tokens[i] in spoken.WORDS for i in before)
    return any(one and told.clauses[i] == told.clauses[whose.start] for i, one in zip(before, counts, strict=True))


def _takes_it(told: Told, hand: Phrase, act: Phrase) -> bool:
    """ "để đó anh lo", "để em lo" hand nothing over; "để anh Minh lo" does."""
    return told.tokens[hand.start] in ("để", "de") and told.tokens[act.start - 1] in _SPEAKERS


def _so_that(told: Told, hand: Phrase) -> bool:
    """ "xin báo cáo để trên nắm và theo dõi"."""
    return told.tokens[hand.start] in ("để", "de") and told.tokens[hand.start - 1] in ("cáo", "cao", "biết", "tin")


def _sends_after(told: Told, act: Phrase) -> bool:
    """ "nhờ các cháu làm giúp, xong bác gửi" keeps the work."""
    return any(
        sent.start > act.end
        and told.tokens[sent.start - 1] in _SPEAKERS
        and told.tokens[act.start - 1] not in _SPEAKERS
        for sent in told.all("hands_in")
    )


def _will_ask(told: Told, whose: Phrase) -> bool:
    """ "để em hỏi bác Năm" asks somebody first, and keeps the work."""
    before = told.tokens[max(whose.start - 2, 0) : whose.start]
    asks = told.tokens[whose.start] in ("hỏi", "hoi")
    is_told = any(fold.unmarked(token) in _ASKS_FIRST for token in before)
    return asks and (is_told or _was_sent(told))


def _was_sent(told: Told) -> bool:
    """ "tôi nộp rồi mà, hỏi chị Hường ấy"."""
    return any(told.is_near(sent, closed, 2) for sent in told.all("hands_in") for closed in told.all("closed"))


def _is_retort(told: Told, whose: Phrase) -> bool:
    """ "chẳng phải tôi đã gửi rồi sao"."""
    denied = [fold.unmarked(token) for token in told.tokens[whose.start : whose.start + 2]] == ["khong", "phai"]
    return denied and without_particles(told.tokens)[-1:] in (["sao"], ["hả"], ["ư"]) and told.has("did", "closed")


def is_handed_over(heard: Heard) -> bool:
    """ "bí thư chuyển công tác rồi nên chưa họp được" gives a reason, and names nobody else."""
    told = heard.told
    because = any(word in ("nên", "nen", "vì", "do") for word in told.tokens)
    reasons = has_not(heard) and (because or told.has("successor"))
    return is_not_theirs(heard) and not reasons and not _only_left(told)


def _only_left(told: Told) -> bool:
    """ "bí thư nghỉ hưu rồi, đang chờ người mới": another has gone, and nobody is named in their place."""
    left = told.all("departs")
    named = told.has("in_charge", "takes_over") or len(told.all("not_mine")) > len(left)
    return bool(left) and not named and all(_is_another(told, one) for one in left)


def _is_another(told: Told, left: Phrase) -> bool:
    before = range(max(left.start - _TO_ABLE, 0), left.start)
    same = [index for index in before if told.clauses[index] == told.clauses[left.start]]
    return any(told.tag_at("somebody", i) for i in same) and not any(
        told.tokens[i] in ("tôi", "em", "tui") for i in same
    )
