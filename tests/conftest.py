from __future__ import annotations

pytest_plugins = ["tests.guards", "tests.phones", "tests.servers"]
