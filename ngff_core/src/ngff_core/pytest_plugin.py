"""For pytest: `assert_valid_ngff`, a function and a fixture of that name, which fails with the report.

The entry point loads this module in every run of pytest where ngff-core is installed, so all else is imported when
the function is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ngff_core.report.report import Report

__all__ = ["AssertValid", "assert_valid_ngff"]


class AssertValid(Protocol):
    """The type of `assert_valid_ngff`, to annotate the fixture with."""

    def __call__(
        self,
        path: object,
        *,
        version: str | None = None,
        select: str | Iterable[str] = (),
        ignore: str | Iterable[str] = (),
        strict: bool = False,
        profile: str | None = None,
        **options: Any,
    ) -> Report:
        """Assert that a hierarchy is valid."""


def assert_valid_ngff(
    path: object,
    *,
    version: str | None = None,
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
    strict: bool = False,
    profile: str | None = None,
    **options: Any,
) -> Report:
    """Assert that the OME-Zarr hierarchy at a path, address or store is valid; return its report.

    Fails with the text that `ngff validate` prints. ``version`` evaluates as that version, whatever the files say;
    ``strict`` fails on warnings, too; ``select`` and ``ignore`` name rules (a mistyped one is an error). Further
    options are those of `ngff_core.check_store`.
    """
    __tracebackhide__ = True  # a failure shows the line of the test, not this one
    select, ignore = ((names,) if isinstance(names, str) else tuple(names) for names in (select, ignore))
    if profile is not None:
        options["profile"] = profile
    from ngff_core.validation.calls import check_store

    report = check_store(path, version=version, select=select, ignore=ignore, **options).strictly(strict)
    if not report.valid:
        from ngff_core.report.formats.text import render

        raise AssertionError("".join(render([report], {})).rstrip("\n"))
    return report


@pytest.fixture(name="assert_valid_ngff", scope="session")
def _assert_valid_ngff() -> AssertValid:
    """Assert that an OME-Zarr hierarchy is valid: `ngff_core.pytest_plugin.assert_valid_ngff`."""
    return assert_valid_ngff
