"""What commands that change stores share: the order of stores, failures, and what a run comes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from ngff_core.cli.changing.chosen import Chosen
from ngff_core.cli.changing.outcome import Next, Outcome, outcome_of_failure
from ngff_core.cli.changing.tally import GROUPS, OTHERS, SHOWN, Tally
from ngff_core.errors import MissingPackageError, StoreError, UsageError
from ngff_core.plugins.registry import default_registry


def refused(url: str, *causes: str, code: int = 1) -> Outcome:
    return Outcome(url=url, status="refused", headline=url, code=code, causes=causes, reasons=["a sentence"])


def chosen(*stores: str) -> Chosen:
    return Chosen(stores, None, recursive=False, registry=default_registry(), connection={})


def test_what_others_lie_in_comes_first_and_the_order_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = ["z", "p/A/1/0", "s3://b/p/A", "p/A", "a", "p", "s3://b/p/", "./a", f"{tmp_path}/z", "pp", "p/A/1/0/"]
    found = [one.name for one in chosen(*names)]
    assert found == ["z", "p", "p/A", "p/A/1/0", "s3://b/p/", "s3://b/p/A", "a", "pp"]


def test_what_is_left_is_known() -> None:
    stores = chosen("a", "b", "c")
    assert next(iter(stores)).name == "a"
    assert stores.not_begun() == ["b", "c"]


def test_one_store_is_told_from_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (chosen("a").single, chosen("a", "a").single, chosen("a*").single) == (True, False, False)
    (tmp_path / "a*").mkdir()
    assert chosen("a*").single
    assert not Chosen(["a"], None, recursive=True, registry=default_registry(), connection={}).single
    with pytest.raises(UsageError, match="the path of a store is empty"):
        chosen("a", "")


@pytest.mark.parametrize(
    ("error", "code", "status", "text"),
    [
        (StoreError("it is gone", hint="look"), 3, "failed", "it is gone (hint: look)"),
        (UsageError("no way leads there"), 1, "refused", "no way leads there"),
        (MissingPackageError("s3", "obstore", "x"), 3, "failed", "s3 needs the package obstore"),
        (ValueError("odd"), 3, "failed", "ValueError: odd (this is a defect of the tool or of a plugin"),
        (SystemExit(0), 3, "failed", "SystemExit: 0"),
    ],
)
def test_a_failure_is_what_became_of_a_store(error: BaseException, code: int, status: str, text: str) -> None:
    outcome = outcome_of_failure("a", error, "was taken back")
    assert (outcome.code, outcome.status) == (code, status)
    assert outcome.reasons[0].startswith(text)
    assert outcome.to_dict()["reasons"] == list(outcome.reasons)


def test_what_breaks_a_run_off_is_no_failure_of_a_store() -> None:
    with pytest.raises(KeyboardInterrupt):
        outcome_of_failure("a", KeyboardInterrupt(), "was taken back")


def test_reasons_are_grouped_and_the_worst_code_counts() -> None:
    tally = Tally()
    tally.count(Outcome(url="x", status="done", headline="x", following=[Next("none", "of one that is done")]))
    for n in range(5):
        tally.count(refused(f"r{n}.zarr", f"no room in r{n}.zarr", "too old"))
    tally.count(Outcome(url="f", status="failed", headline="f", code=3, reasons=["gone"]))
    tally.count(refused("r5.zarr", "too old"))
    assert tally.code == 3
    assert list(tally.lines()) == [
        "",
        "refused",
        "  6: too old",
        "    r0.zarr, r1.zarr, r2.zarr and 3 more",
        "  5: no room in STORE",
        "    r0.zarr, r1.zarr, r2.zarr and 2 more",
        "failed",
        "  1: gone",
        "    f",
        "8 stores: 6 refused, 1 done, 1 failed",
    ]
    assert list(Tally().lines()) == ["", "0 stores"]


def test_a_store_may_be_called_like_a_word() -> None:
    tally = Tally()
    for name in ("a", ".", "x.zarr"):
        tally.count(refused(name, "there is a link in my-x.zarr, and x.zarr/0 is none."))
    (group,) = tally.to_dict()["reasons"]
    assert group["stores"] == 3


def test_reasons_are_bounded() -> None:
    """Memory does not grow with the number of stores, and the screen stays short."""
    tally = Tally()
    for n in range(GROUPS + 50):
        tally.count(refused(f"{n}", f"reason x{n}x"))
    groups = tally.to_dict()["reasons"]
    assert len(groups) == GROUPS + 1
    assert groups[0] == {"status": "refused", "reason": OTHERS, "stores": 50, "first": ["1000", "1001", "1002"]}
    assert len(list(tally.lines())) == 2 * SHOWN + 4
