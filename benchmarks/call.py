"""Judge a store several times in one process; print the median seconds of a call, without the first, and the requests.

python call.py ngff|yaozarrs URL TIMES
"""

import statistics
import sys
import time

WHO, URL, TIMES = sys.argv[1], sys.argv[2], int(sys.argv[3])
if WHO == "ngff":
    from ngff_core import check_store as judge
else:
    from yaozarrs import validate_zarr_store as judge

taken = []
for _ in range(TIMES + 1):
    begin = time.perf_counter()
    report = judge(URL)
    taken.append(time.perf_counter() - begin)
if WHO == "ngff":
    assert report.valid, report.summary()
print(statistics.median(taken[1:]))
