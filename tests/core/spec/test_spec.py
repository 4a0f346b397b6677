"""Specs: which version a document claims, which one is chosen, and what kind a group is."""

from __future__ import annotations

from typing import Any

import pytest
from fakes import make_plugin, make_spec

from ngff_core.plugins import Registry
from ngff_core.spec import Claim, Spec, choose_spec, claim_of
from ngff_core.version_order import order_of

OLD = make_spec("9.1", places=(("version",), ("items", 0, "version")))  # type: ignore[arg-type]
NEW = make_spec(
    "9.2",
    zarr_format=3,
    namespace="lab",
    accepts=lambda stated: stated.startswith("9.2"),
    resembles=lambda ome: "odd" not in ome,
)
NEWER = make_spec("9.3", zarr_format=3, namespace="lab", resembles=lambda ome: "systems" in ome)
SPECS = [OLD, NEW, NEWER]


@pytest.mark.parametrize(
    ("attributes", "claim"),
    [
        ({}, None),
        ({"x": 1, "version": "9.1"}, None),
        ({"items": [], "version": "9.1"}, Claim({"items": [], "version": "9.1"}, (), "9.1", False)),
        ({"items": [{"version": 9.1}]}, Claim({"items": [{"version": 9.1}]}, (), 9.1, False)),
        ({"items": "none"}, Claim({"items": "none"}, (), None, False)),
        ({"lab": {"version": "9.2"}}, Claim({"version": "9.2"}, ("lab",), "9.2", True)),
        ({"lab": {}, "items": []}, Claim({}, ("lab",), None, True)),
        ({"lab": [1]}, Claim({}, ("lab",), None, True)),
        ({"lab": None}, Claim({}, ("lab",), None, True)),
        ({"lid": {}}, Claim({"lid": {}}, (), None, False)),
    ],
)
def test_what_a_document_claims(attributes: dict[str, Any], claim: Claim | None) -> None:
    assert claim_of(SPECS, attributes) == claim


def test_only_the_keys_of_the_specs_asked_count() -> None:
    assert claim_of([OLD], {"lab": {}}) is None
    assert claim_of([], {"items": []}) is None


def chosen(ome: dict[str, Any], version: Any, namespaced: bool, zarr_format: int | None) -> str | None:
    spec = choose_spec(SPECS, Claim(ome, (), version, namespaced), zarr_format)
    return spec.version if spec else None


@pytest.mark.parametrize(
    ("version", "expected"),
    [("9.1", "9.1"), ("9.2", "9.2"), ("9.2-dev", "9.2"), ("9.2.1", "9.2"), ("9.9", None), ("", None), (9.1, "9.1")],
)
@pytest.mark.parametrize("zarr_format", [2, 3, None])
def test_a_stated_version_decides(version: Any, expected: str | None, zarr_format: int | None) -> None:
    assert chosen({}, version, True, zarr_format) == expected


@pytest.mark.parametrize(
    ("ome", "version", "zarr_format", "expected"),
    [
        ({}, "9.1", 2, "9.1"),
        ({}, "9.1", None, "9.1"),
        ({}, "9.1", 3, "9.2"),
        ({"systems": []}, "9.1", 3, "9.3"),
        ({"odd": 1}, "9.1", 3, "9.1"),
        ({}, "9.2", 3, "9.2"),
        ({}, "9.2", 2, "9.1"),
        ({}, "9.9", 3, None),
    ],
)
def test_metadata_at_the_top_in_another_zarr_format_was_moved_there(
    ome: dict[str, Any], version: Any, zarr_format: int | None, expected: str | None
) -> None:
    assert chosen(ome, version, False, zarr_format) == expected


@pytest.mark.parametrize("version", [None, True, 9, ["9.1"], {}])
@pytest.mark.parametrize(
    ("ome", "namespaced", "zarr_format", "expected"),
    [
        ({}, False, 2, "9.1"),
        ({}, False, None, "9.1"),
        ({}, True, 3, "9.2"),
        ({"systems": []}, True, 3, "9.3"),
        ({"systems": []}, True, None, "9.3"),
        ({"odd": 1}, True, 3, None),
        ({}, False, 3, "9.2"),
        ({}, True, 2, "9.1"),
    ],
)
def test_without_a_version_the_shape_decides(
    version: Any, ome: dict[str, Any], namespaced: bool, zarr_format: int | None, expected: str | None
) -> None:
    assert chosen(ome, version, namespaced, zarr_format) == expected


def test_nothing_installed_chooses_nothing() -> None:
    assert choose_spec([], Claim({}, (), None, False), 2) is None


# --- order ------------------------------------------------------------------------------------------


def test_versions_order_as_numbers() -> None:
    ordered = ["0.6.dev1", "0.6-dev2", "0.6a1", "0.6b1", "0.6rc1", "0.6", "0.6.1", "0.9", "0.10-dev1", "0.10", "1.0"]
    shuffled = [*ordered[1::2], *ordered[::2]]
    assert sorted(shuffled, key=order_of) == ordered


@pytest.mark.parametrize("text", ["", "lab", "0.", "1.2.x", "9" * 10_000, "0.٣"])
def test_what_is_no_version_has_no_place_in_the_order(text: str) -> None:
    assert order_of(text) == ()


def test_the_newest_of_several_versions_is_the_one_with_the_greatest_numbers() -> None:
    specs = [make_spec(version, zarr_format=3, namespace="lab") for version in ("0.10", "0.2", "0.9", "0.9.1")]
    registry = Registry(found=[], plugins=[make_plugin(ngff_specs=lambda: specs)])
    assert list(registry.specs) == ["0.2", "0.9", "0.9.1", "0.10"]
    newest = registry.newest()
    assert newest is not None
    assert newest.version == "0.10"
    found = choose_spec(list(registry.specs.values()), Claim({}, ("lab",), None, True), 3)
    assert found is newest
    assert Registry(found=[]).newest() is None


@pytest.mark.parametrize(("stated", "expected"), [("0.9", "0.10"), ("0.10", "0.10"), ("0.11", None), ("z", None)])
def test_moved_metadata_follows_a_version_after_the_one_it_states(stated: str, expected: str | None) -> None:
    specs = [make_spec("0.10", zarr_format=3, namespace="lab", accepts=lambda _: False)]
    found = choose_spec(specs, Claim({}, (), stated if stated != "0.10" else "0.10rc1", False), 3)
    assert (found.version if found else None) == expected


# --- kinds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ome", "role", "kind"),
    [
        ({"items": []}, None, "box"),
        ({"lid": 1}, None, "lid"),
        ({"lid": 1, "items": []}, None, "box"),
        ({"lid": 1, "items": []}, "lid", "lid"),
        ({"handle": 1}, None, None),
        ({"handle": 1}, "lid", "lid"),
        ({"items": []}, "lid", "box"),
        ({"items": []}, "shelf", "shelf"),
        ({}, "shelf", "shelf"),
        ({}, "box", None),
        ({"shelf": 1}, None, "shelf"),
        ({}, None, None),
    ],
)
def test_keys_decide_the_kind_in_the_stated_order(ome: dict[str, Any], role: str | None, kind: str | None) -> None:
    found = OLD.kind_of(ome, role)
    assert (found.name if found else None) == kind


def test_kinds_by_name() -> None:
    assert OLD.kind_named("lid") is OLD.kinds[1]
    assert OLD.kind_named("no") is None


def test_sections_by_the_first_word() -> None:
    assert Spec.section_of(OLD, "item-name-present") == "items-md"
    assert OLD.section_of("other-rule") is None
