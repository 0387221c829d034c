"""What the window makes of a check before it shows anything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.catalogue import Catalogue
from audit.model import Part, State, User, UserKind
from gui.models.rows import AppRow, Shown, Tally
from tests.builders import app, snapshot
from tests.unit.gui.shown import ALIPAY, NEWCOMER, WECHAT, first, shown, story, unread_shared


def _row(found: Shown, package: str) -> AppRow:
    return next(row for row in found.rows if row.app.package == package)


def _tally(found: Shown, key: str) -> Tally:
    return next(tally for tally in found.tallies if tally.key == key)


def test_what_is_new_stands_with_its_app(catalogue: Catalogue) -> None:
    found = shown(*story(), catalogue)
    assert _row(found, WECHAT).gained == {"calls"}
    assert _row(found, WECHAT).highlighted
    assert _row(found, NEWCOMER).gained == {"contacts"}
    assert not _row(found, NEWCOMER).highlighted
    assert found.news == 1


def test_counts_say_who_can_now_and_how_that_moved(catalogue: Catalogue) -> None:
    found = shown(*story(), catalogue)
    assert _tally(found, "calls") == Tally("calls", 1, gained=1, lost=0, always=0, unknown=0)
    assert _tally(found, "camera") == Tally("camera", 0, gained=0, lost=1, always=0, unknown=0)
    assert _tally(found, "messages").apps == 0


def test_location_all_the_time_is_counted_by_itself(catalogue: Catalogue) -> None:
    fine, background = "ACCESS_FINE_LOCATION+", "ACCESS_BACKGROUND_LOCATION+"
    found = first(
        snapshot(app(fine, package="a.a"), app(fine, background, package="b.b")), catalogue
    )
    assert _tally(found, "location").apps == 2
    assert _tally(found, "location").always == 1
    assert _row(found, "a.a").access["location"] is State.WHILE_IN_USE


def test_what_was_not_read_is_unknown_and_not_absent(catalogue: Catalogue) -> None:
    found = first(snapshot(unread_shared(), unread=[Part.SHARED_USERS]), catalogue)
    assert not found.rows[0].known
    assert _tally(found, "messages") == Tally("messages", 0, 0, 0, always=0, unknown=1)


@pytest.mark.parametrize(
    ("facts", "no_store"),
    [
        ({"installer": "com.android.vending"}, False),
        ({"installer": None}, True),
        ({"installer": None, "system": True}, False),
        ({"installer": "com.google.android.packageinstaller"}, True),
        ({"installer": "com.android.vending", "package_source": 4}, True),
        ({"installer": "org.example.unknown.store"}, False),
    ],
)
def test_only_apps_from_a_file_count_as_from_no_store(
    catalogue: Catalogue, facts: dict[str, object], no_store: bool
) -> None:
    found = first(snapshot(app(package="a.a", **facts)), catalogue)  # type: ignore[arg-type]
    assert found.rows[0].no_store is no_store


def test_an_app_is_found_by_either_language_s_name(catalogue: Catalogue) -> None:
    row = first(snapshot(app(package=WECHAT)), catalogue).rows[0]
    for text in ("wechat", "微信", "tencent"):
        assert text in row.search


def test_an_unknown_app_wears_a_letter_of_its_package(catalogue: Catalogue) -> None:
    row = first(snapshot(app(package="org.example.mail")), catalogue).rows[0]
    assert (row.label, row.face.initial) == ("org.example.mail", "M")


def test_the_other_users_of_a_phone_have_names(catalogue: Catalogue) -> None:
    made = snapshot(*(app(package=ALIPAY, user=user) for user in (0, 10, 11, 999)))
    users = (
        User(0, "Owner", UserKind.OWNER),
        User(10, None, UserKind.WORK),
        User(11, "Guest", UserKind.SECONDARY),
    )
    made = replace(made, info=replace(made.info, users=users))
    profiles = [row.profile for row in first(made, catalogue).rows]
    assert profiles == [None, "Work profile", "Guest", "User 999"]
