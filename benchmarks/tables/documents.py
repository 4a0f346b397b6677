"""Single documents, in a process that has begun: another of the same form in every call, or one again and again.

What is equal from call to call could be remembered, which is no help with real documents.
"""

from __future__ import annotations

import gc
import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path

import data
import orjson
from measuring import DIFFERENT, DOCUMENTS, HERE, Effort, Row, Table, has, measure

from ngff_core import check_json
from ngff_core.checking.settings import Settings
from ngff_core.plugins import default_registry
from ngff_core.structure import structure

__all__ = ["TABLE"]

SHARED = os.environ.get("NGFF_SHARED", HERE.parent.parent / "shared")
SCHEMAS = Path(SHARED) / "spec" / "suites" / "0.4" / "schemas"

Work = Callable[[bytes], object]


def model_and_rules(kind: str) -> Work:
    """Parse, structure and run every rule on one document whose kind is known."""
    registry = default_registry()
    version = registry.version("0.4", Settings())
    cls = next(k for k in registry.spec("0.4").kinds if k.name == kind).load()

    def work(text: bytes) -> object:
        typed, faults = structure(version.converter, orjson.loads(text), cls)
        issues, _ = version.checker.check_model(typed, faults, base=(), document=None, kind=kind)
        return issues

    return work


def yaozarrs_cached(name: str) -> Work:
    from pydantic import TypeAdapter
    from yaozarrs import v04

    cls = {"image": v04.Image, "plate": v04.Plate, "label": v04.LabelImage}[name]
    return TypeAdapter(cls).validate_json


def yaozarrs_call() -> Work:
    import yaozarrs

    return yaozarrs.validate_ome_json


def json_schema(name: str) -> Work:
    import jsonschema_rs

    validator = jsonschema_rs.validator_for(json.loads((SCHEMAS / f"{name}.schema").read_text()))
    return lambda text: validator.is_valid(orjson.loads(text))


def contestants(name: str) -> dict[str, Work]:
    """Return what is measured for a kind of document; the first is the limit."""
    found: dict[str, Work] = {
        "limit: `orjson.loads`": orjson.loads,
        "ngff, model and all rules": model_and_rules("label-image" if name == "label" else name),
        "ngff, `check_json`": check_json,
    }
    if has("yaozarrs"):
        found["yaozarrs, cached"] = yaozarrs_cached(name)
        found["yaozarrs, call"] = yaozarrs_call()
    if has("jsonschema_rs") and SCHEMAS.is_dir():
        found["jsonschema-rs"] = json_schema(name)
    return found


def assert_clean(found: dict[str, Work], texts: Iterable[bytes]) -> None:
    """Make sure that the documents take the way of valid ones."""
    for text in texts:
        assert found["ngff, model and all rules"](text) == []
        assert not check_json(text).issues
        assert found.get("jsonschema-rs", bool)(text)


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds that one call takes, averaged over about 30 ms of calls."""
    gc.collect()
    work()
    begin = time.perf_counter()
    work()
    once = max(time.perf_counter() - begin, 1e-7)
    number = max(1, int(0.03 / once))
    begin = time.perf_counter()
    for _ in range(number):
        work()
    return (time.perf_counter() - begin) / number


def call_by_call(work: Work, texts: Sequence[bytes]) -> Callable[[], object]:
    """Return what calls with the next text each time."""
    following = cycle(texts).__next__
    return lambda: work(following())


def row(effort: Effort, name: str, title: str, number: int, unlike: bool = False) -> Row:
    """Measure a kind of document; ``unlike``: none is of the form of another, as if each were of another program."""
    made = (data.document(name, place) | ({"run": place} if unlike else {}) for place in range(number))
    texts = [orjson.dumps(document) for document in made]
    works = contestants(name)
    assert_clean(works, texts[:20])
    found = {key: call_by_call(work, texts) for key, work in works.items()}
    ratios, limit = measure(found, seconds, effort.rounds(15))
    shown = (f"{ratios[key]:.1f}x" if key in found else "" for key in COLUMNS[1:])
    return title, [f"{limit * 1e6:.0f} µs", *shown]


COLUMNS = [
    "limit: `orjson.loads`",
    "ngff, model and all rules",
    "ngff, `check_json`",
    "yaozarrs, cached",
    "yaozarrs, call",
    "jsonschema-rs",
]
TABLE = Table(
    "one document, another in every call",
    COLUMNS,
    {name: partial(row, name=name, title=DOCUMENTS[name], number=DIFFERENT[name]) for name in DOCUMENTS}
    | {
        "image-unlike": partial(
            row,
            name="image",
            title="image documents, none like another",
            number=DIFFERENT["image"],
            unlike=True,
        )
    }
    | {
        f"{name}-again": partial(row, name=name, title=f"the same {name} again and again", number=1)
        for name in DOCUMENTS
    },
)
