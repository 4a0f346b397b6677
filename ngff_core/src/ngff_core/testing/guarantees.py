"""The four guarantees of the structure layer, each as a check of one document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ngff_core.checking.settings import Settings
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import to_pointer
from ngff_core.plugins.registry import Registry
from ngff_core.structure.converter import structure, unstructure
from ngff_core.structure.faults import Fault, FaultKind
from ngff_core.structure.model import Model
from ngff_core.structure.values import JSON
from ngff_core.testing.changes import Change, Path, same_json, value_at
from ngff_core.validation.calls import check_object

__all__ = [
    "PARTS",
    "Oracle",
    "assert_located",
    "assert_located_change",
    "assert_lossless",
    "assert_partial",
    "assert_strict",
    "assert_unfazed",
    "whole",
]

Oracle = Callable[[str, str, JSON], Iterable[tuple[str, Path]]]
"""What faults there are in OME metadata: a function of version, kind and value, independent of the models.

It returns for each fault its kind (``"missing"``, ``"type"``, ``"value"``) and where it is, in any order.
"""

PARTS: Mapping[str, Sequence[Path]] = {
    "image": (("multiscales", 0), ("multiscales", 1), ("omero", "channels"), ("omero", "rdefs")),
    "label-image": (
        *(("multiscales", 0), ("multiscales", 1), ("omero",)),
        *(("image-label", "colors"), ("image-label", "properties"), ("image-label", "source")),
    ),
    "plate": (("plate", "acquisitions"), ("plate", "wells")),
    "well": (("well", "images", 0),),
}
"""Parts of documents that have nothing to do with each other, by the kind of group."""


def whole(registry: Registry, version: str, ome: JSON) -> JSON:
    """Return the document that holds OME metadata: the metadata itself, or attributes with its namespace."""
    namespace = registry.spec(version).namespace
    return ome if namespace is None else {namespace: ome}


def _structured(registry: Registry, version: str, kind: str, ome: JSON) -> tuple[Model, list[Fault]]:
    named = registry.spec(version).kind_named(kind)
    assert named is not None
    return structure(registry.converter(version), ome, named.load())


def assert_strict(registry: Registry, version: str, kind: str, ome: JSON, oracle: Oracle) -> None:
    """JSON types exactly: the faults are those that the oracle finds."""
    _, faults = _structured(registry, version, kind, ome)
    found = sorted(((fault.kind.value, fault.pointer) for fault in faults), key=repr)
    assert found == sorted(oracle(version, kind, ome), key=repr)


def assert_lossless(registry: Registry, version: str, kind: str, ome: JSON) -> None:
    """What is read is what is written."""
    obj, _ = _structured(registry, version, kind, ome)
    assert same_json(unstructure(registry.converter(version), obj), ome)


def assert_located(registry: Registry, version: str, ome: JSON) -> None:
    """Every finding of any sort is at a place that is there; none is a rule that failed."""
    document = whole(registry, version, ome)
    report = check_object(document, version=version, registry=registry)
    for issue in report.issues:
        assert issue.rule != "rule-crashed", issue.message
        assert _there(document, issue.pointer), (issue.rule, issue.pointer)


def _there(document: JSON, pointer: str) -> bool:
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict) and key in document:
            document = document[key]
        elif isinstance(document, list) and key.isdecimal() and int(key) < len(document):
            document = document[int(key)]
        else:
            return False
    return True


def assert_located_change(registry: Registry, version: str, kind: str, ome: JSON, change: Change) -> None:
    """After one change of a valid document, every fault is where the change was made.

    That is: at or below the place of the change; at its parent when a key is missing now; or at the array around it
    when all its items are wrong now.
    """
    changed = change.applied(ome)
    _, faults = _structured(registry, version, kind, changed)
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


def assert_partial(registry: Registry, version: str, ome: JSON, one: Path, other: Path, change: Change) -> None:
    """What is found in one part does not change when another part does."""
    before = _findings(registry, version, ome, one)
    after = _findings(registry, version, change.applied(ome), one)
    assert after == before, (one, other)


def _findings(registry: Registry, version: str, ome: JSON, part: Path) -> list[Issue]:
    namespace = registry.spec(version).namespace
    report = check_object(whole(registry, version, ome), version=version, registry=registry)
    within = to_pointer((*((namespace,) if namespace is not None else ()), *part))
    return [i for i in report.issues if i.pointer == within or i.pointer.startswith(f"{within}/")]


def assert_unfazed(registry: Registry, version: str, kind: str, ome: JSON) -> None:
    """No rule stumbles over values that could not be structured, even if nobody had reported them."""
    obj, _ = _structured(registry, version, kind, ome)
    checker = registry.version(version, Settings(version=version)).checker
    issues, _ = checker.check_model(obj, [], base=(), document=None, kind=kind)
    assert [issue.message for issue in issues if issue.rule == "rule-crashed"] == []
