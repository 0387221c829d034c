"""A whole check of a simulated phone, beside the same commands by plain ``adb shell``.

    python -m benchmarks.check [--apps 400] [--users 2] [--runs 5] [--latency 0.02] [--speed 20e6]

The phone needs ``--latency`` seconds for each command and sends ``--speed`` bytes a second. Both
go through the real adb server to the same phone, in turn; ratios are what counts. Beside them the
way of other tools: ``dumpsys package PKG`` and ``appops get PKG`` for each app; some are asked, and
the time is multiplied. Then what comes after the reading: saving an unchanged snapshot, and
comparing two.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from audit.catalogue import Catalogue
from audit.checkup import compared
from audit.model import Snapshot
from audit.progress import Cancel
from db.store import Store
from device.adb import AdbServer, choose, find_adb
from device.demo_phone import Answer, DemoPhone, Faults, Programs, scaled
from device.scanner import Scanner
from device.transport import PhoneAnswers

_HEADING = b"  Package ["


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--apps", type=int, default=400)
    parser.add_argument("--users", type=int, default=2)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--one-by-one", type=int, default=40, help="apps asked each by itself")
    parser.add_argument("--latency", type=float, default=0.02)
    parser.add_argument("--speed", type=float, default=20e6)
    options = parser.parse_args()
    catalogue = Catalogue.load()
    # All answers are made before: the phone must not cost more than a real one would.
    programs = Programs(scaled(options.apps, options.users))
    slow = Faults(latency=options.latency, bytes_per_second=int(options.speed))
    phone = DemoPhone(_each(programs), faults=(slow,))
    server = AdbServer(port=_free_port())
    server.ensure_running()
    try:
        with phone:
            server.connect(phone.address)
            _measure(server, phone, catalogue, options)
            server.disconnect(phone.address)
    finally:
        server.stop_own()


def _each(programs: Programs) -> Callable[[str], Answer]:
    """The phone's answers, and those about one app, which cost it nothing."""
    dump = programs.answer("dumpsys package packages").stdout
    whole = dump if isinstance(dump, bytes) else b"".join(dump)
    first, *blocks = whole.split(_HEADING)
    about = {block[: block.index(b"]")].decode(): first + _HEADING + block for block in blocks}

    def answer(line: str) -> Answer:
        package = line.rpartition(" ")[2]
        if line == f"dumpsys package {package}" and package in about:
            return Answer(about[package])
        if line.startswith("appops get "):
            return Answer(b"No operations.\n")
        return programs.answer(line)

    return answer


def _measure(
    server: AdbServer, phone: DemoPhone, catalogue: Catalogue, options: argparse.Namespace
) -> None:
    runs: int = options.runs
    device = choose(server.devices(), phone.address)

    def check() -> None:
        scanner = Scanner(PhoneAnswers(server, device), catalogue.names_to_ask())
        scanner.read(lambda _: None, Cancel())

    check()
    commands = list(phone.commands)
    print(f"commands of a check: {len(commands)}")
    adb = [str(find_adb()), "-P", str(server.port), "-s", phone.address, "shell"]

    def by_hand() -> None:
        for command in commands:
            subprocess.run([*adb, command], stdout=subprocess.DEVNULL, check=False)

    ours, theirs = [], []
    for _ in range(runs):
        theirs.append(_seconds(by_hand))
        ours.append(_seconds(check))
    _row("the same commands by adb shell", theirs)
    _row("whole check: read and understood", ours)
    ratio = statistics.median(o / t for o, t in zip(ours, theirs, strict=True))
    print(f"check / adb shell: {ratio:.2f}")
    _one_by_one(adb, statistics.median(ours), options)
    _store(server, phone, catalogue, runs)


def _one_by_one(adb: list[str], ours: float, options: argparse.Namespace) -> None:
    spec = scaled(options.apps, options.users)
    asked = [app.name for app in spec.apps[: options.one_by_one]]

    def loop() -> None:
        for package in asked:
            for command in (f"dumpsys package {package}", f"appops get {package}"):
                subprocess.run([*adb, command], stdout=subprocess.DEVNULL, check=False)

    taken = _seconds(loop) * options.apps / len(asked)
    _row(f"two commands for each app, x {options.apps / len(asked):.0f}", [taken])
    print(f"app by app / check: {taken / ours:.0f}")


def _store(server: AdbServer, phone: DemoPhone, catalogue: Catalogue, runs: int) -> None:
    device = choose(server.devices(), phone.address)
    scanner = Scanner(PhoneAnswers(server, device), catalogue.names_to_ask())
    snapshot = scanner.read(lambda _: None, Cancel())
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "a.sqlite") as store:
        print(f"apps in the snapshot: {len(snapshot.apps)}")
        _row("save the first snapshot", [_seconds(lambda: store.save(snapshot))])
        saved: list[float] = []
        checked: list[float] = []
        for _ in range(runs):
            start = time.perf_counter()
            info = store.save(snapshot)
            saved.append(time.perf_counter() - start)
            start = time.perf_counter()
            assert compared(Snapshot(info, snapshot.apps), store, catalogue).changes == ()
            checked.append(time.perf_counter() - start)
        _row("save an unchanged snapshot", saved)
        _row("compare with the one before", checked)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _row(name: str, seconds: list[float]) -> None:
    low, middle = min(seconds) * 1000, statistics.median(seconds) * 1000
    print(f"{name:<40} {middle:8.1f} ms (best {low:.1f})")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
