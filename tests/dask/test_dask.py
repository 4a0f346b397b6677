"""The engine `dask`, on real clusters: the report is that of one process, whatever is killed."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed", reason="needs Dask: distributed is not installed")
pytest.importorskip("ngff_dask", reason="needs the plugin ngff-dask")
pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

import dask
from bases import image, plate
from distributed import Client, LocalCluster

from ngff_core import check_store, check_stores
from ngff_core.checking.settings import Settings
from ngff_core.errors import EngineError, UsageError
from ngff_core.plugins.registry import default_registry
from ngff_core.validation.many.addresses import Address
from ngff_core.validation.many.jobs import Job, job_for, perform_all
from ngff_core.validation.many.workers import Workers, perform_with
from ngff_core.validation.validator import Validator
from ngff_dask import executor_of
from ngff_dask.cluster import dask_executor
from ngff_dask.worker import perform_alike

GUARD = 300  # seconds; whatever hangs fails
STORES = 40
POISONED = (7, 23)
QUIET = {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"}

# A rule of a plugin, installed for the command and its workers, that ends the process of a worker, or keeps it busy.
POISON = """
import os, signal, time
from ngff_core.checking.rule import rule
from ngff_core.hierarchy import GroupNode
from ngff_core.issues.requirement import MUST
from ngff_core.plugins import hookimpl

@rule("poison/ends", on=GroupNode, requirement=MUST, valid=[], invalid=[])
def ends(node, ctx):
    '''Ends the worker, or keeps it busy until it may go on.'''
    text = str(node.document.attributes)
    if str(os.getpid()) != os.environ["COMMAND"]:
        if "KILL" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        while "WAIT" in text and not os.path.exists(os.environ["GO_ON"]):
            open(os.environ["WAITING"], "a").close()
            time.sleep(0.05)
    return ()

@hookimpl
def ngff_rules(version):
    return [ends]
"""


@pytest.fixture
def stores(tmp_path: Path) -> Path:
    """Images of two versions, some with faults, and a plate."""
    for number in range(STORES):
        tree = image("0.5" if number % 2 else "0.4")
        if number % 9 == 4:
            tree.ome("")["omero"] = {"channels": [{"color": "red"}]}
        tree.write(tmp_path / f"s/{number:02}.zarr")
    spoilt = plate("0.5")
    spoilt.ome("A/1/0")["omero"] = {"channels": [{"color": "red"}]}
    spoilt.write(tmp_path / "plate.zarr")
    return tmp_path


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of commands and workers in which the plugin is installed."""
    (tmp_path / "plugin/poison-1.0.dist-info").mkdir(parents=True)
    (tmp_path / "plugin/poison-1.0.dist-info/METADATA").write_text(
        "Metadata-Version: 2.1\nName: poison\nVersion: 1.0\n"
    )
    (tmp_path / "plugin/poison-1.0.dist-info/entry_points.txt").write_text("[ngff]\npoison = poison\n")
    (tmp_path / "plugin/poison.py").write_text(POISON)
    (tmp_path / "plugin/sitecustomize.py").write_text("import os; os.environ.setdefault('COMMAND', str(os.getpid()))\n")
    there = {"PYTHONPATH": str(tmp_path / "plugin"), "GO_ON": str(tmp_path / "go"), "WAITING": str(tmp_path / "wait")}
    return {**os.environ, **QUIET, **there, "PYTHONWARNINGS": "ignore"}


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start processes in the folder of the stores, in sessions of their own; all are killed at the end."""
    running: list[subprocess.Popen[bytes]] = []

    def start(
        environment: dict[str, str], *line: str, program: Sequence[str] = (sys.executable, "-m"), **more: Any
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([*program, *line], cwd=tmp_path, env=environment, start_new_session=True, **more)
        running.append(process)
        return process

    yield start
    for process in running:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with all that it has started, and wait for its end."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(GUARD)
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def until(there: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + GUARD
    while not there():
        assert time.monotonic() < end, "it has not come about"
        time.sleep(0.05)


def validate(environment: dict[str, str], folder: Path, *arguments: str) -> tuple[int, str, str]:
    line = [sys.executable, "-m", "ngff_core", "validate", *arguments]
    ran = subprocess.run(line, cwd=folder, env=environment, capture_output=True, timeout=GUARD, check=False)
    return ran.returncode, ran.stdout.decode(), ran.stderr.decode()


def with_scheduler(started: Any, environment: dict[str, str], folder: Path, *, workers: int = 2) -> tuple[str, Any]:
    """Start a scheduler with workers, as on a cluster; return its file, and its process."""
    scheduler = started(
        environment, "dask", "scheduler", "--port", "0", "--scheduler-file", "scheduler.json", "--no-dashboard",
        "--host", "127.0.0.1", stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until((folder / "scheduler.json").exists)
    for _ in range(workers):
        started(
            environment, "dask", "worker", "--scheduler-file", "scheduler.json", "--nthreads", "1", "--no-dashboard",
            "--host", "127.0.0.1", stderr=subprocess.DEVNULL,
        )  # fmt: skip
    with Client(scheduler_file=str(folder / "scheduler.json"), timeout=GUARD) as client:
        client.wait_for_workers(workers, timeout=GUARD)
    return "scheduler.json", scheduler


LOCAL = ("--engine", "dask", "--scheduler", "local", "--workers", "2")


@pytest.mark.parametrize("paths", [("s", "-r"), ("plate.zarr",), ("plate.zarr", "s/04.zarr", "none.zarr")])
def test_the_report_is_that_of_one_process(stores: Path, environment: dict[str, str], paths: tuple[str, ...]) -> None:
    plain = validate(environment, stores, *paths, "--format", "json")
    assert validate(environment, stores, *paths, "--format", "json", *LOCAL) == plain
    assert json.loads(plain[1])["summary"]["statuses"]["invalid"] > 0


def test_stores_that_kill_their_workers_take_no_others_with_them(stores: Path, environment: dict[str, str]) -> None:
    plain = json.loads(validate(environment, stores, "s", "-r", "--format", "json")[1])["results"]
    for number in POISONED:
        tree = image("0.5")
        tree.ome("")["multiscales"][0]["name"] = "KILL"
        tree.write(stores / f"s/{number:02}.zarr")
    code, out, err = validate(environment, stores, "s", "-r", "--format", "json", "--log", "run.jsonl", *LOCAL)
    results = json.loads(out)["results"]
    assert (code, err) == (1, "")
    dead = [n for n, result in enumerate(results) if result["status"] == "unreadable"]
    assert dead == list(POISONED)
    assert all("as the worker died: " in results[n]["issues"][0]["message"] for n in dead)
    assert [r for n, r in enumerate(results) if n not in dead] == [r for n, r in enumerate(plain) if n not in dead]


def waiting_store(stores: Path, number: int) -> None:
    tree = image("0.5")
    tree.ome("")["multiscales"][0]["name"] = "WAIT"
    tree.write(stores / f"s/{number:02}.zarr")


def test_a_client_that_is_killed(stores: Path, environment: dict[str, str], started: Any) -> None:
    waiting_store(stores, 30)
    file, _ = with_scheduler(started, environment, stores)
    line = ("s", "-r", "--format", "json", "--engine", "dask", "--scheduler", file, "--log", "run.jsonl", "--resume")
    command = started(environment, "ngff_core", "validate", *line, stdout=subprocess.DEVNULL)
    until((stores / "wait").exists)
    until(lambda: (stores / "run.jsonl").read_bytes().count(b"\n") > 3)
    kill(command)
    before = (stores / "run.jsonl").read_bytes().count(b"\n")
    assert 3 < before <= 30
    (stores / "go").touch()
    resumed = validate(environment, stores, *line)
    assert resumed == validate(environment, stores, "s", "-r", "--format", "json")
    keys = [json.loads(line).get("key") for line in (stores / "run.jsonl").read_bytes().splitlines()[:-1]]
    assert len(keys) == len({*keys}) == STORES


def test_a_scheduler_that_is_killed(stores: Path, environment: dict[str, str], started: Any) -> None:
    waiting_store(stores, 30)
    file, scheduler = with_scheduler(started, environment, stores)
    line = ("s", "-r", "--format", "json", "--log", "run.jsonl", "--resume", "--engine", "dask", "--scheduler")
    command = started(environment, "ngff_core", "validate", *line, file, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until((stores / "wait").exists)
    until(lambda: (stores / "run.jsonl").read_bytes().count(b"\n") > 3)
    kill(scheduler)
    _, err = command.communicate(timeout=GUARD)
    assert command.returncode == 3
    assert err.decode().startswith(
        "Error: the scheduler has given up what it was sent: it is gone, or was started anew"
    )
    (stores / "go").touch()
    resumed = validate(environment, stores, *line, "local")
    assert resumed == validate(environment, stores, "s", "-r", "--format", "json")


def test_a_worker_that_is_killed(stores: Path, environment: dict[str, str], started: Any) -> None:
    waiting_store(stores, 30)
    file, _ = with_scheduler(started, environment, stores, workers=1)
    second = started(
        environment, "dask", "worker", "--scheduler-file", file, "--nthreads", "1", "--no-dashboard",
        "--host", "127.0.0.1", stderr=subprocess.DEVNULL,
    )  # fmt: skip
    line = ("s", "-r", "--format", "json", "--engine", "dask", "--scheduler", file)
    command = started(environment, "ngff_core", "validate", *line, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until((stores / "wait").exists)
    kill(second)
    (stores / "go").touch()
    out, err = command.communicate(timeout=GUARD)
    assert (command.returncode, out.decode(), err.decode()) == validate(environment, stores, *line[:4])


# --- what has to hold before work is sent ------------------------------------------------------------


def test_workers_with_other_rules_are_refused(stores: Path, environment: dict[str, str], started: Any) -> None:
    file, _ = with_scheduler(started, {**environment, "NGFF_NO_PLUGINS": "poison"}, stores, workers=1)
    code, out, err = validate(environment, stores, "s", "-r", "--engine", "dask", "--scheduler", file)
    assert (code, out) == (3, "")
    assert err.startswith("Error: the worker tcp://127.0.0.1:")
    assert err.endswith(" would judge by other rules: poison is missing; here poison 1.0; install the same releases\n")
    blocked = validate(environment, stores, "s", "-r", "--no-plugin", "poison", "--engine", "dask", "--scheduler", file)
    assert blocked == validate(environment, stores, "s", "-r", "--no-plugin", "poison")


def test_a_worker_that_comes_later_with_other_rules(environment: dict[str, str], stores: Path) -> None:
    from ngff_dask.worker import Here, perform_alike, rules_here

    rules = rules_here(())
    assert perform_alike(Here(rules, ()), sorted, [3, 1]) == [1, 3]
    with pytest.raises(EngineError, match=r"^a worker would judge by other rules: x is missing; here x 2; install"):
        perform_alike(Here({**rules, "x": "2"}, ()), sorted, [3, 1])


def test_a_relative_path_is_not_looked_up_elsewhere(environment: dict[str, str], stores: Path, started: Any) -> None:
    """A sound store of the same name may be there."""
    file, _ = with_scheduler(started, environment, stores, workers=1)
    other = stores / "another folder"
    other.mkdir()
    given = ("--engine", "dask", "--scheduler", str(stores / file))
    code, out, err = validate(environment, other, "../s/00.zarr", "../s/01.zarr", *given)
    assert code == 3
    assert f"is a relative path, and a worker was started in another folder: {stores}, not {other}" in out + err
    absolute = (str(stores / "s/00.zarr"), str(stores / "s/01.zarr"))
    assert validate(environment, other, *absolute, *given)[:2] == validate(environment, other, *absolute)[:2]


def test_workers_that_may_stop_for_good_are_told_of(stores: Path, environment: dict[str, str], started: Any) -> None:
    profiled = {**environment, "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "True"}
    file, _ = with_scheduler(started, profiled, stores, workers=1)
    _, _, err = validate(environment, stores, "s/01.zarr", "s/02.zarr", "--engine", "dask", "--scheduler", file)
    warned = err.startswith(
        "warning: 1 worker may stop for good, as Python before 3.12 does while Dask takes a profile;"
    )
    assert warned == (sys.version_info < (3, 12))


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--engine", "dask"), 2, "--engine dask needs --scheduler: tcp://HOST:PORT, a scheduler file, or local"),
        (("--engine", "dusk"), 2, "no engine 'dusk', there are dask, processes; did you mean 'dask'?"),
        (
            ("--scheduler", "local"),
            2,
            "--scheduler says where the workers of another engine are: ",
        ),
        (("--engine", "dask", "--scheduler", "none.json"), 3, "there is no scheduler at none.json: "),
        (
            ("--engine", "dask", "--scheduler", "x.json", "--workers", "3"),
            2,
            "--workers goes with --scheduler local: another scheduler has the workers that it has",
        ),
        (
            (*LOCAL, "--shard", "1/2", "--format", "json"),
            2,
            "--engine divides a run by itself, ",
        ),
        (
            (*LOCAL, "--storage-option", "secret_key=abcdefgh"),
            2,
            "the storage option 'secret_key' may be a secret, which is not sent to a cluster: let the workers have",
        ),
    ],
)
def test_what_makes_no_sense(
    stores: Path, environment: dict[str, str], arguments: tuple[str, ...], code: int, words: str
) -> None:
    found, out, err = validate(environment, stores, "s", "-r", *arguments)
    assert (found, out) == (code, "")
    assert f"Error: {words}" in err
    assert "abcdefgh" not in err


def test_secrets_stay_here_and_rates_are_shared(request: pytest.FixtureRequest) -> None:
    other = socket.socket()
    request.addfinalizer(other.close)
    with suppress(OSError):  # another cluster of this machine has the port of the dashboard: nothing to warn of
        other.bind(("", 8787))
        other.listen()
    executor = dask_executor(2, {"scheduler": "local", "blocked": ()})
    with Workers(executor, None, executor.workers) as workers:
        assert (workers.number, workers.window) == (2, 12)
        scheduler: Any = executor._client.cluster.scheduler  # in this process: it keeps next to no history
        assert (scheduler.transition_log.maxlen, scheduler.monitor.maxlen) == (0, 100)
        assert workers.share_of({"max_rps": 9.0, "region": "x"}) == {"max_rps": 4.5, "region": "x"}
        validator = Validator(default_registry(), Settings())
        for address in ("s3://key:secret@host/a.zarr", "https://host/a.zarr?X-Amz-Signature=0123456789abcdef"):
            with pytest.raises(UsageError, match="holds a secret, which is not sent to a cluster") as caught:
                list(perform_with(workers, [job_for(validator, Address(address))]))
            assert "0123456789abcdef" not in str(caught.value)
        sent: Future[Any] = executor.submit(perform_all, [job_for(validator, Address("none.zarr"))])
        assert len(sent.result(GUARD)[1]) == 1
        (level,) = {*executor._client.run(lambda: logging.getLogger("distributed.worker").getEffectiveLevel()).values()}
        assert level == logging.CRITICAL  # what a worker logs, when it ends say, would stand between what is reported


def test_the_command_does_not_keep_what_it_has_sent(stores: Path, started: Any) -> None:
    file, _ = with_scheduler(started, {**os.environ, **QUIET}, stores, workers=1)
    for scheduler in (str(stores / file), LOCAL[3]):
        with dask_executor(None, {"scheduler": scheduler, "blocked": (), "timeout": GUARD}) as executor:
            assert executor.submit(perform_all, []).result(GUARD)[1] == []
            assert list(executor._client.scheduler_comm.recent_message_log) == []


def test_work_may_take_longer_than_a_cluster_may_be_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ngff_dask.executor.LOOK_EVERY", 0.02)
    monkeypatch.setattr("ngff_dask.executor.PATIENCE", 0.2)
    with (
        dask.config.set({"distributed.client.scheduler-info-interval": "20ms"}),
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as client,
    ):
        executor = executor_of(client)
        assert executor.submit(time.sleep, 1).result(GUARD) is None
        cluster.scale(0)
        with pytest.raises(EngineError, match="has had no worker for"):
            executor.submit(time.sleep, 0).result(GUARD)
        executor.shutdown()


BOTH = threading.Barrier(2)


def meet(jobs: Sequence[Job]) -> int:
    """Take all jobs, then wait for another batch, which one thread begins only if this one has made room."""
    number = len([*jobs])
    BOTH.wait(GUARD)
    return number


def test_a_batch_begins_while_the_last_stores_of_another_are_waited_for() -> None:
    def batch(url: str, number: int, **options: object) -> list[Job]:
        return [job_for(validator, Address(url.format(place)), options) for place in range(number)]

    validator = Validator(default_registry(), Settings())
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        executor = executor_of(client)
        waiting = batch("http://127.0.0.1/{}.zarr", 64)
        assert [one.result(GUARD) for one in [executor.submit(meet, waiting) for _ in range(2)]] == [64, 64]
        for alone in (batch("/{}.zarr", 64), batch("http://h/{}.zarr", 63), batch("http://h/{}.zarr", 64, max_rps=9)):
            assert perform_alike(executor._here, lambda given: given, alone) is alone
        executor.shutdown()


def test_a_scheduler_that_does_not_answer_is_waited_for_as_long_as_told(
    stores: Path, environment: dict[str, str], request: pytest.FixtureRequest
) -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    request.addfinalizer(silent.close)
    for port, said in ((silent.getsockname()[1], ": no answer within 1 s"), (1, " after 1 s")):
        address = f"tcp://127.0.0.1:{port}"
        given = ("--engine", "dask", "--scheduler", address, "--timeout", "1")
        code, out, err = validate(environment, stores, "s", "-r", *given)
        assert (code, out) == (3, "")
        assert err.startswith(f"Error: there is no scheduler at {address}: ")
        assert err.endswith(f"{said}\n")


def test_from_python(stores: Path) -> None:
    paths = [stores / f"s/{number:02}.zarr" for number in range(STORES)]
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as client,
    ):
        executor = executor_of(client)
        assert list(check_stores(paths, executor=executor)) == list(check_stores(paths))
        assert check_store(stores / "plate.zarr", executor=executor) == check_store(stores / "plate.zarr")
        executor.shutdown()
        assert client.submit(sum, [1, 2]).result() == 3  # it is not ours to leave


# --- the pages of the documentation ------------------------------------------------------------------

DOCS = Path(__file__).parents[2] / "docs"
SRUN = """#!/bin/sh
# stands for SLURM's: runs a command as often as the job asks for
for task in 1 2; do "$@" & done
wait
"""


def block_of(page: str, number: int) -> str:
    """Return a block of shell of a page."""
    return re.findall(r"^```sh\n(.*?)^```$", (DOCS / page).read_text(), re.MULTILINE | re.DOTALL)[number]


@pytest.mark.parametrize(("page", "number"), [("cluster.md", 0), ("slurm.md", 0)])
def test_what_pages_say_to_do(stores: Path, environment: dict[str, str], started: Any, page: str, number: int) -> None:
    (stores / "bin").mkdir()
    (stores / "bin/srun").write_text(SRUN)
    (stores / "bin/srun").chmod(0o755)
    (stores / "stores.txt").write_text("".join(f"s/{n:02}.zarr\n" for n in range(STORES)))
    path = os.pathsep.join([str(stores / "bin"), str(Path(sys.executable).parent), environment["PATH"]])
    script = started({**environment, "PATH": path}, block_of(page, number), program=("bash", "-c"))
    until((stores / "run.jsonl").exists)
    until(lambda: b'"end"' in (stores / "run.jsonl").read_bytes())
    kill(script)
    results = [json.loads(line).get("result") for line in (stores / "run.jsonl").read_bytes().splitlines()[:-1]]
    assert len(results) == STORES + (page == "cluster.md")  # and the plate
    assert {result["status"] for result in results} == {"valid", "invalid"}
