"""The command `ngff`: one command a file, each imported when it is called."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

import click

from ngff_core.errors import NgffError, OutputError, stop_code
from ngff_core.masking import MaskedStream, remember_address
from ngff_core.plugins.commands import Commands
from ngff_core.plugins.printing import own_output, tell_in_one_line
from ngff_core.version import __version__

CLOSED_PIPE = 141  # as shells have it of SIGPIPE: whoever read has gone, which is no verdict

__all__ = ["COMMANDS", "add_core_commands", "cli", "main", "mask_errors"]

COMMANDS = {
    "validate": "Check OME-Zarr hierarchies and name every problem.",
    "merge": "Join reports, those of shards in particular.",
    "table": "Write the results of logs as Parquet.",
    "info": "Show what is in an OME-Zarr hierarchy.",
    "fix": "Mend what is found in OME-Zarr hierarchies.",
    "set": "Set pixel sizes, units, channels and names throughout OME-Zarr hierarchies.",
    "rebuild": "Propose the metadata of a plate from the folders that are there.",
    "upgrade": "Move OME-Zarr hierarchies to another version of the specification.",
    "conformance": "Answer as the conformance tests of OME-NGFF want it.",
    "rules": "List the rules, or explain one.",
    "versions": "List the installed specification versions.",
    "plugins": "List the plugins that were found, and why any failed.",
    "completion": "Print what makes a shell complete commands, rules and versions.",
    "new-plugin": "Write a plugin to start from: rules, or a version of one's own.",
}


_FOLDERS = {"fix": "changing.", "set": "changing.", "rebuild": "changing."}  # of those that are not right here


def add_core_commands(cli: Commands) -> None:
    """Add the commands of core, as its hook `ngff_register_commands` does."""
    for name, text in COMMANDS.items():
        cli.add_late_command(name, f"ngff_core.cli.{_FOLDERS.get(name, '')}{name.replace('-', '_')}:command", help=text)


class MainCommands(Commands):
    """What `ngff` offers: its own commands, and those that plugins add."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of core's commands, then those of plugins."""
        return self._with_plugins().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; plugins are only asked where core has none of the name."""
        if cmd_name in self.commands:
            return super().get_command(ctx, cmd_name)
        return self._with_plugins().get_command(ctx, cmd_name)

    def lines(self) -> list[tuple[str, str]]:
        """Return all names with their lines in the help; asks the plugins, and imports no command."""
        return self._with_plugins().lines()

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the command line; click prints help meanwhile."""
        with _leaving_quietly():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> None:
        """Run a command; what it returns is no exit code."""
        with _leaving_quietly():
            super().invoke(ctx)

    def _with_plugins(self) -> Commands:
        from ngff_core.plugins.registry import default_registry  # not for core's commands by name, nor --version

        found = Commands(commands=dict(self.commands))
        with own_output():
            default_registry().register_commands(found)
        return found


@contextmanager
def _leaving_quietly() -> Iterator[None]:
    """Leave with the exit code of the signal where somebody presses Ctrl-C, or whoever reads has gone.

    click has 1 for both, which would be the verdict "invalid".
    """
    try:
        yield
    except KeyboardInterrupt as stop:
        sys.exit(stop_code(stop))
    except BrokenPipeError:
        sys.exit(CLOSED_PIPE)


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"ngff {__version__}")
        ctx.exit()


@click.group(cls=MainCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def cli() -> None:
    """Validate and inspect OME-NGFF (OME-Zarr) metadata.

    Which versions of the specification are known depends on the plugins that are installed: see `ngff versions`.
    """


add_core_commands(cli)


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; errors of the caller become one message and exit code 2, a full disk exit code 3."""
    for word in sys.argv[1:] if args is None else args:
        remember_address(word)
    try:
        code = cli.main(args=list(args) if args is not None else None, prog_name="ngff", standalone_mode=False)
    except NgffError as error:
        _leave(error)
    except click.Abort as aborted:
        sys.exit(stop_code(aborted.__cause__))
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        sys.exit(error.exit_code)
    except OSError as error:  # of click, which prints help by itself
        from ngff_core.cli.screen.writing import NO_ROOM  # help imports no more than it needs

        if error.errno not in NO_ROOM:
            raise
        _leave(OutputError(error))
    sys.exit(code or 0)


def mask_errors() -> None:
    """Let no secret through standard error from now on: neither tracebacks nor other libraries show one.

    What fails where nobody takes it has no traceback.
    """
    tell_in_one_line()
    if sys.stderr is not None:
        sys.stderr = sys.__stderr__ = MaskedStream(sys.stderr)  # type: ignore[misc, assignment]  # plugins write to both


def _leave(error: NgffError) -> NoReturn:
    from ngff_core.words import printable

    with suppress(OSError):
        click.echo(printable(f"Error: {error}"), err=True)
    sys.exit(getattr(error, "exit_code", 2))
