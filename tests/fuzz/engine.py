"""Fuzzing: draw an input from a seed and a number, see what holds of it, and make what fails as small as it gets.

An input is a `Case`, a JSON value, so that one that fails can be kept in ``finds/`` and is tried again for ever,
whatever becomes of the drawing. Each is drawn from ``target:seed:number`` alone: a run is the same wherever it is made.
"""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, Protocol

import attrs
from changing import Step

__all__ = ["SEED", "Case", "Find", "Target", "fuzz", "problems_of", "rounds"]

SEED = os.environ.get("NGFF_FUZZ_SEED", "ngff")
MINUTES = float(os.environ.get("NGFF_FUZZ_MINUTES", "0"))
CPU = 60.0  # seconds of the processor that one input may take; they are a few kilobytes
WALL = 600.0  # seconds after which the process ends, where not even a signal gets through
MEMORY = 600_000  # kilobytes that one input may add to the most that was ever held


@attrs.frozen
class Case:
    """One input: what it is made from, the changes to that, and what is done with it."""

    target: str
    base: str
    steps: list[Step]
    choices: dict[str, Any] = attrs.field(factory=dict)

    def to_json(self) -> str:
        """Return the case as text, which `from_json` reads."""
        return json.dumps(attrs.asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> Case:
        """Return the case that a text holds."""
        return cls(**{k: v for k, v in json.loads(text).items() if k in ("target", "base", "steps", "choices")})


class Target(Protocol):
    """One thing that is fuzzed."""

    name: str

    def draw(self, rng: Random) -> Case:
        """Draw an input."""

    def problems(self, case: Case, folder: Path) -> Iterator[str]:
        """Yield what does not hold of an input; an exception is a problem as well. The folder is empty."""


@attrs.frozen
class Find:
    """An input that something does not hold of."""

    name: str
    case: Case
    problem: str

    def __str__(self) -> str:
        return f"{self.name}: {self.problem}\n{self.case.to_json()}"


class HangError(BaseException):
    """An input takes too long. No `Exception`, so that nothing takes it for a crash of its own."""


def fuzz(target: Target, number: int, share: float = 1.0) -> list[Find]:
    """Try so many inputs, or with ``NGFF_FUZZ_MINUTES`` as many as a share of that time allows; return the finds."""
    finds: dict[str, Find] = {}
    for index in rounds(number, share):
        name = f"{target.name}:{SEED}:{index}"
        case = target.draw(Random(name))
        for problem in problems_of(target, case, name):
            kind = _kind(problem)
            if kind not in finds and len(finds) < 20:
                finds[kind] = Find(name, smallest(target, case, kind), problem)
                print(finds[kind], flush=True)
    return list(finds.values())


def rounds(number: int, share: float) -> Iterator[int]:
    """Yield the numbers of the inputs."""
    start, index = time.monotonic(), 0
    while index < number or time.monotonic() - start < MINUTES * 60 * share:
        yield index
        index += 1


def problems_of(target: Target, case: Case, name: str = "") -> list[str]:
    """Return what does not hold of an input."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory(prefix="ngff-fuzz-") as folder, _watched(case, name):
        try:
            found = list(target.problems(case, Path(folder)))
        except (Exception, HangError) as error:
            found = ["".join(traceback.format_exception(error, limit=-6))]
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return [*found, *([f"memory: grew by {grown >> 10} MB"] if grown > MEMORY else [])]


def smallest(target: Target, case: Case, kind: str) -> Case:
    """Leave changes out as long as the same kind of problem is found."""
    for step in [*case.steps]:
        fewer = attrs.evolve(case, steps=[other for other in case.steps if other is not step])
        if any(_kind(problem) == kind for problem in problems_of(target, fewer)):
            case = fewer
    return case


def _kind(problem: str) -> str:
    """Return what problems of one cause have in common: where an exception came from, else the words before a colon."""
    if problem.startswith("Traceback") or "\nTraceback" in problem:
        lines = [line for line in problem.splitlines() if line.startswith("  File ")]
        return f"{problem.rstrip().splitlines()[-1].partition(':')[0]} {lines[-1] if lines else ''}"
    return problem.partition(":")[0]


@contextmanager
def _watched(case: Case, name: str) -> Iterator[None]:
    """Raise HangError in what takes too much of the processor.

    Where no signal gets through the process ends; then the input is in the file ``ngff-fuzz-PID.json``.
    """
    current = Path(tempfile.gettempdir()) / f"ngff-fuzz-{os.getpid()}.json"
    current.write_text(case.to_json(), encoding="utf-8")
    before = signal.signal(signal.SIGPROF, _hang(name))
    signal.setitimer(signal.ITIMER_PROF, CPU)
    faulthandler.dump_traceback_later(WALL, exit=True, file=sys.__stderr__)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        current.unlink()


def _hang(name: str) -> Callable[[int, Any], None]:
    def stop(_: int, frame: Any) -> None:
        raise HangError(f"{name} took more than {CPU:.0f} s of the processor")

    return stop
