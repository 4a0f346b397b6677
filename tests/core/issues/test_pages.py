"""The addresses of the pages of rules: only where a site is stated, and only of rules that have pages."""

from __future__ import annotations

import pytest

from ngff_core.issues.pages import page_of

SITE = "https://docs.example.org/ngff"


def test_without_a_site_there_are_no_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NGFF_DOCS", raising=False)
    assert page_of("axes-count") is None


@pytest.mark.parametrize("site", [SITE, f"{SITE}/"])
def test_a_rule_has_a_page_of_its_name(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NGFF_DOCS", site)
    assert page_of("axes-count") == f"{SITE}/rules/axes-count.html"


def test_a_fault_of_structure_has_the_page_of_its_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NGFF_DOCS", "file:///home/me/ngff/build/site")
    expected = "file:///home/me/ngff/build/site/rules/axes-name-present.html"
    assert page_of("structure-missing", "axes-name-present") == expected


@pytest.mark.parametrize(
    ("rule", "entry"), [("lab/names", None), ("structure-missing", "lab/key"), ("../up", None), ('a" onclick="', None)]
)
def test_rules_of_others_and_odd_ids_have_none(rule: str, entry: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NGFF_DOCS", SITE)
    assert page_of(rule, entry) is None


@pytest.mark.parametrize(
    "site", ["", "docs.example.org", "javascript:alert(1)//", "https://a b", 'https://a"', "https://a\n"]
)
def test_what_is_no_address_of_a_site_leads_nowhere(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NGFF_DOCS", site)
    assert page_of("axes-count") is None
