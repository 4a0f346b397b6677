"""Configuration files that nobody means: pipes, devices, what is too large, too deep, or no number."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.5: ngff_v05 is not installed")

from bases import image
from commands import Run

ODD = {
    "deep-arrays": ("a = " + "[" * 200_000, "is nested too deep"),
    "deep-arrays-that-end": ("a = " + "[" * 200_000 + "]" * 200_000, "is nested too deep"),
    "digits": ("max = " + "1" * 10_000, "has an integer that is too large: TOML has those of 64 bits"),
    "hexadecimal-digits": ("max = 0x" + "f" * 10_000, "has an integer that is too large: TOML has those of 64 bits"),
    "integer-inside": ("a = [{b = 9223372036854775808}]", "has an integer that is too large"),
    "long-key": (".".join("a" * 30_000) + " = 1", "has a key of more than 100 parts"),
    "long-key-in-quotes": (".".join(['"a=b"', "'c'"] * 15_000) + " = 1", "has a key of more than 100 parts"),
    "long-key-with-spaces": (" . ".join("a" * 30_000) + " = 1", "has a key of more than 100 parts"),
    "long-header": ("[" + ".".join("a" * 30_000) + "]", "has a key of more than 100 parts"),
    "long-key-inside": ("x = {" + ".".join("a" * 30_000) + " = 1}", "has a key of more than 100 parts"),
    "large": ("#" * 2_000_000, "has more than 1,048,576 bytes, which is too much for a configuration"),
}
NAMES = pytest.mark.parametrize("name", ["ngff.toml", "pyproject.toml"])
PIPES = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")


@pytest.fixture(autouse=True)
def store(tmp_path: Path) -> Path:
    return image("0.5").write(tmp_path / "a.zarr")


@pytest.mark.parametrize("odd", ODD)
@NAMES
def test_attack2_14_a_configuration_that_cannot_be_read_is_a_wrong_call(
    odd: str, name: str, run: Run, tmp_path: Path
) -> None:
    text, said = ODD[odd]
    (tmp_path / name).write_text(f"[tool.ngff]\n{text}\n" if name == "pyproject.toml" else f"{text}\n")
    ran = run("validate", "a.zarr")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert name in ran.err
    assert run("validate", "a.zarr", "--no-config").code == 0


@PIPES
@NAMES
def test_attack2_14_a_pipe_is_no_configuration(name: str, run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / name)
    assert run("validate", "a.zarr").code == 0
    ran = run("validate", "a.zarr", "--config", name)
    assert ran.code == 2
    assert "could not be read: it is not a regular file" in ran.err


def test_attack2_14_what_is_long_without_being_odd(run: Run, tmp_path: Path) -> None:
    many = ", ".join(f'"a.b.c.{n}.zarr"' for n in range(500))
    dots = "\n".join("." * 200 for _ in range(3))
    text = (
        f'[[tool.ngff.per-path]]\nstores = [{many}]\nignore = ["omero"]\n[x]\ny = """\n{dots}\n"""\nz = {2**63 - 1}\n'
    )
    (tmp_path / "pyproject.toml").write_text(text)
    assert run("validate", "a.zarr").code == 0
