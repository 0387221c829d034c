"""``settings list secure`` (one user) and the lists of components that its values hold."""

from __future__ import annotations

from collections.abc import Iterable

Component = tuple[str, str]
"""Package and class, the class written out."""

_REFUSALS = ("Exception occurred", "java.lang.", "Permission Denial", "Security exception", "Error")


def parse_settings(lines: Iterable[str]) -> dict[str, str] | None:
    """Key to value; ``None`` when the phone refused or answered nothing: unknown, not empty.

    A key whose value is the word ``null`` is not set and left out. A value may run over several
    lines.
    """
    values: dict[str, list[str]] = {}
    last: str | None = None
    for line in lines:
        key, found, value = line.partition("=")
        # A list of settings begins with one; nothing else has a name without a blank there.
        if last is None and line and (line.startswith(_REFUSALS) or not found or " " in key):
            return None
        if found and key:
            values[key] = [value]
            last = key
        elif last is not None and line:
            values[last].append(line)
    if not values:
        return None
    joined = ((key, "\n".join(lines)) for key, lines in values.items())
    return {key: value for key, value in joined if value.strip() != "null"}


def component(text: str) -> Component | None:
    """``a.b/.Cls``, ``a.b/c.Cls`` or ``ComponentInfo{a.b/c.Cls}``; ``None`` for anything else."""
    name = text.strip().removeprefix("ComponentInfo{").removesuffix("}")
    package, found, cls = name.partition("/")
    if not (found and package and cls) or any(c.isspace() for c in name):
        return None
    return package, package + cls if cls.startswith(".") else cls


def components(text: str | None) -> tuple[Component, ...]:
    """A list joined by ``:``. A keyboard's subtypes, after ``;``, are left out."""
    parts = (component(part.partition(";")[0]) for part in (text or "").split(":"))
    return tuple(part for part in parts if part is not None)


def packages(text: str | None) -> tuple[str, ...]:
    """The packages of a list of components or packages joined by ``:``."""
    names = (part.partition(";")[0].partition("/")[0].strip() for part in (text or "").split(":"))
    return tuple(name for name in names if name and name != "null")


def accessibility_services(settings: dict[str, str]) -> tuple[Component, ...]:
    """May name services of apps that are no longer installed."""
    return components(settings.get("enabled_accessibility_services"))


def keyboards(settings: dict[str, str]) -> tuple[Component, ...]:
    """All enabled input methods, with the one in use."""
    chosen = components(settings.get("default_input_method"))
    return tuple(dict.fromkeys((*components(settings.get("enabled_input_methods")), *chosen)))
