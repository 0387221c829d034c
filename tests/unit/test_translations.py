"""Every text has its translation, and the Chinese one reads like Chinese."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import polib
import pytest

from audit.catalogue import Catalogue
from audit.wording import Wording
from resources.loader import LANGUAGES, files_in, read_json, translations

ROOT = Path(__file__).parents[2]
CATALOGUES = sorted((ROOT / "resources" / "i18n").glob("*.po"))
HAN = "\u4e00-\u9fff"
WIDE = "，。：；！？、（）“”"
# Written the same in every language.
NAMES = re.compile(r"\{[^}]*\}|Android|Wi-Fi|USB|VPN|PDF|CSV|JSON|HTML|Excel")


def load_messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pairs(path: Path) -> Iterator[tuple[str, str]]:
    """Each text with its translation; one entry per form."""
    for entry in polib.pofile(str(path)):
        for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            yield entry.msgid, text


CHINESE = list(pairs(ROOT / "resources" / "i18n" / "zh-CN.po"))


def test_each_language_has_its_catalogue() -> None:
    assert {path.stem for path in CATALOGUES} == set(LANGUAGES) - {"en"}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_text_is_translated_with_its_placeholders(path: Path) -> None:
    assert list(load_messages().complaints(polib.pofile(str(path)))) == []


@pytest.mark.parametrize(
    ("translation", "complaint"),
    [
        ("", "not translated"),
        ("{programm}：重启手机。", "other placeholders"),
        ("重启手机。", "other placeholders"),
    ],
)
def test_a_missing_or_broken_translation_is_found(
    tmp_path: Path, translation: str, complaint: str
) -> None:
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / "x.py").write_text("_('{program}: restart the phone.')", "utf-8")
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="{program}: restart the phone.", msgstr=translation))
    found = list(load_messages().complaints(catalogue, tmp_path))
    assert [complaint in text for text in found] == [True]


def test_the_words_of_argparse_keep_their_placeholders() -> None:
    placeholders = load_messages().placeholders
    assert placeholders("argument %(argument_name)s: %(message)s of {n}") == {
        "%(argument_name)s",
        "%(message)s",
        "n",
    }
    assert placeholders("expected %s arguments") == {"%s"}
    assert placeholders("100 % sure") == set()


def faults(text: str, translation: str) -> list[str]:
    """What a Chinese reader would stumble over."""
    told = NAMES.sub("", translation)
    rules = {
        "no Chinese in it": re.search(r"[A-Za-z]", NAMES.sub("", text))
        and not re.search(f"[{HAN}]", told),
        "narrow punctuation beside Chinese": re.search(f"[{HAN}][,.:;!?()]|[,.:;!?()][{HAN}]", told)
        or re.search(r"\}[,:;!?()]|[,;!?(]\{", translation),
        "a blank beside wide punctuation": re.search(f"\\s[{WIDE}]|[{WIDE}]\\s", translation),
        "a blank between Chinese": re.search(f"[{HAN}]\\s+[{HAN}]", translation),
        "a blank at an end": translation != translation.strip(),
        "你 where 您 is polite": "你" in translation,
        "quotes or brackets that do not pair": translation.count("“") != translation.count("”")
        or translation.count("（") != translation.count("）"),
        "a sentence without its end": text.endswith(".")
        and not translation.endswith(("。", "。）", "？", "！", "：")),
        "an ellipsis that is gone": text.endswith("…") != translation.endswith("…"),
        "an ellipsis twice as long as on other buttons": "……" in translation,
    }
    return [name for name, broken in rules.items() if broken]


def test_the_chinese_reads_like_chinese() -> None:
    found = {text: faults(text, translation) for text, translation in CHINESE}
    assert {text: names for text, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("Check now", "Check now"),
        ("It is empty.", "内容是空的."),
        ("It is empty.", "内容是空的"),
        ("Not read: {part}.", "未读取: {part}。"),
        ("Compare {a} with {b}.", "{a},{b}相比。"),
        ("Unlock it.", "请 解锁手机。"),
        ("Unlock it.", "请解锁您的手机 。"),
        ("Unlock it.", "请解锁你的手机。"),
        ("Tap “Allow”.", "点“允许。"),
        ("Saving…", "正在保存"),
    ],
)
def test_the_rules_for_chinese_see_a_fault(text: str, translation: str) -> None:
    assert faults(text, translation)


def test_what_the_catalogue_says_exists_in_both_languages() -> None:
    special = read_json("catalogue", "special.json")
    texts = {(name, kind): entry[kind] for name, entry in special.items() for kind in entry}
    for entry in read_json("catalogue", "permissions.json")["permissions"]:
        for kind in ("title", "can", "explain", "normal"):
            both = {language: entry[language].get(kind) for language in LANGUAGES}
            texts[entry["name"], kind] = both
    for entry in read_json("catalogue", "access.json")["access"]:
        for kind in ("title", "explain", "normal", "ask"):
            texts[entry["key"], kind] = entry[kind]
    wrong = [
        key
        for key, both in texts.items()
        if set(both) != set(LANGUAGES)
        or bool(both["en"]) != bool(both["zh-CN"])
        or faults(both["en"] or "", both["zh-CN"] or "")
    ]
    assert len(texts) > 900
    assert wrong == []


def both_languages(found: object, where: str) -> Iterator[tuple[str, object, object]]:
    """Everything in a data file that is written in one of the languages."""
    if isinstance(found, dict):
        if not found.keys().isdisjoint(LANGUAGES):
            yield where, found.get("en"), found.get("zh-CN")
        for key, inner in found.items():
            yield from both_languages(inner, f"{where}/{key}")
    elif isinstance(found, list):
        for number, inner in enumerate(found):
            yield from both_languages(inner, f"{where}/{number}")


@pytest.mark.parametrize("name", files_in("catalogue"))
def test_every_data_file_speaks_both_languages(name: str) -> None:
    texts = list(both_languages(read_json("catalogue", name), name))
    # An empty list says the same in every language.
    assert [where for where, en, zh in texts if bool(en) != bool(zh) or zh is None] == []
    # "Apple Inc." is no sentence.
    told = [(w, str(en), str(zh)) for w, en, zh in texts if re.search(r"(\S+\s){4}.*\.$", str(en))]
    assert [where for where, en, zh in told if faults(en, zh)] == []


def test_a_text_in_one_language_only_is_found() -> None:
    data = {"list": [{"en": "Calls", "zh-CN": "电话"}, {"en": "Messages"}]}
    assert [zh for _, _, zh in both_languages(data, "data")] == ["电话", None]


def test_one_form_serves_every_number() -> None:
    ngettext = translations("zh-CN").ngettext
    told = {ngettext("{n} app", "{n} apps", number) for number in (0, 1, 2, 5, 100)}
    assert len(told) == 1
    assert "个应用" in told.pop()


def test_a_moment_reads_the_chinese_way() -> None:
    wording = Wording("zh-CN", Catalogue.load())
    moment = datetime(2026, 11, 3, 11, 20, tzinfo=UTC)
    assert wording.ago(moment, moment.replace(hour=13)) == "2小时前"
    assert re.fullmatch(r"2026年11月\d日 \d\d:\d\d", wording.when(moment))


def test_the_terminal_says_in_chinese_what_is_missing(tmp_path: Path) -> None:
    missing = tmp_path / "none.sqlite"
    ran = subprocess.run(
        [sys.executable, "-m", "cli.main", "snapshots", "--lang", "zh-CN", "--database", missing],
        cwd=ROOT,
        env=os.environ | {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (5, "")
    assert str(missing) in ran.stderr
    assert "还没有检查记录" in ran.stderr
    assert not missing.exists()
