"""Where answers to our commands come from: a phone, or files in place of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from device.commands import Command
from device.errors import DeviceError


class Answers(Protocol):
    """Whatever can answer the commands of ``device.commands``."""

    @property
    def source(self) -> str:
        """``phone`` or ``files``."""

    @property
    def serial(self) -> str | None:
        """adb's serial number of the phone; None for files."""

    @property
    def sent(self) -> Sequence[str]:
        """The commands that a phone was sent so far, in their order; none for files."""

    def taken_at(self) -> datetime | None:
        """When files were written, where they say so (a bug report's own date, in UTC).

        None for a phone, whose clock is asked with a command of its own. A date without a zone
        is read in the zone that the same files name (``persist.sys.timezone``); None without one.
        """

    def answer(self, command: Command) -> Iterator[bytes]:
        """Streams the answer in pieces of at most 64 KiB.

        Raises, while iterating: NotAnsweredError when this source never had such an answer;
        DisconnectedError when the phone broke off; CommandTimeoutError; UnreadableError when the
        command failed or its answer grew beyond all bounds; CancelledError.
        An answer that ends without an error arrived whole, as far as the transport can tell.
        """

    def several(self, asked: Sequence[Command]) -> Mapping[Command, bytes | DeviceError]:
        """Answers several small commands, over one round trip where it is a phone.

        Each gets its whole answer or the error that it alone ran into; nothing is raised but
        CancelledError.
        """

    def cancel(self) -> None:
        """Makes a running and every later ``answer`` raise CancelledError. Thread-safe."""
