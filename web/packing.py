"""Runs in the runtime of the page, at build time: one archive of all that is imported there, see pack.mjs."""

import sys
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc
from types import SimpleNamespace

PACKAGES, STDLIB, PACKED = "/packages.zip", "/stdlib.zip", "/packed.zip"
EPOCH = (1980, 1, 1, 0, 0, 0)
SAMPLE = b'{"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"version": "0.5", "multiscales": []}}}'
# of the standard library: servers, terminals, debuggers, processes, tests
LEFT_OUT = """
    _pyio _pyrepl _sysconfigdata__emscripten_wasm32-emscripten bdb cProfile ctypes curses dbm doctest ensurepip ftplib
    idlelib imaplib lib2to3 mailbox modulefinder multiprocessing optparse pdb pickletools plistlib poplib profile pstats
    pydoc pydoc_data rlcompleter smtplib socketserver sqlite3 statistics tarfile tkinter trace tracemalloc turtle
    unittest venv wave webbrowser wsgiref xmlrpc zipapp
"""


def page() -> str:
    """Return the HTML report of a small run, which imports what most runs need."""
    sys.path.insert(0, PACKAGES)
    from ngff_core.stores import MemoryStore
    from ngff_web.check import Check

    given = [SimpleNamespace(kind="text", name="-", data=SimpleNamespace(to_bytes=lambda: SAMPLE))]
    check = Check(given, None, "spec", None, lambda documents: None)
    check.step()
    check._validator.store(MemoryStore({"zarr.json": SAMPLE}))
    check.report("json")
    return check.report("html")


def pack() -> None:
    """Write the archive."""
    used = {module.__spec__.origin for module in list(sys.modules.values()) if getattr(module, "__spec__", None)}
    files = {**contents(STDLIB, "/lib/python314.zip", used), **contents(PACKAGES, PACKAGES, used)}
    with zipfile.ZipFile(PACKED, "w") as archive:  # not compressed: the whole of it is
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), files[name])


def contents(path: str, imported_from: str, used: set[str]) -> dict[str, bytes]:
    """Return the files of an archive, with modules compiled that are used."""
    files = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith("/") or (path == STDLIB and name.split("/")[0].removesuffix(".py") in LEFT_OUT.split()):
                continue
            data = archive.read(name)
            if f"{imported_from}/{name}" in used:
                code = compile(data, name, "exec", dont_inherit=True, optimize=0 if keeps_words(name) else 2)
                name, data = f"{name}c", _code_to_hash_pyc(code, bytes(8), False)
            files[name] = data
    return files


def keeps_words(name: str) -> bool:
    """Tell whether docstrings are data: those of rules are; the runtime shares its own."""
    return name.startswith(("ngff", "pyodide", "_pyodide"))


PACKING = {"page": page, "pack": pack}
