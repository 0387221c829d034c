"""Pictures are compared as a person would: edges of letters may differ, words and colours not."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from tests.visual import fonts
from tests.visual.comparing import beside, compress, difference, opened
from tests.visual.sheet import compare, write

SIZE = (640, 400)

pytestmark = pytest.mark.skipif(bool(fonts.missing()), reason=f"not installed: {fonts.missing()}")


def _page(words: str = "Can now read your call history.", ground: str = "#f4f5f7") -> Image.Image:
    page = Image.new("RGB", SIZE, ground)
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(fonts.found(fonts.FILES[0])), 14)
    for line in range(12):
        draw.text((20, 20 + 28 * line), words if line == 5 else "Alipay and Baidu", "#17181c", font)
    return page


def test_a_picture_is_like_itself() -> None:
    assert difference(_page(), _page()) == ""


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(_page("Can now send your call history."), id="a word"),
        pytest.param(_page(ground="#eef0f3"), id="a tint of the ground"),
        pytest.param(ImageChops.offset(_page(), 0, 2), id="two pixels lower"),
        pytest.param(Image.new("RGB", (640, 401)), id="a size"),
    ],
)
def test_what_a_person_sees_is_told(other: Image.Image) -> None:
    assert difference(other, _page()) != ""


def test_softer_edges_of_letters_are_no_difference() -> None:
    softer = Image.blend(_page(), _page().filter(ImageFilter.BLUR), 0.15)
    assert softer.tobytes() != _page().tobytes()
    assert difference(softer, _page()) == ""


def test_what_is_kept_small_is_like_what_was_taken(tmp_path: Path) -> None:
    page = _page()
    red = Image.linear_gradient("L").resize((44, 44))
    page.paste(Image.merge("RGB", (red, red.rotate(90), red.rotate(180))), (500, 40))
    compress(page, tmp_path / "kept.png")
    assert difference(opened(tmp_path / "kept.png"), page) == ""


def test_a_difference_is_shown_beside_both(tmp_path: Path) -> None:
    for name, words in {"actual": "Now", "approved": "Then"}.items():
        (tmp_path / name).mkdir()
        compress(_page(words), tmp_path / name / "page.png")
    actual, approved = tmp_path / "actual" / "page.png", tmp_path / "approved" / "page.png"
    said, path = compare(actual, approved, tmp_path / "differences")
    assert "places differ" in said
    assert path is not None
    assert opened(path).size == (640, 1200)
    assert (255, 0, 0) in {colour for _, colour in opened(path).getcolors(1 << 20) or ()}
    sheet = write(tmp_path / "actual", tmp_path / "approved").read_text("utf-8")
    assert "1 pictures, 1 not as approved" in sheet
    assert said in sheet


def test_pictures_of_other_sizes_are_shown_without_a_difference() -> None:
    assert beside(Image.new("RGB", (10, 20)), Image.new("RGB", (30, 5))).size == (30, 25)
