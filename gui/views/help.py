"""The manual: a list of its pages, the page that is open, and a search through all of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import (
    QFont,
    QKeySequence,
    QShortcut,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QTextBrowser, QWidget

from gui.models.manual import ManualPage, manual
from gui.shortcuts import shortcuts
from gui.ui import Ui
from gui.widgets.basics import button, column, label, row
from gui.widgets.search import SearchField

_LIST_WIDTH = 236
#: Longer lines are hard to read.
_TEXT_WIDTH = 860
_NAME = Qt.ItemDataRole.UserRole


class ManualBrowser(QTextBrowser):
    """Shows what it is given and loads nothing, neither from the disk nor from elsewhere."""

    def loadResource(self, _kind: int, _url: QUrl | str) -> object:  # noqa: N802 -- Qt's name
        return None


class HelpView(QWidget):
    """Signals:
    back_asked: to the page that help was asked on.
    about_asked: what this program is made of.
    """

    back_asked = Signal()
    about_asked = Signal()

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self.setObjectName("page")
        self._ui = ui
        pages = (*manual(ui.wording.language), _keys(ui))
        self._pages = {page.name: page for page in pages}
        self._open: ManualPage | None = None
        _ = ui.wording.gettext
        self.search = SearchField(ui, _("Search the manual"))
        self.search.setToolTip(_("Enter goes to the next place"))
        self.search.textChanged.connect(self._on_search)
        self.search.returnPressed.connect(self._on_next)
        self.list = QListWidget()
        self.list.setObjectName("contents")
        self.list.setAccessibleName(_("Pages of the manual"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setWordWrap(True)
        for page in self._pages.values():
            item = QListWidgetItem(page.title, self.list)
            item.setData(_NAME, page.name)
        self.list.currentItemChanged.connect(self._on_current)
        self.nothing = label(_("No page of the manual holds that."), tone="muted", wrap=True)
        self.nothing.hide()
        self.text = ManualBrowser()
        self.text.setObjectName("manual")
        self.text.setAccessibleName(_("Page of the manual"))
        self.text.setOpenLinks(False)
        self.text.setMaximumWidth(_TEXT_WIDTH)
        self.text.anchorClicked.connect(self._on_link)
        ui.theme.changed.connect(self._show)
        self._lay_out()
        self.show_page(next(iter(self._pages)))

    def _lay_out(self) -> None:
        _ = self._ui.wording.gettext
        self.back = button(_("Back"), "small", name=_("Back to the page before"))
        self.back.setToolTip("Esc")
        self.back.clicked.connect(self.back_asked)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.back_asked)
        self.about = button(_("About this program"), "small")
        self.about.clicked.connect(self.about_asked)
        head = row(spacing=8)
        head.addWidget(label(_("Help"), size="title"), 1)
        head.addWidget(self.about)
        head.addWidget(self.back)
        left = column(spacing=8)
        self.search.setFixedWidth(_LIST_WIDTH)
        self.list.setFixedWidth(_LIST_WIDTH)
        left.addWidget(self.search)
        left.addWidget(self.nothing)
        left.addWidget(self.list, 1)
        across = row(spacing=14)
        across.addLayout(left)
        across.addWidget(self.text, 100)
        across.addStretch(1)
        box = column(spacing=12, margins=(26, 22, 26, 20))
        box.addLayout(head)
        box.addLayout(across, 1)
        self.setLayout(box)

    def show_page(self, name: str) -> None:
        """Opens a page of ``gui.models.manual.PAGES``; a search ends."""
        self.search.clear()
        self._choose(name)

    def _choose(self, name: str) -> None:
        for number in range(self.list.count()):
            item = self.list.item(number)
            if item.data(_NAME) == name:
                self.list.setCurrentItem(item)

    def _on_current(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if item is not None:
            self._open = self._pages[item.data(_NAME)]
            self._show()

    def _show(self) -> None:
        """Written anew when the theme changes: colours of links are part of the text."""
        if self._open is None:
            return
        document = self.text.document()
        document.setDefaultFont(self._ui.theme.font("lead"))
        document.setDocumentMargin(22)
        self.text.setMarkdown(self._open.text)
        self._space_out(document)
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self._on_next()

    def _space_out(self, document: QTextDocument) -> None:
        """Markdown says nothing about sizes and distances; ours come from the one scale."""
        theme = self._ui.theme
        line = theme.pixels("lead")
        block = document.begin()
        while block.isValid():
            cursor = QTextCursor(block)
            level = block.blockFormat().headingLevel()
            form = QTextBlockFormat()
            form.setLineHeight(140, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            form.setBottomMargin(line * (0.3 if block.textList() else 0.7))
            if level:
                form.setTopMargin(line * (0 if level == 1 else 0.8))
                cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
                letters = QTextCharFormat()
                letters.setFont(theme.font("title" if level == 1 else "heading"))
                letters.setFontWeight(QFont.Weight.Bold)
                cursor.setCharFormat(letters)
            cursor.mergeBlockFormat(form)
            block = block.next()

    def _on_link(self, url: QUrl) -> None:
        """Only pages of the manual are ever opened."""
        name = url.toString().removesuffix(".md")
        if name in self._pages:
            self.show_page(name)

    def _on_search(self, words: str) -> None:
        found = [name for name, page in self._pages.items() if page.has(words)]
        for number in range(self.list.count()):
            item = self.list.item(number)
            item.setHidden(item.data(_NAME) not in found)
        self.nothing.setVisible(not found)
        if found and self._open is not None:
            if self._open.name in found:
                self._show()
            else:
                self._choose(found[0])

    def _on_next(self) -> None:
        """Marks the next place, from the top again after the last one."""
        words = self.search.text().split()
        if words and not self.text.find(words[0]):
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            self.text.find(words[0], QTextDocument.FindFlag(0))


def _keys(ui: Ui) -> ManualPage:
    """The page about the keyboard, as this platform writes its keys."""
    _ = ui.wording.gettext
    lines = [f"- **{one.shown}**: {one.title}" for one in shortcuts(ui)]
    return ManualPage("keys", "\n".join((f"# {_('Keyboard')}", "", *lines)))
