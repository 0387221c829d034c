"""Where phones come from and where their checks are kept: the person's own, or the demo's.

Imports of adb and SQL wait until they are needed, so that the window is painted before.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from db.place import default_path

if TYPE_CHECKING:
    from audit.catalogue import Catalogue
    from audit.checkup import Phone
    from audit.model import Phone as Identity
    from audit.names import NameSource
    from db.store import Store
    from device.actions import PhoneActions
    from device.adb import AdbServer, Device
    from device.answers import Answers
    from device.app_code import CodeReader
    from device.demo_phone import StoryPhone
    from device.parsers.known_blocks import KnownBlocks


class OwnSource:
    """The phones that are plugged in, and the person's own database.

    Every method may take long and raise an error of ``device.errors`` or ``db.errors``.
    """

    demo = False

    def __init__(
        self,
        catalogue: Catalogue,
        database: str | Path | None = None,
        keep_answers: Callable[[], bool] = lambda: True,
        keep_adb: Callable[[], bool] = lambda: False,
    ) -> None:
        """``keep_answers`` tells, at each check, whether the phone's raw answers are kept.

        ``keep_adb`` tells, at the end, whether an adb server that was started here runs on.
        """
        self._catalogue = catalogue
        self._database = database
        self._keep_answers = keep_answers
        self._keep_adb = keep_adb
        #: What opens a database that is encrypted.
        self.passphrase = os.environ.get("PERMISSION_CHECKUP_PASSPHRASE") or None
        self._store: Store | None = None
        self._server: AdbServer | None = None
        self._known: KnownBlocks | None = None  # of the last check
        self._lock = threading.Lock()

    @property
    def place(self) -> str:
        """Where the database is: a path, or a URL without its password."""
        place = str(self.file)
        scheme, is_url, rest = place.partition("://")
        return f"{scheme}://{rest.rpartition('@')[2]}" if is_url else place

    @property
    def file(self) -> str | Path:
        """The database as ``db`` takes it: a path or a URL."""
        return self._database or default_path(demo=self.demo)

    @property
    def encrypted(self) -> bool | None:
        """Whether the open database is a file that is; None: none is open, or no file."""
        store = self._store
        return store.encrypted if store is not None else None

    def store(self) -> Store:
        """The database, opened at the first call and again after a failure."""
        from db.store import Store  # noqa: PLC0415 -- SQLAlchemy takes 0.3 s to import

        with self._lock:
            if self._store is None:
                self._store = Store.open(self.file, passphrase=self.passphrase)
            return self._store

    def plug_in(self) -> AdbServer:
        """The adb server that sees the phones; the watcher starts it where none runs."""
        from device.adb import AdbServer  # noqa: PLC0415 -- not before the first paint

        self._server = AdbServer.from_environment()
        return self._server

    def sees(self, _device: Device) -> bool:
        """Whether a phone of the adb server is one of this source's."""
        return True

    def phone(self, server: AdbServer, serial: str | None, *, later: bool = True) -> Phone:  # noqa: ARG002 -- of the demo only
        """The phone to read: the one with that serial number, or the only one."""
        return self._connected(server, _choose(server, serial), None)

    def hands(self, server: AdbServer, serial: str) -> tuple[PhoneActions, Identity]:
        """What changes the phone with that serial number, and which phone that is."""
        from device.actions import PhoneActions  # noqa: PLC0415 -- only when asked for
        from device.identity import phone_of  # noqa: PLC0415

        device = _choose(server, serial)
        return PhoneActions(server, device), phone_of(server, device)

    def report(self, path: Path) -> Phone:
        """A bug report or other saved answers, in place of a phone."""
        from device.files import open_answers  # noqa: PLC0415 -- the zip reader

        return self._scanner(open_answers(path), None)

    def _connected(self, server: AdbServer, device: Device, source: str | None) -> Phone:
        from device.transport import PhoneAnswers  # noqa: PLC0415 -- adbutils takes 0.2 s

        return self._scanner(PhoneAnswers(server, device), source)

    def _scanner(self, answers: Answers, source: str | None) -> Phone:
        from device.parsers.known_blocks import KnownBlocks  # noqa: PLC0415
        from device.scanner import Scanner  # noqa: PLC0415 -- all the parsers

        known = self._known = self._known or KnownBlocks()
        names = self._catalogue.names_to_ask()
        keep = self._keep_answers()
        return Scanner(answers, names, source=source, keep_raw=keep, known=known)

    def names(self, server: AdbServer, serial: str | None) -> NameSource:
        """The apps of that phone, to ask them what they call themselves."""
        from device.names import NameReader  # noqa: PLC0415 -- not before the first check
        from device.transport import PhoneAnswers  # noqa: PLC0415

        return NameReader(PhoneAnswers(server, _choose(server, serial)))

    def insides(self, server: AdbServer, serial: str) -> CodeReader:
        """What looks into the apps of that phone."""
        from device.app_code import CodeReader  # noqa: PLC0415 -- only when asked for
        from device.transport import PhoneAnswers  # noqa: PLC0415

        return CodeReader(PhoneAnswers(server, _choose(server, serial)))

    def close(self) -> None:
        """Lets go of everything; called once nothing else of this source runs."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None
        if self._server is not None:
            self._server.leave(keep=self._keep_adb())


class DemoSource(OwnSource):
    """The demo phone, a real adb server that it is plugged into, and a database of its own."""

    demo = True

    def __init__(
        self,
        catalogue: Catalogue,
        database: str | Path | None = None,
        keep_answers: Callable[[], bool] = lambda: True,
        keep_adb: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(catalogue, database, keep_answers, keep_adb)
        self._phone: StoryPhone | None = None

    def plug_in(self) -> AdbServer:
        from device.demo_phone import lived  # noqa: PLC0415 -- never on unless asked
        from device.demo_phone.server import demo_server  # noqa: PLC0415

        self._server = demo_server()
        self._server.ensure_running()
        self._phone = lived(*self.store().demo_life())
        self._phone.start()
        self._server.connect(self._phone.address)
        return self._server

    def sees(self, device: Device) -> bool:
        return self._phone is not None and device.serial == self._phone.address

    def phone(self, server: AdbServer, serial: str | None, *, later: bool = True) -> Phone:
        """Each check finds the demo phone a little ``later`` in its life."""
        if self._phone is None:
            raise RuntimeError("the demo phone was never plugged in")
        from device.demo_phone import state_after  # noqa: PLC0415 -- never on unless asked

        if later:
            self._phone.state = state_after(self.store().demo_life()[0])
        device = _choose(server, serial or self._phone.address)
        return self._connected(server, device, "demo")

    def names(self, server: AdbServer, serial: str | None) -> NameSource:
        return super().names(server, serial or (self._phone.address if self._phone else None))

    def close(self) -> None:
        try:
            if self._phone is not None and self._server is not None:
                self._server.disconnect(self._phone.address)
        finally:
            if self._phone is not None:
                self._phone.stop()
            if self._server is not None:
                self._server.stop_own()
            super().close()


def _choose(server: AdbServer, serial: str | None) -> Device:
    from device.adb import choose  # noqa: PLC0415 -- not before the first paint

    return choose(server.devices(), serial)
