"""Whatever documents hold: `set` and `rebuild` plan something or say why not, and no more errors come of it."""

from __future__ import annotations

import json

from bases import labels, plate
from documents import changes
from hypothesis import given, settings
from hypothesis import strategies as st

from ngff_core import Severity, check_store, plan_rebuild, plan_set
from ngff_core.editing.plan import EditPlan
from ngff_core.stores import MemoryStore

EVERYTHING = {
    "pixel-size.x": 0.65,
    "unit": "micrometer",
    "axis-type.y": "space",
    "name": "cells",
    "channel.0.label": "DAPI",
    "channel.GFP.window": "0..10",
    "channel.1.active": True,
}
OF_PLATES = {"plate.name": "plate", "acquisition.0.name": "first"}
TREES = {"image": labels, "plate": plate}


@st.composite
def broken(draw: st.DrawFn, kind: str) -> dict[str, bytes]:
    """Draw the documents of a hierarchy with anything at up to three places in its metadata."""
    tree = TREES[kind](draw(st.sampled_from(["0.4", "0.5"])))
    paths = {"image": ["", "labels", "labels/cells"], "plate": ["", "A/1", "A/1/0", "B/3/1"]}[kind]
    for path in draw(st.lists(st.sampled_from(paths), min_size=1, max_size=3)):
        ome = tree.ome(path)
        changed = draw(changes(ome)).applied(ome)
        ome.clear()
        ome |= changed
    return {key: json.dumps(value).encode() for key, value in tree.docs.items()}


def holds(plan: EditPlan, documents: dict[str, bytes]) -> None:
    """Nothing was changed by planning; a plan that can be carried out leaves no more errors than there were."""
    if plan.refusals() or not plan.writes:
        return
    after = {**documents, **{write.key: write.new for write in plan.writes if write.new is not None}}
    report = check_store(MemoryStore(after))
    assert report.issues == plan.after.issues
    if plan.command == "set":
        assert report.count(Severity.ERROR) <= plan.before.count(Severity.ERROR)


@settings(max_examples=60)
@given(documents=broken("image"), chosen=st.sets(st.sampled_from(sorted(EVERYTHING)), min_size=1))
def test_images(documents: dict[str, bytes], chosen: set[str]) -> None:
    values = {key: EVERYTHING[key] for key in sorted(chosen)}
    holds(plan_set(MemoryStore(documents), values, labels=True), documents)


@settings(max_examples=40)
@given(documents=broken("plate"), chosen=st.sets(st.sampled_from(sorted(EVERYTHING | OF_PLATES)), min_size=1))
def test_plates(documents: dict[str, bytes], chosen: set[str]) -> None:
    values = {key: (EVERYTHING | OF_PLATES)[key] for key in sorted(chosen)}
    holds(plan_set(MemoryStore(documents), values, images=True), documents)


@settings(max_examples=40)
@given(documents=broken("plate"))
def test_rebuilt_plates(documents: dict[str, bytes]) -> None:
    holds(plan_rebuild(MemoryStore(documents)), documents)
