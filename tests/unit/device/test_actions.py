"""Nothing but the known actions can be sent, and nothing that a phone said becomes a command."""

from __future__ import annotations

import pytest

from audit.model import Action, ActionKind
from device import actions, commands
from device.actions import Page

SMS = "android.permission.READ_SMS"
APP = "com.example.app"


@pytest.mark.parametrize(
    ("made", "line"),
    [
        (actions.revoke(10, APP, SMS), f"pm revoke --user 10 {APP} {SMS}"),
        (actions.grant(0, APP, SMS), f"pm grant --user 0 {APP} {SMS}"),
        (
            actions.set_op(0, APP, "GET_USAGE_STATS", "ignore"),
            f"appops set --user 0 {APP} GET_USAGE_STATS ignore",
        ),
        (
            actions.set_op(0, APP, "MIUIOP(10021)", "ignore", uid=True),
            f"appops set --user 0 --uid {APP} 10021 ignore",
        ),
        (
            actions.open_permissions(0, APP),
            "am start --user 0 -a android.intent.action.MANAGE_APP_PERMISSIONS"
            f" --es android.intent.extra.PACKAGE_NAME {APP}",
        ),
        (
            actions.open_page(10, Page.APP, APP),
            f"am start --user 10 -a android.settings.APPLICATION_DETAILS_SETTINGS -d package:{APP}",
        ),
    ],
)
def test_the_line_of_an_action(made: commands.Command, line: str) -> None:
    assert made.line == line
    with pytest.raises(ValueError, match="not an allowed command"):
        commands.check(line)  # a check cannot send it


@pytest.mark.parametrize(
    "hostile",
    [
        "com.example;reboot",
        "com.example app",
        "com.example\nreboot",
        "com.example$(reboot)",
        "com.example`reboot`",
        "com.example'",
        "--user",
        "com.example|reboot",
        "com.example&reboot",
        "com.example>x",
        "comexample",
        "com." + "a" * 300,
        "com.exаmple.app",  # a Cyrillic letter
        "",
    ],
)
def test_a_name_that_is_none_never_becomes_part_of_a_command(hostile: str) -> None:
    with pytest.raises(ValueError, match="not an allowed action"):
        actions.revoke(0, hostile, SMS)
    with pytest.raises(ValueError, match="not an allowed action"):
        actions.set_op(0, hostile, "CAMERA", "ignore")
    with pytest.raises(ValueError, match="not an allowed action"):
        actions.open_permissions(0, hostile)
    with pytest.raises(ValueError, match="not an allowed action"):
        actions.open_page(0, Page.APP, hostile)


@pytest.mark.parametrize("hostile", ["READ SMS", "a;b", "-r", "$(x)", ".a", "x" * 300, "a\n"])
def test_nor_does_a_permission_or_an_op(hostile: str) -> None:
    with pytest.raises(ValueError, match="not an allowed action"):
        actions.grant(0, APP, hostile)
    with pytest.raises(ValueError, match="not an allowed action"):
        actions.set_op(0, APP, hostile, "ignore")
    with pytest.raises(ValueError, match="not an allowed action"):
        actions.set_op(0, APP, "CAMERA", hostile)


@pytest.mark.parametrize(
    "line",
    [
        "getprop",
        "dumpsys package packages",
        "pm clear com.example.app",
        "pm uninstall com.example.app",
        "pm reset-permissions",
        "settings put global adb_enabled 0",
        f"pm revoke {APP} {SMS}",
        f"pm revoke --user 0 {APP} {SMS};reboot",
        f"pm revoke --user 0 {APP} {SMS} 2>&1;reboot",
    ],
)
def test_the_list_of_actions_is_short(line: str) -> None:
    with pytest.raises(ValueError, match="not an allowed action"):
        actions.check(line)


def test_each_kind_of_action_has_its_command() -> None:
    revoked = Action(ActionKind.REVOKE, 10, APP, SMS)
    assert actions.command(revoked) == actions.revoke(10, APP, SMS)
    given = Action(ActionKind.GRANT, 10, APP, SMS)
    assert actions.command(given) == actions.grant(10, APP, SMS)
    op = Action(ActionKind.SET_OP, 0, APP, SMS, "READ_SMS", "ignore", whole_uid=True)
    assert actions.command(op) == actions.set_op(0, APP, "READ_SMS", "ignore", uid=True)
