"""`ngff new-plugin`: write a distribution with rules, or a version of the specification, to start from."""

from __future__ import annotations

import keyword
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Template

import click

from ngff_core.cli.common import echo
from ngff_core.cli.screen.colors import color_option
from ngff_core.cli.screen.command import CoreCommand
from ngff_core.cli.screen.named_files import refuse_overwriting
from ngff_core.errors import UsageError
from ngff_core.plugins.registry import default_registry
from ngff_core.version import __version__

__all__ = ["command", "files_of", "words_of"]

TEMPLATES = Path(__file__).parents[1] / "templates"
PUBLISHED = ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6")
OURS = ("ngff", "ngff_core", "ngff_remote", "ngff_workspace")
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")  # of a distribution, by the packaging standards
_PREFIX = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*([.-][A-Za-z0-9]+)*")


@click.command("new-plugin", cls=CoreCommand)
@click.argument("name")
@click.option(
    "--kind", type=click.Choice(["rules", "spec"]), default="rules", show_default=True,
    help="rules: a rule pack; spec: a version of the specification of one's own.",
)  # fmt: skip
@click.option("--directory", default=".", metavar="DIR", help="Where to make the folder NAME.  [the working directory]")
@click.option("--prefix", metavar="PREFIX", help="What the ids of its rules begin with.  [made from NAME]")
@click.option("--version", metavar="VERSION", help="With --kind spec: the version it brings.  [0.5-PREFIX]")
@color_option
def command(name: str, kind: str, directory: str, prefix: str | None, version: str | None) -> None:
    """Write a plugin to start from, into a new folder NAME: a Python distribution with tests that pass.

    NAME is the name of the distribution, such as ngff-rules-mylab. Nothing is overwritten.
    """
    if version is not None and kind != "spec":
        raise click.UsageError("--version goes with --kind spec.")
    words = words_of(name, kind, prefix, version)
    files = dict(sorted(files_of(kind, words)))
    target = Path(directory, name)
    refuse_overwriting([("a plugin", str(target))])
    _write(target, files)
    echo(f"wrote {target}: a plugin {words['entry']!r} with rules {words['prefix']}/...")
    for file in files:
        echo(f"  {file}")
    echo(f"next: cd {target} && pip install -e '.[test]' && pytest")


def words_of(name: str, kind: str, prefix: str | None = None, version: str | None = None) -> dict[str, str]:
    """Return what the words in the templates stand for; raises UsageError for names that cannot be used."""
    package = _package_of(name)
    entry = re.sub(r"^ngff-(?=.)", "", re.sub(r"[._-]+", "-", name).lower())
    prefix = _prefix_of(entry) if prefix is None else prefix
    if not _PREFIX.fullmatch(prefix):
        raise UsageError(
            f"{prefix!r} cannot be the prefix of rule ids, expected small letters, digits and hyphens such as mylab;"
            " give another with --prefix"
        )
    words = {"name": name, "package": package, "entry": entry, "prefix": prefix, "core": _core()}
    if kind == "rules":
        words["description"] = "Rules for OME-Zarr data, for ngff validate"
        words["test_packages"] = '"ngff-v05>=0.1,<1", "pytest>=8"'
        return words
    words["version"] = version = _free(f"0.5-{prefix}" if version is None else version)
    words["description"] = f"OME-NGFF {version}: models and rules for ngff"
    words["test_packages"] = '"hypothesis>=6", "pytest>=8"'
    return words


def files_of(kind: str, words: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the files of a new plugin, by path, with their text."""
    for folder in (TEMPLATES / "common", TEMPLATES / kind):
        for template in sorted(folder.rglob("*.in")):
            path = template.relative_to(folder).with_suffix("").as_posix().replace("/package/", f"/{words['package']}/")
            yield path, Template(template.read_text(encoding="utf-8")).substitute(words)


def _package_of(name: str) -> str:
    """Return the name of the import package of a distribution."""
    if not _NAME.fullmatch(name):
        place = "; the place is told by --directory" if "/" in name or os.sep in name else ""
        raise UsageError(
            f"{name!r} cannot be the name of a distribution, expected letters, digits and hyphens such as"
            f" ngff-rules-mylab{place}"
        )
    package = re.sub(r"[._-]+", "_", name).lower()
    if not package.isidentifier() or keyword.iskeyword(package):
        raise UsageError(f"{package!r} cannot be imported as a Python package; try ngff-{name}")
    if package in sys.stdlib_module_names:
        raise UsageError(f"{package!r} is a module of Python itself; try ngff-{name}")
    if package.startswith("ngff_v0") or package in OURS:
        raise UsageError(f"{name!r} is a distribution of ngff itself; choose another name")
    return package


def _prefix_of(entry: str) -> str:
    """Return the prefix of rule ids for a plugin: what of its name tells it from others."""
    return "-".join(word for word in entry.split("-") if word not in ("ngff", "rules", "spec")) or entry


def _free(version: str) -> str:
    if not _VERSION.fullmatch(version):
        raise UsageError(f"{version!r} cannot be a version, expected numbers and words such as 0.5-mylab")
    taken = {*PUBLISHED, *default_registry().specs}
    if version in taken:
        raise UsageError(f"there is a version {version} already; choose one of your own, such as {version}-mylab")
    return version


def _core() -> str:
    """Return the oldest version of ngff-core that a new plugin asks for."""
    return ".".join(__version__.split(".")[:2])


def _write(target: Path, files: dict[str, str]) -> None:
    """Write a folder whole or not at all; raises UsageError where it cannot be."""
    if os.path.lexists(target):
        raise UsageError(f"{str(target)!r} is there already, nothing was written; choose another NAME or --directory")
    temporary = target.with_name(
        f"{target.name[:50]}.{os.urandom(8).hex()}.ngff-part"
    )  # nobody can have put something else there
    try:
        temporary.mkdir()
    except OSError as error:
        raise _unwritten(target, error) from None
    try:
        for path, text in files.items():
            file = temporary / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        temporary.rename(target)
    except OSError as error:
        import shutil

        shutil.rmtree(temporary, ignore_errors=True)
        raise _unwritten(target, error) from None


def _unwritten(target: Path, error: OSError) -> UsageError:
    reason = error.strerror or str(error)
    return UsageError(f"{str(target)!r} could not be written: {reason[0].lower()}{reason[1:]}")
