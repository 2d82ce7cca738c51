"""Addresses of files: made for one chat, signed, and over by themselves."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.links import LASTS, PLACE, Links
from messages.types import OutgoingFile
from tests.world import START

KEY, BOT, CHAT = b"k" * 32, "ZALO_BOT_TOKEN:1", "a1b2"


def links(tmp_path: Path, later: timedelta = timedelta(), key: bytes = KEY) -> Links:
    """Return what makes and reads addresses, so much later."""
    return Links("https://chibo.example/", key, tmp_path, lambda: START + later)


def made(tmp_path: Path) -> str:
    """Return the sealed part of an address."""
    file = OutgoingFile(str(tmp_path / "x.docx"), "Báo cáo.docx", "document")
    address = links(tmp_path).made(file, CHAT, BOT)
    start, sealed, name = address.rsplit("/", 2)
    assert (start, name) == (f"https://chibo.example{PLACE}", "B%C3%A1o%20c%C3%A1o.docx")
    return sealed


def test_an_address_leads_to_its_file_and_names_its_chat(tmp_path: Path) -> None:
    """So that it dies with whoever the chat belongs to."""
    found = links(tmp_path).opened(made(tmp_path))
    assert found is not None
    assert (found.path, found.name, found.chat, found.bot) == (tmp_path / "x.docx", "Báo cáo.docx", CHAT, BOT)


@pytest.mark.parametrize(("later", "opens"), [(LASTS - timedelta(seconds=1), True), (LASTS, False)])
def test_an_address_ends(tmp_path: Path, later: timedelta, opens: bool) -> None:
    """After three days nobody opens it."""
    assert timedelta(days=3) == LASTS
    assert (links(tmp_path, later).opened(made(tmp_path)) is not None) is opens


def test_another_installations_address_opens_nothing(tmp_path: Path) -> None:
    """Nor does one whose letters were changed."""
    sealed = made(tmp_path)
    assert links(tmp_path, key=b"x" * 32).opened(sealed) is None
    for wrong in ("", "x", sealed[:-8], sealed[::-1], "A" + sealed[1:] if sealed[0] != "A" else "B" + sealed[1:]):
        assert links(tmp_path).opened(wrong) is None


def test_what_lies_elsewhere_has_no_address(tmp_path: Path) -> None:
    """Only what lies among the installation's files."""
    assert links(tmp_path / "files").made(OutgoingFile(str(tmp_path / "secret.key"), "x", "document"), CHAT, BOT) == ""
