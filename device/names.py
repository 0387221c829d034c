"""Names and icons of apps, read out of their APKs where those lie on the phone.

No APK is pulled: ``device.apk`` says which bytes it needs, and those of many apps come in one trip.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.model import App, AppIcon, AppName
from audit.progress import Cancel
from device import commands
from device.answers import Answers
from device.apk.errors import ApkError, MissingBytesError
from device.apk.face import ApkFace
from device.apk.sources import RemoteFile
from device.commands import BLOCK, Command
from device.errors import (
    CommandFailedError,
    NotAnsweredError,
)

#: Apps that are read at the same time; each batch is handed on as soon as it is whole.
BATCH = 40
#: What the deepest icon takes is about twelve.
MOST_ROUNDS = 24
_MOST_BYTES = 4 * 1024 * 1024  # in one trip
_MARK_ROOM = 32
#: Splits with languages that labels are kept in, and with the densities that icons are taken from.
_LANGUAGES = frozenset({"en", "zh"})
_DENSITIES = ("xhdpi", "xxhdpi", "xxxhdpi", "hdpi", "mdpi")
#: These are about one file; others mean that the phone is gone, or the connection.
_OF_ONE_FILE = (CommandFailedError, NotAnsweredError)


@dataclass(slots=True)
class _Job:
    """One app being read; ``spare`` is the split that may have an icon where the base has none."""

    app: App
    face: ApkFace
    spare: RemoteFile | None
    missing: tuple[tuple[RemoteFile, int, int], ...] = ()


class NameReader:
    """Fulfils ``audit.names.NameSource`` for a phone."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def names(self, apps: Sequence[App], cancel: Cancel) -> Iterator[list[AppName]]:
        """What the APKs of ``apps`` say, batch by batch; one APK costs its own name at most.

        Left out are apps whose APK is not there or may not be read. Raises an error of
        ``device.errors`` when the phone breaks off or ``cancel`` is set.
        """
        with cancel.waking(self._answers.cancel):
            paths = self._paths({app.user for app in apps})
            wanted = [app for app in apps if app.package in paths]
            for start in range(0, len(wanted), BATCH):
                batch = wanted[start : start + BATCH]
                yield self._read(self._jobs(batch, paths))

    def _paths(self, users: Iterable[int]) -> dict[str, str]:
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

    def _several(self, asked: Sequence[Command]) -> Mapping[Command, bytes]:
        """The answers that came; raises what concerns more than one file."""
        found: dict[Command, bytes] = {}
        for command, answer in self._answers.several(asked).items():
            if isinstance(answer, bytes):
                found[command] = answer
            elif not isinstance(answer, _OF_ONE_FILE):
                raise answer
        return found

    def _jobs(self, apps: Sequence[App], paths: Mapping[str, str]) -> list[_Job]:
        sizes: dict[str, int] = {}
        for command in commands.apk_sizes(sorted({paths[app.package] for app in apps})):
            for answer in self._several([command]).values():
                sizes |= dict(_sizes(answer))
        by_folder: dict[str, list[RemoteFile]] = {}
        for path, size in sizes.items():
            by_folder.setdefault(path.rpartition("/")[0], []).append(RemoteFile(path, size))
        jobs = []
        for app in apps:
            path = paths[app.package]
            beside = {file.path: file for file in by_folder.get(path.rpartition("/")[0], ())}
            if path in beside:
                splits = {_qualifier(file.path): file for file in beside.values()}
                spoken = [file for name, file in sorted(splits.items()) if name in _LANGUAGES]
                sharp = (splits[name] for name in _DENSITIES if name in splits)
                jobs.append(_Job(app, ApkFace([beside[path], *spoken]), next(sharp, None)))
        return jobs

    def _read(self, jobs: list[_Job]) -> list[AppName]:
        found: list[AppName] = []
        for _ in range(MOST_ROUNDS):
            attempts = [(job, _attempt(job)) for job in jobs]
            found += [name for _, name in attempts if name is not None]
            jobs = [job for job, name in attempts if name is None]
            if not jobs:
                break
            jobs = self._fetch(jobs)
        # What leads from one place to the next without an end is not read again.
        return found + [AppName(job.app.package, job.app.stamp) for job in jobs]

    def _fetch(self, jobs: list[_Job]) -> list[_Job]:
        """Fetches what is missing; returns the jobs that got all of theirs."""
        wanted = {_range(*missing): missing for job in jobs for missing in job.missing}
        came: set[tuple[RemoteFile, int, int]] = set()
        for trip in _trips(wanted):
            for command, data in self._several(trip).items():
                file, offset, size = wanted[command]
                # A file that became shorter was replaced: it is read at the next occasion.
                if len(data) == size:
                    file.add(offset, data)
                    came.add(wanted[command])
        return [job for job in jobs if came.issuperset(job.missing)]


def _range(file: RemoteFile, offset: int, size: int) -> Command:
    return commands.apk_range(file.path, offset // BLOCK, -(-size // BLOCK))


def _trips(wanted: Mapping[Command, tuple[RemoteFile, int, int]]) -> Iterator[list[Command]]:
    """As many at a time as fit into one line, and into memory."""
    trip: list[Command] = []
    length = total = 0
    for command, (_, _, size) in wanted.items():
        more = len(command.line) + _MARK_ROOM
        if trip and (length + more > commands.LONGEST_LINE or total + size > _MOST_BYTES):
            yield trip
            trip, length, total = [], 0, 0
        trip.append(command)
        length, total = length + more, total + size
    yield trip


def _sizes(answer: bytes) -> Iterator[tuple[str, int]]:
    for line in answer.decode("utf-8", "replace").splitlines():
        size, _, path = line.partition(":")
        if size.isdecimal() and commands.is_apk_path(path):
            yield path, int(size)


def _qualifier(path: str) -> str:
    """``zh`` of ``…/split_config.zh.apk``, empty for the base."""
    name = path.rpartition("/")[2]
    start, end = "split_config.", ".apk"
    return name.removeprefix(start).removesuffix(end) if name.startswith(start) else ""


def _attempt(job: _Job) -> AppName | None:
    """The name, or None with what is missing in ``job.missing``."""
    labels: Mapping[str, str] = {}
    icon: AppIcon | None = None
    try:
        labels, icon = job.face.read()
        if icon is None and job.spare is not None:
            job.face.add(job.spare)
            job.spare = None
            labels, icon = job.face.read()
    except MissingBytesError as error:
        job.missing = error.ranges
        return None
    except ApkError:
        pass  # only an update may change that: it is remembered as having no name
    return AppName(job.app.package, job.app.stamp, labels, icon)
