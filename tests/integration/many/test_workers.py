"""Workers: whoever judges stores and parts of stores, the report is that of one process; a dead one is a finding."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from weakref import WeakSet

import attrs
import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import image, plate
from commands import Run

from ngff_core import check_store, check_stores
from ngff_core.checking.rule import Context, Rule, rule
from ngff_core.checking.settings import Settings
from ngff_core.errors import UsageError
from ngff_core.hierarchy import GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.plugins import Registry, default_registry, hookimpl
from ngff_core.report import Report
from ngff_core.report.partial import Partial
from ngff_core.stores import MemoryStore
from ngff_core.validation.many.addresses import Address
from ngff_core.validation.many.divided import validate_with
from ngff_core.validation.many.jobs import job_for
from ngff_core.validation.many.processes import process_pool
from ngff_core.validation.many.workers import Workers, perform_with
from ngff_core.validation.validator import Validator

GUARD = 300  # seconds; whatever hangs fails


@pytest.fixture(autouse=True)
def _hints_as_in_other_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let hints name what is installed here, as the workers do."""
    monkeypatch.setattr("ngff_core.installing.CORE", "ngff-core")
    monkeypatch.setattr("ngff_core.installing.WORKSPACE", "ngff-workspace")


STORES = 7
UNNAMED = "multiscale-name-present"


def damage(tree: Any, *images: str) -> Any:
    """Spoil images of a hierarchy, so that there is something to find in each."""
    for path in images:
        tree.ome(path)["multiscales"][0].pop("name")
        tree.ome(path)["omero"] = {"channels": [{"color": "red"}]}
    return tree


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write plates and images, some of them with faults; an archive, and what is no store."""
    folder = tmp_path_factory.mktemp("workers")
    for version in ("0.4", "0.5"):
        damage(plate(version), "A/1/0", "A/2/1", "B/3/0").write(folder / f"plate-{version}.zarr")
    for number in range(STORES):
        tree = image("0.5" if number % 2 else "0.4")
        damage(tree, *([""] if number % 3 == 1 else [])).write(folder / f"many/{number}.zarr")
    damage(plate("0.5"), "B/1/0").write(folder / "many/deep/er/plate.zarr")
    with zipfile.ZipFile(folder / "many/zipped.ozx", "w") as archive:
        for key, content in damage(image("0.5"), "").documents().items():
            archive.writestr(key, content)
    (folder / "many/notes").mkdir()
    (folder / "many/broken.zarr").mkdir()
    (folder / "many/broken.zarr/zarr.json").write_text("{")
    (folder / "list.txt").write_text("# stores\nmany/0.zarr\nmany/missing.zarr\nmany/1.zarr\n")
    (folder / "lab.toml").write_text(
        'ignore = ["axes-unit"]\n[severity]\nomero = "warning"\n'
        f'[[per-path]]\npaths = ["A/**"]\nseverity = {{ {UNNAMED} = "off" }}\n'
    )
    return folder


@pytest.fixture
def there(data: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(data)
    return run


@pytest.fixture(scope="module", params=["processes", "threads"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    if request.param == "threads":
        made: Executor = ThreadPoolExecutor(2)
    else:
        made = ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))
    with made:
        yield made


def said(report: Report) -> tuple[Any, Any]:
    """Return all of a report but what reading took: parts read more, as each reads the root."""
    return report.to_dict(), {**attrs.asdict(report, recurse=False), "stats": None}


def dicts(reports: Iterable[Report]) -> list[Any]:
    return [said(report) for report in reports]


def test_what_is_under_way_holds_no_open_store(data: Path) -> None:
    opened: WeakSet[MemoryStore] = WeakSet()

    def found() -> Iterator[Address]:
        for number in range(60):
            store = MemoryStore({})
            opened.add(store)
            yield Address(str(data / f"many/{number % STORES}.zarr"), store=store)

    with ThreadPoolExecutor(1) as executor:
        reports = validate_with(Validator(default_registry(), Settings()), found(), None, Workers(executor))
        next(reports)
        assert len(opened) <= 3  # the first two, by which it is told whether there is one, and the last
        assert sum(1 for _ in reports) == 59


# --- calls of the library -----------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize(
    "options",
    [{}, {"profile": "strict"}, {"select": ["omero"]}, {"ignore": ["omero"]}, {"version": "0.5"}, {"preview": ["all"]}],
    ids=str,
)
def test_a_plate(executor: Executor, data: Path, version: str, options: Any) -> None:
    path = data / f"plate-{version}.zarr"
    alone = check_store(path, **options)
    report = check_store(path, executor=executor, **options)
    assert said(report) == said(alone)


def test_parts_are_judged_by_the_executor(data: Path) -> None:
    class Counting(ThreadPoolExecutor):
        jobs = 0

        def submit(self, function: Any, /, *arguments: Any, **more: Any) -> Future[Any]:
            Counting.jobs += len(arguments[0])
            return super().submit(function, *arguments, **more)

    with Counting(2) as counting:
        report = check_store(data / "plate-0.5.zarr", executor=counting)
    assert (Counting.jobs, report.counts["well"]) == (4, 4)


def test_many_stores(executor: Executor, data: Path) -> None:
    uris = [str(data / "many/*.zarr"), str(data / "nothing-*"), data / "gone.zarr", "s3x://nowhere/x", data / "many"]
    alone = list(check_stores(uris, recursive=True))
    assert dicts(check_stores(uris, recursive=True, executor=executor)) == dicts(alone)
    assert {"store-not-found", "store-not-opened"} < {i.rule for report in alone for i in report.issues}


@pytest.mark.parametrize("name", ["plate-0.5.zarr", "many/1.zarr", "many/zipped.ozx", "gone.zarr", "many/broken.zarr"])
def test_a_single_store(executor: Executor, data: Path, name: str) -> None:
    [report] = check_stores([data / name], executor=executor)
    assert said(report) == said(check_store(data / name)) == said(check_store(data / name, executor=executor))


def test_wrong_usage_is_raised(executor: Executor, data: Path) -> None:
    with pytest.raises(UsageError, match="s3x"):
        check_store("s3x://nowhere/x", executor=executor)
    with pytest.raises(UsageError, match=r"7\.7"):
        check_store(data / "plate-0.5.zarr", version="7.7", executor=executor)
    with pytest.raises(UsageError, match="profile"):
        check_store(data / "plate-0.5.zarr", profile="odd", executor=executor)


class Refusing(Executor):
    """Takes nothing: what cannot be sent to another process must not be handed to one."""

    def submit(self, *_: Any, **__: Any) -> Future[Any]:  # type: ignore[override]
        raise AssertionError("this stays in the process")


def test_stores_that_are_objects_stay_in_the_process() -> None:
    stores = [MemoryStore(damage(plate("0.5"), "A/1/0").documents()), MemoryStore(image("0.4").documents())]
    assert said(check_store(stores[0], executor=Refusing())) == said(check_store(stores[0]))
    assert dicts(check_stores(stores, executor=Refusing())) == dicts(check_stores(stores))


def test_objects_among_addresses(executor: Executor, data: Path) -> None:
    store = MemoryStore(damage(image("0.5"), "").documents())
    uris = [data / "many/0.zarr", store, data / "many/1.zarr", store]
    assert dicts(check_stores(uris, executor=executor)) == dicts(check_stores(uris))


@rule("lab/always", on=GroupNode, requirement=MUST, valid=[], invalid=[])
def always(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Finds something in every group."""
    yield ctx.issue(f"judged by {os.getpid()}")


def test_plugins_that_are_objects_stay_in_the_process(data: Path) -> None:
    class Lab:
        @hookimpl
        def ngff_rules(self, version: str) -> list[Rule]:
            return [always]

    registry = Registry(plugins=[Lab()])
    for path in (data / "plate-0.5.zarr", data / "many/0.zarr"):
        report = check_store(path, registry=registry, executor=Refusing())
        assert said(report) == said(check_store(path, registry=registry))
        assert any(i.rule == "lab/always" and str(os.getpid()) in i.message for i in report.issues)
        assert dicts(check_stores([path, path], registry=registry, executor=Refusing())) == dicts([report, report])


class Clock(Executor):
    """Takes note of how many jobs come together, and says that each takes so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.sizes: list[int] = []

    def submit(self, fn: Any, jobs: Sequence[Any], /) -> Future[Any]:  # type: ignore[override]
        self.sizes.append(len(jobs))
        done: Future[Any] = Future()
        done.set_result((self.seconds * len(jobs), [Partial(url=job.address.url) for job in jobs]))
        return done


@pytest.mark.parametrize(("seconds", "least", "most"), [(0.001, 50, 100), (0.02, 25, 50), (0.1, 5, 10), (3.0, 1, 1)])
def test_batches_are_half_a_second_of_work_to_a_second(seconds: float, least: int, most: int) -> None:
    validator = Validator(default_registry(), Settings())
    jobs = [job_for(validator, Address(f"{number}.zarr")) for number in range(3000)]
    clock = Clock(seconds)
    partials = list(perform_with(Workers(clock), jobs))
    assert [partial.url for partial in partials] == [job.address.url for job in jobs]
    assert clock.sizes[:5] == [1, 2, 4, 8, 16]  # while nothing is known
    later = clock.sizes[13:-1]
    assert min(later) == least
    assert max(later) <= most


def test_reports_come_before_all_stores_are_known(data: Path) -> None:
    asked = []

    def uris() -> Iterator[Path]:
        for _ in range(1000):
            asked.append(1)
            yield data / "many/0.zarr"

    with ThreadPoolExecutor(2) as pool:
        next(check_stores(uris(), executor=pool))
    assert len(asked) < 200


# --- the command --------------------------------------------------------------------------------------

RUNS = [
    *[("plate-0.5.zarr", "--format", format_) for format_ in ("json", "sarif", "junit", "markdown", "html")],
    *[("many", "--recursive", "--format", format_) for format_ in ("text", "json", "jsonl", "github", "html")],
    ("plate-0.4.zarr", "--strict"),
    ("plate-0.4.zarr", "--select", "omero"),
    ("plate-0.4.zarr", "--ignore", "omero", "--ignore", UNNAMED),
    ("plate-0.5.zarr", "--config", "lab.toml"),
    ("plate-0.5.zarr", "--version", "0.4"),
    ("plate-0.5.zarr", "--profile", "lenient", "--preview", "all"),
    ("plate-*.zarr", "many/?.zarr"),
    ("many/*.zarr", "many/*.ozx", "nothing/*", "--config", "lab.toml", "--format", "json"),
    ("--from", "list.txt", "--format", "json"),
    ("many/zipped.ozx",),
    ("many/0.zarr", "gone.zarr", "s3x://nowhere/x", "many/1.zarr", "many/broken.zarr"),
    ("gone.zarr",),
    ("s3x://nowhere/x",),
]


@pytest.mark.parametrize("arguments", RUNS, ids=" ".join)
def test_the_command(there: Run, arguments: tuple[str, ...]) -> None:
    assert there("validate", *arguments, "--workers", "2") == there("validate", *arguments)


def test_one_worker_is_this_process(there: Run) -> None:
    assert there("validate", "plate-0.5.zarr", "--workers", "1") == there("validate", "plate-0.5.zarr")
    code, _, err = there("validate", "plate-0.5.zarr", "--workers", "9" * 20)
    assert (code, "not in the range 1<=x<=1024" in err) == (2, True)


def test_a_baseline(there: Run, tmp_path: Path) -> None:
    for name, more in (("one.json", ()), ("two.json", ("--workers", "2"))):
        assert there("validate", "plate-0.5.zarr", "--write-baseline", tmp_path / name, *more).code == 0
    assert (tmp_path / "two.json").read_bytes() == (tmp_path / "one.json").read_bytes()
    held = ("validate", "plate-0.5.zarr", "--baseline", tmp_path / "one.json", "--format", "json")
    ran = there(*held, "--workers", "2")
    assert ran == there(*held)
    assert (ran.code, '"baseline":' in ran.out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-",), "--workers goes with stores, not with --containing or -."),
        (("many/0.zarr", "-"), "--workers goes with stores, not with --containing or -."),
        (("many/0.zarr/.zattrs", "--containing"), "--workers goes with stores, not with --containing or -."),
        (
            ("plate-0.5.zarr", "--shard", "1/2", "--format", "json"),
            "--workers divides a run by itself, --shard over several runs; give one of them.",
        ),
    ],
)
def test_what_goes_with_workers(there: Run, arguments: tuple[str, ...], words: str) -> None:
    ran = there("validate", *arguments, "--workers", "2", stdin=b"{}")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(f"Error: {words}\n")


@pytest.mark.parametrize("number", ["0", "-1", "x"])
def test_a_number_that_makes_no_sense(there: Run, number: str) -> None:
    ran = there("validate", "plate-0.5.zarr", "--workers", number)
    assert (ran.code, ran.out) == (2, "")


# --- workers that die ---------------------------------------------------------------------------------

POISON = '''
import multiprocessing, os, signal, time
from ngff_core.checking.rule import rule
from ngff_core.hierarchy import GroupNode
from ngff_core.issues.requirement import MUST
from ngff_core.plugins import hookimpl

@rule("poison/ends", on=GroupNode, requirement=MUST, valid=[], invalid=[])
def ends(node, ctx):
    """Ends the worker, or keeps it busy."""
    text = str(node.document.attributes)
    if multiprocessing.parent_process() is not None:
        if "KILL" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "EXIT" in text:
            os._exit(0)
        if "SLEEP" in text:
            open(os.path.join(os.environ["ASLEEP"], str(os.getpid())), "w").close()
            time.sleep(6000)
    return ()

@hookimpl
def ngff_rules(version):
    return [ends]
'''


@pytest.fixture(scope="module")
def poison(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Install a plugin that ends the process it is in; return the environment of a command that finds it."""
    folder = tmp_path_factory.mktemp("installed")
    made = folder / "poison-1.0.dist-info"
    made.mkdir()
    (made / "METADATA").write_text("Metadata-Version: 2.1\nName: poison\nVersion: 1.0\n")
    (made / "entry_points.txt").write_text("[ngff]\npoison = poison\n")
    (folder / "poison.py").write_text(POISON)
    return {**os.environ, "PYTHONPATH": str(folder)}


def named(tree: Any, path: str, word: str) -> Any:
    tree.ome(path)["multiscales"][0]["name"] = word
    return tree


def command(environment: dict[str, str], folder: Path, *arguments: str) -> tuple[int, list[Any]]:
    """Run the command in a process of its own; return its exit code and the results, as they are written."""
    from ngff_core.json_text import loads

    line = [sys.executable, "-m", "ngff_core", "validate", *arguments, "--format", "json"]
    ran = subprocess.run(line, cwd=folder, env=environment, capture_output=True, timeout=GUARD, check=False)
    assert ran.stderr == b""
    return ran.returncode, loads(ran.stdout)["results"]


def death(result: Any) -> bool:
    """Tell whether a result says that the worker died, and nothing else was lost."""
    said = [i["message"] for i in result["issues"] if i["rule"] == "store-not-opened"]
    return any(message.startswith("judging it failed twice, as the worker died: ") for message in said)


@pytest.mark.parametrize(
    ("end", "places", "damaged"), [("KILL", (0,), ()), ("EXIT", (3, 9), (5,)), ("KILL", (0, 1, 11), (2,))]
)
def test_a_store_that_ends_its_worker(
    poison: dict[str, str], tmp_path: Path, end: str, places: Sequence[int], damaged: Sequence[int]
) -> None:
    for number in range(12):
        tree = damage(image("0.5"), *([""] if number in damaged else []))
        (named(tree, "", end) if number in places else tree).write(tmp_path / f"{number:02}.zarr")
    code, results = command(poison, tmp_path, ".", "-r", "--workers", "2")
    assert [result["url"] for result in results] == [f"./{number:02}.zarr" for number in range(12)]
    assert [n for n, result in enumerate(results) if death(result)] == list(places)
    assert [results[n]["status"] for n in places] == ["unreadable"] * len(places)
    assert code == (1 if damaged else 3)
    others = [result for n, result in enumerate(results) if n not in places]
    alone = command(poison, tmp_path, ".", "-r")[1]
    assert others == [result for n, result in enumerate(alone) if n not in places]


# The second of two forked processes waits, told to end as the first has died, before it is prepared for anything.
SLOW = """
import os, time

forked = []
os.register_at_fork(before=lambda: forked.append(1), after_in_child=lambda: time.sleep(len(forked) % 2 == 0))
"""


def test_a_worker_that_is_told_to_end_before_it_is_ready(poison: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "slow").mkdir()
    (tmp_path / "slow/sitecustomize.py").write_text(SLOW)
    slow = {**poison, "PYTHONPATH": f"{tmp_path / 'slow'}{os.pathsep}{poison['PYTHONPATH']}"}
    for number in range(3):
        named(image("0.5"), "", "KILL" if number == 0 else "x").write(tmp_path / f"{number}.zarr")
    code, results = command(slow, tmp_path, ".", "-r", "--workers", "2")
    assert (code, [death(result) for result in results]) == (3, [True, False, False])


@pytest.mark.parametrize(
    ("damaged", "end"), [((), (3, "unreadable")), (("A/1/0", "B/3/0"), (1, "invalid"))], ids=["clean", "damaged"]
)
def test_a_part_of_a_plate_that_ends_its_worker(
    poison: dict[str, str], tmp_path: Path, damaged: tuple[str, ...], end: tuple[int, str]
) -> None:
    tree = named(damage(plate("0.5"), *damaged), "A/2/1", "KILL")
    tree.write(tmp_path / "plate.zarr")
    code, [result] = command(poison, tmp_path, "plate.zarr", "--workers", "2")
    assert ((code, result["status"]), result["version"], result["kind"]) == (end, "0.5", "plate")
    assert death(result)
    assert result["counts"]["well"] == 3
    _, [alone] = command(poison, tmp_path, "plate.zarr")
    assert [i for i in result["issues"] if i["rule"] != "store-not-opened"] == alone["issues"]


class Broken(Executor):
    """An executor whose workers are gone: before, or after it took work."""

    def __init__(self, takes: int = 0, error: type[BaseException] = RuntimeError) -> None:
        self.takes, self.error = takes, error

    def submit(self, *_: Any, **__: Any) -> Future[Any]:  # type: ignore[override]
        self.takes -= 1
        if self.takes < 0:
            raise RuntimeError("no workers")
        future: Future[Any] = Future()
        future.set_exception(self.error("gone"))
        return future


@pytest.mark.parametrize("takes", [0, 1, 3, 100])
def test_an_executor_that_is_broken(data: Path, takes: int) -> None:
    names = [data / f"many/{number}.zarr" for number in range(STORES)]
    reports = guarded(lambda: list(check_stores(names, executor=Broken(takes))))
    assert [report.url for report in reports] == list(map(str, names))
    assert all(death(report.to_dict()) and report.status == "unreadable" for report in reports)
    report = guarded(lambda: check_store(data / "plate-0.5.zarr", executor=Broken(takes)))
    assert (report.status, death(report.to_dict())) == ("unreadable", True)


def test_an_executor_that_was_shut_down(data: Path) -> None:
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    [first, second] = guarded(lambda: list(check_stores([data / "many/0.zarr", data / "many/1.zarr"], executor=pool)))
    assert (first.status, second.status) == ("unreadable", "unreadable")


def test_processes_of_the_caller_that_die(data: Path) -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        with pytest.raises(Exception, match="terminated abruptly"):
            pool.submit(os._exit, 3).result(GUARD)
        reports = guarded(lambda: list(check_stores([data / "many/0.zarr", data / "gone.zarr"], executor=pool)))
    assert [death(report.to_dict()) for report in reports] == [True, True]


def guarded(work: Any) -> Any:
    """Return what some work comes to; fail if it does not end."""
    done: list[Any] = []
    thread = threading.Thread(target=lambda: done.append(work()), daemon=True)
    thread.start()
    thread.join(GUARD)
    assert done, "it hangs, or failed"
    return done[0]


# --- breaking off -------------------------------------------------------------------------------------


def processes_of(group: int) -> list[str]:
    """Return the processes of a group that have not ended."""
    listed = subprocess.run(
        ["ps", "-eww", "-o", "pgid=", "-o", "stat=", "-o", "args="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    return [" ".join(row) for row in rows if row[0] == str(group) and not row[1].startswith("Z")]


def wait_until(true: Any) -> None:
    end = time.monotonic() + GUARD
    while not true():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.05)


@pytest.mark.skipif(os.name == "nt", reason="groups of processes are those of POSIX")
@pytest.mark.parametrize(("sent", "to_all"), [("SIGINT", True), ("SIGINT", False), ("SIGTERM", False)])
def test_breaking_off_leaves_nothing_behind(poison: dict[str, str], tmp_path: Path, sent: str, to_all: bool) -> None:
    data, asleep = tmp_path / "data", tmp_path / "asleep"
    image("0.5").write(data / "0.zarr")
    for number in range(1, 9):
        named(image("0.5"), "", "SLEEP").write(data / f"{number}.zarr")
    asleep.mkdir()
    line = [sys.executable, "-m", "ngff_core", "validate", "-r", ".", "--workers", "2", "--format", "jsonl"]
    environment = {**poison, "ASLEEP": str(asleep)}
    process = subprocess.Popen(
        line,
        cwd=data,
        env=environment,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # what runs in the background ignores it
    )
    try:
        assert process.stdout is not None
        assert b"0.zarr" in process.stdout.readline()  # the workers are at work
        wait_until(lambda: len(list(asleep.iterdir())) == 2)  # both, and in the midst of it
        number = getattr(signal, sent)
        (os.killpg if to_all else os.kill)(process.pid, number)
        _, err = process.communicate(timeout=GUARD)
        wait_until(lambda: not processes_of(process.pid))
    finally:
        if processes_of(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
    assert b"Traceback" not in err
    assert process.returncode == (130 if sent == "SIGINT" else 143)
    assert err == b"\ninterrupted: 1 of 9 stores done: 1 valid\n"


def test_a_process_that_was_started_as_another_died_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool tells those to end that it knows of; one that is started meanwhile waits for work for ever."""
    pool = process_pool(2, {})
    held = pool.submit(time.sleep, 0)
    held.result(GUARD)
    process = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(6000,))
    process.start()
    pool._processes[-1] = process  # type: ignore[index]
    monkeypatch.setattr(process, "terminate", lambda: None)  # it was not there yet
    with pytest.raises(BrokenExecutor):
        pool.submit(os._exit, 1).result(GUARD)
    guarded(lambda: pool.shutdown(wait=True))
    assert process.exitcode == -signal.SIGKILL
