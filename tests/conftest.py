"""What all tests share: the helper modules in ``tests/support`` and the specification folder."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
for folder in (TESTS / "support", TESTS / "support/safety", TESTS / "support/editing", TESTS / "support/writing"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as for what a shell starts in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)
pytest.register_assert_rewrite("guarantees", "guarantee_tests")

if find_spec("hypothesis") is not None:
    from hypothesis import HealthCheck, settings

    # a machine that is busy is no failure
    settings.register_profile("ngff", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("ngff")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder with the specification notes and official data; skip when it is not there."""
    folder = Path(os.environ.get("NGFF_SHARED", TESTS.parents[1] / "shared"))
    if not (folder / "spec" / "rules.yaml").is_file():
        pytest.skip("the specification folder is not there (../shared, or set NGFF_SHARED)")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _hints_as_from_an_index() -> Iterator[None]:
    """Let hints say what to install by name, whatever the environment of the tests was made from."""
    with pytest.MonkeyPatch.context() as patch:
        if find_spec("ngff_core") is not None:  # some tests install it themselves
            for name in ("CORE", "WORKSPACE"):
                patch.setattr(f"ngff_core.installing.{name}", "ngff from an index")
        yield
