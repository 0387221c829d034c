"""Snapshots, apps and changes as the plain documents that the command line's contract describes.

Keys keep their meaning from the first release on: more may be added, none is renamed or dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from audit.access import access, states
from audit.beyond import beyond, beyond_sentence, kind_name
from audit.catalogue import Catalogue
from audit.findings import sentence_of
from audit.ledger import BACKGROUND_STATES, UseSummary, is_own
from audit.model import (
    App,
    Change,
    Deed,
    Permission,
    Phone,
    Snapshot,
    SnapshotInfo,
    State,
    Use,
)
from audit.ways import ways
from audit.wording import Wording

Document = dict[str, Any]
_Used = Mapping[tuple[int, str, str], tuple[datetime | None, datetime | None]]


def moment(at: datetime | None) -> str | None:
    """``2026-11-23T11:20:31Z``"""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def phone_document(phone: Phone) -> Document:
    return {
        "serial": phone.serial,
        "manufacturer": phone.manufacturer,
        "name": phone.name,
        "model": phone.model,
        "android": phone.android,
        "sdk": phone.sdk,
        "security_patch": phone.security_patch,
        "fingerprint": phone.fingerprint,
    }


def snapshot_document(info: SnapshotInfo, wording: Wording) -> Document:
    return {
        "id": info.id,
        "taken_at": moment(info.taken_at),
        "phone": phone_document(info.phone),
        "users": [
            {"id": user.id, "name": user.name, "kind": user.kind}
            for user in sorted(info.users, key=lambda user: user.id)
        ],
        "apps": info.app_count,
        "complete": info.complete,
        "problems": [wording.problem(problem) for problem in info.problems],
        "title": info.title,
        "note": info.note,
        "source": info.source,
        "reread_of": info.reread_of,
    }


def apps_document(snapshot: Snapshot, wording: Wording) -> list[Document]:
    used = last_used(snapshot.uses, wording.catalogue)
    return [_app(app, snapshot.info, wording, used) for app in snapshot.apps]


def last_used(uses: Iterable[Use], catalogue: Catalogue) -> _Used:
    """The last recorded use of each (user, package, permission): at all, and in the background."""
    found: dict[tuple[int, str, str], tuple[datetime | None, datetime | None]] = {}
    for use in uses:
        permission = catalogue.permission_of_op(use.op)
        if permission is None or use.rejected or not is_own(use):
            continue
        key = use.user, use.package, permission
        at_all, unseen = found.get(key, (None, None))
        at_all = max(at_all, use.at) if at_all else use.at
        if use.state in BACKGROUND_STATES:
            unseen = max(unseen, use.at) if unseen else use.at
        found[key] = at_all, unseen
    return found


def _app(app: App, info: SnapshotInfo, wording: Wording, used: _Used) -> Document:
    catalogue = wording.catalogue
    state_of = states(app, info, catalogue)
    return {
        "user": app.user,
        "package": app.package,
        "label": wording.app_name(app.package),
        "company": catalogue.company(app.package, wording.language),
        **_known_beforehand(app, info, wording),
        "version_name": app.version_name,
        "version_code": app.version_code,
        "target_sdk": app.target_sdk,
        "uid": app.uid,
        "system": app.system,
        "enabled": app.enabled,
        "installer": app.installer,
        "initiator": app.initiator,
        "originator": app.originator,
        "package_source": app.package_source,
        "first_installed": moment(app.first_installed),
        "last_updated": moment(app.last_updated),
        "signer": app.signer,
        "past_signers": list(app.past_signers),
        "debuggable": app.debuggable,
        "partition": app.partition,
        "shared_user": app.shared_user,
        "permissions": [
            _permission(app, permission, state_of[permission.name], catalogue, used)
            for permission in app.permissions
        ],
        "access": access(app, info, catalogue),
        "special": list(app.special),
        "ops": [
            {
                "name": op.name,
                "title": catalogue.op_title(op.name, wording.language),
                "mode": op.mode,
                "uid_mode": op.uid_mode,
            }
            for op in app.ops
        ],
        "ways": _ways(app, info, catalogue),
    }


def sdks_document(app: App, info: SnapshotInfo, wording: Wording) -> list[Document] | None:
    """The known kits of others in an app; None where nothing that was read tells."""
    known = wording.catalogue.sdks
    kits = known.told(app, info)
    if kits is None:
        return None
    return [
        {
            "key": kit.key,
            "name": kit.names[wording.language],
            "kind": kit.kind,
            "source": kit.source,
            "found_in": known.found_in(app, kit),
        }
        for kit in kits
    ]


def _known_beforehand(app: App, info: SnapshotInfo, wording: Wording) -> Document:
    """What rules and public lists have to do with the app."""
    known = wording.kind_of(app.package)
    found = beyond(app, info, known.kind, wording) if known else ()
    return {
        "sdks": sdks_document(app, info, wording),
        "kind": known
        and {
            "number": known.kind.number,
            "name": kind_name(known.kind, wording),
            "by": known.by,
            "source": known.source,
            "date": known.date,
        },
        "beyond": [
            {
                "access": one.access,
                "permissions": list(one.permissions),
                "rule": one.rule.document,
                "sentence": beyond_sentence(one, wording),
            }
            for one in found
        ],
        "named": [
            {
                "list": about.key,
                "title": about.title(wording.language),
                "date": about.date,
                "source": about.source,
                "version": version,
            }
            for about, version in wording.named(app.package)
        ],
    }


def _ways(app: App, info: SnapshotInfo, catalogue: Catalogue) -> Document:
    """By access key; only keys that there is a way to."""
    found: Document = {}
    for way in ways(app, info, catalogue):
        entry = {
            "through": way.through,
            "state": way.state,
            "facts": [{"source": fact.source, "line": fact.line} for fact in way.facts],
            "missing": list(way.missing),
        }
        found.setdefault(way.access, []).append(entry)
    return found


def _permission(
    app: App, permission: Permission, state: State | None, catalogue: Catalogue, used: _Used
) -> Document:
    at_all, unseen = used.get((app.user, app.package, permission.name), (None, None))
    return {
        "name": permission.name,
        "requested": True if permission.requested else None,
        "kind": permission.kind,
        "group": catalogue.access_of(permission.name),
        "granted": permission.granted,
        "flags": list(permission.flags),
        "state": state,
        "last_used": moment(at_all),
        "last_used_in_background": moment(unseen),
    }


def change_document(change: Change, wording: Wording) -> Document:
    return {
        "user": change.user,
        "package": change.package,
        "label": wording.app_name(change.package),
        "what": change.what,
        "permission": change.permission,
        "group": change.group,
        "before": change.before,
        "after": change.after,
        "kind": change.kind,
        "why": change.why,
        "severity": change.severity,
        "between": [moment(at) for at in change.between] if change.between else None,
        "sentence": sentence_of(change, wording),
        "silent": change.is_silent,
        "expected": change.expected,
    }


def uses_document(found: UseSummary, wording: Wording) -> Document:
    return {
        "name": found.name,
        "group": use_group(found.name, wording.catalogue),
        "count_at_least": found.count,
        "in_background_at_least": found.in_background,
        "refused_at_least": found.refused,
        "first": moment(found.first),
        "last": moment(found.last),
        "last_in_background": moment(found.last_in_background),
        "through": list(found.through),
        "sentence": wording.uses(found),
    }


def use_group(name: str, catalogue: Catalogue) -> str | None:
    """The access key of what was used: a permission, or an app-op without one."""
    return catalogue.access_of(name) or catalogue.access_of_op(name)


def deed_document(deed: Deed, command: str, sentence: str) -> Document:
    """ACTION: something that was done, or tried, on the phone; ``command`` as it was sent."""
    action = deed.action
    return {
        "id": deed.id,
        "at": moment(deed.at),
        "kind": action.kind,
        "user": action.user,
        "package": action.package,
        "name": action.name,
        "op": action.op,
        "mode": action.mode,
        "command": command,
        "refusal": deed.refusal,
        "held": deed.held,
        "checked_by": deed.checked_by,
        "undoes": deed.undoes,
        "sentence": sentence,
    }
