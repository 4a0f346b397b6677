"""Reports travel between processes, with all that they are made of; an error is known by the path users import."""

from __future__ import annotations

import pickle
import traceback

import ngff_core
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, Severity
from ngff_core.report.partial import ReadStats
from ngff_core.report.report import Report, ValidationError

ISSUE = Issue("axes-count", MUST, Severity.ERROR, "an image has 2 to 5 axes", pointer="/multiscales/0/axes")
REPORT = Report(url="image.zarr", version="0.5", issues=[ISSUE], counts={"image": 1}, stats=ReadStats(3, 100, 1))


def test_issues() -> None:
    assert pickle.loads(pickle.dumps(ISSUE)) == ISSUE


def test_reports() -> None:
    copy = pickle.loads(pickle.dumps(REPORT))
    assert copy.to_dict() == REPORT.to_dict()
    assert (copy.stats.requests, copy.stats.bytes, copy.stats.found) == (3, 100, 1)


def test_errors() -> None:
    copy = pickle.loads(pickle.dumps(ValidationError(REPORT)))
    assert type(copy) is ValidationError is ngff_core.ValidationError
    assert (str(copy), copy.report.to_dict()) == (REPORT.summary(), REPORT.to_dict())


def test_errors_are_named_by_the_public_path() -> None:
    (line, *_) = traceback.format_exception_only(ValidationError(REPORT))
    assert line.startswith("ngff_core.ValidationError: invalid: 1 error in image.zarr")
