"""Which nodes the metadata of 0.6 names beyond those of earlier versions: what transformations refer to, and scenes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ngff_core.hierarchy import GroupNode, resolve_path
from ngff_core.models import children
from ngff_core.spec import Child, Role
from ngff_v06.transforms.walk import every_transformation, fields_in, matrices_in, references_in

__all__ = ["image_children", "label_image_children", "scene_children"]

Batches = Iterator[Sequence[Child]]


def image_children(node: GroupNode) -> Batches:
    """The levels of an image and its labels group; matrices, fields and label images that its transformations name."""
    yield from _with_parameters(node, children.image_children(node), _label_images(node))


def label_image_children(node: GroupNode) -> Batches:
    """The levels of a label image and its source; matrices and fields that its transformations name."""
    yield from _with_parameters(node, children.label_image_children(node), _label_images(node))


def scene_children(node: GroupNode) -> Batches:
    """The images that a scene names; matrices and fields that its transformations name; labels out of place."""
    paths = [path for path in dict.fromkeys(_paths(node)) if resolve_path("", path) != ""]
    images, labels = children.images_and_labels(paths)
    named = [*(Child(path, "image") for path in images), *children.ways_to(node, paths)]
    if f"{children.LABELS}/" in (node.listing or ()):
        named.append(Child(children.LABELS, Role.GROUP, optional=True, follow=False, lists=True))
    yield from _with_parameters(node, iter(()), named)
    yield children.label_images_in(node, labels)
    yield from children.labels_out_of_place(node)


def _label_images(node: GroupNode) -> list[Child]:
    return [Child(path, "image", follow=False) for path in dict.fromkeys(_paths(node)) if resolve_path("", path) != ""]


def _paths(node: GroupNode) -> Iterator[str]:
    for holder in _holders(node):
        for _, reference in references_in(holder):
            if isinstance(reference.path, str):
                yield reference.path


def _holders(node: GroupNode) -> list[object]:
    multiscales = getattr(node.model, "multiscales", None)
    holders = [*multiscales] if isinstance(multiscales, list) else []
    return [*holders, getattr(node.model, "scene", None)]


def _with_parameters(node: GroupNode, first: Batches, named: list[Child]) -> Batches:
    every = (found for holder in _holders(node) for found in every_transformation(holder))
    transformations = [(place, t) for place, t in every if getattr(t, "path", None) is not None]
    named = [
        *named,
        *(Child(t.path, Role.ARRAY) for _, t in matrices_in(transformations) if t.path is not None),
        *(Child(t.path, "image") for _, t in fields_in(transformations)),
    ]
    paths = {child.path for child in named}
    for batch in first:  # which also takes whatever a transformation has a path to for a vector in an array
        yield [*(child for child in batch if not (child.optional and child.path in paths)), *named]
        named = []
    if named:
        yield named
    yield list(_field_arrays(node, [t.path for _, t in fields_in(transformations)]))


def _field_arrays(node: GroupNode, paths: list[str]) -> Iterator[Child]:
    """Name the first level of each field again: what lies below a group is let go of once it was judged."""
    for path in dict.fromkeys(paths):
        field = node.children.get(path)
        for multiscale in getattr(getattr(field, "model", None), "multiscales", None) or ():
            for dataset in (getattr(multiscale, "datasets", None) or ())[:1]:
                if isinstance(getattr(dataset, "path", None), str):
                    yield Child(f"{path.rstrip('/')}/{dataset.path}", Role.ARRAY, optional=True)
