"""What the demo phone does when it is told to change: ``pm``, ``appops set`` and ``am start``.

Each answer is in Android's words, and the description of the phone afterwards is returned with it.
Sources: frameworks/base ``PackageManagerShellCommand``, ``PermissionManagerServiceImpl`` and
``AppOpsService``, API 23 to 36.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from device.demo_phone.answer import Answer
from device.demo_phone.spec import AppSpec, Grant, OpSpec, PhoneSpec

_NO_LONGER_ONCE = {"ONE_TIME", "AUTO_REVOKED"}


def write(spec: PhoneSpec, words: Sequence[str]) -> tuple[PhoneSpec, Answer] | None:
    """The phone after the command, and its answer; None for what is no such command."""
    match list(words):
        case ["pm", "revoke" | "grant" as verb, "--user", user, package, permission]:
            return _set_grant(spec, int(user), package, permission, given=verb == "grant")
        case ["appops", "set", "--user", user, "--uid", package, op, mode]:
            return _set_op(spec, int(user), package, op, mode, uid_level=True)
        case ["appops", "set", "--user", user, package, op, mode]:
            return _set_op(spec, int(user), package, op, mode, uid_level=False)
        case ["am", "start", "--user", user, *rest]:
            return spec, _start(spec, int(user), rest)
        case _:
            return None


def _set_grant(
    spec: PhoneSpec, user: int, package: str, name: str, *, given: bool
) -> tuple[PhoneSpec, Answer]:
    verb = "grant" if given else "revoke"
    app = spec.app(package)
    if not _trusted(spec):
        return spec, _thrown(
            spec,
            verb,
            f"{verb}RuntimePermission: Neither user 2000 nor current process has "
            f"android.permission.{verb.upper()}_RUNTIME_PERMISSIONS.",
        )
    if app is None or user not in app.users:
        return spec, Answer()  # silently, as Android 12 on does
    shared = spec.by_shared_user.get(app.shared_user or "")
    grants = shared.grants if shared else app.users[user].grants
    was = grants.get(name, Grant(granted=False))
    requested = shared.requested if shared else app.requested
    if refusal := _refusal(spec, app, name, asked=name in requested, fixed=_fixed(was, given)):
        return spec, _thrown(spec, verb, refusal)
    if app.target_sdk < 23 or {"SYSTEM_FIXED", "POLICY_FIXED"} & set(was.flags):
        return spec, Answer()
    flags = tuple(flag for flag in was.flags if flag not in _NO_LONGER_ONCE)
    now = {**grants, name: Grant(granted=given, flags=flags)}
    return _with_grants(spec, app, user, now), Answer()


def _fixed(was: Grant, given: bool) -> str:
    """Who fixed it, where that is told: a grant that is fixed is silently left as it is."""
    fixed = {"SYSTEM_FIXED": "system fixed", "POLICY_FIXED": "policy fixed"}
    return next((word for flag, word in fixed.items() if flag in was.flags and not given), "")


def _refusal(spec: PhoneSpec, app: AppSpec, name: str, *, asked: bool, fixed: str) -> str | None:
    if not asked:
        return f"Package {app.name} has not requested permission {name}"
    if not spec.definitions.get(name, "").startswith("dangerous"):
        return f"Permission {name} requested by {app.name} is not a changeable permission type"
    if fixed:
        return f"Non-System UID cannot revoke {fixed} permission {name} for package {app.name}"
    return None


def _with_grants(
    spec: PhoneSpec, app: AppSpec, user: int, grants: Mapping[str, Grant]
) -> PhoneSpec:
    if app.shared_user is not None:
        shared_users = tuple(
            replace(one, grants=grants) if one.name == app.shared_user else one
            for one in spec.shared_users
        )
        return replace(spec, shared_users=shared_users)
    own = replace(app.users[user], grants=grants)
    return _with_app(spec, replace(app, users={**app.users, user: own}))


def _set_op(  # noqa: PLR0913 -- the words of the command
    spec: PhoneSpec, user: int, package: str, op: str, mode: str, *, uid_level: bool
) -> tuple[PhoneSpec, Answer]:
    app = spec.app(package)
    if not _trusted(spec):
        return spec, _thrown(
            spec,
            "set",
            "uid 2000 does not have android.permission.MANAGE_APP_OPS_MODES.",
        )
    if app is None or user not in app.users:
        return spec, Answer(stderr=f"Error: No UID for {package} in user {user}\n".encode())
    name = f"MIUIOP({op})" if op.isdigit() else op
    made = OpSpec(name, user, uid_level=uid_level)
    ops = {(one.name, one.user, one.uid_level): one for one in (made, *app.ops)}
    now = {**ops, (name, user, uid_level): replace(ops[name, user, uid_level], mode=mode)}
    return _with_app(spec, replace(app, ops=tuple(now.values()))), Answer()


def _with_app(spec: PhoneSpec, app: AppSpec) -> PhoneSpec:
    return replace(spec, apps=tuple(app if one.name == app.name else one for one in spec.apps))


def _start(spec: PhoneSpec, user: int, words: Sequence[str]) -> Answer:
    if user not in {one.id for one in spec.users}:
        error = f"Shell does not have permission to access user {user}"
        return _thrown(spec, "start", error)
    action = words[words.index("-a") + 1] if "-a" in words else ""
    said = f"Starting: Intent {{ act={action} }}\n"
    # HyperOS has its own page for an app's permissions and answers only for the general ones.
    if action.endswith("MANAGE_APP_PERMISSIONS") and _maker(spec) == "Xiaomi":
        error = f"Error: Activity not started, unable to resolve Intent {{ act={action} }}\n"
        return Answer(said.encode(), error.encode(), exit_code=0 if spec.sdk < 28 else 1)
    return Answer(said.encode())


def _maker(spec: PhoneSpec) -> str:
    return spec.properties.get("ro.product.manufacturer", "")


def _trusted(spec: PhoneSpec) -> bool:
    """Xiaomi lets adb change permissions only with "USB debugging (Security settings)"."""
    return _maker(spec) != "Xiaomi" or spec.properties.get("persist.security.adbinput") == "1"


def _thrown(spec: PhoneSpec, verb: str, error: str) -> Answer:
    error = f"java.lang.SecurityException: {error}"
    if spec.sdk < 24:
        return Answer(stderr=f"Operation not allowed: {error}\n".encode(), exit_code=1)
    trace = f"Exception occurred while executing '{verb}':\n{error}\n\tat android.os.Parcel\n"
    return Answer(stderr=f"\n{trace}".encode(), exit_code=255)
