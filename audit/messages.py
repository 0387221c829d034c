"""The sentences for trouble: what happened, and what to do next.

Errors and problems travel as a code with values (``device.errors``, ``db.errors``,
``audit.model.Problem``); here each code has its one sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from audit.model import Part, Problem

Gettext = Callable[[str], str]


def part(name: Part, _: Gettext) -> str:
    """What a part of a check is about, to follow "reading"."""
    from audit.model import Part  # noqa: PLC0415 -- not before the first paint

    return {
        Part.PROPERTIES: _("the phone's model and Android version"),
        Part.USERS: _("the users of the phone"),
        Part.CLOCK: _("the phone's clock"),
        Part.PACKAGES: _("the list of apps"),
        Part.SHARED_USERS: _("the permissions that system apps share"),
        Part.DEFINITIONS: _("the phone's own permissions"),
        Part.REQUESTED: _("what apps ask for"),
        Part.APPOPS: _("the finer switches and last uses"),
        Part.SETTINGS: _("accessibility services and keyboards"),
        Part.ROLES: _("the default apps"),
        Part.DEVICE_POLICY: _("the administrators of the phone"),
        Part.NOTIFICATIONS: _("access to notifications"),
        Part.BATTERY: _("apps without battery limits"),
        Part.USES: _("the history of uses"),
        Part.COMPONENTS: _("what apps are made of"),
    }[name]


def reason(why: str | None, _: Gettext) -> str:
    """Why something changed; the words of the contract made a sentence."""
    return {
        "user": _("The phone says that it was allowed there by hand."),
        "update": _("Came with an update of the app; the phone has no record of asking you."),
        "new-app": _("The app is new on this phone."),
        "system": _("Given by the phone's maker or with a system update."),
        "policy": _("Set by an administrator of the phone."),
        "role": _("Came with a role, such as being the default phone or messages app."),
        "android": _("Android changed this by itself."),
        None: _("The phone does not say why."),
    }[why]


def kinds_of_change(_: Gettext) -> dict[str, str]:
    """Titles of ``audit.changes.KINDS``."""
    return {
        "gained": _("Gained"),
        "lost": _("Lost"),
        "widened": _("Widened"),
        "silent": _("Silent"),
        "special": _("Special access"),
        "apps": _("New and removed apps"),
        "updates": _("Updates"),
        "origin": _("Signer and installer"),
    }


def problem(found: Problem, _: Gettext) -> str:
    """One thing that could not be read; says which part and that it is unknown, not absent."""
    texts = {
        "absent": _("Not read: {part}. This phone or these files do not have it."),
        "timeout": _("Not read: {part}. The phone gave no answer within {seconds} seconds."),
        "cut": _("Only partly read: {part}. The answer was cut short; the rest is unknown."),
        "refused": _("Not read: {part}. The phone refused: {detail}"),
        "empty": _("Not read: {part}. The phone's answer was empty."),
        "unknown-format": _("Not read: {part}. The answer has a form that is not known yet."),
        "disconnected": _("Not read: {part}. The connection broke off."),
        "unreadable": _("Not read: {part}. The answer could not be read: {detail}"),
        "unknown-lines": _("{count} lines about {part} were not understood, for example: {sample}"),
        "user-unread": _("The phone refused to show user {user}; its apps may be incomplete."),
        "no-users": _("It is not known who uses these apps, so they were left out: {packages}"),
        "no-identity": _("It is not known which phone this is from."),
        "no-time": _("The time of this reading is not known; the time of saving stands for it."),
        "no-zone": _("The phone's time zone is not known; its local times were left out."),
    }
    values = dict(found.values)
    if found.part is not None:
        values["part"] = part(found.part, _)
    return texts[found.code].format(**values)


def _device_texts(_: Gettext) -> dict[str, str]:
    return {
        "no-adb": _(
            "The program adb was not found. Install the package adb (Android platform tools) or "
            "set ADBUTILS_ADB_PATH."
        ),
        "adb-server": _("The adb server does not work: {detail}. Restart the computer or end adb."),
        "adb-port-taken": _(
            "Another program occupies the port of the adb server ({address}). Close phone "
            "assistants, or set ANDROID_ADB_SERVER_PORT to a free port."
        ),
        "adb-server-hangs": _(
            "The adb server does not answer ({address}). End all programs named adb and try again."
        ),
        "adb-server-version": _(
            "The running adb server is of another version ({version}, not {expected}). End it with "
            "“adb kill-server” and try again."
        ),
        "no-phone": _(
            "No phone found. Connect it with a data cable, switch USB debugging on, and try again."
        ),
        "no-such-phone-connected": _("No phone with the serial number {serial} is connected."),
        "several-phones": _(
            "More than one phone is connected: {serials}. Say which one with --serial."
        ),
        "phone-state": _("The phone {serial} is not ready (adb says “{state}”). {needs}"),
        "not-ready": _("The phone is not ready: {detail}"),
        "disconnected": _(
            "The connection to the phone broke off. Check the cable and try again; nothing was "
            "lost."
        ),
        "timeout": _("The phone gave no answer within {seconds} seconds. Unlock it and try again."),
        "unreadable": _("The phone's answer could not be read: {detail}"),
        "too-much": _("The phone's answer was larger than it can be: {detail}"),
        "cancelled": _("Cancelled. Nothing was saved."),
        "store-cancelled": _("Cancelled. Nothing was changed."),
        "not-a-report": _("{path} cannot be read: {reason}"),
        "adb-refused": _("The adb server refused: {detail}"),
        "command-failed": _("The phone refused to answer “{command}”: {detail}"),
        "not-answered": _("There is no answer to “{command}” in it."),
        "device-error": _("The phone could not be read: {detail}"),
        "no-code": _(
            "There is no code of {package} to be read: the app is gone from the phone, or its code "
            "lies where nobody may read it."
        ),
        "other-version": _(
            "{package} was updated since this check. Check the phone again, then look into it."
        ),
        "code-unreadable": _(
            "The code of {package} is not built as an app's code is, so nothing can be said of it."
        ),
    }


def _wireless_texts(_: Gettext) -> dict[str, str]:
    """For phones without a cable."""
    return {
        "phone-unreachable": _(
            "No phone answers at {address}. See that phone and computer are in the same Wi-Fi, no "
            "guest network and no VPN, and that the phone still shows this address: it is "
            "another one each time."
        ),
        "not-let-in": _(
            "What answers at {address} does not let this computer in. Pair with the phone first; "
            "the address for pairing is another one than that for connecting."
        ),
        "wrong-code": _(
            "The phone did not take the code: it is wrong, or no longer shown. Have the phone show "
            "a new one and type it with the address beside it."
        ),
        "not-scanned": _(
            "No phone scanned the code within {seconds} seconds. Phone and computer have to be in "
            "the same Wi-Fi, no guest network and no VPN. Try again, or pair with six digits."
        ),
        "not-found-again": _(
            "The phone is paired, but was not found in the network. On the phone, look at “IP "
            "address & Port” under wireless debugging, and connect to that address without a code."
        ),
        "cannot-pair": _(
            "The adb server that runs is too old to pair with phones. End it with “adb "
            "kill-server” and try again, or use a cable."
        ),
        "nothing-heard": _(
            "The adb server cannot hear phones in the network (mDNS), so a scan leads nowhere. "
            "Pair with the six digits that the phone shows, or use a cable."
        ),
        "not-paired": _("The phone was not paired: {detail}"),
        "bad-address": _(
            "“{address}” is no address with a port. Type what the phone shows, such as "
            "192.168.1.20:37123."
        ),
        "bad-code": _("A pairing code has six digits. Type the one that the phone shows."),
    }


def _store_texts(_: Gettext) -> dict[str, str]:
    return {
        "not-a-database": _("{path} is not a database of this program. Choose another file."),
        "passphrase-needed": _(
            "{path} is encrypted. On a terminal you are asked for the passphrase; elsewhere set "
            "PERMISSION_CHECKUP_PASSPHRASE."
        ),
        "wrong-passphrase": _(
            "This passphrase does not open {path}, or the file is damaged at its beginning. Try "
            "again: without the passphrase nobody can bring the history back."
        ),
        "no-cipher": _(
            "An encrypted database needs one more package, which is missing here. Install it with "
            'pip install "permission-checkup[encrypted]" and open {path} again.'
        ),
        "store-read-only": _(
            "{path} cannot be written to. Check its permissions or choose another place with "
            "--database."
        ),
        "store-newer": _(
            "{path} was written by a newer version of this program. Update the program to open it."
        ),
        "store-locked": _("{path} is in use by another program. Close it and try again."),
        "store-disk-full": _("The disk is full: {path} was not changed. Free some space."),
        "store-damaged": _(
            "{path} is damaged and was left as it is. Restore a backup with “permission-checkup "
            "restore”. ({detail})"
        ),
        "no-such-snapshot": _("There is no saved check number {id}."),
        "no-raw": _("The phone's raw answers of check {id} were not kept; nothing to read again."),
        "no-snapshots": _("There is no saved check yet. Run “permission-checkup check” first."),
        "only-one-snapshot": _("There is only one saved check; a second one is needed to compare."),
        "store-missing": _(
            "There is no saved check at {path} yet. Run “permission-checkup check” first."
        ),
        "store-not-a-file": _("{path} is no file. Choose another place with --database."),
        "no-such-phone": _("There is no saved check of that phone."),
        "not-splittable": _(
            "Name some of the checks of one phone, not all of them, and none of another phone."
        ),
        "store-on-server": _("{path} is on a server. Back it up with the tools of that server."),
        "no-backup": _("There is no backup at {path}."),
        "bad-backup": _(
            "{path} is damaged: what it holds is not what was saved. Nothing was restored; choose "
            "another backup."
        ),
        "store-error": _("The database {path} cannot be used: {detail}"),
    }


def _server_texts(_: Gettext) -> dict[str, str]:
    return {
        "store-unreachable": _(
            "The server of {path} does not answer. Check the network and that the server runs, "
            "then try again. ({detail})"
        ),
        "store-unsure": _(
            "The connection to {path} broke at the very end of saving. Look whether the check is "
            "listed before you check again."
        ),
        "store-login": _(
            "The server of {path} did not let you in. Check the user and the password. ({detail})"
        ),
        "store-no-database": _(
            "The server of {path} has no database of that name. Check the address, or ask the "
            "server's owner to make it. ({detail})"
        ),
        "store-no-encryption": _(
            "The connection to {path} would not be protected, so none was made. Ask the server's "
            "owner for TLS; in a network that you trust, add sslmode=disable to the address. "
            "({detail})"
        ),
        "store-wrong-server": _(
            "What answered for {path} could not prove that it is that server, so nothing was sent "
            "to it. Check the host name and the file of certificates in the address, or ask the "
            "server's owner. ({detail})"
        ),
        "store-no-driver": _(
            "What speaks to servers is not installed, so {path} cannot be opened. Install it with: "
            'pip install "permission-checkup[postgres]"'
        ),
        "store-not-empty": _(
            "{path} holds something already, so nothing was copied. Choose an empty place."
        ),
        "bad-copy": _(
            "Something in the database is not what was saved, so nothing was copied to {path}. "
            "“permission-checkup verify” tells what it is."
        ),
    }


def why_kept(why: str, _: Gettext) -> str:
    """What led to a backup, by ``db.records.Backup.why``."""
    texts = {
        "by-hand": _("made by you"),
        "merge": _("before two phones became one"),
        "split": _("before a phone was split"),
        "tidy": _("before tidying up"),
        "restore": _("before a backup was restored"),
        "phone": _("after a phone was deleted"),
        "damaged": _("the damaged database itself"),
        "encrypt": _("before it was encrypted anew"),
        "decrypt": _("before the encryption was taken away"),
    }
    return texts.get(why) or _("before an update of the program changed it")


def _list_texts(_: Gettext) -> dict[str, str]:
    """What is wrong with a file of apps named in public."""
    return {
        "list-unreadable": _("{path} cannot be read: {detail}"),
        "list-too-large": _("The file is larger than 1 MB. Split it into several."),
        "list-no-json": _("The file is no JSON: look at line {line}."),
        "list-shape": _("The file needs two lists with entries: “lists” and “named”."),
        "list-key": _(
            "Entry {number} of “lists” needs a “key” of small letters, digits and hyphens."
        ),
        "list-twice": _("The list “{key}” stands twice. Give each its own “key”."),
        "list-title": _("The list “{key}” needs a title: “en”, “zh-CN” or both."),
        "list-source": _("The list “{key}” needs a “source”: where can it be read?"),
        "list-date": _("The list “{key}” needs a “date” like 2017-12-11."),
        "list-package": _("Entry {number} of “named” needs a “package”, such as com.example.app."),
        "list-unknown": _(
            "Entry {number} of “named” ({package}) needs a “list”: the “key” of one in “lists”."
        ),
        "list-named-twice": _("{package} stands twice in the list “{key}”. Take one away."),
    }


def _why_no_report(_: Gettext) -> dict[str, str]:
    return {
        "missing": _("it does not exist."),
        "empty": _("it is empty."),
        "encrypted": _("it is encrypted; decrypt it first."),
        "too-large": _("it is larger than any bug report."),
        "damaged": _("it is damaged."),
        "method": _("it is packed in an unusual way; unpack it, and give the folder."),
        "unreadable": _("this program may not open it."),
        "nothing-known": _("it is no bug report and holds no recorded answers of a phone."),
    }


def needs(state: str, _: Gettext, *, wireless: bool = False) -> str:
    """What a phone in adb's state ``state`` still needs; empty when it is ready."""
    if wireless and state == "offline":
        return _("Wake the phone, and see that it is in the same Wi-Fi as this computer.")
    kind = "no permissions" if state.startswith("no permissions") else state
    texts = {
        "device": "",
        "unauthorized": _("Unlock the phone and tap “Allow” where it asks about USB debugging."),
        "authorizing": _("Wait a moment: the phone is being asked."),
        "connecting": _("Wait a moment: the phone is connecting."),
        "offline": _("Unplug the cable and plug it in again."),
        "no permissions": _(
            "This computer may not use the phone's USB port: install the package "
            "android-sdk-platform-tools-common and plug the phone in again."
        ),
        "recovery": _("The phone is in recovery mode: restart it."),
        "rescue": _("The phone is in rescue mode: restart it."),
        "sideload": _("The phone is waiting for an update file: restart it."),
        "bootloader": _("The phone is in its bootloader: restart it."),
        "host": _("This is not a phone."),
        "detached": _("Another program is using the phone: close it and plug the phone in again."),
    }
    return texts.get(kind, _("The phone is not ready: plug it in again."))


def error(found: Exception, _: Gettext) -> str:
    """The sentence for an expected error; for any other, its own text."""
    code = getattr(found, "code", None)
    texts = _device_texts(_) | _wireless_texts(_) | _list_texts(_)
    texts |= _store_texts(_) | _server_texts(_)
    if code not in texts:
        return str(found)
    values = dict(getattr(found, "values", {}))
    if code == "no-phone" and values.get("serial"):
        code = "no-such-phone-connected"
    if "state" in values:
        values["needs"] = needs(values["state"], _)
    if "reason" in values:
        values["reason"] = _why_no_report(_)[values["reason"]]
    return texts[code].format(**values).strip()
