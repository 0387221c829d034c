"""Which apps were named in public: lists of consumer councils and regulators, dated and sourced.

The program brings a list along, and a person can import further ones of the same form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_PACKAGE = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*", re.ASCII)
#: Nobody writes such a list by hand; it would only make the program slow.
LARGEST = 1024 * 1024


class BadListError(ValueError):
    """A file that is no list: ``code`` names the sentence, ``values`` fills it."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class PublicList:
    """Something said in public about apps. ``titles`` has at least one language."""

    key: str
    titles: Mapping[str, str]
    date: str
    source: str

    def title(self, lang: str) -> str:
        return self.titles.get(lang) or next(iter(self.titles.values()))


@dataclass(frozen=True, slots=True)
class NamedList:
    """A list with the apps it names; ``versions`` has those that only one version stands for."""

    about: PublicList
    packages: frozenset[str]
    versions: Mapping[str, str]


def named_in(lists: Iterable[NamedList], package: str) -> tuple[tuple[PublicList, str | None], ...]:
    """The lists that name the app, oldest first, each with the version it speaks of, if any."""
    found = [(one.about, one.versions.get(package)) for one in lists if package in one.packages]
    return tuple(sorted(found, key=lambda entry: entry[0].date))


def read_file(path: Path) -> str:
    """The text of a file of lists, checked as ``read_lists`` does. Raises BadListError."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise BadListError("list-too-large")
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        detail = error.strerror if isinstance(error, OSError) else "UTF-8"
        raise BadListError("list-unreadable", path=str(path), detail=detail or "") from error
    read_lists(text)
    return text


def read_lists(text: str) -> tuple[NamedList, ...]:
    """Reads a file of lists (docs/catalogue.md). Raises BadListError, which says what to mend."""
    if len(text) > LARGEST:
        raise BadListError("list-too-large")
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = str(getattr(error, "lineno", "?"))
        raise BadListError("list-no-json", line=line) from error
    if not isinstance(raw, dict) or not _rows(raw, "lists") or not _rows(raw, "named"):
        raise BadListError("list-shape")
    lists: dict[str, PublicList] = {}
    for number, row in enumerate(raw["lists"], 1):
        about = _list(row, number)
        if about.key in lists:
            raise BadListError("list-twice", key=about.key)
        lists[about.key] = about
    packages: dict[str, dict[str, str]] = {key: {} for key in lists}
    for number, row in enumerate(raw["named"], 1):
        package, key = row.get("package"), row.get("list")
        if not isinstance(package, str) or not _PACKAGE.fullmatch(package):
            raise BadListError("list-package", number=str(number))
        if key not in lists:
            raise BadListError("list-unknown", number=str(number), package=package)
        if package in packages[key]:
            raise BadListError("list-named-twice", package=package, key=key)
        version = row.get("version")
        packages[key][package] = version if isinstance(version, str) else ""
    return tuple(
        NamedList(
            about,
            frozenset(packages[key]),
            {package: version for package, version in packages[key].items() if version},
        )
        for key, about in lists.items()
    )


def _rows(raw: Mapping[str, Any], name: str) -> bool:
    rows = raw.get(name)
    return isinstance(rows, list) and bool(rows) and all(isinstance(row, dict) for row in rows)


def _list(row: Mapping[str, Any], number: int) -> PublicList:
    key, when, source = row.get("key"), row.get("date"), row.get("source")
    titles = {lang: row[lang] for lang in ("en", "zh-CN") if isinstance(row.get(lang), str)}
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise BadListError("list-key", number=str(number))
    if not any(title.strip() for title in titles.values()):
        raise BadListError("list-title", key=key)
    if not isinstance(source, str) or not source.strip():
        raise BadListError("list-source", key=key)
    try:
        date.fromisoformat(when if isinstance(when, str) else "")
    except ValueError as error:
        raise BadListError("list-date", key=key) from error
    return PublicList(key, titles, str(when), source)
