"""Which file a finding lies in, for formats that point at files of a repository."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ngff_core.issues.issue import Issue
from ngff_core.report.report import Report

__all__ = ["file_of", "is_address", "uri_of"]

ARCHIVES = (".ozx", ".zip")


def file_of(report: Report, issue: Issue | None, options: Mapping[str, Any]) -> str | None:
    """Return the path or address of the document that a finding lies in; ``None`` when there is no file.

    What lies in a zip archive is located at the archive. Local paths are made relative to ``options["workspace"]``
    (the checkout that a service shows findings on), where they are below it.
    """
    if report.url in ("", "-"):
        return None
    path = report.url.rstrip("/\\") or report.url
    if issue is not None and not path.endswith(ARCHIVES):
        path = "/".join(part for part in (path, issue.node, issue.document) if part)
    return path if is_address(path) else _local(path, options.get("workspace"))


def is_address(path: str) -> bool:
    """Tell an address from a local path."""
    return "://" in path


def _local(path: str, workspace: str | None) -> str:
    if workspace:
        absolute, top = os.path.abspath(path), os.path.abspath(workspace)
        if absolute == top or absolute.startswith(os.path.join(top, "")):
            path = os.path.relpath(absolute, top)
    path = os.path.normpath(path)
    return path.replace("\\", "/") if os.sep == "\\" else path


def uri_of(path: str) -> str:
    """Return a path or an address as a URI reference (RFC 3986), whatever characters it holds."""
    from urllib.parse import quote

    if is_address(path):
        return quote(path, safe="%/:?#[]@!$&'()*+,;=~", errors="backslashreplace")
    quoted = quote(path, safe="/~", errors="backslashreplace")
    return f"file://{quoted}" if path.startswith("/") else quoted
