"""Since the last release no public name was taken away or takes other arguments, but for what CHANGELOG.md names."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

griffe = pytest.importorskip("griffe", reason="griffe is not installed, which compares interfaces")

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "ngff_core": "ngff_core/src",
    "ngff_v04": "ngff_v04/src",
    "ngff_v05": "ngff_v05/src",
    "ngff_v06": "plugins/ngff_v06/src",
    "ngff_write": "plugins/ngff_write/src",
}


def git(repository: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=repository, capture_output=True, text=True, check=True
    ).stdout.strip()


def last_tag(repository: Path) -> str | None:
    """Return the tag of the last release before this commit."""
    tags = git(repository, "tag", "--list", "v*", "--merged", "HEAD", "--sort", "-version:refname").splitlines()
    return next(iter(tags), None)


def breaks(repository: Path, tag: str, package: str, folder: str) -> list[str]:
    """Return the public names of a package that a program written for a tag may no longer find as they were."""
    if not git(repository, "ls-tree", tag, f"{folder}/{package}/"):
        return []  # it came later
    old = griffe.load_git(package, ref=tag, repo=repository, search_paths=[folder])
    new = griffe.load(package, search_paths=[str(repository / folder)], try_relative_path=False)
    for name, member in old.members.items():  # whatever lies in other modules is our own affair
        member.public = member.is_alias if old.exports is None else name in old.exports
    return sorted({breakage.obj.path for breakage in griffe.find_breaking_changes(old, new)})


STYLES = {  # of `ngff_core`, and of the versions
    "listed": "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    from box.inner import lift, other\n__all__ = ['lift']\n",
    "lazy": "if TYPE_CHECKING:\n    from box.inner import lift as lift\n__all__, __getattr__ = lazy('box.inner')\n",
}


@pytest.fixture(params=STYLES)
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a repository with a package as it was released."""
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "__init__.py").write_text(STYLES[request.param])
    (tmp_path / "box" / "inner.py").write_text("def lift(a, b=1): ...\ndef other(a): ...\ndef third(): ...\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "user.email", "me@example.org")
    git(tmp_path, "config", "user.name", "me")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def test_a_public_name_that_takes_less_is_found_and_what_is_inside_is_not(repository: Path) -> None:
    assert last_tag(repository) is None
    git(repository, "tag", "v0.9.0")
    git(repository, "tag", "v0.10.0")
    assert last_tag(repository) == "v0.10.0"
    (repository / "box" / "inner.py").write_text("def lift(a): ...\ndef other(): ...\n")
    assert breaks(repository, "v0.10.0", "box", ".") == ["box.inner.lift"]
    assert breaks(repository, "v0.10.0", "crate", ".") == []  # of which there was none


@pytest.mark.parametrize("package", PACKAGES)
def test_what_was_released_is_still_there(package: str) -> None:
    tag = last_tag(ROOT)
    if tag is None:
        pytest.skip("nothing was released: there is no tag such as v0.1.0")
    since = (ROOT / "CHANGELOG.md").read_text().partition(f"\n## {tag.removeprefix('v')}")[0]
    named = set(re.findall(r"`([A-Za-z_.]+)`", since))
    broken = breaks(ROOT, tag, package, PACKAGES[package])
    assert [path for path in broken if path.rpartition(".")[2] not in named and path not in named] == []
