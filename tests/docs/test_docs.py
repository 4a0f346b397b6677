"""The documentation: everything is documented, what is generated is current, every example runs as shown."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

import ngff_core
from ngff_core.cli import COMMANDS, cli
from ngff_core.config.load import KEYS, PER_PATH_KEYS
from ngff_core.issues.findings import FINDINGS
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, Severity
from ngff_core.plugins import default_registry, hookspecs
from ngff_core.report import Report
from ngff_core.report.report import ValidationError
from ngff_core.report.summary import Summary
from ngff_core.testing import cases as testing
from ngff_core.upgrade.plan import DECISIONS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXAMPLES = load("run_examples")


def page(name: str) -> str:
    return (DOCS / name).read_text()


# --- everything is documented -----------------------------------------------------------------------

RULES = sorted({rule.id for version in ("0.4", "0.5") for rule in default_registry().rules(version)})
HOOKS = [name for name in vars(hookspecs) if name.startswith("ngff_") and callable(getattr(hookspecs, name))]


def test_table_of_rules_is_current() -> None:
    rendered = load("make_rules").render(default_registry(), ["0.4", "0.5"])
    assert rendered == page("rule_table.md"), "run: python docs/make_rules.py"


def test_table_lists_every_rule_and_finding() -> None:
    listed = re.findall(r"^\| `([^`]+)` \|", page("rule_table.md"), re.MULTILINE)
    assert sorted(listed) == sorted([*RULES, *FINDINGS])


@pytest.mark.parametrize("hook", HOOKS)
def test_hook_is_documented(hook: str) -> None:
    text = page("plugins.md")
    assert f"| `{hook}(" in text
    assert f"\n### `{hook}`\n" in text


def test_there_are_hooks() -> None:
    assert sorted(HOOKS) == [
        "ngff_configure_converter",
        "ngff_executors",
        "ngff_fixes",
        "ngff_migrations",
        "ngff_open_store",
        "ngff_register_commands",
        "ngff_reporters",
        "ngff_rules",
        "ngff_specs",
    ]


def section(command: str) -> str:
    """Return what validate.md says of a command."""
    found = re.search(rf"^## `ngff {command}\b.*?(?=^## |\Z)", page("validate.md"), re.MULTILINE | re.DOTALL)
    assert found is not None, f"docs/validate.md has no section on {command}"
    return found[0]


def command(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_documented(name: str) -> None:
    text = section(name)
    options = [p for p in command(name).params if isinstance(p, click.Option)]
    missing = [flag for option in options for flag in option.opts if f"`{flag}" not in text]
    assert missing == []


@pytest.mark.parametrize("name", COMMANDS)
def test_no_option_is_documented_that_is_not_there(name: str) -> None:
    described = set(re.findall(r"^\| `(--[a-z-]+)", section(name), re.MULTILINE))
    assert described <= {flag for p in command(name).params for flag in p.opts}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_a_help_text(name: str) -> None:
    bare = [p.name for p in command(name).params if isinstance(p, click.Option) and p.name != "format_" and not p.help]
    assert bare == []


@pytest.mark.parametrize("name", sorted(set(ngff_core.__all__) - {"NgffError"}))
def test_public_name_is_documented(name: str) -> None:
    text = page("api.md") + page("models.md")
    assert re.search(rf"\b{name}\b", text), f"{name} is not mentioned in docs/api.md or docs/models.md"


@pytest.mark.parametrize("name", [name for name in testing.__all__ if name != "ExampleCase"])
def test_testing_helper_is_documented(name: str) -> None:
    assert f"`{name}(" in page("plugins.md")


@pytest.mark.parametrize("module", ["ngff_v04", "ngff_v05"])
def test_models_are_documented(module: str) -> None:
    names = importlib.import_module(module).__all__
    assert [name for name in names if f"`{name}`" not in page("models.md")] == []


def keys_of(heading: str) -> list[str]:
    """Return the keys that a table of report.md lists."""
    found = re.search(rf"^## {heading}\n.*?(?=^## |\Z)", page("report.md"), re.MULTILINE | re.DOTALL)
    assert found is not None
    return re.findall(r"^\| `([a-z_]+)` \|", found[0], re.MULTILINE)


def test_report_schema_is_documented() -> None:
    issue = Issue("a", MUST, Severity.ERROR, "b")
    assert keys_of("Issue") == list(issue.to_dict())
    assert keys_of("Result") == list(Report(url="").to_dict())
    assert keys_of("Top") == ["schema", "results", "summary"]
    assert keys_of("Summary") == list(Summary().to_dict())


def test_every_format_is_documented() -> None:
    text = page("formats.md")
    described = re.findall(r"^\| `([a-z]+)` \|", text.partition("\nThe exit code")[0], re.MULTILINE)
    assert sorted(described) == sorted(default_registry().reporters())
    assert [name for name in described if f"`{name}`" not in section("validate")] == []


def test_what_formats_are_told_is_documented() -> None:
    from ngff_core.cli.output import format_context

    described = re.findall(
        r"^\| `([a-z_]+)` \|", page("formats.md").partition("## A format of one's own")[2], re.MULTILINE
    )
    assert sorted(described) == sorted(format_context(default_registry()))


def test_keys_of_exported_rules_are_documented() -> None:
    from ngff_core.explain import rule_table
    from ngff_core.explain.examples import with_examples

    row = with_examples(rule_table(default_registry(), ["0.5"])[0], default_registry())
    table = section("rules").partition("| key | meaning |")[2]
    described = {
        key for line in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE) for key in re.findall("`([a-z]+)`", line)
    }
    assert described == {*row, "entry"}


def test_every_key_of_a_configuration_is_documented() -> None:
    tables = [re.findall(r"^\| `([a-z-]+)` \|", part, re.MULTILINE) for part in page("configuration.md").split("\n## ")]
    assert [table for table in tables if table] == [list(KEYS), list(PER_PATH_KEYS)]


def test_every_folder_of_core_is_in_the_picture() -> None:
    core = ROOT / "ngff_core" / "src" / "ngff_core"
    folders = {f"{path.name}/" for path in core.iterdir() if (path / "__init__.py").exists()} - {"model/"}
    table = page("architecture.md").partition("## The folders")[2].partition("\n## ")[0]
    named = {
        name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)
    }
    assert sorted(folders - named) == []
    assert [name for name in named if not (core / name).exists()] == []


def test_where_is_what_names_what_is_there() -> None:
    core = ROOT / "ngff_core" / "src" / "ngff_core"
    table = (ROOT / "CONTRIBUTING.md").read_text().partition("## Where is what?")[2].partition("\n## ")[0]
    paths = re.findall(r"`([a-z_0-9/]+(?:/|/[a-z_]+\.py))`", table)
    assert len(paths) > 20
    assert [path for path in paths if not (core / path).exists() and not (ROOT / path).exists()] == []


def test_every_page_is_in_the_navigation_of_the_site_and_in_the_list_of_pages() -> None:
    written = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    assert {name for name in written if f'"{name}"' not in page("zensical.toml")} == set()
    assert {name for name in written if f"]({name})" not in page("index.md")} == {"index.md"}


@pytest.mark.parametrize("path", sorted((DOCS / "guide").glob("*.md")), ids=lambda path: path.stem)
def test_rules_that_the_guide_names_are_rules(path: Path) -> None:
    known = {name for version in ("0.4", "0.5") for rule in default_registry().rules(version) for name in rule.ids}
    rows = [line.split(" | ") for line in path.read_text().splitlines() if line.startswith("| ")]
    named = {name for row in rows for name in re.findall(r"`([a-z]+(?:-[a-z0-9]+)+)`", row[-1])}
    assert sorted(named - known) == []
    assert named or "| rule |" not in path.read_text()


def test_lenient_rules_are_documented() -> None:
    lenient = {rule.id for v in ("0.4", "0.5") for rule in default_registry().rules(v) if rule.lenient is not None}
    text = page("rules.md").partition("## Profiles")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)) == sorted(lenient)


def test_decisions_are_documented() -> None:
    """Every question of `ngff upgrade` is in the table with its default, and no other where all versions are there."""
    steps = default_registry().migrations()
    decisions = [*DECISIONS, *(decision for step in steps for decision in step.decisions)]
    table = page("upgrade.md").partition("## Decisions")[2].partition("\n## ")[0]
    rows = {row[0].strip("`"): row for row in (line.split(" | ") for line in re.findall(r"^\| (`.*) \|$", table, re.M))}
    for decision in decisions:
        assert rows[decision.name][3].startswith(f"`{decision.default}`"), decision.name
        named = re.findall(r"`([^`]+)`", " ".join(rows[decision.name][3:]))
        assert set(decision.choices) <= set(named), decision.name
    if {step.target for step in steps} == {"0.2", "0.3", "0.4", "0.5", "0.6"}:
        assert set(rows) == {decision.name for decision in decisions}


# --- examples ---------------------------------------------------------------------------------------


VERSIONS = tuple(f"ngff_v0{number}" for number in range(1, 7))
NEEDS = {
    "README.md": (*VERSIONS, "ngff_remote"),  # tests/readme runs them in what the page installs
    "open.md": ("zarr", "tensorstore"),
    "images.md": ("zarr",),
    "labels.md": ("zarr",),
    "plates.md": ("zarr",),
    "collections.md": ("zarr",),
    "plugins.md": ("hypothesis",),
    "transformations.md": ("ngff_v06",),
    "write.md": ("ngff_write",),
}


def page_id(path: Any) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", EXAMPLES.PAGES, ids=page_id)
def test_examples(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in NEEDS.get(path.name, ()):
        pytest.importorskip(package, reason=f"{package} is not installed, which the examples of {path.name} use")
    folder = EXAMPLES.copy_of_examples(tmp_path)
    monkeypatch.chdir(folder)
    namespace: dict[str, Any] = {"__name__": "example"}
    for block in EXAMPLES.blocks(path):
        if block.language == "console":
            assert EXAMPLES.transcript(block, folder) == block.text, f"{block}: run docs/run_examples.py --write"
        else:
            EXAMPLES.run_python(block, namespace)


def test_examples_are_found() -> None:
    found = {path.name: sum(1 for _ in EXAMPLES.blocks(path)) for path in EXAMPLES.PAGES}
    assert {name for name, number in found.items() if number} == {
        "README.md",
        "api.md",
        "collections.md",
        "configuration.md",
        "ci.md",
        "conformance.md",
        "convert.md",
        "edit.md",
        "fix.md",
        "formats.md",
        "images.md",
        "index.md",
        "labels.md",
        "migrating.md",
        "models.md",
        "open.md",
        "plates.md",
        "plugins.md",
        "rebuild.md",
        "report.md",
        "set.md",
        "upgrade.md",
        "transformations.md",
        "validate.md",
        "versions.md",
        "write.md",
    }


@pytest.mark.parametrize("path", EXAMPLES.PAGES, ids=page_id)
def test_links_lead_somewhere(path: Path) -> None:
    prose = re.sub(r"^```.*?^```$", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", prose)
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_example_store_is_clean() -> None:
    report = ngff_core.check_store(ROOT / "examples" / "cells.ome.zarr")
    assert (report.version, report.kind, report.issues) == ("0.5", "image", [])
    assert report.counts == {"array": 4, "image": 1, "label-image": 1, "labels-group": 1}


def test_broken_example_is_refused() -> None:
    with pytest.raises(ValidationError) as caught:
        ngff_core.validate_zarr_store(ROOT / "examples" / "broken.ome.zarr")
    assert [(issue.rule, issue.severity.value) for issue in caught.value.report.issues] == [
        ("axes-unit-space-known", "warning"),
        ("transform-scale-length-matches-axes", "error"),
        ("dataset-path-relative-resolves", "error"),
        ("omero-channel-color-hex6", "error"),
    ]


# --- the two commands of the README -----------------------------------------------------------------


def test_readme_opens_with_two_commands_that_ci_runs() -> None:
    first, second = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert first.endswith("ngff validate examples/cells.ome.zarr\n")
    assert "./ngff_v04" not in first
    assert second.endswith("tox run-parallel\n")
    assert "README.md" in (ROOT / ".ci" / "run").read_text()
