"""What the window asks for and hears of: phones, checks and saved checks, as Qt signals.

All methods return at once and belong to the main thread; the work is done in lanes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from audit.progress import Cancel, Report
from gui.naming import Naming, shown_of
from gui.opened import Answer
from gui.plugged import Plugged
from gui.running import Look, Running
from gui.sources import OwnSource
from gui.tasks import Task

if TYPE_CHECKING:
    from audit.acting import Acted
    from audit.checkup import Checkup, Phone
    from audit.model import App, Deed
    from audit.wording import Wording
    from device.actions import PhoneActions
    from gui.models.rows import Shown

#: The key that was asked for, and the last check of the phone that it leads to.
_Found = tuple[str, "Shown | None"]
#: Checks of what can be asked for more; a bug report cannot.
_WITH_APPS = frozenset({"phone", "demo"})


class Services(Plugged):
    """The one who works for the window.

    Signals:
        opened: True when the demo is open now, False for the person's own phones.
        shown_changed: the ``Shown`` to show, None when there is no check yet.
        checking_changed: whether a check runs.
        checks_changed: whenever the check of a phone begins or ends.
        progressed: ``audit.progress.Progress`` of a check, and the serial number that it is of.
        checked: a phone's serial number (None: files) and the ``Shown`` of its check.
        checked_aside: the ``Shown`` of a phone that was checked while another one is looked at.
        icons_changed: images of the apps' own icons, by package.
    """

    opened = Signal(bool)
    shown_changed = Signal(object)
    checking_changed = Signal(bool)
    checks_changed = Signal()
    progressed = Signal(object, object)
    checked = Signal(object, object)
    checked_aside = Signal(object)
    icons_changed = Signal(object)

    def __init__(
        self,
        wording: Wording,
        make_source: Callable[[bool], OwnSource],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(make_source, parent)
        self._wording = wording
        # By the phone's serial number; None for what is read from files.
        self._checks: dict[str | None, Task] = {}
        # Of checks side by side, the one that was asked for first is the one to be shown.
        self._leading: str | None = None
        self._naming = Naming(self)
        self._naming.named.connect(self._on_named)
        self._naming.drawn.connect(self._on_drawn)
        self._naming.failed.connect(self._on_not_drawn)
        self._shown: Shown | None = None
        self.devices_changed.connect(self._turn_to_connected)
        self.retired.connect(self._on_retired)

    @property
    def checking(self) -> bool:
        return bool(self._checks)

    @property
    def checks(self) -> tuple[str | None, ...]:
        """The serial numbers of the phones that are checked or changed; None for files."""
        return tuple(self._checks)

    @property
    def occupied(self) -> bool:
        """Whether the phone that ``check`` would check, or a file, is read just now."""
        return None in self._checks or self._likely_serial() in self._checks

    @property
    def shown(self) -> Shown | None:
        return self._shown

    def speak(self, wording: Wording) -> None:
        """Uses other words from now on; what is shown is at once what it was, in those words.

        Whoever waits for an answer of ``ask`` is given none: they are gone, or speak as before.
        """
        wording.follow(self._wording)
        self._wording = wording
        if self._answers:
            self._answers.clear()
            self.refresh()
        self._shown = self._reworded(self._shown) if self._shown else None

    def _reworded(self, shown: Shown) -> Shown:
        """The language may have changed while a thread was making it."""
        same = shown.language == self._wording.language
        return shown if same else shown_of(shown.checkup, self._wording)

    # Opening and closing.

    def open(self, *, demo: bool) -> None:
        """Turns to the demo or to the person's own phones, and shows the last check there."""
        running = self._turn_to(demo=demo)
        self._connected.demo, self._connected.devices, self._shown = demo, (), None
        self.trouble.emit(None)
        self.opened.emit(demo)
        self.devices_changed.emit(())
        self.reload()
        self._plug_in(running)

    def apart(
        self,
        work: Callable[[str | Path, str | None], object],
        then: Answer,
        passphrase: str | None = None,
    ) -> bool:
        """Not during a check, which would be lost."""
        return not self.checking and super().apart(work, then, passphrase)

    def _on_retired(self) -> None:
        self._end_checks(*self._checks)

    # Phones.

    def look(self, work: Callable[[Look], object]) -> Task | None:
        """Not during a check."""
        return None if self.checking else super().look(work)

    def _turn_to_connected(self) -> None:
        """Shows the checks of the one phone that is plugged in, if there are any."""
        if self._shown is None or self.checking or len(self.devices) != 1:
            return
        device = self.devices[0]
        if device.ready and self._connected.key_of(device) != self._shown.info.key:
            self.reload(self._connected.own_key(device))

    # Saved checks.

    def reload(self, phone_key: str | None = None) -> None:
        """Shows the last saved check of the phone that checks under a key join, or of any.

        Where that phone has none, what is shown stays.
        """
        running = self._running
        if running is None:
            return

        def work(_report: Report, _cancel: Cancel) -> Shown | _Found | None:
            if phone_key is None:
                return self._load(running.source, None)
            joined = running.source.store().key_of(phone_key)
            return phone_key, self._load(running.source, joined) if joined else None

        task = self._task(running, work)
        task.done.connect(self._on_loaded if phone_key is None else self._on_found)
        task.failed.connect(self._on_failed)
        task.start(running.store_lane)

    def refresh(self) -> None:
        """Shows the phone again after its saved checks changed; another if it has none left."""
        key = self._shown.info.key if self._shown else None
        self._connected.forget_joined()
        self._start_loading(lambda source: self._load(source, key) or self._load(source, None))

    def _start_loading(self, load: Callable[[OwnSource], Shown | None]) -> None:
        running = self._running
        if running is not None:
            task = self._task(running, lambda _report, _cancel: load(running.source))
            task.done.connect(self._on_loaded)
            task.failed.connect(self._on_failed)
            task.start(running.store_lane)

    def _load(self, source: OwnSource, phone_key: str | None) -> Shown | None:
        from audit.checkup import compared  # noqa: PLC0415 -- not before the first paint

        store = source.store()
        self._wording.know(store.choices.kinds(), store.choices.lists().values())
        key = phone_key or store.latest_phone_key()
        if key is None:
            return None
        # Not the list of all checks: in ten years reading it takes longer than the last one.
        infos = store.last_two(key) or store.snapshots(key)
        if not infos or infos[-1].id is None:
            return None
        snapshot = store.load(infos[-1].id)
        found = compared(snapshot, store, self._wording.catalogue)
        self._wording.call_apps(store.names(key))
        return shown_of(found, self._wording)

    def _on_loaded(self, shown: Shown | None) -> None:
        if self._is_current():
            self._show(self._reworded(shown) if shown else None)
            self._turn_to_connected()

    def _show(self, shown: Shown | None) -> None:
        self._shown = shown
        self.shown_changed.emit(shown)
        if shown is not None and self._running is not None:
            self._naming.draw(self._running, shown)

    def _on_drawn(self, running: Running, images: object) -> None:
        if running is self._running:
            self.icons_changed.emit(images)

    def _on_not_drawn(self, running: Running, error: Exception) -> None:
        if running is self._running:
            self.failed.emit(error)

    def _on_named(self, running: Running, shown: Shown) -> None:
        if running is self._running and not self.checking:
            self._show(self._reworded(shown))

    def _on_found(self, found: _Found) -> None:
        key, shown = found
        if shown is not None:
            self._connected.join(key, shown.info.key)
            self._on_loaded(shown)

    # Checks.

    def ask_last_check(self, serial: str) -> Task | None:
        """Asks a phone which one it is; done with when it was checked last, None: never."""
        running = self._running
        if running is None or serial in self._checks:
            return None
        task = self._task(running, lambda _report, _cancel: running.last_check(serial))
        task.start(running.phone_lane(serial))
        return task

    def check(self, serial: str | None = None, *, by_itself: bool = False) -> None:
        """Checks the phone with that serial number, or the only one; others may be checked, too.

        One that begins ``by_itself`` takes nobody away from another phone's check.
        """
        serial = serial or self._likely_serial()

        def phone(running: Running) -> Phone:
            if running.server is None:  # plugging in failed: try again, and let that error tell why
                running.server = running.source.plug_in()
            return running.source.phone(running.server, serial)

        self._begin(phone, serial, by_itself=by_itself)

    def read_report(self, path: Path) -> None:
        """Reads a bug report or saved answers as a check, in place of a phone."""
        self._begin(lambda running: running.source.report(path), None)

    def _begin(
        self,
        find_phone: Callable[[Running], Phone],
        serial: str | None,
        *,
        by_itself: bool = False,
    ) -> None:
        running = self._running
        if running is None or serial in self._checks:
            return
        self._naming.cancel()

        def work(report: Report, cancel: Cancel) -> tuple[str | None, Shown]:
            from audit.checkup import check  # noqa: PLC0415 -- not before the first paint

            phone, catalogue = find_phone(running), self._wording.catalogue
            store = running.source.store()
            found: Checkup = check(phone, store, catalogue, report=report, cancel=cancel)
            self._wording.call_apps(store.names(found.snapshot.info.key))
            return serial, shown_of(found, self._wording)

        task = self._task(running, work)
        task.progressed.connect(self._on_progress)
        task.done.connect(self._on_checked)
        task.failed.connect(self._on_failed)
        self._begin_check(serial, task, by_itself=by_itself)
        task.start(running.phone_lane(serial))

    def act(self, planned: Sequence[Deed]) -> Task | None:
        """Changes the phone whose check is shown and checks it, beside no other check of it.

        The task is done with a tuple whose last is ``audit.acting.Acted``. None where that phone
        cannot be changed now.
        """
        running, shown, serial = self._running, self._shown, self._reached()
        if running is None or shown is None or serial is None or serial in self._checks:
            return None
        key, wording = shown.info.key, self._wording
        self._naming.cancel()

        def work(report: Report, cancel: Cancel) -> tuple[str | None, Shown, Acted]:
            from audit.acting import act  # noqa: PLC0415 -- not before the first paint

            server, hands = running.reach(serial, key)
            done = act(
                planned,
                hands,
                running.source.phone(server, serial, later=False),
                running.source.store(),
                wording.catalogue,
                phone_key=key,
                report=report,
                cancel=cancel,
            )
            return serial, shown_of(done.checkup, wording), done

        task = self._task(running, work)
        task.progressed.connect(self._on_progress)
        task.done.connect(self._on_checked)
        self._begin_check(serial, task)
        task.start(running.phone_lane(serial))
        return task

    def show_on_phone(self, show: Callable[[PhoneActions], bool]) -> Task | None:
        """Opens a page on the phone whose check is shown; done with whether it did."""
        running, shown, serial = self._running, self._shown, self._reached()
        if running is None or shown is None or serial is None:
            return None
        key = shown.info.key
        task = self._task(running, lambda _report, _cancel: show(running.reach(serial, key)[1]))
        task.failed.connect(self._on_failed)
        task.start(running.phone_lane(serial))
        return task

    def look_into(self, app: App) -> Task | None:
        """Reads what an app of the check that is shown is made of, then shows that check anew.

        None where its phone cannot be reached now.
        """
        running, shown, serial = self._running, self._shown, self._reached()
        if running is None or shown is None or serial is None:
            return None
        key = shown.info.key

        def work(report: Report, cancel: Cancel) -> None:
            server, _hands = running.reach(serial, key)
            found = running.source.insides(server, serial).code(app, report, cancel)
            running.source.store().save_code(key, found)

        task = self._task(running, work)
        task.done.connect(self.refresh)
        task.start(running.names_lane)
        return task

    @property
    def linked(self) -> bool:
        """Whether the phone whose check is shown can be reached."""
        return self._reached() is not None

    def _reached(self) -> str | None:
        """The serial number of the phone whose check is shown, if it is ready."""
        device = self.device_of(self._shown) if self._shown else None
        return device.serial if device is not None and device.ready else None

    def _likely_serial(self) -> str | None:
        device = self._connected.likely(self._shown.info if self._shown else None)
        return device.serial if device is not None else None

    def cancel(self, *serials: str | None) -> None:
        """Ends the checks of these phones, or all; nothing of them is kept."""
        for serial in serials or self.checks:
            if serial in self._checks:
                self._checks[serial].cancel.set()

    def _begin_check(self, serial: str | None, task: Task, *, by_itself: bool = False) -> None:
        first = not self._checks
        self._checks[serial] = task
        task.finished.connect(self._on_check_finished)
        if first or self._leading == "":
            self._leading = "" if by_itself else serial
        self.checks_changed.emit()
        if first:
            self.checking_changed.emit(True)

    def _end_checks(self, *serials: str | None) -> None:
        ended = [self._checks.pop(serial) for serial in serials if serial in self._checks]
        if ended:
            self.checks_changed.emit()
        if ended and not self._checks:
            self.checking_changed.emit(False)

    def _on_check_finished(self) -> None:
        self._end_checks(self._serial_of(self.sender()))

    def _serial_of(self, task: object) -> str | None:
        """Whose check a task is; an empty text where it is none that runs."""
        return next((serial for serial, one in self._checks.items() if one is task), "")

    def _on_progress(self, progress: object) -> None:
        serial = self._serial_of(self.sender())
        if serial != "":
            self.progressed.emit(progress, serial)

    def _on_checked(self, result: tuple[Any, ...]) -> None:
        """``result`` begins with the phone's serial number and its ``Shown``."""
        if not self._is_current():
            return
        serial, shown = result[0], self._reworded(result[1])
        if serial is not None:
            self._connected.found(serial, shown.info)
        self._end_checks(serial)
        self.checked.emit(serial, shown)
        if self._is_looked_at(serial, shown):
            self._show(shown)
        else:
            self.checked_aside.emit(shown)
        if shown.info.source in _WITH_APPS and self._running is not None:
            self._naming.read(self._running, serial, shown, lambda: self._wording)

    def _is_looked_at(self, serial: str | None, checked: Shown) -> bool:
        """Whether a check is to be shown; one of two that ran side by side may have to wait."""
        shown = self._shown
        return serial == self._leading or shown is None or shown.info.key == checked.info.key
