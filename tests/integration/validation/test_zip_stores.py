"""The same hierarchy as a directory and as a zip archive gets the same report."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import BASES
from corpus import CASES, Case

from ngff_core import check_store, from_uri
from ngff_core.stores.zip.store import BytesSource, ZipStore
from ngff_core.testing.archives import zip_bytes

BOTH = [(case, version) for case in CASES for version in case.found]


@pytest.mark.parametrize(("case", "version"), BOTH, ids=[f"{case.name}-{version}" for case, version in BOTH])
def test_the_report_is_that_of_the_directory(case: Case, version: str, tmp_path: Path) -> None:
    tree = BASES[case.base](version)
    case.damage(tree)
    here = check_store(tree.write(tmp_path / case.folder))
    zipped = check_store(ZipStore(BytesSource(zip_bytes(tree.documents(), comment=b'{"ome": {"version": "0.5"}}')), ""))
    issues, expected = ([i for i in r.issues if not i.rule.startswith("zip-")] for r in (zipped, here))
    assert issues == expected
    assert (zipped.version, zipped.kind, zipped.counts) == (here.version, here.kind, here.counts)


def test_an_archive_of_the_older_version_is_judged_without_rules_on_archives(tmp_path: Path) -> None:
    documents = BASES["image"]("0.4").documents()
    path = tmp_path / "image.zip"
    path.write_bytes(zip_bytes({f"top/{name}": data for name, data in documents.items()}, zip64=False))
    report = check_store(path)
    assert (report.version, report.status, report.issues) == ("0.4", "valid", [])
    assert type(from_uri(path)).__module__.startswith("ngff_v04.")


def test_two_hierarchies_of_the_older_version_are_named(tmp_path: Path) -> None:
    documents = BASES["image"]("0.4").documents()
    path = tmp_path / "image.zip"
    path.write_bytes(zip_bytes({f"{top}/{name}": data for name, data in documents.items() for top in "ab"}))
    report = check_store(path)
    assert [(issue.rule, issue.found) for issue in report.issues] == [("store-without-metadata", "a, b")]
    assert report.exit_code() == 3
