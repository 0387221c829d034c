"""Keeping what the phone answers, to the byte, and playing it again.

A ``Recorder`` stands between the scanner and the phone. Nothing is asked for its sake, and what it
cannot keep costs the check nothing. Of properties and settings, which hold much that is nobody's
business, only the lines of the keys that this program reads are kept.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from audit.model import RawAnswer
from device import errors
from device.answers import Answers
from device.commands import Command
from device.errors import CancelledError, DeviceError, NotAnsweredError

LARGEST = 32 * 1024 * 1024
"""Bytes of one answer that are kept."""
TOO_LARGE = "too-large"

# What device.parsers.properties reads.
_PROPERTIES = re.compile(
    rb"\[(?:ro\.(?:boot\.)?serialno|ro\.product\.(?:manufacturer|brand|model)"
    rb"|ro\.build\.(?:version\.(?:release|sdk|security_patch)|fingerprint)"
    rb"|ro\.product\.(?:odm\.|vendor\.)?marketname|ro\.config\.marketing_name"
    rb"|ro\.vendor\.oplus\.market\.name|ro\.vivo\.market\.name|persist\.sys\.timezone)\]: \["
)
# What device.parsers.special reads.
_SETTINGS = re.compile(
    rb"(?:enabled_accessibility_services|enabled_notification_(?:listeners|assistant)"
    rb"|enabled_notification_policy_access_packages|enabled_input_methods|default_input_method"
    rb"|always_on_vpn_app|autofill_service|sms_default_application|dialer_default_application"
    rb"|assistant|voice_interaction_service)="
)
_REFUSAL = re.compile(rb"Exception|java\.|Permission Denial|Security exception|Error")
_KEPT_LINES = {"getprop": _PROPERTIES, "settings list secure": _SETTINGS}
_ERRORS: dict[str, type[DeviceError]] = {
    kind.code: kind
    for kind in (
        errors.CommandFailedError,
        errors.CommandTimeoutError,
        errors.DisconnectedError,
        errors.NotAnsweredError,
        errors.UnreadableError,
    )
}


class Recorder:
    """Answers as another ``Answers`` gives them; ``kept`` is what came, in order."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.kept: list[RawAnswer] = []

    @property
    def source(self) -> str:
        return self._answers.source

    @property
    def serial(self) -> str | None:
        return self._answers.serial

    @property
    def sent(self) -> Sequence[str]:
        return self._answers.sent

    def taken_at(self) -> datetime | None:
        return self._answers.taken_at()

    def answer(self, command: Command) -> Iterator[bytes]:
        pieces: list[bytes] = []
        size = 0
        missing = None
        try:
            for piece in self._answers.answer(command):
                size += len(piece)
                if size <= LARGEST:
                    pieces.append(piece)
                yield piece
        except DeviceError as error:
            missing = error.code
            raise
        finally:
            # A parser that has seen enough ends the stream: what came until then is kept.
            if size > LARGEST:
                pieces, missing = [], TOO_LARGE
            self._keep(command, b"".join(pieces), missing)

    def several(self, asked: Sequence[Command]) -> Mapping[Command, bytes | DeviceError]:
        answers = self._answers.several(asked)
        for command, answer in answers.items():
            if isinstance(answer, DeviceError):
                self._keep(command, b"", answer.code)
            else:
                self._keep(command, answer, None)
        return answers

    def cancel(self) -> None:
        self._answers.cancel()

    def _keep(self, command: Command, data: bytes, missing: str | None) -> None:
        kind = re.sub(r" \d+$", "", command.name)
        if kind in _KEPT_LINES:
            data = _lines_of(data, _KEPT_LINES[kind])
        self.kept.append(RawAnswer(command.name, data, datetime.now(UTC), missing))


class Playback:
    """Kept answers in place of the phone (see ``device.answers.Answers``).

    Args:
        taken_at: when the check was made whose answers these are.
    """

    def __init__(
        self, kept: Iterable[RawAnswer], source: str, serial: str | None, taken_at: datetime
    ) -> None:
        self.source = source
        self.serial = serial
        self.sent: Sequence[str] = ()
        self._taken_at = taken_at
        self._cancelled = False
        self._kept: dict[str, deque[RawAnswer]] = {}
        for one in kept:
            self._kept.setdefault(one.command, deque()).append(one)

    def taken_at(self) -> datetime | None:
        return self._taken_at

    def answer(self, command: Command) -> Iterator[bytes]:
        if self._cancelled:
            raise CancelledError
        kept = self._kept.get(command.name)
        if not kept:
            raise NotAnsweredError(command=command.name)
        # What was asked a second time, with more patience, is asked so again.
        one = kept.popleft() if len(kept) > 1 else kept[0]
        if one.data:
            yield one.data
        if one.missing is not None:
            kind = _ERRORS.get(one.missing, errors.UnreadableError)
            raise kind(one.missing, command=command.name)

    def several(self, asked: Sequence[Command]) -> Mapping[Command, bytes | DeviceError]:
        answers: dict[Command, bytes | DeviceError] = {}
        for command in asked:
            try:
                answers[command] = b"".join(self.answer(command))
            except CancelledError:
                raise
            except DeviceError as error:
                answers[command] = error
        return answers

    def cancel(self) -> None:
        self._cancelled = True


def _lines_of(text: bytes, wanted: re.Pattern[bytes]) -> bytes:
    """The lines that ``wanted`` matches; of a text without any only a refusal, if it is one."""
    lines = [line for line in text.split(b"\n") if wanted.match(line)]
    if lines:
        return b"\n".join(lines) + b"\n"
    return text.partition(b"\n")[0] if _REFUSAL.match(text) else b""
