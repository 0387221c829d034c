"""What is said of taking access away: no code goes without a sentence, no refusal without a way."""

from __future__ import annotations

import pytest

from audit.acting_words import consequence, obstacle, outcomes, refusal, summary, told
from audit.catalogue import Catalogue
from audit.model import Action, ActionKind, Deed
from audit.wording import Wording
from tests.builders import NOON

_P = "android.permission."
CATALOGUE = Catalogue.load()
ENGLISH, CHINESE = Wording("en", CATALOGUE), Wording("zh-CN", CATALOGUE)
REVOKED = Action(ActionKind.REVOKE, 0, "com.a", f"{_P}CAMERA")
SILENCED = Action(ActionKind.REVOKE, 0, "com.a", f"{_P}RECORD_AUDIO")
GIVEN_BACK = Action(ActionKind.GRANT, 0, "com.b", f"{_P}READ_SMS")


def deed(action: Action, *, held: bool | None = True, refusal: str | None = None) -> Deed:
    return Deed(action, NOON, refusal, held)


def plain(text: str) -> str:
    return text


def test_each_access_has_a_consequence_of_its_own() -> None:
    keys = {*CATALOGUE.access_keys, "special"}
    assert len({consequence(key, plain) for key in keys}) == len(keys)


@pytest.mark.parametrize(
    ("said", "maker", "words"),
    [
        ("Neither user 2000 nor current process has android.permission.GRANT_RUNTIME_PERMISSIONS.",
         "Xiaomi", "USB debugging (Security settings)"),
        ("requires android.permission.MANAGE_APP_OPS_MODES", "realme",
         "Disable permission monitoring"),
        ("uid 2000 does not have android.permission.UPDATE_APP_OPS_STATS", None,
         "lets no computer change permissions"),
        ("Cannot revoke policy fixed permission", None, "An administrator"),
        ("Cannot revoke system fixed permission", None, "The phone's maker has fixed this"),
        ("Permission X is not a changeable permission type", None, "comes with the installation"),
        ("Permission X is managed by role", None, "choose another default app"),
        ("Shell does not have permission to access user 10", "Xiaomi", "into this profile"),
        ("Killed", "Xiaomi", "The phone refused: Killed"),
    ],
)  # fmt: skip
def test_a_refusal_says_why_and_what_to_do(said: str, maker: str | None, words: str) -> None:
    assert words in refusal(said, maker, plain)


def test_each_obstacle_has_words() -> None:
    codes = ("system-fixed", "policy-fixed", "install", "role", "by-hand")
    assert len({obstacle(code, plain) for code in codes}) == len(codes)


def test_what_held_what_did_not_and_what_nobody_knows_are_told_apart() -> None:
    assert told(deed(REVOKED), None, ENGLISH) == "Taken from com.a: Use the camera."
    assert told(deed(GIVEN_BACK), None, ENGLISH).startswith("com.b has it again: ")
    assert "An administrator" in told(
        deed(REVOKED, held=False, refusal="policy fixed"), None, ENGLISH
    )
    assert "yet nothing changed" in told(deed(REVOKED, held=False), None, ENGLISH)
    assert "not known" in told(deed(REVOKED, held=None), None, ENGLISH)


def test_the_summary_has_one_sentence_for_each_app_that_changed() -> None:
    deeds = [deed(REVOKED), deed(SILENCED), deed(GIVEN_BACK)]
    deeds.append(deed(Action(ActionKind.REVOKE, 0, "com.c", f"{_P}CAMERA"), held=False))
    text = summary(deeds, ENGLISH)
    assert text.startswith("Taken from com.a: Use the camera, Use the microphone. ")
    assert text.endswith(" com.b has it again: Read text messages.")
    assert "com.c" not in text
    assert summary(deeds, CHINESE).count("。") == 2
    assert "。 " not in summary(deeds, CHINESE)


def test_outcomes_stand_together_by_app_and_reason() -> None:
    refused = deed(SILENCED, held=False, refusal="system fixed")
    found = outcomes([deed(REVOKED), refused, deed(GIVEN_BACK)], None, ENGLISH)
    assert [deeds for _, deeds in found] == [
        [deed(REVOKED)], [refused], [deed(GIVEN_BACK)],
    ]  # fmt: skip
    title, why = found[1][0].split("\n")
    assert title.startswith("com.a · ")
    assert why == "The phone's maker has fixed this; it cannot be taken away."
