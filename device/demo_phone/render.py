"""The programs of the demo phone: each command's answer, rendered from a description."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

from device.demo_phone import service_text
from device.demo_phone.answer import Answer
from device.demo_phone.apks import demo_apk
from device.demo_phone.appops_text import AppOpsText
from device.demo_phone.file_programs import FILE_PROGRAMS, Files, run_on_files
from device.demo_phone.package_text import PackageText
from device.demo_phone.shell import Shell
from device.demo_phone.spec import AppSpec, PhoneSpec
from device.demo_phone.writes import write

_FRAME_FIRST = """\
Database versions:
  Internal:
    sdkVersion={sdk} databaseVersion=3
    fingerprint={fingerprint}
  External:
    sdkVersion={sdk} databaseVersion=3
    fingerprint={fingerprint}

Verifiers:
  Required: null (uid=-1)

Libraries:
  android.test.base ->  (jar) /system/framework/android.test.base.jar
  org.apache.http.legacy ->  (jar) /system/framework/org.apache.http.legacy.jar

Features:
  android.hardware.camera
  android.hardware.location
  android.hardware.telephony

Activity Resolver Table:
  Non-Data Actions:
      android.intent.action.DIAL:
        5d0c9fe com.android.dialer/.main.impl.MainActivity
"""
_FRAME_LAST = """\
Package Changes:
  Sequence number=1
  User 0:
    seq=0, package=com.android.chrome

Dexopt state:
  [android]
    (no compiled code)

Settings parse messages:

Package warning messages:
1/1/70 8:00 AM: No settings file; creating initial state

Active install sessions:

Historical install sessions:
  Session 1394862514:
    userId=0 installerPackageName=com.xiaomi.market installerUid=10120
"""


class Programs:
    """What the phone's shell can run. Answers are kept, since a phone at one moment has one.

    Args:
        written: commands that changed the phone before; those that do so from now on are added.
        apks: files on the phone, by path, in place of those that the demo's apps have.
    """

    def __init__(
        self,
        spec: PhoneSpec,
        written: list[tuple[str, ...]] | None = None,
        apks: Mapping[str, bytes] | None = None,
    ) -> None:
        self._written = [] if written is None else written
        self._apks = apks
        self._shell = Shell(self.run)
        for words in self._written:
            spec = (write(spec, words) or (spec,))[0]
        self._become(spec)

    def _become(self, spec: PhoneSpec) -> None:
        self._spec = spec
        self._packages = PackageText(spec)
        self._appops = AppOpsText(spec)
        self._files = self._apk_files()
        self._kept: dict[tuple[str, ...], Answer] = {}

    @property
    def spec(self) -> PhoneSpec:
        return self._spec

    def answer(self, line: str) -> Answer:
        """The answer to a whole command line."""
        return self._shell.run(line)

    def run(self, words: Sequence[str]) -> Answer:
        key = tuple(words)
        wrote = write(self._spec, key)
        if wrote is not None:
            spec, answer = wrote
            if spec != self._spec:
                self._written.append(key)
                self._become(spec)
            return answer
        if words[0] in FILE_PROGRAMS:
            return run_on_files(words, self._files)
        if key not in self._kept:
            self._kept[key] = self._run(words)
        return self._kept[key]

    def _run(self, words: Sequence[str]) -> Answer:
        match list(words):
            case ["getprop"]:
                answer = _text(service_text.properties(self._spec))
            case ["getprop", name]:
                answer = _text([self._spec.properties.get(name, "")])
            case ["date", *rest]:
                answer = _text([self._date(rest)])
            case ["pm" | "cmd", *rest]:
                answer = self._manager(words[0], rest)
            case ["settings", *rest]:
                answer = self._settings(rest)
            case ["dumpsys", *rest]:
                answer = self._dumpsys(rest)
            case _:
                missing = f"/system/bin/sh: {words[0]}: inaccessible or not found\n"
                answer = Answer(stderr=missing.encode(), exit_code=127)
        return answer

    def _date(self, arguments: Sequence[str]) -> str:
        local = self._spec.now.astimezone(self._spec.zone)
        form = arguments[0].removeprefix("+") if arguments else "%a %b %e %H:%M:%S %Z %Y"
        return local.strftime(form.replace("%s", str(int(local.timestamp()))))

    def _manager(self, program: str, arguments: Sequence[str]) -> Answer:
        match [program, *arguments]:
            case ["pm", "list", "users"]:
                return _text(service_text.users(self._spec))
            case ["pm", "list", "packages", *options]:
                return _text(self._listed(options))
            case ["cmd", "package", "list", "packages", *options] if self._spec.sdk >= 24:
                return _text(self._listed(options))
            case ["cmd", "user", "list", "-v"] if self._spec.sdk >= 31:
                return _text(service_text.users_verbose(self._spec))
            case ["cmd", service, *_]:
                return Answer(stderr=f"cmd: Can't find service: {service}\n".encode(), exit_code=20)
            case _:
                unknown = " ".join(arguments)
                return Answer(stderr=f"Unknown command: {unknown}\n".encode(), exit_code=255)

    def _listed(self, options: Sequence[str]) -> Iterator[str]:
        """``pm list packages [-f] [-U] [-i] [-s|-3] [--user N]``."""
        chosen = [0] if self._spec.sdk < 34 else [user.id for user in self._spec.users]
        if "--user" in options:
            chosen = [int(options[options.index("--user") + 1])]
        for app in self._spec.apps:
            present = [user for user in chosen if user in app.users and app.users[user].installed]
            if not present or ("-s" in options and not app.system):
                continue
            if "-3" in options and app.system:
                continue
            yield self._listed_line(app, present, options)

    def _listed_line(self, app: AppSpec, present: list[int], options: Sequence[str]) -> str:
        line = f"package:{self._packages.base_apk(app)}={app.name}" if "-f" in options else app.name
        line = line if "-f" in options else f"package:{line}"
        if "-i" in options:
            line += f"  installer={app.installer or 'null'}"
        if "-U" in options:
            line += " uid:" + ",".join(str(user * 100_000 + app.app_id) for user in present)
        return line

    def _apk_files(self) -> Files:
        """The APKs by path."""
        if self._apks is not None:
            return {path: partial(bytes, data) for path, data in self._apks.items()}
        base = self._packages.base_apk
        return {
            base(app): partial(demo_apk, app.name, app.version_code, app.components + app.classes)
            for app in self._spec.apps
        }

    def _settings(self, arguments: Sequence[str]) -> Answer:
        words = list(arguments)
        user = 0
        if "--user" in words:
            place = words.index("--user")
            user = int(words[place + 1])
            del words[place : place + 2]
        match words:
            case ["list", table]:
                return _text(service_text.settings(self._spec, user, table))
            case ["get", table, name]:
                values = self._spec.settings.get(user, {}).get(table, {})
                return _text([values.get(name, "null")])
            case _:
                return Answer(stderr=b"Bad arguments\n", exit_code=255)

    def _dumpsys(self, arguments: Sequence[str]) -> Answer:
        words = list(arguments)
        if words[:1] in (["-t"], ["-T"]) and self._spec.sdk >= 24:
            del words[:2]
        spec = self._spec
        plain: dict[tuple[str, ...], Callable[[], Iterable[str]]] = {
            ("appops",): self._appops.state,
            ("device_policy",): lambda: service_text.device_policy(spec),
            ("notification",): lambda: service_text.notification(spec),
            ("accessibility",): lambda: service_text.accessibility(spec),
            ("deviceidle", "whitelist"): lambda: service_text.battery(spec),
        }
        if spec.sdk >= 29:
            plain[("role",)] = lambda: service_text.roles(spec)
        if tuple(words) in plain:
            return _text(plain[tuple(words)]())
        match words:
            case ["appops", "--history", *_]:
                return _text(self._appops.history())
            case ["package", *rest]:
                return _text(self._package(rest))
            case _:
                missing = f"Can't find service: {words[0] if words else ''}\n"
                return Answer(stderr=missing.encode())  # and exit code 0

    def _package(self, arguments: Sequence[str]) -> Iterator[str]:
        text = self._packages
        match list(arguments):
            case []:
                lines = self._whole()
            case ["packages" | "p"]:
                lines = _sections(text.packages(), text.hidden())
            case ["--all-components", "packages"] if self._spec.sdk >= 29:
                lines = _sections(text.packages(components=True), text.hidden())
            case ["shared-users" | "s"]:
                lines = _sections(text.shared_users())
            case ["permissions" | "perm"]:
                lines = _sections(text.permissions(), text.appop_permissions())
            case ["permission", *names]:
                lines = self._holders(set(names))
            case [name] if "." in name or name == "android":
                lines = self._one(name)
            case _:
                lines = iter([f"Unknown argument: {arguments[0]}; use -h for help"])
        return lines

    def _holders(self, names: Collection[str]) -> Iterator[str]:
        text = self._packages
        return _sections(
            text.permissions(names), text.packages(names=names), text.shared_users(names=names)
        )

    def _one(self, name: str) -> Iterator[str]:
        app = self._spec.app(name)
        if app is None:
            return iter([f"Unable to find package: {name}"] if self._spec.sdk >= 33 else [])
        shared = self._packages.shared_users(only=app.shared_user or "")
        return _sections(self._packages.packages(only=name), shared)

    def _whole(self) -> Iterator[str]:
        text = self._packages
        fingerprint = self._spec.properties.get("ro.build.fingerprint", "unknown")
        first = _FRAME_FIRST.format(sdk=self._spec.sdk, fingerprint=fingerprint)
        return _sections(
            iter(first.splitlines()),
            text.permissions(),
            text.appop_permissions(),
            text.packages(),
            text.hidden(),
            text.shared_users(),
            iter(_FRAME_LAST.splitlines()),
        )


def _sections(*sections: Iterable[str]) -> Iterator[str]:
    """A blank line stands between sections; one without content is not there at all."""
    started = False
    for section in sections:
        first = True
        for line in section:
            if first and started:
                yield ""
            first, started = False, True
            yield line


def _text(lines: Iterable[str]) -> Answer:
    return Answer("".join(f"{line}\n" for line in lines).encode())
