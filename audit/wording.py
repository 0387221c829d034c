"""Every sentence a person reads, in their language.

Sentences stand here in English; ``resources/i18n`` holds the translations. Statements about
permissions are made of the catalogue's own texts, which exist in each language. A sentence claims
no more than the phone said: "can" for a grant, never "did".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from audit import messages
from resources.loader import read_json, translations

if TYPE_CHECKING:
    from audit.catalogue import Catalogue
    from audit.kinds import Choices, KindOf
    from audit.ledger import UseSummary
    from audit.model import AppName, Problem
    from audit.named import NamedList, PublicList


class Wording:
    """Makes sentences in one language: ``en`` or ``zh-CN``."""

    def __init__(self, language: str, catalogue: Catalogue) -> None:
        found = translations(language)
        self.language = language
        self.catalogue = catalogue
        self.gettext = found.gettext
        self.ngettext = found.ngettext
        self._names: Mapping[str, Mapping[str, str]] = {}
        self._kinds: Choices = {}
        self._imported: tuple[NamedList, ...] = ()

    # What only sentences about a check need is imported and read with the first of them, so that
    # the window is painted before.

    @cached_property
    def _special(self) -> Any:
        return read_json("catalogue", "special.json")

    def call_apps(self, names: Iterable[AppName]) -> None:
        """From now on apps are called as they call themselves."""
        self._names = {name.package: name.labels for name in names}

    def know(self, kinds: Choices, lists: Iterable[str]) -> None:
        """From now on the person's word counts: kinds of apps, and files of lists it imported.

        Raises BadListError for a text that ``audit.named.read_lists`` does not take.
        """
        from audit.named import read_lists  # noqa: PLC0415 -- not before the first paint

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
        from audit.named import named_in  # noqa: PLC0415 -- not before the first paint

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
            return self.joined(can, str(special["normal"][self.language]))
        text = self.catalogue.text(name, self.language)
        return self.joined(text.explain, text.normal or "") if text and text.explain else None

    def state(self, state: str | None) -> str:
        from audit.model import State  # noqa: PLC0415 -- not before the first paint

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
            sentence = self.joined(sentence, more.format(n=found.in_background))
        if found.through:
            names = _(", ").join(self.label(package) for package in found.through)
            sentence = self.joined(sentence, _("Asked for by {apps}.").format(apps=names))
        return sentence

    def joined(self, *sentences: str) -> str:
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
