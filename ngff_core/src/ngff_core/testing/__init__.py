"""Helpers for authors of rules and plugins: run the examples of rules and fixes, and build small stores.

Works with any test runner; with pytest::

    @pytest.mark.parametrize("case", example_cases(RULES, "0.5"), ids=str)
    def test_example(case):
        case.check()
"""

from ngff_core.testing.cases import ExampleCase, example_cases, findings_of
from ngff_core.testing.documents import array, array_json, build_store, group_json, write_store
from ngff_core.testing.fixes import FixCase, fix_cases

__all__ = [
    "ExampleCase",
    "FixCase",
    "array",
    "array_json",
    "build_store",
    "example_cases",
    "findings_of",
    "fix_cases",
    "group_json",
    "write_store",
]
