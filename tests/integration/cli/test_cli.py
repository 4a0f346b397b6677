"""The command `ngff`: exit codes, options, and what it prints."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import BASES, Tree, image, plate
from commands import Run
from corpus import CASES, VERSIONS, WELLS

from ngff_core import __version__


def colorless(tree: Tree) -> Tree:
    del tree.ome()["omero"]["channels"][1]["color"]
    return tree


def nameless(tree: Tree) -> Tree:
    del tree.multiscale()["name"]
    return tree


@pytest.fixture
def stores(tmp_path: Path) -> Path:
    """Write a valid store, one with an error, one with a warning and one that cannot be read."""
    image("0.5").write(tmp_path / "valid")
    colorless(image("0.5")).write(tmp_path / "error")
    nameless(image("0.5")).write(tmp_path / "warning")
    image("0.4").write(tmp_path / "valid4")
    return tmp_path


# --- exit codes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["valid"], 0),
        (["valid4"], 0),
        (["warning"], 0),
        (["warning", "--strict"], 1),
        (["valid", "--strict"], 0),
        (["error"], 1),
        (["missing"], 3),
        (["valid", "valid4"], 0),
        (["valid", "missing"], 3),
        (["missing", "error"], 1),
        (["valid", "warning", "--strict"], 1),
    ],
)
@pytest.mark.parametrize("format_", ["text", "json"])
def test_exit_codes(args: list[str], code: int, format_: str, run: Run, stores: Path) -> None:
    ran = run("validate", *args, "--format", format_)
    assert (ran.code, ran.err) == (code, "")


@pytest.mark.parametrize("code", [0, 1, 3])
@pytest.mark.parametrize("version", VERSIONS)
def test_exit_codes_of_the_corpus(code: int, version: str, run: Run, tmp_path: Path) -> None:
    case = next(c for c in CASES if c.found.get(version) and c.exit_code[version] == code) if code != 3 else None
    tree = BASES[case.base](version) if case else Tree(version, {"": None, "below": None})
    if case:
        case.damage(tree)
    tree.write(tmp_path / "store")
    assert run("validate", "store").code == code


USAGE = [
    (["validate"], "Missing argument 'PATH...'."),
    (["validate", "valid", "--fromat", "json"], "No such option '--fromat'."),
    (["validate", "valid", "--format", "xml"], "no report format 'xml', there are "),
    (["validate", "valid", "--profile", "loose"], "Invalid value for '--profile'"),
    (
        ["validate", "valid", "--version", "0.6"],
        "OME-NGFF version '0.6' is not installed (installed: 0.4, 0.5); try: pip install ngff-v06",
    ),
    (
        ["validate", "valid", "--select", "omero-chanel-color-present"],
        "no rule is called 'omero-chanel-color-present'; did you mean 'omero-channel-color-present'?",
    ),
    (["validate", "valid", "--ignore", "zzz"], "no rule is called 'zzz'; `ngff rules` lists them"),
    (
        ["validate", "http://example.org/store"],
        "no installed plugin opens http:// addresses; ",
    ),
    (["rules", "axes-cont"], "no rule is called 'axes-cont'; did you mean 'axes-count'?"),
    (["rules", "--version", "0.6"], "OME-NGFF version '0.6' is not installed"),
    (["valdate", "valid"], "Did you mean 'validate'?"),
]


@pytest.mark.parametrize(("args", "message"), USAGE)
def test_wrong_usage(args: list[str], message: str, run: Run, stores: Path) -> None:
    ran = run(*args)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert "Traceback" not in ran.err


def test_as_a_process(stores: Path) -> None:
    """The installed command and ``python -m`` do the same, and say nothing on standard error."""
    for store, code in (("valid", 0), ("error", 1), ("missing", 3)):
        ran = subprocess.run(
            [sys.executable, "-m", "ngff_core", "validate", store], cwd=stores, capture_output=True, check=False
        )
        assert (ran.returncode, ran.stderr) == (code, b"")


def test_version_and_help(run: Run) -> None:
    assert run("--version") == (0, f"ngff {__version__}\n", "")
    for command in ("validate", "info", "rules", "versions", "plugins"):
        assert command in run("--help").out
        assert run(command, "--help").code == 0


# --- choosing rules and versions ----------------------------------------------------------------------


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """Write an image with an error of structure, one of a rule, and a warning."""
    tree = colorless(nameless(image("0.5")))
    del tree.multiscale()["datasets"][2]["path"]
    return tree.write(tmp_path / "damaged")


COLOR, PATH, NAME = (
    ("error", "omero-channel-color-present"), ("error", "structure-missing"), ("warning", "multiscale-name-present"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("options", "heads", "code"),
    [
        ([], [PATH, COLOR, NAME], 1),
        (["--select", "omero-channel-color-present"], [COLOR], 1),
        (["--select", "omero"], [COLOR], 1),
        (["--select", "omero-"], [COLOR], 1),
        (["--select", "omero", "--select", "multiscale"], [COLOR, NAME], 1),
        (["--select", "multiscale"], [NAME], 0),
        (["--select", "multiscale", "--strict"], [NAME], 1),
        (["--select", "axes"], [], 0),
        (["--select", "structure"], [PATH], 1),
        (["--select", "dataset-path-present"], [PATH], 1),
        (["--ignore", "dataset-path-present"], [COLOR, NAME], 1),
        (["--ignore", "structure-missing", "--ignore", "omero"], [NAME], 0),
        (["--ignore", "omero", "--select", "omero-channel-color-present"], [COLOR], 1),
        (["--select", "omero", "--ignore", "omero-channel-color-present"], [], 0),
    ],
)
def test_select_and_ignore(
    options: list[str], heads: list[tuple[str, str]], code: int, run: Run, damaged: Path
) -> None:
    ran = run("validate", damaged, *options)
    assert sorted(ran.heads) == sorted(heads)
    assert ran.code == code


def test_version_forced(run: Run, stores: Path) -> None:
    ran = run("validate", "valid", "--version", "0.4")
    assert (ran.code, ran.heads) == (1, [("error", "zarr-format-2")])
    assert run("validate", "valid", "--version", "0.5").code == 0


def test_lenient_profile(run: Run, stores: Path) -> None:
    assert run("validate", "error", "--profile", "lenient").heads == [("warning", "omero-channel-color-present")]


@pytest.mark.parametrize("name", ["ngff-v05", "v05", "ngff_v05"])
def test_plugin_left_out(name: str, run: Run, stores: Path) -> None:
    ran = run("validate", "valid", "--no-plugin", name)
    assert (ran.code, ran.heads) == (3, [("error", "version-not-installed")])
    assert "hint: pip install ngff-v05, or judge it as another version with --version" in ran.out
    assert run("validate", "valid4", "--no-plugin", name).code == 0
    assert run("versions", "--no-plugin", name).out.startswith("0.4  Zarr format 2, ")
    assert len(run("versions", "--no-plugin", name).out.splitlines()) == 1
    assert "left out" in run("plugins", "--no-plugin", name).out


# --- standard input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "version"),
    [
        (lambda: image("0.4").docs[".zattrs"], "0.4"),
        (lambda: image("0.5").docs["zarr.json"], "0.5"),
        (lambda: image("0.5").docs["zarr.json"]["attributes"], "0.5"),
        (lambda: plate("0.5").docs["zarr.json"], "0.5"),
    ],
)
def test_standard_input(document: Callable[[], Any], version: str, run: Run) -> None:
    ran = run("validate", "-", "--format", "json", stdin=json.dumps(document()).encode())
    assert ran.code == 0
    result = json.loads(ran.out)["results"][0]
    assert (result["url"], result["status"], result["version"], result["issues"]) == ("-", "valid", version, [])


@pytest.mark.parametrize(
    ("data", "code", "rule"),
    [
        (b"", 1, "document-not-json"),
        (b"{", 1, "document-not-json"),
        (b"[]", 1, "document-not-object"),
        (b"{}", 3, "store-without-metadata"),
        (b'{"multiscales": []}', 1, "multiscale-nonempty-array"),
    ],
)
def test_bad_standard_input(data: bytes, code: int, rule: str, run: Run) -> None:
    ran = run("validate", "-", "--version", "0.4", stdin=data) if b"multi" in data else run("validate", "-", stdin=data)
    assert (ran.code, ran.heads) == (code, [("error", rule)])


def test_standard_input_beside_a_store(run: Run, stores: Path) -> None:
    ran = run("validate", "valid", "-", "--format", "json", stdin=b"{")
    assert ran.code == 1
    assert [(r["url"], r["status"]) for r in json.loads(ran.out)["results"]] == [("valid", "valid"), ("-", "invalid")]


# --- what is printed ----------------------------------------------------------------------------------

RESULT_KEYS = [
    "url", "status", "version", "kind", "counts", "profile", "rule_set", "rules", "suppressed", "suppressed_by",
    "issues",
]  # fmt: skip
ISSUE_KEYS = [
    "rule", "requirement", "severity", "message", "node", "pointer", "found", "expected", "hint", "section",
    "entry", "document", "kind", "judged",
]  # fmt: skip


def test_json_report(run: Run, stores: Path) -> None:
    ran = run("validate", "error", "valid4", "missing", "--format", "json")
    document = json.loads(ran.out)
    assert list(document) == ["schema", "results", "summary"]
    assert document["schema"] == 1
    for result in document["results"]:
        assert list(result) == RESULT_KEYS
        assert all(list(issue) == ISSUE_KEYS for issue in result["issues"])
    error, valid, missing = document["results"]
    assert (error["url"], error["status"], error["version"], error["kind"]) == ("error", "invalid", "0.5", "image")
    assert error["counts"] == {"array": 3, "image": 1}
    assert error["issues"] == [
        {
            "rule": "omero-channel-color-present",
            "requirement": "MUST",
            "severity": "error",
            "message": "the channel has no color",
            "node": "",
            "pointer": "/attributes/ome/omero/channels/1",
            "found": None,
            "expected": '"color"',
            "hint": 'add "color": "FFFFFF"',
            "section": "omero-md",
            "entry": None,
            "document": "zarr.json",
            "kind": "image",
            "judged": True,
        }
    ]
    assert (valid["status"], valid["version"], valid["issues"]) == ("valid", "0.4", [])
    assert valid["rule_set"] == {"ngff-core": __version__, "ngff-v04": "0.1.0"}
    assert (missing["rule_set"], missing["profile"]) == ({}, "spec")
    assert (missing["status"], missing["version"], missing["kind"]) == ("unreadable", None, None)
    assert [issue["rule"] for issue in missing["issues"]] == ["store-not-found"]
    assert set(error["rules"]) == {"run", "skipped"}
    assert error["rules"]["run"] > 0


def test_same_input_same_bytes(run: Run, stores: Path) -> None:
    for format_ in ("text", "json"):
        first = run("validate", "error", "warning", "valid4", "--format", format_)
        assert run("validate", "error", "warning", "valid4", "--format", format_) == first


def test_a_plugin_that_there_is_not_cannot_be_left_out(run: Run, stores: Path) -> None:
    ran = run("validate", "valid", "--no-plugin", "ngff-v0")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Error: no plugin is called 'ngff-v0'; did you mean 'ngff-v0")


def test_the_headline_says_what_strict_makes_of_warnings(run: Run, stores: Path) -> None:
    assert run("validate", "warning", "--strict").out.startswith("not strictly valid  warning  OME-Zarr 0.5 image")
    assert run("validate", "warning").out.startswith("valid  warning  OME-Zarr 0.5 image")
    assert run("validate", "error", "--strict").out.startswith("invalid  error  ")
    assert run("validate", "valid", "--strict").out.startswith("valid  valid  ")


def test_several_stores(run: Run, stores: Path) -> None:
    ran = run("validate", "valid", "error", "missing")
    lines = ran.out.splitlines()
    assert lines[0] == "valid  valid  OME-Zarr 0.5 image (4 nodes)"
    assert lines[2] == "invalid  error  OME-Zarr 0.5 image (4 nodes): 1 error"
    assert lines[-1] == "3 stores: 1 valid, 1 invalid, 1 unreadable"


def test_text_of_one_finding(run: Run, stores: Path) -> None:
    assert run("validate", "error").out == (
        "invalid  error  OME-Zarr 0.5 image (4 nodes): 1 error\n"
        "\n"
        "error  omero-channel-color-present  [0.5 §omero-md]\n"
        "  the channel has no color\n"
        "  at /  zarr.json /attributes/ome/omero/channels/1\n"
        '  expected "color"\n'
        '  hint: add "color": "FFFFFF"\n'
        "\n"
        "invalid  error: 1 error\n"
    )


@pytest.mark.parametrize(("name", "version"), [(case.name, version) for case in CASES for version in case.found])
def test_at_most_six_lines_for_one_finding(name: str, version: str, run: Run, tmp_path: Path) -> None:
    case = next(case for case in CASES if case.name == name)
    tree = BASES[case.base](version)
    case.damage(tree)
    ran = run("validate", tree.write(tmp_path / "store"))
    assert [block for block in ran.blocks if not 3 <= len(block) <= 6] == []
    assert len(ran.blocks) <= len(case.found[version])


@pytest.mark.parametrize("version", VERSIONS)
def test_findings_that_are_alike_are_told_once(version: str, run: Run, tmp_path: Path) -> None:
    tree = plate(version)
    for well in WELLS:
        tree.ome(well)["well"]["images"][1]["path"] = "x_1"
        tree.move(f"{well}/1", f"{well}/x_1")
    ran = run("validate", tree.write(tmp_path / "store"))
    document, base = (".zattrs", "") if version == "0.4" else ("zarr.json", "/attributes/ome")
    assert ran.blocks == [
        [
            f"error  well-image-path-alphanumeric  [{version} §well-md]",
            "  path 'x_1' is not made of letters and digits",
            f"  at {document} {base}/well/images/1/path in 4 of 4 wells: A/1, A/2, B/1, ...",
            '  found "x_1", expected ASCII letters and digits',
        ]
    ]
    assert ran.out.splitlines()[0] == f"invalid  {tmp_path / 'store'}  OME-Zarr {version} plate (31 nodes): 4 errors"


def test_findings_in_some_wells(run: Run, tmp_path: Path) -> None:
    tree = plate("0.4")
    for well in ("A/2", "B/3"):
        del tree.ome(well)["well"]["version"]
    ran = run("validate", tree.write(tmp_path / "store"))
    assert "  at .zattrs /well in 2 of 4 wells: A/2, B/3" in ran.out.splitlines()


def test_many_findings_of_one_rule(run: Run, tmp_path: Path) -> None:
    """A rule that is broken in ten different ways is shown four times, and the rest is counted."""
    tree = plate("0.5")
    tree.ome()["plate"]["wells"] += [{"path": f"A/x{n}", "rowIndex": 0, "columnIndex": 0} for n in range(10)]
    ran = run("validate", tree.write(tmp_path / "store"), "--select", "plate-well-path-resolves")
    assert len(ran.blocks) == 4
    assert ran.blocks[-1][-1] == "  and 6 more of plate-well-path-resolves (--format json lists every one)"
    ran = run("validate", tmp_path / "store", "--select", "plate-well-path-resolves", "--format", "json")
    assert len(json.loads(ran.out)["results"][0]["issues"]) == 10


def test_no_color_unless_on_a_terminal(run: Run, stores: Path) -> None:
    assert "\x1b" not in run("validate", "error").out


# --- the other commands -------------------------------------------------------------------------------


def test_info_of_an_image(run: Run, stores: Path) -> None:
    assert run("info", "valid4") == (
        0,
        "valid4  OME-Zarr 0.4\n"
        "image\n"
        "  'image'  axes c, y (micrometer), x (micrometer)\n"
        "  0  2 x 64 x 64  uint16  chunks 2 x 64 x 64  scale 1, 0.5, 0.5\n"
        "  1  2 x 32 x 32  uint16  chunks 2 x 32 x 32  scale 1, 1, 1  translation 0, 0.25, 0.25\n"
        "  2  2 x 16 x 16  uint16  chunks 2 x 16 x 16  scale 1, 2, 2  translation 0, 0.75, 0.75\n"
        '  levels  type "gaussian"  method "skimage.transform.pyramid_gaussian"  version "0.24"\n'
        "  channels DAPI (0000FF), GFP (00FF00)\n",
        "",
    )


def test_info_of_a_plate(run: Run, tmp_path: Path) -> None:
    plate("0.5").write(tmp_path / "plate")
    ran = run("info", "plate")
    assert ran.code == 0
    assert ran.out.splitlines()[:10] == [
        "plate  OME-Zarr 0.5",
        "plate 'plate'  4 wells of 2 rows x 3 columns, up to 2 fields",
        "  acquisition 0 'first'  up to 1 field",
        "  acquisition 1 'second'  up to 1 field",
        "  A  row",
        "    1 ... 2  well x 2",
        "      0 ... 1  image x 2",
        "        'image'  axes y (micrometer), x (micrometer)",
        "        0  16 x 16  uint16  chunks 16 x 16  scale 0.5, 0.5  bytes",
        "        1  8 x 8  uint16  chunks 8 x 8  scale 1, 1  bytes  translation 0.25, 0.25",
    ]


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("version", VERSIONS)
def test_info_as_json(base: str, version: str, run: Run, tmp_path: Path) -> None:
    BASES[base](version).write(tmp_path / "store")
    ran = run("info", "store", "--format", "json")
    assert ran.code == 0
    assert '"store"' in ran.out
    json.loads(ran.out)


def test_info_of_nothing(run: Run) -> None:
    ran = run("info", "missing")
    assert ran.code == 3
    assert "Traceback" not in ran.out + ran.err


def test_rules(run: Run) -> None:
    rows = json.loads(run("rules", "--format", "json").out)
    assert {"id", "requirement", "versions", "section", "summary", "covers"} <= set(rows[0])
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids))
    assert {"axes-count", "structure-missing", "plate-well-path-resolves"} <= set(ids)
    lines = run("rules").out.splitlines()
    assert len(lines) == len(ids)
    assert "MUST   axes-count" in "\n".join(lines)
    only = json.loads(run("rules", "--version", "0.4", "--format", "json").out)
    assert "zarr-format-3" not in [row["id"] for row in only]
    assert all(row["versions"] == ["0.4"] for row in only)


def test_one_rule(run: Run) -> None:
    ran = run("rules", "axes-count")
    assert ran.code == 0
    assert ran.out.startswith("axes-count  MUST  (versions 0.4, 0.5; from ngff-v0")
    assert "An image has 2 to 5 axes." in ran.out
    assert re.search(r"^Wrong:$", ran.out, re.MULTILINE)
    assert re.search(r"^Right:$", ran.out, re.MULTILINE)
    assert [row["id"] for row in json.loads(run("rules", "axes-count", "--format", "json").out)] == ["axes-count"]


def test_catalogue_entry_of_a_fault_of_structure(run: Run) -> None:
    ran = run("rules", "dataset-path-present")
    assert ran.code == 0
    assert ran.out.startswith("structure-missing  MUST")


def test_versions(run: Run) -> None:
    lines = run("versions").out.splitlines()
    assert [line.split(", ")[0] for line in lines] == ["0.4  Zarr format 2", "0.5  Zarr format 3"]
    rows = json.loads(run("versions", "--format", "json").out)
    assert [(row["version"], row["zarr_format"], row["distribution"]) for row in rows] == [
        ("0.4", 2, "ngff-v04"),
        ("0.5", 3, "ngff-v05"),
    ]


def test_plugins(run: Run) -> None:
    rows = {row["distribution"]: row for row in json.loads(run("plugins", "--format", "json").out)}
    for distribution, version in (("ngff-v04", "0.4"), ("ngff-v05", "0.5")):
        row = rows[distribution]
        assert (row["error"], row["blocked"], row["specs"]) == (None, False, [version])
    assert "ngff-v04" in run("plugins").out
