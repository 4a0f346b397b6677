"""What was made of documents is remembered: a bounded number of the last ones, and only of equal documents."""

from __future__ import annotations

import pytest

from ngff_core.crawl.memory import LARGEST, NOW_AND_THEN, OF_ONE_LENGTH, PATIENCE, Memory, bounded


def test_equal_documents_are_known() -> None:
    memory: Memory[str] = Memory(8)
    memory.put([b"one", None], "image", "made")
    assert memory.get([b"one", None], "image") == "made"


@pytest.mark.parametrize(("documents", "key"), [([b"two", None], "image"), ([b"one"], "image"), ([b"one", None], None)])
def test_others_are_not(documents: list[bytes | None], key: str | None) -> None:
    memory: Memory[str] = Memory(8)
    memory.put([b"one", None], "image", "made")
    assert memory.get(documents, key) is None


def test_documents_of_one_length_are_told_apart_and_the_last_ones_stay() -> None:
    memory: Memory[int] = Memory(1000)
    for number in range(100, 100 + 5 * OF_ONE_LENGTH):
        memory.put([b"%d" % number], None, number)
    known = [number for number in range(100, 100 + 5 * OF_ONE_LENGTH) if memory.get([b"%d" % number], None) == number]
    assert known == list(range(100 + 4 * OF_ONE_LENGTH, 100 + 5 * OF_ONE_LENGTH))


def test_the_oldest_go_where_there_are_many() -> None:
    memory: Memory[int] = Memory(8)
    for length in range(1, 100):
        memory.put([b"a" * length], None, length)
    known = [length for length in range(1, 100) if memory.get([b"a" * length], None) == length]
    assert known == list(range(92, 100))


def test_what_comes_again_and_again_drives_out_no_others() -> None:
    memory: Memory[int] = Memory(32)
    memory.put([b"a" * 50], None, 50)
    for number in range(100, 900):
        memory.put([b"%d" % number], None, number)
    assert memory.get([b"a" * 50], None) == 50


def test_large_documents_are_not_kept() -> None:
    memory: Memory[int] = Memory(8)
    memory.put([b"a" * LARGEST, b"a"], None, 1)
    assert memory.get([b"a" * LARGEST, b"a"], None) is None


def test_a_dictionary_that_remembers_is_bounded() -> None:
    found: dict[int, int] = {}
    for number in range(20):
        bounded(found, 4)[number] = number
    assert list(found) == [16, 17, 18, 19]


def test_who_asks_in_vain_is_told_not_to_but_for_now_and_then() -> None:
    memory: Memory[int] = Memory(8)
    memory.put([b"one"], None, 1)
    for _ in range(PATIENCE):
        assert memory.pays()
        memory.get([b"two"], None)
    assert sum(memory.pays() for _ in range(10 * NOW_AND_THEN)) == 10
    memory.get([b"one"], None)
    assert memory.pays()
