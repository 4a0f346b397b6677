"""Rules on which version a document claims, and whether the claim is consistent."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Pointer
from ngff_core.issues.requirement import MUST, SHOULD
from ngff_core.rules.image.dataset import example, yx
from ngff_core.spec.detect import claim_of
from ngff_core.spec.spec import Role
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.words import abbreviate

_NESTED = ("multiscales", "plate", "well", "image-label")  # what stated the version for itself up to 0.4
_IMAGE = example(yx(8, 8))
_ENTRY = _IMAGE.data[""]["multiscales"][0]


def _with(data: Example, **members: JSON) -> Example:
    return Example({**data.data, "": {**data.data[""], **members}})


# --- one version for the whole document (0.5 and later) ---------------------------------------------


@rule(
    "zarr-ome-namespace",
    on=GroupNode,
    requirement=MUST,
    alone=True,
    valid=[_IMAGE],
    invalid=[Example(_IMAGE.data, files={"zarr.json#attributes": _IMAGE.data[""]})],
)
def ome_namespace(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """All OME keys live inside one JSON object under the attribute `ome`.

    Other attributes beside it are allowed. Metadata outside of it is judged on as if it were inside.
    """
    namespace = ctx.spec.namespace
    if namespace is None:
        return
    attributes = node.document.attributes
    if namespace in attributes:
        if not isinstance(attributes[namespace], dict) and not _is_between_labels(node):
            yield ctx.at(*node.document.base, namespace, top=True).issue(
                f"{namespace} is no object", found=attributes[namespace], expected="object"
            )
        keys = {key for kind in ctx.spec.kinds for key in kind.keys} | {"omero"}
        stray = sorted(keys & attributes.keys())
        if stray:
            yield ctx.at(*node.document.base, stray[0], top=True).issue(
                f"{', '.join(stray)} stand{'s' if len(stray) == 1 else ''} beside {namespace!r}, not in it",
                shown=", ".join(stray),
                expected=f"inside {namespace!r}",
            )
    elif node.ome is not None and not node.namespaced:
        yield ctx.at(*node.document.base, top=True).issue(
            f"the OME metadata is not inside {namespace!r}",
            found=node.ome,
            expected=f'{{"{namespace}": {{"version": "{ctx.spec.version}", ...}}}}',
            hint="this is how versions before 0.5 have it; did a converter only change the Zarr format?",
        )


@rule(
    "version-ome-present",
    on=GroupNode,
    requirement=MUST,
    alone=True,
    valid=[_IMAGE],
    invalid=[_with(_IMAGE, version=None)],
)
def ome_version_present(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Every `ome` object carries a version.

    Peers: yaozarrs 0.3.4 fills it in silently.
    """
    stated = node.document.attributes.get(ctx.spec.namespace or "")
    if node.namespaced and isinstance(stated, dict) and "version" not in stated and not _is_between_labels(node):
        left = next((key for key in (*_NESTED, "omero") if _first(stated.get(key)).get("version") is not None), None)
        hint = f"the version inside {left} is not looked at: move it up, beside {left}" if left is not None else None
        if left is None and "version" in node.document.attributes:
            hint = f"the version beside {ctx.spec.namespace!r} is not looked at: move it inside"
        yield ctx.issue("the OME metadata states no version", expected=f'"version": "{ctx.version}"', hint=hint)


def _is_between_labels(node: GroupNode) -> bool:
    """Tell whether a group lies between a labels group and a label image: that it has OME metadata is said of it."""
    return node.role == Role.GROUP and node.parent is not None and node.parent.kind == "labels-group"


def _first(holder: JSON) -> JSONObject:
    """Return an object, or the first one of an array."""
    entry = holder[0] if isinstance(holder, list) and holder else holder
    return entry if isinstance(entry, dict) else {}


@rule(
    "version-ome-value",
    on=GroupNode,
    requirement=MUST,
    alone=True,
    valid=[_IMAGE],
    invalid=[_with(_IMAGE, version="0.5.1"), _with(_IMAGE, version="0.5-dev")],
)
def ome_version_value(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The version is the string that names this version of the specification.

    A number in its place is a fault of structure. A version of another kind in the middle of a hierarchy is
    reported by version-consistent-in-hierarchy.
    """
    stated = (node.ome or {}).get("version")
    if not isinstance(stated, str) or stated == ctx.version:
        return
    if ctx.spec.accepts(stated) or node.parent is None:
        yield ctx.at("version").issue(
            f"version {stated!r} is not {ctx.version!r}", found=stated, expected=f'"{ctx.version}"'
        )


@rule(
    "version-consistent-in-hierarchy",
    on=GroupNode,
    requirement=MUST,
    valid=[_IMAGE],
    invalid=[Example({**_IMAGE.data, "labels": {"labels": [], "version": "0.1"}})],
)
def consistent_in_hierarchy(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """All groups of one hierarchy claim the same version.

    The group is judged on as the version of the hierarchy. A group that is stored in the other Zarr format is reported
    by the rule on Zarr formats.

    Peers: ome-zarr-io 0.10.2 reports the mismatch, too; yaozarrs 0.3.4 judges each group as the version of its parent.
    """
    claim = claim_of([ctx.spec], node.document.attributes)
    stated = claim.version if claim is not None else None
    if isinstance(stated, str) and not ctx.spec.accepts(stated) and node.parent is not None:
        yield ctx.issue(
            f"the group follows version {stated!r}, the hierarchy {ctx.version!r}",
            found=stated,
            expected=ctx.version,
            hint="all groups of a hierarchy have to be of one version",
        )


@rule(
    "version-not-nested",
    on=GroupNode,
    requirement=SHOULD,
    alone=True,
    covers=["version-plate-present", "version-well-present", "version-label-present"],
    valid=[_IMAGE, Example({"": {"multiscales": [{**_ENTRY, "version": "0.5"}]}, "0": yx(8, 8)}, "equal: accepted")],
    invalid=[
        Example({"": {"multiscales": [{**_ENTRY, "version": stated}]}, "0": yx(8, 8)}) for stated in ("0.4", None)
    ],
)
def not_nested(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The version is stated once; one left inside multiscales, plate, well or image-label does not contradict it.

    The text still asks for a version in plate (MUST), well and image-label (SHOULD), which RFC-2, the schema and
    every official example contradict: its absence is never reported, equal ones are accepted.
    """
    yield from left_inside(node, ctx, typed=("image-label",))  # version-label-value


def left_inside(node: GroupNode, ctx: Context, typed: tuple[str, ...] = ()) -> Iterator[Issue]:
    """Report each version inside another object that is not that of the document.

    In the objects called ``typed``, what is no string is reported by a rule of its own.
    """
    ome = node.ome or {}
    if not node.namespaced:
        return  # not in its namespace; reported once, as that
    multiscales = ome.get("multiscales")
    places: list[tuple[Pointer, JSON]] = [
        (("multiscales", index), entry)
        for index, entry in enumerate(multiscales if isinstance(multiscales, list) else [])
    ]
    places += [((key,), ome.get(key)) for key in _NESTED[1:]]
    stated_once = ome.get("version")
    wanted = stated_once if isinstance(stated_once, str) else ctx.version
    expected = abbreviate(wanted)
    for place, holder in places:
        if not isinstance(holder, dict) or "version" not in holder or holder["version"] == wanted:
            continue
        stated = holder["version"]
        if isinstance(stated, str) or place[0] not in typed:
            said = "contradicts that of the document" if isinstance(stated, str) else "is no string"
            yield ctx.at(*place, "version").issue(
                f"version {abbreviate(stated)} inside {place[0]} {said}".replace('"', "'"),
                shown=abbreviate(stated),
                expected=expected,
                hint="leave it out",
            )


OME_VERSION_RULES = (
    ome_namespace,
    ome_version_present,
    ome_version_value,
    consistent_in_hierarchy,
    not_nested,
)
