"""Reads amounts and attendance figures ("ba mươi lăm", "24/26", "vắng 2"); knows no form and no register."""

import re
from dataclasses import dataclass, replace

from messages.reading import count_words, dates, fold, pairs, probation, spoken, words

_ASKS = re.compile(r"(?<!\w)(?:ph[aả]i|c[aầ]n|m[oờ]i|t[ií]nh|đ[eế]m|k[eể]|ghi)(?!\w)[^,.;]*$")
_TERSE = re.compile(r"(?<!\w)cm ?:? ?(\d+)(\D{1,6})v ?:? ?(?=\d)")  # "CM 16. V 2"
_REST = re.compile(r"(?<!\w)c[oò]n l[aạ]i(?!\w)")  # "trừ …, còn lại 14 đồng chí đều dự"
_HELD = re.compile(r"^(?:[^,;.]*\W)?(?:họp|học|hop|hoc|sinh hoạt|sinh hoat)(?!\w)[^;.]*,")
"""A session that was held, and then people: "hôm qua họp, 11 người, 2 người xin phép" counts who came."""
_ON_THE_ROLL = re.compile(r"(?<!\w)(?:đảng viên|đv|dang vien|dv)(?!\w)")
"""The word for all that belong: "học 14/5, 26 đảng viên, vắng 3" is 23 of 26."""
_LEFT = re.compile(r"(?<!\w)(c[oò]n(?: l[aạ]i)?) (\d+)(?= ?,)")  # "đảng viên 33, miễn 2, còn 31, dự 28"
_LEFT_OVER = re.compile(r"(?<!\w)c[oò]n(?: l[aạ]i)? (\d{1,5})(?![\d/])")  # "20 đồng chí, vắng 1, còn lại 19"
_ONLY_ONE = re.compile(r"(?<!\w)(?:v[aắ]ng|thi[eế]u|s[oó]t)(?: c[oó])? (?:m[oỗ]i|m[iì]nh|duy nh[aấ]t)(?!\w)(?! \d)")
_IN_ALL = re.compile(r"(?<!\w)(?:t[oổ]ng|c[oộ]ng|t[oổ]ng c[oộ]ng)(?: s[oố])? ?:? ?$")  # "buổi 1 11/20, …, tổng 20/20"


@dataclass(frozen=True, slots=True)
class Counts:
    """Attendance as said: members present, of how many, absent, exempt; masses are never added to members.

    `over`: more were present (or absent) than belong. `mismatch`: present and absent do not make the total.
    `bare`: just "24 đảng viên", with no word that they came. `roughly`: "khoảng 20", "2/3 số đảng viên" are no figures.
    """

    attended: int | None = None
    total: int | None = None
    absent: int | None = None
    masses: int | None = None
    over: bool = False
    exempt: int | None = None
    mismatch: bool = False
    bare: bool = False
    roughly: bool = False


def read_number(text: str) -> int | None:
    """Read the one non-negative whole number that `text` states ("24 đ/c", "2.909", "không có" = 0), else None."""
    normal = words.normal(text)
    stated = re.findall(spoken.atom(fold.is_accented(normal)), normal)
    figures = "".join(re.findall(r"\d", normal))
    if len(stated) == 1 and figures in ("", stated[0].replace(".", "")) and not re.search(r"(?<!\w )- ?\d", normal):
        return spoken.value(stated[0])
    return 0 if not stated and not figures and count_words.of(True).none.search(normal) else None


def read_counts(text: str, *, total: int | None = None) -> Counts:
    """Read attendance from an answer to "how many came?"; `total` is how many belong ("vắng 2", "đủ").

    A bare "6/7" and a bare "24" are counts here; dates beside them are not counted.
    """
    normal = words.normal(text)
    undated = dates.mark(normal, dates.scan(normal, bare="count"))
    counts = count(undated, total=total)
    if counts.attended is None and counts.absent is None and counts.masses is None:
        return _settled(replace(counts, attended=read_number(undated)), total)
    return counts


def corrected(first: Counts, then: Counts) -> Counts:
    """Put what `then` says in place of what was said first: present of how many, absent, masses, each for itself."""
    masses = first.masses if then.masses is None else then.masses
    exempt = first.exempt if then.exempt is None else then.exempt
    if then.attended is not None:
        then = (
            then if then.total is not None or first.total is None else _settled(replace(then, absent=None), first.total)
        )
        return replace(then, masses=masses, exempt=exempt, bare=False)
    if then.absent is not None:
        left = replace(
            first, attended=None, absent=then.absent, over=False, mismatch=False, masses=masses, exempt=exempt
        )
        return _settled(left, None)
    return replace(first, masses=masses, exempt=exempt)


def count(undated: str, *, total: int | None = None) -> Counts:
    """Read attendance from a normal text in which dates are already marked."""
    accented = fold.is_accented(undated)
    undated = probation.without(undated)
    if not count_words.counting(accented).search(undated):
        return Counts()
    say = count_words.of(accented)
    undated = _TERSE.sub(rf"{'có mặt' if accented else 'co mat'} \1\2{'vắng' if accented else 'vang'} ", undated)
    undated = say.next_label.sub(
        r"\1 ,", undated
    )  # "triệu tập 25 có mặt 23": each figure belongs to the word before it
    roughly = say.roughly.search(undated) is not None
    masses, rest = _take(say.masses, say.roughly.sub(" , ", say.ordinal.sub(" , ", say.makeup.sub(" , ", undated))))
    exempt, rest = _take(say.exempt, rest)
    said = Counts(masses=0 if masses is None and _has_no_masses(say, rest) else masses, exempt=exempt, roughly=roughly)
    away = say.absent_of.search(rest)
    if exempt is not None:
        rest = _LEFT.sub(r"\1 phải dự \2", rest)
    if away:  # "vắng 1/29"
        lost, whole = spoken.spelt_out(away[1]), spoken.spelt_out(away[2])
        return _settled(replace(said, absent=lost, total=whole), None)
    pair, rest = _take_pair(say, rest)
    absent, rest = _take_absent(say, rest)
    if pair:
        return _settled(replace(said, attended=pair[0], total=pair[1], absent=absent), None)
    return _settled(_from_figures(say, rest, replace(said, absent=absent), total), total)


def _has_no_masses(say: count_words.Patterns, text: str) -> bool:
    """ "quần chúng không"; but "có cần quần chúng không" asks."""
    found = say.no_masses.search(text)
    return found is not None and not _ASKS.search(text[: found.start()])


def _from_figures(say: count_words.Patterns, text: str, said: Counts, total: int | None) -> Counts:
    summoned, rest = _take(say.summoned, text)
    attended, rest = _take(say.attended, rest)
    if attended is None and said.absent:
        attended = _opening(rest)
    whole, rest = _take(say.total, rest)
    whole = whole if summoned is None else summoned
    members = _take(say.members, rest)[0]
    if attended is not None and members is not None and members < attended:
        members = None  # "16 người dự, 2 người …": the two are not all there are
    if not said.absent and say.all_came.search(text):
        everyone = next((n for n in (attended, whole, members, total) if n is not None), None)
        if _REST.search(text) and said.exempt and everyone == members:  # "30 người, 2 người miễn, còn lại dự đủ"
            left = (everyone or 0) - said.exempt
            return replace(said, attended=left, total=left, absent=0)
        if _REST.search(text):
            return replace(said, attended=everyone, total=whole)
        return replace(said, attended=everyone, total=everyone if whole is None else whole, absent=0)
    if attended is None and said.absent is None:
        return replace(said, attended=members, total=whole, bare=members is not None)
    attended, whole = _came_of(text, said, attended, whole, members)
    if attended is None and whole is not None and summoned is None and said.exempt:  # "28 đảng viên, miễn 2, vắng 2"
        attended = max(whole - said.exempt - (said.absent or 0), 0)
    return replace(said, attended=attended, total=whole)


def _came_of(
    text: str, said: Counts, attended: int | None, whole: int | None, members: int | None
) -> tuple[int | None, int | None]:
    """Give present, of how many: those counted beside who was absent are either all there are, or those who came."""
    if attended is not None or members is None or not said.absent:
        return attended, members if whole is None else whole
    over = _LEFT_OVER.search(text)
    if over and int(over[1]) == members - said.absent:  # "20 đồng chí, vắng 1, còn lại 19"
        return int(over[1]), members if whole is None else whole
    if whole is None and _HELD.search(text) and not _ON_THE_ROLL.search(text):
        return members, None
    return None, members if whole is None else whole


def _opening(text: str) -> int | None:
    """ "18, vắng 2" opens with those present."""
    first = re.match(r"(\d{1,3}) ?,", text)
    return int(first[1]) if first else None


def _settled(said: Counts, total: int | None) -> Counts:
    """Fill in the third of present, absent and total from the other two, unless they contradict each other."""
    attended, absent = said.attended, said.absent
    whole = said.total
    if whole is None:
        whole = attended + absent if attended is not None and absent is not None else total
    if whole is None or (attended is None and absent is None):
        return said
    if max(attended or 0, absent or 0) > whole:
        return replace(said, total=whole, over=True)
    attended = whole - (absent or 0) if attended is None else attended
    absent = whole - attended if absent is None else absent
    mismatch = attended + absent not in (whole, whole - (said.exempt or 0))
    return replace(said, attended=attended, absent=absent, total=whole, mismatch=mismatch)


def _take(pattern: re.Pattern[str], text: str) -> tuple[int | None, str]:
    """Give the first amount that `pattern` finds and the text without it."""
    for match in pattern.finditer(text):
        amount = spoken.value(next(group for group in match.groups() if group))
        if amount is not None:
            return amount, f"{text[: match.start()]} , {text[match.end() :]}"
    return None, text


def _take_pair(say: count_words.Patterns, text: str) -> tuple[tuple[int, int] | None, str]:
    counted = [pair for pair in pairs.find(text, bare="count") if pair.kind == "count"]
    for pair in (*(each for each in counted if _IN_ALL.search(text[: each.start])), *counted):
        return (pair.first, pair.second), f"{text[: pair.start]} , {text[pair.end :]}"
    for match in say.pair.finditer(text):
        first, second = spoken.spelt_out(match[1]), spoken.spelt_out(match[2])
        if first is not None and second is not None:
            return (first, second), f"{text[: match.start()]} , {text[match.end() :]}"
    for match in say.of_whom.finditer(text):
        whole, came = (spoken.value(group) for group in match.groups() if group)
        if whole is not None and came is not None and came <= whole:  # "18 đồng chí đi học 17"
            return (came, whole), f"{text[: match.start()]} , {text[match.end() :]}"
    return None, text


def _take_absent(say: count_words.Patterns, text: str) -> tuple[int | None, str]:
    """ "vắng 2: 1 ốm, 1 công tác" is two; "1 ốm, 1 công tác" is two as well."""
    stated, rest = _take(say.absent, text)
    if stated is not None:
        return stated, rest
    only = _ONLY_ONE.search(text)
    if only:
        return 1, f"{text[: only.start()]} , {text[only.end() :]}"
    each = [spoken.value(amount) for amount in say.each_absent.findall(text)]
    if each and None not in each:
        return sum(one or 0 for one in each), say.each_absent.sub(" , ", text)
    nobody = say.nobody_absent.search(text)
    return (0 if nobody and not _ASKS.search(text[: nobody.start()]) else None), text
