"""What each company can reach, as the plain documents and the words of the command line."""

from __future__ import annotations

from audit.company_sums import CompanySum, Door, Member, Tie
from audit.documents import Document, change_document
from audit.wording import Wording


def company_document(found: CompanySum, wording: Wording) -> Document:
    """``company`` is null for the apps whose company is not known."""
    return {
        "company": found.company.key if found.company else None,
        "label": company_name(found, wording),
        "apps": [_member(member, wording) for member in found.members],
        "access": {key: _door(door) for key, door in found.doors.items()},
        "new": [change_document(change, wording) for change in found.new],
        "ties": [
            {"kind": tie.kind, "name": tie.name, "packages": list(tie.packages)}
            for tie in found.ties
        ],
    }


def _member(member: Member, wording: Wording) -> Document:
    app = member.app
    maker = wording.catalogue.companies.maker(app.package, app.signer)
    return {
        "user": app.user,
        "package": app.package,
        "label": wording.app_name(app.package),
        "system": app.system,
        "by": member.by,
        "source": maker.source if maker and member.by else None,
        "access": member.access,
    }


def _door(door: Door) -> Document:
    return {"state": door.state, "through": list(door.through), "unread": list(door.unread)}


def company_name(found: CompanySum, wording: Wording) -> str:
    if found.company is None:
        return wording.gettext("Company not known")
    return found.company.name(wording.language)


def tie_sentence(tie: Tie, wording: Wording) -> str:
    """What joins apps, as what it is; neither says that they do exchange anything."""
    _ = wording.gettext
    names = [wording.label(package) for package in tie.packages]
    match tie.kind:
        case "shared-uid":
            text = _("{apps} share one identity ({name}): what one may do, all of them may.")
        case "shared-signer":
            text = _("{apps} are signed with one key: whoever holds it can update each of them.")
        case _:
            text = _("{asking} was recorded asking on behalf of {app}.")
            return text.format(asking=names[0], app=names[1])
    return text.format(apps=_listed(names, _("{names} and {n} more")), name=tie.name)


def _listed(names: list[str], more: str, most: int = 6) -> str:
    if len(names) <= most:
        return ", ".join(names)
    return more.format(names=", ".join(names[:most]), n=len(names) - most)
