"""``pair`` and ``connect``: phones that are checked without a cable."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import zip_longest

from audit.documents import phone_document
from audit.progress import Cancel, Progress
from audit.wireless import warning
from cli.output import print_json, say, warn
from cli.session import Session
from device import pairing
from device.adb import AdbServer
from device.pairing import Linked, Ticket, parse_address, parse_code

_DONE = 0
_BLOCKS = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
_BLACK_ON_WHITE, _AS_BEFORE = "\x1b[30;107m", "\x1b[0m"


def pair(session: Session, options: argparse.Namespace) -> int:
    """Pairs with the phone that scans a QR code or shows six digits."""
    report = partial(_tell, session)
    if options.qr:
        ticket = Ticket.new()

        def scan(server: AdbServer) -> Linked:
            return pairing.pair_by_scan(
                server, ticket, Cancel(), lambda at: _tell_scan(session, ticket, at)
            )

        return _link(session, scan)
    code, address = parse_code(options.code), parse_address(options.address)
    return _link(
        session, lambda server: pairing.pair_by_code(server, address, code, Cancel(), report)
    )


def connect(session: Session, options: argparse.Namespace) -> int:
    """Connects to a phone that is paired already."""
    address = parse_address(options.address)
    return _link(session, lambda server: pairing.connect(server, address, Cancel()))


def _link(session: Session, work: Callable[[AdbServer], Linked]) -> int:
    _ = session.wording.gettext
    server = AdbServer.from_environment()
    linked: Linked | None = None
    try:
        server.ensure_running()
        session.tell_own_port(server)
        linked = work(server)
    finally:
        # The link lasts as long as the server does.
        server.leave(keep=linked is not None or session.keep_adb)
    danger = warning(linked.phone, _)
    serial = linked.device.serial
    if session.json:
        print_json({"serial": serial, "phone": phone_document(linked.phone), "warning": danger})
        return _DONE
    name = linked.phone.title or _("an unknown phone")
    say(_("{phone} is connected over Wi-Fi as {serial}.").format(phone=name, serial=serial))
    if danger:
        say(danger)
    say(_("Switch wireless debugging off on the phone when you are done."))
    return _DONE


def _tell(session: Session, progress: Progress) -> None:
    _ = session.wording.gettext
    texts = {
        "scanning": _("Waiting for the phone to scan the code…"),
        "pairing": _("Pairing…"),
        "connecting": _("Paired. Looking for the phone in the network…"),
    }
    warn(texts[progress.what])


def _tell_scan(session: Session, ticket: Ticket, progress: Progress) -> None:
    if progress.what == "scanning":
        _ = session.wording.gettext
        print(drawn(ticket.squares()), file=sys.stderr)
        steps = _(
            "On the phone: developer options, “Wireless debugging”, “Pair device with QR code”. "
            "Hold it so that it sees the code."
        )
        warn(steps)
    _tell(session, progress)


def drawn(squares: Sequence[bytes]) -> str:
    """Two rows in a line of half blocks; black on white, whatever the terminal's colours are."""
    lines = []
    for upper, lower in zip_longest(squares[::2], squares[1::2], fillvalue=bytes(len(squares))):
        text = "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        lines.append(f"{_BLACK_ON_WHITE}{text}{_AS_BEFORE}")
    return "\n".join(lines)
