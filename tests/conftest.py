from __future__ import annotations

import pytest
from hypothesis import settings

# How long an example takes says something of the machine only.
settings.register_profile("patient", settings(deadline=None))
settings.load_profile("patient")

pytest_plugins = ["tests.guards", "tests.phones", "tests.servers"]


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The style of ``gui.app.make_application``, on systems too that have one of their own."""
    return ["tests", "-style", "Fusion"]
