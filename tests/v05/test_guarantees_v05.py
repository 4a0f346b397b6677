"""The four guarantees of the structure layer, over arbitrary JSON inside arbitrary valid documents of 0.5."""

from __future__ import annotations

from subjects import registry_of, subject_of

from ngff_core.testing.suite import guarantee_tests

VERSION = "0.5"

globals().update(guarantee_tests(subject_of(VERSION, registry_of(VERSION))))
