"""The one way to names and icons: what a check's apps call themselves, read once per update."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from audit.model import App, AppName, Snapshot
    from audit.progress import Cancel


class NameSource(Protocol):
    """A phone whose apps can be asked."""

    def names(self, apps: Sequence[App], cancel: Cancel) -> Iterator[Collection[AppName]]:
        """What ``apps`` call themselves, in batches; an app that cannot be read is left out."""


class NameStore(Protocol):
    """Where names are kept."""

    def names(self, phone_key: str) -> Sequence[AppName]:
        """All that are known of a phone."""

    def save_names(self, phone_key: str, found: Collection[AppName]) -> None:
        """Remembers them, in place of what was known of the same apps."""


def read_names(source: NameSource, store: NameStore, snapshot: Snapshot, cancel: Cancel) -> int:
    """Reads and saves what is not known yet of the apps of ``snapshot``; returns how many.

    What a person installed comes first. Each batch is saved as it comes, so that nothing is read
    twice when ``cancel`` ends it; that raises an error of ``device.errors``.
    """
    key = snapshot.info.key
    known = {name.package: name.stamp for name in store.names(key)}
    apps = {app.package: app for app in reversed(snapshot.apps)}
    new = [app for app in apps.values() if known.get(app.package) != app.stamp]
    count = 0
    for batch in source.names(sorted(new, key=_order), cancel) if new else ():
        store.save_names(key, batch)
        count += len(batch)
    return count


def _order(app: App) -> tuple[bool, str]:
    return app.system, app.package
