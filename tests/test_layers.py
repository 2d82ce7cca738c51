"""Imports only go down, and nothing happens at import: read from the sources and tried in fresh interpreters."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = {
    "main": {"scheduler", "bot", "handlers", "models", "messages", "campaigns"},
    "scheduler": set(),
    "bot": {"handlers", "models", "messages", "campaigns"},
    "handlers": {"models", "messages", "campaigns"},
    "models": set(),
    "messages": set(),
    "campaigns": set(),
}
"""What each layer may import of ours, besides itself."""
ONLY_IN: dict[str, str | tuple[str, ...]] = {
    "telegram": "bot/telegram",
    "aiohttp": "bot/http.py",
    "prometheus_client": "bot/metrics.py",
    "starlette": "bot/",
    "uvicorn": "bot/",
    "aiosqlite": "models/",
    "typer": ("main.py", "bot/misuse.py"),
    "apscheduler": "scheduler.py",
    "openpyxl": "messages/",
    "docx": "messages/documents/",
    "matplotlib": "messages/documents/",
}
"""Libraries that are known in one place alone (typer in two: its commands, its mistakes): top-level name -> where."""


def sources() -> list[Path]:
    """Return our own modules, migrations' versions left out."""
    found = [path for layer in LAYERS for path in ((ROOT / layer).rglob("*.py"))]
    return [*found, ROOT / "main.py", ROOT / "scheduler.py"]


def module(path: Path) -> str:
    """Return a file's module name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> Iterator[str]:
    """Give every module a file names in an import, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides what is meant"
            yield from (f"{node.module}.{each.name}" for each in node.names)


def test_imports_only_go_down() -> None:
    """main → scheduler, bot → handlers → models, messages; tests are imported by nobody."""
    upward = [
        f"{module(path)} imports {name}"
        for path in sources()
        for name in imported(path)
        if (own := name.split(".")[0]) in {*LAYERS, "tests"}
        and own not in {module(path).split(".")[0], *LAYERS[module(path).split(".")[0]]}
    ]
    assert upward == []


def test_a_campaigns_shape_imports_nothing_of_ours() -> None:
    """campaigns/schema.py is read by every layer, so it stands on none."""
    names = {name.split(".")[0] for name in imported(ROOT / "campaigns" / "schema.py")}
    assert not names & {*LAYERS, "tests"}


def test_rules_and_flow_are_pure() -> None:
    """handlers/rules and handlers/flow.py know no session, no database and no clock of their own."""
    pure = [*(ROOT / "handlers" / "rules").glob("*.py"), ROOT / "handlers" / "flow.py"]
    impure = [
        f"{module(path)} imports {name}"
        for path in pure
        for name in imported(path)
        if name.startswith(("sqlalchemy", "models.database", "bot", "asyncio", "time.")) or name == "time"
    ]
    assert impure == []


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_known_in_one_place(library: str) -> None:
    """One adapter for each foreign framework."""
    where = ONLY_IN[library]
    elsewhere = [
        module(path)
        for path in sources()
        if any(name.split(".")[0] == library for name in imported(path))
        and not path.relative_to(ROOT).as_posix().startswith(where)
    ]
    assert elsewhere == []


WATCH = """
import importlib, sys
data = sys.argv[1]
touched = []
def seen(event, arguments):
    wrote = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if event in ("socket.connect", "socket.bind", "subprocess.Popen", "os.fork", "sqlite3.connect") or wrote:
        touched.append((event, str(arguments[:2])))
    elif event in ("open", "os.mkdir") and data in str(arguments[0]):
        touched.append((event, str(arguments[0])))
sys.dont_write_bytecode = True
sys.addaudithook(seen)
for name in sys.argv[2:]:
    importlib.import_module(name)
    if touched:
        sys.exit(f"{name}: {touched}")
"""


def test_nothing_happens_at_import(tmp_path: Path) -> None:
    """Importing every module opens no data, writes nothing, connects nowhere and starts nothing."""
    names = sorted({module(path) for path in sources() if "migrations" not in path.parts})
    done = subprocess.run(
        [sys.executable, "-c", WATCH, str(tmp_path / "data"), *names],
        cwd=ROOT,
        env={"DATA_DIR": str(tmp_path / "data"), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "data").exists()


def test_every_module_says_what_it_is_for() -> None:
    """Each opens with a docstring that ends as a sentence."""
    silent = [
        module(path)
        for path in sources()
        if "versions" not in path.parts and not (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").strip()
    ]
    assert silent == []
