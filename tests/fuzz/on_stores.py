"""Stores on disk, damaged: checks, views, upgrades and the way back, with a folder beside that nobody may touch."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

from changing import Step, changed
from engine import Case
from on_documents import FORMATS, draw_foreign, draw_steps
from oracles import findings, of_command, of_report, ran, same, tree
from sound_stores import documents_of, stores

from ngff_core import (
    NgffError,
    Plan,
    UsageError,
    ValidationError,
    check_store,
    check_stores,
    from_uri,
    open_group,
    rollback_store,
    upgrade_store,
)
from ngff_core.plugins.registry import default_registry
from ngff_core.report import Report
from ngff_core.stores import MemoryStore
from ngff_core.testing import write_store

__all__ = ["ODD_FILES", "STORES", "looked_at", "written_store"]

ODD_FILES = {
    "zarr.json": b'{"zarr_format": 3, "node_type": "group"}',
    ".zgroup": b'{"zarr_format": 2}',
    ".zattrs": b"{}",
    ".zmetadata": b'{"zarr_consolidated_format": 1, "metadata": {".zgroup": {"zarr_format": 2}}}',
    "OME/METADATA.ome.xml": b"<OME><Image/></OME>",
    "more.ozx": b"PK\5\6" + b"\0" * 18,
    ".ngff-upgrade.jsonl": b"",
    "c": b"a file",
    "0/0/0": b"a chunk",
    "a\\b\n\x1b[31m/zarr.json": b"{}",
}
"""Files that are put anywhere."""
TARGETS = ("..", ".", "nowhere", "../outside", "../outside/zarr.json", "0", "zarr.json", ".zattrs", "/dev/null", "/")
GENTLE = ("consolidate", "file", "link")
NEXT = {"0.1": "0.2", "0.2": "0.4", "0.3": "0.4", "0.4": "0.5", "0.5": "0.4", "0.6": "0.5"}


class Stores:
    """Whole hierarchies on disk."""

    name = "stores"

    def draw(self, rng: Random) -> Case:
        """Draw a store, its damage, and where it is upgraded to."""
        base = rng.choice(list(stores()))
        files = stores()[base]
        if rng.random() < 0.5:  # gently, so that there is something to upgrade
            steps = [draw_foreign(rng, documents_of(files)) for _ in range(rng.choice((0, 1, 2)))]
            steps += [_draw_step(rng, list(files), GENTLE) for _ in range(rng.choice((0, 1, 2)))]
        else:
            steps = draw_steps(rng, documents_of(files), large=rng.random() < 0.3) if rng.random() < 0.7 else []
            steps += [_draw_step(rng, list(files), tuple(_DAMAGE)) for _ in range(rng.choice((0, 0, 1, 1, 2, 3)))]
        choices = {
            "version": rng.choice((None, None, None, None, base.split()[1], "0.5")),
            "to": NEXT[base.split()[1]] if rng.random() < 0.8 else rng.choice(list(default_registry().specs)),
            "allow_loss": rng.random() < 0.5,
            "remove_old": rng.random() < 0.5,
            "decisions": rng.choice(({"chunk-keys": "rename"}, {"existing": "replace"}, {})),
            "command": rng.choice(FORMATS) if rng.random() < 0.15 else None,
        }
        return Case(self.name, base, steps, choices)

    def problems(self, case: Case, folder: Path) -> Iterator[str]:
        """Yield what does not hold."""
        files = changed(stores()[case.base], case.steps)
        root = written_store(files, case.steps, folder)
        before = tree(folder)
        report = check_store(root, version=case.choices["version"])
        yield from of_report(report)
        yield from _in_other_ways(root, report, case)
        yield from looked_at(root)
        if case.choices["command"] is not None:
            yield from _by_command(root, case)
        yield from same("tree after reading", tree(folder), before)
        yield from upgraded(root, folder, case)


def _draw_step(rng: Random, keys: list[str], kinds: Sequence[str]) -> Step:
    folders = sorted({key.rpartition("/")[0] for key in keys})
    key, folder = rng.choice(keys), rng.choice(folders)
    kind = rng.choice((*kinds, "file"))
    if kind in ("link", "folder-link"):
        return [kind, key if kind == "link" else folder, rng.choice((*TARGETS, os.path.basename(rng.choice(keys))))]
    if kind == "file":
        names = list(ODD_FILES) if "gone" in kinds else ["notes.txt", "zarr.json.txt", ".zattrs~"]
        return [kind, f"{folder}/{rng.choice(names)}".lstrip("/"), rng.choice(list(ODD_FILES))]
    if kind == "move":
        return [kind, folder, rng.choice((*folders, "Moved", f"{folder}x"))]
    return [kind, folder if kind == "consolidate" else key, rng.randrange(4)]


def written_store(files: Mapping[str, bytes], steps: list[Step], folder: Path) -> Path:
    """Write a store with its damage, and a folder beside it; returns its root."""
    root = folder / "store.ome.zarr"
    (folder / "outside").mkdir()
    (folder / "outside" / "zarr.json").write_bytes(b'{"zarr_format": 3, "node_type": "group", "attributes": {}}')
    write_store(files, root)
    for kind, key, given in (step for step in steps if step[0] not in ("json", "bytes")):
        try:
            _DAMAGE[kind](root, key, given)
        except (OSError, ValueError, RecursionError):  # what it wants is no longer there, or no longer JSON
            continue
    return root


def _gone(root: Path, key: str, _: Any) -> None:
    (root / key).unlink()


def _link(root: Path, key: str, target: str) -> None:
    path = root / key
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path) if path != root else None
    else:
        path.unlink()
    path.symlink_to(target)


def _folder(root: Path, key: str, _: Any) -> None:
    (root / key).unlink()
    (root / key).mkdir()


def _file(root: Path, key: str, content: str) -> None:
    (root / key).parent.mkdir(parents=True, exist_ok=True)
    (root / key).write_bytes(ODD_FILES[content])


def _fifo(root: Path, key: str, _: Any) -> None:
    (root / key).unlink()
    os.mkfifo(root / key)


def _move(root: Path, key: str, target: str) -> None:
    (root / key).rename(root / target)


def _consolidate(root: Path, key: str, way: int) -> None:
    """Put copies of the documents of a group in it: right ones, and such as are not."""
    folder = root / key
    documents = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    copies = {
        k: json.loads(p.read_bytes()) for k, p in documents.items() if k.endswith((".zattrs", ".zgroup", ".zarray"))
    }
    if way == 1 and copies:
        copies.pop(next(iter(copies)))
    if way == 2:
        copies = {k: {**v, "odd": 1} if isinstance(v, dict) else 5 for k, v in copies.items()}
    (folder / ".zmetadata").write_text(json.dumps({"zarr_consolidated_format": way or 1, "metadata": copies}))


_DAMAGE: dict[str, Callable[[Path, str, Any], None]] = {
    "gone": _gone,
    "link": _link,
    "folder-link": _link,
    "folder": _folder,
    "file": _file,
    "fifo": _fifo,
    "move": _move,
    "consolidate": _consolidate,
}


# --- reading ----------------------------------------------------------------------------------------


def _in_other_ways(root: Path, report: Report, case: Case) -> Iterator[str]:
    version = case.choices["version"]
    told = report.to_dict()
    yield from same("the same again", check_store(root, version=version).to_dict(), told)
    yield from same("check_stores", [r.to_dict() for r in check_stores([root], version=version)], [told])
    with ThreadPoolExecutor(2) as pool:
        yield from same("divided", check_store(root, version=version, executor=pool).to_dict(), told)
    if all(step[0] in ("json", "bytes", "gone") for step in case.steps):
        files = {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}
        memory = check_store(MemoryStore(files), version=version)
        yield from same("in memory", findings(memory), findings(report))


def looked_at(root: object) -> Iterator[str]:
    """Look at all that a store shows; yield what escapes but NgffError."""
    try:
        group = open_group(root)
        for call in (group.tree, group.check, group.ome_structures, group.wells, group.fields, group.acquisitions):
            _called(call)
        _called(group.ome_metadata)
        _called(group.validate)
        for image in _called(lambda: list(group.images())) or ():
            _called(image.labels)
            _called(lambda image=image: (image.array().shape, image.array().dtype, repr(image)))
        from_uri(root)
    except NgffError:
        pass
    yield from ()


def _called(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except (NgffError, LookupError):
        return None


def _by_command(root: Path, case: Case) -> Iterator[str]:
    format_ = case.choices["command"]
    done = ran("validate", root, "--format", format_, "--no-config")
    yield from of_command(done, json_out=format_ in ("json", "sarif"))
    yield from of_command(ran("info", root))
    yield from of_command(ran("info", root, "--files", "--format", "json"), json_out=True)
    yield from of_command(ran("conformance", "zarr", root), json_out=True)
    plan = ran("upgrade", root, "--to", case.choices["to"], "--plan", "--format", "json")
    yield from of_command(plan, json_out=True)


# --- upgrades ---------------------------------------------------------------------------------------


def upgraded(root: Path, folder: Path, case: Case) -> Iterator[str]:
    """Upgrade in place and take it back; yield where the way there, or back, is not what it has to be."""
    before = tree(folder)
    choices = {name: case.choices[name] for name in ("allow_loss", "remove_old", "decisions")}
    try:
        plan = _upgraded(root, case.choices["to"], choices)
    except (NgffError, ValidationError):
        yield from same("tree after a refused upgrade", tree(folder), before)
        return
    after = tree(folder)
    if after == before:
        return
    report = check_store(root)
    if not report.valid:
        yield f"upgrade to {plan.target} leaves an invalid store: {report.summary()}"
    yield from of_report(report)
    rollback_store(root)
    yield from same("tree after upgrade and rollback", _differing(tree(folder), before), {})


def _upgraded(root: Path, target: str, choices: dict[str, Any]) -> Plan:
    try:
        return upgrade_store(root, target, **choices)
    except UsageError:  # nobody asks for this decision
        return upgrade_store(root, target, **{**choices, "decisions": {}})


def _differing(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    return {key: (now.get(key), before.get(key)) for key in {*now, *before} if now.get(key) != before.get(key)}


STORES = Stores()
