"""Where a look into an app's code stands, as its details show it."""

from __future__ import annotations

from dataclasses import dataclass

from gui.models.acting import AppKey


@dataclass(frozen=True, slots=True)
class Look:
    """Where a look into an app stands.

    Attributes:
        app: the one that is looked into now; None for none.
        text: how far that is.
        reason: why none can be looked into now; empty where one can.
    """

    app: AppKey | None = None
    text: str = ""
    reason: str = ""
