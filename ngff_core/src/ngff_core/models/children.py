"""Which nodes the metadata of each kind of group names: what the crawl follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ngff_core.hierarchy.nodes import Absent, FileNode, GroupNode, Why
from ngff_core.spec.spec import Child, Role
from ngff_core.zarr.keys import is_left_over

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

ARRAY_DIMENSIONS = "_ARRAY_DIMENSIONS"  # the attribute of arrays of v2 that names their dimensions to xarray

OME_XML = "METADATA.ome.xml"
LABELS = "labels"
LAYOUT = "bioformats2raw.layout"
DIGITS = "0123456789"
MAX_FORMS = 8  # of levels that lie further below: what lies beside them is looked for in as many places
MAX_PATH_DEPTH = 64  # no path of more groups is followed
MAX_UNLISTED = 48  # groups looked at in a group of a plate that no well lies in
DEEPER = 2  # levels below such groups that are searched for images
FIRST_WELLS = 3  # folders in what may be a row of a plate without metadata
MAX_GUESS = 1000  # groups asked for at once on the word of OME-XML


def _items(obj: object, attribute: str) -> list[Any]:
    value = getattr(obj, attribute, None)
    return value if isinstance(value, list) else []


def _paths(items: list[Any]) -> Iterator[str]:
    for item in items:
        path = getattr(item, "path", None)
        if isinstance(path, str):
            yield path


def folders_in(node: GroupNode | Absent) -> list[str]:
    """Return the names of the folders in a group, without hidden ones and those that somebody is writing, or was."""
    found = (name[:-1] for name in node.listing or () if name.endswith("/") and not name.startswith("."))
    return [name for name in found if not is_left_over(name)]


def level_children(node: GroupNode) -> list[Child]:
    """The arrays of all levels, groups on the way to them, and vectors that transformations keep in arrays."""
    children: list[Child] = []
    between: dict[str, None] = {}
    for multiscale in _items(node.model, "multiscales"):
        datasets = _items(multiscale, "datasets")
        children += [Child(path, Role.ARRAY) for path in _paths(datasets)]
        ways = dict.fromkeys(way for path in _paths(datasets) if "/" in path for way in groups_between(path))
        # a folder may pass for a group of Zarr v2: only an array is looked for there
        wanted = Role.GROUP if node.document.zarr_format == 3 else Role.ARRAY
        children += [Child(way, wanted, optional=True, follow=False) for way in ways]
        between |= ways
        for holder in (*datasets, multiscale):
            transformations = _items(holder, "coordinateTransformations")
            children += [Child(path, Role.ARRAY, optional=True) for path in _paths(transformations)]
    named = [child.path for child in children if child.role == Role.ARRAY and child.follow]
    if node.listing is None or not named:
        return children  # a document more for each costs too much
    beside = _attributes(named, between) if node.document.zarr_format == 2 else []
    return [*children, *beside, *_unlisted_levels(node, named)]


def _attributes(arrays: Iterable[str], between: Iterable[str] = ()) -> list[Child]:
    """Return the attributes of arrays of Zarr v2, and both documents of groups: readers open a node with all it has."""
    names = [*(f"{way}/.zgroup" for way in between), *(f"{path}/.zattrs" for path in (*between, *arrays))]
    return [Child(name, Role.FILE, optional=True) for name in names]


def _unlisted_levels(node: GroupNode, paths: list[str]) -> list[Child]:
    """Return what lies beside the levels and is called like them: ``3`` beside 0, 1 and 2."""
    paths = [path.strip("/") for path in paths]
    heads = {path.partition("/")[0] for path in paths}
    others = [name for name in folders_in(node) if name not in heads and name[-1].isdecimal()]
    if not others:
        return []
    forms: defaultdict[str, set[str]] = defaultdict(set)
    for path in paths:
        head = path.partition("/")[0]
        forms[head.rstrip(DIGITS)].add(path[len(head) :])
    few = {stem: sorted(rests)[:MAX_FORMS] for stem, rests in forms.items()}
    return [
        Child(f"{name}{rest}", Role.ARRAY, optional=True, follow=False)
        for name in others
        for rest in few.get(name.rstrip(DIGITS), ())
    ]


def groups_between(path: str) -> list[str]:
    """Return the groups on the way from a group to what a path without `..` names, which has no slashes at its ends."""
    parts = path.split("/") if path.count("/") <= MAX_PATH_DEPTH else [""]
    if any(part in ("", ".", "..") for part in parts):
        return []
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def ways_to(node: GroupNode, paths: Iterable[str]) -> list[Child]:
    """Return the groups on the way to others, in Zarr v3; a folder may pass for a group of v2."""
    between = dict.fromkeys(way for path in paths if "/" in path for way in groups_between(path))
    return [Child(way, Role.GROUP, optional=True, follow=False) for way in between if node.document.zarr_format == 3]


def image_children(node: GroupNode) -> Iterator[Sequence[Child]]:
    """The levels of an image, and its labels group if there is one."""
    children = level_children(node)
    if node.listing is None or f"{LABELS}/" in node.listing or LABELS in node.listing:  # a link to nothing is no folder
        children.append(Child(LABELS, "labels-group", optional=True))
    yield children


def label_image_children(node: GroupNode) -> Iterator[Sequence[Child]]:
    """The levels of a label image, and the image it says it was made from, where that is not its grandparent."""
    children = level_children(node)
    label = getattr(node.model, "image_label", None)
    image = getattr(getattr(label, "source", None), "image", None)
    if isinstance(image, str):
        children.append(Child(image, "image", follow=False))
    yield children


def with_names_of_dimensions(named: Iterator[Sequence[Child]]) -> Iterator[Sequence[Child]]:
    """Add the attributes of the levels, also where the store cannot list: they tell what xarray takes for the axes."""
    for batch in named:
        yield [*batch, *_attributes(child.path for child in batch if child.role == Role.ARRAY and child.follow)]


def labels_children(node: GroupNode) -> Iterator[Sequence[Child]]:
    """The label images that are listed, the groups on the way to them, and unlisted groups."""
    listed = [entry for entry in _items(node.model, "labels") if isinstance(entry, str)]
    plain = [entry for entry in listed if entry.count("/") <= MAX_PATH_DEPTH and ".." not in entry.split("/")]
    between = {entry.rsplit("/", depth)[0] for entry in plain for depth in range(1, entry.strip("/").count("/") + 1)}
    children = [Child(entry, "label-image") for entry in listed]
    children += [Child(entry, Role.GROUP) for entry in sorted(between - set(listed)) if entry not in ("", "..")]
    known = {entry.partition("/")[0] for entry in listed}
    yield [*children, *_unlisted(node, [name for name in folders_in(node) if name not in known], "label-image")]


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


def early_plate_children(node: GroupNode) -> Iterator[Sequence[Child]]:
    """The same without the group ``OME`` of collections."""
    wells = list(dict.fromkeys(_paths(_items(getattr(node.model, "plate", None), "wells"))))
    rows = dict.fromkeys(path.partition("/")[0] for path in wells if "/" in path.strip("/"))
    children = [Child(row, Role.ROW) for row in rows if row]
    children += [Child(path, "well") for path in wells]
    named, beside = set(wells), set(folders_in(node)) - {"OME"} - rows.keys()
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
    return [
        *(Child(path, role, optional=True, follow=False, lists=role in (Role.GROUP, "well")) for path in paths),
        *(Child(f"{path}/{other}", Role.FILE, optional=True, follow=False) for path in paths),
    ]


def _has_metadata(group: GroupNode | Absent) -> bool:
    return isinstance(group, GroupNode) and bool(group.ome)


def _is_image(group: GroupNode | Absent) -> bool:
    return isinstance(group, GroupNode) and group.kind in ("image", "label-image")


def well_children(node: GroupNode) -> Iterator[Sequence[Child]]:
    """The fields of view of a well; groups that it does not list, where the store can list."""
    listed = list(_paths(_items(getattr(node.model, "well", None), "images")))
    named = {path.partition("/")[0] for path in listed}
    yield [
        *(Child(path, "image") for path in listed),
        *_unlisted(node, [name for name in folders_in(node) if name not in named], "image"),
    ]


def collection_children(node: GroupNode) -> Iterator[Sequence[Child]]:
    """The group ``OME`` of a collection, then the images that its series names, or those numbered 0, 1, 2, ..."""
    if node.listing is None or "OME/" in node.listing:
        yield [Child("OME", "series", optional=True), Child(f"OME/{OME_XML}", Role.FILE, optional=True)]
    ome = node.children.get("OME")
    series = series_of(ome.model) if isinstance(ome, GroupNode) else []
    if series:
        yield [*(Child(path, "image") for path in series), *ways_to(node, series), *_wells_of(node, series)]
        known = {"OME", *(path.strip("/").partition("/")[0] for path in series)}
        yield _unlisted(node, [name for name in folders_in(node) if name not in known][:MAX_UNLISTED], "image")
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
        return
    yield from _numbered(node)


def _wells_of(node: GroupNode, series: Iterable[str]) -> list[Child]:
    """Return the groups in which images lie as fields lie in wells: a plate may lack its metadata (Zarr v2)."""
    if node.document.zarr_format == 3:  # where all groups on the way are looked at
        return []
    wells = dict.fromkeys(groups_between(path)[-1] for path in series if len(groups_between(path)) > 1)
    return [Child(well, Role.GROUP, optional=True, follow=False) for well in wells]


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
