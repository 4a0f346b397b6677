"""Journals of upgrades that somebody has changed: whatever a rollback makes of them, or an upgrade, all is there."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from changing import Step, changed, draw_bytes, draw_json
from engine import Case
from on_stores import written_store
from oracles import of_command, of_report, ran, same, tree
from sound_stores import stores

from ngff_core import check_store, upgrade_store
from ngff_core.testing import write_store
from ngff_core.upgrade.journal import DONE, JOURNAL
from ngff_core.zarr.keys import DOCUMENTS, is_journal

__all__ = ["JOURNALS"]

WAYS = {
    "0.4 0.5": ("image 0.4", "0.5", {"remove_old": True}),
    "0.4 0.5 kept": ("plate 0.4", "0.5", {}),
    "0.5 0.4 renamed": ("image 0.5", "0.4", {"decisions": {"chunk-keys": "rename"}, "allow_loss": True}),
    "0.5 0.6": ("image 0.5", "0.6", {}),
    "0.2 0.4": ("image 0.2", "0.4", {"allow_loss": True}),
}


class Journals:
    """Journals in stores, changed, with the mark of the end mended or not."""

    name = "journals"

    def draw(self, rng: Random) -> Case:
        """Draw an upgrade, changes of its journal, and which command meets it."""
        base = rng.choice(list(WAYS))
        lines = _lines(base)
        steps = [_draw_step(rng, lines) for _ in range(rng.choice((0, 1, 1, 1, 2, 3)))]
        choices = {
            "name": rng.choice((JOURNAL, DONE)),
            "mended": rng.random() < 0.75,
            "command": rng.choice(("rollback", "rollback", "upgrade")),
            "interrupted": rng.choice((0.0, 0.3, 0.5, 0.8, 1.0)),
        }
        return Case(self.name, base, steps, choices)

    def problems(self, case: Case, folder: Path) -> Iterator[str]:
        """Yield what does not hold."""
        base, to, _ = WAYS[case.base]
        root = written_store(_half_done(case), [], folder)
        before = tree(folder)
        told = (root, "--rollback") if case.choices["command"] == "rollback" else (root, "--to", to)
        done = ran("upgrade", *told, "--format", "json")
        yield from of_command(done, json_out=True)
        after = tree(folder)
        yield from same("chunks", _chunks(after), _chunks(before))
        yield from same("files that are no documents", _others(after), _others(before))
        if done.code != 0 and case.choices["command"] == "rollback":
            yield from same("tree after what failed", _without_journals(after), _without_journals(before))
        if done.code == 0 and not case.steps and case.choices["command"] == "rollback":
            first = {f"store.ome.zarr/{key}": data for key, data in stores()[base].items()}
            found = {key: data for key, data in after.items() if isinstance(data, bytes) and key in first}
            yield from same("documents of the first state", found, first)
        yield from of_report(check_store(root))


def _draw_step(rng: Random, lines: list[bytes]) -> Step:
    number = rng.randrange(len(lines))
    kind = rng.choice(("json", "json", "json", "json", "bytes", "lose", "again", "swap"))
    if kind == "json":
        return ["line", number, draw_json(rng, {"line": lines[number]}, large=False)]
    if kind == "bytes":
        return ["line", number, draw_bytes(rng, {"line": lines[number]})]
    return [kind, number, rng.randrange(len(lines))]


@cache
def _made(way: str) -> dict[str, Any]:
    """Return the files after an upgrade, its journal among them."""
    base, to, options = WAYS[way]
    with tempfile.TemporaryDirectory() as folder:
        root = write_store(stores()[base], Path(folder) / "store.ome.zarr")
        upgrade_store(root, to, **options)
        return {key: data for key, data in tree(root).items() if isinstance(data, bytes)}


def _lines(way: str) -> list[bytes]:
    return _made(way)[DONE].splitlines()


def _half_done(case: Case) -> dict[str, bytes]:
    """Return the files of an upgrade that was finished, or cut off after a share of its documents."""
    base, _, _ = WAYS[case.base]
    made, first = dict(_made(case.base)), stores()[base]
    del made[DONE]
    files = dict(made)
    if case.choices["name"] == JOURNAL:  # documents of both states are there, old and new
        changed_ = sorted(key for key in made if made[key] != first.get(key) and key.rpartition("/")[2] in DOCUMENTS)
        kept = int(case.choices["interrupted"] * len(changed_))
        files = {**made, **{k: v for k, v in first.items() if k.rpartition("/")[2] in DOCUMENTS and k not in made}}
        for key in changed_[kept:]:
            files.pop(key)
            if key in first:
                files[key] = first[key]
    return {**files, case.choices["name"]: _journal(case)}


def _journal(case: Case) -> bytes:
    lines = list(_lines(case.base))
    for kind, number, given in case.steps:
        if kind == "line" and number < len(lines):
            lines[number] = changed({"line": lines[number]}, [[given[0], "line", *given[2:]]])["line"].replace(
                b"\n", b""
            )
        elif kind == "lose" and number < len(lines):
            del lines[number]
        elif kind in ("again", "swap") and max(number, given) < len(lines):
            other = lines[given]
            lines[given] = lines[number]
            lines[number] = other if kind == "swap" else lines[number]
    if case.choices["mended"] and lines:
        text = b"".join(line + b"\n" for line in lines[:-1])
        lines[-1] = json.dumps({"end": hashlib.sha256(text).hexdigest()}).encode()
    return b"".join(line + b"\n" for line in lines)


# --- what has to be there in the end ----------------------------------------------------------------


def _is_document(key: str) -> bool:
    return key.rpartition("/")[2] in DOCUMENTS and key.startswith("store.ome.zarr/")


def _is_chunk(key: str) -> bool:
    return key.rpartition("/")[2].replace(".", "").isdecimal()


def _chunks(found: dict[str, Any]) -> set[Any]:
    return set(Counter(data for key, data in found.items() if _is_chunk(key) and isinstance(data, bytes)))


def _others(found: dict[str, Any]) -> dict[str, Any]:
    plain = {key: data for key, data in found.items() if isinstance(data, (bytes, tuple))}
    return {k: v for k, v in plain.items() if not (_is_document(k) or _is_chunk(k) or is_journal(k.rpartition("/")[2]))}


def _without_journals(found: dict[str, Any]) -> dict[str, Any]:
    return {key: data for key, data in found.items() if not is_journal(key.rpartition("/")[2])}


JOURNALS = Journals()
