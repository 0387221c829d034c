"""Every real answer of ``dumpsys package`` at hand, read twice: by the parser and plainly.

The plain reading below shares nothing with the parser: it cuts the text with regular expressions.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from device.parsers.assemble import build_apps
from device.parsers.package_dump import parse_packages

_ROOT = Path(__file__).resolve().parents[2]
_FOLDER = Path(
    os.environ.get("PERMISSION_CHECKUP_RECORDINGS", _ROOT.parent / "shared" / "recordings")
)
_BLOCK = re.compile(r"^ *Package \[\S+\] \([0-9a-f]+\):\r?$", re.MULTILINE)

Grants = dict[str, tuple[str, bool, tuple[str, ...]]]


@dataclass(frozen=True)
class Plain:
    version_name: str | None
    version_code: int
    target_sdk: int
    permissions: Grants


def _text(path: Path) -> str:
    data = path.read_bytes()
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    text = re.sub(r"\r+\n", "\n", data.decode(encoding, "replace"))
    if "\n  Packages:\n" in text:  # one tool indents the whole answer
        text = re.sub(r"^  ", "", text, flags=re.MULTILINE)
    return text


def _recordings() -> list[Path]:
    if not _FOLDER.is_dir():
        return []
    files = (path for path in sorted(_FOLDER.glob("*/*")) if path.suffix in {".txt", ".md"})
    return [path for path in files if _BLOCK.search(_text(path))]


_RECORDINGS = _recordings()
_COPIES = "\nHidden system packages:\n"
_needs_recordings = pytest.mark.skipif(
    not _RECORDINGS, reason=f"no recordings of dumpsys package in {_FOLDER}"
)


def _over(recordings: list[Path]) -> pytest.MarkDecorator:
    missing = pytest.param(Path(), id="none", marks=_needs_recordings)
    found = [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in recordings]
    return pytest.mark.parametrize("path", found or [missing])


def _section(text: str, title: str) -> str:
    start = re.search(rf"^{title}:\n", text, re.MULTILINE)
    if start is None:
        return ""
    end = re.search(r"^\S", text[start.end() :], re.MULTILINE)
    return text[start.end() :][: end.start() if end else None]


def _grants(block: str, heading: str, indent: int, kind: str, user: int) -> Grants:
    found: Grants = {}
    everyone: Grants = {}
    lists = re.findall(rf"^{heading}\n((?: {{{indent}}}.*\n)*)", block, re.MULTILINE)
    for line in "".join(lists).splitlines():
        match = re.match(r" *(\S+): granted=(\w+)", line)
        assert match, line
        flags = re.search(r"flags=\[(.*)\]", line)
        words = tuple(re.findall(r"\w+", flags[1])) if flags else ()
        only = re.search(r"userId=(\d+)", line)
        state = (kind, match[2] == "true", words)
        if only is None:
            everyone[match[1]] = state
        elif int(only[1]) == user:
            found[match[1]] = state
    return everyone | found


def _users(block: str) -> dict[int, str]:
    parts = re.split(r"^    User (\d+):", block, flags=re.MULTILINE)
    return {int(parts[at]): parts[at + 1] for at in range(1, len(parts) - 1, 2)}


def _both_lists(block: str, user: int) -> Grants:
    head = re.split(r"^    User \d+:", block, flags=re.MULTILINE)[0]
    install = _grants(head, "    install permissions:", 6, "install", user)
    own = _users(block).get(user, "")
    return install | _grants(own, "      runtime permissions:", 8, "runtime", user)


def _plain_reading(text: str) -> dict[tuple[str, int], Plain]:
    packages = _section(text, "Packages") or text[text.index("  Package [") :]
    shared = re.split(r"^  SharedUser \[", _section(text, "Shared users"), flags=re.MULTILINE)[1:]
    found = {}
    for block in re.split(r"^  Package \[", packages, flags=re.MULTILINE)[1:]:
        name = block[: block.index("]")]
        number = re.search(r"^    (?:userId|appId)=(\d+)$", block, re.MULTILINE)
        version = re.search(r"^    versionCode=(\d+).* targetSdk=(\d+)$", block, re.MULTILINE)
        called = re.search(r"^    versionName=(.*)$", block, re.MULTILINE)
        assert number, name
        assert version, name
        same = rf"^    (?:userId|appId)={number[1]}$"
        together = [one for one in shared if re.search(same, one, re.MULTILINE)]
        for user, lines in _users(block).items():
            if " installed=true " not in lines.split("\n", 1)[0]:
                continue
            permissions: Grants = {}
            for one in [*together, block]:
                permissions |= _both_lists(one, user)
            found[name, user] = Plain(
                None if called is None or called[1] == "null" else called[1],
                int(version[1]),
                int(version[2]),
                permissions,
            )
    return found


def _asked_only(text: str) -> set[str]:
    """Names under any list of requested permissions or of apps that ask for an app-op."""
    lists = re.findall(r"^    requested permissions:\n((?:      .*\n)*)", text, re.MULTILINE)
    names = {line.split(":")[0].strip() for line in "".join(lists).splitlines()}
    return names | set(re.findall(r"^  AppOp Permission (.*):$", text, re.MULTILINE))


@_over(_RECORDINGS)
def test_every_block_for_every_user_says_what_the_text_says(path: Path) -> None:
    text = _text(path)
    plain = _plain_reading(text)
    asked = _asked_only(text)
    apps = {
        (app.package, app.user): app
        for app in build_apps(parse_packages([path.read_bytes()]), None, None, None)
    }
    assert apps.keys() == plain.keys()
    for key, expected in plain.items():
        app = apps[key]
        stated = {
            one.name: (str(one.kind), one.granted, one.flags)
            for one in app.permissions
            if one.name in expected.permissions
        }
        read = Plain(app.version_name, app.version_code or 0, app.target_sdk or 0, stated)
        assert read == expected, key
        for one in app.permissions:
            if one.name not in expected.permissions:
                assert one.name in asked, (key, one)
                assert (one.granted, one.flags, one.requested) == (False, (), True), (key, one)


@_over(_RECORDINGS)
def test_nearly_every_line_is_known(
    path: Path, record_property: Callable[[str, object], None]
) -> None:
    dump = parse_packages([path.read_bytes()])
    record_property("unknown lines", dump.unknown_samples)
    assert dump.unknown_lines <= 1 + _text(path).count("\n") // 1000, dump.unknown_samples


@_over([path for path in _RECORDINGS if _COPIES in _text(path)])
def test_factory_copies_change_nothing(path: Path) -> None:
    text = _text(path)
    factory = _section(text, "Hidden system packages")
    assert factory
    with_copies = parse_packages([text.encode()])
    without = parse_packages([text.replace(factory, "\n").encode()])
    assert with_copies.packages == without.packages
    assert with_copies.shared_users == without.shared_users


@_over(_RECORDINGS)
def test_small_pieces_give_the_same(path: Path) -> None:
    data = path.read_bytes()
    pieces = [data[start : start + 4093] for start in range(0, len(data), 4093)]
    assert parse_packages(pieces) == parse_packages([data])
