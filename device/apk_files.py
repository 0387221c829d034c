"""Where the APKs of a phone's apps lie, and ranges of their bytes, many in one trip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from audit.model import App
from device import commands
from device.answers import Answers
from device.apk.sources import RemoteFile
from device.commands import BLOCK, Command
from device.errors import CommandFailedError, NotAnsweredError

_MOST_BYTES = 4 * 1024 * 1024  # in one trip
_MARK_ROOM = 32
#: These are about one file; others mean that the phone is gone, or the connection.
_OF_ONE_FILE = (CommandFailedError, NotAnsweredError)

#: A file, and offset and size in bytes, both multiples of a block but at the file's end.
Range = tuple[RemoteFile, int, int]


class ApkFiles:
    """Every method raises an error of ``device.errors`` when the phone breaks off."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def paths(self, users: Iterable[int]) -> dict[str, str]:
        """Where the base APK of each package lies, as far as that is a usual path."""
        asked = [commands.apk_paths(user) for user in sorted(users)]
        found: dict[str, str] = {}
        for answer in self._several(asked).values():
            for line in answer.decode("utf-8", "replace").splitlines():
                # Directories of apps end with "==": the last "=" is the one that parts.
                path, _, package = line.removeprefix("package:").rpartition("=")
                if commands.is_apk_path(path):
                    found.setdefault(package, path)
        return found

    def bundles(
        self, apps: Iterable[App], paths: Mapping[str, str]
    ) -> Iterator[tuple[App, list[RemoteFile]]]:
        """Each app with its base APK and then the splits beside it; without it where it is gone."""
        wanted = list(apps)
        by_folder: dict[str, list[RemoteFile]] = {}
        for command in commands.apk_sizes(sorted({paths[app.package] for app in wanted})):
            for answer in self._several([command]).values():
                for path, size in _sizes(answer):
                    by_folder.setdefault(_folder(path), []).append(RemoteFile(path, size))
        for app in wanted:
            base = paths[app.package]
            beside = sorted(by_folder.get(_folder(base), ()), key=lambda file: file.path != base)
            if beside and beside[0].path == base:
                yield app, beside

    def fetch(self, ranges: Iterable[Range]) -> set[Range]:
        """Fetches these into their files; returns those that came whole."""
        wanted = {_command(*piece): (whole, piece) for whole in ranges for piece in _pieces(*whole)}
        came, cut = {whole for whole, _ in wanted.values()}, set()
        for trip in _trips({command: piece[2] for command, (_, piece) in wanted.items()}):
            answers = self._several(trip)
            for command in trip:
                whole, (file, offset, size) = wanted[command]
                data = answers.get(command, b"")
                # A file that became shorter was replaced: it is read at the next occasion.
                if len(data) == size:
                    file.add(offset, data)
                else:
                    cut.add(whole)
        return came - cut

    def _several(self, asked: Sequence[Command]) -> Mapping[Command, bytes]:
        """The answers that came; raises what concerns more than one file."""
        found: dict[Command, bytes] = {}
        for command, answer in self._answers.several(asked).items():
            if isinstance(answer, bytes):
                found[command] = answer
            elif not isinstance(answer, _OF_ONE_FILE):
                raise answer
        return found


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _sizes(answer: bytes) -> Iterator[tuple[str, int]]:
    for line in answer.decode("utf-8", "replace").splitlines():
        size, _, path = line.partition(":")
        if size.isdecimal() and commands.is_apk_path(path):
            yield path, int(size)


def _pieces(file: RemoteFile, offset: int, size: int) -> Iterator[Range]:
    for start in range(offset, offset + size, _MOST_BYTES):
        yield file, start, min(_MOST_BYTES, offset + size - start)


def _command(file: RemoteFile, offset: int, size: int) -> Command:
    return commands.apk_range(file.path, offset // BLOCK, -(-size // BLOCK))


def _trips(wanted: Mapping[Command, int]) -> Iterator[list[Command]]:
    """As many at a time as fit into one line, and into memory; ``wanted`` has sizes in bytes."""
    trip: list[Command] = []
    length = total = 0
    for command, size in wanted.items():
        more = len(command.line) + _MARK_ROOM
        if trip and (length + more > commands.LONGEST_LINE or total + size > _MOST_BYTES):
            yield trip
            trip, length, total = [], 0, 0
        trip.append(command)
        length, total = length + more, total + size
    if trip:
        yield trip
