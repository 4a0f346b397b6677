"""Every command on stores that somebody else has made: nothing is changed outside of them and of what is asked for."""

from __future__ import annotations

import json
import os
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bases import Tree, collection, image, labels, plate
from broken import broken_plate, consolidated
from evil import EVIL, journal
from hostile import hostile_stores
from mortal import tree
from traced import changed_paths, traced, traces, why_not

from ngff_core.cli import COMMANDS
from ngff_core.plugins import default_registry
from ngff_core.testing import write_store
from ngff_core.testing.archives import zip_bytes
from ngff_core.upgrade.journal import DONE, JOURNAL
from ngff_core.zarr.keys import LOCK

REASON = why_not()
pytestmark = pytest.mark.skipif(REASON is not None, reason=REASON or "")

ALLOWED = {"/dev/null", "/dev/tty"}
OTHER = {"0.4": "0.5", "0.5": "0.4"}
PARTS = ("zarr.json.ngff-part", ".zattrs.0123456789abcdef.ngff-part", f"{JOURNAL}.0123456789abcdef.ngff-part")
CHANGES = ("fix", "set", "rebuild")  # within a version
PLACES = (
    "zarr.json",
    "0/zarr.json",
    ".zattrs",
    "0",
    "0/0",
    "labels",
    "A/1",
    "A/1/zarr.json",
    JOURNAL,
    DONE,
    LOCK,
    *PARTS,
)


def link(path: Path, victims: Path) -> None:
    path.symlink_to(os.path.relpath(victims / "file", path.parent))


def link_to_folder(path: Path, victims: Path) -> None:
    path.symlink_to(victims / "folder")


def pipe(path: Path, _: Path) -> None:
    os.mkfifo(path)


def device(path: Path, _: Path) -> None:
    os.mknod(path, 0o20666, os.makedev(1, 3))


def plug(path: Path, _: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = os.getcwd()
        os.chdir(path.parent)  # names of sockets are short
        made.bind(path.name)
        os.chdir(here)


LINKS: tuple[Callable[[Path, Path], None], ...] = (link, link_to_folder)
NO_FILES: tuple[Callable[[Path, Path], None], ...] = (pipe, device, plug)


def stores(folder: Path, victims: Path) -> Iterator[tuple[Path, str]]:
    """Write hostile stores, each with its version; names begin with the commands that they are for, or with that."""
    registry = default_registry()
    for version in OTHER:
        yield write_store(consolidated(broken_plate(version)), folder / f"{version}-broken"), version
        for kind, documents in hostile_stores(registry, version).items():
            yield write_store(documents, folder / f"{version}-{kind}"), version
        for base in (labels, plate, collection):
            yield base(version).write(folder / f"{version}-{base.__name__}"), version
    for number, (place, plant) in enumerate(
        (place, plant) for n, place in enumerate(PLACES) for plant in (*LINKS, NO_FILES[n % len(NO_FILES)])
    ):
        version = "0.5" if number % 3 == 0 else "0.4"
        for commands, made in {"upgrade": image, "fix+set": defective, "rebuild": interrupted}.items():
            root = made(version).write(folder / f"{commands}-planted-{number}")
            if planted(root / place, plant, victims):
                yield root, version
    for number, lines in enumerate(EVIL.values()):
        text = json.dumps(lines).replace("{outside}", str(victims))
        for command in ("upgrade", *CHANGES):
            root = defective("0.4").write(folder / f"{command}-journal-{number}")
            (root / (DONE if number % 2 else JOURNAL)).write_bytes(journal(*json.loads(text), command=command))
            yield root, "0.4"
    for commands in ("upgrade", "fix+set"):
        left = defective("0.4").write(folder / f"{commands}-locked")
        (left / LOCK).write_text(json.dumps({"host": "another", "pid": 1, "since": "", "action": "an upgrade"}))
        yield left, "0.4"


def planted(path: Path, plant: Callable[[Path, Path], None], victims: Path) -> bool:
    """Put something at a path of a store, and what is there out of the way; False: this user may not."""
    path.parent.mkdir(exist_ok=True, parents=True)
    if path.is_dir():
        path.rename(path.with_name("away"))
    path.unlink(missing_ok=True)
    try:
        plant(path, victims)
    except PermissionError:  # devices are made by the administrator
        return False
    return True


def interrupted(version: str) -> Tree:
    """Return a plate that a conversion has not come to write the metadata of."""
    tree = plate(version)
    for path in ("", "A", "A/1"):
        for of in ("attributes", "group"):
            tree.docs.pop(tree.key(path, of=of), None)
    return tree


def defective(version: str) -> Tree:
    """Return an image with a finding that has a fix."""
    tree = image(version)
    tree.ome()["omero"]["channels"][0]["color"] = "#0000FF"
    return tree


def commands_for(root: Path, version: str, out: Path) -> Iterator[tuple[list[str], list[Path]]]:
    """Yield commands for a store, with where each may write."""
    to = ["--to", OTHER[version]]
    decided = [] if OTHER[version] == "0.5" else ["--decide", "chunk-keys=rename"]
    yield ["validate", str(root), "--format", f"json={out}.json"], [Path(f"{out}.json")]
    wanted = root.name.partition("-")[0].split("+")
    for command in CHANGES:
        if command in wanted or version in wanted:
            yield from changes(command, root)
    if not {"upgrade", version} & set(wanted):
        return
    if root.name.startswith("0."):
        yield ["info", str(root)], []
        yield ["upgrade", str(root), *to, *decided, "--plan"], []
    yield ["upgrade", str(root), "--out", str(out), *to, *decided, "--allow-loss"], [out]
    replaced = ["--decide", "existing=replace"]
    yield ["upgrade", str(root), *to, *decided, *replaced, "--allow-loss", "--remove-old", "--break-lock"], [root]
    yield ["upgrade", str(root), "--rollback"], [root]


def changes(command: str, root: Path) -> Iterator[tuple[list[str], list[Path]]]:
    """Yield a command that changes a store within its version: planned, carried out, taken back."""
    values = ["name=x", "--images"] if command == "set" else []
    wish = [] if command == "rebuild" else ["--plan"]
    yield [command, str(root), *values, *wish], []
    yield [command, str(root), *values, "--break-lock", *(["--apply"] if command == "rebuild" else [])], [root]
    yield [command, str(root), "--rollback"], [root]


def archives(folder: Path, out: Path) -> Iterator[tuple[list[str], list[Path]]]:
    """Yield commands that write zip archives anew: one with names that lead out of it, and one without."""
    documents = broken_plate("0.5")
    for name, more in {"sound": {}, "evil": {"../evil.txt": b"evil", "A/../../zarr.json": b"{}"}}.items():
        path = folder / f"{name}.ozx"
        path.write_bytes(zip_bytes({**documents, **more}))
        for command, values in (("fix", []), ("set", ["plate.name=x"])):
            written = out / f"{command}-{name}.ozx"
            yield [command, str(path), *values], []
            yield [command, str(path), *values, "--out", str(written)], [written]


def others(root: Path, folder: Path) -> Iterator[tuple[list[str], list[Path]]]:
    """Yield commands that are for one store, or for none."""
    report, baseline, attributes = folder / "report.json", folder / "baseline.json", root / ".zattrs"
    yield ["validate", str(root), "--format", "json", "--output", str(report)], [report]
    yield ["validate", str(root), "--write-baseline", str(baseline)], [baseline]
    yield ["validate", "-r", str(root.parent), "--quiet"], []
    yield ["upgrade", "-r", str(root.parent), "--to", "0.5", "--plan"], []
    yield ["merge", str(report)], []
    log, tables = folder / "run.jsonl", folder / "tables"
    yield ["validate", str(root), "--log", str(log)], [log]
    yield ["validate", str(root), "--log", str(log), "--resume"], [log]
    yield ["table", str(log), "--out", str(tables)], [tables]
    yield ["conformance", "zarr", str(root)], []
    yield ["conformance", "attributes", str(attributes)], []
    yield from (([name], []) for name in ("rules", "versions", "plugins"))
    yield ["completion", "bash"], []
    yield ["new-plugin", "ngff-rules-some", "--directory", str(folder)], [folder]


def test_nothing_is_changed_outside_the_store_and_the_output(tmp_path: Path) -> None:
    victims = tmp_path / "victims"
    (victims / "folder").mkdir(parents=True)
    (victims / "file").write_bytes(b"of somebody else")
    (victims / "folder" / "zarr.json").write_bytes(b"of somebody else, too")
    (tmp_path / "outputs").mkdir()
    commands = [
        command
        for number, (root, version) in enumerate(stores(tmp_path / "stores", victims))
        for command in commands_for(root, version, tmp_path / "outputs" / str(number))
    ]
    commands += others(tmp_path / "stores" / "0.4-image", tmp_path / "outputs")
    commands += archives(tmp_path / "stores", tmp_path / "outputs")
    assert {arguments[0] for arguments, _ in commands} == set(COMMANDS)
    before = tree(victims)
    changed: Counter[str] = Counter()
    all_lines = traces([arguments for arguments, _ in commands], tmp_path)
    for (arguments, may), lines in zip(commands, all_lines, strict=True):
        for path, line in changed_paths(lines, tmp_path / "cwd"):
            inside = any(path == str(root) or path.startswith((f"{root}/", f"{root}.")) for root in may)
            assert inside or path in ALLOWED, (arguments, line)
            changed[arguments[0]] += 1
    assert changed.total() > 1000
    assert min(changed[command] for command in ("upgrade", *CHANGES)) > 100, changed
    assert tree(victims) == before


BY_LINKS = """
import os, sys
outside = sys.argv[1]
os.symlink(outside, "link")
open("link/opened", "w").close()
os.symlink(outside + "/through", "file")
open("file", "w").close()
at = os.open(outside, os.O_RDONLY)
os.mkdir("made", dir_fd=at)
os.rename(outside + "/opened", "link/ren\\tamed\xfc")
os.link("link/through", "link/linked")
os.chmod("link/linked", 0o600)
os.unlink("linked", dir_fd=at)
os.rmdir("made", dir_fd=at)
os.truncate("link/through", 0)
"""


def test_what_is_changed_by_way_of_links_is_told(tmp_path: Path) -> None:
    folder, outside = tmp_path / "cwd", tmp_path / "outside"
    outside.mkdir()
    lines = traced(["-c", BY_LINKS, outside], tmp_path)
    found = [path for path, _ in changed_paths(lines, tmp_path / "cwd")]
    names = ["opened", "through", "made", "opened", "ren\tamed\xfc", "through", "linked", "linked", "linked", "made"]
    expected = [
        folder / "link",
        outside / "opened",
        folder / "file",
        *(outside / name for name in names[1:]),
        outside / "through",
    ]
    assert found == list(map(str, expected))
