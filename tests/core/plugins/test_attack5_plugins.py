"""What an attacker found that plugins could do to verdicts, and what becomes of it now."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
import pytest
from bad_plugins import fails, leaves
from fakes import box_store, found, make_plugin, make_spec, no_big_items

from ngff_core.checking.rule import Context, rule
from ngff_core.errors import NgffError, PluginError, StoreError
from ngff_core.hierarchy import Absent, GroupNode, Hierarchy, Why
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.migration import Migration, NodeDocuments, Notes
from ngff_core.migration.interface import chain
from ngff_core.plugins import Registry
from ngff_core.report.report import Report
from ngff_core.stores import answers
from ngff_core.stores.content import all_keys
from ngff_core.stores.memory import MemoryStore
from ngff_core.upgrade.held.steps import stepped
from ngff_core.validation.calls import check_store

GOOD = {"version": "9.1", "items": [{"name": "a", "size": 3}]}
WRONG = {"version": "9.1", "items": [{"name": "a", "size": 30}]}


def boxes(*others: Any, rules: Any = (no_big_items,)) -> Registry:
    """Return a registry of boxes, with other plugins beside."""
    brought = make_plugin(
        ngff_specs=lambda: [make_spec()], ngff_rules=lambda version: rules if version == "9.1" else None
    )
    plugins = [found("boxes", "ngff-v91", brought), *(found(f"p{n}", f"lab-{n}", p) for n, p in enumerate(others))]
    return Registry(found=plugins)


def pack(check: Callable[[Any, Context], Any], on: type) -> Any:
    check.__doc__ = "Misbehaves."
    made = rule("lab/bad", on=on, requirement=MUST)(check)
    return make_plugin(ngff_rules=lambda version: [made])


class Lister:
    """A store whose listing is another one than that of its documents."""

    batch, concurrent, lists_cheaply, url = 8, 1, True, "lab://store"

    def __init__(self, documents: Mapping[str, bytes], names: Callable[[list[str]], Any]) -> None:
        self._store = MemoryStore(documents)
        self._names_of = names
        self.get, self.get_many = self._store.get, self._store.get_many

    def list(self, prefix: str) -> Any:
        return self._names_of([*(self._store.list(prefix) or ())])


class Text(str):
    """A text whose methods are a plugin's."""

    def endswith(self, *_: Any) -> bool:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]


def listed(attributes: Any, names: Callable[[list[str]], Any], **options: Any) -> Report:
    """Check a store in which a plugin lists, by a rule that looks at the listing."""

    @rule("no-strangers", on=GroupNode, requirement=MUST)
    def no_strangers(node: GroupNode, ctx: Context) -> Iterator[Issue]:
        """Finds what is listed, and was not named."""
        if "stranger/" in (node.listing or ()):
            yield ctx.issue("there is a stranger")

    documents = {**box_store({"": attributes, "a": {"items": []}}), "stranger/x": b""}
    return check_store(Lister(documents, names), registry=boxes(rules=(no_big_items, no_strangers)), **options)


@pytest.mark.parametrize(
    "names",
    [iter, lambda names: filter(None, names), tuple, dict.fromkeys, lambda names: [Text(name) for name in names]],
    ids=["iterator", "filter", "tuple", "dictionary", "class-of-its-own"],
)
def test_attack5_1_a_listing_that_can_be_read_once_is_read_once(names: Any) -> None:
    assert "there is a stranger" in [issue.message for issue in listed(GOOD, names).issues]


@pytest.mark.parametrize("bad", ["", "/", ".", "..", "../", "a/b", "a/b/", "//", "a//", "a\0b", "./", "n" * 20_000])
def test_attack5_24_a_listing_names_what_is_in_a_folder(bad: str) -> None:
    report = listed(GOOD, lambda names: [*names, bad])
    assert report.exit_code() == 3
    assert "which is no name of what is in a folder" in report.issues[0].message
    sound = ["a/", ".b", "c..", "...", "..d/", " ", "\x1b"]
    assert answers.names_in(Lister({}, lambda names: sound), "") == sound


FAILING: dict[str, Callable[[Any], Any]] = {
    "raises": fails(RuntimeError("oops")),
    "leaves": leaves,
    "text": lambda names: "abc",
    "number": lambda names: 5,
    "bytes": lambda names: [name.encode() for name in names],
    "stops": fails(StopIteration()),
    "endless": lambda names: itertools.repeat("a"),
    "endless-by-index": lambda names: type("L", (), {"__len__": lambda s: 3, "__getitem__": lambda s, i: "x"})(),
    "store-error": fails(StoreError("oops")),
    "error-of-ours": fails(NgffError("oops")),
}


@pytest.mark.parametrize("names", FAILING.values(), ids=FAILING)
def test_attack5_4_21_25_a_listing_that_fails_is_an_error(names: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST", 1000)
    report = listed(GOOD, names)
    assert report.exit_code() == 3
    assert {issue.rule for issue in report.issues} == {"document-unreadable"}
    assert all("could not be listed: " in issue.message for issue in report.issues)
    wrong = listed(WRONG, names, profile="strict")
    assert wrong.exit_code() == 1  # what was found counts
    nothing = listed({}, names)
    assert "could not be listed: " in nothing.issues[0].message


@pytest.mark.parametrize(
    "error",
    [StoreError("oops"), NgffError("oops"), RuntimeError("oops"), SystemExit(0)],
    ids=lambda e: type(e).__name__,
)
def test_attack5_21_what_reading_raises_is_told_in_a_report(error: BaseException) -> None:
    store: Any = Lister(box_store({"": GOOD, "a": {"items": []}}), list)
    store.get_many = fails(error)
    report = check_store(store, registry=boxes())
    assert report.exit_code() == 3


class Untellable(StoreError):
    def __str__(self) -> str:
        raise RuntimeError("no text")


def without_hint() -> StoreError:
    error = StoreError("oops")
    del error.hint
    return error


def with_hint(hint: Any) -> StoreError:
    error = StoreError("oops")
    error.hint = hint
    return error


@pytest.mark.parametrize("error", [Untellable("x"), without_hint(), with_hint(5)], ids=["text", "no-hint", "hint"])
def test_attack5_27_errors_that_cannot_be_told(error: StoreError) -> None:
    store: Any = Lister(box_store({"": GOOD}), list)
    store.get_many = lambda keys: [error for _ in keys]
    report = check_store(store, registry=boxes())
    assert report.exit_code() == 3
    assert "which does not say why" in report.issues[0].message


def test_attack5_27_values_that_count_otherwise() -> None:
    class Other(list[Any]):
        def __iter__(self) -> Any:
            return iter(())

    store: Any = Lister(box_store({"": GOOD}), list)
    get_many = store.get_many
    store.get_many = lambda keys: Other(get_many(keys))
    assert check_store(store, registry=boxes()).exit_code() == 3


# --- what rules are given -------------------------------------------------------------------------------

CHANGED = "it changed what it was given"


def changes_absent(node: GroupNode, ctx: Context) -> None:
    for child in node.children.values():
        if isinstance(child, Absent):
            child.why = Why.UNREADABLE


def takes_the_listing(node: GroupNode, ctx: Context) -> None:
    for child in node.children.values():
        if isinstance(child, Absent):
            del child.listing


def changes_faults(node: GroupNode, ctx: Context) -> None:
    for fault in node.faults:
        fault.key = fault.entry = None
        fault._outwards.clear()


def changes_all(hierarchy: Hierarchy, ctx: Context) -> None:
    for node in hierarchy.nodes.values():
        if isinstance(node, GroupNode):
            node.children.clear()
            node.faults.clear()


def forgets_all(hierarchy: Hierarchy, ctx: Context) -> None:
    hierarchy.nodes.clear()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("check", "on"),
    [
        (changes_absent, GroupNode),
        (takes_the_listing, GroupNode),
        (changes_faults, GroupNode),
        (changes_all, Hierarchy),
        (forgets_all, Hierarchy),
    ],
)
def test_attack5_2_what_rules_of_packs_are_given_is_theirs(check: Any, on: type) -> None:
    @rule("box-there", on=GroupNode, requirement=MUST)
    def box_there(node: GroupNode, ctx: Context) -> Iterator[Issue]:
        """What is named is there, and nothing is at fault."""
        for path, child in node.children.items():
            if isinstance(child, Absent) and child.why is Why.MISSING and child.listing == ():
                yield ctx.issue(f"{path} is missing")
        for fault in node.faults:
            yield ctx.issue(f"{fault.pointer} is at fault")

    store = MemoryStore(box_store({"": {"version": "9.1", "items": [{"name": "gone"}, {"name": 5}]}}))
    own = check_store(store, registry=boxes(rules=(box_there,)))
    both = check_store(store, registry=boxes(pack(check, on), rules=(box_there,)))
    assert {"gone is missing", "('items', 1, 'name') is at fault"} <= {issue.message for issue in own.issues}
    assert {issue.message for issue in own.issues} < {issue.message for issue in both.issues}
    assert any(CHANGED in issue.message for issue in both.issues)


# --- steps between versions -----------------------------------------------------------------------------


def step(source: str, target: str, migrate: Any = lambda documents, notes: {}) -> Migration:
    return Migration(source, target, migrate)


def with_steps(*steps: Migration, specs: Any = ()) -> Any:
    return make_plugin(
        ngff_migrations=lambda: steps, ngff_specs=lambda: [make_spec(version, zarr_format=2) for version in specs]
    )


@pytest.mark.parametrize(
    ("taken", "steps"),
    [
        (False, [step("9.0", "9.1")]),
        (False, [step("9.1", "9.0")]),
        (False, [step("9.1", "9.1")]),
        (False, [step("9.1", "lab"), step("lab", "9.1")]),
        (True, [step("lab", "lab-2"), step("7.1", "7.2")]),
        (True, [step("9.1", "9.5"), step("9.5", "9.1")]),
        (True, [step("9.1", "8.5"), step("8.5", "8.5")]),
        (False, [step("8.5", "9.1")]),
        (True, [step("9.1", "own-lab"), step("own-lab", "9.1")]),
    ],
)
def test_attack5_3_steps_are_taken_from_those_that_bring_the_versions(taken: bool, steps: list[Migration]) -> None:
    registry = boxes(with_steps(*steps, specs=["9.5", "8.5", "own-lab"]))
    found = [(one.source, one.target, one.plugin) for one in registry.migrations()]
    assert found == ([(one.source, one.target, "lab-0") for one in steps] if taken else [])
    (info,) = [info for info in registry.plugins if info.distribution == "lab-0"]
    assert (info.error is None) == taken
    assert taken or "is for ngff-v91 to bring" in str(info.error)


def test_attack5_3_published_versions_lead_there_before_any_others() -> None:
    own = [step("0.6", "0.5"), step("0.5", "0.4"), step("0.4", "0.3")]
    others = [step("0.6", "0.35"), step("0.35", "0.3")]
    assert chain([*others, *own], "0.6", "0.3") == own
    assert chain(others, "0.6", "0.3") == others


def many_texts(documents: Any, notes: Notes) -> Any:
    notes.remark(5, 5)  # type: ignore[arg-type]


STEPS: dict[str, Any] = {
    "none": lambda documents, notes: None,
    "raises": fails(ZeroDivisionError("oops")),
    "leaves": leaves,
    "other-path": lambda documents, notes: {"../x": documents[""]},
    "number": lambda documents, notes: {5: 5},
    "no-documents": lambda documents, notes: {"": 5},
    "unknown-decision": lambda documents, notes: notes.choose("nosuch", ""),
    "notes-numbers": many_texts,
}


@pytest.mark.parametrize("migrate", STEPS.values(), ids=STEPS)
def test_attack5_22_a_step_that_fails_names_its_plugin(migrate: Any) -> None:
    documents = {"": NodeDocuments("", "box", 2, {"zarr_format": 2}, {})}
    bad = attrs.evolve(step("8.1", "8.2", migrate), plugin="a-lab")
    with pytest.raises(PluginError, match=r"the step 8.1 to 8.2 of a-lab failed: .") as failed:
        stepped(bad, documents, Notes(2))
    assert failed.value.exit_code == 3


@pytest.mark.parametrize(
    "bad",
    [
        Migration(5, "8.2", fails(ValueError())),  # type: ignore[arg-type]
        Migration("8.1", "8.2", 5),  # type: ignore[arg-type]
        Migration("8.1", "8.2", fails(ValueError()), 5),  # type: ignore[arg-type]
        Migration("8.1", "8.2", fails(ValueError()), ("x",)),  # type: ignore[arg-type]
    ],
    ids=["source", "function", "decisions", "decision"],
)
def test_attack5_22_steps_that_are_none(bad: Migration) -> None:
    registry = boxes(with_steps(bad))
    assert registry.migrations() == []
    assert [info.distribution for info in registry.failures] == ["lab-0"]


@pytest.mark.parametrize("names", [fails(RuntimeError("oops")), lambda names: "abc", lambda names: [*names, "../"]])
def test_attack5_4_a_copy_is_not_made_by_a_listing_that_fails(names: Any) -> None:
    store: Any = Lister(box_store({"": GOOD, "a": {"items": []}}), names)
    with pytest.raises(StoreError, match="Lister failed: "):
        copy_names(store)


def test_attack5_1_a_copy_is_made_by_a_listing_that_can_be_read_once() -> None:
    store: Any = Lister(box_store({"": GOOD, "a": {"items": []}}), iter)
    assert copy_names(store) == sorted(box_store({"": GOOD, "a": {"items": []}}))


def copy_names(store: Any) -> list[str]:
    found = all_keys(store)
    return [] if found is None else sorted(found)
