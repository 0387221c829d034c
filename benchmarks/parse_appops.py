"""How fast a big app-op dump is read: ``python -m benchmarks.parse_appops [FILE]``.

Without a file, a made-up Android 14 dump of 800 apps (about 4 MB). Processor time, best of five.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import mvt
from device.parsers.appops import parse_appops

NOW = datetime(2026, 5, 4, 16, 30, 1, 737000, UTC)
OPS = ("COARSE_LOCATION", "FINE_LOCATION", "CAMERA", "RECORD_AUDIO", "READ_CONTACTS", "READ_SMS")
STATES = ("top-s", "fgsvc-s", "bg-s", "cch-s", "fg-tpd")


def made_up(apps: int) -> Iterator[str]:
    """Every app with six ops, each with ten accesses from two attributions.

    One access in five has a duration; in recordings of real phones it is one in eight.
    """
    yield "Current AppOps Service state:"
    for number in range(apps):
        yield f"  Uid u0a{number}:"
        yield "    state=cch"
        yield "    capability=------"
        yield "    appWidgetVisible=false"
        yield from (f"      {op}: mode=foreground" for op in OPS)
        yield f"    Package com.example.app{number}:"
        for place, op in enumerate(OPS):
            yield f"      {op} (allow): "
            for tag in ("null", "sync"):
                yield f"        {tag}=["
                for turn, state in enumerate(STATES):
                    yield access(state, 97 * number + 13 * place + 7 * turn)
                yield "        ]"


def access(state: str, minutes: int) -> str:
    age = timedelta(minutes=minutes, seconds=minutes % 59, milliseconds=minutes % 997)
    local = (NOW + timedelta(hours=2) - age).isoformat(" ", "milliseconds").removesuffix("+00:00")
    text = f"          Access: [{state}] {local} (-{duration(age)})"
    if state == STATES[minutes % len(STATES)]:
        text += f" duration=+{duration(age / 97)}"
    return text


def duration(length: timedelta) -> str:
    """As Android writes it: from the first unit that is not nought."""
    hours, rest = divmod(length.seconds, 3600)
    units = {"d": length.days, "h": hours, "m": rest // 60, "s": rest % 60}
    text = "".join(f"{number}{unit}" for unit, number in units.items())
    ms = f"{length.microseconds // 1000}ms"
    return re.sub(r"^(0[dhms])*", "", text) + ms


def main() -> None:
    if len(sys.argv) > 1:
        lines = Path(sys.argv[1]).read_text("utf-8", "replace").splitlines()
    else:
        lines = list(made_up(800))
    size = sum(map(len, lines)) + len(lines)
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        dump = parse_appops(lines, NOW, None)
        best = min(best, time.process_time() - start)
    print(
        f"{size / 1e6:.1f} MB, {len(lines)} lines, {dump.access_lines_parsed} accesses: "
        f"{best * 1000:.0f} ms, {size / 1e6 / best:.0f} MB/s"
    )
    print(mvt.beside(mvt.APPOPS, "\n".join(lines).encode(), best))


if __name__ == "__main__":
    main()
