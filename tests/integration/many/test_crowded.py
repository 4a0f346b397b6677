"""Workers on a machine that has no room for them: few open files, processes or threads."""

from __future__ import annotations

import multiprocessing.queues
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from bases import image

from ngff_core import check_stores
from ngff_core.errors import EngineError
from ngff_core.validation.many.processes import process_pool

resource = pytest.importorskip("resource", reason="limits are those of POSIX")

NOT_STARTED = "the workers cannot be started: "
NO_THREAD = RuntimeError("can't start new thread")


@pytest.fixture
def stores(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number}.zarr" for number in range(4)]
    for path in paths:
        image("0.5").write(path)
    return paths


@pytest.mark.parametrize("files", [12, 30, 48])
def test_attack16_3d_few_open_files(files: int, stores: list[Path]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "ngff_core", "validate", *map(str, stores), "--workers", "64"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (3, "")
    assert ran.stderr.startswith(f"Error: {NOT_STARTED}")
    assert "(ulimit -n)" in ran.stderr
    assert "defect" not in ran.stderr


def fails(*_: object) -> None:
    raise NO_THREAD


def of_a_worker(*_: object) -> None:
    if multiprocessing.parent_process() is not None:
        raise NO_THREAD
    real_start(*_)  # type: ignore[arg-type]


real_start = threading.Thread.start


@pytest.mark.parametrize(
    ("what", "start"),
    [
        ("threading.Thread.start", fails),
        ("threading.Thread.start", of_a_worker),
        ("multiprocessing.queues.Queue._start_thread", fails),  # without which nothing is handed out, for ever
    ],
)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="what is patched here is not in processes that are spawned")
def test_attack16_3d_few_threads(what: str, start: object, stores: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ngff_core.validation.many.processes.can_be_forked", lambda: True)
    monkeypatch.setattr("ngff_core.validation.many.workers.LOOK_EVERY", 0.1)
    monkeypatch.setattr("threading.excepthook", lambda _: None)
    monkeypatch.setattr(what, start)
    with pytest.raises(EngineError, match=NOT_STARTED), process_pool(2, {}) as pool:
        list(check_stores(stores, executor=pool))
