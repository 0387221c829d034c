"""``backup``, ``restore`` and ``copy``: copies of the whole store."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from audit.documents import moment
from audit.export.errors import ExportError, sentence
from audit.export.whole import write_whole
from audit.messages import why_kept
from audit.model import SnapshotInfo
from audit.progress import Cancel, Progress
from cli.evidence import tell_percent
from cli.output import print_json, say, warn
from cli.session import Session
from db import copying
from db.errors import MissingError, StoreError
from db.restoring import backups_of, looked_through
from db.store import Store

DONE, USAGE = 0, 2


def backup(session: Session, options: argparse.Namespace) -> int:
    """Copies the store, beside it or to a new file."""
    with session.store(create=False) as store:
        try:
            made = _made(store, options.output, force=options.force)
        except ExportError as error:
            warn(sentence(error, session.wording.gettext))
            return USAGE
        checks = store.snapshots()
    if session.json:
        print_json({"file": str(made), "checks": len(checks)})
    else:
        say(session.wording.gettext("Written: {path}").format(path=made))
        say(_holds(session, made, checks))
    return DONE


def _made(store: Store, output: Path | None, *, force: bool) -> Path:
    if output is None:
        return store.backups.make()
    write_whole(output, store.backups.make, force=force)
    return output


def copy(session: Session, options: argparse.Namespace) -> int:
    """Copies the store to an empty place, a file or a server, and recomputes all digests there."""
    _, ngettext = session.wording.gettext, session.wording.ngettext
    passphrase = session.passphrase(options.origin, options.target)
    tell = partial(_tell_copying, session)
    found = copying.copy(options.origin, options.target, tell, Cancel(), passphrase)
    shown = copying.shown(options.target)
    if session.json:
        print_json(
            {"to": shown, "checks": found.checks, "records": found.records, "head": found.head}
        )
        return DONE
    text = ngettext(
        "{n} check copied to {path}. All is there as it was saved.",
        "{n} checks copied to {path}. All is there as it was saved.",
        found.checks,
    )
    say(text.format(n=found.checks, path=shown))
    if found.head:
        say(_("Digest of the whole record: {digest}").format(digest=found.head))
    return DONE


def _tell_copying(session: Session, progress: Progress) -> None:
    _ = session.wording.gettext
    text = _("Copying: {percent} %") if progress.what == "copying" else _("Verifying: {percent} %")
    tell_percent(session, text, progress)


def restore(session: Session, options: argparse.Namespace) -> int:
    """Puts a backup in the place of the store, which is kept; without a file lists the backups."""
    if options.file is None:
        return _list(session)
    _ = session.wording.gettext
    passphrase = session.passphrase(options.file)
    with looked_through(session.place, options.file, passphrase) as found:
        if not session.json:
            say(_holds(session, options.file, found.checks))
            say(_now(session))
        question = (
            _("Restore the backup? What the database holds now is kept beside it. [y/N]") + " "
        )
        agreed = options.yes or session.confirmed(question)
        if not agreed:
            return USAGE if agreed is None else DONE
        kept = found.take_place()
    if session.json:
        document = {"restored": str(options.file), "checks": len(found.checks)}
        print_json(document | {"kept": str(kept) if kept else None})
        return DONE
    say(_("Restored."))
    if kept is not None:
        say(_("What it held before is kept as {path}").format(path=kept))
    return DONE


def _holds(session: Session, place: str | Path, checks: Sequence[SnapshotInfo]) -> str:
    _, ngettext = session.wording.gettext, session.wording.ngettext
    if not checks:
        return _("{path} holds no check.").format(path=place)
    text = ngettext(
        "{path} holds {n} check, of {when}.",
        "{path} holds {n} checks, the last of {when}.",
        len(checks),
    )
    last = max(info.taken_at for info in checks)
    return text.format(path=place, n=len(checks), when=session.wording.when(last))


def _now(session: Session) -> str:
    """What the store holds, which may be why it is to be replaced."""
    try:
        with session.store(create=False) as store:
            return _holds(session, store.shown, store.snapshots())
    except MissingError:
        return session.wording.gettext("There is no database at {path}.").format(path=session.place)
    except StoreError as error:
        return session.wording.error(error)


def _list(session: Session) -> int:
    found = backups_of(session.place)
    if session.json:
        print_json(
            [{"file": str(one.path), "made_at": moment(one.at), "why": one.why} for one in found]
        )
        return DONE
    _ = session.wording.gettext
    if not found:
        say(_("There is no backup yet. Make one with “permission-checkup backup”."))
    for one in found:
        say(f"{session.wording.when(one.at)}  {why_kept(one.why, _)}  {one.path}")
    return DONE
