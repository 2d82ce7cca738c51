"""The drill's phone as on Zalo: files are named in words, and a document one sends is nothing that can be read."""

from pathlib import Path

from bot.web.wordless import ZaloPhones
from messages.types import Heard, Outgoing, OutgoingFile
from tests.world import World


async def test_files_are_words_there(world: World, tmp_path: Path) -> None:
    """No tile, nothing to download; a Word file comes as Zalo hands it over."""
    phones = ZaloPhones(world.assistant.database, world.clock, tmp_path)
    file = OutgoingFile(str(tmp_path / "a.docx"), "a.docx", "document")
    await phones.send(Outgoing("k", "A", "Biên nhận.", file=file))
    (row,) = await phones.newer("A", 0)
    assert (row.text, row.file_path) == ("Biên nhận.\n\nTệp a.docx: đồng chí mở trên máy tính.", "")
    sent = {"kind": "file", "account": "A", "text": "báo cáo", "message_id": "1"}
    upload = {"file_id": "0" * 32, "name": "a.docx", "kind": "document"}
    heard = phones.read({**sent, "upload": upload})
    assert heard
    assert (heard.kind, heard.text, heard.upload) == (Heard.OTHER, "", None)
    picture = phones.read({**sent, "upload": {**upload, "name": "a.jpg", "kind": "photo"}})
    assert picture
    assert picture.kind is Heard.FILE
