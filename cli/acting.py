"""``take-away``, ``give-back``, ``actions`` and ``open``: what changes a phone, or what it shows.

Nothing is sent before the person has seen the list and said yes, and a check afterwards tells what
came of it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from audit.acting import Acted, Plan, act, plan, undone
from audit.acting_words import consequence, obstacle, told
from audit.documents import Document, deed_document
from audit.model import App, Deed, Snapshot
from audit.progress import Cancel
from cli.output import print_json, refuse, say
from cli.session import Session
from db.errors import NoSnapshotsError
from db.store import Store
from device.actions import PhoneActions, command
from device.adb import AdbServer, Device
from device.identity import phone_of

DONE, USAGE, REFUSED = 0, 2, 4


@dataclass(frozen=True, slots=True)
class _Job:
    """One call that may change the phone that is connected."""

    session: Session
    options: argparse.Namespace
    store: Store
    server: AdbServer
    device: Device

    @property
    def key(self) -> str:
        """The phone in the store. Raises NoSnapshotsError for one that was never checked."""
        key = self.store.key_of(phone_of(self.server, self.device).key)
        if key is None:
            raise NoSnapshotsError(self.store.shown)
        return key

    def run(self, deeds: Sequence[Deed], planned: Plan | None) -> int:
        """Shows the commands, asks, sends them, and says what came of it."""
        lines = [command(deed.action).line for deed in deeds]
        if not self.session.json:
            for line in lines:
                say(f"  {line}")
        if self.options.dry_run or not deeds:
            _report(self.session, None, planned, lines)
            return DONE
        question = self.session.wording.gettext("Do this on the phone? [y/N] ")
        agreed = self.options.yes or self.session.confirmed(question)
        if not agreed:
            return USAGE if agreed is None else DONE
        done = act(
            deeds,
            PhoneActions(self.server, self.device),
            self.session.scanner(self.server, self.device),
            self.store,
            self.session.catalogue,
            phone_key=self.key,
            report=lambda _progress: None,
            cancel=Cancel(),
        )
        _report(self.session, done, planned, lines)
        return DONE if all(deed.held for deed in done.deeds) else REFUSED


@contextmanager
def _job(session: Session, options: argparse.Namespace) -> Iterator[_Job]:
    with session.store(create=False) as store, session.connected(store, later=False) as connected:
        yield _Job(session, options, store, *connected)


def take_away(session: Session, options: argparse.Namespace) -> int:
    """Takes access away from an app, after showing what will be done."""
    _ = session.wording.gettext
    with _job(session, options) as job:
        snapshot = _last(job.store, job.key)
        app = _app(snapshot, options.user, options.package)
        if app is None:
            text = _("The last check found no app {package} for user {user}.")
            return refuse(text.format(package=options.package, user=options.user))
        wanted = [session.catalogue.full_name(name) for name in options.names]
        planned = plan(app, snapshot, wanted, session.catalogue)
        if not session.json:
            _show(session, app, planned)
        now = datetime.now(UTC)
        return job.run([Deed(action, now) for action in planned.actions], planned)


def give_back(session: Session, options: argparse.Namespace) -> int:
    """Undoes what ``take-away`` did, after showing what will be done."""
    _ = session.wording.gettext
    with _job(session, options) as job:
        known = {deed.id: deed for deed in job.store.deeds(job.key)}
        missing = [number for number in options.numbers if number not in known]
        if missing:
            text = _("This phone has no action {id}; “actions” lists them.")
            return refuse(text.format(id=missing[0]))
        now = datetime.now(UTC)
        return job.run(undone([known[number] for number in options.numbers], now), None)


def _show(session: Session, app: App, planned: Plan) -> None:
    wording = session.wording
    _ = wording.gettext
    say(f"{wording.label(app.package)} ({app.package})")
    if not planned.actions and not planned.obstacles:
        say(_("It has none of that."))
    for name in dict.fromkeys(action.name for action in planned.actions):
        say("  " + _("Take away: {what}").format(what=wording.permission(name)))
    groups = (session.catalogue.access_of(action.name) for action in planned.actions)
    for key in dict.fromkeys(key or "special" for key in groups):
        say("  " + consequence(key, _))
    if planned.also:
        text = _("These apps share everything with it and lose it too: {packages}")
        say("  " + text.format(packages=", ".join(planned.also)))
    for one in planned.obstacles:
        say(f"  {wording.permission(one.name)}: {obstacle(one.code, _)}")


def _report(session: Session, done: Acted | None, planned: Plan | None, lines: list[str]) -> None:
    wording = session.wording
    info = done.checkup.snapshot.info if done else None
    maker = info.phone.manufacturer if info else None
    deeds = done.deeds if done else ()
    if not session.json:
        for deed in deeds:
            say(f"{deed.id:>5}  {told(deed, maker, wording)}")
        return
    document: Document = {
        "snapshot": info.id if info else None,
        "commands": lines,
        "actions": [_document(session, deed, maker) for deed in deeds],
    }
    if planned is not None:
        document["also"] = list(planned.also)
        document["obstacles"] = [
            {"name": one.name, "code": one.code, "sentence": obstacle(one.code, wording.gettext)}
            for one in planned.obstacles
        ]
    print_json(document)


def _document(session: Session, deed: Deed, maker: str | None) -> Document:
    line = command(deed.action).line
    return deed_document(deed, line, told(deed, maker, session.wording))


def actions(session: Session, _options: argparse.Namespace) -> int:
    """What was changed on the phone, oldest first."""
    with session.store(create=False) as store:
        key = session.phone_key(store)
        found = store.deeds(key)
        maker = next(one.phone.manufacturer for one in store.phones() if one.key == key)
    if session.json:
        print_json([_document(session, deed, maker) for deed in found])
        return DONE
    if not found:
        say(session.wording.gettext("Nothing was changed on this phone."))
    for deed in found:
        when = session.wording.when(deed.at)
        say(f"{deed.id:>5}  {when}  {told(deed, maker, session.wording)}")
    return DONE


def open_settings(session: Session, options: argparse.Namespace) -> int:
    """Opens a page of the phone's settings, on the phone."""
    _ = session.wording.gettext
    with session.connected() as connected:
        hands = PhoneActions(*connected)
        try:
            opened = _opened(hands, options.user, options.package)
        except ValueError:
            text = _("{package} is not the name of an app.")
            return refuse(text.format(package=options.package))
    if session.json:
        print_json({"opened": opened, "commands": hands.sent})
    elif opened:
        say(_("Opened on the phone. Unlock it if nothing is to be seen."))
    else:
        say(_("The phone has no such page. Open its settings by hand."))
    return DONE if opened else REFUSED


def _opened(hands: PhoneActions, user: int, package: str | None) -> bool:
    if package is not None:
        return hands.show_permissions(user, package)
    return hands.show_developer()


def _last(store: Store, key: str) -> Snapshot:
    number = store.snapshots(key)[-1].id
    if number is None:
        raise NoSnapshotsError(store.shown)
    return store.load(number)


def _app(snapshot: Snapshot, user: int, package: str) -> App | None:
    wanted = user, package
    return next((app for app in snapshot.apps if (app.user, app.package) == wanted), None)
