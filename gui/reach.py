"""Whether the phone whose check is shown can be asked for something more."""

from __future__ import annotations

from collections.abc import Callable

from audit.messages import Gettext, needs
from gui.services import Services


def out_of_reach(services: Services, of_files: str, gone: str, _: Gettext) -> str:
    """Why not now, in words: those for a check that was read from files, and for a phone that is
    not connected, are given. Empty where it can be asked.
    """
    shown = services.shown
    if shown is None:
        return _("There is no saved check yet.")
    if shown.info.source not in {"phone", "demo"}:
        return of_files
    device = services.device_of(shown)
    if device is None:
        return gone
    if not device.ready:
        return needs(device.state, _, wireless=device.wireless)
    checked = device.serial in services.checks
    return _("Wait until the check is done.") if checked else ""


def when_reach_may_change(services: Services, slot: Callable[[], None]) -> None:
    for signal in (services.shown_changed, services.devices_changed, services.checks_changed):
        signal.connect(slot)
