"""`ngff upgrade` between 0.4 and 0.5: whole hierarchies, in place, safely, and what is said about it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mortal
import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import BASES, Tree, image, labels, plate
from commands import Run

from ngff_core import Issue, Report, Severity, check_store, upgrade_store
from ngff_core.cli import main
from ngff_core.errors import UsageError
from ngff_core.upgrade.journal import JOURNAL
from ngff_core.upgrade.run import RefusedError, rollback_store
from ngff_core.zarr.keys import is_journal

V2 = (".zgroup", ".zattrs", ".zarray")


def documents(root: Path) -> dict[str, Any]:
    """Return all files below a folder but journals: JSON values where they hold JSON, no empty attributes."""
    found: dict[str, Any] = {}
    for path in sorted(root.rglob("*")):
        if not path.is_file() or is_journal(path.name):
            continue
        value: Any = path.read_bytes()
        if path.name.startswith((".z", "zarr")):
            value = json.loads(value)
            if value.get("attributes") == {}:
                del value["attributes"]
        found[path.relative_to(root).as_posix()] = value
    return found


def errors(report: Report) -> list[Issue]:
    return [issue for issue in report.issues if issue.severity is Severity.ERROR]


def only(files: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in files.items() if key.rpartition("/")[2] in names}


def nested(tree: Tree) -> Tree:
    """Let the chunks of all arrays have the keys that 0.4 and 0.5 share."""
    for document in tree.docs.values():
        if isinstance(document, dict) and document.get("node_type") == "array":
            document["chunk_key_encoding"] = {"name": "v2", "configuration": {"separator": "/"}}
    return tree


# --- whole hierarchies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BASES)
def test_up_and_down_again(tmp_path: Path, run: Run, name: str) -> None:
    """Every kind of hierarchy becomes valid 0.5, and equal again on the way back, all else left as it is."""
    root = BASES[name]("0.4").write(tmp_path / "store")
    before = documents(root)
    assert run("upgrade", root, "--to", "0.5", "--remove-old").code == 0
    report = check_store(root)
    assert (report.version, errors(report)) == ("0.5", [])
    assert not only(documents(root), *V2)
    assert run("upgrade", root, "--to", "0.4").code == 0
    assert (check_store(root).version, errors(check_store(root))) == ("0.4", [])
    after = documents(root)
    for key in [key for key in after if key not in before]:  # rows and the like had no documents of their own
        assert after.pop(key) == {"zarr_format": 2}
    assert after == before


@pytest.mark.parametrize("name", BASES)
def test_down_and_up_again(tmp_path: Path, run: Run, name: str) -> None:
    root = nested(BASES[name]("0.5")).write(tmp_path / "store")
    before = documents(root)
    assert run("upgrade", root, "--to", "0.4").code == 0
    assert (check_store(root).version, errors(check_store(root))) == ("0.4", [])
    assert not only(documents(root), "zarr.json")
    assert run("upgrade", root, "--to", "0.5", "--remove-old").code == 0
    after = documents(root)
    assert {key: value for key, value in after.items() if key in before} == before


@pytest.mark.parametrize("name", BASES)
def test_a_second_time_nothing_happens(tmp_path: Path, run: Run, name: str) -> None:
    root = BASES[name]("0.4").write(tmp_path / "store")
    assert run("upgrade", root, "--to", "0.5").code == 0
    times = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    ran = run("upgrade", root, "--to", "0.5")
    assert (ran.code, ran.out) == (0, f"unchanged  {root}  OME-Zarr 0.5\n")
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == times


@pytest.mark.parametrize("name", BASES)
def test_taken_back(tmp_path: Path, run: Run, name: str) -> None:
    root = BASES[name]("0.4").write(tmp_path / "store")
    before = documents(root)
    assert run("upgrade", root, "--to", "0.5", "--remove-old").code == 0
    ran = run("upgrade", root, "--rollback")
    assert (ran.code, ran.out) == (0, f"taken back  {root}  is OME-Zarr 0.4 again\n")
    assert documents(root) == before
    assert sorted(path.name for path in root.iterdir()) == sorted({key.partition("/")[0] for key in before})
    assert run("upgrade", root, "--rollback").code == 2


def test_old_documents_stay_until_they_are_removed(tmp_path: Path, run: Run) -> None:
    root = labels("0.4").write(tmp_path / "store")
    before = documents(root)
    assert run("upgrade", root, "--to", "0.5").code == 0
    after = documents(root)
    assert only(after, *V2) == before
    assert check_store(root).version == "0.5"
    ran = run("upgrade", root, "--to", "0.5", "--remove-old")  # later, when all is well
    assert ran.code == 0
    assert documents(root) == only(after, "zarr.json")
    assert run("upgrade", root, "--rollback").code == 0
    assert documents(root) == after


def test_rows_and_groups_on_the_way_get_documents(tmp_path: Path, run: Run) -> None:
    tree = plate("0.4")
    root = tree.write(tmp_path / "plate")
    for row in ("A", "B"):
        (root / row / ".zgroup").unlink(missing_ok=True)
    (root / "A/.zattrs").write_text('{"lab": "ours"}')
    assert run("upgrade", root, "--to", "0.5").code == 0
    files = documents(root)
    assert files["A/zarr.json"] == {"zarr_format": 3, "node_type": "group", "attributes": {"lab": "ours"}}
    assert files["B/zarr.json"] == {"zarr_format": 3, "node_type": "group"}


def test_what_is_not_of_ome_is_kept(tmp_path: Path, run: Run) -> None:
    tree = image("0.4")
    tree.attributes()["lab"] = {"version": "7", "big": 2**60, "multiscales": None}
    tree.docs["0/.zattrs"] = {"a": [1.0, 1, True], "_ARRAY_DIMENSIONS": ["c", "y", "x"]}
    tree.multiscale()["metadata"] = {"version": "0.4", "kwargs": {"x": 1}}
    tree.multiscale()["datasets"][0]["note"] = "mine"
    root = tree.write(tmp_path / "store")
    attributes = root / ".zattrs"
    attributes.write_text(attributes.read_text().replace(str(2**60), str(2**70)))
    before = documents(root)
    assert run("upgrade", root, "--to", "0.5", "--remove-old").code == 0
    after = documents(root)
    assert after["zarr.json"]["attributes"]["lab"] == {"version": "7", "big": 2**70, "multiscales": None}
    assert after["0/zarr.json"]["attributes"] == {"a": [1.0, 1, True], "_ARRAY_DIMENSIONS": ["c", "y", "x"]}
    assert json.dumps(after["0/zarr.json"]["attributes"]["a"]) == "[1.0, 1, true]"
    multiscale = after["zarr.json"]["attributes"]["ome"]["multiscales"][0]
    assert multiscale["metadata"] == {"version": "0.4", "kwargs": {"x": 1}}
    assert multiscale["datasets"][0]["note"] == "mine"
    assert run("upgrade", root, "--to", "0.4").code == 0
    assert documents(root) == before


def test_c1_images_that_nobody_names_are_upgraded_too(tmp_path: Path, run: Run) -> None:
    tree = plate("0.4")
    for path in ("A/1/9", "Z/1/0", "A/extra"):
        for key, value in image("0.4").docs.items():
            tree.docs[f"{path}/{key}"] = value
    root = tree.write(tmp_path / "plate")
    ran = run("upgrade", root, "--to", "0.5")
    assert ran.code == 0
    line = ran.out[ran.out.index("named by no metadata") :].splitlines()[1]
    assert sorted(line.strip().split(", ")) == ["A/1/9", "A/extra", "Z/1/0"]
    for path in ("A/1/9", "A/extra", "Z/1/0"):
        assert (check_store(root / path).version, errors(check_store(root / path))) == ("0.5", [])


# --- consolidated metadata ------------------------------------------------------------------------------------


def consolidated(tree: Tree) -> Tree:
    entries = {key: value for key, value in tree.docs.items() if key.rpartition("/")[2] in V2}
    tree.docs[".zmetadata"] = {"zarr_consolidated_format": 1, "metadata": entries}
    return tree


def test_consolidated_metadata_is_dropped(tmp_path: Path, run: Run) -> None:
    root = consolidated(labels("0.4")).write(tmp_path / "store")
    before = documents(root)
    ran = run("upgrade", root, "--to", "0.5", "--remove-old", "--decide", "consolidated=drop")
    assert ran.code == 0
    assert (
        "  consolidated=drop  what becomes of consolidated metadata, which would be out of date?  (else: rebuild)"
        in ran.out
    )
    assert "consolidated_metadata" not in documents(root)["zarr.json"]
    assert not (root / ".zmetadata").exists()
    assert run("upgrade", root, "--rollback").code == 0
    assert documents(root) == before


def test_consolidated_metadata_is_rebuilt(tmp_path: Path, run: Run) -> None:
    root = consolidated(labels("0.4")).write(tmp_path / "store")
    before = documents(root)
    assert run("upgrade", root, "--to", "0.5", "--remove-old").code == 0
    files = documents(root)
    inline = files["zarr.json"]["consolidated_metadata"]
    below = {key.removesuffix("/zarr.json"): value for key, value in files.items() if "/" in key}
    assert inline == {"kind": "inline", "must_understand": False, "metadata": below}
    assert errors(check_store(root)) == []
    assert run("upgrade", root, "--to", "0.4").code == 0
    assert documents(root) == before
    assert errors(check_store(root)) == []


# --- what is refused -------------------------------------------------------------------------------------------


def test_broken_input_is_refused(tmp_path: Path, run: Run) -> None:
    tree = image("0.4")
    tree.multiscale()["axes"][0]["name"] = 5
    tree.remove("1")
    root = tree.write(tmp_path / "store")
    before = documents(root)
    ran = run("upgrade", root, "--to", "0.5")
    assert ran.code == 1
    assert "refused: the store has 2 errors in 0.4, to be mended first; nothing was written" in ran.out
    assert "dataset-path-relative-resolves" in ran.out
    assert "zarr-dimension-names-present" not in ran.out  # which only follows from the others
    assert documents(root) == before
    with pytest.raises(RefusedError, match=r"the store has 2 errors in 0\.4") as refused:
        upgrade_store(root, "0.5")
    assert refused.value.plan.before.status == "invalid"


def test_input_that_the_upgrade_mends(tmp_path: Path, run: Run) -> None:
    tree = image("0.4")
    tree.array("0")["dimension_separator"] = "."
    root = tree.write(tmp_path / "store")
    assert check_store(root).status == "invalid"
    ran = run("upgrade", root, "--to", "0.5")
    assert ran.code == 0
    assert "the store had 1 error in 0.4, which the new documents mend: zarr-chunk-separator-slash" in ran.out
    assert errors(check_store(root)) == []


@pytest.mark.parametrize(
    ("member", "value", "text"),
    [
        (
            "dtype",
            "|S5",
            'data type "|S5" has no v3 data type but null_terminated_bytes, a name that is not settled and that few'
            " libraries read: --decide data-types=zarr-python writes it all the same",
        ),
        ("dtype", "|O", 'data type "|O" holds objects, which v3 has no data type for'),
        (
            "dtype",
            [["r", "|u1"]],
            "has no v3 data type but structured, a name that is not settled and that few libraries read",
        ),
        ("filters", [{"id": "delta", "dtype": "<u2"}], "--decide codecs=numcodecs writes it all the same"),
        ("compressor", {"id": "mine"}, "mine"),
    ],
)
def test_an_array_that_v3_cannot_express_is_refused_by_name(
    tmp_path: Path, run: Run, member: str, value: Any, text: str
) -> None:
    tree = plate("0.4")
    path = next(key for key in tree.docs if key.endswith("/0/0/.zarray"))
    tree.docs[path] |= {member: value, **({"fill_value": None} if member == "dtype" else {})}
    root = tree.write(tmp_path / "plate")
    before = documents(root)
    ran = run("upgrade", root, "--to", "0.5")
    assert ran.code == 1
    told = ran.out[ran.out.index("\ncannot be done\n") :].splitlines()[2]
    assert told.startswith(f"  {path.removesuffix('/.zarray')}: ")
    assert text in told
    assert documents(root) == before


def test_losses_need_to_be_allowed(tmp_path: Path, run: Run) -> None:
    tree = image("0.4")
    tree.docs["0/.zarray"]["mine"] = 5
    root = tree.write(tmp_path / "store")
    ran = run("upgrade", root, "--to", "0.5")
    assert ran.code == 1
    assert "would be lost\n  0: `mine` 5 is not kept" in ran.out
    assert "refused: 1 thing would be lost; nothing was written" in ran.out
    ran = run("upgrade", root, "--to", "0.5", "--allow-loss")
    assert ran.code == 0
    assert "\nlost\n  0: `mine` 5 is not kept" in ran.out


def test_documents_in_the_way(tmp_path: Path, run: Run) -> None:
    root = image("0.4").write(tmp_path / "store")
    (root / "0/zarr.json").write_text('{"mine": 1}')
    ran = run("upgrade", root, "--to", "0.5")
    assert ran.code == 1
    assert "  0: zarr.json is there already, and differs: --decide existing=replace" in ran.out
    assert run("upgrade", root, "--to", "0.5", "--decide", "existing=replace").code == 0
    assert documents(root)["0/zarr.json"]["node_type"] == "array"
    assert run("upgrade", root, "--rollback").code == 0
    assert documents(root)["0/zarr.json"] == {"mine": 1}


def test_bare_nan_is_no_null(tmp_path: Path, run: Run) -> None:
    root = image("0.4").write(tmp_path / "store")
    path = root / ".zattrs"
    path.write_text(path.read_text().replace("{", '{"lab": NaN, ', 1))
    ran = run("upgrade", root, "--to", "0.5")
    assert ran.code == 1
    assert "zarr.json holds NaN or Infinity, which JSON does not have: give a number or a string" in ran.out


def test_what_is_not_there_is_no_success(tmp_path: Path, run: Run) -> None:
    assert run("upgrade", tmp_path / "nothing", "--to", "0.5").code == 3
    (tmp_path / "empty").mkdir()
    assert run("upgrade", tmp_path / "empty", "--to", "0.5", "--format", "json").code == 3


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], "Missing option '--to'"),
        (["--to", "9.9"], "OME-NGFF version '9.9' is not installed"),
        (["--to", "0.5", "--decide", "codecs"], "--decide 'codecs' is not of the form NAME=VALUE"),
        (
            ["--to", "0.5", "--decide", "codec=portable"],
            "there is no decision 'codec' on this way; did you mean 'codecs'?",
        ),
        (["--to", "0.5", "--decide", "codecs=all"], "codecs='all': expected one of portable, numcodecs"),
        (["--to", "0.5", "--decide", "fill-value=x"], "fill-value='x': expected a number"),
        (["--rollback", "--to", "0.5"], "there is no upgrade of {root} to 0.5 to take back"),
        (["--rollback", "--plan"], "--rollback goes with STORE, --to and --break-lock alone"),
    ],
)
def test_usage(tmp_path: Path, run: Run, arguments: list[str], text: str) -> None:
    root = image("0.4").write(tmp_path / "store")
    ran = run("upgrade", root, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert text.format(root=root) in ran.err


def test_no_way_from_there(tmp_path: Path, run: Run) -> None:
    root = image("0.5").write(tmp_path / "store")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ngff_core.plugins.registry.Registry.migrations", lambda self: [])
        ran = run("upgrade", root, "--to", "0.4")
    assert ran.code == 2
    assert "no installed plugin leads from 0.5 to 0.4 (there are the steps none)" in ran.err


# --- the plan ---------------------------------------------------------------------------------------------------


def test_a_plan_writes_nothing(tmp_path: Path, run: Run) -> None:
    root = plate("0.4").write(tmp_path / "plate")
    before = documents(root)
    for folder in [root, *(path for path in root.rglob("*") if path.is_dir())]:
        folder.chmod(0o555)
    try:
        ran = run("upgrade", root, "--to", "0.5", "--plan")
    finally:
        for folder in [root, *(path for path in root.rglob("*") if path.is_dir())]:
            folder.chmod(0o755)
    assert ran.code == 0
    assert ran.out.startswith(f"planned  {root}  OME-Zarr 0.4 -> 0.5: ")
    assert documents(root) == before


def test_the_report_names_every_change(tmp_path: Path, run: Run) -> None:
    root = labels("0.4").write(tmp_path / "store")
    told = json.loads(run("upgrade", root, "--to", "0.5", "--format", "json").out)
    assert (told["schema"], told["from"], told["to"], told["status"]) == (1, "0.4", "0.5", "done")
    assert told["steps"] == [["0.4", "0.5"]]
    written = {f"{node['path']}/zarr.json".lstrip("/") for node in told["nodes"] if node["files"] == ["+zarr.json"]}
    assert written == set(only(documents(root), "zarr.json"))
    root_node = told["nodes"][0]
    assert root_node["changes"] == [
        {"action": "move", "pointer": "", "old": "", "new": "/ome"},
        {"action": "remove", "pointer": "/multiscales/0/version", "old": "0.4"},
        {"action": "add", "pointer": "/version", "new": "0.5"},
    ]
    assert told["after"]["status"] == "valid"
    assert told["losses"] == told["obstacles"] == told["reasons"] == []


def test_the_same_for_many_nodes_is_said_once(tmp_path: Path, run: Run) -> None:
    root = plate("0.4").write(tmp_path / "plate")
    out = run("upgrade", root, "--to", "0.5", "--plan").out
    wells = [line for line in out.splitlines() if line.startswith("well  +zarr.json")]
    assert wells == ["well  +zarr.json  in 4: A/1, A/2, B/1 and 1 more"]


# --- interrupted ------------------------------------------------------------------------------------------------


def killed(steps: int, *arguments: object) -> bool:
    """Run the command in a process that is killed instead of the next change; tell whether it was."""
    return mortal.killed(lambda: _command(arguments), steps)


def _command(arguments: Sequence[object]) -> None:
    sys.argv = ["ngff", *map(str, arguments)]
    with pytest.raises(SystemExit) as caught:
        main()
    assert not caught.value.code


@pytest.mark.parametrize("source", ["0.4", "0.5"])
def test_killed_at_every_write(tmp_path: Path, run: Run, source: str) -> None:
    """At any moment the store reads as its old or its new version, is brought to the new one, or back to the old."""
    target = {"0.4": "0.5", "0.5": "0.4"}[source]
    tree = image(source)
    for key in ("0/c/0/0/0", "1/c/0/0/0") if source == "0.5" else ():
        tree.docs[key] = b"chunk"
    root = tree.write(tmp_path / "store")
    before = documents(root)
    arguments = ("upgrade", root, "--to", target, *(("--remove-old",) if target == "0.5" else ()))
    if target == "0.4":
        arguments += ("--decide", "chunk-keys=rename")
    steps, going = 0, True
    while going:
        going = killed(steps, *arguments)
        report = check_store(root)
        assert (report.version, report.valid) in {(source, True), (target, True)}, steps
        expected = target if not going else report.version
        if going and (root / JOURNAL).exists():
            other = run("upgrade", root, "--to", source)
            assert other.code == 3
            assert f"was interrupted (hint: finish it with --to {target}, or take it back with --rollback)" in other.err
            planned = run("upgrade", root, "--to", target, "--plan")
            assert (planned.code, planned.out) == (3, "")
            assert "was interrupted (hint: finish it by the same command without --plan" in planned.err
            if steps % 2:
                assert run("upgrade", root, "--to", target).out.startswith(f"finished  {root}  ")
                expected = target
            else:
                assert run("upgrade", root, "--rollback").code == 0
                expected = source
        assert check_store(root).version == expected
        assert errors(check_store(root)) == []
        assert run("upgrade", root, "--rollback").code == (0 if expected == target else 2)
        assert documents(root) == before, steps
        steps += 1
    assert steps > 12


def test_changed_while_it_was_planned(tmp_path: Path, run: Run) -> None:
    from ngff_core.upgrade.plan import plan_upgrade
    from ngff_core.upgrade.run import carry_out

    root = image("0.4").write(tmp_path / "store")
    plan = plan_upgrade(root, "0.5")
    (root / "0/zarr.json").write_text("{}")
    with pytest.raises(Exception, match=r"^1 file in .* changed under way, by something else: 0/zarr.json$"):
        carry_out(plan)
    assert not (root / JOURNAL).exists()
    assert not (root / "zarr.json").exists()


# --- from Python -------------------------------------------------------------------------------------------------


def test_from_python(tmp_path: Path) -> None:
    root = image("0.4").write(tmp_path / "store")
    plan = upgrade_store(root, "0.5", remove_old=True)
    assert (plan.source, plan.target, plan.after is not None and plan.after.valid) == ("0.4", "0.5", True)
    assert rollback_store(root) == {"from": "0.4", "to": "0.5"}
    assert rollback_store(root) is None
    with pytest.raises(UsageError, match="there is no decision 'x'"):
        upgrade_store(root, "0.5", decisions={"x": "1"})


# --- the way back ------------------------------------------------------------------------------------------------


def test_c5_rollback_leads_back_step_by_step_to_the_first_state(tmp_path: Path, run: Run) -> None:
    root = consolidated(labels("0.4")).write(tmp_path / "store")
    states = [documents(root)]
    for arguments in (("--to", "0.5"), ("--to", "0.5", "--remove-old"), ("--to", "0.4"), ("--to", "0.5")):
        assert run("upgrade", root, *arguments).code == 0
        states.append(documents(root))
    assert sorted(path.name for path in root.glob(".ngff-upgrade*")) == [
        ".ngff-upgrade.done.1.jsonl",
        ".ngff-upgrade.done.2.jsonl",
        ".ngff-upgrade.done.3.jsonl",
        ".ngff-upgrade.done.jsonl",
    ]
    for left, version, state in ((3, "0.4", states[3]), (2, "0.5", states[2]), (1, "0.5", states[1])):
        ran = run("upgrade", root, "--rollback")
        assert ran.out.splitlines()[0] == f"taken back  {root}  is OME-Zarr {version} again"
        assert ran.out.count("ngff upgrade") == 1, left
        assert documents(root) == state
    ran = run("upgrade", root, "--rollback")
    assert (ran.code, ran.out) == (0, f"taken back  {root}  is OME-Zarr 0.4 again\n")
    assert documents(root) == states[0]
    assert list(root.glob(".ngff-upgrade*")) == []
    assert run("upgrade", root, "--rollback").code == 2


def test_c5_an_interrupted_step_leaves_the_way_back_whole(tmp_path: Path, run: Run) -> None:
    """Killed at every write of the second step, and taken back, the first step can be taken back as well."""

    def state() -> dict[str, Any]:
        return {key: value for key, value in documents(root).items() if not key.startswith(".ngff-")}

    root = image("0.4").write(tmp_path / "store")
    first = state()
    steps, going = 0, True
    while going:
        assert run("upgrade", root, "--to", "0.5").code == 0
        second = state()
        going = killed(steps, "upgrade", root, "--to", "0.5", "--remove-old")
        if (root / JOURNAL).exists() and steps % 2:
            assert run("upgrade", root, "--to", "0.5", "--remove-old").code == 0
        if (root / JOURNAL).exists() or state() != second:
            assert run("upgrade", root, "--rollback").code == 0
        assert state() == second, steps
        assert run("upgrade", root, "--rollback").code == 0
        assert state() == first, steps
        assert list(root.glob(".ngff-upgrade*")) == [], steps
        steps += 1
    assert steps > 5


def test_c5_a_downgrade_keeps_consolidated_metadata(tmp_path: Path, run: Run) -> None:
    root = consolidated(labels("0.4")).write(tmp_path / "store")
    before = documents(root)
    assert run("upgrade", root, "--to", "0.5").code == 0
    assert run("upgrade", root, "--to", "0.4").code == 0
    assert documents(root) == before
