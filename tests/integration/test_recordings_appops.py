"""App-ops and special access of real phones: every access line, every uid mode.

The counts to compare with come from plain patterns over the text, which share nothing with the
parsers.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.parsers.accessibility import parse_accessibility
from device.parsers.appops import parse_appops, uses
from device.parsers.battery import parse_battery
from device.parsers.device_policy import parse_device_policy
from device.parsers.lines import text_lines
from device.parsers.notifications import parse_notifications
from device.parsers.settings import components

ROOT = Path(__file__).parents[2]
RECORDINGS = Path(
    os.environ.get("PERMISSION_CHECKUP_RECORDINGS", ROOT.parent / "shared" / "recordings")
)
pytestmark = pytest.mark.skipif(
    not RECORDINGS.is_dir(), reason=f"no recordings of real phones in {RECORDINGS}"
)

NOW = datetime(2026, 5, 4, 16, 30, 1, 737000, UTC)
HYPER_OS = "a14-xiaomi-pad6-hyperos2/dumpsys_appops.partA_dev.txt"
APPOPS = (
    HYPER_OS,
    "a6-lg-m150-att/dumpsys_appops.txt",
    "a6-lg-m150-att/dumpsys_appops_b.txt",
    "a6-lg-m150-att/dumpsys_appops_c.txt",
    "a7-honor-frdl04-emui5/dumpsys_appops.first40uids_dev.txt",
    "a81-smartron-tphone/dumpsys_appops.txt",
    "mvt-fixtures/android_data__dumpsys_appops.txt",
    "mvt-fixtures/android_data__bugreport__dumpstate.txt",
    "mvt-fixtures/androidqf__dumpsys.txt",
)
_ACCESS = re.compile(r"^ +(?:Access|Reject|Running start at): |; (?:time|rejectTime)=\+", re.M)
_PACKAGE = re.compile(r"^    Package ([^\s:]+)", re.M)
_PACKAGE_OP = re.compile(r"^      \S+ \(.*\): ?$", re.M)


def lines_of(name: str) -> list[str]:
    return list(text_lines([(RECORDINGS / name).read_bytes()]))


def uid_part(name: str) -> str:
    """From the first uid on, up to the end of the dump."""
    text = "\n".join(lines_of(name))
    text = text[text.index("Current AppOps Service state:") :]
    text = text[text.index("\n  Uid ") + 1 :]
    ends = (text.find("\n  AppOps policy"), text.find("\n---------"))
    return text[: min((end for end in ends if end >= 0), default=len(text))] + "\n"


@pytest.mark.parametrize("name", APPOPS)
def test_every_access_line_is_read(name: str) -> None:
    expected = sum(len(_ACCESS.findall(line)) for line in uid_part(name).split("\n"))
    dump = parse_appops(lines_of(name), NOW, None)
    assert dump.header_seen
    assert not dump.truncated
    assert dump.access_lines_seen == expected > 0
    assert dump.access_lines_parsed >= 0.999 * expected
    assert dump.unknown_lines == 0, dump.samples
    assert sum(1 for _ in uses(dump)) == dump.access_lines_parsed


@pytest.mark.parametrize("name", APPOPS)
def test_every_package_is_there(name: str) -> None:
    dump = parse_appops(lines_of(name), NOW, None)
    packages = {package for _, _, package in dump.package_ops}
    assert packages == set(_PACKAGE.findall(uid_part(name)))


def test_no_uid_mode_and_no_op_of_hyper_os_is_lost() -> None:
    text = uid_part(HYPER_OS)
    dump = parse_appops(lines_of(HYPER_OS), NOW, None)
    expected = len(re.findall(r"^      \S+: mode=\w+$", text, re.M))
    assert sum(len(modes) for modes in dump.uid_modes.values()) == expected > 200
    ops = [name for ops in dump.package_ops.values() for name in ops]
    assert len(ops) == len(_PACKAGE_OP.findall(text)) > 700
    vendor = [name for name in ops if name.startswith("MIUIOP(")]
    assert len(vendor) == len(re.findall(r"^      MIUIOP\(", text, re.M)) > 100


def test_hyper_os_times_are_those_of_its_zone() -> None:
    """Local text and age agree on two hours east of Greenwich, to the millisecond."""
    dump = parse_appops(lines_of(HYPER_OS), NOW, None)
    ops = dump.package_ops[1001, 0, "com.android.phone"]
    assert ops["WAKE_LOCK"].accesses[0].at == datetime(2026, 5, 4, 13, 57, 39, 484000, UTC)
    assert ops["WAKE_LOCK"].accesses[0].duration_ms == 2646


def test_notification_access() -> None:
    name = "dumpsys_notification_listeners_part.txt"
    hyper_os = parse_notifications(lines_of(f"a14-xiaomi-pad6-hyperos2/{name}"))
    assert hyper_os.listeners == {
        0: frozenset({"com.omarea.vtools", "com.arlosoft.macrodroid", "com.catchingnow.icebox"})
    }
    assert hyper_os.assistants == {0: frozenset({"com.google.android.ext.services"})}
    assert hyper_os.do_not_disturb is None
    smartron = parse_notifications(lines_of(f"a81-smartron-tphone/{name}"))
    launcher, keyboard = "com.smartron.tronxlauncher", "com.google.android.inputmethod.latin"
    assert smartron.listeners == {0: frozenset({launcher, keyboard})}
    assert smartron.assistants == {}
    assert smartron.do_not_disturb == {0: frozenset({"com.android.camera2", launcher, keyboard})}


def test_accessibility() -> None:
    folder = "mvt-fixtures/android_data__dumpsys_accessibility"
    assert parse_accessibility(lines_of(f"{folder}.txt"))[0].enabled == ()
    samsung = parse_accessibility(lines_of(f"{folder}_enabled.txt"))
    assert [package for package, _ in samsung[0].enabled or ()] == ["com.samsung.accessibility"]
    malware = parse_accessibility(lines_of(f"{folder}_v14_or_later.txt"))
    assert malware[0].enabled == (
        ("com.malware.accessibility", "com.malware.service.malwareservice"),
    )
    assert malware[0].bound == ("Accessibility service",)
    for old in ("a81-smartron-tphone", "a9-gwm-haval-car"):
        users = parse_accessibility(lines_of(f"{old}/dumpsys_accessibility.txt"))
        assert (users[0].enabled, users[0].bound) == (None, ())


def test_the_setting_of_hyper_os_names_nine_services() -> None:
    folder = "a14-xiaomi-pad6-hyperos2"
    (line,) = filter(
        None, lines_of(f"{folder}/settings_get_secure_enabled_accessibility_services.txt")
    )
    assert len(components(line)) == line.count("/") == 9


def test_device_policy_and_battery() -> None:
    policy = parse_device_policy(lines_of("a81-smartron-tphone/dumpsys_device_policy.txt"))
    assert policy is not None
    assert policy.admins == {0: ()}
    assert (policy.device_owner, policy.profile_owners) == (None, {})
    battery = parse_battery(lines_of("a81-smartron-tphone/dumpsys_deviceidle.txt"))
    assert battery is not None
    assert battery.user == frozenset()
    assert (len(battery.system), len(battery.system_except_idle)) == (9, 10)
