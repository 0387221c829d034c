"""The verbs about phones that shall be checked: which there are, and what they still need."""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Iterator
from typing import Any

from audit.advice import Advice, advice, needs_guide
from audit.guides import Guide, guide
from audit.messages import needs
from cli.output import print_json, say
from cli.session import Session
from db.errors import StoreError
from device.adb import AdbServer, Device
from device.connecting.facts import Facts
from device.connecting.observer import Observer
from device.connecting.situations import Level, Situation
from device.connecting.situations import diagnose as situations_of
from device.errors import NotReadyError

_DONE, _NOT_READY = 0, 3
#: Seconds that adb may take to find the phones, once it has just been started.
_SETTLING, _POLL = 4.0, 0.25


def devices(session: Session, _options: argparse.Namespace) -> int:
    """Phones that adb sees, and what each still needs."""
    with _server(session) as server:
        server.ensure_running()
        session.tell_own_port(server)
        facts = _observe(session, server)
        found = situations_of(facts)
        listed = [_device(session, server, device, found) for device in facts.devices]
    if session.json:
        print_json(listed)
        return _DONE
    if not listed:
        say(session.wording.gettext("No phone is connected."))
    for entry in listed:
        name = " ".join(filter(None, (entry["manufacturer"], entry["model"])))
        android = f"Android {entry['android']}" if entry["android"] else ""
        say("  ".join(filter(None, (entry["serial"], entry["state"], name, android))))
        _say_needs(entry)
    for one in found:
        # Hints matter to those who cannot go on; everything about a listed phone stands above.
        if one.serial is None and (not listed or one.level < Level.HINT):
            _say_situation(session, one)
    return _DONE


def _say_needs(entry: dict[str, Any]) -> None:
    if not entry["needs"]:
        return
    say(f"    {entry['needs']}")
    for number, step in enumerate(entry["steps"], 1):
        _say_step(number, step, "    ")


def _device(
    session: Session, server: AdbServer, device: Device, found: tuple[Situation, ...]
) -> dict[str, Any]:
    from device.identity import phone_of  # noqa: PLC0415 -- loads adbutils

    known = phone_of(server, device) if device.ready else None
    own = next(one for one in found if one.serial == device.serial)
    return {
        "serial": device.serial,
        "state": device.state,
        "ready": device.ready,
        "manufacturer": known.manufacturer if known else None,
        "name": known.name if known else None,
        "model": known.model if known else device.model,
        "android": known.android if known else None,
        "needs": needs(device.state, session.wording.gettext, wireless=device.wireless) or None,
        "situation": own.code,
        "steps": [] if device.ready else [str(step) for step in _advice(session, own).steps],
    }


def diagnose(session: Session, _options: argparse.Namespace) -> int:
    """Why no phone can be checked; the exit code says whether one can."""
    with _server(session) as server:
        trouble: NotReadyError | None = None
        try:
            server.ensure_running()
        except NotReadyError as error:
            trouble = error
        found = situations_of(_observe(session, server, trouble))
    if session.json:
        print_json({"situations": [_document(session, one) for one in found]})
    else:
        for one in found:
            _say_situation(session, one)
    return _DONE if any(one.level is Level.READY for one in found) else _NOT_READY


def _document(session: Session, one: Situation) -> dict[str, Any]:
    words = _advice(session, one)
    return {
        "code": one.code,
        "level": one.level.name.lower(),
        "serial": one.serial,
        "title": words.title,
        "text": words.text,
        "steps": [str(step) for step in words.steps],
    }


def _advice(session: Session, one: Situation) -> Advice:
    return advice(one.code, one.values, session.wording.language)


def _say_situation(session: Session, one: Situation) -> None:
    words = _advice(session, one)
    say(words.title)
    say(f"    {words.text}")
    for number, step in enumerate(words.steps, 1):
        _say_step(number, str(step), "    ")
    if needs_guide(one.code):
        _say_guide(guide(one.guide, session.wording.language))


def _say_guide(told: Guide) -> None:
    for variant in told.variants:
        say(f"    {told.name}, {variant.name}:")
        for step in variant.steps:
            say(f"       {step}")
        for note in variant.notes:
            say(f"       {note}")


def _say_step(number: int, text: str, indent: str) -> None:
    first, *rest = text.splitlines()
    say(f"{indent}{number}. {first}")
    for line in rest:
        say(f"{indent}       {line}")


@contextlib.contextmanager
def _server(session: Session) -> Iterator[AdbServer]:
    """The adb server to ask; one that the command starts ends with it."""
    if session.demo:
        with session.demo_phone() as (demo, _serial):
            yield demo
        return
    server = AdbServer.from_environment()
    try:
        yield server
    finally:
        server.leave(keep=session.keep_adb)


def _observe(session: Session, server: AdbServer, trouble: NotReadyError | None = None) -> Facts:
    end = time.monotonic() + (_SETTLING if server.started_here else 0)
    devices = () if trouble is not None else server.devices()
    # A server that has just been started takes a moment to find what is plugged in.
    while trouble is None and not devices and time.monotonic() < end:
        time.sleep(_POLL)
        devices = server.devices()
    return Observer(known=_known(session)).observe(server, devices, trouble)


def _known(session: Session) -> frozenset[str]:
    """The phones that were checked before; none where there is no database to ask."""
    with contextlib.suppress(StoreError), session.store(create=False) as store:
        return frozenset(
            record.phone.serial for record in store.phones() if record.phone.serial is not None
        )
    return frozenset()
