"""Rules on groups that are there although no plate or well lists them."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import Absent, GroupNode, Node
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import SHOULD
from ngff_core.models.children import folders_in
from ngff_core.models.plate import Column, FieldOfView, PlateMetadata, PlateWellMetadata, Row, WellMetadata
from ngff_core.rules.common import sound
from ngff_core.rules.image.dataset import yx
from ngff_core.rules.plate.examples import IMAGE, example, plate
from ngff_core.rules.unlisted import Found, image_in, in_labels
from ngff_core.zarr.paths import plain_path

__all__ = ["empty_row_absent", "empty_well_absent", "named_wells", "well_images_listed"]

_WELL = {"well": {"images": [{"path": "0"}]}}
_NEW_ROW = {"B": None, "B__1": _WELL, "B__1__0": IMAGE, "B__1__0__0": yx(8, 8)}


def named_wells(node: GroupNode) -> Iterator[tuple[int, str, Node | None]]:
    """Yield position, path and node of the wells of a plate, each once."""
    definition = node.model.plate if isinstance(node.model, PlateMetadata) else None
    seen: set[str] = set()
    for index, well in sound(getattr(definition, "wells", None), PlateWellMetadata):
        path = well.path
        if isinstance(path, str) and path not in seen:
            seen.add(path)
            yield index, path, node.children.get(path)


def _rows(node: GroupNode) -> set[str]:
    return _names(node, "rows", Row)


def _columns(node: GroupNode) -> set[str]:
    return _names(node, "columns", Column)


def _names(node: GroupNode, lists: str, cls: type[Row | Column]) -> set[str]:
    definition = node.model.plate if isinstance(node.model, PlateMetadata) else None
    return {entry.name for _, entry in sound(getattr(definition, lists, None), cls) if isinstance(entry.name, str)}


def _is_empty(node: GroupNode) -> bool:
    """Tell whether nothing lies below a group, as far as that is known."""
    return node.listing is not None and not folders_in(node)


@rule(
    "plate-empty-row-group-absent",
    on=GroupNode,
    kinds=["plate"],
    requirement=SHOULD,
    valid=[example()],
    invalid=[example(plate(rows=[{"name": "A"}, {"name": "B"}]), B=None)],
)
def empty_row_absent(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """There is no group for a row in which no well has images.

    Wells in it that the plate does not list are reported one by one. Needs a store that can list.
    """
    rows = _rows(node)
    used = {plain_path(path).partition("/")[0] for _, path, _ in named_wells(node)}
    used |= {path.partition("/")[0] for path, child in node.groups() if child.role == "well" and child.ome}
    for path, child in node.groups():
        if child.role != "group" or path in used or "/" in path or image_in(node, path) is not None:
            continue
        empty = _is_empty(child)
        if path in rows:
            yield ctx.at(node=path).issue(
                f"row {path!r} has a group but no well",
                shown=None if empty or child.listing is None else f"groups {', '.join(folders_in(child)[:4])}",
                hint="delete the group, or list its wells" if empty else "list its wells",
            )
        elif empty and not child.ome and _is_called_like(path, *ctx.shared(_forms, node)):
            yield ctx.at(node=path).issue(
                f"an empty group {path!r} stands beside the rows", hint="delete the group, or list it among the rows"
            )


@rule(
    "plate-empty-well-group-absent",
    on=GroupNode,
    kinds=["plate"],
    requirement=SHOULD,
    valid=[example()],
    invalid=[example(plate(columns=[{"name": "1"}, {"name": "2"}]), A__2=None), example(**_NEW_ROW)],
)
def empty_well_absent(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """There is no group for a well without images.

    Also reports a well that has some but that the plate does not list. Needs a store that can list.
    """
    listed = {form for _, path, _ in named_wells(node) for form in (path, plain_path(path))}
    used = {path.partition("/")[0] for path in listed}
    for path, child in node.children.items():
        if path in listed or path.count("/") != 1 or not isinstance(child, (GroupNode, Absent)):
            continue
        if in_labels(node, path):
            continue  # reported as such
        image = image_in(node, path)
        known = isinstance(child, GroupNode) and child.role == "well" and (child.ome or path.partition("/")[0] in used)
        if not known and image is None:
            continue
        empty = isinstance(child, GroupNode) and _is_empty(child)
        yield ctx.at(node=path).issue(
            f"{path!r} is {_what(child, empty)} that the plate does not list",
            shown=None if image is None else image.named().rstrip(","),
            hint="delete the group, or list it among the wells" if empty else _how_to_list(node, path, ctx, image),
        )


def _forms(node: GroupNode) -> tuple[set[tuple[bool, bool, bool]], int]:
    """Return of what form the names of the rows are, and how long the longest is."""
    rows = _rows(node)
    return {(row.isalpha(), row.isdecimal(), row.isupper()) for row in rows}, max(map(len, rows), default=0)


def _is_called_like(name: str, forms: set[tuple[bool, bool, bool]], longest: int) -> bool:
    """Tell whether a name is of the form of those of the rows: letters of one case, or digits, and no longer."""
    fits = len(forms) == 1 and (name.isalpha(), name.isdecimal(), name.isupper()) in forms
    return fits and name.isalnum() and len(name) <= longest


def _what(child: GroupNode | Absent, empty: bool) -> str:
    if isinstance(child, Absent):
        return "a folder, and no group,"
    if child.kind == "well":
        return "a well without images" if empty else "a well"
    if child.kind is not None:
        return f"a group of kind {child.kind}"
    return "a group without images" if empty else "a group"


def _how_to_list(node: GroupNode, path: str, ctx: Context, image: Found | None = None) -> str:
    row, _, column = path.partition("/")
    more = [f"{row!r} among the rows"] if row not in ctx.shared(_rows, node) else []
    more += [f"{column!r} among the columns"] if column not in ctx.shared(_columns, node) else []
    first = [f"bring it into Zarr format {node.document.zarr_format}"] if image is not None and image.other else []
    first = ["mend its metadata"] if image is not None and image.damaged else first
    return " and ".join([*first, "list it among the wells", *more])


@rule(
    "well-images-all-listed",
    on=GroupNode,
    kinds=["well"],
    requirement=SHOULD,
    valid=[example(), example(A__1__tables=None)],
    invalid=[example(A__1__1=IMAGE, A__1__1__0=yx(8, 8))],
)
def well_images_listed(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Every image that lies in a well is in its list.

    Not stated in the text, but readers show what the list names. Nothing is said while an entry of the list leads
    nowhere. Needs a store that can list.

    To mend: list the image, or keep it elsewhere.
    """
    definition = node.model.well if isinstance(node.model, WellMetadata) else None
    images = getattr(definition, "images", None)
    if not isinstance(images, list) or not images:
        return  # reported as such
    listed = {field.path for _, field in sound(images, FieldOfView)}
    if not all(isinstance(node.children.get(path), GroupNode) for path in listed):
        return
    heads = {plain_path(path).partition("/")[0] for path in listed if isinstance(path, str)}
    for name in folders_in(node):
        image = image_in(node, name) if name not in heads and not in_labels(node, name) else None
        if image is not None:
            yield ctx.at("well", "images").issue(
                f"{image.named()} is not listed", found=image.path, expected="in the list"
            )
