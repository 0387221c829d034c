"""Which lines of an answer are about an app, and what its cover letter claims."""

from __future__ import annotations

from dataclasses import replace

from audit.catalogue import Catalogue
from audit.complaint import excerpts, lines_about
from audit.model import App, RawAnswer
from tests.builders import NOON

CATALOGUE = Catalogue.load()
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
