"""One check of a phone: a dozen questions, and one snapshot of the answers.

A question that fails costs its own part and is named in the snapshot's problems. Only without the
list of apps there is nothing to save: then the error goes to the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import TypeVar

from audit.model import App, Part, Phone, Snapshot, SnapshotInfo, Use, User
from audit.progress import Cancel, Progress, Report
from device import commands
from device.answers import Answers
from device.commands import Command
from device.errors import CancelledError, DeviceError, NotAnsweredError, UnreadableError
from device.parsers.accessibility import parse_accessibility
from device.parsers.appops import AppOpsDump, ops_of, parse_appops, uses
from device.parsers.appops_history import History, parse_history
from device.parsers.assemble import build_apps
from device.parsers.battery import parse_battery
from device.parsers.clock import parse_clock
from device.parsers.components import parse_components, parse_resolved
from device.parsers.device_policy import parse_device_policy
from device.parsers.known_blocks import KnownBlocks
from device.parsers.lines import text_lines
from device.parsers.notifications import NotificationAccess, parse_notifications
from device.parsers.package_dump import PACKAGES, PERMISSIONS, SHARED_USERS
from device.parsers.package_records import PackageDump
from device.parsers.properties import parse_getprop, phone_from_properties, zone_from_properties
from device.parsers.roles import parse_roles
from device.parsers.settings import parse_settings
from device.parsers.special import SpecialSources, special_access
from device.parsers.users import parse_users
from device.reading import Reading, unknown_users
from device.recorder import Recorder

_T = TypeVar("_T")
#: From these API levels on a phone has the answer at all.
_REQUESTED_SINCE, _ROLES_SINCE, _HISTORY_SINCE, _PATIENCE_SINCE = 24, 29, 31, 24
_COMPONENTS_SINCE = 29
_LARGEST_SHORT_ANSWER = 4 * 1024 * 1024


class Scanner:
    """Fulfils ``audit.checkup.Phone`` for a phone or for files.

    Args:
        answers: where the phone's answers come from.
        permission_names: which permissions to ask the requests of apps for.
        source: what the snapshot says of where it came from, if not what ``answers`` says.
        keep_raw: whether the snapshot carries the answers themselves, too.
        known: packages of the check before, which need no second reading while they are the same.
    """

    def __init__(
        self,
        answers: Answers,
        permission_names: Sequence[str],
        source: str | None = None,
        *,
        keep_raw: bool = True,
        known: KnownBlocks | None = None,
    ) -> None:
        self._answers = answers
        self._names = permission_names
        self._source = source or answers.source
        self._keep_raw = keep_raw
        self._known = known or KnownBlocks()

    def read(self, report: Report, cancel: Cancel) -> Snapshot:
        """Reads everything once: at most twelve trips to the phone, however many apps it has.

        Raises an error of ``device.errors`` when the list of apps cannot be read or ``cancel``
        is set.
        """
        with cancel.waking(self._answers.cancel):
            recorder = Recorder(self._answers)
            answers = recorder if self._keep_raw else self._answers
            self._known.begin()
            reading = Reading(answers, self._known)
            found = _Scan(answers, self._names, self._source, report, reading).run()
            return replace(found, raw=tuple(recorder.kept), commands=tuple(self._answers.sent))


class _Scan:
    """The run of one check."""

    def __init__(
        self,
        answers: Answers,
        names: Sequence[str],
        source: str,
        report: Report,
        reading: Reading,
    ) -> None:
        self._answers = answers
        self._names = names
        self._source = source
        self._report = report
        self._reading = reading
        self._step = 0
        self._phone = Phone(None)
        self._zone: tzinfo | None = None
        self._clock: datetime | None = None
        self._components: Mapping[str, tuple[str, ...]] | None = None

    def run(self) -> Snapshot:
        self._identify()
        started = datetime.now(UTC)
        users = self._ask(Part.USERS, commands.list_users(), lambda c: parse_users(_text(c)))
        dump, shared = self._packages()
        definitions = self._package_part(Part.DEFINITIONS, commands.permissions(), PERMISSIONS)
        self._phone = _with_sdk(self._phone, dump)
        apps = build_apps(dump, shared, self._requested(), self._zone, definitions)
        appops = self._appops()
        history = self._history()
        special = self._special(apps, users or unknown_users(apps), appops)
        apps = tuple(_complete(app, appops, special, self._components) for app in apps)
        reading = self._reading
        info = SnapshotInfo(
            phone=self._phone,
            taken_at=self._taken_at(started),
            users=users or unknown_users(apps),
            app_count=len(apps),
            parts=reading.parts,
            problems=tuple(reading.problems),
            source=self._source,
        )
        recorded = tuple(uses(appops)) if appops else ()
        return Snapshot(info, apps, recorded + history)

    def _next(self, part: Part) -> None:
        self._report(Progress(self._step, len(Part), part))
        self._step += 1

    def _ask(
        self, part: Part, command: Command, parse: Callable[[Iterator[bytes]], _T | None]
    ) -> _T | None:
        self._next(part)
        return self._reading.ask(part, command, parse)

    def _identify(self) -> None:
        properties = self._ask(
            Part.PROPERTIES, commands.getprop(), lambda c: parse_getprop(_text(c)) or None
        )
        found = properties or {}
        self._phone = phone_from_properties(found, self._answers.serial)
        self._zone = zone_from_properties(found)
        if not self._phone.serial and not self._phone.model:
            self._reading.note("no-identity")
        if found and self._zone is None:
            self._reading.note("no-zone")
        self._clock = self._ask(
            Part.CLOCK, commands.date(), lambda c: parse_clock(_text(c), self._zone)
        )

    def _taken_at(self, started: datetime) -> datetime:
        """This computer's clock for a phone, whose own may be wrong.

        Files tell theirs, and the demo phone lives in a time of its own.
        """
        if self._source == "phone":
            return started
        told = self._answers.taken_at() or self._clock
        if told is None:
            self._reading.note("no-time")
        return told or started

    def _packages(self) -> tuple[PackageDump, PackageDump | None]:
        """The list of apps, and the shared users where they are not in it.

        Raises the error that kept the apps from being read.
        """
        self._next(Part.PACKAGES)
        try:
            dump = self._reading.packages(commands.packages(), self._patience)
        except NotAnsweredError as error:
            raise UnreadableError("there is no list of apps in it") from error
        if not dump.packages and PACKAGES not in dump.sections:
            # Some vendor's build may not know the argument: then the whole dump, once.
            dump = self._reading.packages(commands.whole_package_dump(), self._patience)
        if not dump.packages or not self._reading.lists_all_apps(dump, set(self._names)):
            raise _no_apps(dump)
        self._reading.judge_packages(Part.PACKAGES, dump, PACKAGES)
        if SHARED_USERS in dump.sections:
            self._reading.judge_packages(Part.SHARED_USERS, dump, SHARED_USERS)
            return dump, None
        shared = self._package_part(Part.SHARED_USERS, commands.shared_users(), SHARED_USERS)
        if shared is not None and not self._reading.lists_all_apps(shared, set(self._names)):
            # The answer about those permissions tells only of the shared users that have one.
            self._reading.failed(Part.SHARED_USERS, "unknown-format")
            return dump, None
        return dump, shared

    @property
    def _patience(self) -> bool:
        """Whether this Android lets us ask for more time than its own ten seconds."""
        live = self._answers.source == "phone"
        return live and (self._phone.sdk or 0) >= _PATIENCE_SINCE

    def _package_part(
        self, part: Part, command: Command, section: str | None = None
    ) -> PackageDump | None:
        self._next(part)
        try:
            dump = self._reading.packages(command, self._patience)
        except DeviceError as error:
            self._reading.fail(part, error)
            return None
        self._reading.judge_packages(part, dump, section)
        return dump

    def _requested(self) -> PackageDump | None:
        if (self._phone.sdk or _REQUESTED_SINCE) < _REQUESTED_SINCE:
            self._next(Part.REQUESTED)
            self._reading.absent(Part.REQUESTED)
            return None
        (command,) = commands.permission_holders(self._names)
        return self._package_part(Part.REQUESTED, command, PACKAGES)

    def _appops(self) -> AppOpsDump | None:
        def parse(chunks: Iterator[bytes]) -> AppOpsDump:
            return parse_appops(text_lines(chunks), self._clock, self._zone)

        dump = self._ask(Part.APPOPS, commands.appops(), parse)
        if dump is not None:
            self._reading.judge_appops(dump)
        return dump

    def _history(self) -> tuple[Use, ...]:
        if (self._phone.sdk or _HISTORY_SINCE) < _HISTORY_SINCE:
            self._next(Part.USES)
            return ()

        def parse(chunks: Iterator[bytes]) -> History:
            found = parse_history(text_lines(chunks), self._zone)
            # Android prints the title even where nothing was recorded.
            if not found.header_seen:
                raise NotAnsweredError("no history of uses")
            return found

        found = self._ask(Part.USES, commands.appops_history(), parse)
        return found.uses if found else ()

    def _special(
        self, apps: Sequence[App], users: Sequence[User], appops: AppOpsDump | None
    ) -> Mapping[tuple[int, str], tuple[str, ...]]:
        sources = self._small_answers([user.id for user in users] or [0])
        held = {(app.user, app.package): app for app in apps}

        def granted(user: int, package: str, name: str) -> bool | None:
            app = held.get((user, package))
            if app is None:
                return None
            return any(p.name == name and p.granted for p in app.permissions)

        sources = replace(sources, appops=appops, granted=granted, sdk=self._phone.sdk)
        return special_access({key: app.uid for key, app in held.items()}, sources)

    def _resolved(self) -> Mapping[str, tuple[str, ...]] | None:
        """What the tables of a bug report tell of components; the part stays unread."""
        try:
            return parse_resolved(text_lines(self._answers.answer(commands.whole_package_dump())))
        except CancelledError:
            raise
        except DeviceError:
            return None  # already told: the part is not there

    def _small_answers(self, users: Sequence[int]) -> SpecialSources:
        """The short lists, all in one trip."""
        self._next(Part.SETTINGS)
        settings = {user: commands.secure_settings(user) for user in users}
        asked = [
            *settings.values(),
            commands.device_policy(),
            commands.notification_listeners(),
            commands.battery_exemptions(),
            commands.accessibility(),
        ]
        roles_known = (self._phone.sdk or _ROLES_SINCE) >= _ROLES_SINCE
        if roles_known:
            asked.append(commands.roles())
        made_of = commands.components()
        if (self._phone.sdk or 0) >= _COMPONENTS_SINCE:
            asked.append(made_of)  # the last, since it is the slowest
        small = self._reading.several(asked)
        if made_of in asked:
            self._components = small.read(Part.COMPONENTS, made_of, parse_components)
        else:
            self._reading.absent(Part.COMPONENTS)
        if self._components is None and self._answers.source == "files":
            self._components = self._resolved()
        of_user = {
            user: small.read(Part.SETTINGS, command, parse_settings, user=user)
            for user, command in settings.items()
        }
        if not roles_known and Part.SETTINGS in self._reading.parts:
            # Before Android 10 the default apps stand in the settings.
            self._reading.parts[Part.ROLES] = self._reading.parts[Part.SETTINGS]
        return SpecialSources(
            settings={user: found for user, found in of_user.items() if found is not None},
            roles=small.read(Part.ROLES, commands.roles(), parse_roles) if roles_known else None,
            device_policy=small.read(
                Part.DEVICE_POLICY, commands.device_policy(), parse_device_policy
            ),
            notifications=small.read(
                Part.NOTIFICATIONS, commands.notification_listeners(), _notifications
            ),
            battery=small.read(Part.BATTERY, commands.battery_exemptions(), parse_battery),
            # Where the setting is there it is the better source, so a failure here costs nothing.
            accessibility=small.read(None, commands.accessibility(), parse_accessibility) or {},
        )


def _text(chunks: Iterable[bytes]) -> str:
    """A short answer as one text; UnreadableError for one that has no end."""
    return "\n".join(text_lines(_short(chunks)))


def _short(chunks: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > _LARGEST_SHORT_ANSWER:
            raise UnreadableError("endless answer")
        yield chunk


def _notifications(lines: Iterable[str]) -> NotificationAccess | None:
    found = parse_notifications(lines)
    return None if found.listeners is None else found


def _no_apps(dump: PackageDump) -> UnreadableError:
    if dump.refused:
        return UnreadableError("the phone refused to list its apps")
    if dump.truncated:
        return UnreadableError("the list of apps was cut short")
    return UnreadableError("there is no list of apps in the answer")


def _with_sdk(phone: Phone, dump: PackageDump) -> Phone:
    """The API level from the system's own package, where the properties do not tell it."""
    if phone.sdk is not None:
        return phone
    system = next((package for package in dump.packages if package.name == "android"), None)
    return replace(phone, sdk=system.target_sdk if system else None)


def _complete(
    app: App,
    appops: AppOpsDump | None,
    special: Mapping[tuple[int, str], tuple[str, ...]],
    components: Mapping[str, tuple[str, ...]] | None,
) -> App:
    ops = ops_of(appops, app.uid, app.package) if appops and app.uid is not None else ()
    return replace(
        app,
        ops=ops,
        special=special.get((app.user, app.package), ()),
        components=components.get(app.package) if components is not None else None,
    )
