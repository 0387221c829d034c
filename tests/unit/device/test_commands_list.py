from __future__ import annotations

import re
from pathlib import Path

import pytest

from device import commands

ROOT = Path(__file__).parents[3]
NONCE = "0123456789abcdef"

ALL = [
    commands.getprop(),
    commands.date(),
    commands.list_users(),
    commands.packages(),
    commands.shared_users(),
    commands.permissions(),
    commands.whole_package_dump(),
    *commands.permission_holders(["android.permission.READ_SMS", "com.example.permission.X"]),
    commands.appops(),
    commands.appops_history(),
    commands.secure_settings(0),
    commands.secure_settings(10),
    commands.device_policy(),
    commands.notification_listeners(),
    commands.roles(),
    commands.battery_exemptions(),
    commands.accessibility(),
    commands.apk_paths(10),
    *commands.apk_sizes(["/data/app/~~-a_b==/com.example-x==/base.apk", "/system/app/A/A.apk"]),
    commands.apk_range("/apex/com.android.x@3400/app/A/A.apk", 0, 16),
]


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_every_command_is_allowed_alone_patient_and_in_a_chain(command: commands.Command) -> None:
    commands.check(command.line)
    commands.check(commands.patient(command).line)
    commands.check(commands.chain([command, commands.getprop()], NONCE).line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "reboot",
        "getprop;reboot",
        "getprop; reboot",
        "getprop\nreboot",
        "getprop\n",
        "getprop && reboot",
        "getprop $(reboot)",
        f"getprop;echo @@{NONCE}:0:$?;reboot",
        f"reboot;echo @@{NONCE}:0:$?",
        f"getprop;echo @@{NONCE}:0:$?reboot",
        "getprop;echo @@`reboot`:0:$?",
        "pm grant com.example android.permission.READ_SMS",
        "pm list users; pm clear com.example",
        "dumpsys package permission android.permission.READ_SMS;reboot",
        "dumpsys package permission a|reboot",
        "dumpsys notification",
        "dumpsys notification --noredact",
        "dumpsys deviceidle whitelist +com.example",
        "settings put secure x 1",
        "settings list --user 0 secure; settings put secure x 1",
        "settings list --user 0 global",
        "dumpsys -t 60 package packages > /sdcard/x",
        "dd if=/data/app/x/base.apk bs=4096 skip=0 count=1 2>/dev/null of=/sdcard/x",
        "dd if=/data/system/users/0.xml bs=4096 skip=0 count=1 2>/dev/null",
        "stat -c %s:%n /sdcard 2>/dev/null || true",
    ],
)
def test_everything_else_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not an allowed command"):
        commands.check(line)


def test_names_of_permissions_go_into_as_few_lines_as_fit() -> None:
    names = [f"com.example.permission.NUMBER_{number:04}" for number in range(300)]
    lines = [command.line for command in commands.permission_holders(names)]
    assert len(lines) == 3
    assert all(len(line) <= commands.LONGEST_LINE for line in lines)
    prefix = "dumpsys package permission "
    assert [name for line in lines for name in line.removeprefix(prefix).split()] == names


def test_what_is_no_name_of_a_permission_never_becomes_part_of_a_line() -> None:
    assert commands.permission_holders([]) == ()
    for bad in ("a b", "a;b", "", "a\n", "ä", "$(x)", "x" * 256):
        assert not commands.is_permission_name(bad)
        with pytest.raises(ValueError, match="not a permission's name"):
            commands.permission_holders([bad])


def test_what_is_no_path_of_an_apk_never_becomes_part_of_a_line() -> None:
    for bad in (
        "a.apk",
        "/a b.apk",
        "/a;b.apk",
        "/../a.apk",
        "/$x.apk",
        "/*.apk",
        "/a\n.apk",
        "/a",
    ):
        assert not commands.is_apk_path(bad)
        with pytest.raises(ValueError, match="not the path of an APK"):
            commands.apk_sizes([bad])
        with pytest.raises(ValueError, match="not the path of an APK"):
            commands.apk_range(bad, 0, 1)


def test_patience_is_asked_for_in_androids_own_way() -> None:
    patient = commands.patient(commands.packages())
    assert patient.line == "dumpsys -t 60 package packages"
    assert patient.name == commands.packages().name
    assert commands.patient(patient).line == patient.line
    assert commands.patient(commands.getprop()).line == "getprop"


def test_a_chain_takes_as_long_as_its_commands_together() -> None:
    chain = commands.chain([commands.roles(), commands.packages()], NONCE)
    assert chain.timeout == commands.roles().timeout + commands.packages().timeout
    assert chain.idle_timeout == commands.packages().idle_timeout


def test_the_phone_lets_nothing_of_a_notification_through() -> None:
    """The filter's own pattern, on lines as Android prints them around the listeners."""
    pattern = re.search(r"grep -E '(.*)'", commands.notification_listeners().line)
    assert pattern is not None
    kept = [
        "  Notification listeners:",
        "    Allowed notification listeners:",
        "      com.example.a/com.example.a.Listener:com.b/.L (user: 10 isPrimary: true)",
        "    All notification listeners (2) enabled for current profiles:",
        "(user 0):   All notification listeners (3) enabled for current profiles:",
        "      ComponentInfo{com.example/com.example.Inner$Listener}",
        "    Live notification listeners (3):",
        "    Has user set:",
        "      userId=0 value={com.example/com.example.Listener}",
        "  Condition providers:",
    ]
    dropped = [
        "  Notification List:",
        "    NotificationRecord(0x0a: pkg=com.example user=UserHandle{0} id=1 tag=null)",
        "      tickerText=Meet me at 8: the old place",
        "                android.title=String (Your code is 123456)",
        "      Your code (user: 123456)",
        "  Zen Mode:",
        "All my friends:",
    ]
    for line in kept:
        assert re.search(pattern[1], line), line
    for line in dropped:
        assert not re.search(pattern[1], line), line


def test_one_module_alone_sends_commands() -> None:
    """No other file of the program opens a shell or talks to adbutils."""
    telling = re.compile(r"(import|from) adbutils|send_command")
    found = {
        file.relative_to(ROOT).as_posix()
        for room in ("audit", "cli", "db", "device", "gui", "resources")
        for file in (ROOT / room).rglob("*.py")
        if "demo_phone" not in file.parts and telling.search(file.read_text(encoding="utf-8"))
    }
    assert found == {"device/host.py", "device/transport.py"}
