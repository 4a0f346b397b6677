"""What fresh eyes found the second time, of the library and of upgrades."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from bases import image
from commands import Run

from ngff_core import open_image, plan_upgrade


def test_a7_a_copy_of_a_store_with_links_out_of_it_is_refused_before_it_begins(tmp_path: Path, run: Run) -> None:
    """Nothing that lies outside is copied, whoever put the link there; the plan says so, too."""
    store = image("0.4").write(tmp_path / "store")
    document = store / "0/.zarray"
    document.rename(tmp_path / "object")
    document.symlink_to(os.path.relpath(tmp_path / "object", document.parent))
    for more in (["--plan"], []):
        done = run("upgrade", store, "--out", tmp_path / "out", "--to", "0.5", *more)
        assert (done.code, done.out) == (3, "")
        assert "0/.zarray is a symbolic link that leads out of the store" in done.err
        assert "git annex unlock" in done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["adler32", "crc32", "crc32c", "fletcher32", "jenkins_lookup3", "shuffle"])
def test_c3_filters_of_bytes_have_names_in_v3(tmp_path: Path, name: str) -> None:
    store = image("0.4").write(tmp_path / "store")
    document = json.loads((store / "0/.zarray").read_text())
    (store / "0/.zarray").write_text(json.dumps({**document, "filters": [{"id": name}]}))
    plan = plan_upgrade(store, "0.5", decisions={"codecs": "numcodecs"})
    assert plan.refusals() == []
    codecs = plan.documents[1]["0"].metadata["codecs"]
    assert [codec["name"] for codec in codecs][:2] == ["bytes", f"numcodecs.{name}"]


def test_c1_a_damaged_document_is_one_obstacle(tmp_path: Path) -> None:
    store = image("0.4").write(tmp_path / "store")
    for folder, name in (("tables", ".zarray"), ("others", ".zgroup")):
        (store / folder).mkdir()
        (store / folder / name).write_text("{")
        (store / folder / ".zattrs").write_text("{}")
    assert [remark.path for remark in plan_upgrade(store, "0.5").obstacles] == ["others", "tables"]


def test_b2_axes_and_channels_that_are_none_have_a_problem(tmp_path: Path) -> None:
    tree = image("0.4")
    store = tree.write(tmp_path / "store")
    attributes = json.loads((store / ".zattrs").read_text())
    attributes["multiscales"][0]["axes"] = "yx"
    attributes["omero"]["channels"][0]["label"] = 5
    (store / ".zattrs").write_text(json.dumps(attributes))
    view = open_image(store)
    assert view.problem == 'its axes is "yx", not an array'
    assert view.channels[0].problem == "its label is 5, not a string"
