"""Addresses: what the page says of servers that do not answer, or not to pages, and of what it cannot open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pages import Visited, command, cors, pack
from web import Answer, Folder, Request, serve

UNKNOWN = {
    "s3://bucket/a.zarr": "browsers read no s3:// addresses",
    "example.org/a.zarr": "is no address",
    "https://me:secret@example.org/a.zarr": "with a user and a password",
}


def said(page: Visited, address: str) -> tuple[str, str | None]:
    """Check an address; return message and hint of the only finding."""
    page.page.fill("#address", address)
    page.page.click("#by-address button")
    (result,) = json.loads(page.report())["results"]
    (issue,) = result["issues"]
    assert result["status"] == "unreadable"
    return issue["message"], issue["hint"]


def test_servers_that_are_not_for_pages(visit: Any, corpus: list[Path]) -> None:
    with serve(Folder(corpus[0].parent)) as server:
        page = visit(allowed=(server.url,))
        message, hint = said(page, f"{server.url}/{quote(corpus[0].name)}")
        assert "does not let web pages read" in message
        assert "Access-Control-Allow-Origin" in hint
        page.watched.troubles = [each for each in page.watched.troubles if "CORS" not in each]


def test_absent_documents_that_pages_are_not_told_of(visit: Any, corpus: list[Path], tmp_path: Path) -> None:
    """Servers often send the header of CORS with what there is, and not with what there is not."""

    def only_found(request: Request, answer: Answer) -> Answer:
        return cors(request, answer) if answer.status == 200 else answer

    with serve(Folder(corpus[0].parent), only_found) as server:
        url = f"{server.url}/{quote(corpus[0].name)}"
        page = visit(allowed=(server.url,))
        page.page.fill("#address", url)
        page.page.click("#by-address button")
        (result,) = json.loads(page.report())["results"]
        assert {issue["rule"] for issue in result.pop("issues")} == {"absence-assumed"}
        (expected,) = json.loads(command(url, cwd=tmp_path))["results"]
        assert expected.pop("issues") == []
        assert result == expected
        page.watched.troubles = [each for each in page.watched.troubles if "CORS" not in each]


def test_nobody_answers(visit: Any, corpus: list[Path]) -> None:
    with serve(Folder(corpus[0].parent)) as server:
        url = server.url
    page = visit(allowed=(url,))
    assert "there is no host of that name" in said(page, f"{url}/a.zarr")[0]
    assert "there is no host of that name" in said(page, f"{url}/a.zarr.zip")[0]


def test_nothing_is_there(visit: Any, tmp_path: Path) -> None:
    with serve({}, cors) as server:
        page = visit(allowed=(server.url,))
        page.page.fill("#address", f"{server.url}/none.zarr")
        page.page.click("#by-address button")
        assert page.report() == command(f"{server.url}/none.zarr", cwd=tmp_path)
        assert "there is no such file" in said(page, f"{server.url}/none.zip")[0]


def test_addresses_that_pages_cannot_open(visit: Any) -> None:
    page = visit()
    for address, words in UNKNOWN.items():
        page.page.fill("#address", address)
        page.page.click("#by-address button")
        page.page.wait_for_selector(f"#status:has-text('{words}')", timeout=60_000)
        assert "secret" not in page.status()


def test_archives_on_servers_without_parts(visit: Any, corpus: list[Path], tmp_path: Path) -> None:
    pack(corpus[1], tmp_path / "a.ozx")

    def whole(request: Request, answer: Answer) -> Answer:
        body = (tmp_path / "a.ozx").read_bytes()
        return cors(request, Answer(405 if request.method == "HEAD" else 200, body))

    with serve(Folder(tmp_path), whole) as server:
        page = visit(allowed=(server.url,))
        page.page.fill("#address", f"{server.url}/a.ozx")
        page.page.click("#by-address button")
        (result,) = json.loads(page.report())["results"]
        assert result["kind"] == "image"


def test_where_python_cannot_wait(visit: Any, site: Any, corpus: list[Path], built: Path) -> None:
    """Without JSPI, which not all browsers have, the validator is called again with what it had to ask for."""
    page = visit(service_workers="block")
    script = "delete WebAssembly.Suspending;\n" + (built / "worker.js").read_text(encoding="utf-8")
    page.page.context.route("**/worker.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    page.page.reload()
    page.ready()
    some = corpus[:8] + corpus[8::10]
    assert page.drop(some) == command(*[store.name for store in some], cwd=some[0].parent)
    page.watched.troubles = [each for each in page.watched.troubles if "Playwright" not in each]
