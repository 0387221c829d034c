"""Looks for bytes that a reader cannot stand: ``tools/fuzz [--seconds N] [TARGET …]``.

Each target runs in a process of its own, with what was found to be interesting for a beginning
(``tests/fuzz/corpus``). Bytes that break one are kept in the current folder as ``crash-…``: put
them into that target's corpus, where every run of the tests tries them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

CORPUS = Path(__file__).with_name("corpus")
#: Longer than that, one piece of input hangs.
_HANGS_SECONDS = 20
_LARGEST = 20_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/fuzz", description=__doc__)
    known = sorted(folder.name for folder in CORPUS.iterdir())
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(known))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--runs", type=int, help="so many tries for each, always the same ones")
    parser.add_argument("--here", metavar="FOLDER", help=argparse.SUPPRESS)
    options = parser.parse_args()
    wanted = options.targets or known
    if unknown := set(wanted) - set(known):
        parser.error(f"there is no target {', '.join(sorted(unknown))}")
    if options.here:
        _fuzz(wanted[0], options.here, options.seconds, options.runs)
    broken = [name for name in wanted if not _stands(name, options)]
    print(f"broken: {', '.join(broken)}" if broken else f"{len(wanted)} targets stood")
    return bool(broken)


def _stands(name: str, options: argparse.Namespace) -> bool:
    print(name, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.fuzz", name, "--here", folder]
        command += ["--seconds", str(options.seconds)]
        if options.runs is not None:
            command += ["--runs", str(options.runs)]
        # What is tried next follows from the code that was reached, and that from hashes.
        environment = os.environ | {"PYTHONHASHSEED": "0"}
        run = subprocess.run(command, env=environment, check=False)
    return run.returncode == 0


def _fuzz(name: str, folder: str, seconds: int, runs: int | None) -> None:
    """Ends the process, with 0 where nothing broke."""
    import atheris

    with atheris.instrument_imports(include=["device"]):
        from tests.fuzz.targets import TARGETS

    limits = [f"-max_total_time={seconds}", f"-timeout={_HANGS_SECONDS}", f"-max_len={_LARGEST}"]
    if runs is not None:
        limits += [f"-runs={runs}", "-seed=1"]
    places = [folder, str(CORPUS / name)]
    atheris.Setup([sys.argv[0], *limits, "-print_final_stats=1", *places], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
