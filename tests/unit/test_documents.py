"""What documents point to is there: files, headings, names in the code, commands and options."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.arguments import parser
from resources.loader import translations

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
IDS = [document.relative_to(ROOT).as_posix() for document in DOCUMENTS]
ROOMS = "audit|cli|db|device|gui|resources"
LINK = re.compile(r"!?\[[^]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
PATH = re.compile(rf"(?:{ROOMS}|tests|docs|tools|bundle|benchmarks|\.ci|\.github)/[\w./-]*")
DOTTED = re.compile(rf"(?:{ROOMS}|tests)(?:\.\w+)+")
#: A file in every APK, and the first line of a sealed record (docs/evidence.md).
NO_CODE, NO_COMMAND = {"resources.arsc"}, {"permission-checkup record 7"}
every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)


def prose(document: Path) -> str:
    return FENCE.sub("", document.read_text("utf-8"))


def code(document: Path) -> Iterator[str]:
    """Every line of a block of code, and every piece of code within a sentence."""
    text = document.read_text("utf-8")
    for block in FENCE.findall(text):
        yield from block.splitlines()
    yield from CODE.findall(FENCE.sub("", text))


def anchors(document: Path) -> set[str]:
    """The names of the headings, as every renderer of Markdown makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


def test_there_are_documents() -> None:
    assert {"README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/release.md"} <= set(IDS)


@every_document
def test_every_link_leads_somewhere(document: Path) -> None:
    dead = []
    for link in LINK.findall(prose(document)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


@every_document
def test_every_file_that_is_named_is_there(document: Path) -> None:
    named = {text for text in code(document) if PATH.fullmatch(text)}
    assert [name for name in sorted(named) if not there(name)] == []


def there(name: str) -> bool:
    """Whether this is a file or folder, or a function in one: ``tests/unit/db/samples.app``."""
    if (ROOT / name).exists():
        return True
    module, _, function = name.rpartition(".")
    file = ROOT / f"{module}.py"
    return file.is_file() and f"\ndef {function}(" in file.read_text("utf-8")


def known(name: str) -> bool:
    """Whether this is a module, or something that a module or a class in it has."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            thing: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            if not hasattr(thing, part) and part not in getattr(thing, "__annotations__", {}):
                return False
            thing = getattr(thing, part, None)
        return True
    return False


@every_document
def test_every_name_of_the_code_is_there(document: Path) -> None:
    named = {text.removesuffix("()") for text in code(document)}
    dotted = {name for name in named if DOTTED.fullmatch(name) and not (ROOT / name).exists()}
    files = {name for name in dotted if re.search(r"\.(py|json|md|po|toml)$", name)}
    assert [name for name in sorted(dotted - files - NO_CODE) if not known(name)] == []


@pytest.fixture(scope="module")
def verbs() -> dict[str, set[str]]:
    """Each command's options; those of no command under the empty name."""
    top = parser(translations("en").gettext)
    (commands,) = (a.choices for a in top._actions if isinstance(a, argparse._SubParsersAction))
    return {
        name: set(one._option_string_actions) for name, one in {"": top, **dict(commands)}.items()
    }


def wrong(words: list[str], verbs: dict[str, set[str]]) -> str | None:
    """What of a command line the program would not understand."""
    found = [word for word in words if re.fullmatch(r"[a-z][a-z-]+", word)]
    verb = found[0] if found and not words[0].startswith("-") else ""
    verb = next((word for word in found if word in verbs), verb)
    if verb not in verbs:
        return verb
    given = {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    return next(iter(sorted(given - verbs[verb])), None)


@every_document
def test_every_command_line_is_understood(document: Path, verbs: dict[str, set[str]]) -> None:
    mistakes = []
    for line in code(document):
        called = re.match(r"\W*(?:\S*/)?permission-checkup(?: (\S.*))?$", line.split("  #")[0])
        if called is None or not called[1] or line in NO_COMMAND:
            continue
        words = re.split(r" {2,}", called[1])[0].replace("[", "").replace("]", "").split()
        if mistake := wrong([word.strip("|…,;") for word in words], verbs):
            mistakes.append(f"{line}: {mistake}")
    assert mistakes == []


def test_a_command_that_is_none_is_found(verbs: dict[str, set[str]]) -> None:
    assert wrong(["chekc"], verbs) == "chekc"
    assert wrong(["check", "--al"], verbs) == "--al"
    assert wrong(["--demo", "check", "--all"], verbs) is None


@every_document
def test_every_tool_can_be_run(document: Path) -> None:
    wanting = []
    for line in code(document):
        for tool in re.findall(r"(?:^|\s)((?:tools|\.ci|benchmarks)/[\w./-]+)", line):
            file = ROOT / tool
            if not file.exists() or (not file.suffix and not os.access(file, os.X_OK)):
                wanting.append(tool)
        modules = re.findall(r"python3? -m ([\w.]+)", line)
        wanting += [module for module in modules if importlib.util.find_spec(module) is None]
    assert wanting == []
