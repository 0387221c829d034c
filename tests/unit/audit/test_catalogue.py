"""The catalogue's data is sound, and its look-ups answer as Android behaves."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from typing import Any

import pytest

from audit.catalogue import Catalogue
from audit.entries import PermissionEntry
from resources import loader

LOCATION = ("ACCESS_FINE_LOCATION", "ACCESS_COARSE_LOCATION")
HARD_RESTRICTED = {
    "SEND_SMS",
    "RECEIVE_SMS",
    "READ_SMS",
    "RECEIVE_WAP_PUSH",
    "RECEIVE_MMS",
    "READ_CELL_BROADCASTS",
    "READ_CALL_LOG",
    "WRITE_CALL_LOG",
    "PROCESS_OUTGOING_CALLS",
    "ACCESS_BACKGROUND_LOCATION",
    "BODY_SENSORS_BACKGROUND",
}
KEYS = (
    "calls",
    "messages",
    "location",
    "contacts",
    "calendar",
    "microphone",
    "camera",
    "files",
    "sensors",
    "activity",
    "nearby",
    "notifications",
    "special",
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
JARGON = re.compile(
    r"permission group|runtime|app-?op|API|SDK|protection level|broadcast|daemon|IMEI|"
    r"\bpackage|权限组|运行时|接口|进程|广播(?!权)|守护",
    re.IGNORECASE,
)


@pytest.mark.parametrize("path", [("zh-CN", "title"), ("since",), ("protection",)])
def test_an_entry_that_lacks_a_field_is_named(
    path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = loader.read_json("catalogue", "permissions.json")
    place = whole["permissions"][3]
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    read = loader.read_json
    monkeypatch.setattr(
        "resources.loader.read_json",
        lambda *names: whole if names[-1] == "permissions.json" else read(*names),
    )
    with pytest.raises((KeyError, TypeError), match=path[-1]) as missing:
        _ = Catalogue.load().permissions
    assert missing.value.__notes__ == [f"permissions.json, {whole['permissions'][3]['name']}"]


def a(name: str) -> str:
    return f"android.permission.{name}"


def as_names(*names: str) -> tuple[str, ...]:
    return tuple(a(name) for name in names)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.fixture(scope="module")
def entries(catalogue: Catalogue) -> tuple[PermissionEntry, ...]:
    return catalogue.permissions


def rows(file: str, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = loader.read_json("catalogue", file)[key]
    return found


@pytest.mark.parametrize(
    ("file", "list_name", "key", "least"),
    [
        ("permissions.json", "permissions", "name", 200),
        ("access.json", "access", "key", 13),
        ("ops.json", "ops", "op", 60),
        ("apps.json", "apps", "package", 400),
        ("installers.json", "installers", "package", 60),
    ],
)
def test_nothing_stands_twice(file: str, list_name: str, key: str, least: int) -> None:
    counted = Counter(row[key] for row in rows(file, list_name))
    assert [name for name, times in counted.items() if times > 1] == []
    assert len(counted) >= least


def test_no_permission_carries_an_unknown_key() -> None:
    known = {field.name for field in dataclasses.fields(PermissionEntry)} | {
        "android_group",
        "restricted",
        *loader.LANGUAGES,
    }
    for row in rows("permissions.json", "permissions"):
        assert row.keys() <= known, row["name"]
        assert row.get("restricted") in {None, "hard", "soft"}, row["name"]
        assert row["protection"] in {"dangerous", "normal", "appop", "signature"}, row["name"]
        assert 23 <= row["since"] < row.get("until", 99), row["name"]


def test_access_keys_are_those_of_the_command_line(catalogue: Catalogue) -> None:
    assert catalogue.access_keys == KEYS


def test_every_dangerous_permission_counts_under_an_access(
    entries: tuple[PermissionEntry, ...],
) -> None:
    for entry in entries:
        assert entry.access in {None, *KEYS}, entry.name
        if entry.protection in {"dangerous", "appop"}:
            assert entry.access, f"{entry.name} is {entry.protection}: it needs an access"
        assert (entry.capability is not None) == (
            entry.access is not None or entry.protection == "signature"
        ), f"{entry.name}: a capability is for what has an access or is a signature's"


def test_what_a_permission_refers_to_is_in_the_catalogue(
    catalogue: Catalogue, entries: tuple[PermissionEntry, ...]
) -> None:
    for entry in entries:
        implying = [name for rule in entry.implied_by for name in rule.names]
        background = [entry.background] if entry.background else []
        for other in (*implying, *entry.covered_by, *background):
            assert catalogue.entry(other), (entry.name, other)
            assert other != entry.name
        assert list(entry.groups) == sorted(entry.groups), entry.name
        assert not entry.groups or entry.groups[0][0] == entry.since, entry.name


def test_a_capability_means_one_thing(entries: tuple[PermissionEntry, ...]) -> None:
    accesses: dict[str, set[str | None]] = {}
    for entry in entries:
        if entry.capability:
            assert re.fullmatch(r"[a-z]+(_[a-z]+)*", entry.capability)
            accesses.setdefault(entry.capability, set()).add(entry.access)
    assert {key: found for key, found in accesses.items() if len(found) > 1} == {}


def test_one_wording_belongs_to_one_capability(entries: tuple[PermissionEntry, ...]) -> None:
    capabilities: dict[str, set[str | None]] = {}
    for entry in entries:
        if entry.access:
            capabilities.setdefault(entry.texts["en"].can, set()).add(entry.capability)
    assert {can: found for can, found in capabilities.items() if len(found) > 1} == {}


def test_texts_are_there_in_both_languages(entries: tuple[PermissionEntry, ...]) -> None:
    for entry in entries:
        for lang, text in entry.texts.items():
            parts = dataclasses.astuple(text)
            assert all(part and part == part.strip() for part in parts), (entry.name, lang)
            assert not any(JARGON.search(part) for part in parts), (entry.name, lang)
            if lang == "zh-CN":
                assert all(CHINESE.search(part) for part in parts), entry.name
            else:
                assert not any(CHINESE.search(part) for part in parts), entry.name


def test_texts_fit_where_they_are_put(entries: tuple[PermissionEntry, ...]) -> None:
    for entry in entries:
        english, chinese = entry.texts["en"], entry.texts["zh-CN"]
        # "can" continues a sentence, so it neither begins nor ends one.
        assert english.can[0].islower(), entry.name
        assert english.can[-1] not in ".。", entry.name
        assert chinese.can[-1] != "。", entry.name
        assert not chinese.can.startswith(("现在", "可以", "能")), entry.name
        assert english.explain.endswith("."), entry.name
        assert chinese.explain.endswith("。"), entry.name
        assert english.normal.endswith("."), entry.name
        assert chinese.normal.endswith("。"), entry.name
        assert len(english.title) <= 60, entry.name
        assert len(chinese.title) <= 24, entry.name
        assert len(english.explain) <= 200, entry.name


def test_titles_tell_permissions_of_one_kind_apart(entries: tuple[PermissionEntry, ...]) -> None:
    same_on_purpose = {a("UWB_RANGING"), a("RANGING")}
    for lang in loader.LANGUAGES:
        titles = Counter(
            entry.texts[lang].title for entry in entries if entry.name not in same_on_purpose
        )
        assert [title for title, times in titles.items() if times > 1] == []


def test_hard_restricted_permissions_are_exactly_those_of_the_platform(
    catalogue: Catalogue, entries: tuple[PermissionEntry, ...]
) -> None:
    found = {entry.name for entry in entries if catalogue.hard_restricted(entry.name)}
    assert found == {a(name) for name in HARD_RESTRICTED}
    soft = {entry.name for entry in entries if entry.soft_restricted}
    assert soft == {a("READ_EXTERNAL_STORAGE"), a("WRITE_EXTERNAL_STORAGE")}


@pytest.mark.parametrize(
    ("name", "sdk", "group"),
    [
        ("READ_CALL_LOG", 23, "PHONE"),
        ("READ_CALL_LOG", 27, "PHONE"),
        ("READ_CALL_LOG", 28, "CALL_LOG"),
        ("WRITE_CALL_LOG", 36, "CALL_LOG"),
        ("READ_PHONE_STATE", 36, "PHONE"),
        ("READ_SMS", 23, "SMS"),
        ("ACCESS_MEDIA_LOCATION", 28, None),
        ("ACCESS_MEDIA_LOCATION", 32, "STORAGE"),
        ("ACCESS_MEDIA_LOCATION", 33, "READ_MEDIA_VISUAL"),
        ("READ_CALL_LOG", None, "CALL_LOG"),
        ("INTERNET", 34, None),
        ("NO_SUCH_THING", 34, None),
    ],
)
def test_groups_move_with_the_version(
    catalogue: Catalogue, name: str, sdk: int | None, group: str | None
) -> None:
    assert catalogue.android_group(a(name), sdk) == group


@pytest.mark.parametrize(
    ("name", "sdk", "background"),
    [
        ("ACCESS_FINE_LOCATION", 28, None),
        ("ACCESS_FINE_LOCATION", 29, "ACCESS_BACKGROUND_LOCATION"),
        ("ACCESS_COARSE_LOCATION", None, "ACCESS_BACKGROUND_LOCATION"),
        ("CAMERA", 30, None),
        ("CAMERA", 31, "BACKGROUND_CAMERA"),
        ("RECORD_AUDIO", 31, "RECORD_BACKGROUND_AUDIO"),
        ("BODY_SENSORS", 32, None),
        ("BODY_SENSORS", 33, "BODY_SENSORS_BACKGROUND"),
        ("READ_SMS", 36, None),
    ],
)
def test_background_halves(
    catalogue: Catalogue, name: str, sdk: int | None, background: str | None
) -> None:
    found = catalogue.background_of(a(name), sdk)
    assert found == (a(background) if background else None)
    if background:
        assert a(name) in catalogue.foreground_of(a(background))


def test_a_permission_that_is_no_background_half_has_no_foreground(catalogue: Catalogue) -> None:
    assert catalogue.foreground_of(a("READ_SMS")) == ()
    assert catalogue.foreground_of("com.example.UNKNOWN") == ()


@pytest.mark.parametrize(
    ("name", "sdk", "givers"),
    [
        ("ACCESS_BACKGROUND_LOCATION", 28, as_names(*LOCATION)),
        ("ACCESS_BACKGROUND_LOCATION", 29, ()),
        ("ACCESS_BACKGROUND_LOCATION", None, ()),
        ("ACCESS_COARSE_LOCATION", 34, as_names("ACCESS_FINE_LOCATION")),
        ("ACCESS_FINE_LOCATION", 34, ()),
        ("BLUETOOTH_SCAN", 30, as_names("BLUETOOTH", "BLUETOOTH_ADMIN")),
        ("BLUETOOTH_SCAN", 31, ()),
        ("READ_PHONE_NUMBERS", 25, as_names("READ_PHONE_STATE")),
        ("READ_PHONE_NUMBERS", 26, ()),
        ("BODY_SENSORS_BACKGROUND", 32, as_names("BODY_SENSORS")),
        (
            "READ_MEDIA_IMAGES",
            32,
            as_names("READ_EXTERNAL_STORAGE", "WRITE_EXTERNAL_STORAGE", "MANAGE_EXTERNAL_STORAGE"),
        ),
        ("READ_MEDIA_IMAGES", 33, as_names("MANAGE_EXTERNAL_STORAGE")),
        (
            "READ_MEDIA_VISUAL_USER_SELECTED",
            34,
            as_names("READ_MEDIA_IMAGES", "READ_MEDIA_VIDEO", "MANAGE_EXTERNAL_STORAGE"),
        ),
        (
            "ACTIVITY_RECOGNITION",
            28,
            ("com.google.android.gms.permission.ACTIVITY_RECOGNITION",),
        ),
        ("ACCESS_LOCAL_NETWORK", 36, as_names("INTERNET")),
        ("READ_SMS", 23, ()),
        ("ANSWER_PHONE_CALLS", 25, ()),
        ("NO_SUCH_THING", 25, ()),
    ],
)
def test_a_system_update_gives_nothing_new(
    catalogue: Catalogue, name: str, sdk: int | None, givers: tuple[str, ...]
) -> None:
    assert catalogue.already_given_by(a(name), sdk) == givers


def test_nothing_that_reads_calls_or_messages_is_given_by_something_weaker(
    catalogue: Catalogue, entries: tuple[PermissionEntry, ...]
) -> None:
    excused = {a("READ_PHONE_NUMBERS")}
    for entry in entries:
        if entry.access in {"calls", "messages"} and entry.name not in excused:
            assert catalogue.already_given_by(entry.name, 23) == (), entry.name
            assert not catalogue.open_to_all(entry.name, 23), entry.name


def test_what_once_needed_no_permission(catalogue: Catalogue) -> None:
    assert catalogue.open_to_all(a("POST_NOTIFICATIONS"), 32)
    assert not catalogue.open_to_all(a("POST_NOTIFICATIONS"), 33)
    assert not catalogue.open_to_all(a("POST_NOTIFICATIONS"), None)
    assert catalogue.open_to_all(a("QUERY_ALL_PACKAGES"), 29)
    assert not catalogue.open_to_all("com.example.UNKNOWN", 23)


@pytest.mark.parametrize(
    ("op", "permission"),
    [
        ("FINE_LOCATION", a("ACCESS_FINE_LOCATION")),
        ("COARSE_LOCATION", a("ACCESS_COARSE_LOCATION")),
        ("MONITOR_LOCATION", a("ACCESS_COARSE_LOCATION")),
        ("POST_NOTIFICATION", a("POST_NOTIFICATIONS")),
        ("GET_USAGE_STATS", a("PACKAGE_USAGE_STATS")),
        ("OP_READ_PHONE_STATE", a("READ_PHONE_STATE")),
        ("READ_ICC_SMS", a("READ_SMS")),
        ("READ_SMS", a("READ_SMS")),
        ("MIUIOP(10022)", "com.android.permission.GET_INSTALLED_APPS"),
        ("MIUIOP(10008)", None),
        ("Unknown(200)", None),
    ],
)
def test_ops_lead_to_permissions(catalogue: Catalogue, op: str, permission: str | None) -> None:
    assert catalogue.permission_of_op(op) == permission
    if permission:
        assert op in catalogue.ops_of(permission)
        assert catalogue.access_of_op(op) == catalogue.access_of(permission)
        assert catalogue.op_title(op, "en") == catalogue.text(permission, "en").title  # type: ignore[union-attr]


def test_an_op_belongs_to_one_permission_or_to_none(
    catalogue: Catalogue, entries: tuple[PermissionEntry, ...]
) -> None:
    claimed = Counter(op for entry in entries for op in catalogue.ops_of(entry.name))
    assert [op for op, times in claimed.items() if times > 1] == []
    alone = {row["op"] for row in rows("ops.json", "ops")}
    assert alone.isdisjoint(claimed)
    assert all(row["access"] in {None, *KEYS} for row in rows("ops.json", "ops"))


def test_vendor_ops_are_explained_where_known(catalogue: Catalogue) -> None:
    assert catalogue.op_title("MIUIOP(10008)", "zh-CN") == "自启动"
    assert catalogue.access_of_op("MIUIOP(10013)") == "calls"
    assert catalogue.op_title("MIUIOP(10053)", "en") is None
    assert catalogue.access_of_op("MIUIOP(10053)") is None


def test_an_op_that_android_names_like_its_permission_is_written_so(
    entries: tuple[PermissionEntry, ...],
) -> None:
    otherwise = {
        a("ACCESS_FINE_LOCATION"): "FINE_LOCATION",
        a("ACCESS_COARSE_LOCATION"): "COARSE_LOCATION",
        a("ACCESS_WIFI_STATE"): "WIFI_SCAN",
        a("PACKAGE_USAGE_STATS"): "GET_USAGE_STATS",
        a("POST_NOTIFICATIONS"): "POST_NOTIFICATION",
        a("FOREGROUND_SERVICE"): "START_FOREGROUND",
        "com.android.permission.GET_INSTALLED_APPS": "MIUIOP(10022)",
    }
    for entry in entries:
        if entry.op is not None:
            own_name = entry.name.rsplit(".", 1)[1]
            assert entry.op == otherwise.get(entry.name, own_name), entry.name


def test_names_to_ask_fit_into_one_old_command(
    catalogue: Catalogue, entries: tuple[PermissionEntry, ...]
) -> None:
    names = catalogue.names_to_ask()
    assert len(f"dumpsys -t 60 package permission {' '.join(names)}".encode()) < 3500
    assert all(re.fullmatch(r"[A-Za-z0-9_.]+", name) for name in names)
    assert a("INTERNET") in names
    left_out = {
        entry.name
        for entry in entries
        if entry.access in {"calls", "messages", "location", "contacts", "microphone", "camera"}
        and entry.name not in names
    }
    assert left_out == {a("SCENE_UNDERSTANDING_COARSE"), a("SCENE_UNDERSTANDING_FINE")}


@pytest.mark.parametrize("lang", loader.LANGUAGES)
def test_access_keys_have_titles(catalogue: Catalogue, lang: str) -> None:
    titles = [catalogue.access_title(key, lang) for key in catalogue.access_keys]
    assert len(set(titles)) == 13
    for key in catalogue.access_keys:
        assert catalogue.access_explain(key, lang)
        assert re.fullmatch(r"[a-z-]+", catalogue.access_icon(key))
    assert bool(CHINESE.search("".join(titles))) == (lang == "zh-CN")


def test_unknown_things_are_unknown_and_no_error(catalogue: Catalogue) -> None:
    assert catalogue.entry("com.example.UNKNOWN") is None
    assert catalogue.access_of("com.example.UNKNOWN") is None
    assert catalogue.background_of("com.example.UNKNOWN", 34) is None
    assert catalogue.op_of("com.example.UNKNOWN") is None
    assert catalogue.text("com.example.UNKNOWN", "en") is None
    assert not catalogue.hard_restricted("com.example.UNKNOWN")
    assert catalogue.app_name("com.example.app", "en") is None
    assert catalogue.company("com.example.app") is None
    assert catalogue.app_colour("com.example.app") is None
    assert catalogue.installer("com.example.app") is None


def test_a_language_we_do_not_have_gets_english(catalogue: Catalogue) -> None:
    assert catalogue.text(a("READ_SMS"), "fr") == catalogue.text(a("READ_SMS"), "en")
    assert catalogue.app_name("com.tencent.mm", "fr") == "WeChat"


def test_well_known_apps(catalogue: Catalogue) -> None:
    assert catalogue.app_name("com.tencent.mm", "zh-CN") == "微信"
    assert catalogue.company("com.eg.android.AlipayGphone", "zh-CN") == "蚂蚁集团"
    assert catalogue.app_name("com.baidu.searchbox", "en") == "Baidu"


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_apps_are_named_in_both_languages_on_readable_colours(catalogue: Catalogue) -> None:
    for row in rows("apps.json", "apps"):
        package = row["package"]
        assert package == "android" or re.fullmatch(r"\w+(\.\w+)+", package), package
        for lang in loader.LANGUAGES:
            assert catalogue.app_name(package, lang), package
            assert catalogue.company(package, lang), package
        colour = catalogue.app_colour(package)
        assert colour is not None, package
        assert re.fullmatch(r"#[0-9A-F]{6}", colour), package
        # White text on it has at least the contrast of 4.5 that WCAG AA asks for.
        assert 1.05 / (_luminance(colour) + 0.05) >= 4.5, package


@pytest.mark.parametrize(
    ("package", "kind", "english"),
    [
        ("com.android.vending", "store", "Google Play"),
        ("com.huawei.appmarket", "store", "Huawei AppGallery"),
        ("com.xiaomi.mipicks", "store", "GetApps (Xiaomi)"),
        ("com.google.android.packageinstaller", "by-hand", "Installed by hand"),
        ("com.miui.packageinstaller", "by-hand", "Installed by hand"),
        ("com.android.chrome", "browser", "Chrome"),
        ("com.tencent.mm", "messenger", "WeChat"),
        ("com.android.shell", "adb", "A computer (adb)"),
    ],
)
def test_installers(catalogue: Catalogue, package: str, kind: str, english: str) -> None:
    entry = catalogue.installer(package)
    assert entry is not None
    assert (entry.kind, entry.name("en")) == (kind, english)
    assert entry.name("zh-CN")


def test_installers_are_of_known_kinds() -> None:
    kinds = {row["kind"] for row in rows("installers.json", "installers")}
    assert kinds == {
        "store",
        "by-hand",
        "browser",
        "messenger",
        "files",
        "transfer",
        "company",
        "system",
        "adb",
    }
