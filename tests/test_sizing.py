"""The page on sizing says what follows from what was measured, and what is measured is what was written."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bot.deliver import PER_SECOND
from tests import world as worlds
from tests.bench import sizes, sizing
from tests.bench.sizes import Cost
from tests.test_move import everything

COSTS = [
    Cost("branch", 100.0, 100_000, 50_000, 200_000),
    Cost("member", 3.0, 300, 300, 400),
    Cost("excerpt", 2.0, 1_000, 500, None),
]


def page(part: str) -> str:
    """Return what stands in one of the page's places."""
    text = sizes.PAGE.read_text(encoding="utf-8")
    return text.partition(f"<!-- {part}: -->\n")[2].partition(f"\n<!-- hết {part} -->")[0]


def read() -> list[Cost]:
    """Read what was measured back from the page."""
    names = {words: what for what, words in sizes.NAMES.items()}
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in page("đo").splitlines()]
    return [Cost(names[row[0]], _number(row[1]), *(round(_number(cell) * 1000) for cell in row[2:])) for row in rows]


def _number(cell: str) -> float:
    return float(cell.replace(".", "").replace(",", "."))


def test_the_page_follows_from_what_was_measured() -> None:
    """Years of installations and bots are worked out anew from the first table and docs/performance.md."""
    costs = read()
    assert [each.what for each in costs] == [*sizes.NAMES]
    assert all(0 < each.kept <= each.fresh for each in costs)
    assert sizes.measured(costs) == page("đo")
    for mine, theirs in zip(sizes.years(costs).splitlines(), page("năm").splitlines(), strict=True):
        for one, other in zip(mine.split("|")[1:-1], theirs.split("|")[1:-1], strict=True):
            assert _number(one) == pytest.approx(_number(other), rel=0.02, abs=1)  # the page rounds what it came from
    assert sizes.bots(sizes.SPEED.read_text(encoding="utf-8")) == page("bot")


def test_a_year_is_the_sum_of_its_parts() -> None:
    """20 branches × 30 members × 52 excerpts, added up by hand; what was not measured is said to be so."""
    first = sizes.years(COSTS).splitlines()[0]
    rows, fresh, kept = 20 * 100 + 600 * 3 + 31_200 * 2, 2 + 0.18 + 31.2, 1 + 0.18 + 15.6
    assert rows == 66_200
    assert first == f"| 20 | 600 | 66.200 | {fresh:.0f} | {kept:.0f} | chưa đo |"
    assert sizes.measured(COSTS).splitlines()[2] == "| một trích đoạn gửi một người | 2,0 | 1,00 | 0,50 | chưa đo |"


def test_bots_keep_their_own_pace() -> None:
    """One bot sends as the program is held to; ten send tenfold, in the same time, on as many cores as they need."""
    speed = (
        "| this assistant | 1000 (1–2) | 29.0 (1) | 97% (1) | 0 (0) | 56 (1) | 9 (8) | 29 (27) | 4.00 (3.9–4) | 1 (1) |"
    )
    lines = sizes.bots(
        f"| this assistant | 9 (9) | 1 (1) | 2 (1) | 3 (1) | 4 (1) | 1.00 | 0 of 1 |\n{speed}"
    ).splitlines()
    assert PER_SECOND == 29
    assert lines[0] == "| 1 | 29 | 3.000 | 1,7 phút | 1 |"
    assert lines[1] == "| 10 | 290 | 30.000 | 1,7 phút | 2 |"  # 290 × 4 ms
    assert lines[2] == "| 100 | 2.900 | 300.000 | 1,7 phút | 12 |"


def test_each_part_goes_to_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is around the places stays, what was in them goes; `make bench` renews the bots alone."""
    copy = tmp_path / "page.md"
    text = sizes.PAGE.read_text(encoding="utf-8")
    copy.write_text(text.replace(page("bot"), "| old |"), encoding="utf-8")
    monkeypatch.setattr(sizes, "PAGE", copy)
    sizes.renew_bots()
    assert copy.read_text(encoding="utf-8") == text
    sizes.write(COSTS)
    assert (page("đo"), page("năm")) == (sizes.measured(COSTS), sizes.years(COSTS))
    assert copy.read_text(encoding="utf-8").partition("<!--")[0] == text.partition("<!--")[0]
    assert copy.read_text(encoding="utf-8").rpartition("-->")[2] == text.rpartition("-->")[2]


async def test_what_was_written_is_multiplied_whole(world: worlds.World, tmp_path: Path) -> None:
    """Every row after the mark comes again so often, with its relations; what was before is not touched."""
    before = await sizing.marks(worlds_url(world))
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.start_campaign()
    await world.say("A", "ngày 21/5, 24/26 đảng viên, 05 quần chúng")
    url = worlds_url(world)
    await world.assistant.database.close()
    old = await sizing.on(url, everything)
    await sizing.on(url, lambda connection: sizing.multiply(connection, before, 3))
    new = await sizing.on(url, everything)
    for name, rows in old.items():
        fresh = [row for row in rows if row["id"] > before[name]]
        assert new[name][: len(rows)] == rows
        assert len(new[name]) == len(rows) + 3 * len(fresh), name
    with closing(sqlite3.connect(make_url(url).database or "")) as file:
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    copies = {row["person_id"] for row in new["role"]}
    assert {row["id"] for row in new["person"]} == copies
    assert len(copies) == 4


def worlds_url(world: worlds.World) -> str:
    """Return the address of a world's database."""
    return world.assistant.database.reader.url.render_as_string(hide_password=False)


async def test_the_purge_leaves_less(world: worlds.World) -> None:
    """Texts of what was sent and what was heard go; reports, people and the audit stay."""
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.start_campaign()
    await world.say("A", "/trogiup")
    url = worlds_url(world)
    await world.assistant.database.close()
    before = await sizing.on(url, everything)
    await sizing._purge(url)
    after = await sizing.on(url, everything)
    assert any(row["text"] for row in before["outbox"])
    assert not any(row["text"] for row in after["outbox"])
    assert len(after["inbox"]) < 2
    for name in ("audit", "person", "role", "account"):
        assert after[name] == before[name], name
