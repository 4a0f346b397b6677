"""What the OME metadata of a group names: how to look around in a store that cannot list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import attrs

from ngff_core.hierarchy.nodes import FileNode, GroupMetadata, GroupNode
from ngff_core.spec.spec import Role, Spec
from ngff_core.spec.typed import group_metadata
from ngff_core.zarr.group import GroupDocument
from ngff_core.zarr.paths import resolve_path

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["Reading", "named_below"]


@attrs.frozen(eq=False)
class Reading:
    """How to read files, and groups, at paths of a store; ``None`` for what is not there."""

    files: Callable[[Sequence[str]], Sequence[bytes | None]]
    groups: Callable[[Sequence[str]], Sequence[GroupDocument | None]]


def named_below(path: str, metadata: GroupMetadata, spec: Spec, converter: Converter, reading: Reading) -> list[str]:
    """Return the names directly below a group that lead to what its metadata names; not all need be there.

    Some metadata is read to know more: the series of a collection, the OME-XML that tells how many images there are.
    """
    node = GroupNode(path, metadata)
    kind = spec.kind_named(metadata.kind) if metadata.kind is not None else None
    names: dict[str, None] = {}
    for batch in kind.children(node) if kind is not None else ():
        targets = {child: resolve_path(path, child.path) for child in batch}
        inside = {child: t for child, t in targets.items() if t and (not path or t.startswith(f"{path}/"))}
        names.update(dict.fromkeys(t[len(path) :].lstrip("/").partition("/")[0] for t in inside.values()))
        files = [child for child in inside if child.role == Role.FILE]
        for child, data in zip(files, reading.files([inside[child] for child in files]), strict=True):
            if data is not None:
                node.children[child.path] = FileNode(inside[child], data)
        groups = [child for child in inside if child.optional and child.role not in (Role.ARRAY, Role.FILE)]
        for child, found in zip(groups, reading.groups([inside[child] for child in groups]), strict=True):
            if found is not None:
                below = group_metadata(spec, converter, found, child.role)
                node.children[child.path] = GroupNode(inside[child], below, role=child.role)
    return list(names)
