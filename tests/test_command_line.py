"""The command line as an operator uses it: real files, a real database, printed words."""

import contextlib
import fcntl
import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import main

ROOT = Path(__file__).parent.parent
HEADINGS = "STT,Mã,Tên chi bộ,Đảng viên chính thức,Miễn sinh hoạt"


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a data folder of its own and no settings but those it makes."""
    for name in ("TELEGRAM_BOT_TOKEN", "DATABASE_URL", "HOST", "PORT", "PUBLIC_URL", "TIMEZONE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(ROOT)


def run(*words: str) -> Result:
    """Run `main.py words…`."""
    return CliRunner().invoke(main.app, list(words), catch_exceptions=False)


def sheet(folder: Path, *rows: str) -> str:
    """Write a list of branches."""
    path = folder / "chi-bo.csv"
    path.write_text("\n".join((HEADINGS, *rows)), encoding="utf-8")
    return str(path)


def failed(*words: str) -> str:
    """Run what cannot work; return what it says."""
    result = run(*words)
    assert result.exit_code == 1, result.stdout
    return result.stderr


def counted(code: str) -> tuple[int | None, ...]:
    """Return a branch's newest count: full, probationary, exempt, masses."""
    with contextlib.closing(sqlite3.connect(Path(os.environ["DATA_DIR"]) / "assistant.db")) as database:
        query = "SELECT full, probationary, exempt, masses FROM headcount JOIN unit ON unit.id = unit_id WHERE code = ?"
        return database.execute(query + " ORDER BY as_of DESC", (code,)).fetchone()


def test_every_problem_of_a_sheet_is_told_and_nothing_taken_in(tmp_path: Path) -> None:
    """Rows, columns and what is wrong, in words; the good row is not imported either."""
    bad = sheet(tmp_path, "1,BT,Bảo tàng,28,2", "2,TV,,18,", "3,BT,Nhà hát,ba mươi lăm người,-1", "4,DT,Di tích,15,16")
    result = run("init", "--branches", bad)
    assert result.exit_code == 1
    assert "dòng 3, cột “tên”: thiếu tên chi bộ." in result.stderr
    assert "dòng 4, cột “mã”: trùng mã ở dòng 2 (đang ghi “BT”)." in result.stderr
    assert "dòng 4, cột “miễn sinh hoạt”: số không được âm (đang ghi “-1”)." in result.stderr
    assert "dòng 5, cột “miễn sinh hoạt”: số miễn sinh hoạt nhiều hơn số đảng viên 15 (đang ghi “16”)." in result.stderr
    assert "Chưa có dữ liệu" in run("branches").stderr


def test_a_file_that_is_no_sheet_is_refused_in_words(tmp_path: Path) -> None:
    """Neither a picture nor a table without names ends in a traceback."""
    picture, empty = tmp_path / "a.png", tmp_path / "b.csv"
    picture.write_bytes(b"\x89PNG")
    empty.write_text("Ngày,Việc\n1,2\n", encoding="utf-8")
    assert "Không mở được a.png" in run("init", "--branches", str(picture)).stderr
    assert "Không tìm thấy dòng tiêu đề trong b.csv" in run("init", "--branches", str(empty)).stderr


def test_a_second_sheet_shows_the_difference_and_asks(tmp_path: Path) -> None:
    """A changed number is shown by row; "no" leaves everything as it was."""
    assert run("init", "--branches", sheet(tmp_path, "1,BT,Bảo tàng,28,2")).exit_code == 0
    changed = sheet(tmp_path, "1,BT,Bảo tàng,29,2", "2,,Chi bộ Thư viện,18,")
    result = CliRunner().invoke(main.app, ["init", "--branches", changed], input="n\n")
    assert "~ dòng 2: BT, Bảo tàng: đảng viên chính thức" in result.stdout
    assert result.exit_code == 1
    assert "Thư viện" not in run("branches").stdout
    assert run("init", "--branches", changed, "--yes").exit_code == 0
    assert "TV     Thư viện: chưa ai kết nối" in run("branches").stdout


def test_an_invitation_ends_with_the_bare_code(tmp_path: Path) -> None:
    """The last line is the code alone; an unknown branch and a role without one are refused in words."""
    run("init", "--branches", sheet(tmp_path, "1,BT,Bảo tàng,28,2"))
    result = run("invite", "--role", "secretary", "--branch", "BT", "--name", "Nguyễn Văn A")
    assert result.stdout.startswith("Mã mời Bí thư, Chi bộ Bảo tàng, cấp cho Nguyễn Văn A")
    code = result.stdout.splitlines()[-1]
    assert len(code) == 8
    assert code.isdigit()
    assert "Không có chi bộ nào mã hoặc tên “XX”" in run("invite", "--role", "secretary", "--branch", "XX").stderr
    assert "thêm --branch MÃ" in run("invite", "--role", "member").stderr


def put_bots(*bots: tuple[str, str]) -> None:
    """Let bots (channel, name) be known, as after a run with their tokens."""
    with contextlib.closing(sqlite3.connect(Path(os.environ["DATA_DIR"]) / "assistant.db")) as database:
        for channel, name in bots:
            database.execute(
                "INSERT INTO bot (committee_id, channel, setting, username, failing)"
                " SELECT id, ?, ?, ?, '' FROM committee",
                (channel, f"{channel}:{name}", name),
            )
        database.commit()


def test_an_invitation_over_zalo_names_the_bot_with_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """People are shared out over the bots as /moi does; when no place is left it says so and makes no code."""
    monkeypatch.setenv("ZALO_PEOPLE_A_BOT", "1")
    run("init", "--branches", sheet(tmp_path, "1,BT,Bảo tàng,28,2"))
    put_bots(("zalo", "Bot Một"), ("zalo", "Bot Hai"))
    for role, bot in (("secretary", "Bot Một"), ("deputy", "Bot Hai")):
        said = run("invite", "--role", role, "--branch", "BT").stdout.splitlines()
        assert f"mở Zalo, tìm “{bot}” (bot này còn chỗ)" in said[1]
        assert len(said[-1]) == 8
    assert "Zalo đã đủ người ở mọi bot" in failed("invite", "--role", "office")
    assert "Zalo không còn chỗ cho đảng viên" in failed("invite", "--role", "member", "--branch", "BT")


def test_an_invitation_asks_which_of_several_channels(tmp_path: Path) -> None:
    """A link over Telegram, a bot to look for on Zalo, and nothing over what is not there."""
    run("init", "--branches", sheet(tmp_path, "1,BT,Bảo tàng,28,2"))
    about = ("invite", "--role", "secretary", "--branch", "BT")
    assert "Chưa có kênh nào để mời qua" in failed(*about, "--via", "zalo")
    put_bots(("telegram", "chi_bo_bot"), ("zalo", "Bot Một"))
    for wrong in ((), ("--via", "viber")):
        assert "Thêm --via telegram hoặc --via zalo." in failed(*about, *wrong)
    over_telegram, over_zalo = (run(*about, "--via", each).stdout for each in ("telegram", "zalo"))
    assert "https://t.me/chi_bo_bot?start=" in over_telegram
    assert "Bot Một" not in over_telegram
    assert "tìm “Bot Một”" in over_zalo
    assert "https://" not in over_zalo


def test_all_wrong_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four wrong settings, four lines, before anything starts."""
    wrong = {"PORT": "abc", "HOST": "0.0.0.0", "TELEGRAM_BOT_TOKEN": "x", "TIMEZONE": "Nowhere"}
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    said = run("branches").stderr
    assert [
        name for name in ("TELEGRAM_BOT_TOKEN", "PORT", "PUBLIC_URL", "TIMEZONE") if f"- {name}: " not in said
    ] == []
    assert not Path(os.environ["DATA_DIR"]).exists()


def test_a_mistake_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person can get wrong ends with status 1 and words, and no half-made data."""
    assert "Không tìm thấy tệp" in failed("init", "--branches", str(tmp_path / "khong-co.xlsx"))
    assert "chưa có chi bộ nào" in failed("init", "--branches", sheet(tmp_path))
    assert "mã này dành cho cơ quan của Đảng ủy" in failed("init", "--branches", sheet(tmp_path, "1,UBKT,Ủy ban,5,"))
    assert "plan.yaml: the file is missing" in failed("init", "--campaign", str(tmp_path))
    assert "Chỉ chọn một" in failed("init", "--sample", "--branches", sheet(tmp_path, "1,BT,Bảo tàng,28,2"))
    assert "Chưa hiểu --now" in failed("preview", "--now", "sáng mai")
    assert "Chưa có dữ liệu" in failed("preview")
    assert "Chưa có dữ liệu" in failed("invite", "--role", "office")
    (tmp_path / "tep").write_text("", encoding="utf-8")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "tep"))
    assert "Không ghi được" in failed("init")


def test_a_database_that_cannot_be_opened_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged file and a server that is away; a password is never repeated."""
    damaged = tmp_path / "x.db"
    damaged.write_text("không phải cơ sở dữ liệu" * 40, encoding="utf-8")
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{damaged}")
    assert "Không mở được cơ sở dữ liệu" in failed("branches")
    assert "Không mở được cơ sở dữ liệu" in failed("init")
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://ai:BIMAT@127.0.0.1:1/x")
    said = failed("branches")
    assert "(ConnectionRefusedError)" in said
    assert "BIMAT" not in said


def test_two_data_folders_with_one_database_are_one_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs on the database holds its folder, too: a second data folder does not open a second door."""
    shared = tmp_path / "shared"
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{shared / 'assistant.db'}")
    assert run("init").exit_code == 0
    with (shared / "assistant.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        monkeypatch.setenv("DATA_DIR", str(tmp_path / "another"))
        for command in ("init", "run"):
            assert f"Đã có một Trợ lý đang chạy trên dữ liệu này ({shared})" in failed(command)
    assert run("init").exit_code == 0


def test_a_database_that_is_not_ours_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program's file, a newer version's and an older one's are told apart, and none is touched."""
    other = tmp_path / "other.db"
    with contextlib.closing(sqlite3.connect(other)) as made:
        made.execute("CREATE TABLE recipe (id INTEGER PRIMARY KEY)")
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{other}")
    for command in ("branches", "init"):
        assert "dữ liệu của chương trình khác" in failed(command)
    with contextlib.closing(sqlite3.connect(other)) as made:
        assert made.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)
    monkeypatch.delenv("DATABASE_URL")
    run("init")
    for revision, said in (("9999", "bản mới hơn của chương trình lập"), ("0000", "bản mới hơn")):
        with contextlib.closing(sqlite3.connect(Path(os.environ["DATA_DIR"]) / "assistant.db")) as ours, ours:
            ours.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        for command in ("branches", "init"):
            assert said in failed(command)


def test_nothing_to_change_is_not_asked(tmp_path: Path) -> None:
    """The same sheet again says so and goes on without a question."""
    same = sheet(tmp_path, "1,BT,Bảo tàng,28,2")
    assert run("init", "--branches", same).exit_code == 0
    again = run("init", "--branches", same)
    assert again.exit_code == 0
    assert "Không có gì khác" in again.stdout


def test_a_changed_campaign_is_shown_and_asked(tmp_path: Path) -> None:
    """A deadline's and a form's new words are named; without a yes nothing is written."""
    run("init")
    changed = shutil.copytree(main.CAMPAIGN, tmp_path / "plan")
    plan, form = changed / "plan.yaml", changed / "forms" / "study_report.yaml"
    plan.write_text(plan.read_text("utf-8").replace("short_title: ", "short_title: Mới ", 1))
    form.write_text(form.read_text("utf-8").replace("chưa?", "hay chưa?", 1))
    result = run("init", "--campaign", str(changed))
    assert (result.exit_code, "Đã dừng" in result.stderr) == (1, True)
    assert "~ mốc (mốc đã giao chi bộ giữ nguyên): Báo cáo kết quả học tập Chuyên đề năm 2024" in result.stdout
    assert "~ mẫu báo cáo (nháp đang soạn giữ bản cũ): " in result.stdout
    assert CliRunner().invoke(main.app, ["init", "--campaign", str(changed)], input="có\n").exit_code == 0
    assert "Không có gì khác" in run("init", "--campaign", str(changed)).stdout


def test_what_the_sheet_does_not_say_stays(tmp_path: Path) -> None:
    """Counts, order and people of a branch outlive a sheet without those columns; a new code finds it by name."""
    run("init", "--branches", sheet(tmp_path, "2,BT,Bảo tàng,28,2", "1,TV,Thư viện,18,1"))
    assert [line[:2] for line in run("branches").stdout.splitlines()] == ["TV", "BT"]
    short = tmp_path / "ngan.csv"
    short.write_text("Mã,Tên chi bộ,Miễn sinh hoạt\nBTT,Chi bộ Bảo tàng,3\n,Nhà hát,\n", encoding="utf-8")
    result = run("init", "--branches", str(short), "--yes")
    assert "~ dòng 2: BTT, Bảo tàng: mã, miễn sinh hoạt" in result.stdout
    assert [line.split()[0] for line in run("branches").stdout.splitlines()] == ["TV", "BTT", "NH"]
    assert counted("BTT") == (28, 0, 3, None)


def test_a_branch_is_found_as_people_write_it(tmp_path: Path) -> None:
    """By its code in small letters or its name without marks; the Party office's own units are no branches."""
    run("init", "--branches", sheet(tmp_path, "1,BT,Bảo tàng,28,2"))
    for said in ("bt", "BT", "bảo tàng", "Chi bộ Bao tang"):
        assert "Chi bộ Bảo tàng" in run("invite", "--role", "deputy", "--branch", said).stdout
    assert "Không có chi bộ nào" in failed("invite", "--role", "deputy", "--branch", "VPĐU")


@pytest.mark.parametrize("role", ["office", "inspection", "editorial", "leader", "deputy", "drafter", "member"])
def test_every_role_can_be_invited(tmp_path: Path, role: str) -> None:
    """Eight digits on the last line; a branch's member code is for many and names nobody."""
    run("init", "--branches", sheet(tmp_path, "1,BT,Bảo tàng,28,2"))
    said = run("invite", "--role", role, "--branch", "BT", "--name", "Nguyễn Văn A").stdout.splitlines()
    assert said[-1].isdigit()
    assert ("Nguyễn Văn A" in said[0], "nhiều người dùng chung" in said[0]) == (role != "member", role == "member")


def test_the_preview_looks_from_any_day(tmp_path: Path) -> None:
    """Before the start it says so and shows who is not connected yet; a quiet month is said too."""
    run("init", "--branches", sheet(tmp_path, "1,BT,Bảo tàng,28,2"))
    may = run("preview", "--now", "2024-05-13T07:00").stdout
    assert "tính như bắt đầu ngay lúc này" in may
    assert "thứ Năm 16/5 08:15: nhắc Báo cáo kết quả học tập Chuyên đề năm 2024 → Bảo tàng [chưa kết nối]" in may
    early, late = (run("preview", "--now", f"{day}T07:00").stdout for day in ("2023-01-02", "2025-06-02"))
    assert "Không có tin nào trong thời gian này" in early
    assert "Kế hoạch đang dùng đã hết" not in early
    assert "Kế hoạch đang dùng đã hết: ngày cuối là 31/12/2024" in late
    assert "--now" in late


def test_an_empty_folder_is_set_up_first() -> None:
    """Doctor and backup both name `init` and neither names the other."""
    examined, backed_up = run("doctor"), run("backup")
    assert (examined.exit_code, backed_up.exit_code) == (1, 1)
    for each in (examined.stdout, backed_up.stderr):
        assert "main.py init --branches" in each
    assert "main.py backup" not in examined.stdout
    assert "main.py doctor" not in backed_up.stderr


@pytest.mark.parametrize("command", ["init", "branches", "invite", "preview", "run", "demo", "backup", "restore", ""])
def test_every_command_explains_itself(command: str) -> None:
    """--help names the command's options and touches nothing."""
    result = run(*([command] if command else []), "--help")
    assert result.exit_code == 0
    assert f"main.py {command}".strip() in result.stdout or "Usage" in result.stdout
    assert not Path(os.environ["DATA_DIR"]).exists()
