from __future__ import annotations

import codecs
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.parsers.lines import Lines, text_lines


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", []),
        (b"\n", [""]),
        (b"one\ntwo\n", ["one", "two"]),
        (b"one\r\ntwo\r\r\n", ["one", "two"]),
        (b"one\rstill one\n", ["one\rstill one"]),
        (b"one\n\n  two", ["one", "", "  two"]),
        ("Größe 权限\n".encode(), ["Größe 权限"]),
        (b"\xef\xbb\xbfPackages:\n", ["Packages:"]),
        (b"bad \xff byte\n", ["bad � byte"]),
        (b"nul\0 inside\n\0", ["nul inside"]),
        (codecs.BOM_UTF16_LE + "权限\r\nb\r\n".encode("utf-16-le"), ["权限", "b"]),
        (codecs.BOM_UTF16_BE + "权限\r\nb\r\n".encode("utf-16-be"), ["权限", "b"]),
        (codecs.BOM_UTF16_LE + b"a", ["�"]),
    ],
)
def test_lines_in_one_piece_and_byte_by_byte(data: bytes, lines: list[str]) -> None:
    assert list(text_lines([data])) == lines
    assert list(text_lines(data[at : at + 1] for at in range(len(data)))) == lines


@given(st.text(alphabet="a权\r\n \0𝄞", max_size=60), st.integers(1, 9))
def test_pieces_make_no_difference(text: str, size: int) -> None:
    data = text.encode()
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert list(text_lines(pieces)) == list(text_lines([data]))


def test_tells_whether_the_last_line_was_whole() -> None:
    whole, cut = Lines([b"one\ntwo\n"]), Lines([b"one\ntw"])
    assert [line for lines in whole for line in lines] == ["one", "two"]
    assert [line for lines in cut for line in lines] == ["one", "tw"]
    assert not whole.cut
    assert cut.cut


def test_reads_no_further_than_it_must() -> None:
    taken = []

    def chunks() -> Iterator[bytes]:
        for number in range(1000):
            taken.append(number)
            yield b"line\n" * 10

    lines = text_lines(chunks())
    for _ in range(5):
        assert next(lines) == "line"
    assert len(taken) < 5


def test_one_huge_chunk_is_delivered_in_parts() -> None:
    lists = list(Lines([b"0123456789\n" * 100_000]))
    assert sum(len(lines) for lines in lists) == 100_000
    assert max(len(lines) for lines in lists) < 10_000


def test_one_huge_line() -> None:
    assert [len(line) for line in text_lines([b"x" * 65536] * 300)] == [300 * 65536]
