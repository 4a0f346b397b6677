"""Rules on the object ``image-label``: colors and properties."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.models.labels import ImageLabel, ImageLabelMetadata, LabelColor, LabelProperty
from ngff_core.rules.common import is_number, lacks, repeated_json
from ngff_core.structure.values import JSON
from ngff_core.words import abbreviate


@rule(
    "label-colors-present",
    on=ImageLabelMetadata,
    requirement=SHOULD,
    valid=[{"colors": [{"label-value": 1}]}],
    invalid=[{"properties": [{"label-value": 1}]}],
)
def colors_present(label: ImageLabelMetadata, ctx: Context) -> Iterator[Issue]:
    """`image-label` has colors."""
    if label.colors is None and "colors" not in (label._extra or ()):
        yield ctx.issue("image-label has no colors", expected='"colors"')


@rule(
    "label-colors-nonempty",
    on=ImageLabelMetadata,
    requirement=MUST,
    valid=[{"colors": [{"label-value": 1}]}],
    invalid=[{"colors": []}],
)
def colors_nonempty(label: ImageLabelMetadata, ctx: Context) -> Iterator[Issue]:
    """`colors`, when present, is not empty.

    Peers: ome-zarr-models 1.8.1 accepts an empty list.
    """
    if label.colors == []:
        yield ctx.at("colors").issue("colors is empty", shown="[]", hint="leave the key out")


@rule(
    "label-properties-nonempty",
    on=ImageLabel,
    requirement=MUST,
    valid=[{"properties": [{"label-value": 1}]}],
    invalid=[{"properties": []}],
)
def properties_nonempty(label: ImageLabel, ctx: Context) -> Iterator[Issue]:
    """`properties`, when present, is not empty.

    Peers: ome-zarr-models 1.8.1 accepts an empty list.
    """
    if label.properties == []:
        yield ctx.at("properties").issue("properties is empty", shown="[]", hint="leave the key out")


Repeats = list[tuple[int, int, bool]]


def color_repeats(label: ImageLabelMetadata) -> Repeats:
    """Return the repeated label values of the colors."""
    return _repeats(label.colors, LabelColor)


def _repeats(items: JSON, cls: type[LabelColor | LabelProperty]) -> Repeats:
    """Return (position, first position, whether the entries are identical) of every repeated label value."""
    if items.__class__ is not list:
        return []
    values = [item.label_value if isinstance(item, cls) else None for item in items]
    try:
        if len(set(values)) == len(values):
            return []
    except TypeError:
        pass
    first: dict[float, int] = {}
    again = [(i, first[v]) for i, v in enumerate(values) if is_number(v) and first.setdefault(v, i) != i]
    places = sorted({index for pair in again for index in pair})
    same = {places[n]: places[before] for n, before in repeated_json([items[index] for index in places])}
    return [(index, same.get(index, before), index in same) for index, before in again]


@rule(
    "label-colors-entries-unique",
    on=ImageLabelMetadata,
    requirement=MUST,
    valid=[{"colors": [{"label-value": 1}, {"label-value": 2}]}],
    invalid=[{"colors": [{"label-value": 1}, {"label-value": 1}]}],
)
def colors_entries_unique(label: ImageLabelMetadata, ctx: Context) -> Iterator[Issue]:
    """No two entries of `colors` are identical.

    To mend: take the repeated entry out.
    """
    for index, first, same in ctx.shared(color_repeats, label):
        if same:
            yield ctx.at("colors", index).issue(f"entry {index} repeats entry {first}")


@rule(
    "label-colors-label-value-unique",
    on=ImageLabelMetadata,
    requirement=MUST,
    valid=[{"colors": [{"label-value": 1}, {"label-value": 2}]}],
    invalid=[{"colors": [{"label-value": 1}, {"label-value": 1, "rgba": [0, 0, 0, 255]}]}],
)
def colors_label_value_unique(label: ImageLabelMetadata, ctx: Context) -> Iterator[Issue]:
    """No two entries of `colors` have the same label value.

    A MUST up to 0.4, an implication later, where it is a warning. Identical entries are reported by
    label-colors-entries-unique.

    Peers: ome-zarr-models 1.8.1 has it as an error throughout.

    To mend: keep one entry for each label value.
    """
    for index, first, same in ctx.shared(color_repeats, label):
        if not same:
            value = (label.colors or [])[index].label_value
            yield ctx.at("colors", index, "label-value").issue(
                f"label value {value} has a color in entry {first} already", found=value
            )


@rule(
    "label-properties-entries-unique",
    on=ImageLabel,
    requirement=MUST,
    valid=[{"properties": [{"label-value": 1, "class": "a"}, {"label-value": 2, "class": "a"}]}],
    invalid=[
        {"properties": [{"label-value": 1}, {"label-value": 1}]},
        Example({"properties": [{"label-value": 1, "a": 1}, {"label-value": 1, "b": 2}]}, "same value: a warning"),
    ],
)
def properties_entries_unique(label: ImageLabel, ctx: Context) -> Iterator[Issue]:
    """No two entries of `properties` are identical.

    The same label value twice with different keys is not forbidden, and a warning.

    Peers: yaozarrs 0.3.4 drops the extra keys before comparing.

    To mend: take the repeated entry out.
    """
    for index, first, same in _repeats(label.properties, LabelProperty):
        if same:
            yield ctx.at("properties", index).issue(f"entry {index} repeats entry {first}")
        else:
            yield ctx.at("properties", index, "label-value").issue(
                f"entry {index} is about the label value of entry {first}", severity=Severity.WARNING
            )


@rule(
    "label-colors-rgba",
    on=ImageLabelMetadata,
    requirement=MUST,
    valid=[{"colors": [{"label-value": 1}, {"label-value": 2, "rgba": [255, 0, 0, 255]}]}],
    invalid=[{"colors": [{"label-value": 1, "rgba": r}]} for r in ([255, 0, 0], [0, 0, 0, 500], [-1, 0, 0, 0])],
)
def colors_rgba(label: ImageLabelMetadata, ctx: Context) -> Iterator[Issue]:
    """`rgba`, when present, is an array of four integers from 0 to 255.

    Peers: ome-zarr-models 1.8.1 requires the key, against the MAY of the text.
    """
    colors = label.colors
    for index, color in enumerate(colors if colors.__class__ is list else ()):
        rgba = color.rgba if isinstance(color, LabelColor) else None
        if rgba is None or _is_rgba(rgba):
            continue
        message = "rgba is not four integers from 0 to 255"
        yield ctx.at("colors", index, "rgba").issue(message, found=rgba, expected="four integers")


def _is_rgba(rgba: object) -> bool:
    if rgba.__class__ is not list:
        return True  # a fault of structure, and reported as such
    try:
        return len(bytes(rgba)) == 4  # refuses what is not an integer from 0 to 255, and is quick
    except (TypeError, ValueError):
        whole = [is_number(value) and (isinstance(value, int) or value.is_integer()) for value in rgba]
        if not all(whole):
            return True  # a fault of structure, and reported as such
        return len(rgba) == 4 and 0 <= min(rgba) <= max(rgba) <= 255


@rule(
    "version-label-value",
    on=ImageLabelMetadata,
    requirement=MUST,
    valid=[{"version": "0.5"}, {}],
    invalid=[{"version": 0.5}, {"version": None}],
)
def version_string(label: ImageLabelMetadata, ctx: Context) -> Iterator[Issue]:
    """A version inside image-label is a string.

    What it says is compared with the version of the document by version-not-nested.
    """
    version = label.version
    if not isinstance(version, str) and not lacks(label, "version"):
        yield ctx.at("version").issue("the version is no string", shown=abbreviate(version), expected="a string")


LABEL_OBJECT_RULES = (
    colors_present,
    colors_nonempty,
    properties_nonempty,
    colors_entries_unique,
    colors_label_value_unique,
    properties_entries_unique,
    colors_rgba,
)
