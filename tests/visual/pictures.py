"""Pictures of every page, in one contact sheet: ``tools/pictures``.

The demo phone is checked through a real adb server; the fonts are those of ``fonts.FILES``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

from tests.visual import fonts, looks, sheet
from tests.visual.comparing import APPROVED, compress, opened

if TYPE_CHECKING:
    from tests.visual.scenes import Scene

_README_SCENES = ("overview", "app", "compare", "history-access")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if absent := fonts.missing():
        print("No pictures without these fonts:", *absent, file=sys.stderr)
        return 1
    output: Path = options.output.absolute()
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as home:
        _pin(Path(home))
        with chdir(home):
            _take(output, options)
    if options.readme:
        _keep(output, fonts.ROOT / "docs" / "images", all_of_them=False)
    elif options.approve:
        _keep(output, APPROVED, all_of_them=not options.only)
    print(sheet.write(output, APPROVED))
    return 0


def _pin(home: Path) -> None:
    """Before Qt is loaded: nothing of this computer's settings gets into a picture."""
    (home / "fonts").mkdir()
    for name in ("ANDROID_ADB_SERVER_ADDRESS", "ANDROID_SERIAL", "QT_SCALE_FACTOR", "LANGUAGE"):
        os.environ.pop(name, None)
    folders = dict.fromkeys(
        ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), str(home)
    )
    os.environ.update(
        folders,
        FONTCONFIG_FILE=str(fonts.pin(home / "fonts")),
        LC_ALL="C.UTF-8",
        QT_QPA_PLATFORM="offscreen",
        TZ="UTC",
    )


def _take(output: Path, options: argparse.Namespace) -> None:
    # Not before the fonts are pinned, which Qt reads once.
    from tests.visual.scenes import SCENES
    from tests.visual.studio import Studio

    names = _README_SCENES if options.readme else options.only
    scenes: list[Scene] = [one for one in SCENES if not names or one.name in names]
    taken = looks.README if options.readme else looks.LOOKS
    contrasts = () if options.readme else looks.CONTRASTS
    for name, image in Studio().take(scenes, taken, contrasts):
        if not image.save(str(output / f"{name}.png"), None, 60):
            raise OSError(f"{output / name}.png cannot be written")


def _keep(output: Path, place: Path, *, all_of_them: bool) -> None:
    place.mkdir(exist_ok=True)
    for old in place.glob("*.png") if all_of_them else ():
        old.unlink()
    for path in output.glob("*.png"):
        compress(opened(path), place / path.name)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tools/pictures", description=__doc__)
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--approve", action="store_true", help="accept them for the tests")
    group.add_argument("--readme", action="store_true", help="write those of the README")
    parser.add_argument("--only", nargs="+", metavar="SCENE", default=(), help="such as overview")
    parser.add_argument("--output", type=Path, default=Path("build/pictures"), metavar="FOLDER")
    return parser


if __name__ == "__main__":
    sys.exit(main())
