"""`ngff upgrade` over many stores: each by itself, the others go on, and what it all comes to."""

from __future__ import annotations

import gc
import json
import weakref
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import image, plate
from commands import Run

from ngff_core import check_store, upgrade_store
from ngff_core.upgrade.plan import Plan
from ngff_core.upgrade.run import carry_out

UPGRADED = "ngff_core.cli.changing.upgrading.carry_out"


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def version(root: Path) -> str | None:
    return check_store(root).version


def write(place: Path, *names: str, version: str = "0.4") -> list[Path]:
    return [image(version).write(place / name) for name in names]


def broken(root: Path) -> Path:
    """Write an image whose metadata has an error."""
    tree = image("0.4")
    tree.multiscale()["axes"][0]["name"] = 5
    return tree.write(root)


def lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


# --- each by itself -------------------------------------------------------------------------------------


def test_what_is_wrong_with_one_does_not_end_the_run(tmp_path: Path, run: Run) -> None:
    write(tmp_path, "a.zarr", "z.zarr")
    write(tmp_path, "new.zarr", version="0.5")
    broken(tmp_path / "b.zarr")
    broken(tmp_path / "c.zarr")
    before = tree(tmp_path / "b.zarr")
    ran = run("upgrade", "a.zarr", "b.zarr", "c.zarr", "new.zarr", "nothing", "z.zarr", "--to", "0.5")
    assert ran.code == 3  # the worst: one is not there
    assert ran.out.splitlines() == [
        "done  a.zarr  OME-Zarr 0.4 -> 0.5: 4 documents",
        "refused  b.zarr  OME-Zarr 0.4 -> 0.5",
        "  the store has 1 error in 0.4, to be mended first",
        "refused  c.zarr  OME-Zarr 0.4 -> 0.5",
        "  the store has 1 error in 0.4, to be mended first",
        "unchanged  new.zarr  OME-Zarr 0.5",
        "refused  nothing  OME-Zarr unknown",
        "  the store has no OME-Zarr metadata that could be read",
        "done  z.zarr  OME-Zarr 0.4 -> 0.5: 4 documents",
        "",
        "refused",
        "  2: the store has 1 error in 0.4, to be mended first",
        "    b.zarr, c.zarr",
        "  1: the store has no OME-Zarr metadata that could be read",
        "    nothing",
        "next",
        "  ngff fix b.zarr --plan",
        "    shows what of it can be mended by a command",
        "6 stores: 3 refused, 2 done, 1 unchanged",
    ]
    assert [version(tmp_path / name) for name in ("a.zarr", "z.zarr")] == ["0.5", "0.5"]
    assert tree(tmp_path / "b.zarr") == before
    assert run("upgrade", "a.zarr", "b.zarr", "new.zarr", "--to", "0.5").code == 1
    ran = run("upgrade", "a.zarr", "z.zarr", "--to", "0.5")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "2 stores: 2 unchanged")


@pytest.mark.parametrize("failure", [RuntimeError("it is broken"), SystemExit(0), MemoryError()])
def test_a_defect_ends_no_run(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    def fails(plan: Plan, *given: Any, **options: Any) -> None:
        if plan.url == "b.zarr":
            raise failure
        carry_out(plan, *given, **options)

    monkeypatch.setattr(UPGRADED, fails)
    write(tmp_path, "a.zarr", "b.zarr", "c.zarr")
    ran = run("upgrade", "-r", ".", "--to", "0.5", "--format", "json")
    *results, last = lines(ran.out)
    assert ran.code == 3
    assert [(result["url"], result["status"]) for result in results] == [
        ("a.zarr", "done"),
        ("b.zarr", "failed"),
        ("c.zarr", "done"),
    ]
    assert last["summary"]["statuses"] == {"done": 2, "failed": 1}
    assert type(failure).__name__ in results[1]["reasons"][0]


def test_reasons_are_those_of_the_plan_and_grouped(tmp_path: Path, run: Run) -> None:
    write(tmp_path, "a.zarr", "b.zarr", version="0.5")
    ran = run("upgrade", "-r", ".", "--to", "0.4")
    assert ran.code == 1
    assert ran.out.splitlines()[-7:] == [
        "refused",
        "  2: the keys of its chunks are not those of 0.4: --decide chunk-keys=rename renames them",
        "    a.zarr, b.zarr",
        "next",
        "  ngff upgrade a.zarr --to 0.4 --decide chunk-keys=rename",
        "    answers otherwise what is in the way",
        "2 stores: 2 refused",
    ]


def test_an_answer_to_a_question_of_some_stores_is_none_of_the_others(tmp_path: Path, run: Run) -> None:
    write(tmp_path, "a.zarr")
    write(tmp_path, "b.zarr", version="0.5")
    more = ("--decide", "fill-value=0", "--remove-old", "--to", "0.5")
    assert run("upgrade", "a.zarr", "b.zarr", *more).code == 0


def test_a_plan_is_let_go_of_before_the_next(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory does not grow with the number of stores."""
    plans: list[weakref.ref[Plan]] = []
    alive: list[int] = []

    def counts(plan: Plan, *given: Any, **options: Any) -> None:
        plans.append(weakref.ref(plan))
        gc.collect()
        alive.append(sum(known() is not None for known in plans))
        carry_out(plan, *given, **options)

    monkeypatch.setattr(UPGRADED, counts)
    write(tmp_path, *(f"{n}.zarr" for n in range(4)))
    assert run("upgrade", "-r", ".", "--to", "0.5").code == 0
    assert alive == [1, 1, 1, 1]


# --- which stores ---------------------------------------------------------------------------------------


def test_a_list_and_patterns(tmp_path: Path, run: Run) -> None:
    write(tmp_path, "a.zarr", "b1.zarr", "b2.zarr")
    (tmp_path / "list.txt").write_text("# mine\na.zarr\n\nb*.zarr\nc*.zarr\n", encoding="utf-8")
    ran = run("upgrade", "--from", "list.txt", "--to", "0.5")
    assert ran.code == 3
    assert ran.out.splitlines()[-4:] == [
        "failed",
        "  1: no path matches the pattern",
        "    c*.zarr",
        "4 stores: 3 done, 1 failed",
    ]
    (tmp_path / "empty.txt").write_text("\n", encoding="utf-8")
    assert run("upgrade", "--from", "empty.txt", "--to", "0.5").code == 2
    assert run("upgrade", "--to", "0.5").code == 2


def test_a_store_is_upgraded_once_whatever_it_is_called(tmp_path: Path, run: Run) -> None:
    root = plate("0.4").write(tmp_path / "p.zarr")
    (tmp_path / "link.zarr").symlink_to("p.zarr")
    ran = run("upgrade", "p.zarr/A/1/0", "p.zarr", "./p.zarr", root, "link.zarr", f"file://{root}", "--to", "0.5")
    assert (ran.code, [line.split()[:2] for line in ran.out.splitlines()]) == (
        0,
        [["done", "p.zarr"], ["included", "p.zarr/A/1/0"], [], ["2", "stores:"]],
    )
    assert version(root) == "0.5"


def test_what_lies_in_a_folder_that_is_no_store_is_no_part_of_it(tmp_path: Path, run: Run) -> None:
    (root,) = write(tmp_path, "folder/a.zarr")
    ran = run("upgrade", "folder/a.zarr", "folder", "folder", "--to", "0.5")
    assert ran.code == 3  # the folder is no store
    assert version(root) == "0.5"


def test_a_fix_of_a_store_mends_no_image_in_it_that_it_does_not_name(tmp_path: Path, run: Run) -> None:
    write(tmp_path, "a.zarr")
    (inner,) = write(tmp_path, "a.zarr/other.zarr")
    attributes = json.loads((inner / ".zattrs").read_text(encoding="utf-8"))
    attributes["omero"]["channels"][0]["color"] = "#0000ff"
    (inner / ".zattrs").write_text(json.dumps(attributes), encoding="utf-8")
    ran = run("fix", "a.zarr", "a.zarr/other.zarr")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "2 stores: 1 unchanged, 1 done")
    assert check_store(inner).valid


def test_nothing_below_a_store_is_looked_for(tmp_path: Path, run: Run) -> None:
    plate("0.4").write(tmp_path / "lab/deep/p.zarr")
    write(tmp_path, "lab/a.zarr")
    ran = run("upgrade", "-r", "lab", "--to", "0.5")
    assert [line.split("  ")[:2] for line in ran.out.splitlines()[:2]] == [
        ["done", "lab/a.zarr"],
        ["done", "lab/deep/p.zarr"],
    ]
    assert ran.out.splitlines()[-1] == "2 stores: 2 done"


def test_nothing_is_changed_behind_a_link_that_leads_out(tmp_path: Path, run: Run) -> None:
    (other,) = write(tmp_path, "else/b.zarr")
    write(tmp_path, "lab/a.zarr")
    (tmp_path / "lab/folder").symlink_to(tmp_path / "else")
    (tmp_path / "lab/link.zarr").symlink_to(other)
    before = tree(other)
    ran = run("upgrade", "-r", "lab", "--to", "0.5")
    assert (ran.code, ran.out.splitlines()[-1]) == (1, "3 stores: 2 refused, 1 done")
    assert "  a symbolic link leads there, out of lab: name it by itself" in ran.out.splitlines()
    assert tree(other) == before
    ran = run("upgrade", "-r", "lab", "else", "--to", "0.5")  # which is named, too
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "2 stores: 1 unchanged, 1 done")
    assert version(other) == "0.5"


def test_a_store_that_a_link_led_to_is_changed_where_it_is_named(tmp_path: Path, run: Run) -> None:
    (other,) = write(tmp_path, "else/b.zarr")
    write(tmp_path, "lab/a.zarr")
    (tmp_path / "lab/link.zarr").symlink_to(other)
    (tmp_path / "list.txt").write_text("lab\nelse/b.zarr\n", encoding="utf-8")
    ran = run("upgrade", "-r", "--from", "list.txt", "--to", "0.5")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "2 stores: 2 done")


# --- a copy ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("second", ["out.zarr", "empty", "begun"])
def test_the_old_form_of_a_copy_changes_nothing(tmp_path: Path, run: Run, second: str) -> None:
    (root,) = write(tmp_path, "a.zarr")
    before = tree(root)
    (tmp_path / "empty").mkdir()
    write(tmp_path, "begun", version="0.5")
    (tmp_path / "begun/.ngff-upgrade.copy.json").write_text("{}", encoding="utf-8")
    ran = run("upgrade", "a.zarr", second, "--to", "0.5")
    assert (ran.code, ran.out) == (2, "")
    assert f"for a copy of a.zarr there, which is left alone, say --out {second}" in ran.err
    assert tree(root) == before


def test_a_copy_is_of_one_store(tmp_path: Path, run: Run) -> None:
    write(tmp_path, "a.zarr", "b.zarr")
    for stores in (["a.zarr", "b.zarr"], ["-r", "."], ["*.zarr"]):
        ran = run("upgrade", *stores, "--to", "0.5", "--out", "out")
        assert (ran.code, ran.out) == (2, "")
        assert "--out goes with one STORE" in ran.err
    assert not (tmp_path / "out").exists()


# --- plans, taking back, breaking off -------------------------------------------------------------------


def test_a_plan_of_many_writes_nothing(tmp_path: Path, run: Run) -> None:
    write(tmp_path, "a.zarr", "b.zarr")
    before = tree(tmp_path)
    ran = run("upgrade", "-r", ".", "--to", "0.5", "--plan")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "2 stores: 2 planned")
    assert tree(tmp_path) == before


def test_many_are_taken_back_as_far_as_was_asked(tmp_path: Path, run: Run) -> None:
    a, b, c = write(tmp_path, "a.zarr", "b.zarr", "c.zarr")
    before = tree(a)
    assert run("upgrade", "b.zarr", "--to", "0.5").code == 0
    upgrade_store(c, "0.5", remove_old=True)
    upgrade_store(c, "0.4")
    assert run("upgrade", "a.zarr", "--to", "0.5").code == 0
    ran = run("upgrade", "-r", ".", "--rollback")
    assert ran.code == 2
    assert "--rollback of many stores needs --to" in ran.err
    ran = run("upgrade", "-r", ".", "a.zarr", "--rollback", "--to", "0.5")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "3 stores: 2 taken back, 1 unchanged")
    assert [version(root) for root in (a, b, c)] == ["0.4", "0.4", "0.4"]
    assert tree(a) == before
    assert (c / ".ngff-upgrade.done.jsonl").exists()  # that of the way down


def test_what_is_not_there_is_not_unchanged(tmp_path: Path, run: Run) -> None:
    write(tmp_path, "a.zarr")
    ran = run("upgrade", "a.zarr", "nothing", "--rollback", "--to", "0.5")
    assert (ran.code, ran.out.splitlines()[-1]) == (3, "2 stores: 1 unchanged, 1 failed")


def test_a_run_that_is_broken_off_says_what_was_not_begun(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stops(plan: Plan, *given: Any, **options: Any) -> None:
        if plan.url == "b.zarr":
            raise KeyboardInterrupt
        carry_out(plan, *given, **options)

    roots = write(tmp_path, "a.zarr", "b.zarr", "c.zarr", "d.zarr")
    command = ("upgrade", "a.zarr", "b.zarr", "c.zarr", "d.zarr", "--to", "0.5")
    with monkeypatch.context() as patch:
        patch.setattr(UPGRADED, stops)
        ran = run(*command)
        assert ran.code == 130
        assert ran.out.splitlines()[-1] == "1 store: 1 done"
        assert ran.err == ("interrupted at b.zarr, which the same command goes on with\nnot begun: c.zarr, d.zarr\n")
        *_, last = lines(run(*command, "--format", "json").out)
        assert run("upgrade", "-r", ".", "--to", "0.5").err == (
            "interrupted at b.zarr, which the same command goes on with\nnot begun: what else is below .\n"
        )
    assert last["summary"]["interrupted_at"] == "b.zarr"
    assert last["summary"]["not_begun"] == ["c.zarr", "d.zarr"]
    assert [version(root) for root in roots] == ["0.5", "0.4", "0.4", "0.4"]
    assert run(*command).out.splitlines()[-1] == "4 stores: 3 done, 1 unchanged"


def test_what_was_interrupted_is_finished(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while documents are written: the journal tells, and the others are not begun."""
    from ngff_core.stores.local.writer import LocalWriter

    put_many = LocalWriter.put_many

    def stops(self: LocalWriter, writes: Any) -> None:
        if "b.zarr" in self.url:
            raise KeyboardInterrupt
        put_many(self, writes)

    _, b, c = write(tmp_path, "a.zarr", "b.zarr", "c.zarr")
    with monkeypatch.context() as patch:
        patch.setattr(LocalWriter, "put_many", stops)
        ran = run("upgrade", "a.zarr", "b.zarr", "c.zarr", "--to", "0.5")
    assert ran.code == 130
    assert (b / ".ngff-upgrade.jsonl").exists()
    ran = run("upgrade", "a.zarr", "b.zarr", "c.zarr", "--to", "0.5", "--plan")
    assert (ran.code, ran.out.splitlines()[-1]) == (3, "3 stores: 1 unchanged, 1 failed, 1 planned")
    ran = run("upgrade", "a.zarr", "b.zarr", "c.zarr", "--to", "0.5")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "3 stores: 1 unchanged, 1 finished, 1 done")
    assert [version(b), version(c)] == ["0.5", "0.5"]


# --- for programs ---------------------------------------------------------------------------------------


def test_json_lines(tmp_path: Path, run: Run) -> None:
    write(tmp_path, "a.zarr")
    broken(tmp_path / "b.zarr")
    ran = run("upgrade", "a.zarr", "b.zarr", "b*", "x*", "--to", "0.5", "--format", "json")
    *results, last = lines(ran.out)
    assert [(result["schema"], result["url"], result["status"]) for result in results] == [
        (1, "a.zarr", "done"),
        (1, "b.zarr", "refused"),
        (1, "x*", "failed"),
    ]
    assert results[0]["next"][-1]["command"] == "ngff upgrade a.zarr --rollback"
    assert last == {
        "schema": 1,
        "summary": {
            "stores": 3,
            "statuses": {"done": 1, "failed": 1, "refused": 1},
            "reasons": [
                {
                    "status": "refused",
                    "reason": "the store has 1 error in 0.4, to be mended first",
                    "stores": 1,
                    "first": ["b.zarr"],
                },
                {"status": "failed", "reason": "no path matches the pattern", "stores": 1, "first": ["x*"]},
            ],
        },
    }
    one = json.loads(run("upgrade", "a.zarr", "--to", "0.5", "--format", "json").out)
    assert (one["url"], one["status"]) == ("a.zarr", "unchanged")
