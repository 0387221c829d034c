"""The adb commands that change something on a phone, or what its screen shows.

Apart from ``device.commands``, and checked against a list of their own: a check cannot send any of
these, and what sends these cannot be a check. Android's ``--user`` default differs from command to
command, so it is always given. Sources: frameworks/base ``PackageManagerShellCommand`` and
``AppOpsService.dumpCommandHelp``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from audit.model import Action, ActionKind
from device.commands import Command
from device.transport import PhoneAnswers

_USER = r"\d{1,5}"
# Android's own rule for package names, and "android" itself.
_PACKAGE = r"(?:[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)+|android)"
_PERMISSION = r"[A-Za-z][A-Za-z0-9_.]{0,254}"
_OP = r"(?:[A-Z][A-Z0-9_]{1,80}|\d{1,5})"
_MODE = r"(?:allow|ignore|deny|default|foreground)"
_SETTINGS = r"android\.settings\.[A-Z_]{3,60}"

_ALLOWED = re.compile(
    "|".join(
        (
            rf"pm (revoke|grant) --user {_USER} {_PACKAGE} {_PERMISSION}",
            rf"appops set --user {_USER} (--uid )?{_PACKAGE} {_OP} {_MODE}",
            rf"am start --user {_USER} -a android\.intent\.action\.MANAGE_APP_PERMISSIONS"
            rf" --es android\.intent\.extra\.PACKAGE_NAME {_PACKAGE}",
            rf"am start --user {_USER} -a {_SETTINGS}( -d package:{_PACKAGE})?",
        )
    ),
    re.ASCII,
)
_LONGEST_PACKAGE = 255
# Without shell,v2 (Android 6) only this lets a refusal through.
_WITH_ERRORS = " 2>&1"
# Android 6 refuses with exit code 0, and so does ``am`` where no page answers: frameworks/base
# ``Pm`` and ``Am``.
_REFUSAL = re.compile(r"^(Operation not allowed|Bad argument|Error|Exception|Security exc)", re.M)
_HEAD = 4000


class Page(StrEnum):
    """A page of the phone's settings."""

    DEVELOPER = "android.settings.APPLICATION_DEVELOPMENT_SETTINGS"
    APP = "android.settings.APPLICATION_DETAILS_SETTINGS"
    ACCESSIBILITY = "android.settings.ACCESSIBILITY_SETTINGS"
    NOTIFICATIONS = "android.settings.ACTION_NOTIFICATION_LISTENER_SETTINGS"
    DO_NOT_DISTURB = "android.settings.NOTIFICATION_POLICY_ACCESS_SETTINGS"
    USAGE = "android.settings.USAGE_ACCESS_SETTINGS"
    DEFAULT_APPS = "android.settings.MANAGE_DEFAULT_APPS_SETTINGS"
    SECURITY = "android.settings.SECURITY_SETTINGS"
    VPN = "android.settings.VPN_SETTINGS"
    KEYBOARDS = "android.settings.INPUT_METHOD_SETTINGS"
    BATTERY = "android.settings.IGNORE_BATTERY_OPTIMIZATION_SETTINGS"


#: Where a person switches a special access off; all others stand on the app's own page.
_PAGES = {
    "accessibility": Page.ACCESSIBILITY,
    "notification_listener": Page.NOTIFICATIONS,
    "notification_assistant": Page.NOTIFICATIONS,
    "do_not_disturb": Page.DO_NOT_DISTURB,
    "usage_access": Page.USAGE,
    "device_admin": Page.SECURITY,
    "keyboard": Page.KEYBOARDS,
    "vpn": Page.VPN,
    "always_on_vpn": Page.VPN,
    "battery_exempt": Page.BATTERY,
}


def revoke(user: int, package: str, permission: str) -> Command:
    return _made(f"pm revoke --user {user} {package} {permission}")


def grant(user: int, package: str, permission: str) -> Command:
    return _made(f"pm grant --user {user} {package} {permission}")


def set_op(user: int, package: str, op: str, mode: str, *, uid: bool = False) -> Command:
    """``op`` as the phone prints it; a vendor's ``MIUIOP(10021)`` is set by its number."""
    vendor = re.fullmatch(r"[A-Z]*OP\((\d{1,5})\)", op)
    whole_uid = "--uid " if uid else ""
    number_or_name = vendor[1] if vendor else op
    return _made(f"appops set --user {user} {whole_uid}{package} {number_or_name} {mode}")


def open_permissions(user: int, package: str) -> Command:
    """The app's own page of permissions; not every maker's phone has it."""
    return _made(
        f"am start --user {user} -a android.intent.action.MANAGE_APP_PERMISSIONS"
        f" --es android.intent.extra.PACKAGE_NAME {package}"
    )


def open_page(user: int, page: Page, package: str | None = None) -> Command:
    about = f" -d package:{package}" if package is not None else ""
    return _made(f"am start --user {user} -a {page}{about}")


def check(line: str) -> None:
    """Raises ValueError for a line that is none of these commands."""
    plain = line.removesuffix(_WITH_ERRORS)
    longest = max(map(len, plain.split()), default=0)
    if _ALLOWED.fullmatch(plain) is None or longest > _LONGEST_PACKAGE:
        raise ValueError(f"not an allowed action: {line[:200]!r}")


def _made(line: str) -> Command:
    """Raises ValueError where a name from the phone is none: nothing is ever quoted or escaped."""
    check(line)
    return Command(line, line, idle_timeout=20, timeout=30)


def command(action: Action) -> Command:
    """Raises ValueError for names that cannot be a package's or a permission's."""
    user, package = action.user, action.package
    if action.kind is ActionKind.REVOKE:
        return revoke(user, package, action.name)
    if action.kind is ActionKind.GRANT:
        return grant(user, package, action.name)
    return set_op(user, package, action.op or "", action.mode or "", uid=action.whole_uid)


@dataclass(frozen=True, slots=True)
class Said:
    """What a phone said to an action; exit codes prove little, so look at the phone again.

    Attributes:
        line: the command as it was sent.
        refusal: the first line of its refusal; None where it did not refuse in words.
    """

    line: str
    refusal: str | None


class PhoneActions(PhoneAnswers):
    """The same way to a phone that is ready, for these commands and no others."""

    _check = staticmethod(check)

    def do(self, command: Command) -> Said:
        """Raises DisconnectedError, CommandTimeoutError and the like where nobody can tell."""
        self.sent.append(command.line)
        line = command.line if self._has_shell_v2 else command.line + _WITH_ERRORS
        with self._opened(replace(command, line=line)) as stream:
            words = b"".join(stream)
        said = (bytes(stream.stderr) + b"\n" + words[:_HEAD]).decode(errors="replace")
        refused = stream.status != 0 or _REFUSAL.search(said) is not None
        return Said(command.line, _gist(said) if refused else None)

    def carry_out(self, action: Action) -> str | None:
        """The phone's refusal, None where it did not refuse in words."""
        return self.do(command(action)).refusal

    def show_developer(self) -> bool:
        """Opens the developer options, where debugging is turned off; False if they are hidden."""
        return self.do(open_page(0, Page.DEVELOPER)).refusal is None

    def show_permissions(self, user: int, package: str, name: str | None = None) -> bool:
        """Opens the app's permissions on the phone, else its own page; False if neither opens.

        With ``name``, a special access that is switched elsewhere, the page for that comes first.
        """
        role = name is not None and name.startswith("role:")
        page = Page.DEFAULT_APPS if role else _PAGES.get(name or "")
        pages = [open_page(user, page)] if page is not None else []
        pages += [open_permissions(user, package), open_page(user, Page.APP, package)]
        return any(self.do(page).refusal is None for page in pages)


def _gist(words: str) -> str:
    """The sentence in a stack trace: the line that names the exception."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    named = [line for line in lines if "Exception:" in line or line.startswith("Error")]
    return (named or lines or [""])[0][:400]
