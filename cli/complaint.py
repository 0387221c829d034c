"""``complaint``: everything that is known of one app, as a zip that can be handed on."""

from __future__ import annotations

import argparse

from audit.export.errors import ExportError, sentence
from audit.export.pack import PackRequest, write_pack
from cli.exporting import interruptible
from cli.output import print_json, say, warn
from cli.session import Session

DONE, USAGE = 0, 2


def complaint(session: Session, options: argparse.Namespace) -> int:
    """Writes the pack whole or not at all; tells where it is."""
    from gui import letter  # noqa: PLC0415 -- Qt, only to put the letter on paper

    _ = session.wording.gettext
    kept: bool = options.with_personal_details
    try:
        with session.store(create=False) as store, interruptible() as cancel:
            key = session.phone_key(store)
            pack = write_pack(
                store,
                PackRequest(key, options.user, options.package, kept),
                session.wording,
                letter.write,
                options.output,
                force=options.force,
                cancel=cancel,
            )
    except ExportError as error:
        warn(sentence(error, _))
        return USAGE
    for text in pack.lacks(_):
        warn(text)
    if session.json:
        head = pack.record_head
        print_json({"file": str(options.output), "personal_details": kept, "record_head": head})
        return DONE
    say(_("Written: {path}").format(path=options.output))
    say(_("Digest of the whole record: {digest}").format(digest=pack.record_head))
    return DONE
