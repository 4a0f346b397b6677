"""Plans of upgrades, of damaged hierarchies in memory: every plan can be shown, and what it writes can be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

from changing import changed
from engine import Case
from on_documents import draw_steps
from oracles import of_report, same
from sound_stores import documents_of, stores

from ngff_core import NgffError, Plan, plan_upgrade
from ngff_core.plugins.registry import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.upgrade.render import plan_json, plan_lines

__all__ = ["UPGRADES"]

ANSWERS = ({}, {"chunk-keys": "rename"}, {"codecs": "numcodecs", "data-types": "zarr-python"}, {"fill-value": "0"})
NEXT = {"0.1": "0.2", "0.2": "0.4", "0.3": "0.4", "0.4": "0.5", "0.5": "0.4", "0.6": "0.5"}


class Upgrades:
    """Hierarchies on the way to another version, documents of arrays above all."""

    name = "upgrades"

    def draw(self, rng: Random) -> Case:
        """Draw a store, its damage, and what is asked for."""
        base = rng.choice([name for name in stores() if not name.startswith("plate")])
        documents = documents_of(stores()[base])
        arrays = {key: data for key, data in documents.items() if b'"shape"' in data}
        steps = draw_steps(rng, arrays if rng.random() < 0.5 and arrays else documents, large=rng.random() < 0.2)
        choices = {
            "to": NEXT[base.split()[1]] if rng.random() < 0.7 else rng.choice(list(default_registry().specs)),
            "decisions": rng.choice(ANSWERS),
            "remove_old": rng.random() < 0.3,
        }
        return Case(self.name, base, steps, choices)

    def problems(self, case: Case, folder: Path) -> Iterator[str]:
        """Yield what does not hold."""
        files = changed(stores()[case.base], case.steps)
        plan = _planned(files, case)
        if plan is None:
            return
        yield from _shown(plan)
        yield from of_report(plan.before)
        if plan.after is not None:
            yield from of_report(plan.after)
        again = _planned(files, case)
        yield from same("the same again", again and again.writes, plan.writes)
        for write in plan.writes:
            if write.new is not None:
                json.loads(write.new)


def _planned(files: dict[str, bytes], case: Case) -> Plan | None:
    for decisions in (case.choices["decisions"], {}):  # none, where nobody asks for this one
        try:
            remove_old = case.choices["remove_old"]
            return plan_upgrade(MemoryStore(files), case.choices["to"], decisions=decisions, remove_old=remove_old)
        except NgffError:
            continue
    return None


def _shown(plan: Plan) -> Iterator[str]:
    registry = default_registry()
    for loss in (False, True):
        reasons = plan.refusals(allow_loss=loss)
        json.dumps(plan_json(plan, registry, "planned", reasons), allow_nan=False)
        for line in plan_lines(plan, registry, reasons, only_plan=True):
            if not isinstance(line, str):
                yield f"line of a plan: {line!r}"


UPGRADES = Upgrades()
