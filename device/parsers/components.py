"""Which code an app's components come from: ``dumpsys package --all-components`` (Android 10 on).

Under each package stand its activities, services, receivers and providers, six blanks in, as
``com.example/.Own`` or, outside the app's own Java package, ``com.example/com.other.Class``
(``Settings.dumpComponents``). The phone sends only the latter and the heads of packages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_HEAD = re.compile(r"  Package \[([\w.]+)\] \(")
_COMPONENT = re.compile(r"      ([\w.]+)/([\w.$]+)", re.ASCII)
# "        4f3a2b1 com.example/com.other.Class filter 5e6d7c"; providers: "  com.example/com.x.P:"
_RESOLVED = re.compile(r"\s+(?:[0-9a-f]+ )?([\w.]+)/([\w.$]+)(?::| filter [0-9a-f]+)?", re.ASCII)
#: Parts of a Java package that are kept: enough to tell one maker's kits apart.
_PARTS = 5
#: No app has so many; one that claims more shall not fill the database.
_MOST = 1000


def parse_components(lines: Iterable[str]) -> dict[str, tuple[str, ...]] | None:
    """The Java packages of each app's components that lie outside its own, sorted.

    None for a text without any component: then Android does not know the option. A package that
    the text does not tell of, or not to its end, is not in it.
    """
    found: dict[str, set[str]] = {}
    seen = False
    last = ""
    for line in lines:
        if head := _HEAD.match(line):
            last = head[1]
            found.setdefault(last, set())
        elif component := _COMPONENT.fullmatch(line):
            seen = True
            _add(found, *component.groups())
        elif "DUMP TIMEOUT" in line:
            found.pop(last, None)  # cut in the middle of it; those behind it are not there at all
    if not seen:
        return None
    return {package: tuple(sorted(packages)) for package, packages in found.items()}


def parse_resolved(lines: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The same from the tables of a whole ``dumpsys package``, which every bug report has.

    They tell of components that answer to something only: an app that is not in it, or a kit, may
    be there all the same.
    """
    found: dict[str, set[str]] = {}
    for line in lines:
        if "/" in line and (component := _RESOLVED.fullmatch(line)):
            _add(found, *component.groups())
    return {package: tuple(sorted(packages)) for package, packages in found.items() if packages}


def _add(found: dict[str, set[str]], package: str, name: str) -> None:
    outside = name.rpartition(".")[0]
    own = outside == package or outside.startswith(f"{package}.")
    packages = found.setdefault(package, set())
    if outside and not name.startswith(".") and not own and len(packages) < _MOST:
        packages.add(".".join(outside.split(".")[:_PARTS]))
