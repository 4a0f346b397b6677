"""Options that commands which change stores share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from ngff_core.cli.screen.completing import FILES
from ngff_core.errors import UsageError

__all__ = ["again", "answers_of", "decide_option", "out_option", "writing_options"]

F = TypeVar("F", bound=Callable[..., Any])


def decide_option(text: str) -> Callable[[F], F]:
    """Add the option --decide."""
    return click.option("--decide", "decided", multiple=True, metavar="NAME=VALUE", help=f"{text} Repeatable.")


def answers_of(decided: Sequence[str]) -> dict[str, str]:
    """Return the answers of --decide by name; raises UsageError for what is none."""
    answers = {}
    for text in decided:
        name, separator, value = text.partition("=")
        if not separator:
            raise UsageError(f"--decide {text!r} is not of the form NAME=VALUE")
        answers[name] = value
    return answers


out_option = click.option(
    "--out", shell_complete=FILES, metavar="FILE", help="Write a zip archive anew there, and leave STORE alone."
)


def writing_options(function: F) -> F:
    """Add the options --break-lock and --format."""
    for option in (
        click.option(
            "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True,
            help="For people or for programs; json is JSON Lines for many stores.",
        ),
        click.option(
            "--break-lock", is_flag=True,
            help="Take over the lock that a command on another machine has left in a store.",
        ),
    ):  # fmt: skip
        function = option(function)
    return function


def again(options: Mapping[str, Any], **names: str) -> list[str]:
    """Return options as they were given, by the name that each has on the command line."""
    words: list[str] = []
    for name, option in names.items():
        given = options[name]
        for value in given if isinstance(given, tuple) else [given]:
            words += [option] if value is True else [option, str(value)] if value not in (None, False) else []
    return words
