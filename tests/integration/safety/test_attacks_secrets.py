"""What an attacker tried on secrets: documents that say again what they were read with, and reports of others."""

from __future__ import annotations

import html
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from bases import BASES
from commands import Run

from ngff_core.json_text import dumps, loads

SECRETS = {
    "plain": "Xk9secretTOKENq7",
    "long": "eyJhbGciOiJIUzI1NiJ9." + "QWxhZGRpbjpvcGVuIHNlc2FtZQ" * 50,
    "Markdown": "my_secret_*token*_|x|_`q`_99",
    "percent": "abc%20def%2Fghi+jkl=",
    "letters": "pässwörd_geheim_ß",
    "quotes": "se\"cr'et<tok>&en1",
    "backslashes": "sec\\ret\\tok",
    "pointer": "sec/ret~tok/en",
    "short": "a1b2c3d4",
}
FORMATS = ("text", "json", "jsonl", "sarif", "junit", "markdown", "github", "html")


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ngff_core.masking.known._known", {})


def repeating(folder: Path, said: str) -> Path:
    """Write a store whose metadata says a text wherever it can."""
    tree = BASES["image"]("0.5")
    ome: dict[str, Any] = tree.attributes("")["ome"]
    image = ome["multiscales"][0]
    image |= {"name": {said: said}, said: {said: said}}
    image["axes"][0] |= {"type": said, "unit": said, "name": said}
    image["datasets"].append({"path": said, "coordinateTransformations": [{"type": said}]})
    ome["omero"] = {"channels": [{"color": said, "active": said, "label": {said: said}}], "rdefs": {"model": said}}
    return tree.write(folder)


def shown(secret: str, text: str) -> list[str]:
    """Return the parts of a secret that a text shows, however it is read."""
    readings = {text, html.unescape(text), text.replace("\\", ""), unquote(text), unquote(html.unescape(text))}
    parts = {secret[i : i + 6] for i in range(len(secret) - 5)}
    return sorted(part for part in parts if any(part in reading for reading in readings))


@pytest.mark.parametrize("kind", SECRETS)
@pytest.mark.parametrize("option", ["header.Authorization=Bearer ", "header.X-Lab=", "secret_access_key="])
def test_attack5_no_format_and_no_baseline_says_a_secret(option: str, kind: str, tmp_path: Path, run: Run) -> None:
    """Also where words are cut off, and whatever a format makes of marks in them."""
    secret = SECRETS[kind]
    store = repeating(tmp_path / "a.zarr", secret)
    baseline = tmp_path / "baseline.json"
    formats = [f"--format={name}={tmp_path / name}" for name in FORMATS]
    ran = run("validate", store, *formats, "--storage-option", option + secret, "--write-baseline", baseline)
    assert ran.code == 0
    for file in (*map(tmp_path.joinpath, FORMATS), baseline):
        text = file.read_text(encoding="utf-8")
        assert "***" in text
        assert shown(secret, text) == [], file
    assert shown(secret, ran.out + ran.err) == []


def test_attack5_a_baseline_fits_the_findings_that_it_was_made_of(tmp_path: Path, run: Run) -> None:
    store = repeating(tmp_path / "a.zarr", SECRETS["plain"])
    given = ["--storage-option", f"secret_access_key={SECRETS['plain']}"]
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    run("validate", store, "--write-baseline", before)
    run("validate", store, "--write-baseline", after, *given)
    assert SECRETS["plain"] in before.read_text()
    for baseline in (before, after):  # the first was written when nothing was known of a secret
        ran = run("validate", store, "--baseline", baseline, *given)
        assert (ran.code, "gone" in ran.err) == (0, False), ran.out


@pytest.mark.parametrize("kind", SECRETS)
def test_attack5_plans_and_views_say_no_part_of_a_secret(kind: str, tmp_path: Path, run: Run) -> None:
    secret = SECRETS[kind]
    store = repeating(tmp_path / "a.zarr", secret)
    for command in (["upgrade", store, "--plan", "--to", "0.4"], ["info", store], ["conformance", "zarr", store]):
        for more in ([], ["--format", "json"]) if command[0] != "conformance" else ([],):
            ran = run(*command, "--storage-option", f"token={secret}", *more)
            assert shown(secret, ran.out + ran.err) == [], command
            assert ran.code in (0, 1)


@pytest.mark.parametrize("word", ["invalid", "status", "message", "structure-type", "error", "results"])
def test_attack5_a_secret_that_is_a_word_of_reports_changes_none(word: str, tmp_path: Path, run: Run) -> None:
    store = repeating(tmp_path / "a.zarr", "x")
    before = loads(run("validate", store, "--format", "json").out)
    given = ["--storage-option", f"secret_access_key={word}"]
    after = loads(run("validate", store, "--format", "json", *given).out)
    for report in (before, after):
        for issue in report["results"][0]["issues"]:
            for name in ("message", "found", "expected", "hint", "pointer"):
                del issue[name]  # what is said may change, what it is said in may not
    assert after == before
    assert word in run("validate", store, *given, "--format", "json").out
    assert run("validate", store, *given).out.startswith("invalid")


def test_attack5_reports_of_others_are_merged_without_their_secrets(tmp_path: Path, run: Run) -> None:
    store = repeating(tmp_path / "a.zarr", "x")
    report = json.loads(run("validate", store, "--format", "json").out)
    url = "https://me:topsecretpw@host/x?X-Amz-Signature=topsecretpw"
    report["results"][0]["url"] = url
    report["results"][0]["issues"][0] |= {"message": f"see {url}", "found": url, "hint": f"get {url}"}
    report["search"] = {"folders": [{"url": url}]}
    (tmp_path / "r.json").write_bytes(dumps(report))
    for name in FORMATS:
        ran = run("merge", tmp_path / "r.json", "--format", name)
        assert ran.code == 1
        assert "topsecretpw" not in ran.out + ran.err
        assert "host/x" in ran.out


def test_attack5_workers_and_lists_say_no_secret(tmp_path: Path, run: Run) -> None:
    """What is in a list is opened by workers alone: what is printed of it is printed here."""
    store = repeating(tmp_path / "a.zarr", SECRETS["plain"])
    (tmp_path / "list").write_text(f"https://me:{SECRETS['plain']}@127.0.0.1:1/x.zarr\n{store}\n")
    ran = run("validate", "--from", tmp_path / "list", "--workers", "2", "--timeout", "1")
    assert ran.code == 1
    assert shown(SECRETS["plain"], ran.out + ran.err) == []


def test_attack5_a_log_says_no_secret(tmp_path: Path, run: Run) -> None:
    """And it is of the same form whatever a secret is, so that it can be gone on with."""
    secret = SECRETS["quotes"]
    stores = [repeating(tmp_path / f"{name}.zarr", secret) for name in "ab"]
    log = tmp_path / "log"
    given = ["--storage-option", f"token={secret}", "--storage-option", "secret_access_key=result"]
    first = run("validate", *stores, "--log", log, "--format", "json", *given)
    text = log.read_text(encoding="utf-8")
    assert (first.code, shown(secret, text), "***" in text) == (1, [], True)
    assert set(loads(text.splitlines()[0])) == {"schema", "key", "rule_set", "settings", "result"}
    again = run("validate", *stores, "--log", log, "--resume", "--format", "json", *given)
    assert (again.code, again.out) == (1, first.out)
    assert log.read_text(encoding="utf-8").count('"key"') == 2
    assert run("merge", log).out == first.out


def test_attack5_what_is_merged_equals_what_is_made_at_once(tmp_path: Path, run: Run) -> None:
    """Addresses in data are shown as others are."""
    stores = [repeating(tmp_path / f"{name}.zarr", "https://me:pw@host/x?sig=abc#y") for name in "ab"]
    whole = run("validate", *stores, "--format", "json").out
    for number in (1, 2):
        shard = run("validate", *stores, "--format", "json", "--shard", f"{number}/2").out
        (tmp_path / str(number)).write_text(shard)
    assert run("merge", tmp_path / "1", tmp_path / "2").out == whole
    assert "https://host/x" in whole
    assert "pw@" not in whole


def test_attack5_a_list_has_lines_that_end(tmp_path: Path, run: Run) -> None:
    (tmp_path / "list").write_bytes(b"a.zarr\n" + b"x" * 70_000)
    endless = [Path("/dev/full"), Path("/dev/zero")] if os.path.exists("/dev/full") else []
    for path in (tmp_path / "list", *endless):
        ran = run("validate", "--from", path)
        assert ran.code == 2
        assert "has more than 65536 bytes" in ran.err


PLUGIN = """
import sys
from ngff_core.cli import mask_errors
from ngff_core.masking import remember_options
mask_errors()
remember_options({"token": "Xk9secretTOKENq7"})
print("sys.stderr Xk9secretTOKENq7", file=sys.stderr)
print("sys.__stderr__ Xk9secretTOKENq7", file=sys.__stderr__)
"""


def test_attack5_the_first_standard_error_says_no_secret() -> None:
    done = subprocess.run([sys.executable, "-c", PLUGIN], capture_output=True, text=True, check=True)
    assert done.stderr.split() == ["sys.stderr", "***", "sys.__stderr__", "***"]


@pytest.mark.parametrize("text", ['[severity]\n""="off"', 'select=[""]', 'ignore=[""]', 'preview=[""]'])
def test_attack5_an_empty_name_stands_for_no_rule(text: str, tmp_path: Path, run: Run) -> None:
    """It switched everything off."""
    store = repeating(tmp_path / "a.zarr", "x")
    (tmp_path / "ngff.toml").write_text(text)
    ran = run("validate", "-q", store, "--config", tmp_path / "ngff.toml")
    assert (ran.code, "no rule is called ''" in ran.err) == (2, True)


@pytest.mark.parametrize("option", ["--select", "--ignore", "--preview"])
def test_attack5_an_empty_option_stands_for_no_rule(option: str, tmp_path: Path, run: Run) -> None:
    ran = run("validate", "-q", repeating(tmp_path / "a.zarr", "x"), option, "")
    assert (ran.code, "no rule is called ''" in ran.err) == (2, True)
