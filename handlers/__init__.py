"""What the assistant does: the routing tables are its table of contents. No channel, no network, no clock.

A command, button, expected text, due row or job is found here by its name; the name says file and function.
"""

from handlers.branch import answer, confirm, excerpt, group_copy, joined, remind, rung
from handlers.everyone import help as help_
from handlers.everyone import lockout, start, stop, unknown
from handlers.office import (
    codes,
    enter,
    excerpts,
    golive,
    invite,
    invite_sheet,
    items,
    new_excerpt,
    one_branch,
    summary,
    summary_files,
    urge,
)
from handlers.routes import (
    ANYONE,
    EDITORS,
    EVERYBODY,
    OFFICE,
    SECRETARIES,
    SENDERS,
    WATCHERS,
    WRITERS,
    Action,
    Command,
    DueHandler,
    Expect,
    JobKind,
)

COMMANDS: dict[str, Command] = {
    "excerpt": Command(excerpt.show, EVERYBODY, ("trichdan", "excerpt")),
    "summary": Command(summary.command, WATCHERS | WRITERS, ("tonghop", "summary")),
    "help": Command(help_.command, ANYONE, ("trogiup", "help")),
    "resume": Command(stop.resume, ANYONE, ("batlai", "resume")),
    "start": Command(start.command, ANYONE, ("start", "batdau")),
    "stop": Command(stop.command, ANYONE, ("dung", "stop")),
    "excerpts": Command(excerpts.show, EDITORS, ("cactrichdan", "excerpts")),
    "enter": Command(enter.ask, OFFICE, ("nhap", "enter")),
    "invite": Command(invite.command, OFFICE | SECRETARIES, ("moi", "invite")),
    "golive": Command(golive.show, OFFICE, ("lich", "timetable")),
    "golive.pause": Command(golive.pause, OFFICE, ("tamdung", "pause")),
    "golive.resume": Command(golive.resume, OFFICE, ("tieptuc", "continue")),
}

ACTIONS: dict[str, Action] = {
    "unknown.nothing": Action(unknown.nothing, ANYONE),
    "excerpt.before": Action(excerpt.before, EVERYBODY),
    "excerpt.more": Action(excerpt.more, EVERYBODY),
    "excerpt.stop": Action(excerpt.stop, EVERYBODY),
    "excerpt.take": Action(excerpt.take, EVERYBODY),
    "group_copy.other": Action(group_copy.other, SECRETARIES),
    "group_copy.place": Action(group_copy.place, SECRETARIES),
    "group_copy.posted": Action(group_copy.posted, SECRETARIES),
    "group_copy.show": Action(group_copy.show, SECRETARIES),
    "one_branch.choose": Action(one_branch.choose, WATCHERS),
    "one_branch.show": Action(one_branch.show, WATCHERS),
    "summary.group_copy": Action(summary.group_copy, OFFICE),
    "summary.show": Action(summary.show, WATCHERS | WRITERS),
    "summary.workbook": Action(summary.workbook, WATCHERS),
    "urge.choose": Action(urge.choose, OFFICE),
    "urge.later": Action(urge.later, OFFICE),
    "urge.preview": Action(urge.preview, OFFICE),
    "urge.send": Action(urge.send, OFFICE),
    "urge.stop": Action(urge.stop, OFFICE),
    "urge.toggle": Action(urge.toggle, OFFICE),
    "help.open": Action(help_.open_command, ANYONE),
    "lockout.reopen": Action(lockout.reopen, OFFICE),
    "start.agree": Action(start.agree, ANYONE),
    "start.excerpts": Action(start.excerpts, ANYONE),
    "start.not_me": Action(start.not_me, ANYONE),
    "start.refuse": Action(start.refuse, ANYONE),
    "stop.all": Action(stop.all_pushes, ANYONE),
    "stop.keep": Action(stop.keep, ANYONE),
    "excerpts.approve": Action(excerpts.approve, OFFICE),
    "excerpts.check": Action(excerpts.check, OFFICE),
    "excerpts.one": Action(excerpts.one, EDITORS),
    "excerpts.page": Action(excerpts.page, EDITORS),
    "excerpts.restore": Action(excerpts.restore, EDITORS),
    "excerpts.show": Action(excerpts.show, EDITORS),
    "excerpts.up": Action(excerpts.up, EDITORS),
    "excerpts.withdraw": Action(excerpts.withdraw, EDITORS),
    "new_excerpt.ask_file": Action(new_excerpt.ask_file, EDITORS),
    "new_excerpt.ask_source": Action(new_excerpt.ask_source, EDITORS),
    "new_excerpt.no_page": Action(new_excerpt.no_page, EDITORS),
    "new_excerpt.start": Action(new_excerpt.start, EDITORS),
    "confirm.right": Action(confirm.right, SENDERS),
    "confirm.wrong": Action(confirm.wrong, SENDERS),
    "enter.all": Action(enter.all_, OFFICE),
    "enter.arrived": Action(enter.arrived, OFFICE),
    "enter.bare": Action(enter.bare, OFFICE),
    "enter.begin": Action(enter.begin, OFFICE),
    "enter.branch": Action(enter.branch, OFFICE),
    "enter.deadline": Action(enter.deadline, OFFICE),
    "enter.drop": Action(enter.drop, OFFICE),
    "enter.each": Action(enter.each, OFFICE),
    "enter.edit": Action(enter.edit, OFFICE),
    "enter.how": Action(enter.how, OFFICE),
    "enter.today": Action(enter.today, OFFICE),
    "enter.total": Action(enter.total, OFFICE),
    "enter.unit": Action(enter.unit, OFFICE),
    "enter.yes": Action(enter.yes, OFFICE),
    "answer.at": Action(answer.at, WRITERS),
    "answer.call": Action(answer.call, WRITERS),
    "answer.doing": Action(answer.doing, WRITERS),
    "answer.elsewhere": Action(answer.elsewhere, WRITERS),
    "answer.extend": Action(answer.extend, WRITERS),
    "answer.later": Action(answer.later, WRITERS),
    "answer.not_mine": Action(answer.not_mine, WRITERS),
    "answer.other": Action(answer.other, WRITERS),
    "answer.sent": Action(answer.sent, WRITERS),
    "answer.show": Action(answer.show, WRITERS),
    "answer.why": Action(answer.why, WRITERS),
    "codes.revoke": Action(codes.revoke, OFFICE | SECRETARIES),
    "codes.show": Action(codes.show, OFFICE | SECRETARIES),
    "invite.more": Action(invite.more, OFFICE),
    "invite.name": Action(invite.name, OFFICE),
    "invite.page": Action(invite.page, OFFICE),
    "invite.role": Action(invite.role, OFFICE),
    "invite.unit": Action(invite.unit, OFFICE | SECRETARIES),
    "joined.ask": Action(joined.ask, OFFICE | SECRETARIES),
    "joined.choose": Action(joined.choose, OFFICE | SECRETARIES),
    "joined.end": Action(joined.end, OFFICE | SECRETARIES),
    "joined.show": Action(joined.show, OFFICE | SECRETARIES),
    "joined.units": Action(joined.units_page, OFFICE),
    "golive.ask": Action(golive.ask, OFFICE),
    "golive.begin": Action(golive.begin, OFFICE),
    "golive.page": Action(golive.page, OFFICE),
    "golive.pause": Action(golive.pause, OFFICE),
    "golive.resume": Action(golive.resume, OFFICE),
    "golive.show": Action(golive.show, OFFICE),
    "golive.try_out": Action(golive.try_out, OFFICE),
}

EXPECTS: dict[str, Expect] = {
    "one_branch.typed": Expect(one_branch.typed, WATCHERS),
    "start.answer": Expect(start.answer, ANYONE),
    "start.name": Expect(start.name, ANYONE),
    "new_excerpt.file": Expect(new_excerpt.file, EDITORS),
    "new_excerpt.page": Expect(new_excerpt.page, EDITORS),
    "new_excerpt.source": Expect(new_excerpt.source, EDITORS),
    "new_excerpt.text": Expect(new_excerpt.text, EDITORS),
    "confirm.correction": Expect(confirm.correction, SENDERS),
    "enter.arrived": Expect(enter.arrival, OFFICE),
    "enter.text": Expect(enter.text, OFFICE),
    "answer.extension_day": Expect(answer.extension_day, WRITERS),
    "answer.hour": Expect(answer.hour, WRITERS),
    "invite.branch": Expect(invite.branch, OFFICE),
    "invite.typed_name": Expect(invite.typed_name, OFFICE),
    "joined.number": Expect(joined.number, OFFICE | SECRETARIES),
}

DUES: dict[str, DueHandler] = {
    "urge": urge.fire,
    "excerpt": excerpt.fire,
    "answered": remind.tell_answered,
    "assigned": rung.fire_assigned,
    "item": items.fire_told,
    "rung": rung.fire,
    "snooze": remind.snoozed,
}

FIRE_LATE: frozenset[str] = frozenset({"answered", "assigned", "excerpt", "item", "rung", "snooze"})
"""Kinds whose handler is given rows that are no longer true as well, because it merges or reports them."""

JOBS: dict[str, JobKind] = {
    "board": JobKind(summary_files.load_board, summary_files.send_board, summary_files.board_failed),
    "workbook": JobKind(summary_files.load_workbook, summary_files.send_workbook, summary_files.workbook_failed),
    "new_excerpt_file": JobKind(new_excerpt.fetch, new_excerpt.fetched, new_excerpt.failed),
    "new_excerpt_rows": JobKind(new_excerpt.read, new_excerpt.rows_read, new_excerpt.failed),
    "invite_sheet": JobKind(invite_sheet.load, invite_sheet.finish, invite_sheet.failed),
}

# What has no name of its own: who hears strangers, free words (the office's first), files and changed messages.
PASTED = enter.heard
STRANGER = start.stranger
WORDS = unknown.command
FILE = unknown.unreadable
EDITED = unknown.unreadable
