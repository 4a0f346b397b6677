"""Documents of every kind and version, changed: what is said of them is said whatever stands in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from changing import Step, changed, draw_bytes, draw_json
from engine import Case
from hostile import full_documents
from odd_values import VERSIONS, odd_key, odd_value
from oracles import findings, of_command, of_report, ran, same

from ngff_core import NgffError, ValidationError, check_json, check_object, validate_ome_json
from ngff_core.plugins.registry import default_registry
from ngff_core.report import Report
from ngff_core.testing.changes import places, same_json, value_at
from ngff_core.testing.documents import group_json

__all__ = ["DOCUMENTS", "draw_foreign", "draw_steps"]

KEY = "document"
FOREIGN = "x-acme:"
ZARR = frozenset(("attributes", "zarr_format", "node_type"))
DEEP = 400  # more arrays and objects than in any of the bases: what lies deeper than Python's own JSON goes
FORMATS = ("text", "json", "jsonl", "sarif", "github", "junit", "markdown", "html")


@cache
def bases() -> Mapping[str, bytes]:
    """Return the documents that are changed, by kind, version and form: attributes, and the whole document of Zarr."""
    found = {}
    for version, spec in default_registry().specs.items():
        for kind, ome in full_documents(version).items():
            found[f"{kind} {version}"] = json.dumps(ome).encode()
            for name, document in group_json(spec, ome).items():
                found[f"{kind} {version} {name}"] = json.dumps(document).encode()
    return found


def draw_steps(rng: Random, files: Mapping[str, bytes], *, large: bool = True) -> list[Step]:
    """Draw one to four changes, most of JSON."""
    odds = ("json",) * 5 + ("bytes",)
    return [
        draw_json(rng, files, large=large) if rng.choice(odds) == "json" else draw_bytes(rng, files)
        for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4)))
    ]


def draw_foreign(rng: Random, files: Mapping[str, bytes]) -> Step:
    """Draw a key that nobody knows, with any value, somewhere in the attributes of one of the files."""
    key = rng.choice(list(files))
    document = json.loads(files[key])
    objects = [way for way in places(document) if isinstance(value_at(document, way), dict) and "attributes" in way]
    if key.endswith(".zattrs"):
        objects = [way for way in places(document) if isinstance(value_at(document, way), dict)]
    way = rng.choice(objects) if objects else ("attributes",)
    return ["json", key, "set", [*way, FOREIGN + odd_key(rng, "note")], odd_value(rng, large=rng.random() < 0.3)]


class Documents:
    """Documents for `check_json` and its siblings, and for the command."""

    name = "documents"

    def draw(self, rng: Random) -> Case:
        """Draw a document, its changes, and the options of the check."""
        base = rng.choice(list(bases()))
        choices = {
            "version": rng.choice((None, None, None, *VERSIONS[:6])),
            "profile": rng.choice(("spec", "spec", "lenient", "strict")),
            "command": rng.choice(FORMATS) if rng.random() < 0.1 else None,
        }
        return Case(self.name, base, draw_steps(rng, {KEY: bases()[base]}), choices)

    def problems(self, case: Case, folder: Path) -> Iterator[str]:
        """Yield what does not hold."""
        text = changed({KEY: bases()[case.base]}, case.steps)[KEY]
        options = {name: case.choices[name] for name in ("version", "profile")}
        report = check_json(text, **options)
        yield from of_report(report)
        yield from same("the same again", check_json(text, **options).to_dict(), report.to_dict())
        yield from _typed(text, report, options)
        value = _plain(text)
        if value is not None:
            yield from _in_other_words(value, report, options)
        if case.choices["command"] is not None:
            yield from _by_command(text, folder, case)


def _typed(text: bytes, report: Report, options: Mapping[str, Any]) -> Iterator[str]:
    try:
        model = validate_ome_json(text, **options)
    except ValidationError as error:
        if report.valid and report.kind is not None:
            yield f"typed object is refused although it is valid: {error}"
        return
    except NgffError as error:
        yield f"typed object: {error!r}"
        return
    if not report.valid:
        yield "typed object of an invalid document: " + report.summary()
    if max(text.count(b"["), text.count(b"{")) < DEEP and not same_json(
        json.loads(model.to_json(validate=False)), json.loads(text)
    ):
        yield "typed object is written otherwise: " + model.to_json(validate=False)[:2000]


def _plain(text: bytes) -> Any:
    """Return the value of a document that Python's JSON reads as ours does; ``None`` of others."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a key twice")
        return dict(pairs)

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        value = json.loads(text.decode(), object_pairs_hook=once, parse_constant=refuse)
        again = json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return None
    held = json.loads(again) == value and b"\\ud" not in text.lower()
    return value if held and max(text.count(b"["), text.count(b"{")) < DEEP else None


def _in_other_words(value: Any, report: Report, options: Mapping[str, Any]) -> Iterator[str]:
    """Yield where another spelling of the same document is judged otherwise."""
    expected = findings(report)
    told = check_object(value, **options)
    if any(issue.rule == "document-not-json" for issue in report.issues):  # the text has no pointer, but a line
        yield from same("check_object", [issue.rule for issue in told.issues], ["document-not-json"])
        return
    yield from same("check_object", findings(told), expected)
    spaced = json.dumps(value, indent=3, ensure_ascii=True).encode()
    yield from same("spaces and escapes", findings(check_json(spaced, **options)), expected)
    turned = json.dumps(_turned(value)).encode()
    yield from same("order of keys", findings(check_json(turned, **options)), expected)
    more = check_json(json.dumps(_with_foreign(value)).encode(), **options)
    yield from same("foreign keys", (more.status, _errors(more)), (report.status, _errors(report)))


def _errors(report: Report) -> list[tuple[str, str, str, str]]:
    return [found for found in findings(report) if found[1] == "error"]


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(value)}
    return [_turned(item) for item in value] if isinstance(value, list) else value


def _with_foreign(value: Any) -> Any:
    """Return a document with unknown keys in its attributes, its OME metadata and the entries of that."""
    if not isinstance(value, dict):
        return value
    changed_ = {**value, f"{FOREIGN}note": {"a": [1, None]}} if not ZARR.intersection(value) else dict(value)
    for key in ("attributes", "ome", "plate", "well", "image-label"):
        if isinstance(changed_.get(key), dict):
            changed_[key] = _with_foreign(changed_[key])
    if isinstance(changed_.get("multiscales"), list):
        changed_["multiscales"] = [_with_foreign(entry) for entry in changed_["multiscales"]]
    return changed_


def _by_command(text: bytes, folder: Path, case: Case) -> Iterator[str]:
    file = folder / "document.json"
    file.write_bytes(text)
    format_ = case.choices["command"]
    done = ran("validate", file, "--format", format_, "--no-config")
    yield from of_command(done, json_out=format_ in ("json", "sarif"))
    yield from of_command(ran("conformance", "attributes", file), json_out=True)
    if file.read_bytes() != text or len(list(folder.iterdir())) != 1:
        yield "files: something was written"


DOCUMENTS = Documents()
