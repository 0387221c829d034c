"""The verbs of the terminal. Each answers with the exit code of the contract."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

from audit.access import access, states
from audit.changes import compare, with_marks
from audit.checkup import Checkup, check, differing
from audit.documents import (
    Document,
    apps_document,
    change_document,
    snapshot_document,
    uses_document,
)
from audit.findings import findings_in, sentence_of
from audit.ledger import summaries
from audit.messages import part
from audit.model import Change, Part, Snapshot, SnapshotInfo, State
from audit.named import BadListError
from audit.progress import Cancel, Progress
from cli import (
    acting,
    complaint,
    diagnosing,
    evidence,
    exporting,
    keeping,
    kinds,
    locking,
    tidying,
    why,
    wireless,
)
from cli.companies import companies
from cli.fleet import fleet
from cli.names import names
from cli.output import print_json, say, snapshot_line, warn
from cli.sdks import sdks
from cli.session import Session
from cli.weekly import weekly
from db.errors import OnlyOneSnapshotError, StoreError
from db.records import Mark
from device.adb import Device
from device.errors import (
    BadAddressError,
    BadCodeError,
    CancelledError,
    DeviceError,
    NotReadyError,
)

DONE, NEWS, USAGE, NOT_READY, UNREADABLE, STORE, CANCELLED = 0, 10, 2, 3, 4, 5, 130
Verb = Callable[[Session, argparse.Namespace], int]


def run(options: argparse.Namespace) -> int:
    """Runs the command; an expected error becomes one sentence on standard error."""
    session = Session(options)
    verbs: dict[str, Verb] = {
        "devices": diagnosing.devices,
        "diagnose": diagnosing.diagnose,
        "pair": wireless.pair,
        "connect": wireless.connect,
        "check": check_phone,
        "fleet": fleet,
        "snapshots": snapshots,
        "apps": apps,
        "companies": companies,
        "kind": kinds.kind,
        "named": kinds.named,
        "names": names,
        "sdks": sdks,
        "changes": changes,
        "uses": uses,
        "why": why.why,
        "expect": expect,
        "pin": pin,
        "history": exporting.history,
        "export": exporting.export,
        "verify": evidence.verify,
        "reread": evidence.reread,
        "drop-raw": evidence.drop_raw,
        "note": evidence.note,
        "rename": evidence.rename,
        "delete": evidence.delete,
        "tidy": tidying.tidy,
        "backup": keeping.backup,
        "restore": keeping.restore,
        "encrypt": locking.encrypt,
        "decrypt": locking.decrypt,
        "copy": keeping.copy,
        "phones": evidence.phones,
        "take-away": acting.take_away,
        "give-back": acting.give_back,
        "actions": acting.actions,
        "open": acting.open_settings,
        "complaint": complaint.complaint,
        "weekly": weekly,
    }
    try:
        return verbs[options.command](session, options)
    except CancelledError as error:
        return _complain(session, error, CANCELLED)
    except (BadAddressError, BadCodeError) as error:
        return _complain(session, error, USAGE)
    except NotReadyError as error:
        return _complain(session, error, NOT_READY)
    except DeviceError as error:
        return _complain(session, error, UNREADABLE)
    except (StoreError, BadListError) as error:
        return _complain(session, error, STORE)


def _complain(session: Session, error: Exception, code: int) -> int:
    warn(session.wording.error(error))
    return code


def check_phone(session: Session, options: argparse.Namespace) -> int:
    """Reads the phone, saves a snapshot, says what is new."""
    if options.every:
        return _check_every_phone(session)
    cancel = Cancel()
    with session.store(create=True) as store, session.phone(store) as phone:
        found = check(
            phone, store, session.catalogue, report=lambda p: _progress(session, p), cancel=cancel
        )
    if session.json:
        print_json(_checkup_document(session, found))
    else:
        _tell_checkup(session, found)
    return _code_of(found)


def _check_every_phone(session: Session) -> int:
    """All phones that are ready, side by side; one that breaks off costs the others nothing."""
    cancel = Cancel()
    with session.store(create=True) as store, session.every_phone(store) as (server, devices):

        def one(device: Device) -> Checkup | DeviceError | StoreError:
            phone, report = session.scanner(server, device), partial(_progress, session)
            try:
                return check(phone, store, session.catalogue, report=report, cancel=cancel)
            except (DeviceError, StoreError) as error:
                return error

        with ThreadPoolExecutor(len(devices)) as pool:
            try:
                found = list(pool.map(one, devices))
            except KeyboardInterrupt:
                cancel.set()
                raise
    told = {device.serial: each for device, each in zip(devices, found, strict=True)}
    if session.json:
        print_json([_outcome_document(session, *each) for each in told.items()])
    else:
        _tell_outcomes(session, told)
    codes = {_code_of(each) for each in found}
    return next(code for code in (STORE, UNREADABLE, NEWS, DONE) if code in codes)


def _outcome_document(
    session: Session, serial: str, found: Checkup | DeviceError | StoreError
) -> Document:
    if isinstance(found, Checkup):
        return {"serial": serial, **_checkup_document(session, found)}
    return {"serial": serial, "error": session.wording.error(found)}


def _tell_outcomes(
    session: Session, told: Mapping[str, Checkup | DeviceError | StoreError]
) -> None:
    for number, (serial, found) in enumerate(told.items()):
        if number:
            say()
        if isinstance(found, Checkup):
            _tell_checkup(session, found)
        else:
            warn(f"{serial}: {session.wording.error(found)}")


def _checkup_document(session: Session, found: Checkup) -> Document:
    return {
        "snapshot": snapshot_document(found.snapshot.info, session.wording),
        "compared_with": found.compared_with.id if found.compared_with else None,
        "highlights": [change_document(c, session.wording) for c in found.highlights],
        "changes": [change_document(c, session.wording) for c in found.changes],
        "commands": list(found.snapshot.commands),
    }


def _code_of(found: Checkup | DeviceError | StoreError) -> int:
    if isinstance(found, StoreError):
        return STORE
    if isinstance(found, DeviceError) or not found.snapshot.info.complete:
        return UNREADABLE
    return NEWS if found.highlights else DONE


def _progress(session: Session, progress: Progress) -> None:
    """Only for somebody who waits and looks."""
    if session.json or not sys.stderr.isatty():
        return
    _ = session.wording.gettext
    if progress.what in set(Part):
        text = _("Reading {part}…").format(part=part(Part(progress.what), _))
    else:
        text = {"saving": _("Saving…"), "comparing": _("Comparing…")}[progress.what]
    print(text, file=sys.stderr)


def _tell_checkup(session: Session, found: Checkup) -> None:
    info, wording = found.snapshot.info, session.wording
    _ = wording.gettext
    if info.source == "demo":
        say(_("This is the demo phone, not a real one."))
    say(
        _("Check {id} of {phone}: {count} apps.").format(
            id=info.id, phone=info.phone.title or _("an unknown phone"), count=info.app_count
        )
    )
    for text in wording.problems(info.problems):
        say(text)
    if found.compared_with is None:
        say(_("This is the first check of this phone; the next one will say what is new."))
    else:
        _tell_changes(session, found.compared_with, found.changes)


def _tell_changes(session: Session, before: SnapshotInfo, found: tuple[Change, ...]) -> None:
    wording = session.wording
    _ = wording.gettext
    say(_("Compared with check {id} of {when}.").format(id=before.id, when=_when(session, before)))
    say()
    findings = [finding for finding in findings_in(found, wording) if finding.severity == "high"]
    if not findings:
        say(_("No app gained access to calls, messages or location."))
    else:
        count = len({(finding.user, finding.package) for finding in findings})
        text = wording.ngettext(
            "{n} app gained access to calls, messages or location:",
            "{n} apps gained access to calls, messages or location:",
            count,
        )
        say(text.format(n=count))
    for finding in findings:
        names = (
            [finding.label]
            if finding.label == finding.package
            else [finding.label, finding.package]
        )
        if finding.user:
            names.append(_("user {id}").format(id=finding.user))
        say(f"  {' · '.join(names)}")
        say(f"      {finding.headline}")
        say(f"      {finding.reason}")
        if finding.normal:
            say(f"      {finding.normal}")
    rest = [change for change in found if not change.is_highlight]
    if rest:
        say()
        say(_("Also changed:"))
    # An update counts for each user of the phone, but one line about it is enough.
    for sentence in dict.fromkeys(sentence_of(change, wording) for change in rest):
        say(f"  {sentence}")


def _when(session: Session, info: SnapshotInfo) -> str:
    return session.wording.when(info.taken_at)


def snapshots(session: Session, _options: argparse.Namespace) -> int:
    """The saved snapshots, oldest first."""
    with session.store(create=False) as store:
        found = store.snapshots(rereads=True)
    if session.json:
        print_json([snapshot_document(info, session.wording) for info in found])
        return DONE
    _ = session.wording.gettext
    if not found:
        say(_("There is no saved check yet."))
    for info in found:
        say(snapshot_line(info, session.wording))
    return DONE


def apps(session: Session, options: argparse.Namespace) -> int:
    """Every app of a snapshot with what it may do."""
    with session.store(create=False) as store:
        number: int | None = getattr(options, "snapshot", None)
        if number is None:
            number = session.last_checks(store)[-1]
        loaded = store.load(number)
        snapshot = Snapshot(loaded.info, loaded.apps, tuple(store.last_uses(number)))
    if session.json:
        print_json(
            {
                "snapshot": snapshot_document(snapshot.info, session.wording),
                "apps": apps_document(snapshot, session.wording),
            }
        )
    else:
        _tell_apps(session, snapshot)
    return DONE


def _tell_apps(session: Session, snapshot: Snapshot) -> None:
    wording = session.wording
    for app in snapshot.apps:
        held = access(app, snapshot.info, session.catalogue)
        user = "" if app.user == 0 else f"  [{app.user}]"
        name = wording.label(app.package)
        title = app.package if name == app.package else f"{name} ({app.package})"
        say(f"{title}  {app.version_name or ''}{user}")
        told = [
            f"{wording.group(key)}: {wording.state(state)}"
            for key, state in held.items()
            if state is not None
        ]
        if told:
            say("    " + " · ".join(told))


def changes(session: Session, options: argparse.Namespace) -> int:
    """Compares two snapshots; without numbers the last two of the phone."""
    with session.store(create=False) as store:
        numbers = [options.old, options.new]
        if options.old is None:
            numbers = session.last_checks(store)
            if len(numbers) < 2:
                raise OnlyOneSnapshotError(store.shown)
        old, new = differing(store, numbers[0], numbers[1])
        marks = store.marks(new.info.key)
    found = with_marks(compare(old, new, session.catalogue), marks)
    if session.json:
        print_json([change_document(change, session.wording) for change in found])
    else:
        _tell_changes(session, old.info, found)
    return NEWS if any(change.is_highlight for change in found) else DONE


def uses(session: Session, options: argparse.Namespace) -> int:
    """What an app was recorded to use, over all checks."""
    with session.store(create=False) as store:
        found = store.uses(session.phone_key(store), options.user, options.package)
    told = summaries(found, session.catalogue)
    if session.json:
        print_json([uses_document(summary, session.wording) for summary in told])
        return DONE
    _ = session.wording.gettext
    if not told:
        say(_("No use by {app} was recorded.").format(app=session.wording.label(options.package)))
    for summary in told:
        say(session.wording.uses(summary))
    if told:
        say(_("Android keeps only the last use of each kind: uses between checks leave no trace."))
    return DONE


def expect(session: Session, options: argparse.Namespace) -> int:
    """Marks what an app can do now as expected, or takes such a mark away."""
    name = session.catalogue.full_name(options.name)
    with session.store(create=False) as store:
        key = session.phone_key(store)
        if options.undo:
            store.unmark(key, options.user, options.package, name)
            return DONE
        last = store.load(session.last_checks(store)[-1])
        after = _state_now(session, last, options.user, options.package, name)
        if after is None:
            _ = session.wording.gettext
            text = _("{app} has no {name} in the last check.")
            warn(text.format(app=options.package, name=name))
            return USAGE
        note = options.note
        store.mark(key, Mark(options.user, options.package, name, after, note, datetime.now(UTC)))
    return DONE


def _state_now(
    session: Session, snapshot: Snapshot, user: int, package: str, name: str
) -> str | None:
    for app in snapshot.apps:
        if (app.user, app.package) == (user, package):
            if name in app.special:
                return State.ALLOWED
            return states(app, snapshot.info, session.catalogue).get(name)
    return None


def pin(session: Session, options: argparse.Namespace) -> int:
    """Chooses the snapshot that later checks are compared with."""
    with session.store(create=False) as store:
        if not options.none:
            store.pin(options.snapshot)
            return DONE
        pinned = store.pinned(session.phone_key(store))
        if pinned is not None and pinned.id is not None:
            store.unpin(pinned.id)
    return DONE
