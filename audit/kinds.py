"""What kind of app an app is, and what China's rule of 2021 says that such an app needs.

The rule tells which personal information the basic function of each of 39 kinds cannot do without.
It does not speak of Android's permissions: which of them reach such information, and which kinds
may need them, stands in resources/catalogue/kinds.json. Annex E of GB/T 41391-2022 does, for
services of the same kinds: resources/catalogue/low_relevance.json has what was found of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

#: What a person says of an app: the number of a kind, or None for "none of the 39".
Choices = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """``date`` is when it came into force, or of a ``draft`` when that was published.

    ``article`` has an item for each kind; where there is none, an ``annex`` tells of permissions.
    """

    names: Mapping[str, str]
    document: str
    date: str
    article: str | None = None
    annex: str | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the 39 kinds.

    Attributes:
        number: its item in the rule's article.
        phrases: the name as part of a sentence ("a browser").
        necessary: the information that it needs, per language; empty for none at all.
        access: access keys that can be necessary for that.
        unverified: whether the words of the item are in doubt.
    """

    number: int
    names: Mapping[str, str]
    phrases: Mapping[str, str]
    functions: Mapping[str, str]
    necessary: Mapping[str, tuple[str, ...]]
    access: frozenset[str]
    unverified: bool


@dataclass(frozen=True, slots=True)
class KindOf:
    """Which kind an app is, and who says so: ``catalogue`` or ``person``."""

    kind: Kind
    by: str
    source: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Kinds:
    rule: Rule
    advice: Rule
    _low: Mapping[int, frozenset[str]]
    _judged: frozenset[str]
    _kinds: Mapping[int, Kind]
    _apps: Mapping[str, KindOf]

    @classmethod
    def build(
        cls, raw: Mapping[str, Any], apps: Iterable[Mapping[str, Any]], low: Mapping[str, Any]
    ) -> Self:
        """From kinds.json, the rows of app_kinds.json, and low_relevance.json."""
        kinds = {row["number"]: _kind(row) for row in raw["kinds"]}
        return cls(
            _rule(raw["rule"]),
            _rule(low["rule"]),
            {row["kind"]: frozenset(row["permissions"]) for row in low["kinds"]},
            frozenset(raw["judged"]),
            kinds,
            {
                row["package"]: KindOf(kinds[row["kind"]], "catalogue", row["source"], row["date"])
                for row in apps
            },
        )

    @property
    def all(self) -> tuple[Kind, ...]:
        """By number."""
        return tuple(self._kinds.values())

    def kind(self, number: int) -> Kind | None:
        return self._kinds.get(number)

    def of(self, package: str, choices: Choices) -> KindOf | None:
        """What the person says, else what the catalogue says; None where neither does."""
        if package in choices:
            number = choices[package]
            kind = self._kinds.get(number) if number is not None else None
            return KindOf(kind, "person") if kind else None
        return self._apps.get(package)

    def judges(self, permission: str) -> bool:
        """Whether it reaches personal information that the rule speaks of."""
        return permission in self._judged

    def is_unrelated(self, permission: str, kind: Kind) -> bool:
        """Whether the advice says that it has little to do with what such an app does."""
        return permission in self._low.get(kind.number, frozenset())


def _rule(row: Mapping[str, Any]) -> Rule:
    names = {language: row[language] for language in ("en", "zh-CN")}
    since = row["issued"] if row["draft"] else row["in_force"]
    return Rule(names, row["document"], since, row.get("article"), row.get("annex"), row["draft"])


def _kind(row: Mapping[str, Any]) -> Kind:
    return Kind(
        row["number"],
        {language: row[language] for language in ("en", "zh-CN")},
        row["phrase"],
        row["function"],
        {language: tuple(items) for language, items in row["necessary"].items()},
        frozenset(row["access"]),
        row.get("unverified", False),
    )
