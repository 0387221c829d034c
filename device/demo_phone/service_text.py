"""Renders the small answers: properties, users, settings, roles, special access."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from device.demo_phone.grant_text import identity
from device.demo_phone.spec import PhoneSpec

_ALL_FEEDBACK = "FEEDBACK_SPOKEN, FEEDBACK_HAPTIC, FEEDBACK_AUDIBLE, FEEDBACK_VISUAL"


def properties(spec: PhoneSpec) -> Iterator[str]:
    for name, value in sorted(spec.properties.items()):
        yield f"[{name}]: [{value}]"


def users(spec: PhoneSpec) -> Iterator[str]:
    yield "Users:"
    for user in spec.users:
        running = " running" if user.running else ""
        yield f"\tUserInfo{{{user.id}:{user.name}:{user.flags:x}}}{running}"


def users_verbose(spec: PhoneSpec) -> Iterator[str]:
    """``cmd user list -v`` (31+)."""
    yield f"{len(spec.users)} users:"
    yield ""
    for number, user in enumerate(spec.users):
        parent = "" if user.id == 0 else " parentId=0"
        running = " (running)" if user.running else ""
        current = " (current)" if user.id == 0 else ""
        kind = f"type={user.type}, flags={user.flags:x}"
        yield f"{number}: id={user.id}, name={user.name}, {kind}{parent}{running}{current}"


def settings(spec: PhoneSpec, user: int, table: str) -> Iterator[str]:
    for name, value in sorted(spec.settings.get(user, {}).get(table, {}).items()):
        yield f"{name}={value}"


def roles(spec: PhoneSpec) -> Iterator[str]:
    """``dumpsys role`` (29+): one value stands bare, several in brackets (DualDumpOutputStream)."""
    yield "ROLE STATE (dumpsys role):" if spec.sdk >= 31 else "ROLE MANAGER STATE (dumpsys role):"
    yield "{"
    states = spec.special.roles
    several = len(states) > 1
    if several:
        yield "  user_states=["
    margin = "    " if several else "  "
    for user, held in states.items():
        yield f"{margin}{{" if several else f"{margin}user_states={{"
        yield f"{margin}  user_id={user}"
        yield f"{margin}  version={-1 if spec.sdk < 33 else 1}"
        yield f"{margin}  packages_hash={identity('hash', user) * 8}"
        yield f"{margin}  roles=["
        for role, holders in held.items():
            yield f"{margin}    {{"
            yield f"{margin}      name=android.app.role.{role}"
            if spec.sdk >= 34:
                yield f"{margin}      fallback_enabled=true"
            if len(holders) == 1:
                yield f"{margin}      holders={holders[0]}"
            elif holders:
                yield f"{margin}      holders=["
                yield from (f"{margin}        {holder}" for holder in holders)
                yield f"{margin}      ]"
            yield f"{margin}    }}"
        yield f"{margin}  ]"
        yield f"{margin}}}"
    if several:
        yield "  ]"
    yield "}"


def device_policy(spec: PhoneSpec) -> Iterator[str]:
    yield "Current Device Policy Manager state:"
    yield ""
    for user, component in spec.special.profile_owners.items():
        yield f"  Profile Owner (User {user}): "
        yield f"    admin=ComponentInfo{{{component}}}"
        yield "    name="
        yield f"    package={component.split('/')[0]}"
        yield ""
    for one in spec.users:
        state = "" if spec.sdk == 23 else ", provisioningState: 0"
        yield f"  Enabled Device Admins (User {one.id}{state}):"
        for component in spec.special.admins.get(one.id, ()):
            app = spec.app(component.split("/")[0])
            uid = one.id * 100_000 + (app.app_id if app else 0)
            yield f"  {component}:" if spec.sdk == 23 else f"    {component}:"
            yield f"      uid={uid}"
            yield "      testOnlyAdmin=false"
            yield "      policies:"
            yield "        wipe-data"
            yield "        force-lock"
        yield " "
        yield "    mPasswordOwner=-1"
        yield ""
    yield "  Encryption Status: per-user"


def notification(spec: PhoneSpec) -> Iterator[str]:
    """With the text of a notification in it: what must never leave a real phone."""
    yield "Current Notification Manager state:"
    yield "  Notification List:"
    yield "    NotificationRecord(0x0f6aa2c3: pkg=com.tencent.mm user=UserHandle{0} id=4097)"
    yield "      extras={"
    yield "        android.title=String [length=2]"
    yield "        android.text=String (private words of a friend)"
    yield "      }"
    yield ""
    listeners = spec.special.listeners
    yield from _services(spec, "Notification listeners", "notification listeners", listeners)
    yield "    mListenerHints: 0"
    yield "    mListenersDisablingEffects: ()"
    yield ""
    # The allowed ones have had a title of their own since Android 8.1.
    assistants = spec.special.assistants
    kind = "notification assistants" if spec.sdk >= 29 else "notification assistant services"
    yield from _services(spec, "Notification assistant services", kind, assistants)


def _services(
    spec: PhoneSpec, title: str, kind: str, allowed: Mapping[int, tuple[str, ...]]
) -> Iterator[str]:
    yield f"  {title}:"
    if spec.sdk >= 27:
        yield f"    Allowed {kind}:"
        for user, components in allowed.items():
            if components:
                yield f"      {':'.join(components)} (user: {user} isPrimary: true)"
    if spec.sdk >= 31:
        yield "    Has user set:"
        for user, components in allowed.items():
            if components:
                yield f"      userId={user} value={{{', '.join(components)}}}"
    listed = [(user, one) for user, components in allowed.items() for one in components]
    if spec.sdk >= 31:
        enabled = {f"(user {user}):   ": components for user, components in allowed.items()}
    else:
        enabled = {"    ": tuple(one for _, one in listed)}
    for start, components in enabled.items():
        yield f"{start}All {kind} ({len(components)}) enabled for current profiles:"
        yield from (f"      ComponentInfo{{{one}}}" for one in components)
    yield f"    Live {kind} ({len(listed)}):"
    for user, one in listed:
        proxy = f"android.service.notification.INotificationListener$Stub$Proxy@{identity(one)}"
        yield f"      ComponentInfo{{{one}}} (user {user}): {proxy}"
    yield f"    Snoozed {kind} (0):"


def accessibility(spec: PhoneSpec) -> Iterator[str]:
    yield "ACCESSIBILITY MANAGER (dumpsys accessibility)"
    yield ""
    if spec.sdk >= 31:
        yield "currentUserId=0"
    for user, services in spec.special.accessibility.items():
        touch = "touchExplorationEnabled=false"
        if spec.sdk < 29:
            current = f"currentUser={str(user == 0).lower()}"
            yield f"User state[attributes:{{id={user}, {current}, {touch}}}"
            bound = ", ".join(f"Service[label={one.split('/')[0]}]" for one in services)
            yield f"           services:{{{bound}}}]"
            continue
        yield "User state["
        yield f"     attributes:{{id={user}, {touch}, sendMotionEventsEnabledfalse}}"
        yield "     shortcut key:{}"
        yield "     button:{}"
        bound = ", ".join(
            f"Service[label={one.split('/')[0]}, feedbackType[{_ALL_FEEDBACK}], capabilities=11]"
            for one in services
        )
        yield f"     Bound services:{{{bound}}}"
        yield f"     Enabled services:{{{', '.join('{' + one + '}' for one in services)}}}"
        yield "     Binding services:{}"
        yield "     Crashed services:{}]"
    yield ""


def battery(spec: PhoneSpec) -> Iterator[str]:
    """``dumpsys deviceidle whitelist``."""
    for kind, package in spec.special.battery:
        app = spec.app(package)
        if app is not None:
            yield f"{kind},{package},{app.app_id}"
