"""Which nodes the metadata of each kind of group names: what the crawl follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ngff_core.hierarchy.nodes import Absent, FileNode, GroupNode, Why
from ngff_core.models.level_children import (
    ARRAY_DIMENSIONS,
    MAX_PATH_DEPTH,
    folders_in,
    groups_between,
    items_of,
    level_children,
    paths_of,
    ways_to,
    with_names_of_dimensions,
)
from ngff_core.spec.spec import Child, Role
from ngff_core.zarr.paths import plain_path, resolve_path

__all__ = [
    "ARRAY_DIMENSIONS",
    "MAX_PATH_DEPTH",
    "OME_XML",
    "collection_children",
    "early_plate_children",
    "folders_in",
    "image_children",
    "label_image_children",
    "labels_children",
    "level_children",
    "plate_children",
    "series_children",
    "ways_to",
    "well_children",
    "with_names_of_dimensions",
]

OME_XML = "METADATA.ome.xml"
LABELS = "labels"
LAYOUT = "bioformats2raw.layout"
MAX_UNLISTED = 48  # groups looked at in a group of a plate that no well lies in
DEEPER = 2  # levels below such groups that are searched for images
FIRST_WELLS = 3  # folders in what may be a row of a plate without metadata
MAX_GUESS = 1000  # groups asked for at once on the word of OME-XML


def image_children(node: GroupNode) -> Iterator[Sequence[Child]]:
    """The levels of an image, and its labels group if there is one."""
    children = level_children(node)
    if node.listing is None or _lists_labels(node):
        children.append(_LABELS_GROUP)
    yield children


_LABELS_GROUP = Child(LABELS, "labels-group", optional=True)


def _lists_labels(node: GroupNode) -> bool:
    listing = node.listing or ()
    return f"{LABELS}/" in listing or LABELS in listing  # a link to nothing is no folder


def label_image_children(node: GroupNode) -> Iterator[Sequence[Child]]:
    """The levels of a label image, and the image it says it was made from, where that is not its grandparent.

    And labels of its own, as every image may have them: few have any, so nobody asks for them where nothing is listed.
    """
    children = level_children(node)
    if _lists_labels(node):
        children.append(_LABELS_GROUP)
    label = getattr(node.model, "image_label", None)
    image = getattr(getattr(label, "source", None), "image", None)
    if isinstance(image, str):
        children.append(Child(image, "image", follow=False))
    yield children


def labels_children(node: GroupNode) -> Iterator[Sequence[Child]]:
    """The label images that are listed, the groups on the way to them, and unlisted groups.

    In Zarr v3 also what lies further below such groups, and beside those on the way: a list should name all there is.
    """
    listed = [entry for entry in items_of(node.model, "labels") if isinstance(entry, str)]
    plain = dict.fromkeys(path for entry in listed if (path := resolve_path("", entry)))
    between = {way for path in plain for way in groups_between(path)}
    ways = sorted(between - plain.keys())
    children = [Child(entry, "label-image") for entry in listed if resolve_path("", entry) != ""]
    children += [Child(way, Role.GROUP) for way in ways]
    known = {path.partition("/")[0] for path in plain}
    found = [name for name in folders_in(node) if name not in known]
    yield [*children, *_unlisted(node, found, "label-image")]
    above = [*found, *(way for way in ways if "/" not in way)]
    for _ in range(DEEPER if node.document.zarr_format == 3 else 0):
        found = [path for path in _below_bare(node, above) if path not in plain]
        if not found:
            return
        yield _unlisted(node, [path for path in found if path not in between], "label-image")
        above = found


def _below_bare(node: GroupNode, paths: Iterable[str]) -> list[str]:
    """Return what lies in groups without OME metadata, or in folders, as far as these were listed."""
    groups = [(path, node.children.get(path)) for path in paths]
    bare = [(p, g) for p, g in groups if isinstance(g, Absent) or (isinstance(g, GroupNode) and not g.ome)]
    return [f"{path}/{name}" for path, group in bare for name in folders_in(group)][:MAX_UNLISTED]


def labels_out_of_place(node: GroupNode, paths: Iterable[str] = (LABELS,)) -> Iterator[Sequence[Child]]:
    """Name what lies in groups called labels without a list below a group that is no image: label images, perhaps.

    The groups themselves were looked at with the others that metadata does not name.
    """
    if found := _below_bare(node, paths):
        yield [Child(path, "label-image", optional=True, follow=False) for path in found]


def _labels_of_series(node: GroupNode) -> Iterator[Sequence[Child]]:
    """Name a group labels in the group OME of a collection or plate, and what lies in it."""
    ome = node.children.get("OME")
    if isinstance(ome, (GroupNode, Absent)) and LABELS in folders_in(ome):
        yield _unlisted(node, [f"OME/{LABELS}"], Role.GROUP)
        yield from labels_out_of_place(node, [f"OME/{LABELS}"])


def plate_children(node: GroupNode) -> Iterator[Sequence[Child]]:
    """The row groups and wells of a plate, its group ``OME``; groups that no well names, where the store can list."""
    batches = early_plate_children(node)
    children = list(next(batches))
    if node.listing is None or "OME/" in node.listing:
        children.append(Child("OME", "series", optional=True))
        if LAYOUT in (node.ome or {}):
            children.append(Child(f"OME/{OME_XML}", Role.FILE, optional=True))
    yield children
    yield from batches
    yield from _labels_of_series(node)


def early_plate_children(node: GroupNode) -> Iterator[Sequence[Child]]:
    """The same without the group ``OME`` of collections."""
    wells = list(dict.fromkeys(paths_of(items_of(getattr(node.model, "plate", None), "wells"))))
    named = dict.fromkeys(map(plain_path, wells))
    rows = dict.fromkeys(path.partition("/")[0] for path in named if "/" in path)
    children = [Child(row, Role.ROW) for row in rows if row]
    children += [Child(path, "well") for path in wells]
    beside = set(folders_in(node)) - {"OME"} - rows.keys()
    others = [name for name in folders_in(node) if name in beside and name not in named]
    yield [*children, *_unlisted(node, others, Role.GROUP)]
    found = [
        f"{row}/{name}"
        for row, group in node.children.items()
        if isinstance(group, (GroupNode, Absent))
        and (row in rows or (row in beside and row not in named and not _has_metadata(group)))
        for name in folders_in(group)[: None if row in rows else MAX_UNLISTED]
        if f"{row}/{name}" not in named
    ]
    yield _unlisted(node, found, "well")
    for _ in range(DEEPER):
        within = [(path, node.children.get(path)) for path in found]
        found = [
            f"{path}/{name}"
            for path, group in within
            if isinstance(group, (GroupNode, Absent)) and not _is_image(group)
            for name in folders_in(group)
        ][:MAX_UNLISTED]
        yield _unlisted(node, found, Role.GROUP)


def _unlisted(node: GroupNode, paths: Sequence[str], role: str) -> list[Child]:
    """Return groups that metadata does not name, to be looked at: in either Zarr format."""
    other = ".zattrs" if node.document.zarr_format == 3 else "zarr.json"
    lists = role in (Role.GROUP, "well") or (role == "label-image" and node.document.zarr_format == 3)
    named = [(path, lists or path == LABELS) for path in paths]
    return [
        *(Child(path, role, optional=True, follow=False, lists=names) for path, names in named),
        *(Child(f"{path}/{other}", Role.FILE, optional=True, follow=False) for path in paths),
    ]


def _has_metadata(group: GroupNode | Absent) -> bool:
    return isinstance(group, GroupNode) and bool(group.ome)


def holds_image(node: object) -> bool:
    """Tell whether a node is a group with the metadata of an image, whatever it is besides."""
    return isinstance(node, GroupNode) and "multiscales" in (node.ome or {})


def _is_image(group: GroupNode | Absent) -> bool:
    return isinstance(group, GroupNode) and group.kind in ("image", "label-image")


def well_children(node: GroupNode) -> Iterator[Sequence[Child]]:
    """The fields of view of a well; groups that it does not list, where the store can list."""
    listed = list(paths_of(items_of(getattr(node.model, "well", None), "images")))
    named = {plain_path(path).partition("/")[0] for path in listed}
    yield [
        *(Child(path, "image") for path in listed),
        *_unlisted(node, [name for name in folders_in(node) if name not in named], "image"),
    ]
    yield from labels_out_of_place(node, {LABELS} - named)


def collection_children(node: GroupNode) -> Iterator[Sequence[Child]]:
    """The group ``OME`` of a collection, then the images that its series names, or those numbered 0, 1, 2, ..."""
    if node.listing is None or "OME/" in node.listing:
        yield [Child("OME", "series", optional=True), Child(f"OME/{OME_XML}", Role.FILE, optional=True)]
        yield from _labels_of_series(node)
    ome = node.children.get("OME")
    series = series_of(ome.model) if isinstance(ome, GroupNode) else []
    if series:
        images, labels = images_and_labels(series)
        yield [*(Child(path, "image") for path in images), *ways_to(node, series), *_wells_of(node, images)]
        known = {"OME", *(plain_path(path).partition("/")[0] for path in series)}
        yield _unlisted(node, [name for name in folders_in(node) if name not in known][:MAX_UNLISTED], "image")
        yield from labels_out_of_place(node, {LABELS} - known)
        yield label_images_in(node, labels)
        return
    if node.listing is not None:
        folders = folders_in(node)
        numbers = sorted((name for name in folders if name.isdecimal()), key=lambda name: (len(name), name))
        yield [Child(name, "image") for name in numbers]
        others = [name for name in folders if not name.isdecimal() and name != "OME"]
        yield [Child(name, Role.GROUP, optional=True) for name in others]
        rows = [(name, group) for name in others if isinstance(group := node.children.get(name), GroupNode)]
        wells = [f"{name}/{well}" for name, row in rows if not row.ome for well in folders_in(row)[:FIRST_WELLS]]
        yield [Child(well, Role.GROUP, optional=True, follow=False) for well in wells]
        yield from labels_out_of_place(node)
        return
    yield from _numbered(node)


def _wells_of(node: GroupNode, series: Iterable[str]) -> list[Child]:
    """Return the groups in which images lie as fields lie in wells: a plate may lack its metadata (Zarr v2)."""
    if node.document.zarr_format == 3:  # where all groups on the way are looked at
        return []
    wells = dict.fromkeys(ways[-1] for path in series if len(ways := groups_between(path)) > 1)
    return [Child(well, Role.GROUP, optional=True, follow=False) for well in wells]


def images_and_labels(paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """Sort out the paths that may be those of labels of an image: they have a group labels on the way."""
    images: list[str] = []
    labels: list[str] = []
    for path in paths:
        (labels if f"/{LABELS}/" in f"/{path}" else images).append(path)
    return images, labels


def label_images_in(node: GroupNode, paths: Iterable[str]) -> list[Child]:
    """Name images that may be labels of others, which were visited: so they were met with these already, if listed."""
    found = []
    for path in paths:
        above = f"/{path}".rpartition(f"/{LABELS}/")[0].strip("/")
        image = node.children.get(above) if above else node
        found.append(Child(path, "label-image" if holds_image(image) else "image", again=True))
    return found


def _numbered(node: GroupNode) -> Iterator[Sequence[Child]]:
    """Images 0, 1, 2, ... of a store that cannot list: as many as its OME-XML describes, then more and more.

    One that cannot be read is the last: where nothing can be, there would be no end.
    """
    start, size = 0, _images_described(node) or 1
    while start == 0 or _is_there(node.children.get(str(start - 1))):
        yield [Child(str(n), "image", optional=True) for n in range(start, start + size)]
        start, size = start + size, 2 * size if start else 1


def _is_there(child: object) -> bool:
    return child is not None and not (isinstance(child, Absent) and child.why is Why.UNREADABLE)


def _images_described(node: GroupNode) -> int:
    data = ome_xml_of(node)
    if data is None:
        return 0
    from ngff_core.hierarchy.ome_xml import read_ome_xml

    return min(read_ome_xml(data).images, MAX_GUESS)


def series_children(node: GroupNode) -> Iterator[Sequence[Child]]:
    """Nothing: what a series names hangs on the collection."""
    return iter(())


def ome_xml_of(node: GroupNode) -> bytes | None:
    """Return the OME-XML of a collection, if it has any."""
    file = node.children.get(f"OME/{OME_XML}")
    return file.data if isinstance(file, FileNode) else None


def series_of(obj: object) -> list[str]:
    """Return the entries of ``series`` that are strings."""
    series = getattr(obj, "series", None)
    return [entry for entry in series if isinstance(entry, str)] if isinstance(series, list) else []
