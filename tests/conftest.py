from __future__ import annotations

import pytest

pytest_plugins = ["tests.guards", "tests.phones", "tests.servers"]


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The style of ``gui.app.make_application``, on systems too that have one of their own."""
    return ["tests", "-style", "Fusion"]
