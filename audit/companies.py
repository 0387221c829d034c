"""Which company an app is of: what resources/catalogue/companies.json and apps.json say of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from resources.loader import LANGUAGES


@dataclass(frozen=True, slots=True)
class Company:
    """Somebody who makes apps.

    Attributes:
        colour: ``#RRGGBB``, carries white text.
        owner: key of the company that it belongs to, whose apps it is counted with.
        several: not one company but many makers under one name (open source projects).
    """

    key: str
    names: Mapping[str, str]
    colour: str
    owner: str | None = None
    several: bool = False

    def name(self, lang: str) -> str:
        return self.names.get(lang, self.names["en"])


@dataclass(frozen=True, slots=True)
class Maker:
    """Whose app a package is, and how that is known.

    Attributes:
        by: ``package`` (this very app is listed), ``prefix`` (its name begins like the company's
            others) or ``signer`` (it is signed with the company's key).
        source: what the line of the catalogue rests on; ``unverified`` where nobody looked it up.
    """

    company: Company
    by: str
    source: str


@dataclass(frozen=True, slots=True)
class Companies:
    """Looks up companies; what is not known is ``None``, never a guess."""

    _companies: Mapping[str, Company]
    _packages: Mapping[str, Maker]
    _prefixes: Mapping[str, Maker]
    _signers: Mapping[str, Maker]

    @classmethod
    def build(cls, raw: Mapping[str, Any], apps: Iterable[Mapping[str, Any]]) -> Self:
        """From companies.json and the rows of apps.json."""
        companies = {row["key"]: _company(row) for row in raw["companies"]}
        return cls(
            companies,
            _makers(companies, apps, "package"),
            _makers(companies, raw["packages"], "prefix"),
            _makers(companies, raw["signers"], "signer"),
        )

    def maker(self, package: str, signer: str | None = None) -> Maker | None:
        """Whose the app is: by its own line, else by its name's longest known beginning, else
        by its signer (the short digest that ``dumpsys package`` prints).
        """
        if found := self._packages.get(package):
            return found
        for end in range(len(package), 0, -1):
            if found := self._prefixes.get(package[:end]):
                return found
        return self._signers.get(signer) if signer else None

    def company(self, key: str) -> Company | None:
        return self._companies.get(key)

    def head(self, company: Company) -> Company:
        """The company that all of a group's apps are counted with."""
        return self._companies[company.owner] if company.owner else company


def _company(row: Mapping[str, Any]) -> Company:
    return Company(
        row["key"],
        {language: row[language] for language in LANGUAGES},
        row["colour"],
        row.get("owner"),
        row.get("several", False),
    )


def _makers(
    companies: Mapping[str, Company], rows: Iterable[Mapping[str, Any]], by: str
) -> dict[str, Maker]:
    return {row[by]: Maker(companies[row["company"]], by, row["source"]) for row in rows}
