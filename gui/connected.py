"""Which phones are plugged in, and which of the phones in the database each of them is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from audit.model import SnapshotInfo
    from device.adb import Device


class Connected:
    """``devices`` are those that can be seen, ready or not; with ``demo`` the demo phone alone."""

    def __init__(self) -> None:
        self.demo = False
        self.devices: tuple[Device, ...] = ()
        # Of adb's serial numbers, over Wi-Fi too, the phone that was found behind each.
        self._keys: dict[str, str] = {}
        # Of such a key the phone in the database that its checks join.
        self._joined: dict[str, str] = {}

    @property
    def ready(self) -> tuple[Device, ...]:
        return tuple(device for device in self.devices if device.ready)

    def own_key(self, device: Device) -> str:
        """What the phone itself would be called, as far as it is known."""
        return self._keys.get(device.serial, device.own_serial)

    def key_of(self, device: Device) -> str:
        """The key that its checks have in the database, as far as it is known."""
        key = self.own_key(device)
        return self._joined.get(key, key)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(map(self.key_of, self.devices))

    def device_of(self, info: SnapshotInfo) -> Device | None:
        """The connected phone, in whatever state, that was checked."""
        if self.demo:
            return next(iter(self.devices), None)
        return next((one for one in self.devices if self.key_of(one) == info.key), None)

    def likely(self, info: SnapshotInfo | None) -> Device | None:
        """Of several phones that are ready, the one that was checked; else the only one."""
        same = self.device_of(info) if info is not None else None
        if same is not None and same.ready:
            return same
        return self.ready[0] if len(self.ready) == 1 else None

    # What becomes known.

    def found(self, serial: str, info: SnapshotInfo) -> None:
        """A check told which phone is behind adb's serial number."""
        self._keys[serial] = info.phone.key
        self.join(info.phone.key, info.key)

    def join(self, key: str, into: str) -> None:
        self._joined[key] = into

    def forget_joined(self) -> None:
        """Phones may have been merged or split."""
        self._joined.clear()
