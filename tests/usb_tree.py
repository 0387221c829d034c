"""A folder that looks like Linux's ``/sys`` and ``/dev`` with USB devices in them."""

from __future__ import annotations

from pathlib import Path

ADB = ("ff", "42", "01", "ADB Interface")
FASTBOOT = ("ff", "42", "03", "fastboot")
HDC = ("ff", "50", "01", "HDC Interface")
MTP = ("06", "01", "01", "MTP")
OLD_MTP = ("ff", "ff", "00", "MTP")
PTP = ("06", "01", "01", "PTP")
RNDIS = ("e0", "01", "03", "RNDIS Communications Control")
DISC = ("08", "06", "50", "Mass Storage")
KEYBOARD = ("03", "01", "01", "")
USBMUX = ("ff", "fe", "02", "Apple USB Multiplexor")

Interface = tuple[str, str, str, str]


class UsbTree:
    """``system`` stands for ``/sys``, ``nodes`` for ``/dev``; all links in it are relative."""

    def __init__(self, root: Path) -> None:
        self.system = root / "sys"
        self.nodes = root / "dev"
        self._listed = self.system / "bus/usb/devices"
        self._listed.mkdir(parents=True)
        self._root_hub = self.system / "devices/pci0000:00/0000:00:14.0/usb1"
        self._count = 1
        _write(self._root_hub, idVendor="1d6b", idProduct="0002", bDeviceClass="09")
        self._link(self._root_hub)

    def plug(
        self,
        address: str,
        vendor: str,
        *interfaces: Interface,
        product: str = "ff48",
        maker: str = "",
        name: str = "",
        serial: str = "",
        device_class: str = "00",
        speed: str = "480",
        configured: bool = True,
        removable: str = "removable",
        mode: int = 0o666,
    ) -> Path:
        """Adds a device; returns its node in ``/dev``."""
        self._count += 1
        folder = self._root_hub / address
        texts = {"manufacturer": maker, "product": name, "serial": serial}
        _write(
            folder,
            idVendor=vendor,
            idProduct=product,
            bDeviceClass=device_class,
            bConfigurationValue="1" if configured else "",
            busnum="1",
            devnum=str(self._count),
            speed=speed,
            removable=removable,
            **{file: text for file, text in texts.items() if text},
        )
        self._link(folder)
        for number, (kind, subclass, protocol, told) in enumerate(interfaces):
            part = folder / f"{address}:1.{number}"
            _write(
                part,
                bInterfaceClass=kind,
                bInterfaceSubClass=subclass,
                bInterfaceProtocol=protocol,
                **({"interface": told} if told else {}),
            )
            self._link(part)
        node = self.nodes / f"bus/usb/001/{self._count:03}"
        node.parent.mkdir(parents=True, exist_ok=True)
        node.touch()
        node.chmod(mode)
        return node

    def power(self, *, source: bool = True) -> None:
        """Something is plugged into the USB-C socket, which gives it power or takes some."""
        port = self.system / "class/typec/port0"
        _write(port, power_role="[source] sink" if source else "source [sink]")
        _write(port.with_name("port0-partner"), accessory_mode="none")

    def _link(self, folder: Path) -> None:
        target = Path("../../..") / folder.relative_to(self.system)
        (self._listed / folder.name).symlink_to(target)


def _write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text + "\n")
