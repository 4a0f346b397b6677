"""Locations, where rules make issues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fakes import Item, make_registry

from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import SHOULD, Severity
from ngff_core.validation.calls import check_object


def issues_of(*rules: Any) -> tuple[Issue, ...]:
    return tuple(check_object(Item(name="a", size=1), registry=make_registry(*rules)).issues)


@pytest.mark.parametrize(
    ("where", "options"),
    [
        ((), {}),
        (("size",), {}),
        (("a/b", 3, "c~d"), {}),
        (("size",), {"top": True}),
        (("size",), {"node": "0"}),
        (("size",), {"node": "0", "document": ".zattrs"}),
        ((), {"document": "METADATA.ome.xml"}),
    ],
)
def test_a_location_first_makes_the_same_issue_as_a_message_first(where: Any, options: dict[str, Any]) -> None:
    words: dict[str, Any] = {"found": [1], "expected": "2", "hint": "so", "severity": Severity.INFO}

    @rule("lab/both", on=Item, requirement=SHOULD)
    def both(item: Item, ctx: Context) -> Iterator[Issue]:
        """The two ways of making an issue."""
        yield ctx.issue("said", *where, **options, **words)
        yield ctx.at(*where, **options).issue("said", **words)

    first, second = issues_of(both)
    assert first == second


def test_several_issues_at_one_location() -> None:
    @rule("lab/twice", on=Item, requirement=SHOULD)
    def twice(item: Item, ctx: Context) -> Iterator[Issue]:
        """Two issues about one value."""
        at = ctx.at("size")
        yield at.issue("one", found=item.size)
        yield at.issue("two", shown="as text")

    assert [(i.pointer, i.message, i.found) for i in issues_of(twice)] == [
        ("/size", "one", "1"),
        ("/size", "two", "as text"),
    ]
