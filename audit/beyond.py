"""What an app can do that an app of its kind may not need.

A finding never says that a rule was broken: only that something may go beyond what such an app
needs, by which rule, and since when.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.access import has_access, states
from audit.kinds import Kind, KindOf, Rule
from audit.model import App, SnapshotInfo
from audit.named import PublicList
from audit.wording import Wording


@dataclass(frozen=True, slots=True)
class Beyond:
    """Permissions of one access key that an app has, and that by ``rule`` its kind may not need."""

    rule: Rule
    kind: Kind
    access: str
    permissions: tuple[str, ...]


def beyond(app: App, info: SnapshotInfo, kind: Kind, wording: Wording) -> tuple[Beyond, ...]:
    """By rule, then by access key in the catalogue's order."""
    catalogue = wording.catalogue
    kinds = catalogue.kinds
    found: dict[tuple[str, str], list[str]] = {}
    for name, state in states(app, info, catalogue).items():
        key = catalogue.access_of(name)
        if key is None or not has_access(state):
            continue
        if kinds.judges(name) and key not in kind.access:
            found.setdefault((kinds.rule.document, key), []).append(name)
        if kinds.is_unrelated(name, kind):
            found.setdefault((kinds.advice.document, key), []).append(name)
    return tuple(
        Beyond(rule, kind, key, tuple(found[rule.document, key]))
        for rule in (kinds.rule, kinds.advice)
        for key in catalogue.access_keys
        if (rule.document, key) in found
    )


def kind_name(kind: Kind, wording: Wording) -> str:
    return kind.names[wording.language]


def beyond_sentence(found: Beyond, wording: Wording) -> str:
    """The finding with its rule, where in it, and its date."""
    _, rule = wording.gettext, found.rule
    cans = _(", ").join(wording.can(name) for name in found.permissions)
    if rule.draft:
        text = _(
            "It can {cans}. This may go beyond what {kind} needs, by a draft only ({rule}, "
            "{document}, published {date})."
        )
    elif rule.annex:
        text = _(
            "It can {cans}. This may go beyond what {kind} needs, by a standard that advises "
            "({rule}, {document}, annex {annex}, in force since {date})."
        )
    else:
        text = _(
            "It can {cans}. This may go beyond what {kind} needs ({rule}, article {article}, "
            "item {item}, in force since {date})."
        )
    return text.format(
        cans=cans,
        kind=found.kind.phrases[wording.language],
        rule=rule.names[wording.language],
        document=rule.document,
        article=rule.article,
        annex=rule.annex,
        item=found.kind.number,
        date=rule.date,
    )


def listed(kind: Kind, wording: Wording) -> str:
    """The information that it needs, in one line; its items hold commas of their own."""
    return ("；" if wording.language == "zh-CN" else "; ").join(kind.necessary[wording.language])


def kind_sentence(known: KindOf, wording: Wording) -> str:
    """Which kind of app it is, on whose word, and what such an app needs."""
    _, kind = wording.gettext, known.kind
    said = (
        _("You said that this is {kind}.")
        if known.by == "person"
        else _("This is taken for {kind} (nobody checked this line of the catalogue).")
        if known.source == "unverified"
        else _("This is {kind}.")
    ).format(kind=kind.phrases[wording.language])
    gap = "" if wording.language == "zh-CN" else " "
    if not kind.necessary[wording.language]:
        return said + gap + _("Its basic function needs no personal information.")
    needs = listed(kind, wording)
    return said + gap + _("Its basic function needs: {needs}.").format(needs=needs)


def named_sentence(about: PublicList, version: str | None, wording: Wording) -> str:
    _ = wording.gettext
    title = about.title(wording.language)
    if version:
        text = _("Named in public on {date}, in version {version}: {title}. Source: {source}")
    else:
        text = _("Named in public on {date}: {title}. Source: {source}")
    return text.format(date=about.date, version=version, title=title, source=about.source)
