"""Of an app's details: each kind of access that it has or asks for, and what lets it in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from audit.access import special_part
from audit.messages import part
from audit.model import SnapshotInfo, State
from gui.models.app_table import state_words
from gui.models.rows import AppRow, requests_known, special_unread
from gui.ui import Ui
from gui.widgets.basics import Pill, column, label, row, rule
from gui.widgets.flow import FlowLayout
from gui.widgets.gradual import Step
from gui.widgets.meaning import MeaningButton
from gui.widgets.painting import ShapeMark, shape_of


class AccessParts:
    """Adds to ``box`` what an app of a check may do."""

    def __init__(self, ui: Ui, box: QVBoxLayout, app: AppRow, info: SnapshotInfo) -> None:
        self._ui = ui
        self._box = box
        self._app = app
        self._info = info

    def steps(self, state_of: Mapping[str, State | None]) -> Iterator[Step]:
        """One per part; ``state_of`` is the state per permission (``audit.access``)."""
        titles = self._titles(state_of)
        for key in self._ui.catalogue.access_keys:
            if key != "special" and self._app.access.get(key) is not None:
                yield partial(self._add_access, key, titles.get(key, []))
        yield self._add_special
        if not any(self._app.access.values()):
            yield self._add_nothing

    def _titles(self, state_of: Mapping[str, State | None]) -> dict[str, list[str]]:
        """Per access key, what lets the app in; what it merely asks for where nothing does."""
        found: dict[str, list[tuple[int, str]]] = {}
        for permission in self._app.app.permissions:
            key = self._ui.catalogue.access_of(permission.name)
            state = state_of.get(permission.name)
            if key is not None:
                title = self._ui.wording.permission(permission.name)
                found.setdefault(key, []).append((state.rank if state else -1, title))
        return {key: _most(entries) for key, entries in found.items()}

    def _add_access(self, key: str, titles: list[str]) -> None:
        self._box.addWidget(rule())
        new = key in self._app.gained
        words = state_words(self._ui, self._app, key, requests_read=requests_known(self._info))
        line = row(spacing=8)
        shape = shape_of(self._app.access.get(key), known=self._app.known)
        line.addWidget(ShapeMark(self._ui.theme, shape, new=new))
        title = label(self._ui.wording.group(key), bold=True)
        if new:
            text = self._ui.wording.gettext("New · {state}").format(state=words)
            both = FlowLayout(spacing=8, lines=3)
            both.addWidget(title)
            both.addWidget(Pill(self._ui.theme, text, "red"))
            line.addLayout(both, 1)
        else:
            line.addWidget(title, 1)
            line.addWidget(label(words, tone="" if self._app.can(key) else "muted"))
        whole = column(spacing=1)
        whole.addLayout(line)
        names = [one.name for one in self._app.app.permissions]
        of_it = [name for name in names if self._ui.catalogue.access_of(name) == key]
        below = row(spacing=4, margins=(30, 0, 0, 0))
        text = self._ui.wording.gettext(", ").join(titles)
        below.addWidget(label(text, size="small", tone="muted", wrap=True), 1)
        below.addWidget(MeaningButton(self._ui, key, of_it), 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(below)
        self._box.addLayout(whole)

    def _add_special(self) -> None:
        _, wording = self._ui.wording.gettext, self._ui.wording
        held = [name for name in self._app.app.special if self._info.knows(special_part(name))]
        unread = special_unread(self._info)
        if not held and not unread:
            return
        self._box.addWidget(rule())
        head = row(spacing=8)
        head.addWidget(label(wording.group("special"), bold=True))
        head.addWidget(MeaningButton(self._ui, "special", held))
        head.addStretch(1)
        self._box.addLayout(head)
        titles = list(dict.fromkeys(wording.permission(name) for name in held))
        if titles:
            self._box.addWidget(label("\n".join(titles), size="small", wrap=True))
        if unread:
            names = _(", ").join(part(each, wording.gettext) for each in unread)
            text = _("Unknown, since this was not read: {parts}.").format(parts=names)
            self._box.addWidget(label(text, size="small", tone="muted", wrap=True))

    def _add_nothing(self) -> None:
        _ = self._ui.wording.gettext
        if not self._app.known:
            text = _("What this app may do was not read in this check, so it is unknown.")
        elif not requests_known(self._info):
            text = _("No access to anything personal is known.")
        else:
            text = _("It asks for nothing personal.")
        self._box.addWidget(label(text, tone="muted", wrap=True))


def _most(entries: list[tuple[int, str]]) -> list[str]:
    best = max(rank for rank, _ in entries)
    lowest = State.ONCE.rank if best >= State.ONCE.rank else best
    return list(dict.fromkeys(title for rank, title in entries if rank >= lowest))
