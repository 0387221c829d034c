"""What every part of the window is handed: the words and the look."""

from __future__ import annotations

from dataclasses import dataclass

from audit.catalogue import Catalogue
from audit.wording import Wording
from gui.theme import Theme


@dataclass(frozen=True, slots=True)
class Ui:
    """``wording`` speaks the person's language, ``theme`` knows colours, sizes and icons."""

    wording: Wording
    theme: Theme

    @property
    def catalogue(self) -> Catalogue:
        return self.wording.catalogue
