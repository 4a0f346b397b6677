"""Which folders of core a call goes through, and where one calls into a folder that stands above it."""

from __future__ import annotations

import inspect
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import FrameType

__all__ = ["Way", "layers"]

PROJECT = Path(__file__).parents[2]
CORE = "ngff_core"
RESUMED = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


def layers() -> dict[str, int]:
    """Return how low each folder of core stands, from the contract in pyproject.toml; the package itself is on top."""
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    rows = next(c["layers"] for c in contracts["contracts"] if c["type"] == "layers" and c["containers"] == [CORE])
    return {"": -1} | {name.strip(): number for number, row in enumerate(rows) for name in row.split("|")}


class Way:
    """The folders that calls enter, in order (`entered`), and the calls upwards (`climbs`: caller and called).

    Only functions of core count. One that others call in between, such as a version or pluggy, is called by the nearest
    function of core before. A generator is resumed by whoever takes from it, and nothing tells where it was made: that
    is no call; what it calls itself counts. Neither is importing a module, nor that `references` looks something up.
    """

    def __init__(self, order: dict[str, int]) -> None:
        self.entered: list[str] = []
        self.climbs: list[tuple[str, str]] = []
        self._order = order

    def of(self, work: Callable[[], object]) -> Way:
        """Follow a call; return this way."""
        before = sys.getprofile()
        sys.setprofile(self._follow)
        try:
            work()
        finally:
            sys.setprofile(before)
        return self

    def _follow(self, frame: FrameType, event: str, _: object) -> None:
        if event != "call" or frame.f_code.co_name == "<module>":
            return
        folder = folder_of(frame)
        if folder is None or folder == "references":
            return
        if not self.entered or self.entered[-1] != folder:
            self.entered.append(folder)
        if frame.f_code.co_flags & RESUMED:
            return
        caller = _caller(frame)
        above = None if caller is None else folder_of(caller)
        if caller is not None and above is not None and self._order[folder] < self._order[above]:
            climb = (_name(caller), _name(frame))
            if climb not in self.climbs:
                self.climbs.append(climb)


def folder_of(frame: FrameType) -> str | None:
    """Return the folder of core (the module, for one that lies in none) that a function is of."""
    package, _, rest = str(frame.f_globals.get("__name__", "")).partition(".")
    return rest.partition(".")[0] if package == CORE else None


def _caller(frame: FrameType) -> FrameType | None:
    caller = frame.f_back
    while caller is not None and folder_of(caller) in (None, "references"):
        caller = caller.f_back
    return caller


def _name(frame: FrameType) -> str:
    module = str(frame.f_globals["__name__"]).removeprefix(f"{CORE}.")
    return f"{module}:{frame.f_code.co_qualname}"
