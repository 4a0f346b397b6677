"""Rules on axes that are letters, and on the attribute that repeats them for xarray."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example, ExampleArray
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy import Absent, FileNode, GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, Severity
from ngff_core.models.early import LETTERS
from ngff_core.rules.common import duplicates
from ngff_core.rules.image.dataset import IMAGES, levels_of
from ngff_core.structure import JSONObject
from ngff_core.words import abbreviate
from ngff_core.zarr.text import json_object
from ngff_v03.children import NAMES
from ngff_v03.image import Multiscale


def _example(*axes: str) -> JSONObject:
    return {"name": "image", "axes": list(axes), "datasets": [{"path": "0"}]}


def _letters(multiscale: Multiscale) -> list[str]:
    """Return the axes if they are strings; none else."""
    axes = multiscale.axes
    return axes if isinstance(axes, list) and all(isinstance(axis, str) for axis in axes) else []


@rule(
    "axes-known-letters",
    on=Multiscale,
    requirement=MUST,
    valid=[_example(*LETTERS), _example("c", "y", "x")],
    invalid=[_example("z", "y", "ct"), _example("Y", "X"), _example("y", "")],
)
def known_letters(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """Each axis is one of the letters t, c, z, y, x."""
    for index, axis in enumerate(multiscale.axes if isinstance(multiscale.axes, list) else ()):
        if isinstance(axis, str) and axis not in tuple(LETTERS):
            near = axis.strip().lower()
            hint = f'write "{near}"' if near in tuple(LETTERS) else None
            yield ctx.at("axes", index).issue(
                f"axis {axis!r} is unknown", found=axis, expected="t, c, z, y or x", hint=hint
            )


@rule(
    "axes-order-tczyx",
    on=Multiscale,
    requirement=MUST,
    section="image-layout",
    valid=[_example("t", "y", "x")],
    invalid=[_example("y", "t", "c"), _example("x", "y")],
)
def order_tczyx(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """Axes come in the order t, c, z, y, x, with any left out.

    Shown in the diagram of the layout only; the JSON schema cannot say it.
    """
    letters = [axis for axis in _letters(multiscale) if axis in tuple(LETTERS)]
    expected = sorted(letters, key=LETTERS.index)
    if letters != expected:
        yield ctx.at("axes").issue(
            f"the axes come in the order {', '.join(letters)}",
            found=letters,
            expected=", ".join(expected),
            hint="the arrays have to be transposed with the axes",
        )


@rule(
    "axes-names-unique",
    on=Multiscale,
    requirement=MUST,
    valid=[_example("y", "x")],
    invalid=[_example("x", "x")],
)
def names_unique(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """No two axes of an image have the same name.

    The JSON schema lets it through.

    To mend: rename one of the axes.
    """
    axes = multiscale.axes
    for index, first in duplicates(axes) if isinstance(axes, list) else ():
        yield ctx.at("axes", index).issue(
            f"axis {index} has the name {axes[index]!r} of axis {first}", found=axes[index]
        )


# --- what xarray reads ------------------------------------------------------------------------------

_IMAGE = {"": {"multiscales": [_example("y", "x")]}, "0": ExampleArray((8, 8))}


@rule(
    "zarr-array-dimensions-repeat-axes",
    on=GroupNode,
    kinds=IMAGES,
    requirement=MUST,
    valid=[
        Example(_IMAGE, "on the group", {f".zattrs#{NAMES}": ["y", "x"]}),
        Example(_IMAGE, "on the array, where xarray looks", {"0/.zattrs": {NAMES: ["y", "x"]}}),
    ],
    invalid=[
        Example(_IMAGE, files={f".zattrs#{NAMES}": ["x", "y"]}),
        Example(_IMAGE, files={"0/.zattrs": {NAMES: ["x", "y"]}}),
        Example(_IMAGE, "nowhere: a warning"),
    ],
)
def array_dimensions(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The xarray attribute `_ARRAY_DIMENSIONS` repeats the names of the axes.

    The text demands it of every level and leaves open where; it is looked for on the group and on the arrays. One
    that contradicts the axes is an error. Where it is missing that is a warning: no official example has it, and most
    programs never wrote it.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.
    """
    attributes = node.document.attributes
    for m, multiscale, levels in ctx.shared(levels_of, node):
        axes = _letters(multiscale) if isinstance(multiscale, Multiscale) else []
        if not axes:
            continue
        places = [(ctx.at(NAMES, top=True), attributes)] if NAMES in attributes else []
        lacking = []
        for d, path, _ in levels:
            file = node.children.get(f"{multiscale.datasets[d].path}/.zattrs")
            held = json_object(file.data) if isinstance(file, FileNode) else {}
            if isinstance(file, Absent) or held is None:
                continue  # it could not be read, which was said
            if NAMES in held:
                places.append((ctx.at(NAMES, node=path, document=".zattrs"), held))
            elif NAMES not in attributes:
                lacking.append(path)
        for at, held in places:
            if held[NAMES] != axes:
                shown = abbreviate(held[NAMES])
                yield at.issue(f"{NAMES} contradicts the axes", shown=shown, expected=abbreviate(axes))
        if lacking:
            yield ctx.at("multiscales", m, "axes").issue(
                f"{NAMES} does not repeat the axes",
                severity=Severity.WARNING,
                shown=f"not there for {', '.join(lacking)}",
                expected=f'"{NAMES}": {axes}'.replace("'", '"'),
                hint="xarray looks for it in the .zattrs of each array",
            )


AXES_RULES = (known_letters, order_tczyx, names_unique, array_dimensions)
