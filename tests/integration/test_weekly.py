"""The weekly sheet: what it tells of a real store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from audit.catalogue import Catalogue
from audit.model import Part
from audit.weekly import sheet
from audit.wording import Wording
from db.records import Mark
from db.store import Store
from tests.builders import NOON, app, snapshot
from tests.weeks import ALIPAY, CAMERA_APP, KEY, WECHAT, after, before, told, used


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "checks.sqlite") as made:
        yield made


@pytest.fixture(scope="module")
def english() -> Wording:
    return Wording("en", Catalogue.load())


def test_a_week_is_told_as_what_came_what_went_and_what_was_used(
    store: Store, english: Wording
) -> None:
    store.save(snapshot(*before()))
    uses = (
        used(WECHAT, "CAMERA", 6),
        used(WECHAT, "CAMERA", 5),
        used(ALIPAY, "RECORD_AUDIO", 6, rejected=True),
        used(ALIPAY, "FINE_LOCATION", -3),
        used(CAMERA_APP, "CAMERA", 6.5),
    )
    store.save(replace(snapshot(*after(), day=7), uses=uses))
    gained, lost, apps, last = told(store, english).sections
    assert gained.lines == ("WeChat: Can now read your call history.",)
    assert lost.lines == ("Alipay: Messages",)
    assert apps.lines == (f"New: {CAMERA_APP}",)
    assert [line.split(",")[0] for line in last.lines] == [
        f"{CAMERA_APP}: Camera",
        "WeChat: Camera",
    ]
    assert "29 November 2026" in last.lines[1]


def test_the_questions_begin_with_what_happened_and_are_three(
    store: Store, english: Wording
) -> None:
    store.save(snapshot(*before()))
    quiet = told(store, english)
    assert len(quiet.questions) == 3
    store.save(snapshot(*after(), day=7))
    asked = told(store, english).questions
    assert len(asked) == 3
    assert asked[0].startswith("WeChat can now use this: Calls.")
    assert asked[1].startswith(f"{CAMERA_APP} is new.")


def test_the_week_is_compared_with_the_last_check_before_it(store: Store, english: Wording) -> None:
    for day, apps in ((-20, before()[:1]), (-8, before()), (-3, before()), (0, after())):
        store.save(snapshot(*apps, day=day))
    found = told(store, english)
    assert found.about[1] == "16 November 2026 to 23 November 2026"
    assert found.about[2] == "Compared with the check of 15 November 2026."
    earlier = sheet(store, KEY, english, NOON - timedelta(days=7.5))
    assert earlier is not None
    assert earlier.about[2] == "Compared with the check of 3 November 2026."
    assert sheet(store, KEY, english, NOON - timedelta(days=30)) is None


def test_what_nobody_can_know_is_not_told_as_nothing(store: Store, english: Wording) -> None:
    store.save(snapshot(*before(), unread=[Part.APPOPS]))
    found = told(store, english)
    assert found.about[2] == "This is the first check: the next one will say what is new."
    gained, _lost, _apps, last = found.sections
    assert gained.empty == "Not known: there is nothing to compare with."
    assert last.empty == "This was not read, so it is unknown."
    assert found.note.startswith("Not everything could be read.")
    late = sheet(store, KEY, english, NOON + timedelta(days=30))
    assert late is not None
    assert late.about[2].startswith("Nobody checked the phone in this time")


def test_what_was_expected_is_not_told(store: Store, english: Wording) -> None:
    store.save(snapshot(*before()))
    store.save(snapshot(*after(), day=7))
    name = "android.permission.READ_CALL_LOG"
    store.mark(KEY, Mark(0, WECHAT, name, "allowed", None, NOON))
    assert told(store, english).sections[0].lines == ()


def test_a_name_that_never_ends_is_cut_and_a_profile_is_named(
    store: Store, english: Wording
) -> None:
    endless = "com." + "long" * 40
    store.save(snapshot())
    store.save(snapshot(app(package=endless, user=10), day=7))
    (line,) = told(store, english).sections[2].lines
    assert line.startswith("New: com.longlong")
    assert line.endswith("… (user 10)")


def test_the_chinese_sheet_dates_as_people_in_china_do(store: Store) -> None:
    store.save(snapshot(*before()))
    found = told(store, Wording("zh-CN", Catalogue.load()))
    assert found.about[1] == "2026年11月16日至2026年11月23日"
