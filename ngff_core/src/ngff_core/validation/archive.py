"""Judge a zip archive as a whole: what any archive has to keep to, and the rules of the version that is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs

from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.report.report import Report
from ngff_core.spec.spec import Spec
from ngff_core.stores.zip.archive import Archive, listed
from ngff_core.zarr.text import json_object

if TYPE_CHECKING:
    from ngff_core.checking.settings import Settings
    from ngff_core.plugins.registry import Registry

__all__ = ["judge_archive"]


def judge_archive(
    report: Report, archive: Archive, registry: Registry, settings: Settings, version: Any = None, unsharded: int = 0
) -> Report:
    """Put into the report of a store what is found in the archive that it is.

    ``version`` is what the metadata of the root states, ``unsharded`` the number of arrays without shards.
    """
    issues = list(archive_findings(archive))
    spec = _spec(report, archive, registry)
    rules = registry.archive_rules(spec.version) if spec is not None else ()
    if spec is not None and rules:
        checker = registry.checker(spec.version, settings)
        issues += checker.check_archive(attrs.evolve(archive, version=version, unsharded=unsharded), rules)
        tally = report.tally

        def with_archive() -> tuple[int, int]:
            run, skipped = tally()
            return run + len(rules), skipped

        report.tally = with_archive
    report.issues[:0] = issues
    return report


def _spec(report: Report, archive: Archive, registry: Registry) -> Spec | None:
    """Return the version by whose rules the archive is judged: that of the store.

    Nothing can be read from one part of a split archive: then what its comment states, else the newest.
    """
    if report.version is not None:
        return registry.spec(report.version)
    if not archive.split:
        return None
    ome = (json_object(archive.comment) or {}).get("ome")
    stated = ome.get("version") if isinstance(ome, dict) else None
    specs = sorted(registry.specs.values(), key=lambda spec: spec.version, reverse=True)
    named = [spec for spec in specs if isinstance(stated, str) and spec.accepts(stated)]
    return next((spec for spec in (*named, *specs) if registry.archive_rules(spec.version)), None)


def archive_findings(archive: Archive) -> Iterator[Issue]:
    """Yield what is wrong with an archive whatever is in it."""
    for rule, names, what, hint in (
        (
            "path-outside-store",
            archive.outside,
            "has a name that leads out of the archive",
            "it was not opened; unpack this archive only with a program that refuses such names",
        ),
        (
            "archive-names-plain",
            archive.unusual,
            "has a name that is no plain relative path with forward slashes",
            "it was not opened; zip the hierarchy anew",
        ),
        ("archive-names-unique", archive.duplicates, "has the name of another", "the last of them was read"),
        ("archive-not-encrypted", archive.encrypted, "is encrypted", "zip without a password"),
    ):
        if names.total:
            subject = "an entry" if names.total == 1 else f"{names.total} entries, each of which"
            yield finding(rule, f"{subject} {what}", found=listed(names), hint=hint)
    if not archive.split and archive.stated not in (archive.entries, archive.entries & 0xFFFF):
        yield finding(
            "archive-consistent",
            f"the archive states {archive.stated} entries, its central directory has {archive.entries}",
            found=str(archive.entries),
            expected=str(archive.stated),
        )
