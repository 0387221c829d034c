"""The contact sheet: every picture on one page, beside the approved one where it differs."""

from __future__ import annotations

from html import escape
from pathlib import Path

from tests.visual.comparing import beside, difference, opened

_PAGE = """<!doctype html><meta charset="utf-8"><title>Pictures of the window</title>
<style>
body {{ font: 14px sans-serif; margin: 24px; background: #ececf0; }}
main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(420px, 1fr)); gap: 20px; }}
figure {{ margin: 0; }} img {{ width: 100%; border: 1px solid #999; }} b {{ color: #b00020; }}
</style><h1>{count} pictures, {differing} not as approved</h1><main>{figures}</main>
"""
_FIGURE = """<figure><a href="{link}"><img src="{name}.png" loading="lazy"></a>
{name} <b>{said}</b></figure>"""


def write(folder: Path, approved: Path) -> Path:
    """Returns where the page is; ``folder`` holds the pictures."""
    figures, differing = [], 0
    for path in sorted(folder.glob("*.png")):
        said, link = compare(path, approved / path.name, folder / "differences")
        differing += bool(said)
        where = (link or path).relative_to(folder).as_posix()
        figures.append(_FIGURE.format(link=escape(where), name=path.stem, said=escape(said)))
    page = folder / "index.html"
    text = _PAGE.format(count=len(figures), differing=differing, figures="\n".join(figures))
    page.write_text(text, "utf-8")
    return page


def compare(actual: Path, approved: Path, folder: Path) -> tuple[str, Path | None]:
    """What differs, and a picture of it in ``folder``; an empty text and None for nothing."""
    if not approved.exists():
        return "not approved yet", None
    found, wanted = opened(actual), opened(approved)
    said = difference(found, wanted)
    if not said:
        return "", None
    folder.mkdir(exist_ok=True)
    path = folder / actual.name
    beside(found, wanted).save(path)
    return said, path
