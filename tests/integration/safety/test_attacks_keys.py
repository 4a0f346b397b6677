"""What an attacker tried with keys that stand twice in an object: readers take one or the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from bases import image

from ngff_core.json_text import dumps
from ngff_core.report.report import ValidationError
from ngff_core.validation.calls import check_json, check_store, validate_ome_json

RULE = "document-keys-unique"


def found(store: Path) -> list[tuple[str, str, str]]:
    issues = check_store(store).issues
    return [(issue.node, issue.document, issue.severity.value) for issue in issues if issue.rule == RULE]


@pytest.mark.parametrize(
    ("version", "key"),
    [("0.4", ".zattrs"), ("0.4", ".zgroup"), ("0.4", "0/.zarray"), ("0.5", "zarr.json"), ("0.5", "0/zarr.json")],
)
@pytest.mark.parametrize(
    "twice", [b'{"zarr_format": 9, ', b'{"a": {"b\\u0022:": 1, "b": 2, "b": 3}, '], ids=["top", "in"]
)
def test_17_a_key_that_stands_twice_is_a_warning(twice: bytes, version: str, key: str, tmp_path: Path) -> None:
    store = image(version).write(tmp_path / "a.zarr")
    assert found(store) == []
    text = (store / key).read_bytes()
    if key == ".zattrs":
        text = b'{"zarr_format": 2, ' + text[1:]
    (store / key).write_bytes(twice + text[1:])
    assert found(store) == [(key.rpartition("/")[0], key.rpartition("/")[2], "warning")]


def test_17_also_in_a_single_document() -> None:
    text = dumps({"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"version": "0.5"}}})
    assert RULE not in [issue.rule for issue in check_json(text).issues]
    twice = text.replace(b'"attributes"', b'"attributes": {"ome": {}}, "attributes"')
    issues = [issue for issue in check_json(twice).issues if issue.rule == RULE]
    assert [issue.message for issue in issues] == ["'attributes' stands more than once in one object"]


@pytest.mark.parametrize(
    "text", [b'{"a\\u0022": "\\u00e9", "b" : ["\\"", {}]}', b'{"a": {"b": 1}, "c": {"b": 1}}', b'"a"']
)
def test_17_what_stands_once_is_no_finding(text: bytes) -> None:
    assert RULE not in [issue.rule for issue in check_json(text).issues]


def test_17_the_strict_profile_gives_no_typed_object() -> None:
    with pytest.raises(ValidationError, match=RULE):
        validate_ome_json(b'{"labels": ["a"], "labels": ["a"]}', version="0.4", profile="strict")
