"""A server for the saved checks: its address, and whether it can be reached."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from gui.tasks import Lane, Task
from gui.ui import Ui
from gui.widgets.basics import button, column, label, retone, row

if TYPE_CHECKING:
    from db.trying import Tried

#: So far the clocks of two computers may be apart before it is told.
_CLOCK = timedelta(minutes=2)


class ServerDialog(QDialog):
    """``chosen`` is given the address, without the password, of a server that answered."""

    chosen = Signal(str)

    def __init__(self, ui: Ui, parent: QWidget) -> None:
        super().__init__(parent)
        self._ui = ui
        self._lane = Lane("server")
        self._task: Task | None = None
        _ = ui.wording.gettext
        self.setWindowTitle(_("Keep the checks on a server"))
        self.host = self._field(_("Server, such as db.example.org"))
        self.database = self._field(_("Name of the database"))
        self.user = self._field(_("Your name there"))
        self.password = self._field(_("Password, which this computer's keyring keeps"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.test = button(_("Test the connection"))
        self.test.clicked.connect(partial(self._try, use=False))
        self.use = button(_("Use this server"), "primary")
        self.use.clicked.connect(partial(self._try, use=True))
        self.use.setDefault(True)
        self.cancel = button(_("Cancel"))
        self.cancel.clicked.connect(self.reject)
        self.outcome = label("", wrap=True, select=True)
        self._lay_out()
        self.finished.connect(self._on_finished)
        self._look()

    def _lay_out(self) -> None:
        about = self._ui.wording.gettext(
            "Several computers can keep their checks in one PostgreSQL database. Whoever may read "
            "there sees which apps are on your phone. Your checks so far stay where they are."
        )
        box = column(spacing=12, margins=(22, 18, 22, 18))
        box.addWidget(label(about, wrap=True))
        for field in (self.host, self.database, self.user, self.password):
            named = column(spacing=4)
            named.addWidget(label(field.accessibleName(), size="small"))
            named.addWidget(field)
            box.addLayout(named)
        box.addWidget(self.outcome)
        box.addStretch(1)
        foot = row(spacing=8)
        foot.addWidget(self.test)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.use)
        box.addLayout(foot)
        self.setLayout(box)
        self.resize(self._ui.theme.widened(480), self.sizeHint().height())

    def _field(self, name: str) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(name)
        made.textChanged.connect(self._look)
        return made

    def _look(self) -> None:
        named = all(field.text().strip() for field in (self.host, self.database))
        for made in (self.test, self.use):
            made.setEnabled(named and self._task is None)

    def _try(self, *, use: bool) -> None:
        from db.trying import ServerPlace, try_server  # noqa: PLC0415 -- SQLAlchemy

        place = ServerPlace(self.host.text(), self.database.text(), self.user.text())
        password = self.password.text()
        # Nobody's child: it may go on for seconds after the dialog.
        task = Task(lambda _report, _cancel: try_server(place, password, remember=use))
        self._task = task
        task.done.connect(partial(self._on_tried, use))
        task.failed.connect(self._on_failed)
        task.finished.connect(self._on_ended)
        self._tell(self._ui.wording.gettext("Connecting…"), "muted")
        self._look()
        task.start(self._lane)

    def _on_tried(self, use: bool, tried: Tried) -> None:
        _ = self._ui.wording.gettext
        if not tried.remembered:
            text = _(
                "The server answered, but this computer has no keyring that could keep the "
                "password. Put it into the file .pgpass or the variable PGPASSWORD instead, and "
                "leave it empty here."
            )
            self._tell(text, "red")
            return
        if use:
            self.chosen.emit(tried.address)
            self.accept()
            return
        self._tell(" ".join(self._found(tried)), "")

    def _found(self, tried: Tried) -> list[str]:
        _, ngettext = self._ui.wording.gettext, self._ui.wording.ngettext
        if not tried.checks:
            told = [_("The server answered. It holds no check yet.")]
        else:
            text = ngettext(
                "The server answered. It holds {n} check.",
                "The server answered. It holds {n} checks.",
                tried.checks,
            )
            told = [text.format(n=tried.checks)]
        if abs(tried.ahead) >= _CLOCK:
            text = ngettext(
                "This computer's clock is {n} minute off the server's. Set it right, or the times "
                "of checks will mislead.",
                "This computer's clock is {n} minutes off the server's. Set it right, or the times "
                "of checks will mislead.",
                minutes := round(abs(tried.ahead) / timedelta(minutes=1)),
            )
            told.append(text.format(n=minutes))
        return told

    def _on_failed(self, error: Exception) -> None:
        self._tell(self._ui.wording.error(error), "red")

    def _on_ended(self) -> None:
        self._task = None
        self._look()

    def _tell(self, text: str, tone: str) -> None:
        self.outcome.setText(text)
        retone(self.outcome, tone=tone)

    def _on_finished(self) -> None:
        if self._task is not None:
            self._task.blockSignals(True)  # its answer comes too late for anybody
        self._lane.leave()
        self.deleteLater()
