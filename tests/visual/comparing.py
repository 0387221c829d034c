"""Approved pictures: kept small, and compared as an eye would rather than a byte."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageChops

APPROVED = Path(__file__).parent / "approved"

_OFTEN, _RARE = 112, 144
#: Pixels of the cells that are compared by their mean colour: half a letter.
_CELL = 4
#: Of 255, how far a cell may be from the approved one. The edges of letters that another FreeType
#: smooths otherwise stay below; a letter that is another one does not.
_FAR = 40
#: So many cells may be farther: a letter that stands a pixel beside its place.
_FEW = 3
#: A ground in another colour differs less, but nearly everywhere where nothing is written.
_TINT = 3
_SHARE = 0.02


def compress(picture: Image.Image, path: Path) -> None:
    """Writes it with the colours that most of it has, and a few for what is rare, as icons are.

    Pillow's own way to a given palette is off by some shades, also of colours that it has.
    """
    counted = picture.getcolors(picture.width * picture.height) or []
    counted.sort(key=lambda one: -one[0])
    colours = [colour for _, colour in counted if isinstance(colour, tuple)]
    places = {colour: place for place, colour in enumerate(colours[:_OFTEN])}
    palette = [part for colour in places for part in colour]
    if rare := colours[_OFTEN:]:
        row = Image.new("RGB", (len(rare), 1))
        row.putdata(rare)
        few = row.quantize(_RARE)
        places |= {c: len(palette) // 3 + n for c, n in zip(rare, few.tobytes(), strict=True)}
        palette += few.getpalette() or []
    small = Image.new("P", picture.size)
    small.putpalette(palette)
    parts = picture.tobytes()
    pixels = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    small.putdata([places[pixel] for pixel in pixels])
    small.save(path, optimize=True)


def opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


def difference(actual: Image.Image, approved: Image.Image) -> str:
    """What a person would see to be otherwise; an empty text for nothing."""
    if actual.size != approved.size:
        return "{}x{} instead of {}x{}".format(*actual.size, *approved.size)
    cells = _apart(actual, approved)
    far = sum(cells.histogram()[_FAR:])
    if far > _FEW:
        return f"{far} places differ"
    grounds = cells.histogram(_grounds(approved))
    tinted = sum(grounds[_TINT:])
    return f"{tinted} places have another tint" if tinted > _SHARE * sum(grounds) else ""


def beside(actual: Image.Image, approved: Image.Image) -> Image.Image:
    """Approved, actual, and where they differ, one below the other."""
    width = max(actual.width, approved.width)
    height = approved.height + actual.height
    same = actual.size == approved.size
    sheet = Image.new("RGB", (width, height + (actual.height if same else 0)), "magenta")
    sheet.paste(approved, (0, 0))
    sheet.paste(actual, (0, approved.height))
    if same:
        cells = _apart(actual, approved).point(lambda far: 255 if far >= _TINT else 0)
        mask = cells.resize(actual.size, Image.Resampling.NEAREST)
        grey = actual.convert("L").point(lambda light: light // 2 + 127).convert("RGB")
        sheet.paste(Image.composite(Image.new("RGB", actual.size, "red"), grey, mask), (0, height))
    return sheet


def _apart(one: Image.Image, other: Image.Image) -> Image.Image:
    """For every cell the greatest difference of its mean red, green or blue."""
    return _greatest(ImageChops.difference(one.reduce(_CELL), other.reduce(_CELL)))


def _grounds(picture: Image.Image) -> Image.Image:
    """A mask of the cells with nothing in them: their mean is the colour of their middle."""
    mean = picture.reduce(_CELL)
    middle = picture.resize(mean.size, Image.Resampling.NEAREST)
    return _greatest(ImageChops.difference(mean, middle)).point(lambda far: 0 if far > 1 else 255)


def _greatest(picture: Image.Image) -> Image.Image:
    red, green, blue = picture.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)
