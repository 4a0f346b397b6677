"""What became of one store that a command was to change."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence

import attrs

from ngff_core.errors import MissingPackageError, NgffError, UsageError, failure_of
from ngff_core.masking import masked
from ngff_core.report.report import ValidationError
from ngff_core.structure.values import JSONObject
from ngff_core.upgrade.proof.pixels import DifferentPixelsError

__all__ = ["Next", "Outcome", "next_lines", "outcome_of_failure", "shell_command"]


@attrs.frozen
class Next:
    """A command that may come next, and what it does."""

    command: str
    does: str

    def to_dict(self) -> JSONObject:
        """Return the JSON form."""
        return {"command": self.command, "does": self.does}


def shell_command(*words: str) -> str:
    """Return a command as a shell takes it; where an address holds secrets, they have to be put in again."""
    return shlex.join(["ngff", *map(masked, words)])


def next_lines(commands: Sequence[Next]) -> Iterator[str]:
    """Yield the lines for people: each command with what it does."""
    if commands:
        yield "next"
    for entry in commands:
        yield f"  {entry.command}"
        yield f"    {entry.does}"


def _nothing() -> JSONObject:
    return {}


@attrs.frozen(kw_only=True)
class Outcome:
    """What became of one store.

    ``status`` is the word that it is counted under, ``code`` the exit code. ``headline`` is said of each store,
    ``reasons`` are why nothing was done, a sentence each; ``causes`` are what the stores of a run are grouped by where
    that is something else. ``details`` are for a store by itself, ``result`` is the document of ``--format json``.
    ``whole`` says that whatever lies in the store was dealt with, too.
    """

    url: str
    status: str
    headline: str
    code: int = 0
    reasons: Sequence[str] = ()
    causes: Sequence[str] = ()
    following: Sequence[Next] = ()
    details: Iterable[str] = ()
    result: Callable[[], JSONObject] = _nothing
    whole: bool = False

    def to_dict(self) -> JSONObject:
        """Return the JSON form."""
        return {**self.result(), "next": [entry.to_dict() for entry in self.following]}


def outcome_of_failure(url: str, error: BaseException, fate: str) -> Outcome:
    """Return what becomes of a store where a change has failed; raises what is no failure: Ctrl-C.

    Where the result would not be right, the code is 1, and ``fate`` says what became of it: it "was taken back".
    """
    code, status, hint = 3, "failed", getattr(error, "hint", None)
    causes: list[str] = []
    if isinstance(error, ValidationError):
        code, text = 1, f"the result is not valid, and {fate}"
        rules = dict.fromkeys(issue.rule for issue in error.report.issues)
        causes = [f"the result breaks {rule}, and {fate}" for rule in rules]
    elif isinstance(error, DifferentPixelsError):
        code, text = 1, f"{error}, and the result {fate}"
    elif isinstance(error, UsageError) and not isinstance(error, MissingPackageError):
        code, status, text = 1, "refused", str(error)
    elif isinstance(error, NgffError):
        text = str(error)
    else:
        text = masked(f"{failure_of(error)} (this is a defect of the tool or of a plugin, please report it)")
    text, url = f"{text} (hint: {hint})" if hint else text, masked(url)
    result = {"schema": 1, "url": url, "status": status, "reasons": [text]}
    return Outcome(
        url=url,
        status=status,
        headline=f"{status}  {url}",
        code=code,
        reasons=[text],
        causes=causes,
        result=lambda: result,
    )
