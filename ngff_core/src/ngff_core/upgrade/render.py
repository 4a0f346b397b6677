"""Plans in words and as JSON: per node what changes, what was decided, what is lost, and what stands in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import attrs

from ngff_core.issues.requirement import Severity
from ngff_core.json_text import dumps
from ngff_core.migration.interface import Remark
from ngff_core.plugins.registry import Registry
from ngff_core.report.formats.text import render
from ngff_core.structure.values import JSONObject
from ngff_core.upgrade.changes import Change, changes_between
from ngff_core.upgrade.held.nodes import kind_of, token_of
from ngff_core.upgrade.plan import Plan
from ngff_core.words import counted, printable, short

__all__ = ["change_line", "group_lines", "named", "plan_json", "plan_lines"]

PLACES = 3
GROUPS = 12
SHOWN = 20  # losses and the like
_MARKS = {"add": "+", "remove": "-"}


def plan_lines(plan: Plan, registry: Registry, reasons: Sequence[str], *, only_plan: bool) -> Iterator[str]:
    """Yield what a plan says to people, after the answer: what matters most comes first.

    What is the same for many nodes is said once. Each change is listed where a plan was asked for.
    """
    yield from _remarks("cannot be done", sorted(plan.obstacles, key=lambda obstacle: bool(obstacle.decide)))
    yield from _remarks("would be lost" if reasons else "lost", plan.losses)
    if reasons:
        yield from _report(plan)
    yield from _decisions(plan)
    yield from _remarks("remarks", plan.remarks)
    if plan.unnamed:
        yield ""
        yield f"named by no metadata, and {'stay as they are' if plan.nothing_to_do else 'upgraded as well'}"
        yield f"  {named(plan.unnamed)}"
    if plan.before.count(Severity.ERROR) and plan.writes and plan.after is not None and plan.after.valid:
        rules = ", ".join(dict.fromkeys(i.rule for i in plan.before.issues if i.severity is Severity.ERROR))
        yield ""
        errors = plan.before.said(Severity.ERROR)
        yield f"the store had {errors} in {plan.source}, which the new documents mend: {rules}"
    if only_plan:
        yield from _changes(plan, registry)
    elif not reasons and plan.writes:
        yield from _counts(plan)


def _counts(plan: Plan) -> Iterator[str]:
    """Yield how many nodes of which kind were changed."""
    paths = {key.rpartition("/")[0] for key in plan.writes.keys} | {rename.path for rename in plan.renames}
    kinds = Counter(kind_of(plan.documents[1], path) for path in plan.documents[1] if path in paths)
    changed = ", ".join(counted(number, kind) for kind, number in kinds.most_common())
    yield ""
    yield f"changed: {changed} (--plan lists changes beforehand, --format json lists them all)"


def _report(plan: Plan) -> Iterator[str]:
    """Yield the report that says what to mend first."""
    bad = [report for report in (plan.before, plan.after) if report is not None and not report.valid]
    for report in bad[:1]:
        yield ""
        yield from "".join(render([report], {})).splitlines()


def _changes(plan: Plan, registry: Registry) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    known: dict[tuple[Any, ...], str] = {}
    for path, kind, keys, changes in _nodes(plan, registry):
        same = (kind, tuple(keys), id(changes))
        if same not in known:
            known[same] = "\n".join(
                [printable(f"{kind}  {', '.join(keys)}"), *(printable(change_line(change)) for change in changes)]
            )
        groups.setdefault(known[same], []).append(path)
    yield from group_lines(groups, GROUPS)
    if len(groups) > GROUPS:
        rest_of_nodes = sum(map(len, list(groups.values())[GROUPS:]))
        yield ""
        ways = counted(len(groups) - GROUPS, "more way")
        yield f"and {counted(rest_of_nodes, 'more node')}, changed in {ways} (--format json lists them)"


def group_lines(groups: Mapping[str, Sequence[str]], most: int, alone: str = "") -> Iterator[str]:
    """Yield the first of some texts, each with its paths behind its first line; ``alone`` stands before only one."""
    for text, paths in islice(groups.items(), most):
        first, *rest = text.split("\n")
        where = f"in {len(paths)}: " if len(paths) > 1 else alone
        yield ""
        yield printable(f"{first}  {where}{named(paths)}")
        yield from rest


def _nodes(plan: Plan, registry: Registry) -> Iterator[tuple[str, str, list[str], list[Change]]]:
    """Yield the nodes that change, the root first: path, kind, what becomes of which files, and the changes inside."""
    before, after = plan.documents
    namespaces = (registry.spec(v).namespace for v in (plan.source, plan.target) if v is not None)
    namespace = next((name for name in namespaces if name), None)
    files: dict[str, list[str]] = {}
    for write in plan.writes:
        path, _, name = write.key.rpartition("/")
        mark = "-" if write.new is None else "+" if write.old is None else "~"
        files.setdefault(path, []).append(f"{mark}{name}")
    renamed = {rename.path: rename for rename in plan.renames}
    known: dict[tuple[tuple[int, ...], ...], list[Change]] = {}  # of nodes with equal documents
    for path in sorted(after, key=lambda path: (path.count("/") + bool(path), path)):
        if path not in files and path not in renamed:
            continue
        keys = sorted(files.get(path, ()))
        if path in renamed:
            old, new = (keys_.key("ijklm"[: renamed[path].ndim]) for keys_ in (renamed[path].old, renamed[path].new))
            keys.append(f"chunks {old} -> {new}")
        same = token_of(before, path), token_of(after, path)
        if same not in known:
            known[same] = changes_between(before, after, path, namespace)
        yield path, kind_of(after, path), keys, known[same]


def change_line(change: Change) -> str:
    """Return one change as a line."""
    if change.action == "move":
        inside, out = change.new[1:], change.old[1:]
        return f"  the OME metadata moves into `{inside}`" if inside else f"  the OME metadata moves out of `{out}`"
    if change.action == "change":
        return f"  ~ {change.pointer}  {_short(change.old)} -> {_short(change.new)}"
    value = change.new if change.action == "add" else change.old
    return f"  {_MARKS[change.action]} {change.pointer}  {_short(value)}"


def _short(value: object) -> str:
    try:
        text = dumps(value).decode()
    except TypeError:
        text = repr(value)
    return short(text)


def _decisions(plan: Plan) -> Iterator[str]:
    if not plan.decisions:
        return
    yield ""
    yield "decided (answer otherwise with --decide NAME=VALUE)"
    for made in plan.decisions:
        decision, answer, paths = made.decision, made.answer, made.paths
        others = " or ".join(choice for choice in decision.choices if choice != answer) or decision.form
        yield printable(f"  {decision.name}={answer}  {decision.question}  (else: {others})")
        yield printable(f"    at {named(paths)}")


def _remarks(title: str, remarks: Iterable[Remark]) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for remark in remarks:
        groups.setdefault(remark.text, []).append(remark.path or "/")
    if not groups:
        return
    yield ""
    yield title
    for text, paths in islice(groups.items(), SHOWN):
        yield printable(f"  {named(paths)}: {text}")
    if len(groups) > SHOWN:
        yield f"  and {len(groups) - SHOWN} more (--format json lists them)"


def named(paths: Sequence[str]) -> str:
    """Return the first of some paths, and how many more there are."""
    paths = [path or "/" for path in paths]
    return ", ".join(paths[:PLACES]) + (f" and {len(paths) - PLACES} more" if len(paths) > PLACES else "")


def plan_json(plan: Plan, registry: Registry, status: str, reasons: Sequence[str]) -> JSONObject:
    """Return a plan as JSON (schema in docs/upgrade.md)."""
    return {
        "schema": 1,
        "url": plan.url,
        "from": plan.source,
        "to": plan.target,
        "status": status,
        "reasons": list(reasons),
        "steps": [[step.source, step.target] for step in plan.steps],
        "nodes": [
            {"path": path, "kind": kind, "files": keys, "changes": [change.to_dict() for change in changes]}
            for path, kind, keys, changes in _nodes(plan, registry)
        ],
        "decisions": [
            {
                "name": made.decision.name,
                "question": made.decision.question,
                "answer": made.answer,
                "default": made.decision.default,
                "choices": list(made.decision.choices),
                "paths": made.paths,
            }
            for made in plan.decisions
        ],
        "obstacles": [attrs.asdict(remark) for remark in plan.obstacles],
        "losses": [attrs.asdict(remark) for remark in plan.losses],
        "remarks": [attrs.asdict(remark) for remark in plan.remarks],
        "unnamed": list(plan.unnamed),
        "part_of": plan.around,
        "before": plan.before.to_dict(),
        "after": plan.after.to_dict() if plan.after is not None else None,
    }
