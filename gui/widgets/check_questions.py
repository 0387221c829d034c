"""What a person may be asked about saved checks, wherever these are listed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from audit.model import SnapshotInfo
from gui.ui import Ui
from gui.widgets.dialogs import TextQuestion, YesNo


def ask_title(
    parent: QWidget, ui: Ui, info: SnapshotInfo, then: Callable[[str], None]
) -> TextQuestion:
    _ = ui.wording.gettext
    prompt = _("A title for the check of {when}:").format(when=ui.wording.when(info.taken_at))
    return TextQuestion(parent, ui, _("Title"), prompt, then, text=info.title or "")


def ask_note(
    parent: QWidget, ui: Ui, info: SnapshotInfo, then: Callable[[str], None]
) -> TextQuestion:
    _ = ui.wording.gettext
    text = _("A note on the check of {when}. It stays in the database on this computer.")
    prompt = text.format(when=ui.wording.when(info.taken_at))
    before = info.note or ""
    return TextQuestion(parent, ui, _("Note"), prompt, then, text=before, several_lines=True)


def ask_delete(
    parent: QWidget, ui: Ui, checks: Sequence[SnapshotInfo], total: int, then: Callable[[], None]
) -> YesNo:
    """``total``: how many checks their phone has."""
    _, ngettext, count = ui.wording.gettext, ui.wording.ngettext, len(checks)
    question = _("Delete the check of {when}?").format(when=ui.wording.when(checks[0].taken_at))
    if count > 1:
        question = ngettext("Delete {n} check?", "Delete {n} checks?", count).format(n=count)
    more = (
        _(
            "No other check of this phone is left then: its recorded uses and what you "
            "expected are forgotten too. This cannot be undone."
        )
        if count == total
        else _(
            "What is deleted disappears from the history, and nothing can be compared with it "
            "any more. All other checks stay as they are. This cannot be undone."
        )
    )
    return YesNo(parent, question, more, then, yes=_("Delete"), no=_("Keep"))
