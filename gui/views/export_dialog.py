"""What shall be in a file, in which format, and where it goes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QDate, QDir, QSize, QStandardPaths, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFileDialog,
    QVBoxLayout,
    QWidget,
)

from audit import messages
from audit.changes import KINDS
from audit.export.about import Scope, details_sentence
from audit.export.period import begin_of_day, end_of_day
from audit.export.request import Request
from gui.models.offers import COMPLAINT, Offer
from gui.ui import Ui
from gui.widgets.basics import button, column, fitting, label, row
from gui.widgets.choice import Choice, DateField, Pick, Tick
from gui.widgets.notice import Notice
from gui.widgets.work_dialog import WorkDialog

#: Those that name their checks, or hold all of them.
_WITHOUT_PERIOD = frozenset({"changes", "snapshot", COMPLAINT, "fleet", "matrix"})
_OF_ALL_PHONES = frozenset({"fleet", "matrix"})
_OF_EVERYTHING = frozenset({COMPLAINT, "fleet", "matrix"})
_USUAL_SIZE = 115
_MONTH = timedelta(days=30)
App = tuple[str, tuple[int, str]]


class ExportDialog(WorkDialog):
    """Signals:
    save_asked: a ``Request`` (its ``what`` may be ``COMPLAINT``), the format, and the ``Path`` that
        the person agreed to, also to replacing what is there.
    """

    save_asked = Signal(object, str, object)

    def __init__(self, ui: Ui, offer: Offer, apps: Sequence[App], parent: QWidget) -> None:
        super().__init__(ui, parent)
        self._offer = offer
        self._request: Request | None = None
        self._written: Path | None = None
        self._room = parent.size()
        # Then the choices need more room than a small screen has, and can be scrolled.
        self._large = ui.theme.text_size > _USUAL_SIZE
        _ = ui.wording.gettext
        self.setWindowTitle(_("Export"))
        self.what = self._choice(_("What"), self._whats(), offer.what)
        self.app = self._choice(_("App"), self._apps(apps), offer.app)
        self.group = self._choice(_("Kind of access"), self._groups(), offer.group)
        self.kind = self._choice(_("Which changes"), self._kinds(), offer.kind)
        self.about = label("", size="small", tone="muted", wrap=True)
        self.limited = Tick(ui.theme, _("Only a certain time"))
        last = offer.new.taken_at
        self.since = self._date(_("From"), offer.since or last - _MONTH)
        self.until = self._date(_("Until"), offer.until or last)
        self.formats = QButtonGroup(self)
        self.personal = Tick(ui.theme, _("Keep personal details"))
        self.save = button(_("Save as…"), "primary")
        self.save.setDefault(True)
        self._lay_out()
        self._connect()
        self._on_what()
        self.adjustSize()

    # What can be chosen.

    def _choice(
        self, name: str, entries: Sequence[tuple[str, object]], chosen: object
    ) -> QComboBox:
        made = Choice(self._ui.theme)
        made.setAccessibleName(name)
        made.setMaxVisibleItems(16)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for text, value in entries:
            made.addItem(text, value)
        values = [value for _text, value in entries]
        made.setCurrentIndex(values.index(chosen) if chosen in values else 0)
        return made

    def _whats(self) -> list[tuple[str, object]]:
        _ = self._ui.wording.gettext
        found: list[tuple[str, object]] = [
            (_("What every app may do"), "snapshot"),
            (_("What apps could do, over time"), "history"),
            (_("What apps were recorded to use"), "uses"),
            (_("All about one app, for a complaint"), COMPLAINT),
        ]
        if self._offer.what in _OF_ALL_PHONES:
            found.insert(0, (_("All phones: what each app was given on each"), "fleet"))
            found.insert(0, (_("All phones: a table of apps and access"), "matrix"))
        if self._offer.old is not None:
            found.insert(0, (_("What changed between two checks"), "changes"))
        return found

    def _apps(self, apps: Sequence[App]) -> list[tuple[str, object]]:
        found: list[tuple[str, object]] = [(self._ui.wording.gettext("All apps"), None), *apps]
        wanted = self._offer.app
        if wanted is not None and wanted not in [key for _label, key in apps]:
            found.append((self._ui.wording.label(wanted[1]), wanted))
        return found

    def _groups(self) -> list[tuple[str, object]]:
        wording = self._ui.wording
        keys = self._ui.catalogue.access_keys
        every: tuple[str, object] = (wording.gettext("Everything"), None)
        return [every, *((wording.group(key), key) for key in keys)]

    def _kinds(self) -> list[tuple[str, object]]:
        _ = self._ui.wording.gettext
        titles = messages.kinds_of_change(_)
        return [(_("All changes"), None), *((titles[kind], kind) for kind in KINDS)]

    def _date(self, name: str, at: datetime) -> DateField:
        day = at.astimezone()
        made = DateField(self._ui.theme, QDate(day.year, day.month, day.day))
        made.setAccessibleName(name)
        return made

    def _format_texts(self) -> dict[str, tuple[str, str]]:
        _ = self._ui.wording.gettext
        return {
            "pdf": (_("PDF"), _("To print or to send: looks the same everywhere.")),
            "xlsx": (_("Excel"), _("To sort and to filter in Excel, WPS or LibreOffice.")),
            "html": (_("Web page"), _("To read in any browser, without internet.")),
            "csv": (_("CSV"), _("A plain table for any program that calculates.")),
            "json": (_("JSON"), _("For other programs, with everything in it.")),
        }

    # The parts.

    def _lay_out(self) -> None:
        _ = self._ui.wording.gettext
        self.form = QWidget()
        across = row(spacing=28)
        across.addLayout(self._make_scope(), 1)
        self.format_box = QWidget()
        self.format_box.setLayout(self._make_formats())
        across.addWidget(self.format_box, 1)
        personal = column(spacing=2)
        personal.addWidget(self.personal)
        text = _(
            "Serial number, fingerprint, the names of the phone and its users, titles and notes."
        )
        self.personal.setAccessibleDescription(text)
        personal.addWidget(self._below(text))
        inside = column(spacing=14)
        inside.addLayout(across)
        inside.addLayout(personal)
        self.form.setLayout(inside)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(_("The file is being written"))
        foot = row(spacing=10)
        foot.addWidget(self.step, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        box = column(spacing=14, margins=(22, 20, 22, 18))
        box.addWidget(fitting(self.form) if self._large else self.form, 1)
        box.addWidget(self.bar)
        box.addLayout(self.outcome)
        box.addLayout(foot)
        self.setLayout(box)
        self.setMinimumSize(self._room - QSize(60, 60) if self._large else QSize(720, 0))

    def _make_scope(self) -> QVBoxLayout:
        _ = self._ui.wording.gettext
        box = column(spacing=4)
        for title, field in (
            (_("What"), self.what),
            (_("App"), self.app),
            (_("Kind of access"), self.group),
        ):
            box.addWidget(label(title, size="small", tone="muted"))
            box.addWidget(field)
            if field is self.what:
                box.addWidget(self.about)
            box.addSpacing(6)
        self.which = QWidget()
        which = column(spacing=4)
        which.addWidget(label(_("Which changes"), size="small", tone="muted"))
        which.addWidget(self.kind)
        self.which.setLayout(which)
        box.addWidget(self.which)
        self.period = QWidget()
        inside = column(spacing=6)
        inside.addWidget(self.limited)
        dates = row(spacing=6)
        dates.addWidget(self.since, 1)
        dates.addWidget(label("–", tone="muted"))
        dates.addWidget(self.until, 1)
        inside.addLayout(dates)
        self.period.setLayout(inside)
        box.addWidget(self.period)
        box.addStretch(1)
        return box

    def _make_formats(self) -> QVBoxLayout:
        box = column(spacing=2)
        box.addWidget(label(self._ui.wording.gettext("Format"), size="small", tone="muted"))
        box.addSpacing(2)
        for name, (title, sentence) in self._format_texts().items():
            choice = Pick(title)
            choice.setProperty("format", name)
            choice.setAccessibleDescription(sentence)
            choice.setChecked(name == "pdf")
            self.formats.addButton(choice)
            box.addWidget(choice)
            box.addWidget(self._below(sentence))
            box.addSpacing(5)
        box.addStretch(1)
        return box

    def _below(self, text: str) -> QWidget:
        """A sentence below a choice, in line with its words."""
        made = label(text, size="small", tone="muted", wrap=self._large)
        made.setContentsMargins(30, 0, 0, 0)
        return made

    def _connect(self) -> None:
        self.limited.setChecked(self._offer.since is not None)
        self.what.currentIndexChanged.connect(self._on_what)
        self.limited.toggled.connect(self._on_what)
        self.save.clicked.connect(self.ask_place)

    # The choice.

    @property
    def format(self) -> str:
        if self.what.currentData() == COMPLAINT:
            return "zip"
        chosen = self.formats.checkedButton()
        return str(chosen.property("format")) if chosen is not None else "pdf"

    def choose_format(self, name: str) -> None:
        for choice in self.formats.buttons():
            choice.setChecked(choice.property("format") == name)

    def request(self) -> Request:
        """What is chosen now."""
        what, offer = self.what.currentData(), self._offer
        user, package = self.app.currentData() or (None, None)
        limited = what not in _WITHOUT_PERIOD and self.limited.isChecked()
        scope = Scope(
            package,
            user,
            group=self.group.currentData() if what not in _OF_EVERYTHING else None,
            since=begin_of_day(_day(self.since)) if limited else None,
            until=end_of_day(_day(self.until)) if limited else None,
            kind=self.kind.currentData() if what == "changes" else None,
        )
        infos = {"changes": (offer.old, offer.new), "snapshot": (offer.new,)}.get(what, ())
        checks = tuple(info.id for info in infos if info is not None and info.id is not None)
        return Request(what, offer.new.phone.key, scope, checks, self.personal.isChecked())

    def _on_what(self) -> None:
        _, wording, offer = self._ui.wording.gettext, self._ui.wording, self._offer
        what = self.what.currentData()
        if what == "changes" and offer.old is not None:
            text = _("The checks of {first} and {last}.")
            first, last = wording.when(offer.old.taken_at), wording.when(offer.new.taken_at)
            self.about.setText(text.format(first=first, last=last))
        elif what == "snapshot":
            text = _("The check of {when}.")
            self.about.setText(text.format(when=wording.when(offer.new.taken_at)))
        elif what in _OF_ALL_PHONES:
            self.about.setText(_("The last check of each phone in the database."))
        elif what == COMPLAINT:
            text = _(
                "A zip with a cover letter, the history, the phone's own lines, and a program "
                "that checks that nothing was changed."
            )
            self.about.setText(text)
        else:
            self.about.setText(_("All checks of this phone."))
        self.period.setVisible(what not in _WITHOUT_PERIOD)
        for field in (self.since, self.until):
            field.setEnabled(self.limited.isChecked())
        self.which.setVisible(what == "changes")
        self.group.setEnabled(what not in _OF_EVERYTHING)
        self.format_box.setVisible(what != COMPLAINT)

    # Where to.

    def ask_place(self) -> None:
        """Opens the system's dialog, which asks before a file is replaced."""
        _ = self._ui.wording.gettext
        self._request = self.request()
        scope = self._request.scope
        if self._request.what == COMPLAINT and scope.package is None:
            self.show_error(_("Choose the app that the complaint is about."))
            return
        if scope.since and scope.until and scope.since > scope.until:
            self.show_error(_("The first day is later than the last one."))
            return
        suffix = self.format
        title, _sentence = self._format_texts().get(suffix, (_("Zip"), ""))
        files = self.files = QFileDialog(self, _("Save as"))
        files.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        files.setFileMode(QFileDialog.FileMode.AnyFile)
        files.setNameFilter(f"{title} (*.{suffix})")
        files.setDefaultSuffix(suffix)
        files.setDirectory(_folder())
        scope = self._request.scope
        name = suggested(self._request.what, scope.package, scope.group)
        files.selectFile(f"{name}.{suffix}")
        files.fileSelected.connect(self._on_place)
        files.finished.connect(files.deleteLater)
        files.open()

    def _on_place(self, path: str) -> None:
        if self._request is not None:
            self.save_asked.emit(self._request, self.format, Path(path))

    # How it goes.

    def show_running(self) -> None:
        self.set_running(True)
        self.step.setText(self._ui.wording.gettext("Reading what was saved…"))

    def show_rows(self, count: int) -> None:
        if self.running and count:
            text = self._ui.wording.ngettext("{n} row written", "{n} rows written", count)
            self.step.setText(text.format(n=f"{count:,}"))

    def show_error(self, text: str) -> None:
        self.set_running(False)
        self.notice = Notice(self._ui, "red", text)
        self.outcome.addWidget(self.notice)

    def show_written(self, path: Path, lacks: Sequence[str] = ()) -> None:
        """Where it is, and what was left out of it; ``lacks`` are sentences about more."""
        self.set_running(False)
        _ = self._ui.wording.gettext
        self._written = path
        kept = self._request is not None and self._request.personal_details
        texts = (_("Written: {path}").format(path=path.name), details_sentence(kept, _), *lacks)
        self.notice = Notice(self._ui, "accent", "\n".join(texts))
        self.outcome.addWidget(self.notice)
        self.open_file = button(_("Open"), "small", name=_("Open the file"))
        self.open_file.clicked.connect(self._on_open)
        self.open_folder = button(_("Show in folder"), "small")
        self.open_folder.clicked.connect(self._on_folder)
        across = row(spacing=8)
        across.addStretch(1)
        across.addWidget(self.open_file)
        across.addWidget(self.open_folder)
        self.outcome.addLayout(across)
        self.set_over()
        self.open_file.setFocus()

    def set_running(self, running: bool) -> None:
        super().set_running(running)
        self.form.setEnabled(not running)
        self.save.setEnabled(not running)

    def _on_open(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))

    def _on_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written.parent)))


def _day(field: DateField) -> date:
    chosen = field.date()
    return date(chosen.year(), chosen.month(), chosen.day())


def _folder() -> str:
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return place if place and Path(place).is_dir() else QDir.homePath()


def suggested(what: str, package: str | None, group: str | None) -> str:
    """A name that every file system takes; a package's name is the phone's word."""
    parts = (what, package or "", group or "", f"{date.today():%Y-%m-%d}")  # noqa: DTZ011
    text = "-".join(filter(None, ("permissions", *parts)))
    return re.sub(r"[^A-Za-z0-9_.-]", "_", text)[:120]
