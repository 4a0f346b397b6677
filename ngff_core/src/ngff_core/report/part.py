"""What the report on a part of a store has beside others."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import attrs

from ngff_core.structure.values import JSONObject

if TYPE_CHECKING:
    from ngff_core.report.outline.nodes import Layout

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

    def to_dict(self, plate: Layout | None) -> JSONObject:
        """Return the JSON form: how many findings stand at each position; ``plate`` is for a map of the wells."""
        places = [[position, len(list(members))] for position, members in groupby(self.positions)]
        told = {} if plate is None else {"plate": plate.to_dict()}
        return {"places": places, "run": list(self.run), "skipped": list(self.skipped), **told}
