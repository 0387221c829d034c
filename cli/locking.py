"""``encrypt`` and ``decrypt``: whether it takes a passphrase to read the store."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from cli.asking import ask_passphrase, somebody_answers
from cli.output import print_json, say, warn
from cli.session import Session
from db.conversion import Converted, convert, erase, is_locked

DONE, USAGE = 0, 2


def encrypt(session: Session, options: argparse.Namespace) -> int:
    """Encrypts the store with a new passphrase, also where it has one already."""
    _ = session.wording.gettext
    session.store(create=False).close()
    passphrase = session.passphrase()
    wanted = os.environ.get("PERMISSION_CHECKUP_NEW_PASSPHRASE") or _ask_new(session)
    if wanted is None:
        return USAGE
    done = convert(session.place, passphrase, wanted, keep=not options.remove_plain)
    if not session.json:
        say(_("Encrypted. From now on nothing opens the database but this passphrase."))
        _tell_kept(session, done)
    if done.readable and (options.remove_plain or _wants_them_gone(session, done.readable)):
        erase(done.readable)
        done = Converted(None if done.kept in done.readable else done.kept, ())
    if session.json:
        print_json(_document(done, encrypted=True))
    return DONE


def decrypt(session: Session, options: argparse.Namespace) -> int:
    """Makes the store readable without a passphrase again."""
    _ = session.wording.gettext
    if not is_locked(session.place):
        session.store(create=False).close()
        warn(_("The database is not encrypted."))
        return DONE
    passphrase = session.passphrase()
    session.store(create=False).close()
    question = _("Whoever gets the file can read it then. Take the encryption away? [y/N]") + " "
    agreed = options.yes or session.confirmed(question)
    if not agreed:
        return USAGE if agreed is None else DONE
    done = convert(session.place, passphrase, None, keep=True)
    if session.json:
        print_json(_document(done, encrypted=False))
        return DONE
    say(_("The database can be read without a passphrase now."))
    _tell_kept(session, done)
    return DONE


def _ask_new(session: Session) -> str | None:
    """Twice the same, since nobody sees what is typed."""
    _ = session.wording.gettext
    if not somebody_answers():
        text = _("Run this on a terminal, or set PERMISSION_CHECKUP_NEW_PASSPHRASE.")
        warn(text)
        return None
    warn(
        _(
            "Whoever forgets the passphrase has lost the history for good: nobody can bring it "
            "back. Four or more words that have nothing to do with each other make a good one."
        )
    )
    first = ask_passphrase(_("New passphrase:"))
    if first is None or first != ask_passphrase(_("Once more:")):
        warn(_("That was not twice the same. Nothing was changed."))
        return None
    return first


def _tell_kept(session: Session, done: Converted) -> None:
    if done.kept is not None:
        text = session.wording.gettext("What it held before is kept as {path}")
        say(text.format(path=done.kept))


def _wants_them_gone(session: Session, readable: tuple[Path, ...]) -> bool:
    """Tells of the copies that anybody can still read, and asks where somebody can answer."""
    _, ngettext = session.wording.gettext, session.wording.ngettext
    count = len(readable)
    text = ngettext(
        "{n} older copy can be read without the passphrase:",
        "{n} older copies can be read without the passphrase:",
        count,
    )
    for line in (text.format(n=count), *map(str, readable)):
        warn(line)
    if not somebody_answers():
        return False
    return bool(session.confirmed(_("Overwrite and delete them? [y/N]") + " "))


def _document(done: Converted, *, encrypted: bool) -> dict[str, object]:
    return {
        "encrypted": encrypted,
        "kept": str(done.kept) if done.kept else None,
        "readable": [str(path) for path in done.readable],
    }
