"""Names and icons of apps, read out of their APKs where those lie on the phone.

No APK is pulled: ``device.apk`` says which bytes it needs, and those of many apps come in one trip.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.model import App, AppIcon, AppName
from audit.progress import Cancel
from device.answers import Answers
from device.apk.errors import ApkError, MissingBytesError
from device.apk.face import ApkFace
from device.apk.sources import RemoteFile
from device.apk_files import ApkFiles, Range

#: Apps that are read at the same time; each batch is handed on as soon as it is whole.
BATCH = 40
#: What the deepest icon takes is about twelve.
MOST_ROUNDS = 24
#: Splits with languages that labels are kept in, and with the densities that icons are taken from.
_LANGUAGES = frozenset({"en", "zh"})
_DENSITIES = ("xhdpi", "xxhdpi", "xxxhdpi", "hdpi", "mdpi")


@dataclass(slots=True)
class _Job:
    """One app being read; ``spare`` is the split that may have an icon where the base has none."""

    app: App
    face: ApkFace
    spare: RemoteFile | None
    missing: tuple[Range, ...] = ()


class NameReader:
    """Fulfils ``audit.names.NameSource`` for a phone."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._files = ApkFiles(answers)

    def names(self, apps: Sequence[App], cancel: Cancel) -> Iterator[list[AppName]]:
        """What the APKs of ``apps`` say, batch by batch; one APK costs its own name at most.

        Left out are apps whose APK is not there or may not be read. Raises an error of
        ``device.errors`` when the phone breaks off or ``cancel`` is set.
        """
        with cancel.waking(self._answers.cancel):
            paths = self._files.paths({app.user for app in apps})
            wanted = [app for app in apps if app.package in paths]
            for start in range(0, len(wanted), BATCH):
                bundles = self._files.bundles(wanted[start : start + BATCH], paths)
                yield self._read([_job(app, files) for app, files in bundles])

    def _read(self, jobs: list[_Job]) -> list[AppName]:
        found: list[AppName] = []
        for _ in range(MOST_ROUNDS):
            attempts = [(job, _attempt(job)) for job in jobs]
            found += [name for _, name in attempts if name is not None]
            jobs = [job for job, name in attempts if name is None]
            if not jobs:
                break
            came = self._files.fetch(one for job in jobs for one in job.missing)
            jobs = [job for job in jobs if came.issuperset(job.missing)]
        # What leads from one place to the next without an end is not read again.
        return found + [AppName(job.app.package, job.app.stamp) for job in jobs]


def _job(app: App, files: Sequence[RemoteFile]) -> _Job:
    splits = {_qualifier(file.path): file for file in files[1:]}
    spoken = [file for name, file in sorted(splits.items()) if name in _LANGUAGES]
    sharp = (splits[name] for name in _DENSITIES if name in splits)
    return _Job(app, ApkFace([files[0], *spoken]), next(sharp, None))


def _qualifier(path: str) -> str:
    """``zh`` of ``…/split_config.zh.apk``, empty for what is no such split."""
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
