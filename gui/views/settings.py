"""What the person can choose: words, looks, and where their checks are kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QMessageBox, QVBoxLayout

from gui.preferences import DATABASE, KEEP_ANSWERS, LANGUAGE, TEXT_SIZE, TEXT_SIZES, THEME
from gui.tokens import Mode
from gui.ui import Ui
from gui.widgets.basics import Card, ScrollPage, button, column, label, row
from gui.widgets.choice import Choice, Tick
from gui.widgets.flow import FlowLayout
from gui.widgets.link_choices import LinkChoices
from gui.widgets.public_lists import PublicLists

_WIDTH = 720


class SettingsView(ScrollPage):
    """Chooses in ``ui.preferences``, which tell those whom it concerns."""

    encrypt_asked = Signal()
    decrypt_asked = Signal()
    restore_asked = Signal()
    server_asked = Signal()

    def __init__(self, ui: Ui) -> None:
        super().__init__(margins=(26, 22, 26, 26), spacing=14)
        self._ui = ui
        self._place = ""
        self.dialog: QFileDialog | None = None
        self.question: QMessageBox | None = None
        _ = ui.wording.gettext
        self.setAccessibleName(_("Settings"))
        kept = ui.preferences
        self.language = self._choice(LANGUAGE, _languages(ui), kept.language or "")
        self.theme = self._choice(THEME, _themes(ui), kept.theme or "")
        self.text_size = self._choice(TEXT_SIZE, _text_sizes(ui), str(kept.text_size))
        self.box.addWidget(label(_("Settings"), size="title"))
        self._add(_("Language and look"), self._look())
        self._add(_("Where your checks are kept"), self._checks())
        self._add(_("What is kept of the phone"), self._answers())
        self.link = LinkChoices(ui, self)
        self._add(_("Connection to the phone"), self.link.box)
        self.lists = PublicLists(ui)
        inside = column()
        inside.addWidget(self.lists)
        self._add(_("Apps named in public"), inside)
        self._add(_("Start afresh"), self._reset())
        self._show_whether_kept()
        self.box.addStretch(1)

    # The parts.

    def _add(self, title: str, inside: QBoxLayout) -> None:
        card = Card(spacing=10, margins=(18, 14, 18, 16))
        card.setMaximumWidth(self._ui.theme.widened(_WIDTH))
        card.box.addWidget(label(title, size="heading", bold=True, wrap=True))
        card.box.addLayout(inside)
        # Asked by the row how high it is at its own width, not at the page's.
        across = row(spacing=0)
        across.addWidget(card, 1000)
        across.addStretch(1)
        self.box.addLayout(across)

    def _choice(self, name: str, entries: Sequence[tuple[str, str]], chosen: str) -> Choice:
        """A list of values and what they are called; ``name`` is one of the preferences."""
        made = Choice(self._ui.theme)
        made.setObjectName(name)
        for value, text in entries:
            made.addItem(text, value)
        made.setCurrentIndex(made.findData(chosen))
        made.activated.connect(self._on_choice)
        return made

    def _on_choice(self) -> None:
        made = self.sender()
        if isinstance(made, Choice):
            self._ui.preferences.choose(made.objectName(), made.currentData())

    def _look(self) -> QVBoxLayout:
        _ = self._ui.wording.gettext
        box = column(spacing=10)
        for title, choice in (
            (_("Language"), self.language),
            (_("Colours"), self.theme),
            (_("Text size"), self.text_size),
        ):
            named = label(title, wrap=True)
            named.setBuddy(choice)
            choice.setAccessibleName(title)
            line = row(spacing=12)
            line.addWidget(named, 1)
            line.addWidget(choice, 1)
            box.addLayout(line)
        return box

    def _checks(self) -> QVBoxLayout:
        _ = self._ui.wording.gettext
        self.place = label("", size="small", wrap=True, select=True)
        self.open_folder = button(_("Open the folder"), "small")
        self.open_folder.clicked.connect(self._on_open_folder)
        self.other = button(_("Choose another file…"), "small")
        self.other.clicked.connect(self.ask_database)
        self.server = button(_("Choose a server…"), "small")
        self.server.clicked.connect(self.server_asked)
        self.usual = button(_("Back to the usual place"), "small")
        self.usual.clicked.connect(self._on_usual)
        self.restore = button(_("Restore a backup…"), "small")
        self.restore.clicked.connect(self.restore_asked)
        self.encrypt = button("", "small")
        self.encrypt.clicked.connect(self.encrypt_asked)
        self.decrypt = button(_("Take the encryption away…"), "small")
        self.decrypt.clicked.connect(self.decrypt_asked)
        buttons = FlowLayout(spacing=8)
        care = (self.restore, self.encrypt, self.decrypt)
        for made in (self.open_folder, self.other, self.server, self.usual, *care):
            buttons.addWidget(made)
        self.about_place = label("", size="small", tone="muted", wrap=True)
        box = column(spacing=8)
        box.addWidget(self.place)
        box.addLayout(buttons)
        box.addWidget(self.about_place)
        return box

    def _answers(self) -> QVBoxLayout:
        _ = self._ui.wording.gettext
        self.keep = Tick(self._ui.theme, _("Keep what the phone answered, word for word"))
        self.keep.setAccessibleName(self.keep.text())
        self.keep.setChecked(self._ui.preferences.keep_answers)
        self.keep.toggled.connect(self._on_keep)
        about = _(
            "They are the evidence that a check rests on, and let a later version of this program "
            "read it again. They hold the names of all apps, and take up a few megabytes a check."
        )
        box = column(spacing=6)
        box.addWidget(self.keep)
        box.addWidget(label(about, size="small", tone="muted", wrap=True))
        return box

    def _reset(self) -> QVBoxLayout:
        _ = self._ui.wording.gettext
        self.reset = button(_("Forget all settings…"), "small")
        self.reset.clicked.connect(self._on_reset)
        self.unkept = label("", size="small", tone="red", wrap=True, select=True)
        about = _("Your checks, and where they are kept, stay as they are.")
        box = column(spacing=8)
        box.addWidget(label(about, size="small", tone="muted", wrap=True))
        box.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self.unkept)
        return box

    def _show_whether_kept(self) -> None:
        """A folder that cannot be written is told, since choices would be gone tomorrow."""
        kept = self._ui.preferences.kept
        text = self._ui.wording.gettext(
            "Your settings cannot be saved, since this file cannot be written: {path}"
        )
        self.unkept.setText("" if kept else text.format(path=self._ui.preferences.path))
        self.unkept.setVisible(not kept)

    # What it is told.

    def show_place(self, place: str, *, encrypted: bool | None) -> None:
        """``place`` is the path or URL of the person's own database.

        ``encrypted`` is None for one that is not open, or not a file.
        """
        _ = self._ui.wording.gettext
        named = _("Change the passphrase…") if encrypted else _("Encrypt with a passphrase…")
        self.encrypt.setText(named)
        self.restore.setVisible(encrypted is not None)
        self.encrypt.setVisible(encrypted is not None)
        self.decrypt.setVisible(bool(encrypted))
        self._place = place
        self.place.setText(place)
        self.place.setAccessibleName(place)
        on_server = "://" in place
        in_file = _(
            "All your checks are in this one file on this computer. Nothing is sent anywhere. "
            "Choosing another file moves nothing: this one stays as it is."
        )
        with_others = _(
            "Your checks are on this server, and so are those of everybody else who uses it. "
            "Choosing another place moves nothing."
        )
        self.about_place.setText(with_others if on_server else in_file)
        self.open_folder.setVisible(not on_server)
        self.usual.setVisible(self._ui.preferences.database is not None)

    # What the person does.

    def _on_open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self._place).parent)))

    def ask_database(self) -> None:
        """Asks for a file: one that is there is opened, a new name begins an empty one."""
        _ = self._ui.wording.gettext
        made = self.dialog = QFileDialog(self, _("Choose the file for your checks"))
        made.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        made.setOption(QFileDialog.Option.DontConfirmOverwrite)
        made.setNameFilters([_("Checks (*.sqlite)"), _("All files (*)")])
        made.setDefaultSuffix("sqlite")
        if "://" not in self._place:
            made.setDirectory(str(Path(self._place).parent))
        made.fileSelected.connect(self._on_database)
        made.finished.connect(made.deleteLater)
        made.open()

    def use_server(self, address: str) -> None:
        self._ui.preferences.choose(DATABASE, address)

    def _on_database(self, path: str) -> None:
        self._ui.preferences.choose(DATABASE, path)

    def _on_usual(self) -> None:
        self._ui.preferences.choose(DATABASE, "")

    def _on_keep(self, keep: bool) -> None:
        self._ui.preferences.choose(KEEP_ANSWERS, "" if keep else "no")

    def _on_reset(self) -> None:
        _ = self._ui.wording.gettext
        made = self.question = QMessageBox(self)
        made.setWindowTitle(_("Forget all settings?"))
        made.setText(_("Forget all settings?"))
        made.setInformativeText(
            _("Language, colours, text size, columns and filters are as on the first day again.")
        )
        self.yes = made.addButton(_("Forget them"), QMessageBox.ButtonRole.AcceptRole)
        no = made.addButton(_("Keep them"), QMessageBox.ButtonRole.RejectRole)
        made.setDefaultButton(no)
        made.setEscapeButton(no)
        made.finished.connect(self._on_answered)
        made.open()

    def _on_answered(self, _result: int) -> None:
        made, self.question = self.question, None
        if made is not None and made.clickedButton() is self.yes:
            self._ui.preferences.reset()
            for choice in (self.language, self.theme, self.text_size):
                choice.setCurrentIndex(0)
            self.keep.setChecked(True)
            self.link.forget()


def _languages(ui: Ui) -> tuple[tuple[str, str], ...]:
    """Each language in its own words: whoever landed in the wrong one finds the way back."""
    return (
        ("", ui.wording.gettext("As the computer has it")),
        ("en", "English"),
        ("zh-CN", "简体中文"),
    )


def _themes(ui: Ui) -> tuple[tuple[str, str], ...]:
    _ = ui.wording.gettext
    return (
        ("", _("As the computer has it")),
        (Mode.LIGHT, _("Light")),
        (Mode.DARK, _("Dark")),
        (Mode.CONTRAST_LIGHT, _("High contrast, light")),
        (Mode.CONTRAST_DARK, _("High contrast, dark")),
    )


def _text_sizes(ui: Ui) -> tuple[tuple[str, str], ...]:
    usual = ui.wording.gettext("{n} % (usual)")
    return tuple(
        (str(size), (usual if size == TEXT_SIZES[0] else "{n} %").format(n=size))
        for size in TEXT_SIZES
    )
