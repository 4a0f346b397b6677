"""The four guarantees of the structure layer, over arbitrary JSON inside arbitrary valid documents of 0.4."""

from __future__ import annotations

from guarantee_tests import guarantee_tests

from ngff_core.plugins import Registry, discover

VERSION = "0.4"
REGISTRY = Registry(found=[found for found in discover() if found[0].distribution == "ngff-v04"])

globals().update(guarantee_tests(REGISTRY, VERSION, ["image", "plate", "collection"], ["plain"]))
