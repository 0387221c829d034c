"""The one way to the files of this folder, wherever the program is installed."""

from __future__ import annotations

import functools
import gettext
import io
import json
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh-CN")
# Not importlib.resources: it imports zipfile, and the window would be painted later. The program is
# never run from a zip; wheels and bundles are unpacked.
_ROOT = Path(__file__).parent


def read_bytes(*path: str) -> bytes:
    return _ROOT.joinpath(*path).read_bytes()


def read_text(*path: str) -> str:
    return read_bytes(*path).decode("utf-8")


def read_json(*path: str) -> Any:
    return json.loads(read_bytes(*path))


def files_in(*path: str) -> list[str]:
    """The names of the files in a folder."""
    folder = _ROOT.joinpath(*path)
    return sorted(entry.name for entry in folder.iterdir() if entry.is_file())


@functools.cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of messages of one language; English is what stands in the code.

    ``.po`` files are read as they are, so that no compiled copy can go stale.
    """
    if language == "en":
        return gettext.NullTranslations()
    import polib  # noqa: PLC0415 -- only those who need a translation pay for it

    catalogue = polib.pofile(read_text("i18n", f"{language}.po"))
    return gettext.GNUTranslations(io.BytesIO(catalogue.to_binary()))
