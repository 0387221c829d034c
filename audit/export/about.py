"""What an export says about itself: of which phone, how much of it, and what was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from audit.documents import Document, moment
from audit.export.table import Cell, Column, Table
from audit.history import Span
from audit.messages import kinds_of_change
from audit.model import Problem, SnapshotInfo, State
from audit.wording import Wording

#: Values of problems that quote the phone, so anybody's words may stand in them.
_QUOTES = frozenset({"sample", "detail"})


@dataclass(frozen=True, slots=True)
class Scope:
    """What an export is limited to; None: not limited.

    ``permission`` may be a special access; ``kind`` is one of ``audit.changes.KINDS`` and limits
    changes only. ``since`` and ``until`` are aware and both included.
    """

    package: str | None = None
    user: int | None = None
    permission: str | None = None
    group: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    kind: str | None = None

    def has_app(self, user: int, package: str) -> bool:
        return self.package in {None, package} and self.user in {None, user}

    def has_access(self, name: str | None, group: str | None) -> bool:
        return self.permission in {None, name} and self.group in {None, group}

    @property
    def names_access(self) -> bool:
        return self.permission is not None or self.group is not None

    @property
    def has_period(self) -> bool:
        return self.since is not None or self.until is not None

    def has_time(self, at: datetime) -> bool:
        early = self.since is not None and at < self.since
        return not early and (self.until is None or at <= self.until)

    def touches(self, span: Span) -> bool:
        """Whether a span may have held within the period; one without an end may still hold."""
        late = self.until is not None and span.first.taken_at > self.until
        over = self.since is not None and span.end is not None and span.end.taken_at < self.since
        return not late and not over


@dataclass(frozen=True, slots=True)
class About:
    """What holds for a whole export.

    Attributes:
        phone_name: what the person calls the phone; a personal detail.
        personal_details: whether serial number, fingerprint, names, titles and notes are kept.
    """

    wording: Wording
    scope: Scope = Scope()
    personal_details: bool = False
    phone_name: str | None = None
    made_at: datetime | None = None

    def shown(self, info: SnapshotInfo) -> SnapshotInfo:
        """The check, without personal details unless they are kept."""
        if self.personal_details:
            return info
        return replace(
            info,
            phone=replace(info.phone, serial=None, fingerprint=None),
            users=tuple(replace(user, name=None) for user in info.users),
            problems=tuple(map(_unquoted, info.problems)),
            title=None,
            note=None,
        )

    def head(self, name: str) -> Document:
        """The members that the JSON documents share."""
        scope = self.scope
        return {
            "format": f"permission-checkup/{name}",
            "version": 1,
            "made_at": moment(self._made_at),
            "language": self.wording.language,
            "personal_details": self.personal_details,
            "phone_name": self.phone_name if self.personal_details else None,
            "filters": {
                "app": scope.package,
                "user": scope.user,
                "permission": scope.permission,
                "group": scope.group,
                "since": moment(scope.since),
                "until": moment(scope.until),
                "kind": scope.kind,
            },
        }

    def table(
        self,
        title: str,
        checks: Iterable[SnapshotInfo],
        columns: tuple[Column, ...],
        rows: Iterable[tuple[Cell, ...]],
        notes: tuple[str, ...],
    ) -> Table:
        """A table with all that has to stand above it; ``checks`` are the ones it rests on."""
        _ = self.wording.gettext
        shown = [self.shown(info) for info in checks]
        return Table(
            title=title,
            language=self.wording.language,
            facts=tuple(self._facts(shown)),
            notes=(*notes, *self._problems(shown), _("Times are in UTC.")),
            columns=columns,
            rows=rows,
            yes_no=(_("yes"), _("no")),
        )

    def state(self, state: State | None) -> str:
        """A state in words, where None means that it is not known."""
        return self.wording.gettext("not known") if state is None else self.wording.state(state)

    @property
    def _made_at(self) -> datetime:
        return self.made_at or datetime.now(UTC)

    def _facts(self, checks: list[SnapshotInfo]) -> Iterable[tuple[str, str]]:
        _ = self.wording.gettext
        if checks:
            yield from self._phone_facts(checks[-1])
        for info in checks:
            text = _("number {id}, {when} UTC, {count} apps")
            said = "".join(f" · {words}" for words in (info.title, info.note) if words)
            values = {"id": info.id, "when": _utc(info.taken_at), "count": info.app_count}
            yield _("Check"), text.format(**values) + said
        yield from self._scope_facts()
        yield _("Written"), _utc(self._made_at) + " UTC"
        yield _("Personal details"), details_sentence(self.personal_details, _)

    def _phone_facts(self, info: SnapshotInfo) -> Iterable[tuple[str, str]]:
        _ = self.wording.gettext
        phone = info.phone
        yield _("Phone"), phone.title or _("an unknown phone")
        if phone.android:
            patch = f" ({phone.security_patch})" if phone.security_patch else ""
            yield _("System"), f"Android {phone.android}{patch}"
        if self.personal_details:
            kept = {
                _("Name of the phone"): self.phone_name,
                _("Serial number"): phone.serial,
                _("Fingerprint"): phone.fingerprint,
            }
            yield from ((what, text) for what, text in kept.items() if text)
        users = (" ".join(filter(None, (str(u.id), u.name, f"({u.kind})"))) for u in info.users)
        if text := ", ".join(users):
            yield _("Users"), text

    def _scope_facts(self) -> Iterable[tuple[str, str]]:
        _ = self.wording.gettext
        scope = self.scope
        if scope.package is not None:
            label = self.wording.label(scope.package)
            name = scope.package if label == scope.package else f"{label} ({scope.package})"
            yield _("Only the app"), name
        if scope.user is not None:
            yield _("Only the user"), str(scope.user)
        if scope.permission is not None:
            title = self.wording.permission(scope.permission)
            yield _("Only the permission"), f"{title} ({scope.permission})"
        if scope.group is not None:
            yield _("Only access to"), self.wording.group(scope.group)
        if scope.kind is not None:
            yield _("Only these changes"), kinds_of_change(_)[scope.kind]
        if scope.since is not None:
            yield _("Only from"), _utc(scope.since) + " UTC"
        if scope.until is not None:
            yield _("Only until"), _utc(scope.until) + " UTC"

    def _problems(self, checks: list[SnapshotInfo]) -> Iterable[str]:
        for info in checks:
            for text in self.wording.problems(info.problems):
                message = self.wording.gettext("Check {id}: {problem}")
                yield message.format(id=info.id, problem=text)


def details_sentence(kept: bool, _: Callable[[str], str]) -> str:
    """Whether personal details are in an export, and which those are."""
    if kept:
        return _(
            "Kept: serial number, fingerprint, the names of the phone and its users, titles and "
            "notes."
        )
    return _(
        "Left out: serial number, fingerprint, the names of the phone and its users, titles and "
        "notes."
    )


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _unquoted(problem: Problem) -> Problem:
    values = tuple((key, "…" if key in _QUOTES else value) for key, value in problem.values)
    return replace(problem, values=values)
