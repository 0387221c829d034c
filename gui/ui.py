"""What every part of the window is handed: the words, the look, and what the person chose."""

from __future__ import annotations

from dataclasses import dataclass, field

from audit.catalogue import Catalogue
from audit.wording import Wording
from gui.preferences import Preferences
from gui.theme import Theme


@dataclass(frozen=True, slots=True)
class Ui:
    """``wording`` speaks the person's language, ``theme`` knows colours, sizes and icons."""

    wording: Wording
    theme: Theme
    preferences: Preferences = field(default_factory=Preferences)

    @property
    def catalogue(self) -> Catalogue:
        return self.wording.catalogue
