"""Run the examples of README.md and of the pages in docs/; with ``--write`` put the output of the commands in anew.

Names of pages limit it to these; with ``--check`` python blocks are run, too, and the exit code is 1 where anything is
not as shown. README.md and transformations.md show what all versions make of the examples, the other pages what 0.4 and
0.5 make of them; python blocks see all that is installed.

A ``console`` block holds commands after ``$`` and what they print; a ``python`` block is run as it stands, or as a
doctest when it has ``>>>``. All blocks of one file run in order, in one namespace and in a copy of `examples/`.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
CLONE = "/home/me/ngff"  # stands for the folder of the repository, which hints may name
EXAMPLE = "ngff-rules-example"
ALL_VERSIONS = ("README.md", "transformations.md")
OTHERS = ("ngff-v01", "ngff-v02", "ngff-v03", "ngff-v06", "ngff-dask", "ngff-write", EXAMPLE)
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block: its language, its text, and the line where the text begins."""

    page: Path
    language: str
    text: str
    line: int

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    """Yield the blocks of a page that can be run."""
    text = page.read_text()
    for match in _FENCE.finditer(text):
        if match[1] in ("console", "python"):
            yield Block(page, match[1], match[2], text.count("\n", 0, match.start(2)) + 1)


def transcript(block: Block, folder: Path) -> str:
    """Run the commands of a console block in a folder; return the block as it should be."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    others = (EXAMPLE,) if block.page.name in ALL_VERSIONS else OTHERS  # so that it does not matter what is installed
    environment = {**os.environ, "PATH": path, "COLUMNS": "120", "PYTHONIOENCODING": "utf-8"}
    others = tuple(name for name in others if block.page.name != "write.md" or name != "ngff-write")
    environment["NGFF_NO_PLUGINS"] = ",".join(others)
    parts = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            done = subprocess.run(
                line[2:],
                shell=True,
                cwd=folder,
                env=environment,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
            )
            shown = re.sub(rf"^\S+  ({'|'.join(others)}) .*  left out\n", "", done.stdout, flags=re.MULTILINE)
            parts.append(f"{line}\n{shown.replace(str(ROOT), CLONE)}")
    return "".join(parts)


def run_python(block: Block, namespace: dict[str, Any]) -> None:
    """Run a python block; raises for a doctest whose output is another."""
    if ">>>" not in block.text:
        exec(compile(block.text, str(block), "exec"), namespace)
        return
    test = doctest.DocTestParser().get_doctest(block.text, namespace, str(block), str(block.page), block.line - 1)
    runner = doctest.DebugRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    try:
        runner.run(test, clear_globs=False)
    except doctest.DocTestFailure as failure:
        raise AssertionError(
            f"{block}: {failure.example.source.strip()}\nexpected\n{failure.example.want}\ngot\n{failure.got}"
        ) from None
    except doctest.UnexpectedException as failure:
        raise AssertionError(f"{block}: {failure.example.source.strip()}") from failure.exc_info[1]
    namespace.update(test.globs)


def copy_of_examples(folder: Path) -> Path:
    """Copy the examples below a folder."""
    return Path(shutil.copytree(ROOT / "examples", folder / "examples"))


def differing(page: Path, folder: Path, *, python: bool) -> Iterator[tuple[Block, str]]:
    """Run the blocks of a page in a folder, in order; yield what is shown otherwise, with what it should be."""
    namespace: dict[str, Any] = {"__name__": "example"}
    os.chdir(folder)
    for block in list(blocks(page)):
        if block.language == "console" and (shown := transcript(block, folder)) != block.text:
            yield block, shown
        elif block.language == "python" and python:
            run_python(block, namespace)


def main() -> None:
    """Print every console block whose output is out of date, or mend it."""
    write, check = "--write" in sys.argv, "--check" in sys.argv
    names = [name for name in sys.argv[1:] if not name.startswith("--")]
    found = 0
    for page in PAGES:
        if names and page.name not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            for block, shown in differing(page, copy_of_examples(Path(folder)), python=check):
                found += 1
                print(f"{block}\n{shown}")
                if write:
                    page.write_text(page.read_text().replace(f"```console\n{block.text}", f"```console\n{shown}"))
            os.chdir(ROOT)
    sys.exit(1 if check and found else 0)


if __name__ == "__main__":
    main()
