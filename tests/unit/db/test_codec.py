"""The store's texts: back as they were, small, and refused when they are not ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.model import App, GrantKind, Op, Part, PartState, Permission, Phone, Problem, Use, User
from db import codec
from tests.unit.db.samples import NOON, anything, sample_app


@given(anything(App))
def test_an_app_comes_back_as_it_was(app: App) -> None:
    details, state = codec.encode_details(app), codec.encode_state(app)
    # What is known of its code is kept apart from checks.
    known = replace(app, code=None)
    assert codec.decode_app(app.user, app.package, details, state) == known


@given(anything(Phone), anything(tuple[User, ...]), anything(tuple[Problem, ...]))
def test_the_facts_of_a_check_come_back(
    phone: Phone, users: tuple[User, ...], problems: tuple[Problem, ...]
) -> None:
    assert codec.decode_phone(codec.encode_phone(phone)) == phone
    assert codec.decode_users(codec.encode_users(users)) == users
    assert codec.decode_problems(codec.encode_problems(problems)) == problems


@given(anything(dict[Part, PartState]))
def test_parts_that_were_not_asked_for_stay_out(parts: dict[Part, PartState]) -> None:
    assert codec.decode_parts(codec.encode_parts(parts)) == parts


@given(anything(Use))
def test_a_series_holds_all_of_a_use_that_is_not_the_single_event(use: Use) -> None:
    again = Use(
        user=use.user,
        package=use.package,
        at=use.at,
        duration_ms=use.duration_ms,
        running=use.running,
        **codec.decode_series(codec.encode_series(use)),
    )
    assert again == use


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_keep_their_microseconds(time: datetime) -> None:
    assert codec.moment(codec.micros(time)) == time


def test_a_time_of_another_zone_comes_back_in_utc() -> None:
    shanghai = datetime(2026, 11, 23, 20, tzinfo=timezone(timedelta(hours=8)))
    assert codec.moment(codec.micros(shanghai)).isoformat() == "2026-11-23T12:00:00+00:00"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        codec.micros(datetime(2026, 11, 23))  # noqa: DTZ001


def test_an_update_leaves_the_state_alone_and_a_grant_leaves_the_details() -> None:
    app = sample_app(7)
    updated = replace(app, version_code=2, last_updated=NOON)
    assert codec.encode_state(updated) == codec.encode_state(app)
    assert codec.encode_details(updated) != codec.encode_details(app)
    revoked = replace(app, permissions=sample_app(7, granted=False).permissions)
    assert codec.encode_details(revoked) == codec.encode_details(app)
    assert codec.encode_state(revoked) != codec.encode_state(app)


def test_unknown_is_kept_apart_from_no() -> None:
    told = Permission("p", GrantKind.RUNTIME, granted=False, requested=False)
    untold = Permission("p", GrantKind.RUNTIME, granted=False)
    texts = {codec.encode_state(App(0, "a", permissions=(one,))) for one in (told, untold)}
    assert len(texts) == 2
    assert codec.encode_state(App(0, "a", ops=(Op("x"),))) == '["o","x"]'


@pytest.mark.parametrize(
    "body", ["{", "[]", '["z","x"]', '["p","x"]', '["p","x","no such kind",true]', '"text"', "1"]
)
def test_a_state_that_is_not_ours_is_refused(body: str) -> None:
    with pytest.raises(codec.BadRecordError):
        codec.decode_state(body)


@pytest.mark.parametrize("body", ["[]", "{", '{"no_such_field":1}', '{"last_updated":"today"}'])
def test_details_that_are_not_ours_are_refused(body: str) -> None:
    with pytest.raises(codec.BadRecordError):
        codec.decode_app(0, "a", body, "")


@pytest.mark.parametrize("number", [2**62, -(2**62), None, "now", b"7"])
def test_what_is_no_time_is_damage(number: Any) -> None:
    with pytest.raises(codec.BadRecordError):
        codec.moment(number)
