"""What kind of app an app is, and what China's rule of 2021 says that such an app needs.

The rule tells which personal information the basic function of each of 39 kinds cannot do without.
It does not speak of Android's permissions: which of them reach such information, and which kinds
may need them, stands in resources/catalogue/kinds.json.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

#: What a person says of an app: the number of a kind, or None for "none of the 39".
Choices = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """``date`` is when it came into force."""

    names: Mapping[str, str]
    document: str
    article: str
    date: str


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
    _judged: frozenset[str]
    _kinds: Mapping[int, Kind]
    _apps: Mapping[str, KindOf]

    @classmethod
    def build(cls, raw: Mapping[str, Any], apps: Iterable[Mapping[str, Any]]) -> Self:
        """From kinds.json and the rows of app_kinds.json."""
        rule = raw["rule"]
        names = {language: rule[language] for language in ("en", "zh-CN")}
        kinds = {row["number"]: _kind(row) for row in raw["kinds"]}
        return cls(
            Rule(names, rule["document"], rule["article"], rule["in_force"]),
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
