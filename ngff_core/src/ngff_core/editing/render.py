"""Changes within a version in words and as JSON: what is mended by what, and per document what changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ngff_core.editing.plan import EditPlan, Mended
from ngff_core.issues.requirement import Severity
from ngff_core.mending.fix import Safety
from ngff_core.report.report import Report
from ngff_core.structure.values import JSONObject
from ngff_core.upgrade.changes import Change, changes_of_values
from ngff_core.upgrade.render import change_line, group_lines, named
from ngff_core.words import counted, printable
from ngff_core.zarr.text import json_object

__all__ = ["edit_json", "edit_lines"]

SHOWN = 20  # documents, each with what changes in it
LINES = 12  # of a document


def edit_lines(plan: EditPlan, *, only_plan: bool) -> Iterator[str]:
    """Yield what a plan says to people after the answer: what is mended, what could be, and what changes where.

    Documents in which the same changes are told of once. All changes are listed where a plan was asked for.
    """
    yield from _given(plan, "would be set" if only_plan else "set")
    yield from _group("would be mended" if only_plan else "mended", plan.made)
    if plan.decisions:
        yield ""
        yield "decided (answer otherwise with --decide NAME=VALUE)"
        for made in plan.decisions:
            yield printable(f"  {made.decision.name}={made.answer}  {made.decision.question}")
    yield from _group("could be mended, where you ask for it (--unsafe RULE, or --decide NAME=VALUE)", plan.offered)
    yield from _remarks(plan)
    if only_plan:
        yield from _changes(plan)
    left = _left(plan.after)
    if (plan.made or plan.given) and plan.writes and left and not plan.obstacles:
        yield ""
        yield f"left: {left} (ngff validate lists them)"


def _left(report: Report) -> str:
    numbers = [(report.count(level), level.value) for level in (Severity.ERROR, Severity.WARNING)]
    return ", ".join(counted(number, name) for number, name in numbers if number)


def _given(plan: EditPlan, title: str) -> Iterator[str]:
    if plan.given and plan.writes and not plan.obstacles:
        yield ""
        yield title
        for given in plan.given:
            yield printable(f"  {given.setting}  in {named(given.paths)}")


def _remarks(plan: EditPlan) -> Iterator[str]:
    paths: dict[str, list[str]] = {}
    for remark in plan.remarks:
        paths.setdefault(remark.text, []).append(remark.path)
    if paths:
        yield ""
        yield "remarks"
    for text, some in paths.items():
        yield printable(f"  {named(some)}: {text}")


def _group(title: str, fixes: Sequence[Mended]) -> Iterator[str]:
    if not fixes:
        return
    yield ""
    yield title
    for fix in fixes:
        question = f"  (--decide {fix.decision}=...)" if fix.decision else ""
        yield printable(f"  {fix.rule}  {counted(fix.number, 'finding')} in {named(fix.paths)}{question}")
        yield printable(f"    {fix.summary}")


def _changes(plan: EditPlan) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for key, action, found in _documents(plan):
        changes = [shown for change in found for shown in _members(change)]
        lines = [f"{action} {key.rpartition('/')[2]}", *map(change_line, changes[:LINES])]
        if len(changes) > LINES:
            lines.append(f"  and {counted(len(changes) - LINES, 'more change')} (--format json lists them)")
        groups.setdefault("\n".join(map(printable, lines)), []).append(key.rpartition("/")[0])
    yield from group_lines(groups, SHOWN, "in ")
    if len(groups) > SHOWN:
        more = sum(map(len, list(groups.values())[SHOWN:]))
        yield ""
        yield f"and {counted(more, 'more document')} (--format json lists them)"


def _members(change: Change) -> Iterator[Change]:
    """Yield what goes from a list, or comes to it, in one place: of a whole list nobody sees that; else the change."""
    old, new = change.old, change.new
    if change.action != "change" or not (isinstance(old, list) and isinstance(new, list)):
        yield change
        return
    first = _alike(old, new)
    last = _alike(old[first:][::-1], new[first:][::-1])
    gone, come = old[first : len(old) - last], new[first : len(new) - last]
    if gone and come:
        yield change
        return
    yield from (Change("remove", f"{change.pointer}/{n}", old=value) for n, value in enumerate(gone, first))
    yield from (Change("add", f"{change.pointer}/{n}", new=value) for n, value in enumerate(come, first))


def _alike(some: Sequence[object], others: Sequence[object]) -> int:
    """Return how many values at the beginning are the same, types included."""
    pairs = enumerate(zip(some, others, strict=False))
    return next((n for n, (one, other) in pairs if any(changes_of_values(one, other))), min(len(some), len(others)))


def _documents(plan: EditPlan) -> Iterator[tuple[str, str, list[Change]]]:
    """Yield the documents that change by key: added (+), taken away (-) or changed (~), and what changes inside."""
    for write in plan.writes:
        action = "-" if write.new is None else "+" if write.old is None else "~"
        old, new = (json_object(data) if data is not None else {} for data in (write.old, write.new))
        yield write.key, action, list(changes_of_values(old or {}, new or {}))


def edit_json(plan: EditPlan, status: str) -> JSONObject:
    """Return a plan as JSON (schema in docs/fix.md)."""
    return {
        "schema": 1,
        "command": plan.command,
        "url": plan.url,
        "version": plan.version,
        "status": status,
        "made": [_fix(fix) for fix in plan.made],
        "offered": [_fix(fix) for fix in plan.offered],
        "decisions": [
            {"name": made.decision.name, "question": made.decision.question, "answer": made.answer, "paths": made.paths}
            for made in plan.decisions
        ],
        "given": [{"setting": given.setting, "paths": list(given.paths)} for given in plan.given],
        "reasons": plan.refusals(),
        "obstacles": [{"path": obstacle.path, "text": obstacle.text} for obstacle in plan.obstacles],
        "remarks": [{"path": remark.path, "text": remark.text} for remark in plan.remarks],
        "documents": [
            {"key": key, "action": _ACTIONS[action], "changes": [change.to_dict() for change in changes]}
            for key, action, changes in _documents(plan)
        ],
        "before": plan.before.to_dict(),
        "after": plan.after.to_dict(),
    }


_ACTIONS = {"+": "add", "-": "remove", "~": "change"}


def _fix(fix: Mended) -> JSONObject:
    paths: Iterable[Any] = fix.paths
    return {
        "rule": fix.rule,
        "summary": fix.summary,
        "safe": fix.safety is Safety.SAFE,
        "findings": fix.number,
        "decision": fix.decision or None,
        "paths": list(paths),
    }
