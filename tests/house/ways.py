"""Which folders of core a call goes through, and where one calls into a folder that stands above it."""

from __future__ import annotations

import inspect
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import FrameType

__all__ = ["CORE", "Way", "layers"]

PROJECT = Path(__file__).parents[2]
CORE = "ngff_core"
RESUMED = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


def layers() -> dict[str, int]:
    """Return how low each folder of core stands, from the contract in pyproject.toml; 0 is on top."""
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    rows = next(c["layers"] for c in contracts["contracts"] if c["type"] == "layers" and c["containers"] == [CORE])
    return {name.strip(): number for number, row in enumerate(rows) for name in row.split("|")}


COMPREHENSIONS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")


class Way:
    """The folders that calls enter, in order (`entered`), and the calls upwards (`climbs`: caller and called).

    Only functions of core count. One that others call in between, such as a version or pluggy, is called by the nearest
    function of core before. A generator is called by who takes its first item, unless that was handed the generator:
    then it is a value from above; taking more is no call. Not counted either: that a module is imported, that
    `references` looks something up, and that the package finds its public names when others import them.
    """

    def __init__(self, order: dict[str, int]) -> None:
        self.entered: list[str] = []
        self.climbs: list[tuple[str, str]] = []
        self._order = order
        self._begun: list[FrameType] = []  # generators; kept, so that no other frame can take the place of one

    def of(self, work: Callable[[], object]) -> Way:
        """Follow a call; return this way."""
        before = sys.getprofile()
        sys.setprofile(self._follow)
        try:
            work()
        finally:
            sys.setprofile(before)
            self._begun.clear()
        return self

    def _follow(self, frame: FrameType, event: str, _: object) -> None:
        folder = folder_of(frame)
        if event != "call" or folder is None or frame.f_code.co_name == "<module>":
            return
        caller = _caller(frame)
        if not self.entered or self.entered[-1] != folder:
            self.entered.append(folder)
        if frame.f_code.co_flags & RESUMED and not self._begins(frame, caller):
            return
        if caller is not None and self._order[folder] < self._order[folder_of(caller) or ""]:
            climb = (_name(caller), _name(frame))
            if climb not in self.climbs:
                self.climbs.append(climb)

    def _begins(self, frame: FrameType, caller: FrameType | None) -> bool:
        """Tell whether a generator gives its first item, to one that was not handed it."""
        if any(frame is known for known in self._begun):
            return False
        self._begun.append(frame)
        return caller is None or not any(getattr(value, "gi_frame", None) is frame for value in _arguments(caller))


def _arguments(frame: FrameType) -> list[object]:
    """Return what a function was called with; for a comprehension in one, what that was."""
    while frame.f_code.co_name in COMPREHENSIONS and frame.f_back is not None:
        frame = frame.f_back
    code = frame.f_code
    number = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & inspect.CO_VARARGS)
    return [frame.f_locals.get(name) for name in code.co_varnames[:number]]


def folder_of(frame: FrameType) -> str | None:
    """Return the folder of core (the module, for one that lies in none) that a function is of, if it counts."""
    package, _, rest = str(frame.f_globals.get("__name__", "")).partition(".")
    folder = rest.partition(".")[0]
    return folder if package == CORE and folder not in ("", "references") else None


def _caller(frame: FrameType) -> FrameType | None:
    caller = frame.f_back
    while caller is not None and folder_of(caller) is None:
        caller = caller.f_back
    return caller


def _name(frame: FrameType) -> str:
    module = str(frame.f_globals["__name__"]).removeprefix(f"{CORE}.")
    return f"{module}:{frame.f_code.co_qualname}"
