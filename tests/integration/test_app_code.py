"""What an app's code is made of, read out of dex files on a phone behind a real adb server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from audit.catalogue import Catalogue
from audit.model import App
from audit.progress import Cancel, Progress
from audit.wording import Wording
from device import adb as device_adb
from device.app_code import CodeReader
from device.demo_phone import DemoPhone, Faults, Programs, StoryPhone, phone_spec
from device.demo_phone.apk_file import Tag, apk, binary_xml, whole
from device.demo_phone.dex_file import dex_file
from device.errors import (
    CancelledError,
    CodeUnreadableError,
    DeviceError,
    DisconnectedError,
    NoCodeError,
    OtherVersionError,
)
from device.transport import PhoneAnswers
from tests.phones import AdbServer
from tests.terminal import Terminal

BAIDU = "com.baidu.searchbox"
OTHER = "com.tencent.mm"
Plug = Callable[[DemoPhone], CodeReader]


@pytest.fixture
def plug_in(adb_server: AdbServer) -> Iterator[Plug]:
    with ExitStack() as stack:

        def plug(phone: DemoPhone) -> CodeReader:
            stack.enter_context(phone)
            stack.callback(adb_server.forget, phone.address)
            adb_server.connect(phone.address)
            server = device_adb.AdbServer(port=adb_server.port)
            device = server.wait_until_ready(phone.address, 10, Cancel())
            return CodeReader(PhoneAnswers(server, device))

        yield plug


@pytest.fixture
def terminal(tmp_path: Path, adb_server: AdbServer) -> Terminal:
    return Terminal(tmp_path, adb_server.port)


def read(reader: CodeReader, package: str = BAIDU, version: int | None = 1) -> tuple[str, ...]:
    app = App(0, package, version_code=version)
    found = reader.code(app, lambda _: None, Cancel())
    assert (found.package, found.stamp) == (package, app.stamp)
    return found.packages


def manifest(attributes: Mapping[str, int]) -> bytes:
    return binary_xml(Tag("manifest", {name: whole(n) for name, n in attributes.items()}))


def made(
    *dexes: bytes, stored: tuple[str, ...] = (), about: Mapping[str, int] | None = None
) -> bytes:
    files = {f"classes{n if n > 1 else ''}.dex": dex for n, dex in enumerate(dexes, start=1)}
    return apk({"AndroidManifest.xml": manifest(about or {}), **files}, stored=stored)


def folder_of(package: str) -> str:
    listed = b"".join(Programs(phone_spec()).answer("pm list packages -f --user 0").pieces())
    found = re.search(rf"package:(\S+)/base\.apk={re.escape(package)}\n", listed.decode())
    assert found is not None
    return found[1]


def phone_with(parts: Mapping[str, bytes]) -> DemoPhone:
    """The demo phone where Baidu's app has these APKs, and no other app has any."""
    files = {f"{folder_of(BAIDU)}/{name}.apk": data for name, data in parts.items()}
    return DemoPhone(Programs(phone_spec(), apks=files).answer)


def test_every_dex_file_of_every_part_is_read(plug_in: Plug) -> None:
    parts = {
        "base": made(dex_file([f"{BAIDU}.Own", "com.igexin.sdk.A"]), dex_file(["com.qq.e.ads.B"])),
        "split_feature": made(dex_file(["com.umeng.analytics.C"]), stored=("classes.dex",)),
    }
    assert read(plug_in(phone_with(parts))) == ("com.igexin.sdk", "com.qq.e.ads",
                                                "com.umeng.analytics")  # fmt: skip


def test_of_code_that_is_not_packed_only_the_names_are_read(plug_in: Plug) -> None:
    """Lists and names stand apart from what methods do, which is most of a dex file."""
    dex = bytearray(dex_file(["com.igexin.sdk.A"]) + bytes(8_000_000))
    dex[32:36] = len(dex).to_bytes(4, "little")
    phone = phone_with({"base": made(bytes(dex), stored=("classes.dex",))})
    assert read(plug_in(phone)) == ("com.igexin.sdk",)
    blocks = map(int, re.findall(r"count=(\d+)", "\n".join(phone.commands)))
    assert sum(blocks) * 4096 < 500_000


def test_progress_counts_the_dex_files(plug_in: Plug) -> None:
    phone = phone_with({"base": made(*3 * [dex_file(["com.igexin.sdk.A"])])})
    told: list[Progress] = []
    plug_in(phone).code(App(0, BAIDU), told.append, Cancel())
    assert told == [Progress(number, 3, "code") for number in range(3)]


@pytest.mark.parametrize(
    ("attributes", "version"), [({"versionCode": 7}, 7), ({}, 7), ({"versionCode": 7}, None),
                                ({"versionCode": 7, "versionCodeMajor": 2}, (2 << 32) + 7)]
)  # fmt: skip
def test_the_version_that_was_checked_is_read(
    plug_in: Plug, attributes: dict[str, int], version: int | None
) -> None:
    phone = phone_with({"base": made(dex_file(["com.igexin.sdk.A"]), about=attributes)})
    assert read(plug_in(phone), version=version) == ("com.igexin.sdk",)


def test_another_version_tells_nothing_about_the_check(plug_in: Plug) -> None:
    phone = phone_with({"base": made(dex_file(["com.igexin.sdk.A"]), about={"versionCode": 8})})
    with pytest.raises(OtherVersionError):
        read(plug_in(phone), version=7)


@pytest.mark.parametrize("parts", [{}, {"base": made()}], ids=["gone", "no dex file"])
def test_what_cannot_be_read_is_not_an_app_without_kits(
    plug_in: Plug, parts: Mapping[str, bytes]
) -> None:
    with pytest.raises(NoCodeError):
        read(plug_in(phone_with(parts)))


def test_an_app_that_may_not_be_read_is_told_so(plug_in: Plug) -> None:
    programs = Programs(phone_spec())
    phone = DemoPhone(lambda line: programs.answer(line.replace("dd if=", "dd if=/gone")))
    with pytest.raises(NoCodeError):
        read(plug_in(phone))


def bomb() -> bytes:
    """64 MB and more out of a few kilobytes."""
    return made(bytes(70_000_000))


def false_size() -> bytes:
    """The central directory promises less than what the packed data would unpack to."""
    data = bytearray(made(dex_file(["com.igexin.sdk.A"])))
    entry = data.rindex(b"classes.dex") - 46
    data[entry + 24 : entry + 28] = (200).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    "base",
    [made(b"no dex file"), b"no zip", bomb(), false_size(), made(dex_file(["a.b.C"])[:-90])],
    ids=["no dex", "no zip", "bomb", "false size", "cut"],
)
def test_a_hostile_app_is_one_error(plug_in: Plug, base: bytes) -> None:
    with pytest.raises(CodeUnreadableError):
        read(plug_in(phone_with({"base": base})))


def test_more_code_than_any_app_has_is_not_fetched(plug_in: Plug) -> None:
    """Two hundred dex files that each promise 60 MB."""
    names = [f"classes{number}.dex" for number in range(2, 200)]
    data = bytearray(apk(dict.fromkeys(names, b"x")))
    place = -1
    while (place := data.find(b"PK\1\2", place + 1)) >= 0:
        data[place + 24 : place + 28] = (60_000_000).to_bytes(4, "little")
    phone = phone_with({"base": bytes(data)})
    with pytest.raises(CodeUnreadableError):
        read(plug_in(phone))
    assert len(phone.commands) < 10


def test_a_phone_that_is_unplugged_ends_the_reading(plug_in: Plug) -> None:
    phone = phone_with({"base": made(dex_file(["a.b.C"]))})
    phone.faults = (Faults(match=r"dd if=", drop_after=100),)
    with pytest.raises(DisconnectedError):
        read(plug_in(phone))


def test_it_can_be_cancelled(plug_in: Plug) -> None:
    reader, cancel = plug_in(StoryPhone()), Cancel()
    cancel.set()
    with pytest.raises(CancelledError):
        reader.code(App(0, BAIDU), lambda _: None, cancel)


def test_every_error_has_a_sentence_in_both_languages() -> None:
    errors: list[DeviceError] = [
        kind(package=BAIDU) for kind in (NoCodeError, OtherVersionError, CodeUnreadableError)
    ]
    for language in ("en", "zh-CN"):
        told = [Wording(language, Catalogue.load()).error(error) for error in errors]
        assert all(BAIDU in text and "{" not in text for text in told)


# From the terminal.


def kits(document: Any) -> dict[str, list[str]]:
    return {kit["key"]: kit["found_in"] for kit in document["sdks"]}


def app_of(terminal: Terminal, package: str, *arguments: str) -> Any:
    apps = terminal.json("apps", *arguments)["apps"]
    return next(app for app in apps if app["package"] == package)


def test_looking_into_an_app_finds_more_and_stays_with_the_check(
    terminal: Terminal, demo_phone: StoryPhone
) -> None:
    terminal.json("check")
    assert "bugly" not in kits(app_of(terminal, BAIDU))
    told = terminal.json("sdks", BAIDU)
    assert kits(told)["bugly"] == ["code"]
    assert kits(told)["baidu-location"] == ["components", "code"]
    assert kits(app_of(terminal, BAIDU)) == kits(told)
    assert terminal.json("verify")["whole"]


def test_what_an_update_brought_along_in_its_code_is_a_change(
    terminal: Terminal, demo_phone: StoryPhone
) -> None:
    terminal.json("check")
    terminal.json("sdks", BAIDU)
    demo_phone.state = 2
    terminal.json("check", code=10)
    before = [c["after"] for c in terminal.json("changes", code=10) if c["what"] == "sdk"]
    assert "geetest" not in before  # nobody looked into the new version
    terminal.json("sdks", BAIDU)
    found = [c for c in terminal.json("changes", code=10) if c["what"] == "sdk"]
    assert ("geetest", "gained", "update") in {(c["after"], c["kind"], c["why"]) for c in found}
    assert "bugly" not in {c["after"] for c in found}
    assert [c["after"] for c in found if c["after"] in before] == before


def test_the_terminal_says_it_in_words(terminal: Terminal, demo_phone: StoryPhone) -> None:
    terminal.json("check")
    _, output, _ = terminal.run("sdks", BAIDU, "--lang", "en")
    assert "Tencent Bugly (Crash reports)" in output
    assert "this does not say what it sends" in output
    assert "org.never.installed" in terminal.refused("sdks", "org.never.installed", code=4)
    assert "not files" in terminal.run("sdks", BAIDU, "--from", "x", "--lang", "en")[2]
