"""What the phone said of one app in its own words, for whoever asks for it."""

from __future__ import annotations

from collections.abc import Mapping

from audit.messages import part
from audit.model import App, SnapshotInfo, State
from audit.ways import ways
from audit.wording import Wording


def technical_text(
    app: App, info: SnapshotInfo, state_of: Mapping[str, State | None], wording: Wording
) -> str:
    """Facts, permissions and app-ops by Android's names, and why each access is open.

    ``state_of`` maps permissions to what they amount to; None is unknown.
    """
    lines = [*_facts(app), *_permissions(app, state_of, wording)]
    for op in app.ops:
        modes = f"uid mode {op.uid_mode}" if op.uid_mode else ""
        own = f"mode {op.mode}" if op.mode else ""
        lines.append(f"\nop {op.name}: " + ", ".join(filter(None, (modes, own))))
    return "\n".join([*lines, *_why(app, info, wording)])


def _facts(app: App) -> list[str]:
    facts = {
        "package": app.package,
        "user": app.user,
        "uid": app.uid,
        "sharedUser": app.shared_user,
        "versionCode": app.version_code,
        "targetSdk": app.target_sdk,
        "installerPackageName": app.installer,
        "initiatingPackageName": app.initiator,
        "originatingPackageName": app.originator,
        "packageSource": app.package_source,
        "signer": app.signer,
    }
    return [f"{name}: {value}" for name, value in facts.items() if value is not None]


def _permissions(app: App, state_of: Mapping[str, State | None], wording: Wording) -> list[str]:
    lines = []
    for permission in app.permissions:
        state = state_of.get(permission.name)
        words = wording.state(state) if state else "?"
        granted = "granted=true" if permission.granted else "granted=false"
        flags = f" [{' '.join(permission.flags)}]" if permission.flags else ""
        lines.append(f"\n{permission.name}\n  {permission.kind}, {granted}{flags}, {words}")
    return lines


def _why(app: App, info: SnapshotInfo, wording: Wording) -> list[str]:
    """The ways in, and the phone's lines that each follows from."""
    _ = wording.gettext
    lines = []
    for way in ways(app, info, wording.catalogue):
        state = wording.state(way.state) if way.state else _("not read")
        lines.append(f"\n{wording.group(way.access)} ← {way.through}: {state}")
        lines += [f"  {fact.source}: {fact.line}" for fact in way.facts]
        if way.missing:
            names = _(", ").join(part(name, _) for name in way.missing)
            lines.append("  " + _("Not read: {parts}").format(parts=names))
    return ["\n" + _("Why it can do that, by the phone's own words:"), *lines] if lines else []
