"""Evaluate stores in this process, in order; those that mean waiting, several at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ngff_core.crawl.ahead import in_order
from ngff_core.report.report import Report
from ngff_core.stores.base import Store
from ngff_core.validation.many.addresses import Address, Found, failed
from ngff_core.validation.store import Listeners
from ngff_core.validation.validator import Validator

__all__ = ["validate_found"]


def validate_found(
    validator: Validator, found: Iterable[Found], storage_options: Mapping[str, Any] | None, listeners: Listeners
) -> Iterator[Report]:
    """Evaluate stores in this process; yield their reports in order."""

    opened: dict[str, Store] = {}

    def check(one: Found) -> Report:
        if isinstance(one, Report):
            return one
        try:
            store = one.open(validator, storage_options, opened)
            return validator.store(store, storage_options, listeners, one.read)
        except Exception as error:  # whatever is wrong with one, the others are evaluated
            return failed(one, error)

    yield from in_order(found, check, lambda one: isinstance(one, Address) and one.remote)
