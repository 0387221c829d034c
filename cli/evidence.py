"""``verify``, ``reread``, ``drop-raw``, ``note``, ``rename``, ``delete``, ``phones``."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from functools import partial

from audit.changes import compare
from audit.digest import deletion_sentence, sentence, verification_document
from audit.documents import change_document, moment, snapshot_document
from audit.findings import sentence_of
from audit.model import Snapshot
from audit.progress import Cancel, Progress
from cli.output import print_json, say, warn
from cli.session import Session
from db.errors import NoRawError, NoSuchPhoneError
from db.store import Store
from device.recorder import Playback
from device.scanner import Scanner

DONE, USAGE, STORE = 0, 2, 5


def verify(session: Session, _options: argparse.Namespace) -> int:
    """Recomputes every digest; 0 when all is as it was saved, else 5."""
    wording = session.wording
    _ = wording.gettext
    with session.store(create=False) as store:
        found = store.verify(partial(tell_percent, session, _("Verifying: {percent} %")))
    if session.json:
        print_json(verification_document(found, wording))
        return STORE if found.findings else DONE
    for gone in found.deleted:
        say(deletion_sentence(gone, wording))
    for one in found.findings:
        say(sentence(one, wording))
    if not found.findings:
        say(_("All is as it was saved: {n} checks.").format(n=found.checks))
    if found.head:
        say(_("Digest of the whole record: {digest}").format(digest=found.head))
    return STORE if found.findings else DONE


def tell_percent(session: Session, text: str, progress: Progress) -> None:
    """One line that counts up, only for somebody who waits and looks."""
    if session.json or not sys.stderr.isatty():
        return
    done = progress.step == progress.steps
    percent = 100 if done else 100 * progress.step // progress.steps
    end = "\n" if done else ""
    print(f"\r{text.format(percent=percent)}", end=end, file=sys.stderr, flush=True)


def drop_raw(session: Session, options: argparse.Namespace) -> int:
    """Forgets the phone's raw answers; the checks stay."""
    with session.store(create=False) as store:
        dropped = store.drop_raw(None if options.all else options.numbers)
    if session.json:
        print_json({"dropped": dropped})
    else:
        say(session.wording.gettext("Raw answers dropped: {n}").format(n=len(dropped)))
    return DONE


def reread(session: Session, options: argparse.Namespace) -> int:
    """Reads the kept answers of a check again, with today's parsers, beside the first reading."""
    wording = session.wording
    with session.store(create=False) as store:
        number = options.snapshot or session.last_checks(store)[-1]
        first = store.load(number)
        again = _read_again(session, store, first)
    changes = compare(first, again, session.catalogue)
    if session.json:
        print_json(
            {
                "snapshot": snapshot_document(again.info, wording),
                "changes": [change_document(change, wording) for change in changes],
            }
        )
        return DONE
    _ = wording.gettext
    text = _("Check {id} was read again; the new reading is number {new}.")
    say(text.format(id=number, new=again.info.id))
    for problem in again.info.problems:
        if problem not in first.info.problems:
            say(f"  {wording.problem(problem)}")
    for change in changes:
        say(f"  {sentence_of(change, wording)}")
    if not changes:
        say(_("Both readings say the same."))
    return DONE


def _read_again(session: Session, store: Store, first: Snapshot) -> Snapshot:
    info = first.info
    number = info.id or 0
    kept = store.raw(number)
    if not kept:
        raise NoRawError(store.shown, number)
    # How a phone is asked differs from files, and so does what a missing answer means.
    source = "files" if info.source == "files" else "phone"
    answers = Playback(kept, source, info.phone.serial, info.taken_at)
    scanner = Scanner(answers, session.catalogue.names_to_ask(), "reread", keep_raw=False)
    found = scanner.read(lambda _: None, Cancel())
    saved = store.save(replace(found, info=replace(found.info, reread_of=number)))
    return replace(found, info=saved)


def note(session: Session, options: argparse.Namespace) -> int:
    """Sets the note of a check; an empty one takes it away."""
    with session.store(create=False) as store:
        store.set_note(options.snapshot, options.text.strip() or None)
    return DONE


def rename(session: Session, options: argparse.Namespace) -> int:
    """Sets the title of a check; an empty one takes it away."""
    with session.store(create=False) as store:
        store.set_title(options.snapshot, " ".join(options.title.split()) or None)
    return DONE


def delete(session: Session, options: argparse.Namespace) -> int:
    """Deletes a check, after asking."""
    _ = session.wording.gettext
    with session.store(create=False) as store:
        info = store.info(options.snapshot)
        text = _("Delete check {id} of {when} for good? It cannot be brought back. [y/N] ")
        question = text.format(id=info.id, when=session.wording.when(info.taken_at))
        agreed = options.yes or session.confirmed(question)
        if agreed:
            store.delete(options.snapshot)
    return USAGE if agreed is None else DONE


def _delete_phone(session: Session, store: Store, options: argparse.Namespace) -> bool | None:
    """Asks, and deletes everything about a phone; None where nobody can answer."""
    _ = session.wording.gettext
    (key,) = options.words
    phone = next((one for one in store.phones() if one.key == key), None)
    if phone is None:
        raise NoSuchPhoneError(store.shown, key)
    text = _(
        "Delete everything about {phone} for good: {n} checks, what was noted, all backups beside "
        "the database? Exports and copies elsewhere stay. [y/N]"
    )
    name = phone.name or phone.phone.title or key
    agreed = options.yes or session.confirmed(text.format(phone=name, n=phone.checks) + " ")
    if agreed and not store.delete_phone(key):
        text = _(
            "Another program reads {path} at this moment; traces of the phone are in it until that "
            "program is closed."
        )
        warn(text.format(path=store.shown))
    return agreed


def phones(session: Session, options: argparse.Namespace) -> int:
    """The phones in the store; two that are one are merged, one that is two is split, by hand."""
    _ = session.wording.gettext
    with session.store(create=False) as store:
        match options.action:
            case "merge":
                store.merge_phones(*options.words)
            case "name":
                key, name = options.words
                store.name_phone(key, name.strip() or None)
            case "split":
                store.split_phone(map(int, options.words), options.name)
            case "delete":
                agreed = _delete_phone(session, store, options)
                if not agreed:
                    return USAGE if agreed is None else DONE
        found = store.phones()
    if session.json:
        print_json(
            [
                {
                    "key": one.key,
                    "keys": list(one.keys),
                    "name": one.name,
                    "title": one.phone.title,
                    "serial": one.phone.serial,
                    "checks": one.checks,
                    "last": moment(one.last),
                }
                for one in found
            ]
        )
        return DONE
    for one in found:
        count = session.wording.ngettext("{n} check", "{n} checks", one.checks)
        name = one.name or one.phone.title or ""
        say(f"{one.key}  {name}  {count.format(n=one.checks)}  {session.wording.when(one.last)}")
    return DONE
