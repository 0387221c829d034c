"""The faults of a phone, each as a ``Trial``."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from random import Random

from device.demo_phone import Faults
from tests.faults.bench import Bench, Change, Trial

PIECE = 64 * 1024
LARGE = 200 * 1024 * 1024

#: A phone's clock may be wrong, and so may be what it noted by it: kept as told, and no news.
_BELIEVABLE = {"dates out of range", "the phone's clock", "numbers out of range"}
#: Bytes changed within a name make another name: nobody can tell that from what a phone may say,
#: and adb's packets have checks of their own. It is told; the next good check takes it back.
_LIES = {"bytes changed", "negative numbers", "halves interleaved", "another user's answer"}

Text = Callable[[bytes], bytes | Iterator[bytes]]

_NUMBER = re.compile(rb"(?<!versionName=)(?<![\w.-])\d+(?![\w.-])")
_DATE = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def trials(bench: Bench, *, drops: int, hangs: int) -> Iterator[Trial]:
    """Every fault; ``drops`` places to unplug the phone at and ``hangs`` for each command."""
    yield from unplugged(bench, drops)
    yield from hanging(bench, hangs)
    yield from trickling(bench)
    yield from _on_each(bench, texts())
    yield from swapped(bench)
    yield from endless(bench)


def unplugged(bench: Bench, places: int) -> Iterator[Trial]:
    """At the first and last bytes of every answer and evenly in between."""
    yield from (
        Trial("unplugged in the middle", f"{place} of {name}", (_drop(line, place),))
        for line, name, place in _places(bench, places)
    )


def hanging(bench: Bench, places: int) -> Iterator[Trial]:
    yield from (
        Trial("silent from then on", f"{place} of {name}", (_hang(line, place),), idle=0.4)
        for line, name, place in _places(bench, places)
    )


def trickling(bench: Bench) -> Iterator[Trial]:
    """One byte a second: never silent for long, and never done."""
    for line in bench.commands:
        slow = Faults(_exactly(line), bytes_per_second=1)
        yield Trial("one byte a second", _short(line), (slow,), idle=2, timeout=4)


def texts() -> Iterator[tuple[str, str, Text]]:
    """Ways in which an answer may be other than it should."""
    yield "CRLF", "", lambda text: text.replace(b"\n", b"\r\n")
    yield "CRLF", "of a terminal twice", lambda text: text.replace(b"\n", b"\r\r\n")
    yield "NULs", "after each line", lambda text: text.replace(b"\n", b"\0\n")
    yield "NULs", "before each line", lambda text: b"\0" + text.replace(b"\n", b"\n\0")
    for bad in (b"\xff\xfe\xc3", b"\xed\xa0\x80", b"\xf8"):
        yield "invalid UTF-8", f"lines of {bad.hex()}", _with_lines_of(bad)
    for seed in range(4):
        yield "bytes changed", f"to NULs, {seed}", _overwritten(seed, b"\0")
        yield "bytes changed", f"to invalid UTF-8, {seed}", _overwritten(seed, b"\xff\xfe\xc3")
        yield "bytes changed", f"to noise, {seed}", _noise(seed)
    yield "nothing at all", "empty", lambda _: b""
    yield "nothing at all", "blank lines", lambda _: b"\n\n\n"
    yield "nothing at all", "an exception", lambda _: b"java.lang.RuntimeException: no\n"
    yield "repeated", "twice", lambda text: text + text
    yield "repeated", "one half again", lambda text: text + text[: len(text) // 2]
    yield (
        "repeated",
        "each line",
        lambda text: b"".join(line * 2 for line in text.splitlines(keepends=True)),
    )
    yield "halves interleaved", "", _interleaved
    yield "negative numbers", "all", _replaced(_NUMBER, b"-1")
    yield "negative numbers", "some", _replaced(_NUMBER, b"-1", every=50)
    for number in (b"9" * 19, b"9" * 5000):
        label = number.decode() if len(number) < 20 else f"{len(number)} digits"
        if len(number) < 20:
            yield "numbers out of range", f"all {label}", _replaced(_NUMBER, number)
        yield "numbers out of range", f"some {label}", _replaced(_NUMBER, number, every=50)
    for date in (b"1970-01-01 00:00:00", b"2100-01-01 00:00:00", b"0001-01-01 00:00:00"):
        yield "dates out of range", date.decode(), _replaced(_DATE, date)
    yield "dates out of range", "9999", _replaced(_DATE, b"9999-12-31 23:59:59")
    for clock in (b"0", b"4102444800", b"-62135596800", b"253402300799", b"9" * 12):
        yield "the phone's clock", clock.decode(), _clock(clock)
    yield "twice in a list", "apps, the second one with more", _twice_with_more
    yield "twice in a list", "users", _users_twice


def swapped(bench: Bench) -> Iterator[Trial]:
    """Each question answered with the answer to each other."""
    answers = bench.programs()
    for asked, told in itertools.permutations(answers, 2):
        label = f"{_short(asked)} answered with {_short(told)}"
        same = asked.startswith("settings") and told.startswith("settings")
        kind = "another user's answer" if same else "another question's answer"
        change = _only(asked, _saying(answers[told]))
        yield Trial(kind, label, change=change, lie=same)


def endless(bench: Bench) -> Iterator[Trial]:
    """200 MB of everything that a reader may choke on."""
    for line, output in bench.programs().items():
        for label, unit in (
            ("without a line end", b"A" * PIECE),
            ("blank lines", b"\n" * PIECE),
            ("words", b"x=y\n" * (PIECE // 4)),
            ("itself", output or b"\n"),
        ):
            change = _only(line, _repeating(unit))
            yield Trial("200 MB", f"{label}: {_short(line)}", change=change)


def sample(found: Sequence[Trial], count: int, seed: int) -> list[Trial]:
    """``count`` of them, some of every kind."""
    kinds: dict[str, list[Trial]] = {}
    for one in found:
        kinds.setdefault(one.kind, []).append(one)
    random = Random(seed)  # noqa: S311 -- the same ones each time
    share = max(1, count // len(kinds))
    return [one for some in kinds.values() for one in random.sample(some, min(share, len(some)))]


def _places(bench: Bench, wanted: int) -> Iterator[tuple[str, str, int]]:
    """Places in the answers of all trips, by the line of the trip: as many for each."""
    sizes = bench.sizes()
    share = max(4, wanted // len(sizes))
    for line, size in sizes.items():
        inner = max(1, share - 4)
        between = {size * step // inner for step in range(1, inner)}
        for place in sorted({0, 1, size - 1, size, *between}):
            if 0 <= place <= size:
                yield line, _short(line), place


def _on_each(bench: Bench, ways: Iterator[tuple[str, str, Text]]) -> Iterator[Trial]:
    """Each of the texts in place of each program's answer, where it changes that."""
    answers = bench.programs()
    for kind, label, text in ways:
        for line, output in answers.items():
            if text(output[:PIECE]) != output[:PIECE]:
                yield Trial(
                    kind,
                    f"{label}: {_short(line)}",
                    change=_only(line, text),
                    believable=kind in _BELIEVABLE,
                    lie=kind in _LIES,
                )


def _exactly(line: str) -> str:
    """Matches the line, whatever mark the chain has this time."""
    return "^" + re.sub(r"@@[0-9a-f]{16}", "@@[0-9a-f]{16}", re.escape(line)) + "$"


def _short(line: str) -> str:
    return line[:40]


def _drop(line: str, place: int) -> Faults:
    return Faults(_exactly(line), drop_after=place)


def _hang(line: str, place: int) -> Faults:
    return Faults(_exactly(line), hang_after=place)


def _only(asked: str, text: Text) -> Change:
    return lambda line, output: text(output) if line == asked else output


def _saying(text: bytes) -> Text:
    return lambda _: text


def _repeating(unit: bytes) -> Text:
    return lambda _: itertools.repeat(unit, LARGE // len(unit))


def _overwritten(seed: int, bad: bytes) -> Text:
    return _at_places(seed, lambda _: bad)


def _with_lines_of(bad: bytes) -> Text:
    """Something else that writes to the same place: a line of rubbish among every hundred."""

    def text(output: bytes) -> bytes:
        lines = output.splitlines(keepends=True)
        return b"".join(
            line + (bad + b"\n") * (number % 100 == 99) for number, line in enumerate(lines)
        )

    return text


def _noise(seed: int) -> Text:
    return _at_places(seed, lambda random: random.randbytes(8))


def _at_places(seed: int, bad: Callable[[Random], bytes]) -> Text:
    def text(output: bytes) -> bytes:
        random = Random(seed)  # noqa: S311 -- the same ones each time
        changed = bytearray(output)
        for _ in range(1 + len(output) // 20_000):
            place, piece = random.randrange(len(changed) or 1), bad(random)
            changed[place : place + len(piece)] = piece
        return bytes(changed)

    return text


def _interleaved(output: bytes) -> bytes:
    lines = output.splitlines(keepends=True)
    middle = len(lines) // 2
    return b"".join(
        one + other
        for one, other in itertools.zip_longest(lines[:middle], lines[middle:], fillvalue=b"")
    )


def _replaced(pattern: re.Pattern[bytes], by: bytes, every: int = 1) -> Text:
    def text(output: bytes) -> bytes:
        count = itertools.count()
        return pattern.sub(lambda match: match[0] if next(count) % every else by, output)

    return text


def _clock(told: bytes) -> Text:
    return lambda output: told + b"\n" if re.fullmatch(rb"\d{10}\n", output) else output


def _twice_with_more(output: bytes) -> bytes:
    """Every app once more, with all that it was refused granted."""
    start = output.find(b"\n  Package [")
    end = output.find(b"\n\n", start)
    block = output[start : end + 1] if end > 0 else output[start:]
    if start < 0:
        return output
    more = block.replace(b"granted=false", b"granted=true")
    return output.replace(block, block + more[1:], 1)


def _users_twice(output: bytes) -> bytes:
    lines = output.splitlines(keepends=True)
    return b"".join(
        line * 2 if re.match(rb"\s+(UserInfo\{|User \d+:)", line) else line for line in lines
    )
