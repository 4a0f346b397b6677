"""The script `ngff`, also `python -m ngff_core`."""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = (
    False  # what is imported before `run` is called cannot be broken off quietly, and `typing` takes longest
)
if TYPE_CHECKING:
    from typing import NoReturn

__all__ = ["run"]

BROKEN_OFF = 130
FAILED = 3
TRACEBACK = "NGFF_TRACEBACK"
LATE = ("attr.validators", "attrs.validators")  # a dozen classes that take 3 % of a start, and which few commands use


def run() -> NoReturn:
    """Run the command line, then leave without taking the interpreter down piece by piece.

    Collecting garbage while modules are imported and undoing the imports at the end would take a fifth of
    the time that evaluating an image takes. Nothing is lost: what was printed is flushed.
    """
    gc.set_threshold(50_000, 20, 50)
    try:
        os._exit(_flushed(_run()))
    except KeyboardInterrupt as stop:  # while this begins, or ends
        os._exit(getattr(stop, "exit_code", BROKEN_OFF))


def _run() -> int:
    """Run the command line; return the exit code, which is no verdict where something went wrong."""
    try:
        from ngff_core.errors import hear_signals, stop_code

        hear_signals()
        from ngff_core.references import LateModules

        sys.meta_path.insert(0, LateModules(*LATE))
        from ngff_core.cli import main, mask_errors

        mask_errors()
        try:
            main()
        except KeyboardInterrupt as stop:
            return stop_code(stop)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0 if leaving.code is None else FAILED
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a defect, which Python would give the exit code of a verdict
        if os.environ.get(TRACEBACK):
            sys.__excepthook__(type(error), error, error.__traceback__)
        from ngff_core.errors import failure_of

        hint = f"this is a defect of ngff or of a plugin, please report it with what {TRACEBACK}=1 shows"
        _say(f"Error: {failure_of(error)}; {hint}")
        return FAILED


def _say(text: str) -> None:
    try:  # noqa: SIM105  contextlib is imported by nobody yet
        print(ascii(text)[1:-1] if not text.isprintable() else text, file=sys.stderr)  # noqa: T201
    except (OSError, ValueError):
        pass


def _flushed(code: int) -> int:
    """Write what is not written yet; return the exit code."""
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except BrokenPipeError:  # whoever read has gone, which is no verdict
        return code if code > 1 else 141
    except (OSError, ValueError) as error:
        if code != FAILED:
            _say(f"Error: the output could not be written: {str(getattr(error, 'strerror', None) or error).lower()}")
        return FAILED
    return code


if __name__ == "__main__":
    run()
