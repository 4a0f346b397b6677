"""Run commands of `ngff` in this process, one after the other, and write down what each said: ``RUNS RESULTS``.

Works with every version of the project: it needs the standard library and the command. Runs stand one a line: ``name``,
``arguments``, and where they matter ``stdin`` (a file), ``newer`` (further arguments, given where `ngff validate` knows
the first), ``copy`` (a folder, and where it is copied to before) and ``written`` (files and folders to be read after).
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

Main = Callable[[Sequence[str]], object]


def call(main: Main, arguments: Sequence[str], stdin: bytes = b"") -> dict[str, Any]:
    """Return exit code, standard output and standard error of one command."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="surrogateescape") for _ in range(2)]
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    sys.stdout, sys.stderr = streams
    code: object = None
    try:
        main(arguments)
    except SystemExit as stopped:
        code = stopped.code
    except Exception as error:  # an answer, too: both have to fail alike
        code = f"{type(error).__name__}: {error}"
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
    out, err = map(_text, streams)
    return {"code": code, "out": out, "err": err}


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    written: bytes = stream.buffer.getvalue()  # type: ignore[attr-defined]
    return written.decode("utf-8", "backslashreplace")


def listing(path: Path) -> str:
    """Return what was written: the text of a file; of a folder each file with its digest."""
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file())
        lines = [f"{hashlib.sha256(f.read_bytes()).hexdigest()[:16]} {f.relative_to(path).as_posix()}" for f in files]
        return "".join(f"{line}\n" for line in lines)
    return path.read_bytes().decode("utf-8", "backslashreplace") if path.is_file() else "(not there)"


def perform(main: Main, run: Mapping[str, Any], newer: frozenset[str]) -> dict[str, Any]:
    """Return what one run came to."""
    if "copy" in run:
        shutil.copytree(*run["copy"], symlinks=True)
    more = run.get("newer", [])
    arguments = [*run["arguments"], *(more if more and more[0] in newer else ())]
    stdin = Path(run["stdin"]).read_bytes() if "stdin" in run else b""
    result = {"name": run["name"], **call(main, arguments, stdin)}
    if "redirect" in run:
        Path(run["redirect"]).write_text(result["out"], encoding="utf-8")
    return {**result, **{f"written {name}": listing(Path(name)) for name in run.get("written", ())}}


def main() -> None:
    """Perform the runs of a file."""
    from ngff_core.cli import main as command

    given = call(command, ["validate", "--help"])["out"]
    newer = frozenset(name for name in ("--workers",) if name in given)
    with open(sys.argv[1], encoding="utf-8") as runs, open(sys.argv[2], "w", encoding="utf-8") as results:
        for line in runs:
            results.write(json.dumps(perform(command, json.loads(line), newer)) + "\n")
            results.flush()


if __name__ == "__main__":
    main()
