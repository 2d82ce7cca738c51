"""How figures, dates and times are written in Vietnamese office texts. It must not know a clock or a time
zone: what comes in is already local."""

from datetime import date, datetime, time

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_TWO_DIGITS_BELOW = 10
_LAST_PADDED_MONTH = 2  # office usage: 01 and 02 only, because "1" and "2" are easily altered by hand
_WHOLE = 10_000  # hundredths of a percent


def count(n: int) -> str:
    """Write a number of people or things: "0", "07", "24", "2.909"."""
    return f"0{n}" if 0 < n < _TWO_DIGITS_BELOW else grouped(n)


def grouped(n: int) -> str:
    """Write a number without the leading zero, as in "9/12 chi bộ": "9", "2.909"."""
    return f"{n:,}".replace(",", ".")


def share(part: int, whole: int) -> int:
    """Return part of whole in hundredths of a percent, rounded half up (9231 = 92.31%).

    10000 comes only when part equals whole, 0 only when part is 0: rounding never claims that all were there.
    Raises ValueError when whole is not positive or part is negative.
    """
    if whole <= 0 or part < 0:
        raise ValueError(f"no share of {part} in {whole}")
    rounded = (2 * part * _WHOLE + whole) // (2 * whole)
    if rounded == _WHOLE and part != whole:
        return rounded + (1 if part > whole else -1)
    return max(rounded, 1) if part else 0


def percent(part: int, whole: int) -> str:
    """Write a rate: "92,31%", "50%", "92,50%"; "–" when there is nothing to divide by."""
    if whole <= 0:
        return "–"
    units, hundredths = divmod(share(part, whole), 100)
    return f"{units},{hundredths:02d}%" if hundredths else f"{units}%"


def day(d: date) -> str:
    """Write day and month: "30/5", "04/6", "03/02"."""
    month = f"{d.month:02d}" if d.month <= _LAST_PADDED_MONTH else str(d.month)
    return f"{d.day:02d}/{month}"


def weekday(d: date) -> str:
    """Write the day of the week: "thứ Năm", "Chủ nhật"."""
    return _WEEKDAYS[d.weekday()]


def weekday_day(d: date) -> str:
    """Write "thứ Năm 30/5"."""
    return f"{weekday(d)} {day(d)}"


def full_date(d: date) -> str:
    """Write "29/5/2024"."""
    return f"{day(d)}/{d.year}"


def clock_time(t: datetime | time) -> str:
    """Write "15:42"."""
    return f"{t.hour:02d}:{t.minute:02d}"


def moment(t: datetime) -> str:
    """Write a point in time as cut-off lines do: "10:00 ngày 29/5/2024"."""
    return f"{clock_time(t)} ngày {full_date(t)}"
