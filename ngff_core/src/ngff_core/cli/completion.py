"""`ngff completion`: what a shell needs to complete commands, options, formats, plugins, rules and versions."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from ngff_core.cli.common import write
from ngff_core.cli.screen.colors import color_option
from ngff_core.cli.screen.command import CoreCommand

__all__ = ["command"]

NAME, VARIABLE = "ngff", "_NGFF_COMPLETE"  # as click makes it of the name


@click.command("completion", cls=CoreCommand)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@color_option
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands, options, formats, plugins, the ids of rules, and versions.

    \b
    bash, in ~/.bashrc:  eval "$(ngff completion bash)"
    zsh, in ~/.zshrc:    eval "$(ngff completion zsh)"
    fish:                ngff completion fish > ~/.config/fish/completions/ngff.fish
    """
    found = get_completion_class(shell)
    assert found is not None
    completion = found(ctx.find_root().command, {}, NAME, VARIABLE)
    write(completion.source_template % completion.source_vars() + "\n")
