"""The makers' guides: both languages whole, every line with its source, drawn without a gap."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from audit.guides import Do, dialog, guide, guides, seven_times
from device.connecting.makers import guide_of_properties
from resources.loader import LANGUAGES, read_json

TEXT = {
    "type": "object",
    "properties": {
        "en": {"type": "string", "minLength": 1},
        "zh-CN": {"type": "string", "minLength": 1},
    },
    "required": ["en", "zh-CN"],
    "additionalProperties": False,
}
SOURCED = {"source": {"type": "string", "minLength": 3}, "verified": {"type": "boolean"}}
STEP = {
    "type": "object",
    "properties": {
        "do": {"enum": [one.value for one in Do]},
        # More than four rows do not fit on the drawn screen.
        "path": {"type": "array", "items": TEXT, "minItems": 2, "maxItems": 4},
        **SOURCED,
    },
    "required": ["do", "path", "source", "verified"],
    "additionalProperties": False,
}
NOTE = {
    "type": "object",
    "properties": TEXT["properties"] | SOURCED,  # type: ignore[operator]
    "required": ["en", "zh-CN", "source", "verified"],
    "additionalProperties": False,
}
VARIANT = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "steps": {"type": "array", "items": STEP, "minItems": 2},
        "notes": {"type": "array", "items": NOTE},
    },
    "required": ["name", "steps"],
    "additionalProperties": False,
}
GUIDE = {
    "type": "object",
    "properties": {
        "key": {"type": "string", "pattern": "^[a-z]+$"},
        "name": TEXT,
        "variants": {"type": "array", "items": VARIANT, "minItems": 1},
    },
    "required": ["key", "name", "variants"],
    "additionalProperties": False,
}


def _entries() -> list[Any]:
    entries: list[Any] = read_json("connect", "guides.json")["guides"]
    return entries


@pytest.mark.parametrize("entry", _entries(), ids=lambda entry: entry["key"])
def test_a_guide_is_whole_in_both_languages_and_says_its_sources(entry: Any) -> None:
    jsonschema.validate(entry, GUIDE)


@pytest.mark.parametrize("entry", _entries(), ids=lambda entry: entry["key"])
def test_what_is_from_memory_is_never_marked_as_verified(entry: Any) -> None:
    for variant in entry["variants"]:
        for line in [*variant["steps"], *variant.get("notes", ())]:
            assert not (line["verified"] and "memory" in line["source"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_maker_begins_with_the_build_number_and_ends_with_the_switch(language: str) -> None:
    for made in guides(language):
        for variant in made.variants:
            assert variant.steps[0].do is Do.TAP
            assert variant.steps[0].row in variant.steps[0].text
            assert not any("““" in step.text for step in variant.steps)
            assert "USB" in variant.steps[1].row
            assert variant.steps[1].do is Do.SWITCH


def test_every_maker_known_on_usb_or_by_brand_has_a_guide() -> None:
    keys = {one.key for one in guides("en")}
    makers = read_json("connect", "makers.json")
    assert {maker["guide"] for maker in makers} <= keys
    for brand, key in (("Redmi", "xiaomi"), ("HONOR", "huawei"), ("OnePlus", "oppo")):
        assert guide_of_properties({"ro.product.brand": brand}) == key
    assert guide_of_properties({}) == guide("android", "en").key


def test_no_number_on_usb_stands_for_two_makers() -> None:
    numbers = [number for maker in read_json("connect", "makers.json") for number in maker["usb"]]
    assert len(numbers) == len(set(numbers))


def test_a_step_is_said_with_its_way() -> None:
    step = guide("samsung", "zh-CN").variants[0].steps[0]
    assert str(step).startswith("设置 › 关于手机 › 软件信息: 连续点 7 次“编译编号”")
    assert seven_times("zh-CN") == "点 7 次"


def test_the_phones_questions_have_one_answer_each() -> None:
    allow, files = dialog("allow", "en"), dialog("files", "en")
    assert allow.check is not None
    assert allow.check in allow.text
    assert allow.rows == ()
    assert files.rows[files.marked] == "File transfer"
    assert files.button is None
