"""What the cover letter of a complaint pack claims, and that it stays a letter."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest

from audit.catalogue import Catalogue
from audit.complaint import Case
from audit.history import lanes
from audit.ledger import summaries
from audit.letter import Letter, write_letter
from audit.model import Part, Snapshot, Use
from audit.wording import Wording
from db.records import AppRun
from tests.builders import NOON, app, snapshot

CATALOGUE = Catalogue.load()
RECORD = ("permission-checkup record 1\nprevious -\nat x\ndid save\n",)
LANGUAGES = ["en", "zh-CN"]


def case(*shots: Snapshot) -> Case:
    """The history of the one app of these checks."""
    infos = [replace(shot.info, id=number) for number, shot in enumerate(shots, 1)]
    runs = [
        AppRun(shot.apps[0] if shot.apps else None, info, info)
        for shot, info in zip(shots, infos, strict=True)
    ]
    known = [run.app for run in runs if run.app is not None]
    return Case(
        app=known[-1],
        present=runs[-1].app is not None,
        checks=infos,
        lanes=lanes(runs, CATALOGUE),
        uses=(),
        record=RECORD,
    )


def letter(made: Case, language: str = "en") -> Letter:
    return write_letter(made, Wording(language, CATALOGUE), NOON)


def found(made: Case, language: str = "en") -> list[str]:
    return [one for one in letter(made, language).found if "READ_SMS" in one]


def test_what_came_between_two_checks_names_both() -> None:
    (one,) = found(case(snapshot(app("READ_SMS-")), snapshot(app("READ_SMS+"), day=1)))
    assert "Found by check 2" in one
    assert "not so in check 1" in one
    assert "Still so in check 2" in one


def test_what_was_there_at_first_claims_nothing_about_before() -> None:
    (one,) = found(case(snapshot(app("READ_SMS+")), snapshot(app("READ_SMS-"), day=1)))
    assert "Already so in check 1" in one
    assert "No longer so in check 2" in one


def test_what_was_not_read_before_is_not_called_new() -> None:
    """An incomplete check in between proves nothing about what was not so."""
    unread = snapshot(app("READ_SMS+"), day=1, unread=[Part.SHARED_USERS])
    unread = replace(unread, apps=(replace(unread.apps[0], shared_user="a.b"),))
    first = snapshot(app("READ_SMS+", shared_user="a.b"))
    told_of = found(case(unread, replace(first, info=replace(first.info, taken_at=NOON))))
    assert all("not so in check" not in one for one in told_of)
    gone = snapshot(unread=[Part.PACKAGES])
    (one,) = found(case(gone, snapshot(app("READ_SMS+"), day=1)))
    assert "not so in check" not in one
    (one,) = found(case(snapshot(), snapshot(app("READ_SMS+"), day=1)))
    assert "not so in check 1" in one


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def hostile() -> Case:
    """An app whose permissions come and go, with the longest of names, in a hundred checks."""
    names = [entry.name for entry in CATALOGUE.permissions if entry.access][:60]
    long = "说" * 300
    shots = []
    for day in range(100):
        grants = (f"{name}{'+' if (day + n) % (n + 2) else '-'}" for n, name in enumerate(names))
        rest: dict[str, Any] = {"package": "com." + "x" * 250, "installer": "com." + "y" * 250}
        made = app(*grants, version=day, version_name=long, signer="f" * 64, **rest)
        shots.append(snapshot(replace(made, first_installed=NOON, last_updated=NOON), day=day))
    uses = [Use(0, "p", op, NOON) for op in ("CAMERA", "READ_SMS", "RECORD_AUDIO", "FINE_LOCATION")]
    return replace(case(*shots), uses=summaries(uses, CATALOGUE))


@pytest.mark.parametrize("language", LANGUAGES)
def test_however_much_there_is_it_is_one_page_of_text(language: str) -> None:
    made = letter(hostile(), language)
    lines = made.text().splitlines()
    assert len(lines) <= 60
    assert max(map(columns, lines)) <= 80
    assert len(made.found) >= 3
    assert made.more is not None
    assert "history.html" in made.more
    assert made.more in made.text()


def test_the_rest_is_counted() -> None:
    made = letter(hostile())
    assert made.more is not None
    left = next(int(word) for word in made.more.split() if word.isdecimal())
    one_more = replace(hostile(), lanes=hostile().lanes[:1])
    total = sum(len(lane.spans) for lane in hostile().lanes)
    assert 50 < left < total
    assert letter(one_more).more != made.more


def test_the_gravest_and_then_the_newest_come_first() -> None:
    made = case(
        snapshot(app("CAMERA-", "READ_SMS-", "READ_CALL_LOG-", "READ_CONTACTS-")),
        snapshot(app("CAMERA-", "READ_SMS+", "READ_CALL_LOG-", "READ_CONTACTS-"), day=1),
        snapshot(app("CAMERA-", "READ_SMS+", "READ_CALL_LOG+", "READ_CONTACTS+"), day=2),
        snapshot(app("CAMERA+", "READ_SMS+", "READ_CALL_LOG+", "READ_CONTACTS+"), day=3),
    )
    order = ["READ_CALL_LOG", "READ_SMS", "CAMERA", "READ_CONTACTS"]
    told = letter(made).found
    assert [next(name for name in order if name in one) for one in told] == order
    assert letter(made).more is None


def test_permissions_that_came_together_share_a_statement() -> None:
    both = "READ_SMS", "RECEIVE_SMS"
    made = case(snapshot(app(*(f"{n}-" for n in both))), snapshot(app(*(f"{n}+" for n in both))))
    (one,) = letter(made).found
    assert all(f"({name})" in one for name in both)
    assert one.count("Found by check 2") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_text_is_shown_and_every_part_is_there(language: str) -> None:
    made = case(snapshot(app("READ_SMS+", installer="a\u202eb\nc", version_name="{x}")))
    text = letter(made, language).text()
    assert "\u202e" not in text
    assert "{x}" in text
    assert "{app}" not in text
    unwrapped = text.replace("\n    ", " ").replace(" ", "")
    assert all(item.replace(" ", "") in unwrapped for item in letter(made, language).checklist)
    assert "adb" in text
    assert len(letter(made, language).checklist) > 5
