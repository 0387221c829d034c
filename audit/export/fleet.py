"""Many phones side by side, as tables and as documents."""

from __future__ import annotations

from audit.access import has_access
from audit.documents import Document, moment, phone_document
from audit.export.about import About
from audit.export.table import Cell, Column, Export
from audit.fleet import Fleet, FleetApp, Grant, Install, Sum
from audit.model import SnapshotInfo
from audit.wording import Wording


def fleet_export(found: Fleet, about: About) -> Export:
    """One row per app, phone, user and kind of access that it asks for."""
    _ = about.wording.gettext
    columns = (
        Column("label", _("App"), 16),
        Column("package", _("Package"), 26),
        Column("version_name", _("Version"), 12),
        Column("version_code", _("Version, number"), 10, on_paper=False),
        Column("version_since", _("Version since the check of"), 19),
        Column("phone", _("Phone"), 20),
        Column("android", _("Android"), 8),
        Column("user", _("User"), 6),
        Column("group_title", _("Asks for access to"), 14),
        Column("group", _("Access, technical"), 12, on_paper=False),
        Column("given", _("Was given it"), 8),
        Column("state_title", _("State"), 13),
        Column("state", _("State, technical"), 13, on_paper=False),
        Column("since", _("So since the check of"), 19),
        Column("since_snapshot", _("Check"), 7),
        Column("checked_at", _("Last check"), 19, on_paper=False),
    )
    rows = (
        _row(found, app, install, grant, about)
        for app in found.apps
        for install in app.installs
        for grant in install.grants.values() or (None,)
    )
    notes = (
        _("Each phone counts with its last check. An app that asks for nothing has one row."),
        _("“Not known” means that the phone was not asked or did not answer, not that it was off."),
    )
    title = _("What apps ask for and were given, on all phones")
    table = about.table(title, (), columns, rows, notes)
    items = (app_document(app, about.wording) for app in found.apps)
    return Export(table, about.head("fleet") | _phones(found, about), "apps", items)


def matrix_export(found: Fleet, about: About) -> Export:
    """One row per app, one column per kind of access."""
    wording = about.wording
    _ = wording.gettext
    keys = wording.catalogue.access_keys
    columns = (
        Column("label", _("App"), 16),
        Column("package", _("Package"), 24),
        Column("versions", _("Versions"), 14),
        Column("phones", _("Phones"), 7),
        *(Column(key, wording.group(key), 11) for key in keys),
    )
    rows = (
        (
            wording.label(app.package),
            app.package,
            app.versions,
            app.phones,
            *(sum_text(app.access.get(key), wording) for key in keys),
        )
        for app in found.apps
    )
    notes = (
        _("A cell tells the most that one install has, and how many of those that ask were given."),
        _("An empty cell: no install asks for it."),
        _("“Not known” means that the phone was not asked or did not answer, not that it was off."),
    )
    title = _("What apps can reach, on all phones")
    table = about.table(title, (), columns, rows, notes)
    items = (
        {key: value for key, value in app_document(app, wording).items() if key != "installs"}
        for app in found.apps
    )
    return Export(table, about.head("matrix") | _phones(found, about), "apps", items)


def sum_text(found: Sum | None, wording: Wording) -> str | None:
    """``allowed 2/3``: the most, and how many of those that ask; None: nobody asks."""
    if found is None:
        return None
    state = wording.gettext("not known") if found.state is None else wording.state(found.state)
    return f"{state} {found.given}/{found.asked}"


def phone_title(found: Fleet, number: int, wording: Wording, *, personal: bool = True) -> str:
    """What a person calls the phone, else its model; numbered, for there may be two of a kind."""
    _ = wording.gettext
    record = found.phones[number]
    name = record.name if personal else None
    title = name or record.phone.title or _("an unknown phone")
    return f"{number + 1}. {title}"


def install_line(found: Fleet, install: Install, wording: Wording) -> str:
    """Which version is on which phone since when, and what it was given."""
    _ = wording.gettext
    about = About(wording)
    grants = "; ".join(
        f"{wording.group(grant.key)}: {about.state(grant.state)}"
        + ("" if grant.since.id == install.since.id else f" ({_since(grant.since, wording)})")
        for grant in install.grants.values()
    )
    version = _("version {version}").format(version=install.app.version or "?")
    title = phone_title(found, install.phone, wording)
    user = f" [{install.app.user}]" if install.app.user else ""
    head = f"{title}{user}, {version}, {_since(install.since, wording)}"
    return f"{head}: {grants or _('asks for nothing')}"


def _since(info: SnapshotInfo, wording: Wording) -> str:
    return wording.gettext("since {when}").format(when=wording.when(info.taken_at))


def _row(
    found: Fleet, app: FleetApp, install: Install, grant: Grant | None, about: About
) -> tuple[Cell, ...]:
    wording = about.wording
    return (
        wording.label(app.package),
        app.package,
        install.app.version_name,
        install.app.version_code,
        install.since.taken_at,
        phone_title(found, install.phone, wording, personal=about.personal_details),
        found.phones[install.phone].phone.android,
        install.app.user,
        *_grant_cells(grant, about),
        install.last.taken_at,
    )


def _grant_cells(grant: Grant | None, about: About) -> tuple[Cell, ...]:
    if grant is None:
        return (None,) * 7
    return (
        about.wording.group(grant.key),
        grant.key,
        None if grant.state is None else has_access(grant.state),
        about.state(grant.state),
        grant.state,
        grant.since.taken_at,
        grant.since.id,
    )


def _phones(found: Fleet, about: About) -> Document:
    return {"phones": phone_documents(found, personal=about.personal_details)}


def phone_documents(found: Fleet, *, personal: bool = True) -> list[Document]:
    """Numbered as ``installs`` of the apps name them."""
    documents = []
    for number, record in enumerate(found.phones):
        facts = phone_document(record.phone)
        if not personal:
            facts |= {"serial": None, "fingerprint": None}
        name = record.name if personal else None
        last = moment(record.last)
        key = record.key if personal else None
        documents.append(
            {"number": number + 1, "key": key, "name": name, "phone": facts, "checked_at": last}
        )
    return documents


def app_document(app: FleetApp, wording: Wording) -> Document:
    return {
        "package": app.package,
        "label": wording.app_name(app.package),
        "access": {
            key: {
                "state": found.state,
                "asked": found.asked,
                "given": found.given,
                "unknown": found.unknown,
            }
            for key, found in app.access.items()
        },
        "installs": [_install_document(install) for install in app.installs],
    }


def _install_document(install: Install) -> Document:
    return {
        "phone": install.phone + 1,
        "user": install.app.user,
        "version_name": install.app.version_name,
        "version_code": install.app.version_code,
        "version_since": moment(install.since.taken_at),
        "checked_at": moment(install.last.taken_at),
        "snapshot": install.last.id,
        "access": {
            key: {
                "state": grant.state,
                "given": None if grant.state is None else has_access(grant.state),
                "since": moment(grant.since.taken_at),
                "since_snapshot": grant.since.id,
            }
            for key, grant in install.grants.items()
        },
    }
