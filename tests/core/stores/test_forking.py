"""A process with threads, or with stores of plugins, is not forked for `--workers`."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from ngff_core.stores import MemoryStore
from ngff_core.stores.forking import can_be_forked, record_opened

ALONE = """
from ngff_core.stores import MemoryStore
from ngff_core.stores.forking import can_be_forked, record_opened
record_opened(MemoryStore({}))
print(can_be_forked())
class Own(MemoryStore):
    pass
record_opened(Own({}))
print(can_be_forked())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="others are not forked")
def test_a_process_without_threads_can_be_forked_until_a_store_of_a_plugin_is_opened() -> None:
    ran = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["True", "False"]


def test_a_process_with_threads_is_not_forked() -> None:
    end = threading.Event()
    other = threading.Thread(target=end.wait)
    other.start()
    try:
        record_opened(MemoryStore({}))
        assert not can_be_forked()
    finally:
        end.set()
        other.join()
