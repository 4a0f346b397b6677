"""Zip archives with bytes, headers, comments and entries that are not as they should be."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from changing import Step, changed, nudged
from engine import Case
from on_documents import FORMATS, draw_steps
from on_stores import ODD_FILES, looked_at
from oracles import findings, of_command, of_report, ran, same, tree
from sound_stores import documents_of, stores

from ngff_core import NgffError, check_store, upgrade_store
from ngff_core.plugins.registry import default_registry
from ngff_core.report import Report
from ngff_core.stores.zip.store import BytesSource, FileSource, ZipStore
from ngff_core.testing.archives import zip_bytes
from ngff_core.zarr.keys import DOCUMENTS

__all__ = ["ARCHIVES"]

SIGNATURES = ("PK\3\4", "PK\1\2", "PK\5\6", "PK\6\6", "PK\6\7")
SIZES = (30, 46, 22, 56, 20)  # of the fixed parts of the records above
NUMBERS = (0, 1, 2, 0x7F, 0xFF, 0xFFFF, 0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 2**63, 2**64 - 1, 8, 45, 93)
COMMENTS = (
    '{"ome": {"version": "0.5", "zipFile": {"centralDirectory": {"jsonFirst": true}}}}',
    '{"ome": {"version": "0.6"}}', '{"ome": ', "", "[]", "\xff\xfe", "PK\5\6" + "\0" * 18, "x" * 65535, "\x1b[31m",
)  # fmt: skip


class Archives:
    """Zip archives of whole hierarchies."""

    name = "archives"

    def draw(self, rng: Random) -> Case:
        """Draw an archive, its damage, and how it is written."""
        base = rng.choice([name for name in stores() if name.split()[1] >= "0.4"])
        files = stores()[base]
        steps = draw_steps(rng, documents_of(files), large=False) if rng.random() < 0.2 else []
        steps += [_draw_step(rng, list(files)) for _ in range(rng.choice((1, 1, 1, 2, 2, 3)))]
        choices = {
            "zip64": rng.random() < 0.6,
            "comment": rng.choice(COMMENTS),
            "compressed": rng.random() < 0.4,
            "prefix": rng.choice(("", "", "", "image.ome.zarr/")),
            "command": rng.choice(FORMATS) if rng.random() < 0.15 else None,
            "to": rng.choice(list(default_registry().specs)) if rng.random() < 0.3 else None,
        }
        return Case(self.name, base, steps, choices)

    def problems(self, case: Case, folder: Path) -> Iterator[str]:
        """Yield what does not hold."""
        data = _archive(case)
        path = folder / "image.ozx"
        path.write_bytes(data)
        report = check_store(path)
        yield from of_report(report)
        yield from same("the same again", check_store(path).to_dict(), report.to_dict())
        yield from same("from memory", findings(check_store(ZipStore(BytesSource(data), str(path)))), findings(report))
        yield from looked_at(path)
        yield from _as_files(path, report)
        if case.choices["command"] is not None:
            format_ = case.choices["command"]
            done = ran("validate", path, "--format", format_, "--no-config")
            yield from of_command(done, json_out=format_ in ("json", "sarif"))
            yield from of_command(ran("info", path, "--files"))
        before = tree(folder)
        if case.choices["to"] is not None:
            yield from _copied(path, folder, case.choices["to"])
        left = {key: value for key, value in tree(folder).items() if key.partition("/")[0] != "out.ome.zarr"}
        yield from same("files beside", left, before)


def _draw_step(rng: Random, keys: list[str]) -> Step:
    kind = rng.choice(("flip", "cut", "put", "drop", "again", "field", "field", "field", "double", "entry", "move"))
    if kind == "field":
        record = rng.randrange(len(SIGNATURES))
        place, size = rng.randrange(4, SIZES[record]), rng.choice((1, 2, 4, 8))
        return ["field", record, rng.randrange(6), place, size, rng.choice(NUMBERS) % 256**size]
    if kind in ("double", "move"):
        return [kind, rng.choice(keys), rng.choice((*keys, "", "x", "../x", "/x", "a\\b", "zarr.json/"))]
    if kind == "entry":
        return [kind, rng.choice(("", "0/", "labels/")) + rng.choice(list(ODD_FILES)), rng.choice(list(ODD_FILES))]
    some = "".join(chr(rng.choice((0, 1, 80, 75, 3, 5, 128, 255))) for _ in range(rng.randrange(1, 5)))
    return ["raw", kind, rng.random(), some, rng.randrange(1, 60)]


def _archive(case: Case) -> bytes:
    """Return the archive of a case."""
    prefix = case.choices["prefix"]
    files = changed(stores()[case.base], case.steps)
    for step in case.steps:
        if step[0] == "entry":
            files[step[1]] = ODD_FILES[step[2]]
    named = {prefix + key: data for key, data in files.items()}
    data = zip_bytes(
        named,
        comment=case.choices["comment"].encode("latin-1"),
        zip64=case.choices["zip64"],
        compressed=set(named) if case.choices["compressed"] else (),
    )
    for step in case.steps:
        data = _damaged(data, step, prefix)
    return data


def _damaged(data: bytes, step: list[Any], prefix: str) -> bytes:
    if step[0] == "raw":
        _, kind, share, some, length = step
        return nudged(data, kind, int(share * len(data)), some, length)
    if step[0] == "field":
        return _with_field(data, *step[1:])
    if step[0] in ("double", "move"):  # another name of the same length: twice the same, or one that is odd
        old = (prefix + step[1]).encode()
        new = (prefix + step[2]).encode().ljust(len(old), b"x")[: len(old)]
        at = data.rfind(old) if step[0] == "double" else data.find(old)
        return data[:at] + new + data[at + len(old) :] if at >= 0 else data
    return data


def _with_field(data: bytes, record: int, nth: int, place: int, size: int, number: int) -> bytes:
    """Return an archive with a number in the nth record of a kind changed."""
    at = -1
    for _ in range(nth + 1):
        found = data.find(SIGNATURES[record].encode("latin-1"), at + 1)
        if found < 0:
            break
        at = found
    if at < 0:
        return data
    return data[: at + place] + number.to_bytes(size, "little") + data[at + place + size :]


def _as_files(path: Path, report: Report) -> Iterator[str]:
    """Yield where a document of a valid archive is another one to Python's zipfile, or none."""
    if not report.valid:
        return
    store = ZipStore(FileSource(str(path)), str(path))
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                data = store.get(name) if name.rpartition("/")[2] in DOCUMENTS else None
                if data is not None and archive.read(name) != data:
                    yield f"document read otherwise by zipfile: {name}"
    except Exception as error:
        yield f"valid, and zipfile refuses it ({type(error).__name__}): {error}"


def _copied(path: Path, folder: Path, target: str) -> Iterator[str]:
    out = folder / "out.ome.zarr"
    try:
        upgrade_store(path, target, out, allow_loss=True)
    except NgffError:
        return
    report = check_store(out)
    if not report.valid:
        yield f"copy of {target} is invalid: {report.summary()}"


ARCHIVES = Archives()
