"""Adds excerpts: one in chat (text, source, page), or many from the office's own table. It agrees to none."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from handlers import shelf
from handlers.everyone import unknown
from handlers.office import excerpts as listing
from handlers.routes import OFFICE, Build, Download, MadeFile, StoredFile
from handlers.turn import Moment, Turn
from messages.documents import excerpts_file
from messages.reading import fold, secrecy, uploads
from messages.types import Choice, Heard
from models import excerpt as excerpts
from models.account import Account
from models.attachment import Attachment
from models.excerpt import Excerpt
from models.person import Person

SHORTEST, LONGEST = 10, excerpts_file.LONGEST
SOURCE_SHORTEST, SOURCE_LONGEST = 5, 300
PAGE_LONGEST = 30
LARGEST = 5_000_000  # bytes
TABLES = (".xlsx", ".csv")
PROBLEMS_SHOWN = 12


async def start(turn: Turn) -> None:
    """[Thêm đoạn]: ask for the text."""
    turn.expect("new_excerpt.text")
    await turn.say("new_excerpt.ask_text")


async def text(turn: Turn) -> None:
    """Take the text; it is kept at once, without a source it goes nowhere."""
    said = turn.incoming.text.strip().strip("“”\"'").strip()
    if turn.incoming.kind is Heard.FILE:
        await file(turn)
    elif not SHORTEST <= len(said) <= LONGEST:
        await turn.say("new_excerpt.wrong_text", length=len(said), longest=LONGEST)
    elif known := await _same(turn, said):
        turn.expect_nothing()
        await turn.say("new_excerpt.known", choices=[[Choice("excerpts.one", {"excerpt": known.id}, "excerpts.see")]])
    else:
        made = await _add(turn, f"chat-{turn.inbox_id}", said, turn.me.id)
        turn.note("excerpt.begin", f"excerpt:{made.id}", turn.me)
        await ask_source(turn, made.id)


async def ask_source(turn: Turn, excerpt: int) -> None:
    """Ask where a text without a source comes from."""
    if await _unfinished(turn, excerpt) is None:
        await listing.one(turn, excerpt)
    else:
        turn.expect("new_excerpt.source", excerpt=excerpt)
        await turn.say("new_excerpt.ask_source")


async def source(turn: Turn) -> None:
    """Take the source."""
    said, found = turn.incoming.text.strip(), await _subject(turn)
    if found is None or found.source:
        turn.expect_nothing()
        await turn.say("excerpts.gone", choices=[[Choice("excerpts.show")]])
    elif not SOURCE_SHORTEST <= len(said) <= SOURCE_LONGEST:
        await turn.say("new_excerpt.wrong_source")
    else:
        found.source = said.removesuffix(".")
        turn.expect("new_excerpt.page", excerpt=found.id)
        await turn.say("new_excerpt.ask_page", choices=[[Choice("new_excerpt.no_page", {"excerpt": found.id})]])


async def page(turn: Turn) -> None:
    """Take the page."""
    said, found = fold_page(turn.incoming.text), await _subject(turn)
    if found is None or found.checked_by_id:
        turn.expect_nothing()
        await turn.say("excerpts.gone", choices=[[Choice("excerpts.show")]])
    elif not 0 < len(said) <= PAGE_LONGEST:
        await turn.say("new_excerpt.wrong_page", choices=[[Choice("new_excerpt.no_page", {"excerpt": found.id})]])
    else:
        found.page = said
        await _added(turn, found)


def fold_page(said: str) -> str:
    """Return "12" for "trang 12"."""
    words = said.strip().split()
    return " ".join(words[1:] if words and fold.plain(words[0]) in ("trang", "tr") else words)


async def no_page(turn: Turn, excerpt: int) -> None:
    """[Không ghi trang]: the source has none, a web page for one."""
    found = await _mine(turn, excerpt)
    if found is None or turn.conversation.expects != "new_excerpt.page":
        await listing.one(turn, excerpt)
    else:
        await _added(turn, found)


async def _added(turn: Turn, found: Excerpt) -> None:
    turn.expect_nothing()
    turn.note("excerpt.add", f"excerpt:{found.id}", turn.me)
    await turn.say("new_excerpt.added")
    await listing.one(turn, found.id)
    if not turn.holds(OFFICE):
        see = [[Choice("excerpts.one", {"excerpt": found.id}, label="excerpts.see")]]
        await turn.tell_office("new_excerpt.added_office", who=turn.me.name, count=1, choices=see)


async def _add(moment: Moment, name: str, said: str, person_id: int, *, source: str = "", page: str = "") -> Excerpt:
    current = await moment.the_campaign()
    made = Excerpt(
        committee_id=moment.committee.id,
        campaign_id=current.id,
        name=name,
        ordinal=await excerpts.last_ordinal(moment.session, current.id) + 1,
        text=said,
        more="",
        source=source,
        page=page,
        added_by_id=person_id,
        withdrawn=False,
    )
    moment.session.add(made)
    await moment.session.flush()
    return made


async def _same(moment: Moment, said: str) -> Excerpt | None:
    """Return the excerpt with this very text, marks and case apart."""
    return (await _by_letters(moment)).get(_letters(said))


async def _by_letters(moment: Moment) -> dict[str, Excerpt]:
    current = await moment.campaign()
    listed = await excerpts.of_campaign(moment.session, current.id) if current else []
    return {_letters(each.text): each for each in listed}


def _letters(said: str) -> str:
    return "".join(letter for letter in fold.plain(said) if letter.isalnum())


async def _subject(turn: Turn) -> Excerpt | None:
    return await _mine(turn, int(turn.conversation.subject.get("excerpt", 0)))


async def _mine(turn: Turn, excerpt_id: int) -> Excerpt | None:
    found = await excerpts.of_committee(turn.session, turn.committee.id, excerpt_id)
    return found if found and not found.withdrawn else None


async def _unfinished(turn: Turn, excerpt_id: int) -> Excerpt | None:
    found = await _mine(turn, excerpt_id)
    return found if found and not found.source else None


# From a table


async def ask_file(turn: Turn) -> None:
    """[Thêm từ tệp]: ask for the table."""
    turn.expect("new_excerpt.file")
    await turn.say("new_excerpt.ask_file")


async def file(turn: Turn) -> None:
    """Take the table; reading it is a job."""
    upload = turn.incoming.upload
    if upload is None:
        await turn.say("new_excerpt.ask_file")
    elif upload.refused or Path(upload.name).suffix.lower() not in TABLES or (upload.size or 0) > LARGEST:
        await turn.say("new_excerpt.wrong_file")
    else:
        turn.expect_nothing()
        turn.later(
            "new_excerpt_file",
            account=turn.account.id,
            person=turn.me.id,
            bot=turn.account.bot_id,
            file_id=upload.file_id,
            name=upload.name,
        )
        await turn.say("new_excerpt.reading")


async def fetch(moment: Moment, *, bot: int, file_id: str, name: str, **_: Any) -> Download:
    """Say which file to fetch."""
    return Download(bot, file_id, name, "document", uploads.TABLES)


async def fetched(
    moment: Moment, files: Sequence[StoredFile], *, account: int, person: int, bot: int, file_id: str, name: str
) -> None:
    """Keep the table, and have it read; say why one is not kept."""
    if why := files[0].refused:
        await _refused(moment, account, person, why)
        return
    kept = await shelf.put(moment, files[0], person_id=person, bot_id=bot, file_id=file_id, kind="document", name=name)
    moment.later("new_excerpt_rows", attachment=kept.id, account=account, person=person)


async def _refused(moment: Moment, account: int, person: int, why: str) -> None:
    who, to = await moment.session.get_one(Person, person), await moment.session.get_one(Account, account)
    words = {"active": "upload.refused", "locked": "upload.refused", "gone": "new_excerpt.failed"}
    await unknown.refuse_file(moment, to, who, why, words.get(why, "new_excerpt.wrong_file"))


async def read(moment: Moment, *, attachment: int, **_: Any) -> Build | None:
    """Have a kept table read in the child process."""
    kept = await moment.session.get(Attachment, attachment)
    return Build(read_table, (str(moment.files / kept.path),)) if kept else None


def read_table(path: str) -> list[MadeFile]:
    """Read a table into JSON {"rows": [...], "problems": [{"row", "kind"}]}; a row marked secret is a problem."""
    rows, problems = excerpts_file.read_excerpts(Path(path))
    marked = [each for each in rows if secrecy.is_marked_secret(each.text) or secrecy.is_marked_secret(each.source)]
    found = {
        "rows": [asdict(each) for each in rows if each not in marked],
        "problems": [*({"row": each.row, "kind": "secret"} for each in marked), *map(asdict, problems)],
    }
    return [MadeFile("rows.json", "document", orjson.dumps(found))]


async def rows_read(moment: Moment, files: Sequence[StoredFile], *, attachment: int, account: int, person: int) -> None:
    """Add what the table holds and tell who sent it, row by row where something is wrong."""
    path = moment.files / files[0].path
    found = orjson.loads(path.read_bytes())
    path.unlink(missing_ok=True)
    problems, known = list(found["problems"]), await _by_letters(moment)
    for row in found["rows"]:
        if _letters(row["text"]) in known:
            problems.append({"row": row["row"], "kind": "known"})
        else:
            name = f"file-{attachment}-{row['row']}"
            await _add(moment, name, row["text"], person, source=row["source"], page=row["page"])
    await _tell_read(moment, account, person, len(found["rows"]) + len(found["problems"]), problems)


async def _tell_read(moment: Moment, account: int, person: int, total: int, problems: list[dict[str, Any]]) -> None:
    to, who = await moment.session.get_one(Account, account), await moment.session.get_one(Person, person)
    added = total - len(problems)
    problems.sort(key=lambda each: each["row"])
    see = [[Choice("excerpts.show")]]
    await moment.say_to(
        to,
        "new_excerpt.read",
        to=who,
        added=added,
        problems=problems[:PROBLEMS_SHOWN],
        others=max(len(problems) - PROBLEMS_SHOWN, 0),
        choices=see,
    )
    if added:
        moment.note("excerpt.import", f"person:{person}", who, rows=added)
        await moment.tell_office("new_excerpt.added_office", but=who, who=who.name, count=added, choices=see)


async def failed(moment: Moment, *, account: int, **_: Any) -> None:
    """Tell the sender that the table could not be fetched or read."""
    await moment.say_to(await moment.session.get_one(Account, account), "new_excerpt.failed")
