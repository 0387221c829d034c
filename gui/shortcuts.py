"""Every keyboard shortcut once, as the platform has it: the window obeys them, Help lists them."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtGui import QKeySequence

from gui.pages import HELP, SETTINGS, entries
from gui.ui import Ui

CHECK, OPEN_REPORT, EXPORT, FIND = "check", "open-report", "export", "find"
UNDO, QUIT = "undo", "quit"
#: Shortcuts of pages are named after them with this before.
PAGE = "page:"

_Standard = QKeySequence.StandardKey


class Shortcut(NamedTuple):
    """``keys`` do all the same. ``everywhere`` is False for those that one part obeys by itself."""

    name: str
    title: str
    keys: tuple[QKeySequence, ...]
    everywhere: bool = True

    @property
    def shown(self) -> str:
        """As this platform writes keys: "Ctrl+F", "⌘F"."""
        return self.keys[0].toString(QKeySequence.SequenceFormat.NativeText)


def shortcuts(ui: Ui) -> tuple[Shortcut, ...]:
    _ = ui.wording.gettext
    open_page = _("Open the page {name}")
    pages = tuple(
        Shortcut(PAGE + entry.name, open_page.format(name=entry.title), _keys(f"Ctrl+{number}"))
        for number, entry in enumerate(entries(ui), 1)
        if not entry.at_the_bottom and number <= 9
    )
    return (
        Shortcut(CHECK, _("Check the phone now"), _keys("F5", "Ctrl+R")),
        Shortcut(FIND, _("Search"), _bound(_Standard.Find, "Ctrl+F")),
        Shortcut(OPEN_REPORT, _("Read a bug report"), _bound(_Standard.Open, "Ctrl+O")),
        Shortcut(EXPORT, _("Export what the page shows"), _keys("Ctrl+E")),
        *pages,
        Shortcut(PAGE + HELP, _("Open the manual"), _bound(_Standard.HelpContents, "F1")),
        Shortcut(PAGE + SETTINGS, _("Open the settings"), _bound(_Standard.Preferences, "Ctrl+,")),
        Shortcut(UNDO, _("Undo what was just done"), _bound(_Standard.Undo, "Ctrl+Z")),
        Shortcut(QUIT, _("Close the program"), _bound(_Standard.Quit, "Ctrl+Q")),
        Shortcut("copy", _("Copy the chosen rows"), _bound(_Standard.Copy, "Ctrl+C"), False),
        Shortcut("all", _("Choose all rows"), _bound(_Standard.SelectAll, "Ctrl+A"), False),
        Shortcut("as-table", _("History: as a table, or as bars"), _keys("T"), False),
        Shortcut("more-time", _("History: show more time"), _keys("-"), False),
        Shortcut("less-time", _("History: show less time"), _keys("+"), False),
        Shortcut("all-time", _("History: show all the time"), _keys("0"), False),
    )


def shortcut(ui: Ui, name: str) -> Shortcut:
    return next(one for one in shortcuts(ui) if one.name == name)


def _keys(*texts: str) -> tuple[QKeySequence, ...]:
    return tuple(QKeySequence(text) for text in texts)


def _bound(standard: QKeySequence.StandardKey, usual: str) -> tuple[QKeySequence, ...]:
    """What the platform uses; ``usual`` where it has no custom of its own."""
    return tuple(QKeySequence.keyBindings(standard)) or _keys(usual)
