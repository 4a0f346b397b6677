"""What core needs to know of OME-NGFF 0.3: axes are letters, and arrays may repeat them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ngff_core.hierarchy import GroupNode
from ngff_core.models import children
from ngff_core.rules.early.spec import early_spec
from ngff_core.spec import Child, Children, Role

__all__ = ["NAMES", "SPEC"]

NAMES = "_ARRAY_DIMENSIONS"


def _with_names(named: Children) -> Children:
    """Add the attributes of the levels, where the group itself does not repeat its axes.

    Only they can tell then whether that MUST is kept; they are asked for together with the arrays themselves.
    """

    def batches(node: GroupNode) -> Iterator[Sequence[Child]]:
        for batch in named(node):
            if NAMES in node.document.attributes:
                yield batch
            else:
                levels = [child for child in batch if child.role == Role.ARRAY]
                yield [*batch, *(Child(f"{level.path}/.zattrs", Role.FILE, optional=True) for level in levels)]

    return batches


SPEC = early_spec(
    "0.3",
    "ngff_v03",
    "https://ngff.openmicroscopy.org/0.3/index.html",
    axes=True,
    image=_with_names(children.image_children),
    label_image=_with_names(children.label_image_children),
)
