"""Lanes over time: what each check says, with gaps and unknown stretches told apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.access import states
from audit.catalogue import Catalogue
from audit.history import Lane, access_lanes, lanes, marks, ticks
from audit.model import Part, PartState, Problem, Snapshot, State, Use
from db.records import AppRun
from tests.builders import NOON, app, snapshot

PACKAGE = "com.example.app"
SMS = "android.permission.READ_SMS"
OVERLAY = "android.permission.SYSTEM_ALERT_WINDOW"
FINE = "android.permission.ACCESS_FINE_LOCATION"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


def runs(*checks: Snapshot) -> list[AppRun]:
    """One run for each check, of the app ``PACKAGE``; checks are numbered from 1."""
    numbered = [
        replace(check, info=replace(check.info, id=number, taken_at=NOON + timedelta(days=number)))
        for number, check in enumerate(checks, 1)
    ]
    return [
        AppRun(next((a for a in one.apps if a.package == PACKAGE), None), one.info, one.info)
        for one in numbered
    ]


def told(found: Iterable[Lane], name: str) -> list[tuple[str | None, int | None, int | None]]:
    """(state, first check, check that found it otherwise)"""
    return [
        (span.state, span.first.id, span.end.id if span.end else None)
        for lane in found
        if lane.name == name
        for span in lane.spans
    ]


def test_each_check_that_finds_it_otherwise_begins_a_span(catalogue: Catalogue) -> None:
    found = lanes(
        runs(
            snapshot(app("READ_SMS-")),
            snapshot(app("READ_SMS+ USER_SET")),
            snapshot(app("READ_SMS+ USER_SET", version=2)),
            snapshot(app("READ_SMS- USER_SET")),
        ),
        catalogue,
    )
    assert told(found, SMS) == [("ask", 1, 2), ("allowed", 2, 4), ("denied", 4, None)]
    (lane,) = found
    assert (lane.user, lane.package, lane.group) == (0, PACKAGE, "messages")
    assert [span.last.id for span in lane.spans] == [1, 3, 4]


def test_an_app_that_is_gone_has_no_span_until_it_is_back(catalogue: Catalogue) -> None:
    here = snapshot(app("READ_SMS+"))
    found = lanes(runs(snapshot(), here, snapshot(), here), catalogue)
    assert told(found, SMS) == [("allowed", 2, 3), ("allowed", 4, None)]


def test_a_list_of_apps_that_was_not_read_is_unknown(catalogue: Catalogue) -> None:
    here, unread = snapshot(app("READ_SMS+")), snapshot(unread=[Part.PACKAGES])
    found = lanes(runs(unread, here, unread, unread, here, snapshot(), unread), catalogue)
    assert told(found, SMS) == [("allowed", 2, 3), (None, 3, 5), ("allowed", 5, 6)]


@pytest.mark.parametrize("state", [PartState.FAILED, PartState.ABSENT, None])
def test_app_ops_that_were_not_read_leave_their_permissions_unknown(
    state: PartState | None, catalogue: Catalogue
) -> None:
    on = app("SYSTEM_ALERT_WINDOW@appop-", ops=["SYSTEM_ALERT_WINDOW=allow"], special=["overlay"])
    whole = snapshot(on)
    parts = dict(whole.info.parts)
    del parts[Part.APPOPS]
    if state is not None:
        parts[Part.APPOPS] = state
    blind = snapshot(replace(on, ops=(), special=()), parts=parts)
    found = lanes(runs(whole, blind, whole), catalogue)
    expected = [("allowed", 1, 2), (None, 2, 3), ("allowed", 3, None)]
    assert told(found, OVERLAY) == told(found, "overlay") == expected


def test_special_access_is_refused_before_it_is_given(catalogue: Catalogue) -> None:
    without, having = snapshot(app()), snapshot(app(special=["notification_listener"]))
    unread = snapshot(app(), unread=[Part.NOTIFICATIONS])
    found = lanes(runs(snapshot(), without, having, unread, without), catalogue)
    assert told(found, "notification_listener") == [
        ("denied", 2, 3),
        ("allowed", 3, 4),
        (None, 4, 5),
        ("denied", 5, None),
    ]
    assert [lane.group for lane in found] == ["messages"]


def test_a_hidden_users_settings_are_unknown(catalogue: Catalogue) -> None:
    having = snapshot(app(special=["accessibility"]))
    hidden = snapshot(app(), problems=[Problem("user-unread", Part.SETTINGS, (("user", "0"),))])
    other = snapshot(app(), problems=[Problem("user-unread", Part.SETTINGS, (("user", "10"),))])
    found = lanes(runs(having, hidden, other), catalogue)
    assert told(found, "accessibility") == [("allowed", 1, 2), (None, 2, 3), ("denied", 3, None)]


def test_grants_of_a_shared_uid_that_were_not_read_are_unknown(catalogue: Catalogue) -> None:
    whole = snapshot(app("READ_SMS+", "INTERNET@install+", shared_user="shared"))
    blind = snapshot(app("INTERNET@install+", shared_user="shared"), unread=[Part.SHARED_USERS])
    found = lanes(runs(whole, blind, whole), catalogue)
    expected = [("allowed", 1, 2), (None, 2, 3), ("allowed", 3, None)]
    assert told(found, SMS) == told(found, "android.permission.INTERNET") == expected


def test_who_asks_for_what_is_unknown_when_that_was_not_read(catalogue: Catalogue) -> None:
    asked = app("READ_SMS?", "CAMERA+")
    blind = snapshot(app(), unread=[Part.REQUESTED])
    found = lanes(runs(snapshot(asked), blind, snapshot(app())), catalogue)
    assert told(found, SMS) == [("ask", 1, 2), (None, 2, 3)]
    # A grant stands in the list of apps, which was read: it is gone.
    assert told(found, "android.permission.CAMERA") == [("while-in-use", 1, 2)]


def test_a_name_without_a_dot_may_be_a_permission(catalogue: Catalogue) -> None:
    odd = replace(app(), permissions=(replace(app("a.b+").permissions[0], name="accessibility"),))
    (lane,) = lanes(runs(snapshot(odd)), catalogue)
    assert (lane.name, lane.group) == ("accessibility", None)
    assert access_lanes(runs(snapshot(odd)), catalogue) == ()


def test_nothing_is_known_of_an_app_that_no_check_lists(catalogue: Catalogue) -> None:
    assert lanes([], catalogue) == lanes(runs(snapshot(), snapshot()), catalogue) == ()


def test_a_system_update_changes_what_a_grant_amounts_to(catalogue: Catalogue) -> None:
    same = app("ACCESS_FINE_LOCATION+")
    found = lanes(runs(snapshot(same, sdk=28), snapshot(same, sdk=29)), catalogue)
    assert told(found, FINE) == [("allowed", 1, 2), ("while-in-use", 2, None)]


class TestAccessLanes:
    def test_the_worst_way_in_counts(self, catalogue: Catalogue) -> None:
        found = access_lanes(
            runs(
                snapshot(app("READ_SMS- USER_SET", "SEND_SMS-")),
                snapshot(app("READ_SMS+", "SEND_SMS-")),
                snapshot(app("READ_SMS- USER_SET", special=["notification_listener"])),
            ),
            catalogue,
        )
        assert [lane.name for lane in found] == ["messages", "special"]
        assert told(found, "messages") == [("ask", 1, 2), ("allowed", 2, None)]
        assert told(found, "special") == [("allowed", 3, None)]

    def test_a_way_in_that_was_not_read_makes_it_unknown(self, catalogue: Catalogue) -> None:
        listener = app("READ_SMS- USER_SET", special=["notification_listener"])
        blind = replace(listener, special=())
        found = access_lanes(
            runs(snapshot(listener), snapshot(blind, unread=[Part.NOTIFICATIONS])), catalogue
        )
        assert told(found, "messages") == [("allowed", 1, 2), (None, 2, None)]

    def test_full_access_stays_known_whatever_else_was_not_read(self, catalogue: Catalogue) -> None:
        listener = app("READ_SMS+", special=["notification_listener"])
        blind = replace(listener, special=())
        found = access_lanes(
            runs(snapshot(listener), snapshot(blind, unread=[Part.NOTIFICATIONS])), catalogue
        )
        assert told(found, "messages") == [("allowed", 1, None)]


def test_updates_of_the_app_and_the_system_are_marked(catalogue: Catalogue) -> None:
    found = marks(
        runs(
            snapshot(app(version=1)),
            snapshot(app(version=2)),
            snapshot(app(version=2), fingerprint="maker/phone:15/B"),
            snapshot(app(version=2), fingerprint="maker/phone:15/B"),
        )
    )
    assert [(m.kind, m.before.id, m.after.id, m.old, m.new) for m in found] == [
        ("app", 1, 2, "1.0", "2.0"),
        ("system", 2, 3, "Android 14 (2026-11-01)", "Android 14 (2026-11-01)"),
    ]


def test_uses_are_ticks_of_both_kinds_of_lanes(catalogue: Catalogue) -> None:
    use = Use(0, PACKAGE, "READ_SMS", NOON)
    refused = replace(use, at=NOON + timedelta(days=1), rejected=True)
    for_another = replace(use, at=NOON + timedelta(days=2), on_behalf="tp")
    found = ticks([use, use, refused, for_another], catalogue)
    assert found == {SMS: (use,), "messages": (use,)}


_APPS = st.sampled_from(
    [
        None,
        app("READ_SMS+", "CAMERA-"),
        app("READ_SMS- USER_SET", "CAMERA+ ONE_TIME", version=2),
        app("READ_SMS+", ops=["READ_SMS=ignore"], special=["overlay"]),
        app("ACCESS_FINE_LOCATION+", "ACCESS_BACKGROUND_LOCATION-"),
    ]
)


@given(st.lists(_APPS, min_size=1, max_size=12))
def test_the_span_over_each_check_says_what_that_check_says(found: list[object]) -> None:
    known = Catalogue.load()
    checks = runs(*(snapshot(one) if one else snapshot() for one in found))  # type: ignore[arg-type]
    made = lanes(checks, known)
    for run in checks:
        expected = states(run.app, run.first, known) if run.app else {}
        covering = {
            lane.name: span.state
            for lane in made
            for span in lane.spans
            if (span.first.id or 0) <= (run.first.id or 0) <= (span.last.id or 0)
        }
        special = covering.pop("overlay", None)
        assert covering == expected
        assert (special is State.ALLOWED) == bool(run.app and run.app.special)
    for lane in made:
        for before, after in zip(lane.spans, lane.spans[1:], strict=False):
            assert before.end is not None
            assert before.end is not after.first or before.state is not after.state
