"""Takes members on probation into one total with the full ones ("22 chính thức, 2 dự bị"); knows no attendance."""

import re

_ON_PROBATION = re.compile(r"(?<!\w)d[uự] b[iị](?!\w)")
_WHO = r"(?: (?:[dđ][oồ]ng ch[ií]|[dđ][aả]ng vi[eê]n|ng[uư][oờ]i))?"
_FULL = r"ch[ií]nh th[uứ]c"
_AND = r" ?(?:,|v[aà]|\+)? ?"
_BOTH = re.compile(
    rf"(?<![\w/])(?:(\d{{1,3}}){_WHO} {_FULL}{_AND}(\d{{1,3}}){_WHO} probation"
    rf"|{_FULL} ?:? ?(\d{{1,3}}){_AND}probation ?:? ?(\d{{1,3}}))(?!\w)"
)
_OF_THEM = re.compile(rf"(?<!\w)(?:trong [dđ][oó]|g[oồ]m|c[oó]) (?:c[oó] )?\d{{1,3}}{_WHO} probation(?!\w)")


def without(normal: str) -> str:
    """Give the text with one total for both kinds; "dự bị" holds no "dự"."""
    if not _ON_PROBATION.search(normal):
        return normal
    marked = _OF_THEM.sub(" , ", _ON_PROBATION.sub("probation", normal))
    return _BOTH.sub(lambda both: f"tổng {sum(int(group) for group in both.groups() if group)}", marked)
