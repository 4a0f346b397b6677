"""What the OME metadata of a group names: how to look around in a store that cannot list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cattrs import Converter

from ngff_core.hierarchy.nodes import FileNode, GroupNode
from ngff_core.hierarchy.paths import resolve_path
from ngff_core.spec.detect import Claim
from ngff_core.spec.spec import Role, Spec
from ngff_core.structure.converter import structure
from ngff_core.zarr.group import GroupDocument

__all__ = ["named_below"]

Read = Callable[[Sequence[str]], Sequence[bytes | None]]
ReadGroups = Callable[[Sequence[str]], Sequence[GroupDocument | None]]


def named_below(
    path: str,
    document: GroupDocument,
    spec: Spec,
    claim: Claim,
    converter: Converter,
    *,
    read: Read,
    read_groups: ReadGroups,
) -> list[str]:
    """Return the names directly below a group that lead to what its metadata names; not all need be there.

    Some metadata is read to know more: the series of a collection, the OME-XML that tells how many images there are.
    """
    node = _node(path, document, spec, claim.ome, converter)
    kind = spec.kind_of(claim.ome)
    names: dict[str, None] = {}
    for batch in kind.children(node) if kind is not None else ():
        targets = {child: resolve_path(path, child.path) for child in batch}
        inside = {child: t for child, t in targets.items() if t and (not path or t.startswith(f"{path}/"))}
        names.update(dict.fromkeys(t[len(path) :].lstrip("/").partition("/")[0] for t in inside.values()))
        files = [child for child in inside if child.role == Role.FILE]
        for child, data in zip(files, read([inside[child] for child in files]), strict=True):
            if data is not None:
                node.children[child.path] = FileNode(inside[child], data)
        groups = [child for child in inside if child.optional and child.role not in (Role.ARRAY, Role.FILE)]
        for child, found in zip(groups, read_groups([inside[child] for child in groups]), strict=True):
            if found is not None:
                ome = _ome(found, spec)
                node.children[child.path] = _node(inside[child], found, spec, ome, converter, child.role)
    return list(names)


def _ome(document: GroupDocument, spec: Spec) -> dict[str, Any]:
    ome = document.attributes if spec.namespace is None else document.attributes.get(spec.namespace)
    return ome if isinstance(ome, dict) else {}


def _node(
    path: str, document: GroupDocument, spec: Spec, ome: dict[str, Any], converter: Converter, role: str | None = None
) -> GroupNode:
    kind = spec.kind_of(ome, role)
    model, faults = structure(converter, ome, kind.load()) if kind is not None else (None, [])
    return GroupNode(
        path,
        document,
        kind=kind.name if kind is not None else None,
        role=role,
        ome=ome,
        model=model,
        faults=faults,
    )
