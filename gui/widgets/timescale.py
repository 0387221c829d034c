"""From time to pixels, and which of many bars and ticks are worth painting."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from gui.models.history import Bar, Track

#: No bar is narrower, in pixels.
LEAST = 3.0


@dataclass(frozen=True, slots=True)
class Scale:
    """``seconds`` from ``begin`` on (since the epoch) fill ``width`` pixels from ``left`` on."""

    begin: float
    seconds: float
    left: float
    width: float

    @property
    def end(self) -> float:
        return self.begin + self.seconds

    @property
    def step(self) -> float:
        """Seconds in a pixel."""
        return self.seconds / self.width

    def x(self, at: float) -> float:
        return self.left + (at - self.begin) / self.seconds * self.width

    def time(self, x: float) -> float:
        return self.begin + (x - self.left) / self.width * self.seconds


@dataclass(frozen=True, slots=True)
class Drawn:
    """A track with what painting looks up often; bars by their beginning."""

    track: Track
    bars: tuple[Bar, ...]
    starts: list[float]
    ranks: list[int]
    used: list[float]

    @classmethod
    def of(cls, track: Track) -> Drawn:
        bars = tuple(sorted(track.bars, key=lambda bar: bar.start))
        return cls(
            track,
            bars,
            [bar.start.timestamp() for bar in bars],
            [bar.state.rank if bar.state is not None else -1 for bar in bars],
            [at.timestamp() for at in track.used],
        )

    def visible(self, scale: Scale) -> Iterator[tuple[int, float, float]]:
        """Bars to paint and from where to where; of those in one pixel the last and the widest."""
        starts, step, end = self.starts, scale.step, scale.end
        number = max(0, bisect_right(starts, scale.begin) - 1)
        while number < len(starts) and starts[number] <= end:
            begin = scale.x(starts[number])
            after = bisect_left(starts, starts[number] + step, number + 1)
            last = after - 1
            stop = scale.x(self.bars[last].stop.timestamp())
            yield last, begin, max(begin + LEAST, stop)
            if last > number:
                many = self.ranks[number:last]
                yield number + many.index(max(many)), begin, begin + LEAST
            number = after

    def tick_columns(self, scale: Scale) -> list[float]:
        """Where ticks go: at most one in two pixels."""
        step, end, used, found = 2 * scale.step, scale.end, self.used, []
        number = bisect_left(used, scale.begin)
        while number < len(used) and used[number] <= end:
            found.append(scale.x(used[number]))
            number = bisect_left(used, used[number] + step, number + 1)
        return found
