"""Names and icons of a simulated phone's apps, read for the first and for the second time.

    python -m benchmarks.apk [--apps 200] [--latency 0.002] [--speed 20e6] [--spawn 0.006] [FILE…]

Each app of the phone is one of the files, in turn; without files, the demo's own small APKs. Every
message takes ``--latency`` seconds, ``--speed`` bytes come in one, and each program that the
phone's shell starts takes ``--spawn`` seconds. All of it goes through a real adb server.
"""

from __future__ import annotations

import argparse
import re
import socket
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from audit.catalogue import Catalogue
from audit.model import Snapshot
from audit.names import read_names
from audit.progress import Cancel
from db.store import Store
from device.adb import AdbServer, choose
from device.demo_phone import Answer, DemoPhone, Faults, Programs, scaled
from device.demo_phone.spec import PhoneSpec
from device.names import NameReader
from device.scanner import Scanner
from device.transport import PhoneAnswers

_LISTED = re.compile(r"package:(\S+)=(\S+)\n")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--apps", type=int, default=200)
    parser.add_argument("--latency", type=float, default=0.002)
    parser.add_argument("--speed", type=float, default=20e6)
    parser.add_argument("--spawn", type=float, default=0.006)
    options = parser.parse_args()
    spec = scaled(options.apps)
    programs = Programs(spec, apks=_apks(spec, options.files) if options.files else None)
    slow = Faults(latency=options.latency, bytes_per_second=int(options.speed))
    phone = DemoPhone(_slowly(programs.answer, options.spawn), faults=(slow,))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = AdbServer(port=probe.getsockname()[1])
    server.ensure_running()
    try:
        with phone, tempfile.TemporaryDirectory() as folder:
            server.connect(phone.address)
            with Store.open(Path(folder) / "names.sqlite") as store:
                _measure(server, phone, store)
            server.disconnect(phone.address)
    finally:
        server.stop_own()


def _apks(spec: PhoneSpec, files: list[Path]) -> Mapping[str, bytes]:
    """The files by turns, where the phone says that its apps lie."""
    listed = b"".join(Programs(spec).answer("pm list packages -f --user 0").pieces()).decode()
    contents = [file.read_bytes() for file in files]
    paths = [path for path, _package in _LISTED.findall(listed)]
    return {path: contents[number % len(contents)] for number, path in enumerate(paths)}


def _slowly(answers: Callable[[str], Answer], spawn: float) -> Callable[[str], Answer]:
    def answer(line: str) -> Answer:
        time.sleep(spawn * len(re.findall(r"(?:^|;)(?:dd|stat|pm) ", line)))
        return answers(line)

    return answer


def _measure(server: AdbServer, phone: DemoPhone, store: Store) -> None:
    answers = PhoneAnswers(server, choose(server.devices(), phone.address))
    read = Scanner(answers, Catalogue.load().names_to_ask()).read(lambda _: None, Cancel())
    snapshot = Snapshot(store.save(read), read.apps)
    for turn in ("first", "second"):
        before = len(phone.commands)
        start = time.perf_counter()
        count = read_names(NameReader(answers), store, snapshot, Cancel())
        seconds = time.perf_counter() - start
        sent = phone.commands[before:]
        ranges = re.findall(r" count=(\d+) ", "\n".join(sent))
        size = sum(map(int, ranges)) * 4096
        each = (
            f"{size / count / 1000:.0f} KB and {len(ranges) / count:.1f} ranges each"
            if count
            else ""
        )
        print(f"{turn} time: {count} apps in {seconds:.1f} s, {len(sent)} trips; {each}")


if __name__ == "__main__":
    main()
