"""Evidence from the terminal: verify, reread, notes, deleting, phones, complaint packs."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from device.demo_phone import DUMP_TIMEOUT, Faults, StoryPhone
from tests.phones import AdbServer
from tests.terminal import ROOT, Terminal

BAIDU = "com.baidu.searchbox"
READ_CALL_LOG = "READ_CALL_LOG"


@pytest.fixture
def terminal(tmp_path: Path, adb_server: AdbServer) -> Terminal:
    return Terminal(tmp_path, adb_server.port)


@pytest.fixture
def checked(terminal: Terminal, demo_phone: StoryPhone) -> Terminal:
    """Two checks, the second with news."""
    terminal.json("check")
    demo_phone.state = 2
    terminal.json("check", code=10)
    return terminal


def meddle(terminal: Terminal, sql: str) -> None:
    with closing(sqlite3.connect(terminal.database)) as raw:
        raw.execute(sql)
        raw.commit()


def test_a_store_that_nobody_touched_is_whole(checked: Terminal) -> None:
    found = checked.json("verify")
    assert found["whole"]
    assert (found["records"], found["checks"], found["findings"]) == (2, 2, [])
    status, output, _ = checked.run("verify", "--lang", "en")
    assert status == 0
    assert found["head"] in output


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE snapshot SET taken_at = taken_at + 1 WHERE id = 1", "check 1"),
        ("UPDATE app_state SET body = replace(body, 'true', 'false')", "com.android"),
        ("DELETE FROM record WHERE number = 2", "end of the record"),
        ("UPDATE raw_block SET body = x'00' WHERE id = 5", "Raw answers"),
        ("DELETE FROM use_event WHERE at = (SELECT max(at) FROM use_event)", "check 2"),
    ],
)
def test_what_was_changed_is_one_sentence_each(checked: Terminal, sql: str, words: str) -> None:
    meddle(checked, sql)
    found = checked.json("verify", code=5)
    assert not found["whole"]
    status, output, _ = checked.run("verify", "--lang", "en")
    assert status == 5
    for finding in found["findings"]:
        assert finding["code"]
    assert words in output
    assert len(output.splitlines()) == len(found["findings"]) + 1


def test_deleting_asks_and_is_remembered(checked: Terminal) -> None:
    assert "--yes" in checked.refused("delete", "1", code=2)
    assert len(checked.json("snapshots")) == 2
    assert checked.run("delete", "1", "--yes")[0] == 0
    assert [check["id"] for check in checked.json("snapshots")] == [2]
    found = checked.json("verify")
    assert [(gone["snapshot"], gone["what"]) for gone in found["deleted"]] == [(1, "check")]
    assert "Check 1 was deleted" in checked.run("verify", "--lang", "en")[1]
    checked.refused("delete", "1", "--yes", code=5)


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal to answer on")
@pytest.mark.parametrize(("answer", "left"), [(b"n\n", 2), (b"\n", 2), (b"y\n", 1)])
def test_on_a_terminal_the_person_is_asked(checked: Terminal, answer: bytes, left: int) -> None:
    try:
        ours, theirs = pty.openpty()
    except OSError as error:
        pytest.skip(f"this machine has no terminal to answer on: {error}")
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "delete", "1", "--lang", "en"],
        env=checked.environment,
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    asked = b""
    while b"[y/N]" not in asked:
        asked += os.read(ours, 1024)
    os.write(ours, answer)
    assert process.wait(60) == 0
    os.close(ours)
    assert b"check 1" in asked
    assert len(checked.json("snapshots")) == left


def test_kept_answers_are_read_again_beside_the_first_reading(checked: Terminal) -> None:
    before = checked.json("apps")
    again = checked.json("reread", "2")
    assert (again["snapshot"]["source"], again["snapshot"]["reread_of"]) == ("reread", 2)
    assert again["changes"] == []
    assert [one["id"] for one in checked.json("snapshots")] == [1, 2, 3]
    assert checked.json("apps") == before
    new = checked.json("apps", "--snapshot", "3")
    assert new["apps"] == before["apps"]
    assert checked.json("changes", code=10) == checked.json("changes", "1", "2", code=10)
    assert checked.json("verify")["whole"]
    assert checked.json("check")["compared_with"] == 2


def test_an_incomplete_check_reads_as_incomplete_again(
    terminal: Terminal, demo_phone: StoryPhone
) -> None:
    demo_phone.faults = (
        Faults("dumpsys (-t 60 )?package packages", cut_after=150_000, append=DUMP_TIMEOUT),
    )
    first = terminal.run("check", "--json")
    document = json.loads(first[1])["snapshot"]
    assert not document["complete"]
    again = terminal.json("reread")["snapshot"]
    assert again["problems"] == document["problems"]
    assert not again["complete"]


def test_answers_can_be_left_out_and_dropped(terminal: Terminal, demo_phone: StoryPhone) -> None:
    terminal.json("check", "--no-raw")
    assert "not kept" in terminal.refused("reread", "1", "--lang", "en", code=5)
    terminal.json("check")
    assert terminal.json("drop-raw", "2") == {"dropped": [2]}
    assert terminal.json("drop-raw", "--all") == {"dropped": []}
    terminal.refused("reread", "2", code=5)
    assert len(terminal.json("apps", "--snapshot", "2")["apps"]) > 100
    assert terminal.json("verify")["deleted"][0]["what"] == "raw"
    assert terminal.run("drop-raw")[0] == 2


def test_notes_and_names(checked: Terminal) -> None:
    assert checked.run("note", "1", "before the repair")[0] == 0
    assert checked.json("snapshots")[0]["note"] == "before the repair"
    assert checked.run("note", "1", "")[0] == 0
    assert checked.json("snapshots")[0]["note"] is None
    (phone,) = checked.json("phones")
    assert (phone["checks"], phone["name"]) == (2, None)
    (phone,) = checked.json("phones", "name", phone["key"], "妈妈的手机")
    assert phone["name"] == "妈妈的手机"
    assert checked.json("verify")["whole"]
    checked.refused("phones", "merge", phone["key"], "nobody", code=5)
    assert checked.run("phones", "merge", "one")[0] == 2


class TestWhy:
    def test_each_way_in_is_told_with_the_phones_own_lines(self, checked: Terminal) -> None:
        from db.store import Store

        found = checked.json("why", BAIDU, "calls")
        assert (found["package"], found["user"], found["answers_kept"]) == (BAIDU, 0, True)
        assert {way["access"] for way in found["ways"]} == {"calls"}
        (way,) = (one for one in found["ways"] if one["through"].endswith("READ_CALL_LOG"))
        assert way["state"] == "allowed"
        with Store.open(checked.database) as store:
            answers = {one.command: one.data.decode().split("\n") for one in store.raw(2)}
        for fact in way["facts"]:
            for line in fact["lines"]:
                assert answers[fact["command"]][line["number"] - 1] == line["text"]
        last = way["facts"][0]["lines"][-1]
        status, output, _ = checked.run("why", BAIDU, "READ_CALL_LOG", "--lang", "en")
        assert status == 0
        assert f"{last['number']} {last['text']}" in output
        assert f"Package [{BAIDU}]" in output

    def test_an_earlier_check_tells_what_it_was_told(self, checked: Terminal) -> None:
        (way,) = checked.json("why", BAIDU, "READ_CALL_LOG", "--snapshot", "1")["ways"]
        assert "granted=false" in way["facts"][0]["lines"][-1]["text"]

    def test_a_second_reading_quotes_the_answers_of_the_first(self, checked: Terminal) -> None:
        checked.json("reread", "2")
        first = checked.json("why", BAIDU, "--snapshot", "2")["ways"]
        assert checked.json("why", BAIDU, "--snapshot", "3")["ways"] == first

    def test_without_the_answers_it_says_so_and_tells_what_was_read(
        self, checked: Terminal
    ) -> None:
        checked.json("drop-raw", "2")
        found = checked.json("why", BAIDU, "calls")
        assert not found["answers_kept"]
        facts = [fact for way in found["ways"] for fact in way["facts"]]
        assert {fact["lines"] for fact in facts} == {None}
        status, output, _ = checked.run("why", BAIDU, "calls", "--lang", "en")
        assert status == 0
        assert output.startswith("The phone's raw answers of check 2 are gone")
        assert "READ_CALL_LOG: granted=true" in output

    def test_what_is_not_there_is_one_sentence(self, checked: Terminal) -> None:
        assert "no.such.app" in checked.refused("why", "no.such.app", code=2)
        assert "NO_SUCH" in checked.refused("why", BAIDU, "NO_SUCH", code=2)
        checked.refused("why", BAIDU, "--snapshot", "99", code=5)


class TestComplaint:
    def pack(self, terminal: Terminal, path: Path, *more: str) -> Path:
        """Writes and unpacks one; answers its folder."""
        status, _, errors = terminal.run("complaint", BAIDU, "--output", str(path), *more)
        assert status == 0, errors
        folder = path.parent / f"{path.stem}-unpacked"
        with zipfile.ZipFile(path) as pack:
            pack.extractall(folder)
        (inner,) = folder.iterdir()
        return inner

    def verify(self, folder: Path) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-I", str(folder / "verify.py")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        return done.returncode, done.stdout

    def test_it_holds_what_a_reader_needs(self, checked: Terminal, tmp_path: Path) -> None:
        folder = self.pack(checked, tmp_path / "en.zip", "--lang", "en")
        cover = " ".join((folder / "cover.txt").read_text("utf-8").split())
        assert BAIDU in cover
        assert "Found by check 2" in cover
        assert "not so in check 1" in cover
        assert "ticked in advance" in cover
        assert "[ ]" in cover
        lines = (folder / "history.csv").read_text("utf-8-sig")
        assert "android.permission.READ_CALL_LOG" in lines
        assert all(len(row) for row in csv.reader(io.StringIO(lines)))
        spans = json.loads((folder / "history.json").read_text("utf-8"))["history"]
        assert {span["package"] for span in spans} == {BAIDU}
        answers = {path.name: path.read_text("utf-8") for path in folder.glob("answers/check-2/*")}
        dump = answers["03-dumpsys-package-packages.txt"]
        assert "READ_CALL_LOG: granted=true" in dump
        assert "com.tencent.mm" not in dump
        assert READ_CALL_LOG in (folder / "history.html").read_text("utf-8")
        assert READ_CALL_LOG in (folder / "uses.html").read_text("utf-8")
        assert self.verify(folder)[0] == 0

    def test_the_lines_stand_in_the_whole_answer_where_they_say(
        self, checked: Terminal, tmp_path: Path
    ) -> None:
        from db.store import Store

        folder = self.pack(checked, tmp_path / "a.zip")
        with Store.open(checked.database) as store:
            whole = store.raw(2)
        for path in folder.glob("answers/check-2/*.txt"):
            lines = whole[int(path.name[:2])].data.split(b"\n")
            at = 0
            for line in path.read_bytes().rstrip(b"\n").split(b"\n")[3:]:
                if line.startswith(b"# from line "):
                    at = int(line[12:-1]) - 1
                    continue
                assert lines[at] == line
                at += 1

    def test_personal_details_stay_out_unless_asked_for(
        self, checked: Terminal, tmp_path: Path
    ) -> None:
        checked.run("note", "1", "my secret note")
        plain = self.pack(checked, tmp_path / "plain.zip")
        kept = self.pack(checked, tmp_path / "kept.zip", "--with-personal-details")
        for folder, expected in ((plain, False), (kept, True)):
            everything = b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())
            assert (b"DEMO0001" in everything) is expected
            assert (b"my secret note" in everything) is expected
            assert self.verify(folder)[0] == 0

    def test_any_changed_byte_of_any_file_is_found(self, checked: Terminal, tmp_path: Path) -> None:
        folder = self.pack(checked, tmp_path / "a.zip")
        files = [path for path in folder.rglob("*") if path.is_file() and path.name != "verify.py"]
        assert len(files) > 10
        for path in files:
            whole = path.read_bytes()
            # In the manifest a letter of a digest: its other texts are not what it vouches for.
            at = whole.rindex(b'": "') + 9 if path.name == "manifest.json" else len(whole) // 2
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            assert self.verify(folder)[0] == 1, path
            path.unlink()
            assert self.verify(folder)[0] == 1, path
            path.write_bytes(whole)
        (folder / "extra.txt").write_text("x", encoding="utf-8")
        assert "extra.txt" in self.verify(folder)[1]

    def test_a_forged_record_is_found_even_with_a_fitting_manifest(
        self, checked: Terminal, tmp_path: Path
    ) -> None:
        folder = self.pack(checked, tmp_path / "a.zip")
        record = (folder / "record.txt").read_text("ascii")
        entries = record.split("permission-checkup record ")[1:]
        forged = "".join(f"permission-checkup record {entry}" for entry in reversed(entries))
        self.replace_record(folder, forged)
        assert "moved" in self.verify(folder)[1]
        self.replace_record(folder, record.replace("snapshot 1 ", "snapshot 7 "))
        assert self.verify(folder)[0] == 1

    def replace_record(self, folder: Path, text: str) -> None:
        import hashlib

        manifest: Any = json.loads((folder / "manifest.json").read_text("utf-8"))
        manifest["files"]["record.txt"] = hashlib.sha256(text.encode()).hexdigest()
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        (folder / "record.txt").write_text(text, encoding="ascii")

    def test_the_verifier_is_short_and_plain(self, checked: Terminal, tmp_path: Path) -> None:
        lines = (self.pack(checked, tmp_path / "a.zip") / "verify.py").read_text().splitlines()
        assert len(lines) <= 100
        imports = {line for line in lines if line.startswith(("import", "from"))}
        assert imports == {f"import {name}" for name in ("hashlib", "json", "os", "re", "sys")}

    def test_chinese(self, checked: Terminal, tmp_path: Path) -> None:
        folder = self.pack(checked, tmp_path / "a.zip", "--lang", "zh-CN")
        cover = "".join((folder / "cover.txt").read_text("utf-8").split())
        assert "读取通话记录" in cover
        assert "预先勾选" in cover

    def test_what_cannot_be_written_is_refused(self, checked: Terminal, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        self.pack(checked, path)
        before = path.read_bytes()
        checked.refused("complaint", BAIDU, "--output", str(path), code=2)
        assert path.read_bytes() == before
        unknown = str(tmp_path / "b.zip")
        assert "no.such.app" in checked.refused(
            "complaint", "no.such.app", "--output", unknown, code=2
        )
        assert not Path(unknown).exists()
