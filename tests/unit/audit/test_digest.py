"""Every finding that the store can make has its sentence."""

from __future__ import annotations

import inspect
import re

import pytest

from audit.catalogue import Catalogue
from audit.digest import sentence
from audit.wording import Wording
from db import sealing, verifying
from db.records import Finding

KINDS = sorted(set(re.findall(r"f\"([a-z]+) \{", inspect.getsource(sealing))) - {"at"})
CODES = sorted(set(re.findall(r'Finding\("([a-z-]+)"', inspect.getsource(verifying))))


def every_finding() -> list[Finding]:
    found = [
        Finding(f"{kind}-{how}", {"id": "12"})
        for kind in KINDS
        for how in ("changed", "removed", "added")
    ]
    names = ("detail", "table", "number", "packages", "ids")
    codes = [*CODES, "state-changed", "details-changed"]
    return found + [Finding(code, dict.fromkeys(names, "12")) for code in codes]


def test_the_kinds_are_those_of_the_record() -> None:
    assert KINDS == [
        "alias",
        "deed",
        "mark",
        "note",
        "phone",
        "pinned",
        "place",
        "raw",
        "retention",
        "snapshot",
        "title",
        "uses",
    ]
    assert len(CODES) >= 6


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_each_has_a_sentence_that_names_what(language: str) -> None:
    wording = Wording(language, Catalogue.load())
    sentences = [sentence(finding, wording) for finding in every_finding()]
    assert all("12" in one for one in sentences)
    assert not any("{" in one for one in sentences)
    assert len(set(sentences)) > 3 * len(KINDS)
