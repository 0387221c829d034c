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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from audit.access import has_access
from audit.documents import moment
from audit.export.text import visible
from audit.history import Lane, Span
from audit.ledger import UseSummary
from audit.model import App, Part, RawAnswer, SnapshotInfo
from audit.wording import Wording
from resources.loader import read_bytes, read_json

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


@dataclass(frozen=True, slots=True)
class Cover:
    """The cover letter, whatever it is written on.

    ``facts`` are pairs of what and text; ``found`` says what the phone said, one statement each.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    found_title: str
    found: tuple[str, ...]
    notes: tuple[str, ...]
    checklist_title: str
    checklist: tuple[str, ...]

    def text(self) -> str:
        """As plain text, wrapped by whoever reads it."""
        lines = [self.title, "", *(f"{what}: {text}" for what, text in self.facts), ""]
        lines += [self.found_title, *(f"- {statement}" for statement in self.found), ""]
        for note in self.notes:
            lines += [note, ""]
        lines += [self.checklist_title, ""]
        for item in self.checklist:
            lines += [f"[ ] {item}", ""]
        return "\n".join(lines)


def cover(case: Case, wording: Wording) -> Cover:
    words = _words(wording)
    found = [
        _statement(case, lane, span, wording)
        for lane in case.lanes
        if lane.group is not None
        for span in lane.spans
        if has_access(span.state)
    ]
    uses = [wording.uses(summary) for summary in case.uses] or [words["no_uses"]]
    personal = words["personal_in" if case.personal_details else "personal_out"]
    return Cover(
        title=words["title"].format(app=visible(wording.label(case.app.package))),
        facts=tuple((what, visible(text)) for what, text in _facts(case, wording)),
        found_title=words["found"],
        found=tuple(map(visible, found or [words["no_access"]])),
        notes=(f"{words['uses']}: {visible(' '.join(uses))}", *words["paragraphs"], personal),
        checklist_title=words["checklist_title"],
        checklist=tuple(words["checklist"]),
    )


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


def _words(wording: Wording) -> dict[str, Any]:
    words: dict[str, Any] = read_json("evidence", "cover.json")[wording.language]
    return words


def _facts(case: Case, wording: Wording) -> Iterator[tuple[str, str]]:
    words, app, last = _words(wording), case.app, case.checks[-1]
    version = f"{app.version_name or '?'} ({app.version_code or '?'})"
    yield words["app"], wording.label(app.package)
    yield words["package"], app.package
    yield words["version"], version if case.present else f"{version}, {words['gone']}"
    yield words["origin"], wording.installer(app.installer)
    for name, at in (("first_installed", app.first_installed), ("last_updated", app.last_updated)):
        if at is not None:
            yield words[name], _utc(at)
    if app.signer:
        yield words["signer"], app.signer
    android = f"Android {last.phone.android}" if last.phone.android else ""
    serial = last.phone.serial if case.personal_details else None
    yield words["phone"], ", ".join(filter(None, (last.phone.title, android, serial)))
    count = words["checks_text"].format(
        count=len(case.checks), first=_utc(case.checks[0].taken_at), last=_utc(last.taken_at)
    )
    yield words["checks"], count
    yield words["head"], head(case.record)


def _statement(case: Case, lane: Lane, span: Span, wording: Wording) -> str:
    words = _words(wording)
    before = _not_so(case, lane, span)
    values = {
        "can": f"{wording.permission(lane.name)} ({lane.name})",
        "state": wording.state(span.state),
        "first": span.first.id,
        "when": _utc(span.first.taken_at),
        "last": span.last.id,
        "last_when": _utc(span.last.taken_at),
    }
    if before is not None:
        values |= {"before": before.id, "before_when": _utc(before.taken_at)}
    if span.end is not None:
        values |= {"end": span.end.id, "end_when": _utc(span.end.taken_at)}
    begin = words["span_first" if before is None else "span_between"].format(**values)
    end = words["span_still" if span.end is None else "span_end"].format(**values)
    return f"{begin} {end}"


def _not_so(case: Case, lane: Lane, span: Span) -> SnapshotInfo | None:
    """The check just before the span, where that one read it and found it otherwise."""
    place = next(n for n, info in enumerate(case.checks) if info.id == span.first.id)
    if place == 0:
        return None
    before = case.checks[place - 1]
    for other in lane.spans:
        if other.last.id == before.id:
            return None if other.state is None else before
    return before if before.knows(Part.PACKAGES) else None


def _uid_header(uid: int | None) -> re.Pattern[bytes] | None:
    if uid is None:
        return None
    user, number = divmod(uid, 100_000)
    name = f"u{user}a{number - 10_000}" if number >= 10_000 else str(uid)
    return re.compile(rb" +Uid (?:%b|%d):\s*" % (name.encode(), uid))


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
