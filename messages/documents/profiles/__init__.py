"""Layouts of Party documents as data: one YAML file each, because the rules change and the builders need not."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Page:
    """Paper and margins in millimetres."""

    width: float
    height: float
    top: float
    bottom: float
    left: float
    right: float


@dataclass(frozen=True)
class Columns:
    """Widths of the two-column blocks in millimetres."""

    left: float
    right: float


@dataclass(frozen=True)
class Sizes:
    """Heights of type in points, part by part."""

    party: float
    superior: float
    issuer: float
    number: float
    place: float
    kind: float
    subject: float
    body: float
    signature: float
    recipients_title: float
    recipients: float
    page_number: float
    note: float


@dataclass(frozen=True)
class Body:
    """First-line indent in millimetres, gap after a paragraph and exact line height in points."""

    first_line: float
    after: float
    line: float


@dataclass(frozen=True)
class Profile:
    """How a document looks on paper."""

    font: str
    page: Page
    columns: Columns
    party_rule: float
    sizes: Sizes
    body: Body
    end: str


_PARTS = {"page": Page, "columns": Columns, "sizes": Sizes, "body": Body}


@functools.cache
def load(name: str) -> Profile:
    """Return the profile of that name. Raises FileNotFoundError for an unknown one, TypeError for a bad key."""
    raw: dict[str, Any] = yaml.safe_load(Path(__file__).with_name(f"{name}.yaml").read_text("utf-8"))
    return Profile(**{key: _PARTS[key](**value) if key in _PARTS else value for key, value in raw.items()})
