"""Measures of source code: sizes, circles and habits. Each returns the places that count, as text to be shown."""

from __future__ import annotations

import ast
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path

__all__ = ["PROJECT", "Module", "annotated_any", "big_folders", "circles", "distributions", "functions"]
__all__ += ["inner_imports", "long_functions", "long_modules", "long_parameters", "modules_of", "tuples", "unformatted"]

PROJECT = Path(__file__).parents[2]
MEASURED = re.compile(r"\d\s*(?:ns|µs|us|ms|s|%|x|times)(?!\w)")
FORMATTER = re.compile(r"#\s*fmt:\s*(?:skip|off)")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One module of a distribution: its dotted name, its file, and what stands there."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    def at(self, node: ast.AST | int, what: object = "") -> str:
        """Return a place in the form that editors can open."""
        line = node if isinstance(node, int) else getattr(node, "lineno", 1)
        return f"{self.path.relative_to(PROJECT).as_posix()}:{line} {what}".rstrip()


def distributions() -> dict[str, Path]:
    """Return the package folder of each distribution of the project, by name."""
    projects = [*PROJECT.glob("*/pyproject.toml"), *PROJECT.glob("plugins/*/pyproject.toml")]
    packages = (package.parent for project in projects for package in project.parent.glob("src/*/__init__.py"))
    return {package.name: package for package in sorted(packages)}


@cache
def modules_of(package: Path) -> tuple[Module, ...]:
    """Return all modules below a package folder."""
    found = []
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        text = path.read_text(encoding="utf-8")
        found.append(Module(name, path, text, ast.parse(text)))
    return tuple(found)


def functions(modules: Iterable[Module]) -> Iterator[tuple[Module, Function]]:
    """Yield every function and method, those inside others as well."""
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, Function):
                yield module, node


def big_folders(folders: Iterable[Path], limit: int) -> list[str]:
    """Return the folders that hold more modules than that."""
    sizes = Counter(path.parent for folder in folders for path in folder.rglob("*.py"))
    return [f"{folder.relative_to(PROJECT)} {size}" for folder, size in sorted(sizes.items()) if size > limit]


def long_modules(modules: Iterable[Module], limit: int) -> list[str]:
    """Return the modules of more lines than that."""
    sizes = [(module, module.text.count("\n") + 1) for module in modules]
    return [module.at(1, f"{size} lines") for module, size in sizes if size > limit]


def long_functions(modules: Iterable[Module], limit: int) -> list[str]:
    """Return the functions of more lines than that; a docstring does not count, decorators do not either."""
    found = []
    for module, node in functions(modules):
        size = (node.end_lineno or node.lineno) - node.lineno + 1
        if ast.get_docstring(node) is not None:
            first = node.body[0]
            size -= (first.end_lineno or first.lineno) - first.lineno + 1
        if size > limit:
            found.append(module.at(node, f"{node.name}: {size} lines"))
    return found


def long_parameters(modules: Iterable[Module], limit: int) -> list[str]:
    """Return the functions of more parameters than that; ``self``, ``cls``, ``*args`` and ``**kwargs`` do not count."""
    found = []
    for module, node in functions(modules):
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        size = sum(name not in ("self", "cls") for name in names)
        if size > limit:
            found.append(module.at(node, f"{node.name}: {size} parameters"))
    return found


def annotated_any(modules: Iterable[Module]) -> list[str]:
    """Return every annotation of a parameter or of what a function returns that holds `Any`."""
    found = []
    for module, node in functions(modules):
        arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        for annotation in (*(argument.annotation for argument in arguments), node.returns):
            if annotation is not None and any(_is_any(part) for part in ast.walk(annotation)):
                found.append(module.at(annotation, f"{node.name}: {ast.unparse(annotation)}"))
    return found


def _is_any(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.search(r"\bAny\b", node.value) is not None
    return getattr(node, "id", None) == "Any" or getattr(node, "attr", None) == "Any"


def inner_imports(modules: Iterable[Module]) -> list[str]:
    """Return the imports that stand inside functions."""
    found = set()
    for module, function in functions(modules):
        for node in ast.walk(function):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                found.add(module.at(node, ast.unparse(node)))
    return sorted(found)


def tuples(modules: Iterable[Module]) -> list[str]:
    """Return the named tuples without a comment, on their line or the one above, that says what was measured."""
    found = []
    for module in modules:
        lines = module.text.splitlines()
        for node in ast.walk(module.tree):
            bases = node.bases if isinstance(node, ast.ClassDef) else [node.func] if isinstance(node, ast.Call) else []
            if not any(re.fullmatch(r"(\w+\.)*(NamedTuple|namedtuple)", ast.unparse(base)) for base in bases):
                continue
            line = getattr(node, "lineno", 1)
            comments = " ".join(text.partition("#")[2] for text in lines[max(0, line - 2) : line])
            if not MEASURED.search(comments):
                found.append(module.at(node, getattr(node, "name", "namedtuple(...)")))
    return found


def unformatted(modules: Iterable[Module]) -> list[str]:
    """Return the comments that switch the formatter off."""
    found = []
    for module in modules:
        for token in tokenize.generate_tokens(StringIO(module.text).readline):
            if token.type == tokenize.COMMENT and FORMATTER.search(token.string):
                found.append(module.at(token.start[0], token.string))
    return found


# --- circles ----------------------------------------------------------------------------------------


def imported(module: Module, known: Mapping[str, Module]) -> set[str]:
    """Return the modules that one imports: anywhere in it, for the type checker only as well."""
    found: set[str] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            submodules = [f"{base}.{alias.name}" for alias in node.names]
            found.update(name if name in known else base for name in submodules)
    return {name for name in found if name in known and name != module.name}


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".") + ([""] if module.path.name == "__init__.py" else [])
    return ".".join([*parts[: -node.level], *([node.module] if node.module else [])])


def circles(modules: Iterable[Module]) -> list[str]:
    """Return the groups of modules that import each other in circles, as ``a, b, c``."""
    known = {module.name: module for module in modules}
    imports = {name: imported(module, known) for name, module in known.items()}
    reached = {name: _reached(name, imports) for name in known}
    groups = {tuple(sorted({name, *(n for n in reached[name] if name in reached[n])})) for name in known}
    return sorted(", ".join(group) for group in groups if len(group) > 1)


def _reached(start: str, imports: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [*imports[start]]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(imports[name])
    return found
