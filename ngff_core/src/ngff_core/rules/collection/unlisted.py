"""The rule on images that are in a collection although its series does not list them."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import SHOULD
from ngff_core.rules.collection.examples import COLLECTION, example
from ngff_core.rules.collection.ome_xml import series_in
from ngff_core.rules.unlisted import image_in
from ngff_core.zarr.paths import plain_path

__all__ = ["series_all_listed"]


@rule(
    "series-images-all-listed",
    on=GroupNode,
    kinds=COLLECTION,
    requirement=SHOULD,
    valid=[example("0", "1", series=["0", "1"]), example("0", series=["0"], tables=None)],
    invalid=[example("0", "1", series=["0"]), example("0", "a", series=["0"])],
)
def series_all_listed(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Every image that lies in a collection is in its series.

    Not stated in the text, but readers show what the series names. Needs a store that can list.

    To mend: list the image, or keep it elsewhere.
    """
    ome = node.children.get("OME")
    series = series_in(node)
    if not isinstance(ome, GroupNode) or not series:
        return
    at = ctx.at(*ome.document.base, *ome.base, "series", node="OME", document=ome.document.name)
    heads = {plain_path(path).partition("/")[0] for path in series}
    for name in node.listing or ():
        image = image_in(node, name[:-1]) if name.endswith("/") and name[:-1] not in heads else None
        if image is not None and image.path == name[:-1]:
            yield at.issue(f"{image.named()} is not listed", found=image.path, expected="in the list")
