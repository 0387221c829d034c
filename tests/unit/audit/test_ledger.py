from __future__ import annotations

from datetime import timedelta

import pytest

from audit.catalogue import Catalogue
from audit.ledger import distinct, is_own, summaries
from audit.model import Use
from tests.builders import NOON


def use(minutes: float = 0, **rest: object) -> Use:
    at = NOON + timedelta(minutes=minutes)
    return Use(**{"user": 0, "package": "a", "op": "FINE_LOCATION", "at": at} | rest)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("uses", "count"),
    [
        pytest.param([use(), use(1), use(2)], 3, id="each time is a use"),
        pytest.param([use(), use(0.4, precision=60)], 1, id="rounded to the minute"),
        pytest.param([use(), use(2, precision=60)], 2, id="another minute"),
        pytest.param([use(precision=5), use(0.05, precision=5)], 1, id="known by its age"),
        pytest.param([use(state="top"), use(state="fg")], 1, id="one use in two process states"),
        pytest.param([use(), use(op="CAMERA")], 2, id="two ops at the same moment"),
        pytest.param([use(), use(rejected=True)], 2, id="a use and a refusal"),
    ],
)
def test_one_record_per_use(uses: list[Use], count: int) -> None:
    assert len(list(distinct(uses))) == count


@pytest.mark.parametrize(
    ("flags", "own"),
    [(None, True), ("s", True), ("upd", True), ("tp", False), ("up", False), ("s|tp", True)],
)
def test_a_proxy_is_not_the_user(flags: str | None, own: bool) -> None:
    assert is_own(use(on_behalf=flags)) is own


def test_a_summary_counts_what_is_proven() -> None:
    found = [
        use(0, state="top"),
        use(10, state="cch", proxy="com.maps"),
        use(20, state="bg", on_behalf="up"),
        use(30, rejected=True),
        use(40, op="MIUIOP(10099)"),
    ]
    vendor, fine = summaries(found, Catalogue.load())
    assert (vendor.name, fine.name) == ("MIUIOP(10099)", "android.permission.ACCESS_FINE_LOCATION")
    assert (fine.count, fine.in_background, fine.refused) == (2, 1, 1)
    assert fine.last == fine.last_in_background == NOON + timedelta(minutes=10)
    assert fine.through == ("com.maps",)
    assert vendor.count == 1
