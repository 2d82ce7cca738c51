"""What a process is for, where several share the work."""

from enum import StrEnum


class Process(StrEnum):
    """Names, as in `main.py run --role`."""

    ALL = "all"
    WEB = "web"  # the local page, and what platforms call
    RECEIVE = "receive"  # polls, one process a bot
    WORK = "work"  # takes turns and does jobs, any number of processes
    DELIVER = "deliver"  # sends, one process a bot
    CLOCK = "clock"  # fires what is due and keeps house, one process
