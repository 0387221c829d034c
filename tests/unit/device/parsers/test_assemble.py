from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from audit.model import App, GrantKind, Permission
from device.parsers.assemble import build_apps, parse_time
from device.parsers.package_records import (
    Definition,
    Grant,
    PackageDump,
    PackageRecord,
    SharedUserRecord,
    UserRecord,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")


def package(name: str, *users: UserRecord, **fields: object) -> PackageRecord:
    return PackageRecord(name, users=users or (UserRecord(0, installed=True),), **fields)  # type: ignore[arg-type]


def dump_of(*packages: PackageRecord, **fields: object) -> PackageDump:
    return PackageDump(packages=packages, **fields)  # type: ignore[arg-type]


def only(apps: tuple[App, ...]) -> App:
    (app,) = apps
    return app


def test_everything_of_an_app() -> None:
    record = package(
        "com.a",
        UserRecord(10, installed=True, enabled=3, first_install="2026-11-23 20:00:05"),
        app_id=10123,
        version_name="1.2",
        version_code=12,
        target_sdk=34,
        flags=("SYSTEM", "DEBUGGABLE"),
        code_path="/product/app/A",
        past_signers=("99",),
        first_install="2008-12-31 16:00:00",
        last_update="2026-11-23 20:00:05",
        installer="com.store",
        initiator="com.shell",
        originator="com.browser",
        package_source=3,
        signers=("aa", "bb"),
        install=(Grant("p.NORMAL", granted=True),),
    )
    moment = datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)
    assert only(build_apps(dump_of(record), None, None, SHANGHAI)) == App(
        user=10,
        package="com.a",
        version_name="1.2",
        version_code=12,
        target_sdk=34,
        uid=1010123,
        system=True,
        enabled=False,
        installer="com.store",
        initiator="com.shell",
        originator="com.browser",
        package_source=3,
        first_installed=moment,
        last_updated=moment,
        signer="aa+bb",
        debuggable=True,
        partition="product",
        past_signers=("99",),
        permissions=(Permission("p.NORMAL", GrantKind.INSTALL, granted=True),),
    )


def test_one_app_for_each_user_that_has_it_sorted() -> None:
    users = [UserRecord(10, True), UserRecord(0, True), UserRecord(11, False), UserRecord(12)]
    apps = build_apps(dump_of(package("b", *users), package("a")), None, None, None)
    assert [(app.package, app.user) for app in apps] == [("a", 0), ("b", 0), ("b", 10)]
    assert apps[0].uid is None


@pytest.mark.parametrize("enabled", [0, 1, None])
def test_enabled_unless_the_phone_says_otherwise(enabled: int | None) -> None:
    app = only(build_apps(dump_of(package("a", UserRecord(0, True, enabled=enabled))), *[None] * 3))
    assert app.enabled


@pytest.mark.parametrize(
    ("named", "where"), [("uid.shared", "dump"), ("uid.shared", "shared"), (None, "shared")]
)
def test_grants_of_a_shared_uid_go_to_each_member(named: str | None, where: str) -> None:
    together = SharedUserRecord(
        "uid.shared",
        app_id=1000,
        members=() if named else ("a", "b"),
        install=(Grant("p.INSTALL", True),),
        runtime={0: (Grant("p.RUNTIME", True, ("USER_SET",)),), 10: (Grant("p.OTHER", True),)},
    )
    shared = PackageDump(shared_users=(together,))
    members = [package(name, app_id=1000, shared_user=named) for name in "ab"]
    alone = package("c", app_id=1001)
    dump = dump_of(*members, alone, shared_users=(together,) if where == "dump" else ())
    apps = build_apps(dump, shared if where == "shared" else None, None, None)
    expected = (
        Permission("p.INSTALL", GrantKind.INSTALL, granted=True),
        Permission("p.RUNTIME", GrantKind.RUNTIME, granted=True, flags=("USER_SET",)),
    )
    assert [app.permissions for app in apps] == [expected, expected, ()]
    # Android 13 and later name a shared uid in its own block only; an app must not forget it, or
    # a check that cannot read the block would seem to find all of its grants gone.
    assert [app.shared_user for app in apps] == ["uid.shared", "uid.shared", None]


def test_a_shared_uid_without_a_number_is_found_by_its_name_only() -> None:
    together = SharedUserRecord("uid.shared", app_id=None, install=(Grant("p", granted=True),))
    named, stranger = package("a", shared_user="uid.shared"), package("b")
    apps = build_apps(dump_of(named, stranger, shared_users=(together,)), None, None, None)
    assert [len(app.permissions) for app in apps] == [1, 0]


def test_a_shared_uid_whose_block_was_not_read_is_known_by_its_packages() -> None:
    apps = build_apps(
        dump_of(*(package(name, app_id=1000) for name in "ab"), package("c", app_id=10001)),
        *[None] * 3,
    )
    assert [app.shared_user for app in apps] == ["uid 1000", "uid 1000", None]


def test_a_line_for_one_user_stands_before_the_line_for_all() -> None:
    own = Grant("p", granted=False, user=10)
    everyone = Grant("p", granted=True, flags=("USER_SET",))
    for install in [(everyone, own), (own, everyone)]:
        record = package("a", UserRecord(0, True), UserRecord(10, True), install=install)
        first, second = build_apps(dump_of(record), None, None, None)
        assert [one.granted for one in (*first.permissions, *second.permissions)] == [True, False]


def test_what_an_app_asks_for() -> None:
    names = {"p.DANGEROUS": "dangerous|instant", "p.NORMAL": "normal", "p.OP": "signature|appop"}
    definitions = {name: Definition(name, text) for name, text in names.items()}
    record = package("a", install=(Grant("p.STATE", True), Grant("p.ASKED", True)))
    asked = package("a", requested=("p.DANGEROUS", "p.NORMAL", "p.OP", "p.ASKED", "p.UNDEFINED"))
    requested = dump_of(asked)
    found = only(
        build_apps(
            dump_of(record), None, requested, None, definitions=PackageDump(definitions=definitions)
        )
    ).permissions
    assert found == (
        Permission("p.ASKED", GrantKind.INSTALL, granted=True, requested=True),
        Permission("p.DANGEROUS", GrantKind.RUNTIME, granted=False, requested=True),
        Permission("p.NORMAL", GrantKind.INSTALL, granted=False, requested=True),
        Permission("p.OP", GrantKind.APPOP, granted=False, requested=True),
        Permission("p.STATE", GrantKind.INSTALL, granted=True, requested=None),
        Permission("p.UNDEFINED", GrantKind.INSTALL, granted=False, requested=True),
    )


def test_a_list_that_the_block_itself_prints() -> None:
    record = package("a", requested=("p.ASKED",), install=(Grant("p.IMPLIED", True),))
    found = only(build_apps(dump_of(record), None, None, None)).permissions
    assert [(one.name, one.requested) for one in found] == [("p.ASKED", True), ("p.IMPLIED", None)]


def test_app_op_permissions_are_asked_for() -> None:
    lists = {"p.OVERLAY": ("a", "b"), "p.USAGE": ("gone",)}
    records = [package("a", install=(Grant("p.OVERLAY", True),)), package("b"), package("c")]
    apps = build_apps(dump_of(*records, appop_permissions=lists), None, None, None)
    assert [app.permissions for app in apps] == [
        (Permission("p.OVERLAY", GrantKind.INSTALL, granted=True, requested=True),),
        (Permission("p.OVERLAY", GrantKind.APPOP, granted=False, requested=True),),
        (),
    ]


def test_dangerous_permissions_of_old_apps_stay_where_they_are_printed() -> None:
    """Android 6 to 9 grant them at installation to apps with a target below 23."""
    record = package("a", target_sdk=17, install=(Grant("p.DANGEROUS", True),))
    definitions = {"p.DANGEROUS": Definition("p.DANGEROUS", "dangerous")}
    found = only(build_apps(dump_of(record, definitions=definitions), None, None, None))
    assert found.permissions == (Permission("p.DANGEROUS", GrantKind.INSTALL, granted=True),)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23 20:00:05", datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)),
        ("٢٠٢٦-١١-٢٣ ٢٠:٠٠:٠٥", datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)),
        ("২০২৬-১১-২৩ ২০:০০:০৫", datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)),
        ("1969-12-31 18:00:00", None),
        ("1970-01-01 08:00:00", None),
        ("2026-02-30 00:00:00", None),
        ("null", None),
        (None, None),
    ],
)
def test_local_times(text: str | None, moment: datetime | None) -> None:
    assert parse_time(text, SHANGHAI) == moment
    assert parse_time(text, None) is None
