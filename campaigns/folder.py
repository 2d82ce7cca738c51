"""Reads a campaign's folder and names all that is wrong with it at once. Knows files and YAML; decides nothing."""

import unicodedata
from collections.abc import Collection, Hashable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from campaigns import consistency
from campaigns.schema import Campaign, Excerpt, Excerpts, Form, Part, Plan


class CampaignError(Exception):
    """`problems`: everything that is wrong, a line each: file, key, what is expected."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def load(folder: Path, known_checks: Collection[str] = ()) -> Campaign:
    """Read a campaign's folder; raise CampaignError naming all that is wrong at once.

    `known_checks` are the names the program has checks for; none given, they are not looked at.
    """
    problems: list[str] = []
    plan = _read(folder / "plan.yaml", Plan, problems)
    forms = [form for path in sorted((folder / "forms").glob("*.yaml")) if (form := _read(path, Form, problems))]
    excerpts = _read(folder / "excerpts.yaml", Excerpts, problems)
    text = _text(folder / plan.text, problems) if plan else ""
    if plan:
        problems += [f"plan.yaml: {each}" for each in consistency.of_plan(plan, forms, text)]
    for form in forms:
        problems += [f"forms/{form.name}.yaml: {each}" for each in consistency.of_form(form, known_checks)]
    problems += [f"excerpts.yaml: {each}" for each in consistency.of_excerpts(_of(excerpts))]
    if problems or plan is None:
        raise CampaignError(problems)
    return Campaign(plan, tuple(forms), _of(excerpts), text)


def _of(excerpts: Excerpts | None) -> tuple[Excerpt, ...]:
    return excerpts.excerpts if excerpts else ()


Model = TypeVar("Model", bound=Part)


class _Loader(yaml.SafeLoader):
    """Refuses a key written twice, of which YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f'"{key}" is written twice', node.start_mark)
        return super().construct_mapping(node, deep)


def _read(path: Path, model: type[Model], problems: list[str]) -> Model | None:
    shown = f"forms/{path.name}" if path.parent.name == "forms" else path.name
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 (a SafeLoader)
        found = model.model_validate(raw)
    except ValidationError as error:
        problems += [f"{shown}: {_place(each['loc'])}: {_expected(each)}" for each in error.errors()]
    except yaml.YAMLError as error:
        problems.append(f"{shown}: not readable as YAML: {' '.join(str(error).split())}")
    except FileNotFoundError:
        problems.append(f"{shown}: the file is missing")
    except UnicodeDecodeError:
        problems.append(f"{shown}: the file must be UTF-8")
    else:
        return found
    return None


def _text(path: Path, problems: list[str]) -> str:
    try:
        return unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(f"plan.yaml: text: the file {path.name} must exist beside it")
    except UnicodeDecodeError:
        problems.append(f"{path.name}: the file must be UTF-8")
    return ""


def _place(keys: Sequence[str | int]) -> str:
    shown = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return shown.lstrip(".") or "the whole file"


EXPECTED = {
    "missing": "is missing",
    "extra_forbidden": "is not a key that is known here",
    "date_from_datetime_parsing": "expected a date such as 2024-05-31",
    "date_parsing": "expected a date such as 2024-05-31",
    "date_type": "expected a date such as 2024-05-31",
    "time_parsing": 'expected a time such as "08:15"',
    "time_type": 'expected a time such as "08:15"',
    "string_type": "expected text; put figures and dates in quotes",
    "string_too_short": "must not be empty",
    "model_type": "expected keys and values",
    "tuple_type": "expected a list",
}
"""Pydantic's kinds of error in an operator's words; the others read well as they are."""


def _expected(error: Any) -> str:
    words = EXPECTED.get(error["type"], error["msg"].removeprefix("Value error, "))
    simple = isinstance(error["input"], str | int | float | bool)
    return f"{words}, found {error['input']!r}" if simple and error["type"] != "extra_forbidden" else words
