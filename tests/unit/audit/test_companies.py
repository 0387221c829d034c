"""Companies: whose an app is, and what a company's apps can reach together."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from audit.catalogue import Catalogue
from audit.company_documents import company_document, tie_sentence
from audit.company_sums import CompanySum, Tie, company_sums
from audit.model import (
    App,
    Change,
    GrantKind,
    Part,
    PartState,
    Permission,
    Phone,
    Snapshot,
    SnapshotInfo,
    State,
    Use,
)
from audit.wording import Wording
from resources import loader

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
CAMERA = "android.permission.CAMERA"
CALL_LOG = "android.permission.READ_CALL_LOG"
SOURCE = re.compile(
    r"(domain [a-z0-9.-]+|store .+: .+|read: .+|list [\w./-]+ \d{4}-\d\d-\d\d: .+|aosp|unverified)"
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


def rows(file: str, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = loader.read_json("catalogue", file)[key]
    return found


# The data.


@pytest.mark.parametrize(
    ("file", "list_name", "key"),
    [
        ("companies.json", "companies", "key"),
        ("companies.json", "packages", "prefix"),
        ("companies.json", "signers", "signer"),
        ("apps.json", "apps", "package"),
    ],
)
def test_no_line_stands_twice(file: str, list_name: str, key: str) -> None:
    counted = Counter(row[key] for row in rows(file, list_name))
    assert [name for name, times in counted.items() if times > 1] == []


def test_every_line_about_a_company_names_its_source() -> None:
    lines = [
        *rows("companies.json", "packages"),
        *rows("companies.json", "signers"),
        *rows("apps.json", "apps"),
    ]
    for line in lines:
        assert SOURCE.fullmatch(line["source"]), line


def test_a_domain_given_as_source_is_the_beginning_of_the_name() -> None:
    for key, line in [
        *(("prefix", line) for line in rows("companies.json", "packages")),
        *(("package", line) for line in rows("apps.json", "apps")),
    ]:
        if line["source"].startswith("domain "):
            backwards = ".".join(reversed(line["source"].removeprefix("domain ").split(".")))
            assert f"{line[key]}.".lower().startswith(f"{backwards}."), line


def test_every_company_is_known_and_has_an_app_or_another_company() -> None:
    known = {row["key"]: row for row in rows("companies.json", "companies")}
    lines = [
        *rows("companies.json", "packages"),
        *rows("companies.json", "signers"),
        *rows("apps.json", "apps"),
    ]
    owners = {row["owner"] for row in known.values() if "owner" in row}
    assert {line["company"] for line in lines} | owners == known.keys()
    for key, row in known.items():
        assert ("owner" in row) == bool(row.get("owner_source")), key
        # One step to the head of a group, so that no two can own each other.
        assert "owner" not in known[row.get("owner", "google")], key


@pytest.mark.parametrize(
    ("package", "company", "by"),
    [
        ("com.tencent.mm", "tencent", "package"),
        ("com.tencent.some.new.app", "tencent", "prefix"),
        ("com.baidu.homework", "zuoyebang", "package"),  # not Baidu's, whatever its name
        ("com.lenovo.anyshare.gps", "shareit", "package"),
        ("com.lenovo.anything", "lenovo", "prefix"),
        ("com.lbe.security.miui", "xiaomi", "package"),
        ("com.tencentfake.app", None, None),
        ("org.example.nobody", None, None),
    ],
)
def test_the_closest_line_decides(
    catalogue: Catalogue, package: str, company: str | None, by: str | None
) -> None:
    maker = catalogue.companies.maker(package)
    assert (maker.company.key if maker else None, maker.by if maker else None) == (company, by)


def test_a_signer_counts_only_where_the_name_says_nothing(catalogue: Catalogue) -> None:
    line = rows("companies.json", "signers")[0]
    by_key = catalogue.companies.maker("org.example.nobody", line["signer"])
    assert by_key is not None
    assert (by_key.company.key, by_key.by) == (line["company"], "signer")
    by_name = catalogue.companies.maker("com.tencent.mm", line["signer"])
    assert by_name is not None
    assert by_name.company.key == "tencent"


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Baidu", "百度"),
        ("Tencent", "腾讯"),
        ("ByteDance", "字节跳动"),
        ("Alibaba · Ant", "阿里巴巴 · 蚂蚁"),
        ("Xiaomi", "小米"),
    ],
)
def test_companies_are_named_in_both_languages(english: str, chinese: str) -> None:
    names = {(row["en"], row["zh-CN"]) for row in rows("companies.json", "companies")}
    assert (english, chinese) in names


# The sums.


def app(package: str, *names: str, user: int = 0, **more: Any) -> App:
    held = tuple(Permission(name, GrantKind.RUNTIME, granted=True) for name in sorted(names))
    return App(user, package, permissions=held, **more)


def sums(
    catalogue: Catalogue, apps: list[App], changes: tuple[Change, ...] = (), uses: Any = ()
) -> dict[str | None, CompanySum]:
    parts = dict.fromkeys(Part, PartState.READ)
    info = SnapshotInfo(Phone("S1", "Maker", "M1", "14", 34), AT, parts=parts)
    found = company_sums(Snapshot(info, tuple(apps), tuple(uses)), changes, catalogue)
    return {each.company.key if each.company else None: each for each in found}


def test_a_company_reaches_what_any_of_its_apps_reaches(catalogue: Catalogue) -> None:
    found = sums(
        catalogue,
        [
            app("com.tencent.mm", CAMERA),
            app("com.tencent.mm", CAMERA, CALL_LOG, user=10),
            app("com.tencent.mobileqq", CALL_LOG),
            app("com.baidu.searchbox"),
        ],
    )
    tencent = found["tencent"]
    assert tencent.packages == ("com.tencent.mm", "com.tencent.mobileqq")
    assert tencent.doors["calls"].state is State.ALLOWED
    assert tencent.doors["calls"].through == ("com.tencent.mm", "com.tencent.mobileqq")
    assert tencent.doors["camera"].through == ("com.tencent.mm",)
    assert tencent.doors["messages"].state is None
    assert found["baidu"].doors["calls"].through == ()


def test_a_refused_access_is_no_door_and_is_told(catalogue: Catalogue) -> None:
    refused = Permission(CAMERA, GrantKind.RUNTIME, granted=False, flags=("USER_SET",))
    found = sums(catalogue, [App(0, "com.baidu.searchbox", permissions=(refused,))])
    assert found["baidu"].doors["camera"].state is State.DENIED
    assert found["baidu"].doors["camera"].through == ()


def test_what_was_not_read_is_no_closed_door(catalogue: Catalogue) -> None:
    hidden = app("com.tencent.mm", shared_user="tencent.shared")
    parts = {Part.PACKAGES: PartState.READ}
    info = SnapshotInfo(Phone("S1", "Maker", "M1", "14", 34), AT, parts=parts)
    (found,) = company_sums(Snapshot(info, (hidden,)), (), catalogue)
    assert found.doors["calls"].state is None
    assert found.doors["calls"].unread == ("com.tencent.mm",)


def test_a_group_counts_the_apps_of_its_companies(catalogue: Catalogue) -> None:
    apps = [app("com.taobao.taobao"), app("com.eg.android.AlipayGphone"), app("com.autonavi.x")]
    found = sums(catalogue, apps)
    assert set(found) == {"alibaba-ant"}
    assert len(found["alibaba-ant"].members) == 3


def test_unknown_makers_and_many_makers_are_one_group_without_a_name(catalogue: Catalogue) -> None:
    found = sums(catalogue, [app("org.example.one"), app("com.termux"), app("com.tencent.mm")])
    assert found[None].packages == ("org.example.one", "com.termux")
    assert list(found) == ["tencent", None]
    assert [member.by for member in found[None].members] == [None, None]


def test_what_is_signed_like_android_is_part_of_the_system(catalogue: Catalogue) -> None:
    found = sums(
        catalogue,
        [
            app("android", signer="aa11", system=True),
            app("vendor.thing", signer="aa11", system=True),
            app("other.thing", signer="aa11"),
        ],
    )
    assert found["aosp"].packages == ("android", "vendor.thing")
    assert [member.by for member in found["aosp"].members] == ["package", "system-key"]
    assert found[None].packages == ("other.thing",)


def test_only_more_access_is_new(catalogue: Catalogue) -> None:
    def change(kind: str, what: str = "permission", group: str | None = "camera") -> Change:
        return Change(0, "com.tencent.mm", what, kind, permission=CAMERA, group=group)

    gained = change("gained")
    installed = change("installed", "app", None)
    less = (change("lost"), change("updated", "version", None), change("gained", group=None))
    found = sums(catalogue, [app("com.tencent.mm")], (gained, installed, *less))
    assert found["tencent"].new == (gained, installed)


def test_ties_are_shown_as_what_they_are(catalogue: Catalogue) -> None:
    def use(package: str, proxy: str | None) -> Use:
        return Use(0, package, "CAMERA", AT, proxy=proxy)

    found = sums(
        catalogue,
        [
            app("com.tencent.mm", signer="k1", shared_user="tencent.shared"),
            app("com.tencent.mobileqq", signer="k1", shared_user="tencent.shared"),
            app("com.tencent.tim", signer="k2"),
            app("com.baidu.searchbox", signer="k3"),
        ],
        uses=[
            use("com.tencent.mm", "com.baidu.searchbox"),
            use("com.tencent.mm", "com.tencent.mm"),
            use("com.tencent.tim", None),
        ],
    )
    both = ("com.tencent.mm", "com.tencent.mobileqq")
    asked = Tie("asked-for", None, ("com.baidu.searchbox", "com.tencent.mm"))
    assert found["tencent"].ties == (
        Tie("shared-uid", "tencent.shared", both),
        Tie("shared-signer", "k1", both),
        asked,
    )
    assert found["baidu"].ties == (asked,)


@pytest.mark.parametrize(
    ("tie", "expected"),
    [
        (
            Tie("shared-uid", "u", ("com.tencent.mm", "com.tencent.mobileqq")),
            "WeChat, QQ share one identity (u): what one may do, all of them may.",
        ),
        (
            Tie("asked-for", None, ("com.tencent.mm", "x.y")),
            "WeChat was recorded asking on behalf of x.y.",
        ),
    ],
)
def test_a_tie_is_one_sentence(catalogue: Catalogue, tie: Tie, expected: str) -> None:
    assert tie_sentence(tie, Wording("en", catalogue)) == expected


def test_the_document_has_the_keys_of_the_contract(catalogue: Catalogue) -> None:
    (found,) = sums(catalogue, [app("com.tencent.mm", CAMERA)]).values()
    document = company_document(found, Wording("zh-CN", catalogue))
    assert (document["company"], document["label"]) == ("tencent", "腾讯")
    assert document["access"]["camera"] == {
        "state": "while-in-use",
        "through": ["com.tencent.mm"],
        "unread": [],
    }
    assert document["apps"][0]["by"] == "package"
    assert document["apps"][0]["source"] == "domain tencent.com"
