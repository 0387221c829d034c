"""Kits of others in apps: the data, how they are recognised, and what is new."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from audit.catalogue import Catalogue
from audit.changes import compare
from audit.documents import apps_document
from audit.findings import sentence_of
from audit.model import App, Change, Part
from audit.wording import Wording
from resources import loader
from tests.builders import app, snapshot

SOURCE = re.compile(
    r"(domain [a-z0-9.-]+|guide: [\w.$]+|rules [\w-]+ \d{4}-\d\d-\d\d: [\w.$]+ \(.+\)|unverified)"
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


def rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = loader.read_json("catalogue", "sdks.json")["sdks"]
    return found


def containing(*components: str, package: str = "com.example.app", **rest: object) -> App:
    return app(package=package, components=tuple(sorted(components)), **rest)  # type: ignore[arg-type]


def keys(found: App, catalogue: Catalogue) -> list[str] | None:
    kits = catalogue.sdks.of(found)
    return None if kits is None else [kit.key for kit in kits]


# The data.


def test_there_are_at_least_sixty_kits_and_none_twice() -> None:
    assert len(rows()) >= 60
    for counted in (
        Counter(row["key"] for row in rows()),
        Counter(begin for row in rows() for begin in row["classes"]),
    ):
        assert [name for name, times in counted.items() if times > 1] == []


def test_every_kit_has_kind_names_and_source() -> None:
    kinds = loader.read_json("catalogue", "sdks.json")["kinds"]
    for names in kinds.values():
        assert names.keys() == {"en", "zh-CN"}
    for row in rows():
        assert row.keys() - {"code", "not"} == {
            "key", "kind", "en", "zh-CN", "classes", "source"
        }, row  # fmt: skip
        assert row["kind"] in kinds, row
        assert SOURCE.fullmatch(row["source"]), row
        for begin in (*row["classes"], *row.get("code", ()), *row.get("not", ())):
            # Deeper parts are not kept (device.parsers.components, device.apk.dex).
            assert re.fullmatch(r"([A-Za-z]\w*\.){2,6}", begin), row


def test_a_source_fits_its_classes() -> None:
    for row in rows():
        kind, _, value = row["source"].partition(" ")
        begins = tuple(row["classes"])
        if kind == "domain":
            backwards = ".".join(reversed(value.split("."))) + "."
            assert any(begin.startswith(backwards) for begin in begins), row
        elif kind == "guide:":
            assert value.startswith(begins), row
        elif kind == "rules":
            assert value.split()[2].startswith(begins), row


# Recognising.


@pytest.mark.parametrize(
    ("components", "found"),
    [
        (("com.igexin.sdk",), ["getui"]),
        (("cn.jpush.android.service", "cn.jpush.android.ui"), ["jpush"]),
        (("com.umeng.message", "com.umeng.socialize"), ["umeng", "umeng-push"]),
        (("com.facebook.ads", "com.facebook"), ["facebook-ads", "facebook-sdk"]),
        (("com.tencent.bugly.beta.ui",), ["bugly"]),
        (("com.igexinx.sdk", "org.example"), []),
        ((), []),
    ],
)
def test_a_kit_is_known_by_its_classes(
    components: tuple[str, ...], found: list[str], catalogue: Catalogue
) -> None:
    assert keys(containing(*components), catalogue) == found


def test_an_app_does_not_contain_itself(catalogue: Catalogue) -> None:
    assert keys(containing("com.facebook.x", package="com.facebook.katana"), catalogue) == []


def test_not_read_is_not_none_there(catalogue: Catalogue) -> None:
    unread = app()
    assert keys(unread, catalogue) is None
    wording = Wording("en", catalogue)
    (told,) = apps_document(snapshot(unread), wording)
    assert told["sdks"] is None
    (told,) = apps_document(snapshot(containing()), wording)
    assert told["sdks"] == []
    (told,) = apps_document(snapshot(containing("com.igexin.sdk")), wording)
    assert [one["name"] for one in told["sdks"]] == ["Getui"]


# What is new.


def changes(old: App, new: App, catalogue: Catalogue) -> list[Change]:
    found = compare(snapshot(old), snapshot(new, day=1), catalogue)
    return [change for change in found if change.what == "sdk"]


def test_a_new_kit_after_an_update_is_a_change(catalogue: Catalogue) -> None:
    old = containing("com.umeng.socialize")
    new = containing("com.igexin.sdk", version=2)
    gained, lost = changes(old, new, catalogue)
    assert (gained.kind, gained.before, gained.after, gained.why) == (
        "gained", None, "getui", "update"
    )  # fmt: skip
    assert (lost.kind, lost.before, lost.after) == ("lost", "umeng", None)
    assert lost.why == "update"
    assert not gained.is_highlight
    assert not gained.is_silent
    english, chinese = Wording("en", catalogue), Wording("zh-CN", catalogue)
    assert sentence_of(gained, english) == "com.example.app now contains Getui (Push messages)."
    assert sentence_of(lost, english) == (
        "com.example.app no longer contains Umeng (Statistics of use)."
    )
    assert "包含个推" in sentence_of(gained, chinese)


def test_only_an_app_that_was_put_on_the_phone_anew_was_updated(catalogue: Catalogue) -> None:
    old = containing("org.example.x")
    (silent,) = changes(old, containing("com.igexin.sdk"), catalogue)
    assert silent.why is None
    again = replace(containing("com.igexin.sdk"), last_updated=datetime(2026, 10, 1, tzinfo=UTC))
    (renewed,) = changes(old, again, catalogue)
    assert renewed.why == "update"


def test_what_one_check_did_not_read_is_no_change(catalogue: Catalogue) -> None:
    full, unread = containing("com.igexin.sdk"), app()
    assert changes(full, unread, catalogue) == []
    assert changes(unread, full, catalogue) == []


def test_a_bug_report_tells_at_least_what_it_shows(catalogue: Catalogue) -> None:
    """It is compared with nothing, and nothing found in it is unknown."""
    some, other = containing("com.igexin.sdk"), containing("org.example.x")
    report = snapshot(some, unread=[Part.COMPONENTS])
    wording = Wording("en", catalogue)
    assert [kit["key"] for kit in apps_document(report, wording)[0]["sdks"]] == ["getui"]
    report = snapshot(other, unread=[Part.COMPONENTS])
    assert apps_document(report, wording)[0]["sdks"] is None
    assert compare(report, snapshot(some, day=1), catalogue) == ()


def test_other_classes_of_the_same_kit_are_no_change(catalogue: Catalogue) -> None:
    old = containing("com.igexin.sdk")
    assert changes(old, containing("com.igexin.push", "org.example.x"), catalogue) == []


GETUI, UMENG = "com.igexin.sdk", "com.umeng.analytics"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (((), (UMENG,)), ((), (UMENG, GETUI)), [("gained", "getui")]),
        (((), (UMENG, GETUI)), ((), (UMENG,)), [("lost", "getui")]),
        (((), None), ((), (GETUI,)), []),
        (((), (GETUI,)), ((GETUI,), None), []),
        (((), (GETUI,)), ((GETUI,), (GETUI,)), []),
        (((GETUI,), (GETUI,)), ((), (GETUI,)), []),
        ((None, ()), (None, (GETUI,)), [("gained", "getui")]),
    ],
)
def test_code_is_compared_with_code(
    old: tuple[Any, Any],
    new: tuple[Any, Any],
    expected: list[tuple[str, str]],
    catalogue: Catalogue,
) -> None:
    """Pairs of components and code: what only one look told is no news."""
    before, after = (app(components=one[0], code=one[1]) for one in (old, new))
    found = changes(before, after, catalogue)
    assert [(change.kind, change.after or change.before) for change in found] == expected


def test_code_tells_of_kits_without_components(catalogue: Catalogue) -> None:
    looked = app(components=(GETUI,), code=(GETUI, UMENG))
    (told,) = apps_document(snapshot(looked), Wording("en", catalogue))
    found = {kit["key"]: kit["found_in"] for kit in told["sdks"]}
    assert found == {"getui": ["components", "code"], "umeng": ["code"]}


@pytest.mark.parametrize(
    ("package", "in_components", "in_code"),
    [
        # Google's base library, in most apps, has classes of this name; only the activity tells.
        ("com.google.android.gms.auth.api", ["google-signin"], []),
        ("com.google.android.gms.ads.identifier", ["google-adid"], ["google-adid"]),
        ("com.google.android.gms.ads.internal", ["admob"], ["admob"]),
        ("com.google.firebase.analytics.connector", ["firebase-analytics"], []),
        # React Native and Fresco are tools for building apps.
        ("com.facebook.react.devsupport", [], []),
        ("com.facebook.imagepipeline.core", ["facebook-sdk"], []),
        ("com.facebook.login.widget", ["facebook-sdk"], ["facebook-sdk"]),
        ("com.huawei.hms.ads.identifier", ["huawei-oaid"], ["huawei-oaid"]),
    ],
)
def test_what_many_apps_have_in_common_is_no_kit(
    package: str, in_components: list[str], in_code: list[str], catalogue: Catalogue
) -> None:
    assert keys(containing(package), catalogue) == in_components
    assert keys(app(code=(package,)), catalogue) == in_code


def test_code_without_known_kits_is_an_answer(catalogue: Catalogue) -> None:
    looked = snapshot(app(code=("org.example",)), unread=[Part.COMPONENTS])
    assert apps_document(looked, Wording("en", catalogue))[0]["sdks"] == []


def test_a_new_app_is_not_told_kit_by_kit(catalogue: Catalogue) -> None:
    found = compare(snapshot(), snapshot(containing("com.igexin.sdk"), day=1), catalogue)
    assert [change.what for change in found] == ["app"]
