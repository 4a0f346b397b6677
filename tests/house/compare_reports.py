"""Compare what two states of the project say of the same data, byte for byte: every command, every format.

    python tests/house/compare_reports.py OLD_PYTHON NEW_PYTHON [--quick]
    python tests/house/compare_reports.py --against COMMIT [--quick]

The second form checks the commit out, installs it into an environment of its own and compares it with what is installed
for this Python; without any argument the commit is the last one before the folders of `ngff_core`. Plugins that only
one of the two has are left out. Each of the two runs everything in one process; NEW also writes the data. Prints every
difference and exits with 1, or "no difference" and what was compared. ``--keep FOLDER`` leaves everything there.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
BEFORE = "5d37bbe"
LEFT_OUT = re.compile("NGFF_NO|GITHUB|CI$|.*COLOR|PYTHON")  # what reports depend on
DATA = os.pathsep.join(str(PROJECT / folder) for folder in ("tests/data", "tests/support", "benchmarks"))
SHOWN = 30  # lines of a difference
ENTRY_POINTS = """\
import importlib.metadata as m
print(*sorted({e.dist.name for e in m.entry_points(group="ngff")}))"""
VERSIONS = """\
import importlib.metadata as m
print(*sorted({f"{d.name}=={d.version}" for d in m.distributions() if not d.name.startswith("ngff")}), sep="\\n")"""


class Accepted:
    """Differences that are meant: in runs of a name, all lines that differ are of these forms; and why."""

    def __init__(self, runs: str, lines: str, reason: str) -> None:
        self.runs, self.lines, self.reason = re.compile(runs), re.compile(lines), reason

    def covers(self, name: str, changed: Iterable[str]) -> bool:
        """Tell whether every line that differs, with its ``-`` or ``+``, is accepted in this run."""
        return self.runs.search(name) is not None and all(self.lines.search(line) for line in changed)


ACCEPTED = [
    Accepted(
        r"^damaged \d ngff\.toml$",
        r"^-Error: .*: ignore: found 5, expected an array of strings$"
        r"|^-Error: .*: per-path\[0\]\.stores: found an array, expected an array of strings$"
        r"|^\+Error: config/\d-ngff\.toml: (ignore: found 5, expected array of strings"
        r"|per-path\[0\]\.stores\[0\]: found 1, expected string)$",
        "a configuration is read through models: its errors have the words of all others, and name the very item",
    ),
    Accepted(
        r"^damaged \d (baseline|report)\.json$",
        r"^-Error: the (baseline|report) '.*' is damaged at /\w+(/0)?; write it anew"
        r"|^\+Error: the (baseline|report) '.*' is damaged at /[\w/]+: "
        r"(found .*, expected .*|the key '\w+' is missing); write it anew",
        "baselines and reports are read through models: their errors name the place, what was found and expected",
    ),
]


def differences(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[list[str]]:
    """Yield a unified diff for each part of two results that differs and is not accepted."""
    for part in sorted({*old, *new}):
        before, after = (str(side.get(part, "(not there)")) for side in (old, new))
        if before == after:
            continue
        texts = [text.splitlines(keepends=True) for text in (before, after)]
        if texts[0] == texts[1] or max(map(len, texts)) > 20_000:
            diff = _first_difference(before, after)
        else:
            diff = [line.rstrip("\n") for line in difflib.unified_diff(*texts, "old", "new", n=1)]
        changed = [line for line in diff if line[:1] in "-+" and line not in ("--- old", "+++ new")]
        if not any(accepted.covers(name, changed) for accepted in ACCEPTED):
            yield [f"== {name}: {part}", *diff]


def _first_difference(before: str, after: str) -> list[str]:
    """Return where two long texts begin to differ."""
    at = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after)))
    around = slice(max(0, at - 80), at + 80)
    return ["--- old", "+++ new", f"@@ at character {at} @@", f"-{before[around]!r}", f"+{after[around]!r}"]


def compare(old: Path, new: Path) -> int:
    """Compare two files of results line by line; print what differs, and return how many runs do."""
    differing = 0
    codes: Counter[str] = Counter()
    size = 0
    with old.open(encoding="utf-8") as olds, new.open(encoding="utf-8") as news:
        for one, other in zip(olds, news, strict=True):
            size += len(one)
            result = json.loads(one)
            codes[str(result["code"])] += 1
            found = [] if one == other else list(differences(result["name"], result, json.loads(other)))
            differing += bool(found)
            for diff in found:
                more = [f"... {len(diff) - SHOWN} lines more"] if len(diff) > SHOWN else []
                print("\n".join(line[:400] for line in [*diff[:SHOWN], *more]))
    counts = ", ".join(f"{number} ended with {code}" for code, number in sorted(codes.items()))
    said = "no difference" if not differing else f"{differing} runs differ"
    print(f"{said}: {codes.total()} runs ({counts}), {size / 1e6:.0f} MB of output")
    return differing


def output(python: Path | str, *arguments: str) -> str:
    """Return what a Python prints."""
    return subprocess.run([str(python), *arguments], check=True, capture_output=True, text=True, cwd=HERE).stdout


def install(commit: str, folder: Path) -> Path:
    """Check a commit out and install it, with the versions that are installed here; return its Python."""
    tree = folder / "tree"
    subprocess.run(["git", "clone", "--quiet", "--no-checkout", str(PROJECT), str(tree)], check=True)
    subprocess.run(["git", "-C", str(tree), "checkout", "--quiet", commit], check=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "env")], check=True)
    python = folder / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    constraints = folder / "constraints.txt"
    constraints.write_text(output(sys.executable, "-c", VERSIONS), encoding="utf-8")
    distributions = [path.parent for path in tree.glob("**/pyproject.toml") if (path.parent / "src").is_dir()]
    command = [str(python), "-m", "pip", "install", "--quiet", "--constraint", str(constraints)]
    subprocess.run([*command, *map(str, distributions)], check=True)
    return python


def run_both(pythons: Iterable[Path | str], folder: Path, quick: bool) -> list[Path]:
    """Write the data, and run everything in both; return the files of results."""
    old, new = pythons
    inputs = folder / "inputs"
    given = {
        name: value for name, value in os.environ.items() if not re.match("NGFF_NO|GITHUB|CI$|.*COLOR|PYTHON", name)
    }
    plugins = [set(output(python, "-c", ENTRY_POINTS).split()) for python in (old, new)]
    given |= {"PYTHONHASHSEED": "0", "NGFF_NO_PLUGINS": ",".join(sorted(plugins[0] ^ plugins[1]))}
    flags = ["--quick"] if quick else []
    subprocess.run(
        [str(new), str(HERE / "report_inputs.py"), str(inputs), *flags], check=True, env=given | {"PYTHONPATH": DATA}
    )
    started = []
    for side, python in (("old", old), ("new", new)):
        work = folder / side
        work.mkdir()
        (work / "config").symlink_to(inputs / "config")
        results = folder / f"{side}.jsonl"
        command = [str(python), str(HERE / "report_runner.py"), str(inputs / "runs.jsonl"), str(results)]
        started.append((subprocess.Popen(command, cwd=work, env=given), results))
    ended = [process.wait() for process, _ in started]
    if any(ended):
        raise SystemExit("one of the two did not come to its end")
    return [results for _, results in started]


def main() -> int:
    """Compare two states, by the arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pythons", nargs="*", metavar="PYTHON", help="OLD_PYTHON NEW_PYTHON")
    parser.add_argument("--against", metavar="COMMIT", default=BEFORE, help="without PYTHONs  [%(default)s]")
    parser.add_argument("--quick", action="store_true", help="small plates only, examples of rules of two versions")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave data and results there; must not exist")
    chosen = parser.parse_args()
    if len(chosen.pythons) not in (0, 2):
        parser.error("give both OLD_PYTHON and NEW_PYTHON, or none")
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=folder == Path(temporary))
        pythons = chosen.pythons or [install(chosen.against, Path(temporary)), sys.executable]
        return min(1, compare(*run_both(map(os.path.abspath, pythons), folder.resolve(), chosen.quick)))


if __name__ == "__main__":
    sys.exit(main())
