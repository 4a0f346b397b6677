"""Write one image with four levels by each writer; print megabytes a second of processor time, memory, and files.

    python writing.py [--rounds N] [--peers PYTHON] [WRITERS ...]

Each writer is a process of its own that holds the pixels (134 MB: two channels of eight planes, as a camera gives them:
shot noise and some bright objects) before anything is measured. Seconds are those of the processor, all threads and
children counted; memory is the largest resident set above what it was with the pixels in hand. All write chunks of
1 x 1 x 256 x 256 and make y and x half as large three times. ``--peers`` is a Python that has the other writers.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SHAPE = (2, 8, 2048, 2048)
CHUNKS = (1, 1, 256, 256)
AXES = "czyx"
LEVELS = 4


def pixels() -> Any:
    """Return a picture of spots on a noisy background, the same every time."""
    import numpy as np

    random = np.random.default_rng(7)
    data = np.empty(SHAPE, "uint16")
    y, x = np.ogrid[: SHAPE[2], : SHAPE[3]]
    for channel in range(SHAPE[0]):
        for plane in range(SHAPE[1]):
            bright = np.zeros(SHAPE[2:], "float32")
            for _ in range(12):
                i, j, size = random.uniform(0, SHAPE[2]), random.uniform(0, SHAPE[3]), random.uniform(20, 120)
                bright += 900 * np.exp(-((y - i) ** 2 + (x - j) ** 2) / (2 * size**2))
            data[channel, plane] = random.poisson(bright + 110)
    return data


def ngff_write(writer: str) -> Callable[[Any, str], Any]:
    def write(data: Any, path: str) -> None:
        from ngff_core import DimSpec
        from ngff_write import write_image

        dims = [DimSpec("c"), DimSpec("z", scale_factor=1), DimSpec("y"), DimSpec("x")]
        write_image(data, path, dims, n_levels=LEVELS, chunks=CHUNKS, writer=writer)  # type: ignore[arg-type]

    return write


def bioio(data: Any, path: str) -> None:
    from bioio_ome_zarr.writers import OMEZarrWriter

    shapes = [(*SHAPE[:2], SHAPE[2] >> level, SHAPE[3] >> level) for level in range(LEVELS)]
    types = ["channel", "space", "space", "space"]
    writer = OMEZarrWriter(
        path, shapes, "uint16", chunk_shape=CHUNKS, zarr_format=3, axes_names=list(AXES), axes_types=types
    )
    writer.write_full_volume(data)


def ngff_zarr(data: Any, path: str) -> None:
    import ngff_zarr

    image = ngff_zarr.to_ngff_image(data, dims=list(AXES), scale=dict.fromkeys("zyx", 1.0))
    factors = [{"z": 1, "y": 2**level, "x": 2**level} for level in range(1, LEVELS)]
    chunks = dict(zip(AXES, CHUNKS, strict=True))
    method = ngff_zarr.Methods.DASK_BIN_SHRINK  # the quickest of its methods
    levels = ngff_zarr.to_multiscales(image, factors, method, chunks=chunks, cache=False)
    ngff_zarr.to_ngff_zarr(path, levels, version="0.5")


def ome_zarr(method: str) -> Callable[[Any, str], Any]:
    def write(data: Any, path: str) -> None:
        from ome_zarr.scale import Methods
        from ome_zarr.writer import write_image

        factors = [{"z": 1, "y": 2**level, "x": 2**level} for level in range(1, LEVELS)]
        write_image(
            data, path, scale_factors=factors, method=Methods[method], axes=AXES, storage_options={"chunks": CHUNKS}
        )

    return write


WRITERS: dict[str, tuple[Callable[[Any, str], Any], str]] = {
    "ngff-write, tensorstore": (ngff_write("tensorstore"), "ngff-write"),
    "ngff-write, zarrista": (ngff_write("zarrista"), "ngff-write"),
    "ngff-write, zarr-python": (ngff_write("zarr"), "ngff-write"),
    "bioio-ome-zarr": (bioio, "bioio-ome-zarr"),
    "ngff-zarr, DASK_BIN_SHRINK": (ngff_zarr, "ngff-zarr"),
    "ome-zarr-py, LOCAL_MEAN": (ome_zarr("LOCAL_MEAN"), "ome-zarr"),
    "ome-zarr-py, RESIZE": (ome_zarr("RESIZE"), "ome-zarr"),
}


def seconds_used() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def memory(name: str) -> int:
    """Return ``VmRSS`` or the peak ``VmHWM`` of this process, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def child(name: str) -> None:
    """Write the image once in this process, after a small one that imports everything, and print what it took."""
    write, distribution = WRITERS[name]
    data = pixels()
    with tempfile.TemporaryDirectory(prefix="ngff-bench-") as folder:
        shrunk = Path(folder, "first.zarr")
        write(data[:, :, :512, :512].copy() if "bioio" not in name else data, str(shrunk))
        shutil.rmtree(shrunk)
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        before, used, begun = memory("VmRSS"), seconds_used(), time.perf_counter()
        write(data, f"{folder}/image.zarr")
        used, took = seconds_used() - used, time.perf_counter() - begun
        found = [file for file in Path(folder).rglob("*") if file.is_file()]
        result = {
            "version": importlib.metadata.version(distribution),
            "processor": data.nbytes / 1e6 / used,
            "clock": data.nbytes / 1e6 / took,
            "memory": (memory("VmHWM") - before) / 1e6,
            "files": len(found),
            "size": sum(file.stat().st_size for file in found) / 1e6,
        }
    print(json.dumps(result))


def measured(python: str, name: str) -> dict[str, Any]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    command = [python, "-W", "ignore", __file__, "--child", name]
    ran = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if ran.returncode:
        raise SystemExit(f"{name}: {ran.stderr.strip().splitlines()[-1]}")
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("writers", nargs="*", help=f"parts of: {', '.join(WRITERS)}")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default=sys.executable, help="a Python that has the other writers")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child)
        return
    chosen = [name for name in WRITERS if not given.writers or any(word in name for word in given.writers)]
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in chosen}
    for _ in range(given.rounds):
        for name in chosen:
            runs[name].append(measured(sys.executable if name.startswith("ngff-write") else given.peers, name))
    print("| writer | MB a second of processor time | of the first | MB/s | MB above the pixels | files | MB written |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, each in runs.items():
        middle = {key: statistics.median(run[key] for run in each) for key in each[0] if key != "version"}
        ratios = [run["processor"] / first["processor"] for run, first in zip(each, runs[chosen[0]], strict=True)]
        print(
            f"| {name} ({each[0]['version']}) | {middle['processor']:.0f} | {statistics.median(ratios):.2f} | "
            f"{middle['clock']:.0f} | {middle['memory']:.0f} | {middle['files']:.0f} | {middle['size']:.0f} |"
        )


if __name__ == "__main__":
    main()
