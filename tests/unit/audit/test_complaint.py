"""Which lines of an answer are about an app, and what its cover letter claims."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.catalogue import Catalogue
from audit.complaint import Case, cover, excerpts, lines_about
from audit.history import lanes
from audit.model import App, Part, RawAnswer, Snapshot
from audit.wording import Wording
from db.records import AppRun
from tests.builders import NOON, app, snapshot

CATALOGUE = Catalogue.load()
RECORD = ("permission-checkup record 1\nprevious -\nat x\ndid save\n",)
APP = App(0, "com.example.app", uid=10_123)

APPOPS = b"""Current AppOps Service state:
  Uid 1000:
    Package android:
      CAMERA (allow):
  Uid u0a123:
    state=cch
      COARSE_LOCATION: mode=foreground
    Package com.example.other:
      CAMERA (allow):
        Access: [top-s] 2026
    Package com.example.app:
      READ_SMS (allow):
        Access: [bg-s] 2026
  Uid u0a124:
    Package com.example.app2:
      READ_SMS (allow):
"""
PACKAGES = b"""Packages:
  Package [com.example.app.beta] (1):
    versionCode=2
  Package [com.example.app] (2):
    versionCode=1

    User 0: installed=true
      runtime permissions:
        android.permission.READ_SMS: granted=true
  Package [xcom.example.app] (3):
    versionCode=3
"""


def told(data: bytes, about: App = APP) -> list[tuple[int, list[str]]]:
    return [
        (at, [line.decode().strip() for line in lines]) for at, lines in lines_about(data, about)
    ]


def test_a_uid_counts_but_not_its_other_packages() -> None:
    assert told(APPOPS) == [
        (5, ["Uid u0a123:", "state=cch", "COARSE_LOCATION: mode=foreground"]),
        (11, ["Package com.example.app:", "READ_SMS (allow):", "Access: [bg-s] 2026"]),
    ]


def test_names_that_only_begin_or_end_alike_are_others() -> None:
    assert [at for at, _ in told(PACKAGES)] == [4, 7]
    assert told(PACKAGES)[1][1][-1] == "android.permission.READ_SMS: granted=true"


def test_a_second_user_has_another_uid() -> None:
    assert told(APPOPS, replace(APP, user=10, uid=1_010_123))[0][0] == 11
    assert told(APPOPS.replace(b"u0a123", b"u10a123"), replace(APP, uid=1_010_123))[0][0] == 5


def test_the_lines_of_a_shared_uid_count() -> None:
    dump = b"Shared users:\n  SharedUser [android.uid.phone] (9):\n    install permissions:\n"
    assert told(dump) == []
    assert told(dump, replace(APP, shared_user="android.uid.phone"))[0][0] == 2


def test_an_answer_that_does_not_name_it_gives_no_file() -> None:
    answers = [RawAnswer("date", b"1\n", NOON), RawAnswer("dumpsys appops", APPOPS, NOON)]
    ((name, data),) = excerpts(7, answers, APP)
    assert name == "answers/check-7/01-dumpsys-appops.txt"
    assert b"# from line 11:\n    Package com.example.app:\n" in data
    assert b"com.example.other" not in data


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


def found(made: Case, language: str = "en") -> list[str]:
    return [one for one in cover(made, Wording(language, CATALOGUE)).found if "READ_SMS" in one]


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


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_hostile_text_is_shown_and_every_part_is_there(language: str) -> None:
    made = case(snapshot(app("READ_SMS+", installer="a\u202eb\nc", version_name="{x}")))
    letter = cover(made, Wording(language, CATALOGUE))
    text = letter.text()
    assert "\u202e" not in text
    assert "{x}" in text
    assert "{app}" not in text
    assert all(f"[ ] {item}" in text for item in letter.checklist)
    assert "adb" in text
    assert len(letter.checklist) > 5
