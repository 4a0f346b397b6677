"""A kit of bad plugins: the plugin is named, all else goes on, the exit code is right, and every format is sound."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from bad_fixes import BAD_FIXES, IDLE_FIXES, SAID
from bad_plugins import BAD_FORMATS, BAD_HOOKS, BAD_RULES, BAD_STORES, Bad, fails
from fakes import box_store, found, make_plugin, make_spec, no_big_items

from ngff_core.checking import guest
from ngff_core.cli import COMMANDS, cli, main
from ngff_core.plugins import PluginInfo, Registry
from ngff_core.validation.calls import check_object

FORMATS = ["text", "json", "jsonl", "sarif", "junit", "github", "markdown", "html"]
DISTRIBUTION = "a-bad-plugin"  # which comes before the others, in the alphabet
EACH_RULE = pytest.mark.parametrize("bad", BAD_RULES, ids=lambda bad: bad.name)
EACH_HOOK = pytest.mark.parametrize("bad", BAD_HOOKS, ids=lambda bad: bad.name)
EACH_STORE = pytest.mark.parametrize("bad", BAD_STORES, ids=lambda bad: bad.name)
EACH_FORMAT = pytest.mark.parametrize("bad", BAD_FORMATS, ids=lambda bad: bad.name)


def boxes() -> Any:
    return make_plugin(
        ngff_specs=lambda: [make_spec()], ngff_rules=lambda version: [no_big_items] if version == "9.1" else None
    )


@pytest.fixture
def with_bad(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that makes the registry of boxes and a bad plugin that of all commands."""
    monkeypatch.setattr(guest, "MOST", 1000)
    import click

    for name in COMMANDS:  # imported while the registry is another, they would keep that one
        cli.get_command(click.Context(cli), name)

    def install(bad: Bad) -> Callable[[], Registry]:
        info = PluginInfo("bad", DISTRIBUTION, "1.0", "bad_plugins:plugin")
        all_of_them = [(info, bad.load), found("boxes", "ngff-v91", boxes())]
        registry = cache(lambda: Registry(found=all_of_them))  # made when a command asks for it, as for other commands
        for module in ("ngff_core.plugins.registry", "ngff_core.cli.common"):
            monkeypatch.setattr(f"{module}.default_registry", registry)
        return registry

    return install


@pytest.fixture
def stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    versions: dict[str, dict[str, str]] = {"good": {"version": "9.1"}, "strange": {"version": "none"}, "wrong": {}}
    for name, stated in versions.items():
        size = 30 if name == "wrong" else 3
        inside = {"": {**stated, "items": [{"name": "a", "size": size}]}, "a": {"items": []}}
        for key, data in box_store(inside).items():
            path = tmp_path / name / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(args)
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


def look_at(format_: str, out: str) -> None:
    """Assert that a report is whole, and nothing else was written among it."""
    if format_ == "json":
        json.loads(out)
    elif format_ == "jsonl":
        assert "summary" in [json.loads(line) for line in out.splitlines()][-1]
    elif format_ == "sarif":
        assert json.loads(out)["version"] == "2.1.0"
    elif format_ == "junit":
        assert ElementTree.fromstring(out).tag == "testsuites"
    elif format_ == "github":
        assert all(line.startswith(("::", "ngff: ")) for line in out.splitlines())
    else:
        assert out.rstrip()
    assert '{"status": "valid"}' not in out


@EACH_RULE
def test_g4_bad_rules(bad: Bad, with_bad: Any, stores: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_bad(bad)
    for format_ in FORMATS:
        assert run("validate", "wrong", "--format", format_) == 1, format_
        out = capsys.readouterr().out
        look_at(format_, out)
        assert "size 30 is too big" in out, format_
        assert run("validate", "good", "--format", format_) == bad.code, format_
        look_at(format_, out := capsys.readouterr().out)
    assert run("validate", "good", "--format", "json") == bad.code
    (result,) = json.loads(capsys.readouterr().out)["results"]
    said = [i["message"] for i in result["issues"] if i["rule"] == "rule-crashed"]
    assert (not said) if not bad.says else all(f"of {DISTRIBUTION} failed: " in text for text in said)
    assert any(bad.says in text for text in said) or not bad.says


@EACH_HOOK
def test_g4_bad_hooks(bad: Bad, with_bad: Any, stores: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_bad(bad)
    for format_ in FORMATS:
        assert run("validate", "wrong", "--format", format_) == 1, format_
        out = capsys.readouterr().out
        look_at(format_, out)
        assert "size 30 is too big" in out, format_
        assert run("validate", "good", "--format", format_) == bad.code, format_
        look_at(format_, capsys.readouterr().out)


@EACH_HOOK
def test_g4_bad_hooks_are_named(bad: Bad, with_bad: Any, stores: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = with_bad(bad)
    run("validate", "good", "wrong", "strange")
    registry = made()
    registry.migrations()
    registry.fixes("9.1")
    registry.executors()
    capsys.readouterr()
    assert run("plugins") == 0
    lines = capsys.readouterr().out.splitlines()
    (line,) = [line for line in lines if DISTRIBUTION in line]
    assert ("failed: " in line) == bool(bad.says)
    assert bad.says in line
    assert [line for line in lines if "ngff-v91" in line and "failed" not in line]
    assert run("--help") == 0
    shown = capsys.readouterr().out
    assert all(f"\n  {name} " in shown for name in COMMANDS)


@EACH_STORE
@pytest.mark.parametrize("format_", FORMATS)
def test_g4_bad_stores(bad: Bad, format_: str, with_bad: Any, stores: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_bad(bad)
    assert run("validate", "bad://x", "--format", format_) == 3
    out = capsys.readouterr().out
    look_at(format_, out)
    assert bad.says in out.replace("&#x27;", "'")
    assert run("validate", "bad://x", "wrong", "--format", format_) == 1


@EACH_FORMAT
def test_g4_bad_formats(bad: Bad, with_bad: Any, stores: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_bad(bad)
    for name, code in (("good", bad.code), ("wrong", 1)):
        others = [f"--format={format_}={format_}.out" for format_ in FORMATS]
        assert run("validate", name, "--format", "bad", *others) == code
        err = capsys.readouterr().err
        assert (f"Error: the format 'bad' of {DISTRIBUTION} failed: " in err) == bool(bad.says)
        assert bad.says in err
        for format_ in FORMATS:
            out = (stores / f"{format_}.out").read_text()
            look_at(format_, out)
            assert ("size 30 is too big" in out) == (name == "wrong")


def test_g4_a_format_of_a_plugin_for_joined_reports(
    with_bad: Any, stores: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_bad(BAD_FORMATS[1])
    for name, code in (("good", 3), ("wrong", 1)):
        run("validate", name, "--format", "json", "--output", "one.json")
        assert run("merge", "one.json", "--format", "bad") == code
        assert "failed: SystemExit: 0" in capsys.readouterr().err


@pytest.mark.parametrize("error", [RuntimeError("oops"), SystemExit(0)])
def test_g4_a_hook_of_a_converter_that_fails(
    error: BaseException,
    with_bad: Any,
    stores: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from fakes import Box

    def configure(version: str, converter: Any) -> None:
        def fail(value: Any, cls: Any) -> Any:
            raise error

        converter.register_structure_hook(Box, fail)

    brought = make_plugin(ngff_specs=lambda: [make_spec()], ngff_configure_converter=configure)
    monkeypatch.setitem(globals(), "boxes", lambda: brought)  # who brings Box
    with_bad(BAD_HOOKS[3])
    assert run("validate", "good") == 3
    assert f"a hook of a plugin failed for Box: {type(error).__name__}" in capsys.readouterr().err
    assert run("validate", "good", "wrong", "--format", "json") == 3
    look_at("json", capsys.readouterr().out)


def test_g4_a_plugin_that_leaves_where_nobody_expects_it(
    with_bad: Any, stores: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wherever else a plugin is called: the exit code is that of the command."""
    with_bad(BAD_HOOKS[0])
    monkeypatch.setattr("ngff_core.cli.runs.work.Work.reports", lambda self: sys.exit(0))
    assert run("validate", "good") == 3
    assert "Error: a plugin has called sys.exit(0), so nothing was judged" in capsys.readouterr().err


def test_g4_rules_of_packs_that_only_look_see_what_there_is(with_bad: Any) -> None:
    """Copies are equal to what they are made of, and looking at a member that is made on demand changes nothing."""
    from collections.abc import Iterator

    from fakes import Item

    from ngff_core.checking.rule import Context, rule
    from ngff_core.issues.issue import Issue
    from ngff_core.issues.requirement import MUST

    @rule("bad/looks", on=Item, requirement=MUST)
    def looks(item: Item, ctx: Context) -> Iterator[Issue]:
        """Says what it sees."""
        yield ctx.issue(f"{item.name} {item.weight} {item.extra} {item.notes}")

    registry = with_bad(Bad("x", lambda: make_plugin(ngff_rules=lambda version: [looks]), ""))()
    value = {"items": [{"name": "a", "weight": float("nan"), "more": [1], "notes": {"x": None}}]}
    said = [issue.message for issue in check_object(value, registry=registry).issues if issue.rule == "bad/looks"]
    assert said == ["a nan {'more': [1]} {'x': None}"]


FAILING: dict[str, Callable[[BaseException], Callable[[], Any]]] = {
    "import": fails,
    "specs": lambda error: lambda: make_plugin(ngff_specs=lambda: fails(error)()),
    "rules": lambda error: lambda: make_plugin(ngff_rules=lambda version: fails(error)()),
    "converter": lambda error: lambda: make_plugin(ngff_configure_converter=lambda version: fails(error)()),
    "commands": lambda error: lambda: make_plugin(ngff_register_commands=lambda cli: fails(error)()),
    "store": lambda error: lambda: make_plugin(ngff_open_store=lambda url: fails(error)()),
}


@pytest.mark.parametrize("where", FAILING)
def test_attack2_15b_what_a_plugin_fails_with_says_no_secret(
    where: str, with_bad: Any, stores: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    error = RuntimeError("no answer from http://u:secretpw@host/x?token=secretpw")
    with_bad(Bad("x", FAILING[where](error), ""))
    said = ""
    for arguments in (["validate", "good"], ["validate", "wrong", "--format", "json"], ["plugins"]):
        run(*arguments)
        captured = capsys.readouterr()
        said += captured.out + captured.err
    run("plugins", "--format", "json")
    said += capsys.readouterr().out
    assert "no answer from http://host/x" in said
    assert "secretpw" not in said


@pytest.mark.parametrize("address", ["http:/u:secretpw@host/x", "https:u:secretpw@host/x", "s3:/u:secretpw@b/x"])
@pytest.mark.parametrize("command", ["validate", "info"])
def test_attack2_15b_an_address_without_its_slashes_is_a_wrong_call(
    address: str, command: str, with_bad: Any, stores: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_bad(BAD_HOOKS[3])
    assert run(command, address) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"expected two, as in {address.partition(':')[0]}://host/path" in captured.err
    assert "secretpw" not in captured.err


def test_attack2_15b_a_pattern_without_its_slashes_says_no_secret(
    with_bad: Any, stores: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_bad(BAD_HOOKS[3])
    assert run("validate", "http:/u:secretpw@host/*.zarr") == 3
    captured = capsys.readouterr()
    assert "no path matches the pattern" in captured.out
    assert "secretpw" not in captured.out + captured.err


# --- fixes ------------------------------------------------------------------------------------------


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("bad", BAD_FIXES, ids=lambda bad: bad.name)
def test_g4_a_fix_that_fails_is_named(
    bad: Bad,
    with_bad: Any,
    stores: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with_bad(bad)
    before = files_in(stores)
    for options in ([], ["--plan"], ["--format", "json"]):
        assert run("fix", "wrong", *options) == bad.code
        said = "".join(capsys.readouterr())
        assert f"the fix of no-big-items of {DISTRIBUTION} failed: " in said
        assert bad.says in said
        assert files_in(stores) == before


@pytest.mark.parametrize("bad", IDLE_FIXES, ids=lambda bad: bad.name)
def test_g4_a_fix_that_comes_to_nothing_is_not_made(
    bad: Bad,
    with_bad: Any,
    stores: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with_bad(bad)
    before = files_in(stores)
    assert run("fix", "wrong") == 1
    assert capsys.readouterr().out.startswith("unchanged")
    assert run("fix", "wrong", "--format", "json") == 1
    out = capsys.readouterr().out
    assert json.loads(out)["made"] == []
    assert SAID not in out
    assert files_in(stores) == before


@pytest.mark.parametrize("bad", [*BAD_FIXES, *IDLE_FIXES], ids=lambda bad: bad.name)
def test_g4_a_bad_fix_is_in_nobodys_way(
    bad: Bad,
    with_bad: Any,
    stores: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with_bad(bad)
    assert run("fix", "good", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["documents"] == []
    assert run("validate", "wrong") == 1
