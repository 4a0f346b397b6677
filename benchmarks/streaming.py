"""Append frames as a camera gives them, by each writer; print how long a frame took to be accepted, and memory.

    python streaming.py [--rate 50] [--seconds 6] [--peers PYTHON] [WRITERS ...]

Each writer is a process of its own that holds 16 frames of 2 MB (1024 x 1024, 16 bits, shot noise and some bright
objects) and appends them over and over, at so many a second: it sleeps until the next one is due. A frame that comes
while another is not accepted yet waits, so that what counts is the 99th percentile, as a part of the time between two
frames. Memory is the largest resident set above what it was before. All write chunks of 1 x 256 x 256, and the ones
with levels make y and x half as large three times. ``--peers`` is a Python that has the other writers.
"""

from __future__ import annotations

import argparse
import gc
import importlib.metadata
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from writing import memory, seconds_used

SIZE = 1024
CHUNK = 256
LEVELS = 4
SHARD = 16  # frames, where there are shards

Append = Callable[[Any], Any]


def frames() -> list[Any]:
    import numpy as np

    random = np.random.default_rng(7)
    y, x = np.ogrid[:SIZE, :SIZE]
    found = []
    for _ in range(16):
        bright = np.zeros((SIZE, SIZE), "float32")
        for _ in range(12):
            i, j, size = random.uniform(0, SIZE), random.uniform(0, SIZE), random.uniform(10, 60)
            bright += 900 * np.exp(-((y - i) ** 2 + (x - j) ** 2) / (2 * size**2))
        found.append(random.poisson(bright + 110).astype("uint16"))
    return found


def ngff_write(levels: int, *, shards: bool, writer: str = "tensorstore") -> Callable[[str, int], Any]:
    @contextmanager
    def opened(path: str, number: int) -> Iterator[Append]:
        from ngff_core import DimSpec
        from ngff_write import stream_image

        dims = [DimSpec("t", unit="second"), DimSpec("y"), DimSpec("x")]
        layout: dict[str, Any] = {"chunks": (1, CHUNK, CHUNK), "shards": (SHARD, SIZE, SIZE) if shards else None}
        with stream_image(path, (None, SIZE, SIZE), dims, "uint16", n_levels=levels, writer=writer, **layout) as stream:
            yield stream.append

    return opened


def acquire_zarr(levels: int, *, shards: bool) -> Callable[[str, int], Any]:
    @contextmanager
    def opened(path: str, number: int) -> Iterator[Append]:
        import acquire_zarr as aqz

        codec = aqz.CompressionSettings(
            compressor=aqz.Compressor.BLOSC1, codec=aqz.CompressionCodec.BLOSC_ZSTD, level=1, shuffle=1
        )
        many = SIZE // CHUNK if shards else 1
        sizes = {"t": (0, 1, SHARD if shards else 1), "y": (SIZE, CHUNK, many), "x": (SIZE, CHUNK, many)}
        dims = [
            aqz.Dimension(
                name=name,
                kind=aqz.DimensionType.TIME if name == "t" else aqz.DimensionType.SPACE,
                array_size_px=size,
                chunk_size_px=chunk,
                shard_size_chunks=shard,
            )
            for name, (size, chunk, shard) in sizes.items()
        ]
        array = aqz.ArraySettings(dimensions=dims, data_type=aqz.DataType.UINT16, compression=codec)
        if levels > 1:
            array.downsampling_method, array.max_levels = aqz.DownsamplingMethod.MEAN, levels
        stream = aqz.ZarrStream(aqz.StreamSettings(arrays=[array], store_path=path, overwrite=True))
        yield stream.append
        stream.close()

    return opened


def ome_writers(backend: str) -> Callable[[str, int], Any]:
    @contextmanager
    def opened(path: str, number: int) -> Iterator[Append]:
        import ome_writers as omew

        dims = [
            omew.Dimension(name="t", count=number, type="time", chunk_size=1, shard_size_chunks=SHARD),
            *(
                omew.Dimension(name=name, count=SIZE, type="space", chunk_size=CHUNK, shard_size_chunks=SIZE // CHUNK)
                for name in "yx"
            ),
        ]
        settings = omew.AcquisitionSettings(
            root_path=path, dimensions=dims, dtype="uint16", format=backend, compression="blosc-zstd", overwrite=True
        )
        with omew.create_stream(settings) as stream:
            yield stream.append

    return opened


WRITERS: dict[str, tuple[Callable[[str, int], Any], str]] = {
    "ngff-write, shards, 4 levels": (ngff_write(LEVELS, shards=True), "ngff-write"),
    "ngff-write, shards, 1 level": (ngff_write(1, shards=True), "ngff-write"),
    "ngff-write, chunks, 4 levels": (ngff_write(LEVELS, shards=False), "ngff-write"),
    "ngff-write, zarrista, shards, 4 levels": (ngff_write(LEVELS, shards=True, writer="zarrista"), "ngff-write"),
    "acquire-zarr, shards, 4 levels": (acquire_zarr(LEVELS, shards=True), "acquire-zarr"),
    "acquire-zarr, shards, 1 level": (acquire_zarr(1, shards=True), "acquire-zarr"),
    "ome-writers with tensorstore, shards, 1 level": (ome_writers("tensorstore"), "ome-writers"),
    "ome-writers with acquire-zarr, shards, 1 level": (ome_writers("acquire-zarr"), "ome-writers"),
}


def child(name: str, rate: float, seconds: float) -> None:
    """Stream in this process, after a few frames that import everything, and print what it took."""
    opened, distribution = WRITERS[name]
    pictures, number = frames(), round(rate * seconds)
    folder = Path(tempfile.mkdtemp(prefix="ngff-bench-", dir="."))
    try:
        with opened(str(folder / "first.zarr"), SHARD) as append:
            for picture in pictures[:SHARD]:
                append(picture)
        gc.collect()
        before, used, took = memory("VmRSS"), seconds_used(), []
        Path("/proc/self/clear_refs").write_text("5")
        with opened(str(folder / "out.zarr"), number) as append:
            begin = time.perf_counter()
            for index in range(number):
                time.sleep(max(0.0, begin + index / rate - time.perf_counter()))
                start = time.perf_counter()
                append(pictures[index % len(pictures)])
                took.append(time.perf_counter() - start)
            end = time.perf_counter()
        result = {
            "version": importlib.metadata.version(distribution),
            "took": took,
            "behind": end - begin - number / rate,
            "closing": time.perf_counter() - end,
            "seconds": seconds_used() - used,
            "memory": memory("VmHWM") - before,
            "files": sum(1 for path in (folder / "out.zarr").rglob("*") if path.is_file()),
        }
        print(json.dumps(result))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("writers", nargs="*", metavar="WRITERS", help=f"some of: {'; '.join(WRITERS)}")
    parser.add_argument("--rate", type=float, default=50.0, help="frames a second")
    parser.add_argument("--seconds", type=float, default=6.0, help="how long frames are taken")
    parser.add_argument("--peers", help="a Python that has the other writers")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        child(args.child, args.rate, args.seconds)
        return
    print(f"{args.rate:g} frames of 2 MB a second, {1e3 / args.rate:.0f} ms each, for {args.seconds:g} seconds\n")
    print("| writer | 99th percentile of append, of a frame's time | median, ms | longest, ms | last frame late by, s"
          " | end, s | MB/s of processor time | memory, MB | files |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    for name in args.writers or WRITERS:
        python = sys.executable if WRITERS[name][1] == "ngff-write" else args.peers
        if python is None:
            continue
        command = [python, __file__, "--child", name, "--rate", str(args.rate), "--seconds", str(args.seconds)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            print(f"| {name} | {done.stderr.strip().splitlines()[-1:]} |")
            continue
        found = json.loads(done.stdout.splitlines()[-1])
        took = sorted(found["took"])
        late = took[min(int(len(took) * 0.99), len(took) - 1)] * args.rate
        speed = len(took) * SIZE * SIZE * 2 / 1e6 / found["seconds"]
        print(f"| {name} {found['version']} | {late:.2f} | {took[len(took) // 2] * 1e3:.2f} | {took[-1] * 1e3:.1f}"
              f" | {max(found['behind'], 0):.2f} | {found['closing']:.2f} | {speed:.0f} | {found['memory'] / 1e6:.0f}"
              f" | {found['files']} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
