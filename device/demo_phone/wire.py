"""A phone at the other end of a TCP connection: the device side of adb, for the real adb server.

Flow control is the classic one (one unacknowledged WRTE per stream); ``delayed_ack`` is not
offered, so no host uses it.
"""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import Callable, Iterator
from enum import Enum
from types import TracebackType
from typing import Self

from device.demo_phone.answer import NO_FAULTS, Answer, Faults, limited, line_ends
from device.demo_phone.packets import (
    MAX_PAYLOAD,
    VERSION,
    Auth,
    Kind,
    Message,
    ShellPacket,
    read_message,
    shell_packet,
)

# The adb server looks for emulators there by itself and would find the phone twice.
EMULATOR_PORTS = range(5554, 5586)
FEATURES = ("shell_v2", "cmd", "stat_v2", "ls_v2")

_SERVICE = re.compile(r"(shell(?:,[^:]*)?|exec):(.*)", re.DOTALL)


class Authorization(Enum):
    """How the phone treats a computer that it does not know."""

    NONE = "none"  # trusts every computer, as an emulator does
    ASK = "ask"  # unauthorized until authorize() is called
    REFUSE = "refuse"  # stays unauthorized
    MUTE = "mute"  # does not answer at all: adb calls it offline


class DemoPhone:
    """Serves one phone on 127.0.0.1 from a thread of its own.

    Args:
        answers: gives the answer to a command line; called on the phone's thread.
        port: 0 picks a free one; adb's own range for emulators is refused with ``ValueError``.
        state: what the banner says: ``device``, ``recovery``, ``sideload``, ``rescue`` ...
        features: without ``shell_v2`` the phone's ``shell:`` runs on a terminal, as on Android 6.
        properties: what the banner tells of the product; adb shows it in ``adb devices -l``.
        authorize_after: seconds after which a phone that asks is told yes.
    """

    def __init__(  # noqa: PLR0913 -- one keyword for each thing a test turns
        self,
        answers: Callable[[str], Answer],
        *,
        port: int = 0,
        state: str = "device",
        features: tuple[str, ...] = FEATURES,
        properties: dict[str, str] | None = None,
        authorization: Authorization = Authorization.NONE,
        authorize_after: float | None = None,
        faults: tuple[Faults, ...] = (),
    ) -> None:
        if port in EMULATOR_PORTS:
            raise ValueError(f"port {port} is one where adb looks for emulators")
        self.answers = answers
        self.banner_state = state
        self.features = features
        self.properties = properties or {}
        self.authorization = authorization
        self.authorize_after = authorize_after
        self.faults = faults
        self.services: list[str] = []
        self.authorized = authorization is Authorization.NONE
        self._port = port
        self._failures: list[BaseException] = []
        self._connections: set[_Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: asyncio.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        """What ``adb connect`` takes, and then the serial number that adb shows."""
        return f"127.0.0.1:{self._port}"

    @property
    def commands(self) -> list[str]:
        """The command line of every shell that was opened, in the order of arrival.

        ``services`` has everything that was opened, shells or not, as it came.
        """
        matches = (_SERVICE.fullmatch(service) for service in self.services)
        return [match[2] for match in matches if match]

    def start(self) -> None:
        loop = asyncio.new_event_loop()
        self._loop = loop
        self._thread = threading.Thread(target=loop.run_forever, name="demo-phone", daemon=True)
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._listen(), loop).result()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Unplugs the phone. Raises what went wrong in ``answers``, if anything did."""
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        self._loop = self._thread = None
        asyncio.run_coroutine_threadsafe(self._close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        if self._failures:
            raise self._failures.pop(0)

    def authorize(self) -> None:
        """The person at the phone allows USB debugging."""
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._authorize(), self._loop).result()

    def drop_connections(self) -> None:
        """The cable comes out for a moment; the phone goes on listening."""
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._drop(), self._loop).result()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def banner(self) -> bytes:
        told = [f"{name}={value}" for name, value in self.properties.items()]
        told.append("features=" + ",".join(self.features))
        return f"{self.banner_state}::{';'.join(told)}".encode()

    def faults_of(self, command: str) -> Faults:
        return next((fault for fault in self.faults if fault.concern(command)), NO_FAULTS)

    def failed(self, error: BaseException) -> None:
        self._failures.append(error)

    async def _listen(self) -> None:
        while True:
            server = await asyncio.start_server(self._connected, "127.0.0.1", self._port)
            port: int = server.sockets[0].getsockname()[1]
            if port not in EMULATOR_PORTS:
                self._server, self._port = server, port
                return
            server.close()
            await server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(self, reader, writer)
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 -- asyncio runs this in a task
        self._connections.add(connection)
        self._tasks.add(task)
        try:
            await connection.run()
        finally:
            self._connections.discard(connection)
            self._tasks.discard(task)

    async def _authorize(self) -> None:
        self.authorized = True
        for connection in self._connections:
            connection.welcome_if_waiting()

    async def _drop(self) -> None:
        for connection in self._connections:
            connection.hang_up()

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        tasks = list(self._tasks)
        for connection in self._connections:
            connection.hang_up()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()


class _Stream:
    """One open service. ``free`` is set while the host has acknowledged all that was sent."""

    def __init__(self, remote: int) -> None:
        self.remote = remote
        self.free = asyncio.Event()
        self.task: asyncio.Task[None] | None = None


class _Connection:
    def __init__(
        self, phone: DemoPhone, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._phone = phone
        self._reader = reader
        self._writer = writer
        self._streams: dict[int, _Stream] = {}
        self._last_id = 0
        self._waiting = False

    async def run(self) -> None:
        try:
            while True:
                await self._handle(await read_message(self._reader))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return  # the host hung up, or the phone was unplugged
        finally:
            tasks = [stream.task for stream in self._streams.values() if stream.task]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._writer.close()

    def hang_up(self) -> None:
        self._writer.close()

    def welcome_if_waiting(self) -> None:
        if self._waiting:
            self._waiting = False
            self._welcome()

    async def _handle(self, message: Message) -> None:
        match message.kind:
            case Kind.CNXN:
                self._greet()
            case Kind.AUTH:
                self._check_key(message)
            case Kind.OPEN:
                self._open(message)
            case Kind.OKAY if message.second in self._streams:
                self._streams[message.second].free.set()
            case Kind.WRTE if message.second in self._streams:
                # What the host types in is of no interest, but it waits for the acknowledgement.
                self._send(Kind.OKAY, message.second, message.first)
            case Kind.CLSE:
                stream = self._streams.pop(message.second, None)
                if stream is not None and stream.task is not None:
                    stream.task.cancel()
        await self._writer.drain()

    def _greet(self) -> None:
        match self._phone.authorization:
            case Authorization.NONE:
                self._welcome()
            case Authorization.ASK | Authorization.REFUSE:
                self._send(Kind.AUTH, Auth.TOKEN, 0, os.urandom(20))
            case Authorization.MUTE:
                pass

    def _check_key(self, message: Message) -> None:
        if self._phone.authorized:
            self._welcome()
        elif message.first == Auth.SIGNATURE:
            self._send(Kind.AUTH, Auth.TOKEN, 0, os.urandom(20))
        elif message.first == Auth.PUBLIC_KEY and self._phone.authorization is Authorization.ASK:
            self._waiting = True
            if self._phone.authorize_after is not None:
                loop = asyncio.get_running_loop()
                loop.call_later(self._phone.authorize_after, self._allow)

    def _allow(self) -> None:
        self._phone.authorized = True
        self.welcome_if_waiting()

    def _welcome(self) -> None:
        self._send(Kind.CNXN, VERSION, MAX_PAYLOAD, self._phone.banner())

    def _open(self, message: Message) -> None:
        service = message.payload.rstrip(b"\0").decode("utf-8", "replace")
        self._phone.services.append(service)
        known = _SERVICE.fullmatch(service)
        v2 = known is not None and "v2" in known[1].split(",")
        if known is None or (v2 and "shell_v2" not in self._phone.features):
            self._send(Kind.CLSE, 0, message.first)
            return
        self._last_id += 1
        stream = _Stream(message.first)
        self._streams[self._last_id] = stream
        stream.task = asyncio.create_task(self._serve(self._last_id, stream, known[1], known[2]))

    async def _serve(self, number: int, stream: _Stream, service: str, command: str) -> None:
        faults = self._phone.faults_of(command)
        try:
            await asyncio.sleep(faults.latency)
            self._send(Kind.OKAY, number, stream.remote)
            stream.free.set()
            answer = self._phone.answers(command)
            if "v2" in service.split(","):
                await self._answer_v2(number, stream, answer, faults)
            else:
                terminal = service == "shell" and "shell_v2" not in self._phone.features
                shown = answer if service == "exec" else _merged(answer, terminal=terminal)
                await self._output(number, stream, shown, faults, wrap=bytes)
            await stream.free.wait()
            self._streams.pop(number, None)
            self._send(Kind.CLSE, number, stream.remote)
            await self._writer.drain()
        except ConnectionError:
            self._writer.close()
        except Exception as error:  # noqa: BLE001 -- stop() raises it where a test or a person sees it
            self._phone.failed(error)
            self._writer.close()

    async def _answer_v2(
        self, number: int, stream: _Stream, answer: Answer, faults: Faults
    ) -> None:
        def wrap(piece: bytes) -> bytes:
            return shell_packet(ShellPacket.STDOUT, piece)

        await self._output(number, stream, answer, faults, wrap=wrap)
        if answer.stderr:
            await self._write(number, stream, shell_packet(ShellPacket.STDERR, answer.stderr))
        code = shell_packet(ShellPacket.EXIT, bytes([answer.exit_code & 0xFF]))
        await self._write(number, stream, code)

    async def _output(
        self,
        number: int,
        stream: _Stream,
        answer: Answer,
        faults: Faults,
        *,
        wrap: Callable[[bytes], bytes],
    ) -> None:
        stop = faults.drop_after if faults.hang_after is None else faults.hang_after
        for piece in limited(faults.applied(answer), stop):
            for part in _paced(piece, faults.bytes_per_second):
                if faults.bytes_per_second:
                    await asyncio.sleep(len(part) / faults.bytes_per_second)
                await asyncio.sleep(faults.latency)
                await self._write(number, stream, wrap(part))
        if stop is not None:
            await stream.free.wait()
            if faults.hang_after is None:
                raise ConnectionAbortedError("dropped on purpose")
            await asyncio.Event().wait()

    async def _write(self, number: int, stream: _Stream, data: bytes) -> None:
        await stream.free.wait()
        stream.free.clear()
        self._send(Kind.WRTE, number, stream.remote, data)
        await self._writer.drain()

    def _send(self, kind: Kind, first: int, second: int, payload: bytes = b"") -> None:
        self._writer.write(Message(kind, first, second, payload).encode())


def _merged(answer: Answer, *, terminal: bool) -> Answer:
    """``shell:`` knows one stream only: what went wrong stands in the output."""

    def pieces() -> Iterator[bytes]:
        for piece in (*answer.pieces(), answer.stderr):
            yield line_ends(piece, terminal=terminal)

    return Answer(pieces())


def _paced(piece: bytes, bytes_per_second: int | None) -> Iterator[bytes]:
    """Ten parts a second where the speed is limited; an empty piece is nothing to send."""
    size = max(1, bytes_per_second // 10) if bytes_per_second else max(1, len(piece))
    for start in range(0, len(piece), size):
        yield piece[start : start + size]
