"""Good and bad examples of rules and of faults of structure, with what is said of the bad ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ngff_core.checking.catalogue import reachable
from ngff_core.checking.example import Example, ExampleArray
from ngff_core.checking.rule import Rule
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode, Hierarchy
from ngff_core.issues.findings import FINDINGS
from ngff_core.issues.issue import Issue
from ngff_core.json_text import dumps, loads
from ngff_core.plugins.registry import Registry
from ngff_core.spec.spec import Spec
from ngff_core.structure.converter import structure, unstructure
from ngff_core.structure.faults import fault_issue
from ngff_core.structure.member import Member, members_of
from ngff_core.structure.model import Model
from ngff_core.structure.own_classes import class_in
from ngff_core.structure.values import JSONObject
from ngff_core.testing.cases import findings_of

__all__ = ["explained", "with_entry", "with_examples"]

SHOWN = 2
ENTRY = {
    "structure-missing": "The key {} is there.",
    "structure-type": "The value of {} has the JSON type that the specification gives it.",
    "structure-value": "The value of {} is one of those that are allowed.",
}
_OTHERS: tuple[Any, ...] = (5, "5", True, {}, [], [5], ["5"], [{}], -0.5)


def explained(row: JSONObject, asked: str | None, registry: Registry, fixes: list[JSONObject]) -> JSONObject:
    """Return a row with examples and fixes, as far as they concern the id that was asked for; None: the rule itself."""
    completed = with_examples(row, registry)
    names = {row["id"]}
    if asked is not None and asked in row["covers"] and row["id"] in ENTRY:
        completed["entry"] = with_entry(row, asked, registry)
        names = {asked} if any(asked in fix["rules"] for fix in fixes) else names
    completed["fixes"] = [fix for fix in fixes if names.intersection(fix["rules"])]
    return completed


def with_examples(row: JSONObject, registry: Registry) -> JSONObject:
    """Return the row of a rule with ``wrong`` and ``right`` examples, and how to mend what breaks it."""
    core = FINDINGS.get(row["id"])
    wrong, right = [], []
    if core is not None:
        wrong = [_shown(core.wrong)] if core.wrong else []
        right = [_shown(core.right)] if core.right else []
    elif row["versions"]:
        version = row["versions"][0]
        rule = next(rule for rule in registry.rules(version) if rule.id == row["id"])
        wrong = [_of_rule(rule, example, version, registry) for example in rule.invalid[:SHOWN]]
        right = [_shown(_written(example, registry.spec(version)), example.title) for example in rule.valid[:SHOWN]]
    return {**row, "mend": row["mend"] or _mending(wrong), "wrong": wrong, "right": right}


def with_entry(row: JSONObject, entry: str, registry: Registry) -> JSONObject:
    """Return the row of a kind of fault as it concerns one entry of the catalogue: its keys, its examples."""
    row = {**row, "id": entry, "summary": ENTRY[row["id"]], "covers": [], "aliases": [], "keys": []}
    names: dict[str, None] = {}
    sections = {v: registry.spec(v).section_of(entry) for v in row["versions"]}
    row["specification"] = {v: f"{registry.spec(v).address}#{section}" for v, section in sections.items() if section}
    row["section"] = next(filter(None, sections.values()), None)
    wrong: list[JSONObject] = []
    right: list[JSONObject] = []
    levels = {}
    for version in row["versions"]:
        spec = registry.spec(version)
        declared = list(_declared(spec, entry))
        if declared:
            levels[version] = declared[0][1].requirement
            row["keys"] += [f"{cls.__name__}.{member.json_name}" for cls, member in declared]
            names.update((f"`{member.json_name}`", None) for _, member in declared)
        if declared and not wrong:
            wrong, right = _of_entry(spec, entry, declared, registry)
            key = declared[0][1].json_name
            lacking = bool(wrong) and key not in wrong[0]["data"]
            row["mend"] = f"add {key!r} ({wrong[0]['expected']})" if lacking else _mending(wrong)
    row.update(versions=list(levels), keys=list(dict.fromkeys(row["keys"])))
    row["summary"] = row["summary"].format(", ".join(names))
    if wrong:
        row.update(requirement=wrong[0]["requirement"], severity=wrong[0]["severity"])
    row["requirements"] = {version: level.value for version, level in levels.items()}
    row["severities"] = {version: level.severity.value for version, level in levels.items()}
    return {**row, "wrong": wrong, "right": right}


def _mending(wrong: list[JSONObject]) -> str | None:
    """Say how the first bad example is mended."""
    for example in wrong:
        if example["hint"]:
            return f"{example['hint']} (in the first example)"
        if example["expected"]:
            return f"expected is {example['expected']} (in the first example)"
    return None


def _shown(data: object, title: str = "", issue: Issue | None = None) -> JSONObject:
    return {
        "data": data if isinstance(data, str) else loads(dumps(data, default=_plain)),
        "title": title,
        "requirement": issue and issue.requirement.value,
        "severity": issue and issue.severity.value,
        "message": issue and issue.message,
        "expected": issue and issue.expected,
        "hint": issue and issue.hint,
    }


def _plain(value: object) -> Any:
    if isinstance(value, ExampleArray):
        return f"array of shape {list(value.shape)}, {value.dtype}"
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return str(value)


def _written(example: Example, spec: Spec) -> Any:
    data = spec.write_example(example.data) if spec.write_example is not None else example.data
    return {**data, "files": dict(example.files)} if example.files and isinstance(data, dict) else data


def _of_rule(rule: Rule, example: Example, version: str, registry: Registry) -> JSONObject:
    found = findings_of(rule, example, version, registry)
    return _shown(_written(example, registry.spec(version)), example.title, found[0] if found else None)


# --- entries that faults of structure stand for ------------------------------------------------------


def _declared(spec: Spec, entry: str) -> Iterator[tuple[type[Model], Member]]:
    """Yield the members whose faults stand for an entry of the catalogue, with their classes."""
    seen: set[type] = set()
    for kind in spec.kinds:
        for cls in reachable(kind.load(), seen):
            for member in members_of(cls):
                if entry in member.entries:
                    yield cls, member


def _of_entry(
    spec: Spec, entry: str, declared: list[tuple[type[Model], Member]], registry: Registry
) -> tuple[list[JSONObject], list[JSONObject]]:
    """Find an object that has the key, and spoil it until the fault is the one that is meant."""
    converter = registry.converter(spec.version)
    for obj in _objects(spec, registry):
        for cls, member in declared:
            if type(obj) is not class_in(spec.package, cls):
                continue
            right = unstructure(converter, obj)
            if member.json_name not in right:
                values: tuple[Any, ...] = (spec.version, True, 1, {}, [])
                fitting = ({**right, member.json_name: value} for value in values)
                right = next((each for each in fitting if not structure(converter, each, cls)[1]), right)
            lacking = {key: value for key, value in right.items() if key != member.json_name}
            for wrong in (lacking, *({**right, member.json_name: other} for other in _OTHERS)):
                _, faults = structure(converter, wrong, cls)
                fault = next((fault for fault in faults if fault.entry == entry), None)
                if fault is not None:
                    return [_shown(wrong, issue=fault_issue(fault))], [_shown(right)]
    return [], []


def _objects(spec: Spec, registry: Registry) -> Iterator[Model]:
    """Yield the objects of the valid examples of all rules."""
    converter = registry.converter(spec.version)
    for rule in registry.rules(spec.version):
        for example in rule.valid:
            data = spec.write_example(example.data) if spec.write_example is not None else example.data
            if rule.on in (GroupNode, ArrayNode, Hierarchy):
                for ome in data.values():
                    kind = spec.kind_of(ome) if isinstance(ome, dict) else None
                    if kind is not None:
                        yield from _within(structure(converter, ome, kind.load())[0])
            elif issubclass(rule.on, Model):
                yield from _within(structure(converter, data, rule.on)[0])


def _within(value: object) -> Iterator[Model]:
    if isinstance(value, Model):
        yield value
        for member in members_of(type(value)):
            yield from _within(getattr(value, member.attribute))
    elif isinstance(value, list):
        for item in value:
            yield from _within(item)
