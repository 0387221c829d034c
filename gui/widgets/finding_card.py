"""What one app can do now that it could not before, and why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout

from audit.findings import Finding
from gui.models.rows import AppRow
from gui.ui import Ui
from gui.widgets.basics import Avatar, Card, Pill, button, column, label, row
from gui.widgets.meaning import MeaningButton

_TONES = {"high": "red", "medium": "amber", "low": "muted"}


class FindingCard(Card):
    """What one app gained.

    Signals:
        app_asked: user and package, to see the app.
        expected: the changes that the person says were expected.
        take_asked: user and package in a tuple, and the names of what shall go.
    """

    app_asked = Signal(int, str)
    expected = Signal(object)
    take_asked = Signal(object, object)

    def __init__(self, ui: Ui, findings: Sequence[Finding], app: AppRow) -> None:
        super().__init__()
        self._ui = ui
        self.app = app
        self.changes = tuple(change for finding in findings for change in finding.changes)
        self.text = self._as_text(findings)
        self.setAccessibleName(self.text)
        body = column(spacing=4)
        body.addLayout(self._head(findings))
        for finding in findings:
            body.addWidget(label(finding.headline, size="lead", wrap=True, select=True))
            small = label(self._small(finding), size="small", tone="muted", wrap=True, select=True)
            small.setContentsMargins(0, 0, 0, 4)
            body.addWidget(small)
        body.addSpacing(2)
        body.addLayout(self._actions())
        across = row(spacing=12)
        avatar = Avatar(ui.theme, app.face)
        across.addWidget(avatar, 0, Qt.AlignmentFlag.AlignTop)
        across.addLayout(body, 1)
        self.box.addLayout(across)

    def _head(self, findings: Sequence[Finding]) -> QHBoxLayout:
        app = self.app
        head = row(spacing=8)
        head.addWidget(label(app.label, size="heading", bold=True, wrap=True))
        if app.label != app.app.package:
            head.addWidget(label(app.app.package, size="small", tone="muted", wrap=True), 1)
        else:
            head.addStretch(1)
        if app.profile:
            head.addWidget(Pill(self._ui.theme, app.profile, "muted"))
        for finding in findings:
            group = self._ui.wording.group(finding.group)
            icon = "warning" if finding.severity == "high" else None
            head.addWidget(Pill(self._ui.theme, group, _TONES[finding.severity], icon))
            names = [change.permission for change in finding.changes if change.permission]
            head.addWidget(MeaningButton(self._ui, finding.group, names))
        return head

    def _actions(self) -> QHBoxLayout:
        _ = self._ui.wording.gettext
        name = _("Show {app}").format(app=self.app.label)
        self.show_app = button(_("Show app"), "small", name=name)
        self.show_app.clicked.connect(self._on_show)
        self.copy = button(_("Copy"), "link", name=_("Copy this finding"))
        self.copy.clicked.connect(self._on_copy)
        name = _("I expected this of {app}").format(app=self.app.label)
        self.expect = button(_("I expected this"), "small", name=name)
        self.expect.setToolTip(_("It is no news any more, until it changes again."))
        self.expect.clicked.connect(self._on_expect)
        name = _("Take access away from {app}").format(app=self.app.label)
        self.take = button(_("Take access away…"), "small", name=name)
        self.take.clicked.connect(self._on_take)
        actions = row(spacing=8)
        actions.addWidget(self.show_app)
        actions.addWidget(self.take)
        actions.addWidget(self.expect)
        actions.addWidget(self.copy)
        actions.addStretch(1)
        return actions

    def _small(self, finding: Finding) -> str:
        """The reason, and what would make the access normal."""
        normal = self._ui.wording.normal(finding.changes[0].permission or "")
        blank = "" if self._ui.wording.language == "zh-CN" else " "
        return f"{finding.reason}{blank}{normal}" if normal else finding.reason

    def _as_text(self, findings: Sequence[Finding]) -> str:
        app = self.app
        name = app.label
        if name != app.app.package:
            name = f"{name} ({app.app.package})"
        lines = [f"{name}, {app.profile}" if app.profile else name]
        for finding in findings:
            group = self._ui.wording.group(finding.group)
            lines.append(f"{group}: {finding.headline} {self._small(finding)}")
        return "\n".join(lines)

    def show_reach(self, reason: str) -> None:
        """Why the phone cannot be changed now; empty where it can."""
        self.take.setEnabled(not reason)
        self.take.setToolTip(reason)
        self.take.setAccessibleDescription(reason)

    def _on_take(self) -> None:
        names = {change.permission for change in self.changes if change.permission}
        self.take_asked.emit(self.app.key, frozenset(names))

    def _on_show(self) -> None:
        self.app_asked.emit(*self.app.key)

    def _on_expect(self) -> None:
        self.expect.setEnabled(False)
        self.expected.emit(self.changes)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
        self.copy.setText(self._ui.wording.gettext("Copied"))
