"""Exceptions for callers; what is wrong with data is reported as issues instead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ngff_core.report import Report

__all__ = [
    "MissingPackageError",
    "NgffError",
    "NotFoundError",
    "PluginError",
    "StoreError",
    "UsageError",
    "ValidationError",
    "VersionNotInstalledError",
    "distribution_of",
    "suggestion",
]


class NgffError(Exception):
    """Base of all exceptions that this library raises on purpose."""


class UsageError(NgffError):
    """A call that makes no sense: an unknown rule id, option or profile."""


class VersionNotInstalledError(UsageError):
    """A specification version was asked for whose plugin is not installed."""

    def __init__(self, version: str, installed: list[str]) -> None:
        self.version = version
        self.installed = installed
        have = ", ".join(installed) or "none"
        super().__init__(
            f"OME-NGFF version {version!r} is not installed (installed: {have}); "
            f"try: pip install {distribution_of(version)}"
        )


class MissingPackageError(UsageError, ImportError):
    """Something was asked for that needs another package, which is not installed or too old."""

    def __init__(self, purpose: str, package: str, install: str, problem: str = "is not installed") -> None:
        self.package = package
        super().__init__(f"{purpose} needs the package {package}, which {problem}; try: pip install {install!r}")


class NotFoundError(NgffError, KeyError):
    """There is no group or array at a path."""

    def __str__(self) -> str:
        return str(self.args[0])


class PluginError(NgffError):
    """Two plugins cannot be used together, or one does not keep to the hook specification."""


class StoreError(NgffError):
    """A key could not be read although it may well exist (absent keys are ``None``, not errors).

    ``hint`` says how to mend it, where that is known.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        self.hint = hint
        super().__init__(message)


class ValidationError(NgffError):
    """Metadata that is not valid; carries the whole report as ``report``."""

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__(report.summary())


def distribution_of(version: str) -> str:
    """Return the name of the distribution that brings a specification version, by convention."""
    digits = "".join(version.split(".")[:2]) if version[:1].isdigit() else version
    return f"ngff-v{digits}"


def suggestion(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return the end of a message on an unknown name: the one that was perhaps meant."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1)
    return f"; did you mean {near[0]!r}?" if near else f"; {otherwise}"
