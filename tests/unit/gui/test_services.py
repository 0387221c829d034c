"""What works for the window, with a real adb server, the demo phone and a real database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.progress import Cancel, Progress, Report
from audit.wording import Wording
from db.errors import StoreError
from db.store import Store
from device.adb import Device
from device.demo_phone import DemoPhone, Faults, Programs, StoryPhone, phone_spec
from device.errors import CancelledError, DisconnectedError
from gui.models.rows import Shown
from gui.services import Services
from gui.sources import DemoSource, OwnSource
from gui.tasks import Lane, Task
from tests.builders import app, snapshot
from tests.phones import AdbServer

PATIENCE_MS = 30_000
CATALOGUE = Catalogue.load()
MakeServices = Callable[[Path], Services]


@pytest.fixture
def make_services(adb_server: AdbServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeServices]:
    """Services whose own phones and whose demo meet at the tests' adb server."""
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(adb_server.port))
    made: list[Services] = []

    def make(database: Path) -> Services:
        def source(demo: bool) -> OwnSource:
            return (DemoSource if demo else OwnSource)(CATALOGUE, database)

        made.append(Services(Wording("en", CATALOGUE), source))
        return made[-1]

    yield make
    for services in made:
        services.stop()


@pytest.fixture
def services(make_services: MakeServices, tmp_path: Path) -> Services:
    return make_services(tmp_path / "checks.sqlite")


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane("test")
    yield made
    made.close()


def _open_demo(services: Services, qtbot: QtBot) -> Device:
    services.open(demo=True)
    qtbot.waitUntil(lambda: any(one.ready for one in services.devices), timeout=PATIENCE_MS)
    return services.devices[0]


def _check(services: Services, qtbot: QtBot, serial: str | None = None) -> Shown:
    with qtbot.waitSignal(services.shown_changed, timeout=PATIENCE_MS) as shown:
        services.check(serial)
    assert shown.args is not None
    found = shown.args[0]
    assert isinstance(found, Shown)
    return found


def test_two_checks_of_the_demo_phone_tell_what_is_new(services: Services, qtbot: QtBot) -> None:
    _open_demo(services, qtbot)
    first = _check(services, qtbot)
    assert first.checkup.compared_with is None
    assert first.info.source == "demo"
    second = _check(services, qtbot)
    assert second.checkup.compared_with is not None
    assert second.checkup.compared_with.id == first.info.id
    assert second.news == len({(f.user, f.package) for f in second.highlights}) > 0
    assert services.shown is second


def test_a_check_tells_its_steps_in_order_on_the_main_thread(
    services: Services, qtbot: QtBot
) -> None:
    _open_demo(services, qtbot)
    told: list[tuple[str, threading.Thread]] = []

    def hear(progress: Progress, _serial: str) -> None:
        told.append((progress.what, threading.current_thread()))

    services.progressed.connect(hear)
    _check(services, qtbot)
    words = [what for what, _thread in told]
    assert words.index("packages") < words.index("saving") < words.index("comparing")
    assert {thread for _what, thread in told} == {threading.main_thread()}


def test_the_last_check_is_shown_again_at_the_next_start(
    make_services: MakeServices, qtbot: QtBot, tmp_path: Path
) -> None:
    database = tmp_path / "checks.sqlite"
    before = make_services(database)
    _open_demo(before, qtbot)
    checked = _check(before, qtbot)
    before.stop()
    after = make_services(database)
    with qtbot.waitSignal(after.shown_changed, timeout=PATIENCE_MS):
        after.open(demo=False)
    assert after.shown is not None
    assert after.shown.info.id == checked.info.id


def test_an_empty_database_shows_nothing(services: Services, qtbot: QtBot) -> None:
    with qtbot.waitSignal(services.shown_changed, timeout=PATIENCE_MS) as shown:
        services.open(demo=False)
    assert shown.args == [None]


def test_cancelling_keeps_nothing(services: Services, qtbot: QtBot, tmp_path: Path) -> None:
    _open_demo(services, qtbot)
    with qtbot.waitSignal(services.failed, timeout=PATIENCE_MS) as failed:
        services.check()
        services.cancel()
    assert failed.args is not None
    assert isinstance(failed.args[0], CancelledError)
    qtbot.waitUntil(lambda: not services.checking, timeout=PATIENCE_MS)
    with Store.open(tmp_path / "checks.sqlite") as store:
        assert store.snapshots() == []


def test_a_phone_that_is_not_there_fails_with_its_reason(services: Services, qtbot: QtBot) -> None:
    _open_demo(services, qtbot)
    with qtbot.waitSignal(services.failed, timeout=PATIENCE_MS) as failed:
        services.check("NOT-THERE")
    assert failed.args is not None
    assert services._wording.error(failed.args[0]).endswith("NOT-THERE is connected.")


def test_a_file_that_is_no_database_fails_with_its_reason(
    make_services: MakeServices, qtbot: QtBot, tmp_path: Path
) -> None:
    wrong = tmp_path / "letter.sqlite"
    wrong.write_text("Dear reader, " * 500, encoding="utf-8")
    services = make_services(wrong)
    with qtbot.waitSignal(services.failed, timeout=PATIENCE_MS) as failed:
        services.open(demo=False)
    assert failed.args is not None
    assert isinstance(failed.args[0], StoreError)


def test_stopping_in_the_middle_of_a_check_leaves_nothing_running(
    services: Services, qtbot: QtBot
) -> None:
    _open_demo(services, qtbot)
    services.check()
    services.stop()
    assert not services.checking


def test_a_task_tells_its_result_on_the_main_thread(qtbot: QtBot, lane: Lane) -> None:
    def work(_report: Report, _cancel: Cancel) -> threading.Thread:
        return threading.current_thread()

    task = Task(work)
    heard: list[tuple[threading.Thread, threading.Thread]] = []
    task.done.connect(lambda worker: heard.append((worker, threading.current_thread())))
    with qtbot.waitSignal(task.finished):
        task.start(lane)
    ((worker, listener),) = heard
    assert worker is not threading.main_thread()
    assert listener is threading.main_thread()


def test_progress_is_heard_by_who_connects_after_the_start(qtbot: QtBot, lane: Lane) -> None:
    told = threading.Event()

    def work(report: Report, _cancel: Cancel) -> None:
        report(Progress(1, 1, "verifying"))
        told.set()

    task = Task(work)
    heard: list[Progress] = []
    with qtbot.waitSignal(task.finished):
        task.start(lane)
        assert told.wait(PATIENCE_MS / 1000)
        task.progressed.connect(heard.append)
    assert heard == [Progress(1, 1, "verifying")]


def test_a_task_hands_expected_trouble_over(qtbot: QtBot, lane: Lane) -> None:
    def work(_report: Report, _cancel: Cancel) -> None:
        raise DisconnectedError

    task = Task(work)
    failures: list[Exception] = []
    task.failed.connect(failures.append)
    with qtbot.assertNotEmitted(task.done), qtbot.waitSignal(task.finished):
        task.start(lane)
    assert [type(error) for error in failures] == [DisconnectedError]


def test_a_fault_in_a_task_reaches_the_main_thread_s_hook(
    qtbot: QtBot, lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooked: list[tuple[type[BaseException], threading.Thread]] = []

    def hook(kind: type[BaseException], _error: object, _trace: object) -> None:
        hooked.append((kind, threading.current_thread()))

    monkeypatch.setattr("sys.excepthook", hook)

    def work(_report: Report, _cancel: Cancel) -> None:
        raise ZeroDivisionError

    task = Task(work)
    with qtbot.waitSignal(task.finished):
        task.start(lane)
    assert hooked == [(ZeroDivisionError, threading.main_thread())]


def test_a_phone_that_was_merged_is_found_by_its_old_key(
    make_services: MakeServices, tmp_path: Path, qtbot: QtBot
) -> None:
    database = tmp_path / "checks.sqlite"
    with Store.open(database) as store:
        first = snapshot(app())
        hidden = replace(first.info.phone, serial=None)
        store.save(replace(first, info=replace(first.info, phone=hidden)))
        last = store.save(snapshot(app(), day=1))
        store.merge_phones(hidden.key, last.key)
        store.save(replace(first, info=replace(first.info, phone=replace(hidden, model="Other"))))
    services = make_services(database)
    with qtbot.waitSignal(services.shown_changed, timeout=PATIENCE_MS):
        services.open(demo=False)
    with qtbot.waitSignal(services.shown_changed, timeout=PATIENCE_MS):
        services.reload(hidden.key)
    assert services.shown is not None
    assert services.shown.info == last
    assert services.shown.info.key == last.key


def test_names_and_icons_follow_the_findings(services: Services, qtbot: QtBot) -> None:
    _open_demo(services, qtbot)
    found = _check(services, qtbot)
    assert _label(found, "com.ted.number") == "com.ted.number"
    images: dict[str, object] = {}
    services.icons_changed.connect(images.update)
    qtbot.waitUntil(lambda: "com.tencent.mm" in images, timeout=PATIENCE_MS)
    assert services.shown is not None
    assert _label(services.shown, "com.ted.number") == "Number Lookup"
    qtbot.waitUntil(lambda: not services.busy, timeout=PATIENCE_MS)
    images.clear()
    with qtbot.waitSignal(services.icons_changed, timeout=PATIENCE_MS):
        services.reload()
    assert "com.tencent.mm" in images


def test_names_that_come_after_a_change_of_language_are_known_in_every_language(
    services: Services, qtbot: QtBot
) -> None:
    _open_demo(services, qtbot)
    _check(services, qtbot)
    services.speak(Wording("en", CATALOGUE))
    qtbot.waitUntil(lambda: not services.busy, timeout=PATIENCE_MS)
    services.speak(Wording("zh-CN", CATALOGUE))
    assert services.shown is not None
    assert _label(services.shown, "com.ted.number") == "号码识别"


def test_a_check_does_not_wait_for_names(
    services: Services, qtbot: QtBot, demo_phone: StoryPhone
) -> None:
    demo_phone.faults = (Faults(match="dd if=", hang_after=0),)
    services.open(demo=False)
    qtbot.waitUntil(
        lambda: any(one.ready for one in services.devices) and not services.busy,
        timeout=PATIENCE_MS,
    )
    _check(services, qtbot, demo_phone.address)
    qtbot.waitUntil(
        lambda: any("dd if=" in one for one in demo_phone.commands), timeout=PATIENCE_MS
    )
    demo_phone.state = 2
    second = _check(services, qtbot, demo_phone.address)
    assert second.news > 0
    assert services.shown is second


def _label(shown: Shown, package: str) -> str:
    return next(row.label for row in shown.rows if row.app.package == package)


@pytest.fixture
def two_phones(adb_server: AdbServer) -> Iterator[tuple[str, str]]:
    """The demo phone, and another one that lives two states later."""
    other = replace(phone_spec(3), properties={**phone_spec(3).properties, "ro.serialno": "OTHER2"})
    with StoryPhone() as first, DemoPhone(Programs(other).answer) as second:
        for phone in (first, second):
            adb_server.connect(phone.address)
            adb_server.wait_for(phone.address, "device")
        yield first.address, second.address
        for phone in (first, second):
            adb_server.forget(phone.address)


def test_two_phones_are_checked_side_by_side(
    services: Services, two_phones: tuple[str, str], qtbot: QtBot, tmp_path: Path
) -> None:
    services.open(demo=False)
    qtbot.waitUntil(lambda: len(services.devices) == 2, timeout=PATIENCE_MS)
    told: list[str] = []
    aside: list[Shown] = []
    services.progressed.connect(lambda _progress, serial: told.append(serial))
    services.checked_aside.connect(aside.append)
    for serial in two_phones:
        services.check(serial)
        services.check(serial)  # one at a time for each phone
    assert services.checks == two_phones
    qtbot.waitUntil(lambda: not services.checking, timeout=PATIENCE_MS)
    first = told.index(two_phones[1])
    assert two_phones[0] in told[first:]  # neither waited for the other's end
    assert services.shown is not None
    with Store.open(tmp_path / "checks.sqlite") as store:
        keys = {info.key for info in store.snapshots()}
        assert len(keys) == len(store.snapshots()) == 2
        assert store.verify().findings == ()
    assert {services.shown.info.key, *(shown.info.key for shown in aside)} <= keys
    assert "OTHER2" in keys


def test_one_of_two_checks_is_cancelled_alone(
    services: Services, two_phones: tuple[str, str], qtbot: QtBot, tmp_path: Path
) -> None:
    services.open(demo=False)
    qtbot.waitUntil(lambda: len(services.devices) == 2, timeout=PATIENCE_MS)
    for serial in two_phones:
        services.check(serial)
    services.cancel(two_phones[0])
    qtbot.waitUntil(lambda: not services.checking, timeout=PATIENCE_MS)
    with Store.open(tmp_path / "checks.sqlite") as store:
        assert [info.key for info in store.snapshots()] == ["OTHER2"]


def test_a_check_and_a_change_of_the_same_phone_exclude_each_other(
    services: Services, qtbot: QtBot, tmp_path: Path
) -> None:
    _open_demo(services, qtbot)
    _check(services, qtbot)
    services.check()
    assert services.act([]) is None
    qtbot.waitUntil(lambda: not services.checking, timeout=PATIENCE_MS)
    assert services.act([]) is not None
    services.check()
    qtbot.waitUntil(lambda: not services.checking, timeout=PATIENCE_MS)
    with Store.open(tmp_path / "checks.sqlite") as store:
        assert len(store.snapshots()) == 3
