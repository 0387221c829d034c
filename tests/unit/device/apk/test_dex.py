"""Java packages of a dex file's classes, and what a hostile file can do: not be read."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from device.apk.dex import PARTS, java_packages
from device.apk.errors import ApkError
from device.apk.sources import Memory
from device.demo_phone.dex_file import dex_file

CLASSES = ("com.example.app.Main", "com.igexin.sdk.PushService", "a.b", "Bare")
#: Offsets of fields of the header.
FILE_SIZE, ORDER, STRINGS, TYPES, CLASS_DEFS = 32, 40, 56, 64, 96


def read(data: bytes) -> set[str]:
    return java_packages(Memory(data))


def with_number(data: bytes, offset: int, value: int) -> bytes:
    return data[:offset] + struct.pack("<I", value) + data[offset + 4 :]


def number_at(data: bytes, offset: int) -> int:
    found: int = struct.unpack_from("<I", data, offset)[0]
    return found


def test_packages_are_those_of_defined_classes_only() -> None:
    """``java.lang.Object``, which each extends, is mentioned but not defined."""
    assert read(dex_file(CLASSES)) == {"com.example.app", "com.igexin.sdk"}


def test_only_the_beginning_of_a_package_is_kept() -> None:
    long = "a1.b2.c3.d4.e5.f6.g7.h8.Some"
    assert read(dex_file([long])) == {".".join(long.split(".")[:PARTS])}


def test_a_name_longer_than_127_bytes_is_read_too() -> None:
    assert read(dex_file(["org.long." + "x" * 130 + ".Y"])) == {"org.long." + "x" * 130}


def test_a_name_that_never_ends_costs_nothing_but_itself() -> None:
    assert read(dex_file(["com." + "x" * 9000 + ".Y", "com.igexin.sdk.A"])) == {"com.igexin.sdk"}


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, 0),
        (4, 0x00313430),  # version 041
        (ORDER, 0x78563412),
        (FILE_SIZE, 1 << 30),
        (STRINGS, 0xFFFFFFFF),
        (STRINGS, 900_000),
        (STRINGS + 4, 0xFFFFFFF0),
        (TYPES, 70_000),
        (TYPES, 1),
        (TYPES + 4, 0x7FFFFFFF),
        (CLASS_DEFS, 60_000),
        (CLASS_DEFS + 4, 0x7FFFFFFF),
    ],
)
def test_a_header_that_lies_is_refused(place: int, value: int) -> None:
    with pytest.raises(ApkError):
        read(with_number(dex_file(CLASSES), place, value))


def test_references_that_lead_outside_are_refused() -> None:
    good = dex_file(CLASSES)
    for table in (STRINGS, TYPES, CLASS_DEFS):
        first = number_at(good, table + 4)
        with pytest.raises(ApkError):
            read(with_number(good, first, 0x7FFFFFFF))


def test_a_cut_file_is_refused() -> None:
    good = dex_file(CLASSES)
    for size in (0, 50, 111, 200, len(good) - 1):
        with pytest.raises(ApkError):
            read(good[:size])


@seed(7)
@settings(max_examples=300, database=None)
@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), min_size=1, max_size=8))
def test_broken_bytes_are_read_or_refused(broken: list[tuple[int, int]]) -> None:
    data = bytearray(dex_file(CLASSES))
    for place, value in broken:
        data[place % len(data)] = value
    try:
        found = read(bytes(data))
    except ApkError:
        return
    assert all(len(package) < 500 and package.isascii() for package in found)
