"""What changed, in words: each change as a sentence, and what an app gained as one finding.

Apart from ``audit.wording``, which the window needs before its first paint; changes come later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from audit import messages
from audit.access import BACKGROUND_LOCATION, has_access
from audit.model import Change, Severity, State
from audit.wording import Wording

_LOCATION = "location"
_MOST_CANS = 3
_FINE = "android.permission.ACCESS_FINE_LOCATION"


@dataclass(frozen=True, slots=True)
class Finding:
    """All that one app gained of one group, as one statement."""

    user: int
    package: str
    label: str
    group: str
    headline: str
    reason: str
    severity: Severity
    changes: tuple[Change, ...]
    normal: str | None  # what would make it normal: "A dialer needs this."


def sentence_of(change: Change, wording: Wording) -> str:
    """One change as one sentence that stands by itself."""
    label = wording.label(change.package)
    _ = wording.gettext
    match change.what:
        case "app" if change.kind == "installed":
            return _("{app} is new on this phone.").format(app=label)
        case "app":
            return _("{app} was removed from this phone.").format(app=label)
        case "version":
            text = _("{app} was updated from {before} to {after}.")
        case "signer":
            text = _("{app} is now signed with another key ({before} before, {after} now).")
        case "sdk":
            return _sdk_sentence(change, label, wording)
        case "installer":
            text = _("{app} now comes from {after}; before, from {before}.")
            return text.format(
                app=label,
                before=wording.installer(change.before),
                after=wording.installer(change.after),
            )
        case _:
            return _access_sentence(change, label, wording)
    return text.format(app=label, before=change.before or "?", after=change.after or "?")


def _sdk_sentence(change: Change, label: str, wording: Wording) -> str:
    """ "Contains", never "sends": a kit that is there need not ever run."""
    _ = wording.gettext
    text = (
        _("{app} now contains {sdk} ({kind}).")
        if change.kind == "gained"
        else _("{app} no longer contains {sdk} ({kind}).")
    )
    name, kind = wording.sdk(change.after or change.before or "")
    return text.format(app=label, sdk=name, kind=kind)


def _access_sentence(change: Change, label: str, wording: Wording) -> str:
    _ = wording.gettext
    can = wording.can(change.permission or "")
    match change.kind, change.after:
        case "gained" | "widened", State.WHILE_IN_USE:
            text = _("{app} can now {can}, only while you use it.")
        case "gained" | "widened", State.ONCE:
            text = _("{app} can now {can}, this once.")
        case "widened", _ if change.group == _LOCATION and change.before == State.WHILE_IN_USE:
            text = _("{app} can now {can} all the time; before, only while you used it.")
        case "gained" | "widened", _:
            text = _("{app} can now {can}.")
        case "narrowed", State.WHILE_IN_USE:
            text = _("{app} can now {can} only while you use it.")
        case "narrowed", _:
            text = _("{app} can now {can} only this once.")
        case "lost", _:
            text = _("{app} can no longer {can}.")
        case _ if has_access(State(change.after) if change.after else None):
            text = _("{app} could {can} before; Android now lists this by itself.")
        case _, State.ASK:
            text = _("{app} has to ask before it can {can}.")
        case _:
            text = _("{app} may not {can}.")
    return text.format(app=label, can=can)


def findings_in(changes: Iterable[Change], wording: Wording) -> list[Finding]:
    """What apps gained, one entry per app, user and group, gravest first.

    ``changes`` must be all changes of a comparison: versions are read for the reasons.
    """
    every = tuple(changes)
    versions = {(c.user, c.package): c for c in every if c.what == "version"}
    grouped: dict[tuple[int, str, str], list[Change]] = {}
    for change in every:
        if change.kind in {"gained", "widened"} and change.group and not change.expected:
            key = change.user, change.package, change.group
            grouped.setdefault(key, []).append(change)
    found = [
        Finding(
            user=user,
            package=package,
            label=wording.label(package),
            group=group,
            headline=_headline(group, members, wording),
            reason=_reason(members, versions.get((user, package)), wording),
            severity=members[0].severity,
            changes=tuple(members),
            normal=wording.normal(members[0].permission or ""),
        )
        for (user, package, group), members in grouped.items()
    ]
    ranks = {severity: number for number, severity in enumerate(Severity)}
    return sorted(found, key=lambda f: (ranks[f.severity], f.package, f.group, f.user))


def _headline(group: str, members: list[Change], wording: Wording) -> str:
    _ = wording.gettext
    if group == _LOCATION:
        return _location_headline(members, wording)
    states = {change.after for change in members}
    together = _cans(members, wording)
    if states == {State.WHILE_IN_USE}:
        return _("Can now {can}, only while you use it.").format(can=together)
    if states == {State.ONCE}:
        return _("Can now {can}, this once.").format(can=together)
    return _("Can now {can}.").format(can=together)


def _cans(members: list[Change], wording: Wording) -> str:
    """What several permissions let an app do, in one breath; a role says it all."""
    _, ngettext = wording.gettext, wording.ngettext
    names = [change.permission or "" for change in members]
    roles = [name for name in names if name.startswith("role:")]
    cans = list(dict.fromkeys(wording.can(name) for name in roles or names))
    if len(cans) > _MOST_CANS:
        more = len(cans) - _MOST_CANS
        rest = ngettext("{n} thing more", "{n} things more", more).format(n=more)
        cans = [*cans[:_MOST_CANS], rest]
    return _(" and ").join([_(", ").join(cans[:-1]), cans[-1]] if cans[1:] else cans)


def _location_headline(members: list[Change], wording: Wording) -> str:
    _ = wording.gettext
    names = {change.permission for change in members}
    states = {change.after for change in members}
    precise = _FINE in names or names == {BACKGROUND_LOCATION}
    if State.ALLOWED in states:
        if precise:
            return _("Can now see your precise location all the time, also in the background.")
        return _("Can now see your rough location all the time, also in the background.")
    if State.WHILE_IN_USE in states:
        if precise:
            return _("Can now see your precise location while you use it.")
        return _("Can now see your rough location while you use it.")
    if precise:
        return _("Can now see your precise location, this once.")
    return _("Can now see your rough location, this once.")


def _reason(members: list[Change], update: Change | None, wording: Wording) -> str:
    _ = wording.gettext
    whys = [change.why for change in members if change.why]
    why = whys[0] if whys else None
    was_in_use = any(change.before == State.WHILE_IN_USE for change in members)
    parts = [_("Before: only while you used it.")] if was_in_use else []
    if why == "update" and update is not None:
        text = _(
            "Came with the app's update {before} → {after}; the phone has no record of asking you."
        )
        parts.append(text.format(before=update.before, after=update.after))
    else:
        parts.append(messages.reason(why, _))
    return wording.joined(*parts)
