"""The four guarantees of the structure layer, over arbitrary JSON inside arbitrary valid documents of 0.1 to 0.3."""

from __future__ import annotations

from older import INSTALLED, only
from subjects import subject_of

from ngff_core.testing.suite import guarantee_tests

for version in INSTALLED:
    tests = guarantee_tests(subject_of(version, only(version), examples=60))
    globals().update({f"{name}_in_{version.replace('.', '_')}": test for name, test in tests.items()})
