"""What a recomputed record of the store says, as sentences and as a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from audit.documents import moment
from audit.wording import Wording


class Finding(Protocol):
    """Something that is not as it was saved: ``code`` names the sentence."""

    @property
    def code(self) -> str: ...
    @property
    def values(self) -> Mapping[str, str]: ...


class Deletion(Protocol):
    """A check, or only its raw answers, that somebody deleted on purpose."""

    @property
    def snapshot_id(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def whole(self) -> bool: ...


class Verification(Protocol):
    """What ``Store.verify`` found."""

    @property
    def records(self) -> int: ...
    @property
    def checks(self) -> int: ...
    @property
    def head(self) -> str | None: ...
    @property
    def deleted(self) -> Sequence[Deletion]: ...
    @property
    def findings(self) -> Sequence[Finding]: ...


def sentence(found: Finding, wording: Wording) -> str:
    """One finding as one sentence."""
    kind, _, how = found.code.partition("-")
    texts = _texts(wording)
    text = texts.get(found.code) or texts[f"*-{how}"]
    return text.format(what=_things(wording).get(kind, kind).format(**found.values), **found.values)


def deletion_sentence(gone: Deletion, wording: Wording) -> str:
    _ = wording.gettext
    if gone.whole:
        text = _("Check {id} was deleted on {when}.")
    else:
        text = _("The phone's raw answers of check {id} were dropped on {when}.")
    return text.format(id=gone.snapshot_id, when=wording.when(gone.at))


def verification_document(found: Verification, wording: Wording) -> dict[str, Any]:
    return {
        "whole": not found.findings,
        "records": found.records,
        "checks": found.checks,
        "head": found.head,
        "deleted": [
            {
                "snapshot": gone.snapshot_id,
                "at": moment(gone.at),
                "what": "check" if gone.whole else "raw",
                "sentence": deletion_sentence(gone, wording),
            }
            for gone in found.deleted
        ],
        "findings": [
            {"code": one.code, **one.values, "sentence": sentence(one, wording)}
            for one in found.findings
        ],
    }


def _things(wording: Wording) -> dict[str, str]:
    """The kinds of things that the record names."""
    _ = wording.gettext
    return {
        "snapshot": _("check {id}"),
        "place": _("the place in order of check {id}"),
        "uses": _("what check {id} told of uses"),
        "raw": _("the list of raw answers of check {id}"),
        "note": _("the note of check {id}"),
        "title": _("the title of check {id}"),
        "pinned": _("the choice of check {id} as the one to compare with"),
        "phone": _("the key or name of phone {id}"),
        "alias": _("what says which phone later checks join (entry {id})"),
        "retention": _("the choice of which checks to keep (row {id})"),
        "mark": _("expectation {id}"),
        "deed": _("what was changed on the phone (action {id})"),
    }


def _texts(wording: Wording) -> dict[str, str]:
    _ = wording.gettext
    return {
        "*-changed": _("Changed since it was saved: {what}."),
        "*-removed": _("Missing, though nobody deleted it with this program: {what}."),
        "*-added": _("Not written by this program: {what}."),
        "file-damaged": _("The database file is damaged: {detail}"),
        "row-lost": _("Rows of the table “{table}” refer to something that is gone."),
        "record-changed": _("Entry {number} of the record was changed."),
        "record-missing": _("An entry of the record before entry {number} is missing or moved."),
        "record-end": _("The end of the record is missing: it now ends with entry {number}."),
        "state-changed": _("What an app may do was changed: {packages}."),
        "details-changed": _("What was noted about an app was changed: {packages}."),
        "apps-changed": _("The list of apps of these checks was changed: {ids}."),
        "answers-changed": _("Raw answers of the phone in these checks were changed: {ids}."),
    }
