"""The report formats for other programs: SARIF, GitHub annotations, JUnit XML, Markdown; any text in them is safe."""

from __future__ import annotations

import io
import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngff_core.cli.common import write
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MAY, MUST, SHOULD, Requirement, Severity
from ngff_core.report import Report
from ngff_core.report.formats import github, junit, markdown, sarif
from ngff_core.report.formats.files import file_of, uri_of


def issue(rule: str = "axes-count", requirement: Requirement = MUST, message: str = "bad", **details: Any) -> Issue:
    return Issue(rule, requirement, requirement.severity, message, **details)


def lines(pieces: Iterator[str]) -> list[str]:
    return "".join(pieces).splitlines()


ERROR = issue(node="A/1", document="zarr.json", pointer="/attributes/x", found="5", expected="6", hint="write 6")
WARNING = issue("axes-unit-present", SHOULD, "no unit")
UNREAD = issue("document-unreadable", message="denied", judged=False)
ANY = st.text(st.characters())


# --- where the file is --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "node", "document", "path"),
    [
        ("a.zarr", "A/1", "zarr.json", "a.zarr/A/1/zarr.json"),
        ("./a.zarr/", "", ".zattrs", "a.zarr/.zattrs"),
        ("/data/a.zarr", "A", None, "/data/a.zarr/A"),
        ("../a.zarr", "", None, "../a.zarr"),
        ("a.ozx", "A/1", "zarr.json", "a.ozx"),
        ("a.zarr.zip", "", "zarr.json", "a.zarr.zip"),
        ("https://example.org/a.zarr", "0", "zarr.json", "https://example.org/a.zarr/0/zarr.json"),
        ("-", "", None, None),
        ("", "A", "zarr.json", None),
    ],
)
def test_the_file_of_a_finding(url: str, node: str, document: str | None, path: str | None) -> None:
    assert file_of(Report(url=url), issue(node=node, document=document), {}) == path


def test_files_are_relative_to_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path / "data")
    found = issue(document=".zattrs")
    options = {"workspace": str(tmp_path)}
    assert file_of(Report(url="a.zarr"), found, options) == "data/a.zarr/.zattrs"
    assert file_of(Report(url=str(tmp_path / "b.zarr")), found, options) == "b.zarr/.zattrs"
    assert file_of(Report(url="/elsewhere/c.zarr"), found, options) == "/elsewhere/c.zarr/.zattrs"
    assert file_of(Report(url="s3://bucket/c.zarr"), found, options) == "s3://bucket/c.zarr/.zattrs"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a.zarr/zarr.json", "a.zarr/zarr.json"),
        ("with space/µ#1%?.zarr", "with%20space/%C2%B5%231%25%3F.zarr"),
        ("c:odd/x", "c%3Aodd/x"),
        ("/data/a b", "file:///data/a%20b"),
        ("https://example.org/a b/%20c", "https://example.org/a%20b/%20c"),
        ("\ud800", "%5Cud800"),
    ],
)
def test_uris(path: str, uri: str) -> None:
    assert uri_of(path) == uri


# --- sarif --------------------------------------------------------------------------------------------


def test_a_sarif_result() -> None:
    reports = [Report(url="my store.zarr", version="0.5", issues=[ERROR, WARNING], rule_set={"ngff-v05": "0.1.0"})]
    (run,) = json.loads("".join(sarif.render(reports, {})))["runs"]
    first, second = run["results"]
    key = first.pop("partialFingerprints")
    assert key == {"ngffFinding/v1": key["primaryLocationLineHash"], "primaryLocationLineHash": key["ngffFinding/v1"]}
    assert re.fullmatch("[0-9a-f]{32}:1", key["ngffFinding/v1"])
    assert first.pop("properties") == {"store": "my store.zarr", "version": "0.5", **ERROR.to_dict()}
    assert first == {
        "ruleId": "axes-count",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "bad; found 5, expected 6; hint: write 6; at A/1  zarr.json /attributes/x"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": "my%20store.zarr/A/1/zarr.json"}},
                "logicalLocations": [
                    {"name": "1", "fullyQualifiedName": "A/1", "kind": "node"},
                    {"name": "x", "fullyQualifiedName": "/attributes/x", "kind": "property"},
                ],
            }
        ],
    }
    assert (second["ruleIndex"], second["level"]) == (1, "warning")
    assert run["tool"]["driver"]["rules"] == [
        {"id": "axes-count", "defaultConfiguration": {"level": "error"}},
        {"id": "axes-unit-present", "defaultConfiguration": {"level": "warning"}},
    ]
    assert run["tool"]["extensions"] == [{"name": "ngff-v05", "version": "0.1.0"}]
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_sarif_says_when_something_was_not_judged() -> None:
    (run,) = json.loads("".join(sarif.render([Report(url="a", issues=[UNREAD])], {})))["runs"]
    assert run["invocations"] == [{"executionSuccessful": False}]
    assert run["properties"]["summary"]["statuses"] == {"valid": 0, "invalid": 0, "unreadable": 1}


def test_sarif_fingerprints_need_no_words_and_number_what_is_alike() -> None:
    def prints(*issues: Issue) -> list[str]:
        log = json.loads("".join(sarif.render([Report(url="a", issues=list(issues))], {})))
        return [each["partialFingerprints"]["ngffFinding/v1"] for each in log["runs"][0]["results"]]

    (one,) = prints(ERROR)
    assert prints(attrs.evolve(ERROR, message="other words", hint=None, found="7")) == [one]
    assert prints(WARNING, ERROR)[1] == one
    assert prints(ERROR, ERROR) == [one, one[:-1] + "2"]
    assert prints(attrs.evolve(ERROR, pointer="/attributes/y")) != [one]


def test_sarif_is_written_as_reports_come() -> None:
    def reports() -> Iterator[Report]:
        yield Report(url="a", issues=[ERROR])
        raise AssertionError("the first is not written yet")

    pieces = filter(None, sarif.render(reports(), {}))
    next(pieces)
    assert '"ruleId":"axes-count"' in next(pieces)


@given(ANY)
def test_sarif_holds_any_text(text: str) -> None:
    found = issue(message=text, node=text, pointer=f"/{text}", found=text, hint=text)
    out = "".join(sarif.render([Report(url=text, issues=[found])], {}))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out)
    (result,) = json.loads(out)["runs"][0]["results"]
    assert result["properties"] == {"store": text, "version": None, **found.to_dict()}
    assert "](" not in result["message"]["text"]


# --- github -------------------------------------------------------------------------------------------


def test_github_annotations() -> None:
    reports = [
        Report(url="50%,a:b.zarr", issues=[WARNING, ERROR, attrs.evolve(ERROR, node="A/2")]),
        Report(url="c.zarr"),
    ]
    place = "%0Aat A/{}  zarr.json /attributes/x%0Afound 5, expected 6%0Ahint: write 6%0Ain 50%25,a:b.zarr"
    assert lines(github.render(reports, {})) == [
        f"::error file=50%25%2Ca%3Ab.zarr/A/1/zarr.json,title=axes-count::bad{place.format(1)}",
        "::warning file=50%25%2Ca%3Ab.zarr,title=axes-unit-present::no unit%0Aat /%0Ain 50%25,a:b.zarr",
        f"::error file=50%25%2Ca%3Ab.zarr/A/2/zarr.json,title=axes-count::bad{place.format(2)}",
        "ngff: 2 stores: 1 valid, 1 invalid",
    ]


def test_github_names_the_entry_and_no_file_where_there_is_none() -> None:
    fault = issue("structure-missing", entry="axes-name-present")
    assert lines(github.render([Report(url="-", issues=[fault])], {}))[0] == (
        "::error title=structure-missing (axes-name-present)::bad%0Aat /%0Ain -"
    )
    told = issue("x", MAY)
    remote = lines(github.render([Report(url="https://example.org/a", issues=[told])], {}))[0]
    assert remote == "::notice title=x::bad%0Aat /%0Ain https://example.org/a"


@given(ANY)
def test_github_writes_one_line_for_any_text(text: str) -> None:
    found = issue(message=text, node=text, pointer=f"/{text}", found=text, hint=text, document=text)
    out = "".join(github.render([Report(url=text, issues=[found])], {}))
    assert re.fullmatch(r"::error (file=[^:,\n]*,)?title=axes-count::[^\n]*\nngff: 1 store: 1 invalid\n", out)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]", out)


# --- junit --------------------------------------------------------------------------------------------


def suites(reports: list[Report], **options: Any) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring("".join(junit.render(reports, options))))


def test_junit_suites() -> None:
    first, second, third = suites(
        [
            Report(url="a", issues=[ERROR, WARNING, attrs.evolve(ERROR, node="A/2")], rule_set={"ngff-v05": "0.1.0"}),
            Report(url="b"),
            Report(url="c", issues=[UNREAD]),
        ]
    )
    assert first.attrib == {"name": "a", "tests": "2", "failures": "1", "errors": "0", "skipped": "0"}
    assert first.find("properties/property").attrib == {"name": "rule_set", "value": "ngff-v05 0.1.0"}  # type: ignore[union-attr]
    count, unit = first.findall("testcase")
    assert (count.attrib, unit.attrib) == (
        {"classname": "a", "name": "axes-count"},
        {"classname": "a", "name": "axes-unit-present"},
    )
    (failure,) = count
    assert failure.attrib == {"message": "bad (and 1 more)", "type": "error"}
    assert failure.text == "\n".join(
        f"error  at A/{n}  zarr.json /attributes/x\n  bad\n  found 5, expected 6\n  hint: write 6" for n in (1, 2)
    )
    assert [(each.tag, each.text) for each in unit] == [("system-out", "warning  at /\n  no unit")]
    assert [(each.tag, each.attrib["name"], list(each)) for each in second] == [("testcase", "ngff validate", [])]
    assert third.attrib["errors"] == "1"
    assert [each.tag for each in third[0]] == ["error"]


@pytest.mark.parametrize("report", [{"strict": True}, {"profile": "strict"}])
def test_junit_warnings_fail_when_strict(report: dict[str, Any]) -> None:
    (suite,) = suites([Report(url="a", issues=[WARNING], **report)])
    assert suite.attrib["failures"] == "1"
    assert suite[0][0].attrib["type"] == "warning"


@given(ANY)
def test_junit_is_xml_in_ascii_for_any_text(text: str) -> None:
    found = issue(rule=text, message=text, node=text, pointer=f"/{text}", found=text, hint=text, document=text)
    out = "".join(junit.render([Report(url=text, issues=[found])], {}))
    assert out.isascii()
    root = ElementTree.fromstring(out)
    assert [each.tag for each in root.iter()] == ["testsuites", "testsuite", "testcase", "failure"]


# --- markdown -----------------------------------------------------------------------------------------


def test_markdown_of_one_store() -> None:
    report = Report(
        url="a|b.zarr", version="0.5", kind="plate", issues=[ERROR, attrs.evolve(ERROR, node="A/2"), WARNING]
    )
    report = attrs.evolve(report, rule_set={"ngff-v05": "0.1.0"})
    assert lines(markdown.render([report], {})) == [
        "### ngff validate: 1 store, 1 invalid",
        "",
        "| store | verdict | version | kind | errors | warnings | info |",
        "| --- | --- | --- | --- | ---: | ---: | ---: |",
        "| `a\\|b.zarr` | **invalid** | `0.5` | plate | 2 | 1 | 0 |",
        "",
        "#### `a|b.zarr`",
        "",
        "- **error** `axes-count`, 2 times: `bad`  ",
        "  at `zarr.json /attributes/x in 2 nodes: A/1, A/2`  ",
        "  `found 5, expected 6`  ",
        "  hint: `write 6`",
        "",
        "<details><summary>1 warning</summary>",
        "",
        "- **warning** `axes-unit-present`: `no unit`  ",
        "  at `/`",
        "",
        "</details>",
        "",
        "Rules: `ngff-v05 0.1.0`",
    ]


def test_markdown_shows_warnings_when_they_fail() -> None:
    out = "".join(markdown.render([Report(url="a", issues=[WARNING], strict=True)], {}))
    assert "| `a` | **not strictly valid** |" in out
    assert "<details>" not in out


@pytest.mark.parametrize("text", ["x", "`", "``` ", "|" * 300, "@" * 5000, "\n" * 200])
def test_markdown_is_bounded(text: str) -> None:
    issues = [
        issue(f"rule-{n}", MUST, f"{n} {text}", node=text, pointer=text, found=text, hint=text) for n in range(300)
    ]
    reports = [Report(url=f"{n}{text}", issues=issues if n % 2 else []) for n in range(400)]
    out = "".join(markdown.render(reports, {}))
    assert len(out) <= markdown.LIMIT
    assert "stores more, for which there is no room here." in out
    assert "There is no room here for more findings" in out


@pytest.mark.parametrize(
    ("text", "span"),
    [("a", "`a`"), ("a`b", "``a`b``"), ("`a", "`` `a ``"), ("``", "``` `` ```"), (" a", "`  a `"), ("", "` `")],
)
def test_code_spans(text: str, span: str) -> None:
    assert markdown.code(text) == span


# --- every format -------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", [sarif, github, junit, markdown])
def test_what_is_not_reported_is_counted(module: Any) -> None:
    report = Report(url="a", suppressed_for={("axes-count", "ignore"): 3})
    out = "".join(module.render([report], {}))
    if module is sarif:
        assert json.loads(out)["runs"][0]["properties"]["summary"]["suppressed"] == {"axes-count": 3}
    else:
        assert "3 findings not reported (ignored): axes-count 3" in out


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_stays_json_in_every_encoding(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, encoding=encoding))
    text = "µm 😀 é \ud800"
    write(json.dumps({"a": text}, ensure_ascii=False))
    sys.stdout.flush()
    assert json.loads(buffer.getvalue().decode(encoding)) == {"a": text}


def test_severities_have_a_level_in_every_format() -> None:
    assert list(sarif.LEVELS) == list(github.COMMANDS) == list(Severity)
