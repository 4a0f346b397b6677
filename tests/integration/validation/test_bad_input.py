"""Input that no writer should have written: a clear message, an exit code, nothing outside the store opened."""

from __future__ import annotations

import builtins
import io
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import BASES, XML_KEY, Tree, image, ome_xml
from corpus import VERSIONS, Found, _whole

from ngff_core import check_store, open_group
from ngff_core.cli import main
from ngff_core.errors import NotFoundError, StoreError
from ngff_core.json_text import dumps
from ngff_core.report import Report
from ngff_core.stores import MemoryStore

TRANSFORMS = "coordinateTransformations"


def ids(report: Report) -> list[tuple[str, str]]:
    return [(issue.entry or issue.rule, issue.node) for issue in report.issues]


def run(capsys: pytest.CaptureFixture[str], *args: object) -> tuple[int, str]:
    """Run the command line in this process; an exception that escapes would fail the test."""
    with pytest.raises(SystemExit) as stopped:
        main([str(arg) for arg in args])
    captured = capsys.readouterr()
    assert captured.err == ""
    assert isinstance(stopped.value.code, int)
    return stopped.value.code, captured.out


# --- documents that are not what they should be -------------------------------------------------------


def deep(depth: int) -> Callable[[bytes], bytes]:
    def nest(data: bytes) -> bytes:
        return data.rstrip()[:-1] + b',"deep":{"must_understand":false,"in":' + b"[" * depth + b"]" * depth + b"}}"

    return nest


def utf16(data: bytes) -> bytes:
    return data.decode().encode("utf-16")


# what is done to a document, the rule, part of the message, the exit code
SPOILED: dict[str, tuple[Callable[[bytes], bytes], str | None, str, int]] = {
    "not JSON": (lambda data: data.rstrip()[:-1], "document-not-json", "the document is not JSON: ", 1),
    "a trailing comma": (lambda data: data.rstrip()[:-1] + b",}", "document-not-json", "the document is not JSON: ", 1),
    "HTML": (lambda _: b"<html></html>", "document-not-json", "line 1 column 1", 1),
    "empty": (lambda _: b"", "document-not-json", "the document is empty", 1),
    "blanks": (lambda _: b" \n\t", "document-not-json", "the document is empty", 1),
    "Latin-1": (lambda data: data.rstrip()[:-1] + b',"unit":"\xb5m"}', "document-encoding", "is not UTF-8 (byte ", 1),
    "an array": (lambda data: b"[" + data + b"]", "document-not-object", "found array, expected object", 1),
    "a string": (lambda _: b'"zarr"', "document-not-object", "found string, expected object", 1),
    "null": (lambda _: b"null", "document-not-object", "found null, expected object", 1),
    "3,000 deep": (deep(3000), "document-unreadable", "nested deeper than 1024 levels", 3),
    "1,000 deep": (deep(1000), None, "", 0),
    "a BOM": (lambda data: b"\xef\xbb\xbf" + data, "document-encoding", "begins with a byte order mark (BOM)", 1),
    "UTF-16": (utf16, "document-encoding", "the document is UTF-16", 1),
    "bare NaN": (
        lambda data: data.rstrip()[:-1] + b',"a":{"must_understand":false,"b":NaN}}',
        "document-nan", "holds bare NaN, which is not JSON (line ", 1,
    ),
    "comments": (
        lambda data: b"// by hand\n" + data, "zarr-json-no-comments", "the document has 1 comment, the first", 1,
    ),
}  # fmt: skip


def _spoil(tree: Tree, key: str, how: str) -> None:
    tree.docs[key] = SPOILED[how][0](tree.documents()[key])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("how", SPOILED)
def test_root_document(how: str, version: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = image(version)
    _spoil(tree, tree.key(""), how)
    _, rule, message, code = SPOILED[how]
    report = check_store(tree.write(tmp_path))
    assert ids(report) == ([(rule, "")] if rule else [])
    assert all(message in issue.message for issue in report.issues)
    assert [issue.document for issue in report.issues] == ([tree.key("")] if rule else [])
    assert report.exit_code() == code
    shown, text = run(capsys, "validate", tmp_path)
    assert shown == code
    assert message in text
    assert "Traceback" not in text


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("how", SPOILED)
@pytest.mark.parametrize("node", ["labels/cells", "labels/cells/1"])
def test_document_below(how: str, version: str, node: str, tmp_path: Path) -> None:
    tree = BASES["labels"](version)
    key = tree.key(node, of="array" if node.endswith("1") else "attributes")
    _spoil(tree, key, how)
    _, rule, message, code = SPOILED[how]
    report = check_store(tree.write(tmp_path))
    assert ids(report) == ([(rule, node)] if rule else [])
    assert all(message in issue.message for issue in report.issues)
    assert report.exit_code() == code


def test_nothing_but_brackets() -> None:
    report = check_store(MemoryStore({"zarr.json": b"[" * 100_000}))
    assert ids(report) == [("document-unreadable", "")]
    assert report.exit_code() == 3


# --- what cannot be read ------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("node", ["", "labels", "labels/cells", "labels/cells/1"])
def test_missing_permission(version: str, node: str) -> None:
    tree = BASES["labels"](version)
    documents: dict[str, Any] = dict(tree.documents())
    key = tree.key(node, of="array" if node.endswith("1") else "attributes")
    documents[key] = StoreError("permission denied")
    report = check_store(MemoryStore(documents))
    name = key.rpartition("/")[2]
    assert [(i.rule, i.node, i.message) for i in report.issues] == [
        ("document-unreadable", node, f"{name} could not be read: permission denied")
    ]
    assert (report.status, report.exit_code()) == ("unreadable", 3)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_missing_permission_on_disk(tmp_path: Path) -> None:
    image("0.5").write(tmp_path)
    (tmp_path / "zarr.json").chmod(0)
    report = check_store(tmp_path)
    assert [i.message for i in report.issues] == ["zarr.json could not be read: permission denied"]
    assert report.exit_code() == 3


def test_what_could_be_read_decides_first() -> None:
    """An error in one document and a failure to read another: the store is invalid, whatever the other says."""
    tree = image("0.5")
    tree.multiscale()["axes"][0]["type"] = 1
    documents: dict[str, Any] = dict(tree.documents())
    documents["2/zarr.json"] = StoreError("permission denied")
    report = check_store(MemoryStore(documents))
    assert Counter(ids(report)) == {("axes-type-string", ""): 1, ("document-unreadable", "2"): 1}
    assert report.exit_code() == 1


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("node", ["", "1"])
def test_directory_in_place_of_a_file(
    version: str, node: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = image(version)
    key = tree.key(node, of="array" if node else "attributes")
    del tree.docs[key]
    tree.docs[f"{key}/file"] = b""
    report = check_store(tree.write(tmp_path))
    name = key.rpartition("/")[2]
    assert [(i.rule, i.node, i.message) for i in report.issues] == [
        ("document-unreadable", node, f"{name} could not be read: it is a directory, expected a file")
    ]
    assert run(capsys, "validate", tmp_path)[0] == 3


def test_a_file_in_place_of_a_directory(tmp_path: Path) -> None:
    (tmp_path / "image.ome.zarr").write_bytes(b"II*\0")
    report = check_store(tmp_path / "image.ome.zarr")
    assert ids(report) == [("store-not-found", "")]
    assert report.exit_code() == 3


# --- symbolic links -----------------------------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Record the real path of every file and directory that is opened."""
    paths: list[str] = []

    def recording(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(path: Any = ".", *args: Any, **kwargs: Any) -> Any:
            result = function(path, *args, **kwargs)  # what fails was not opened
            if isinstance(path, (str, bytes, os.PathLike)):
                paths.append(os.path.realpath(os.fsdecode(path)))
            return result

        return wrapper

    for module, name in ((os, "open"), (os, "scandir"), (os, "listdir"), (builtins, "open"), (io, "open")):
        monkeypatch.setattr(module, name, recording(getattr(module, name)))
    yield paths
    monkeypatch.undo()


def assert_inside(opened: list[str], root: Path) -> None:
    assert opened, "nothing was recorded"
    real = os.path.realpath(root)
    assert [p for p in opened if p != real and not p.startswith(real + os.sep) and not _is_code(p)] == []


def _is_code(path: str) -> bool:
    """Tell whether a file is a module that is being imported, perhaps compiled by pytest."""
    return path.endswith(".py") or ".pyc" in os.path.basename(path)


@pytest.mark.parametrize("version", VERSIONS)
def test_loop_of_links_to_files(version: str, tmp_path: Path) -> None:
    tree = image(version)
    key = tree.key("1", of="array")
    del tree.docs[key]
    tree.docs["1/other"] = b""
    root = tree.write(tmp_path)
    (root / "1" / "other").unlink()
    (root / key).symlink_to("other")
    (root / "1" / "other").symlink_to((root / key).name)
    report = check_store(root)
    name = (root / key).name
    assert [(i.rule, i.node, i.message) for i in report.issues] == [
        ("document-unreadable", "1", f"{name} could not be read: its symbolic links go round in a circle")
    ]
    assert report.exit_code() == 3


def assert_circles(report: Report, version: str, *nodes: str) -> None:
    names = [".zgroup", ".zattrs"] if version == "0.4" else ["zarr.json"]
    assert [(i.rule, i.node, i.message) for i in report.issues] == [
        ("document-unreadable", node, f"{name} could not be read: its symbolic links go round in a circle")
        for node in nodes
        for name in names
    ]
    assert report.exit_code() == 3


@pytest.mark.parametrize("version", VERSIONS)
def test_loop_of_links_to_directories(version: str, tmp_path: Path) -> None:
    tree = BASES["plate"](version)
    tree.remove("A/2")
    root = tree.write(tmp_path)
    (root / "A" / "2").symlink_to("../A/2")
    assert_circles(check_store(root), version, "A/2")


@pytest.mark.parametrize("version", VERSIONS)
def test_link_to_the_directory_above(version: str, tmp_path: Path) -> None:
    """Wells that are links to their plate: the crawl ends, and says once for each what is wrong."""
    tree = BASES["plate"](version)
    tree.remove("A")
    root = tree.write(tmp_path)
    (root / "A").mkdir()
    (root / "A" / "1").symlink_to("..")
    (root / "A" / "2").symlink_to("../../" + root.name)
    for name, data in Tree(version, {"": None}).documents().items():
        (root / "A" / name).write_bytes(data)
    report = check_store(root)
    assert_circles(report, version, "A/1", "A/2")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["A/1/0", "A", "A/1"])
def test_circle_of_links_in_a_plate(name: str, version: str, tmp_path: Path) -> None:
    """Any group of a plate may be a link to the plate or to a well; the crawl ends all the same."""
    root = BASES["plate"](version).write(tmp_path)
    (root / name).rename(tmp_path.parent / f"{tmp_path.name}-away")
    (root / name).symlink_to(root if name != "A/1/0" else root / "A" / "1")
    report = check_store(root)
    missing = {("plate-well-path-resolves", "")} if name == "A" else set()  # the plate has no group called 1
    assert set(ids(report)) == {("document-unreadable", name)} | missing
    assert report.exit_code() == (1 if missing else 3)


@pytest.mark.parametrize("version", VERSIONS)
def test_collection_that_holds_itself(version: str, tmp_path: Path) -> None:
    tree = BASES["numbered"](version)
    tree.remove("0")
    tree.remove("1")
    root = tree.write(tmp_path)
    (root / "0").symlink_to(".")
    (root / "1").symlink_to(root)
    report = check_store(root)
    assert_circles(report, version, "0", "1")


@pytest.mark.parametrize("version", VERSIONS)
def test_labels_that_are_their_image(version: str, tmp_path: Path) -> None:
    root = image(version).write(tmp_path)
    (root / "labels").symlink_to(".")
    assert_circles(check_store(root), version, "labels")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("what", ["file", "directory"])
def test_link_that_leaves_the_store(
    what: str, version: str, tmp_path: Path, opened: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    root = image(version).write(tmp_path / "store")
    link = root / "2" if what == "directory" else root / image(version).key("2", of="array")
    link.rename(tmp_path / "outside")
    link.symlink_to(tmp_path / "outside")
    assert check_store(root).issues == []
    del opened[:]
    report = check_store(root, follow_links=False)
    assert_inside(opened, root)
    assert [(i.rule, i.severity.value, i.node) for i in report.issues] == [("document-unreadable", "error", "2")]
    assert "a symbolic link leads out of the store, to " in report.issues[0].message
    assert report.issues[0].hint is not None
    assert "--no-follow-links" in report.issues[0].hint
    assert run(capsys, "validate", root, "--no-config")[0] == 0
    del opened[:]
    assert run(capsys, "validate", root, "--no-config", "--no-follow-links")[0] == 3
    assert_inside(opened, root)


@pytest.mark.parametrize("version", VERSIONS)
def test_root_document_that_is_a_link_outside(version: str, tmp_path: Path, opened: list[str]) -> None:
    root = image(version).write(tmp_path / "store")
    link = root / image(version).key("")
    link.rename(tmp_path / "outside.json")
    link.symlink_to(tmp_path / "outside.json")
    assert check_store(root).issues == []
    del opened[:]
    report = check_store(root, follow_links=False)
    assert str(tmp_path / "outside.json") not in opened
    assert ids(report) == [("document-unreadable", "")]
    assert report.exit_code() == 3


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("what", ["file", "directory"])
def test_link_that_stays_inside(what: str, version: str, tmp_path: Path) -> None:
    root = image(version).write(tmp_path / "store")
    link = root / "2" if what == "directory" else root / image(version).key("2", of="array")
    link.rename(root / "kept")
    link.symlink_to(root / "kept")
    report = check_store(root)
    assert report.issues == []
    assert report.counts == {"image": 1, "array": 3}


@pytest.mark.parametrize("version", VERSIONS)
def test_store_reached_through_a_link(version: str, tmp_path: Path) -> None:
    image(version).write(tmp_path / "store")
    (tmp_path / "link").symlink_to("store")
    assert check_store(tmp_path / "link").issues == []


def test_link_to_nowhere(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("gone")
    report = check_store(tmp_path / "link")
    assert ids(report) == [("store-not-found", "")]
    assert report.exit_code() == 3


# --- paths that lead out of the store -----------------------------------------------------------------

MS = "~/multiscales/0"
SOURCE = "~/image-label/source/image"
SCALE = f"{MS}/datasets/0/{TRANSFORMS}/0/path"


def _dataset(tree: Tree, path: str) -> None:
    datasets = tree.multiscale()["datasets"]
    datasets.append({**datasets[2], "path": path})


def _label(tree: Tree, path: str) -> None:
    tree.ome("labels")["labels"].append(path)


def _source(tree: Tree, path: str) -> None:
    tree.ome("labels/cells")["image-label"]["source"]["image"] = path


def _well(tree: Tree, path: str) -> None:
    tree.ome()["plate"]["wells"].append({"path": path, "rowIndex": 0, "columnIndex": 2})


def _field(tree: Tree, path: str) -> None:
    tree.ome("A/2")["well"]["images"][1]["path"] = path


def _series(tree: Tree, path: str) -> None:
    tree.ome("OME")["series"].append(path)
    tree.docs[XML_KEY] = ome_xml(3)


def _vector(tree: Tree, path: str) -> None:
    tree.multiscale()["datasets"][0][TRANSFORMS] = [{"type": "scale", "path": path}]


Place = tuple[str, Callable[[Tree, str], None], int, tuple[Found, ...]]
# field: hierarchy, how the path gets there, how many folders down it is read, what is found
FIELDS: dict[str, Place] = {
    "dataset": (
        "image", _dataset, 0, (Found("dataset-path-relative-resolves", "error", "", f"{MS}/datasets/3/path"),),
    ),
    "labels": ("labels", _label, 1, (Found("labels-paths-resolve", "error", "labels", "~/labels/1"),)),
    "source": ("labels", _source, 2, (Found("label-source-image-resolves", "error", "labels/cells", SOURCE),)),
    "well": (
        "plate", _well, 0,
        (
            Found("plate-well-path-two-parts", "error", "", "~/plate/wells/4/path"),
            Found("plate-well-path-resolves", "error", "", "~/plate/wells/4/path"),
        ),
    ),
    "field": (
        "plate", _field, 2,
        (
            Found("well-image-path-alphanumeric", "error", "A/2", "~/well/images/1/path"),
            Found("well-image-path-resolves", "error", "A/2", "~/well/images/1/path"),
        ),
    ),
    "series": ("collection", _series, 0, (Found("series-paths-are-images", "error", "OME", "~/series/2"),)),
    "vector": (
        "image", _vector, 0,
        (
            Found("transform-parameter-present", "warning", "", SCALE),
            Found("transform-path-vector-length", "error", "", SCALE),
        ),
    ),
}  # fmt: skip
EVIL: dict[str, Callable[[Path, int], str]] = {
    "climbing": lambda secret, depth: "../" * (depth + 1) + secret.name,
    "climbing far": lambda secret, depth: "../" * 40 + str(secret).strip("/"),
    "climbing in the middle": lambda secret, depth: "0/" + "../" * (depth + 2) + secret.name,
    "absolute": lambda secret, depth: str(secret),
    "drive letter": lambda secret, depth: "C:/secret",
    "drive letter and backslash": lambda secret, depth: "C:\\secret",
    "backslashes": lambda secret, depth: "..\\" * (depth + 1) + secret.name,
    "server": lambda secret, depth: "\\\\server\\share",
    "null byte": lambda secret, depth: "0\0/../../secret",
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("field", FIELDS)
def test_path_that_leads_out(
    field: str,
    evil: str,
    version: str,
    tmp_path: Path,
    opened: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)  # where there is no configuration
    base, put, depth, expected = FIELDS[field]
    secret = image(version).write(tmp_path / "secret")  # it would pass for an image, if it was looked at
    tree = BASES[base](version)
    put(tree, EVIL[evil](secret, depth))
    root = tree.write(tmp_path / "store")
    del opened[:]
    report = check_store(root)
    found = Counter(Found(i.entry or i.rule, i.severity.value, i.node, i.pointer) for i in report.issues)
    assert found == Counter(f._replace(pointer=_whole(f.pointer, version)) for f in expected)
    assert run(capsys, "validate", root, "--no-config")[0] == 1
    with pytest.raises(SystemExit):
        main(["info", str(root)])
    assert_inside(opened, root)
    assert_no_controls(capsys.readouterr().out)


@pytest.mark.parametrize("path", ["../secret", "/etc", "C:\\x", "0/../../secret", "a\0b"])
def test_groups_that_are_opened_do_not_lead_out(path: str, tmp_path: Path, opened: list[str]) -> None:
    image("0.5").write(tmp_path / "secret")
    root = image("0.5").write(tmp_path / "store")
    del opened[:]
    group = open_group(root)
    with pytest.raises(NotFoundError, match="leads out of the store"):
        group[path]
    assert_inside(opened, root)


# --- names that a terminal would obey -----------------------------------------------------------------

NASTY = "\x1b[31mred\x1b[0m\x07\r\nline\x9b2J\u202egnp.exe\u200b\x00\x7f"
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def assert_no_controls(text: str) -> None:
    assert CONTROLS.findall(text) == []


def _nasty_axis(tree: Tree) -> None:
    tree.multiscale()["axes"][2].update(name=NASTY, unit=NASTY)
    for path in "012" if tree.version == "0.5" else "":
        tree.array(path)["dimension_names"] = ["c", "y", NASTY]


def _nasty_type(tree: Tree) -> None:
    tree.multiscale()["axes"][0]["type"] = NASTY


def _nasty_color(tree: Tree) -> None:
    tree.ome()["omero"]["channels"][0].update(color=NASTY, label=NASTY, name=NASTY)


def _nasty_version(tree: Tree) -> None:
    if tree.version == "0.5":
        tree.ome()["version"] = f"0.5{NASTY}"
    else:
        tree.multiscale()["version"] = f"0.4{NASTY}"


def _nasty_other_version(tree: Tree) -> None:
    holder = tree.ome() if tree.version == "0.5" else tree.multiscale()
    holder["version"] = NASTY


def _nasty_key(tree: Tree) -> None:
    tree.ome()["omero"] = {NASTY: 1}
    tree.ome()["labels"] = {NASTY: [NASTY]}


NAMES: dict[str, tuple[str, Callable[[Tree], None], int]] = {
    "axis": ("image", _nasty_axis, 0),
    "axis type": ("image", _nasty_type, 0),
    "color": ("image", _nasty_color, 1),
    "version": ("image", _nasty_version, 1),
    "unknown version": ("image", _nasty_other_version, 3),
    "key": ("image", _nasty_key, 1),
    "dataset": ("image", lambda tree: _dataset(tree, NASTY), 1),
    "label": ("labels", lambda tree: _label(tree, NASTY), 1),
    "source": ("labels", lambda tree: _source(tree, NASTY), 1),
    "plate": ("plate", lambda tree: tree.ome()["plate"].update(name=NASTY, wells=[]), 1),
    "row": ("plate", lambda tree: tree.ome()["plate"]["rows"][0].update(name=NASTY), 1),
    "well": ("plate", lambda tree: _well(tree, NASTY), 1),
    "field": ("plate", lambda tree: _field(tree, NASTY), 1),
    "series": ("collection", lambda tree: _series(tree, NASTY), 1),
    "OME-XML": ("collection", lambda tree: tree.docs.update({XML_KEY: NASTY.encode()}), 1),
    "array": ("image", lambda tree: tree.array("1").update(dtype=NASTY, data_type=NASTY), 1),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", NAMES)
def test_control_characters_in_names(
    name: str, version: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base, put, code = NAMES[name]
    tree = BASES[base](version)
    put(tree)
    root = tree.write(tmp_path)
    shown, text = run(capsys, "validate", root)
    assert shown == code
    assert_no_controls(text)
    shown, text = run(capsys, "validate", root, "--format", "json")
    assert shown == code
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text) == []
    assert json.loads(text)["results"][0]["issues"] != []
    for format_ in ("text", "json"):
        with pytest.raises(SystemExit):
            main(["info", str(root), "--format", format_])
        out = capsys.readouterr()
        assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", out.out + out.err) == []


def test_control_characters_in_the_name_of_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = image("0.5").write(tmp_path / "a\x1b[31m\nb\x9b\u202ec")
    shown, text = run(capsys, "validate", root)
    assert shown == 0
    assert_no_controls(text)
    assert "\\x1b[31m" in text
    assert len(text.splitlines()) == 1
    shown, text = run(capsys, "validate", root, "--format", "json")
    assert json.loads(text)["results"][0]["url"] == str(root)
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text) == []


def test_name_that_is_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder whose name is not UTF-8 reaches Python with lone surrogates."""
    root = os.path.join(os.fsencode(tmp_path), b"caf\xe9")
    try:
        os.mkdir(root)
    except OSError:
        pytest.skip("this file system only takes names that are UTF-8")
    for key, data in image("0.5").documents().items():
        path = os.path.join(root, key.encode())
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    for format_ in ("text", "json"):
        assert run(capsys, "validate", os.fsdecode(root), "--format", format_)[0] == 0


def test_lone_surrogates_in_a_document() -> None:
    tree = image("0.5")
    data = dumps(tree.docs["zarr.json"]).replace(b'"image"', b'"\\ud800"')
    report = check_store(MemoryStore({**tree.documents(), "zarr.json": data}))
    assert ids(report) == [("document-not-json", "")]
    assert report.exit_code() == 1
