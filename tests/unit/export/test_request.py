"""What is written of a real store, and what is not: cancelled, or of a phone without checks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.catalogue import Catalogue
from audit.export.about import Scope
from audit.export.errors import ExportError
from audit.export.formats import writer
from audit.export.request import Request, write_export
from audit.progress import Cancel, Progress
from audit.wording import Wording
from db.store import Store
from tests.unit.gui.saved import KEY, save_life

WORDING = Wording("en", Catalogue.load())
WHATS = ("history", "uses", "changes", "snapshot")
NUMBERS = {"changes": (1, 2), "snapshot": (2,)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "checks.sqlite") as made:
        save_life(made)
        yield made


def _request(what: str, key: str = KEY) -> Request:
    return Request(what, key, Scope(), NUMBERS.get(what, ()))


@pytest.mark.parametrize("name", ["csv", "xlsx", "json", "html"])
@pytest.mark.parametrize("what", WHATS)
def test_a_cancelled_one_leaves_nothing(what: str, name: str, store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    cancel = Cancel()

    def stop(_progress: Progress) -> None:
        cancel.set()

    with pytest.raises(ExportError, match="cancelled"):
        write_export(
            store,
            _request(what),
            WORDING,
            writer(name),
            folder / "x",
            force=False,
            cancel=cancel,
            report=stop,
        )
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("what", ["history", "uses"])
def test_a_phone_without_checks_is_a_sentence(what: str, store: Store, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no-phone"):
        write_export(
            store,
            _request(what, "nobody"),
            WORDING,
            writer("csv"),
            tmp_path / "x.csv",
            force=False,
            cancel=Cancel(),
        )
    assert not (tmp_path / "x.csv").exists()
