"""The four guarantees of the structure layer, each as a check of one document; used by tests of every version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from documents import Change, Path, same_json, value_at
from oracle import faults_of

from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import to_pointer
from ngff_core.plugins import Registry
from ngff_core.structure import FaultKind, structure, unstructure
from ngff_core.validation.calls import check_object

__all__ = [
    "PARTS",
    "assert_located",
    "assert_located_change",
    "assert_lossless",
    "assert_partial",
    "assert_strict",
    "assert_unfazed",
    "whole",
]

# parts of documents that have nothing to do with each other, by the kind of group
PARTS: dict[str, Sequence[Path]] = {
    "image": (("multiscales", 0), ("multiscales", 1), ("omero", "channels"), ("omero", "rdefs")),
    "label-image": (
        ("multiscales", 0), ("multiscales", 1), ("omero",), ("image-label", "colors"), ("image-label", "properties"),
        ("image-label", "source"),
    ),
    "plate": (("plate", "acquisitions"), ("plate", "wells")),
    "well": (("well", "images", 0),),
}  # fmt: skip


def whole(version: str, ome: Any) -> Any:
    """Return the document that holds OME metadata: up to 0.4 itself, from 0.5 the attributes."""
    return ome if version < "0.5" else {"ome": ome}


def base(version: str) -> Path:
    """Return the way from the document to its OME metadata."""
    return () if version < "0.5" else ("ome",)


def structured(registry: Registry, version: str, kind: str, ome: Any) -> tuple[Any, Any]:
    named = registry.spec(version).kind_named(kind)
    assert named is not None
    return structure(registry.converter(version), ome, named.load())


def assert_strict(registry: Registry, version: str, kind: str, ome: Any) -> None:
    """JSON types exactly: the faults are those that the oracle finds."""
    _, faults = structured(registry, version, kind, ome)
    assert sorted(((f.kind.value, f.pointer) for f in faults), key=repr) == faults_of(version, kind, ome)


def assert_lossless(registry: Registry, version: str, kind: str, ome: Any) -> None:
    """What is read is what is written."""
    obj, _ = structured(registry, version, kind, ome)
    assert same_json(unstructure(registry.converter(version), obj), ome)


def assert_located(registry: Registry, version: str, ome: Any) -> None:
    """Every finding of any sort is at a place that is there; none is a rule that failed."""
    document = whole(version, ome)
    report = check_object(document, version=version, registry=registry)
    for issue in report.issues:
        assert issue.rule != "rule-crashed", issue.message
        assert _there(document, issue.pointer), (issue.rule, issue.pointer)


def _there(document: Any, pointer: str) -> bool:
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict) and key in document:
            document = document[key]
        elif isinstance(document, list) and key.isdecimal() and int(key) < len(document):
            document = document[int(key)]
        else:
            return False
    return True


def assert_located_change(registry: Registry, version: str, kind: str, ome: Any, change: Change) -> None:
    """After one change of a valid document, every fault is where the change was made.

    That is: at or below the place of the change; at its parent when a key is missing now; or at the array around it
    when all its items are wrong now.
    """
    changed = change.applied(ome)
    _, faults = structured(registry, version, kind, changed)
    where, parent = change.path, change.path[:-1]
    for fault in faults:
        place = fault.pointer
        if change.kind == "delete":
            assert fault.kind is FaultKind.MISSING, fault
            assert (place, fault.key) == (parent, where[-1])
        elif fault.kind is FaultKind.MISSING:
            assert place[: len(where)] == where
        else:
            around = isinstance(value_at(changed, parent), list) and place == parent
            assert place[: len(where)] == where or (around and fault.of_items), fault
        assert fault.expected


def assert_partial(
    registry: Registry, version: str, ome: Any, one: Path, first: Change | None, other: Path, second: Change
) -> None:
    """What is found in one part does not change when another part does."""
    document = first.applied(ome) if first is not None else ome
    before = _findings(registry, version, document, one)
    after = _findings(registry, version, second.applied(document), one)
    assert after == before, (one, other)


def _findings(registry: Registry, version: str, ome: Any, part: Path) -> list[Issue]:
    report = check_object(whole(version, ome), version=version, registry=registry)
    within = to_pointer((*base(version), *part))
    return [i for i in report.issues if i.pointer == within or i.pointer.startswith(f"{within}/")]


def assert_unfazed(registry: Registry, version: str, kind: str, ome: Any) -> None:
    """No rule stumbles over values that could not be structured, even if nobody had reported them."""
    from ngff_core.checking.settings import Settings

    obj, _ = structured(registry, version, kind, ome)
    checker = registry.version(version, Settings(version=version)).checker
    issues, _ = checker.check_model(obj, [], base=(), document=None, kind=kind)
    assert [issue.message for issue in issues if issue.rule == "rule-crashed"] == []
