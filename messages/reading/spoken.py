"""Numbers as they are written inside a sentence, in figures or in words; knows no dates and no counts of people."""

import functools

from messages.reading import fold

MOST_DIGITS = 6  # no committee has a million members: what is longer is a telephone or document number

_FIGURES = r"(?<![\d.,/:%-])(?:\d{1,3}(?:\.\d{3})+|\d{1,6})(?![\d/%:]|[.,-]\d| %)"
_UNITS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9}
_SHORT = {"mot": 1, "tu": 4, "lam": 5, "nham": 5}  # may follow a ten directly: "ba lăm" is 35, "hai ba" is two or three
_LAST = {**_UNITS, **_SHORT}
_OLD_TENS = {"ham": 20, "bam": 30}
_MOST_WORDS = 3  # "ba mươi lăm"
WORDS = (
    *("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "bẩy", "tám", "chín", "mốt", "tư", "lăm", "nhăm"),
    *("mươi", "mười", "chục", "hăm", "băm", "trăm", "nghìn", "ngàn", "linh", "lẻ", "rưỡi"),
)


def atom(accented: bool) -> str:
    """Give the regular expression (no groups) of one number in a normal text.

    Where a text is accented its number words must be too: "tuần sau" holds no six.
    """
    return _atom(accented)


def value(spoken: str) -> int | None:
    """Give the value of what `atom` found; None if it is no number ("hai ba", "20/5") or longer than `MOST_DIGITS`."""
    if spoken[:1].isdigit():
        figures = spoken.replace(".", "")
        return int(figures) if figures.isdecimal() and len(figures) <= MOST_DIGITS else None
    return _thousands(fold.unmarked(spoken).replace("ngan", "nghin").split())


def spelt_out(spoken: str) -> int | None:
    """Give the value where only a figure can be meant: "hai ba trên hai lăm" is 23 of 25."""
    units = [_LAST.get(word) for word in fold.unmarked(spoken).split()]
    if value(spoken) is None and len(units) == _MOST_WORDS - 1 and None not in units:
        return 10 * (units[0] or 0) + (units[1] or 0)
    return value(spoken)


@functools.cache
def _atom(accented: bool) -> str:
    words = sorted(WORDS, key=len, reverse=True)
    one = "(?:" + "|".join(word if accented else fold.loosely(word) for word in words) + ")"
    vague = "|".join(fold.loosely(word) for word in ("số", "vài", "ít", "phần", "loạt"))
    # "thứ hai" is a Monday, "mấy chục" is no number
    alone = r"(?<![\w/])(?<!th[uứ] )(?<!m[aâấ]y )(?<!v[aà]i )(?<!ph[aầ]n )(?<!đôi )(?<!t[oổ] )"
    since = "" if accented else "(?!tu (?:tuan|hom|sang|chieu|toi|thang|ngay|dau|luc|truoc|nay|khi)(?!\\w))"
    return rf"(?:{_FIGURES}|{alone}{since}{one}(?: {one}){{0,8}}(?!\w| (?:{vague})(?!\w)))"


def _thousands(words: list[str]) -> int | None:
    if "nghin" not in words:
        return _hundreds(words)
    cut = words.index("nghin")
    high, rest = _hundreds(words[:cut]) if cut else 1, words[cut + 1 :]
    low = 0 if not rest else 500 if rest == ["ruoi"] else _hundreds(rest)
    return None if high is None or low is None else high * 1000 + low


def _hundreds(words: list[str]) -> int | None:
    if "tram" not in words:
        return _tens(words)
    cut = words.index("tram")
    high = _UNITS.get(words[0], 0) if cut == 1 else 1 if cut == 0 else 0
    low = _after_hundred(words[cut + 1 :])
    return high * 100 + low if high and low is not None else None


def _after_hundred(words: list[str]) -> int | None:
    match words:
        case []:
            return 0
        case ["ruoi"]:
            return 50
        case ["linh" | "le", unit]:
            return _LAST.get(unit)
        case [unit] if unit in _LAST:
            return 10 * _LAST[unit]  # "trăm hai" is 120
    return _tens(words)


def _tens(words: list[str]) -> int | None:
    if len(words) == 1:
        return {**_UNITS, **_OLD_TENS, "muoi": 10, "chuc": 10}.get(words[0])
    ten, last = _leading_ten(words), words[-1]
    if len(words) > _MOST_WORDS or ten is None:
        return None
    if last in ("muoi", "chuc"):
        return ten if len(words) == _MOST_WORDS - 1 else None
    if last == "ruoi":
        return ten + 5 if words[-2] == "chuc" else None
    if len(words) == _MOST_WORDS - 1 and _spells_out(*words):
        return 10 * _UNITS[words[0]] + _UNITS[last]
    spells_ten = len(words) == _MOST_WORDS or words[0] not in _UNITS
    return ten + (_LAST if spells_ten else _SHORT)[last] if last in (_LAST if spells_ten else _SHORT) else None


def _spells_out(ten: str, last: str) -> bool:
    """ "hai tám" is 28; "hai ba" is two or three, and "hai sau" without marks may be two afterwards."""
    first, second = _UNITS.get(ten, 0), _UNITS.get(last, 0)
    return first > 1 and second > 0 and second != first + 1 and last not in ("nam", "sau")


def _leading_ten(words: list[str]) -> int | None:
    """Give what "mười", "hăm", "ba mươi" or the "ba" of "ba lăm" is worth at the head of a number."""
    if words[0] in _OLD_TENS:
        return _OLD_TENS[words[0]] if len(words) == _MOST_WORDS - 1 else None
    if words[0] in ("muoi", "chuc"):
        return 10 if len(words) == _MOST_WORDS - 1 else None
    is_ten = len(words) == _MOST_WORDS - 1 or words[1] in ("muoi", "chuc")
    return 10 * _UNITS[words[0]] if words[0] in _UNITS and is_ten else None
