"""`ngff conformance`: the contract of the official conformance tests, and the score on the official test data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from commands import Run

from ngff_core import Context, Issue, Registry, Rule, hookimpl, rule
from ngff_core.issues.requirement import MUST
from ngff_core.plugins.registry import BLOCK_VARIABLE
from ngff_core.testing import array, build_store, write_store

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
Multiscale = pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed").Multiscale
spec_05 = pytest.importorskip("ngff_v05.spec", reason="needs ngff-v05").SPEC
ROOT = Path(__file__).parents[3]

IMAGE: dict[str, Any] = {
    "multiscales": [
        {
            "name": "cells",
            "type": "mean",
            "metadata": {"method": "numpy"},
            "axes": [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"],
            "datasets": [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1.0, 1.0]}]}],
        }
    ]
}
UNITLESS = json.loads(json.dumps(IMAGE).replace(', "unit": "micrometer"', ""))
LEVEL = array((8, 8), "uint8", ("y", "x"))
ALONE = {"ome": {"version": "0.5", "image-label": {"colors": [{"label-value": 1, "rgba": [0, 0, 0, 0]}]}}}


def attributes(ome: dict[str, Any], own: Any = None) -> bytes:
    document = {"ome": {"version": "0.5", **ome}}
    return json.dumps(document if own is None else {**document, "_conformance": own}).encode()


def verdict(run: Run, *args: object, stdin: bytes | None = None) -> tuple[bool, str]:
    """Run the command; hold its answer to the contract, and return it."""
    code, out, err = run("conformance", *args, stdin=stdin)
    assert (code, err) == (0, "")
    assert out.endswith("\n")
    assert out.count("\n") == 1
    answer = json.loads(out)
    assert [(key, type(value)) for key, value in answer.items()] == [("valid", bool), ("message", str)]
    return answer["valid"], answer["message"]


# --- attributes ---------------------------------------------------------------------------------------


def test_attributes_of_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(attributes(IMAGE))
    assert verdict(run, "attributes", "a.json") == (True, "OME-Zarr 0.5 image")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "document-not-json at /: the document is empty"),
        (
            "nope",
            "document-not-json at /: the document is not JSON: invalid literal, expected 'null', line 1 column 1",
        ),
        ("null", "document-not-object at /: found null, expected object"),
        ("[]", "document-not-object at /: found [], expected object"),
        ("{}", "store-without-metadata at /: the document holds no OME-Zarr metadata"),
        ('{"well": 5}', "structure-type at / /well: found 5, expected object"),
        ('{"ome": 5}', "zarr-ome-namespace at / /ome: ome is no object"),
        ('{"ome": {}}', "version-ome-present at / /ome: the OME metadata states no version"),
        (
            '{"ome": {"version": "new", "plate": {}}}',
            'version-not-installed at /: the metadata follows version "new", which is not installed'
            " (installed: 0.4, 0.5)",
        ),
        (
            '{"ome": {"version": "0.5", "well": {"images": [{"path": NaN}]}}}',
            "document-nan at /: the document holds bare NaN, which is not JSON (line 1 column 57)",
        ),
    ],
)
def test_whatever_a_file_holds_is_judged(text: str, message: str, run: Run) -> None:
    valid, told = verdict(run, "attributes", "-", stdin=text.encode())
    assert not valid
    assert message in told


def test_the_first_findings_are_told(run: Run) -> None:
    broken = {"multiscales": [{"axes": 1, "datasets": 2, "name": 3, "coordinateTransformations": 4}]}
    assert verdict(run, "attributes", "-", "--strict", stdin=attributes(broken)) == (
        False,
        "OME-Zarr 0.5 image: 4 errors, 2 warnings;"
        " structure-type at / /ome/multiscales/0/axes: found 1, expected array of objects;"
        " structure-type at / /ome/multiscales/0/coordinateTransformations: found 4, expected array of objects;"
        " structure-type at / /ome/multiscales/0/datasets: found 2, expected array of objects; and 3 more",
    )


def test_names_with_controls_are_escaped(run: Run) -> None:
    named = {**ALONE["ome"], "image-label": {"colors": [{"label-value": "\x1b[31m\u202e\n\u00fc", "rgba": []}]}}
    valid, message = verdict(run, "attributes", "-", stdin=attributes(named))
    assert not valid
    assert all(character.isprintable() for character in message)


def test_label_metadata_alone_is_judged_by_itself(run: Run, tmp_path: Path) -> None:
    text = json.dumps(ALONE).encode()
    assert verdict(run, "attributes", "-", stdin=text) == (True, "OME-Zarr 0.5 label-image")
    broken = json.dumps(ALONE).replace("[0, 0, 0, 0]", "[0]").encode()
    assert verdict(run, "attributes", "-", stdin=broken)[0] is False
    beside = attributes({**ALONE["ome"], "omero": {"channels": []}})
    assert verdict(run, "attributes", "-", stdin=beside)[0] is False
    write_store({"zarr.json": json.dumps({"zarr_format": 3, "node_type": "group", "attributes": ALONE}).encode()}, "l")
    valid, message = verdict(run, "zarr", "l")
    assert not valid
    assert "structure-missing at / /attributes/ome: required key 'multiscales' is missing" in message


# --- zarr ---------------------------------------------------------------------------------------------


def test_a_whole_store(run: Run, tmp_path: Path) -> None:
    documents = build_store(spec_05, {"": IMAGE, "0": LEVEL})
    write_store(documents, tmp_path / "a.zarr")
    assert verdict(run, "zarr", "a.zarr") == (True, "OME-Zarr 0.5 image")
    del documents["0/zarr.json"]
    write_store(documents, tmp_path / "b.zarr")
    assert verdict(run, "zarr", "b.zarr") == (
        False,
        "OME-Zarr 0.5 image: 1 error; dataset-path-relative-resolves at / /attributes/ome/multiscales/0/datasets/0"
        "/path: there is no array at '0'",
    )
    assert verdict(run, "attributes", "b.zarr/zarr.json") == (True, "OME-Zarr 0.5 image")


def test_a_store_that_is_not_json_or_has_no_metadata_is_judged(run: Run, tmp_path: Path) -> None:
    write_store({"zarr.json": b"{"}, tmp_path / "a.zarr")
    write_store({"zarr.json": b'{"zarr_format": 3, "node_type": "group"}'}, tmp_path / "b.zarr")
    valid, message = verdict(run, "zarr", "a.zarr")
    assert (valid, "document-not-json" in message) == (False, True)
    assert verdict(run, "zarr", "b.zarr") == (
        False,
        "no OME-Zarr version: 1 error; store-without-metadata at /: no OME-Zarr metadata here, nor below",
    )


# --- strict, versions, rule packs ---------------------------------------------------------------------

WARNED = "OME-Zarr 0.5 image: 2 warnings"
FAILED = (
    f"{WARNED}; axes-unit-present at / /ome/multiscales/0/axes/0: axis 'y' has no unit;"
    " axes-unit-present at / /ome/multiscales/0/axes/1: axis 'x' has no unit"
)


@pytest.mark.parametrize(
    ("own", "arguments", "expected"),
    [
        (None, [], (True, WARNED)),
        (None, ["--strict"], (False, FAILED)),
        ({"strict": True}, [], (False, FAILED)),
        ({"strict": True, "valid": True}, ["--strict"], (False, FAILED)),
        ({"strict": False}, [], (True, WARNED)),
        ({"strict": 1, "valid": False}, [], (True, WARNED)),
        ("strict", [], (True, WARNED)),
    ],
)
def test_strict_counts_should(own: Any, arguments: list[str], expected: tuple[bool, str], run: Run) -> None:
    assert verdict(run, "attributes", "-", *arguments, stdin=attributes(UNITLESS, own)) == expected


def test_strict_is_told_by_the_attributes_of_a_store_and_of_a_whole_document(run: Run, tmp_path: Path) -> None:
    documents = build_store(spec_05, {"": UNITLESS, "0": LEVEL})
    assert verdict(run, "zarr", write_store(documents, tmp_path / "a.zarr")) == (True, WARNED)
    root = json.loads(documents["zarr.json"])
    root["attributes"]["_conformance"] = {"strict": True}
    documents["zarr.json"] = json.dumps(root).encode()
    write_store(documents, tmp_path / "a.zarr")
    for arguments in (["zarr", "a.zarr"], ["attributes", "a.zarr/zarr.json"]):
        assert verdict(run, *arguments) == (False, FAILED.replace("/ome", "/attributes/ome"))


def test_version(run: Run) -> None:
    assert verdict(run, "attributes", "-", "--version", "0.5", stdin=attributes(IMAGE))[0] is True
    assert verdict(run, "attributes", "-", "--version", "0.4", stdin=attributes(IMAGE))[0] is False
    assert verdict(run, "attributes", "-", "--version", "0.5", stdin=json.dumps(IMAGE).encode())[0] is False


class Lab:
    @hookimpl
    def ngff_rules(self, version: str) -> list[Rule]:
        @rule("lab/never", on=Multiscale, requirement=MUST, valid=[], invalid=[])
        def never(image: Any, ctx: Context) -> Iterator[Issue]:
            """No image is right."""
            yield ctx.issue("wrong")

        return [never]


def test_rule_packs_do_not_count(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def registry_with(blocked: object) -> Registry:
        return Registry(plugins=[Lab()])

    monkeypatch.setattr("ngff_core.cli.validate.registry_without", registry_with)
    assert run("validate", "-", stdin=attributes(IMAGE)).heads == [("error", "lab/never")]
    monkeypatch.setattr("ngff_core.cli.conformance.registry_without", registry_with)
    assert verdict(run, "attributes", "-", stdin=attributes(IMAGE)) == (True, "OME-Zarr 0.5 image")


def test_no_configuration_counts(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ngff.toml").write_text('ignore = ["axes-unit-present"]')
    assert verdict(run, "attributes", "-", "--strict", stdin=attributes(UNITLESS)) == (False, FAILED)


# --- what is not judged -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (["attributes", "none.json"], None, "none.json could not be judged: no such file or directory"),
        (
            ["attributes", "."],
            None,
            ". could not be judged: it is a directory (hint: for a whole store: ngff conformance zarr PATH)",
        ),
        (
            ["zarr", "none"],
            None,
            "none could not be judged: there is no directory here, or an empty one (hint: check the path; for a"
            " single document: ngff conformance attributes FILE)",
        ),
        (
            ["attributes", "-"],
            b'{"ome": {"version": "0.9", "plate": {}}}',
            '- could not be judged: there is no version "0.9" of OME-Zarr that is known here'
            " (hint: judge it as one of those with --version)",
        ),
        (
            ["attributes", "-", "--no-plugin", "v04", "--no-plugin", "v05"],
            b"{}",
            "- could not be judged: no version of the specification is installed (hint: pip install ngff-v05)",
        ),
    ],
)
def test_not_judged(arguments: list[str], stdin: bytes | None, message: str, run: Run) -> None:
    assert run("conformance", *arguments, stdin=stdin) == (3, "", f"Error: {message}\n")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_not_readable(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(attributes(IMAGE))
    (tmp_path / "a.json").chmod(0)
    assert run("conformance", "attributes", "a.json") == (
        3, "", "Error: a.json could not be judged: permission denied\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["plates", "a"], "'plates' is not one of 'attributes', 'zarr'."),
        (["attributes"], "Missing argument 'PATH'."),
        (["attributes", "-", "--jobs", "4"], "Options on remote stores go with zarr, not with attributes."),
        (["attributes", "-", "--version", "0.9"], "published are 0.1, 0.2, 0.3, 0.4, 0.5, 0.6"),
    ],
)
def test_wrong_usage(arguments: list[str], message: str, run: Run) -> None:
    code, out, err = run("conformance", *arguments)
    assert (code, out) == (2, "")
    assert err.endswith(f"{message}\n")


# --- the official test data ---------------------------------------------------------------------------

everything = pytest.mark.skipif(
    any(find_spec(f"ngff_v0{number}") is None for number in range(1, 7)), reason="needs all versions, 0.1 to 0.6"
)


def with_all_plugins() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != BLOCK_VARIABLE}


@everything
def test_the_score_is_that_of_the_readme_and_every_disagreement_is_named(shared: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "make_scores.py"],
        capture_output=True,
        text=True,
        check=False,
        env=with_all_plugins(),
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr


def scores() -> ModuleType:
    spec = spec_from_file_location("make_scores", ROOT / "docs" / "make_scores.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_score_notices_what_is_not_as_expected() -> None:
    module = scores()
    named, other = "0.4:plate/minimal_acquisitions", "0.4:plate/empty_wells"

    def outcome(name: str, agrees: bool, message: str = "told") -> Any:
        return module.Outcome({"id": name, "expect": "invalid"}, agrees, message)

    assert module.surprises([outcome(named, False), outcome(other, True)]) == []
    assert module.surprises(
        [outcome(other, False), outcome(named, True), outcome(named, False, "exit code 3: no")]
    ) == [
        f"{other} is labelled invalid, judged otherwise: told",
        f"{named} is labelled invalid, judged so: told",
        f"{named} is labelled invalid, judged otherwise: exit code 3: no",
    ]


def as_the_runner_calls_it(mode: str, path: Path) -> dict[str, Any]:
    """Call a dingus as the official runner does: the path is the last argument, only exit code 0 is no error."""
    command = [sys.executable, "-m", "ngff_core", "conformance", mode, os.fspath(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=with_all_plugins())
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


RAN = [
    ("attributes", "attributes/spec/valid/image/custom_type_axes.json", True),
    ("attributes", "attributes/spec/invalid/well/empty_images.json", False),
    ("attributes", "attributes/strict/valid/well/strict_acquisitions.json", True),
    ("attributes", "attributes/strict/invalid/label/no_colors.json", False),
    ("zarr", "zarr/spec/invalid/plate/zero_field_count.ome.zarr", False),
    ("zarr", "zarr/spec/invalid/image/duplicate_axes.ome.zarr", False),
]


@everything
@pytest.mark.parametrize(("mode", "path", "valid"), RAN)
def test_called_by_the_official_runner(mode: str, path: str, valid: bool, shared: Path) -> None:
    answer = as_the_runner_calls_it(mode, shared / "spec" / "suites" / "0.6" / "tests" / path)
    assert answer["valid"] is valid
