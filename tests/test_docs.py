"""The documents tell the truth: paths, pictures, make targets, commands, buttons, options and settings exist."""

import re
from pathlib import Path

import pytest
import typer.main
import yaml

import handlers
import main
from bot.config import Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
CODE = re.compile(r"```\w*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
MADE = re.compile(r"\.env|data|\.venv/.*|assistant\.db|danh-sach\.(?:xlsx|csv)")  # made by running, or by the office
PATH = re.compile(r"\.?[a-z0-9_-]+(?:[/.][a-z0-9_*.<>-]+)*/?")
OTHERS = {"/newbot", "/health", "/metrics"}  # a command of BotFather's, what monitors ask


def spans(document: Path) -> list[str]:
    """Return all that a document writes as code."""
    return [block or inline for block, inline in CODE.findall(document.read_text(encoding="utf-8"))]


def labels() -> list[re.Pattern[str]]:
    """Return patterns of everything that can stand on a button, of the chat or of the page."""
    said = list(yaml.safe_load((ROOT / "messages/vi/choices.yaml").read_text(encoding="utf-8")).values())
    said = [each for each in said if not each.startswith("{{")]
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "bot/web/pages").glob("*.html"))
    said += re.findall(r"<button[^>]*>([^<{]+)</button>", pages)
    return [re.compile(re.sub(r"\\{\\{.*?\\}\\}", r"\\S+", re.escape(each.strip()))) for each in said]


@pytest.fixture(params=DOCUMENTS, ids=lambda path: path.name)
def document(request: pytest.FixtureRequest) -> Path:
    """Return each document in turn."""
    found: Path = request.param
    return found


def test_every_path_exists(document: Path) -> None:
    """A path in code, with a folder or a known ending, is there; so is what is linked."""
    named = [each for span in spans(document) if PATH.fullmatch(span) and "<" not in span for each in [span]]
    paths = [each for each in named if "/" in each or re.search(r"\.(?:py|md|toml|txt|xlsx|ya?ml)$", each)]
    missing = [each for each in paths if not MADE.fullmatch(each) and not _somewhere(each)]
    links = re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", document.read_text(encoding="utf-8"))
    missing += [a or b for a, b in links if "://" not in a and not (document.parent / (a or b)).exists()]
    assert missing == []


def _somewhere(path: str) -> bool:
    return (ROOT / path).exists() or (ROOT / "campaigns/chuyen-de-2024" / path).exists()


def test_every_picture_is_used() -> None:
    """No picture lies there for nothing, and together they stay small."""
    said = "".join(each.read_text(encoding="utf-8") for each in DOCUMENTS)
    pictures = sorted((ROOT / "docs/pictures").glob("*.png"))
    assert [each.name for each in pictures if f"pictures/{each.name}" not in said] == []
    assert sum(each.stat().st_size for each in pictures) < 2_000_000


def test_every_make_target_exists(document: Path) -> None:
    """`make x` is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    used = {each for span in spans(document) for each in re.findall(r"\bmake ([a-z]+)", span)}
    assert used - targets == set()


def test_every_command_exists(document: Path) -> None:
    """What begins with a slash is a command of the assistant."""
    known = {f"/{name}" for command in handlers.COMMANDS.values() for name in command.names}
    used = {each for span in spans(document) for each in re.findall(r"(?<![\w/:.*>])/[a-z]+(?![\w/.])", span)}
    assert used - known - OTHERS == set()


def test_every_option_exists(document: Path) -> None:
    """`main.py x --y` is a command with that option."""
    known = typer.main.get_command(main.app).commands  # type: ignore[attr-defined]
    lines = [line for span in spans(document) for line in re.findall(r"main\.py (.+)", span)]
    for line in lines:
        command = known[line.split()[0]]
        options = {name for each in command.params for name in each.opts} | {"--help"}
        assert set(re.findall(r"--[a-z]+", line)) <= options, line


def test_every_option_and_setting_is_told() -> None:
    """The README's tables have every setting and every command with its options."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"`{name.upper()}`" not in readme] == []
    for name, command in typer.main.get_command(main.app).commands.items():  # type: ignore[attr-defined]
        row = re.search(rf"^\| `\.venv/bin/python main\.py {name}\b.*$", readme, re.MULTILINE)
        assert row, name
        assert [each.opts[0] for each in command.params if each.opts[0] not in row[0]] == [], name


def test_every_button_exists(document: Path) -> None:
    """[A label] outside code can stand on a button."""
    prose = CODE.sub("", document.read_text(encoding="utf-8"))
    known = labels()
    used = set(re.findall(r"(?<!!)\[([^\]\n]+)\](?!\()", prose))
    assert [each for each in sorted(used) if not any(label.fullmatch(each) for label in known)] == []
