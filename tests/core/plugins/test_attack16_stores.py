"""What stores of plugins answer where something else than the crawl asks them, and what they list twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bad_plugins import fails, leaves
from fakes import box_store
from test_attack5_plugins import GOOD, Lister, listed

from ngff_core.errors import StoreError
from ngff_core.stores.content import all_keys, content_of
from ngff_core.upgrade.overlay import Recorder
from ngff_core.view.documents import try_nodes

DOCUMENTS = box_store({"": GOOD, "a": {"items": []}})
ANSWERS: dict[str, Callable[[Any], Any]] = {
    "fewer": lambda keys: [],
    "more": lambda keys: [None] * (len(keys) + 1),
    "endless": lambda keys: iter(lambda: b"{}", None),
    "text": lambda keys: ["{}"] * len(keys),
    "numbers": lambda keys: [5] * len(keys),
    "raises": fails(RuntimeError("oops")),
    "leaves": leaves,
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_attack16_3b_answers_are_looked_at_whoever_asks(answer: Any) -> None:
    store: Any = Lister(DOCUMENTS, list)
    store.get_many = answer
    recorder = Recorder(store)
    for values in (recorder.get_many(["zarr.json"]), recorder.get_rare(["a/zarr.json"])):
        assert isinstance(values[0], StoreError)
        assert str(values[0]).startswith("Lister failed: ")
    assert all(isinstance(node, StoreError) for node in try_nodes(store, ["", "a"], ["zarr.json"]))
    with pytest.raises(StoreError, match="Lister failed: "):
        content_of(store, "zarr.json")


def test_attack16_3c_a_listing_that_names_something_twice_has_failed() -> None:
    report = listed(GOOD, lambda names: [*names, names[0]])
    assert report.exit_code() == 3
    assert "Lister failed: it listed '.zattrs' twice" in report.issues[0].message
    store: Any = Lister(DOCUMENTS, lambda names: [*names, *names])
    with pytest.raises(StoreError, match=r"Lister failed: it listed '.*' twice"):
        list(all_keys(store) or ())
