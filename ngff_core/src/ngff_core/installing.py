"""How to install what is missing: by name, or from where ngff-core itself was installed from (PEP 610)."""

from __future__ import annotations

import os
from collections.abc import Mapping

__all__ = ["from_checkout", "pip_install"]

CORE = "ngff-core"
WORKSPACE = "ngff-workspace"  # the project in the root of the repository, which brings core and all versions


def pip_install(distribution: str, pin: str = "") -> str:
    """Return the command that installs a distribution; ``pin`` is such as ``==0.2.*``.

    What was installed from a checkout or a repository is perhaps on no index, or another's there: then that is named.
    """
    from shlex import quote

    found = _folder_of(distribution) or _repository_with(distribution)
    if found is not None:
        return f"pip install {quote(found)}"
    requirement = f"{distribution}{pin}"
    return f"pip install '{requirement}'" if pin else f"pip install {requirement}"


def from_checkout(distribution: str) -> bool:
    """Tell whether a distribution is in the checkout that ngff-core was installed from."""
    return _folder_of(distribution) is not None


def _folder_of(distribution: str) -> str | None:
    """Return the folder of a distribution in the checkout; from inside of that, a path that begins with a dot."""
    stated = _origin_of(CORE)
    if "dir_info" not in stated:
        return None
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    checkout = os.path.dirname(os.path.normpath(url2pathname(urlsplit(str(stated.get("url"))).path)))
    name = distribution.replace("-", "_")
    for path in (os.path.join(checkout, name), os.path.join(checkout, "plugins", name)):
        if os.path.isfile(os.path.join(path, "pyproject.toml")):
            return _short(path)
    return None


def _short(path: str) -> str:
    try:
        relative = os.path.relpath(path)
    except (OSError, ValueError):  # the working directory is gone; another drive
        return path
    return path if relative.startswith(os.pardir) else os.path.join(os.curdir, relative)


def _repository_with(distribution: str) -> str | None:
    """Return what stands for the repository that all was installed from, where it brings a distribution."""
    stated = next((stated for stated in map(_origin_of, (WORKSPACE, CORE)) if "vcs_info" in stated), {})
    about = stated.get("vcs_info")
    if not isinstance(about, dict) or about.get("vcs") != "git":
        return None
    revision = f"@{about['requested_revision']}" if about.get("requested_revision") else ""
    address = f"git+{stated.get('url')}{revision}"
    if distribution == "ngff-remote":
        return f"{WORKSPACE}[remote] @ {address}"
    return address if distribution.startswith("ngff-v0") else None


def _origin_of(distribution: str) -> Mapping[str, object]:
    """Return what is recorded of where a distribution was installed from; nothing when it came from an index."""
    import json
    from importlib import metadata

    try:
        stated = json.loads(metadata.distribution(distribution).read_text("direct_url.json") or "{}")
    except (metadata.PackageNotFoundError, OSError, ValueError):
        return {}
    return stated if isinstance(stated, dict) else {}
