"""What the report on a part of a store has beside others."""

from __future__ import annotations

from itertools import groupby

import attrs

from ngff_core.structure.values import JSONObject

__all__ = ["Part"]


@attrs.frozen
class Part:
    """What joining the parts of one store needs beside the findings.

    ``positions`` tells where each finding stands (see `ngff_core.report.partial.Section`), ``run`` and ``skipped`` are
    the rules that had something to look at, and had not.
    """

    positions: tuple[int, ...]
    run: tuple[str, ...]
    skipped: tuple[str, ...]

    def to_dict(self) -> JSONObject:
        """Return the JSON form: how many findings stand at each position."""
        places = [[position, len(list(members))] for position, members in groupby(self.positions)]
        return {"places": places, "run": list(self.run), "skipped": list(self.skipped)}
