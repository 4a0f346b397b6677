"""Names in a folder: many of them are held in little room, in the order of few."""

from __future__ import annotations

import pickle
import random
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from ngff_core.errors import StoreError
from ngff_core.stores import LocalStore, MemoryStore, answers
from ngff_core.stores.answers import MANY, ManyNames, in_order, names_in

NUMBERS = [1, MANY - 1, MANY, MANY + 1, 2 * MANY, 2 * MANY + 777]


def some(number: int) -> Iterator[str]:
    """Yield names as a file system does, in no order."""
    numbers = [*range(number)]
    random.Random(number).shuffle(numbers)
    return (f"{n}.ome.zarr/" for n in numbers)


@pytest.mark.parametrize("number", NUMBERS)
def test_many_names_are_those_of_a_sorted_list(number: int) -> None:
    found, expected = in_order(some(number)), sorted(some(number))
    assert ([*found], len(found), found[-1], found[3:5]) == (expected, number, expected[-1], expected[3:5])
    assert isinstance(found, ManyNames) == (number >= MANY)
    assert [*pickle.loads(pickle.dumps(found))] == expected
    assert "0.ome.zarr/" in found
    assert f"{number}.ome.zarr/" not in found


def taken(make: Callable[[Iterable[str]], Sequence[str]]) -> tuple[int, int]:
    """Return how many bytes names take, and how many at most while they are gathered."""
    given = some(10 * MANY)
    next(given)  # its own memory is taken
    tracemalloc.start()
    try:
        held = make(given)
        return tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        del held


def test_many_names_take_little_room_also_while_they_are_gathered() -> None:
    (held, most), (held_by_list, most_by_list) = taken(in_order), taken(sorted)
    assert 3 * held < held_by_list
    assert 2 * most < most_by_list


class Listing(MemoryStore):
    """A store that lists what it is given."""

    def __init__(self, found: Sequence[str]) -> None:
        super().__init__({})
        self.found = found

    def list(self, prefix: str) -> Sequence[str] | None:
        return self.found


def test_listings_of_any_store_are_held_in_little_room() -> None:
    found = names_in(Listing([*some(MANY)]), "")
    assert isinstance(found, ManyNames)
    assert [*found] == [*some(MANY)]


@pytest.mark.parametrize("position", [0, 198, 199, 200, MANY - 1])
def test_a_name_that_a_folder_has_twice_is_found_among_many(position: int) -> None:
    once = sorted(some(MANY))
    twice = [*once[:position], once[position], *once[position:]]
    assert names_in(Listing(ManyNames(once)), "") is not None
    with pytest.raises(StoreError, match="twice"):
        names_in(Listing(ManyNames(twice)), "")


@pytest.mark.parametrize("wrong", ["", "..", "a/b", "../"])
def test_what_is_no_name_is_found_among_many(wrong: str) -> None:
    with pytest.raises(StoreError, match="no name"):
        names_in(Listing(ManyNames(sorted([*some(MANY), wrong]))), "")


def test_a_large_folder_is_listed_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(50):
        (tmp_path / f"{number}.zarr").mkdir()
    (tmp_path / "10.txt").touch()
    expected = LocalStore(tmp_path).list("")
    monkeypatch.setattr(answers, "MANY", 7)
    found = LocalStore(tmp_path).list("")
    assert isinstance(found, ManyNames)
    assert [*found] == expected
