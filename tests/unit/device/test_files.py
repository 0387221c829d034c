"""Bug reports, androidqf's folders and recorded answers, as people have them on disk."""

from __future__ import annotations

import codecs
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device import commands
from device.commands import Command
from device.errors import (
    CancelledError,
    DeviceError,
    NotAnsweredError,
    NotAReportError,
    UnreadableError,
)
from device.files import FileAnswers, open_answers

DASHES = "-" * 79
PACKAGE = (
    "Database versions:\n  Internal:\n\n"
    "Packages:\n  Package [com.example] (1a2b):\n    userId=10123\n"
)
APPOPS = "Current AppOps Service state:\n  Uid u0a123:\n"
GETPROP = "[persist.sys.timezone]: [Asia/Shanghai]\n[ro.build.version.sdk]: [34]\n"
SETTINGS = """CONFIG SETTINGS (user 0)
_id:1 name:enabled_x pkg:android value:config
GLOBAL SETTINGS (user 0)
_id:2 name:adb_enabled pkg:android value:1 default:1 defaultSystemSet:true
SECURE SETTINGS (user 0)
version: 231
_id:240 name:accessibility_enabled pkg:android value:1 default:0 defaultSystemSet:true
_id:241 name:enabled_accessibility_services pkg:com.android.settings value:a/.B:c/.D tag:null
_id:242 name:text value:two words: three

Historical operations
2026-11-01 10:00:00.000 update name
SECURE SETTINGS (user 10)
_id:311 name:accessibility_enabled pkg:android value:0
SYSTEM SETTINGS (user 10)
_id:312 name:volume value:3
"""


def service(name: str, text: str, kind: str = "") -> str:
    return (
        f"{DASHES}\nDUMP OF SERVICE {kind}{name}:\n{text}"
        f"--------- 0.412s was the duration of dumpsys {name}, ending at: 2026-11-20 10:00:09\n"
    )


REPORT = (
    "========================================================\n"
    "== dumpstate: 2026-11-20 09:58:31\n"
    "========================================================\n\n"
    "Build: X\n"
    "------ UPTIME (uptime) ------\n 10:00\n"
    "------ 0.010s was the duration of 'UPTIME' ------\n"
    "------ SYSTEM PROPERTIES (getprop) ------\n" + GETPROP + ""
    "------ 0.021s was the duration of 'SYSTEM PROPERTIES' ------\n"
    + service("notification", "Allowed notification listeners:\n", "CRITICAL ")
    + service("SurfaceFlinger", "Packages: none of ours\n", "HIGH ")
    + service("package", PACKAGE)
    + service("package", "Packages:\n  second\n")
    + service("appops", APPOPS)
    + service("user", "Users:\n  UserInfo{0:null:4c13} serialNo=0\n")
    + service("settings", SETTINGS)
    + "------ CHECKIN PACKAGE (dumpsys package --checkin) ------\nvers,1\n"
)


def whole(answers: FileAnswers, command: Command) -> str:
    return b"".join(answers.answer(command)).decode(errors="replace")


def assert_is_report(answers: FileAnswers) -> None:
    assert whole(answers, commands.getprop()) == GETPROP
    for command in (
        commands.whole_package_dump(),
        commands.packages(),
        commands.patient(commands.packages()),
        commands.shared_users(),
        commands.permissions(),
    ):
        assert whole(answers, command) == PACKAGE
    assert whole(answers, commands.appops()) == APPOPS
    assert "UserInfo{0" in whole(answers, commands.list_users())
    assert "Allowed" in whole(answers, commands.notification_listeners())
    assert answers.taken_at() == datetime(2026, 11, 20, 1, 58, 31, tzinfo=UTC)
    for command in (commands.roles(), commands.date(), *commands.permission_holders(["a.b"])):
        with pytest.raises(NotAnsweredError):
            whole(answers, command)


@pytest.mark.parametrize("name", ["bugreport-x.txt", "anything", "报告.TXT"])
def test_reads_a_bug_report(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(REPORT, encoding="utf-8")
    assert_is_report(open_answers(tmp_path / name))
    assert_is_report(open_answers(tmp_path))


def test_reads_the_zip_of_a_bug_report_with_thousands_of_other_files(tmp_path: Path) -> None:
    path = tmp_path / "bugreport.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("version.txt", "2.0")
        archive.writestr("bugreport-old.txt", REPORT.replace("com.example", "org.other") * 2)
        archive.writestr("main_entry.txt", "bugreport-fuxi.txt\n")
        archive.writestr("bugreport-fuxi.txt", REPORT)
        archive.writestr("FS/data/misc/getprop.txt", "[ro.wrong]: [1]\n")
        for number in range(300):
            archive.writestr(f"FS/proc/{number}/cmdline", "x\0y\0")
    assert_is_report(open_answers(path))


def test_takes_the_biggest_bug_report_when_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/dumpstate_log.txt", "== dumpstate: nothing\n")
        archive.writestr("a/dumpstate.txt", REPORT)
    assert_is_report(open_answers(path))


def test_reads_line_ends_and_encodings_as_windows_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "bugreport.txt"
    for encoded in (
        REPORT.replace("\n", "\r\n").encode(),
        codecs.BOM_UTF8 + REPORT.encode(),
        codecs.BOM_UTF16_LE + REPORT.replace("\n", "\r\n").encode("utf-16-le"),
        codecs.BOM_UTF16_BE + REPORT.encode("utf-16-be"),
        REPORT.encode("utf-16-le"),
        REPORT.replace("\n", "\r").encode(),
        b"\xc3\xff broken\n" + REPORT.encode(),
    ):
        path.write_bytes(encoded)
        answers = open_answers(path)
        text = whole(answers, commands.packages()).replace("\r\n", "\n")
        assert text == PACKAGE
        assert answers.taken_at() == datetime(2026, 11, 20, 1, 58, 31, tzinfo=UTC)


def test_finds_marks_wherever_the_pieces_of_a_long_text_end(tmp_path: Path) -> None:
    path = tmp_path / "bugreport.txt"
    head, _, tail = REPORT.partition(DASHES)
    for padding in (*range(65_300, 65_540, 7), 1_100_000):
        filler = "x" * padding if padding > 1_000_000 else "x\n" * (padding // 2)
        path.write_text(head + filler + "\n" + DASHES + tail, encoding="utf-8")
        assert_is_report(open_answers(path))


def test_a_section_without_an_end_of_its_own_ends_before_the_next_ones_dashes(
    tmp_path: Path,
) -> None:
    path = tmp_path / "dumpsys.txt"
    for padding in range(65_300, 65_540):
        filler = f"DUMP OF SERVICE package\n{PACKAGE}" + "x" * (padding - 500) + "\n"
        path.write_text(
            f"{filler}{DASHES}\nDUMP OF SERVICE appops\n{APPOPS}{DASHES}\n"
            f"DUMP OF SERVICE CRITICAL role:\n",
            encoding="utf-8",
        )
        answers = open_answers(path)
        assert whole(answers, commands.packages()).endswith("x\n")
        assert whole(answers, commands.appops()) == APPOPS
        assert whole(answers, commands.roles()) == ""


def test_reads_the_output_of_dumpsys_as_androidqf_saves_it(tmp_path: Path) -> None:
    folder = tmp_path / "3f1b" / "deep"
    folder.mkdir(parents=True)
    services = "Currently running services:\n  appops\n  package\n"
    dump = services + service("appops", APPOPS) + service("package", PACKAGE)
    (folder / "dumpsys.txt").write_text(dump, encoding="utf-8")
    (folder / "getprop.txt").write_text(GETPROP, encoding="utf-8")
    (folder / "settings_secure.txt").write_text("a=1\n", encoding="utf-8")
    (folder / "packages.json").write_text("[]", encoding="utf-8")
    (folder / "base.apk").write_bytes(b"PK\x03\x04" + bytes(range(256)))
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in folder.iterdir():
            zipped.write(file, f"3f1b/{file.name}")
    for path in (tmp_path / "3f1b", folder, archive):
        answers = open_answers(path)
        assert whole(answers, commands.packages()) == PACKAGE
        assert whole(answers, commands.appops()) == APPOPS
        assert whole(answers, commands.secure_settings(0)) == "a=1\n"
        assert answers.taken_at() == datetime(2026, 11, 20, 2, 0, 9, tzinfo=UTC)
        with pytest.raises(NotAnsweredError):
            whole(answers, commands.secure_settings(10))


def test_reads_a_bug_reports_zip_inside_a_folder_for_what_is_missing(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bugreport.zip", "w") as archive:
        archive.writestr("bugreport-x.txt", REPORT)
    (tmp_path / "dumpsys_appops.txt").write_text("own\n", encoding="utf-8")
    answers = open_answers(tmp_path)
    assert whole(answers, commands.appops()) == "own\n"
    assert whole(answers, commands.packages()) == PACKAGE


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("dumpsys_package.txt", commands.whole_package_dump()),
        ("dumpsys_package.partA_dev.md", commands.packages()),
        ("dumpsys_package_packages.txt", commands.packages()),
        ("dumpsys_package_shared-users.txt", commands.shared_users()),
        ("dumpsys_package_permissions.log", commands.permissions()),
        ("dumpsys_package_permission.txt", commands.permission_holders(["a.b"])[0]),
        ("Dumpsys_AppOps.TXT", commands.appops()),
        ("dumpsys_appops_--history.txt", commands.appops_history()),
        ("getprop.txt", commands.getprop()),
        ("date.txt", commands.date()),
        ("pm list users.txt", commands.list_users()),
        ("settings_list_secure.txt", commands.secure_settings(0)),
        ("settings_list_secure_10.txt", commands.secure_settings(10)),
        ("settings_list_--user_10_secure.txt", commands.secure_settings(10)),
        ("dumpsys_device_policy.txt", commands.device_policy()),
        ("dumpsys_role.txt", commands.roles()),
        ("dumpsys_notification_listeners_part.txt", commands.notification_listeners()),
        ("dumpsys_deviceidle_whitelist.txt", commands.battery_exemptions()),
        ("dumpsys_deviceidle.txt", commands.battery_exemptions()),
        ("dumpsys_accessibility.txt", commands.accessibility()),
    ],
)
def test_recorded_answers_are_known_by_their_names(
    tmp_path: Path, name: str, command: Command
) -> None:
    (tmp_path / name).write_text("any words\n", encoding="utf-8")
    assert whole(open_answers(tmp_path), command) == "any words\n"
    assert whole(open_answers(tmp_path / name), command) == "any words\n"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (PACKAGE, commands.packages()),
        ("Some notes\n\n```\n" + APPOPS + "```\n", commands.appops()),
        (GETPROP, commands.getprop()),
        ("Users:\n\tUserInfo{0:张三:4c13} running\n", commands.list_users()),
        ("ROLE STATE (dumpsys role):\nuser_states={\n", commands.roles()),
        ("  Enabled Device Admins (User 0, provisioningState: 0):\n", commands.device_policy()),
        ("Current Notification Manager state:\n", commands.notification_listeners()),
        ("android_id=1\ndefault_input_method=a/.B\n", commands.secure_settings(0)),
        ("ACCESSIBILITY MANAGER (dumpsys accessibility)\n", commands.accessibility()),
    ],
)
def test_texts_without_a_telling_name_are_known_by_what_they_say(
    tmp_path: Path, text: str, command: Command
) -> None:
    file = tmp_path / "from my phone.txt"
    file.write_text(text, encoding="utf-8")
    assert whole(open_answers(file), command) == text


def test_an_own_answer_goes_before_one_out_of_the_whole_dump(tmp_path: Path) -> None:
    (tmp_path / "dumpsys_package.txt").write_text(PACKAGE, encoding="utf-8")
    (tmp_path / "dumpsys_package_packages.txt").write_text("Packages:\n", encoding="utf-8")
    answers = open_answers(tmp_path)
    assert whole(answers, commands.packages()) == "Packages:\n"
    assert whole(answers, commands.shared_users()) == PACKAGE


def test_settings_of_each_user_come_out_of_a_bug_report(tmp_path: Path) -> None:
    (tmp_path / "bugreport.txt").write_text(REPORT, encoding="utf-8")
    answers = open_answers(tmp_path)
    assert whole(answers, commands.secure_settings(0)).splitlines() == [
        "accessibility_enabled=1",
        "enabled_accessibility_services=a/.B:c/.D",
        "text=two words: three",
    ]
    assert whole(answers, commands.secure_settings(10)) == "accessibility_enabled=0\n"
    with pytest.raises(NotAnsweredError):
        whole(answers, commands.secure_settings(95))


def test_several_gives_each_its_answer_or_its_error(tmp_path: Path) -> None:
    (tmp_path / "dumpsys_role.txt").write_text("Can't find service: role\n", encoding="utf-8")
    (tmp_path / "dumpsys_appops.txt").write_text(APPOPS, encoding="utf-8")
    asked = [commands.roles(), commands.appops(), commands.device_policy()]
    got = open_answers(tmp_path).several(asked)
    assert isinstance(got[asked[0]], NotAnsweredError)
    assert got[asked[1]] == APPOPS.encode()
    assert isinstance(got[asked[2]], NotAnsweredError)


def test_cancel_ends_reading(tmp_path: Path) -> None:
    (tmp_path / "dumpsys_package.txt").write_text(PACKAGE * 5000, encoding="utf-8")
    answers = open_answers(tmp_path)
    pieces = answers.answer(commands.packages())
    next(pieces)
    answers.cancel()
    with pytest.raises(CancelledError):
        next(pieces)
    with pytest.raises(CancelledError):
        answers.several([commands.packages()])


def test_the_time_is_unknown_without_a_zone(tmp_path: Path) -> None:
    (tmp_path / "bugreport.txt").write_text(
        REPORT.replace("Asia/Shanghai", "Nowhere/At_All"), encoding="utf-8"
    )
    assert open_answers(tmp_path).taken_at() is None


def refused(path: Path) -> str:
    with pytest.raises(NotAReportError) as caught:
        open_answers(path)
    return caught.value.values["reason"]


def test_says_what_is_wrong_with_what_is_no_report(tmp_path: Path) -> None:
    image = tmp_path / "photo.png"
    image.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 64)
    empty = tmp_path / "empty.txt"
    empty.touch()
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir,\n", encoding="utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("letter.txt", "Dear Sir,\n")
    assert refused(tmp_path / "nowhere") == "missing"
    assert refused(image) == "nothing-known"
    assert refused(empty) == "empty"
    assert refused(letter) == "nothing-known"
    assert refused(folder) == "empty"
    assert refused(other) == "nothing-known"


def test_a_damaged_zip_is_told_from_a_foreign_one(tmp_path: Path) -> None:
    path = tmp_path / "bugreport.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bugreport-x.txt", REPORT * 50)
    good = path.read_bytes()
    path.write_bytes(good[: len(good) // 2])
    assert refused(path) == "damaged"
    spoilt = bytearray(good)
    spoilt[200:400] = bytes(200)
    path.write_bytes(spoilt)
    with pytest.raises(UnreadableError):
        open_answers(path)


def test_an_encrypted_zip_is_named_so(tmp_path: Path) -> None:
    path = tmp_path / "bugreport.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("bugreport-x.txt", REPORT)
    raw = bytearray(path.read_bytes())
    raw[6] |= 1  # the flag in the member's own header
    raw[raw.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    path.write_bytes(raw)
    assert refused(path) == "encrypted"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_is_packed_unusually_is_named_so(tmp_path: Path, method: int) -> None:
    path = tmp_path / "bugreport.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("bugreport-x.txt", REPORT)
    assert refused(path) == "method"


@pytest.mark.parametrize(
    ("at", "value"), [(6, 86), (8, 0x800)], ids=["of the future", "a name that is no UTF-8"]
)
def test_a_zip_whose_directory_is_broken_is_damaged(tmp_path: Path, at: int, value: int) -> None:
    path = tmp_path / "bugreport.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("bugreport-x.txt", REPORT)
    raw = bytearray(path.read_bytes())
    entry = raw.index(b"PK\x01\x02")
    raw[entry + at : entry + at + 2] = value.to_bytes(2, "little")
    raw[entry + 46] = 0xFF  # the name begins
    path.write_bytes(raw)
    assert refused(path) == "damaged"


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bugreport.zip"
    archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with archive, archive.open("bugreport-x.txt", "w") as member:
        for _ in range(70):
            member.write(bytes(1024 * 1024))
    assert refused(path) == "too-large"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "dumpsys_package.txt"
    path.write_text(PACKAGE, encoding="utf-8")
    path.chmod(0)
    assert refused(path) in {"unreadable", "damaged"}


def test_a_file_that_goes_away_meanwhile_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "dumpsys_package.txt"
    path.write_text(PACKAGE, encoding="utf-8")
    answers = open_answers(path)
    path.unlink()
    with pytest.raises(UnreadableError):
        whole(answers, commands.packages())
    got = answers.several([commands.packages()])[commands.packages()]
    assert isinstance(got, DeviceError)


RECORDINGS = Path(
    os.environ.get("PERMISSION_CHECKUP_RECORDINGS", Path(__file__).parents[4] / "shared/recordings")
)


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"no recordings of phones in {RECORDINGS}")
def test_no_package_of_a_real_dump_is_lost_on_the_way() -> None:
    """Compared with the files' own text, decoded here."""
    seen = 0
    for file in sorted(RECORDINGS.glob("*/dumpsys_package*")):
        raw = file.read_bytes()
        text = raw.decode("utf-16" if raw.startswith(codecs.BOM_UTF16_LE) else "utf-8", "replace")
        expected = [line.strip() for line in text.splitlines() if line.startswith("  Package [")]
        answer = whole(open_answers(file), commands.packages())
        got = [line.strip() for line in answer.splitlines() if line.startswith("  Package [")]
        assert got == expected, file
        seen += len(got)
    assert seen >= 600
