"""What a version tells of documents: asked of every document there is, so that a version that fails says no."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from ngff_core.errors import NgffError, failure_of
from ngff_core.spec.spec import Patches

if TYPE_CHECKING:
    from ngff_core.spec.spec import Spec

__all__ = ["guarded"]


class Failing(Protocol):
    """What is known of a plugin, and takes down that it failed."""

    error: str | None


def guarded(spec: Spec, info: Failing) -> Spec:
    """Return a version whose functions name its plugin where they fail, instead of taking all others down."""
    accepts, confirms = spec.accepts, spec.confirms
    return attrs.evolve(
        spec,
        accepts=accepts if accepts.__class__ is Patches else _Guarded(accepts, "accepts", info),  # which cannot fail
        resembles=_Guarded(spec.resembles, "resembles", info),
        confirms=None if confirms is None else _Guarded(confirms, "confirms", info),
    )


class _Guarded:
    """A function of a version, equal to that function, which is also what is pickled of it."""

    __slots__ = ("_info", "_name", "function")

    def __init__(self, function: Callable[..., Any], name: str, info: Failing) -> None:
        self.function = function
        self._name = name
        self._info = info

    def __call__(self, *arguments: object) -> bool:
        try:
            return bool(self.function(*arguments))
        except NgffError:  # what it looks at could not be read
            raise
        except BaseException as error:  # whatever a plugin does
            self._info.error = f"{self._name}: {failure_of(error)}"
            return False

    def __eq__(self, other: object) -> bool:
        return self.function == (other.function if isinstance(other, _Guarded) else other)

    def __hash__(self) -> int:
        return hash(self.function)

    def __reduce__(self) -> tuple[Any, ...]:
        return _itself, (self.function,)


def _itself(function: Callable[..., Any]) -> Callable[..., Any]:
    return function
