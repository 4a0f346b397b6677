"""Plan, perform, join: partials of a damaged plate, in any order and grouping, are those of judging it whole."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import BASES
from corpus import CASES

from ngff_core.crawl.scope import WHOLE
from ngff_core.errors import StoreError
from ngff_core.report.joining import join
from ngff_core.report.partial import Partial
from ngff_core.stores import MemoryStore
from ngff_core.validation.calls import validator_of
from ngff_core.validation.many.jobs import divide
from ngff_core.validation.outcome import report_of
from ngff_core.validation.store import evaluate_store

PLATES = [(case.name, version) for case in CASES if case.base.startswith("plate") for version in case.found]
BY_NAME = {case.name: case for case in CASES}


@functools.cache
def judged(name: str, version: str, parts: int) -> tuple[Any, tuple[Partial, ...]]:
    """Return the report of a damaged plate as one, and what its parts come to."""
    case = BY_NAME[name]
    tree = BASES[case.base](version)
    case.damage(tree)
    store = MemoryStore(tree.documents())
    validator = validator_of()
    scopes = divide(validator, store, parts).scopes
    whole = validator.store(store).to_dict()
    return whole, tuple(evaluate_store(validator, store, scope) for scope in scopes)


def said(partial: Partial) -> Any:
    return report_of(partial, validator_of().settings).to_dict()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the first time a plate is judged
@given(st.sampled_from(PLATES), st.integers(1, 5), st.data())
def test_parts_joined_are_the_whole_in_any_order_and_grouping(
    plate: tuple[str, str], parts: int, data: st.DataObject
) -> None:
    whole, partials = judged(*plate, parts)
    waiting = list(data.draw(st.permutations(partials)))
    while len(waiting) > 1:
        start = data.draw(st.integers(0, len(waiting) - 2))
        stop = data.draw(st.integers(start + 2, len(waiting)))
        waiting[start:stop] = [join(waiting[start:stop])]
    assert said(waiting[0]) == whole


@pytest.mark.parametrize(("name", "version"), PLATES, ids=[f"{name}-{version}" for name, version in PLATES])
def test_every_plate_of_the_corpus(name: str, version: str) -> None:
    whole, partials = judged(name, version, 3)
    assert said(join(partials[::-1])) == said(join(partials)) == whole


def test_plates_are_divided_and_nothing_else_is() -> None:
    validator = validator_of()
    for base, make in BASES.items():
        scopes = divide(validator, MemoryStore(make("0.5").documents()), 3).scopes
        assert (scopes != (WHOLE,)) == base.startswith("plate"), base


def test_fuzz_a_root_that_no_part_can_read_is_said_once() -> None:
    class Locked(MemoryStore):
        def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
            values = super().get_many(keys)
            return [StoreError("it is locked") if key == ".zgroup" else v for key, v in zip(keys, values, strict=True)]

    validator = validator_of()
    store = Locked(BASES["plate"]("0.4").documents())
    scopes = divide(validator, store, 3).scopes
    assert len(scopes) == 3
    partials = [evaluate_store(validator, store, scope) for scope in scopes]
    whole = validator.store(store).to_dict()
    assert said(join(partials[::-1])) == said(join([partials[0], join(partials[1:])])) == whole
