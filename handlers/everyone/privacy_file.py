"""The file with everything kept about a person, for that person alone. A job makes it."""

from collections.abc import Sequence

from handlers import posts, shelf
from handlers.routes import Build, MadeFile, StoredFile
from handlers.turn import Moment
from messages import render
from models import personal
from models.account import Account
from models.person import Person

NAME = "thong-tin-ve-toi.txt"


async def load(moment: Moment, account: int, person: int) -> Build | None:
    """Write down what is kept; None once the account is no longer theirs."""
    to, who = await moment.session.get_one(Account, account), await moment.session.get_one(Person, person)
    if to.person_id != who.id:
        return None
    kept = await personal.of_person(moment.session, who)
    held = [
        {**await posts.post(moment, each.kind, each.unit_id), "since": each.started_at, "until": each.ended_at}
        for each in kept.roles
    ]
    text = moment.words("privacy.file", plain=True, name=who.name, roles=held, kept=_local(moment, kept))
    return Build(build, (text,))


def _local(moment: Moment, kept: personal.Kept) -> dict[str, object]:
    return {
        "accounts": [(channel, each.external_id) for channel, each in kept.accounts],
        "consents": [(moment.local(each.said_at), each.purpose, each.given) for each in kept.consents],
        "said": [(moment.local(at), text) for at, text in kept.said],
        "words": [(moment.local(at), text) for at, text in kept.words],
        "reports": [moment.local(at) for at in kept.sent_reports],
        "files": [(moment.local(each.made_at), each.name) for each in kept.files],
        "acts": [(moment.local(at), _act(act)) for at, act in kept.acts],
    }


def _act(act: str) -> str:
    """Return an act in words: its own, else those of what it was about."""
    known = render.words("act")
    return render.word(next((each for each in (act, act.partition(".")[0]) if each in known), "other"), "act")


def build(text: str) -> list[MadeFile]:
    """Make the file; the mark in front lets every editor on Windows read the letters right."""
    return [MadeFile(NAME, "document", text.replace("\n", "\r\n").encode("utf-8-sig"))]


async def finish(moment: Moment, made: Sequence[StoredFile], account: int, person: int) -> None:
    """Send it, unless the account changed hands meanwhile."""
    to = await moment.session.get_one(Account, account)
    if to.person_id != person:
        return
    file = await shelf.said(moment, made[0], person_id=person)
    await moment.say_to(to, "privacy.file_ready", file=file)


async def failed(moment: Moment, account: int, person: int) -> None:
    """Say that it could not be made."""
    await moment.say_to(await moment.session.get_one(Account, account), "privacy.file_failed")
