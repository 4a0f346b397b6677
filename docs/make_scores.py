"""Print how often `ngff conformance` agrees with the official test data; with ``--write`` also into the pages.

Needs the specification folder and every version. Exit code 1 when a case is judged otherwise than it is labelled and is
not in tests/data/disagreements.py, or is in there and is not.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

from ngff_core.cli import cli

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "data"))

from disagreements import DISAGREED, FIXTURES  # noqa: E402
from specification import MISSING, document_of, official_cases, shared_folder  # noqa: E402

VERSIONS = ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6")
KINDS = {"suite": "suites", "example-pair": "suites", "zarr-fixture": "groups", "example": "examples"}
ALONE = {"label-multiscales-present"}  # what the command does not ask of a label object that stands for itself
NAMED = {name: why for name, (why, found) in DISAGREED.items() if found != ALONE} | {
    name: why for name, (why, _) in FIXTURES.items()
}
PAGES = {ROOT / "README.md": "## Conformance\n", ROOT / "docs" / "conformance.md": "## Where it differs\n"}


class Outcome(NamedTuple):
    """What came of a case: whether the verdict is that of its label, and what the command said."""

    case: dict[str, Any]
    agrees: bool
    message: str


def arguments(case: dict[str, Any]) -> tuple[list[str], str | None]:
    """Return what the command is called with for a case, and what it gets on standard input.

    Cases of 0.6 are given as the official runner gives them: by their path alone. The others are entries of longer
    files, or have comments, and their files say how strict they are only by their names.
    """
    folder = shared_folder()
    assert folder is not None, MISSING
    path = folder / "spec" / "suites" / case["file"]
    strict = ["--strict"] if case["strict"] else []
    if case["kind"] == "zarr-fixture":
        return ["zarr", str(path.parent), *strict], None
    if case["kind"] == "suite" and case["version"] == "0.6":
        return ["attributes", str(path)], None
    document = document_of(case)
    if case["kind"] == "example" and case["version"] == "0.6":
        document = whole(document)
    return ["attributes", "-", "--version", case["version"], *strict], json.dumps(document)


def whole(document: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes that an example of 0.6 is a part of; many show no more than a transformation."""
    if isinstance(document.get("ome", document.get("attributes")), dict):
        return document
    if "multiscales" in document:
        return {"ome": {"version": "0.6", **document}}
    if "coordinateTransformations" in document:
        return {"ome": {"version": "0.6", "scene": document}}
    axes = [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"]
    systems = [{"name": document[side]["name"], "axes": axes} for side in ("input", "output")]
    return {"ome": {"version": "0.6", "scene": {"coordinateSystems": systems, "coordinateTransformations": [document]}}}


def outcomes(*versions: str) -> Iterator[Outcome]:
    """Judge the official cases of some versions with the command."""
    runner = CliRunner()
    for case in official_cases(*versions):
        given, text = arguments(case)
        result = runner.invoke(cli, ["conformance", *given], input=text)
        if result.exit_code != 0:
            yield Outcome(case, False, f"exit code {result.exit_code}: {result.stderr or result.exception!r}")
            continue
        answer = json.loads(result.stdout)
        yield Outcome(case, answer["valid"] == (case["expect"] == "valid"), answer["message"])


def surprises(judged: list[Outcome]) -> list[str]:
    """Return a line for every case that is not judged as was expected."""
    return [
        f"{o.case['id']} is labelled {o.case['expect']}, judged {'so' if o.agrees else 'otherwise'}: {o.message}"
        for o in judged
        if o.agrees == (o.case["id"] in NAMED) or o.message.startswith("exit code")
    ]


def score(judged: list[Outcome]) -> str:
    """Return the table: for each version and sort of cases how many agree, of how many."""
    lines = ["| version | attributes: suites | attributes: examples | zarr: metadata-only groups |"]
    lines.append("| --- | ---: | ---: | ---: |")
    sorts = ["suites", "examples", "groups"]
    for version in VERSIONS:
        cells = []
        for sort in sorts:
            of = [o for o in judged if o.case["version"] == version and KINDS[o.case["kind"]] == sort]
            cells.append(f"{sum(o.agrees for o in of)} of {len(of)}" if of else "")
        lines.append(f"| {version} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def differences() -> str:
    """Return a list of the cases that are judged otherwise than they are labelled, by the reason."""
    by_reason: dict[str, list[str]] = {}
    for name, why in NAMED.items():
        version, _, case = name.partition(":")
        by_reason.setdefault(why, []).append(f"`{version.replace('-', ' ')} {case}`")
    return "".join(f"- {why}: {', '.join(cases)}\n" for why, cases in by_reason.items())


def texts(judged: list[Outcome]) -> dict[Path, str]:
    """Return what stands below the headings of the pages."""
    agreed, total = sum(o.agrees for o in judged), len(judged)
    readme, page = PAGES
    return {
        readme: f"""
`ngff conformance` speaks the contract of the official conformance tests. Of the {total} cases of the official test
data it judges {agreed} as they are labelled. The other {total - agreed} are labelled valid, and by the text of the
specification they are not: [docs/conformance.md](docs/conformance.md) names each, and why. The groups of 0.6
have no more than their root; as hierarchies all are invalid.

{score(judged)}
""",
        page: f"""
Written by `docs/make_scores.py`. These cases of the official test data are labelled valid, and are judged invalid.
`0.6 zarr` are the groups of `tests/zarr`, of which there is no more than the root.

{differences()}""",
    }


def section(text: str, heading: str) -> tuple[int, int]:
    """Return where the text below a heading begins and ends."""
    found = re.search(rf"^{re.escape(heading)}(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if found is None:
        raise SystemExit(f"there is no heading {heading.strip()!r}")
    return found.span(1)


def main() -> None:
    """Judge everything, print the score, and say what is not as expected; without the official data there is none."""
    if shared_folder() is None:
        print(f"no score: {MISSING}")
        return
    judged = list(outcomes(*VERSIONS))
    print(score(judged))
    unexpected = surprises(judged)
    for line in unexpected:
        print(line)
    for path, wanted in texts(judged).items():
        text = path.read_text(encoding="utf-8")
        begin, end = section(text, PAGES[path])
        if text[begin:end] != wanted and "--write" in sys.argv:
            path.write_text(text[:begin] + wanted + text[end:], encoding="utf-8")
        elif text[begin:end] != wanted:
            unexpected.append(f"{path.name} is out of date: run python docs/make_scores.py --write")
            print(unexpected[-1])
    sys.exit(1 if unexpected else 0)


if __name__ == "__main__":
    main()
