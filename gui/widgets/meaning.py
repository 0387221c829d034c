"""“What does this mean?”: a small button beside a kind of access, and the answer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from gui.ui import Ui
from gui.widgets.basics import IconLabel, ScrollPage, button, column, label, row, rule

#: The health permissions alone are a hundred: not each of them is explained.
_MOST_EXPLAINED = 12


class MeaningButton(QPushButton):
    """``key`` is one of the catalogue's access keys; ``names`` are what an app has of it."""

    def __init__(self, ui: Ui, key: str | None = None, names: Sequence[str] = ()) -> None:
        super().__init__()
        self._ui = ui
        self.setProperty("kind", "info")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(ui.wording.gettext("What does this mean?"))
        self.clicked.connect(self._on_clicked)
        ui.theme.changed.connect(self._show_icon)
        self._show_icon()
        self.set_about(key, names)

    def set_about(self, key: str | None, names: Sequence[str] = ()) -> None:
        """Hidden where there is nothing to explain."""
        self._key, self._names = key, tuple(names)
        _, wording = self._ui.wording.gettext, self._ui.wording
        if key is None:
            self.hide()
            return
        name = _("What does this mean: {what}").format(what=wording.group(key))
        self.setAccessibleName(name)
        if self.isHidden() and self.parent() is not None:
            self.show()

    def _show_icon(self) -> None:
        self.setIcon(self._ui.theme.icon("info", "muted"))

    def _on_clicked(self) -> None:
        if self._key is not None:
            MeaningDialog(self._ui, self._key, self._names, self.window()).open()


class MeaningDialog(QDialog):
    """What it lets an app do, when that is normal, what to ask oneself; Android's names below."""

    def __init__(
        self, ui: Ui, key: str, names: Sequence[str] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._ui = ui
        _, wording, catalogue = ui.wording.gettext, ui.wording, ui.catalogue
        self.setWindowTitle(_("What does this mean?"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(520, 560 if names else 380)
        page = ScrollPage(margins=(22, 20, 22, 8), spacing=6)
        page.setAccessibleName(wording.group(key))
        head = row(spacing=10)
        head.addWidget(IconLabel(ui.theme, catalogue.access_icon(key), "accent", 26))
        head.addWidget(label(wording.group(key), size="title"), 1)
        page.box.addLayout(head)
        lang = wording.language
        for title, text in (
            (_("What an app can see or do with it"), catalogue.access_explain(key, lang)),
            (_("A common good reason"), catalogue.access_normal(key, lang)),
            (_("What to ask yourself"), catalogue.access_ask(key, lang)),
        ):
            self._tell(page.box, title, text)
        self._add_permissions(page.box, names)
        self._add_technical(page.box, names or catalogue.permissions_of(key))
        page.box.addStretch(1)
        close = button(_("Close"), "primary")
        close.clicked.connect(self.accept)
        below = row(margins=(22, 6, 22, 18))
        below.addStretch(1)
        below.addWidget(close)
        box = column(spacing=0)
        box.addWidget(page, 1)
        box.addLayout(below)
        self.setLayout(box)

    def _tell(self, box: QVBoxLayout, title: str, text: str) -> None:
        heading = label(title, size="small", tone="muted", bold=True, wrap=True)
        heading.setContentsMargins(0, 8, 0, 0)
        box.addWidget(heading)
        box.addWidget(label(text, size="lead", wrap=True, select=True))

    def _add_permissions(self, box: QVBoxLayout, names: Sequence[str]) -> None:
        """What this app has of it, each by itself."""
        _, wording = self._ui.wording.gettext, self._ui.wording
        explained = [(name, text) for name in names if (text := wording.explain(name))]
        if not explained:
            return
        box.addSpacing(10)
        box.addWidget(rule())
        heading = label(_("What this app asks for"), bold=True, wrap=True)
        heading.setContentsMargins(0, 8, 0, 0)
        box.addWidget(heading)
        for name, text in explained[:_MOST_EXPLAINED]:
            box.addWidget(label(wording.permission(name), bold=True, size="small", wrap=True))
            box.addWidget(label(text, size="small", tone="muted", wrap=True, select=True))

    def _add_technical(self, box: QVBoxLayout, names: Sequence[str]) -> None:
        _, wording = self._ui.wording.gettext, self._ui.wording
        toggle = button(_("Technical names"), "link")
        toggle.setCheckable(True)
        box.addSpacing(8)
        box.addWidget(toggle, 0, Qt.AlignmentFlag.AlignLeft)
        text = "\n".join(f"{name}  ({wording.permission(name)})" for name in names)
        self.technical = QPlainTextEdit(text)
        self.technical.setReadOnly(True)
        self.technical.setTabChangesFocus(True)
        self.technical.setMinimumHeight(120)
        self.technical.setAccessibleName(_("Technical names"))
        self.technical.hide()
        toggle.toggled.connect(self.technical.setVisible)
        box.addWidget(self.technical)
