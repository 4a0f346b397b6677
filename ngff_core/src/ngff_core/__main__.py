"""The script `ngff`, also `python -m ngff_core`."""

import gc
import os
import sys
from typing import NoReturn

__all__ = ["run"]


def run() -> NoReturn:
    """Run the command line, then leave without taking the interpreter down piece by piece.

    Collecting garbage while modules are imported and undoing the imports at the end would take a fifth of
    the time that evaluating an image takes. Nothing is lost: what was printed is flushed.
    """
    gc.set_threshold(50_000, 20, 50)
    from ngff_core.cli import main, mask_errors

    mask_errors()
    code = 0
    try:
        main()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 0 if leaving.code is None else 1
    try:
        sys.stdout.flush()
        if sys.stderr is not None:
            sys.stderr.flush()
    except OSError:  # whoever read has gone
        code = code or 1
    os._exit(code)


if __name__ == "__main__":
    run()
