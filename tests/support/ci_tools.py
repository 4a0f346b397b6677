"""Running programs and git for the tests of use in continuous integration."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

__all__ = ["call", "commit", "without_surroundings"]

_LEADING = ("PYTEST_", "VIRTUAL_ENV", "NGFF_", "PYTHON", "GIT_", "PRE_COMMIT")


def without_surroundings() -> dict[str, str]:
    """Return the environment variables without those that lead tools to other places or plugins; git gets a name."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_LEADING)}
    for role in ("AUTHOR", "COMMITTER"):
        kept |= {f"GIT_{role}_NAME": "scope", f"GIT_{role}_EMAIL": "scope@example.org"}
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "COLUMNS": "120"}


def call(
    *command: object, cwd: Path | None = None, env: Mapping[str, str] | None = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a command; with ``check`` a failure shows what it printed."""
    words = list(map(str, command))
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def commit(
    folder: Path, env: Mapping[str, str], message: str, *, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Commit all there is, in a repository that is made when there is none."""
    if not (folder / ".git").exists():
        call("git", "init", "--quiet", cwd=folder, env=env)
    call("git", "add", "--all", cwd=folder, env=env)
    return call("git", "commit", "--quiet", "-m", message, cwd=folder, env=env, check=check)
