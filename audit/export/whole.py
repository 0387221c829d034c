"""A file that is written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from audit.export.errors import ExportError

_PREFIX, _SUFFIX = ".permission-checkup-", ".part"
#: Who writes a file writes all the time; one that nobody wrote to for so long, a crash left.
_STALE_SECONDS = 3600.0
_CODES = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EFBIG: "disk-full",
    errno.EACCES: "read-only",
    errno.EPERM: "read-only",
    errno.EROFS: "read-only",
    errno.ENOENT: "no-folder",
    errno.ENOTDIR: "no-folder",
    errno.EISDIR: "not-a-file",
}


def write_whole(path: Path, write: Callable[[Path], object], *, force: bool) -> None:
    """Lets ``write`` fill a file beside ``path``, then gives it that name.

    The file is readable by its owner only: it tells what somebody's phone holds. A file that
    stands at ``path`` already is replaced with ``force``, in one step, and never without. Raises
    ``ExportError``; whatever ``write`` raises, nothing is left behind.
    """
    try:
        _write(path, write, force=force)
    except OSError as error:
        code = _CODES.get(error.errno or 0, "failed")
        raise ExportError(code, str(path), error.strerror or str(error)) from error


def _write(path: Path, write: Callable[[Path], object], *, force: bool) -> None:
    target = Path(os.path.realpath(path)) if force else path
    if os.path.lexists(target):
        if not target.is_file():
            raise ExportError("not-a-file", str(path))
        if not force:
            raise ExportError("exists", str(path))
    _sweep(target.parent)
    # In the same folder, since a rename across file systems would be a copy.
    handle, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=target.parent)
    os.close(handle)
    part = Path(name)
    try:
        write(part)
        _flush(part)
        if force:
            part.replace(target)
        else:
            _name_new(part, target)
    finally:
        part.unlink(missing_ok=True)
    _flush_folder(target.parent)


def _sweep(folder: Path) -> None:
    """Takes away what a program left here that was killed while it wrote."""
    for part in folder.glob(f"{_PREFIX}*{_SUFFIX}*"):
        # Another program sweeps, too; and it may be another person's.
        with contextlib.suppress(FileNotFoundError, PermissionError):
            if time.time() - part.stat().st_mtime > _STALE_SECONDS:
                part.unlink()


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _name_new(part: Path, target: Path) -> None:
    """Fails, in one step, where a file of that name has appeared meanwhile."""
    try:
        target.hardlink_to(part)
    except FileExistsError as error:
        raise ExportError("exists", str(target)) from error
    except OSError:
        # No hard links on this file system (FAT, some shares).
        if os.path.lexists(target):
            raise ExportError("exists", str(target)) from None
        part.rename(target)
