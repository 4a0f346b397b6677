"""A second witness: the JSON schemas of the released 0.6, as the wheel of ngff-zarr carries them.

The rules follow the text and the schemas of the candidate 0.6rc0. What the schemas of the release say of the same
documents is compared here, and every disagreement is named.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from documents import valid_documents
from hypothesis import given, settings
from specification import MISSING, document_of, official_cases, shared_folder
from transformation_cases import OWN, own_document

from ngff_core import check_object

jsonschema = pytest.importorskip("jsonschema", reason="needs jsonschema")
referencing = pytest.importorskip("referencing", reason="needs referencing")
_SPEC = importlib.util.find_spec("ngff_zarr")
_HOME = Path(next(iter(_SPEC.submodule_search_locations or []), "")) if _SPEC is not None else None
SCHEMAS = _HOME / "spec" / "0.6" / "schemas" if _HOME is not None else None
if SCHEMAS is None or not SCHEMAS.is_dir():
    pytest.skip("needs the JSON schemas that ngff-zarr 0.50 carries", allow_module_level=True)

CASES = [case for case in official_cases("0.6") if case["kind"] == "suite" and "label" not in case["suite"]]


def validator() -> Any:
    """Return the validator for whole attributes of any kind."""
    assert SCHEMAS is not None
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(SCHEMAS.glob("*.schema"))]
    registry: Any = referencing.Registry().with_resources(
        [(document["$id"], referencing.Resource.from_contents(document)) for document in documents]
    )
    whole = next(document for document in documents if document["$id"].endswith("/ome_zarr.schema"))
    return jsonschema.Draft202012Validator(whole, registry=registry)


VALIDATOR = validator()

_ROW_COLUMN = "the schemas do not know which name is that of a row: these cases name the column first"

# official cases that the released schemas accept and this library refuses: why. There is none the other way round.
STRICTER: dict[str, str] = {
    "image/mismatch_axes_units": "the schemas do not compare the length of a scale with the number of axes",
    "image/multiscales_transform_additional_transforms": "the schemas do not look which axes a byDimension sets",
    "strict_image/image_omero": "the schemas do not look whether a coordinate system is defined",
    "strict_image/multiscales_example": "the schemas do not compare the input with the path of the dataset",
    "plate/minimal_acquisitions": _ROW_COLUMN,
    "plate/minimal_no_acquisitions": _ROW_COLUMN,
    "plate/non_alphanumeric_row": _ROW_COLUMN,
    "strict_plate/missing_acquisition_name": _ROW_COLUMN,
    "strict_plate/strict_acquisitions": _ROW_COLUMN,
    "strict_plate/strict_no_acquisitions": _ROW_COLUMN,
}
# of our own documents, those that the schemas accept
OWN_STRICTER = {
    "a mapAxis with an axis too many": "the schemas only look for numbers from 0 to 4, each once",
    "a whole homogeneous matrix": "the schemas do not look at the shape of a matrix",
}


def judged(value: Any) -> bool:
    """Tell whether a document is valid by the rules."""
    return check_object(value, version="0.6").status == "valid"


@pytest.mark.skipif(not CASES, reason=MISSING)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_official_cases(case: dict[str, Any]) -> None:
    document = {key: value for key, value in document_of(case).items() if key != "_conformance"}
    expected = (True, False) if case["id"].partition(":")[2] in STRICTER else (judged(document),) * 2
    assert (VALIDATOR.is_valid(document), judged(document)) == expected


@pytest.mark.parametrize("entry", OWN, ids=lambda entry: entry["what"])
def test_documents_of_our_own(entry: dict[str, Any]) -> None:
    document = own_document(entry)
    assert (VALIDATOR.is_valid(document), judged(document)) == (entry["what"] in OWN_STRICTER, False)


@settings(max_examples=100, deadline=None)
@given(valid_documents("0.6", kinds=("image", "plate", "well", "scene")))
def test_what_is_valid_here_is_valid_there(drawn: tuple[str, Any]) -> None:
    document = {"ome": drawn[1]}
    assert judged(document)
    assert VALIDATOR.is_valid(document), [error.message for error in VALIDATOR.iter_errors(document)]


def test_the_release_and_the_candidate_are_the_versions_of_the_schemas() -> None:
    assert SCHEMAS is not None
    versions = json.loads((SCHEMAS / "_version.schema").read_text(encoding="utf-8"))["enum"]
    assert versions == ["0.6", "0.6rc0"]


@pytest.mark.skipif(shared_folder() is None, reason=MISSING)
def test_the_release_differs_from_the_candidate_in_words_only() -> None:
    folder = shared_folder()
    assert folder is not None
    assert SCHEMAS is not None
    differ = set()
    for path in SCHEMAS.glob("*.schema"):
        old = json.loads((folder / "spec/suites/0.6/schemas" / path.name).read_text(encoding="utf-8"))
        if _bare(json.loads(path.read_text(encoding="utf-8"))) != _bare(old):
            differ.add(path.name)
    assert differ == {"_version.schema"}  # where the candidate did not know the name of the release


def _bare(value: Any) -> Any:
    """Return a schema without descriptions, and with addresses shortened to names of files."""
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items() if key != "description"}
    if isinstance(value, list):
        return [_bare(item) for item in value]
    return value.rpartition("/schemas/")[2] if isinstance(value, str) else value
