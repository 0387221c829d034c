"""Actions on the demo phone through a real adb server, in the words of old and new versions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from audit.model import Action, ActionKind, Snapshot
from audit.progress import Cancel
from device import actions
from device.actions import Page, PhoneActions
from device.adb import AdbServer as Server
from device.adb import Device
from device.demo_phone import DemoPhone, Programs, StoryPhone, phone_spec
from device.scanner import Scanner
from device.transport import PhoneAnswers
from tests.phones import AdbServer

WECHAT = "com.tencent.mm"
CAMERA = "android.permission.CAMERA"


@contextmanager
def plugged_in(phone: DemoPhone, adb_server: AdbServer) -> Iterator[tuple[Server, Device]]:
    with phone:
        adb_server.connect(phone.address)
        adb_server.wait_for(phone.address, "device")
        server = Server(port=adb_server.port)
        (device,) = (one for one in server.devices() if one.serial == phone.address)
        yield server, device
        adb_server.forget(phone.address)


def read(server: Server, device: Device) -> Snapshot:
    names = (CAMERA, "android.permission.SYSTEM_ALERT_WINDOW")
    return Scanner(PhoneAnswers(server, device), names).read(lambda _progress: None, Cancel())


def granted(snapshot: Snapshot) -> bool:
    (app,) = (a for a in snapshot.apps if (a.user, a.package) == (0, WECHAT))
    return next(one.granted for one in app.permissions if one.name == CAMERA)


@pytest.mark.parametrize("sdk", [23, 28, 34, 36])
def test_access_is_taken_away_and_given_back(sdk: int, adb_server: AdbServer) -> None:
    with plugged_in(StoryPhone(2, sdk=sdk), adb_server) as (server, device):
        phone = PhoneActions(server, device)
        assert granted(read(server, device))
        away = Action(ActionKind.REVOKE, 0, WECHAT, CAMERA)
        assert phone.do(actions.command(away)).refusal is None
        assert not granted(read(server, device))
        back = replace(away, kind=ActionKind.GRANT)
        assert phone.do(actions.command(back)).refusal is None
        assert granted(read(server, device))
        assert phone.sent == [
            f"pm revoke --user 0 {WECHAT} {CAMERA}",
            f"pm grant --user 0 {WECHAT} {CAMERA}",
        ]


@pytest.mark.parametrize("sdk", [23, 28, 34])
def test_a_refusal_is_told_in_the_phone_s_words(sdk: int, adb_server: AdbServer) -> None:
    with plugged_in(StoryPhone(2, sdk=sdk), adb_server) as (server, device):
        said = PhoneActions(server, device).do(
            actions.revoke(0, WECHAT, "android.permission.INTERNET")
        )
        assert said.refusal is not None
        assert "not a changeable permission type" in said.refusal
        assert "\n" not in said.refusal


def test_xiaomi_refuses_without_its_second_switch(adb_server: AdbServer) -> None:
    spec = phone_spec(2)
    closed = replace(spec, properties={**spec.properties, "persist.security.adbinput": "0"})
    with plugged_in(DemoPhone(Programs(closed).answer), adb_server) as (server, device):
        phone = PhoneActions(server, device)
        revoked = phone.do(actions.revoke(0, WECHAT, CAMERA))
        assert "REVOKE_RUNTIME_PERMISSIONS" in (revoked.refusal or "")
        op = phone.do(actions.set_op(0, WECHAT, "SYSTEM_ALERT_WINDOW", "ignore"))
        assert "MANAGE_APP_OPS_MODES" in (op.refusal or "")
        assert granted(read(server, device))


@pytest.mark.parametrize("sdk", [23, 34])
def test_the_best_page_that_the_phone_has_is_opened(sdk: int, adb_server: AdbServer) -> None:
    with plugged_in(StoryPhone(sdk=sdk), adb_server) as (server, device):
        phone = PhoneActions(server, device)
        assert phone.show_permissions(0, WECHAT)
        # HyperOS does not answer for the first page.
        assert [line.split(" -a ")[1].split()[0] for line in phone.sent] == [
            "android.intent.action.MANAGE_APP_PERMISSIONS",
            Page.APP,
        ]
        assert not phone.show_permissions(77, WECHAT)


def test_an_app_op_is_set_and_read_back(adb_server: AdbServer) -> None:
    with plugged_in(StoryPhone(2), adb_server) as (server, device):
        holder = next(app for app in read(server, device).apps if "overlay" in app.special)
        phone = PhoneActions(server, device)
        said = phone.do(
            actions.set_op(holder.user, holder.package, "SYSTEM_ALERT_WINDOW", "ignore")
        )
        assert said.refusal is None
        (after,) = (
            one
            for one in read(server, device).apps
            if (one.user, one.package) == (holder.user, holder.package)
        )
        assert "overlay" not in after.special
