"""The file of the saved checks itself: encrypting it, and restoring a backup of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit

from db.conversion import Converted, convert, erase
from db.errors import PassphraseNeededError
from db.restoring import backups_of, looked_through
from gui.services import Services
from gui.ui import Ui
from gui.views.backup_dialog import BackupDialog
from gui.views.passphrase_dialog import PassphraseDialog
from gui.widgets.dialogs import TextQuestion, YesNo

if TYPE_CHECKING:
    from gui.window import Window

#: Is given the database's place and passphrase.
_Work = Callable[[str | Path, str | None], object]


class Keeper(QObject):
    """Asks, and does it while the database is closed; a notice tells what came of it."""

    def __init__(self, ui: Ui, services: Services, window: Window) -> None:
        super().__init__(window)
        self._ui = ui
        self._services = services
        self._window = window
        self.dialog: BackupDialog | PassphraseDialog | TextQuestion | YesNo | None = None

    # Encryption.

    def ask_encrypt(self) -> None:
        made = self.dialog = PassphraseDialog(self._ui, self._window)
        made.agreed.connect(self._encrypt)
        made.open()

    def _encrypt(self, wanted: str) -> None:
        self._apart(
            lambda place, passphrase: convert(place, passphrase, wanted, keep=True),
            self._on_encrypted,
            wanted,
        )

    def _on_encrypted(self, outcome: object) -> None:
        if not isinstance(outcome, Converted):
            self._complain(outcome)
            return
        _, ngettext = self._ui.wording.gettext, self._ui.wording.ngettext
        text = _("Encrypted. From now on nothing opens the database but this passphrase.")
        if not outcome.readable:
            self._window.notices.say("green", text)
            return
        count = len(outcome.readable)
        left = ngettext(
            "{n} older copy beside it can still be read without the passphrase.",
            "{n} older copies beside it can still be read without the passphrase.",
            count,
        )
        self._window.notices.say(
            "amber",
            f"{text} {left.format(n=count)}",
            _("Overwrite and delete them"),
            partial(self._erase, outcome.readable),
        )

    def _erase(self, readable: tuple[Path, ...]) -> None:
        task = self._services.work(lambda _store, _report, _cancel: erase(readable))
        if task is not None:
            task.done.connect(self._on_erased)
            task.failed.connect(self._complain)

    def _on_erased(self) -> None:
        text = self._ui.wording.gettext("What could be read without the passphrase is gone.")
        self._window.notices.say("green", text)

    def ask_decrypt(self) -> None:
        _ = self._ui.wording.gettext
        self.dialog = YesNo(
            self._window,
            _("Take the encryption away?"),
            _("Whoever gets the file can read your checks then."),
            self._decrypt,
            yes=_("Take it away"),
            no=_("Keep it"),
        )

    def _decrypt(self) -> None:
        self._apart(
            lambda place, passphrase: convert(place, passphrase, None, keep=True),
            self._on_decrypted,
        )

    def _on_decrypted(self, outcome: object) -> None:
        if not isinstance(outcome, Converted):
            self._complain(outcome)
            return
        text = self._ui.wording.gettext("The database can be read without a passphrase now.")
        self._window.notices.say("green", text)

    # Backups.

    def ask_backup(self) -> None:
        """Which backup to restore: one of those beside the database, or any file."""
        found = backups_of(self._services.file)
        made = self.dialog = BackupDialog(self._ui, found, self._window)
        made.chosen.connect(self._restore)
        made.open()

    def _restore(self, backup: Path, passphrase: str | None = None) -> None:
        def work(place: str | Path, known: str | None) -> tuple[int, Path | None]:
            with looked_through(place, backup, passphrase or known) as found:
                return len(found.checks), found.take_place()

        self._apart(work, partial(self._on_restored, backup), passphrase)

    def _on_restored(self, backup: Path, outcome: object) -> None:
        _, ngettext = self._ui.wording.gettext, self._ui.wording.ngettext
        if isinstance(outcome, PassphraseNeededError) and outcome.path == str(backup):
            self._ask_passphrase(backup)
            return
        if not isinstance(outcome, tuple):
            self._complain(outcome)
            return
        count, kept = outcome
        text = ngettext("Restored: {n} check.", "Restored: {n} checks.", count).format(n=count)
        if kept is not None:
            text += " " + _("What it held before is kept as {path}").format(path=kept)
        self._window.notices.say("green", text)

    def _ask_passphrase(self, backup: Path) -> None:
        _ = self._ui.wording.gettext
        text = _("Type the passphrase of {path}").format(path=backup)
        made = TextQuestion(
            self._window, self._ui, _("Passphrase"), text, partial(self._restore, backup)
        )
        made.setTextEchoMode(QLineEdit.EchoMode.Password)
        made.setOkButtonText(_("Open"))
        self.dialog = made

    def _apart(
        self, work: _Work, then: Callable[[object], None], passphrase: str | None = None
    ) -> None:
        if not self._services.apart(work, then, passphrase):
            text = self._ui.wording.gettext("A check is running. Try again once it is done.")
            self._window.notices.say("accent", text)

    def _complain(self, error: object) -> None:
        if isinstance(error, Exception):
            self._window.notices.say("red", self._ui.wording.error(error))
