"""Run the examples of README.md and docs/*.md; with ``--write`` put the output of the commands in anew.

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
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
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
    environment = {**os.environ, "PATH": path, "COLUMNS": "120", "PYTHONIOENCODING": "utf-8"}
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
            parts.append(f"{line}\n{done.stdout}")
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


def main() -> None:
    """Print every console block whose output is out of date, or mend it."""
    write = "--write" in sys.argv
    for page in PAGES:
        with tempfile.TemporaryDirectory() as folder:
            examples = copy_of_examples(Path(folder))
            for block in list(blocks(page)):
                if block.language == "console" and (shown := transcript(block, examples)) != block.text:
                    print(f"{block}\n{shown}")
                    if write:
                        page.write_text(page.read_text().replace(f"```console\n{block.text}", f"```console\n{shown}"))


if __name__ == "__main__":
    main()
