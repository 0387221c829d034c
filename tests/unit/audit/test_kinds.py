"""Kinds of apps: the data of the rule, which kind an app is, and what goes beyond."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from typing import Any

import pytest

from audit.beyond import beyond, beyond_sentence, kind_sentence, named_sentence
from audit.catalogue import Catalogue
from audit.documents import apps_document
from audit.kinds import Kind, Kinds
from audit.model import Part
from audit.named import BadListError, read_lists
from audit.wording import Wording
from resources import loader
from tests.builders import app, snapshot

BAIDU = "com.baidu.searchbox"
SOURCE = re.compile(r"(unverified|store .+: .+|https?://\S+)")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.fixture
def wording(catalogue: Catalogue) -> Wording:
    return Wording("en", catalogue)


def kind(catalogue: Catalogue, number: int) -> Kind:
    found = catalogue.kinds.kind(number)
    assert found is not None
    return found


# The data.


def test_there_are_39_kinds_and_13_of_them_need_nothing(catalogue: Catalogue) -> None:
    kinds = catalogue.kinds.all
    assert [each.number for each in kinds] == list(range(1, 40))
    without = [each.number for each in kinds if not each.necessary["en"]]
    assert without == [21, *range(27, 39)]
    for each in kinds:
        assert len(each.necessary["en"]) == len(each.necessary["zh-CN"]), each.number
        for lang in loader.LANGUAGES:
            assert each.names[lang]
            assert each.phrases[lang]
            assert each.functions[lang]


def test_only_maps_rides_and_shared_vehicles_need_an_access(catalogue: Catalogue) -> None:
    needing = {each.number: each.access for each in catalogue.kinds.all if each.access}
    assert needing == dict.fromkeys((1, 2, 22), frozenset({"location"}))


def test_what_is_judged_is_personal_information_and_in_the_catalogue(catalogue: Catalogue) -> None:
    judged = loader.read_json("catalogue", "kinds.json")["judged"]
    assert len(judged) == len(set(judged))
    keys = {catalogue.access_of(name) for name in judged}
    assert keys <= {"calls", "messages", "contacts", "location", "calendar", "sensors", "activity"}


def test_every_app_has_one_kind_with_source_and_date(catalogue: Catalogue) -> None:
    rows: list[dict[str, Any]] = loader.read_json("catalogue", "app_kinds.json")["apps"]
    counted = Counter(row["package"] for row in rows)
    assert [name for name, times in counted.items() if times > 1] == []
    assert len(rows) >= 300
    for row in rows:
        assert row.keys() == {"package", "kind", "source", "date"}, row
        assert re.fullmatch(r"[A-Za-z]\w*(\.[A-Za-z]\w*)+", row["package"]), row
        assert catalogue.kinds.kind(row["kind"]), row
        assert SOURCE.fullmatch(row["source"]), row
        date.fromisoformat(row["date"])


# Which kind an app is.


def test_the_person_is_believed_more_than_the_catalogue(wording: Wording) -> None:
    found = wording.kind_of(BAIDU)
    assert found is not None
    assert (found.kind.number, found.by) == (32, "catalogue")
    wording.know({BAIDU: 1, "org.example.one": None}, ())
    said = wording.kind_of(BAIDU)
    assert said is not None
    assert (said.kind.number, said.by) == (1, "person")
    wording.know({BAIDU: None}, ())
    assert wording.kind_of(BAIDU) is None
    assert wording.kind_of("org.example.one") is None


def test_what_is_not_known_is_not_guessed(wording: Wording) -> None:
    assert wording.kind_of("com.baidu.something.new") is None


# What goes beyond.


def test_a_browser_needs_no_call_history(catalogue: Catalogue, wording: Wording) -> None:
    checked = snapshot(
        app("READ_CALL_LOG+", "ACCESS_FINE_LOCATION+", "CAMERA+", "READ_SMS-", package=BAIDU)
    )
    found = beyond(checked.apps[0], checked.info, kind(catalogue, 32), wording)
    assert [(one.access, one.permissions) for one in found] == [
        ("calls", ("android.permission.READ_CALL_LOG",)),
        ("location", ("android.permission.ACCESS_FINE_LOCATION",)),
    ]
    assert beyond_sentence(found[0], wording) == (
        "It can read your call history. This may go beyond what a browser needs (Provisions on the "
        "Scope of Necessary Personal Information for Common Types of Mobile Internet Applications, "
        "article 5, item 32, in force since 2021-05-01)."
    )
    maps = beyond(checked.apps[0], checked.info, kind(catalogue, 1), wording)
    assert [one.access for one in maps] == ["calls"]


@pytest.mark.parametrize("language", loader.LANGUAGES)
def test_nothing_is_called_illegal(catalogue: Catalogue, language: str) -> None:
    words = Wording(language, catalogue)
    checked = snapshot(app("READ_CALL_LOG+", "READ_SMS+", package=BAIDU))
    for each in catalogue.kinds.all:
        for one in beyond(checked.apps[0], checked.info, each, words):
            text = beyond_sentence(one, words)
            assert not re.search(r"illegal|unlawful|violat|违法|违规", text)
            assert re.search(r"may go beyond|可能超出", text)
            assert "2021-05-01" in text


def with_advice(*rows: dict[str, Any], **rule: object) -> Wording:
    """What the program would say with these lines in low_relevance.json."""
    low = loader.read_json("catalogue", "low_relevance.json")
    kinds = Kinds.build(
        loader.read_json("catalogue", "kinds.json"),
        loader.read_json("catalogue", "app_kinds.json")["apps"],
        {"rule": low["rule"] | rule, "kinds": list(rows)},
    )
    made = Catalogue.load()
    made.__dict__["kinds"] = kinds
    return Wording("en", made)


MICROPHONE = "android.permission.RECORD_AUDIO"


def test_a_standard_that_advises_is_told_beside_the_rule() -> None:
    words = with_advice({"kind": 32, "permissions": [MICROPHONE]})
    checked = snapshot(app("READ_CALL_LOG+", "RECORD_AUDIO+", "CAMERA+", package=BAIDU))
    known = words.catalogue.kinds.kind(32)
    assert known is not None
    by_rule, by_standard = beyond(checked.apps[0], checked.info, known, words)
    assert by_rule.access == "calls"
    assert (by_standard.access, by_standard.permissions) == ("microphone", (MICROPHONE,))
    assert beyond_sentence(by_standard, words) == (
        "It can use the microphone. This may go beyond what a browser needs, by a standard "
        "that advises (Basic requirements for collecting personal information in mobile internet "
        "applications, GB/T 41391-2022, annex E, in force since 2022-11-01)."
    )
    (told,) = apps_document(checked, words)
    assert [one["rule"] for one in told["beyond"]] == ["国信办秘字〔2021〕14号", "GB/T 41391-2022"]


def test_a_draft_is_called_a_draft() -> None:
    words = with_advice({"kind": 32, "permissions": [MICROPHONE]}, draft=True)
    checked = snapshot(app("RECORD_AUDIO+", package=BAIDU))
    known = words.catalogue.kinds.kind(32)
    assert known is not None
    (found,) = beyond(checked.apps[0], checked.info, known, words)
    assert "by a draft only" in beyond_sentence(found, words)
    assert "published 2022-04-15" in beyond_sentence(found, words)


def test_every_line_of_the_advice_is_sourced() -> None:
    low = loader.read_json("catalogue", "low_relevance.json")
    assert low["rule"]["source"].startswith("http")
    assert low["note"]
    assert len({row["kind"] for row in low["kinds"]}) == len(low["kinds"])
    for row in low["kinds"]:
        assert row.keys() == {"kind", "permissions", "source", "date"}, row
        assert 1 <= row["kind"] <= 39
        assert all(name.startswith("android.permission.") for name in row["permissions"])
        assert row["source"]
        date.fromisoformat(row["date"])


def test_an_unread_grant_is_no_finding(catalogue: Catalogue, wording: Wording) -> None:
    """An app-op permission whose switches were not read is unknown."""
    name = "android.permission.READ_CALL_LOG?"
    checked = snapshot(app(name, package=BAIDU), unread=[Part.APPOPS])
    assert beyond(checked.apps[0], checked.info, kind(catalogue, 32), wording) == ()


def test_a_kind_says_on_whose_word(catalogue: Catalogue, wording: Wording) -> None:
    found = wording.kind_of(BAIDU)
    assert found is not None
    assert kind_sentence(found, wording) == (
        "This is taken for a browser (nobody checked this line of the catalogue). "
        "Its basic function needs no personal information."
    )
    wording.know({BAIDU: 1}, ())
    said = wording.kind_of(BAIDU)
    assert said is not None
    assert kind_sentence(said, wording).startswith("You said that this is a maps app.")


def test_documents_tell_kind_and_findings(wording: Wording) -> None:
    checked = snapshot(app("READ_CALL_LOG+", package=BAIDU), app(package="org.example.one"))
    baidu, other = apps_document(checked, wording)
    assert (baidu["kind"]["number"], baidu["kind"]["by"]) == (32, "catalogue")
    assert [one["access"] for one in baidu["beyond"]] == ["calls"]
    assert baidu["named"][0]["list"] == "jiangsu-2017"
    assert (other["kind"], other["beyond"], other["named"]) == (None, [], [])
    json.dumps([baidu, other])


# Named in public.


def listed(**changes: Any) -> str:
    row = {"key": "k-1", "en": "A list", "date": "2025-01-31", "source": "https://example.org"}
    row |= changes
    named = [{"package": "com.example.app", "list": "k-1", "version": "1.2"}]
    return json.dumps({"lists": [{k: v for k, v in row.items() if v is not None}], "named": named})


def test_an_imported_list_adds_to_the_one_that_is_there(wording: Wording) -> None:
    wording.know({}, [listed(), listed(key="k-2").replace('"list": "k-1"', '"list": "k-2"')])
    found = wording.named("com.example.app")
    assert [(about.key, version) for about, version in found] == [("k-1", "1.2"), ("k-2", "1.2")]
    assert named_sentence(*found[0], wording) == (
        "Named in public on 2025-01-31, in version 1.2: A list. Source: https://example.org"
    )
    assert wording.named(BAIDU)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "The file is no JSON: look at line 1."),
        ("[" * 100_000, "The file is no JSON: look at line ?."),
        ("[]", "The file needs two lists with entries: “lists” and “named”."),
        ('{"lists": [], "named": []}', "The file needs two lists with entries"),
        ('{"lists": [1], "named": [2]}', "The file needs two lists with entries"),
        ("x" * 1_100_000, "The file is larger than 1 MB."),
        (listed(key="Has Blanks"), "Entry 1 of “lists” needs a “key”"),
        (listed(en=None), "The list “k-1” needs a title"),
        (listed(source=" "), "The list “k-1” needs a “source”"),
        (listed(date="31.1.2025"), "The list “k-1” needs a “date” like 2017-12-11."),
        (listed(date=None), "The list “k-1” needs a “date”"),
        (listed(key="other"), "Entry 1 of “named” (com.example.app) needs a “list”"),
        (listed().replace("com.example.app", "a b"), "Entry 1 of “named” needs a “package”"),
    ],
)
def test_a_bad_list_gets_one_sentence_that_says_what_to_mend(
    text: str, sentence: str, wording: Wording
) -> None:
    with pytest.raises(BadListError) as caught:
        read_lists(text)
    assert wording.error(caught.value).startswith(sentence)


@pytest.mark.parametrize("twice", ["lists", "named"])
def test_what_stands_twice_is_refused(twice: str) -> None:
    raw = json.loads(listed())
    raw[twice] *= 2
    with pytest.raises(BadListError, match="twice"):
        read_lists(json.dumps(raw))


def test_the_lists_that_come_along_are_sourced_and_named_in_both_languages() -> None:
    lists = read_lists(loader.read_text("catalogue", "named.json"))
    for one in lists:
        assert one.about.titles.keys() == {"en", "zh-CN"}
        assert one.about.source.startswith("http")
        assert one.packages
