"""Components of apps, as ``dumpsys package --all-components`` prints them."""

from __future__ import annotations

import re

from device import commands
from device.parsers.components import parse_components, parse_resolved

DUMP = """\
Packages:
  Package [com.example.app] (a1b2c3):
    userId=10123
    codePath=/data/app/com.example.app-1
    usesLibraryFiles:
      /system/framework/org.apache.http.legacy.jar
    install permissions:
      android.permission.INTERNET: granted=true
    activities:
      com.example.app/.MainActivity
      com.example.app/com.example.app.ui.Second
      com.example.app/com.qq.e.ads.ADActivity
      com.example.app/com.qq.e.ads.PortraitADActivity
    services:
      com.example.app/com.example.apples.Service
      com.example.app/com.google.android.gms.auth.api.signin.Hub
      com.example.app/Rootless
  Package [com.example.plain] (d4e5f6):
    activities:
      com.example.plain/.Main

Hidden system packages:
  Package [com.example.app] (112233):
    pkg=null
"""
FOUND = {
    "com.example.app": ("com.example.apples", "com.google.android.gms.auth", "com.qq.e.ads"),
    "com.example.plain": (),
}


def test_only_classes_outside_the_apps_own_package_count() -> None:
    assert parse_components(DUMP.splitlines()) == FOUND


def test_what_the_phone_filters_out_is_not_missed() -> None:
    """The phone's grep and the parser agree on which lines matter."""
    (pattern,) = re.findall(r"grep -E '([^']+)'", commands.components().line)
    kept = [line for line in DUMP.splitlines() if re.search(pattern, line)]
    assert "      com.example.app/.MainActivity" not in kept
    assert parse_components(kept) == FOUND


def test_the_line_is_on_the_list_of_what_may_be_sent() -> None:
    commands.check(commands.components().line)


def test_an_answer_without_components_is_no_answer() -> None:
    for text in ("", "Unknown argument: --all-components; use -h for help", DUMP[:260]):
        assert parse_components(text.splitlines()) is None


def test_an_app_that_was_cut_is_not_known() -> None:
    cut = DUMP.partition("    services:")[0] + "\n*** SERVICE 'package' DUMP TIMEOUT (30000ms) ***"
    plain = "  Package [com.example.plain] (d4e5f6):\n      com.example.plain/.Main\n"
    assert parse_components((plain + cut).splitlines()) == {"com.example.plain": ()}


def test_an_app_cannot_fill_the_database() -> None:
    lines = ["  Package [a.b] (1):", *(f"      a.b/x{n}.Class" for n in range(5000))]
    found = parse_components(lines)
    assert found is not None
    assert len(found["a.b"]) == 1000


def test_the_tables_of_a_bug_report_tell_of_some() -> None:
    text = """\
Service Resolver Table:
  Non-Data Actions:
      cn.jpush.android.intent.REGISTER:
        5d0c9fe com.example.app/cn.jpush.android.service.PushService filter 1a2b3c
        5d0c9fe com.example.app/.OwnService
        77aa com.example.other/com.example.other.Service

Registered ContentProviders:
  com.example.app/com.qq.e.comm.GDTFileProvider:
    Provider{4f3a2b1 com.example.app/com.qq.e.comm.GDTFileProvider}

Packages:
  Package [com.example.app] (a1b2c3):
    codePath=/data/app/com.example.app-1
"""
    assert parse_resolved(text.splitlines()) == {
        "com.example.app": ("cn.jpush.android.service", "com.qq.e.comm")
    }
