"""What apps were recorded to use, as an export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from audit.documents import Document, snapshot_document, use_group, uses_document
from audit.export.about import About
from audit.export.table import Cell, Column, Export
from audit.ledger import UseSummary, summaries
from audit.model import SnapshotInfo, Use
from audit.wording import Wording


def uses_export(
    uses: Iterable[tuple[int, str, Iterable[Use]]],
    first: SnapshotInfo,
    last: SnapshotInfo,
    about: About,
) -> Export:
    """What apps were recorded to use; ``uses`` are (user, package, all its uses), read once.

    Args:
        first, last: the first and the last check that collected them.
    """
    wording = about.wording
    _ = wording.gettext
    columns = (
        Column("user", _("User"), 6),
        Column("label", _("App"), 13),
        Column("package", _("Package"), 26),
        Column("permission_title", _("Permission"), 20),
        Column("name", _("Technical name"), 43),
        Column("group_title", _("Access to"), 12, on_paper=False),
        Column("group", _("Access, technical"), 12, on_paper=False),
        Column("count_at_least", _("Uses, at least"), 8),
        Column("in_background_at_least", _("Of these in the background"), 11),
        Column("refused_at_least", _("Refused, at least"), 9),
        Column("first", _("First recorded use"), 18),
        Column("last", _("Last recorded use"), 18),
        Column("last_in_background", _("Last in the background"), 18, on_paper=False),
        Column("through", _("Asked by"), 24, on_paper=False),
    )
    notes = (
        _("Android keeps only the last use of each kind: uses between checks leave no trace."),
        _("So every number is a lower bound, and nothing here means that nothing was used."),
    )
    head = about.head("uses") | {
        "first_snapshot": snapshot_document(about.shown(first), wording),
        "last_snapshot": snapshot_document(about.shown(last), wording),
    }
    checks = [last] if first.id == last.id else [first, last]
    found = _fitting(uses, about)
    rows = (_row(user, package, one, wording) for user, package, one in found)
    items = (_document(user, package, one, wording) for user, package, one in found)
    title = _("What apps were recorded to use")
    return Export(about.table(title, checks, columns, rows, notes), head, "uses", items)


def _fitting(
    uses: Iterable[tuple[int, str, Iterable[Use]]], about: About
) -> Iterator[tuple[int, str, UseSummary]]:
    catalogue, scope = about.wording.catalogue, about.scope
    for user, package, found in uses:
        if scope.has_app(user, package):
            for one in summaries((use for use in found if scope.has_time(use.at)), catalogue):
                if scope.has_access(one.name, use_group(one.name, catalogue)):
                    yield user, package, one


def _document(user: int, package: str, found: UseSummary, wording: Wording) -> Document:
    """The keys of ``uses --json``, and whose they are."""
    return {
        "user": user,
        "package": package,
        "label": wording.app_name(package),
        **uses_document(found, wording),
    }


def _row(user: int, package: str, found: UseSummary, wording: Wording) -> tuple[Cell, ...]:
    group = use_group(found.name, wording.catalogue)
    return (
        user,
        wording.label(package),
        package,
        wording.permission(found.name),
        found.name,
        wording.group(group) if group else None,
        group,
        found.count,
        found.in_background,
        found.refused,
        found.first,
        found.last,
        found.last_in_background,
        " ".join(found.through) or None,
    )
