"""The adb server that the demo phone is plugged into."""

from __future__ import annotations

import os
import socket

from device.adb import AdbServer


def demo_server() -> AdbServer:
    """The adb server that the environment names, else one of the demo's own on a free port.

    So the demo never meets the person's own phones, nor leaves a server behind.
    """
    if os.environ.get("ANDROID_ADB_SERVER_PORT"):
        return AdbServer.from_environment()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return AdbServer(port=probe.getsockname()[1])
