"""Many threads that begin together."""

from __future__ import annotations

import threading
from collections.abc import Callable


def at_once(work: Callable[[int], None]) -> list[BaseException]:
    """Runs ``work`` in eight threads that begin together; returns what they raised."""
    begin = threading.Barrier(8)
    failures: list[BaseException] = []

    def run(number: int) -> None:
        begin.wait()
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
