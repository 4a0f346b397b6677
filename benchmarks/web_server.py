"""Serve the files below a folder over HTTP on loopback, each answer after a delay; count what is asked for.

    python web_server.py FOLDER MILLISECONDS

Prints the port. GET /-/asked answers with the keys asked for since it was last asked, one a line.
"""

import asyncio
import sys
from pathlib import Path
from urllib.parse import unquote

FOLDER, DELAY = Path(sys.argv[1]), float(sys.argv[2]) / 1000
FILES = {p.relative_to(FOLDER).as_posix(): p.read_bytes() for p in FOLDER.rglob("*") if p.is_file()}
asked: list[str] = []


def answer(status: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nContent-Type: application/octet-stream\r\n"
    return head.encode() + b'ETag: "1"\r\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n' + body


class Connection(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.pending = b""

    def data_received(self, data: bytes) -> None:
        self.pending += data
        while (end := self.pending.find(b"\r\n\r\n")) >= 0:
            target = self.pending[: self.pending.find(b"\r\n")].split(b" ")[1]
            self.pending = self.pending[end + 4 :]
            key = unquote(target.decode().partition("?")[0].lstrip("/"))
            if key == "-/asked":
                self.transport.write(answer("200 OK", "\n".join(asked).encode()))
                asked.clear()
                continue
            asked.append(key)
            body = FILES.get(key)
            reply = answer("404 Not Found", b"") if body is None else answer("200 OK", body)
            asyncio.get_running_loop().call_later(DELAY, self.transport.write, reply)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
