"""The calls and commands of ngff-write: docs/write.md has every option, and no other; those of commands have a help."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

pytest.importorskip("ngff_write")

from ngff_core.references import Reference
from ngff_write.plugin import COMMANDS

OPTIONS = (
    "ngff_write.image:ImageOptions",
    "ngff_write.groups.labels:LabelsOptions",
    "ngff_write.groups.plate:PlateOptions",
    "ngff_write.groups.collection:CollectionOptions",
    "ngff_write.streaming.stream:StreamOptions",
)
PAGE = (Path(__file__).parents[3] / "docs/write.md").read_text()


def options(name: str) -> list[click.Option]:
    command = Reference(f"ngff_write.cli.{name}:command").load()
    return [param for param in command.params if isinstance(param, click.Option)]


def section(name: str) -> str:
    found = re.search(rf"^## [^\n]*`ngff {name} .*?(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_described(name: str) -> None:
    assert [flag for option in options(name) for flag in option.opts if f"`{flag}" not in section(name)] == []
    assert [option.name for option in options(name) if not option.help] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_no_option_is_described_that_is_not_there(name: str) -> None:
    lines = re.findall(r"^\| (`--[^|]*)\|", section(name), re.MULTILINE)
    described = {flag for line in lines for flag in re.findall(r"--[a-z-]+", line)}
    assert described <= {flag for option in options(name) for flag in option.opts}


def names_of(reference: str) -> set[str]:
    return set(Reference(reference).load().__annotations__)


def test_the_options_of_calls_are_in_the_table() -> None:
    table = PAGE.partition("\n| option | what it says |\n")[2].partition("\n\n")[0]
    described = {name for line in table.splitlines() for name in re.findall(r"`(\w+)`", line.split("|")[1])}
    assert described == set().union(*map(names_of, OPTIONS))


def test_write_image_describes_each_of_its_options() -> None:
    text = Reference("ngff_write.image:write_image").load().__doc__ or ""
    lines = re.findall(r"^ *- (``.*)$", text, re.MULTILINE)
    described = {name for line in lines for name in re.findall(r"``(\w+)``", line.partition(":")[0])}
    assert described == names_of("ngff_write.image:ImageOptions")
