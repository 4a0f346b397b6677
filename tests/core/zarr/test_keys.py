"""The names of Zarr's documents: the tables agree with each other."""

from __future__ import annotations

import pytest

from ngff_core.zarr.keys import (
    ARRAY_KEY,
    ATTRIBUTES_KEY,
    CONSOLIDATED_KEY,
    DOCUMENTS,
    GROUP_KEYS,
    NODE_KEYS,
    OTHER_DOCUMENTS,
    OTHER_FORMAT,
)


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_the_documents_of_nodes_are_those_of_groups_and_arrays(zarr_format: int) -> None:
    assert set(NODE_KEYS[zarr_format]) == {*GROUP_KEYS[zarr_format], ARRAY_KEY[zarr_format]}
    assert ATTRIBUTES_KEY[zarr_format] in GROUP_KEYS[zarr_format]
    assert {*NODE_KEYS[zarr_format], CONSOLIDATED_KEY[zarr_format]} <= {*DOCUMENTS}
    assert {*NODE_KEYS[OTHER_FORMAT[zarr_format]]} <= {*NODE_KEYS[zarr_format], *OTHER_DOCUMENTS[zarr_format]}


def test_there_are_no_other_names() -> None:
    named = {*NODE_KEYS[2], *NODE_KEYS[3], *CONSOLIDATED_KEY.values()}
    assert named == {*DOCUMENTS}
    assert OTHER_FORMAT == {2: 3, 3: 2}
