"""As many values at once as a statement takes."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

_T = TypeVar("_T")

_AT_ONCE = 500  # bound variables in one statement


def batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(items)
    while some := list(itertools.islice(rest, _AT_ONCE)):
        yield some
