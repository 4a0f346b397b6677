"""What fuzzing has found, tried again: each file in ``finds/`` is an input that something did not hold of once."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("ngff_v01", reason="needs all versions: ngff_v01 is not installed")
pytest.importorskip("ngff_v02", reason="needs all versions: ngff_v02 is not installed")
pytest.importorskip("ngff_v03", reason="needs all versions: ngff_v03 is not installed")
pytest.importorskip("ngff_v04", reason="needs all versions: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs all versions: ngff_v05 is not installed")
pytest.importorskip("ngff_v06", reason="needs all versions: ngff_v06 is not installed")

from engine import Case, Target, fuzz, problems_of
from oracles import same
from targets import TARGETS

FINDS = sorted((Path(__file__).parent / "finds").glob("*.json"))


@pytest.mark.parametrize("path", FINDS, ids=[path.stem for path in FINDS])
def test_what_was_found_is_mended(path: Path) -> None:
    case = Case.from_json(path.read_text(encoding="utf-8"))
    if case.target not in TARGETS:
        pytest.skip("needs ngff-remote")
    assert problems_of(TARGETS[case.target], case, path.stem) == []


# --- the fuzzer itself ------------------------------------------------------------------------------


class Broken:
    """A target that fails on two kinds of changes."""

    name = "broken"

    def draw(self, rng: object) -> Case:
        return Case(self.name, "", [["a"], ["b"], ["c"], ["d"]])

    def problems(self, case: Case, folder: Path) -> list[str]:
        if ["b"] in case.steps and ["d"] in case.steps:
            raise KeyError("b")
        return list(same("folder", list(folder.iterdir()), []))


def test_a_find_is_made_small_and_stands_once(capsys: pytest.CaptureFixture[str]) -> None:
    target: Target = Broken()  # type: ignore[assignment]
    (find,) = fuzz(target, 3, 0.0)
    assert find.case.steps == [["b"], ["d"]]
    assert "KeyError" in find.problem
    assert str(find) in capsys.readouterr().out
    assert Case.from_json(find.case.to_json()) == find.case
