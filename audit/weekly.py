"""What a week changed on a phone, as one page to print and to talk about at home."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from audit.changes import Mark, compare, with_marks
from audit.checkup import Saved, differing
from audit.findings import Finding, findings_in
from audit.ledger import is_own
from audit.model import Change, Part, Snapshot, SnapshotInfo, Use
from audit.wording import Wording

WEEK = timedelta(days=7)
#: The uses that are told: those by which an app sees or hears the person.
_SENSES = ("location", "microphone", "camera")
_QUESTIONS = 3
#: A name that is longer is not meant for people.
_LONGEST_NAME = 36


class Store(Saved, Protocol):
    """Where checks are kept (``db.store.Store``)."""

    def snapshots(self, phone_key: str) -> Sequence[SnapshotInfo]: ...
    def last_uses(self, snapshot_id: int) -> Sequence[Use]: ...
    def marks(self, phone_key: str) -> Sequence[Mark]: ...


@dataclass(frozen=True, slots=True)
class Section:
    """``empty`` is what is told when there are no ``lines``."""

    title: str
    lines: tuple[str, ...]
    empty: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page, ready to be painted. ``more`` says "and {n} more" where lines had to go."""

    title: str
    about: tuple[str, ...]
    sections: tuple[Section, ...]
    questions_title: str
    questions: tuple[str, ...]
    note: str
    more: str
    language: str


def sheet(
    store: Store, phone_key: str, wording: Wording, until: datetime | None = None
) -> Sheet | None:
    """The week that ends with ``until``, or with the last check; None: no check is that old."""
    checks = [one for one in store.snapshots(phone_key) if not until or one.taken_at <= until]
    if not checks:
        return None
    last = checks[-1]
    until = until or last.taken_at
    since = until - WEEK
    before = _reference(checks, since)
    new = store.load(_id(last))
    changes: tuple[Change, ...] = ()
    if before is not None:
        pair = differing(store, _id(before), _id(last))
        changes = with_marks(compare(*pair, wording.catalogue), store.marks(phone_key))
    uses = [use for use in store.last_uses(_id(last)) if since <= use.at <= until]
    return _Writer(wording, before, new).sheet(changes, uses, since, until)


def _id(info: SnapshotInfo) -> int:
    if info.id is None:
        raise ValueError("only saved checks can be told of")
    return info.id


def _reference(checks: Sequence[SnapshotInfo], since: datetime) -> SnapshotInfo | None:
    """The last check before the week, else the first one in it."""
    before = [one for one in checks[:-1] if one.taken_at <= since]
    return before[-1] if before else next(iter(checks[:-1]), None)


class _Writer:
    """Puts what was found into words; ``old`` is None where there is nothing to compare with."""

    def __init__(self, wording: Wording, old: SnapshotInfo | None, new: Snapshot) -> None:
        self._wording = wording
        self._old = old
        self._new = new.info
        self._system = {(app.user, app.package) for app in new.apps if app.system}

    def sheet(
        self, changes: Iterable[Change], uses: Iterable[Use], since: datetime, until: datetime
    ) -> Sheet:
        _ = self._wording.gettext
        told = [change for change in changes if not change.expected]
        findings = [one for one in findings_in(told, self._wording) if one.severity == "high"]
        newcomers = self._apps(told, "installed")
        used = self._used(uses)
        return Sheet(
            title=_("This week on the phone"),
            about=tuple(self._about(since, until)),
            sections=(
                self._gained(findings),
                self._lost(told),
                self._came_and_went(newcomers, self._apps(told, "removed")),
                self._used_section(used),
            ),
            questions_title=_("Three things to talk about"),
            questions=tuple(self._questions(findings, newcomers, used))[:_QUESTIONS],
            note=self._note(),
            more=_("and {n} more"),
            language=self._wording.language,
        )

    def _about(self, since: datetime, until: datetime) -> Iterable[str]:
        _ = self._wording.gettext
        yield self._new.phone.title or _("An unknown phone")
        yield _("{first} to {last}").format(first=self._day(since), last=self._day(until))
        if self._new.taken_at < since:
            text = _("Nobody checked the phone in this time; the last check is of {when}.")
            yield text.format(when=self._day(self._new.taken_at))
        elif self._old is None:
            yield _("This is the first check: the next one will say what is new.")
        else:
            text = _("Compared with the check of {when}.")
            yield text.format(when=self._day(self._old.taken_at))

    def _day(self, moment: datetime) -> str:
        local = moment.astimezone()
        if self._wording.language == "zh-CN":
            return f"{local.year}年{local.month}月{local.day}日"
        return f"{local.day} {local:%B %Y}"

    def _name(self, package: str, user: int = 0) -> str:
        name = self._wording.label(package)
        if len(name) > _LONGEST_NAME:
            name = name[: _LONGEST_NAME - 1] + "…"
        if user:
            # Such as an app of the work profile.
            name += self._wording.gettext(" (user {id})").format(id=user)
        return name

    def _none(self) -> str:
        _ = self._wording.gettext
        return (
            _("Not known: there is nothing to compare with.") if self._old is None else _("None.")
        )

    def _gained(self, findings: Sequence[Finding]) -> Section:
        _ = self._wording.gettext
        lines = [
            _("{app}: {what}").format(app=self._name(one.package, one.user), what=one.headline)
            for one in findings
        ]
        return Section(_("New access to calls, messages or location"), tuple(lines), self._none())

    def _lost(self, changes: Iterable[Change]) -> Section:
        _, wording = self._wording.gettext, self._wording
        groups: dict[tuple[str, int], list[str]] = {}
        for change in changes:
            if change.kind in {"lost", "narrowed"} and change.group:
                groups.setdefault((change.package, change.user), []).append(change.group)
        lines = []
        for app, found in groups.items():
            what = _(", ").join(dict.fromkeys(wording.group(group) for group in found))
            lines.append(_("{app}: {what}").format(app=self._name(*app), what=what))
        return Section(_("Access that was taken away or limited"), tuple(lines), self._none())

    def _apps(self, changes: Iterable[Change], kind: str) -> list[str]:
        found = [c for c in changes if c.what == "app" and c.kind == kind]
        return [self._name(change.package, change.user) for change in found]

    def _came_and_went(self, newcomers: Sequence[str], gone: Sequence[str]) -> Section:
        _ = self._wording.gettext
        came = [_("New: {app}").format(app=name) for name in newcomers]
        went = [_("Removed: {app}").format(app=name) for name in gone]
        return Section(_("Apps that came and went"), (*came, *went), self._none())

    def _used(self, uses: Iterable[Use]) -> list[tuple[str, str, Use]]:
        """App, access key and the last use of it in the week: the phone's own apps come last."""
        access_of = self._wording.catalogue.access_of_op
        latest: dict[tuple[int, str, str], Use] = {}
        for use in sorted(uses, key=lambda found: found.at):
            key = access_of(use.op)
            if key in _SENSES and not use.rejected and is_own(use):
                latest[use.user, use.package, key] = use
        newest = sorted(latest.items(), key=lambda item: item[1].at, reverse=True)
        found = sorted(newest, key=lambda item: item[0][:2] in self._system)
        return [(self._name(use.package, use.user), key[2], use) for key, use in found]

    def _used_section(self, used: Sequence[tuple[str, str, Use]]) -> Section:
        _, wording = self._wording.gettext, self._wording
        text = _("{app}: {what}, {when}")
        lines = tuple(
            text.format(app=name, what=wording.group(key), when=wording.when(use.at))
            for name, key, use in used
        )
        known = self._new.knows(Part.APPOPS)
        empty = _("No use was recorded.") if known else _("This was not read, so it is unknown.")
        return Section(_("Last used location, microphone or camera"), lines, empty)

    def _questions(
        self,
        findings: Sequence[Finding],
        newcomers: Sequence[str],
        used: Sequence[tuple[str, str, Use]],
    ) -> Iterable[str]:
        _, wording = self._wording.gettext, self._wording
        for finding in findings[:1]:
            text = _("{app} can now use this: {what}. What do you use the app for?")
            name = self._name(finding.package)
            yield text.format(app=name, what=wording.group(finding.group))
        for name in newcomers[:1]:
            yield _("{app} is new. Where did it come from, and who suggested it?").format(app=name)
        for name, key, _use in used[:1]:
            text = _("{app} used this: {what}. Did you want that?")
            yield text.format(app=name, what=wording.group(key))
        yield _("Did an app ask you for something this week? What did you tap?")
        yield _("Is there an app that you do not need any more?")
        yield _("Did somebody ask you to install or allow something?")

    def _note(self) -> str:
        _ = self._wording.gettext
        if not self._new.complete:
            return _("Not everything could be read. What was not read is unknown.")
        return _("“Can” is what the phone allows. There may have been more uses than recorded.")
