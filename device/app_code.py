"""What an app's code is made of, read out of the dex files of its APKs where those lie.

Only when somebody asks for it: code is most of an APK. One dex file at a time is in memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from audit.model import App, AppCode
from audit.progress import Cancel, Progress, Report
from device.answers import Answers
from device.apk.archive import Archive, Entry
from device.apk.binary_xml import tree
from device.apk.bundle import MANIFEST
from device.apk.dex import java_packages
from device.apk.errors import ApkError, MissingBytesError
from device.apk.sources import RemoteFile
from device.apk_files import ApkFiles
from device.errors import CodeUnreadableError, NoCodeError, OtherVersionError

_T = TypeVar("_T")

_DEX = re.compile(r"classes\d{0,3}\.dex")
#: No dex file is half as large: it holds 65,536 methods at most.
_LARGEST_DEX = 64 * 1024 * 1024
#: Of all dex files of one app; the largest apps have some 200 MB.
_MOST_CODE = 512 * 1024 * 1024
_MOST_PACKAGES = 50_000
_LARGEST_MANIFEST, _MOST_ELEMENTS = 4 * 1024 * 1024, 100_000
#: Directory, manifest and dex file take one to three each.
_MOST_ROUNDS = 8


class CodeReader:
    """Looks into the apps of one phone."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._files = ApkFiles(answers)

    def code(self, app: App, report: Report, cancel: Cancel) -> AppCode:
        """The Java packages of all classes of ``app`` that lie outside its own.

        Raises NoCodeError, OtherVersionError where the app was updated since, CodeUnreadableError,
        and what else ``device.errors`` has for a phone that breaks off and for ``cancel``.
        """
        with cancel.waking(self._answers.cancel):
            paths = self._files.paths([app.user])
            wanted = [app] if app.package in paths else []
            files = next((files for _, files in self._files.bundles(wanted, paths)), [])
            try:
                found = self._read(app, files, report)
            except ApkError as error:
                raise CodeUnreadableError(str(error), package=app.package) from error
        return AppCode(app.package, app.stamp, tuple(sorted(found)))

    def _read(self, app: App, files: list[RemoteFile], report: Report) -> set[str]:
        archives = [(file, Archive(file)) for file in files]
        parts = [
            (file, archive, entry)
            for file, archive in archives
            for entry in self._fetching(app, partial(_dex_files, archive))
        ]
        if not parts:
            raise NoCodeError(package=app.package)
        if sum(max(entry.packed, entry.unpacked) for _, _, entry in parts) > _MOST_CODE:
            raise ApkError("more code than any app has")
        self._check_version(app, archives[0][1])
        found: set[str] = set()
        for number, (file, archive, entry) in enumerate(parts):
            report(Progress(number, len(parts), "code"))
            file.forget()
            file.most = 2 * _LARGEST_DEX
            found |= self._fetching(app, partial(_packages, archive, entry.name))
            file.forget()
            if len(found) > _MOST_PACKAGES:
                raise ApkError("more packages than any app has")
        own = f"{app.package}."
        return {package for package in found if not f"{package}.".startswith(own)}

    def _check_version(self, app: App, base: Archive) -> None:
        """An APK that names another version than the check did tells nothing about the check."""
        manifest = self._fetching(app, partial(base.bytes, MANIFEST, _LARGEST_MANIFEST))
        root = tree(manifest, _MOST_ELEMENTS).attributes
        low, high = root.get("versionCode"), root.get("versionCodeMajor")
        if low is None or app.version_code is None:
            return
        if (high.data << 32 if high else 0) | low.data != app.version_code:
            raise OtherVersionError(package=app.package)

    def _fetching(self, app: App, read: Callable[[], _T]) -> _T:
        """What ``read`` gives once all that it misses is there."""
        for _ in range(_MOST_ROUNDS):
            try:
                return read()
            except MissingBytesError as error:
                if not self._files.fetch(error.ranges).issuperset(error.ranges):
                    raise NoCodeError(package=app.package) from error
        raise ApkError("it leads from one place to the next")


def _dex_files(archive: Archive) -> list[Entry]:
    names = filter(_DEX.fullmatch, archive.entries)
    entries = [archive.entries[name] for name in names]
    if None in entries:
        raise ApkError("two dex files of one name")
    return [entry for entry in entries if entry is not None]


def _packages(archive: Archive, name: str) -> set[str]:
    return java_packages(archive.unpacked(name, _LARGEST_DEX))
