"""The letter on top of a complaint pack: one page, for somebody who was not there.

Whatever an app is called and however much it did, it fits: the gravest and newest stand in it, and
how many more there are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from audit.access import has_access
from audit.complaint import Case, head
from audit.export.text import visible
from audit.history import Lane, Span
from audit.judging import HIGHLIGHTED
from audit.ledger import UseSummary
from audit.model import Part, SnapshotInfo
from audit.wording import Wording
from resources.loader import read_json

#: A sheet of paper as a printer fills it with plain text.
_COLUMNS, _LINES = 78, 60
#: Columns that a name may take; the files in the pack have it whole.
_NAME, _LONG_NAME = 52, 70
_MOST_FOUND, _MOST_USES = 8, 2


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter, whatever it is written on; all texts are harmless.

    Attributes:
        facts: pairs of what and text.
        found: what the phone said, gravest and newest first; ``more`` tells of the rest.
        notes: pairs of heading and text.
        blanks: what is to be filled in on lines of its own.
    """

    language: str
    title: str
    made: str
    facts: tuple[tuple[str, str], ...]
    found_title: str
    found: tuple[str, ...]
    more: str | None
    notes: tuple[tuple[str, str], ...]
    checklist_title: str
    checklist: tuple[str, ...]
    blanks: tuple[str, ...]

    def text(self) -> str:
        """As plain text of one page: 78 columns, 60 lines."""
        return "\n".join(self._text_lines()) + "\n"

    @property
    def fits(self) -> bool:
        return len(list(self._text_lines())) <= _LINES

    def _text_lines(self) -> Iterator[str]:
        colon = "：" if self.language == "zh-CN" else ": "
        yield from _wrapped(self.title)
        yield from (self.made, "")
        for what, text in self.facts:
            yield from _wrapped(f"{what}{colon}{text}")
        yield from ("", *_wrapped(self.found_title))
        for statement in self.found:
            yield from _wrapped(f"- {statement}", "  ")
        if self.more:
            yield f"  {self.more}"
        yield ""
        for what, text in self.notes:
            yield from _wrapped(f"{what}{colon}{text}")
        yield from ("", self.checklist_title)
        for item in self.checklist:
            yield from _wrapped(f"[ ] {item}", "    ")
        yield from self.blanks


def write_letter(case: Case, wording: Wording, made_at: datetime) -> Letter:
    words = _words(wording)
    found = list(_statements(case, wording))
    letter = Letter(
        language=wording.language,
        title=words["title"].format(app=_short(wording.label(case.app.package))),
        made=words["made"].format(when=_utc(made_at)),
        facts=tuple(_facts(case, wording)),
        found_title=words["found"],
        found=(),
        more=None,
        notes=tuple(_notes(case, wording)),
        checklist_title=words["checklist_title"],
        checklist=tuple(words["checklist"]),
        blanks=tuple(words["blanks"]),
    )
    if not found:
        return replace(letter, found=(words["no_access"],))
    for count in range(min(len(found), _MOST_FOUND), 0, -1):
        left = len(found) - count
        more = words["more"].format(n=left) if left else None
        letter = replace(letter, found=tuple(found[:count]), more=more)
        if letter.fits:
            break
    return letter


def _words(wording: Wording) -> dict[str, Any]:
    words: dict[str, Any] = read_json("evidence", "cover.json")[wording.language]
    return words


def _facts(case: Case, wording: Wording) -> Iterator[tuple[str, str]]:
    words, app, last = _words(wording), case.app, case.checks[-1]
    yield words["package"], _short(app.package, _LONG_NAME)
    version = f"{_short(app.version_name or '?')} ({app.version_code or '?'})"
    yield words["version"], version if case.present else f"{version}, {words['gone']}"
    yield words["origin"], _short(wording.installer(app.installer), _LONG_NAME)
    if app.first_installed or app.last_updated:
        first, updated = (_utc(at) if at else "?" for at in (app.first_installed, app.last_updated))
        yield words["installed"], words["installed_text"].format(first=first, last=updated)
    if app.signer:
        yield words["signer"], _short(app.signer, _LONG_NAME)
    android = f"Android {last.phone.android}" if last.phone.android else ""
    serial = last.phone.serial if case.personal_details else None
    phone = ", ".join(filter(None, (last.phone.title, android, serial)))
    yield words["phone"], _short(phone, _LONG_NAME)
    yield (
        words["checks"],
        words["checks_text"].format(
            count=len(case.checks), first=_utc(case.checks[0].taken_at), last=_utc(last.taken_at)
        ),
    )
    yield words["head"], head(case.record)


def _notes(case: Case, wording: Wording) -> Iterator[tuple[str, str]]:
    words = _words(wording)
    uses = sorted(case.uses, key=_newest_use, reverse=True)
    told = [visible(wording.uses(summary)) for summary in uses[:_MOST_USES]]
    if uses[_MOST_USES:]:
        told.append(words["more_uses"].format(n=len(uses) - _MOST_USES))
    yield words["uses"], words["between"].join(told) or words["no_uses"]
    personal = words["personal_in" if case.personal_details else "personal_out"]
    yield words["about"], words["between"].join((words["about_text"], personal))
    yield words["verify"], words["verify_text"]
    yield words["unseen"], words["unseen_text"]


def _newest_use(found: UseSummary) -> datetime:
    return found.last or datetime.min.replace(tzinfo=UTC)


def _statements(case: Case, wording: Wording) -> Iterator[str]:
    """One for each stretch with access; permissions that came and went together share one."""
    together: dict[tuple[Any, ...], list[tuple[Lane, Span]]] = {}
    for lane in case.lanes:
        for span in lane.spans:
            if lane.group is not None and has_access(span.state):
                end = span.end.id if span.end else None
                key = lane.group, span.state, span.first.id, end, _not_so(case, lane, span)
                together.setdefault(key, []).append((lane, span))
    newest_first = sorted(together.values(), key=_began, reverse=True)
    for members in sorted(newest_first, key=lambda some: some[0][0].group not in HIGHLIGHTED):
        yield _statement(case, members, wording)


def _began(members: list[tuple[Lane, Span]]) -> datetime:
    return members[0][1].first.taken_at


def _statement(case: Case, members: list[tuple[Lane, Span]], wording: Wording) -> str:
    words = _words(wording)
    lane, span = members[0]
    before = next((info for info in case.checks if info.id == _not_so(case, lane, span)), None)
    names = (
        f"{wording.permission(one.name)} ({one.name.rpartition('.')[2]})" for one, _ in members
    )
    shown = [_short(name) for name in names]
    values = {
        "can": ", ".join(shown[:3]) + (f" (+{len(shown) - 3})" if shown[3:] else ""),
        "state": wording.state(span.state),
        "first": span.first.id,
        "when": _utc(span.first.taken_at),
        "last": span.last.id,
        "last_when": _utc(span.last.taken_at),
    }
    if before is not None:
        values |= {"before": before.id, "before_when": _utc(before.taken_at)}
    if span.end is not None:
        values |= {"end": span.end.id, "end_when": _utc(span.end.taken_at)}
    begin = words["span_first" if before is None else "span_between"].format(**values)
    end = words["span_still" if span.end is None else "span_end"].format(**values)
    return str(words["between"].join((begin, end)))


def _not_so(case: Case, lane: Lane, span: Span) -> int | None:
    """The check just before the span, where that one read it and found it otherwise."""
    place = next(n for n, info in enumerate(case.checks) if info.id == span.first.id)
    if place == 0:
        return None
    before: SnapshotInfo = case.checks[place - 1]
    for other in lane.spans:
        if other.last.id == before.id:
            return None if other.state is None else before.id
    return before.id if before.knows(Part.PACKAGES) else None


def _short(text: str, most: int = _NAME) -> str:
    """Harmless, and no wider than ``most`` columns."""
    whole = visible(text)
    if _width(whole) <= most:
        return whole
    kept = ""
    for character in whole:
        if _width(kept + character) >= most:
            break
        kept += character
    return f"{kept}…"


def _width(text: str) -> int:
    """In columns of a terminal or a printer: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _wrapped(text: str, indent: str = "") -> Iterator[str]:
    """Lines of at most 78 columns, broken at blanks and between Chinese characters."""
    line = ""
    for piece in _pieces(text):
        if _width(line) + _width(piece.rstrip()) > _COLUMNS and line.strip():
            yield line.rstrip()
            line = indent
        line += piece
    yield line.rstrip()


def _pieces(text: str) -> Iterable[str]:
    """Words with the blanks behind them; a Chinese character is one by itself."""
    word = ""
    for character in text:
        wide = _width(character) == 2
        if word and (wide or (word[-1] == " " and character != " ") or _width(word[-1]) == 2):
            yield word
            word = ""
        word += character
    if word:
        yield word


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
