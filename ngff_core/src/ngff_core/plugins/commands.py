"""The group of commands that plugins add to: click commands, or where to find some that are imported when called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ngff_core.errors import PluginError, failure_of
from ngff_core.words import meant

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["Commands", "LateCommand", "PlainHelp"]


class PlainHelp(click.Command):
    """A command whose option ``--help`` is described as it stands here.

    click would look for a translation, which there is none of, and imports `locale` on every start to do so.
    """

    _plain_help: click.Option | None = None

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option, made once; ``None`` where the command has none."""
        names = self.get_help_option_names(ctx)
        if not names or not self.add_help_option:
            return None
        if self._plain_help is None:
            self._plain_help = click.Option(
                [*names, "_plain_help"],  # a name under which no option of the command is known
                is_flag=True,
                expose_value=False,
                is_eager=True,
                help="Show this message and exit.",
                callback=_show_help,
            )
        return self._plain_help


def _show_help(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()


class LateCommand(click.Command):
    """Stands for a command until it is called: its name, its line in the help, and where it is."""

    def __init__(self, name: str, target: str, help: str) -> None:
        super().__init__(name, help=help)
        self.target = target

    def load(self) -> click.Command:
        """Import the command; raises PluginError where that fails."""
        from ngff_core.references import Reference  # and attrs, which `ngff --version` does without

        try:
            command = Reference(self.target).load()
        except BaseException as error:  # whatever a plugin does while it is imported
            raise PluginError(f"the command {self.name!r} could not be imported: {failure_of(error)}") from error
        if not isinstance(command, click.Command):
            raise PluginError(f"the command {self.name!r} is no click command: {self.target}")
        return command


class Commands(PlainHelp, click.Group):
    """Commands in the order in which they were added. A name can be taken once."""

    def add_late_command(self, name: str, target: str, *, help: str) -> None:
        """Add a command that is imported when it is called.

        ``target`` is written like an entry point, ``package.module:command``; ``help`` is its line in ``ngff --help``,
        which imports no command.
        """
        known = self.commands.get(name)
        if isinstance(known, LateCommand) and known.target == target:
            return
        self.add_command(LateCommand(name, target, help), name)

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Add a command; raises PluginError for a name that another has already."""
        name = name or cmd.name or ""
        if name in self.commands:
            raise PluginError(f"there is a command {name!r} already")
        super().add_command(cmd, name)

    def copied(self) -> Commands:
        """Return a group with the same commands, for a plugin to add to."""
        return Commands(commands=dict(self.commands))

    def take(self, other: Commands) -> str | None:
        """Add what was added to a copy; return what else was done to it, which does not count, if anything was."""
        found = other.commands if isinstance(other.commands, dict) else {}
        lost = next((name for name, known in self.commands.items() if found.get(name) is not known), None)
        new = {name: command for name, command in found.items() if name not in self.commands}
        sound = {n: c for n, c in new.items() if isinstance(n, str) and n and isinstance(c, click.Command)}
        self.commands.update(sound)
        if lost is not None:
            return f"it took away or replaced the command {lost!r}, which stays"
        odd = next((name for name in new if name not in sound), None)
        return None if odd is None else f"it added {type(found[odd]).__name__} as {odd!r}, expected a command"

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names, in the order in which they were added."""
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported."""
        command = self.commands.get(cmd_name)
        return command.load() if isinstance(command, LateCommand) else command

    def lines(self) -> list[tuple[str, str]]:
        """Return all names but hidden ones, each with its line in the help; imports none."""
        shown = [(name, command) for name, command in self.commands.items() if not command.hidden]
        return [(n, (c.help or "") if isinstance(c, LateCommand) else c.get_short_help_str(limit=78)) for n, c in shown]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the names and their lines."""
        lines = self.lines()
        if lines:
            with formatter.section("Commands"):
                formatter.write_dl(lines)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the names that begin so, each with its line in the help, and options; imports no command."""
        from click.shell_completion import CompletionItem  # only when a shell asks

        names = [CompletionItem(name, help=text) for name, text in self.lines() if name.startswith(incomplete)]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called; where there is none, name the one that was perhaps meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = meant(args[0], self.list_commands(ctx))
            if near is None:
                raise
            raise click.UsageError(f"{error.message} Did you mean {near!r}?", ctx) from None
