"""The tests' adb server with a phone in the air: a relay in front of it.

Pairing and mDNS need a real phone's TLS and a network; for these requests alone the relay answers
with the bytes that adb 36 sends. Everything else goes to the real server and back.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CODE = "123456"
GUID = "adb-DEMO0001-aBcDeF"


@dataclass
class Air:
    """What the relay answers.

    Attributes:
        lines: of ``host:mdns:services``, given as name, kind and address.
        hears: whether mDNS works; None for an adb before 30, which knows none of this.
        codes: which are right; any when empty.
        refusal: what is said of a wrong one.
        silent: never answer to pairing.
        asked: the requests about pairing that came.
    """

    port: int = 0
    lines: list[tuple[str, str, str]] = field(default_factory=list)
    hears: bool | None = True
    codes: set[str] = field(default_factory=set)
    refusal: str = "Failed: Wrong password or connection was dropped."
    silent: bool = False
    asked: list[str] = field(default_factory=list)

    def answer(self, request: str) -> bytes | None:
        """None for what the real server answers; empty to say nothing."""
        if not request.startswith(("host:mdns:", "host:pair:")):
            return None
        if self.hears is None:
            return b"FAIL" + _block(f"unknown host service '{request.removeprefix('host:')}'")
        if request == "host:mdns:check":
            heard = "mdns daemon version [Openscreen discovery 0.0.0]"
            return b"OKAY" + _block(heard if self.hears else "ERROR: mdns daemon unavailable")
        if request == "host:mdns:services":
            lines = [f"{name}\t_adb-tls-{kind}._tcp\t{at}\n" for name, kind, at in self.lines]
            return b"OKAY" + _block("".join(lines))
        self.asked.append(request)
        return self._pair(*request.removeprefix("host:pair:").split(":", 1))

    def _pair(self, code: str, address: str) -> bytes:
        if self.silent:
            return b""
        if self.codes and code not in self.codes:
            return b"OKAYFAIL" + _block(self.refusal)
        return b"OKAY" + _block(f"Successfully paired to {address} [guid={GUID}]")


def _block(text: str) -> bytes:
    return f"{len(text.encode()):04x}{text}".encode()


@contextmanager
def on_air(server_port: int) -> Iterator[Air]:
    """A relay to the adb server at ``server_port``; ``port`` is where it listens itself."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        air = Air(listener.getsockname()[1])
        held: list[socket.socket] = []
        threads: list[threading.Thread] = []

        def begin(work: object, *arguments: object) -> None:
            threads.append(threading.Thread(target=work, args=arguments))  # type: ignore[arg-type]
            threads[-1].start()

        def serve(client: socket.socket) -> None:
            with suppress(OSError, ValueError):
                reader = client.makefile("rb")
                request = reader.read(int(reader.read(4), 16))
                reply = air.answer(request.decode())
                if reply is None:
                    forward(client, request)
                elif reply:
                    client.sendall(reply)
                    client.shutdown(socket.SHUT_WR)

        def forward(client: socket.socket, request: bytes) -> None:
            real = socket.create_connection(("127.0.0.1", server_port))
            held.append(real)
            real.sendall(f"{len(request):04x}".encode() + request)
            begin(_pump, client, real)
            _pump(real, client)

        def accept() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                held.append(client)
                begin(serve, client)

        begin(accept)
        try:
            yield air
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for connection in held:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()
            for connection in held:
                connection.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
