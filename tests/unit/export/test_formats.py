"""Every format is opened again by a reader that is not ours, hostile text and all."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtGui import QFontDatabase, QGuiApplication

from audit.export import csv_text, html_page, json_text, xlsx
from audit.export.errors import ExportError
from audit.export.text import is_formula, visible
from gui import pdf
from tests.builders import NOON
from tests.unit.export.samples import HIDDEN, HOSTILE, hostile_export

SHOWN = [visible(text) for text in HOSTILE]


def test_csv(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    csv_text.write(hostile_export(1), path)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n") == len(HOSTILE) + 2
    text = raw.decode("utf-8-sig")
    assert HIDDEN.isdisjoint(text)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    cells = [row["text"] for row in rows]
    assert not any(map(is_formula, cells))
    unquoted = [cell.replace("'", "") for cell in cells[: len(HOSTILE)]]
    assert unquoted == [text.replace("'", "") for text in SHOWN]
    assert rows[0] | {"text": ""} == {
        "text": "",
        "number": "0",
        "flag": "是",
        "at": "2026-11-23 12:00:00",
        "more": "",
        "personal_details": "left out",
    }
    assert rows[-1]["number"] == str(10**18)


def test_json_keeps_every_character_and_shows_none_that_is_hidden(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    json_text.write(hostile_export(), path)
    raw = path.read_text("utf-8")
    assert HIDDEN.isdisjoint(raw)
    assert "微信" in raw
    document = json.loads(raw)
    assert [item["text"] for item in document["items"]] == list(HOSTILE)
    assert (document["format"], document["personal_details"]) == ("test", False)


def test_a_json_list_may_be_empty(tmp_path: Path) -> None:
    export = hostile_export()
    list(export.items)
    json_text.write(export, tmp_path / "x.json")
    assert json.loads((tmp_path / "x.json").read_text("utf-8"))["items"] == []


def test_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    xlsx.write(hostile_export(1), path)
    assert [file.name for file in tmp_path.iterdir()] == ["x.xlsx"]
    book = openpyxl.load_workbook(path)
    sheet, facts = book.worksheets
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:E{len(HOSTILE) + 2}"
    assert [cell.value for cell in sheet[1]] == ["文字", "数", "是否", "时间 (UTC)", "更多"]
    rows = list(sheet.iter_rows(min_row=2))
    for row, text in zip(rows, SHOWN, strict=False):
        cell = row[0]
        assert cell.data_type in {"s", "inlineStr"}
        assert cell.hyperlink is None
        assert cell.value == (text if len(text) <= 32_767 else text[:32_766] + "…")
        assert bool(cell.quotePrefix) is is_formula(text)
    assert [cell.data_type for cell in rows[0][1:4]] == ["n", "b", "d"]
    assert rows[0][3].value == NOON.replace(tzinfo=None)
    assert rows[-1][1].value == str(10**18)
    assert [cell.data_type for cell in facts[3]] == ["s", "s"]
    assert facts["B3"].value == visible("=cmd|' /C calc'!A0 \u202e<i>")


def test_a_sheet_holds_no_more_rows_than_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "_MOST_ROWS", len(HOSTILE) + 1)
    xlsx.write(hostile_export(), tmp_path / "x.xlsx")
    with pytest.raises(ExportError) as caught:
        xlsx.write(hostile_export(1), tmp_path / "y.xlsx")
    assert caught.value.code == "too-many-rows"
    assert {file.name for file in tmp_path.iterdir()} <= {"x.xlsx", "y.xlsx"}


class Page(HTMLParser):
    """Tags with their attributes, and the text of each cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[list[str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.cells.append([])
        if tag in {"td", "th"}:
            self.cells[-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        if self._open:
            self.cells[-1][-1] += data


def test_html(tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    html_page.write(hostile_export(), path)
    raw = path.read_text("utf-8")
    assert HIDDEN.isdisjoint(raw)
    page = Page()
    page.feed(raw)
    page.close()
    assert [row[0] for row in page.cells[1:]] == SHOWN
    frame = {"html", "head", "meta", "title", "style", "body", "h1", "div"}
    lists = {"dl", "dt", "dd", "ul", "li"}
    table = {"table", "thead", "tbody", "tr", "th", "td"}
    assert {tag for tag, _ in page.tags} == frame | lists | table
    attributes = {name for _, found in page.tags for name in found}
    assert attributes == {"lang", "charset", "http-equiv", "content", "name", "class", "scope"}
    policy = next(found["content"] for _, found in page.tags if "http-equiv" in found)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    style = raw[raw.index("<style>") : raw.index("</style>")]
    assert "url(" not in style
    assert "prefers-color-scheme: dark" in style
    assert "@media print" in style


def pdf_text(path: Path) -> str:
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext is not installed (Debian: poppler-utils)")
    return subprocess.run(
        [tool, "-layout", path, "-"], check=True, capture_output=True
    ).stdout.decode()


def test_pdf(tmp_path: Path, qapp: QGuiApplication) -> None:
    path = tmp_path / "x.pdf"
    pdf.write(hostile_export(400), path)
    pages = pdf_text(path).split("\f")[:-1]
    assert len(pages) > 5
    for number, page in enumerate(pages, 1):
        assert page.rstrip().endswith(f"权限历史 <b>=1</b> · {number}")
        assert page.count("时间 (UTC)") == 1
        assert "更多" not in page  # only for screens
    text = "".join(pages)
    assert HIDDEN.isdisjoint(text)
    assert "微信，支付宝 “用”" in text
    assert "user⟨U+202E⟩gpj.exe" in text
    assert "<script>alert(1)</script>" in text
    assert text.count("com.example.app") == 400
    names = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True).stdout
    fonts = names.splitlines()[2:]
    assert fonts
    assert all(" yes " in font for font in fonts)  # embedded


def test_pdf_in_chinese_needs_a_font_that_has_it(
    tmp_path: Path, qapp: QGuiApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: Any) -> list[str]:
        return []

    monkeypatch.setattr(QFontDatabase, "families", none)
    with pytest.raises(ExportError) as caught:
        pdf.write(hostile_export(), tmp_path / "x.pdf")
    assert caught.value.code == "no-chinese-font"
    pdf.write(hostile_export(language="en"), tmp_path / "y.pdf")
    assert (tmp_path / "y.pdf").read_bytes().startswith(b"%PDF-")
