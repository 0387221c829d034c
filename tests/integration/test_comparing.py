"""What is told of two saved checks is what their whole lists of apps say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from audit.catalogue import Catalogue
from audit.changes import compare
from audit.checkup import differing
from audit.model import Part, Snapshot
from db.store import Store
from tests.builders import app, snapshot

CATALOGUE = Catalogue.load()
STILL = app("READ_SMS+ USER_SET", "CAMERA+", package="org.example.still")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "checks.sqlite") as opened:
        yield opened


def _checks() -> list[Snapshot]:
    """Apps come, go and change; Android is updated; a check reads less; another phone."""
    sms, camera = app("READ_SMS-", "CAMERA+"), app("READ_SMS+ USER_SET", "CAMERA+", version=2)
    storage = app("READ_EXTERNAL_STORAGE+", package="org.example.files")
    media = app("READ_MEDIA_IMAGES+", package="org.example.files")
    other = snapshot(STILL, sms, storage)
    phone = replace(other.info.phone, serial="SERIAL2")
    return [
        snapshot(STILL, sms, storage, sdk=29),
        snapshot(STILL, camera, storage, sdk=29, day=1),
        snapshot(STILL, camera, media, app(package="org.example.new"), sdk=34, day=2),
        snapshot(STILL, sms, media, sdk=34, day=3, unread=[Part.APPOPS, Part.REQUESTED]),
        snapshot(STILL, sms, media, sdk=None, day=4),
        replace(other, info=replace(other.info, phone=phone)),
    ]


def test_any_two_checks_are_told_as_their_whole_lists_are(store: Store) -> None:
    numbers = [store.save(one).id or 0 for one in _checks()]
    told = 0
    for old, new in permutations(numbers, 2):
        whole = compare(store.load(old), store.load(new), CATALOGUE)
        assert compare(*differing(store, old, new), CATALOGUE) == whole
        told += len(whole)
    assert told > 40


def test_an_app_that_did_not_change_is_not_read(store: Store) -> None:
    numbers = [store.save(one).id or 0 for one in _checks()]
    for one in differing(store, numbers[0], numbers[1]):
        assert [each.package for each in one.apps] == ["com.example.app"]
