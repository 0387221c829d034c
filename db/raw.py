r"""The phone's raw answers, each piece of text once.

An answer is cut into blocks where its lines begin something new (an app, a uid, a section), so that
an app that did not change is not kept again. What differs in every answer of the same phone, the
age of each use (``(-1d2h3m4s567ms)``) and Android's passing object numbers (``(8f3d2a1)``), is
lifted out into a block of its own; a NUL stands in its place. Put together again, an answer is what
the phone sent, to the byte, or ``DamagedError`` says that it is not.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, select

from audit.model import RawAnswer
from db import codec, tables
from db.batches import batches
from db.codec import BadRecordError

# One pattern for each bracket, and the line's end in place of "^": a search for a letter that is
# known beforehand is some ten times as fast.
_VARYING = [
    re.compile(rb"\%b(?:[-+][0-9dhms]+\)|[0-9a-f]{5,8}[) ])" % bracket) for bracket in (b"(", b"{")
]
_GAP = b"\0"
_BLOCK_END = re.compile(rb"\n(?=  (?:\S[^\n\[]*\[|Uid )|\S)")
_SMALL, _LARGE = 1024, 8192


def save(connection: Connection, snapshot_id: int, answers: Sequence[RawAnswer]) -> None:
    digests = [hashlib.sha256(answer.data).digest() for answer in answers]
    texts = _texts(connection, dict(zip(digests, (a.data for a in answers), strict=True)))
    rows = [
        {
            "snapshot_id": snapshot_id,
            "number": number,
            "command": answer.command,
            "read_at": codec.micros(answer.read_at),
            "text_id": texts[digest],
            "missing": answer.missing,
        }
        for number, (answer, digest) in enumerate(zip(answers, digests, strict=True))
    ]
    connection.execute(insert(tables.raw_answer), rows)


def load(connection: Connection, snapshot_id: int) -> list[RawAnswer]:
    """The answers in the order in which they were asked for; BadRecordError for a damaged one."""
    answer, text = tables.raw_answer.c, tables.raw_text.c
    query = (
        select(answer.command, answer.read_at, answer.missing, text.digest, text.blocks)
        .join_from(tables.raw_answer, tables.raw_text)
        .where(answer.snapshot_id == snapshot_id)
        .order_by(answer.number)
    )
    blocks = Blocks(connection)
    return [
        RawAnswer(
            row.command, blocks.text(row.blocks, row.digest), codec.moment(row.read_at), row.missing
        )
        for row in connection.execute(query).all()
    ]


def asked(connection: Connection, snapshot_id: int) -> list[str]:
    """What was asked for, by the commands' names, where the answers are kept."""
    answer = tables.raw_answer.c
    query = select(answer.command).where(answer.snapshot_id == snapshot_id).order_by(answer.number)
    return list(connection.scalars(query))


def listed(
    connection: Connection, numbers: Iterable[int] | None = None
) -> dict[int, list[list[Any]]]:
    """By check what its answers are, by their digests."""
    answer, text = tables.raw_answer.c, tables.raw_text.c
    query = (
        select(tables.raw_answer, text.digest, text.size)
        .outerjoin_from(tables.raw_answer, tables.raw_text)
        .order_by(answer.snapshot_id, answer.number)
    )
    if numbers is not None:
        query = query.where(answer.snapshot_id.in_(list(numbers)))
    found: dict[int, list[list[Any]]] = {}
    for row in connection.execute(query):
        digest = row.digest.hex() if row.digest else None
        values = [row.number, row.command, row.read_at, digest, row.size, row.missing]
        found.setdefault(row.snapshot_id, []).append(values)
    return found


def drop(connection: Connection, numbers: Iterable[int]) -> None:
    """Forgets the answers of these checks, and what only they had."""
    for some in batches(numbers):
        answers = tables.raw_answer
        connection.execute(delete(answers).where(answers.c.snapshot_id.in_(some)))
    sweep(connection)


def sweep(connection: Connection) -> None:
    text, block = tables.raw_text, tables.raw_block
    used = exists().where(tables.raw_answer.c.text_id == text.c.id)
    if not connection.execute(delete(text).where(~used)).rowcount:
        return
    kept: set[int] = set()
    for packed in connection.scalars(select(text.c.blocks)):
        kept.update(_unpack(packed))
    left = [number for number in connection.scalars(select(block.c.id)) if number not in kept]
    for some in batches(left):
        connection.execute(delete(block).where(block.c.id.in_(some)))


def texts(connection: Connection) -> int:
    """How many different answers are kept."""
    return connection.scalar(select(func.count()).select_from(tables.raw_text)) or 0


def damaged(connection: Connection, step: Callable[[], None]) -> list[int]:
    """The checks that have an answer which is not what was saved; calls ``step`` for each text."""
    answer, text = tables.raw_answer.c, tables.raw_text.c
    blocks = Blocks(connection)
    bad: list[int] = []
    for row in connection.execute(select(tables.raw_text)).all():
        step()
        if not blocks.whole(row.blocks, row.digest, row.size):
            bad.append(row.id)
    numbers: set[int] = set()
    for some in batches(bad):
        numbers.update(
            connection.scalars(select(answer.snapshot_id).where(answer.text_id.in_(some)))
        )
    missing = select(answer.snapshot_id).where(~exists().where(text.id == answer.text_id))
    return sorted(numbers.union(connection.scalars(missing)))


def sizes(connection: Connection, phone_key: str) -> dict[int, int]:
    """By check of a phone how many bytes its answers had; none for one without answers."""
    number = tables.raw_answer.c.snapshot_id
    query = (
        select(number, func.sum(tables.raw_text.c.size))
        .join_from(tables.raw_answer, tables.raw_text)
        .join(tables.snapshot)
        .join(tables.phone)
        .where(tables.phone.c.key == phone_key)
        .group_by(number)
    )
    return {number: int(size) for number, size in connection.execute(query)}


def size(connection: Connection) -> int:
    """Bytes that the answers take, compressed."""
    return int(connection.scalar(select(func.sum(func.length(tables.raw_block.c.body)))) or 0)


class Blocks:
    """Blocks by their id, unpacked; neighbouring texts share most of them."""

    _MOST = 64 * 1024 * 1024

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kept: dict[int, list[bytes]] = {}  # split at the gaps
        self._size = 0

    def text(self, packed: bytes, digest: bytes) -> bytes:
        """The text of these blocks; BadRecordError when it is not the one of ``digest``."""
        text = b"".join(self._pieces(packed))
        if hashlib.sha256(text).digest() != digest:
            raise BadRecordError("an answer of the phone is not what was saved")
        return text

    def whole(self, packed: bytes, digest: bytes, size: int) -> bool:
        """Whether these blocks are the text of ``digest``; never holds all of it."""
        found, length = hashlib.sha256(), 0
        try:
            for piece in self._pieces(packed):
                found.update(piece)
                length += len(piece)
        except BadRecordError:
            return False
        return (found.digest(), length) == (digest, size)

    def _pieces(self, packed: bytes) -> Iterator[bytes]:
        """The text block by block, its gaps filled."""
        if self._size > self._MOST:
            self._kept.clear()
            self._size = 0
        gaps, *numbers = _unpack(packed) or [0]
        self._read([number for number in (gaps, *numbers) if number not in self._kept])
        try:
            pieces = [self._kept[number] for number in numbers]
            found = iter(self._kept[gaps][0].split(b"\n") if gaps else ())
        except KeyError as error:
            raise BadRecordError(f"a piece of an answer is gone: {error}") from error
        for piece in pieces:
            yield _filled(piece, found) if gaps else _GAP.join(piece)
        if next(found, None) is not None:
            raise BadRecordError("the pieces of an answer do not fit together")

    def _read(self, numbers: Sequence[int]) -> None:
        block = tables.raw_block.c
        for some in batches(numbers):
            query = select(block.id, block.body, block.digest).where(block.id.in_(some))
            for number, body, digest in self._connection.execute(query):
                text = _inflate(body)
                if hashlib.sha256(text).digest() != digest:
                    raise BadRecordError("a piece of an answer is not what was saved")
                self._kept[number] = text.split(_GAP)
                self._size += len(text)


def _texts(connection: Connection, data: Mapping[bytes, bytes]) -> dict[bytes, int]:
    table = tables.raw_text
    query = select(table.c.digest, table.c.id).where(table.c.digest.in_(list(data)))
    known = {row.digest: row.id for row in connection.execute(query)}
    for digest, text in data.items():
        if digest not in known:
            pieces, gaps = _cut(text)
            ids = _block_ids(connection, [*pieces, *gaps])
            packed = _pack([ids[-1] if gaps else 0, *ids[: len(pieces)]])
            values = {"digest": digest, "size": len(text), "blocks": packed}
            added = insert(table).returning(table.c.id).values(values)
            known[digest] = connection.scalars(added).one()
    return known


def _block_ids(connection: Connection, pieces: Sequence[bytes]) -> list[int]:
    table = tables.raw_block
    digests = [hashlib.sha256(piece).digest() for piece in pieces]
    known: dict[bytes, int] = {}
    for some in batches(digests):
        query = select(table.c.digest, table.c.id).where(table.c.digest.in_(some))
        known.update({row.digest: row.id for row in connection.execute(query)})
    new = {d: piece for d, piece in zip(digests, pieces, strict=True) if d not in known}
    if new:
        rows = [{"digest": d, "body": _deflate(piece)} for d, piece in new.items()]
        added = insert(table).returning(table.c.digest, table.c.id)
        known.update({row.digest: row.id for row in connection.execute(added, rows)})
    return [known[digest] for digest in digests]


def _cut(text: bytes) -> tuple[list[bytes], list[bytes]]:
    """The blocks, and the one of what varies where there is such a thing."""
    found: list[tuple[int, int]] = []
    if _GAP not in text:
        found = sorted(match.span() for kind in _VARYING for match in kind.finditer(text))
    if not found:
        return list(_blocks(text)), []
    begins, ends = zip(*found, strict=True)
    constant = zip((0, *ends), (*begins, len(text)), strict=True)
    blocks = _blocks(_GAP.join([text[begin:end] for begin, end in constant]))
    return list(blocks), [b"\n".join([text[begin:end] for begin, end in found])]


def _filled(piece: Sequence[bytes], found: Iterator[bytes]) -> bytes:
    first, *rest = piece
    gaps = itertools.islice(found, len(rest))
    try:
        return first + b"".join(itertools.chain.from_iterable(zip(gaps, rest, strict=True)))
    except ValueError as error:
        raise BadRecordError("the pieces of an answer do not fit together") from error


def _blocks(text: bytes) -> Iterator[bytes]:
    """Cut by content, so that what is added or gone in one place moves no cut elsewhere."""
    begin = 0
    for match in _BLOCK_END.finditer(text):
        end = match.end()
        head = text[end : end + 80].partition(b"\n")[0]
        if end - begin >= _LARGE or (end - begin >= _SMALL and zlib.crc32(head) % 4 == 0):
            yield text[begin:end]
            begin = end
    if begin < len(text):
        yield text[begin:]


def _pack(numbers: Sequence[int]) -> bytes:
    return _deflate(struct.pack(f"<{len(numbers)}I", *numbers))


def _unpack(packed: bytes) -> list[int]:
    raw = _inflate(packed)
    if len(raw) % 4:
        raise BadRecordError("a list of pieces is cut")
    return list(struct.unpack(f"<{len(raw) // 4}I", raw))


def _deflate(text: bytes) -> bytes:
    packed = zlib.compress(text)
    # zlib does not look at the bits that fill its last byte up, nor at what follows.
    return packed + zlib.crc32(packed).to_bytes(4, "little")


def _inflate(packed: bytes) -> bytes:
    # A changed bit may make a number of what was bytes.
    whole = isinstance(packed, bytes) and (
        zlib.crc32(packed[:-4]).to_bytes(4, "little") == packed[-4:]
    )
    if not whole:
        raise BadRecordError("a piece of an answer is not what was saved")
    try:
        return zlib.decompress(packed[:-4])
    except zlib.error as error:
        raise BadRecordError(f"a piece of an answer cannot be unpacked: {error}") from error
