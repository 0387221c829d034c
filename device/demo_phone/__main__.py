"""Runs the demo phone by hand: ``python -m device.demo_phone``, then ``adb connect ADDRESS``."""

from __future__ import annotations

import argparse
import sys
import threading

from device.demo_phone.story import STATES, StoryPhone
from device.demo_phone.wire import Authorization


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m device.demo_phone", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="default: any free one")
    parser.add_argument("--state", type=int, default=1, choices=range(1, STATES + 1))
    parser.add_argument("--sdk", type=int, default=34, choices=range(23, 37), metavar="23..36")
    parser.add_argument("--auth", default="none", choices=[one.value for one in Authorization])
    parser.add_argument("--authorize-after", type=float, metavar="SECONDS")
    chosen = parser.parse_args()
    phone = StoryPhone(
        chosen.state,
        sdk=chosen.sdk,
        port=chosen.port,
        authorization=Authorization(chosen.auth),
        authorize_after=chosen.authorize_after,
    )
    with phone:
        sys.stdout.write(f"{phone.address}\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


main()
