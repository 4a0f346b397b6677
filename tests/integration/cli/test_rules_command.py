"""`ngff rules`: one rule explained, several listed, all exported."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import attrs
import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from commands import Run

from ngff_core import Context, Example, Issue, Registry, Rule, hookimpl, rule
from ngff_core.checking.catalogue import entries_of
from ngff_core.explain import docs_of, rule_table
from ngff_core.explain.examples import with_entry, with_examples
from ngff_core.explain.page import written
from ngff_core.issues.findings import FINDINGS
from ngff_core.issues.requirement import SHOULD, Severity
from ngff_core.models.image import Multiscale
from ngff_core.plugins import default_registry

SPECIFICATION = "https://ngff.openmicroscopy.org/0.{}/index.html#{}"


def test_a_rule_explained(run: Run) -> None:
    ran = run("rules", "omero-channel-color-hex6")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "omero-channel-color-hex6  MUST  (versions 0.4, 0.5; from ngff-v04, since 0.1.0)",
        "",
        "A color is six hexadecimal digits, RGB, without `#`.",
        "",
        "MUST: the specification demands it; what breaks it is reported as error.",
        "Other tools: yaozarrs 0.3.4 accepts and strips `#`, and takes three digits;"
        " ome-zarr-models 1.8.1 takes anything that begins right.",
        f"Specification: {SPECIFICATION.format(4, 'omero-md')}, {SPECIFICATION.format(5, 'omero-md')}",
        "",
        "Wrong:",
        '  {"channels":[{"color":"#00FF00","window":{"start":0,"end":255,"min":0,"max":255}}]}',
        "    error: color '#00FF00' is not six hexadecimal digits",
        '  {"channels":[{"color":"red","window":{"start":0,"end":255,"min":0,"max":255}}]}',
        "    error: color 'red' is not six hexadecimal digits",
        "",
        "Right:",
        '  {"channels":[{"color":"FF0000","window":{"start":0,"end":255,"min":0,"max":255}}]}',
        '  {"channels":[{"color":"00ff7F","window":{"start":0,"end":255,"min":0,"max":255}}]}',
        "",
        'To mend: write "00FF00" (in the first example)',
        "",
        "Fix: safe: Write the colour as six hexadecimal digits: `#` goes, three digits become six, names and numbers"
        " their value.",
        "Fix: unsafe (--decide color-opacity=...): Take the opacity out of a colour.",
    ]


def test_an_entry_that_faults_of_structure_stand_for(run: Run) -> None:
    lines = run("rules", "axes-name-present").out.splitlines()
    assert lines[:4] == [
        "structure-missing  MUST  (versions 0.4, 0.5; from ngff-core, since 0.1.0)",
        "",
        "axes-name-present: the key `name` is there.",
        "The key: SpaceAxis.name, TimeAxis.name, ChannelAxis.name, CustomAxis.name",
    ]
    assert lines[-10:] == [
        "Wrong:",
        '  {"type":"space"}',
        "    error: required key 'name' is missing",
        "",
        "Right:",
        '  {"name":"y","type":"space"}',
        "",
        "To mend: add 'name' (string)",
        "",
        "Fix: safe: Give a required key its name, where it is there under one that is a slip for it.",
    ]
    assert f"Specification: {SPECIFICATION.format(4, 'axes-md')}, {SPECIFICATION.format(5, 'axes-md')}" in lines


def test_a_finding_of_core(run: Run) -> None:
    out = run("rules", "document-nan").out
    assert '\nWrong:\n  {"fill_value": NaN}\n\nRight:\n  {"fill_value": "NaN"}\n\nTo mend: write null, ' in out


def test_an_entry_that_a_rule_answers_for(run: Run) -> None:
    out = run("rules", "series-order-matches-ome-xml").out
    assert out.startswith("collection-one-image-per-group  MUST  ")
    assert "\nAlso answers for: series-order-matches-ome-xml\n" in out


def lab(image: Multiscale, ctx: Context) -> Iterator[Issue]:
    """Images have a name that says something.

    Nobody finds an image called test.

    Peers: nobody looks.

    To mend: rename the image.
    """
    if image.name == "test":
        yield ctx.issue("says nothing", "name", severity=Severity.INFO)


class Lab:
    @hookimpl
    def ngff_rules(self, version: str) -> list[Rule]:
        made = rule(
            "lab/named", on=Multiscale, requirement=SHOULD, since="1.2", aliases=["lab/name"], options={"words": 2},
            valid=[{"name": "fly"}], invalid=[Example({"name": "test"}, "as made")],
        )  # fmt: skip
        return [made(lab)]


@pytest.mark.parametrize("name", ["lab/named", "lab/name"])
def test_a_rule_of_a_third_party(name: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ngff_core.cli.rules.registry_without", lambda _: Registry(plugins=[Lab()]))
    assert run("rules", name).out.splitlines() == [
        "lab/named  SHOULD  (versions 0.4, 0.5; from Lab, since 1.2)",
        "",
        "Images have a name that says something.",
        "",
        "Nobody finds an image called test.",
        "",
        "SHOULD: Lab recommends it; what breaks it is reported as warning.",
        "Other tools: nobody looks.",
        "Earlier ids: lab/name",
        "Options: words (unless stated: 2)",
        "",
        "Wrong:",
        '  {"name":"test"}   (as made)',
        "    info: says nothing",
        "",
        "Right:",
        '  {"name":"fly"}',
        "",
        "To mend: rename the image.",
    ]
    assert [line.split()[1] for line in run("rules", "lab/").out.splitlines()] == ["lab/named"]


def test_the_first_words_of_ids_list_those_rules(run: Run) -> None:
    ids = [line.split()[1] for line in run("rules", "omero-channel").out.splitlines()]
    assert ids == [
        "omero-channel-color-present",
        "omero-channel-color-hex6",
        "omero-channel-window-present",
        "omero-channel-count-matches-array",
    ]
    rows = json.loads(run("rules", "omero-channel", "--format", "json").out)
    assert [row["id"] for row in rows] == ids


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["axes-cont"], "no rule is called 'axes-cont'; did you mean 'axes-count'?"),
        (["giraffe"], "no rule is called 'giraffe'; `ngff rules` lists them"),
        (["zarr-format-3", "--version", "0.4"], "rule 'zarr-format-3' is not a rule of version 0.4"),
    ],
)
def test_unknown_rules(args: list[str], message: str, run: Run) -> None:
    assert run("rules", *args) == (2, "", f"Error: {message}\n")


def test_fixes_are_told(run: Run) -> None:
    assert "\n\nFix: safe: Leave a unit out that is null.\n" in run("rules", "axes-unit-string").out  # an entry
    assert "Fix: " not in run("rules", "axes-names-unique").out
    (row,) = json.loads(run("rules", "transform-scale-meaning", "--format", "json").out)
    assert [(fix["safe"], fix["decision"], fix["versions"]) for fix in row["fixes"]] == [(False, None, ["0.4", "0.5"])]
    assert "\n\n`ngff fix`: Add the type " in run("rules", "axes-type-present", "--format", "markdown").out
    table = run("rules", "--format", "markdown").out
    assert "\n| yes | `axes-type-present` | Add the type " in table


def test_export_as_json(run: Run) -> None:
    rows = {row["id"]: row for row in json.loads(run("rules", "--format", "json").out)}
    assert rows.keys() == {rule.id for v in ("0.4", "0.5") for rule in default_registry().rules(v)} | FINDINGS.keys()
    row = rows["plate-rows-nonempty"]
    assert (row["peers"], row["mend"], row["since"], row["preview"]) == (
        "ome-zarr-models 1.8.1 accepts an empty list.",
        "expected is at least one row (in the first example)",
        "0.1.0",
        False,
    )
    assert row["specification"] == {
        "0.4": SPECIFICATION.format(4, "plate-md"),
        "0.5": SPECIFICATION.format(5, "plate-md"),
    }
    assert [each["message"] for each in row["wrong"]] == ["rows is empty"]
    assert [each["message"] for each in row["right"]] == [None]


def test_export_as_markdown(run: Run) -> None:
    out = run("rules", "--format", "markdown", "--version", "0.5").out
    listed = re.findall(r"^\| `([^`]+)` \|", out, re.MULTILINE)
    assert sorted(listed) == sorted([*(rule.id for rule in default_registry().rules("0.5")), *FINDINGS])


def headings(text: str) -> list[str]:
    return re.findall(r"^#+ .*", text, re.MULTILINE)


def test_page_of_a_rule(run: Run) -> None:
    page = run("rules", "plate-field-count-present", "--format", "markdown").out
    titles = ["Wrong", "Right", "How to mend it", "How much it weighs", "About this rule"]
    assert headings(page) == ["# `plate-field-count-present`", *(f"## {title}" for title in titles)]
    address = SPECIFICATION.format(5, "plate-md")
    assert f"| 0.5 | SHOULD | warning | [plate-md]({address}) |\n" in page


def test_page_of_an_entry_of_the_catalogue(run: Run) -> None:
    page = run("rules", "axes-name-present", "--format", "markdown").out
    assert page.startswith(
        "# `axes-name-present`\n\nThe key `name` is there.\n\nReported as `structure-missing` (error), with"
    )
    assert '## Wrong\n\n```json\n{"type": "space"}\n```\n\nerror: `required key \'name\' is missing`' in page
    assert "- `--ignore axes-name-present` leaves it out" in page


def test_page_of_a_rule_that_is_also_a_fault_of_structure(run: Run) -> None:
    page = run("rules", "omero-channel-window-present", "--format", "markdown").out
    assert "With `--profile lenient` it is reported as warning." in page
    assert [title for title in headings(page) if "Found as" in title] == ["## Found as `structure-type`"]
    assert headings(page).count("### Wrong") == headings(page).count("## Wrong") == 1


def test_page_of_a_finding_of_core(run: Run) -> None:
    page = run("rules", "document-nan", "--format", "markdown").out
    assert '```json\n{"fill_value": NaN}\n```' in page
    assert "MUST, reported as error: a finding of core, whatever the version." in page


def test_examples_on_pages_are_what_they_are(rows: Rows) -> None:
    """What is laid out for people is still the same JSON."""
    for row in rows:
        for example in with_examples(row, default_registry())["wrong"]:
            if not isinstance(example["data"], str):
                assert json.loads(written(example["data"])) == example["data"]


def test_where_there_is_a_site_it_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Page:" not in run("rules", "axes-count").out
    monkeypatch.setenv("NGFF_DOCS", "https://docs.example.org")
    assert "\nPage: https://docs.example.org/rules/axes-count.html\n" in run("rules", "axes-count").out


Rows = list[dict[str, Any]]


@pytest.fixture
def rows() -> Rows:
    return rule_table(default_registry(), ["0.4", "0.5"])


def test_every_rule_has_examples_and_a_way_to_mend_it(rows: Rows) -> None:
    for row in rows:
        told = with_examples(row, default_registry())
        assert told["mend"], row["id"]
        if row["requirements"]:
            assert told["wrong"], row["id"]
            assert told["right"], row["id"]
            assert all(example["message"] for example in told["wrong"]), row["id"]


def test_every_entry_of_a_fault_has_examples(rows: Rows) -> None:
    entries: set[tuple[str, str]] = set()
    for version in ("0.4", "0.5"):
        for entry, faults in entries_of(default_registry().spec(version)).items():
            entries.update((entry, fault) for fault in faults)
    assert len(entries) > 80
    known = {row["id"]: row for row in rows}
    for entry, fault in sorted(entries):
        told = with_entry(known[fault], entry, default_registry())
        assert told["keys"], entry
        assert told["versions"], entry
        assert len(told["wrong"]) == len(told["right"]) == 1, entry
        assert told["mend"], entry


def test_what_peers_do_is_apart_from_what_the_rule_says(rows: Rows) -> None:
    names = re.compile(r"yaozarrs|ome-zarr-models|\b[Pp]eers?\b|other validator")
    assert [row["id"] for row in rows if names.search(row["documentation"])] == []
    assert sum(row["peers"] is not None for row in rows) > 50


@pytest.mark.parametrize(
    ("documentation", "told"),
    [
        ("", ("", None, None)),
        ("All there is.", ("All there is.", None, None)),
        ("Peers: x does\nnot look.", ("", "x does not look.", None)),
        ("First.\n\nTo mend: write it.\n\nPeers: y.\n\nLast.", ("First.\n\nLast.", "y.", "write it.")),
    ],
)
def test_parts_of_the_documentation(documentation: str, told: Any) -> None:
    assert attrs.astuple(docs_of(documentation)) == told
