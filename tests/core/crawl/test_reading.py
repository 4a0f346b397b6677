"""Reading for a crawl: several batches under way, replies in any order, what is withheld, and what it costs."""

from __future__ import annotations

import json
import random
import threading
import tracemalloc
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from fakes import box_store, make_registry, no_big_items
from hypothesis import given, settings
from hypothesis import strategies as st

from ngff_core.checking.settings import Settings
from ngff_core.crawl.crawler import Crawler
from ngff_core.crawl.reader import Reader
from ngff_core.crawl.scheduler import Reply, Request, VisitResult, crawl
from ngff_core.errors import StoreError
from ngff_core.hierarchy import GroupNode
from ngff_core.report import Report
from ngff_core.report.partial import ReadStats
from ngff_core.stores import MemoryStore, UndecidedError, UnreachableError
from ngff_core.validation.calls import check_store

REGISTRY = make_registry(no_big_items)
TREE: dict[str, Any] = {
    "": {"items": [{"name": name, "size": 11} for name in "abcdef"]},
    **{
        name: {"items": [{"name": str(n), "size": n + 8} for n in range(number)]}
        for number, name in enumerate("abcdef", 1)
    },
    **{
        f"{name}/{n}": {"items": [{"name": "z", "size": 10 * n}]}
        for number, name in enumerate("abcdef", 1)
        for n in range(number)
    },
    **{f"{name}/{n}/z": {} for number, name in enumerate("abcdef", 1) for n in range(number)},
}
DOCUMENTS = box_store(TREE)


def findings(report: Report) -> list[tuple[str, str, str]]:
    return [(issue.rule, issue.node, issue.pointer) for issue in report.issues]


def crawled_with(documents: Mapping[str, bytes], batch: int, choices: Sequence[int]) -> VisitResult:
    """Drive a crawl by hand: at each step ask for more, or answer any one of the requests under way."""
    store = MemoryStore(documents)
    spec = next(iter(REGISTRY.specs.values()))
    crawler = Crawler(REGISTRY.version(spec.version, Settings()), spec.zarr_format, lists=False)
    running = crawl(crawler.visit(""), batch)
    under_way: list[Request] = []
    steps = iter(choices)
    request = next(running)
    try:
        while True:
            if request is not None:
                under_way.append(request)
            choice = next(steps, 1)
            if request is not None and choice == 0:
                request = running.send(None)
                continue
            answered = under_way.pop(choice % len(under_way))
            request = running.send(Reply(answered, store.get_many(answered.keys), []))
    except StopIteration as stop:
        crawled: VisitResult = stop.value
    return crawled


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.lists(st.integers(0, 5), max_size=200))
def test_the_order_of_the_answers_makes_no_difference(batch: int, choices: list[int]) -> None:
    expected = crawled_with(DOCUMENTS, 1000, [])
    found = crawled_with(DOCUMENTS, batch, choices)
    assert len(expected.sections) > 5
    assert found.sections == expected.sections
    assert found.counts == expected.counts


class Shuffled(MemoryStore):
    """A store that is asked for several batches at once, and answers them in disorder."""

    batch = 5
    concurrent = 4
    lists_cheaply = False

    def __init__(self, documents: Any) -> None:
        super().__init__(documents)
        self.threads: set[int] = set()
        self._order = random.Random(5)

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        self.threads.add(threading.get_ident())
        threading.Event().wait(self._order.random() / 200)
        return super().get_many(keys)


class Unlisted(MemoryStore):
    lists_cheaply = False


def test_several_batches_at_once_give_the_same_report() -> None:
    store = Shuffled(DOCUMENTS)
    report, expected = (check_store(s, registry=REGISTRY) for s in (store, Unlisted(DOCUMENTS)))
    assert report.to_dict() == expected.to_dict()
    assert len(report.issues) > 20
    assert len(store.threads) > 2


def test_g4_a_store_that_fails_in_a_thread_is_told_of_in_the_report() -> None:
    class Broken(Shuffled):
        def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
            if any("/" in key for key in keys):
                raise RuntimeError("a defect of the store")
            return super().get_many(keys)

    report = check_store(Broken(DOCUMENTS), registry=REGISTRY)
    assert {(i.message.partition(": ")[2], i.judged) for i in report.issues if not i.judged} == {
        ("Broken failed: RuntimeError: a defect of the store", False)
    }


class Announced(MemoryStore):
    """A store that is told what it will be asked for, and notes in which order it is."""

    batch = 5

    def __init__(self, documents: Any) -> None:
        super().__init__(documents)
        self.ahead: list[list[str]] = []
        self.most = 0

    def announce(self, keys: Sequence[str], prefixes: Sequence[str]) -> None:
        self.ahead.append([*keys, *(prefix + "/" for prefix in prefixes)])
        self.most = max(self.most, len(self.ahead))

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        self._note(keys)
        return super().get_many(keys)

    def list(self, prefix: str) -> list[str]:
        self._note([prefix + "/"])
        return super().list(prefix)

    def _note(self, wanted: Sequence[str]) -> None:
        if not self.ahead:
            return  # the root
        assert self.ahead[0][: len(wanted)] == [*wanted]
        self.ahead[0] = self.ahead[0][len(wanted) :]
        if not self.ahead[0]:
            self.ahead.pop(0)


def test_a_store_is_told_of_the_next_batch_while_it_is_asked_for_one() -> None:
    store = Announced(DOCUMENTS)
    report, expected = (check_store(s, registry=REGISTRY) for s in (store, MemoryStore(DOCUMENTS)))
    assert report.to_dict() == expected.to_dict()
    assert store.most == 2
    assert not store.ahead


def test_a_store_that_fails_to_read_ahead_is_asked_all_the_same() -> None:
    class Broken(MemoryStore):
        def announce(self, keys: Sequence[str], prefixes: Sequence[str]) -> None:
            raise RuntimeError("a defect of the store")

    report, expected = (check_store(s, registry=REGISTRY) for s in (Broken(DOCUMENTS), MemoryStore(DOCUMENTS)))
    assert report.to_dict() == expected.to_dict()


# --- what it costs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Unlisted, Shuffled])
def test_requests_and_bytes_are_counted(kind: type[MemoryStore]) -> None:
    seen: list[tuple[int, int, int]] = []

    def note(traffic: ReadStats) -> None:
        seen.append((traffic.requests, traffic.bytes, traffic.found))

    report = check_store(kind(DOCUMENTS), registry=REGISTRY, on_progress=note)
    traffic = report.stats
    # every document once, and zarr.json once to tell the Zarr format
    assert traffic.requests == 1 + 2 * len(TREE) + 1  # the last for .zmetadata
    assert traffic.bytes == sum(map(len, DOCUMENTS.values()))
    assert traffic.found == len(report.issues)
    assert seen[-1][:2] == (traffic.requests, traffic.bytes)
    assert seen == sorted(seen)


# --- the root -------------------------------------------------------------------------------------------


class Asked(Unlisted):
    def __init__(self, documents: Any) -> None:
        super().__init__(documents)
        self.asked: list[list[str]] = []

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        self.asked.append(list(keys))
        return super().get_many(keys)


def test_the_newer_format_is_asked_for_first_and_the_root_only_once() -> None:
    store = Asked(box_store({"": {"items": []}}))
    assert check_store(store, registry=REGISTRY).valid
    assert store.asked == [["zarr.json"], [".zgroup", ".zattrs", ".zmetadata"]]


def test_a_version_that_is_given_is_asked_for_first() -> None:
    store = Asked(box_store({"": {"items": []}}))
    assert check_store(store, registry=REGISTRY, version=next(iter(REGISTRY.specs))).valid
    assert store.asked == [[".zgroup", ".zattrs", ".zmetadata"]]


def test_a_place_that_does_not_answer_is_asked_once() -> None:
    store = Asked({"zarr.json": UnreachableError("nobody answers", hint="start the server")})
    report = check_store(store, registry=REGISTRY)
    assert store.asked == [["zarr.json"]]
    assert [(i.rule, i.message, i.hint) for i in report.issues] == [
        ("document-unreadable", "zarr.json could not be read: nobody answers", "start the server")
    ]
    assert report.status == "unreadable"


# --- what is withheld -------------------------------------------------------------------------------------

REFUSED = UndecidedError("the server refuses access (403)")


def test_refused_documents_of_the_other_format_count_as_absent_with_a_note() -> None:
    documents = {**box_store({"": {"items": []}}), "zarr.json": REFUSED}
    report = check_store(MemoryStore(documents), registry=REGISTRY)
    assert [(i.rule, i.severity.value, i.message) for i in report.issues] == [
        ("absence-assumed", "info", "zarr.json is taken for absent: the server refuses access (403)")
    ]
    assert report.valid


def test_where_everything_is_refused_nothing_is_judged() -> None:
    documents = dict.fromkeys(("zarr.json", ".zgroup", ".zattrs", ".zarray"), REFUSED)
    report = check_store(Unlisted(documents), registry=REGISTRY)
    assert [(i.rule, i.message) for i in report.issues] == [
        (
            "document-unreadable",
            "zarr.json, .zgroup, .zattrs, .zarray could not be read: the server refuses access (403)",
        )
    ]
    assert report.status == "unreadable"


def test_a_refused_document_that_has_to_be_there_is_unreadable() -> None:
    documents: dict[str, Any] = {**DOCUMENTS, "c/.zattrs": REFUSED}
    report = check_store(MemoryStore(documents), registry=make_registry())
    assert [(i.rule, i.node, i.document) for i in report.issues] == [("document-unreadable", "c", ".zattrs")]
    assert report.status == "unreadable"


def test_errors_are_not_taken_for_documents_when_absence_is_explained() -> None:
    nodes: list[GroupNode] = []

    def note(node: Any) -> None:
        nodes.append(node)

    documents: dict[str, Any] = {**box_store({"": {"items": [{"name": "gone"}]}}), "gone/zarr.json": REFUSED}
    check_store(Unlisted(documents), registry=REGISTRY, on_node=note)
    assert [str(child.why) for child in nodes[0].children.values()] == ["missing"]


def test_a_reader_counts_listings() -> None:
    reader = Reader(MemoryStore({"a/b": b"12", "c": b"3"}))
    assert list(reader.list("") or ()) == ["a/", "c"]
    assert reader.get_many(["a/b", "d"]) == [b"12", None]
    assert (reader.stats.requests, reader.stats.bytes) == (3, 2)


# --- memory -----------------------------------------------------------------------------------------------


class Endless(MemoryStore):
    """A tree of boxes without end in sight: ``width`` boxes, each with ten, each of a name of its own."""

    lists_cheaply = False
    concurrent = 4
    batch = 16

    def __init__(self, width: int) -> None:
        super().__init__({})
        self.width = width

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        return [self._document(key) for key in keys]

    def _document(self, key: str) -> bytes | None:
        path, _, name = key.rpartition("/")
        if name == ".zgroup":
            return b'{"zarr_format": 2}'
        if name != ".zattrs":
            return None
        depth = path.count("/") + 1 if path else 0
        below = self.width if depth == 0 else 10 if depth == 1 else 0
        note = f"{path} " * 1000 if depth == 2 else ""
        items = [{"name": str(n)} for n in range(below)]
        return json.dumps({"version": "9.1", "note": note, "items": items}).encode()


def peak_of(width: int) -> int:
    store = Endless(width)
    tracemalloc.start()
    try:
        report = check_store(store, registry=REGISTRY)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert report.valid
    assert report.counts == {"box": 1 + 11 * width}
    return peak


def test_memory_does_not_grow_with_the_leaves() -> None:
    """A group keeps what it names until it is judged, and nothing of what those name: 3,000 leaves of 5 kB here."""
    peak_of(20)  # what is imported and compiled once
    small, large = peak_of(100), peak_of(400)
    assert large - small < 10_000_000  # what is under way at once differs from run to run; kept, they take over 16 MB
