"""What the person chose for the window, and where they left it, kept between starts.

One INI file in the folder for settings. Whatever stands in it, the window opens: what cannot be
read or makes no sense counts as not chosen.
"""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_config_dir
from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from gui.tokens import Mode
from resources.loader import LANGUAGES

#: In percent. A larger text than twice the usual leaves no room for the words beside it.
TEXT_SIZES = (100, 115, 130, 150, 175, 200)
#: Keys of another version are left alone, for the program that understands them.
_VERSION = "1"

LANGUAGE, THEME, TEXT_SIZE = "language", "theme", "text-size"
KEEP_ANSWERS, DATABASE, KEEP_ADB = "keep-answers", "database", "keep-adb"
BY_ITSELF, HOURS, STAY = "check-by-itself", "check-by-itself-hours", "stay-in-tray"
_CHOICES = (
    LANGUAGE, THEME, TEXT_SIZE, KEEP_ANSWERS, DATABASE, KEEP_ADB, BY_ITSELF, HOURS, STAY
)  # fmt: skip
#: How many hours lie between two checks that begin by themselves, at least.
BETWEEN_CHECKS = (1, 6, 12, 24, 72, 168)
_USUAL_HOURS = 24


class Preferences(QObject):
    """``changed`` tells the name of what the person just chose otherwise."""

    changed = Signal(str)

    def __init__(self, path: Path | None = None) -> None:
        super().__init__()
        usual = Path(user_config_dir("permission-checkup", appauthor=False)) / "window.ini"
        self.path = path or usual
        self._kept = QSettings(str(self.path), QSettings.Format.IniFormat)
        self._kept.beginGroup(_VERSION)

    @property
    def kept(self) -> bool:
        """Whether choices reach the next start: the file can be written."""
        self._kept.sync()
        return self._kept.status() is not QSettings.Status.AccessError

    # What the person chose.

    @property
    def language(self) -> str | None:
        """``en`` or ``zh-CN``; None for the system's."""
        value = self.recall(LANGUAGE)
        return value if value in LANGUAGES else None

    @property
    def theme(self) -> Mode | None:
        """None for the system's."""
        value = self.recall(THEME)
        return Mode(value) if value in set(Mode) else None

    @property
    def text_size(self) -> int:
        """In percent, one of ``TEXT_SIZES``."""
        value = self.recall(TEXT_SIZE)
        return next((size for size in TEXT_SIZES if str(size) == value), TEXT_SIZES[0])

    @property
    def keep_answers(self) -> bool:
        """Whether checks keep the phone's raw answers."""
        return self.recall(KEEP_ANSWERS) != "no"

    @property
    def keep_adb(self) -> bool:
        """Whether an adb server that this program started runs on after it."""
        return self.recall(KEEP_ADB) == "yes"

    @property
    def by_itself(self) -> bool:
        """Whether a known phone that is plugged in is checked without being asked."""
        return self.recall(BY_ITSELF) == "yes"

    @property
    def hours(self) -> int:
        """At most one check by itself in so many hours; one of ``BETWEEN_CHECKS``."""
        value = self.recall(HOURS)
        return next((hours for hours in BETWEEN_CHECKS if str(hours) == value), _USUAL_HOURS)

    @property
    def stay(self) -> bool:
        """Whether the program goes on in the notification area when its window is closed."""
        return self.recall(STAY) == "yes"

    @property
    def database(self) -> str | None:
        """Where the person's own checks are; None for the usual place."""
        return self.recall(DATABASE) or None

    def choose(self, name: str, value: str) -> None:
        """``name`` is one of this module's; an empty ``value`` is no choice."""
        if value != self.recall(name):
            self.remember(name, value)
            self.changed.emit(name)

    def reset(self) -> None:
        """Forgets everything, but for where the checks are: they would seem lost."""
        database = self.database
        chosen = [name for name in _CHOICES if name != DATABASE and self.recall(name)]
        self._kept.remove("")
        self.remember(DATABASE, database or "")
        for name in chosen:
            self.changed.emit(name)

    # Where they left the window: keys such as "apps/filter".

    def recall(self, key: str) -> str:
        """What was last remembered; an empty text where nothing was, or it was damaged."""
        value = self._kept.value(key)
        return value if isinstance(value, str) else ""

    def remember(self, key: str, value: str) -> None:
        if value:
            self._kept.setValue(key, value)
        else:
            self._kept.remove(key)

    def recall_state(self, key: str) -> QByteArray:
        """What a widget of Qt's says of its state, as ``remember_state`` was given it."""
        return QByteArray.fromBase64(self.recall(key).encode())

    def remember_state(self, key: str, state: QByteArray) -> None:
        self.remember(key, state.toBase64().toStdString())
