"""The validator's page as it is used: served from a folder of some host, given stores, and asked for its report."""

from __future__ import annotations

import mimetypes
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import attrs
from bases import BASES
from corpus import CASES
from web import Answer, Folder, Request, WebServer, serve

from ngff_core.plugins.registry import BLOCK_VARIABLE, Registry

__all__ = ["Site", "Visited", "command", "cors", "pack", "serve_page", "write_corpus"]

BELOW = "some/where/"  # the page works under any path
BROUGHT = {"ngff-core", "ngff-remote", *(f"ngff-v0{number}" for number in range(1, 7))}
STARTED = 120_000  # milliseconds: a machine may be busy, and has the runtime to compile


@attrs.frozen
class Site:
    """The server of the page, and the address of the page there."""

    server: WebServer
    address: str


class Below(Mapping[str, bytes]):
    """The files of the page, under a path."""

    def __init__(self, folder: Path) -> None:
        self._files = Folder(folder)

    def __getitem__(self, key: str) -> bytes:
        if not key.startswith(BELOW):
            raise KeyError(key)
        return self._files[key.removeprefix(BELOW) or "index.html"]

    def __iter__(self) -> Iterator[str]:
        return (BELOW + key for key in self._files)

    def __len__(self) -> int:
        return len(self._files)


@contextmanager
def serve_page(folder: Path) -> Iterator[Site]:
    """Serve the page as a static host does, with types by the names of files."""

    def typed(request: Request, answer: Answer) -> Answer:
        type_ = mimetypes.guess_type(request.key)[0] or "text/html" * request.key.endswith("/")
        return answer._replace(headers={**answer.headers, **({"Content-Type": type_} if type_ else {})})

    with serve(Below(folder), typed) as server:
        yield Site(server, f"{server.url}/{BELOW}")


def cors(request: Request, answer: Answer) -> Answer:
    """Let any page read the answer."""
    return answer._replace(headers={**answer.headers, "Access-Control-Allow-Origin": "*"})


class Visited:
    """The page in a browser."""

    def __init__(self, watched: Any) -> None:
        self.watched = watched
        self.page = watched.page

    def report(self) -> str:
        """Wait for the report; return it as JSON, as it is downloaded."""
        self.page.wait_for_selector("#busy", state="hidden", timeout=STARTED)
        assert self.page.is_visible("#downloads"), self.status()
        with self.page.expect_download() as download:
            self.page.click("#json")
        return Path(download.value.path()).read_text(encoding="utf-8")

    def status(self) -> str:
        """Return what the page says."""
        said: str = self.page.inner_text("#status")
        return said

    def ready(self) -> None:
        """Wait until the validator was loaded."""
        self.page.wait_for_selector("#version option:nth-child(2)", state="attached", timeout=STARTED)

    def choose(self, selector: str, paths: Sequence[Path] | Path) -> str:
        """Choose a folder, or files; return the report."""
        self.page.set_input_files(selector, paths)
        return self.report()

    def drop(self, paths: Sequence[Path]) -> str:
        """Drop files and folders onto the page; return the report."""
        self.start_drop(paths)
        return self.report()

    def start_drop(self, paths: Sequence[Path]) -> None:
        """Drop files and folders onto the page."""
        box = self.page.locator("#drop").bounding_box()
        at = {"x": box["x"] + 9, "y": box["y"] + 9}
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        session = self.page.context.new_cdp_session(self.page)
        for kind in ("dragEnter", "dragOver", "drop"):
            session.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})

    def paste(self, text: str) -> str:
        """Paste a document; return the report."""
        self.page.fill("#text", text)
        self.page.click("#by-text button")
        return self.report()

    def shown(self) -> Any:
        """Return the frame that shows the report."""
        return self.page.frame_locator("#report")


def command(*arguments: object, cwd: Path, text: str | None = None) -> str:
    """Return what the command reports as JSON, run in a folder."""
    call = [sys.executable, "-m", "ngff_core", "validate", "--format", "json", "--no-config", *map(str, arguments)]
    others = [info.distribution for info in Registry().plugins if info.distribution not in BROUGHT]
    environment = {**os.environ, BLOCK_VARIABLE: ",".join(others)}
    done = subprocess.run(
        call, cwd=cwd, env=environment, input=text, capture_output=True, encoding="utf-8", check=False
    )
    assert done.stdout, done.stderr
    return done.stdout


def write_corpus(root: Path) -> list[Path]:
    """Write each store of the corpus, and those that are sound."""
    stores = [(f"{base}-{version}", BASES[base](version)) for base in BASES for version in ("0.4", "0.5")]
    for case in CASES:
        for version in case.found:
            tree = BASES[case.base](version)
            case.damage(tree)
            stores.append((f"{case.name}-{version}", tree))
    return [tree.write(root / f"{number:03} {name}.ome.zarr") for number, (name, tree) in enumerate(stores)]


def pack(store: Path, archive: Path) -> Path:
    """Pack a store into an archive, as RFC-9 wants it."""
    files = sorted((path for path in store.rglob("*") if path.is_file()), key=lambda path: (len(path.parts), path))
    with ZipFile(archive, "w", ZIP_STORED) as packed:
        for path in files:
            packed.write(path, path.relative_to(store))
    return archive
