from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.parsers.assemble import build_apps
from device.parsers.known_blocks import KnownBlocks
from device.parsers.package_dump import parse_packages
from device.parsers.package_records import (
    Definition,
    Grant,
    PackageDump,
    PackageRecord,
    SharedUserRecord,
    UserRecord,
)

ANDROID_6 = """\
DUMP OF SERVICE package:
Permissions:
  Permission [android.permission.CAMERA] (ea11665):
    sourcePackage=android
    uid=1000 gids=null type=0 prot=dangerous
    perm=Permission{6877f3a android.permission.CAMERA}
    packageSetting=PackageSetting{ed74b05 android/1000}

AppOp Permissions:
  AppOp Permission android.permission.SYSTEM_ALERT_WINDOW:
    com.old
    com.other

Packages:
  Package [com.old] (66a21dd):
    userId=10103
    sharedUser=SharedUserSetting{d99ff20 com.old.uid/10103}
    pkg=Package{f6ff152 com.old}
    codePath=/data/app/com.old-1
    versionCode=7 targetSdk=17
    versionName=1.0 [beta] = "x": granted=true
    flags=[ HAS_CODE DEBUGGABLE ]
    privateFlags=[ ]
    timeStamp=2017-08-08 21:55:40
    firstInstallTime=2017-08-08 21:55:46
    lastUpdateTime=2018-01-02 03:04:05
    signatures=PackageSignatures{9d56520 [53f21d4, -1a2b]}
    installPermissionsFixed=true installStatus=1
    pkgFlags=[ SYSTEM ]
    install permissions:
      android.permission.CAMERA: granted=true
    User 0:  installed=true hidden=false stopped=false notLaunched=false enabled=3
      lastDisabledCaller: com.android.vending
      gids=[3003]
      runtime permissions:
        android.permission.READ_SMS: granted=false, flags=[ USER_SET USER_FIXED ]
        android.permission.CALL_PHONE: granted=true
      disabledComponents:
        com.old.Receiver: granted=true

Hidden system packages:
  Package [com.old] (33a93e0):
    userId=10103
    versionCode=1 targetSdk=17
    User 0:  installed=true hidden=false stopped=false notLaunched=false enabled=0
      runtime permissions:
        android.permission.READ_SMS: granted=true

Shared users:
  SharedUser [com.old.uid] (d99ff20):
    userId=10103
    install permissions:
      android.permission.INTERNET: granted=true
    User 0:\x20
      gids=[3003]
      runtime permissions:
        android.permission.READ_CONTACTS: granted=true, flags=[ SYSTEM_FIXED ]

Package warning messages:
--------- 0.412s was the duration of dumpsys package, ending at: 2018-04-25 11:45:32
"""

ANDROID_16 = """\
Packages:
  Package [com.new] (f143359):
    appId=10287
    pkg=Package{ef5b11a com.new}
    codePath=/data/app/~~3L==/com.new-Fw==
      oldCodePath=/data/app/~~2L==/com.new-Fw==
    versionCode=1021051 minSdk=23 targetSdk=36
    versionName=null
    flags=[ HAS_CODE ]
    lastUpdateTime=2025-09-05 19:06:38
    installerPackageName=com.google.android.packageinstaller
    installerPackageUid=10084
    initiatingPackageName=com.android.shell
    originatingPackageName=null
    packageSource=4
    signatures=PackageSignatures{eae844b version:3, signatures:[8b8a3ff5], past signatures:\
[1a2b flags: 17, 3c flags: 3]}
    declared permissions:
      com.new.PERMISSION: prot=signature|privileged
    requested permissions:
      android.permission.INTERNET
      android.permission.ACCESS_BACKGROUND_LOCATION: restricted=true
    install permissions:
      android.permission.SYSTEM_ALERT_WINDOW: granted=true, flags=[ USER_SET]
      android.permission.SYSTEM_ALERT_WINDOW: granted=false, userId=10
    User 0: ceDataInode=-429 installed=true hidden=false suspended=true dialogInfo=Suspend: \
{enabled=4 installed=false} stopped=true notLaunched=false enabled=1 quarantined=false
      installReason=4
      dataDir=/data/user/0/com.new
      firstInstallTime=2025-09-05 19:06:38
      uninstallReason=0
      overlay paths:
        /product/overlay/Overlay.apk
      \x20
com.google.android.trichromelibrary overlay paths:
        /product/overlay/Library.apk
      gids=[3003]
      runtime permissions:
        android.permission.CAMERA: granted=true, flags=[ ONE_TIME|USER_SENSITIVE_WHEN_DENIED|524288]
      enabledComponents:
        com.new.Job
    User 10: ceDataInode=0 installed=false hidden=false suspended=false stopped=false enabled=0
      firstInstallTime=1970-01-01 08:00:00
      runtime permissions:

Shared users:
  SharedUser [android.uid.shared] (3d6a5a0):
    appId=2000
    Packages
      PackageSetting{6e8dcb com.android.mtp/2000}
      PackageSetting{7e8dcb com.android.soundpicker/2000}
"""


def read(text: str) -> PackageDump:
    return parse_packages([text.encode()])


def block(name: str, *lines: str, user: bool = True) -> str:
    own = [f"  Package [{name}] (1a2b3c):", "    userId=10100", "    versionCode=1 targetSdk=30"]
    last = ["    User 0: installed=true enabled=0", "      runtime permissions:"] if user else []
    return "\n".join([*own, *lines, *last]) + "\n"


def grant(name: str, flags: str = "") -> str:
    return f"        {name}: granted=true{flags and f', flags=[ {flags}]'}\n"


def test_android_6() -> None:
    dump = read(ANDROID_6)
    assert dump.packages == (
        PackageRecord(
            name="com.old",
            app_id=10103,
            shared_user="com.old.uid",
            code_path="/data/app/com.old-1",
            version_name='1.0 [beta] = "x": granted=true',
            version_code=7,
            target_sdk=17,
            flags=("HAS_CODE", "DEBUGGABLE", "SYSTEM"),
            first_install="2017-08-08 21:55:46",
            last_update="2018-01-02 03:04:05",
            signers=("53f21d4",),
            install=(Grant("android.permission.CAMERA", granted=True),),
            users=(
                UserRecord(
                    id=0,
                    installed=True,
                    hidden=False,
                    stopped=False,
                    enabled=3,
                    runtime=(
                        Grant("android.permission.READ_SMS", False, ("USER_SET", "USER_FIXED")),
                        Grant("android.permission.CALL_PHONE", granted=True),
                    ),
                ),
            ),
        ),
    )
    assert dump.shared_users == (
        SharedUserRecord(
            name="com.old.uid",
            app_id=10103,
            install=(Grant("android.permission.INTERNET", granted=True),),
            runtime={0: (Grant("android.permission.READ_CONTACTS", True, ("SYSTEM_FIXED",)),)},
        ),
    )
    assert dump.definitions == {
        "android.permission.CAMERA": Definition("android.permission.CAMERA", "dangerous", "android")
    }
    assert dump.appop_permissions == {
        "android.permission.SYSTEM_ALERT_WINDOW": ("com.old", "com.other")
    }
    assert (dump.unknown_lines, dump.duplicates) == (0, 0)
    assert not dump.truncated
    assert "Hidden system packages" in dump.sections


def test_android_16() -> None:
    dump = read(ANDROID_16)
    assert dump.unknown_samples == ()
    (package,) = dump.packages
    assert package.app_id == 10287
    assert package.version_name is None
    assert (package.version_code, package.min_sdk, package.target_sdk) == (1021051, 23, 36)
    assert package.installer == "com.google.android.packageinstaller"
    assert (package.initiator, package.originator) == ("com.android.shell", None)
    assert package.package_source == 4
    assert (package.signers, package.past_signers) == (("8b8a3ff5",), ("1a2b", "3c"))
    assert package.declared == (("com.new.PERMISSION", "signature|privileged"),)
    assert package.requested == (
        "android.permission.INTERNET",
        "android.permission.ACCESS_BACKGROUND_LOCATION",
    )
    assert package.install == (
        Grant("android.permission.SYSTEM_ALERT_WINDOW", True, ("USER_SET",)),
        Grant("android.permission.SYSTEM_ALERT_WINDOW", granted=False, user=10),
    )
    owner, private = package.users
    assert owner.installed is owner.suspended is owner.stopped is True
    assert (owner.enabled, owner.install_reason) == (1, 4)
    assert owner.first_install == "2025-09-05 19:06:38"
    assert owner.runtime == (
        Grant(
            "android.permission.CAMERA",
            granted=True,
            flags=("ONE_TIME", "USER_SENSITIVE_WHEN_DENIED", "524288"),
        ),
    )
    assert private.installed is False
    assert dump.shared_users[0].members == ("com.android.mtp", "com.android.soundpicker")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r\r\n"),
        lambda text: "Some words.\n\n```\n" + text + "```\nMore: words\n\n- a list\n",
        lambda text: "shell@phone:/ $ dumpsys package\n" + text + "shell@phone:/ $ ",
        lambda text: "".join(f"  {line}\n" for line in text.splitlines()),
        lambda text: (
            "DUMP OF SERVICE activity:\nPackages:\n  Package [x] (1):\n-----\n"
            "DUMP OF SERVICE package:\n" + text + "DUMP OF SERVICE zram:\nPackages:\n  x\n"
        ),
        lambda text: text.replace("Packages:\n", "Packages:\n\n", 1),
    ],
    ids=["crlf", "crcrlf", "fence", "prompt", "indented", "bug report", "blank line"],
)
@pytest.mark.parametrize("text", [ANDROID_6, ANDROID_16], ids=["6", "16"])
def test_text_around_and_line_ends_change_nothing(text: str, change: object) -> None:
    assert callable(change)
    plain, changed = read(text), read(change(text))
    assert changed == plain


def test_utf_16_as_a_windows_shell_writes_it() -> None:
    data = ANDROID_16.replace("\n", "\r\n").encode("utf-16")
    assert parse_packages([data]) == read(ANDROID_16)


def test_overlays_that_android_11_prints_too_far_left() -> None:
    text = block("a", user=False) + (
        "    User 0: installed=true enabled=0\n"
        "    overlay paths:\n"
        "      /my_heytap/overlay/Config.apk\n"
        "      lastDisabledCaller: com.whatsapp\n"
        "      gids=[3002]\n"
        "      runtime permissions:\n" + grant("p", "USER_SET")
    )
    dump = read("Packages:\n" + text)
    assert dump.packages[0].users[0].runtime == (Grant("p", True, ("USER_SET",)),)
    assert dump.unknown_lines == 0


def test_suspension_by_an_app_hides_nothing() -> None:
    text = block("a", user=False) + (
        "    User 0: installed=true hidden=false suspended=true suspendingPackage=x "
        "dialogMessage=installed=false enabled=3 stopped=true stopped=false enabled=0\n"
    )
    (user,) = read("Packages:\n" + text).packages[0].users
    assert (user.installed, user.stopped, user.enabled) == (True, False, 0)


def test_names_are_the_apps_own_text() -> None:
    odd = "x: granted=false, flags=[ A]: granted=true"
    text = "Packages:\n" + block("a") + grant(odd) + grant("权限 с пробелом")
    assert read(text).packages[0].users[0].runtime == (
        Grant(odd, granted=True),
        Grant("权限 с пробелом", granted=True),
    )


def test_a_library_named_like_a_heading_hides_no_later_permission() -> None:
    evil = block("a", "    usesOptionalLibraries:", "      runtime permissions:")
    victim = block("b", user=False) + (
        "    User 0: installed=true enabled=0\n      overlay paths:\n        /x.apk\n"
        "      runtime permissions:\n" + grant("p")
    )
    assert read("Packages:\n" + evil + victim).packages[1].users[0].runtime == (Grant("p", True),)


def test_renamed_packages_are_nobodys_permissions() -> None:
    dump = read("Packages:\n" + block("a") + "\nRenamed packages:\n  com.old -> com.new\n  odd\n")
    assert [package.name for package in dump.packages] == ["a"]
    assert (dump.unknown_lines, dump.truncated) == (0, False)
    # The shared users stand behind them.
    assert read("Packages:\n" + block("a") + "\nRenamed packages:\n  com.old -> co").truncated


def test_a_frozen_package_is_read_as_any_other() -> None:
    dump = read("Packages:\n" + block("a", "    FROZEN!", "    versionName=2"))
    assert [package.version_name for package in dump.packages] == ["2"]
    assert dump.unknown_lines == 0


def test_more_different_lines_than_are_remembered_are_all_read() -> None:
    names = [f"com.example.permission.P{number}" for number in range(20_002)]
    lines = ["    requested permissions:", *(f"      {name}" for name in names)]
    again = [*lines, f"      {names[-1]}"]
    dump = read("Packages:\n" + block("a", *lines) + block("b", *again))
    assert dump.packages[0].requested == tuple(names)
    assert dump.packages[1].requested == (*names, names[-1])


@pytest.mark.parametrize("title", ["Queries:", "Odd title:", "```", "no title at all"])
def test_line_breaks_in_an_apps_version_name_cost_no_other_app(title: str) -> None:
    evil = block("evil", f"    versionName=1\n\n{title}")
    dump = read("Packages:\n" + block("a") + evil + block("b") + grant("p"))
    assert [package.name for package in dump.packages] == ["a", "evil", "b"]
    assert dump.packages[2].users[0].runtime == (Grant("p", True),)
    assert dump.without_users == ("evil",) or dump.unknown_lines == 1


def test_a_user_that_comes_twice_is_counted_and_stays_installed() -> None:
    forged = "    versionName=1\n    User 0: installed=true"
    dump = read("Packages:\n" + block("a", forged))
    assert dump.packages[0].users[0].installed
    assert dump.unknown_lines == 1


def test_lines_no_rule_knows_are_counted_with_samples() -> None:
    lines = [f"    vendorKey{number}=x" for number in range(9)] + ["    vendorList:", "      item"]
    dump = read("Packages:\n" + block("a", *lines) + "      vendorUserKey=1\n")
    assert dump.unknown_lines == 12
    assert dump.unknown_samples[0] == "    vendorKey0=x"
    assert 0 < len(dump.unknown_samples) < 12
    assert dump.packages[0].users[0].installed


def test_a_grant_in_an_unknown_form_is_counted_not_guessed() -> None:
    text = "Packages:\n" + block("a") + "        p: granted=maybe\n" + grant("q")
    dump = read(text)
    assert dump.packages[0].users[0].runtime == (Grant("q", True),)
    assert dump.unknown_samples == ("        p: granted=maybe",)


def test_a_second_block_of_a_package_is_left_out_and_counted() -> None:
    dump = read("Packages:\n" + block("a", "    versionName=1") + block("a", "    versionName=2"))
    assert [package.version_name for package in dump.packages] == ["1"]
    assert dump.duplicates == 1


def test_an_unknown_title_is_no_section() -> None:
    dump = read("Pakete:\n" + block("a").replace("Package [", "Paket ["))
    assert dump == PackageDump()


def test_an_excerpt_without_a_title_is_read_but_has_no_section() -> None:
    dump = read("      runtime permissions:\n" + grant("lost") + block("a") + grant("p"))
    assert [package.name for package in dump.packages] == ["a"]
    assert dump.sections == frozenset()


# -- answers that are none, or end too early ----------------------------------------------------


def test_the_phone_refuses() -> None:
    refusal = "Permission Denial: can't dump ActivityManager from from pid=1, uid=2000\n"
    assert read(refusal) == PackageDump(refused=True)


def test_the_phone_has_no_such_service() -> None:
    assert read("Can't find service: package\n") == PackageDump(missing_service=True)


def test_nothing_at_all() -> None:
    assert parse_packages([]) == PackageDump()
    assert read("") == PackageDump()


@pytest.mark.parametrize(
    "end",
    [
        "\n*** SERVICE 'package' DUMP TIMEOUT (10000ms) EXPIRED ***\n\n",
        "Error dumping service info status_t: DEAD_OBJECT 'package'\n",
        "      gids=[30",
    ],
)
def test_a_block_that_was_cut_is_dropped_and_named(end: str) -> None:
    dump = read("Packages:\n" + block("a") + block("b") + end)
    assert [package.name for package in dump.packages] == ["a"]
    assert dump.dropped == ("b",)
    assert dump.truncated


def test_another_services_timeout_is_not_ours() -> None:
    end = "\n*** SERVICE 'meminfo' DUMP TIMEOUT (10000ms) EXPIRED ***\n\n"
    dump = read("Packages:\n" + block("a") + end)
    assert not dump.truncated
    assert len(dump.packages) == 1


def test_a_text_that_ends_between_two_lines_of_a_block() -> None:
    """Android prints every user for every package: fewer than before means a cut."""
    second = "    User 10: installed=true enabled=0\n"
    text = "Packages:\n" + block("a") + second + block("b")
    assert read(text).dropped == ("b",)
    assert read(text + second).dropped == ()
    assert read("Packages:\n" + block("a", user=False)).dropped == ("a",)


def test_a_cut_within_definitions() -> None:
    head, _, _ = ANDROID_6.partition("    perm=Permission")
    dump = read(head + "    per")
    assert dump.truncated
    assert dump.definitions == {}
    assert dump.dropped == ("android.permission.CAMERA",)


def test_a_cut_within_another_section_says_so_and_drops_nothing() -> None:
    dump = read("Packages:\n" + block("a") + "\nQueries:\n  system apps quer")
    assert dump.truncated
    assert [package.name for package in dump.packages] == ["a"]
    assert dump.dropped == ()


def test_a_cut_behind_all_that_is_read_costs_nothing() -> None:
    dump = read("Packages:\n" + block("a") + "\nDexopt state:\n  [com.a] qu")
    assert not dump.truncated


@pytest.mark.parametrize(
    ("end", "whole"),
    [
        ("", True),
        ("\n        p: granted=true, flags=[ USER_SET]", True),
        ("\n        p: granted=false, flags=[ USER_SET ]", True),
        ("\n      disabledComponents:\n        com.a.Rece", True),
        ("\n        p: granted=true", False),
        ("\n        p: granted=true, flags=[ USER_SET", False),
        ("\n      legacy overlay paths:\n        /product/x.apk", False),
        ("\n    User 10: installed=true", False),
    ],
)
def test_a_stripped_end_costs_no_block_where_nothing_can_be_missing(end: str, whole: bool) -> None:
    dump = read("Packages:\n" + block("a") + block("b").rstrip("\n") + end)
    assert [package.name for package in dump.packages] == (["a", "b"] if whole else ["a"])
    assert dump.truncated is not whole


@pytest.mark.parametrize("text", [ANDROID_6, ANDROID_16])
def test_cut_anywhere_no_record_is_half_read(text: str) -> None:
    whole = {package.name: package for package in read(text).packages}
    data = text.encode()
    for end in range(len(data)):
        if b"\n" in data[end - 1 : end + 1]:
            continue  # without an end mark, a cut between lines can look like the end
        for package in parse_packages([data[:end]]).packages:
            assert package == whole[package.name]


# -- anything at all ------------------------------------------------------------------------------

_LINES = [line for text in (ANDROID_6, ANDROID_16) for line in text.split("\n")]
_BITS = [
    "",
    " ",
    "    ",
    "      ",
    ": granted=",
    "[",
    "]",
    "{",
    "=",
    "User 9:",
    "9" * 5000,
    "权",
    "\r",
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    lines = draw(st.lists(st.sampled_from(_LINES), max_size=60))
    for at in draw(st.lists(st.integers(0, len(lines)), max_size=5)):
        lines.insert(at, draw(st.sampled_from(_BITS)) + draw(st.sampled_from(_LINES + _BITS)))
    data = bytearray("\n".join(lines).encode())
    for at in draw(st.lists(st.integers(0, max(len(data) - 1, 0)), max_size=5)):
        data[at : at + 1] = draw(st.binary(max_size=3))
    return bytes(data)


def pieces_of(data: bytes, size: int) -> Iterable[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


@settings(max_examples=300)
@given(mutated(), st.integers(1, 200))
def test_nothing_makes_it_fail_and_pieces_make_no_difference(data: bytes, size: int) -> None:
    dump = parse_packages([data])
    assert parse_packages(pieces_of(data, size)) == dump
    build_apps(dump, dump, dump, None)


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    parse_packages([b"Packages:\n  Package [a] (1):\n", data])


@settings(max_examples=300)
@given(st.lists(mutated(), min_size=1, max_size=3), st.integers(1, 200))
def test_what_was_read_before_makes_no_difference(texts: list[bytes], size: int) -> None:
    known = KnownBlocks()
    for data in [*texts, *texts]:
        assert parse_packages(pieces_of(data, size), known) == parse_packages([data])


PHONE = "Packages:\n" + "".join(block(f"com.app{number}") + grant("a") for number in range(4))


def test_a_package_that_did_not_change_is_not_read_again() -> None:
    known = KnownBlocks()
    before = parse_packages([PHONE.encode()], known).packages
    known.begin()
    changed = PHONE.replace("com.app1] (1a2b3c):\n", "com.app1] (1a2b3c):\n    appId=7\n")
    after = parse_packages([changed.encode()], known).packages
    assert after == read(changed).packages
    same = [new is old for new, old in zip(after, before, strict=True)]
    # Whether the last one is whole, only its lines can tell.
    assert same == [True, False, True, False]


def test_what_the_last_check_did_not_meet_is_forgotten() -> None:
    known = KnownBlocks()
    before = parse_packages([PHONE.encode()], known).packages
    for text in ("Packages:\n", PHONE):
        known.begin()
        after = parse_packages([text.encode()], known).packages
    assert after == before
    assert after[0] is not before[0]


@pytest.mark.parametrize(
    "trick",
    [
        "\0" + block("com.hidden") + grant("b"),
        "Permission Denial: no\n",
        "    strange\n",
        block("com.app0") + grant("b"),
        "Queries:\n",
        "Packages:\n",
    ],
)
def test_a_block_that_holds_more_than_its_package_is_read_each_time(trick: str) -> None:
    text = PHONE.replace("  Package [com.app2]", trick + "  Package [com.app2]").encode()
    known = KnownBlocks()
    assert parse_packages([text], known) == parse_packages([text], known) == parse_packages([text])


def test_a_package_without_end_is_read_each_time() -> None:
    endless = "    flags=[ " + "HAS_CODE " * 200_000 + "]\n"
    text = PHONE.replace("    userId=10100\n", "    userId=10100\n" + endless, 1).encode()
    known = KnownBlocks()
    plain = parse_packages([text])
    for size in (65536, len(text)):
        assert parse_packages(pieces_of(text, size), known) == plain
        assert parse_packages(pieces_of(text, size), known) == plain
