"""Days, months and years in the person's own time and language, as short as they can be."""

from __future__ import annotations

from datetime import datetime

from audit.model import SnapshotInfo
from audit.wording import Wording


def day(at: datetime, wording: Wording) -> str:
    """ "23 Nov 2026" """
    local = at.astimezone()
    if wording.language == "zh-CN":
        return f"{local.year}年{local.month}月{local.day}日"
    return f"{local.day} {local:%b %Y}"


def check_name(info: SnapshotInfo, wording: Wording) -> str:
    """When it was made, and its title where it has one."""
    when = wording.when(info.taken_at)
    return f"{when} “{info.title}”" if info.title else when


def days(first: datetime, last: datetime, wording: Wording) -> str:
    """ "12 Oct – 23 Nov 2026"; one day where both fall on the same."""
    one, other = first.astimezone(), last.astimezone()
    if one.date() == other.date():
        return day(last, wording)
    begin = day(first, wording)
    if one.year == other.year:
        chinese = wording.language == "zh-CN"
        begin = f"{one.month}月{one.day}日" if chinese else f"{one.day} {one:%b}"
        if chinese:
            return f"{one.year}年{begin} – {other.month}月{other.day}日"
    return f"{begin} – {day(last, wording)}"


def tick(at: datetime, unit: str, wording: Wording) -> str:
    """A mark on a time axis; ``unit`` is ``hour``, ``day``, ``month`` or ``year``."""
    local = at.astimezone()
    chinese = wording.language == "zh-CN"
    match unit:
        case "year":
            return f"{local.year}年" if chinese else str(local.year)
        case "month" if local.month == 1:
            return f"{local.year}年1月" if chinese else f"{local:%b %Y}"
        case "month":
            return f"{local.month}月" if chinese else f"{local:%b}"
        case "day":
            return f"{local.month}月{local.day}日" if chinese else f"{local.day} {local:%b}"
        case _ if local.hour == 0:
            return tick(at, "day", wording)
        case _:
            return f"{local:%H:%M}"
