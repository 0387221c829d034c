"""Sentences: what they claim, and that no code or language goes without one."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

import db.errors
import device.errors
from audit.catalogue import Catalogue
from audit.changes import compare
from audit.findings import findings_in, sentence_of
from audit.messages import error, needs, part, problem, reason
from audit.model import Change, Part, Problem, Severity, State
from audit.wording import Wording
from tests.builders import NOON, app, snapshot

ROOT = Path(__file__).parents[3]
CATALOGUE = Catalogue.load()
ENGLISH = Wording("en", CATALOGUE)


def plain(text: str) -> str:
    return text


def found(old: object, new: object) -> list[str]:
    changes = compare(snapshot(old), snapshot(new, day=1), CATALOGUE)  # type: ignore[arg-type]
    return [f"{f.headline} {f.reason}" for f in findings_in(changes, ENGLISH)]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param(
            app("READ_CALL_LOG-"),
            app("READ_CALL_LOG+", version=2),
            "Can now read your call history. Came with the app's update 1.0 → 2.0; the phone has no"
            " record of asking you.",
            id="update",
        ),
        pytest.param(
            app("READ_SMS-"),
            app("READ_SMS+ USER_SET"),
            "Can now read your text messages. The phone says that it was allowed there by hand.",
            id="by hand",
        ),
        pytest.param(
            app("ACCESS_FINE_LOCATION+"),
            app("ACCESS_FINE_LOCATION+", "ACCESS_BACKGROUND_LOCATION+ USER_SET"),
            "Can now see your precise location all the time, also in the background."
            " Before: only while you used it. The phone says that it was allowed there by hand.",
            id="all the time",
        ),
        pytest.param(
            app("ACCESS_COARSE_LOCATION-"),
            app("ACCESS_COARSE_LOCATION+"),
            "Can now see your rough location while you use it. The phone does not say why.",
            id="rough",
        ),
        pytest.param(
            app("ACCESS_FINE_LOCATION-"),
            app("ACCESS_FINE_LOCATION+ ONE_TIME USER_SET"),
            "Can now see your precise location, this once."
            " The phone says that it was allowed there by hand.",
            id="once",
        ),
        pytest.param(
            app(),
            app(special=["notification_listener"]),
            "Can now read every notification, text messages among them."
            " The phone does not say why.",
            id="special",
        ),
        pytest.param(
            app("CAMERA-"),
            app("CAMERA+ USER_SET"),
            "Can now take pictures and record video, only while you use it."
            " The phone says that it was allowed there by hand.",
            id="while in use",
        ),
    ],
)
def test_a_finding_says_what_and_why(old: object, new: object, words: str) -> None:
    assert found(old, new) == [words]


def test_one_finding_for_all_that_one_app_gained_of_one_kind() -> None:
    (words,) = found(app(), app("READ_SMS+", "SEND_SMS+", "RECEIVE_SMS+", "RECEIVE_MMS+"))
    assert words.startswith("Can now read your text messages, ")
    assert "and 1 thing more" in words


def test_what_is_expected_is_no_finding() -> None:
    change = Change(
        0,
        "a",
        "permission",
        "gained",
        permission="android.permission.READ_SMS",
        group="messages",
        after=State.ALLOWED,
        severity=Severity.HIGH,
        expected=True,
    )
    assert findings_in([change], ENGLISH) == []
    assert not change.is_highlight


@pytest.mark.parametrize(
    ("why", "silent"),
    [
        ("update", True),
        (None, True),
        ("system", True),
        ("user", False),
        ("role", False),
        ("policy", False),
        ("new-app", False),
    ],
)
def test_silent_is_what_nobody_set(why: str | None, silent: bool) -> None:
    change = Change(0, "a", "permission", "gained", group="messages", why=why)
    assert change.is_silent is silent


def _kinds() -> list[Change]:
    shapes = [
        ("gained", "denied", "allowed"),
        ("gained", None, "while-in-use"),
        ("gained", "ask", "once"),
        ("widened", "while-in-use", "allowed"),
        ("narrowed", "allowed", "while-in-use"),
        ("narrowed", "while-in-use", "once"),
        ("lost", "allowed", "denied"),
        ("changed", "ask", "denied"),
        ("changed", "denied", "ask"),
        ("changed", None, "allowed"),
    ]
    names = ("android.permission.ACCESS_FINE_LOCATION", "org.example.UNKNOWN")
    made = [
        Change(
            0, "com.tencent.mm", "permission", k, permission=n, group="location", before=b, after=a
        )
        for k, b, a in shapes
        for n in names
    ]
    for what, kind in (
        ("app", "installed"),
        ("app", "removed"),
        ("version", "updated"),
        ("signer", "changed"),
        ("installer", "changed"),
    ):
        made.append(Change(0, "com.tencent.mm", what, kind, before="a", after="b"))
    made.append(Change(0, "a", "installer", "changed", before="com.android.vending", after=None))
    return made


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_change_has_a_whole_sentence(language: str) -> None:
    wording = Wording(language, CATALOGUE)
    for change in _kinds():
        sentence = sentence_of(change, wording)
        assert sentence.endswith((".", "。", "）"))
        assert "{" not in sentence


def _codes(module: object) -> set[str]:
    return {
        kind.code
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Exception) and hasattr(kind, "code")
    }


@pytest.mark.parametrize("code", sorted(_codes(device.errors) | _codes(db.errors)))
def test_every_error_has_a_sentence(code: str) -> None:
    class Everything(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return key

    failure = Exception("raw")
    failure.code = code  # type: ignore[attr-defined]
    names = re.findall(r"\{(\w+)\}", (ROOT / "audit/messages.py").read_text())
    values = dict.fromkeys(names, "x") | {"reason": "missing", "state": "offline", "serial": ""}
    failure.values = values  # type: ignore[attr-defined]
    assert error(failure, plain) not in {"raw", ""}


def test_every_problem_that_is_noted_has_a_sentence() -> None:
    source = "".join(
        path.read_text()
        for name in ("reading", "scanner")
        for path in (ROOT / "device").glob(f"{name}.py")
    )
    codes = set(re.findall(r'\.(?:note|failed)\(\s*(?:part|Part\.\w+)?,?\s*"([a-z-]+)"', source))
    assert {"absent", "cut", "timeout", "user-unread"} <= codes
    values = dict.fromkeys(re.findall(r"\{(\w+)\}", (ROOT / "audit/messages.py").read_text()), "x")
    for code in codes:
        text = problem(Problem(code, Part.PACKAGES, tuple(values.items())), plain)
        assert "{" not in text


def test_parts_reasons_and_states_of_adb_have_words() -> None:
    assert len({part(each, plain) for each in Part}) == len(Part)
    for why in ("user", "update", "new-app", "system", "policy", "role", "android", None):
        assert reason(why, plain).endswith(".")
    assert needs("device", plain) == ""
    for state in ("unauthorized", "offline", "recovery", "no permissions (x); see [y]", "strange"):
        assert needs(state, plain)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (-30, "just now"),
        (60, "1 minute ago"),
        (7200, "2 hours ago"),
        (3 * 86400, "3 days ago"),
    ],
)
def test_how_long_ago(seconds: int, words: str) -> None:
    assert ENGLISH.ago(NOON, NOON + timedelta(seconds=seconds)) == words
