"""The command line as an operator uses it: real files, a real database, printed words."""

import os
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
    assert "Không có chi bộ mã “XX”" in run("invite", "--role", "secretary", "--branch", "XX").stderr
    assert "thêm --branch MÃ" in run("invite", "--role", "member").stderr


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
