"""The adb commands of this program: one function each, all of them read-only.

Nothing else may be sent to a phone: ``device.adb`` refuses a line that ``check`` does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

# adbd of Android 6 takes service strings of up to 4,096 bytes; the mark at the end needs some.
LONGEST_LINE = 3900

_PERMISSION_NAME = re.compile(r"[A-Za-z0-9_.]{1,255}", re.ASCII)

# No blank, quote, wildcard or variable, and a "~" only where a shell takes it as it is.
_PATH = r"(?:/~{0,2}[A-Za-z0-9_-][A-Za-z0-9_.=@+-]{0,254}){1,12}"
_APK = rf"{_PATH}\.apk"
#: Bytes that ``dd`` reads at a time, which every range is made of.
BLOCK = 4096
# Installed apps may come in parts, which lie beside their base.
_SPLITS = "split_*.apk"

# Only titles and component names leave the phone, never what a notification says. A filter of
# lines and not a range, since the sections' order differs and a range without its end is open.
_LISTENER_LINES = (
    r"^(  (Notification|Condition) [a-z ]+:$"
    r"|([(]user [0-9]+[)]:)? +(Allowed|All|Live|Has user) [a-z ]+([(][0-9]+[)][a-z ]*)?:$"
    r"|      [A-Za-z0-9_.$/:]+ [(]user: [0-9]+ "
    r"|      ComponentInfo[{][A-Za-z0-9_.$/]+[}]"
    r"|      userId=[0-9]+ value=[{])"
)
_NOTIFICATION = f"notification | grep -E '{_LISTENER_LINES}'"

# Heads of packages, and components whose class is outside the app's own Java package: an app's own
# ones, most of them, stay on the phone. And Android's word that it ran out of time.
_COMPONENT_LINES = r"^  Package \[|^      [A-Za-z0-9_.]+/[A-Za-z0-9_]|DUMP TIMEOUT"
_COMPONENTS = f"package --all-components packages | grep -E '{_COMPONENT_LINES}'"

_ALLOWED = re.compile(
    "|".join(
        (
            r"getprop",
            r"date \+%s",
            r"pm list users",
            r"dumpsys( -t \d{1,3})? package( packages| shared-users| permissions)?",
            r"dumpsys( -t \d{1,3})? package permission( [A-Za-z0-9_.]{1,255})+",
            r"dumpsys( -t \d{1,3})? appops( --history --include-discrete 0)?",
            r"settings list --user \d{1,5} secure",
            r"dumpsys( -t \d{1,3})? (device_policy|role|accessibility|deviceidle whitelist)",
            rf"dumpsys( -t \d{{1,3}})? {re.escape(_NOTIFICATION)}",
            rf"dumpsys( -t \d{{1,3}})? {re.escape(_COMPONENTS)}",
            r"pm list packages -f --user \d{1,5}",
            rf"stat -c %s:%n( {_APK}| {_PATH}/{re.escape(_SPLITS)})+ 2>/dev/null \|\| true",
            rf"dd if={_APK} bs={BLOCK} skip=\d{{1,8}} count=\d{{1,5}} 2>/dev/null",
        )
    ),
    re.ASCII,
)
_MARK = re.compile(r";echo @@[0-9a-f]{16}:\d{1,2}:\$\?(?:;|\Z)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Command:
    """A line for the phone's shell.

    Attributes:
        name: what it asks for, whatever form of the line asks it; recorded answers and problems
            are named after it.
        idle_timeout: seconds without a byte after which it counts as hanging.
        timeout: seconds that it may take in all.
    """

    name: str
    line: str
    idle_timeout: float = 20
    timeout: float = 30


def getprop() -> Command:
    return Command("getprop", "getprop")


def date() -> Command:
    return Command("date", "date +%s")


def list_users() -> Command:
    return Command("pm list users", "pm list users")


def packages() -> Command:
    """Every package and its grants, but not those of shared uids."""
    return _dump("package packages")


def shared_users() -> Command:
    """The shared uids: their grants stand only here on older versions."""
    return _dump("package shared-users")


def permissions() -> Command:
    """The definitions of permissions and which packages ask for those of app-ops."""
    return _dump("package permissions")


def whole_package_dump() -> Command:
    """All of the above in one, two to five times as large: where a part of it is not answered."""
    return _dump("package")


def permission_holders(names: Iterable[str]) -> tuple[Command, ...]:
    """The packages that ask for one of ``names``, each with all that it requests (API 24+).

    One command as long as the names fit into it. ValueError for what cannot be a permission's
    name (``is_permission_name``).
    """
    command = _dump("package permission")
    lines: list[str] = []
    for name in names:
        if not is_permission_name(name):
            raise ValueError(f"not a permission's name: {name!r}")
        if not lines or len(lines[-1]) + 1 + len(name) > LONGEST_LINE:
            lines.append(command.line)
        lines[-1] += f" {name}"
    return tuple(replace(command, line=line) for line in lines)


def is_permission_name(name: str) -> bool:
    return _PERMISSION_NAME.fullmatch(name) is not None


def appops() -> Command:
    return _dump("appops")


def appops_history() -> Command:
    """Aggregated uses and every discrete one that the phone still has (API 31+)."""
    return Command(
        "dumpsys appops --history", "dumpsys appops --history --include-discrete 0", 30, 90
    )


def secure_settings(user: int) -> Command:
    # "--user" before the table: Android 6 takes it nowhere else.
    return Command(f"settings list secure {user}", f"settings list --user {user} secure")


def device_policy() -> Command:
    return Command("dumpsys device_policy", "dumpsys device_policy")


def notification_listeners() -> Command:
    """Who may read notifications or change do-not-disturb; the phone filters out all the rest."""
    return Command("dumpsys notification", f"dumpsys {_NOTIFICATION}")


def components() -> Command:
    """What apps are made of, as far as it is not their own (API 29+); some need long for it."""
    return Command("dumpsys package --all-components", f"dumpsys -t 30 {_COMPONENTS}", 40, 60)


def roles() -> Command:
    """Holders of roles (API 29+)."""
    return Command("dumpsys role", "dumpsys role")


def battery_exemptions() -> Command:
    return Command("dumpsys deviceidle whitelist", "dumpsys deviceidle whitelist")


def accessibility() -> Command:
    return Command("dumpsys accessibility", "dumpsys accessibility")


def apk_paths(user: int) -> Command:
    """Where the base APK of each app of a user lies."""
    return Command(f"pm list packages {user}", f"pm list packages -f --user {user}")


def is_apk_path(path: str) -> bool:
    """Whether ``path`` may become part of a line."""
    return re.fullmatch(_APK, path, re.ASCII) is not None


def apk_sizes(paths: Iterable[str]) -> tuple[Command, ...]:
    """How large these APKs are and which splits lie beside them, in bytes: ``SIZE:PATH``.

    What is not there, or may not be read, is left out. As many commands as it takes.
    ValueError for a path that is none (``is_apk_path``).
    """
    lines: list[str] = []
    end = " 2>/dev/null || true"
    for path in paths:
        if not is_apk_path(path):
            raise ValueError(f"not the path of an APK: {path!r}")
        more = f" {path} {path.rpartition('/')[0]}/{_SPLITS}"
        if not lines or len(lines[-1]) + len(more) + len(end) > LONGEST_LINE:
            lines.append("stat -c %s:%n")
        lines[-1] += more
    return tuple(Command("stat", line + end) for line in lines)


def apk_range(path: str, block: int, count: int) -> Command:
    """``count`` blocks of an APK from ``block`` on: ``dd`` of every Android can do that.

    Toybox's own ways to read to the byte are younger than Android 6. ValueError as above.
    """
    if not is_apk_path(path):
        raise ValueError(f"not the path of an APK: {path!r}")
    return Command("dd", f"dd if={path} bs={BLOCK} skip={block} count={count} 2>/dev/null")


def patient(command: Command, seconds: int = 60) -> Command:
    """The same dump with more time on the phone, for after a ``DUMP TIMEOUT`` (API 24+ only).

    Android's own limit is 10 s a service. Android 6 takes ``-t`` for a service's name.
    """
    line = re.sub(r"^dumpsys (?!-t )", f"dumpsys -t {seconds} ", command.line)
    longest = max(command.timeout, seconds * 3)
    return replace(command, line=line, idle_timeout=seconds + 10, timeout=longest)


def chain(commands: Sequence[Command], nonce: str) -> Command:
    """Several commands as one line; ``@@NONCE:INDEX:EXIT`` ends the answer of each.

    ``nonce`` is 16 hexadecimal digits that no answer can hold by chance.
    """
    line = ";".join(
        f"{command.line};echo @@{nonce}:{number}:$?" for number, command in enumerate(commands)
    )
    return Command(
        ", ".join(command.name for command in commands),
        line,
        max(command.idle_timeout for command in commands),
        sum(command.timeout for command in commands),
    )


def check(line: str) -> None:
    """Raises ValueError for a line that is not made of allowed commands alone."""
    parts = _MARK.split(line)
    if len(parts) > 1 and parts[-1] == "":
        parts.pop()
    if len(line.encode()) > LONGEST_LINE + 64 or not all(map(_ALLOWED.fullmatch, parts)):
        raise ValueError(f"not an allowed command: {line[:200]!r}")


def _dump(what: str) -> Command:
    # Old phones need minutes for a whole dump, and say nothing while they collect it.
    return Command(f"dumpsys {what}", f"dumpsys {what}", 60, 200)
