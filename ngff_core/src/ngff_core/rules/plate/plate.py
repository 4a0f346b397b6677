"""Rules on plates."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.models.plate import Acquisition, PlateDef
from ngff_core.rules.common import is_number, lacks, other_version, sound, version_missing
from ngff_core.rules.plate.examples import plate
from ngff_core.rules.plate.groups import GROUP_RULES
from ngff_core.rules.plate.names import NAME_RULES
from ngff_core.rules.plate.wells import WELL_ENTRY_RULES


@rule("plate-name-present", on=PlateDef, requirement=SHOULD, valid=[plate()], invalid=[plate(name=None)])
def name_present(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """A plate has a name."""
    if lacks(definition, "name"):
        yield ctx.issue("the plate has no name", expected='"name"')


@rule("plate-field-count-present", on=PlateDef, requirement=SHOULD, valid=[plate()], invalid=[plate(field_count=None)])
def field_count_present(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """A plate has `field_count`.

    The strict JSON schemas do not ask for it.
    """
    if lacks(definition, "field_count"):
        yield ctx.issue("the plate has no field_count", expected='"field_count"')


def _positive(value: object) -> bool:
    return not isinstance(value, (int, float)) or isinstance(value, bool) or value > 0


@rule(
    "plate-field-count-positive-integer",
    on=PlateDef,
    requirement=MUST,
    valid=[plate()],
    invalid=[plate(field_count=0)],
)
def field_count_positive(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """`field_count`, when present, is an integer above 0."""
    value = definition.field_count
    if value is not None and not _positive(value):
        yield ctx.at("field_count").issue(f"field_count is {value}", found=value, expected="an integer above 0")


@rule(
    "plate-acquisition-id-unique",
    on=PlateDef,
    requirement=MUST,
    valid=[plate(acquisitions=[{"id": 0}, {"id": 1}])],
    invalid=[plate(acquisitions=[{"id": 0}, {"id": 0, "name": "again"}])],
)
def acquisition_id_unique(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """No two acquisitions of a plate have the same id.

    Peers: ome-zarr-io 0.10.2 checks it, too; yaozarrs 0.3.4 and ome-zarr-models 1.8.1 accept a repeated id.

    To mend: give every acquisition an id of its own, and the images of the wells the one they belong to.
    """
    first: dict[float, int] = {}
    for index, acquisition in sound(definition.acquisitions, Acquisition):
        value = acquisition.id
        if isinstance(value, (int, float)) and first.setdefault(value, index) != index:
            yield ctx.at("acquisitions", index, "id").issue(
                f"acquisition {index} has the id {value} of acquisition {first[value]}", found=value
            )


@rule(
    "plate-acquisition-id-integer",
    on=Acquisition,
    requirement=MUST,
    valid=[{"id": 0}],
    invalid=[{"id": -1}],
)
def acquisition_id_nonnegative(acquisition: Acquisition, ctx: Context) -> Iterator[Issue]:
    """The id of an acquisition is an integer from 0 up.

    A string is a fault of structure.

    Peers: yaozarrs 0.3.4 and ome-zarr-models 1.8.1 turn the string "0" into a number.
    """
    value = acquisition.id
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value < 0:
        yield ctx.at("id").issue(f"id is {value}", found=value, expected="an integer from 0 up")


@rule(
    "plate-acquisition-name-present",
    on=Acquisition,
    requirement=SHOULD,
    valid=[{"id": 0, "name": "run 1", "maximumfieldcount": 1}],
    invalid=[{"id": 0}],
)
def acquisition_name_present(acquisition: Acquisition, ctx: Context) -> Iterator[Issue]:
    """Every acquisition has a name."""
    if lacks(acquisition, "name"):
        yield ctx.issue(f"acquisition {acquisition.id} has no name", expected='"name"')


@rule(
    "plate-acquisition-maximumfieldcount-present",
    on=Acquisition,
    requirement=SHOULD,
    valid=[{"id": 0, "maximumfieldcount": 2}],
    invalid=[{"id": 0, "maximumFieldCount": 2}],
)
def maximumfieldcount_present(acquisition: Acquisition, ctx: Context) -> Iterator[Issue]:
    """Every acquisition has `maximumfieldcount`, all in lower case."""
    if lacks(acquisition, "maximumfieldcount"):
        near = next((k for k in acquisition.extra if k.lower().replace("_", "") == "maximumfieldcount"), None)
        hint = f"{near!r} is written in lower case and without separators" if near else None
        yield ctx.issue(
            f"acquisition {acquisition.id} has no maximumfieldcount", expected='"maximumfieldcount"', hint=hint
        )


@rule(
    "plate-acquisition-maximumfieldcount-positive-integer",
    on=Acquisition,
    requirement=MUST,
    valid=[{"id": 0, "maximumfieldcount": 2}],
    invalid=[{"id": 0, "maximumfieldcount": 0}],
)
def maximumfieldcount_positive(acquisition: Acquisition, ctx: Context) -> Iterator[Issue]:
    """`maximumfieldcount` is an integer above 0."""
    value = acquisition.maximumfieldcount
    if value is not None and not _positive(value):
        yield ctx.at("maximumfieldcount").issue(
            f"maximumfieldcount is {value}", found=value, expected="an integer above 0"
        )


@rule(
    "plate-acquisition-times-epoch-integer",
    on=Acquisition,
    requirement=MUST,
    valid=[{"id": 0, "starttime": 1343731272, "endtime": 1343737645000}],
    invalid=[
        {"id": 0, "starttime": -1},
        Example({"id": 0, "starttime": 2, "endtime": 1}, "end before start: a warning"),
    ],
)
def acquisition_times(acquisition: Acquisition, ctx: Context) -> Iterator[Issue]:
    """`starttime` and `endtime`, when present, are integer epoch timestamps, not negative.

    Seconds and milliseconds are both found, in official documents, too; both are accepted. An end before the start
    is a warning.
    """
    start, end = acquisition.starttime, acquisition.endtime
    for key, value in (("starttime", start), ("endtime", end)):
        if is_number(value) and value < 0:
            yield ctx.at(key).issue(f"{key} is {value}", found=value, expected="an integer from 0 up")
    if is_number(start) and is_number(end) and 0 <= end < start:
        yield ctx.at("endtime").issue("endtime is before starttime", found=end, severity=Severity.WARNING)


@rule(
    "version-plate-present",
    on=PlateDef,
    requirement=SHOULD,
    valid=[{"version": "0.4", **plate()}],
    invalid=[plate()],
)
def version_present(definition: PlateDef, ctx: Context) -> list[Issue] | None:
    """The plate carries a version."""
    return version_missing(definition, "plate", ctx)


@rule(
    "version-plate-value",
    on=PlateDef,
    requirement=MUST,
    valid=[{"version": "0.4", **plate()}],
    invalid=[{**plate(), "version": "foo"}],
)
def version_value(definition: PlateDef, ctx: Context) -> list[Issue] | None:
    """A version inside the plate is the string that names this version of the specification.

    A number in its place is a fault of structure.
    """
    return other_version(definition.version, ctx)


NESTED_VERSION = (version_present, version_value)
PLATE_RULES = (
    *NAME_RULES,
    *WELL_ENTRY_RULES,
    name_present,
    field_count_present,
    field_count_positive,
    acquisition_id_unique,
    acquisition_id_nonnegative,
    acquisition_name_present,
    maximumfieldcount_present,
    maximumfieldcount_positive,
    acquisition_times,
    *GROUP_RULES,
)
