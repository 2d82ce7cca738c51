"""Recognises words of asking that ask nothing ("lấy gì mà học", "kiểu gì cũng kịp"); knows no intents."""

from messages.reading import fold, words
from messages.reading.words import Phrase, Told

_ASKING = frozenset(("gi", "ai", "dau", "sao", "nao"))
_ASKING_WORDS = _ASKING | {"may", "bao", "khong", "chua", "hay", "co", "nhu", "ntn", "chi"}
_ABLE = frozenset(("co", "duoc", "di", "den", "toi"))
_KNOWING = frozenset(("biet", "hieu", "ranh", "nho"))  # "ai mà biết mấy cái này"
_KNOWS_NOT = frozenset(("biet", "ro", "hieu", "thay"))
_WHENEVER = frozenset(("cung", "chang"))  # "kiểu gì cũng", "thế nào cũng"
_SEVERAL = (  # "mấy hôm nay", "mấy lần rồi"
    *("nay", "rồi", "toàn", "đều", "vẫn", "đó", "kia", "trước", "qua", "liền", "mà", "cũng", "đây", "không"),
)
_IN_VAIN = (("vao", "dau"), ("sao", "duoc"), ("the", "nao", "duoc"), ("bang", "gi"))
_HOW = (("kieu", "gi"), ("o", "dau"), ("cho", "nao"), ("sao",))
_MUST = frozenset(("phai", "nop", "han", "gui"))  # "chưa biết bao giờ phải nộp" does ask
_A_TELEPHONE = 9  # digits
_FAR = 6  # tokens from a negation to the "đâu" that strengthens it


def is_none(told: Told, ask: Phrase) -> bool:
    """Say whether what looks like asking is none: "kiểu gì cũng", "mấy lần rồi", "không … đâu ạ"."""
    plain = [fold.unmarked(token) for token in told.tokens[ask.start : ask.end + 1]]
    after = plain[-1] if ask.end < len(told.tokens) else ""
    if (
        (plain[0] == "khong" and after in ("nao", "ai"))  # "không đồng chí nào chịu nhận"
        or after in _WHENEVER
        or _takes_all(told, ask)
        or _knows_no_way(told, ask)
        or (plain[0] == "may" and after and any(fold.fits(told.tokens[ask.end], word) for word in _SEVERAL))
        or _gives_it(told, ask)
    ):
        return True
    within = any(one.start == ask.start and one.end > ask.end for one in told.all("blocked"))
    within = within or told.tag_at("compound", ask.start)  # "không có gì đâu ạ"
    return (
        within
        or (fold.fits(told.tokens[ask.start], "đâu") and closes_denial(told, ask.start))
        or _knows_no_day(told, ask)
    )


def _gives_it(told: Told, ask: Phrase) -> bool:
    """ "số điện thoại em 0912345678"."""
    number = any(len(token) >= _A_TELEPHONE and token.isdigit() for token in told.tokens)
    return number and told.tokens[ask.start] in ("số", "so") and "?" not in told.tokens


def _takes_all(told: Told, ask: Phrase) -> bool:
    """ "kiểu gì cuối tuần này cũng xong"."""
    following = range(ask.end, min(ask.end + _FAR, len(told.tokens)))
    return "?" not in told.tokens and any(
        fold.fits(told.tokens[index], "cũng") and told.clauses[index] == told.clauses[ask.start] for index in following
    )


def _knows_no_way(told: Told, ask: Phrase) -> bool:
    """ "không biết làm", "không biết dùng máy" ask nothing; "không biết nộp ở đâu", "không biết đã đến chưa" do."""
    if "?" in told.tokens or not fold.fits(told.tokens[ask.end - 1], "biết"):
        return False
    rest = [
        fold.unmarked(told.tokens[index])
        for index in range(ask.end, len(told.tokens))
        if told.clauses[index] == told.clauses[ask.start] and not words.is_particle(told.tokens[index])
    ]
    return bool(rest) and not _ASKING_WORDS & set(rest)


def _knows_no_day(told: Told, ask: Phrase) -> bool:
    """ "chưa biết khi nào có" tells that nobody knows; "chưa biết khi nào phải nộp" asks."""
    if "?" in told.tokens or not any(
        one.start <= ask.start < one.end or one.end == ask.end for one in told.all("knows_no_day")
    ):
        return False
    return not any(fold.unmarked(token) in _MUST for token in told.tokens[ask.end :])


def closes_denial(told: Told, index: int) -> bool:
    """Say whether the "đâu" at `index` only strengthens a negation: "không rành mấy cái này đâu"."""
    before = fold.unmarked(told.tokens[index - 1]) if index else ""
    if before in ("o", "cho", "ve", "vao", "qua", "len"):
        return False
    return _breaks_off(told, index + 1) and any(
        0 <= index - no.end <= _FAR
        and told.clauses[no.start] == told.clauses[index]
        and not any(fold.unmarked(token) in _KNOWS_NOT for token in told.tokens[no.end : no.end + 1])
        and not any(twice.end == no.start for twice in told.all("not_so"))
        for tag in ("not", "not_yet")
        for no in told.all(tag)
    )


def denies(told: Told) -> bool:
    """ "lấy gì mà học", "ai mà đi", "sao mà kịp": the answer is no."""
    plain = [fold.unmarked(token) for token in told.tokens]
    if any(plain[index] == "ma" and _denies_at(told, plain, index) for index in range(1, len(plain) - 1)):
        return True
    if _has_nothing(told, plain):
        return True
    last = max((index for index, said in enumerate(told.tokens) if fold.fits(said, "đâu")), default=0)
    return told.clauses[-1:] == told.clauses[last : last + 1] and closes_denial(told, last)


def _has_nothing(told: Told, plain: list[str]) -> bool:
    """ "chưa họp mà báo cáo cái gì": there is nothing yet to tell of."""
    said = [token for token in plain if not words.is_particle(token)]
    yet = min((one.start for one in told.all("not_yet")), default=len(plain))
    return "?" not in plain and "ma" in plain[yet:] and said[-1:] == ["gi"]


def _denies_at(told: Told, plain: list[str], index: int) -> bool:
    before = plain[index - 2] if plain[index - 1] in ("nua", "dau") and index > 1 else plain[index - 1]
    acts = any(told.tag_at(tag, index + 1) for tag in ("verb", "able")) or plain[index + 1] in _ABLE | _KNOWING
    return before in _ASKING and acts


def despairs(told: Told, *, lacks: bool) -> bool:
    """ "…, họp vào đâu", "… thì tổ chức kiểu gì": how could it, where something hinders or (`lacks`) is not there."""
    if "?" in told.tokens or not (lacks or told.has("blocked")):
        return False
    tokens = [fold.unmarked(token) for token in told.tokens if not words.is_particle(token)]
    acts = {fold.unmarked(told.tokens[verb.end - 1]) for verb in told.all("holds") + told.all("hands_in")}
    return any(
        len(tokens) > len(how) and tuple(tokens[-len(how) :]) == how and tokens[-len(how) - 1] in acts
        for how in (*_IN_VAIN, *(_HOW if lacks and not told.has("knows_not") else ()))
    )


def _breaks_off(told: Told, index: int) -> bool:
    """Say whether a clause ends at `index`, or only somebody is spoken to until it ends."""
    while index < len(told.tokens) and told.clauses[index] == told.clauses[index - 1]:
        if not words.is_particle(told.tokens[index]) and told.tokens[index] not in words.listed("called"):
            return False
        index += 1
    return True
