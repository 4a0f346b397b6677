"""What `ngff upgrade` says: the answer and the next command first (C6), and nothing that is not so (C2, C7)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import image, labels, plate
from commands import Run

from ngff_core import RefusedError, Severity, check_store, plan_upgrade, upgrade_store

KEYS_OF_V2 = (
    "its chunks keep their keys, which Zarr v3 calls the encoding v2; Fiji reads these as empty through n5-zarr"
    " up to 2.0.1 (n5-viewer, MoBIE, BigDataViewer)"
)
JOURNAL = ".ngff-upgrade.done.jsonl"


# --- C2: the version that the store has -------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize(("key", "value", "mendable"), [("name", 5, True), ("datasets", [], False)])
def test_c2_a_store_with_errors_is_neither_unchanged_nor_mended(
    tmp_path: Path, run: Run, version: str, key: str, value: object, mendable: bool
) -> None:
    tree = image(version)
    tree.multiscale()[key] = value
    root = tree.write(tmp_path / "store")
    errors = check_store(root).count(Severity.ERROR)
    ran = run("upgrade", root, "--to", version)
    assert ran.code == 1
    fix = [f"  ngff fix {root} --plan", "    shows what of it can be mended by a command"] if mendable else []
    assert ran.out.splitlines()[: 5 + len(fix)] == [
        f"refused  {root}  OME-Zarr {version}",
        f"refused: the store is OME-Zarr {version} already, and an upgrade does not mend its {errors} "
        f"error{'s' if errors > 1 else ''}; nothing was written",
        "next",
        *fix,
        f"  ngff validate {root}",
        "    shows what to mend first",
    ]
    assert "unchanged" not in ran.out
    assert "which the new documents mend" not in ran.out
    with pytest.raises(RefusedError, match="already, and an upgrade does not mend its"):
        upgrade_store(root, version)


def test_c2_a_store_without_errors_is_unchanged(tmp_path: Path, run: Run) -> None:
    root = image("0.5").write(tmp_path / "store")
    ran = run("upgrade", root, "--to", "0.5")
    assert (ran.code, ran.out) == (0, f"unchanged  {root}  OME-Zarr 0.5\n")
    ran = run("upgrade", root, "--out", tmp_path / "out", "--to", "0.5")
    assert (ran.code, ran.out.splitlines()[0]) == (0, f"done  {root}  OME-Zarr 0.5: 0 documents in {tmp_path}/out")


# --- C6: the screen ---------------------------------------------------------------------------------------------


def test_c6_done_ends_with_what_comes_next(tmp_path: Path, run: Run) -> None:
    root = labels("0.4").write(tmp_path / "a store")
    ran = run("upgrade", root, "--to", "0.5")
    assert ran.out == (
        f"done  {root}  OME-Zarr 0.4 -> 0.5: 9 documents\n"
        "next\n"
        f"  ngff upgrade '{root}' --to 0.5 --remove-old\n"
        "    deletes the 12 documents of the old Zarr format, when all is well\n"
        f"  ngff upgrade '{root}' --rollback\n"
        f"    takes it back, by the journal {JOURNAL} in the store\n"
        "\nremarks\n"
        f"  labels/cells/0, labels/cells/1, labels/cells/2 and 3 more: {KEYS_OF_V2}\n"
        "\n"
        "changed: 6 arrays, 1 label-image, 1 labels-group, 1 image"
        " (--plan lists changes beforehand, --format json lists them all)\n"
    )
    ran = run("upgrade", root, "--to", "0.5", "--remove-old")
    assert ran.out.startswith(f"done  {root}  OME-Zarr 0.5: 0 documents, 12 deleted\n")
    assert "--remove-old" not in ran.out
    assert run("upgrade", root, "--rollback").out == (
        f"taken back  {root}  is OME-Zarr 0.5 again\n"
        "next\n"
        f"  ngff upgrade '{root}' --rollback\n"
        "    takes back the upgrade before it, from 0.4 to 0.5\n"
    )


def test_c6_a_copy_is_validated_next(tmp_path: Path, run: Run) -> None:
    root = image("0.4").write(tmp_path / "store")
    ran = run("upgrade", root, "--out", tmp_path / "out", "--to", "0.5")
    assert ran.out.splitlines()[1:4] == ["next", f"  ngff validate {tmp_path}/out", "    validates the copy"]


def test_c6_refusals_name_the_decision_first(tmp_path: Path, run: Run) -> None:
    root = labels("0.5").write(tmp_path / "store")
    ran = run("upgrade", root, "--out", tmp_path / "out", "--to", "0.4")
    assert ran.code == 1
    assert ran.out.splitlines()[:6] == [
        f"refused  {root}  OME-Zarr 0.5 -> 0.4",
        "refused: 6 things cannot be expressed in 0.4; nothing was written",
        "next",
        f"  ngff upgrade {root} --to 0.4 --out {tmp_path}/out --decide chunk-keys=rename",
        "    answers otherwise what is in the way",
        "",
    ]
    assert len(ran.out.splitlines()) < 20
    told = json.loads(run("upgrade", root, "--to", "0.4", "--format", "json").out)
    assert told["next"][0]["command"] == f"ngff upgrade {root} --to 0.4 --decide chunk-keys=rename"
    assert run("upgrade", root, "--to", "0.4", "--decide", "chunk-keys=rename").code == 0


def test_c6_several_answers_stand_in_one_command(tmp_path: Path, run: Run) -> None:
    tree = image("0.4")
    tree.array("0")["compressor"] = {"id": "zlib", "level": 1}
    tree.array("1")["mine"] = 5
    tree.docs["odd/.zarray"] = {**tree.array("2"), "dtype": "|O"}
    root = tree.write(tmp_path / "store")
    ran = run("upgrade", root, "--to", "0.5", "--decide", "codecs=portable", "--remove-old")
    command = ran.out.splitlines()[3].split()
    assert command[:5] == ["ngff", "upgrade", str(root), "--to", "0.5"]
    assert sorted(command[5:]) == [
        "--allow-loss",
        "--decide",
        "--decide",
        "--remove-old",
        "codecs=numcodecs",
        "unconverted=keep",
    ]
    assert run(*command[1:]).code == 0
    assert check_store(root).version == "0.5"


def test_c6_what_no_answer_helps_comes_first(tmp_path: Path, run: Run) -> None:
    tree = image("0.4")
    tree.array("0")["compressor"] = {"id": "zlib", "level": 1}
    tree.array("1")["dtype"] = "|O"
    ran = run("upgrade", tree.write(tmp_path / "store"), "--to", "0.5")
    lines = ran.out.splitlines()
    assert lines[2:4] == ["", "cannot be done"]
    assert lines[4].startswith('  1: data type "|O" holds objects')


def test_c6_validate_names_the_command_that_deletes_old_documents(tmp_path: Path, run: Run) -> None:
    root = labels("0.4").write(tmp_path / "store")
    upgrade_store(root, "0.5")
    report = check_store(root)
    assert {issue.hint for issue in report.issues if issue.rule == "version-no-side-by-side"} == {
        "if those of Zarr v3 are meant, as after an upgrade,"
        " `ngff upgrade STORE --to 0.5 --remove-old` deletes the others"
    }
    assert run("upgrade", root, "--to", "0.5", "--remove-old").code == 0
    assert [issue.rule for issue in check_store(root).issues] == []


# --- C7: what a user should know -----------------------------------------------------------------------------------


def test_c7_without_a_version_those_that_there_are_are_listed(tmp_path: Path, run: Run) -> None:
    root = image("0.4").write(tmp_path / "store")
    ran = run("upgrade", root)
    assert ran.code == 2
    assert "Missing option '--to'. Installed versions: 0.4, 0.5.\n" in ran.err


def test_c7_chunk_keys_of_v2_are_new_to_some_readers(tmp_path: Path) -> None:
    root = labels("0.4").write(tmp_path / "store")
    plan = plan_upgrade(root, "0.5")
    told = {remark.path: remark.text for remark in plan.remarks}
    assert set(told.values()) == {KEYS_OF_V2}
    assert set(told) == {f"{path}{level}" for path in ("", "labels/cells/") for level in range(3)}


def test_c7_a_field_of_a_plate_is_not_upgraded_alone(tmp_path: Path, run: Run) -> None:
    root = plate("0.4").write(tmp_path / "plate")
    field = root / "A/1/0"
    ran = run("upgrade", field, "--to", "0.5")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        f"refused  {field}  OME-Zarr 0.4 -> 0.5",
        f"refused: the store is a part of {root}, which another version in it would make invalid; nothing was written",
        "next",
        f"  ngff upgrade {root} --to 0.5",
        "    upgrades all of it",
        f"  ngff upgrade {field} --to 0.5 --decide part=alone",
        "    upgrades this part all the same",
        *ran.out.splitlines()[7:],
    ]
    assert run("upgrade", root / "A", "--to", "0.5").code == 3  # a row has no metadata of its own
    assert run("upgrade", field, "--out", tmp_path / "out", "--to", "0.5").code == 0
    assert not (field / "zarr.json").exists()
    assert run("upgrade", field, "--to", "0.5", "--decide", "part=alone").code == 0
    assert check_store(field).version == "0.5"
    assert run("upgrade", root, "--to", "0.5", "--decide", "existing=replace").code == 0
    assert check_store(root).version == "0.5"


def test_c7_what_a_plate_does_not_name_is_upgraded_alone(tmp_path: Path, run: Run) -> None:
    tree = plate("0.4")
    tree.docs |= {f"A/1/9/{key}": value for key, value in image("0.4").docs.items()}
    root = tree.write(tmp_path / "plate")
    assert run("upgrade", root / "A/1/9", "--to", "0.5").code == 0
    upgrade_store(root, "0.5", remove_old=True)
    assert run("upgrade", root / "A/1/9", "--to", "0.5").code == 0


def test_c8_two_formats_in_one_hierarchy_are_the_reason_that_is_given(tmp_path: Path, run: Run) -> None:
    """The errors of the result are others than those that the store has now."""
    root = image("0.4").write(tmp_path / "store")
    for name in (".zattrs", ".zgroup"):
        (root / name).unlink()
    (root / "zarr.json").write_bytes((image("0.5").write(tmp_path / "other") / "zarr.json").read_bytes())
    before = sorted(root.rglob("*"))
    ran = run("upgrade", root, "--to", "0.5")
    assert ran.code == 1
    assert ran.out.splitlines()[1] == (
        "refused: the root is of Zarr v3 and 0, 1, 2 are of Zarr v2: no version has both,"
        " and the result would not be valid; nothing was written"
    )
    assert sorted(root.rglob("*")) == before
