"""The verb ``fleet``: reads many phones or bug reports, and compares what they have."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from audit.checkup import saved
from audit.export.about import About
from audit.export.fleet import app_document, install_line, phone_documents
from audit.fleet import Fleet, FleetApp, Install
from audit.fleet import fleet as compared
from audit.model import SnapshotInfo
from audit.progress import Cancel
from cli.output import print_json, refuse, say, warn
from cli.session import Session
from db.errors import NoSnapshotsError, StoreError
from db.store import Store
from device.adb import AdbServer, Device
from device.errors import BadAddressError, DeviceError
from device.pairing import parse_address

DONE, UNREADABLE, STORE = 0, 4, 5
#: Phones read at the same time: more would share the same USB port and the same writer.
_AT_ONCE = 8

_Error = DeviceError | StoreError
_Job = tuple[str, Callable[[], SnapshotInfo | None]]


@dataclass(slots=True)
class _Outcome:
    """What became of reading; ``known`` counts reports that the store had already."""

    checks: list[SnapshotInfo] = field(default_factory=list)
    known: int = 0
    failed: list[tuple[str, _Error]] = field(default_factory=list)

    @property
    def code(self) -> int:
        if any(isinstance(error, StoreError) for _, error in self.failed):
            return STORE
        whole = all(info.complete for info in self.checks)
        return DONE if whole and not self.failed else UNREADABLE


def fleet(session: Session, options: argparse.Namespace) -> int:
    """Reads every phone, or every report in a folder, and compares all phones of the store."""
    folder: Path | None = options.folder
    if folder is not None and not folder.is_dir():
        text = session.wording.gettext("{path} is no folder of bug reports.")
        return refuse(text.format(path=folder))
    try:
        servers = [_server(address) for address in options.adb]
    except BadAddressError as error:
        text = session.wording.gettext(
            "“{address}” is no address of an adb server. Write it as 192.168.1.20:5037."
        )
        return refuse(text.format(**error.values))
    with session.store(create=not options.stored) as store:
        outcome = _Outcome()
        if not options.stored:
            _read(session, store, folder, servers, outcome)
        found = compared(
            store, session.catalogue, package=options.app, preinstalled=options.preinstalled
        )
        if not found.phones:
            raise NoSnapshotsError(store.shown)
    if session.json:
        print_json(_document(session, found, outcome))
    else:
        _tell(session, found, outcome)
    return outcome.code


def _server(address: str) -> AdbServer:
    host, _, port = parse_address(address).rpartition(":")
    return AdbServer(host.strip("[]"), int(port))


def _read(
    session: Session,
    store: Store,
    folder: Path | None,
    servers: list[AdbServer],
    outcome: _Outcome,
) -> None:
    cancel = Cancel()
    with contextlib.ExitStack() as stack:
        if folder is not None:
            jobs = list(_reports(session, store, folder, cancel))
        else:
            jobs = list(_phones(session, store, servers, stack, outcome, cancel))
        with ThreadPoolExecutor(min(_AT_ONCE, max(len(jobs), 1))) as pool:
            try:
                ends = list(pool.map(_run, jobs))
            except KeyboardInterrupt:
                cancel.set()
                raise
    for (title, _), end in zip(jobs, ends, strict=True):
        if isinstance(end, SnapshotInfo):
            outcome.checks.append(end)
        elif end is None:
            outcome.known += 1
        else:
            outcome.failed.append((title, end))


def _run(job: _Job) -> SnapshotInfo | _Error | None:
    try:
        return job[1]()
    except (DeviceError, StoreError) as error:
        return error


def _phones(  # noqa: PLR0913, PLR0917 -- where from, where to, and how it ends
    session: Session,
    store: Store,
    servers: list[AdbServer],
    stack: contextlib.ExitStack,
    outcome: _Outcome,
    cancel: Cancel,
) -> Iterator[_Job]:
    """Every phone that is ready, of each adb server; one that cannot be asked stops no other."""
    wanted: Sequence[AdbServer | None] = servers or [None]
    for asked in wanted:
        try:
            server, devices = stack.enter_context(session.every_phone(store, asked))
        except DeviceError as error:
            if asked is None or len(servers) == 1:
                raise
            outcome.failed.append((asked.address, error))
            continue
        for device in devices:
            yield device.serial, _check(session, store, server, device, cancel)


def _check(
    session: Session, store: Store, server: AdbServer, device: Device, cancel: Cancel
) -> Callable[[], SnapshotInfo | None]:
    def check() -> SnapshotInfo:
        phone = session.scanner(server, device)
        return saved(phone, store, report=lambda _: None, cancel=cancel).info

    return check


def _reports(session: Session, store: Store, folder: Path, cancel: Cancel) -> Iterator[_Job]:
    """Every file and folder in ``folder``; one report each."""
    for path in sorted(folder.iterdir()):
        if not path.name.startswith("."):
            yield path.name, _report(session, store, path, cancel)


def _report(
    session: Session, store: Store, path: Path, cancel: Cancel
) -> Callable[[], SnapshotInfo | None]:
    def read() -> SnapshotInfo | None:
        snapshot = session.files(path).read(lambda _: None, cancel)
        key = store.key_of(snapshot.info.key)
        before = store.snapshots(key) if key is not None else []
        if any(info.taken_at == snapshot.info.taken_at for info in before):
            return None  # this report was read before
        return store.save(snapshot)

    return read


def _document(session: Session, found: Fleet, outcome: _Outcome) -> dict[str, object]:
    return {
        "checks": [info.id for info in outcome.checks],
        "known": outcome.known,
        "failed": [
            {"source": title, "error": session.wording.error(error)}
            for title, error in outcome.failed
        ],
        "phones": phone_documents(found),
        "apps": [app_document(app, session.wording) for app in found.apps],
    }


def _tell(session: Session, found: Fleet, outcome: _Outcome) -> None:
    wording = session.wording
    _, ngettext = wording.gettext, wording.ngettext
    for title, error in outcome.failed:
        warn(f"{title}: {wording.error(error)}")
    if outcome.checks:
        count = len(outcome.checks)
        say(ngettext("{n} check was saved.", "{n} checks were saved.", count).format(n=count))
    if outcome.known:
        text = ngettext(
            "{n} report is in the database already.",
            "{n} reports are in the database already.",
            outcome.known,
        )
        say(text.format(n=outcome.known))
    for app in found.apps:
        say()
        _tell_app(session, found, app)


def _tell_app(session: Session, found: Fleet, app: FleetApp) -> None:
    wording = session.wording
    _ = wording.gettext
    name = wording.label(app.package)
    say(name if name == app.package else f"{name} ({app.package})")
    text = _("{access}: {state}, given to {given} of {asked}")
    about = About(wording)
    for key, total in app.access.items():
        values = {"state": about.state(total.state), "given": total.given, "asked": total.asked}
        say("    " + text.format(access=wording.group(key), **values))
    for install in sorted(app.installs, key=_version, reverse=True):
        say("    " + install_line(found, install, wording))


def _version(install: Install) -> tuple[int, str]:
    return install.app.version_code or 0, install.app.version_name or ""
