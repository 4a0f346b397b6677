"""Old and odd things get one clear issue each, not a cascade."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import BASES, TRANSFORMS, Tree, image, plate
from corpus import VERSIONS

from ngff_core import StoreError, ValidationError, check_object, check_store, validate_ome_object
from ngff_core.plugins import Registry
from ngff_core.report import Report
from ngff_core.stores import MemoryStore

INSTALLED = "which is not installed (installed: 0.4, 0.5)"


def only(report: Report) -> tuple[str, str, str, int]:
    """Return entry or rule, message and pointer of the one issue, and the exit code."""
    assert len(report.issues) == 1, report.summary(20)
    issue = report.issues[0]
    return issue.entry or issue.rule, issue.message, issue.pointer, report.exit_code()


def check(tree: Tree) -> Report:
    return check_store(MemoryStore(tree.documents()))


def flat(tree: Tree, of: Tree) -> Tree:
    """Return a tree of Zarr v3 whose groups carry the metadata of 0.4 without the key ``ome``."""
    for key, document in tree.docs.items():
        if "ome" in document.get("attributes", {}):
            document["attributes"] = of.docs[key.replace("zarr.json", ".zattrs")]
    return tree


def test_metadata_of_0_4_in_a_v3_group() -> None:
    report = check(flat(image("0.5"), image("0.4")))
    assert only(report) == ("zarr-ome-namespace", "the OME metadata is not inside 'ome'", "/attributes", 1)
    assert report.issues[0].hint == (
        "this is how versions before 0.5 have it; did a converter only change the Zarr format?"
    )
    assert report.version == "0.5"


def test_metadata_of_0_4_in_a_v3_plate() -> None:
    """Once for every group, and nothing else: the documents are judged on as if they stood in the right place."""
    report = check(flat(plate("0.5"), plate("0.4")))
    assert {(i.rule, i.pointer) for i in report.issues} == {("zarr-ome-namespace", "/attributes")}
    assert len(report.issues) == 13  # a plate, 4 wells, 8 images


@pytest.mark.parametrize("ome", [None, [], ["0.5"], "0.5", 5, True])
def test_ome_that_is_no_object(ome: Any) -> None:
    tree = image("0.5")
    tree.docs["zarr.json"]["attributes"] = {"ome": ome}
    assert only(check(tree)) == ("zarr-ome-namespace", "ome is no object", "/attributes/ome", 1)


def test_ome_that_is_empty() -> None:
    tree = image("0.5")
    tree.docs["zarr.json"]["attributes"] = {"ome": {}}
    assert only(check(tree)) == ("version-ome-present", "the OME metadata states no version", "/attributes/ome", 1)


def test_what_was_being_written_is_incomplete() -> None:
    part = "cells.zarr.0123456789abcdef.ngff-part"
    documents = image("0.5").documents()
    assert check_store(MemoryStore(documents, part)).valid  # all of it is there but its name
    del documents["zarr.json"]
    message = "this is incomplete: it was being written when that was broken off, or still is"
    assert only(check_store(MemoryStore(documents, part))) == ("store-without-metadata", message, "", 3)


def test_ome_that_only_states_its_version() -> None:
    tree = image("0.5")
    tree.docs["zarr.json"]["attributes"] = {"ome": {"version": "0.5"}}
    assert only(check(tree)) == ("store-without-metadata", "no OME-Zarr metadata here, nor below", "", 3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"zarr_format": 2}, "zarr_format is 2"),
        ({"zarr_format": "3"}, 'zarr_format is "3"'),
        ({"node_type": [1]}, "node_type is [1]"),
        ({"node_type": None}, "node_type is null"),
    ],
)
def test_fuzz_a_whole_document_says_that_it_is_of_a_group(change: dict[str, Any], message: str) -> None:
    """Found by fuzzing: `check_json` took a zarr.json of anything for one of a group; stores did not."""
    tree = image("0.5")
    tree.docs["zarr.json"].update(change)
    report = check_object(tree.docs["zarr.json"])
    assert only(report) == ("zarr-format-3", message, f"/{next(iter(change))}", 1)
    del tree.docs["zarr.json"][next(iter(change))]
    assert only(check_object(tree.docs["zarr.json"]))[:3] == ("zarr-format-3", f"{next(iter(change))} is missing", "")
    assert check_object({"attributes": tree.attributes()}).valid


@pytest.mark.parametrize(
    ("value", "entry", "message"),
    [
        (float("nan"), "document-nan", "the document holds NaN, which is not JSON"),
        (float("-inf"), "document-nan", "the document holds -Infinity, which is not JSON"),
        (10**400, "document-not-json", "the document is not JSON: the number is infinity when parsed as double"),
        ("\ud800", "document-not-json", "the document is not JSON: half of a surrogate pair in a string"),
        ({1, 2}, "document-not-json", "the document is not JSON: set is no type of JSON"),
    ],
)
def test_fuzz_values_that_json_does_not_have(value: Any, entry: str, message: str) -> None:
    """Found by fuzzing: as Python values they were valid, and what was written of them was not what they were."""
    tree = image("0.4")
    tree.multiscale()["metadata"]["vendor"] = [None, value, value]
    report = check_object(tree.ome())
    assert only(report) == (entry, message, "/multiscales/0/metadata/vendor/1", 1)
    with pytest.raises(ValidationError):
        validate_ome_object(tree.ome())
    tree.multiscale()["metadata"]["vendor"] = [None, 2**70, "\U0001d518", (1, 2)]
    assert check_object(tree.ome()).valid


def test_axes_as_0_3_has_them() -> None:
    tree = image("0.4")
    tree.multiscale()["axes"] = ["c", "y", "x"]
    message = 'found array of string: "c", "y", "x", expected array of objects'
    assert only(check(tree)) == ("axes-entry-type", message, "/multiscales/0/axes", 1)


def test_metadata_of_0_3() -> None:
    tree = image("0.4")
    tree.multiscale().update(version="0.3", axes=["c", "y", "x"])
    for dataset in tree.multiscale()["datasets"]:
        del dataset[TRANSFORMS]
    assert only(check(tree)) == (
        "version-not-installed", f'the metadata follows version "0.3", {INSTALLED}', "", 3,
    )  # fmt: skip
    del tree.multiscale()["version"]
    message = "no version is stated, and the metadata resembles no installed version (installed: 0.4, 0.5)"
    assert only(check(tree)) == ("version-undetermined", message, "", 3)


_NESTED, _OME = "/multiscales/0/version", "/attributes/ome/version"


@pytest.mark.parametrize(
    ("version", "stated", "expected"),
    [
        ("0.4", None, ("version-multiscales-present", "the image states no version", "/multiscales/0", 0)),
        ("0.5", None, ("version-ome-present", "the OME metadata states no version", "/attributes/ome", 1)),
        ("0.4", "0.5.1", ("version-multiscales-value", "version '0.5.1' is not '0.4'", _NESTED, 1)),
        ("0.5", "0.5.1", ("version-ome-value", "version '0.5.1' is not '0.5'", _OME, 1)),
        ("0.4", "0.4.1", ("version-multiscales-value", "version '0.4.1' is not '0.4'", _NESTED, 1)),
        ("0.5", "0.5-dev", ("version-ome-value", "version '0.5-dev' is not '0.5'", _OME, 1)),
        ("0.4", "9.9", ("version-not-installed", 'there is no version "9.9" of OME-Zarr that is known here', "", 3)),
        ("0.5", "9.9", ("version-not-installed", 'there is no version "9.9" of OME-Zarr that is known here', "", 3)),
        ("0.5", "0.6", ("version-not-installed", f'the metadata follows version "0.6", {INSTALLED}', "", 3)),
        ("0.4", "0.40", ("version-not-installed", 'there is no version "0.40" of OME-Zarr that is known here', "", 3)),
        ("0.4", "", ("version-not-installed", f'the metadata follows version "", {INSTALLED}', "", 3)),
        ("0.4", 0.4, ("version-multiscales-value", "found 0.4, expected string", _NESTED, 1)),
        ("0.5", 0.5, ("version-ome-value", "found 0.5, expected string", _OME, 1)),
        ("0.4", 4, ("version-multiscales-value", "found 4, expected string", _NESTED, 1)),
        ("0.5", True, ("version-ome-value", "found true, expected string", _OME, 1)),
        ("0.5", ["0.5"], ("version-ome-value", 'found ["0.5"], expected string', _OME, 1)),
        ("0.5", "0.4", ("zarr-format-2", "the hierarchy is stored as Zarr format 3", "", 1)),
        ("0.4", "0.5", ("version-multiscales-value", "version '0.5' is not '0.4'", _NESTED, 1)),
    ],
)
def test_versions(version: str, stated: Any, expected: tuple[str, str, str, int]) -> None:
    tree = image(version)
    holder = tree.multiscale() if version == "0.4" else tree.ome()
    holder.pop("version")
    if stated is not None:
        holder["version"] = stated
    assert only(check(tree)) == expected


def test_hint_for_a_version_that_is_not_installed() -> None:
    tree = image("0.5")
    tree.ome()["version"] = "0.6"
    assert check(tree).issues[0].hint == "pip install ngff-v06, or judge it as another version with --version"
    tree.ome()["version"] = "rm -rf"
    assert check(tree).issues[0].hint == "judge it as another version with --version"


@pytest.mark.parametrize(("version", "missing"), [("0.4", "ngff-v04"), ("0.5", "ngff-v05")])
@pytest.mark.parametrize("alone", [True, False], ids=["core alone", "with the other version"])
def test_version_whose_plugin_is_missing(version: str, missing: str, alone: bool) -> None:
    """The answer names what to install, whatever else is there, for a store and for a document."""
    others = {"0.4": "0.5", "0.5": "0.4"}
    registry = Registry(blocked=["ngff-v04", "ngff-v05"] if alone else [missing])
    installed = "none" if alone else others[version]
    message = f'the metadata follows version "{version}", which is not installed (installed: {installed})'
    tree = image(version)
    reports = [
        check_store(MemoryStore(tree.documents()), registry=registry),
        check_object(tree.attributes(), registry=registry),
    ]
    for report in reports:
        assert only(report) == ("version-not-installed", message, "", 3)
        assert report.issues[0].hint == f"pip install {missing}, or judge it as another version with --version"


def test_nothing_at_the_path(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        rule, message, pointer, code = only(check_store(path))
        assert (rule, pointer, code) == ("store-not-found", "", 3)
        assert message.startswith("there is no directory here, or an empty one")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("group", [True, False], ids=["in a group", "in a folder"])
def test_metadata_only_below(version: str, group: bool, tmp_path: Path) -> None:
    for name in ("b/image", "a"):
        image(version).write(tmp_path / name)
    if group:
        Tree(version, {"": None}).write(tmp_path)
    report = check_store(tmp_path)
    assert only(report) == ("store-without-metadata", "no OME-Zarr metadata here, but below", "", 3)
    assert (report.issues[0].found, report.issues[0].hint) == (
        "a, b/image",
        "try a, or all of them with --recursive",
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_no_metadata_at_all(version: str, tmp_path: Path) -> None:
    tree = Tree(version, {"": None, "a": None})
    tree.docs["a/notes.txt"] = b"nothing"
    report = check_store(tree.write(tmp_path))
    assert only(report) == ("store-without-metadata", "no OME-Zarr metadata here, nor below", "", 3)


@pytest.mark.parametrize("version", VERSIONS)
def test_path_of_an_array(version: str, tmp_path: Path) -> None:
    report = check_store(image(version).write(tmp_path) / "0")
    message = "this is an array, one resolution level perhaps; OME-Zarr metadata is in groups"
    assert only(report) == ("store-without-metadata", message, "", 3)
    assert report.issues[0].hint == "try the directory above"


class Failing(MemoryStore):
    """A store that cannot list, and in which nothing can be read below the root."""

    lists_cheaply = False

    def list(self, prefix: str) -> None:
        return None

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        return [StoreError("out of order") if "/" in key else self.get(key) for key in keys]


@pytest.mark.parametrize("version", VERSIONS)
def test_numbered_images_of_which_none_can_be_read_have_an_end(version: str) -> None:
    report = check_store(Failing(BASES["numbered"](version).documents()))
    assert report.exit_code() == 3
    assert "0" in {issue.node for issue in report.issues}
    assert len(report.issues) < 20


@pytest.mark.parametrize("name", ["cells.zarr", "ce\x1b[31mlls.zarr"])
def test_a_path_that_is_not_there_names_what_was_broken_off_beside_it(name: str, tmp_path: Path) -> None:
    (tmp_path / f"{name}.fedcba9876543210.ngff-part").write_text("a file is no store")
    (tmp_path / f"other{name}.0123456789abcdef.ngff-part").mkdir()
    (tmp_path / f"{name}.short.ngff-part").mkdir()
    (issue,) = check_store(tmp_path / name).issues
    assert issue.message == "there is no directory here, or an empty one"
    left = tmp_path / f"{name}.0123456789abcdef.ngff-part"
    left.mkdir()
    report = check_store(tmp_path / name)
    (issue,) = report.issues
    assert (issue.rule, report.exit_code()) == ("store-not-found", 3)
    assert issue.found == str(left).replace("\x1b", "\\x1b")
    assert "in which it was being written" in issue.message
    hint = str(issue.hint)
    assert hint.index("resume=True") < hint.index("delete it, and run again what was writing")
    (left / ".stream.ngff-part").write_text("")
    (issue,) = check_store(tmp_path / name).issues
    assert "resume=True" in str(issue.hint)
    assert "delete" not in str(issue.hint)
