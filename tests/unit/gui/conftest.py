from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from audit.catalogue import Catalogue
from audit.wording import Wording
from gui.theme import Theme
from gui.ui import Ui


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.fixture
def ui(qapp: QApplication, catalogue: Catalogue) -> Ui:
    return Ui(Wording("en", catalogue), Theme())
