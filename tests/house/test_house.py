"""What the source may not grow into: no circles, no crowded folders, nothing too long, few shortcuts."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import pytest
from measures import (
    PROJECT,
    Module,
    annotated_any,
    big_folders,
    circles,
    distributions,
    functions,
    inner_imports,
    long_functions,
    long_modules,
    long_parameters,
    modules_of,
    tuples,
    unformatted,
)

PACKAGES = distributions()
CORE = "ngff_core"
VERSIONS = [name for name in PACKAGES if name.startswith("ngff_v")]


def each(of: Iterable[str] = tuple(PACKAGES)) -> pytest.MarkDecorator:
    """Run a test for each distribution."""
    return pytest.mark.parametrize("package", of)


def told(places: list[str], limit: str) -> str:
    """Return what a failing test says."""
    return "\n  ".join([f"{limit}; there are {len(places)}:", *places])


def test_there_is_something_to_measure() -> None:
    assert {CORE, "ngff_v04", "ngff_v05"} <= PACKAGES.keys()
    assert len(modules_of(PACKAGES[CORE])) > 100


@each()
def test_no_circles(package: str) -> None:
    found = circles(modules_of(PACKAGES[package]))
    assert not found, told(found, "modules may not import each other in circles, not even for the type checker")


def test_folders_of_core() -> None:
    found = big_folders([PACKAGES[CORE]], 14)
    assert not found, told(found, "a folder of core holds at most 14 modules")


def test_folders_of_tests() -> None:
    found = big_folders([PROJECT / "tests"], 22)
    assert not found, told(found, "a folder of tests holds at most 22 modules")


@each()
def test_no_long_module(package: str) -> None:
    found = long_modules(modules_of(PACKAGES[package]), 300)
    assert not found, told(found, "a module has at most 300 lines")


@each()
def test_no_long_function(package: str) -> None:
    found = long_functions(modules_of(PACKAGES[package]), 40)
    assert not found, told(found, "a function has at most 40 lines, its docstring not counted")


def test_few_long_lists_of_parameters() -> None:
    found = long_parameters(modules_of(PACKAGES[CORE]), 6)
    assert len(found) <= 6, told(found, "at most 6 functions of core have more than 6 parameters")


@each((CORE, *VERSIONS))
def test_any_is_only_where_json_is(package: str) -> None:
    modules = modules_of(PACKAGES[package])
    found, number = annotated_any(modules), len(list(functions(modules)))
    limit = 0.15 if package == CORE else 0.3
    assert len(found) <= limit * number, told(found, f"at most {limit} `Any` a function, of which there are {number}")


def test_few_imports_inside_functions() -> None:
    found = inner_imports(modules_of(PACKAGES[CORE]))
    assert len(found) <= 45, told(found, "at most 45 imports stand inside functions of core")


@each()
def test_no_named_tuple_without_a_measurement(package: str) -> None:
    found = tuples(modules_of(PACKAGES[package]))
    assert not found, told(
        found, "values are attrs classes; where a tuple was measured to matter, a comment says how much"
    )


def test_the_formatter_is_not_fought() -> None:
    found = [place for package in PACKAGES.values() for place in unformatted(modules_of(package))]
    assert len(found) <= 10, told(found, "at most 10 comments switch the formatter off")


# --- the measures themselves ------------------------------------------------------------------------


def module(text: str, name: str = "p.m", file: str = "m.py") -> Module:
    return Module(name, PROJECT / file, text, ast.parse(text))


def test_a_circle_is_found_through_functions_and_type_checking() -> None:
    first = module("from p.b import x", "p.a")
    second = module("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from . import c", "p.b")
    third = module("def f():\n    import p.a", "p.c")
    fourth = module("import p.a", "p.d")
    assert circles([first, second, third, fourth]) == ["p.a, p.b, p.c"]
    assert circles([first, second, fourth]) == []


def test_relative_imports_of_a_package_are_its_own() -> None:
    package = module("from .a import x", "p", "__init__.py")
    assert circles([package, module("from . import y", "p.a")]) == ["p, p.a"]


def test_a_docstring_does_not_make_a_function_long() -> None:
    text = 'def f():\n    """One.\n\n    Two.\n    """\n    a = 1\n    return a\n'
    assert long_functions([module(text)], 3) == []
    assert long_functions([module(text)], 2) == ["m.py:1 f: 3 lines"]


def test_parameters_are_counted_without_self() -> None:
    text = "class A:\n    def f(self, a, /, b, *args, c, **more): ...\n"
    assert long_parameters([module(text)], 2) == ["m.py:2 f: 3 parameters"]
    assert long_parameters([module(text)], 3) == []


def test_any_is_found_inside_of_annotations() -> None:
    text = "def f(a: Any, b: 'list[Any]', c: typing.Any, d: int, e: Anything) -> dict[str, Any]: ...\n"
    assert len(annotated_any([module(text)])) == 4


def test_an_import_in_a_function_in_a_function_counts_once() -> None:
    text = "import a\ndef f():\n    def g():\n        import b\n"
    assert inner_imports([module(text)]) == ["m.py:4 import b"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("class A(NamedTuple): ...", 1),
        ("class A(typing.NamedTuple): ...", 1),
        ("A = namedtuple('A', 'x')", 1),
        ("class A(NamedTuple):  # because it is nice\n    x: int", 1),
        ("class A(NamedTuple):  # 0.4 µs an instance, 1.1 as attrs class\n    x: int", 0),
        ("# as attrs class the start takes 3 % more\nclass A(NamedTuple): ...", 0),
        ("class A(Tuple): ...", 0),
    ],
)
def test_a_named_tuple_needs_a_measurement(text: str, number: int) -> None:
    assert len(tuples([module(text)])) == number


def test_comments_to_the_formatter_are_told_from_text() -> None:
    text = 'a = "# fmt: {0}"\nb = [ 1 ]  # fmt: {0}\n'
    for word in ("skip", "off"):
        assert unformatted([module(text.format(word))]) == [f"m.py:2 # fmt: {word}"]
    assert unformatted([module(text.format("on"))]) == []
