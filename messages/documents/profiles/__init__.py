"""Layouts of Party documents as data: one YAML file each, because the rules change and the builders need not.

docs/ho-so-the-thuc.md tells an office how to write its own.
"""

import difflib
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

Length = Annotated[float, Field(ge=0, le=1000)]  # millimetres
Points = Annotated[float, Field(ge=5, le=72)]
Words = Annotated[str, Field(max_length=200)]
LARGEST = 100_000  # characters of a file


class ProfileError(Exception):
    """`problems`: everything that is wrong with a profile, a line each, in the office's words."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Part(BaseModel):
    """Anything in a profile: immutable, and a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Page(Part):
    """Paper and margins in millimetres; `header` from the paper's edge to the page number."""

    width: Length
    height: Length
    top: Length
    bottom: Length
    left: Length
    right: Length
    header: Length = 10


class Columns(Part):
    """Widths of the two-column blocks in millimetres."""

    left: Length
    right: Length


class Sizes(Part):
    """Heights of type in points, part by part; `annex` is that of the annex's table."""

    party: Points
    superior: Points
    issuer: Points
    number: Points
    place: Points
    kind: Points
    subject: Points
    body: Points
    signature: Points
    recipients_title: Points
    recipients: Points
    page_number: Points
    note: Points
    annex: Points = 11


class Body(Part):
    """First-line indent in millimetres, gap after a paragraph and exact line height in points."""

    first_line: Length
    after: Annotated[float, Field(ge=0, le=72)]
    line: Points


class Headings(Part):
    """How the headings of three levels begin; {n} is the number: Roman on the first level."""

    first: Words = "{n}- "
    second: Words = "{n}- "
    third: Words = "{n}) "
    capitals: bool = True  # those of the first level


class Wording(Part):
    """What is printed as it stands; {number}, {symbol}, {place}, {day}, {month}, {year} are filled in or dotted."""

    party: Words = "ĐẢNG CỘNG SẢN VIỆT NAM"
    mark: Words = "*"  # below who issues
    number: Words = "Số {number}-{symbol}"
    place_date: Words = "{place}, ngày {day} tháng {month} năm {year}"
    rule: Words = "-----"  # below the subject
    on_behalf: Words = "T/M {body}"
    recipients: Words = "Nơi nhận:"
    recipient: Words = "- {name}"
    draft: Words = "DỰ THẢO"
    symbol_committee: Words = "BC/ĐU"
    symbol_branch: Words = "BC/CB"


class Profile(Part):
    """How a document looks on paper."""

    title: Words = ""
    font: Annotated[str, Field(min_length=1, max_length=60)]
    page: Page
    columns: Columns
    party_rule: Length
    sizes: Sizes
    body: Body
    headings: Headings = Headings()
    words: Wording = Wording()
    post_bold: bool = False
    room_to_sign: Annotated[float, Field(ge=0, le=200)] = 62
    page_number: Literal["center", "right", "none"] = "center"
    end: Annotated[str, Field(max_length=5)]


@functools.cache
def load(name: str) -> Profile:
    """Return one of our own profiles. Raises FileNotFoundError for an unknown one, ProfileError for a bad key."""
    return read(Path(__file__).with_name(f"{name}.yaml").read_text("utf-8"), f"{name}.yaml")


@functools.cache
def names() -> tuple[str, ...]:
    """Return the names of our own profiles."""
    return tuple(sorted(path.stem for path in Path(__file__).parent.glob("*.yaml")))


def read(text: str, shown: str) -> Profile:
    """Read a profile's YAML; raise ProfileError with all that is wrong, each with the file's name as `shown`."""
    try:
        raw = yaml.safe_load(text[:LARGEST])
    except yaml.YAMLError as error:
        raise ProfileError([f"{shown}: không đọc được YAML ({_where(error)})"]) from None
    try:
        return Profile.model_validate(raw)
    except ValidationError as error:
        raise ProfileError([f"{shown}: {_problem(each)}" for each in error.errors()]) from None


def survey(folder: Path) -> tuple[dict[str, str], list[str]]:
    """Return ({name: title} of all profiles that can be used, ours first, what is wrong with the others)."""
    found, problems = {name: load(name).title for name in names()}, list[str]()
    for path in sorted(folder.glob("*.yaml")):
        try:
            found.setdefault(path.stem, read(path.read_text("utf-8"), path.name).title or path.stem)
        except ProfileError as error:
            problems += error.problems
        except UnicodeDecodeError:
            problems.append(f"{path.name}: tệp phải là UTF-8")
    return found, problems


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"dòng {mark.line + 1}" if mark else "cả tệp"


def _problem(error: Any) -> str:
    place, kind = ".".join(str(key) for key in error["loc"]) or "cả tệp", error["type"]
    if kind == "extra_forbidden":
        return f"{place}: không có khóa này{_near(error['loc'])}"
    return f"{place}: {_EXPECTED.get(kind, 'giá trị không hợp lệ')}{_found(error)}"


def _near(loc: Sequence[Any]) -> str:
    """Name the keys that are known there, the likeliest first."""
    part: type[BaseModel] = Profile
    for key in loc[:-1]:
        part = _PARTS.get(str(key), part)
    known = list(part.model_fields)
    likely = difflib.get_close_matches(str(loc[-1]), known, 1)
    return f"; có phải là “{likely[0]}”" if likely else f"; ở đây có: {', '.join(known)}"


def _found(error: Any) -> str:
    simple = isinstance(error["input"], str | int | float | bool)
    return f", đang ghi {error['input']!r}" if simple and error["type"] != "missing" else ""


_PARTS: dict[str, type[BaseModel]] = {
    "page": Page,
    "columns": Columns,
    "sizes": Sizes,
    "body": Body,
    "headings": Headings,
    "words": Wording,
}
_EXPECTED = {
    "missing": "còn thiếu",
    "float_parsing": "cần một số",
    "float_type": "cần một số",
    "bool_parsing": "cần true hoặc false",
    "bool_type": "cần true hoặc false",
    "string_type": "cần chữ, đặt trong ngoặc kép",
    "string_too_long": "dài quá",
    "string_too_short": "không được để trống",
    "greater_than_equal": "số nhỏ quá",
    "less_than_equal": "số lớn quá",
    "literal_error": "cần một trong: center, right, none",
    "model_type": "cần các khóa và giá trị bên trong",
}
