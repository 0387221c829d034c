"""The complaint pack: what the checks say about one app, for somebody who was not there.

One folder, zipped: a cover letter, the app's history, the lines of the phone's answers that name
it, the store's record with its digests, and a short program that recomputes all of them.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from audit.documents import moment
from audit.history import Lane
from audit.ledger import UseSummary
from audit.model import App, RawAnswer, SnapshotInfo
from resources.loader import read_bytes

_SNAPSHOT = re.compile(r"snapshot (\d+) ([0-9a-f]{64})")
_OTHER_PACKAGE = re.compile(rb" +Package \S+:\s*")
# A zip's own times say nothing, and equal packs shall be equal files.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Case:
    """What the store knows of one app.

    Attributes:
        app: as the last check that lists it has it.
        present: whether that is the phone's last check.
        checks: all checks of the phone, oldest first.
        record: the entries of the store's record.
    """

    app: App
    present: bool
    checks: Sequence[SnapshotInfo]
    lanes: Sequence[Lane]
    uses: Sequence[UseSummary]
    record: Sequence[str]
    personal_details: bool = False


def lines_about(data: bytes, app: App) -> list[tuple[int, list[bytes]]]:
    """The lines of an answer that name the app, with all that is indented below them.

    Returns runs of lines, each with the number of its first line. In a list of app-ops the app's
    uid counts too, but for what belongs to another package of it.
    """
    names = b"|".join(re.escape(name.encode()) for name in (app.package, app.shared_user) if name)
    named = re.compile(rb"(?<![\w.])(?:%b)(?![\w.])" % names)
    uid = _uid_header(app.uid)
    runs: list[tuple[int, list[bytes]]] = []
    keep: int | None = None
    skip: int | None = None
    for number, line in enumerate(data.split(b"\n"), 1):
        text = line.strip()
        depth = len(line) - len(line.lstrip(b" "))
        if skip is not None and text and depth <= skip:
            skip = None
        if keep is not None and text and depth <= keep:
            keep = None
        about = named.search(line) is not None or (uid is not None and uid.fullmatch(line))
        if about and keep is None:
            keep = depth
        elif keep is not None and not about and _OTHER_PACKAGE.fullmatch(line):
            skip = depth
        if text and (about or (keep is not None and skip is None)):
            if runs and runs[-1][0] + len(runs[-1][1]) == number:
                runs[-1][1].append(line)
            else:
                runs.append((number, [line]))
    return runs


def excerpts(check: int, answers: Iterable[RawAnswer], app: App) -> Iterator[tuple[str, bytes]]:
    """A file for each answer of a check that names the app: path in the pack, content."""
    for place, answer in enumerate(answers):
        runs = lines_about(answer.data, app)
        if not runs:
            continue
        name = re.sub(r"[^a-z0-9]+", "-", answer.command.lower()).strip("-")
        head = (
            f"# adb shell: {answer.command}\n# check {check}, read at {moment(answer.read_at)}\n"
            f"# SHA-256 of the whole answer: {hashlib.sha256(answer.data).hexdigest()}\n"
        )
        parts = [head.encode()]
        for first, lines in runs:
            parts.append(b"# from line %d:\n" % first + b"\n".join(lines) + b"\n")
        yield f"answers/check-{check}/{place:02}-{name}.txt", b"".join(parts)


def write(path: Path, files: Mapping[str, bytes], case: Case, made_at: datetime) -> None:
    """Writes the zip: ``files``, the record, the manifest with everybody's digest, the verifier."""
    whole = {
        **files,
        "record.txt": "".join(case.record).encode("ascii"),
        "verify.py": read_bytes("evidence", "verify.py.txt"),
    }
    manifest = json.dumps(_manifest(whole, case, made_at), ensure_ascii=False, indent=1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in {**whole, "manifest.json": manifest.encode()}.items():
            entry = zipfile.ZipInfo(f"{_folder(case.app.package)}/{name}", _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            pack.writestr(entry, data)


def head(record: Sequence[str]) -> str:
    """The digest of the record's last entry, which stands for all of it."""
    return hashlib.sha256(record[-1].encode("ascii")).hexdigest()


def _manifest(files: Mapping[str, bytes], case: Case, made_at: datetime) -> dict[str, Any]:
    digests: dict[int, str] = {}
    for entry in case.record:
        digests |= {int(number): digest for number, digest in _SNAPSHOT.findall(entry)}
    return {
        "format": "permission-checkup/complaint",
        "version": 1,
        "made_at": moment(made_at),
        "package": case.app.package,
        "user": case.app.user,
        "personal_details": case.personal_details,
        "checks": [
            {"id": info.id, "taken_at": moment(info.taken_at), "digest": digests.get(info.id or 0)}
            for info in case.checks
        ],
        "record_head": head(case.record),
        "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
    }


def _folder(package: str) -> str:
    """The package's name is the phone's word: nothing of it may lead out of the folder."""
    return "complaint-" + re.sub(r"[^A-Za-z0-9_.-]", "_", package)


def _uid_header(uid: int | None) -> re.Pattern[bytes] | None:
    if uid is None:
        return None
    user, number = divmod(uid, 100_000)
    name = f"u{user}a{number - 10_000}" if number >= 10_000 else str(uid)
    return re.compile(rb" +Uid (?:%b|%d):\s*" % (name.encode(), uid))
