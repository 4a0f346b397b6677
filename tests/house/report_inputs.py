"""Write what reports are compared on: stores and documents, from the data of the tests and of the benchmarks.

`compare_reports.py` calls this, with the folders of both in ``PYTHONPATH``.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import data
from bases import BASES
from corpus import CASES, VERSIONS
from report_runs import CONFIGURATION, DAMAGED, runs
from specification import MISSING, document_of, shared_folder

from ngff_core.plugins import default_registry
from ngff_core.testing import build_store, write_store

PROJECT = Path(__file__).parents[2]
ODD = {
    "empty": b"",
    "nothing": b"null",
    "number": b"5",
    "array": b"[]",
    "broken": b'{"ome": {',
    "twice": b'{"multiscales": [], "multiscales": []}',
    "big": b'{"multiscales": [{"version": "0.4", "name": 1e400}]}',
    "not-a-number": b'{"multiscales": [{"version": "0.4", "name": NaN}]}',
    "surrogate": b'{"multiscales": [{"version": "0.4", "name": "\\ud800"}]}',
    "long-integer": b'{"multiscales": [{"version": "0.4", "name": 123456789012345678901234567890}]}',
    "deep": b'{"ome": ' + b"[" * 1100 + b"]" * 1100 + b"}",
    "mark": b'\xef\xbb\xbf{"multiscales": []}',
    "latin": '{"name": "é"}'.encode("latin-1"),
}


def write_inputs(folder: Path, quick: bool) -> list[str]:
    """Write all inputs; return what is left out, and why."""
    for base, make in BASES.items():
        for version in VERSIONS:
            make(version).write(folder / "stores" / "bases" / f"{base}-{version}.ome.zarr")
    for case in CASES:
        for version in case.found:
            tree = BASES[case.base](version)
            case.damage(tree)
            tree.write(folder / "stores" / "corpus" / version / case.name / case.folder)
    for example in PROJECT.glob("examples/*.ome.zarr"):
        shutil.copytree(example, folder / "stores" / "examples" / example.name)
    for name, nodes in _of_rules(quick):
        write_store(nodes, folder / "rules" / f"{name}.ome.zarr")
    _write_plates(folder / "stores" / "plates")
    if not quick:
        for version in VERSIONS:
            data.write_plate(folder / "big" / f"big-{version}.ome.zarr", version)
        data.zip_plate(folder / "big" / "big-0.5.ome.zarr")
    _write_documents(folder / "documents", ODD)
    left_out = [] if shared_folder() is not None else [f"the official suites: {MISSING}"]
    _write_documents(folder / "official", dict(_official()))
    return left_out


def _write_documents(folder: Path, documents: dict[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for name, text in documents.items():
        (folder / f"{name}.json").write_bytes(text)


def _official() -> Iterator[tuple[str, bytes]]:
    """Yield the documents of the official suites of all versions."""
    shared = shared_folder()
    if shared is None:
        return
    for index in sorted((shared / "spec" / "suites").glob("cases*.json")):
        for case in json.loads(index.read_text(encoding="utf-8")):
            name = f"{case['id']}@{case['kind']}".replace("/", "+").replace(":", "+")
            try:
                yield name, json.dumps(document_of(case)).encode()
            except ValueError:  # a file that is no JSON, on purpose or not, is odd input like others
                yield name, (index.parent / case["file"]).read_bytes()


def _of_rules(quick: bool) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Yield the examples of rules that are stores; quick: of the oldest and the newest version."""
    registry = default_registry()
    versions = list(registry.specs)
    for version in versions if not quick else (versions[0], versions[-1]):
        spec = registry.spec(version)
        for rule in registry.rules(version):
            for number, example in enumerate((*rule.valid, *rule.invalid)):
                given = spec.write_example(example.data) if spec.write_example is not None else example.data
                if _is_hierarchy(given):
                    name = f"{version}-{rule.id.replace('/', '+')}-{number}"
                    yield name, build_store(spec, given, example.files)


def _is_hierarchy(given: Any) -> bool:
    return isinstance(given, dict) and "" in given


def _write_plates(folder: Path) -> None:
    """Write clean plates, and the same with damage here and there; one of each as an archive."""
    for version in VERSIONS:
        data.write_plate(folder / f"clean-{version}.ome.zarr", version, rows=3, columns=4, fields=2, levels=2)
        damaged = folder / f"damaged-{version}.ome.zarr"
        data.write_plate(damaged, version, rows=4, columns=6, fields=3, levels=3)
        damage(damaged)
    for name in ("clean-0.5", "damaged-0.5"):
        data.zip_plate(folder / f"{name}.ome.zarr")


def damage(plate: Path) -> None:
    """Take every 11th document of a plate away, spoil others: not JSON, another type, a scale that goes up."""
    documents = sorted(path for path in plate.rglob("*") if path.is_file() and path.parent != plate)
    for number, path in enumerate(documents):
        text = path.read_text(encoding="utf-8")
        if number % 11 == 1:
            path.unlink()
        elif number % 17 == 2:
            path.write_text(text[:-3], encoding="utf-8")
        elif number % 7 == 3:
            path.write_text(text.replace('"y"', "7", 1), encoding="utf-8")
        elif number % 5 == 4:
            path.write_text(text.replace("0.5", "8", 1), encoding="utf-8")


def _write_runs(folder: Path) -> None:
    """Write the list of runs, and the files that these are given."""
    registry = default_registry()
    rules = sorted({rule.id for version in registry.specs for rule in registry.rules(version)})
    (folder / "config").mkdir()
    (folder / "config" / "ngff.toml").write_text(CONFIGURATION, encoding="utf-8")
    for name, texts in DAMAGED.items():
        for number, text in enumerate(texts):
            (folder / "config" / f"{number}-{name}").write_text(text, encoding="utf-8")
    stores = sorted(map(str, (folder / "stores").glob("[be]*/*")))
    (folder / "config" / "list.txt").write_text("\n".join(["# a list", *stores, ""]), encoding="utf-8")
    with (folder / "runs.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(run)}\n" for run in runs(folder, rules, list(registry.specs)))


def main() -> None:
    """Write everything below the folder that is given."""
    folder = Path(sys.argv[1])
    for reason in write_inputs(folder, "--quick" in sys.argv):
        print(f"left out: {reason}", file=sys.stderr)
    _write_runs(folder)


if __name__ == "__main__":
    main()
