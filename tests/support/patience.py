"""For tests of what a timeout does: the machine that runs them may be slow, and then needs a longer one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

__all__ = ["patiently"]

TIMEOUTS = (0.5, 4.0, 30.0)  # seconds; only a machine that is busy with other things gets to the second


def patiently(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test with its argument ``timeout`` as short as possible: with a longer one where it fails."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        for timeout in TIMEOUTS[:-1]:
            try:
                return test(*args, timeout=timeout, **kwargs)
            except AssertionError:
                continue
        return test(*args, timeout=TIMEOUTS[-1], **kwargs)

    signature = inspect.signature(test)
    asked = [parameter for name, parameter in signature.parameters.items() if name != "timeout"]
    run.__signature__ = signature.replace(parameters=asked)  # type: ignore[attr-defined]  # what pytest looks at
    return run
