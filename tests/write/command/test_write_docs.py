"""The commands of ngff-write: every option has a help text, and is in docs/write.md, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

pytest.importorskip("ngff_write")

from ngff_core.references import Reference
from ngff_write.plugin import COMMANDS

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
