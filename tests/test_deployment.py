"""What runs the program on a machine of its own or in a container: names, paths and commands that are really there."""

import configparser
import fnmatch
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from sqlalchemy.engine import make_url

import main
from bot.config import Settings
from bot.process import Process
from tests import databases, filled, running
from tests import world as worlds
from tests.test_layers import LAYERS, ROOT
from tests.test_move import everything, look

HERE = ROOT / "docs" / "trien-khai"
UNITS = sorted(each.name for each in HERE.glob("tro-ly-*"))
INSTALLED, DATA = "/opt/tro-ly-chi-bo", "/var/lib/tro-ly-chi-bo"
HARDENED = {
    "ProtectSystem": "strict",
    "CapabilityBoundingSet": "",
    "SystemCallFilter": "@system-service",
    "UMask": "0077",
} | dict.fromkeys(("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "RestrictNamespaces"), "yes")
EXPOSED = 2.0  # of ten, as systemd-analyze counts
RUNTIME = [sys.executable, str(HERE / "runtime_requirements.py"), "pyproject.toml", "requirements.txt"]


def unit(name: str) -> configparser.ConfigParser:
    """Read a unit; a key that is there twice, or a line that is none, fails."""
    made = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    made.optionxform = str  # type: ignore[assignment,method-assign]
    made.read_string((HERE / name).read_text(encoding="utf-8"))
    return made


def analyze(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run systemd-analyze on copies of the units whose paths are here."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not there")
    for name in UNITS:
        here = (HERE / name).read_text(encoding="utf-8").replace(f"{INSTALLED}/.venv/bin/python", sys.executable)
        (folder / name).write_text(here.replace(INSTALLED, str(ROOT)), encoding="utf-8")
    return subprocess.run(["systemd-analyze", *words], cwd=folder, capture_output=True, text=True, check=False)


def test_the_unit_runs_the_program() -> None:
    """The interpreter that `make setup` makes, a file and a command that exist, as nobody of importance."""
    service = unit("tro-ly-chi-bo.service")["Service"]
    python, file, command = service["ExecStart"].split()
    assert python == f"{service['WorkingDirectory']}/.venv/bin/python"
    assert ".venv/ready" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert (ROOT / file).is_file()
    assert command in typer.main.get_command(main.app).commands  # type: ignore[attr-defined]
    assert service["User"] == service["Group"] == "tro-ly-chi-bo"


def test_the_data_folder_is_the_only_place_written_to() -> None:
    """It is the state directory, and what the sample of the settings names."""
    service = unit("tro-ly-chi-bo.service")["Service"]
    assert f"/var/lib/{service['StateDirectory']}" == DATA
    assert "ReadWritePaths" not in service
    given = re.findall(r"^#?([A-Z_]+)=(.*)$", (HERE / "env.mau").read_text(encoding="utf-8"), re.MULTILINE)
    assert ("DATA_DIR", DATA) in given
    assert [name for name, _ in given if name.lower() not in Settings.model_fields] == []


def test_the_backup_unit_runs_the_script() -> None:
    """The script can be run, reads the data folder and writes where the unit may; a timer of its name starts it."""
    service = unit("tro-ly-sao-luu.service")["Service"]
    script, data, folder = service["ExecStart"].split()
    path = ROOT / Path(script).relative_to(INSTALLED)
    assert os.access(path, os.X_OK)
    assert (data, folder) == (DATA, service["ReadWritePaths"])
    assert "tro-ly-sao-luu.timer" in UNITS


@pytest.mark.parametrize("name", [each for each in UNITS if each.endswith(".service")])
def test_units_are_hardened(name: str, tmp_path: Path) -> None:
    """What a program that reads, writes its folder and talks to a network does not need is taken from it."""
    service = unit(name)["Service"]
    assert {key: service.get(key) for key in HARDENED} == HARDENED
    checked = analyze(tmp_path, "security", "--offline=true", f"--threshold={int(EXPOSED * 10)}", f"./{name}")
    assert checked.returncode == 0, checked.stdout[-200:]


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """Each key is known, each value can be read, each command exists: there is nothing to say."""
    checked = analyze(tmp_path, "verify", *(f"./{name}" for name in UNITS))
    assert checked.returncode == 0, checked.stderr
    assert [line for line in checked.stderr.splitlines() if "tro-ly" in line] == []  # others' units are others'
    spoilt = tmp_path / "tro-ly-chi-bo.service"
    spoilt.write_text(spoilt.read_text(encoding="utf-8").replace("PrivateTmp=yes", "PrivateTemp=yes"), "utf-8")
    again = subprocess.run(
        ["systemd-analyze", "verify", f"./{spoilt.name}"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "PrivateTemp" in again.stderr


# PostgreSQL's nightly backup


@pytest.fixture
async def used(tmp_path: Path) -> Any:
    """Return the address of a PostgreSQL database with a row in every table."""
    databases.needs_postgres()
    url = await databases.create_postgres()
    await worlds.fill(url)
    await filled.used(await worlds.build(tmp_path, url))
    yield url
    await databases.drop_postgres(url)


def back_up(url: str, data: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    return subprocess.run(
        [HERE / "sao-luu-postgres.sh", data, folder],
        env={**os.environ, "LC_ALL": "C.UTF-8", **_named(url)},  # else Debian's wrapper may warn of a locale
        capture_output=True,
        text=True,
        check=False,
    )


def _named(url: str) -> dict[str, str]:
    """Say where a database is as PostgreSQL's own programs ask for it."""
    made = make_url(url)
    host = str(made.query.get("host") or made.host or "")
    names = {"PGDATABASE": made.database, "PGUSER": made.username, "PGHOST": host, "PGPASSWORD": made.password}
    return {name: str(value) for name, value in {**names, "PGPORT": made.port}.items() if value}


async def test_the_script_makes_a_backup_that_restores(used: str, tmp_path: Path) -> None:
    """A dump that a new database is made of, row by row the same; files and layouts beside it; the key is not."""
    data, folder = tmp_path / "data", tmp_path / "backups"
    for each in ("files/uploads/a.png", "the-thuc/mau.yaml", "secret.key"):
        (data / each).parent.mkdir(parents=True, exist_ok=True)
        (data / each).write_text(each, encoding="utf-8")
    done = back_up(used, data, folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (dump,) = folder.glob("*.dump")
    assert dump.stat().st_mode & 0o077 == 0
    assert sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file()) == [
        dump.name,
        "files/uploads/a.png",
        "the-thuc/mau.yaml",
    ]
    anew = await databases.create_postgres()
    try:
        restored = ["pg_restore", "--no-owner", f"--dbname={make_url(anew).database}", str(dump)]
        subprocess.run(restored, env={**os.environ, **_named(anew)}, check=True)
        before = await look(used, everything)
        assert all(before.values())
        assert await look(anew, everything) == before
    finally:
        await databases.drop_postgres(anew)


async def test_only_a_whole_backup_removes_old_ones(used: str, tmp_path: Path) -> None:
    """A database that is away fails, leaves no half of a dump and no old one less; two weeks are kept."""
    old, newer = tmp_path / "backups" / "20240101-013000.dump", tmp_path / "backups" / "20240110-013000.dump"
    for each, days in ((old, 16), (newer, 13)):
        each.parent.mkdir(exist_ok=True)
        each.touch()
        os.utime(each, (time.time() - days * 86400,) * 2)
    away = make_url(used).set(database="nowhere").render_as_string(hide_password=False)
    failed = back_up(away, tmp_path, old.parent)
    assert failed.returncode != 0
    assert sorted(old.parent.iterdir()) == [old, newer]
    assert back_up(used, tmp_path, old.parent).returncode == 0
    assert (old.exists(), newer.exists(), len(list(old.parent.iterdir()))) == (False, True, 2)


# The container


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions in their order, continued lines as one."""
    text = (HERE / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1].strip()) for line in lines]


def copied() -> Iterator[tuple[str, str]]:
    """Give what goes from the project into the image that runs: (source, destination)."""
    stage = [index for index, (what, _) in enumerate(instructions()) if what == "FROM"][-1]
    for what, rest in instructions()[stage:]:
        if what == "COPY" and not rest.startswith("--from"):
            *sources, destination = rest.split()
            yield from ((source, destination) for source in sources)


def test_the_image_is_small_and_not_roots() -> None:
    """Python's slim image by its plain name, twice; a numbered user of its own owns the data folder, nothing else."""
    found = instructions()
    assert [rest.split()[0] for what, rest in found if what == "FROM"] == ["python:3.11-slim"] * 2
    last = max(index for index, (what, _) in enumerate(found) if what == "FROM")
    (user,) = (rest for what, rest in found[last:] if what == "USER")
    assert user.isdigit()
    assert int(user) > 0
    (made,) = (rest for what, rest in found[last:] if what == "RUN")
    assert f"--uid {user} " in made
    assert f"--home-dir {DATA} " in made
    assert "chown" not in made
    assert ("VOLUME", DATA) in found
    assert any(what == "ENV" and f"DATA_DIR={DATA} " in rest for what, rest in found)


def test_what_is_copied_is_sent() -> None:
    """Every source exists and gets past the ignore file; nothing else does, no .env and no data."""
    ignored = (HERE / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [each for each in ignored if each and not each.startswith("#")]
    assert rules[0] == "*"
    sent = {each[1:] for each in rules if each.startswith("!")}
    sources = {
        each
        for what, rest in instructions()
        if what == "COPY" and not rest.startswith("--from")
        for each in rest.split()[:-1]
    }
    assert sources == sent
    assert [each for each in sent if not (ROOT / each).exists()] == []
    assert not [each for each in sent if fnmatch.fnmatch(each, "*.env*") or each.startswith("data")]
    assert {f"{each}.py" if (ROOT / f"{each}.py").exists() else each for each in LAYERS} <= {one for one, _ in copied()}


def test_what_is_copied_runs_and_its_healthcheck_tells(tmp_path: Path) -> None:
    """The image's own files alone are an assistant; its check passes while it runs, and fails when nobody is there."""
    image = tmp_path / "image"
    image.mkdir()
    for source, destination in copied():
        there = image / destination / (source if destination == "./" else "")
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, there, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, there)
    (check,) = (json.loads(rest.partition("CMD ")[2]) for what, rest in instructions() if what == "HEALTHCHECK")
    entry = [json.loads(rest) for what, rest in instructions() if what in ("ENTRYPOINT", "CMD")]
    assert [entry[0][0], check[0], *entry[0][1:], *entry[1]] == [".venv/bin/python"] * 2 + ["main.py", "run"]
    with running.running(tmp_path / "data", "run", through=(str(image / "main.py"),)) as program:
        port = program.url.rsplit(":", 1)[1].strip("/")
        assert _healthy(check, port, image)
        assert not _healthy(check, "1", image)
        assert program.stop() == 0
    assert not _healthy(check, port, image)


def _healthy(check: list[str], port: str, folder: Path) -> bool:
    """Run the healthcheck as it stands there, but for where Python is."""
    seen = running.environment(folder, PORT=port)
    done = subprocess.run([sys.executable, *check[1:]], cwd=folder, env=seen, capture_output=True, check=False)
    return done.returncode == 0


def test_the_image_gets_the_programs_packages_and_no_others() -> None:
    """Those that the installed ones name, down to the last, each with its pin and hashes; no test tool."""
    done = subprocess.run(RUNTIME, cwd=ROOT, capture_output=True, text=True, check=True)
    entries = re.findall(
        r"^([a-z0-9.-]+)(?:\[[a-z]+\])?==\S+ \\\n((?:    --hash=sha256:\S+(?: \\)?\n)+)", done.stdout, re.M
    )
    taken = {name for name, _ in entries}
    assert taken == set(_closure())
    assert len(re.findall("^[a-z]", done.stdout, re.MULTILINE)) == len(entries)
    assert not taken & {"pytest", "mypy", "ruff", "playwright", "hypothesis"}
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert [name for name, hashes in entries if hashes not in lock] == []


def _closure() -> Iterator[str]:
    """Give the names of what the program needs, as the installed packages tell it."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting, seen = [Requirement(each) for each in project["dependencies"]], set()
    while waiting:
        asked = waiting.pop()
        key = (_plain(asked.name), frozenset(asked.extras))
        if key in seen:
            continue
        seen.add(key)
        yield key[0]
        for line in importlib.metadata.requires(asked.name) or ():
            needs = Requirement(line)
            if any(_applies(needs, extra) for extra in ("", *asked.extras)):
                waiting.append(needs)


def _plain(name: str) -> str:
    return re.sub(r"[._-]+", "-", name).lower()


def _applies(needs: Requirement, extra: str) -> bool:
    here = {**default_environment(), "extra": extra}
    return needs.marker is None or needs.marker.evaluate(here)


def test_the_compose_file_holds_together() -> None:
    """Two services by plain names; the settings exist; the database is waited for; only this machine is listened to."""
    made = yaml.safe_load((HERE / "compose.yaml").read_text(encoding="utf-8"))
    assistant, database = made["services"]["assistant"], made["services"]["database"]
    assert database["image"] == "postgres:15"
    build = assistant["build"]
    assert (HERE / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).is_file()
    assert {each.lower() for each in assistant["environment"]} - {*Settings.model_fields} == {"pgpassword"}
    url = make_url(assistant["environment"]["DATABASE_URL"])
    stands = database["environment"]
    assert (url.host, url.username, url.database) == ("database", stands["POSTGRES_USER"], stands["POSTGRES_DB"])
    assert assistant["environment"]["PGPASSWORD"] == stands["POSTGRES_PASSWORD"]
    assert assistant["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert all(each.startswith("127.0.0.1:") for each in assistant["ports"])
    assert "ports" not in database
    mounted = [each.split(":")[:2] for service in (assistant, database) for each in service["volumes"]]
    assert {name for name, _ in mounted} == {*made["volumes"]}
    assert ["data", DATA] in mounted


def test_the_compose_file_of_several_processes_holds_together() -> None:
    """A service a part of the work, two that work, one that delivers, over one database and one data folder."""
    made = yaml.safe_load((HERE / "compose-nhieu.yaml").read_text(encoding="utf-8"))
    alone = yaml.safe_load((HERE / "compose.yaml").read_text(encoding="utf-8"))
    services = dict(made["services"])
    assert services.pop("database") == alone["services"]["database"]
    assert {each: service["command"] for each, service in services.items()} == {
        each.value: ["run", "--role", each.value] for each in Process if each is not Process.ALL
    }
    replicas = {name: service.get("deploy", {}).get("replicas", 1) for name, service in services.items()}
    assert replicas == dict.fromkeys(services, 1) | {"work": 2}
    for name, service in services.items():
        whole = alone["services"]["assistant"] | service
        assert {**service["environment"], "HOST": "0.0.0.0"} == whole["environment"] | {"HOST": "0.0.0.0"}
        assert service["volumes"] == alone["services"]["assistant"]["volumes"]
        assert ("ports" in service) == ("HOST" in service["environment"]) == (name == "web")


def test_the_settings_of_the_compose_file_can_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what it demands from .env filled in, the settings are accepted; without an https address they are not."""
    made = yaml.safe_load((HERE / "compose.yaml").read_text(encoding="utf-8"))["services"]["assistant"]["environment"]
    for name, value in made.items():
        monkeypatch.setenv(name, re.sub(r"\$\{PUBLIC_URL:\?\}", "https://chi-bo.example", value))
    monkeypatch.setenv("DATA_DIR", DATA)
    settings = main.settings_or_stop()
    assert settings.sqlite is None
    assert settings.host == "0.0.0.0"
    monkeypatch.setenv("PUBLIC_URL", "")
    with pytest.raises(typer.Exit):
        main.settings_or_stop()


def test_no_file_names_a_machine_to_fetch_from() -> None:
    """Images go by plain names; an address is a database's or this machine's."""
    for each in sorted(HERE.iterdir()):
        said = each.read_text(encoding="utf-8")
        addresses = re.findall(r"\b[a-z+]+://[^\s/'\"]+", said)
        assert {*addresses} <= {
            "postgresql+asyncpg://tro_ly@localhost",
            "postgresql+asyncpg://tro_ly@database",
            "http://127.0.0.1:",
        }
        assert re.findall(r"(?:--index-url|--extra-index-url|--find-links|--trusted-host)", said) == []
