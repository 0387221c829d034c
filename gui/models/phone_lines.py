"""What the sidebar says of the phone whose check is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.messages import needs

if TYPE_CHECKING:
    from audit.model import Phone
    from audit.wording import Wording
    from device.adb import Device
    from gui.models.rows import Shown


def phone_lines(
    shown: Shown, device: Device | None, wording: Wording, *, demo: bool
) -> tuple[str, str, str]:
    """Its name, a line about it, and the colour of its dot; ``device`` is it when connected."""
    phone, _ = shown.info.phone, wording.gettext
    state, colour = _link(device, wording, demo)
    parts = [state]
    if phone.android:
        parts.append(_("Android {version}").format(version=phone.android))
    # The demo phone lives at a time of its own.
    when = wording.when if demo else wording.ago
    parts.append(_("checked {when}").format(when=when(shown.info.taken_at)))
    return phone_name(phone) or _("Unknown phone"), " · ".join(parts), colour


def _link(device: Device | None, wording: Wording, demo: bool) -> tuple[str, str]:
    """How the phone is connected, and the colour that goes with it."""
    _ = wording.gettext
    if device is None:
        return _("Not connected"), "faint"
    if not device.ready:
        return needs(device.state, _, wireless=device.wireless), "amber"
    if demo:
        return _("Demo"), "green"
    return (_("Wi-Fi") if ":" in device.serial else _("USB")), "green"


def phone_name(phone: Phone) -> str:
    """Maker and model, the maker not twice ("HUAWEI HUAWEI P30")."""
    maker, model = phone.manufacturer or "", phone.model or ""
    if maker and not model.lower().startswith(maker.lower()):
        return f"{maker} {model}".strip()
    return model
