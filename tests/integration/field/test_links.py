"""A7: which symbolic links are followed is a matter of policy, not of where a run began."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from bases import image, plate
from commands import Ran, Run

from ngff_core import check_store
from ngff_core.stores import LocalStore
from ngff_core.validation.many.stores import check_stores

VERSIONS = ("0.4", "0.5")
DOCUMENTS = (".zattrs", ".zgroup", ".zarray", "zarr.json")


def annexed(root: Path, objects: Path) -> None:
    """Move every document of a store away and leave links behind, as every clone of git-annex has them."""
    objects.mkdir(parents=True)
    for number, path in enumerate(sorted(p for p in root.rglob("*") if p.name in DOCUMENTS)):
        target = objects / f"{number}.json"
        path.rename(target)
        path.symlink_to(os.path.relpath(target, path.parent))


def verdicts(run: Run, root: str, *options: str) -> set[tuple[int, int]]:
    """Return errors and exit codes of a store, given by itself and found from above."""
    import json

    found = set()
    for arguments in ([root], ["-r", root], ["-r", os.path.dirname(root)]):
        ran = run("validate", *arguments, "--format", "json", *options)
        (result,) = json.loads(ran.out)["results"]
        found.add((len(result["issues"]), ran.code))
    return found


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("base", [image, plate])
def test_a7_a_clone_of_git_annex_is_valid_from_wherever_it_is_looked_at(
    base: Any, version: str, tmp_path: Path, run: Run
) -> None:
    root = base(version).write(tmp_path / "data" / "img.zarr")
    annexed(root, tmp_path / ".git" / "annex" / "objects")
    assert verdicts(run, "data/img.zarr") == {(0, 0)}
    assert run("info", "data").code == 0
    ((number, code),) = verdicts(run, "data/img.zarr", "--no-follow-links")
    assert (number > 0, code) == (True, 3)


@pytest.mark.parametrize("version", VERSIONS)
def test_a7_content_that_was_not_fetched_is_said(version: str, tmp_path: Path, run: Run) -> None:
    root = image(version).write(tmp_path / "img.zarr")
    annexed(root, tmp_path / ".git" / "annex" / "objects")
    shutil.rmtree(tmp_path / ".git" / "annex" / "objects")
    ran = run("validate", "img.zarr")
    assert ran.code == 3
    assert "hint: its content is perhaps not fetched; try git annex get, or datalad get" in ran.out


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "text", [b"/annex/objects/MD5E-s12--d41d8.json\n", b"version https://git-lfs.github.com/spec/v1\n"]
)
@pytest.mark.parametrize("at", ["", "A/1", "A/1/0"])
def test_a7_pointer_files_are_not_content(at: str, text: bytes, version: str, tmp_path: Path) -> None:
    tree = plate(version)
    root = tree.write(tmp_path / "p.zarr")
    (root / tree.key(at)).write_bytes(text)
    report = check_store(root)
    assert [(i.rule, i.node) for i in report.issues if i.rule == "document-unreadable"] == [("document-unreadable", at)]
    assert "not fetched" in report.issues[0].message
    assert report.exit_code() == 3


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("at", ["A/1", "A/1/0"])
def test_a7_a_plate_of_linked_parts(at: str, version: str, tmp_path: Path, run: Run) -> None:
    root = plate(version).write(tmp_path / "data" / "p.zarr")
    moved = tmp_path / "elsewhere" / "part"
    moved.parent.mkdir()
    (root / at).rename(moved)
    (root / at).symlink_to(moved)
    assert verdicts(run, "data/p.zarr") == {(0, 0)}
    assert {code for _, code in verdicts(run, "data/p.zarr", "--no-follow-links")} == {3}


def test_a7_the_configuration_decides_and_the_command_line_before_it(tmp_path: Path, run: Run) -> None:
    root = image("0.5").write(tmp_path / "img.zarr")
    annexed(root, tmp_path / "objects")
    (tmp_path / "ngff.toml").write_text("follow-links = false\n")
    assert run("validate", "img.zarr").code == 3
    assert run("validate", "img.zarr", "--follow-links").code == 0
    followed, refused = (run("info", "img.zarr", option) for option in ("--follow-links", "--no-follow-links"))
    assert (followed.code, refused.code != 0) == (0, True)
    assert run("info", "img.zarr") == refused
    (tmp_path / "ngff.toml").write_text("follow-links = true\n")
    assert run("info", "img.zarr") == followed
    (tmp_path / "ngff.toml").write_text("follow-links = 'yes'\n")
    ran = run("validate", "img.zarr")
    assert (ran.code, ran.err) == (2, 'Error: ngff.toml: follow-links: found "yes", expected boolean\n')


def test_a7_a_store_found_by_a_link_is_refused_where_links_are(tmp_path: Path, run: Run) -> None:
    image("0.5").write(tmp_path / "elsewhere" / "img.zarr")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "img.zarr").symlink_to("../elsewhere/img.zarr")
    assert run("validate", "-r", "data").code == 0
    assert run("validate", "-r", "data", "--no-follow-links").code == 3
    assert run("validate", "data/img.zarr", "--no-follow-links").code == 0  # it was named


@pytest.mark.parametrize("workers", [(), ("--workers", "2")])
def test_a7_workers_keep_to_the_policy(workers: tuple[str, ...], tmp_path: Path, run: Run) -> None:
    for name in "ab":
        annexed(image("0.5").write(tmp_path / "data" / f"{name}.zarr"), tmp_path / "objects" / name)
    assert run("validate", "-r", "data", *workers).code == 0
    assert run("validate", "-r", "data", "--no-follow-links", *workers).code == 3


def test_a7_links_that_go_round_end(tmp_path: Path, run: Run) -> None:
    """A search through folders that are linked to each other looks at each of them a few times at most."""
    image("0.5").write(tmp_path / "data" / "img.zarr")
    folders = [tmp_path / "data" / f"f{number}" for number in range(8)]
    for folder in folders:
        folder.mkdir()
    for one in folders:
        for other in folders:
            (one / f"to-{other.name}").symlink_to(other)
        (one / "up").symlink_to("..")
        (one / "self").symlink_to("self")
    looked: list[str] = []

    class Counting(LocalStore):
        def list(self, prefix: str) -> Any:
            looked.append(prefix)
            return super().list(prefix)

    reports = list(check_stores([Counting(tmp_path / "data")], recursive=True))
    assert {r.status for r in reports} == {"valid"}
    assert len(looked) < 200


def test_a7_archives_and_memory_know_no_links(tmp_path: Path) -> None:
    from zipfile import ZipFile, ZipInfo

    path = tmp_path / "a.ozx"
    with ZipFile(path, "w") as archive:
        for key, data in image("0.5").documents().items():
            if key == "zarr.json":
                link = ZipInfo(key)
                link.external_attr = 0o120777 << 16
                archive.writestr(link, str(tmp_path / "outside.json"))
            else:
                archive.writestr(key, data)
    (tmp_path / "outside.json").write_bytes(image("0.5").documents()["zarr.json"])
    assert check_store(path).status != "valid"


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return the content of all files below a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def upgrade(run: Run, store: str, to: str) -> Ran:
    return run("upgrade", store, "--to", to, *(("--decide", "chunk-keys=rename") if to == "0.4" else ()))


@pytest.mark.parametrize(("version", "to"), [("0.4", "0.5"), ("0.5", "0.4")])
def test_a7_an_upgrade_writes_through_no_link_that_leaves(version: str, to: str, tmp_path: Path, run: Run) -> None:
    root = plate(version).write(tmp_path / "data" / "p.zarr")
    moved = tmp_path / "elsewhere" / "part"
    moved.parent.mkdir()
    (root / "A/1").rename(moved)
    (root / "A/1").symlink_to(moved)
    before, inside = snapshot(moved), snapshot(root)
    ran = upgrade(run, "data/p.zarr", to)
    assert ran.code == 3
    assert "is behind a symbolic link that leads out of the store, to " in ran.err
    assert (snapshot(moved), snapshot(root)) == (before, inside)


def test_a7_an_upgrade_of_an_annexed_store_leaves_the_annex_alone(tmp_path: Path, run: Run) -> None:
    """New documents are put beside links; what would replace or delete one is refused."""
    root = image("0.4").write(tmp_path / "data" / "img.zarr")
    objects = tmp_path / ".git" / "annex" / "objects"
    annexed(root, objects)
    chunk = root / "0/0/0/0"
    chunk.parent.mkdir(parents=True)
    (objects / "chunk").write_bytes(b"pixels")
    chunk.symlink_to(os.path.relpath(objects / "chunk", chunk.parent))
    before = snapshot(objects)
    ran = upgrade(run, "data/img.zarr", "0.5")
    assert ran.code == 0, ran.out + ran.err
    assert run("validate", "data/img.zarr").code == 0
    removed = run("upgrade", "data/img.zarr", "--to", "0.5", "--remove-old")
    assert (removed.code, "git annex unlock" in removed.err) == (3, True)
    assert snapshot(objects) == before
    assert run("validate", "data/img.zarr").code == 0
    assert (root / "0/0/0/0").read_bytes() == b"pixels"
