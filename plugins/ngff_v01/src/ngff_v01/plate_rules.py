"""The rule on plates that only 0.1 has."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.rules.common import is_number
from ngff_v01.plate import Acquisition


@rule(
    "plate-acquisition-times-epoch-integer",
    on=Acquisition,
    requirement=MUST,
    valid=[{"id": 0, "starttime": 1343731272, "endtime": "1343737645"}],
    invalid=[{"id": 0, "starttime": -1}, {"id": 0, "endtime": "2022-05-13T13:48:06+00:00"}, {"id": 0, "endtime": []}],
)
def acquisition_times(acquisition: Acquisition, ctx: Context) -> Iterator[Issue]:
    """`starttime` and `endtime`, when present, are epoch timestamps, not negative.

    The text speaks of strings, the schema of numbers: digits in a string and numbers are both accepted.
    """
    for key, value in (("starttime", acquisition.starttime), ("endtime", acquisition.endtime)):
        if (value is not None or key in (acquisition._extra or ())) and not _is_time(value):
            yield ctx.at(key).issue(
                f"{key} is no epoch timestamp", found=value, expected="a number from 0 up, or its digits"
            )


def _is_time(value: object) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.isdecimal()
    return is_number(value) and value >= 0
