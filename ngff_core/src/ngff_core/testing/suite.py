"""The tests that every version of the specification passes, made anew for one: guarantees, and examples of rules.

In a test module of a version::

    from ngff_core.testing.suite import Subject, guarantee_tests, rule_tests

    SUBJECT = Subject(Registry(), "0.5-mylab", documents={"image": {...}})
    globals().update(guarantee_tests(SUBJECT))
    globals().update(rule_tests(SUBJECT.registry, "0.5-mylab"))

Needs pytest and hypothesis, which nothing else in this package does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ngff_core.checking.rule import Rule
from ngff_core.plugins.registry import Registry
from ngff_core.stores import MemoryStore
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.testing import guarantees
from ngff_core.testing.cases import ExampleCase, example_cases
from ngff_core.testing.changes import Change, Path, hostile_changes, hostile_documents, places, value_at
from ngff_core.testing.guarantees import PARTS, Oracle, whole
from ngff_core.validation.calls import check_json, check_object, check_store

__all__ = ["Subject", "changes", "damaged", "guarantee_tests", "json_values", "rule_tests"]

Drawn = tuple[str, JSONObject]
Test: TypeAlias = Callable[..., None]
Tests: TypeAlias = dict[str, Test]

NAMES = st.text(max_size=8)
_WORDS = ["space", "channel", "scale", "translation", "identity", "0.4", "0.5", "x", "A/1", "0", "FF0000"]
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 300)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([0.0, 1.0, -1.0, 2.0, 255.0])
    | NAMES
    | st.sampled_from(_WORDS)
)
_KEYS = NAMES | st.sampled_from(["name", "type", "path", "version", "scale", "label-value", "images", "unit", "extra"])
json_values = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=6,
)
"""Arbitrary JSON values."""


@attrs.frozen
class Subject:
    """The version that is tested, and the data to test it with.

    ``documents`` is one valid document of each kind of group (OME metadata, without the namespace), with as many
    members as there are; ``valid`` draws further ones, of these kinds or of any, with the kind of each. ``stores``
    are the documents of small hierarchies by name. ``oracle`` says independently of the models which faults a value
    has: only with one is strictness tested. ``parts`` are places that have nothing to do with each other, by kind.
    ``examples`` is how often hypothesis tries.
    """

    registry: Registry
    version: str
    documents: Mapping[str, JSONObject]
    valid: Callable[[tuple[str, ...]], st.SearchStrategy[Drawn]] | None = None
    stores: Mapping[str, Mapping[str, bytes]] = attrs.field(factory=dict)
    oracle: Oracle | None = None
    parts: Mapping[str, Sequence[Path]] = PARTS
    examples: int = 100

    def draw_valid(self, kinds: tuple[str, ...] = ()) -> st.SearchStrategy[Drawn]:
        """Draw a kind of group, and valid OME metadata of that kind."""
        if self.valid is not None:
            return self.valid(kinds)
        return st.sampled_from([(kind, ome) for kind, ome in self.documents.items() if not kinds or kind in kinds])

    @property
    def settings(self) -> settings:
        """How hypothesis runs the tests."""
        return settings(max_examples=self.examples, deadline=None)


# --- strategies ---------------------------------------------------------------------------------------


@st.composite
def changes(draw: st.DrawFn, document: JSON, within: Path = (), kinds: tuple[str, ...] = ()) -> Change:
    """Draw a change somewhere below a place of a document, never of the place itself."""
    inside = [(*within, *path) for path in places(value_at(document, within))]
    kind = draw(st.sampled_from(kinds or ("replace", "replace", "insert", "delete")))
    if kind == "insert":
        path = draw(st.sampled_from([p for p in inside if isinstance(value_at(document, p), (dict, list))]))
        holder = value_at(document, path)
        key: str | int = draw(st.integers(0, len(holder))) if isinstance(holder, list) else draw(_KEYS)
        return Change("insert", (*path, key), draw(json_values))
    below = [path for path in inside if len(path) > len(within)]
    if not below:
        return Change("insert", (*within, "extra"), draw(json_values))
    leaves = [path for path in below if not isinstance(value_at(document, path), (dict, list))]
    deep = bool(leaves) and draw(st.booleans())
    path = draw(st.sampled_from(leaves if deep else below))
    return Change(kind, path, draw(json_values) if kind == "replace" else None)


@st.composite
def damaged(draw: st.DrawFn, valid: st.SearchStrategy[Drawn], most: int = 3) -> tuple[str, JSON]:
    """Draw a kind, and a document of it with arbitrary JSON at up to three places."""
    kind, document = draw(valid)
    for _ in range(draw(st.integers(1, most))):
        document = draw(changes(document)).applied(document)
    return kind, document


# --- guarantees ---------------------------------------------------------------------------------------


def guarantee_tests(subject: Subject) -> Tests:
    """Return the tests of the guarantees by name: over arbitrary JSON inside valid documents of a version."""
    return {**_structure_tests(subject), **_partial_tests(subject), **_hostile_tests(subject), **_report_tests(subject)}


def _structure_tests(subject: Subject) -> Tests:
    registry, version, valid = subject.registry, subject.version, subject.draw_valid()
    tried = subject.settings

    @tried
    @given(valid)
    def test_the_documents_that_are_changed_are_valid(drawn: Drawn) -> None:
        kind, ome = drawn
        report = check_object(whole(registry, version, ome), registry=registry)
        assert (report.kind, report.status) == (kind, "valid"), report.issues

    @tried
    @given(damaged(valid))
    def test_strict(drawn: Drawn) -> None:
        assert subject.oracle is not None
        guarantees.assert_strict(registry, version, *drawn, subject.oracle)

    @tried
    @given(damaged(valid))
    def test_lossless(drawn: Drawn) -> None:
        guarantees.assert_lossless(registry, version, *drawn)

    @tried
    @given(st.data())
    def test_located(data: st.DataObject) -> None:
        kind, ome = data.draw(valid)
        change = data.draw(changes(ome))
        guarantees.assert_located_change(registry, version, kind, ome, change)
        guarantees.assert_located(registry, version, change.applied(ome))

    tests = [test_the_documents_that_are_changed_are_valid, test_lossless, test_located]
    return _named([*tests, test_strict] if subject.oracle is not None else tests)


def _partial_tests(subject: Subject) -> Tests:
    kinds = tuple(k for k, ome in subject.documents.items() if sum(_has(ome, p) for p in subject.parts.get(k, ())) > 1)

    @subject.settings
    @given(st.data())
    def test_partial(data: st.DataObject) -> None:
        kind, ome = data.draw(subject.draw_valid(kinds))
        parts = [part for part in subject.parts[kind] if _has(ome, part)]
        assume(len(parts) > 1)
        one, other = data.draw(st.permutations(parts))[:2]
        ome = data.draw(changes(ome, one)).applied(ome)
        change = data.draw(changes(ome, other))
        assume(value_at(change.applied(ome), other) != value_at(ome, one))  # that entries repeat each other is of both
        guarantees.assert_partial(subject.registry, subject.version, ome, one, other, change)

    return _named([test_partial] if kinds else [])


def _has(ome: JSON, part: Path) -> bool:
    try:
        value_at(ome, part)
    except (LookupError, TypeError):
        return False
    return True


def _hostile_tests(subject: Subject) -> Tests:
    registry, version = subject.registry, subject.version

    @subject.settings
    @given(damaged(subject.draw_valid()))
    def test_rules_are_not_put_out_by_bad_data(drawn: Drawn) -> None:
        guarantees.assert_unfazed(registry, version, *drawn)

    @pytest.mark.parametrize("kind", subject.documents)
    def test_no_value_at_any_place_puts_a_rule_out(kind: str) -> None:
        for change in hostile_changes(subject.documents[kind]):
            changed = change.applied(subject.documents[kind])
            guarantees.assert_unfazed(registry, version, kind, changed)
            guarantees.assert_lossless(registry, version, kind, changed)
            guarantees.assert_located(registry, version, changed)
            if subject.oracle is not None:
                guarantees.assert_strict(registry, version, kind, changed, subject.oracle)

    @pytest.mark.parametrize("name", subject.stores)
    def test_no_value_in_any_document_of_a_store_puts_a_rule_out(name: str) -> None:
        for documents in hostile_documents(subject.stores[name]):
            report = check_store(MemoryStore(documents), registry=registry)
            assert [i.message for i in report.issues if i.rule == "rule-crashed"] == []

    tests: list[Test] = [test_rules_are_not_put_out_by_bad_data, test_no_value_at_any_place_puts_a_rule_out]
    return _named([*tests, test_no_value_in_any_document_of_a_store_puts_a_rule_out] if subject.stores else tests)


def _report_tests(subject: Subject) -> Tests:
    registry, valid = subject.registry, subject.draw_valid()
    namespace = registry.spec(subject.version).namespace
    tried, forms = subject.settings, ["plain"] if namespace is None else ["plain", "ome", "attributes"]

    @tried
    @given(json_values | damaged(valid).map(lambda drawn: drawn[1]), st.sampled_from(forms))
    def test_any_json_gets_a_report_and_always_the_same(value: JSON, form: str) -> None:
        inside = {namespace: value}
        document = {"plain": value, "ome": inside, "attributes": {"attributes": inside}}[form]
        text = json.dumps(document)
        report = check_json(text, registry=registry)
        assert report.to_dict() == check_json(text.encode(), registry=registry).to_dict()
        assert report.to_dict() == check_object(document, registry=registry).to_dict()

    @tried
    @given(st.binary(max_size=40) | st.text(max_size=40))
    def test_any_bytes_and_any_text_get_a_report(data: bytes | str) -> None:
        report = check_json(data, registry=registry)
        assert report.issues or report.kind is not None  # forty bytes can be a list of labels that is sound

    @tried
    @given(valid, st.data())
    def test_any_damaged_bytes_get_a_report(drawn: Drawn, data: st.DataObject) -> None:
        raw = bytearray(json.dumps(whole(registry, subject.version, drawn[1])).encode())
        for _ in range(data.draw(st.integers(1, 4))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        report = check_json(bytes(raw), registry=registry)
        assert report.to_dict() == check_json(bytes(raw), registry=registry).to_dict()

    return _named(
        [
            test_any_json_gets_a_report_and_always_the_same,
            test_any_bytes_and_any_text_get_a_report,
            test_any_damaged_bytes_get_a_report,
        ]
    )


def _named(tests: Iterable[Test]) -> Tests:
    return {test.__name__: test for test in tests}


# --- rules --------------------------------------------------------------------------------------------


def rule_tests(registry: Registry, version: str, rules: Iterable[Rule] | None = None) -> Tests:
    """Return the tests of rules by name: their examples, that each explains itself, and that none stands twice.

    ``rules`` are those of the version, unless others are given.
    """
    tested = tuple(registry.rules(version) if rules is None else rules)

    @pytest.mark.parametrize("case", example_cases(tested, version, registry), ids=str)
    def test_examples(case: ExampleCase) -> None:
        case.check()

    def test_every_rule_explains_itself() -> None:
        for rule in tested:
            assert rule.summary.endswith("."), rule.id
            assert rule.section or registry.spec(version).section_of(rule.id) or "/" in rule.id, rule.id

    def test_no_rule_stands_twice() -> None:
        ids = [name for rule in tested for name in (rule.id, *rule.aliases)]
        assert len(ids) == len(set(ids))

    return _named([test_examples, test_every_rule_explains_itself, test_no_rule_stands_twice])
