"""What exports hold: all of it, what the filters leave, and nothing personal unless asked for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from audit.export import csv_text, html_page, json_text
from audit.export.about import Scope
from audit.export.table import Export
from resources.loader import read_json
from tests.builders import NOON
from tests.unit.export.samples import PERSONAL, about, checks, export_of

KINDS = ("history", "changes", "snapshot", "uses")
SMS = "android.permission.READ_SMS"


def document(export: Export, folder: Path) -> Any:
    json_text.write(export, folder / "x.json")
    return json.loads((folder / "x.json").read_text("utf-8"))


def rows(export: Export, folder: Path) -> list[dict[str, str]]:
    csv_text.write(export, folder / "x.csv")
    text = (folder / "x.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def undocumented(schema: Any, value: Any, root: Any) -> Iterator[str]:
    """Keys of a document of which its schema says nothing."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        for one in value:
            yield from undocumented(schema["items"], one, root)
    elif isinstance(value, dict):
        for key, one in value.items():
            known = schema.get("properties", {}).get(key) or schema.get("additionalProperties")
            if known is None:
                yield key
            else:
                yield from undocumented(known, one, root)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("what", KINDS)
def test_documents_follow_their_schema(
    what: str, kept: bool, language: str, tmp_path: Path
) -> None:
    schema = read_json("schema", f"{what}.json")
    Draft202012Validator.check_schema(schema)
    found = document(export_of(what, about(kept=kept, language=language)), tmp_path)
    Draft202012Validator(schema).validate(found)
    assert list(undocumented(schema, found, schema)) == []
    assert found["personal_details"] is kept


@pytest.mark.parametrize("what", KINDS)
def test_a_schema_refuses_what_is_none(what: str, tmp_path: Path) -> None:
    schema = Draft202012Validator(read_json("schema", f"{what}.json"))
    found = document(export_of(what, about()), tmp_path)
    for key in found:
        assert not schema.is_valid({name: one for name, one in found.items() if name != key})
    assert not schema.is_valid(found | {"version": 2})
    assert not schema.is_valid(found | {"made_at": "2026-12-01 00:00"})


@pytest.mark.parametrize("what", KINDS)
def test_personal_details_are_kept_on_request_only(what: str, tmp_path: Path) -> None:
    html_page.write(export_of(what, about()), tmp_path / "without.html")
    html_page.write(export_of(what, about(kept=True)), tmp_path / "with.html")
    without = (tmp_path / "without.html").read_text("utf-8")
    kept = (tmp_path / "with.html").read_text("utf-8")
    assert [word for word in PERSONAL if word in without] == []
    assert [word for word in PERSONAL if word not in kept] == []
    assert "Left out: serial number" in without
    assert "Kept: serial number" in kept
    assert [
        w for w in PERSONAL if w in json.dumps(document(export_of(what, about()), tmp_path))
    ] == []
    assert {row["personal_details"] for row in rows(export_of(what, about()), tmp_path)} == {
        "left out"
    }


def test_history_rows_and_documents_say_the_same(tmp_path: Path) -> None:
    table = rows(export_of("history", about()), tmp_path)
    documents = document(export_of("history", about()), tmp_path)["history"]
    assert len(table) == len(documents) > 0
    for row, one in zip(table, documents, strict=True):
        for key in ("user", "package", "permission", "from_snapshot", "until_snapshot", "state"):
            assert row[key] == ("" if one[key] is None else str(one[key]))
        assert row["from"].replace(" ", "T") + "Z" == one["from"]
    (first, second) = [one for one in documents if one["permission"] == SMS]
    assert (first["state"], first["until_snapshot"], first["until"]) == (
        "ask",
        2,
        "2026-11-24T12:00:00Z",
    )
    assert (second["state"], second["from_snapshot"], second["until"]) == ("allowed", 2, None)


def test_changes_tell_before_and_now(tmp_path: Path) -> None:
    found = {row["permission"]: row for row in rows(export_of("changes", about()), tmp_path)}
    assert found[SMS] | {"before": "asks first", "after": "allowed", "why": "user"} == found[SMS]
    assert found[SMS]["sentence"] == "WeChat can now read your text messages."


def test_a_snapshot_lists_every_app_with_all_that_it_has(tmp_path: Path) -> None:
    found = rows(export_of("snapshot", about()), tmp_path)
    _, new = checks()
    expected = {
        (str(app.user), app.package, name)
        for app in new.apps
        for name in [*(p.name for p in app.permissions), *app.special] or [""]
    }
    assert {(row["user"], row["package"], row["permission"]) for row in found} == expected
    assert len(found) == len(expected)
    (camera,) = [row for row in found if row["permission"] == "android.permission.CAMERA"]
    assert camera["last_used_in_background"] == "2026-11-23 12:00:00"


@pytest.mark.parametrize("what", KINDS)
@pytest.mark.parametrize(
    ("scope", "left"),
    [
        (Scope(package="com.tencent.mm"), {("0", "com.tencent.mm")}),
        (Scope(user=10), {("10", "com.example.app")}),
        (Scope(permission=SMS), {("0", "com.tencent.mm")}),
        (Scope(permission="notification_listener"), {("10", "com.example.app")}),
        (Scope(group="location"), {("10", "com.example.app")}),
        (Scope(package="com.tencent.mm", group="location"), set()),
    ],
)
def test_filters(what: str, scope: Scope, left: set[tuple[str, str]], tmp_path: Path) -> None:
    if what == "uses" and scope.permission == "notification_listener":
        left = set()  # Android records no uses of it
    table = rows(export_of(what, about(scope)), tmp_path)
    assert {(row["user"], row["package"]) for row in table} == left
    for row in table:
        assert scope.group in {None, row["group"]}
        assert scope.permission in {None, row["name" if what == "uses" else "permission"]}
    found = document(export_of(what, about(scope)), tmp_path)
    members = found[{"snapshot": "apps"}.get(what, what)]
    assert {(str(one["user"]), one["package"]) for one in members} == left
    Draft202012Validator(read_json("schema", f"{what}.json")).validate(found)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("scope", "states"),
    [
        (Scope(), ["ask", "allowed"]),
        (Scope(until=NOON), ["ask"]),
        (Scope(until=NOON - DAY / 2), []),
        (Scope(since=NOON + DAY), ["ask", "allowed"]),
        (Scope(since=NOON + DAY * 1.5), ["allowed"]),
        (Scope(since=NOON + DAY / 4, until=NOON + DAY / 2), ["ask"]),
    ],
)
def test_a_period_leaves_every_stretch_that_reaches_into_it(
    scope: Scope, states: list[str], tmp_path: Path
) -> None:
    """READ_SMS asks at noon of one day, and is allowed at noon of the next."""
    found = document(export_of("history", about(scope)), tmp_path)
    assert [one["state"] for one in found["history"] if one["permission"] == SMS] == states
    for key, at in (("since", scope.since), ("until", scope.until)):
        assert found["filters"][key] == (at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None)
    html_page.write(export_of("history", about(scope)), tmp_path / "x.html")
    page = (tmp_path / "x.html").read_text("utf-8")
    assert ("is told whole" in page) is scope.has_period


def test_uses_count_within_the_period_only(tmp_path: Path) -> None:
    every = document(export_of("uses", about()), tmp_path)["uses"]
    assert [(one["package"], one["name"].rpartition(".")[2], one["through"]) for one in every] == [
        ("com.tencent.mm", "CAMERA", []),
        ("com.tencent.mm", "READ_SMS", []),
        ("com.example.app", "ACCESS_FINE_LOCATION", ["com.tencent.mm"]),
    ]
    sms = every[1]
    assert (sms["count_at_least"], sms["refused_at_least"]) == (1, 1)
    assert every[0]["in_background_at_least"] == 1
    (only,) = document(export_of("uses", about(Scope(since=NOON + DAY / 2))), tmp_path)["uses"]
    assert (only["name"], only["count_at_least"], only["refused_at_least"]) == (SMS, 1, 0)


def test_uses_rows_and_documents_say_the_same(tmp_path: Path) -> None:
    table = rows(export_of("uses", about()), tmp_path)
    documents = document(export_of("uses", about()), tmp_path)["uses"]
    assert len(table) == len(documents) == 3
    for row, one in zip(table, documents, strict=True):
        for key in ("user", "package", "name", "count_at_least", "in_background_at_least"):
            assert row[key] == str(one[key])
        assert row["through"] == " ".join(one["through"])
        assert (row["last"].replace(" ", "T") + "Z" if row["last"] else None) == one["last"]
