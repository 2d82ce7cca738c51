"""A file from the office that nothing was waiting for: a plan to be carried out, a form of its own, or neither."""

from pathlib import PurePath

from handlers.everyone import unknown
from handlers.office import new_plan, own_forms
from handlers.turn import Turn
from messages.types import Choice, Value


def takes(turn: Turn) -> bool:
    """Say whether what was sent may be one of both."""
    return new_plan.takes(turn) or own_forms.takes(turn)


async def ask(turn: Turn) -> None:
    """Ask which it is meant to be; nothing is kept before that."""
    upload = turn.incoming.upload
    assert upload is not None
    name, plan, form = PurePath(upload.name).name[: new_plan.NAME], new_plan.takes(turn), own_forms.takes(turn)
    about: dict[str, Value] = {"bot": turn.account.bot_id, "sent": upload.file_id, "name": name}
    found = [Choice("new_plan.read", about)] if plan else []
    found += [Choice("own_forms.take", about)] if form else []
    leave = Choice("unknown.nothing", {}, "new_plan.neither" if form else "new_plan.leave")
    await turn.say("new_plan.offer", name=name, plan=plan, form=form, choices=[*([each] for each in found), [leave]])


async def as_form(turn: Turn, bot: int = 0, sent: str = "", name: str = "") -> None:
    """[Thêm làm mẫu]: a file of this very conversation's channel."""
    if bot != turn.account.bot_id:
        await unknown.old_button(turn)
    else:
        await own_forms.read_file(turn, file=sent, name=name)
