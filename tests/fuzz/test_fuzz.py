"""Fuzzing for about a minute; for longer with ``NGFF_FUZZ_MINUTES``, from other seeds with ``NGFF_FUZZ_SEED``.

What is found is named by its seed and number, made as small as it gets, and printed as what a file in ``finds/`` holds.
"""

from __future__ import annotations

from random import Random

import pytest

pytest.importorskip("ngff_v01", reason="needs all versions: ngff_v01 is not installed")
pytest.importorskip("ngff_v02", reason="needs all versions: ngff_v02 is not installed")
pytest.importorskip("ngff_v03", reason="needs all versions: ngff_v03 is not installed")
pytest.importorskip("ngff_v04", reason="needs all versions: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs all versions: ngff_v05 is not installed")
pytest.importorskip("ngff_v06", reason="needs all versions: ngff_v06 is not installed")

from engine import SEED, Target, fuzz
from targets import TARGETS

NUMBERS = {"documents": 1200, "stores": 100, "upgrades": 400, "archives": 300, "journals": 120, "servers": 12}
"""How many inputs of each are tried at least: some ten seconds of each, on a machine that has nothing else to do."""


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_nothing_is_found(target: Target) -> None:
    print(f"seed {SEED}, to be had again with NGFF_FUZZ_SEED={SEED}")
    finds = fuzz(target, NUMBERS[target.name], 1 / len(TARGETS))
    assert not finds, "\n\n".join(map(str, finds))


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_an_input_is_drawn_from_its_name_alone(target: Target) -> None:
    assert [target.draw(named(f"{target.name}:{n}")) for n in range(5)] == [
        target.draw(named(f"{target.name}:{n}")) for n in range(5)
    ]


def named(name: str) -> Random:
    return Random(name)
