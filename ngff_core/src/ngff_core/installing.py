"""How to install what is missing: by name, or from the checkout that ngff-core itself was installed from."""

from __future__ import annotations

import os

__all__ = ["from_checkout", "pip_install"]

CORE = "ngff-core"


def pip_install(distribution: str, pin: str = "") -> str:
    """Return the command that installs a distribution; ``pin`` is such as ``==0.2.*``.

    What was installed from a checkout is perhaps on no index, or another's there: then the folder is named.
    """
    from shlex import quote

    folder = _folder_of(distribution)
    if folder is not None:
        return f"pip install {quote(folder)}"
    requirement = f"{distribution}{pin}"
    return f"pip install '{requirement}'" if pin else f"pip install {requirement}"


def from_checkout(distribution: str) -> bool:
    """Tell whether a distribution is in the checkout that ngff-core was installed from."""
    return _folder_of(distribution) is not None


def _folder_of(distribution: str) -> str | None:
    """Return the folder of a distribution in the checkout; from inside of that, a path that begins with a dot."""
    checkout = _checkout()
    if checkout is None:
        return None
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


def _checkout() -> str | None:
    """Return the folder with the folder that ngff-core was installed from, if it was (PEP 610)."""
    import json
    from importlib import metadata
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    try:
        stated = json.loads(metadata.distribution(CORE).read_text("direct_url.json") or "{}")
        if "dir_info" not in stated:
            return None
        folder = url2pathname(urlsplit(stated["url"]).path)
    except (metadata.PackageNotFoundError, OSError, ValueError, KeyError, TypeError):
        return None
    return os.path.dirname(os.path.normpath(folder))
