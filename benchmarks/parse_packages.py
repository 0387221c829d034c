"""Prints how fast answers of ``dumpsys package packages`` are read.

    python -m benchmarks.parse_packages [APPS [USERS]]

The text is rendered here, in the form that Android 14 prints, with as many grants as a phone has.
"""

from __future__ import annotations

import sys
import time

from device.parsers.assemble import build_apps
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
    apps, users = (int(word) for word in (sys.argv[1:] + ["400", "2"][len(sys.argv) - 1 :])[:2])
    text = render(apps, users)
    chunks = [text[start : start + 65536] for start in range(0, len(text), 65536)]
    times = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        dump = parse_packages(chunks)
        times.append(time.perf_counter() - start)
    assert len(dump.packages) == apps
    assert dump.unknown_lines == 0
    start = time.perf_counter()
    found = build_apps(dump, None, None, None)
    built = time.perf_counter() - start
    megabytes = len(text) / 1e6
    print(f"{apps} apps, {users} users, {megabytes:.2f} MB, {text.count(10):,} lines")
    print(f"parse_packages: {min(times) * 1000:.0f} ms, {megabytes / min(times):.0f} MB/s")
    print(f"build_apps: {built * 1000:.0f} ms for {len(found)} apps")


if __name__ == "__main__":
    main()
