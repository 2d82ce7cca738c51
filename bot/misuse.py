"""Says in words what is wrong with a command line, which typer would say in English. Knows no command by name."""

import difflib
import functools
import html
import re
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from messages import render

HELP = "NoArgsIsHelpError"
KINDS = {
    "MissingParameter": "missing",
    "NoSuchOption": "no_option",
    "BadOptionUsage": "option_value",
    "BadParameter": "bad_value",
}
"""By the names of typer's mistakes, most of which it does not give away as classes."""
_QUOTED = re.compile(r"No such command '(.*)'", re.DOTALL)
_EXTRA = re.compile(r"Got unexpected extra argument\(s\) \((.*)\)", re.DOTALL)


class Commands(TyperGroup):
    """The commands of main.py: a mistake in calling one is a sentence of messages/vi/cli/, and status 2."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command line; typer's own words for what it cannot make out are replaced."""
        run = functools.partial(super().main, args, prog_name, complete_var, False, windows_expand_args, **extra)
        if not standalone_mode:
            return run()
        try:
            status = run()
        except typer.Abort:
            _say("not_confirmed")
            sys.exit(1)
        except typer.TyperException as error:
            if type(error).__name__ != HELP:
                _say("misuse", **values(error))
            sys.exit(error.exit_code)
        sys.exit(status if isinstance(status, int) else 0)


def values(error: Any) -> dict[str, Any]:
    """Return what messages/vi/cli/misuse.j2 says of a mistake: its kind, the names in it, where help is."""
    command, extra = _QUOTED.match(error.message), _EXTRA.match(error.message)
    found = command or extra
    param, context = getattr(error, "param", None), getattr(error, "ctx", None)
    alike = difflib.get_close_matches(command[1], context.command.commands) if command and context else ()
    return {
        "what": "no_command" if command else "extra" if extra else KINDS.get(type(error).__name__, ""),
        "name": found[1] if found else getattr(error, "option_name", "") or _name(param),
        "near": sorted(getattr(error, "possibilities", None) or alike),
        "one_of": _choices(param),
        "low": getattr(param, "min", None),
        "high": getattr(param, "max", None),
        "path": context.command_path if context else "main.py",
    }


def _name(param: Any) -> str:
    """Return "--role" of an option, "FILE" of an argument."""
    if param is None:
        return ""
    return str(param.opts[0]) if param.param_type_name == "option" else str(param.name).upper()


def _choices(param: Any) -> list[str]:
    """Return the values of which an option takes one, none where it takes any."""
    found = getattr(getattr(param, "type_descriptor", None), "choices", None) or ()
    return [str(getattr(each, "value", each)) for each in found]


def _say(template: str, **said: Any) -> None:
    typer.echo(html.unescape(render.text(f"cli.{template}", said)), err=True)
