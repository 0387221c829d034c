"""Names and icons, read out of real APKs on a phone behind a real adb server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from audit.model import App, AppName
from audit.progress import Cancel
from device import adb as device_adb
from device.demo_phone import DemoPhone, Faults, Programs, StoryPhone, phone_spec
from device.demo_phone.apk_file import (
    Resource,
    Tag,
    apk,
    binary_xml,
    reference,
    resource_table,
)
from device.demo_phone.apks import demo_apk
from device.errors import CancelledError, DisconnectedError
from device.names import BATCH, NameReader
from device.transport import PhoneAnswers
from tests.phones import AdbServer
from tests.terminal import Terminal

WECHAT = "com.tencent.mm"
Plug = Callable[..., tuple[DemoPhone, NameReader]]


@pytest.fixture
def terminal(tmp_path: Any, adb_server: AdbServer) -> Terminal:
    return Terminal(tmp_path, adb_server.port)


@pytest.fixture
def plug_in(adb_server: AdbServer) -> Iterator[Plug]:
    with ExitStack() as stack:

        def plug(phone: DemoPhone) -> tuple[DemoPhone, NameReader]:
            stack.enter_context(phone)
            stack.callback(adb_server.forget, phone.address)
            adb_server.connect(phone.address)
            server = device_adb.AdbServer(port=adb_server.port)
            device = server.wait_until_ready(phone.address, 10, Cancel())
            return phone, NameReader(PhoneAnswers(server, device))

        yield plug


def read(reader: NameReader, *packages: str) -> dict[str, AppName]:
    apps = [App(0, package, version_code=1) for package in packages]
    return {name.package: name for batch in reader.names(apps, Cancel()) for name in batch}


def test_an_app_s_name_and_icon_come_off_the_phone(plug_in: Plug) -> None:
    _, reader = plug_in(StoryPhone())
    found = read(reader, WECHAT, "com.android.camera", "org.never.installed")
    assert set(found) == {WECHAT, "com.android.camera"}
    assert found[WECHAT].labels == {"": "微信", "en": "WeChat", "zh-CN": "微信"}
    icon = found[WECHAT].icon
    assert icon is not None
    assert icon.kind == "adaptive"
    assert b"#0b8a4e" in icon.data


def test_android_6_without_shell_v2_gives_the_same(plug_in: Plug) -> None:
    _, new = plug_in(StoryPhone())
    _, old = plug_in(StoryPhone(sdk=23))
    assert read(old, WECHAT) == read(new, WECHAT) != {}


def test_many_apps_share_the_trips(plug_in: Plug) -> None:
    packages = [app.name for app in phone_spec().apps][: BATCH + 5]
    phone, reader = plug_in(StoryPhone())
    assert set(read(reader, *packages)) == set(packages)
    assert len(phone.commands) < len(packages) / 3


def test_an_app_of_megabytes_is_not_pulled(plug_in: Plug) -> None:
    """Most of an APK is code; of a large table of texts most is left where it is, too."""
    texts = [Resource(1, n, f"text number {n} " * 12) for n in range(6000)]
    resources = [*texts, Resource(2, 0, "Large"), Resource(2, 0, "很大", "zh-CN")]
    manifest = Tag("manifest", {}, [Tag("application", {"label": reference(0x7F020000)})])
    data = apk(
        {
            "AndroidManifest.xml": binary_xml(manifest),
            "classes.dex": bytes(range(256)) * 40_000,
            "resources.arsc": resource_table("x", resources),
        },
        stored=("resources.arsc", "classes.dex"),
    )
    phone, reader = plug_in(_phone({WECHAT: data}))
    assert read(reader, WECHAT)[WECHAT].labels == {"": "Large", "zh-CN": "很大"}
    assert len(data) > 10_000_000
    assert _bytes_read(phone) < 400_000


def test_a_split_speaks_chinese_and_another_has_the_icon(plug_in: Plug) -> None:
    label, icon = Resource(1, 0, "Example"), Resource(2, 0, "res/icon.png")
    manifest = Tag(
        "manifest",
        {},
        [Tag("application", {"label": reference(label.id), "icon": reference(icon.id)})],
    )
    base = {
        "AndroidManifest.xml": binary_xml(manifest),
        "resources.arsc": resource_table("x", [label]),
    }
    chinese = {"resources.arsc": resource_table("x", [replace(label, value="例子", language="zh")])}
    sharp = {
        "res/icon.png": PNG,
        "resources.arsc": resource_table("x", [replace(icon, density=480)]),
    }
    parts = {"base": base, "split_config.zh": chinese, "split_config.xxhdpi": sharp}
    folder = _base(WECHAT).rpartition("/")[0]
    files = {f"{folder}/{name}.apk": apk(part) for name, part in parts.items()}
    _, reader = plug_in(DemoPhone(Programs(phone_spec(), apks=files).answer))
    found = read(reader, WECHAT)[WECHAT]
    assert found.labels == {"": "Example", "zh-CN": "例子"}
    assert found.icon is not None
    assert (found.icon.kind, found.icon.data) == ("png", PNG)


def test_a_broken_apk_costs_its_own_name_only(plug_in: Plug) -> None:
    broken = demo_apk(WECHAT)[:-30] + bytes(30)
    _, reader = plug_in(_phone({WECHAT: broken, "com.baidu.searchbox": demo_apk("com.icbc")}))
    found = read(reader, WECHAT, "com.baidu.searchbox")
    assert (found[WECHAT].labels, found[WECHAT].icon) == ({}, None)
    assert found["com.baidu.searchbox"].labels["en"] == "ICBC"


def test_an_apk_that_may_not_be_read_is_left_for_the_next_time(plug_in: Plug) -> None:
    programs = Programs(phone_spec())
    phone = DemoPhone(lambda line: programs.answer(line.replace("dd if=", "dd if=/gone")))
    _, reader = plug_in(phone)
    assert read(reader, WECHAT) == {}
    assert any("dd if=" in command for command in phone.commands)


def test_a_phone_that_is_unplugged_ends_the_reading(plug_in: Plug) -> None:
    phone = _phone({WECHAT: demo_apk(WECHAT)})
    phone.faults = (Faults(match=r"dd if=", drop_after=100),)
    _, reader = plug_in(phone)
    with pytest.raises(DisconnectedError):
        read(reader, WECHAT)


def test_a_cancelled_reading_ends_at_once(plug_in: Plug) -> None:
    _, reader = plug_in(StoryPhone())
    cancel = Cancel()
    cancel.set()
    with pytest.raises(CancelledError):
        list(reader.names([App(0, WECHAT)], cancel))


def test_paths_from_the_phone_that_a_shell_would_read_differently_are_left_out(
    plug_in: Plug,
) -> None:
    programs = Programs(phone_spec())
    bad = ("/data/app/x;reboot/base.apk", "/data/$(id)/base.apk", "/data/../../base.apk")
    listed = ";".join(f"echo 'package:{path}={WECHAT}'" for path in bad)
    asked = "pm list packages -f --user 0"
    phone = DemoPhone(lambda line: programs.answer(line.replace(asked, listed)))
    _, reader = plug_in(phone)
    assert read(reader, WECHAT) == {}
    assert len(phone.commands) == 1


def test_names_reads_what_is_new_and_apps_uses_it(
    terminal: Terminal, demo_phone: StoryPhone
) -> None:
    terminal.json("check")
    first = terminal.json("names")
    assert first["read"] == len(first["names"]) > 100
    assert {"package": WECHAT, "label": "微信", "labels": {"en": "WeChat", "zh-CN": "微信"}} | {
        "icon": "adaptive"
    } in first["names"]
    assert terminal.json("names")["read"] == 0
    labels = {app["package"]: app["label"] for app in terminal.json("apps")["apps"]}
    # The catalogue does not know this one.
    assert labels["com.ted.number"] == "Number Lookup"
    demo_phone.state = 2
    terminal.json("check", code=10)
    updated = terminal.json("names")["read"]
    assert 0 < updated < 20


def test_names_needs_a_check_and_a_phone(terminal: Terminal, demo_phone: StoryPhone) -> None:
    assert "not files" in terminal.run("names", "--from", "x")[2]
    terminal.refused("names", code=5)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)


def _base(package: str) -> str:
    listed = Programs(phone_spec()).answer("pm list packages -f --user 0").pieces()
    found = re.search(rf"package:(\S+)={re.escape(package)}\n", b"".join(listed).decode())
    assert found is not None
    return found[1]


def _phone(apks: dict[str, bytes]) -> DemoPhone:
    """The demo phone with these APKs in place of its own."""
    files = {_base(package): data for package, data in apks.items()}
    return DemoPhone(Programs(phone_spec(), apks=files).answer)


def _bytes_read(phone: DemoPhone) -> int:
    counts = re.findall(r"count=(\d+)", "\n".join(phone.commands))
    return sum(map(int, counts)) * 4096
