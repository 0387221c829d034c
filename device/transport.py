"""Commands on a phone: the only way out for them, and their answers as a stream."""

from __future__ import annotations

import functools
import re
import secrets
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

from device import commands
from device.adb import AdbServer, Device
from device.commands import Command
from device.errors import (
    CancelledError,
    CommandFailedError,
    CommandTimeoutError,
    DeviceError,
    DisconnectedError,
    NotAnsweredError,
    NotReadyError,
    UnreadableError,
)

if TYPE_CHECKING:
    from device.host import HostConnection

PIECE = 64 * 1024
LARGEST_ANSWER = 256 * 1024 * 1024
LARGEST_SMALL_ANSWER = 16 * 1024 * 1024
_LARGEST_STDERR = 64 * 1024
# MAX_PAYLOAD of adbd is 1 MiB: a longer packet means that this is no shell,v2 stream.
_LARGEST_PACKET = 16 * 1024 * 1024
_STDOUT, _STDERR, _EXIT = 1, 2, 3
_LONGEST_MARK = 48
_HEAD = 400


class Stream:
    """The running answer of one command; iterate it once.

    Attributes:
        stderr: what the command said there, up to 64 KiB; empty for phones without shell,v2.
        status: its exit status; None until the whole answer arrived.
    """

    def __init__(self, connection: socket.socket, command: Command, nonce: str | None) -> None:
        self.stderr = bytearray()
        self.status: int | None = None
        self._socket = connection
        self._command = command
        self._nonce = nonce
        self._end = time.monotonic() + command.timeout

    def __iter__(self) -> Iterator[bytes]:
        """The output in pieces of at most 64 KiB.

        Raises DisconnectedError when it ends without an exit status, CommandTimeoutError,
        UnreadableError.
        """
        size = 0
        for piece in self._packets() if self._nonce is None else self._marked(self._nonce):
            size += len(piece)
            if size > LARGEST_ANSWER:
                raise UnreadableError("endless answer", command=self._command.name)
            yield piece

    def accept(self) -> None:
        """Waits until the phone has taken the command."""
        reply = self._exactly(4)
        if reply != b"OKAY":
            words = b""
            with suppress(DisconnectedError):
                words = self._exactly(int(self._exactly(4), 16)) if reply == b"FAIL" else reply
            raise DisconnectedError(words.decode(errors="replace"), command=self._command.name)

    def _receive(self, size: int = PIECE) -> bytes:
        command = self._command
        left = self._end - time.monotonic()
        if left <= 0:
            raise CommandTimeoutError(command=command.name, seconds=f"{command.timeout:g}")
        wait = min(left, command.idle_timeout)
        try:
            self._socket.settimeout(wait)
            return self._socket.recv(size)
        except TimeoutError:
            raise CommandTimeoutError(command=command.name, seconds=f"{wait:.0f}") from None
        except OSError as error:
            raise DisconnectedError(str(error), command=command.name) from error

    def _more(self, size: int = PIECE) -> bytes:
        data = self._receive(size)
        if not data:
            raise DisconnectedError("the answer broke off", command=self._command.name)
        return data

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            data += self._more(size - len(data))
        return bytes(data)

    def _packets(self) -> Iterator[bytes]:
        """The stdout of a shell,v2 stream: packets of kind, length, data."""
        pending = bytearray()
        while True:
            while len(pending) < 5:
                pending += self._more()
            kind, size = struct.unpack_from("<BI", pending)
            del pending[:5]
            if size > _LARGEST_PACKET:
                raise UnreadableError("not a shell,v2 stream", command=self._command.name)
            while size:
                if not pending:
                    pending += self._more()
                piece = bytes(pending[:size])
                del pending[: len(piece)]
                size -= len(piece)
                if kind == _STDOUT:
                    yield piece
                elif kind == _STDERR:
                    self.stderr += piece[: _LARGEST_STDERR - len(self.stderr)]
                elif kind == _EXIT:
                    self.status = piece[0]
                    return

    def _marked(self, nonce: str) -> Iterator[bytes]:
        """The output of a plain stream, which is whole when our mark ends it."""
        tail = b""
        while data := self._receive():
            tail += data
            if len(tail) > _LONGEST_MARK:
                yield tail[:-_LONGEST_MARK]
                tail = tail[-_LONGEST_MARK:]
        match = re.search(rb"@@%b:0:(\d+)\s*\Z" % nonce.encode(), tail)
        if match is None:
            raise DisconnectedError("the answer broke off", command=self._command.name)
        self.status = int(match[1])
        yield tail[: match.start()]


class PhoneAnswers:
    """Answers of a phone that is ready (see ``device.answers.Answers``)."""

    source = "phone"
    #: Raises ValueError for a line that may not be sent.
    _check = staticmethod(commands.check)

    def __init__(self, server: AdbServer, device: Device) -> None:
        self._server = server
        self._device = device
        self.sent: list[str] = []
        self._lock = threading.Lock()
        self._running: socket.socket | None = None
        self._cancelled = False

    @property
    def serial(self) -> str | None:
        return self._device.own_serial

    def taken_at(self) -> datetime | None:
        return None

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            if self._running is not None:
                # close() would not wake a thread that is blocked in recv().
                with suppress(OSError):
                    self._running.shutdown(socket.SHUT_RDWR)

    def answer(self, command: Command) -> Iterator[bytes]:
        head = bytearray()
        with self._opened(command) as stream:
            self.sent.append(command.line)
            for piece in stream:
                head += piece[: _HEAD - len(head)]
                yield piece
        error = _judge(command, stream.status, bytes(stream.stderr or head))
        if error is not None:
            raise error

    def several(self, asked: Sequence[Command]) -> Mapping[Command, bytes | DeviceError]:
        answers: dict[Command, bytes | DeviceError] = {}
        left = list(dict.fromkeys(asked))
        failure: DeviceError | None = None
        # One that hangs ends the trip for those behind it: they get a second one.
        for _ in range(2):
            if not left or isinstance(failure, DisconnectedError):
                break
            got, failure = self._trip(left)
            answers |= got
            left = left[len(got) :]
        if failure is not None:
            answers |= {command: _blame(command, failure) for command in left}
        return answers

    def _trip(
        self, asked: Sequence[Command]
    ) -> tuple[dict[Command, bytes | DeviceError], DeviceError | None]:
        """The answers up to the one that failed, which is the last of them, and its error."""
        nonce = secrets.token_hex(8)
        text = bytearray()
        stderr = b""
        failure: DeviceError | None = None
        try:
            with self._opened(commands.chain(asked, nonce)) as stream:
                self.sent += [command.line for command in asked]
                for piece in stream:
                    text += piece
                    if len(text) > LARGEST_SMALL_ANSWER:
                        raise UnreadableError("endless answer")
                stderr = bytes(stream.stderr)
        except CancelledError:
            raise
        except DeviceError as error:
            failure = error
        answers: dict[Command, bytes | DeviceError] = {}
        start = 0
        for number, command in enumerate(asked):
            mark = re.compile(rb"@@%b:%d:(\d+)\r?\n" % (nonce.encode(), number))
            match = mark.search(text, start)
            if match is None:
                failure = failure or DisconnectedError("the answer broke off")
                answers[command] = _blame(command, failure)
                return answers, failure
            body = bytes(text[start : match.start()])
            start = match.end()
            answers[command] = _judge(command, int(match[1]), stderr or body[:_HEAD]) or body
        return answers, None

    @contextmanager
    def _opened(self, command: Command) -> Iterator[Stream]:
        self._check(command.line)
        try:
            with self._server.open() as connection:
                with self._lock:
                    self._running = connection.conn
                try:
                    if self._cancelled:
                        raise CancelledError
                    yield self._start(connection, command)
                finally:
                    with self._lock:
                        self._running = None
        except OSError as error:
            # While the command was sent: what is read has its own errors (``Stream``).
            if self._cancelled:
                raise CancelledError from error
            raise DisconnectedError(str(error), command=command.name) from error
        except DeviceError as error:
            if self._cancelled:
                raise CancelledError from error
            # The phone was ready when the check began: now it, or the server, is gone.
            if isinstance(error, NotReadyError):
                raise DisconnectedError(str(error), command=command.name) from error
            raise

    def _start(self, connection: HostConnection, command: Command) -> Stream:
        device = self._device
        if device.transport_id is None:
            connection.request(f"host:transport:{device.serial}")
        else:
            connection.request(f"host:transport-id:{device.transport_id}")
        if self._has_shell_v2:
            stream = Stream(connection.conn, command, None)
            connection.send_command(f"shell,v2,raw:{command.line}")
        else:
            # Without shell,v2 nothing but our own mark tells a whole answer from a cut one.
            nonce = secrets.token_hex(8)
            stream = Stream(connection.conn, command, nonce)
            connection.send_command(f"exec:{commands.chain([command], nonce).line}")
        stream.accept()
        return stream

    @functools.cached_property
    def _has_shell_v2(self) -> bool:
        return "shell_v2" in self._server.features(self._device)


def _judge(command: Command, status: int | None, words: bytes) -> DeviceError | None:
    """The error that an answer amounts to, though all of it arrived; None for a good one.

    ``words`` is what the phone said on stderr, or where that is not apart, how the answer begins.
    """
    service = re.match(r"dumpsys (?:-t \d+ )?(\S+)", command.line)
    missing = f"Can't find service: {service[1]}" if service else ""
    said = words.decode(errors="replace")
    if (missing and missing in said.split("\n")) or status == 127:
        return NotAnsweredError(said.strip(), command=command.name)
    if status != 0:
        line = next((line for line in said.splitlines() if line.strip()), "")
        return CommandFailedError(line.strip(), command=command.name, status=str(status))
    return None


def _blame(command: Command, failure: DeviceError) -> DeviceError:
    """The failure of a whole trip as that of one of its commands."""
    values = {**failure.values, "command": command.name}
    detail = values.pop("detail")
    return type(failure)(detail, **values)
