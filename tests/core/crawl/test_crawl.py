"""The crawl: what is asked for and in which batches, the order of issues, and what groups share."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from fakes import Item, box_store, broken, make_plugin, make_registry, no_big_items
from hypothesis import given
from hypothesis import strategies as st

from ngff_core.checking.rule import Context, Rule, rule
from ngff_core.errors import StoreError
from ngff_core.hierarchy import ArrayNode, GroupNode, Hierarchy
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.models.children import image_children, plate_children, well_children
from ngff_core.models.image import ImageMetadata
from ngff_core.models.plate import PlateMetadata, WellMetadata
from ngff_core.plugins import Registry
from ngff_core.report import Report
from ngff_core.spec import Kind, Spec
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store
from ngff_core.validation.calls import check_store

Places = list[tuple[str, str, str]]


class Recorder(MemoryStore):
    """A store in memory that notes what is asked of it."""

    def __init__(self, documents: Any, batch: int = 256, *, lists: bool = True) -> None:
        super().__init__(documents)
        self.batch = batch
        self.lists_cheaply = lists
        self.requests: list[list[str]] = []
        self.listed: list[str] = []

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        self.requests.append(list(keys))
        return super().get_many(keys)

    def list(self, prefix: str) -> Sequence[str] | None:
        self.listed.append(prefix)
        return super().list(prefix)


def places(report: Report) -> Places:
    return [(i.rule, i.node, i.pointer) for i in report.issues]


def box(*names: str, size: int = 1) -> dict[str, Any]:
    return {"items": [{"name": name, "size": size} for name in names]}


# --- plates of a made-up version, with models of core --------------------------------------------------

PLATES = Spec(
    version="9.5",
    zarr_format=2,
    namespace=None,
    kinds=(
        Kind("plate", ("plate",), PlateMetadata, plate_children),
        Kind("well", ("well",), WellMetadata, well_children),
        Kind("image", ("multiscales",), ImageMetadata, image_children),
    ),
    version_places=(("version",),),
    accepts=lambda version: version == "9.5",
    resembles=lambda ome: True,
    sections={},
    address="https://example.org/plates",
)


def plate_registry(*rules: Rule) -> Registry:
    return Registry(
        found=[], plugins=[make_plugin("plates", ngff_specs=lambda: [PLATES], ngff_rules=lambda version: list(rules))]
    )


def plate(wells: int, fields: int = 2, levels: int = 2) -> dict[str, bytes]:
    """Return the documents of a plate with one row."""
    paths = [f"A/{n}" for n in range(1, wells + 1)]
    image = {
        "multiscales": [
            {
                "axes": [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}],
                "datasets": [{"path": str(n), "coordinateTransformations": []} for n in range(levels)],
            }
        ]
    }
    nodes: dict[str, Any] = {
        "": {
            "version": "9.5",
            "plate": {
                "rows": [{"name": "A"}],
                "columns": [{"name": str(n)} for n in range(1, wells + 1)],
                "wells": [{"path": path, "rowIndex": 0, "columnIndex": n} for n, path in enumerate(paths)],
            },
        },
        "A": None,
    }
    for path in paths:
        nodes[path] = {"well": {"images": [{"path": str(n)} for n in range(fields)]}}
        for field in range(fields):
            nodes[f"{path}/{field}"] = image
            nodes |= {f"{path}/{field}/{level}": array((8, 8)) for level in range(levels)}
    return build_store(PLATES, nodes)


def requests_of(wells: int, batch: int, *, lists: bool = True) -> Recorder:
    store = Recorder(plate(wells), batch, lists=lists)
    report = check_store(store, registry=plate_registry())
    assert places(report) == []
    assert report.counts == {"plate": 1, "row": 1, "well": wells, "image": 2 * wells, "array": 4 * wells}
    return store


@pytest.mark.parametrize("batch", [1, 8, 32])
def test_batches_do_not_grow_with_the_plate(batch: int) -> None:
    small, large = requests_of(40, batch), requests_of(160, batch)
    assert max(map(len, small.requests)) == max(map(len, large.requests))
    assert max(map(len, large.requests)) <= 4 * batch + 8


def test_a_plate_takes_a_handful_of_rounds() -> None:
    assert len(requests_of(96, 10_000).requests) <= 6


@pytest.mark.parametrize("lists", [True, False])
def test_no_document_is_asked_for_twice_and_nothing_but_metadata(lists: bool) -> None:
    store = requests_of(6, 16, lists=lists)
    asked = Counter(key for request in store.requests[1:] for key in request)
    assert max(asked.values()) == 1
    assert {key.rpartition("/")[2] for key in asked} == {".zgroup", ".zattrs", ".zarray", ".zmetadata"} & {
        key.rpartition("/")[2] for key in asked
    }
    assert not any("zarr.json" in key for key in asked)


def test_a_store_that_cannot_list_cheaply_is_not_asked_to() -> None:
    assert requests_of(3, 16, lists=False).listed == []


# --- order --------------------------------------------------------------------------------------------


TREE = {
    "": box("b", "a", "c", size=10),
    "b": box("y", "x", size=11),
    "b/y": box(size=1),
    "b/x": {"items": [{"name": 5}]},
    "a": {"items": "none"},
    "c": box("d", size=12),
    "c/d": box("e", size=13),
    "c/d/e": {},
}


def test_issues_follow_the_hierarchy() -> None:
    report = check_store(MemoryStore(box_store(TREE)), registry=make_registry(no_big_items))
    assert places(report) == [
        ("no-big-items", "", "/items/0/size"),
        ("no-big-items", "", "/items/1/size"),
        ("no-big-items", "", "/items/2/size"),
        ("no-big-items", "b", "/items/0/size"),
        ("no-big-items", "b", "/items/1/size"),
        ("structure-type", "b/x", "/items/0/name"),
        ("structure-type", "a", "/items"),
        ("no-big-items", "c", "/items/0/size"),
        ("no-big-items", "c/d", "/items/0/size"),
    ]


DAMAGE = st.sampled_from(
    [None, b"", b"{", b"[]", b'{"items": [{"name": "x", "size": 10}]}', b'{"items": 5}', StoreError("500"), b"{}"]
)
NAMES = ["", "b", "b/y", "b/x", "a", "c", "c/d", "c/d/e"]
KEYS = [f"{name}/{file}" if name else file for name in NAMES for file in (".zgroup", ".zattrs")]


@given(st.dictionaries(st.sampled_from(KEYS), DAMAGE, max_size=5))
def test_the_report_does_not_depend_on_the_size_of_batches(damage: dict[str, Any]) -> None:
    documents: dict[str, Any] = {**box_store(TREE), **damage}
    documents = {key: value for key, value in documents.items() if value is not None}
    reports = []
    for batch in (1, 3, 256):
        for lists in (True, False):
            registry = make_registry(no_big_items, broken)
            reports.append(check_store(Recorder(documents, batch, lists=lists), registry=registry).to_dict())
    assert all(report == reports[0] for report in reports[1:])


# --- what groups share ----------------------------------------------------------------------------------


def recording(rule_id: str, met: list[str], *looks: str) -> Rule:
    """Return a rule that notes each run, looks at some attributes of the node, and finds one thing each time."""

    @rule(rule_id, on=GroupNode, requirement=MUST)
    def look(node: GroupNode, ctx: Context) -> Iterator[Issue]:
        """Looks at the node."""
        met.append(repr(node))
        seen = [getattr(node, attribute) for attribute in looks]
        yield ctx.issue(f"{' '.join(str(s) for s in seen)}".strip() or "looked", "items")

    return look


EQUAL = {"": box("a", "b", "c"), "a": box(), "b": box(), "c": box()}


def test_equal_groups_are_judged_once_by_rules_that_look_at_nothing_else() -> None:
    met: list[str] = []
    report = check_store(MemoryStore(box_store(EQUAL)), registry=make_registry(recording("no-look", met, "kind")))
    assert len(met) == 2
    assert [(i.node, i.message) for i in report.issues] == [("", "box"), ("a", "box"), ("b", "box"), ("c", "box")]


@pytest.mark.parametrize(
    ("look", "messages"),
    [
        ("path", ["", "a", "b", "c"]),
        ("name", ["", "a", "b", "c"]),
        ("parent", ["None", *["GroupNode('', kind='box')"] * 3]),
        ("root", ["GroupNode('', kind='box')"] * 4),
    ],
)
def test_a_rule_that_looks_at_the_surroundings_is_run_for_every_group(look: str, messages: list[str]) -> None:
    met: list[str] = []
    report = check_store(MemoryStore(box_store(EQUAL)), registry=make_registry(recording("no-look", met, look)))
    assert len(met) == (2 if look == "parent" else 4)  # all have the same parent, but for the root
    assert [i.message for i in report.issues] == [message or "looked" for message in messages]


def test_another_rule_that_looks_at_nothing_is_run_again_beside_it() -> None:
    met: list[str] = []
    rules = [recording("no-look", met), recording("no-path", [], "path")]
    report = check_store(MemoryStore(box_store(EQUAL)), registry=make_registry(*rules))
    assert len(met) == 4
    assert [(i.rule, i.node) for i in report.issues] == [
        (name, node) for node in ("", "a", "b", "c") for name in ("no-look", "no-path")
    ]


def test_equal_documents_with_other_neighbours_are_judged_apart() -> None:
    @rule("no-children", on=GroupNode, requirement=MUST)
    def no_children(node: GroupNode, ctx: Context) -> Iterator[Issue]:
        """Nothing is missing."""
        if not list(node.groups()):
            yield ctx.issue("alone")

    tree = {"": box("a", "b"), "a": box("x"), "b": box("x"), "a/x": box("y"), "a/x/y": box()}
    report = check_store(MemoryStore(box_store(tree)), registry=make_registry(no_children))
    assert places(report) == [("no-children", "a/x/y", ""), ("no-children", "b", "")]


def test_the_place_of_one_group_does_not_stick_to_equal_ones() -> None:
    """Issues on a child are told at the child of each group."""

    @rule("no-x", on=GroupNode, requirement=MUST)
    def no_x(node: GroupNode, ctx: Context) -> Iterator[Issue]:
        """Complains of a child that is not there."""
        if "x" in node.children:
            yield ctx.issue("x", "items", node="x")

    tree = {"": box("a", "b"), "a": box("x"), "b": box("x")}
    report = check_store(MemoryStore(box_store(tree)), registry=make_registry(no_x))
    assert places(report) == [("no-x", "a/x", "/items"), ("no-x", "b/x", "/items")]


def test_models_of_equal_documents_are_judged_once_and_reported_each_time() -> None:
    met: list[str] = []

    @rule("no-item", on=Item, requirement=MUST)
    def no_item(item: Item, ctx: Context) -> Iterator[Issue]:
        """Notes what it is given."""
        met.append(item.name)
        yield ctx.issue("item")

    tree = {"": box("a", "b"), "a": box("x"), "b": box("x")}
    report = check_store(MemoryStore(box_store(tree)), registry=make_registry(no_item))
    assert sorted(met) == ["a", "b", "x"]  # a document is judged when all it leads to is there
    assert [i.node for i in report.issues] == ["", "", "a", "b"]


# --- what is in the way ---------------------------------------------------------------------------------


def test_a_failed_read_is_an_issue_and_the_crawl_goes_on() -> None:
    documents: dict[str, Any] = {**box_store(TREE), "b/.zattrs": StoreError("500 internal error")}
    report = check_store(MemoryStore(documents), registry=make_registry())
    (issue, *others) = [i for i in report.issues if i.node != ""]
    assert (issue.rule, issue.node, issue.document, issue.judged) == ("document-unreadable", "b", ".zattrs", False)
    assert issue.message == ".zattrs could not be read: 500 internal error"
    assert [(i.rule, i.node) for i in others] == [("structure-type", "a")]


def test_a_failed_read_alone_is_unreadable_not_invalid() -> None:
    documents: dict[str, Any] = {**box_store({"": box("a")}), "a/.zattrs": StoreError("500")}
    report = check_store(MemoryStore(documents), registry=make_registry())
    assert (report.status, report.exit_code()) == ("unreadable", 3)


@pytest.mark.parametrize("path", ["..", "../x", "/a", "a\\b", "C:/x", "/".join("a" * 70)])
def test_paths_that_lead_out_are_never_asked_for(path: str) -> None:
    store = Recorder(box_store({"": box(path)}))
    nodes: list[Any] = []
    check_store(store, registry=make_registry(), on_node=nodes.append)
    asked = {key for request in store.requests for key in request}
    assert all("/" not in key for key in asked)
    assert [str(child.why) for child in nodes[0].children.values()] == ["outside"]


def test_a_circle_is_judged_once() -> None:
    report = check_store(MemoryStore(box_store({"": box("a"), "a": box("..", "../a")})), registry=make_registry())
    assert places(report) == [("node-reached-twice", "", ""), ("node-reached-twice", "a", "")]
    assert report.counts == {"box": 2}


def test_broken_documents_do_not_stop_the_crawl() -> None:
    documents = box_store({"": box("a", "b"), "a": b"{", "b": {"items": 5}})
    assert places(check_store(MemoryStore(documents), registry=make_registry())) == [
        ("document-not-json", "a", ""),
        ("structure-type", "b", "/items"),
    ]


def test_what_is_named_but_absent_is_known_to_rules() -> None:
    nodes: list[Any] = []
    documents = box_store({"": box("gone", "array", "moved")})
    documents |= {"array/.zarray": b"{}", "moved/zarr.json": b"{}"}
    check_store(MemoryStore(documents), registry=make_registry(), on_node=nodes.append)
    assert {name: str(child.why) for name, child in nodes[0].children.items()} == {
        "gone": "missing",
        "array": "array",
        "moved": "other-format",
    }


def test_only_what_is_wrong_already_is_diagnosed() -> None:
    store = Recorder(box_store({"": box("gone", "a"), "a": box()}))
    check_store(store, registry=make_registry())
    probed = {key for request in store.requests for key in request if "zarr.json" in key or ".zarray" in key}
    assert probed == {"zarr.json", "gone/zarr.json", "gone/.zarray"}


# --- what is handed out -----------------------------------------------------------------------------------


def test_every_node_is_handed_out_after_its_children() -> None:
    paths: list[str] = []

    def note(node: GroupNode | ArrayNode) -> None:
        paths.append(node.path)

    check_store(MemoryStore(plate(1, fields=1)), registry=plate_registry(), on_node=note)
    assert paths == ["A", "A/1/0/0", "A/1/0/1", "A/1/0", "A/1", ""]


def test_rules_on_the_hierarchy_see_every_node() -> None:
    met: list[list[str]] = []

    @rule("lab/whole", on=Hierarchy, requirement=MUST)
    def whole(hierarchy: Hierarchy, ctx: Context) -> Iterator[Issue]:
        """Looks at everything."""
        met.append(sorted(hierarchy.nodes))
        yield ctx.issue(f"root is {hierarchy.root!r}")

    tree = {"": box("a"), "a": box("b"), "a/b": box()}
    report = check_store(MemoryStore(box_store(tree)), registry=make_registry(whole))
    assert met == [["", "a", "a/b"]]
    assert [i.message for i in report.issues] == ["root is GroupNode('', kind='box')"]


def test_equal_arrays_are_judged_once_and_reported_each_time() -> None:
    met: list[ArrayNode] = []

    @rule("lab/arrays", on=ArrayNode, requirement=MUST)
    def arrays(node: ArrayNode, ctx: Context) -> Iterator[Issue]:
        """Notes what it is given."""
        met.append(node)
        yield ctx.issue("array", "shape")

    report = check_store(MemoryStore(plate(2, fields=1)), registry=plate_registry(arrays))
    assert len(met) == 1
    assert [(i.node, i.document, i.pointer, i.kind) for i in report.issues] == [
        (f"A/{well}/0/{level}", ".zarray", "/shape", "array") for well in (1, 2) for level in (0, 1)
    ]


def test_faults_of_arrays_are_told_at_the_array() -> None:
    documents = plate(1, fields=1)
    damaged = json.loads(documents["A/1/0/1/.zarray"])
    damaged["shape"] = "8x8"
    documents["A/1/0/1/.zarray"] = json.dumps(damaged).encode()
    report = check_store(MemoryStore(documents), registry=plate_registry())
    assert [(i.rule, i.node, i.document, i.pointer) for i in report.issues] == [
        ("structure-type", "A/1/0/1", ".zarray", "/shape")
    ]
