"""Rules on plates in the layout of bioformats2raw: their series against the fields of their wells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ngff_core.checking.rule import Context, Location, rule
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.models.children import LAYOUT, ome_xml_of, series_of
from ngff_core.models.plate import FieldOfView, PlateWellMetadata, WellMetadata
from ngff_core.references import Reference
from ngff_core.rules.collection.examples import plate_collection
from ngff_core.rules.common import odd_path, sound
from ngff_core.words import counted
from ngff_core.zarr.paths import plain_path

if TYPE_CHECKING:
    from ngff_core.hierarchy.ome_xml import OmeXml

__all__ = ["FIELD_RULES", "fields_of", "in_layout", "wells_in_order", "xml_of"]

_read_ome_xml = Reference("ngff_core.hierarchy.ome_xml:read_ome_xml")  # loads a parser of XML, which few stores need


def in_layout(node: GroupNode) -> bool:
    """Tell whether a group is in the layout of bioformats2raw."""
    return node.kind == "collection" or LAYOUT in (node.ome or {})


def fields_of(node: GroupNode) -> list[str] | None:
    """Return the paths of all fields of a plate, in the order of its wells; ``None`` where not all are known."""
    known = [_fields_in(node, well) for well in _wells(node)]
    if any(fields is None for fields in known):
        return None
    return [field for fields in known for field in fields or ()]


def _wells(node: GroupNode) -> list[str]:
    wells = getattr(getattr(node.model, "plate", None), "wells", None)
    return [well.path for _, well in sound(wells, PlateWellMetadata) if isinstance(well.path, str)]


def _fields_in(node: GroupNode, well: str) -> list[str] | None:
    child = node.children.get(well)
    model = child.model if isinstance(child, GroupNode) else None
    images = getattr(model.well, "images", None) if isinstance(model, WellMetadata) else None
    if not isinstance(images, list):
        return None
    paths = [field.path for _, field in sound(images, FieldOfView)]
    fields = [plain_path(f"{well}/{path}") for path in paths if isinstance(path, str)]
    return fields if len(paths) == len(images) else None


def wells_in_order(node: GroupNode, series: Sequence[str], xml: OmeXml) -> bool | None:
    """Tell whether the images of OME-XML lie in the wells of a series; ``None`` where that is not known.

    Rows and columns are compared by their order: their numbers may differ where the plate leaves some out.
    """
    places = {
        plain_path(well.path): (getattr(well, "rowIndex", None), getattr(well, "columnIndex", None))
        for _, well in sound(getattr(getattr(node.model, "plate", None), "wells", None), PlateWellMetadata)
        if isinstance(well.path, str)
    }
    ours = [places.get(plain_path(path).rpartition("/")[0], (None, None)) for path in series]
    if len(ours) != len(xml.wells) or None in xml.wells:
        return None
    pairs = [(mine, theirs) for mine, theirs in zip(ours, xml.wells, strict=True) if theirs is not None]
    if not all(isinstance(n, int) for mine, theirs in pairs for n in (*mine, *theirs)):
        return None
    return all(_grows({(mine[axis], theirs[axis]) for mine, theirs in pairs}) for axis in (0, 1))


def _grows(pairs: set[tuple[Any, Any]]) -> bool:
    ordered = sorted(pairs)
    return all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(ordered))


def xml_of(node: GroupNode) -> OmeXml | None:
    """Read the OME-XML of a group in this layout."""
    data = ome_xml_of(node) if in_layout(node) else None
    return _read_ome_xml(data) if data is not None else None


def _series(node: GroupNode) -> tuple[GroupNode, list[str]] | None:
    """Return the group ``OME`` of a plate, and what it lists."""
    ome = node.children.get("OME")
    series = series_of(ome.model) if isinstance(ome, GroupNode) else []
    return (ome, series) if isinstance(ome, GroupNode) and series else None


def _at_series(ome: GroupNode, ctx: Context, *where: int) -> Location:
    return ctx.at(*ome.document.base, *ome.base, "series", *where, node="OME", document=ome.document.name)


@rule(
    "series-paths-are-images",
    on=GroupNode,
    kinds=["plate"],
    requirement=MUST,
    valid=[plate_collection(), plate_collection(series=["A/1/0"])],
    invalid=[plate_collection(series=["A/1/0", "B/9/0"]), plate_collection(series=["A/1/0", "A/1/1"])],
)
def plate_series_paths(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Each entry of `series` is the path of an image group, relative to the top group.

    In a plate the images are the fields that its wells list.
    """
    found = _series(node)
    if found is None:
        return
    known = {plain_path(well): _fields_in(node, well) for well in dict.fromkeys(_wells(node))}
    there = {field for fields in known.values() for field in fields or ()}
    for index, path in enumerate(found[0].model.series):  # type: ignore[union-attr]
        if not isinstance(path, str):
            continue
        at = _at_series(found[0], ctx, index)
        well = plain_path(path).rpartition("/")[0]
        fields = known.get(well, [])
        if fields is not None and plain_path(path) not in there:
            why = f"is not listed by well {well!r}" if well in known else "lies in no well of the plate"
            yield at.issue(f"series {path!r} {why}", found=path, expected="a field of a well")
        elif (odd := odd_path(path, ctx.spec.zarr_format, "plate")) is not None:
            yield at.issue(odd, found=path, severity=Severity.WARNING)


@rule(
    "collection-plate-series-matches-wells",
    on=GroupNode,
    kinds=["plate"],
    requirement=SHOULD,
    valid=[plate_collection(), plate_collection(series=["A/1/0"])],
    invalid=[plate_collection(fields="01", series=["A/1/0"]), plate_collection(fields="01", series=["A/1/1", "A/1/0"])],
)
def plate_series_order(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The `series` of a plate lists all fields, in the order of the wells.

    The text asks for the order of the OME-XML. Where that says which image lies in which well, it decides.

    To mend: list the fields of all wells, well by well.
    """
    found, fields = _series(node) if in_layout(node) else None, fields_of(node)
    if found is None or fields is None:
        return
    ome, series = found
    listed = dict.fromkeys(map(plain_path, series))
    there = set(fields)
    left_out = [field for field in dict.fromkeys(fields) if field not in listed]
    if left_out:
        yield _at_series(ome, ctx).issue(
            f"the series leaves out {counted(len(left_out), 'field')} of the plate",
            shown=", ".join(left_out[:4]),
            expected=counted(len(there), "image"),
        )
    kept = [path for path in listed if path in there]
    usual = [field for field in dict.fromkeys(fields) if field in listed]
    if kept == usual:
        return
    xml = ctx.shared(xml_of, node)
    if xml is None or wells_in_order(node, series, xml) is None:
        first = next(index for index, pair in enumerate(zip(kept, usual, strict=True)) if pair[0] != pair[1])
        yield _at_series(ome, ctx).issue(
            "the series comes in another order than the wells", found=kept[first], expected=f'"{usual[first]}"'
        )


FIELD_RULES = (plate_series_paths, plate_series_order)
