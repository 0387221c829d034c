"""The lines of the phone's kept answers that a statement about an app rests on.

The parsers themselves are asked: a line tells something when they say it with that line, and the
other lines that look alike taken out. So a line of another app, of another user or of a list that
does not count is never taken for it, whichever Android printed the answer.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from audit.model import App, Op, Permission, RawAnswer
from device.parsers.appops import ops_of, parse_appops
from device.parsers.battery import parse_battery
from device.parsers.device_policy import parse_device_policy
from device.parsers.lines import text_lines
from device.parsers.notifications import parse_notifications
from device.parsers.package_dump import parse_packages
from device.parsers.package_records import Grant, PackageDump
from device.parsers.roles import parse_roles
from device.parsers.settings import parse_settings
from device.parsers.special import SpecialSources, ops_behind, special_access

_USERS = 100_000  # uids of each user of the phone

Says = Callable[[Sequence[str]], bool]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an answer, without its end; ``number`` counts from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Trace:
    """Where the phone said something.

    Attributes:
        command: whose answer it is (``device.commands.Command.name``).
        lines: the headings that it stands below, then the line itself.
    """

    command: str
    lines: tuple[Line, ...]


class Tracer:
    """Looks for what one check said of one app.

    Args:
        answers: all that were kept of the check.
        sdk: the phone's API level.
    """

    def __init__(self, answers: Sequence[RawAnswer], app: App, sdk: int | None) -> None:
        self._app = app
        self._sdk = sdk
        # Of what was asked twice, the last answer is the one that was read.
        self._answers = {answer.command: answer.data for answer in answers}
        self._texts: dict[str, _Text] = {}

    def fact(self, kind: str, name: str) -> Trace | None:
        """Where a fact of ``audit.ways`` stands; None where no answer that was kept has it."""
        match kind:
            case "grant":
                return self.grant(name)
            case "mode" | "uid-mode":
                return self.mode(name, of_uid=kind == "uid-mode")
            case "special":
                return self.special(name)
            case _:
                return None

    def grant(self, name: str) -> Trace | None:
        """Where a permission stands, with its grant and flags, or merely as requested."""
        held = next((one for one in self._app.permissions if one.name == name), None)
        if held is None:
            return None
        for command in self._answers:
            if command.startswith("dumpsys package"):
                found = self._find(command, (name,), functools.partial(_grants, self._app, held))
                if found is not None:
                    return found
        return self._request(name) if not (held.granted or held.flags) else None

    def _request(self, name: str) -> Trace | None:
        """Where the app asks for a permission, or stands among those that ask for it."""
        for command in self._answers:
            if command.startswith("dumpsys package"):
                found = self._find(command, (name,), functools.partial(_asks, self._app, name))
                found = found or self._find(
                    command, (self._app.package,), functools.partial(_is_listed, self._app, name)
                )
                if found is not None:
                    return found
        return None

    def mode(self, name: str, *, of_uid: bool) -> Trace | None:
        """Where the mode of an app-op stands: the app's own or its uid's."""
        op = next((one for one in self._app.ops if one.name == name), None)
        if op is None:
            return None
        says = functools.partial(_has_mode, self._app, op, of_uid)
        # "FINE_LOCATION (deny / switch COARSE_LOCATION=allow)": the uid's mode is of the latter.
        names = (name, "COARSE_LOCATION") if of_uid else (name,)
        return self._find("dumpsys appops", names, says)

    def special(self, name: str) -> Trace | None:
        """Where a special access stands, or the permission that gives it while its op is unset."""
        if name not in self._app.special:
            return None
        behind = ops_behind(name)
        # Settings come last: they only stand in for a list that the phone does not have.
        for command in (*_LISTS, "dumpsys appops", f"settings list secure {self._app.user}"):
            ops = tuple(op for op, _ in behind)
            words = ops if command == "dumpsys appops" else (self._app.package,)
            says = functools.partial(_gives, self._app, self._sdk, name, command)
            found = self._find(command, words, says)
            if found is not None:
                return found
        grants = (self.grant(permission) for _, permission in behind if permission)
        return next(filter(None, grants), None)

    def _find(self, command: str, words: Sequence[str], says: Says) -> Trace | None:
        if command not in self._answers or not words:
            return None
        if command not in self._texts:
            self._texts[command] = _Text(self._answers[command], self._app)
        lines = self._texts[command].supporting(words, says)
        return Trace(command, lines) if lines else None


class _Text:
    """One answer: its lines, and those of them that can be about the app."""

    def __init__(self, data: bytes, app: App) -> None:
        self._lines = list(text_lines([data]))
        self._near = list(_near(self._lines, app))

    def supporting(self, words: Sequence[str], says: Says) -> tuple[Line, ...]:
        """The line by which ``says`` is so, below its headings; empty where there is none.

        ``words``: one of them stands in that line.
        """
        places = self._near if says(self._at(self._near)) else ()
        word = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, words))})(?![\w.])")
        likely = [n for n in places if word.search(self._lines[n])]
        for place in likely:
            rest = [n for n in places if n == place or n not in likely]
            if says(self._at(rest)):
                above = {n for n in self._headings(place) if self._tells(n, rest, says)}
                shown = sorted({*above, *self._beside(place, rest, says), place})
                return tuple(Line(n + 1, self._lines[n]) for n in shown)
        return ()

    def _at(self, places: Sequence[int]) -> list[str]:
        return [self._lines[n] for n in places]

    def _headings(self, place: int) -> Iterator[int]:
        """The lines above that are indented less, each less than the one below it."""
        depth = _depth(self._lines[place])
        for n in range(place - 1, -1, -1):
            if self._lines[n].strip() and _depth(self._lines[n]) < depth:
                depth = _depth(self._lines[n])
                yield n

    def _tells(self, place: int, rest: Sequence[int], says: Says) -> bool:
        """Whether a line is a title, or one without which it would not be said."""
        without = [n for n in rest if n != place]
        return _depth(self._lines[place]) == 0 or not says(self._at(without))

    def _beside(self, place: int, rest: Sequence[int], says: Says) -> Iterator[int]:
        """Lines that it needs at its own depth or at a heading's, such as a role's name."""
        if len(self._lines) > _SMALL:
            return
        headings = {*self._headings(place)}
        depths = {_depth(self._lines[n]) for n in (place, *headings)} - {0}
        for n in rest:
            beside = n < place and n not in headings and _depth(self._lines[n]) in depths
            if beside and self._tells(n, rest, says):
                yield n


_SMALL = 1000  # lines; in longer answers the headings say it all


#: How the blocks begin of which an answer has one for each app, uid or permission.
_BLOCKS = ("  Package [", "  SharedUser [", "  Uid ", "  AppOp Permission ")


def _near(lines: Sequence[str], app: App) -> Iterator[int]:
    """Titles, and the blocks that name the app, its uid, or a permission that apps may ask for.

    All lines of an answer without such blocks (a short list, or one that a tool indented).
    """
    user, number = divmod(app.uid or 0, _USERS)
    names = [f"[{app.package}]", f"Uid u{user}a{number - 10_000}:", f"Uid {app.uid}:"]
    names += [f"[{app.shared_user}]", f"u{user}s{number}:", "AppOp Permission "]
    blocks = any(line.startswith(_BLOCKS) for line in lines)
    inside = True
    for place, line in enumerate(lines):
        depth = _depth(line)
        if depth <= 2 and line and blocks:
            inside = depth < 2 or any(name in line for name in names)
        if inside:
            yield place


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _packages(lines: Sequence[str]) -> PackageDump:
    return parse_packages(["\n".join([*lines, ""]).encode()])


def _grants(app: App, held: Permission, lines: Sequence[str]) -> bool:
    wanted = held.name, held.granted, held.flags
    grants = _grants_of(app, _packages(lines))
    return any((one.name, one.granted, one.flags) == wanted for one in grants)


def _grants_of(app: App, dump: PackageDump) -> Iterator[Grant]:
    """All grants for the app's user: its own and those of its shared uid."""
    for package in dump.packages:
        if package.name == app.package:
            yield from (one for one in package.install if one.user in {None, app.user})
            yield from (g for user in package.users if user.id == app.user for g in user.runtime)
    for shared in dump.shared_users:
        of_uid = app.uid is not None and shared.app_id == app.uid % _USERS
        if app.shared_user is not None and (shared.name == app.shared_user or of_uid):
            yield from (one for one in shared.install if one.user in {None, app.user})
            yield from shared.runtime.get(app.user, ())


def _asks(app: App, name: str, lines: Sequence[str]) -> bool:
    mine = [one for one in _packages(lines).packages if one.name == app.package]
    return any(name in (one.requested or ()) for one in mine)


def _is_listed(app: App, name: str, lines: Sequence[str]) -> bool:
    """Whether the app stands in the list of those that ask for what an app-op decides."""
    return app.package in _packages(lines).appop_permissions.get(name, ())


def _has_mode(app: App, op: Op, of_uid: bool, lines: Sequence[str]) -> bool:
    if app.uid is None:
        return False
    found = ops_of(parse_appops(lines, None, None), app.uid, app.package)
    same = next((one for one in found if one.name == op.name), Op(op.name))
    if of_uid:
        return op.uid_mode is not None and same.uid_mode == op.uid_mode
    return op.mode is not None and same.mode == op.mode


def _gives(app: App, sdk: int | None, name: str, command: str, lines: Sequence[str]) -> bool:
    key = app.user, app.package
    found = special_access({key: app.uid}, _sources(app, sdk, command, lines))
    return name in found.get(key, ())


def _sources(app: App, sdk: int | None, command: str, lines: Sequence[str]) -> SpecialSources:
    """What these lines of the answer to ``command`` tell, and nothing else."""
    held = {one.name for one in app.permissions if one.granted}
    if command == "dumpsys appops":
        appops = parse_appops(lines, None, None)
        return SpecialSources(appops=appops, granted=lambda _u, _p, name: name in held, sdk=sdk)
    if command == f"settings list secure {app.user}":
        return SpecialSources(settings={app.user: parse_settings(lines) or {}})
    read = _LISTS.get(command)
    return SpecialSources() if read is None else read(lines)


_LISTS: dict[str, Callable[[Sequence[str]], SpecialSources]] = {
    "dumpsys role": lambda lines: SpecialSources(roles=parse_roles(lines)),
    "dumpsys device_policy": lambda ls: SpecialSources(device_policy=parse_device_policy(ls)),
    "dumpsys notification": lambda ls: SpecialSources(notifications=parse_notifications(ls)),
    "dumpsys deviceidle whitelist": lambda ls: SpecialSources(battery=parse_battery(ls)),
}
