"""Exceptions for callers; what is wrong with data is reported as issues instead."""

from __future__ import annotations

import signal
from time import monotonic
from typing import TYPE_CHECKING, Any

from ngff_core.masking import masked
from ngff_core.references import Reference
from ngff_core.version_order import PUBLISHED, near_version, plain_version

if TYPE_CHECKING:
    from types import FrameType

__all__ = [
    "EngineError",
    "MissingPackageError",
    "NgffError",
    "NotFoundError",
    "OutputError",
    "PluginError",
    "SelectionError",
    "StoreError",
    "Terminated",
    "UsageError",
    "VersionNotInstalledError",
    "distribution_of",
]

_pip_install = Reference("ngff_core.installing:pip_install")


class NgffError(Exception):
    """Base of all exceptions that this library raises on purpose; no secret of an address is in what it says."""

    def __init__(self, *args: object) -> None:
        super().__init__(*(masked(arg) if isinstance(arg, str) else arg for arg in args))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what it says, whatever its class is called with: workers send their errors."""
        return _restored, (type(self), self.args, self.__dict__)

    def __eq__(self, other: object) -> bool:
        """Compare what is said, and all that goes with it: an error that another process has sent equals the first."""
        if not isinstance(other, NgffError):
            return NotImplemented
        return type(self) is type(other) and self.args == other.args and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), str(self)))


def _restored(cls: type[NgffError], args: tuple[Any, ...], members: dict[str, Any]) -> NgffError:
    error = cls.__new__(cls, *args)
    error.__dict__.update(members)
    return error


class UsageError(NgffError):
    """A call that makes no sense: an unknown rule id, option or profile."""


class Terminated(KeyboardInterrupt):
    """The command was told to end by a signal, Ctrl-C or another one: the exit code is what shells have of it."""

    def __init__(self, number: int = signal.SIGTERM) -> None:
        self.exit_code = 128 + number
        super().__init__()


class VersionNotInstalledError(UsageError):
    """A specification version was asked for whose plugin is not installed."""

    def __init__(self, version: str, installed: list[str]) -> None:
        self.version = version
        self.installed = installed
        have = ", ".join(installed) or "none"
        near, published = near_version(version, installed), near_version(version, PUBLISHED)
        if near is not None:
            advice = f"did you mean {near!r}?"
        elif published is not None:
            advice = f"try: {_pip_install(distribution_of(published))}"
        else:
            advice = f"published are {', '.join(PUBLISHED)}"
        super().__init__(f"OME-NGFF version {version!r} is not installed (installed: {have}); {advice}")


class EngineError(NgffError):
    """The workers that a run was divided between are lost, or cannot be used: nobody is left to go on."""

    exit_code = 3


class MissingPackageError(UsageError, ImportError):
    """Something was asked for that needs another package, which is not installed or too old."""

    def __init__(self, purpose: str, package: str, install: str, problem: str = "is not installed") -> None:
        self.package = package
        super().__init__(f"{purpose} needs the package {package}, which {problem}; try: pip install {install!r}")


class NotFoundError(NgffError, KeyError):
    """There is no group or array at a path."""

    def __str__(self) -> str:
        return str(self.args[0])


class SelectionError(UsageError, IndexError):
    """Pixels, or a level, were asked for by what selects none."""


class PluginError(NgffError):
    """Two plugins cannot be used together, or one does not keep to the hook specification."""

    exit_code = 3  # nobody used anything wrongly, and nothing was judged


class ResultError(PluginError):
    """What a plugin returned is not what was asked for. The message is a sentence of its own."""


class OutputError(NgffError):
    """What was to be written could not be: the disk is full, say."""

    exit_code = 3

    def __init__(self, error: OSError, where: str = "the output") -> None:
        reason = error.strerror or str(error)
        super().__init__(f"{where} could not be written: {reason[:1].lower()}{reason[1:]}")


class StoreError(NgffError):
    """A key could not be read although it may well exist (absent keys are ``None``, not errors).

    ``hint`` says how to mend it, where that is known.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        self.hint = hint if hint is None else masked(hint)
        super().__init__(message)


def failure_of(error: BaseException) -> str:
    """Return what a plugin failed with, in words without secrets; raise what is no failure of it: Ctrl-C, or a signal.

    ``sys.exit`` in a plugin is one: the exit code of a command is no plugin's to choose. Nothing is asked of the
    exception but its text: it is of a class of the plugin, which may answer in any way.
    """
    if is_stop(error):
        raise error
    try:
        said = str.__str__(str(error))
    except BaseException as again:  # the text of an exception is made by the plugin, too
        if is_stop(again):
            raise
        said = "it does not say why"
    cls = type(error)
    if issubclass(cls, ResultError):
        return said
    return masked(f"{_name_of(cls)}: {said}")


_name_of = type.__dict__["__name__"].__get__  # as it was given in the source, whatever a metaclass makes of it


_SAME = 1.0  # seconds: `timeout` sends a signal twice, to the process and to its group, and so do wrappers of Ctrl-C
_last = -_SAME


def hear_signals() -> None:
    """Raise Terminated on Ctrl-C and SIGTERM from now on, unless whoever started this does something else on them."""
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
        if signal.getsignal(number) is usual:
            signal.signal(number, _break_off)


def is_stop(error: BaseException) -> bool:
    """Tell whether an exception breaks the program off.

    Where a signal raises Terminated, or nobody is told of Ctrl-C, it is a plugin that has raised KeyboardInterrupt.
    """
    cls = type(error)
    if issubclass(cls, Terminated):
        return True
    return issubclass(cls, KeyboardInterrupt) and signal.getsignal(signal.SIGINT) not in (signal.SIG_IGN, _break_off)


def stop_code(stop: BaseException | None) -> int:
    """Return the exit code of a command that was broken off by Ctrl-C, or in another way that states its own."""
    code = getattr(stop, "exit_code", 128 + signal.SIGINT)
    return code if isinstance(code, int) else 128 + signal.SIGINT


def _break_off(number: int, frame: FrameType | None) -> None:
    """Raise Terminated; what comes right after is the same signal once more, and would disturb the leaving."""
    global _last
    before, _last = _last, monotonic()
    if _last - before >= _SAME:
        raise Terminated(number)


def distribution_of(version: str) -> str:
    """Return the name of the distribution that brings a specification version, by convention."""
    version = plain_version(version)
    digits = "".join(version.split(".")[:2]) if version[:1].isdigit() else version
    return f"ngff-v{digits}"


def __getattr__(name: str) -> Any:
    if name == "ValidationError":  # it carries a report, which is further up; known by this name, too
        return Reference("ngff_core.report.report:ValidationError").load()
    raise AttributeError(f"module 'ngff_core.errors' has no attribute {name!r}")
