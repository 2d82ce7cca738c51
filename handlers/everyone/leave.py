"""Leaves what is being asked, at any place: nothing more is kept of it, a report's answers so far stay."""

from handlers.turn import Turn


async def command(turn: Turn, rest: str) -> None:
    """/huy: out of the question that is open, or of what was offered last where that is typed."""
    report = turn.conversation.expects == "report.answer"
    asked = bool(turn.conversation.expects) or await turn.close_menu()
    turn.expect_nothing()
    await turn.close_menu()
    await turn.say("leave.left" if asked else "leave.nothing", **({"report": report} if asked else {}))
