"""The verb ``names``: what the apps of a phone call themselves, read out of their APKs."""

from __future__ import annotations

import argparse
from typing import Any

from audit.model import AppName
from audit.names import read_names
from audit.progress import Cancel
from cli.output import print_json, say
from cli.session import Session
from db.errors import NoSnapshotsError
from device.identity import phone_of
from device.names import NameReader


def names(session: Session, _options: argparse.Namespace) -> int:
    """Reads names and icons of the last check's apps, as far as they are not known."""
    from device.transport import PhoneAnswers  # noqa: PLC0415 -- adbutils takes 0.2 s to import

    with session.store(create=False) as store:
        with session.connected(store, later=False) as (server, device):
            # By what it says of itself: over Wi-Fi it has another serial number.
            key = store.key_of(phone_of(server, device).key)
            checks = store.snapshots(key) if key else []
            if not checks or checks[-1].id is None:
                raise NoSnapshotsError(store.shown)
            snapshot = store.load(checks[-1].id)
            reader = NameReader(PhoneAnswers(server, device))
            read = read_names(reader, store, snapshot, Cancel())
        known = store.names(snapshot.info.key, icons=True)
    if session.json:
        print_json({"read": read, "names": [_document(name) for name in known]})
        return 0
    ngettext = session.wording.ngettext
    text = ngettext("{n} name and icon was read.", "{n} names and icons were read.", read)
    say(text.format(n=read))
    session.wording.call_apps(known)
    for name in known:
        say(f"{session.wording.label(name.package)}  {name.package}")
    return 0


def _document(name: AppName) -> dict[str, Any]:
    labels = dict(name.labels)
    default = labels.pop("", None)
    icon = name.icon.kind if name.icon else None
    return {"package": name.package, "label": default, "labels": labels, "icon": icon}
