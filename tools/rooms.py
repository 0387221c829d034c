"""Says how much of each room a report of ``coverage json`` has: ``REPORT LEAST ROOM...``.

Fails where a room has less than ``LEAST`` per cent of its lines or of its branches.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(report: str, least: str, *rooms: str) -> int:
    files = json.loads(Path(report).read_text(encoding="utf-8"))["files"]
    short = False
    for room in rooms:
        found = [one["summary"] for name, one in files.items() if name.startswith(f"{room}/")]
        lines = _share(found, "covered_lines", "num_statements")
        branches = _share(found, "covered_branches", "num_branches")
        short |= min(lines, branches) < float(least)
        print(f"{room:<16} lines {lines:5.1f} %  branches {branches:5.1f} %")
    return int(short)


def _share(found: list[dict[str, int]], part: str, whole: str) -> float:
    return 100 * sum(one[part] for one in found) / sum(one[whole] for one in found)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
