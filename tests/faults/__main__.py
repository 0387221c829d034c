"""Tries every fault and prints the table: ``python -m tests.faults [--quick] [--only WORDS]``."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from device.demo_phone import StoryPhone
from device.demo_phone.server import demo_server
from tests.faults.bench import Bench, Came, Result, Trial
from tests.faults.catalogue import sample, trials


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/faults", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="some hundred instead of thousands")
    parser.add_argument("--only", default="", metavar="WORDS", help="faults that are called so")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # adb keeps a key at home, and no other server of the person's is any business of ours.
        os.environ["HOME"] = folder
        for name in ("ANDROID_ADB_SERVER_PORT", "ANDROID_ADB_SERVER_ADDRESS"):
            os.environ.pop(name, None)
        return _all(Path(folder), options)


def _all(folder: Path, options: argparse.Namespace) -> int:
    server = demo_server()
    server.ensure_running()
    found: list[tuple[Trial, Result]] = []
    try:
        for sdk, drops in ((34, 2000), (23, 400)):
            place = folder / str(sdk)
            place.mkdir()
            with StoryPhone(sdk=sdk) as phone:
                bench = Bench(server, phone, place)
                wanted = list(trials(bench, drops=drops, hangs=60))
                if options.quick:
                    wanted = sample(wanted, 250, seed=sdk)
                found += _run(bench, wanted, options.only)
                server.disconnect(phone.address)
    finally:
        server.stop_own()
    print(table(found))
    return int(any(result.came is Came.BROKEN for _, result in found))


def _run(bench: Bench, wanted: Iterable[Trial], only: str) -> list[tuple[Trial, Result]]:
    found = []
    for trial in wanted:
        if only not in f"{trial.kind}: {trial.label}":
            continue
        result = bench.run(trial)
        print(
            f"{result.seconds:6.1f} s  {trial.kind}: {trial.label}: {result.came}",
            file=sys.stderr,
            flush=True,
        )
        found.append((trial, result))
        if result.came is Came.BROKEN:
            print(f"BROKEN  {trial.kind}: {trial.label}\n{result.why}", flush=True)
    return found


def table(found: Iterable[tuple[Trial, Result]]) -> str:
    """One row for each kind of fault: how often it was tried, and what came of it."""
    rows: dict[str, list[Result]] = {}
    for trial, result in found:
        rows.setdefault(trial.kind, []).append(result)
    rows["altogether"] = [result for some in rows.values() for result in some]
    head = (
        f"{'fault':28}{'tried':>7}" + "".join(f"{came:>12}" for came in Came) + f"{'longest':>10}"
    )
    lines = [head, "-" * len(head)]
    for kind, some in rows.items():
        came = Counter(result.came for result in some)
        longest = max((result.seconds for result in some), default=0.0)
        counts = "".join(f"{came[one]:12}" for one in Came)
        lines.append(f"{kind:28}{len(some):7}{counts}{longest:8.1f} s")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
