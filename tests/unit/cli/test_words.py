"""The command line's help and its complaints are in the person's language."""

from __future__ import annotations

import argparse
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.arguments import parser
from cli.main import run
from cli.words import chosen_language, speaking, wrapped
from resources.loader import translations

ROOT = Path(__file__).parents[3]
HAN = re.compile("[\u4e00-\u9fff]")


def actions(one: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.Action]]:
    for action in one._actions:
        yield one.prog, action
        if isinstance(action, argparse._SubParsersAction):
            for verb in action.choices.values():
                yield from actions(verb)


def test_every_help_text_is_chinese_when_chinese_is_asked_for() -> None:
    words = translations("zh-CN")
    with speaking(words):
        every = list(actions(parser(words.gettext)))
    texts = [(prog, action.dest, action.help) for prog, action in every if action.help]
    assert len(texts) > 100
    assert [entry for entry in texts if not HAN.search(entry[2])] == []


@pytest.mark.parametrize("before", [[], ["check"]])
def test_the_version_is_the_one_in_pyproject(
    before: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    with pytest.raises(SystemExit) as stopped:
        run([*before, "--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr() == (f"permission-checkup {project['version']}\n", "")


def test_every_command_says_what_it_does() -> None:
    for _prog, action in actions(parser(translations("en").gettext)):
        if isinstance(action, argparse._SubParsersAction):
            assert all(verb.description for verb in action.choices.values())


@pytest.mark.parametrize(
    "line",
    [
        "chekc",
        "note",
        "pin",
        "pin 1 --none",
        "changes 1",
        "changes 1 x",
        "check --json=4",
        "export history",
        "drop-raw",
        "phones merge x",
        "check --wait",
        "history --permission A --group B",
        "check --nothing",
        "export history --format doc --output x",
    ],
)
def test_a_wrong_command_line_is_told_in_chinese(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["--lang", "zh-CN", *line.split()])
    usage, _, complaint = capsys.readouterr().err.rstrip("\n").rpartition("\n")
    assert ended.value.code == 2
    assert usage.startswith("用法：permission-checkup")
    assert HAN.search(complaint)
    sentence = complaint.split(": ", 1)[1]
    assert not re.findall(r"\b(?:argument|required|invalid|expected|choice|takes)s?\b", sentence)


def test_the_language_is_the_persons_again_afterwards(capsys: pytest.CaptureFixture[str]) -> None:
    for language, first in (("zh-CN", "用法："), ("en", "usage: ")):
        with pytest.raises(SystemExit):
            run(["--help", "--lang", language])
        assert capsys.readouterr().out.startswith(first)
    with pytest.raises(SystemExit):
        argparse.ArgumentParser(prog="other").parse_args(["--help"])
    assert capsys.readouterr().out.startswith("usage: other")


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("--lang zh-CN --help", "zh-CN"),
        ("check --nothing --lang=zh-CN", "zh-CN"),
        ("--lang fr", None),
        ("check --lang", None),
        ("check", None),
    ],
)
def test_the_language_is_found_in_any_command_line(line: str, language: str | None) -> None:
    assert chosen_language(line.split()) == language


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def test_lines_of_a_help_text_fit_however_wide_their_signs_are() -> None:
    chinese = "把关于某个应用的全部所知写成 zip 文件，供消费者组织使用，并说明其来源。"
    for text in (chinese, "write all that is known of an app as a zip for a consumer council"):
        for places in (12, 20, 31):
            lines = wrapped(text, places)
            assert max(width(line) for line in lines) <= places
            assert not any(line[0] in "，。 " for line in lines)
            assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)
    assert wrapped("", 20) == [""]
