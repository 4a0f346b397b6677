"""What an attacker tried on what is printed: no name in a store stands for a line, or reaches the terminal raw."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bases import BASES
from commands import Ran, Run

from ngff_core.json_text import dumps, loads
from ngff_core.words import printable

NAME = "q\n::error::PWN\n##vso[task.complete]\r::error::PWN \x1b]0;PWN\x07\u2028::error::PWN"
BEGIN = "::error::PWN"  # a command by itself, without any line break
MEMBERS = {"name", "path", "label", "unit", "color", "description", "type", "image", "rowIndex", "input", "output"}
pytestmark = pytest.mark.skipif(os.name == "nt", reason="such names are those of POSIX")


def hostile(value: Any, name: str, members: set[str]) -> Any:
    """Return a document whose members of these names are hostile, and that has one more key that is."""
    if isinstance(value, list):
        return [hostile(item, name, members) for item in value]
    if isinstance(value, dict):
        return {k: name if k in members and isinstance(v, str) else hostile(v, name, members) for k, v in value.items()}
    return value


def written(root: Path, base: str, version: str, name: str, members: set[str]) -> Path:
    """Write a store of hostile documents into a folder of a hostile name."""
    tree = BASES[base](version)
    for key, document in tree.docs.items():
        if isinstance(document, dict) and not key.endswith(".zarray"):
            tree.docs[key] = hostile(document, name, members)
    tree.attributes("")[name] = {name: name}
    folder = root / f"{name.replace('/', '')} {base}.zarr"
    tree.write(folder)
    first = next(path for path in sorted(folder.iterdir()) if path.is_dir())
    first.rename(folder / name)
    return folder


COMMANDS: dict[str, Callable[[Path], list[object]]] = {
    "validate": lambda store: ["validate", store],
    "validate -q": lambda store: ["validate", "-q", store, store.parent / "nothing"],
    "validate -r": lambda store: ["validate", "--stats", "-r", store.parent, store.parent],
    "github": lambda store: ["validate", "--format", "github", store],
    "junit": lambda store: ["validate", "--format", "junit", store],
    "markdown": lambda store: ["validate", "--format", "markdown", store],
    "html": lambda store: ["validate", "--format", "html", store, store.parent / "nothing"],
    "json": lambda store: ["validate", "--format", "json", store],
    "jsonl": lambda store: ["validate", "--format", "jsonl", store],
    "sarif": lambda store: ["validate", "--format", "sarif", store],
    "baseline": lambda store: ["validate", "--write-baseline", store.parent / f"{NAME}.txt".replace("/", ""), store],
    "no baseline": lambda store: ["validate", "--baseline", store, store],
    "info": lambda store: ["info", store],
    "info of all": lambda store: ["info", store.parent],
    "info --files": lambda store: ["info", "--files", store],
    "info of nothing": lambda store: ["info", store / NAME / "nothing"],
    "conformance": lambda store: ["conformance", "zarr", store],
    "conformance of nothing": lambda store: ["conformance", "zarr", store / "nothing"],
    "plan": lambda store: ["upgrade", store, "--plan", "--to", "0.5"],
    "plan of 0.4": lambda store: ["upgrade", store, "--plan", "--to", "0.4", "--allow-loss"],
    "upgrade": lambda store: ["upgrade", store, "--to", "0.5"],
    "copy": lambda store: ["upgrade", store, "--out", store.parent / f"{NAME} out", "--to", "0.5"],
    "rollback": lambda store: ["upgrade", store, "--rollback"],
    "many": lambda store: ["upgrade", "-r", store.parent, "--to", "0.5"],
    "some of many": lambda store: ["upgrade", store, store / "nothing", store.parent / NAME, f"{NAME}*", "--to", "0.4"],
    "merge": lambda store: ["merge", store / "nothing"],
}


def check(ran: Ran) -> None:
    for text in (ran.out, ran.err):
        raw = re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028]", text)
        begun = [line for line in text.split("\n") if re.match(r"\s*::error::PWN|.*##vso\[", line)]
        assert (raw, begun) == ([], []), text


@pytest.mark.parametrize(
    "members", [set(), {"name", "label"}, {"path"}, MEMBERS], ids=["none", "names", "paths", "all"]
)
@pytest.mark.parametrize("name", [NAME, BEGIN], ids=["lines", "begin"])
@pytest.mark.parametrize("base", ["image", "plate", "labels"])
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_8_no_name_stands_for_a_line_of_a_command(
    version: str, base: str, name: str, members: set[str], tmp_path: Path, run: Run
) -> None:
    """Also 9: nor does it reach the terminal raw."""
    store = written(tmp_path, base, version, name, members)
    for arguments in COMMANDS.values():
        ran = run(*arguments(store))
        if arguments is COMMANDS["json"] or arguments is COMMANDS["jsonl"] or arguments is COMMANDS["sarif"]:
            assert loads(ran.out.split("\n")[0] if arguments is COMMANDS["jsonl"] else ran.out)
            continue
        check(ran)


def test_8_reports_that_are_merged_name_no_line(tmp_path: Path, run: Run) -> None:
    store = written(tmp_path, "image", "0.5", NAME, MEMBERS)
    (tmp_path / "r.json").write_text(run("validate", "--format", "json", store).out)
    for format_ in ("text", "github", "junit", "markdown", "html"):
        check(run("merge", tmp_path / "r.json", "--format", format_))


@pytest.mark.parametrize("member", ["from", "to"])
def test_8_a_journal_says_no_line(member: str, tmp_path: Path, run: Run) -> None:
    store = BASES["image"]("0.4").write(tmp_path / "a.zarr")
    assert run("upgrade", store, "--to", "0.5").code == 0
    journal = store / ".ngff-upgrade.done.jsonl"
    first, *rest = journal.read_bytes().split(b"\n")
    journal.write_bytes(b"\n".join([dumps({**loads(first), member: NAME}), *rest]))
    for arguments in (["info", store], ["validate", store], ["upgrade", store, "--rollback"]):
        check(run(*arguments))


def test_8_a_lock_says_no_line(tmp_path: Path, run: Run) -> None:
    store = BASES["image"]("0.4").write(tmp_path / "a.zarr")
    lock = {"host": NAME, "pid": 1, "since": NAME, "action": NAME}
    (store / ".ngff-lock").write_bytes(dumps(lock))
    ran = run("upgrade", store, "--to", "0.5")
    assert ran.code == 3
    check(ran)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain: a::b", "plain: a::b"),
        ("::error::x", "\\x3a:error::x"),
        ("  ::error::x", "  \\x3a:error::x"),
        ("a\n::b", "a\\n::b"),
        ("a ##vso[b] ##[c] ## d", "a #\\x23vso[b] #\\x23[c] ## d"),
        ("\x1b[0m\x07", "\\x1b[0m\\x07"),
        ("\ud800 é", "\\ud800 é"),
    ],
)
def test_8_what_is_printed_is_one_line_and_no_command(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(shown) == shown
