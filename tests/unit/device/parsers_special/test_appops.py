"""The app-op dump in the forms of each Android version; times are checked in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.model import Op
from device.parsers.appops import AppOpsDump, ops_of, parse_appops, uid_number, uses

NOW = datetime(2026, 5, 4, 16, 30, 1, 737000, UTC)

ANDROID_6 = """\
Current AppOps Service state:
  Op mode watchers:
    Op COARSE_LOCATION:
      #0: com.android.server.AppOpsService$Callback@56460eb
  Clients:
    android.os.Binder@d17d9e6:
      ClientState{mAppToken=android.os.Binder@d17d9e6, local}

  Uid 1000:
    Package com.example.system:
      MONITOR_LOCATION: mode=0; time=+4h10m10s565ms ago (running)
  Uid u0a41:
      COARSE_LOCATION: mode=1
      WIFI_SCAN: mode=4
    Package com.example.app:
      WRITE_SMS: mode=1; rejectTime=+3h0m0s0ms ago
      CHANGE_WIFI_STATE: mode=0; time=+1d0h0m0s0ms ago; rejectTime=+2d0h0m0s0ms ago
      WAKE_LOCK: mode=0; time=+1h0m0s0ms ago; duration=+2s672ms
      READ_SMS: mode=3
      AUTO_START: mode=5
      Unknown(99): mode=7
"""

EMUI_5 = """\
Current AppOps Service state:

  Uid u0a7:
    Package com.example.one isPrivileged:\x20
true needSyncPriv:
false :
      READ_EXTERNAL_STORAGE: mode=0; time=+11h23m16s136ms ago
    Package com.example.two isPrivileged:\x20
false needSyncPriv:
false :
      WRITE_SETTINGS: mode=3; rejectTime=+53d6h38m45s499ms ago
"""

ANDROID_9 = """\
Current AppOps Service state:
  Settings:
    top_state_settle_time=+30s0ms

  Uid u0a7:
    state=cch\x20\x20
    pendingState=cch\x20\x20
    startNesting=1
    foregroundOps:
      COARSE_LOCATION: WATCHER
      CAMERA: SILENT
    hasForegroundWatchers=true
      COARSE_LOCATION: mode=foreground
    Package com.example.downloads:
      READ_EXTERNAL_STORAGE (allow):\x20
          Access: fg    = 2026-05-02 08:18:27.423 (-2d10h11m34s314ms)
                  bg    = 2026-05-04 08:45:54.775 (-9h44m6s962ms)
          Reject: bg    = 2026-05-01 22:12:32.875 (-2d20h17m28s862ms)
          duration=+548ms
      WAKE_LOCK (allow):\x20
          Access: pers  = 2026-05-04 18:30:00.000 (-1s737ms)
          Running start at: +3h1m31s107ms
          startNesting=2
"""

ANDROID_10 = """\
Current AppOps Service state:

  Uid u0a103:
    state=cch
      COARSE_LOCATION: mode=ignore
    Package com.example.social:
      READ_CONTACTS (allow):
          Access: [bg-tpd] 2026-04-12 14:07:41.975 (-22d4h22m19s762ms)
      WRITE_SMS (ignore):
          Reject: [fg-s]2026-05-04 18:29:01.737 (-1m0s0ms)
      TOAST_WINDOW (allow):
          Access: [bg-s|tp] 2026-05-04 18:20:01.737 (-10m0s0ms) duration=+1s942ms \
proxy[uid=0, pkg=null]
      FINE_LOCATION (deny / switch COARSE_LOCATION=allow):\x20
      MIUIOP(10008) (mode=5):\x20
"""

ANDROID_14 = """\
Current AppOps Service state:
  Profile owners:
    User #10: u10a294

  Uid 1000:
    state=pers
    capability=LCMNFU
    appWidgetVisible=false
    Package android:
      FINE_LOCATION (allow / switch COARSE_LOCATION=allow):\x20
        null=[
          Access: [pers-s] 2026-05-04 08:03:11.233 (-10h26m50s504ms)
        ]
        SensorService=[
          Access: [pers-s] 2026-05-04 15:57:56.753 (-2h32m4s984ms) duration=+2h22m10s438ms
          Reject: [pers-s]2026-05-04 15:57:56.753 (-2h32m4s984ms)
          Running start at: +2s769ms
          startNesting=5
        ]
  Uid u10a123:
    Package com.example.mail:
      READ_CONTACTS (allow):\x20
        sync=[
          Access: [fg-upd] 2026-05-04 18:00:01.737 (-30m0s0ms) proxy[uid=10174, \
pkg=com.example.asker, attributionTag=picker]
        ]
      MIUIOP(10001) (ask):\x20
  Uid u0ai9000:
    state=fg
  Uid u0i1:
    state=cch


  AppOps policy location tags:
    #0: 1000=android[LocationService]
      FINE_LOCATION: mode=ignore
"""


def parse(text: str, now: datetime | None = NOW) -> AppOpsDump:
    return parse_appops(text.splitlines(), now, None)


def ages(dump: AppOpsDump, package: str, op: str) -> list[tuple[bool, timedelta]]:
    """Rejected, and how long before NOW, of each access."""
    return [
        (use.rejected, NOW - use.at) for use in uses(dump) if (use.package, use.op) == (package, op)
    ]


def test_android_6_numbers_are_words_and_ages_are_times() -> None:
    dump = parse(ANDROID_6)
    assert dump.uid_modes == {10041: {"COARSE_LOCATION": "ignore", "WIFI_SCAN": "foreground"}}
    ops = dump.package_ops[10041, 0, "com.example.app"]
    assert {name: record.mode for name, record in ops.items()} == {
        "WRITE_SMS": "ignore",
        "CHANGE_WIFI_STATE": "allow",
        "WAKE_LOCK": "allow",
        "READ_SMS": "default",
        "AUTO_START": "ask",
        "Unknown(99)": "7",
    }
    assert ages(dump, "com.example.app", "WRITE_SMS") == [(True, timedelta(hours=3))]
    both = [(False, timedelta(days=1)), (True, timedelta(days=2))]
    assert ages(dump, "com.example.app", "CHANGE_WIFI_STATE") == both
    assert ops["WAKE_LOCK"].accesses[0].duration_ms == 2672
    running = dump.package_ops[1000, 0, "com.example.system"]["MONITOR_LOCATION"].accesses
    assert [access.running for access in running] == [True]
    assert (dump.unknown_lines, dump.access_lines_seen, dump.access_lines_parsed) == (0, 5, 5)


def test_emui_breaks_the_package_header_over_three_lines() -> None:
    dump = parse(EMUI_5)
    assert set(dump.package_ops) == {(10007, 0, "com.example.one"), (10007, 0, "com.example.two")}
    assert dump.unknown_lines == 0
    assert dump.access_lines_parsed == 2


def test_android_9_lists_further_states_without_a_label() -> None:
    dump = parse(ANDROID_9)
    ops = dump.package_ops[10007, 0, "com.example.downloads"]
    accesses = ops["READ_EXTERNAL_STORAGE"].accesses
    assert [(a.state, a.rejected, a.duration_ms) for a in accesses] == [
        ("fg", False, None),
        ("bg", False, 548),
        ("bg", True, None),
    ]
    # 18:30:01 on the phone is 16:30:01 UTC; the milliseconds are those of the printed time.
    assert accesses[0].at == datetime(2026, 5, 2, 6, 18, 27, 423000, UTC)
    assert accesses[0].precision == 0
    running = ops["WAKE_LOCK"].accesses[1]
    assert running.running
    assert running.at == NOW - timedelta(hours=3, minutes=1, seconds=31, milliseconds=107)
    assert dump.uid_modes == {10007: {"COARSE_LOCATION": "foreground"}}
    assert dump.unknown_lines == 0


def test_android_10_keys_proxies_and_switches() -> None:
    dump = parse(ANDROID_10)
    ops = dump.package_ops[10103, 0, "com.example.social"]
    contacts = ops["READ_CONTACTS"].accesses[0]
    assert (contacts.state, contacts.on_behalf) == ("bg", "tpd")
    assert ages(dump, "com.example.social", "WRITE_SMS") == [(True, timedelta(minutes=1))]
    toast = ops["TOAST_WINDOW"].accesses[0]
    assert (toast.on_behalf, toast.duration_ms, toast.proxy_package) == ("s|tp", 1942, None)
    assert ops["MIUIOP(10008)"].mode == "ask"
    location = ops["FINE_LOCATION"]
    assert (location.switch_op, location.switch_mode) == ("COARSE_LOCATION", "allow")
    assert dump.unknown_lines == 0


def test_android_14_attributions_running_ops_and_what_follows_the_last_uid() -> None:
    dump = parse(ANDROID_14)
    accesses = dump.package_ops[1000, 0, "android"]["FINE_LOCATION"].accesses
    assert [(a.attribution, a.rejected, a.running) for a in accesses] == [
        (None, False, False),
        ("SensorService", False, False),
        ("SensorService", True, False),
        ("SensorService", False, True),
    ]
    assert accesses[1].duration_ms == 8_530_438
    mail = dump.package_ops[1010123, 10, "com.example.mail"]
    (use,) = [use for use in uses(dump) if use.package == "com.example.mail"]
    assert (use.user, use.proxy, use.attribution) == (10, "com.example.asker", "sync")
    proxied = mail["READ_CONTACTS"].accesses[0]
    assert (proxied.proxy_uid, proxied.proxy_tag) == (10174, "picker")
    assert mail["MIUIOP(10001)"].mode == "ask"
    assert dump.isolated_uids == {99000, 99001}
    assert dump.uid_modes == {}
    assert dump.unknown_lines == 0
    assert dump.access_lines_seen == dump.access_lines_parsed == 5


@pytest.mark.parametrize(
    ("text", "uid"),
    [
        ("0", 0),
        ("1000", 1000),
        ("u0a123", 10123),
        ("u10a123", 1010123),
        ("u0s1000", 1000),
        ("u11s1000", 1101000),
        ("u0i1", 99001),
        ("u0ai0", 90000),
        ("u0ai9000", 99000),
        ("u0", None),
        ("u0x5", None),
        ("ua1", None),
        ("-1", None),
        ("1" * 21, None),
        ("u0a" + "0" * 18 + "1", None),
        ("", None),
    ],
)
def test_uid_spellings(text: str, uid: int | None) -> None:
    assert uid_number(text) == uid


def test_ops_of_an_app_are_those_of_the_package_and_of_its_uid() -> None:
    dump = parse(ANDROID_10)
    ops = {op.name: op for op in ops_of(dump, 10103, "com.example.social")}
    assert ops["COARSE_LOCATION"] == Op("COARSE_LOCATION", None, "ignore")
    assert ops["READ_CONTACTS"] == Op("READ_CONTACTS", "allow", None)
    # Android asks COARSE_LOCATION only, so its modes count, and not the "deny".
    assert ops["FINE_LOCATION"] == Op("FINE_LOCATION", "allow", "ignore")
    assert ops_of(dump, 10103, "com.example.sharing") == (ops["COARSE_LOCATION"],)
    assert ops_of(dump, 10999, "com.example.other") == ()


def one_access(line: str) -> str:
    return (
        "Current AppOps Service state:\n  Uid u0a1:\n    Package p:\n"
        f"      CAMERA (allow): \n        null=[\n          {line}\n        ]\n"
    )


def test_the_same_access_has_the_same_time_in_every_check() -> None:
    """The clock is read a moment before or after the dump: that must not move the access."""
    first = parse(one_access("Access: [bg-s] 2026-05-04 18:00:01.111 (-30m0s626ms)"))
    later = parse(
        one_access("Access: [bg-s] 2026-05-04 18:00:01.111 (-1d0h30m3s126ms)"),
        NOW + timedelta(days=1),
    )
    assert [u.at for u in uses(first)] == [datetime(2026, 5, 4, 16, 0, 1, 111000, UTC)]
    assert [u.at for u in uses(first)] == [u.at for u in uses(later)]


@pytest.mark.parametrize(
    ("local", "age", "offset"),
    [
        ("2026-05-04 18:00:01.737", "-30m0s0ms", timedelta(hours=2)),
        ("2026-05-04 21:45:01.737", "-30m0s0ms", timedelta(hours=5, minutes=45)),
        ("2026-05-04 06:30:01.737", "-30m0s0ms", timedelta(hours=-9, minutes=-30)),
        ("2026-01-04 17:30:01.737", "-120d0h0m0s0ms", timedelta(hours=1)),
        ("2026-05-04 16:00:01.737", "+30m0s0ms", timedelta(hours=-1)),
        ("2026-05-04 18:30:01.737", "0", timedelta(hours=2)),
    ],
)
def test_age_against_local_time_gives_the_offset(local: str, age: str, offset: timedelta) -> None:
    (use,) = uses(parse(one_access(f"Access: [bg-s] {local} ({age})")))
    expected = datetime.fromisoformat(local).replace(tzinfo=timezone(offset))
    assert use.at == expected


def test_digits_of_another_language_are_read() -> None:
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    local = "2026-05-04 18:00:01.737".translate(arabic)
    (use,) = uses(parse(one_access(f"Access: [bg-s] {local} (-30m0s0ms)")))
    assert (use.at, use.precision) == (NOW - timedelta(minutes=30), 0)


def test_without_a_clock_the_zone_decides_and_without_both_no_time_is_invented() -> None:
    lines = one_access("Access: [bg-s] 2026-01-04 18:00:01.737 (-30m0s0ms)").splitlines()
    (use,) = uses(parse_appops(lines, None, ZoneInfo("Europe/Berlin")))
    assert use.at == datetime(2026, 1, 4, 17, 0, 1, 737000, UTC)
    unknown = parse_appops(lines, None, None)
    assert unknown.package_ops[10001, 0, "p"]["CAMERA"].accesses[0].at is None
    assert unknown.access_lines_parsed == 1
    assert list(uses(unknown)) == []


def test_a_clock_that_is_not_the_dumps_own_gives_way_to_the_zone() -> None:
    lines = one_access("Access: [bg-s] 2026-01-04 18:00:01.737 (-30m0s0ms)").splitlines()
    (use,) = uses(parse_appops(lines, NOW, ZoneInfo("Europe/Berlin")))
    assert use.at == datetime(2026, 1, 4, 17, 0, 1, 737000, UTC)


@pytest.mark.parametrize(
    "line",
    ["Access: [bg-s] nonsense (x)", "Access: [bg-s", "Access: ", "Running start at: soon"],
)
def test_an_unreadable_access_is_counted_and_nothing_else_lost(line: str) -> None:
    dump = parse(one_access(line) + "      READ_SMS (ignore): \n")
    assert (dump.access_lines_seen, dump.access_lines_parsed) == (1, 0)
    assert dump.unknown_lines == 1
    assert dump.samples == (f"          {line}",)
    assert dump.package_ops[10001, 0, "p"]["READ_SMS"].mode == "ignore"


def test_a_stray_line_is_counted_and_the_rest_of_the_uid_kept() -> None:
    dump = parse(one_access("startNesting=2") + "WARNING: linker\n      READ_SMS (ignore): \n")
    assert (dump.unknown_lines, dump.samples) == (1, ("WARNING: linker",))
    assert dump.package_ops[10001, 0, "p"]["READ_SMS"].mode == "ignore"


def test_refused_absent_and_timed_out_are_told_apart() -> None:
    refused = parse("Permission Denial: can't dump AppOpsService from from pid=1, uid=2000\n")
    assert (refused.refused, refused.header_seen) == (True, False)
    absent = parse("Can't find service: appops\n")
    assert (absent.refused, absent.header_seen) == (False, False)
    late = parse(ANDROID_14 + "\n*** SERVICE 'appops' DUMP TIMEOUT (10000ms) EXPIRED ***\n\n")
    assert late.truncated
    assert late.package_ops == parse(ANDROID_14).package_ops


def test_a_timeout_before_the_first_line_is_no_empty_phone() -> None:
    late = parse("*** SERVICE 'appops' DUMP TIMEOUT (10000ms) EXPIRED ***\n")
    assert (late.truncated, late.header_seen) == (True, False)


def test_a_rule_ends_the_uid_above_it() -> None:
    text = one_access("Access: [top-s] 2026-05-04 18:30:00.000 (-1s737ms)")
    dump = parse(f"{text}-------------\n    Package q:\n      READ_SMS (allow): \n")
    assert set(dump.package_ops) == {(10001, 0, "p")}
    assert len(dump.package_ops[10001, 0, "p"]["CAMERA"].accesses) == 1
    assert dump.unknown_lines == 0


@pytest.mark.parametrize("line", ["    Package :", "       (allow):", "      odd (allow)"])
def test_a_line_without_the_name_it_should_have_is_counted(line: str) -> None:
    dump = parse(one_access("startNesting=2") + line + "\n      READ_SMS (ignore): \n")
    assert (dump.unknown_lines, dump.samples) == (1, (line,))
    assert dump.package_ops[10001, 0, "p"]["READ_SMS"].mode == "ignore"


def test_what_stands_behind_the_last_uid_is_no_unknown_line() -> None:
    behind = "  Restrictions:\n    odd\n      odder\n        oddest\n          odd beyond\n"
    dump = parse(one_access("startNesting=2") + behind)
    assert dump == parse(one_access("startNesting=2"))


def test_an_access_that_stands_further_in_is_the_same_access() -> None:
    access = "Access: [top-s] 2026-05-04 18:30:00.000 (-1s737ms)"
    assert parse(one_access(f"  {access}")) == parse(one_access(access))


def test_text_around_the_dump_is_skipped() -> None:
    other = "DUMP OF SERVICE other:\n  Uid 5:\n    Package x:\n      CAMERA (allow): \n"
    end = "--------- 0.053s was the duration of dumpsys appops, ending at: 2026-05-04 18:30:02\n"
    assert parse(other + ANDROID_14 + end + other) == parse(ANDROID_14)


WHOLE = "\n".join((ANDROID_9, ANDROID_10, ANDROID_14, ANDROID_6, EMUI_5)).replace(
    "Current AppOps Service state:\n", ""
)


@settings(max_examples=150, database=None)
@given(
    start=st.integers(0, len(WHOLE)),
    length=st.integers(0, 40),
    text=st.text(st.sampled_from("0123456789dhms:=()[] -+/uai\n") | st.characters(), max_size=12),
)
def test_no_mutation_makes_it_fail(start: int, length: int, text: str) -> None:
    mutated = WHOLE[:start] + text + WHOLE[start + length :]
    dump = parse_appops(
        f"Current AppOps Service state:\n{mutated}".split("\n"), NOW, ZoneInfo("Asia/Shanghai")
    )
    assert dump.access_lines_parsed <= dump.access_lines_seen
    assert sum(1 for _ in uses(dump)) <= dump.access_lines_parsed


@settings(max_examples=100, database=None)
@given(end=st.integers(0, len(ANDROID_14)))
def test_a_cut_loses_only_what_was_cut_off(end: int) -> None:
    cut, whole = parse(ANDROID_14[:end]), parse(ANDROID_14)
    complete = ANDROID_14[:end].rpartition("\n")[0]
    for key, ops in parse(complete).package_ops.items():
        assert ops.keys() <= whole.package_ops[key].keys()
    assert cut.access_lines_parsed <= whole.access_lines_parsed
