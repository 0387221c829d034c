"""Renders ``dumpsys appops`` in the four dialects of Android 6 to 16 (``AppOpsService.dump``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from device.demo_phone.spec import Access, AppSpec, Grant, OpSpec, PhoneSpec

_NUMBERS = {"allow": 0, "ignore": 1, "deny": 2, "default": 3, "foreground": 4, "ask": 5}
_OP_NAMES = {
    "ACCESS_COARSE_LOCATION": "COARSE_LOCATION",
    "ACCESS_FINE_LOCATION": "FINE_LOCATION",
    "POST_NOTIFICATIONS": "POST_NOTIFICATION",
    "com.android.voicemail.permission.ADD_VOICEMAIL": "ADD_VOICEMAIL",
}
_WITHOUT_OP = frozenset({"ACCESS_BACKGROUND_LOCATION", "BODY_SENSORS_BACKGROUND"})
# Permission -> the one that makes it work in the background too, and since when that counts.
# Those of camera and microphone are never granted to ordinary apps.
_BACKGROUND = {
    "ACCESS_COARSE_LOCATION": ("ACCESS_BACKGROUND_LOCATION", 29),
    "ACCESS_FINE_LOCATION": ("ACCESS_BACKGROUND_LOCATION", 29),
    "CAMERA": ("BACKGROUND_CAMERA", 31),
    "RECORD_AUDIO": ("RECORD_BACKGROUND_AUDIO", 31),
    "BODY_SENSORS": ("BODY_SENSORS_BACKGROUND", 33),
}
_DISCRETE = frozenset({"FINE_LOCATION", "COARSE_LOCATION", "CAMERA", "RECORD_AUDIO"})
_PREFIX = "android.permission."


def duration(span: timedelta) -> str:
    """``1d2h3m4s5ms``: from the first unit that is not zero, as ``TimeUtils`` prints it."""
    left = round(abs(span) / timedelta(milliseconds=1))
    text = ""
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)):
        count, left = divmod(left, size)
        if count or text:
            text += f"{count}{unit}"
    return text or "0"


def format_uid(uid: int) -> str:
    user, app = divmod(uid, 100_000)
    if uid < 10_000:
        return str(uid)
    return f"u{user}a{app - 10_000}" if app >= 10_000 else f"u{user}s{app}"


class AppOpsText:
    """Lines of ``dumpsys appops`` of one phone, without line ends."""

    def __init__(self, spec: PhoneSpec) -> None:
        self._spec = spec
        self._sdk = spec.sdk

    def state(self) -> Iterator[str]:
        yield "Current AppOps Service state:"
        yield from self._head()
        packages = self._by_uid()
        modes = self._uid_modes()
        for uid in sorted({*packages, *modes}):
            yield f"  Uid {format_uid(uid)}:"
            yield from self._uid_head(uid)
            for op, mode in modes.get(uid, {}).items():
                word = mode if self._sdk >= 28 else str(_NUMBERS[mode])
                yield f"      {op}: mode={word}"
            for package, ops in packages.get(uid, {}).items():
                yield f"    Package {package}:"
                for op_spec in ops:
                    yield from self._op(op_spec)
        if self._sdk >= 31:
            yield ""
            yield ""
            yield "  AppOps policy location tags:"
            yield "    #0: 1000=android[LocationService]"
            yield ""

    def history(self) -> Iterator[str]:
        """``--history --include-discrete``: the uses of the last week, to the minute (31+)."""
        if self._sdk < 31:
            yield "Unknown option: --history"
            return
        yield "Current AppOps Service state:"
        yield "Discrete accesses: "
        oldest = self._spec.now - timedelta(days=7)
        for uid, packages in sorted(self._by_uid().items()):
            for package, ops in packages.items():
                recent = [op for op in ops if op.name in _DISCRETE and op.accesses]
                if not any(access.at >= oldest for op in recent for access in op.accesses):
                    continue
                yield f"  Uid: {uid}"
                yield f"    Package: {package}"
                for op in recent:
                    yield from self._discrete(op, oldest)

    def _discrete(self, op: OpSpec, oldest: datetime) -> Iterator[str]:
        accesses = [a for a in op.accesses if a.at >= oldest and not a.rejected]
        if not accesses:
            return
        yield f"      {op.name}"
        for tag in dict.fromkeys(access.attribution for access in accesses):
            yield f"        Attribution: {tag or 'null'}"
            for access in accesses:
                if access.attribution != tag:
                    continue
                minute = self._date(access.at.replace(second=0, microsecond=0))
                lasted = ""
                if access.duration_ms is not None:
                    lasted = f" for {-(-access.duration_ms // 60_000) * 60_000} milliseconds "
                yield f"          Access [{access.state}-{access.on_behalf}] at {minute}{lasted}"

    def _head(self) -> Iterator[str]:
        if self._sdk >= 28:
            yield "  Settings:"
            for name, value in (("top", "+5s0ms"), ("fg_service", "+5s0ms"), ("bg", "+1s0ms")):
                yield f"    {name}_state_settle_time={value}"
            yield ""
        owners = self._spec.special.profile_owners
        if self._sdk >= 29 and owners:
            yield "  Profile owners:"
            for user, component in owners.items():
                app = self._spec.app(component.split("/")[0])
                if app is not None:
                    yield f"    User #{user}: {format_uid(user * 100_000 + app.app_id)}"
            yield ""
        yield "  Op mode watchers:"
        yield "    Op COARSE_LOCATION:"
        if self._sdk < 28:
            yield "      #0: com.android.server.AppOpsService$Callback@56460eb"
        else:
            watcher = "2524d18 watchinguid=-1 flags=0x0"
            yield f"      #0: ModeCallback{{{watcher} from uid=1000 pid=1932}}"

    def _uid_head(self, uid: int) -> Iterator[str]:
        persistent = uid % 100_000 < 10_000
        state = "pers" if persistent else "cch"
        if self._sdk >= 28:
            yield f"    state={state:<5}" if self._sdk == 28 else f"    state={state}"
        if self._sdk >= 30:
            full = "LCMN" if self._sdk < 33 else "LCMNFU"
            yield f"    capability={full if persistent else '-' * len(full)}"
        if self._sdk >= 31:
            yield "    appWidgetVisible=false"

    def _by_uid(self) -> dict[int, dict[str, list[OpSpec]]]:
        uids: dict[int, dict[str, list[OpSpec]]] = defaultdict(dict)
        for app in self._spec.apps:
            for op in app.ops:
                own = app.users.get(op.user)
                if own is not None and own.installed and (not op.uid_level or op.accesses):
                    of_uid = uids[op.user * 100_000 + app.app_id]
                    of_uid.setdefault(app.name, []).append(op)
        return uids

    def _uid_modes(self) -> dict[int, dict[str, str]]:
        """Modes set for a whole uid: by hand, and from Android 10 on by the permissions' state."""
        modes: dict[int, dict[str, str]] = defaultdict(dict)
        for app in self._spec.apps:
            for user, own in app.users.items():
                if own.installed and app.shared_user is None and self._sdk >= 29:
                    modes[user * 100_000 + app.app_id].update(self._synced(app, own.grants))
            for op in app.ops:
                if op.uid_level and op.mode is not None:
                    modes[op.user * 100_000 + app.app_id][op.name] = op.mode
        return {uid: of_uid for uid, of_uid in modes.items() if of_uid}

    def _synced(self, app: AppSpec, grants: Mapping[str, Grant]) -> Iterator[tuple[str, str]]:
        for name in app.requested:
            short = name.removeprefix(_PREFIX)
            definition = self._spec.definitions.get(name, "")
            if not definition.startswith("dangerous") or short in _WITHOUT_OP:
                continue
            op = _OP_NAMES.get(short, short)
            if "." in op:  # a maker's own permission: no op of Android's stands behind it
                continue
            grant = grants.get(name)
            if grant is None or not grant.granted:
                yield op, "ignore"
                continue
            background, since = _BACKGROUND.get(short, ("", 99))
            behind = grants.get(_PREFIX + background)
            if self._sdk >= since and not (behind and behind.granted) and not app.system:
                yield op, "foreground"

    def _op(self, op: OpSpec) -> Iterator[str]:
        mode = (op.mode if not op.uid_level else None) or "allow"
        if self._sdk < 28:
            yield self._old_op(op, mode)
            return
        # Android 9 to 11 let the coarse op decide for the fine one, and say so.
        switch = f" / switch COARSE_LOCATION={mode}" if op.name == "FINE_LOCATION" else ""
        yield f"      {op.name} ({mode}{switch if self._sdk <= 30 else ''}): "
        if self._sdk == 28:
            yield from self._states(op)
        elif self._sdk == 29:
            yield from self._records(op.accesses)
        else:
            for tag in dict.fromkeys(access.attribution for access in op.accesses):
                yield f"        {tag or 'null'}=["
                yield from self._records(tuple(a for a in op.accesses if a.attribution == tag))
                yield "        ]"

    def _old_op(self, op: OpSpec, mode: str) -> str:
        line = f"      {op.name}: mode={_NUMBERS[mode]}"
        for access in op.accesses:
            word = "rejectTime" if access.rejected else "time"
            line += f"; {word}=+{duration(self._spec.now - access.at)} ago"
            if access.running:
                line += " (running)"
            elif access.duration_ms is not None:
                line += f"; duration=+{duration(timedelta(milliseconds=access.duration_ms))}"
        return line

    def _states(self, op: OpSpec) -> Iterator[str]:
        for label, rejected in (("Access", False), ("Reject", True)):
            records = [access for access in op.accesses if access.rejected is rejected]
            for number, access in enumerate(records):
                start = f"          {label}: " if number == 0 else " " * 18
                yield f"{start}{access.state:<6}= {self._when(access.at)}"
        for access in op.accesses:
            if access.duration_ms is not None and not access.running:
                yield f"          duration=+{duration(timedelta(milliseconds=access.duration_ms))}"
                break

    def _records(self, accesses: tuple[Access, ...]) -> Iterator[str]:
        for access in accesses:
            key = f"[{access.state}-{access.on_behalf}]"
            # No blank after the bracket of a Reject line: Android's own slip, from 10 on.
            start = f"Reject: {key}" if access.rejected else f"Access: {key} "
            line = f"          {start}{self._when(access.at)}"
            if access.duration_ms is not None:
                line += f" duration=+{duration(timedelta(milliseconds=access.duration_ms))}"
            if access.proxy is not None:
                tag = ", attributionTag=null" if self._sdk >= 30 else ""
                line += f" proxy[uid={access.proxy[0]}, pkg={access.proxy[1]}{tag}]"
            yield line
        for access in accesses:
            if access.running:
                yield f"          Running start at: +{duration(self._spec.now - access.at)}"

    def _when(self, at: datetime) -> str:
        return f"{self._date(at)} (-{duration(self._spec.now - at)})"

    def _date(self, at: datetime) -> str:
        local = at.astimezone(self._spec.zone)
        return f"{local:%Y-%m-%d %H:%M:%S}.{local.microsecond // 1000:03d}"
