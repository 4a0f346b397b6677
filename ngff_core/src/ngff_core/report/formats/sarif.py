"""SARIF 2.1.0, the exchange format of static analysis: one run, with a result for every finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from ngff_core.issues.issue import Issue
from ngff_core.issues.pages import page_of
from ngff_core.issues.requirement import Severity
from ngff_core.report.formats.files import file_of, uri_of
from ngff_core.report.formats.json import dump
from ngff_core.report.formats.text_parts import details, location_of, one_line
from ngff_core.report.report import Report
from ngff_core.report.summary import Summary
from ngff_core.structure.values import JSONObject
from ngff_core.version import __version__

__all__ = ["render"]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(reports: Iterable[Report], options: Mapping[str, Any]) -> Iterator[str]:
    """Yield one SARIF log, the results of each store as they come; the rules that were broken stand at the end.

    ``options["rules"]`` is a function that returns what there is to say of rules (see `ngff_core.explain`).
    """
    broken: dict[str, tuple[int, Issue]] = {}
    summary = Summary()
    extensions: dict[str, str] = {}
    yield f'{{\n"$schema": "{SCHEMA}",\n"version": "2.1.0",\n"runs": [\n{{\n"results": ['
    separator = "\n"
    for report in reports:
        seen: Counter[str] = Counter()
        summary.count(report)
        extensions.update(report.rule_set)
        yield ""
        for issue in report.issues:
            index, _ = broken.setdefault(issue.rule, (len(broken), issue))
            result = _result(report, issue, index, seen, options)
            yield separator + dump(result, indent=False)
            separator = ",\n"
    rows = options["rules"]() if broken and "rules" in options else []
    known = {row["id"]: row for row in rows}
    rules = [_rule(issue, known.get(issue.rule)) for _, issue in broken.values()]
    run = {
        "invocations": [{"executionSuccessful": not summary.statuses["unreadable"]}],
        "tool": _tool(rules, extensions),
        "properties": {"summary": summary.to_dict()},
    }
    yield "\n],\n" + dump(run, indent=False)[1:] + "\n]\n}\n"


def _result(report: Report, issue: Issue, index: int, seen: Counter[str], options: Mapping[str, object]) -> JSONObject:
    hint = f"hint: {one_line(issue.hint)}" if issue.hint else ""
    text = "; ".join(filter(None, (one_line(issue.message), details(issue), hint, f"at {location_of(issue)}")))
    fingerprint = _fingerprint(report, issue, seen, options)
    result: JSONObject = {
        "ruleId": issue.rule,
        "ruleIndex": index,
        "level": LEVELS[issue.severity],
        "message": {"text": text.replace("](", "] (")},  # which would be a link
        "partialFingerprints": {"ngffFinding/v1": fingerprint, "primaryLocationLineHash": fingerprint},
        "properties": {"store": report.url, "version": report.version, **issue.to_dict()},
    }
    location = _location(report, issue, options)
    if location:
        result["locations"] = [location]
    return result


def _location(report: Report, issue: Issue, options: Mapping[str, object]) -> JSONObject:
    location: JSONObject = {}
    path = file_of(report, issue, options)
    if path is not None or report.url:
        uri = uri_of(report.url if path is None else path)
        location["physicalLocation"] = {"artifactLocation": {"uri": uri}}
    name = issue.node.rpartition("/")[2]
    logical = [{"name": name, "fullyQualifiedName": issue.node, "kind": issue.kind or "node"}] if issue.node else []
    if issue.pointer:
        last = issue.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        kind = "value" if last.isdecimal() else "property"
        logical.append({"name": last, "fullyQualifiedName": issue.pointer, "kind": kind})
    if logical:
        location["logicalLocations"] = logical
    return location


def _fingerprint(report: Report, issue: Issue, seen: Counter[str], options: Mapping[str, object]) -> str:
    """Return what stays the same from run to run: rule and location, not the words; equal ones are numbered."""
    store = file_of(report, None, options) or report.url
    parts = (store, issue.node, issue.document or "", issue.pointer, issue.rule, issue.entry or "")
    key = sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]
    seen[key] += 1
    return f"{key}:{seen[key]}"


def _tool(rules: list[JSONObject], rule_set: Mapping[str, str]) -> JSONObject:
    """Describe the tool, the rules that were broken, and the distributions whose rules were run."""
    extensions = [{"name": name, "version": version} for name, version in sorted(rule_set.items())]
    return {"driver": {"name": "ngff", "version": __version__, "rules": rules}, "extensions": extensions}


def _rule(issue: Issue, row: Mapping[str, Any] | None) -> JSONObject:
    """Describe a rule: what the registry knows of it, else what its first finding tells."""
    if row is None:
        return {"id": issue.rule, "defaultConfiguration": {"level": LEVELS[issue.requirement.severity]}}
    described: JSONObject = {
        "id": issue.rule,
        "shortDescription": {"text": row["summary"]},
        "fullDescription": {"text": " ".join(filter(None, (row["summary"], row["documentation"].replace("\n", " "))))},
        "defaultConfiguration": {"level": LEVELS[Severity(row["severity"])]},
        "properties": {"tags": [row["requirement"]], "versions": row["versions"], "plugin": row["plugin"]},
    }
    if row["aliases"]:
        described["deprecatedIds"] = row["aliases"]
    section = list(row["specification"].values())[-1:]
    address = page_of(issue.rule) or next(iter(section), None)
    if address:
        described["helpUri"] = address
        title = "Specification" if [address] == section else "Explained"
        described["help"] = {
            "text": f"{row['summary']} See {address}, or run: ngff rules {issue.rule}",
            "markdown": f"{row['summary']} [{title}]({address}), or run `ngff rules {issue.rule}`",
        }
    return described
