"""A plugin, installed for commands and their workers alike, whose stores mean waiting: folders behind ``far://``.

What is listed is taken down, with the process that did it; the process of a worker may be made to die of it.
"""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["asked", "far_environment"]

_MODULE = """
import os, signal, time
from pathlib import Path
from ngff_core.errors import StoreError
from ngff_core.plugins import hookimpl
from ngff_core.stores.local.store import LocalStore
from ngff_core.stores.wrapper import Wrapper

class Far(Wrapper):
    concurrent, batch, lists_cheaply = 4, 32, False

    def list(self, prefix):
        with open(os.environ["FAR_ASKED"], "a") as file:
            file.write(f"{os.getpid()} {prefix}\\n")
        if os.environ.get("FAR_DEADLY") == prefix and str(os.getpid()) != os.environ["FAR_COMMAND"]:
            os.kill(os.getpid(), signal.SIGKILL)
        if os.environ.get("FAR_REFUSED") == prefix:
            raise StoreError(f"{prefix} is not for everybody")
        time.sleep(float(os.environ.get("FAR_DELAY", 0)))
        return super().list(prefix)

@hookimpl
def ngff_open_store(url, options):
    if url.startswith("far://"):
        return Far(LocalStore(url.removeprefix("far://")), url)
"""


def far_environment(folder: Path, **more: str) -> dict[str, str]:
    """Install the plugin in a folder; return the environment in which it is there."""
    made = folder / "far-1.0.dist-info"
    made.mkdir(parents=True, exist_ok=True)
    (made / "METADATA").write_text("Metadata-Version: 2.1\nName: far\nVersion: 1.0\n")
    (made / "entry_points.txt").write_text("[ngff]\nfar = far_stores\n")
    (folder / "far_stores.py").write_text(_MODULE)
    (folder / "sitecustomize.py").write_text("import os; os.environ.setdefault('FAR_COMMAND', str(os.getpid()))\n")
    return {
        **os.environ,
        "PYTHONPATH": str(folder),
        "FAR_ASKED": str(folder / "asked"),
        "PYTHONWARNINGS": "ignore",
        **more,
    }


def asked(folder: Path) -> list[tuple[int, str]]:
    """Return what was listed since this was asked last, each with the process that did it."""
    lines = (folder / "asked").read_text().splitlines()
    (folder / "asked").unlink()
    return [(int(process), prefix) for process, _, prefix in (line.partition(" ") for line in lines)]
