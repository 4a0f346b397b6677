"""A process that forks others, which write images and are killed: so that none of them has to import anything.

It is sent a job a line, as JSON, and answers with how the process ended.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import attrs

__all__ = ["FRAMES", "OPTIONS", "Ended", "Killer"]

FRAMES = 26
OPTIONS: dict[str, Any] = {"chunks": (2, 16, 16), "shards": (4, 32, 32), "n_levels": 3, "name": "a"}


@attrs.frozen
class Ended:
    """How a process ended: ``"killed"`` or ``"done"``; its calls that change the file system, and the time it took."""

    state: str
    calls: int
    seconds: float


class Killer:
    """The process, as tests talk to it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, path: Path, way: str, *, steps: int | None = None, seconds: float | None = None) -> Ended:
        """Let a process write an image until it is killed: before some call, or after a time; tell how it ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([str(path), way, steps, seconds]), file=self._process.stdin, flush=True)
        return Ended(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        self._process.communicate()


def write(path: str, way: str) -> None:
    """Write the image that tests look at: time points, or planes, of which the smaller levels have fewer."""
    from frames import dims, noise

    from ngff_write import stream_image, write_image

    names = "zyx" if way == "planes" else "tyx"
    pixels = noise((FRAMES, 64, 64))
    if way == "array":
        write_image(pixels, path, dims(names), **OPTIONS)
    elif way == "iterator":
        write_image(iter(pixels), path, dims(names, pixels.shape), **OPTIONS)
    else:
        with stream_image(path, (None, 64, 64), dims(names), "uint16", resume=True, **OPTIONS) as stream:
            for number in range(stream.frames, FRAMES):
                stream.append(pixels[number])
                if way == "flushed" and number % 3 == 0:
                    stream.flush()


def _main() -> None:
    here = Path(__file__).parent
    sys.path[:0] = [str(here), str(here.parent / "safety")]
    import frames
    import mortal
    import tensorstore
    import zarr

    import ngff_write.streaming.stream

    del frames, tensorstore, zarr, ngff_write
    for line in sys.stdin:
        path, way, steps, seconds = json.loads(line)
        began = time.perf_counter()
        reading, writing = os.pipe()
        tell, never = os.write, 1 << 30
        child = os.fork()
        if child == 0:
            try:
                mortal._count_down(steps if steps is not None else never)
                write(path, way)
                tell(writing, b"%d" % (never - mortal._left[-1][0]))
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        os.close(writing)
        if seconds is not None:
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        with open(reading, "rb") as pipe:
            calls = int(pipe.read() or 0)
        state = "killed" if os.WIFSIGNALED(status) else "done" if os.WEXITSTATUS(status) == 0 else "failed"
        print(json.dumps({"state": state, "calls": calls, "seconds": time.perf_counter() - began}), flush=True)


if __name__ == "__main__":
    _main()
