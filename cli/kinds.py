"""The verbs ``kind`` and ``named``: what is known of apps beforehand, and what a person adds."""

from __future__ import annotations

import argparse

from audit.beyond import kind_name, kind_sentence, listed, named_sentence
from audit.kinds import Kind
from audit.named import BadListError, read_file
from cli.output import print_json, refuse, say
from cli.session import Session

USAGE = 2


def kind(session: Session, options: argparse.Namespace) -> int:
    """Lists the kinds; or says of an app which kind it is, or lets the person say it."""
    wording, kinds = session.wording, session.catalogue.kinds
    package: str | None = options.package
    if package is None:
        return _list_kinds(session)
    if options.number is not None and kinds.kind(options.number) is None:
        return refuse(wording.gettext("There is no such kind. Choose one from 1 to 39."))
    saying = options.number is not None or options.none
    with session.store(create=saying) as store:
        if options.undo:
            store.choices.forget_kind(package)
        elif saying:
            store.choices.set_kind(package, options.number)
        wording.know(store.choices.kinds(), store.choices.lists().values())
    known = wording.kind_of(package)
    if session.json:
        print_json(
            {
                "package": package,
                "kind": _document(session, known.kind) if known else None,
                "by": known.by if known else None,
                "source": known.source if known else None,
            }
        )
    elif known is None:
        text = wording.gettext("It is not known which kind of app {app} is.")
        say(text.format(app=wording.label(package)))
    else:
        say(f"{wording.label(package)}: {kind_sentence(known, wording)}")
    return 0


def _list_kinds(session: Session) -> int:
    wording = session.wording
    if session.json:
        print_json([_document(session, each) for each in session.catalogue.kinds.all])
        return 0
    for each in session.catalogue.kinds.all:
        needs = listed(each, wording)
        needs = needs or wording.gettext("nothing")
        say(f"{each.number:>2}  {kind_name(each, wording)}: {needs}")
    return 0


def _document(session: Session, found: Kind) -> dict[str, object]:
    lang = session.wording.language
    return {
        "number": found.number,
        "name": kind_name(found, session.wording),
        "function": found.functions[lang],
        "necessary": list(found.necessary[lang]),
        "access": sorted(found.access),
        "unverified": found.unverified,
    }


def named(session: Session, options: argparse.Namespace) -> int:
    """Lists where apps were named in public; imports a file of such lists, or forgets one."""
    wording = session.wording
    try:
        text = read_file(options.file) if options.file is not None else None
    except BadListError as error:
        return refuse(wording.error(error))
    with session.store(create=text is not None) as store:
        if text is not None:
            store.choices.add_list(options.file.name, text)
        elif options.forget is not None and not store.choices.forget_list(options.forget):
            told = wording.gettext("No file of that name was imported: {name}")
            return refuse(told.format(name=options.forget))
        imported = store.choices.lists()
    wording.know({}, imported.values())
    _tell_lists(session, list(imported))
    return 0


def _tell_lists(session: Session, files: list[str]) -> None:
    wording = session.wording
    entries = [
        (package, *found) for package in wording.packages_named for found in wording.named(package)
    ]
    if session.json:
        print_json(
            {
                "imported": files,
                "named": [
                    {
                        "package": package,
                        "list": about.key,
                        "title": about.title(wording.language),
                        "date": about.date,
                        "source": about.source,
                        "version": version,
                    }
                    for package, about, version in entries
                ],
            }
        )
        return
    for package, about, version in entries:
        say(f"{wording.label(package)}: {named_sentence(about, version, wording)}")
    for name in files:
        say(wording.gettext("Imported: {name}").format(name=name))
