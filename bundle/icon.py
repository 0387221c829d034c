"""Draws the program's icon as PNG, or as ICO for Windows.

python bundle/icon.py SIZE OUTPUT.png
python bundle/icon.py 256 OUTPUT.ico
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QIcon

ROOT = Path(__file__).parents[1]


def main(size: int, output: str) -> None:
    _application = QGuiApplication(["icon", "-platform", "offscreen"])
    drawing = QIcon(str(ROOT / "resources" / "icons" / "app.svg"))
    picture = drawing.pixmap(QSize(size, size), 1.0).toImage()
    if not picture.save(output):
        sys.exit(f"{output} cannot be written")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
