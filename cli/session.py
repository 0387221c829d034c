"""The terminal's composition root: builds the store and the phone that a command works with."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from audit.advice import advice
from audit.catalogue import Catalogue
from audit.messages import needs
from audit.progress import Cancel
from audit.wording import Wording
from cli.asking import ask_passphrase, somebody_answers
from cli.output import plain, warn
from db.conversion import is_locked
from db.errors import NoSnapshotsError
from db.place import default_path
from db.store import Store
from device.adb import AdbServer, Device, choose
from device.errors import NoPhoneError, PhoneStateError, SeveralPhonesError
from device.scanner import Scanner

#: States that a phone passes through by itself, and how many seconds that may take.
_PASSING = frozenset({"authorizing", "connecting", "offline"})
_SETTLING = 4.0
#: So far the clocks of two computers may be apart before it is told.
_CLOCK_MINUTES = 2


class Session:
    """What the options of one call ask for."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.demo: bool = getattr(options, "demo", False)
        self.json: bool = getattr(options, "json", False)
        self.wait: float = getattr(options, "wait", 0)
        self.keep_adb: bool = getattr(options, "keep_adb", False)
        self.source: Path | None = getattr(options, "source", None)
        self.serial: str | None = getattr(options, "serial", None)
        if self.serial is None and not getattr(options, "every", False):
            self.serial = os.environ.get("ANDROID_SERIAL")
        self._database: str | None = getattr(options, "database", None) or os.environ.get(
            "PERMISSION_CHECKUP_DATABASE"
        )
        self._passphrase = os.environ.get("PERMISSION_CHECKUP_PASSPHRASE") or None
        self._keep_raw: bool = not getattr(options, "no_raw", False)
        self.catalogue = Catalogue.load()
        self.wording = Wording(options.lang, self.catalogue)

    @property
    def place(self) -> str | Path:
        """The database that was named, else the user's own."""
        return self._database or default_path(demo=self.demo)

    def store(self, *, create: bool) -> Store:
        """The database at ``place``; ``create`` makes a missing one."""
        store = Store.open(self.place, create=create, passphrase=self.passphrase())
        if create:
            self._compare_clocks(store.clock_ahead())
        self.wording.call_apps(store.names())
        self.wording.know(store.choices.kinds(), store.choices.lists().values())
        return store

    def _compare_clocks(self, ahead: timedelta) -> None:
        """Checks of several computers stand in the order in which they were saved, at any rate."""
        minutes = round(abs(ahead) / timedelta(minutes=1))
        if minutes >= _CLOCK_MINUTES:
            text = self.wording.ngettext(
                "This computer's clock is {n} minute off the server's. Set it right, or the times "
                "of checks will mislead.",
                "This computer's clock is {n} minutes off the server's. Set it right, or the times "
                "of checks will mislead.",
                minutes,
            )
            warn(text.format(n=minutes))

    def passphrase(self, *others: str | Path) -> str | None:
        """What opens the database, and ``others``; asked for only where one is encrypted."""
        if self._passphrase is None and any(map(is_locked, (self.place, *others))):
            self._passphrase = ask_passphrase(self.wording.gettext("Passphrase:"))
        return self._passphrase

    def phone_key(self, store: Store) -> str:
        """The phone that ``--serial`` names by its key or serial number, else the last one."""
        if self.serial:
            records = store.phones()
            named = (one.key for one in records if self.serial in {one.key, *one.keys})
            same = (one.key for one in records if one.phone.serial == self.serial)
            key = next(itertools.chain(named, same), None)
        else:
            key = store.latest_phone_key()
        if key is None:
            raise NoSnapshotsError(store.shown)
        return key

    def last_checks(self, store: Store) -> list[int]:
        """The last one or two checks of the phone."""
        key = self.phone_key(store)
        checks = store.last_two(key) or store.snapshots(key)
        return [info.id for info in checks if info.id is not None]

    def confirmed(self, question: str) -> bool | None:
        """Asks the person; None where nobody can answer."""
        if not somebody_answers():
            warn(self.wording.gettext("Say --yes to do this without being asked."))
            return None
        print(plain(question), end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().lower() in {"y", "yes", "j", "是"}

    @contextlib.contextmanager
    def phone(self, store: Store) -> Iterator[Scanner]:
        """The phone to read: files, the demo phone, or the one that is connected."""
        if self.source is not None:
            yield self.files(self.source)
            return
        with self.connected(store) as (server, device):
            yield self.scanner(server, device)

    def files(self, path: Path) -> Scanner:
        from device.files import open_answers  # noqa: PLC0415 -- a phone needs no zip reader

        names, keep = self.catalogue.names_to_ask(), self._keep_raw
        return Scanner(open_answers(path), names, keep_raw=keep)

    def scanner(self, server: AdbServer, device: Device) -> Scanner:
        from device.transport import PhoneAnswers  # noqa: PLC0415 -- files need no adb

        source = "demo" if self.demo else None
        names, keep = self.catalogue.names_to_ask(), self._keep_raw
        return Scanner(PhoneAnswers(server, device), names, source=source, keep_raw=keep)

    @contextlib.contextmanager
    def connected(
        self, store: Store | None = None, *, later: bool = True
    ) -> Iterator[tuple[AdbServer, Device]]:
        """The phone that is plugged in and ready; the demo's is, a bit ``later`` in its life."""
        if not self.demo:
            server = AdbServer.from_environment()
            try:
                server.ensure_running()
                self.tell_own_port(server)
                yield server, self._ready(server)
            finally:
                server.leave(keep=self.keep_adb)
            return
        with self.demo_phone(store, later=later) as (server, serial):
            yield server, server.wait_until_ready(serial, _SETTLING, Cancel())

    def tell_own_port(self, server: AdbServer) -> None:
        """Says so where a stranger on adb's port made us start a server of our own."""
        if server.moved_from is not None:
            values = {"taken": server.moved_from, "address": server.address}
            warn(advice("own-port", values, self.wording.language).text)

    @contextlib.contextmanager
    def every_phone(
        self, store: Store, named: AdbServer | None = None
    ) -> Iterator[tuple[AdbServer, tuple[Device, ...]]]:
        """All phones of the server that is ``named``, or the usual one, that are ready."""
        if self.demo:
            with self.connected(store) as (server, device):
                yield server, (device,)
            return
        server = named or AdbServer.from_environment()
        try:
            server.ensure_running()
            self.tell_own_port(server)
            if server.started_here:
                time.sleep(_SETTLING)  # it finds one phone after the other
            with contextlib.suppress(SeveralPhonesError):
                self._ready(server)
            listed = server.devices()
            yield server, tuple(one for one in listed if one.ready) or (choose(listed[:1]),)
        finally:
            server.leave(keep=self.keep_adb)

    def _ready(self, server: AdbServer) -> Device:
        """The phone, once it is ready; waits as long as ``--wait`` says."""
        try:
            return choose(server.devices(), self.serial)
        except (NoPhoneError, PhoneStateError) as error:
            seconds = self.wait
            if server.started_here or getattr(error, "state", None) in _PASSING:
                # adb itself needs a moment for a phone that was just plugged in.
                seconds = max(seconds, _SETTLING)
            if not seconds:
                raise
        return server.wait_until_ready(self.serial, seconds, Cancel(), self._tell_state)

    def _tell_state(self, state: str) -> None:
        if self.wait:
            _ = self.wording.gettext
            warn(_("Waiting for a phone.") if state == "absent" else needs(state, _))

    @contextlib.contextmanager
    def demo_phone(
        self, store: Store | None = None, *, later: bool = True
    ) -> Iterator[tuple[AdbServer, str]]:
        """The demo phone, plugged in; each check in ``store`` finds it a bit later in life."""
        # Never on unless asked for.
        from device.demo_phone import lived  # noqa: PLC0415
        from device.demo_phone.server import demo_server  # noqa: PLC0415

        checks, actions = store.demo_life() if store else (0, [])
        server = demo_server()
        server.ensure_running()
        try:
            with lived(checks if later else max(checks - 1, 0), actions) as phone:
                server.connect(phone.address)
                try:
                    yield server, phone.address
                finally:
                    server.disconnect(phone.address)
        finally:
            server.stop_own()
