"""The commands of `ngff`: core's, those of plugins, and what is imported for them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from fakes import found, make_plugin

from ngff_core.cli import COMMANDS, cli, main
from ngff_core.errors import PluginError
from ngff_core.plugins import Registry
from ngff_core.plugins.commands import Commands

MODULE = """
import click

@click.command("chart")
@click.argument("path")
def command(path):
    "Write a table."
    click.echo(f"table of {path}")

not_a_command = 5
"""


@click.command("count", help="Count images. And more that no list needs.")
def count() -> None:
    click.echo("counted")


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Return a function that installs plugins, each given as what its hook does with the commands."""
    (tmp_path / "made_up_chart.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    sys.modules.pop("made_up_chart", None)
    for name in COMMANDS:  # imported while the registry is another, they would keep that one
        cli.get_command(click.Context(cli), name)

    def install(*hooks: Any) -> Registry:
        plugins = [make_plugin(ngff_register_commands=hook) for hook in hooks]
        registry = Registry(found=[found(f"p{n}", f"dist-{n}", plugin) for n, plugin in enumerate(plugins)])
        for module in ("ngff_core.plugins.registry", "ngff_core.cli.common"):
            monkeypatch.setattr(f"{module}.default_registry", lambda: registry)
        return registry

    return install


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, prog_name="ngff")


def listed(result: Result) -> list[str]:
    lines = result.output.partition("Commands:\n")[2].splitlines()
    return [line.split()[0] for line in lines if line[2:3] != " "]


def table(cli: Commands, target: str = "made_up_chart:command") -> None:
    cli.add_late_command("chart", target, help="Write a table of all images.")


def test_help_lists_core_then_plugins_and_imports_no_command(install: Any) -> None:
    install(table, lambda cli: cli.add_command(count))
    result = run("--help")
    assert result.exit_code == 0
    assert listed(result) == [*COMMANDS, "chart", "count"]
    assert "  chart        Write a table of all images.\n" in result.output
    assert "  count        Count images.\n" in result.output
    assert "made_up_chart" not in sys.modules


def test_a_late_command_is_imported_when_it_is_called(install: Any) -> None:
    install(table)
    result = run("chart", "a.zarr")
    assert (result.exit_code, result.output) == (0, "table of a.zarr\n")
    assert "Write a table.\n" in run("chart", "--help").output


def test_a_click_command_of_a_plugin_is_called(install: Any) -> None:
    def decorated(cli: Commands) -> None:
        @cli.command("greet", hidden=True)
        def greet() -> None:
            click.echo("hello")

    install(lambda cli: cli.add_command(count), decorated)
    assert run("count").output == "counted\n"
    assert run("greet").output == "hello\n"
    assert "greet" not in run("--help").output


@pytest.mark.parametrize(
    "take",
    [
        lambda cli: cli.add_command(count, "validate"),
        lambda cli: cli.add_late_command("validate", "made_up_chart:command", help=""),
    ],
)
def test_a_name_of_core_cannot_be_taken(install: Any, take: Any) -> None:
    registry = install(take, table)
    assert listed(run("--help")) == [*COMMANDS, "chart"]
    told = {info.distribution: info.error for info in registry.plugins}
    message = "ngff_register_commands: PluginError: there is a command 'validate' already"
    assert told == {"dist-0": message, "dist-1": None}
    assert "Check OME-Zarr hierarchies" in run("validate", "--help").output


def test_the_first_of_two_plugins_keeps_a_name(install: Any) -> None:
    registry = install(table, lambda cli: cli.add_command(count, "chart"))
    assert run("chart", "x").output == "table of x\n"
    assert [bool(info.error) for info in registry.plugins] == [False, True]


def test_a_plugin_that_fails_breaks_no_help(install: Any) -> None:
    def fail(cli: Commands) -> None:
        raise RuntimeError("no")

    registry = install(fail, table)
    result = run("--help")
    assert (result.exit_code, listed(result)) == (0, [*COMMANDS, "chart"])
    assert registry.plugins[0].error == "ngff_register_commands: RuntimeError: no"
    assert "failed: ngff_register_commands: RuntimeError: no" in run("plugins").output


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("made_up_nothing:command", "could not be imported: ModuleNotFoundError: No module named 'made_up_nothing'"),
        ("made_up_chart:nothing", "could not be imported: AttributeError: "),
        ("made_up_chart:not_a_command", "is no click command: made_up_chart:not_a_command"),
    ],
)
def test_a_late_command_that_is_not_there(
    install: Any, target: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    install(lambda cli: table(cli, target))
    assert "chart" in listed(run("--help"))
    with pytest.raises(SystemExit) as leaving:
        main(["chart"])
    assert leaving.value.code == 3
    assert f"Error: the command 'chart' {message}" in capsys.readouterr().err


def test_commands_of_plugins_are_perhaps_meant(install: Any) -> None:
    install(table)
    result = run("chrat")
    assert result.exit_code == 2
    assert "No such command 'chrat'. Did you mean 'chart'?" in result.output


def test_commands_of_core_ask_no_plugin(install: Any, tmp_path: Path) -> None:
    asked: list[str] = []
    install(lambda cli: asked.append("asked"))
    for arguments in (["--version"], ["validate", "--help"], ["versions"], ["validate", str(tmp_path)]):
        run(*arguments)
    assert asked == []
    run("--help")
    assert asked != []


def test_core_brings_its_commands_by_the_hook() -> None:
    commands = Commands()
    Registry(found=[]).register_commands(commands)
    assert list(commands.commands) == list(COMMANDS)
    context = click.Context(commands)
    assert [commands.get_command(context, name).name for name in COMMANDS] == list(COMMANDS)  # type: ignore[union-attr]


def test_a_command_may_be_added_twice_the_same() -> None:
    commands = Commands()
    table(commands)
    table(commands)
    with pytest.raises(PluginError, match="there is a command 'chart' already"):
        table(commands, "elsewhere:command")


def test_thumbnails_need_what_reads_pixels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("zarr", "tensorstore"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(SystemExit) as stopped:
        main(["validate", str(tmp_path), "--format", "html", "--thumbnails"])
    captured = capsys.readouterr()
    assert (stopped.value.code, captured.out) == (2, "")
    assert "--thumbnails needs the package zarr (or tensorstore), which is not installed" in captured.err
