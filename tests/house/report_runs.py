"""Which commands reports are compared of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

__all__ = ["CONFIGURATION", "DAMAGED", "runs"]

Run = dict[str, Any]

FORMATS = ("text", "json", "jsonl", "sarif", "github", "junit", "markdown", "html")
STORES = {
    "stores/bases": "*",
    "stores/examples": "*",
    "stores/corpus": "*/*/*",
    "stores/plates": "*[rx]",
    "rules": "*",
    "big": "*[rx]",
}
VARIANTS = {
    "strict": ("--strict",),
    "lenient": ("--profile", "lenient"),
    "select": ("--select", "axes", "--select", "dataset"),
    "ignore": ("--ignore", "omero", "--ignore", "plate"),
    "preview": ("--preview", "all"),
    "configured": ("--config", "config/ngff.toml"),
    "as-0.4": ("--version", "0.4"),
    "as-0.6": ("--version", "0.6"),
}
CONFIGURATION = """\
ignore = ["axes-unit"]

[severity]
omero = "warning"

[[per-path]]
paths = ["labels/**"]
severity = { label = "info" }

[[per-path]]
paths = ["A/**"]
stores = ["**/plate*", "**/damaged*"]
severity = { dataset-path-relative-resolves = "warning", multiscale-type-present = "off" }

[[per-path]]
paths = ["."]
severity = { dataset-path-relative-resolves = "off", multiscale-name-present = "error" }
"""
DAMAGED = {  # configurations, baselines and reports that are not what they should be
    "ngff.toml": (
        "",
        "x",
        "ignore = 5",
        "[severity]\nomero = 7",
        'profil = "lenient"',
        "[[per-path]]\nstores = [1]",
        "[[",
    ),
    "baseline.json": (
        "",
        "[]",
        "{}",
        '{"schema": 1, "findings": 5}',
        '{"schema": 1, "rule_set": {}, "findings": [{"store": "a", "rule": 1}]}',
    ),
    "report.json": (
        "",
        "[]",
        "{}",
        '{"schema": 1, "results": 5}',
        '{"schema": 99, "results": []}',
        '{"schema": 1, "results": [{"url": "a", "status": "invalid", "issues": [{"rule": 1}]}]}',
    ),
}
GOALS = ("0.4", "0.5", "0.6")


def runs(inputs: Path, rules: Iterable[str], versions: Iterable[str]) -> Iterator[Run]:
    """Yield the runs over inputs that were written before; paths that are written to are relative."""
    for folder, pattern in STORES.items():
        for store in sorted((inputs / folder).glob(pattern)):
            yield from _validated(store, FORMATS if folder != "rules" else ("text", "json"))
            if folder.startswith("stores"):
                yield from _varied(store)
                yield from _viewed(store)
            if folder in ("stores/bases", "stores/examples"):
                yield from _upgraded(store)
            if folder in ("stores/plates", "big"):
                yield from _sharded(f"shards of {store.name}", [str(store)])
    for folder in ("documents", "official"):
        for document in sorted((inputs / folder).glob("*.json")):
            yield from _documents(document)
    yield from _many(inputs / "stores")
    yield from _listed(rules, versions)


def _validated(store: Path, formats: Iterable[str]) -> Iterator[Run]:
    for name in formats:
        command = ["validate", str(store), "--format", name]
        yield {"name": f"validate --format {name} {store}", "arguments": command}
    command = ["validate", str(store), "--format", "json"]
    yield {"name": f"validate, by workers, {store}", "arguments": command, "newer": ["--workers", "2"]}


def _varied(store: Path) -> Iterator[Run]:
    for name, options in VARIANTS.items():
        for form in ("text", "json"):
            command = ["validate", str(store), "--format", form, *options]
            yield {"name": f"validate {name} {form} {store}", "arguments": command}
    written = f"{store.parent.parent.name}-{store.parent.name}-{store.name}.baseline"
    command = ["validate", str(store), "--format", "json"]
    recorded = {"arguments": [*command, "--write-baseline", written], "written": [written]}
    yield {"name": f"write a baseline of {store}", **recorded}
    yield {"name": f"with the baseline of {store}", "arguments": [*command, "--baseline", written, "--strict"]}


def _viewed(store: Path) -> Iterator[Run]:
    """Yield what is shown of a store, and planned for it."""
    path = str(store)
    commands = [["info", path, "--format", name] for name in ("text", "json")]
    commands += [["conformance", "zarr", path], ["conformance", "zarr", path, "--strict"]]
    for goal in GOALS:
        commands += [["upgrade", path, "--to", goal, "--plan", "--format", name] for name in ("text", "json")]
    return ({"name": " ".join(command), "arguments": command} for command in commands)


def _upgraded(store: Path) -> Iterator[Run]:
    """Yield upgrades that write: to another place, in place, and taken back."""
    for goal in GOALS:
        out, copy = f"out-{store.name}-{goal}.ome.zarr", f"in-{store.name}-{goal}.ome.zarr"
        lossy = ["--to", goal, "--allow-loss"]
        command = ["upgrade", str(store), "--out", out, *lossy]
        yield {"name": f"upgrade of {store.name} to {out}", "arguments": command, "written": [out]}
        in_place = {"copy": [str(store), copy], "written": [copy]}
        yield {"name": f"upgrade of {copy} in place", "arguments": ["upgrade", copy, *lossy], **in_place}
        yield {"name": f"rollback of {copy}", "arguments": ["upgrade", copy, "--rollback"], "written": [copy]}


def _documents(document: Path) -> Iterator[Run]:
    given = {"stdin": str(document)}
    for name in FORMATS:
        arguments = ["validate", "-", "--format", name]
        yield {"name": f"validate - --format {name} < {document.name}", "arguments": arguments, **given}
    for name, options in VARIANTS.items():
        yield {"name": f"validate - {name} < {document.name}", "arguments": ["validate", "-", *options], **given}
    yield {"name": f"conformance < {document.name}", "arguments": ["conformance", "attributes", "-"], **given}


def _sharded(title: str, arguments: list[str]) -> Iterator[Run]:
    """Yield three shards, what they are joined to in every format, and with one missing."""
    names = [f"{title} {number}.json" for number in (1, 2, 3)]
    for number, name in enumerate(names, 1):
        command = ["validate", *arguments, "--format", "json", "--shard", f"{number}/3"]
        yield {"name": name, "arguments": command, "redirect": name}
    for form in FORMATS:
        yield {"name": f"merged {form} {title}", "arguments": ["merge", *reversed(names), "--format", form]}
    yield {"name": f"merged without one {title}", "arguments": ["merge", *names[:2], "--format", "json", "--strict"]}


def _many(inputs: Path) -> Iterator[Run]:
    """Yield runs over many stores at once."""
    below = [str(inputs), "--recursive"]
    for name in FORMATS:
        command = ["validate", *below, "--format", name]
        yield {"name": f"recursive {name}", "arguments": command}
        yield {"name": f"recursive {name}, by workers", "arguments": command, "newer": ["--workers", "2"]}
    for name, options in VARIANTS.items():
        yield {"name": f"recursive {name}", "arguments": ["validate", *below, "--format", "jsonl", *options]}
    more = ["validate", *below, "--format", "jsonl"]
    yield {"name": "recursive, write a baseline", "arguments": [*more, "--write-baseline", "all"], "written": ["all"]}
    yield {"name": "recursive, with a baseline", "arguments": [*more, "--baseline", "all"]}
    yield from _sharded("shards of all", below)
    pattern = str(inputs / "bases" / "*.zarr")
    yield {"name": "a pattern", "arguments": ["validate", pattern]}
    yield {"name": "a pattern that fits nothing", "arguments": ["validate", str(inputs / "no*thing")]}
    yield {"name": "what is not there", "arguments": ["validate", str(inputs / "nothing")]}
    one = ["validate", str(inputs / "examples" / "broken.ome.zarr"), "--format", "json"]
    yield {"name": "one report", "arguments": one, "redirect": "one.json"}
    yield {"name": "another report", "arguments": [*one, "--strict"], "redirect": "another.json"}
    for form in FORMATS:
        yield {"name": f"two reports {form}", "arguments": ["merge", "one.json", "another.json", "--format", form]}
    commands = {"ngff.toml": [*one, "--config"], "baseline.json": [*one, "--baseline"], "report.json": ["merge"]}
    for name, texts in DAMAGED.items():
        for number in range(len(texts)):
            command = [*commands[name], f"config/{number}-{name}"]
            yield {"name": f"damaged {number} {name}", "arguments": command}
    yield {"name": "a list", "arguments": ["validate", "--from", "config/list.txt", "--format", "json"]}
    owned = sorted(str(path) for path in (inputs / "examples").rglob("*") if path.is_file())
    yield {"name": "the owners of files", "arguments": ["validate", "--containing", *owned, "--format", "json"]}
    yield {"name": "info of all", "arguments": ["info", str(inputs)]}


def _listed(rules: Iterable[str], versions: Iterable[str]) -> Iterator[Run]:
    """Yield lists of rules and versions, and the page of every rule."""
    forms = ("text", "json", "markdown")
    commands = [["versions"], ["versions", "--format", "json"], *(["rules", "--format", form] for form in forms)]
    commands += [["rules", "--version", version, "--format", form] for version in versions for form in forms]
    commands += [["rules", rule, "--format", form] for rule in rules for form in forms]
    return ({"name": " ".join(command), "arguments": command} for command in commands)
