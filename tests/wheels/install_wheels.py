"""Build every distribution of the workspace and install the wheels; run by tox, takes a folder to work in.

Our own packages come from the folder alone (`--no-index`), so that nothing of the same name can come from elsewhere;
what they depend on comes from wherever pip is set up to look.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*arguments: str, cwd: Path | None = None) -> None:
    subprocess.run([sys.executable, "-m", *arguments], check=True, cwd=cwd)


def main(folder: Path) -> None:
    """Build sdists, wheels from them in turn, and install the wheels."""
    wheels = folder / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    projects = [path.parent for pattern in ("ngff_*", "plugins/*") for path in ROOT.glob(f"{pattern}/pyproject.toml")]
    for project in projects:
        run("hatchling", "build", "-d", str(wheels), cwd=project)
    names = sorted(path.name.partition("-")[0].replace("_", "-") for path in wheels.glob("*.whl"))
    run(
        "pip", "install", "--quiet", "--no-index", "--no-deps", "--force-reinstall", "--find-links", str(wheels), *names
    )
    needed = {
        requirement
        for name in names
        for requirement in metadata.requires(name) or ()
        if re.split(r"[^A-Za-z0-9_.-]", requirement)[0] not in names
    }
    run("pip", "install", "--quiet", *sorted(needed))
    run("pip", "check")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
