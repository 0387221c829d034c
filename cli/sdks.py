"""The verb ``sdks``: the known kits of others in an app, its code on the phone looked into."""

from __future__ import annotations

import argparse

from audit.documents import sdks_document, snapshot_document
from audit.model import App
from audit.progress import Cancel
from cli.output import print_json, say
from cli.session import Session
from db.errors import NoSnapshotsError
from db.store import Store
from device.app_code import CodeReader
from device.errors import NoCodeError
from device.identity import phone_of


def sdks(session: Session, options: argparse.Namespace) -> int:
    """Looks into an app as the phone's last check found it."""
    with session.store(create=False) as store:
        app, number = _looked_into(session, store, options)
        info = store.info(number)
    found = sdks_document(app, info, session.wording) or []
    if session.json:
        print_json(
            {
                "snapshot": snapshot_document(info, session.wording),
                "user": app.user,
                "package": app.package,
                "sdks": found,
            }
        )
        return 0
    _ = session.wording.gettext
    say(_("{app} contains:").format(app=session.wording.label(app.package)))
    for kit in found:
        name, kind = session.wording.sdk(kit["key"])
        say("  " + _("{name} ({kind})").format(name=name, kind=kind))
    if not found:
        say("  " + _("None that this program knows."))
    say(_("A kit that is there need not ever run; this does not say what it sends."))
    say(_("Kits whose names were made unreadable, or that are loaded later, are not seen."))
    return 0


def _looked_into(session: Session, store: Store, options: argparse.Namespace) -> tuple[App, int]:
    """The app with its code, and the number of the check."""
    from device.transport import PhoneAnswers  # noqa: PLC0415 -- adbutils takes 0.2 s to import

    with session.connected(store, later=False) as (server, device):
        # By what it says of itself: over Wi-Fi it has another serial number.
        key = store.key_of(phone_of(server, device).key)
        checks = store.snapshots(key) if key else []
        if not key or not checks or checks[-1].id is None:
            raise NoSnapshotsError(store.shown)
        number = checks[-1].id
        wanted = options.user, options.package
        apps = (app for app in store.load(number).apps if (app.user, app.package) == wanted)
        app = next(apps, None)
        if app is None:
            raise NoCodeError(package=options.package)
        reader = CodeReader(PhoneAnswers(server, device))
        store.save_code(key, reader.code(app, lambda _: None, Cancel()))
        return store.with_code(key, [app])[0], number
