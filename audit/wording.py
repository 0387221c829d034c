"""Every sentence a person reads, in their language.

Sentences stand here in English; ``resources/i18n`` holds the translations. Statements about
permissions are made of the catalogue's own texts, which exist in each language. A sentence claims
no more than the phone said: "can" for a grant, never "did".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from audit import messages
from audit.access import BACKGROUND_LOCATION, has_access
from audit.catalogue import Catalogue
from audit.kinds import Choices, KindOf
from audit.ledger import UseSummary
from audit.model import AppName, Change, Problem, Severity, State
from audit.named import NamedList, PublicList, named_in, read_lists
from resources.loader import read_json, translations

_LOCATION = "location"
_MOST_CANS = 3
_FINE = "android.permission.ACCESS_FINE_LOCATION"


@dataclass(frozen=True, slots=True)
class Finding:
    """All that one app gained of one group, as one statement."""

    user: int
    package: str
    label: str
    group: str
    headline: str
    reason: str
    severity: Severity
    changes: tuple[Change, ...]
    normal: str | None  # what would make it normal: "A dialer needs this."


class Wording:
    """Makes sentences in one language: ``en`` or ``zh-CN``."""

    def __init__(self, language: str, catalogue: Catalogue) -> None:
        found = translations(language)
        self.language = language
        self.catalogue = catalogue
        self.gettext = found.gettext
        self.ngettext = found.ngettext
        self._special = read_json("catalogue", "special.json")
        self._names: Mapping[str, Mapping[str, str]] = {}
        self._kinds: Choices = {}
        self._imported: tuple[NamedList, ...] = ()

    def call_apps(self, names: Iterable[AppName]) -> None:
        """From now on apps are called as they call themselves."""
        self._names = {name.package: name.labels for name in names}

    def know(self, kinds: Choices, lists: Iterable[str]) -> None:
        """From now on the person's word counts: kinds of apps, and files of lists it imported.

        Raises BadListError for a text that ``audit.named.read_lists`` does not take.
        """
        self._imported = tuple(one for text in lists for one in read_lists(text))
        self._kinds = dict(kinds)

    def follow(self, other: Wording) -> None:
        """Knows from now on what ``other`` was told of apps; its language may be another."""
        self._names, self._kinds, self._imported = other._names, other._kinds, other._imported

    def kind_of(self, package: str) -> KindOf | None:
        """Which kind of app it is, as the person or else the catalogue says."""
        return self.catalogue.kinds.of(package, self._kinds)

    def named(self, package: str) -> tuple[tuple[PublicList, str | None], ...]:
        """Where the app was named in public, oldest first; see ``audit.named.named_in``."""
        return named_in(self._lists, package)

    @property
    def _lists(self) -> tuple[NamedList, ...]:
        return (*self.catalogue.lists, *self._imported)

    @property
    def packages_named(self) -> tuple[str, ...]:
        return tuple(sorted({package for one in self._lists for package in one.packages}))

    def app_name(self, package: str) -> str | None:
        """What the app calls itself in this language, else as it is known, else in any language."""
        own = self._names.get(package, {})
        return (
            own.get(self.language)
            or self.catalogue.app_name(package, self.language)
            or own.get("")
            or None
        )

    def label(self, package: str) -> str:
        """The app's name where it is known, else its package."""
        return self.app_name(package) or package

    def group(self, key: str) -> str:
        return self.catalogue.access_title(key, self.language)

    def permission(self, name: str) -> str:
        """A short title, of an app-op too; what nobody has explained keeps its own name."""
        if special := self._special.get(name):
            return str(special["title"][self.language])
        text = self.catalogue.text(name, self.language)
        return text.title if text else self.catalogue.op_title(name, self.language) or name

    def normal(self, name: str) -> str | None:
        """What would make an access normal ("A dialer needs this"), where known."""
        if special := self._special.get(name):
            return str(special["normal"][self.language])
        text = self.catalogue.text(name, self.language)
        return text.normal if text else None

    def explain(self, name: str) -> str | None:
        """What a permission or special access means, in a sentence or two, where known."""
        _ = self.gettext
        if special := self._special.get(name):
            can = _("It can {can}.").format(can=special["can"][self.language])
            return self._joined(can, str(special["normal"][self.language]))
        text = self.catalogue.text(name, self.language)
        return self._joined(text.explain, text.normal or "") if text and text.explain else None

    def state(self, state: str | None) -> str:
        _ = self.gettext
        words = {
            None: _("not asked for"),
            State.DENIED: _("refused"),
            State.ASK: _("asks first"),
            State.ONCE: _("allowed this once"),
            State.WHILE_IN_USE: _("only while in use"),
            State.ALLOWED: _("allowed"),
        }
        return words[State(state) if state else None]

    def when(self, moment: datetime) -> str:
        """A moment in the person's own time, to the minute."""
        local = moment.astimezone()
        if self.language == "zh-CN":
            return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
        return f"{local.day} {local:%B %Y, %H:%M}"

    def sentence(self, change: Change) -> str:
        """One change as one sentence that stands by itself."""
        label = self.label(change.package)
        _ = self.gettext
        match change.what:
            case "app" if change.kind == "installed":
                return _("{app} is new on this phone.").format(app=label)
            case "app":
                return _("{app} was removed from this phone.").format(app=label)
            case "version":
                text = _("{app} was updated from {before} to {after}.")
            case "signer":
                text = _("{app} is now signed with another key ({before} before, {after} now).")
            case "sdk":
                return self._sdk_sentence(change, label)
            case "installer":
                text = _("{app} now comes from {after}; before, from {before}.")
                return text.format(
                    app=label,
                    before=self.installer(change.before),
                    after=self.installer(change.after),
                )
            case _:
                return self._access_sentence(change, label)
        return text.format(app=label, before=change.before or "?", after=change.after or "?")

    def _sdk_sentence(self, change: Change, label: str) -> str:
        """ "Contains", never "sends": a kit that is there need not ever run."""
        _ = self.gettext
        text = (
            _("{app} now contains {sdk} ({kind}).")
            if change.kind == "gained"
            else _("{app} no longer contains {sdk} ({kind}).")
        )
        name, kind = self.sdk(change.after or change.before or "")
        return text.format(app=label, sdk=name, kind=kind)

    def sdk(self, key: str) -> tuple[str, str]:
        """Name and kind of a kit; one that the catalogue no longer has keeps its key."""
        kit = self.catalogue.sdks.sdk(key)
        return (kit.names[self.language], kit.kinds[self.language]) if kit else (key, "?")

    def installer(self, package: str | None) -> str:
        """Where an app came from, by the name of the store; None stands for no store."""
        if package is None:
            return self.gettext("no store")
        known = self.catalogue.installer(package)
        return known.name(self.language) if known else self.label(package)

    def can(self, name: str) -> str:
        """What a permission lets an app do, to follow "can": "read your call history"."""
        if special := self._special.get(name):
            return str(special["can"][self.language])
        text = self.catalogue.text(name, self.language)
        if text:
            return text.can
        return self.gettext("use the permission {name}").format(name=name)

    def _access_sentence(self, change: Change, label: str) -> str:
        _ = self.gettext
        can = self.can(change.permission or "")
        match change.kind, change.after:
            case "gained" | "widened", State.WHILE_IN_USE:
                text = _("{app} can now {can}, only while you use it.")
            case "gained" | "widened", State.ONCE:
                text = _("{app} can now {can}, this once.")
            case "widened", _ if change.group == _LOCATION and change.before == State.WHILE_IN_USE:
                text = _("{app} can now {can} all the time; before, only while you used it.")
            case "gained" | "widened", _:
                text = _("{app} can now {can}.")
            case "narrowed", State.WHILE_IN_USE:
                text = _("{app} can now {can} only while you use it.")
            case "narrowed", _:
                text = _("{app} can now {can} only this once.")
            case "lost", _:
                text = _("{app} can no longer {can}.")
            case _ if has_access(State(change.after) if change.after else None):
                text = _("{app} could {can} before; Android now lists this by itself.")
            case _, State.ASK:
                text = _("{app} has to ask before it can {can}.")
            case _:
                text = _("{app} may not {can}.")
        return text.format(app=label, can=can)

    def findings(self, changes: Iterable[Change]) -> list[Finding]:
        """What apps gained, one entry per app, user and group, gravest first.

        ``changes`` must be all changes of a comparison: versions are read for the reasons.
        """
        every = tuple(changes)
        versions = {(c.user, c.package): c for c in every if c.what == "version"}
        grouped: dict[tuple[int, str, str], list[Change]] = {}
        for change in every:
            if change.kind in {"gained", "widened"} and change.group and not change.expected:
                key = change.user, change.package, change.group
                grouped.setdefault(key, []).append(change)
        found = [
            Finding(
                user=user,
                package=package,
                label=self.label(package),
                group=group,
                headline=self._headline(group, members),
                reason=self._reason(members, versions.get((user, package))),
                severity=members[0].severity,
                changes=tuple(members),
                normal=self.normal(members[0].permission or ""),
            )
            for (user, package, group), members in grouped.items()
        ]
        ranks = {severity: number for number, severity in enumerate(Severity)}
        return sorted(found, key=lambda f: (ranks[f.severity], f.package, f.group, f.user))

    def _headline(self, group: str, members: list[Change]) -> str:
        _ = self.gettext
        if group == _LOCATION:
            return self._location_headline(members)
        states = {change.after for change in members}
        together = self._cans(members)
        if states == {State.WHILE_IN_USE}:
            return _("Can now {can}, only while you use it.").format(can=together)
        if states == {State.ONCE}:
            return _("Can now {can}, this once.").format(can=together)
        return _("Can now {can}.").format(can=together)

    def _cans(self, members: list[Change]) -> str:
        """What several permissions let an app do, in one breath; a role says it all."""
        _, ngettext = self.gettext, self.ngettext
        names = [change.permission or "" for change in members]
        roles = [name for name in names if name.startswith("role:")]
        cans = list(dict.fromkeys(self.can(name) for name in roles or names))
        if len(cans) > _MOST_CANS:
            more = len(cans) - _MOST_CANS
            rest = ngettext("{n} thing more", "{n} things more", more).format(n=more)
            cans = [*cans[:_MOST_CANS], rest]
        return _(" and ").join([_(", ").join(cans[:-1]), cans[-1]] if cans[1:] else cans)

    def _location_headline(self, members: list[Change]) -> str:
        _ = self.gettext
        names = {change.permission for change in members}
        states = {change.after for change in members}
        precise = _FINE in names or names == {BACKGROUND_LOCATION}
        if State.ALLOWED in states:
            if precise:
                return _("Can now see your precise location all the time, also in the background.")
            return _("Can now see your rough location all the time, also in the background.")
        if State.WHILE_IN_USE in states:
            if precise:
                return _("Can now see your precise location while you use it.")
            return _("Can now see your rough location while you use it.")
        if precise:
            return _("Can now see your precise location, this once.")
        return _("Can now see your rough location, this once.")

    def _reason(self, members: list[Change], update: Change | None) -> str:
        _ = self.gettext
        whys = [change.why for change in members if change.why]
        why = whys[0] if whys else None
        was_in_use = any(change.before == State.WHILE_IN_USE for change in members)
        parts = [_("Before: only while you used it.")] if was_in_use else []
        if why == "update" and update is not None:
            text = _(
                "Came with the app's update {before} → {after}; the phone has no record of "
                "asking you."
            )
            parts.append(text.format(before=update.before, after=update.after))
        else:
            parts.append(messages.reason(why, _))
        return self._joined(*parts)

    def uses(self, found: UseSummary) -> str:
        """How often something was recorded to be used; never more than the records prove."""
        _, ngettext = self.gettext, self.ngettext
        title = self.permission(found.name)
        if found.first is None or found.last is None:
            text = ngettext(
                "{title}: refused at least {n} time.",
                "{title}: refused at least {n} times.",
                found.refused,
            )
            return text.format(title=title, n=found.refused)
        text = ngettext(
            "{title}: at least {n} use recorded since {first}, the last {last}.",
            "{title}: at least {n} uses recorded since {first}, the last {last}.",
            found.count,
        )
        sentence = text.format(
            title=title, n=found.count, first=self.when(found.first), last=self.when(found.last)
        )
        if found.in_background:
            more = ngettext(
                "At least {n} in the background.",
                "At least {n} in the background.",
                found.in_background,
            )
            sentence = self._joined(sentence, more.format(n=found.in_background))
        if found.through:
            names = _(", ").join(self.label(package) for package in found.through)
            sentence = self._joined(sentence, _("Asked for by {apps}.").format(apps=names))
        return sentence

    def _joined(self, *sentences: str) -> str:
        # Chinese sentences need no blank between them.
        return ("" if self.language == "zh-CN" else " ").join(sentences)

    def problem(self, problem: Problem) -> str:
        return messages.problem(problem, self.gettext)

    def problems(self, found: Iterable[Problem]) -> list[str]:
        """All problems of a check; what was simply never there stands in one sentence."""
        every = tuple(found)
        absent = [p.part for p in every if p.code == "absent" and p.part]
        texts = [self.problem(p) for p in every if p.code != "absent"]
        if absent:
            _ = self.gettext
            names = _(", ").join(messages.part(name, _) for name in absent)
            text = _("Not read, since this phone or these files do not have it: {parts}.")
            texts.append(text.format(parts=names))
        return texts

    def error(self, error: Exception) -> str:
        """What happened and what to do next, for an expected error of any room."""
        return messages.error(error, self.gettext)

    def ago(self, moment: datetime, now: datetime | None = None) -> str:
        """How long ago, in words: "2 min ago"."""
        _, ngettext = self.gettext, self.ngettext
        seconds = max(0, int(((now or datetime.now(UTC)) - moment).total_seconds()))
        if seconds < 60:
            return _("just now")
        if seconds < 3600:
            count = seconds // 60
            return ngettext("{n} minute ago", "{n} minutes ago", count).format(n=count)
        if seconds < 86400:
            count = seconds // 3600
            return ngettext("{n} hour ago", "{n} hours ago", count).format(n=count)
        count = seconds // 86400
        return ngettext("{n} day ago", "{n} days ago", count).format(n=count)
