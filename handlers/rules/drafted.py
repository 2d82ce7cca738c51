"""A plan that was read becomes a draft the office corrects, and the draft a campaign's plan. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from campaigns import schema
from messages.reading import fold
from messages.reading.plan.shapes import Basis, Duty, PlanRead

PLAIN = "task"
"""The form for what needs none of its own."""
LONGEST_TITLE, SHORT = 110, 44
_BRANCHES = re.compile(r"chi bộ|chi ủy|đảng bộ|cấp ủy|đảng viên|cơ sở đảng|tổ chức đảng|đơn vị|cơ quan")
_OTHERS = re.compile(r"\s*(?:văn phòng|ban |ủy ban|uỷ ban|ubkt|đảng ủy|sở |công đoàn|đoàn )")
_UPWARD = re.compile(r",?\s+để\s+(?:tổng hợp|báo cáo).*$", re.IGNORECASE | re.DOTALL)
_EVERY = re.compile(
    r",?\s*(?:định kỳ\s+)?(?:theo chủ điểm\s+)?(?:vào\s+)?(?:thứ\s+\w+\s+)?(?:hằng|hàng|mỗi)\s+(?:quý|tháng|tuần)"
    r"(?:\s+một lần)?",
    re.IGNORECASE,
)
_LEFT_OVER = re.compile(
    r"(?:,|\s)*(?:hoàn thành|xong|thời gian|định kỳ|trong|vào(?:\s+thứ\s+\w+)?)?[\s,.;:-]*$", re.IGNORECASE
)
_NAMED = re.compile(r"chuyên đề\s+(?:toàn khóa|năm\s+\d{4})", re.IGNORECASE)
_DAY = r"(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s+nhật)"
_BESIDE_WEEKLY = re.compile(
    rf"(?:(?P<day>{_DAY})\s+|)(?:hằng|hàng|mỗi)\s+tuần(?:\s*[,(]?\s*(?:vào\s+|chậm\s+nhất\s+|trước\s+)?(?:sáng\s+|chiều\s+)?(?P<after>{_DAY})|)",
    re.IGNORECASE,
)
_WEEKDAYS = {"hai": 1, "ba": 2, "tư": 3, "năm": 4, "sáu": 5, "bảy": 6, "chủ nhật": 7, "cn": 7}
_WEEKDAYS |= {str(day + 1): day for day in range(1, 7)}
LAST_MONTH = 12
WEEKS, _FRIDAY = 12, 5
"""Weeks for which something weekly is set beforehand; the office adds more under /han."""


@dataclass(frozen=True, slots=True)
class Item:
    """What may become a deadline. `duty` is its place among the duties read; `form` how branches answer.

    `every`: once | quarter | month | week; `day` of the (last) month where it recurs, of the week (Monday is 1) where
    it is weekly; `joined`: told with another's report.
    """

    duty: int
    title: str
    who: str
    form: str
    kept: bool
    mode: str = "by"
    text: str = ""
    due: str = ""
    every: str = "once"
    day: int | None = None
    joined: bool = False

    @property
    def last_day(self) -> date | None:
        """The last day on time, of what has one day."""
        if not self.due:
            return None
        day = date.fromisoformat(self.due)
        return date.fromordinal(day.toordinal() - 1) if self.mode == "before" else day

    @property
    def lacks_day(self) -> bool:
        """Whether it recurs on a day that nobody has named."""
        return self.every != "once" and self.day is None


def stored(items: Sequence[Item]) -> list[dict[str, Any]]:
    """Return items as they are kept."""
    return [asdict(each) for each in items]


def loaded(found: Sequence[Mapping[str, Any]]) -> list[Item]:
    """Return what was kept."""
    return [Item(**each) for each in found]


def items(read: PlanRead, base: schema.Plan, today: date) -> list[Item]:
    """Return an item for each duty; kept are those with a term that branches have."""
    found = [_item(n, each, base, today) for n, each in enumerate(read.duties)]
    return [_joined(each, found) for each in found]


def _item(n: int, duty: Duty, base: schema.Plan, today: date) -> Item:
    when, who = duty.when, duty.who or ""
    every = {"quarterly": "quarter", "monthly": "month", "weekly": "week"}.get(when.recurrence or "", "once")
    due = when.due_date.isoformat() if when.due_date else ""
    strict = when.strictly_before or (when.mode == "before" and when.due_date != when.last_on_time)
    possible = bool(due) or every != "once"
    over = bool(when.last_on_time and when.last_on_time < today)
    return Item(
        duty=n,
        title=title(duty),
        who=who,
        form=form(duty, every, base),
        kept=possible and not over and is_for_branches(who),
        mode="before" if strict else "by",
        text=when.due_text or "" if every == "once" else "",
        due=due,
        every=every if possible else "once",
        day=_weekly_day(duty) if every == "week" else min(when.day, schema.LATEST_DAY) if when.day else None,
    )


def _weekly_day(duty: Duty) -> int | None:
    """Return the day of the week that stands beside "hằng tuần"."""
    around = _BESIDE_WEEKLY.search(duty.sentence) or _BESIDE_WEEKLY.search(duty.text)
    said = around["day"] or around["after"] if around else None
    return weekday(said) if said else None


def weekday(said: str) -> int | None:
    """Read "thứ Sáu", "6" or "chủ nhật"; Monday is 1."""
    words = " ".join(said.lower().split()).removeprefix("thứ ")
    return _WEEKDAYS.get(words)


def is_for_branches(who: str) -> bool:
    """Say whether branches have a duty; where the plan does not say who, they may."""
    low = who.lower()
    return not low or (_BRANCHES.search(low) is not None and not _OTHERS.match(low))


def title(duty: Duty) -> str:
    """Return what is to be done, as one would call it: without who, by when and what for."""
    said = duty.text
    if duty.who and said.lower().startswith(duty.who.lower()):
        said = said[len(duty.who) :]
    said = _UPWARD.sub("", said.replace(duty.when.due_text or "\0", " "))
    if duty.report_to:
        said = said.replace(f" về {duty.report_to}", "")
    said = _LEFT_OVER.sub("", " ".join(_EVERY.sub("", said).split())).strip(" ,;:.-–")
    if len(said) > LONGEST_TITLE:
        said = said[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
    return said[:1].upper() + said[1:] if said else duty.text[:LONGEST_TITLE]


def form(duty: Duty, every: str, base: schema.Plan) -> str:
    """Return the form of the running plan's deadline of the same kind, else the plain one."""
    said = fold.plain(f"{duty.text}")
    for each in base.deadlines:
        kind = next((word for word in ("sinh hoat", "bao cao") if word in fold.plain(each.title)), "")
        alike = kind and kind in said and (each.every == "quarter" or "hoc tap" in said)
        if alike and (each.every == "quarter") == (every == "quarter") and every in ("once", "quarter"):
            return each.form
    return PLAIN


def _joined(item: Item, every: Sequence[Item]) -> Item:
    """Leave out what another item's report tells of: holding the study is told by the report on it."""
    if not item.kept or item.form != PLAIN or "hoc tap" not in fold.plain(item.title):
        return item
    with_report = any(each.form != PLAIN and each.due == item.due and each.kept and item.due for each in every)
    return replace(item, kept=False, joined=True) if with_report else item


def called(read: PlanRead) -> str:
    """Return how the plan may be called for short: "Chuyên đề năm 2025", else its title's beginning."""
    subject = read.subject or read.topic or ""
    if found := _NAMED.search(subject):
        name = found.group()
    else:
        name = subject if len(subject) <= SHORT else subject[:SHORT].rsplit(" ", 1)[0]
    return name[:1].upper() + name[1:]


# --- the plan it becomes ---


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the office settled besides the items."""

    name: str
    title: str
    number: str | None
    made_on: date | None
    today: date
    example: str


def plan(read: PlanRead, kept: Sequence[Item], base: schema.Plan, chosen: Chosen) -> schema.Plan:
    """Return the plan: its own facts and deadlines; ladder, hours and names as the office has them."""
    deadlines = tuple(_deadlines(kept, base, chosen))
    names = {each.name for each in deadlines}
    numbers = {each.number for each in read.legal_basis}
    upward = base.upward.model_copy(update={"answers": tuple(each for each in base.upward.answers if each in numbers)})
    found: dict[str, Any] = {
        **base.model_dump(),
        "name": chosen.name,
        "title": chosen.title,
        "subject": read.subject or chosen.title,
        "topic": read.topic or chosen.title,
        "issuer": read.issuer or base.committee.name,
        "number": chosen.number,
        "date": chosen.made_on,
        "text": f"{chosen.name}.txt",
        "legal_basis": tuple(_basis(each) for each in read.legal_basis if each.date),
        "recipients": tuple(_recipient(n, each) for n, each in enumerate(read.recipients, 1)),
        "duties": tuple(_duty(n, each, read.text) for n, each in enumerate(read.duties[:99], 1)),
        "deadlines": deadlines,
        "missing": tuple(each for each in base.missing if each.deadline is None or each.deadline in names),
        "upward": upward,
    }
    return schema.Plan.model_validate(found)


def days(kept: Sequence[Item], base: schema.Plan) -> dict[str, Any]:
    """Return the facts that say on which day of a quarter's last month something is due."""
    named = zip(kept, _names(kept, base), strict=True)
    return {f"due.{name}": each.day for each, name in named if each.every == "quarter" and each.day}


def _names(kept: Sequence[Item], base: schema.Plan) -> list[str]:
    """Name deadlines as the running plan does where the form is the same, each name once."""
    found: list[str] = []
    for n, each in enumerate(kept, 1):
        same = next((one.name for one in base.deadlines if one.form == each.form and one.name not in found), "")
        found.append(same if same and each.form != PLAIN and each.every in ("once", "quarter") else f"plan_{n}")
    return found


def _deadlines(kept: Sequence[Item], base: schema.Plan, chosen: Chosen) -> Iterator[schema.Deadline]:
    for each, name in zip(kept, _names(kept, base), strict=True):
        like = next((one for one in base.deadlines if one.name == name), None)
        common: dict[str, Any] = {
            "form": each.form,
            "duties": (f"D{min(each.duty + 1, 99)}",),
            "due_mode": each.mode,
            "example": like.example if like else chosen.example,
        }
        if each.every == "week":
            yield from _weeks(each, name, common, chosen.today)
        elif each.every == "month":
            yield from _months(each, name, common, chosen.today)
        elif each.every == "quarter":
            yield _quarterly(each, name, common, like, chosen.today)
        else:
            day = date.fromisoformat(each.due) if each.due else None
            more = {"due_text": each.text, "due_date": day, "grace": each.mode == "before"}
            yield _made(name, each.title, common | more)


def _made(name: str, called_: str, more: dict[str, Any]) -> schema.Deadline:
    short = called_ if len(called_) <= SHORT else called_[:SHORT].rsplit(" ", 1)[0] + "…"
    return schema.Deadline(name=name, title=called_, short_title=short, **more)


def _quarterly(
    item: Item, name: str, common: dict[str, Any], like: schema.Deadline | None, today: date
) -> schema.Deadline:
    now = f"{today.year}-Q{(today.month + 2) // 3}"
    more = {**common, "every": "quarter", "first": now, "last": f"{today.year}-Q4"}
    if like and like.every == "quarter":
        return schema.Deadline(name=name, title=like.title, short_title=like.short_title, **more)
    return _made(name, f"{item.title} quý {{quarter}}", {**more})


def _months(item: Item, name: str, common: dict[str, Any], today: date) -> Iterator[schema.Deadline]:
    """A deadline for each month left of the year; the day has been named by then."""
    for month in range(today.month, LAST_MONTH + 1):
        day = date(today.year, month, item.day or schema.LATEST_DAY)
        if day >= today:
            yield _made(f"{name}_{month}", f"{item.title} tháng {month}", common | {"due_date": day})


def _weeks(item: Item, name: str, common: dict[str, Any], today: date) -> Iterator[schema.Deadline]:
    """A deadline for each of the next weeks, asked for from its Monday on; a day that is over this week is left out."""
    monday = today - timedelta(days=today.weekday())
    days = (monday + timedelta(weeks=n, days=(item.day or _FRIDAY) - 1) for n in range(WEEKS + 1))
    for n, day in enumerate([each for each in days if each >= today][:WEEKS], 1):
        opens = day - timedelta(days=day.weekday())
        title = f"{item.title} tuần {opens.day}/{opens.month}"
        yield _made(f"{name}_w{n}", title, common | {"due_mode": "by", "due_date": day, "opens_on": opens})


def _basis(each: Basis) -> schema.Basis:
    assert each.date is not None  # those without a day are left out
    return schema.Basis(number=each.number, date=each.date, issuer=each.issuer or "…")


def _duty(n: int, each: Duty, text: str) -> schema.Duty:
    lines = text.split("\n")
    line = next((place for place, one in enumerate(lines, 1) if each.sentence[:60] in one), 1)
    when = each.when.due_text or "không ghi ngày"
    return schema.Duty(
        id=f"D{n}", line=line, who=each.who or "Không ghi", what=each.text, when=when, quote=each.sentence
    )


def _recipient(n: int, words: str) -> schema.Recipient:
    low = words.lower()
    roles: tuple[str, ...] = ()
    if "chi bộ" in low:
        roles = ("secretary", "deputy")
    elif re.search(r"ủy viên|uỷ viên", low):
        roles = ("leader",)
    by = "keep" if low.startswith("lưu") else "chat" if roles else "record"
    return schema.Recipient.model_validate({"key": f"recipient_{n}", "words": words, "by": by, "roles": roles})
