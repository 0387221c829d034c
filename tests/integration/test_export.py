"""Histories and exports from end to end: four checks of the demo phone, and the files they make."""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from jsonschema import Draft202012Validator

from audit.catalogue import Catalogue
from audit.history import lanes
from audit.model import State
from db.store import Store
from resources.loader import read_json
from tests.phones import AdbServer

ROOT = Path(__file__).parents[2]
WECHAT = "com.tencent.mm"
BACKGROUND = "android.permission.ACCESS_BACKGROUND_LOCATION"
FORMATS = ("csv", "xlsx", "json", "html", "pdf")
PERSONAL = ("DEMO0001", "UKQ1.230804.001", "机主")


class Terminal:
    """Runs the command against one database; files go to ``folder``."""

    def __init__(self, database: Path, folder: Path, port: int) -> None:
        self.folder = folder
        gone = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
        self.environment = {k: v for k, v in os.environ.items() if k not in gone} | {
            "ANDROID_ADB_SERVER_PORT": str(port),
            "PERMISSION_CHECKUP_DATABASE": str(database),
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
        }

    def start(
        self, *arguments: str | Path, before: Callable[[], None] | None = None
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "cli.main", *map(str, arguments)],
            env=self.environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            preexec_fn=before,  # noqa: PLW1509 -- this test has no threads
        )

    def run(
        self, *arguments: str | Path, before: Callable[[], None] | None = None
    ) -> tuple[int, str, str]:
        process = self.start(*arguments, before=before)
        output, errors = process.communicate(timeout=90)
        assert "Traceback" not in errors
        return process.returncode, output, errors

    def json(self, *arguments: str) -> Any:
        status, output, errors = self.run(*arguments, "--json")
        assert status == 0, errors
        return json.loads(output)

    def export(self, *arguments: str) -> Path:
        """Writes a file of the format that stands last among the arguments."""
        path = self.folder / f"file.{arguments[-1]}"
        status, _, errors = self.run("export", *arguments, "--output", path, "--lang", "zh-CN")
        assert status == 0, errors
        return path

    def refused(self, *arguments: str | Path, code: int = 2) -> str:
        status, output, errors = self.run("--lang", "en", *arguments)
        assert (status, output) == (code, "")
        assert errors.count("\n") == 1
        return errors


@pytest.fixture(scope="module")
def database(adb_server: AdbServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four checks of the demo phone's life."""
    path = tmp_path_factory.mktemp("checked") / "history.sqlite"
    terminal = Terminal(path, path.parent, adb_server.port)
    codes = [terminal.run("--demo", "check")[0] for _ in range(4)]
    assert codes == [0, 10, 10, 0]
    return path


@pytest.fixture
def terminal(database: Path, adb_server: AdbServer, tmp_path: Path) -> Iterator[Terminal]:
    folder = tmp_path / "files"
    folder.mkdir()
    yield Terminal(database, folder, adb_server.port)
    left = [file.name for file in folder.iterdir() if file.name.startswith(".")]
    assert left == []


class TestHistory:
    def test_follows_the_contract(self, terminal: Terminal) -> None:
        found = terminal.json("history", "--app", WECHAT, "--permission", BACKGROUND)
        assert [(one["user"], one["state"]) for one in found] == [(0, "ask"), (0, "allowed")]
        first, second = found
        assert {first[key] for key in ("package", "permission")} == {WECHAT, BACKGROUND}
        assert (first["from_snapshot"], first["until_snapshot"]) == (1, 2)
        assert (second["from_snapshot"], second["until_snapshot"]) == (2, None)
        assert first["until"] == second["from"]
        assert second["until"] is None
        (_, check, *_) = terminal.json("snapshots")
        assert second["from"] == check["taken_at"]

    def test_says_what_the_last_check_says(self, terminal: Terminal) -> None:
        now = {
            (one["user"], one["package"], one["permission"]): one["state"]
            for one in terminal.json("history")
            if one["until"] is None
        }
        apps = terminal.json("apps")["apps"]
        expected = {
            (app["user"], app["package"], one["name"]): one["state"]
            for app in apps
            for one in app["permissions"]
        }
        expected |= {
            (app["user"], app["package"], name): "allowed"
            for app in apps
            for name in app["special"]
        }
        assert {key: now[key] for key in expected} == expected
        # What an app had once and has no longer.
        assert {now[key] for key in now.keys() - expected.keys()} <= {"denied"}

    def test_tells_every_change_of_state(self, terminal: Terminal) -> None:
        """Whatever `changes` tells of permissions stands in the history, with the same states."""
        edges = set()
        for one in terminal.json("history"):
            key = one["user"], one["package"], one["permission"]
            edges.add((*key, one["from_snapshot"], one["state"]))
        for old in (1, 2, 3):
            _, output, _ = terminal.run("changes", str(old), str(old + 1), "--json")
            for change in json.loads(output):
                if change["permission"] and change["after"]:
                    key = change["user"], change["package"], change["permission"]
                    assert (*key, old + 1, change["after"]) in edges

    def test_filters(self, terminal: Terminal) -> None:
        every = terminal.json("history")
        for option, key, value in (
            ("--app", "package", WECHAT),
            ("--user", "user", 10),
            ("--group", "group", "messages"),
            ("--permission", "permission", "notification_listener"),
        ):
            expected = [one for one in every if one[key] == value]
            assert expected
            assert terminal.json("history", option, str(value)) == expected
        assert terminal.json("history", "--permission", "READ_SMS") == [
            one for one in every if one["permission"] == "android.permission.READ_SMS"
        ]
        assert terminal.json("history", "--app", "no.such.app") == []

    def test_as_a_person_reads_it(self, terminal: Terminal) -> None:
        arguments = ("history", "--app", WECHAT, "--permission", BACKGROUND, "--lang", "en")
        status, output, _ = terminal.run(*arguments)
        assert status == 0
        assert output.startswith("WeChat (com.tencent.mm)\n")
        assert "(check 1) until" in output
        assert "allowed since" in output

    def test_many_runs_agree_with_one(self, terminal: Terminal, database: Path) -> None:
        catalogue = Catalogue.load()
        with Store.open(database) as store:
            (phone,) = store.phones()
            every = list(store.app_histories(phone.key))
            assert [(user, package) for user, package, _ in every] == sorted(
                (user, package) for user, package, _ in every
            )
            for user, package, runs in every[::10]:
                alone = store.app_history(phone.key, user, package)
                assert lanes(runs, catalogue) == lanes(alone, catalogue)
            assert [found[:2] for found in store.app_histories(phone.key, 10, WECHAT)] == [
                found[:2] for found in every if found[:2] == (10, WECHAT)
            ]


@pytest.mark.parametrize("what", ["history", "uses", "changes", "snapshot"])
class TestFormats:
    def test_csv_and_xlsx_hold_the_same(self, what: str, terminal: Terminal) -> None:
        text = terminal.export(what, "--format", "csv").read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        book = openpyxl.load_workbook(terminal.export(what, "--format", "xlsx"), read_only=True)
        sheet = list(book.worksheets[0].iter_rows(values_only=True))
        book.close()
        assert len(sheet) == len(rows) > 1
        for cells, row in zip(sheet[1:], rows[1:], strict=True):
            texts = [cell for cell in cells if isinstance(cell, str)]
            assert set(texts) <= {cell.replace("'", "", 1) for cell in row} | set(row)

    def test_json(self, what: str, terminal: Terminal) -> None:
        document = json.loads(terminal.export(what, "--format", "json").read_text("utf-8"))
        Draft202012Validator(read_json("schema", f"{what}.json")).validate(document)
        if what == "history":
            assert document["history"] == terminal.json("history", "--lang", "zh-CN")

    def test_html_and_pdf_in_chinese(self, what: str, terminal: Terminal) -> None:
        page = terminal.export(what, "--app", WECHAT, "--format", "html").read_text("utf-8")
        assert "微信" in page
        assert 'lang="zh-CN"' in page
        path = terminal.export(what, "--app", WECHAT, "--format", "pdf")
        assert path.read_bytes().startswith(b"%PDF-")
        tool = shutil.which("pdftotext")
        if tool is None:
            pytest.skip("pdftotext is not installed (Debian: poppler-utils)")
        text = subprocess.run([tool, path, "-"], check=True, capture_output=True).stdout.decode()
        assert "微信" in text
        assert WECHAT in text

    def test_personal_details_only_on_request(self, what: str, terminal: Terminal) -> None:
        for name in FORMATS:
            raw = _text(terminal.export(what, "--user", "10", "--format", name))
            assert [word for word in PERSONAL if word in raw] == [], name
            terminal.folder.joinpath(f"file.{name}").unlink()
        kept = terminal.export(what, "--user", "10", "--with-personal-details", "--format", "json")
        assert [word for word in PERSONAL if word not in kept.read_text("utf-8")] == []


def _text(path: Path) -> str:
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            return "".join(archive.read(name).decode() for name in archive.namelist())
    if path.suffix == ".pdf" and (tool := shutil.which("pdftotext")):
        return subprocess.run([tool, path, "-"], check=True, capture_output=True).stdout.decode()
    return path.read_bytes().decode("utf-8", "replace")


class TestWhatIsExported:
    def test_a_comparison_of_two_named_checks(self, terminal: Terminal) -> None:
        document = json.loads(terminal.export("changes", "1", "3", "--format", "json").read_text())
        assert (document["old"]["id"], document["new"]["id"]) == (1, 3)
        _, output, _ = terminal.run("changes", "1", "3", "--json", "--lang", "zh-CN")
        assert document["changes"] == json.loads(output)

    def test_changes_of_one_kind(self, terminal: Terminal) -> None:
        arguments = ("changes", "1", "2")
        every = json.loads(terminal.export(*arguments, "--format", "json").read_text("utf-8"))
        # What rides along in an app comes with an update; it is no access that was gained.
        kinds: dict[str, Callable[[dict[str, Any]], bool]] = {
            "updates": lambda one: one["what"] in {"version", "sdk"},
            "silent": lambda one: one["silent"],
            "gained": lambda one: one["kind"] == "gained" and one["what"] != "sdk",
        }
        for kind, belongs in kinds.items():
            terminal.folder.joinpath("file.json").unlink()
            path = terminal.export(*arguments, "--kind", kind, "--format", "json")
            found = json.loads(path.read_text("utf-8"))
            assert found["filters"]["kind"] == kind
            assert found["changes"] == [one for one in every["changes"] if belongs(one)]
            assert 0 < len(found["changes"]) < len(every["changes"])

    def test_a_named_check(self, terminal: Terminal) -> None:
        document = json.loads(terminal.export("snapshot", "2", "--format", "json").read_text())
        assert document["snapshot"]["id"] == 2
        assert (
            document["apps"] == terminal.json("apps", "--snapshot", "2", "--lang", "zh-CN")["apps"]
        )

    def test_uses_are_those_that_the_verb_tells(self, terminal: Terminal) -> None:
        document = json.loads(terminal.export("uses", "--format", "json").read_text("utf-8"))
        found = document["uses"]
        whose = {(one["user"], one["package"]) for one in found}
        assert {user for user, _ in whose} == {0, 10}
        for user, package in sorted(whose):
            mine = [
                {key: value for key, value in one.items() if key not in {"package", "label"}}
                for one in found
                if (one["user"], one["package"]) == (user, package)
            ]
            verb = terminal.json("uses", package, "--user", str(user), "--lang", "zh-CN")
            assert mine == [{"user": user, **one} for one in verb]


class TestPeriod:
    """The demo's four checks lie weeks apart."""

    @pytest.fixture
    def taken(self, terminal: Terminal) -> list[str]:
        return [one["taken_at"] for one in terminal.json("snapshots")]

    def test_the_history_keeps_what_reaches_into_it(
        self, terminal: Terminal, taken: list[str]
    ) -> None:
        every = terminal.json("history")
        found = terminal.json("history", "--since", taken[1], "--until", taken[2])
        assert found == [
            one
            for one in every
            if one["from"] <= taken[2] and (one["until"] is None or one["until"] >= taken[1])
        ]
        assert 0 < len(found) < len(every)
        path = terminal.export(
            "history", "--since", taken[1], "--until", taken[2], "--format", "json"
        )
        document = json.loads(path.read_text("utf-8"))
        assert len(document["history"]) == len(found)
        assert document["filters"] | {"since": taken[1], "until": taken[2]} == document["filters"]

    @pytest.mark.parametrize(
        ("since", "until", "pair"),
        [
            (1, 2, (1, 3)),
            (0, 1, (1, 2)),
            (None, 2, (1, 3)),
            (2, None, (2, 4)),
            (None, None, (3, 4)),
        ],
    )
    def test_a_comparison_spans_it(
        self,
        since: int | None,
        until: int | None,
        pair: tuple[int, int],
        terminal: Terminal,
        taken: list[str],
    ) -> None:
        """From the check that stood when it began to the last one within it."""
        options = [] if since is None else ["--since", taken[since]]
        options += [] if until is None else ["--until", taken[until]]
        path = terminal.export("changes", *options, "--format", "json")
        document = json.loads(path.read_text("utf-8"))
        assert (document["old"]["id"], document["new"]["id"]) == pair

    def test_a_check_is_the_last_one_within_it(self, terminal: Terminal, taken: list[str]) -> None:
        path = terminal.export("snapshot", "--until", taken[1], "--format", "json")
        assert json.loads(path.read_text("utf-8"))["snapshot"]["id"] == 2

    def test_what_it_leaves_nothing_of_is_said(self, terminal: Terminal, taken: list[str]) -> None:
        arguments = ("--format", "csv", "--output", terminal.folder / "x.csv")
        for what in ("changes", "snapshot"):
            for period in (("--until", "2001-01-01"), ("--since", "2999-01-01")):
                assert "No check" in terminal.refused("export", what, *period, *arguments)
        only = terminal.refused("export", "changes", "--until", taken[0], *arguments)
        assert "only one check" in only
        assert list(terminal.folder.iterdir()) == []

    def test_a_wrong_date_is_a_sentence(self, terminal: Terminal) -> None:
        for option in ("--since", "--until"):
            assert "2026-03-01" in terminal.refused("history", option, "the day before")
        both = ("--since", "2026-03-02", "--until", "2026-03-01")
        assert "turn them round" in terminal.refused("history", *both)
        output = terminal.folder / "x.csv"
        numbers = ("changes", "1", "2", "--since", "2026-03-01", "--format", "csv")
        assert terminal.run("export", *numbers, "--output", output)[0] == 2
        assert not output.exists()


class TestRefused:
    def test_an_existing_file(self, terminal: Terminal) -> None:
        path = terminal.folder / "mine.csv"
        path.write_text("mine")
        arguments = ("export", "history", "--format", "csv", "--output", path)
        assert "--force" in terminal.refused(*arguments)
        assert path.read_text() == "mine"
        assert terminal.run(*arguments, "--force")[0] == 0
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")

    @pytest.mark.parametrize("name", FORMATS)
    def test_a_full_disk(self, name: str, terminal: Terminal) -> None:
        """A limit on the size of files stands for the disk."""
        path = terminal.folder / f"big.{name}"

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

        # Coverage's own file would not fit either, and it would say so.
        terminal.environment.pop("COVERAGE_PROCESS_CONFIG", None)
        status, output, errors = terminal.run(
            "export", "history", "--format", name, "--output", path, "--lang", "en", before=limit
        )
        assert (status, output, errors.count("\n")) == (2, "", 1)
        assert "disk is full" in errors
        assert list(terminal.folder.iterdir()) == []

    def test_an_interrupted_export_leaves_nothing(self, terminal: Terminal) -> None:
        path = terminal.folder / "x.pdf"
        process = terminal.start("export", "snapshot", "--format", "pdf", "--output", path)
        deadline = time.monotonic() + 30
        while process.poll() is None and not list(terminal.folder.iterdir()):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        assert "Traceback" not in errors
        assert process.returncode == 130
        assert list(terminal.folder.iterdir()) == []

    def test_wrong_places_and_filters(self, terminal: Terminal) -> None:
        arguments = ("export", "history", "--format", "csv", "--output")
        assert "folder" in terminal.refused(*arguments, terminal.folder / "no" / "x.csv")
        assert "ordinary file" in terminal.refused(*arguments, terminal.folder)
        assert "messages" in terminal.refused("history", "--group", "telepathy")
        assert "99" in terminal.refused(
            "export", "snapshot", "99", *arguments[2:], terminal.folder / "x.csv", code=5
        )
        assert "gained" in terminal.refused(
            "export", "changes", "--kind", "magic", *arguments[2:], terminal.folder / "x.csv"
        )
        for wrong in (
            ("history", "--kind", "gained"),
            ("changes", "1"),
            ("history", "1"),
            ("snapshot", "1", "2"),
            ("poem",),
        ):
            output = terminal.folder / "x.csv"
            status, _, _ = terminal.run("export", *wrong, "--format", "csv", "--output", output)
            assert status == 2
        assert list(terminal.folder.iterdir()) == []


def test_states_of_the_history_are_those_of_the_model(terminal: Terminal) -> None:
    assert {one["state"] for one in terminal.json("history")} <= {*map(str, State), None}
