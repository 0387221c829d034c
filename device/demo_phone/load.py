"""Turns the compact JSON of ``resources/demo`` into a description of a phone.

``base.json`` is the phone; each ``state-N.json`` is a JSON merge patch (RFC 7396) on the state
before it. Short permission names stand for ``android.permission.…``, ``@name`` for a set of them.
Local times are the phone's own; ``-3h12m`` is that long before the phone's present.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from device.demo_phone.grant_text import RESTRICTED, SENSITIVE, identity
from device.demo_phone.spec import (
    Access,
    AppSpec,
    Grant,
    OpSpec,
    PhoneSpec,
    SharedUserSpec,
    Special,
    UserApp,
    UserSpec,
)

RELEASES = {
    23: "6.0.1",
    24: "7.0",
    25: "7.1.2",
    26: "8.0.0",
    27: "8.1.0",
    28: "9",
    29: "10",
    30: "11",
    31: "12",
    32: "12",
    33: "13",
    34: "14",
    35: "15",
    36: "16",
}
# What a word in the data stands for: granted, flags below the sensitive ones, flags above them.
_GRANTS: dict[str, tuple[bool, tuple[str, ...], tuple[str, ...]]] = {
    "allow": (True, ("USER_SET",), ()),
    "deny": (False, ("USER_SET",), ()),
    "never": (False, ("USER_SET", "USER_FIXED"), ()),
    "once": (True, ("USER_SET",), ("ONE_TIME",)),
    "expired": (False, (), ("ONE_TIME",)),
    "revoked": (False, (), ("AUTO_REVOKED",)),
    "silent": (True, (), ()),
    "default": (True, ("GRANTED_BY_DEFAULT",), ()),
    "role": (True, (), ("GRANTED_BY_ROLE",)),
    "policy": (True, ("POLICY_FIXED",), ()),
}
_FIXED = ("SYSTEM_FIXED", "GRANTED_BY_DEFAULT")
_LOCATION = frozenset({"ACCESS_FINE_LOCATION", "ACCESS_COARSE_LOCATION"})
_PREFIX = "android.permission."
_AGE = re.compile(r"-(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?")


def merged(target: Any, patch: Any) -> Any:
    """JSON merge patch: objects are merged, null removes, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def read_phone(document: Mapping[str, Any], sdk: int) -> PhoneSpec:
    """The phone that ``document`` describes, as an Android of API level ``sdk``."""
    return _Reader(document, sdk).phone()


class _Reader:
    def __init__(self, document: Mapping[str, Any], sdk: int) -> None:
        self._document = document
        self._sdk = sdk
        self._zone = ZoneInfo(document["properties"]["persist.sys.timezone"])
        self._now = datetime.fromisoformat(document["now"])
        self._sets: Mapping[str, list[str]] = document["sets"]

    def phone(self) -> PhoneSpec:
        document = self._document
        return PhoneSpec(
            sdk=self._sdk,
            now=self._now,
            zone=self._zone,
            properties=self._properties(),
            users=tuple(
                UserSpec(user["id"], user["name"], int(user["flags"], 16), user["type"])
                for user in document["users"]
            ),
            apps=tuple(self._app(name, app) for name, app in document["apps"].items()),
            shared_users=tuple(self._shared_users()),
            definitions=self._definitions(),
            settings={int(user): tables for user, tables in document["settings"].items()},
            special=self._special(),
            order=document["order"],
        )

    def _properties(self) -> dict[str, str]:
        release = RELEASES[self._sdk]
        return {
            **self._document["properties"],
            "ro.build.version.sdk": str(self._sdk),
            "ro.build.version.release": release,
            "ro.build.fingerprint": self._document["fingerprint"].format(release=release),
        }

    def _definitions(self) -> dict[str, str]:
        """Only what exists at this API level: ``dangerous since 29``."""
        found = {}
        for name, text in self._document["definitions"].items():
            protection, _, since = text.partition(" since ")
            if self._sdk >= int(since or 0):
                found[_whole(name)] = protection
        return found

    def _names(self, names: Iterable[str]) -> Iterator[str]:
        for name in names:
            if name.startswith("@"):
                yield from self._names(self._sets[name[1:]])
            else:
                yield _whole(name)

    def _local(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=self._zone)

    def _app(self, name: str, app: Mapping[str, Any]) -> AppSpec:
        origin = self._document["origins"].get(app.get("from", ""), {})
        factory = app.get("factory")
        users = {}
        if app.get("owner", True):
            users[0] = self._user_app(app, app)
        if "work" in app:
            users[10] = self._user_app(app, app["work"])
        ops = [*self._ops(app, 0), *self._ops(app.get("work", {}), 10)]
        return AppSpec(
            name=name,
            app_id=app["id"],
            version_name=app["version"],
            version_code=app["code"],
            target_sdk=app["target"],
            min_sdk=app.get("min", 24),
            updated=self._local(app.get("updated", self._document["built"])),
            users=users,
            code_path=app.get("path"),
            shared_user=app.get("shared"),
            installer=origin.get("installer"),
            initiating=origin.get("initiating"),
            originating=origin.get("originating"),
            source=origin.get("source", 0),
            signer=self._signer(name, app),
            past_signers=tuple(app.get("past_signers", ())),
            requested=tuple(dict.fromkeys(self._names(app.get("asks", ())))),
            declared=tuple(app.get("declares", ())),
            allowed=frozenset(self._names(app.get("allowed", ()))),
            ops=tuple(ops),
            factory=(factory["version"], factory["code"]) if factory else None,
            components=tuple(app.get("components", ())),
            classes=tuple(app.get("classes", ())),
        )

    def _signer(self, name: str, app: Mapping[str, Any]) -> str:
        """As short as Android prints it; all that the maker of the phone signed has the same."""
        signer: str = app.get("signer", name)
        return identity("signer", signer) if not re.fullmatch(r"[0-9a-f]{7,8}", signer) else signer

    def _user_app(self, app: Mapping[str, Any], own: Mapping[str, Any]) -> UserApp:
        system = "path" in app
        since = own.get("since", app.get("since", self._document["built"]))
        grants = {
            name: self._grant(name, word, system=system)
            for names, word in own.get("grants", {}).items()
            for name in self._names([names])
        }
        return UserApp(
            first_installed=self._local(since),
            grants=grants,
            enabled=own.get("enabled", 0),
            stopped=own.get("stopped", False),
        )

    def _grant(self, name: str, word: str, *, system: bool) -> Grant:
        if word == "fixed":
            exempt = ("RESTRICTION_SYSTEM_EXEMPT",) if name in RESTRICTED else ()
            return Grant(granted=True, flags=(*_FIXED, *exempt))
        granted, low, high = _GRANTS[word]
        flags = [*low, *SENSITIVE]
        if name in RESTRICTED:
            flags.append(f"RESTRICTION_{'SYSTEM' if system else 'INSTALLER'}_EXEMPT")
        flags += high
        if word == "allow" and name.removeprefix(_PREFIX) in _LOCATION:
            flags.append("524288")  # the person chose between precise and approximate (12+)
        return Grant(granted=granted, flags=tuple(flags))

    def _shared_users(self) -> Iterator[SharedUserSpec]:
        for name, shared in self._document["shared_users"].items():
            requested = tuple(self._names(shared["asks"]))
            grants = {
                one: self._grant(one, "fixed", system=True)
                for one in requested
                if self._definitions().get(one, "").startswith("dangerous")
            }
            yield SharedUserSpec(name, shared["id"], requested, grants)

    def _ops(self, own: Mapping[str, Any], user: int) -> Iterator[OpSpec]:
        """``ops`` sets modes (``uid allow`` for the whole uid), ``uses`` are records."""
        accesses: dict[str, list[Access]] = {name: [] for name in own.get("ops", {})}
        for text in own.get("uses", ()):
            name, *words = text.split()
            accesses.setdefault(name, []).append(self._access(words))
        for name, records in accesses.items():
            mode = own.get("ops", {}).get(name)
            yield OpSpec(
                name=name,
                user=user,
                mode=mode.removeprefix("uid ") if mode else None,
                uid_level=bool(mode and mode.startswith("uid ")),
                accesses=tuple(records),
            )

    def _access(self, words: list[str]) -> Access:
        """``top-s -3h12m for=2400 tag=x proxy=10105/com.x rejected running``."""
        key, when, *rest = words
        state, _, on_behalf = key.partition("-")
        options = dict(word.partition("=")[::2] for word in rest)
        uid, _, package = options.get("proxy", "").partition("/")
        return Access(
            at=self._when(when),
            state=state,
            on_behalf=on_behalf,
            rejected="rejected" in options,
            duration_ms=int(options["for"]) if "for" in options else None,
            attribution=options.get("tag"),
            proxy=(int(uid), package) if uid else None,
            running="running" in options,
        )

    def _when(self, text: str) -> datetime:
        age = _AGE.fullmatch(text)
        if age is None:
            return self._local(text)
        days, hours, minutes, seconds, millis = (int(part or 0) for part in age.groups())
        return self._now - timedelta(
            days=days, hours=hours, minutes=minutes, seconds=seconds, milliseconds=millis
        )

    def _special(self) -> Special:
        special = self._document["special"]
        enabled = {
            int(user): tables["secure"].get("enabled_accessibility_services", "")
            for user, tables in self._document["settings"].items()
        }
        return Special(
            accessibility={u: tuple(filter(None, text.split(":"))) for u, text in enabled.items()},
            listeners=_by_user(special["listeners"]),
            assistants=_by_user(special["assistants"]),
            roles={
                int(user): {role: tuple(held) for role, held in roles.items()}
                for user, roles in special["roles"].items()
            },
            admins=_by_user(special["admins"]),
            profile_owners={int(user): one for user, one in special["profile_owners"].items()},
            battery=tuple((kind, name) for kind, name in special["battery"]),
        )


def _whole(name: str) -> str:
    return name if "." in name else _PREFIX + name


def _by_user(lists: Mapping[str, list[str]]) -> dict[int, tuple[str, ...]]:
    return {int(user): tuple(values) for user, values in lists.items()}
