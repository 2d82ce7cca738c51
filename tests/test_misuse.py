"""A command line that cannot be made out is answered in Vietnamese, with status 2 and where help is."""

import pytest
import typer
from typer.testing import CliRunner

import main

HELP = "Xem cách dùng: main.py"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nope", "Không có lệnh nope."),
        ("invte", "Không có lệnh invte. Gần giống: init, invite."),
        ("preview a b", "Lệnh thừa chữ: a b."),
        ("plan", "Lệnh còn thiếu FILE."),
        ("restore x", "Lệnh còn thiếu --into."),
        ("invite", "Lệnh còn thiếu --role, chọn một trong: office, "),
        ("invite --role x", "Giá trị của --role chưa đúng, chọn một trong: office, "),
        ("preview --days 0", "Giá trị của --days chưa đúng, cần một số từ 1 đến 366."),
        ("zalo-check --bot 0", "Giá trị của --bot chưa đúng, cần một số từ 1 trở lên."),
        ("preview --days", "Tùy chọn --days dùng chưa đúng: thiếu hoặc thừa giá trị đi kèm."),
        ("invite --branc BT", "Không có tùy chọn --branc."),
        ("--nope", "Không có tùy chọn --nope."),
    ],
)
def test_a_mistake_is_told_in_vietnamese(words: str, said: str) -> None:
    """What is wrong and where to look, none of typer's own words."""
    result = CliRunner().invoke(main.app, words.split(), prog_name="main.py")
    assert result.exit_code == 2
    assert result.stderr.startswith(said), result.stderr
    assert HELP in result.stderr
    assert not [each for each in ("Error", "Usage", "Missing", "No such", "Did you", "Try") if each in result.output]


def test_what_is_cut_off_says_that_nothing_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where typer would say "Aborted"."""

    def cut_off(*_: object) -> None:
        raise typer.Abort

    monkeypatch.setattr(main, "settings_or_stop", cut_off)
    result = CliRunner().invoke(main.app, ["branches"])
    assert (result.exit_code, result.stderr) == (1, "Đã dừng, chưa có gì thay đổi.\n")


def test_no_words_show_the_commands() -> None:
    """As typer does it: a list, and status 2."""
    result = CliRunner().invoke(main.app, [])
    assert result.exit_code == 2
    assert "invite" in result.output
