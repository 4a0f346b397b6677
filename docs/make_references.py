"""The pages of the site on commands and packages, generated from click and for mkdocstrings."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator

import click

import ngff_core
from ngff_core.cli import cli
from ngff_core.structure.member import members_of

PACKAGES = {  # and the pages that explain them with examples
    "ngff_v04": "[Models](../models.md)",
    "ngff_v05": "[Models](../models.md)",
    "ngff_v06": "[Models](../models.md), and [transformations](../transformations.md)",
    "ngff_write": "[Writing pixels](../write.md)",
}
THEMES = {
    "Check and validate": ("validation", "report", "issues"),
    "Open": ("view", "hierarchy"),
    "Mend and set": ("editing", "mending"),
    "Move between versions": ("upgrade", "migration", "conversion"),
    "Models": ("models", "structure"),
    "Rules and plugins": ("checking", "plugins"),
    "Errors": ("errors",),
}


def references() -> Iterator[tuple[str, str]]:
    """Yield the pages by their paths in the site."""
    yield "reference/commands.md", "\n\n".join(_commands()) + "\n"
    yield "reference/ngff_core.md", "\n\n".join(_core()) + "\n"
    for package, explained in PACKAGES.items():
        yield f"reference/{package}.md", "\n\n".join(_package(package, explained)) + "\n"


def _package(name: str, explained: str) -> Iterator[str]:
    """Yield what mkdocstrings fills in of the public names of a package, and the members of its models."""
    yield f"# `{name}`"
    yield f"Every public name. With examples: {explained}."
    package = importlib.import_module(name)
    for public in package.__all__:
        yield f"::: {name}.{public}"
        found = getattr(package, public)
        if isinstance(found, type) and issubclass(found, ngff_core.Model):
            yield from _members(found)


def _members(model: type) -> Iterator[str]:
    rows = ["| member | JSON | rules |", "| --- | --- | --- |"]
    for member in members_of(model):
        rules = ", ".join(f"`{entry}`" for entry in dict.fromkeys(filter(None, member.entries)))
        needed = "" if member.required else ", or left out"
        key = "" if member.json_name == member.attribute else f" (`{member.json_name}`)"
        rows.append(f"| `{member.attribute}`{key} | {member.expected}{needed} | {rules} |")
    if len(rows) > 2:
        yield f"Members of `{model.__name__}`:"
        yield "\n".join(rows)


def _commands() -> Iterator[str]:
    """Yield what the commands say of themselves, those of plugins among them."""
    yield "# Commands and options"
    yield "As `ngff COMMAND --help` shows them. With examples: [the command `ngff`](../validate.md)."
    top = click.Context(cli, info_name="ngff")
    for name in cli.list_commands(top):
        command = cli.get_command(top, name)
        assert command is not None
        yield from _command(command, click.Context(command, parent=top, info_name=name), 2)


def _command(command: click.Command, context: click.Context, level: int) -> Iterator[str]:
    yield f"{'#' * level} `{context.command_path}`"
    yield f"```text\n{command.get_usage(context).removeprefix('Usage: ')}\n```"
    yield inspect.cleandoc(command.help or "")
    records = [param.get_help_record(context) for param in command.get_params(context)]
    rows = [
        f"| `{record[0].replace('|', chr(92) + '|')}` | {_cell(record[1])} |"
        for record in records
        if record and record[1]
    ]
    yield "\n".join(["| option | effect |", "| --- | --- |", *rows])
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            sub = command.get_command(context, name)
            assert sub is not None
            yield from _command(sub, click.Context(sub, parent=context, info_name=name), level + 1)


def _cell(text: str, signs: str = "\\|<*_[") -> str:
    for sign in signs:
        text = text.replace(sign, f"\\{sign}")
    return text


def _core() -> Iterator[str]:
    """Yield what mkdocstrings fills in of the public names of core, by what they are for."""
    yield "# `ngff_core`"
    yield "Every public name. With examples: [the calls](../api.md)."
    homes = {name: ngff_core._MODULES[name].partition(".")[0] for name in ngff_core.__all__}
    for theme, folders in THEMES.items():
        yield f"## {theme}"
        yield "\n".join(f"::: ngff_core.{name}" for name, home in homes.items() if home in folders)
