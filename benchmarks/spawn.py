"""Run a command; print its wall time in seconds, its peak memory in MB and its exit code.

A process of its own, and a small one: on Linux the peak of a child begins with the size of the process it was forked
from.
"""

import os
import sys
import time

null = os.open(os.devnull, os.O_WRONLY)
begin = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, 1)])
_, status, usage = os.wait4(child, 0)
taken = time.perf_counter() - begin
print(taken, usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2), os.waitstatus_to_exitcode(status))
