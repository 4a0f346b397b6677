"""The commands of core: standard output is for what they say, and the exit code is theirs to choose."""

from __future__ import annotations

from typing import Any, NoReturn

import click

from ngff_core.errors import PluginError, is_stop
from ngff_core.plugins.commands import PlainHelp
from ngff_core.plugins.printing import own_output

__all__ = ["CoreCommand", "leave"]


class CoreCommand(PlainHelp):
    """A command of core, in which plugins do their work.

    What they print goes to standard error. One that calls ``sys.exit`` where that is not noticed before ends the
    command with an error, and not with the exit code that it chose; one that raises KeyboardInterrupt, too.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with own_output():
            try:
                return super().invoke(ctx)
            except _Leaving:
                raise
            except SystemExit as error:
                raise PluginError(f"a plugin has called sys.exit({error.code!r}), so nothing was judged") from error
            except KeyboardInterrupt as error:
                if is_stop(error):
                    raise
                raise PluginError("a plugin has raised KeyboardInterrupt, so nothing was judged") from error


class _Leaving(SystemExit):
    """The end of a command of core."""


def leave(code: int) -> NoReturn:
    """End a command with its exit code."""
    raise _Leaving(code)
