"""What visitors see: reports, choices, hostile names as text; for everybody, and without a network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pages import command
from watching import axe_problems

from ngff_core.testing import write_store

HOSTILE = (
    "<img src=x onerror=\"document.title='PWN'\">",
    "</script><script>document.title='PWN'</script>",
    "\u202egnp.exe \u2066isolate\u2069 \u200bzero",
    "'\"><svg onload=alert(1)>",
)


EMPTY = """() => {
  const drop = new Event("drop", { cancelable: true });
  drop.dataTransfer = { types: ["Files"], items: [] };
  document.dispatchEvent(drop);
}"""  # what cannot be done by dragging: some programs say that they bring files, and have none


def test_nothing_that_is_dropped_is_no_report(visit: Any) -> None:
    page = visit()
    page.ready()
    page.page.evaluate(EMPTY)
    page.page.wait_for_selector("#status:has-text('Could not be checked: there is no file')")
    assert not page.page.is_visible("#downloads")


def test_an_example_by_its_address(visit: Any, site: Any) -> None:
    from playwright.sync_api import expect

    page = visit("?source=examples/broken.ome.zarr")
    (result,) = json.loads(page.report())["results"]
    assert (result["url"], result["status"]) == (f"{site.address}examples/broken.ome.zarr", "invalid")
    assert page.status().startswith("invalid: 3 errors, 1 warning in http")
    assert page.shown().locator("h1").inner_text() == f"{site.address}examples/broken.ome.zarr"
    assert page.shown().locator(".rule").count() > 3
    # the report filters by its own script, which the policy of the page allows
    page.shown().locator("#filter").fill("omero")
    expect(page.shown().locator("#matches")).not_to_be_empty()


def test_choices(visit: Any, corpus: list[Path]) -> None:
    store = corpus[40]
    page = visit("?version=0.5&profile=strict")
    assert page.drop([store]) == command(store.name, "--version", "0.5", "--profile", "strict", cwd=store.parent)
    page.page.select_option("#version", "0.4")
    page.page.select_option("#profile", "lenient")
    assert page.drop([store]) == command(store.name, "--version", "0.4", "--profile", "lenient", cwd=store.parent)


def test_the_report_as_a_file_of_its_own(visit: Any) -> None:
    page = visit("?source=examples/cells.ome.zarr")
    page.report()
    with page.page.expect_download() as download:
        page.page.click("#html")
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "cells.ome.zarr" in text


def test_hostile_names_stay_text(visit: Any, tmp_path: Path) -> None:
    stores = [tmp_path / name.replace("/", "-") for name in HOSTILE]
    for name, store in zip(HOSTILE, stores, strict=True):
        image = {"axes": [{"name": name, "type": name}], "datasets": [{"path": name}]}
        ome = {"version": "0.5", "multiscales": [image]}
        document = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": ome}}
        write_store({"zarr.json": json.dumps(document).encode()}, store)
    page = visit()
    assert page.drop(stores) == command(*[store.name for store in stores], cwd=tmp_path)
    assert page.page.title() == "OME-Zarr validator"
    assert page.page.query_selector("main img, main script, main svg[onload]") is None
    assert page.shown().locator("img, script:not(head script), svg[onload]").count() == 0
    page.drop(stores[:1])
    assert HOSTILE[0] in page.status()


def test_a_page_without_a_network(visit: Any, corpus: list[Path]) -> None:
    page = visit()
    page.page.wait_for_selector("#offline:not([hidden])", timeout=120_000)
    page.page.context.set_offline(True)
    page.page.reload()
    assert page.drop(corpus[4:6]) == command(*[store.name for store in corpus[4:6]], cwd=corpus[4].parent)
    page.page.goto(page.page.url + "?source=examples/broken.ome.zarr")
    assert '"status": "invalid"' in page.report()


def test_everybody_can_use_it(visit: Any) -> None:
    page = visit()
    page.ready()
    for scheme in ("light", "dark"):
        page.page.emulate_media(color_scheme=scheme)
        assert axe_problems(page.watched) == []
    page.paste("{}")
    assert axe_problems(page.watched) == []


def test_it_is_used_by_keyboard(visit: Any) -> None:
    page = visit()
    page.ready()
    page.page.focus("#text")
    page.page.keyboard.type('{"ome": {"version": "0.5", "multiscales": []}}')
    page.page.keyboard.press("Tab")
    page.page.keyboard.press("Enter")
    assert '"status": "invalid"' in page.report()


def test_a_check_is_stopped(visit: Any, corpus: list[Path]) -> None:
    page = visit()
    page.ready()
    # nobody ever answers for what is in this folder
    page.page.evaluate("() => { Blob.prototype.arrayBuffer = () => new Promise(() => {}) }")
    page.start_drop([corpus[0]])
    page.page.click("#stop")
    page.page.wait_for_selector("#status:text-is('Stopped.')")
    assert json.loads(page.paste("{}"))["results"]
