"""What processes change in the file system, as `strace` tells."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

__all__ = ["changed_paths", "traced", "traces", "why_not"]

MARK = "/ngff-mark-of-tests"
CHANGING = (
    "creat", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "mkdir",
    "mkdirat", "rmdir", "mknod", "mknodat", "truncate", "chmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchownat",
    "utime", "utimes", "utimensat", "futimesat", "setxattr", "lsetxattr", "removexattr", "lremovexattr", "mount",
    "umount2",
)  # fmt: skip
BY_DESCRIPTOR = ("fchmod", "fchown", "ftruncate", "fsetxattr", "fremovexattr")
OPENING = ("open", "openat", "openat2")
DRIVER = """
import json, os, sys
from contextlib import suppress
from ngff_core.cli import main

def mark(number):
    with suppress(OSError):
        os.open(f"{sys.argv[2]}/{number}", os.O_RDONLY)

for number, arguments in enumerate(json.load(open(sys.argv[1]))):
    mark(number)
    try:
        main(arguments)
    except SystemExit:
        pass
    sys.stdout.flush()
mark("end")
"""
_CALL = re.compile(r"(?:\[?\w*\]?\s*)?(\d+\s+)?(\w+)\((.*)\)\s+= (-?\d+|\?)(?:<(.*)>)?(?: E\w+ \(.*\))?")
_RESUMED = re.compile(r"(\d+)\s+<\.\.\. \w+ resumed>(.*)")
_TEXT = r'"((?:[^"\\]|\\.)*)"'
_AT = re.compile(rf"(?:AT_FDCWD<([^>]*)>|\d+<([^>]*)>), {_TEXT}")
_PLAIN = re.compile(_TEXT)
_WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC")
_FD = re.compile(r"\d+<([^>]*)>")


def why_not() -> str | None:
    """Return why nothing can be traced here; ``None``: it can."""
    program = shutil.which("strace")
    if program is None:
        return "strace is not installed"
    tried = subprocess.run(
        [program, "-f", "--seccomp-bpf", "-y", "-o", os.devnull, "true"], capture_output=True, text=True, check=False
    )
    return None if tried.returncode == 0 else f"strace cannot trace here: {tried.stderr.strip()}"


def traces(commands: Sequence[Sequence[str]], folder: Path) -> Iterator[list[str]]:
    """Run commands of `ngff` one after another; yield the lines of the trace of each."""
    given = folder / "commands.json"
    given.write_text(json.dumps(commands))
    lines = traced(["-c", DRIVER, given, MARK], folder)
    starts = [number for number, line in enumerate(lines) if MARK in line]
    assert len(starts) == len(commands) + 1
    for start, end in pairwise(starts):
        yield lines[start:end]


def traced(arguments: Sequence[str | Path], folder: Path) -> list[str]:
    """Run Python in an empty directory, and return the lines of its trace."""
    log, place = folder / "trace", folder / "cwd"
    place.mkdir()
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    names = ",".join(f"?{name}" for name in (*OPENING, *CHANGING, *BY_DESCRIPTOR))
    call = ["strace", "-f", "--seccomp-bpf", "-y", "-s", "8192", "-e", f"trace={names}", "-o", log, sys.executable]
    done = subprocess.run([*call, *arguments], cwd=place, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr[-2000:]
    return list(_whole(log.read_text(errors="replace").splitlines()))


def _whole(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines where calls of one process that were interrupted by another's are put together again."""
    begun: dict[str, str] = {}
    for line in lines:
        if line.endswith("<unfinished ...>"):
            begun[line.split()[0]] = line.removesuffix("<unfinished ...>")
        elif match := _RESUMED.match(line):
            yield begun.pop(match[1]) + match[2]
        else:
            yield line


def changed_paths(lines: Sequence[str], place: Path) -> Iterator[tuple[str, str]]:
    """Yield each path that is opened for writing, made, moved or taken away, and the line that says so.

    A file that was opened is where the system says it is, whatever links led there. ``place`` is the working directory.
    """
    for line in lines:
        match = _CALL.fullmatch(line.strip())
        if match is None:
            assert "+++ exited" in line or "--- SIG" in line, line
            continue
        _, name, arguments, _, opened = match.groups()
        if name in OPENING:
            if _WRITING.search(arguments):
                yield opened or _paths(arguments, place)[0], line
        elif name in BY_DESCRIPTOR:
            yield _FD.search(arguments)[1], line  # type: ignore[index]
        elif name in CHANGING:
            paths = _paths(arguments, place)
            for path in paths[1:] if name.startswith("symlink") else paths:  # the first is what the link says
                yield path, line


def _paths(arguments: str, place: Path) -> list[str]:
    """Return the paths that a call names, where links in the way to them lead."""
    found = [os.path.join(one or other, _unescaped(text)) for one, other, text in _AT.findall(arguments)]
    rest = _AT.sub("", arguments)
    found = [os.path.join(place, _unescaped(text)) for text in _PLAIN.findall(rest)] + found
    return [os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path)) for path in found]


def _unescaped(text: str) -> str:
    return (
        text.encode("latin-1", "backslashreplace").decode("unicode_escape").encode("latin-1").decode(errors="replace")
    )
