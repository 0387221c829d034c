"""Prints how fast answers of ``dumpsys package packages`` are read, at first and again unchanged.

    python -m benchmarks.parse_packages [APPS [USERS]]

Beside it the floor, splitting the bytes into lines of text, and MVT's parser (benchmarks/mvt.py).

The text is rendered here, in the form that Android 14 prints, with as many grants as a phone has.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from benchmarks import mvt
from device.parsers.assemble import build_apps
from device.parsers.known_blocks import KnownBlocks
from device.parsers.package_dump import parse_packages

_FLAGS = "USER_SENSITIVE_WHEN_GRANTED|USER_SENSITIVE_WHEN_DENIED"
_RUNS = 7


def render(apps: int, users: int) -> bytes:
    lines = ["Packages:"]
    for number in range(apps):
        lines += _block(number, users)
    return ("\n".join(lines) + "\n").encode()


def _block(number: int, users: int) -> list[str]:
    name = f"com.example.maker{number % 37}.app{number}"
    path = f"/data/app/~~{number * 7919:022x}==/{name}-{number * 104729:022x}=="
    system = "SYSTEM " if number % 3 else ""
    lines = [
        f"  Package [{name}] ({number * 65537 & 0xFFFFFFF:x}):",
        f"    appId={10000 + number}",
        f"    pkg=Package{{{number * 131:x} {name}}}",
        f"    codePath={path}",
        f"    resourcePath={path}",
        f"    legacyNativeLibraryDir={path}/lib",
        "    extractNativeLibs=false",
        "    primaryCpuAbi=arm64-v8a",
        "    secondaryCpuAbi=null",
        "    cpuAbiOverride=null",
        f"    versionCode={number * 1000 + 7} minSdk=26 targetSdk=34",
        "    minExtensionVersions=[]",
        f"    versionName={number % 9}.{number % 7}.{number}",
        "    usesNonSdkApi=false",
        "    splits=[base, config.arm64_v8a, config.xxhdpi]",
        "    apkSigningVersion=3",
        f"    flags=[ {system}HAS_CODE ALLOW_CLEAR_USER_DATA ]",
        "    privateFlags=[ ALLOW_AUDIO_PLAYBACK_CAPTURE PARTIALLY_DIRECT_BOOT_AWARE ]",
        "    forceQueryable=false",
        "    supportsScreens=[small, medium, large, xlarge, resizeable, anyDensity]",
        "    timeStamp=2026-03-01 08:00:00",
        "    lastUpdateTime=2026-03-01 08:00:01",
        "    installerPackageName=com.android.vending",
        "    installerPackageUid=10120",
        "    initiatingPackageName=com.android.vending",
        "    originatingPackageName=null",
        "    packageSource=2",
        f"    signatures=PackageSignatures{{{number:x} version:3, signatures:[{number * 40503:x}],"
        " past signatures:[]}",
        "    installPermissionsFixed=false",
        f"    pkgFlags=[ {system}HAS_CODE ALLOW_CLEAR_USER_DATA ]",
        "    declared permissions:",
        f"      {name}.DYNAMIC_RECEIVER_NOT_EXPORTED_PERMISSION: prot=signature",
        "    install permissions:",
        f"      {name}.DYNAMIC_RECEIVER_NOT_EXPORTED_PERMISSION: granted=true",
    ]
    lines += [
        f"      android.permission.NORMAL_{(number * 5 + step) % 180}: granted=true"
        for step in range(24)
    ]
    for user in range(users):
        lines += _user(name, number, user)
    return lines


def _user(name: str, number: int, user: int) -> list[str]:
    lines = [
        f"    User {user * 10}: ceDataInode={number * 31 + user} installed=true hidden=false"
        " suspended=false distractionFlags=0 stopped=false notLaunched=false enabled=0"
        " instant=false virtual=false",
        "      installReason=4",
        f"      firstInstallTime=2025-0{number % 9 + 1}-11 10:00:00",
        "      uninstallReason=0",
        "      overlay paths:",
        "        /product/overlay/NavigationBarModeGestural/NavigationBarModeGesturalOverlay.apk",
        "      gids=[3002, 3003, 3001]",
        "      runtime permissions:",
    ]
    lines += [
        f"        android.permission.DANGEROUS_{(number * 3 + step) % 40}: granted="
        + (f"true, flags=[ USER_SET|{_FLAGS}]" if step % 3 else f"false, flags=[ {_FLAGS}]")
        for step in range(28)
    ]
    lines.append("      disabledComponents:")
    lines += [f"        {name}.component.Receiver{step}" for step in range(12)]
    return lines


def main() -> None:
    apps, users = (int(word) for word in (sys.argv[1:] + ["1000", "2"][len(sys.argv) - 1 :])[:2])
    text = render(apps, users)
    chunks = [text[start : start + 65536] for start in range(0, len(text), 65536)]
    dump = parse_packages(chunks)
    assert len(dump.packages) == apps
    assert dump.unknown_lines == 0
    known = KnownBlocks()
    parse_packages(chunks, known)

    def later() -> None:
        known.begin()
        parse_packages(chunks, known)

    print(f"{apps} apps, {users} users, {len(text) / 1e6:.2f} MB, {text.count(10):,} lines")
    floor = _row("the floor: split into lines", text, lambda: text.decode().split("\n"), None)
    first = _row(
        "parse_packages, first", text, lambda: parse_packages(chunks, KnownBlocks()), floor
    )
    again = _row("parse_packages, later", text, later, floor)
    _row("build_apps", text, lambda: build_apps(dump, None, None, None), floor)
    print("first beside", mvt.beside(mvt.PACKAGES, text, first))
    print("later beside", mvt.beside(mvt.PACKAGES, text, again))


def _row(name: str, text: bytes, work: Callable[[], object], floor: float | None) -> float:
    """Processor time, the best of several."""
    best = float("inf")
    for _ in range(_RUNS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    speed = len(text) / 1e6 / best
    times = f", {best / floor:.1f} times the floor" if floor else ""
    print(f"{name:<28} {best * 1000:7.1f} ms {speed:7.0f} MB/s{times}")
    return best


if __name__ == "__main__":
    main()
