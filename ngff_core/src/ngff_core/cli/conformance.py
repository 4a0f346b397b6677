"""`ngff conformance`: evaluate one document or store and answer as the conformance tests of OME-NGFF want it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

import attrs
import click

from ngff_core.checking.settings import Settings
from ngff_core.cli.common import (
    VERSION,
    echo,
    no_plugin_option,
    registry_without,
    storage_options,
    storage_options_of,
)
from ngff_core.cli.screen.colors import color_option
from ngff_core.cli.screen.command import CoreCommand, leave
from ngff_core.cli.screen.completing import FILES, VERSIONS
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode
from ngff_core.installing import pip_install
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Severity
from ngff_core.masking import hidden_json
from ngff_core.plugins.registry import Registry
from ngff_core.report.formats.json import dump
from ngff_core.report.formats.text_parts import one_line
from ngff_core.report.report import Report, place_of
from ngff_core.stores import MAX_DOCUMENT
from ngff_core.stores.capabilities import url_of
from ngff_core.validation.calls import check_store
from ngff_core.validation.validator import Validator
from ngff_core.words import counted, meant_path, printable
from ngff_core.zarr.text import parse_json

__all__ = ["command"]

OWN = "_conformance"  # the key under which the official tests say what they expect, in the attributes themselves
LABEL = "image-label"
NOT_ALONE = "label-multiscales-present"  # what cannot be asked of a label object that stands for itself
NO_STORE = "check the path; for a single document: ngff conformance attributes FILE"
SHOWN = 3
_VERSION = re.compile(r'"\d+\.\d+.*"', re.ASCII)


@click.command("conformance", cls=CoreCommand)
@click.argument("mode", type=click.Choice(["attributes", "zarr"]))
@click.argument("path", shell_complete=FILES)
@click.option(
    "--version",
    type=VERSION,
    shell_complete=VERSIONS,
    metavar="VERSION",
    help="Judge as this version, whatever the file says.",
)
@click.option("--strict", is_flag=True, help="Count warnings (SHOULD), too.")
@storage_options
@color_option
@no_plugin_option
def command(
    mode: str, path: str, version: str | None, strict: bool, blocked: tuple[str, ...], **connection: Any
) -> None:
    """Answer as the conformance tests of OME-NGFF want it: one JSON object with "valid" and "message".

    attributes PATH is a JSON file with the attributes of a group, or - for standard input; zarr PATH is a whole
    hierarchy: a directory, a zip archive or an address.

    Exit code: 0 judged, whatever came of it; 2 wrong usage; 3 could not be read or judged.
    """
    registry = registry_without(blocked)
    if version is not None:
        registry.spec(version)
    elif not registry.specs:
        _give_up(path, "no version of the specification is installed", pip_install("ngff-v05"))
    options = storage_options_of(connection)
    if mode == "zarr":
        report, states_strict = _evaluate_store(path, version, registry, options)
    elif options:
        raise click.UsageError("Options on remote stores go with zarr, not with attributes.")
    else:
        report, states_strict = _evaluate_attributes(_read(path), version, registry)
    report = attrs.evolve(report, issues=list(_of_the_specification(report, registry)))
    problem = _not_evaluated(report)
    if problem is not None:
        _give_up(path, problem.message, _meant(path) or NO_STORE if problem.rule == "store-not-found" else problem.hint)
    strict = strict or states_strict
    answer = {"valid": _valid(report, strict), "message": _message(report, strict)}
    echo(dump(hidden_json(answer), indent=False))


def _evaluate_attributes(text: bytes, version: str | None, registry: Registry) -> tuple[Report, bool]:
    """Check the attributes of a group, without what they say to the tests; tell whether that is to be strict.

    The tests of labels only hold an object ``image-label``, which is evaluated by itself.
    """
    value, problems = parse_json(text)
    if value is None and problems:
        return Report(url="", version=version, issues=problems), False
    strict = False
    for holder in (value, value.get("attributes")) if isinstance(value, dict) else ():
        if isinstance(holder, dict):
            strict = _strict(holder.pop(OWN, None)) or strict
    report = Validator(registry, Settings(version=version)).object(value)
    issues = [*problems, *report.issues]
    if _is_label_alone(value):
        issues = [issue for issue in issues if NOT_ALONE not in issue.ids]
    return attrs.evolve(report, issues=issues), strict


def _evaluate_store(path: str, version: str | None, registry: Registry, options: dict[str, Any]) -> tuple[Report, bool]:
    """Check a hierarchy; tell whether the attributes of its root say that it is to be strict."""
    stated: list[bool] = []

    def at_root(node: GroupNode | ArrayNode) -> None:
        if node.path == "" and isinstance(node, GroupNode):
            stated.append(_strict(node.document.attributes.get(OWN)))

    report = check_store(path, version=version, registry=registry, storage_options=options, on_node=at_root)
    return report, any(stated)


def _strict(own: object) -> bool:
    return isinstance(own, dict) and own.get("strict") is True


def _is_label_alone(value: object) -> bool:
    """Tell whether a document has nothing but the metadata of a label image."""
    if not isinstance(value, dict):
        return False
    inside = value.get("ome", value)
    return isinstance(inside, dict) and LABEL in inside and set(inside) <= {LABEL, "version"}


def _of_the_specification(report: Report, registry: Registry) -> Iterator[Issue]:
    """Yield the findings that are not those of rule packs: it is the specification that is asked about."""
    if report.version is None or report.version not in registry.specs:
        yield from report.issues
        return
    own = {info.distribution for info in registry.plugins if report.version in info.specs}
    foreign = {rule.id for rule in registry.rules(report.version) if rule.plugin not in own}
    yield from (issue for issue in report.issues if issue.rule not in foreign)


def _not_evaluated(report: Report) -> Issue | None:
    """Return what kept a document or store from being evaluated, if anything did.

    One that could be read and has no OME-Zarr metadata, or names a version that there cannot be, was evaluated.
    """
    if report.status != "unreadable":
        return None
    in_the_way = [issue for issue in report.issues if issue.severity is Severity.ERROR and not _is_wrong(issue)]
    return in_the_way[0] if in_the_way else None


def _is_wrong(issue: Issue) -> bool:
    if issue.rule == "version-not-installed":
        return not _VERSION.fullmatch(issue.found or "")
    return issue.judged or issue.rule == "store-without-metadata"


def _valid(report: Report, strict: bool) -> bool:
    return report.exit_code(strict=strict) == 0


def _message(report: Report, strict: bool) -> str:
    """Return in one line what was evaluated, and the first findings that count."""
    levels = [Severity.ERROR, Severity.WARNING]
    numbers = [counted(report.count(level), level.value) for level in levels if report.count(level)]
    counting = levels if strict else levels[:1]
    issues = sorted((i for i in report.issues if i.severity in counting), key=lambda i: counting.index(i.severity))
    what = f"OME-Zarr {report.version} {report.kind or ''}".rstrip() if report.version else "no OME-Zarr version"
    parts = [f"{what}: {', '.join(numbers)}" if numbers else what]
    parts += [f"{i.rule} at {place_of(i)}: {i.message}" for i in issues[:SHOWN]]
    if len(issues) > SHOWN:
        parts.append(f"and {len(issues) - SHOWN} more")
    return "; ".join(map(one_line, parts))


def _read(path: str) -> bytes:
    """Return the bytes of a file, or of standard input; end the command when there are none to be had."""
    try:
        if path == "-":
            text = sys.stdin.buffer.read(MAX_DOCUMENT + 1)
        else:
            with open(path, "rb") as file:
                text = file.read(MAX_DOCUMENT + 1)
    except IsADirectoryError:
        _give_up(path, "it is a directory", "for a whole store: ngff conformance zarr PATH")
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).strip()
        _give_up(path, f"{reason[:1].lower()}{reason[1:]}", _meant(path))
    if len(text) > MAX_DOCUMENT:
        _give_up(path, f"it has more than {MAX_DOCUMENT >> 20} MiB", None)
    return text


def _meant(path: str) -> str | None:
    near = meant_path(path)
    return f"did you mean {near}?" if near is not None else None


def _give_up(path: str, reason: str, hint: str | None) -> NoReturn:
    """Say on stderr what kept the command from evaluating, and leave: a test runner takes this for an error."""
    text = f"Error: {url_of(path)} could not be judged: {reason}" + (f" (hint: {hint})" if hint else "")
    click.echo(printable(text), err=True)
    leave(3)
