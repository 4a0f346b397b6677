"""Build the validator as a web page: a folder of files for any static host, under any path.

    python web/build.py [FOLDER]

Needs pip, node and npm. Takes our packages from this tree, what they depend on from PyPI (`requirements.txt`), and the
runtime from the npm package `pyodide`. FOLDER is `web/dist` unless given, and is made anew.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
RUNTIME = "pyodide@314.0.7"
RUNTIME_SHA512 = (
    "d18bd7c4485f11da4b7dbfd790cd8114078c44eab488c517d9bcf31fda4eb6dc"
    "8c716930abe1db139bb2b860fcd8b37bcb6abe48dbe2ffa579244b0e943d91d4"
)
PROJECTS = ("ngff_core", "ngff_v04", "ngff_v05", *(f"plugins/ngff_{name}" for name in ("v01", "v02", "v03", "v06")))
READING = "plugins/ngff_remote"  # what it makes of addresses and answers; its clients are not for browsers
LOCK = "pyodide-lock.json"
SCRIPTS = ("pyodide.mjs", "pyodide.asm.mjs")
EXAMPLES = ("broken.ome.zarr", "cells.ome.zarr")


def main(folder: Path) -> None:
    """Build the page."""
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        runtime = fetch_runtime(work)
        packages = gather_packages(work)
        report = run("node", HERE / "pack.mjs", runtime, packages, work / "python_stdlib.zip")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(HERE / "page", folder)
        (folder / "pyodide").mkdir()
        for name in SCRIPTS:
            shutil.copy(runtime / name, folder / "pyodide")
        lock = json.loads(
            (runtime / LOCK).read_text(encoding="utf-8")
        )  # of packages, which it would get from elsewhere
        (folder / "pyodide" / LOCK).write_text(json.dumps({"info": lock["info"], "packages": {}}), encoding="utf-8")
        for path in (runtime / "pyodide.asm.wasm", work / "python_stdlib.zip"):
            (folder / "pyodide" / f"{path.name}.gzip").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    copy_examples(folder / "examples")
    allow(folder / "index.html", report)
    list_files(folder)


def fetch_runtime(work: Path) -> Path:
    """Return the folder of the runtime, fetched with npm; nothing of it is run but what has the known digest."""
    run("npm", "pack", "--silent", RUNTIME, cwd=work)
    (packed,) = work.glob("pyodide-*.tgz")
    found = hashlib.sha512(packed.read_bytes()).hexdigest()
    if found != RUNTIME_SHA512:
        raise SystemExit(f"{RUNTIME} has the digest {found}, expected {RUNTIME_SHA512}")
    with tarfile.open(packed) as archive:
        archive.extractall(work, filter="data")
    return work / "package"


def gather_packages(work: Path) -> Path:
    """Return one archive of all packages of Python: ours from the tree, and what they need."""
    wheels = work / "wheels"
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "-w", wheels)
    run(*pip, *(ROOT / project for project in (*PROJECTS, READING)), "-r", HERE / "requirements.txt")
    gathered = work / "packages.zip"
    with zipfile.ZipFile(gathered, "w") as archive:
        for wheel in sorted(wheels.glob("*.whl")):
            with zipfile.ZipFile(wheel) as packed:
                for name in packed.namelist():
                    archive.writestr(name, packed.read(name))
        for path in sorted((HERE / "python").rglob("*.py")):
            archive.write(path, path.relative_to(HERE / "python"))
    return gathered


def copy_examples(folder: Path) -> None:
    """Copy the documents of the examples."""
    for name in EXAMPLES:
        for path in (ROOT / "examples" / name).rglob("zarr.json"):
            target = folder / path.relative_to(ROOT / "examples")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)


def allow(page: Path, report: str) -> None:
    """Let the page show reports: a policy holds for what it embeds, so it has to name their style and script."""
    text = page.read_text(encoding="utf-8")
    for word in ("script", "style"):
        (allowed,) = re.findall(rf"{word}-src ([^;\"]*);", report)
        text = text.replace(f"@{word.upper()}@", allowed)
    page.write_text(text, encoding="utf-8")


def list_files(folder: Path) -> None:
    """Tell the service worker which files there are, and a version that changes with any of them."""
    worker = folder / "sw.js"
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != worker)
    names = " ".join(path.relative_to(folder).as_posix() for path in files)
    text = worker.read_text(encoding="utf-8").replace("@FILES@", names)
    worker.write_text(text.replace("@VERSION@", digest([*files, worker])), encoding="utf-8")


def digest(paths: Iterable[Path]) -> str:
    """Return a short name for what is in files."""
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in paths)).hexdigest()[:16]


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """Run a command; return what it prints."""
    return subprocess.run(
        [str(part) for part in command], check=True, cwd=cwd, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "dist")
