"""The fonts of the pictures: these files and no others, drawn in one way on every computer.

``tools/setup.sh`` installs them, or unpacks them into ``.venv/sysroot``.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = (
    "truetype/dejavu/DejaVuSans.ttf",
    "truetype/dejavu/DejaVuSans-Bold.ttf",
    "truetype/dejavu/DejaVuSansMono.ttf",
    "truetype/dejavu/DejaVuSansMono-Bold.ttf",
    "truetype/wqy/wqy-microhei.ttc",
)
_FOLDERS = (Path("/usr/share/fonts"), ROOT / ".venv" / "sysroot" / "usr" / "share" / "fonts")
_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}</dir>
  <cachedir>{folder}/cache</cachedir>
  <match target="font">
    <edit name="antialias" mode="assign"><bool>true</bool></edit>
    <edit name="autohint" mode="assign"><bool>false</bool></edit>
    <edit name="hintstyle" mode="assign"><const>hintslight</const></edit>
    <edit name="rgba" mode="assign"><const>none</const></edit>
  </match>
  <alias binding="same">
    <family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer>
  </alias>
  <alias binding="same">
    <family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer>
  </alias>
</fontconfig>
"""


def missing() -> tuple[str, ...]:
    """Those of ``FILES`` that are not installed."""
    return tuple(name for name in FILES if found(name) is None)


def pin(folder: Path) -> Path:
    """Writes fontconfig's configuration, for ``FONTCONFIG_FILE``, into an empty folder."""
    for name in FILES:
        path = found(name)
        if path is None:
            raise FileNotFoundError(name)
        (folder / path.name).symlink_to(path)
    configuration = folder / "fonts.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder), "utf-8")
    return configuration


def found(name: str) -> Path | None:
    """Where one of ``FILES`` is installed."""
    return next((path for folder in _FOLDERS if (path := folder / name).is_file()), None)
