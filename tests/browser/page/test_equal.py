"""The page says what the command says, byte for byte, whatever way a store is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from pages import command, cors, pack
from web import Folder, serve

FEW = 40  # stores that are asked for one request after the other


def test_folders_that_are_dropped(visit: Any, corpus: list[Path]) -> None:
    names = [store.name for store in corpus]
    assert visit().drop(corpus) == command(*names, cwd=corpus[0].parent)


def test_archives(visit: Any, corpus: list[Path], tmp_path: Path) -> None:
    archives = [pack(store, tmp_path / f"{store.name}{'.zip' if n % 2 else '.ozx'}") for n, store in enumerate(corpus)]
    assert visit().choose("#files", archives) == command(*[path.name for path in archives], cwd=tmp_path)


def test_addresses(visit: Any, corpus: list[Path], tmp_path: Path) -> None:
    stores = corpus[:: len(corpus) // FEW]
    for store in stores[::4]:
        pack(store, store.with_name(f"{store.name}.zip"))
    with serve(Folder(corpus[0].parent), cors) as server:
        names = [*stores, *(store.with_name(f"{store.name}.zip") for store in stores[::4])]
        urls = [f"{server.url}/{path.name}" for path in names]
        page = visit(f"?{urlencode({'source': urls}, doseq=True)}", allowed=(server.url,))
        assert page.report() == command(*urls, cwd=tmp_path)


def test_documents_that_are_pasted(visit: Any, corpus: list[Path], tmp_path: Path) -> None:
    page = visit()
    for store in corpus[::50]:
        text = next(store.glob("[.z]za*" if (store / ".zattrs").exists() else "zarr.json")).read_text()
        assert page.paste(text) == command("-", cwd=tmp_path, text=text)
