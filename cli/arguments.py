"""What can be written on the command line: commands, options, and which of them fit together."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.words import Formatter, Gettext, Parser, Version
from resources.loader import LANGUAGES

FORMATS = ("csv", "xlsx", "json", "html", "pdf")
_MOST_DAYS = 36_500
_PHONES = {"merge": 2, "name": 2, "split": None, "delete": 1}
_NUMBERS = {"history": (0,), "uses": (0,), "changes": (0, 2), "snapshot": (0, 1)}
#: Exports that are of all phones.
_OF_ALL = {"fleet": (0,), "matrix": (0,)}


def described(_: Gettext) -> dict[str, str]:
    """Every command's name, with what it does."""
    return {
        "devices": _("phones that adb sees, and what each still needs"),
        "diagnose": _("why no phone can be checked, and what to do about it"),
        "pair": _("pair with a phone over Wi-Fi, without a cable (Android 11 and later)"),
        "connect": _("connect to a phone over Wi-Fi that is paired already"),
        "check": _("read the phone, save a snapshot, say what is new"),
        "fleet": _("read many phones or bug reports, and compare what their apps were given"),
        "snapshots": _("the saved snapshots"),
        "apps": _("every app of a snapshot with what it may do"),
        "companies": _("what each company can reach through all of its apps together"),
        "names": _("read names and icons of the last check's apps from the phone"),
        "sdks": _("look into an app's code on the phone for known kits of others"),
        "kind": _("which kind of app an app is, and what such an app needs; or say it yourself"),
        "named": _("which apps were named in public; import further lists"),
        "changes": _("compare two snapshots (default: the last two of the phone)"),
        "uses": _("what an app was recorded to use, over all checks"),
        "why": _("the ways in that an app has, with the phone's own lines"),
        "expect": _("mark a finding as expected, so that it is not raised again until it changes"),
        "history": _("what an app (or every app) could do, over time"),
        "export": _("write a history, uses, a comparison, a snapshot or a fleet as a file"),
        "pin": _("choose the snapshot that checks are compared with"),
        "verify": _("recompute every digest of the store: was anything changed?"),
        "reread": _("read the kept answers of a snapshot again, beside the first reading"),
        "drop-raw": _("forget the phone's raw answers of snapshots, which stay"),
        "note": _("set the note of a snapshot"),
        "rename": _("set the title of a snapshot"),
        "delete": _("delete a snapshot"),
        "tidy": _("delete older snapshots that you do not want to keep, after showing them"),
        "backup": _("copy the whole store"),
        "restore": _("put a backup in the place of the store, which is kept; or list the backups"),
        "encrypt": _("encrypt the store with a passphrase, or with another one"),
        "decrypt": _("make the store readable without a passphrase again"),
        "copy": _("copy the whole store to an empty place: to a server, or back to a file"),
        "phones": _("the phones in the store; merge two that are one, split one that is two"),
        "take-away": _("take access away from an app, on the phone"),
        "give-back": _("undo what take-away did"),
        "actions": _("what was changed on the phone"),
        "open": _("open an app's permissions on the phone, or its developer options"),
        "complaint": _("write all that is known of an app as a zip for a consumer council"),
        "weekly": _("write what a week changed as one page in large type to print"),
    }


def parser(_: Gettext) -> argparse.ArgumentParser:
    """Options are understood before and after the command's name."""
    common = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--database", metavar="PATH-or-URL", help=_("the store of all checks"))
    common.add_argument(
        "--from", dest="source", type=Path, metavar="PATH", help=_("read from files, not a phone")
    )
    common.add_argument("--serial", metavar="S", help=_("which phone, when there are several"))
    common.add_argument(
        "--wait", type=float, metavar="SECONDS", help=_("wait so long for the phone to be ready")
    )
    common.add_argument(
        "--keep-adb", action="store_true", help=_("leave an adb server that was started running")
    )
    common.add_argument("--lang", choices=LANGUAGES, help=_("default: the system's language"))
    common.add_argument("--json", action="store_true", help=_("one JSON document on stdout"))
    common.add_argument("--demo", action="store_true", help=_("with the built-in demo phone"))
    common.add_argument("--version", action=Version, help=_("print the version and stop"))
    top = Parser(
        prog="permission-checkup",
        description=_(
            "Remembers which apps of an Android phone could use what, and says what is new. "
            "Without a command it opens the window."
        ),
        formatter_class=Formatter,
        parents=[common],
    )
    top.add_argument(
        "--hidden", action="store_true", help=_("open the window in the notification area only")
    )
    verbs = top.add_subparsers(dest="command", metavar="COMMAND")
    found = {
        name: verbs.add_parser(
            name, help=text, description=text, formatter_class=Formatter, parents=[common]
        )
        for name, text in described(_).items()
    }
    for name in ("apps", "companies", "why"):
        found[name].add_argument(
            "--snapshot", type=int, metavar="ID", help=_("default: the last one")
        )
    found["changes"].add_argument("old", type=int, nargs="?", metavar="OLD")
    found["changes"].add_argument("new", type=int, nargs="?", metavar="NEW")
    found["uses"].add_argument("package", metavar="PACKAGE")
    found["why"].add_argument("package", metavar="PACKAGE")
    found["why"].add_argument(
        "name", nargs="?", metavar="NAME", help=_("only this permission, special access or group")
    )
    found["expect"].add_argument("package", metavar="PACKAGE")
    found["expect"].add_argument("name", metavar="NAME", help=_("permission or special access"))
    found["expect"].add_argument("--note", help=_("why it is expected"))
    found["expect"].add_argument("--undo", action="store_true", help=_("take the mark away"))
    for name in ("uses", "why", "expect", "sdks"):
        found[name].add_argument("--user", type=int, default=0, metavar="N", help=_("default: 0"))
    for name in ("history", "export"):
        _add_filters(found[name], _)
    found["export"].add_argument("what", choices=(*_NUMBERS, *_OF_ALL))
    found["export"].add_argument(
        "numbers", type=int, nargs="*", metavar="ID", help=_("changes: OLD NEW; snapshot: ID")
    )
    found["export"].add_argument(
        "--kind", metavar="KIND", help=_("of changes, only: gained, lost, widened, silent …")
    )
    found["export"].add_argument("--format", required=True, choices=FORMATS)
    found["export"].add_argument("--output", required=True, type=Path, metavar="FILE")
    found["export"].add_argument("--force", action="store_true", help=_("replace FILE"))
    found["export"].add_argument(
        "--with-personal-details",
        action="store_true",
        help=_("keep serial number, fingerprint, names, titles and notes, left out otherwise"),
    )
    which = found["pin"].add_mutually_exclusive_group(required=True)
    which.add_argument("snapshot", type=int, nargs="?", metavar="ID")
    which.add_argument("--none", action="store_true", help=_("compare with the last check again"))
    _add_fleet(found["fleet"], _)
    _add_evidence(found, _)
    _add_acting(found, _)
    _add_catalogue(found, _)
    _add_wireless(found, _)
    return top


def _add_fleet(verb: Parser, _: Gettext) -> None:
    where = verb.add_mutually_exclusive_group()
    reports = _("read the bug reports in it, each a file or a folder, not phones")
    where.add_argument("folder", type=Path, nargs="?", metavar="FOLDER", help=reports)
    where.add_argument("--stored", action="store_true", help=_("read nothing, only compare"))
    where.add_argument(
        "--adb",
        action="append",
        default=[],
        metavar="HOST:PORT",
        help=_("an adb server whose phones are read; may be given several times"),
    )
    verb.add_argument("--app", metavar="PACKAGE", help=_("only this app"))
    verb.add_argument(
        "--preinstalled", action="store_true", help=_("also the apps that came with a phone")
    )


def _add_wireless(found: dict[str, Parser], _: Gettext) -> None:
    how = found["pair"].add_mutually_exclusive_group(required=True)
    how.add_argument("--qr", action="store_true", help=_("show a QR code that the phone scans"))
    how.add_argument("--code", metavar="CODE", help=_("the six digits that the phone shows"))
    found["pair"].add_argument(
        "address", nargs="?", metavar="HOST:PORT", help=_("as it stands beside the six digits")
    )
    found["connect"].add_argument(
        "address", metavar="HOST:PORT", help=_("as it stands under wireless debugging")
    )


def _add_catalogue(found: dict[str, Parser], _: Gettext) -> None:
    found["sdks"].add_argument("package", metavar="PACKAGE")
    found["kind"].add_argument("package", nargs="?", metavar="PACKAGE")
    said = found["kind"].add_mutually_exclusive_group()
    said.add_argument("number", type=int, nargs="?", metavar="KIND", help=_("its number, 1 to 39"))
    said.add_argument("--none", action="store_true", help=_("it is none of these kinds"))
    said.add_argument("--undo", action="store_true", help=_("take back what you said"))
    lists = found["named"].add_mutually_exclusive_group()
    lists.add_argument("--import", dest="file", type=Path, metavar="FILE", help=_("add a list"))
    lists.add_argument("--forget", metavar="NAME", help=_("take an imported file away"))


def _add_evidence(found: dict[str, Parser], _: Gettext) -> None:
    found["check"].add_argument(
        "--all", action="store_true", dest="every", help=_("all phones that are ready, at once")
    )
    found["check"].add_argument(
        "--no-raw", action="store_true", help=_("do not keep the phone's raw answers")
    )
    found["reread"].add_argument(
        "snapshot", type=int, nargs="?", metavar="ID", help=_("default: the last one")
    )
    found["drop-raw"].add_argument("numbers", type=int, nargs="*", metavar="ID")
    found["drop-raw"].add_argument("--all", action="store_true", help=_("of all snapshots"))
    found["note"].add_argument("snapshot", type=int, metavar="ID")
    found["note"].add_argument("text", metavar="TEXT", help=_("an empty one takes the note away"))
    found["rename"].add_argument("snapshot", type=int, metavar="ID")
    found["rename"].add_argument("title", metavar="TITLE", help=_("an empty one takes it away"))
    found["delete"].add_argument("snapshot", type=int, metavar="ID")
    found["delete"].add_argument("--yes", action="store_true", help=_("do not ask"))
    found["phones"].add_argument("action", nargs="?", choices=tuple(_PHONES))
    found["phones"].add_argument(
        "words",
        nargs="*",
        metavar="WORD",
        help=_("merge KEY INTO, name KEY NAME, split ID… or delete KEY"),
    )
    found["phones"].add_argument("--yes", action="store_true", help=_("delete: do not ask"))
    found["phones"].add_argument("--name", help=_("split: what you call the new phone"))
    _add_tidy(found["tidy"], _)
    beside = _("default: in the folder “backups” beside the store")
    found["backup"].add_argument("--output", type=Path, metavar="FILE", help=beside)
    found["backup"].add_argument("--force", action="store_true", help=_("replace FILE"))
    listed = _("without it the backups beside the store are listed")
    found["restore"].add_argument("file", type=Path, nargs="?", metavar="FILE", help=listed)
    found["restore"].add_argument("--yes", action="store_true", help=_("do not ask"))
    found["encrypt"].add_argument(
        "--remove-plain",
        action="store_true",
        help=_("keep no copy that can be read without it: overwrite and delete those beside it"),
    )
    found["decrypt"].add_argument("--yes", action="store_true", help=_("do not ask"))
    found["copy"].add_argument("origin", metavar="FROM", help=_("a file, or a server's address"))
    found["copy"].add_argument("target", metavar="TO", help=_("a new file, or an empty database"))
    found["complaint"].add_argument("package", metavar="PACKAGE")
    found["complaint"].add_argument(
        "--user", type=int, default=0, metavar="N", help=_("default: 0")
    )
    found["complaint"].add_argument("--output", required=True, type=Path, metavar="FILE.zip")
    found["complaint"].add_argument("--force", action="store_true", help=_("replace FILE.zip"))
    found["complaint"].add_argument("--with-personal-details", action="store_true")
    found["weekly"].add_argument("--output", required=True, type=Path, metavar="FILE.pdf")
    found["weekly"].add_argument(
        "--until", metavar="DATE", help=_("the week's last day; default: that of the last check")
    )
    found["weekly"].add_argument("--force", action="store_true", help=_("replace FILE.pdf"))


def _add_tidy(tidy: Parser, _: Gettext) -> None:
    for option, text in (
        ("--keep-days", _("keep all of the last N days")),
        ("--raw-older-than", _("drop the raw answers of those that are older than N days")),
    ):
        tidy.add_argument(option, type=int, metavar="N", help=text)
    rhythm = _("of older ones keep one a week or one a month")
    tidy.add_argument("--then", choices=("weekly", "monthly"), help=rhythm)
    tidy.add_argument("--keep-all", action="store_true", help=_("forget the choice: keep all"))
    shown = _("only show what would be deleted")
    tidy.add_argument("--dry-run", action="store_true", help=shown)
    tidy.add_argument("--yes", action="store_true", help=_("do not ask"))


def _phones_are_right(options: argparse.Namespace) -> bool:
    words = options.words
    if options.action == "split":
        return bool(words) and all(word.isascii() and word.isdigit() for word in words)
    return len(words) == _PHONES.get(options.action, 0)


def _add_acting(found: dict[str, Parser], _: Gettext) -> None:
    away, back, page = found["take-away"], found["give-back"], found["open"]
    away.add_argument("package", metavar="PACKAGE")
    away.add_argument(
        "names", nargs="+", metavar="NAME", help=_("calls, messages …, or a permission")
    )
    back.add_argument("numbers", nargs="+", type=int, metavar="ID", help=_("as actions lists them"))
    page.add_argument(
        "package", nargs="?", metavar="PACKAGE", help=_("default: the developer options")
    )
    for verb in (away, page):
        verb.add_argument("--user", type=int, default=0, metavar="N", help=_("default: 0"))
    for verb in (away, back):
        verb.add_argument("--dry-run", action="store_true", help=_("only show what would be done"))
        verb.add_argument("--yes", action="store_true", help=_("do not ask"))


def _add_filters(verb: Parser, _: Gettext) -> None:
    verb.add_argument("--app", metavar="PACKAGE", help=_("only this app"))
    verb.add_argument("--user", type=int, metavar="N", help=_("only this user of the phone"))
    verb.add_argument("--since", metavar="DATE", help=_("only from this day or moment on"))
    verb.add_argument(
        "--until", metavar="DATE", help=_("only until this day or moment, which is included")
    )
    which = verb.add_mutually_exclusive_group()
    which.add_argument("--permission", metavar="NAME", help=_("permission or special access"))
    which.add_argument("--group", metavar="GROUP", help=_("calls, messages, location …"))


def mistake(options: argparse.Namespace, _: Gettext) -> str | None:
    """What argparse cannot see: how many numbers belong to a command."""
    if options.command == "changes" and (options.old is None) != (options.new is None):
        return _("changes takes two numbers of snapshots, or none")
    if options.command == "export":
        return _mistake_in_export(options, _)
    if options.command == "drop-raw" and bool(options.numbers) == options.all:
        return _("drop-raw takes numbers of snapshots, or --all")
    if options.command in {"names", "sdks"} and getattr(options, "source", None):
        return _("{command} reads a phone, not files: those hold no apps").format(
            command=options.command
        )
    if options.command in {"pair", "connect"}:
        return _mistake_in_wireless(options, _)
    return _mistake_in_care(options, _)


def _mistake_in_wireless(options: argparse.Namespace, _: Gettext) -> str | None:
    if options.command == "pair" and (options.code is None) != (options.address is None):
        return _("pair takes --code CODE HOST:PORT, or --qr")
    if getattr(options, "demo", False):
        return _("the demo phone is connected by itself; leave --demo out")
    return None


def _mistake_in_export(options: argparse.Namespace, _: Gettext) -> str | None:
    if len(options.numbers) not in (_NUMBERS | _OF_ALL)[options.what]:
        return _("changes takes two numbers of snapshots or none, snapshot one or none")
    if options.numbers and (options.since or options.until):
        return _("take numbers of snapshots or a period, not both")
    if options.what in _OF_ALL and (
        options.since or options.until or options.permission or options.group
    ):
        return _("fleet and matrix are of today and of everything: only --app and --user fit")
    if options.kind and options.what != "changes":
        return _("--kind is for changes only")
    return None


def _mistake_in_care(options: argparse.Namespace, _: Gettext) -> str | None:
    """The same for checks, and for what takes care of the store."""
    if options.command == "check" and options.every and {"serial", "source"} & set(vars(options)):
        return _("--all is for every phone: leave --serial and --from out")
    if options.command == "phones" and not _phones_are_right(options):
        return _("phones takes merge KEY INTO, name KEY NAME, split ID…, delete KEY, or nothing")
    if options.command != "tidy":
        return None
    if options.keep_all and (options.keep_days or options.then):
        return _("--keep-all keeps all: leave --keep-days and --then out")
    days = [number for number in (options.keep_days, options.raw_older_than) if number is not None]
    if not all(1 <= number <= _MOST_DAYS for number in days):
        return _("a number of days is from 1 to {most}").format(most=_MOST_DAYS)
    return None
