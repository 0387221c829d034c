"""The sentences about taking access away: what may stop working, and why the phone said no."""

from __future__ import annotations

import re
from collections.abc import Iterable

from audit.acting import gives
from audit.messages import Gettext
from audit.model import Deed
from audit.wording import Wording


def consequence(access: str, _: Gettext) -> str:
    """What may stop working in an app that loses ``access`` (an access key)."""
    return {
        "calls": _("Calling from the app, and showing who is calling, may stop working."),
        "messages": _("Verification codes are no longer filled in by themselves."),
        "location": _("Maps, deliveries, rides and weather no longer know where you are."),
        "contacts": _("Friends are no longer found through your address book."),
        "calendar": _("Appointments are no longer shown or added."),
        "microphone": _("Voice messages, calls inside the app and voice search stop working."),
        "camera": _("Scanning codes, taking pictures and video calls stop working."),
        "files": _("Pictures and files can no longer be sent or saved."),
        "sensors": _("Readings about your body are no longer taken."),
        "activity": _("Steps and workouts are no longer counted."),
        "nearby": _("Headphones, watches and other devices nearby are no longer found."),
        "notifications": _("The app can no longer tell you anything by itself."),
        "special": _("What the app did with this special access stops working."),
    }[access]


def obstacle(code: str, _: Gettext) -> str:
    """Why the program cannot take something away (``audit.acting.Obstacle``)."""
    return {
        "system-fixed": _("The phone's maker has fixed this; it cannot be taken away."),
        "policy-fixed": _("An administrator of the phone has fixed this."),
        "install": _("This comes with the installation; only removing the app takes it away."),
        "role": _("Comes with being a default app: choose another default app on the phone."),
        "by-hand": _("Only you can switch this off, on the phone itself."),
    }[code]


def refusal(said: str, manufacturer: str | None, _: Gettext) -> str:
    """Why the phone refused, and what to do; ``said`` are its own words.

    Vendors' second switches: gkd-kit/gkd docs and Shizuku's manual; SecurityException texts from
    frameworks/base ``PermissionManagerServiceImpl``.
    """
    maker = (manufacturer or "").lower()
    if re.search(r"_RUNTIME_PERMISSIONS|MANAGE_APP_OPS_MODES|UPDATE_APP_OPS_STATS", said):
        if maker in {"xiaomi", "redmi", "poco"}:
            return _(
                "The phone refused. Switch on “USB debugging (Security settings)” in its developer "
                "options, or take the access away on the phone."
            )
        if maker in {"oppo", "realme", "oneplus"}:
            return _(
                "The phone refused. Switch on “Disable permission monitoring” in its developer "
                "options, or take the access away on the phone."
            )
        return _("The phone lets no computer change permissions; do it on the phone.")
    for pattern, code in (
        ("policy fixed", "policy-fixed"),
        ("system fixed", "system-fixed"),
        ("not a changeable permission", "install"),
        ("managed by role", "role"),
    ):
        if pattern in said:
            return obstacle(code, _)
    if "permission to access user" in said:
        return _("The phone lets no computer into this profile; do it on the phone.")
    return _("The phone refused: {detail}").format(detail=said)


def told(deed: Deed, manufacturer: str | None, wording: Wording) -> str:
    """What was done, and what came of it."""
    _ = wording.gettext
    action = deed.action
    if deed.held is False:
        if deed.refusal is not None:
            return refusal(deed.refusal, manufacturer, _)
        return _("The phone did not refuse, and yet nothing changed. Do it on the phone.")
    if deed.held is None:
        return _("Whether this was done is not known; the next check may tell.")
    return _held(action.package, [action.name], wording, given=gives(action))


def summary(deeds: Iterable[Deed], wording: Wording) -> str:
    """What held, a sentence for each app."""
    by_app: dict[tuple[str, bool], list[str]] = {}
    for deed in deeds:
        if deed.held:
            key = deed.action.package, gives(deed.action)
            by_app.setdefault(key, []).append(deed.action.name)
    blank = "" if wording.language == "zh-CN" else " "
    return blank.join(
        _held(package, names, wording, given=given) for (package, given), names in by_app.items()
    )


def outcomes(
    deeds: Iterable[Deed], manufacturer: str | None, wording: Wording
) -> list[tuple[str, list[Deed]]]:
    """What came of it: a text for each app and reason, and the deeds that it is about."""
    together: dict[tuple[int, str, bool, str | None], list[Deed]] = {}
    for deed in deeds:
        action = deed.action
        why = None if deed.held else told(deed, manufacturer, wording)
        key = action.user, action.package, gives(action), why
        together.setdefault(key, []).append(deed)
    found = []
    for (_user, package, given, why), members in together.items():
        names = [deed.action.name for deed in members]
        if why is None:
            text = _held(package, names, wording, given=given)
        else:
            text = f"{wording.label(package)} · {_titles(names, wording)}\n{why}"
        found.append((text, members))
    return found


def _titles(names: Iterable[str], wording: Wording) -> str:
    return wording.gettext(", ").join(dict.fromkeys(map(wording.permission, names)))


def _held(package: str, names: Iterable[str], wording: Wording, *, given: bool) -> str:
    _ = wording.gettext
    text = _("{app} has it again: {what}.") if given else _("Taken from {app}: {what}.")
    return text.format(app=wording.label(package), what=_titles(names, wording))
