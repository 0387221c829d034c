"""What an APK says of its app's name and icon, and what a hostile one can do: not much."""

from __future__ import annotations

import struct
import tracemalloc
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from audit.model import AppIcon
from device.apk.errors import ApkError, MissingBytesError
from device.apk.face import LONGEST_LABEL, ApkFace, clean_label
from device.apk.images import LARGEST_SIDE, picture_kind
from device.apk.sources import BLOCK, LARGEST_READ, Memory, RemoteFile
from device.apk.vector import checked_path
from device.demo_phone.apk_file import (
    Plain,
    Resource,
    Tag,
    Typed,
    apk,
    binary_xml,
    colour,
    number,
    reference,
    resource_table,
)
from device.demo_phone.apks import demo_apk

LABEL, ICON = Resource(1, 0, "Example"), Resource(2, 0, "res/icon.png")


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">2I", width, height) + bytes(20)


def made(
    resources: list[Resource],
    files: Mapping[str, bytes] | None = None,
    **attributes: Plain,
) -> bytes:
    manifest = Tag("manifest", {}, [Tag("application", attributes)])
    table = resource_table("x", resources)
    return apk(
        {"AndroidManifest.xml": binary_xml(manifest), **(files or {}), "resources.arsc": table}
    )


def read(data: bytes) -> tuple[Mapping[str, str], AppIcon | None]:
    return ApkFace([Memory(data)]).read()


def fetched(data: bytes) -> tuple[tuple[Mapping[str, str], AppIcon | None], RemoteFile, int]:
    """What is read, of what, and after how many rounds of fetching just what was missing."""
    file = RemoteFile("/x.apk", len(data))
    face = ApkFace([file])
    for rounds in range(24):
        try:
            return face.read(), file, rounds
        except MissingBytesError as error:
            for one, offset, size in error.ranges:
                assert offset % BLOCK == 0
                one.add(offset, data[offset : offset + size])
    raise AssertionError("it never ends")


# Names.


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        ({"": "A", "zh": "中"}, {"": "A", "zh-CN": "中"}),
        ({"": "A", "zh-TW": "繁", "zh-CN": "简"}, {"": "A", "zh-CN": "简"}),
        ({"": "A", "zh-TW": "繁"}, {"": "A"}),
        ({"": "A", "en-GB": "B", "en": "C"}, {"": "A", "en": "C"}),
        ({"": "A", "en-GB": "B"}, {"": "A", "en": "B"}),
        ({"": "中", "fr": "F"}, {"": "中"}),
    ],
)
def test_a_label_is_taken_in_the_persons_language_only_where_the_app_speaks_it(
    languages: dict[str, str], expected: dict[str, str]
) -> None:
    resources = [replace(LABEL, language=name, value=text) for name, text in languages.items()]
    assert read(made(resources, label=reference(LABEL.id)))[0] == expected


def test_a_label_may_be_a_reference_to_one_that_is_translated() -> None:
    inner = [Resource(3, 0, "A"), Resource(3, 0, "中", "zh-CN")]
    outer = replace(LABEL, value=reference(0x7F030000))
    assert read(made([outer, *inner], label=reference(LABEL.id)))[0] == {"": "A", "zh-CN": "中"}


def test_the_name_of_what_the_launcher_starts_stands_in_for_a_missing_one() -> None:
    category = Tag("category", {"name": "android.intent.category.LAUNCHER"})
    activities = [
        Tag("activity", {"label": "Other"}),
        Tag("activity", {"label": "Main"}, [Tag("intent-filter", {}, [category])]),
    ]
    manifest = Tag("manifest", {}, [Tag("application", {}, activities)])
    assert read(apk({"AndroidManifest.xml": binary_xml(manifest)}))[0] == {"": "Main"}


def test_labels_cannot_steer_what_stands_around_them() -> None:
    assert clean_label("  a\u202egnp.\u2066exe\n\x1b[31m\tb\x00 ") == "agnp.exe [31m b"
    assert len(clean_label("x" * 10_000)) == LONGEST_LABEL
    assert clean_label("\u200b\u202e") == ""


# Icons.


def test_a_picture_is_kept_as_it_is_the_smallest_that_is_sharp() -> None:
    sizes = {160: 48, 320: 96, 480: 144, 640: 192}
    files = {f"res/{size}.png": png(size, size) for size in sizes.values()}
    icons = [replace(ICON, value=f"res/{size}.png", density=d) for d, size in sizes.items()]
    icon = read(made(icons, files, icon=reference(ICON.id)))[1]
    assert icon == AppIcon("png", png(96, 96))


def test_where_the_drawing_cannot_be_shown_the_picture_is() -> None:
    files = {"res/a.xml": binary_xml(Tag("unheard-of")), "res/a.png": png(72, 72)}
    icons = [
        replace(ICON, value="res/a.xml", density=0xFFFE),
        replace(ICON, value="res/a.png", density=240),
    ]
    icon = read(made(icons, files, icon=reference(ICON.id)))[1]
    assert icon == AppIcon("png", png(72, 72))


def test_an_adaptive_icon_becomes_one_drawing_of_its_layers() -> None:
    icon = read(demo_apk("com.tencent.mm"))[1]
    assert icon is not None
    assert icon.kind == "adaptive"
    text = icon.data.decode()
    assert text.index("#0b8a4e") < text.index("M 3 4 h 18")
    assert 'viewBox="18 18 72 72"' in text


def test_a_vector_keeps_its_groups_gradients_and_strokes() -> None:
    gradient = Tag(
        "gradient",
        {"startX": number(1), "endX": number(9)},
        [
            Tag("item", {"color": colour("#010203"), "offset": number(0)}),
            Tag("item", {"color": reference(0x7F030000), "offset": number(1)}),
        ],
    )
    filled = Tag("path", {"pathData": "M0 0h9v9z", "fillColor": reference(0x7F030001)})
    line = Tag(
        "path",
        {"pathData": "M0 0h9", "strokeColor": colour("#0A0B0C"), "strokeWidth": number(2)},
    )
    group = Tag("group", {"rotation": number(30), "pivotX": number(5)}, [filled, line])
    size = {"viewportWidth": number(12), "viewportHeight": number(24)}
    files = {
        "res/v.xml": binary_xml(Tag("vector", size, [group])),
        "res/g.xml": binary_xml(gradient),
    }
    resources = [
        replace(ICON, value="res/v.xml"),
        Resource(3, 0, colour("#AABBCC")),
        Resource(3, 1, "res/g.xml"),
    ]
    icon = read(made(resources, files, icon=reference(ICON.id)))[1]
    assert icon is not None
    text = icon.data.decode()
    assert "scale(4 2)" in text  # 48 units of the icon for the drawing's own
    assert "translate(5 0) rotate(30) scale(1 1) translate(-5 0)" in text
    assert '<linearGradient id="v1g0" gradientUnits="userSpaceOnUse" x1="1" y1="0" x2="9"' in text
    assert '<stop offset="1" stop-color="#aabbcc" stop-opacity="1"/>' in text
    assert 'd="M 0 0 h 9 v 9 z" fill="url(#v1g0)"' in text
    assert 'd="M 0 0 h 9" fill="none" stroke="#0a0b0c" stroke-width="2"' in text


def test_layers_stand_on_each_other_inside_their_edges() -> None:
    ground = Tag("shape", {"shape": Typed(0x10, 1)}, [Tag("solid", {"color": colour("#101112")})])
    front = Tag("item", {"left": number(12), "drawable": reference(0x7F030000)})
    files = {"res/l.xml": binary_xml(Tag("layer-list", {}, [Tag("item", {}, [ground]), front]))}
    resources = [replace(ICON, value="res/l.xml"), Resource(3, 0, colour("#AABBCC"))]
    icon = read(made(resources, files, icon=reference(ICON.id)))[1]
    assert icon is not None
    assert icon.kind == "svg"
    text = icon.data.decode()
    assert text.index('<ellipse cx="24" cy="24"') < text.index('<rect x="12" y="0" width="36"')


def test_pictures_stand_inside_a_drawing_only_after_a_look_at_their_header() -> None:
    root = Tag("adaptive-icon", {}, [Tag("background", {"drawable": reference(0x7F020001)})])
    icons = [replace(ICON, value="res/i.xml"), Resource(2, 1, "res/b.png")]
    for size, shown in ((LARGEST_SIDE, True), (LARGEST_SIDE + 1, False)):
        files = {"res/i.xml": binary_xml(root), "res/b.png": png(size, size)}
        icon = read(made(icons, files, icon=reference(ICON.id)))[1]
        assert (icon is not None) == shown


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + bytes(50),
        png(0, 5),
        png(40_000, 40_000),
        b"RIFF\0\0\0\0WEBPVP8X" + b"\xff" * 20,
    ],
)
def test_what_is_no_usual_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ApkError):
        picture_kind(data)


@pytest.mark.parametrize(
    "path",
    [
        'M0 0"/><script/>',
        "M1e9 0",
        "M 0 0 url(#x)",
        "M 0 0 C 1 2 3",
        "L 1 1",
        "M 0 0 z 1",
        "M",
        "1 2",
        "M٣ 0",
        "M" + "0 " * 40_000,
    ],
)
def test_a_path_of_anything_but_numbers_is_refused(path: str) -> None:
    with pytest.raises(ApkError):
        checked_path(path)


def test_a_path_keeps_its_shape() -> None:
    assert checked_path("M1.5.5-3,4e-1\tz") == "M 1.5 .5 -3 4e-1 z"


# What is fetched.


def test_only_what_it_takes_is_fetched_once_each() -> None:
    filler = {f"lib/{n}.so": bytes(200_000) for n in range(30)}
    label = [replace(LABEL, language=language) for language in ("", "zh-CN")]
    data = apk(
        {
            **filler,
            "AndroidManifest.xml": binary_xml(
                Tag("manifest", {}, [Tag("application", {"label": reference(LABEL.id)})])
            ),
            "resources.arsc": resource_table("x", label),
        },
        stored=[*filler, "resources.arsc"],
    )
    found, file, rounds = fetched(data)
    assert found == read(data)
    assert file.fetched < 100_000
    assert rounds <= 4


def test_reading_in_pieces_gives_the_same_as_reading_the_whole_file() -> None:
    data = demo_apk("com.android.camera")
    assert fetched(data)[0] == read(data)


# Hostile ones.


def hostile(data: bytes) -> None:
    """Reads as from a phone, and fails the test where that costs more than it may."""
    tracemalloc.start()
    try:
        found, file, _ = fetched(data)
        assert file.fetched <= LARGEST_READ
        assert all(len(text) <= LONGEST_LABEL for text in found[0].values())
    except ApkError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 64 * 1024 * 1024


def test_a_zip_bomb_is_cut_off_at_what_it_promised() -> None:
    data = apk({"AndroidManifest.xml": bytes(3_900_000)})
    assert len(data) < 10_000
    hostile(data)
    lying = bytearray(data)
    at = lying.index(b"PK\1\2")
    lying[at + 24 : at + 28] = struct.pack("<I", 100)
    with pytest.raises(ApkError, match="false size"):
        read(bytes(lying))


def _central_lie(offset: int, value: bytes) -> bytes:
    data = bytearray(demo_apk("com.tencent.mm"))
    at = data.index(b"PK\1\2") + offset
    data[at : at + len(value)] = value
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        _central_lie(20, b"\xff\xff\xff\x7f"),  # packed size
        _central_lie(24, b"\xff\xff\xff\x7f"),  # unpacked size
        _central_lie(42, b"\xff\xff\xff\xff"),  # place of the entry
        _central_lie(42, b"\x01\x00\x00\x00"),
        _central_lie(10, b"\x63\x00"),  # method
        _central_lie(28, b"\xff\xff"),  # length of the name
    ],
)
def test_lies_in_the_central_directory_end_the_reading(data: bytes) -> None:
    with pytest.raises(ApkError):
        read(data)


def test_an_entry_that_is_there_twice_is_nobodys() -> None:
    first, second = b"AndroidManifest.xml", b"AndroidManifest.two"
    manifest = binary_xml(Tag("manifest", {}, [Tag("application", {"label": "A"})]))
    data = apk({first.decode(): manifest, second.decode(): manifest})
    assert read(data)[0] == {"": "A"}
    with pytest.raises(ApkError, match="or several"):
        read(data.replace(second, first))


def test_references_in_circles_end() -> None:
    circle = [replace(LABEL, value=reference(0x7F010001)), Resource(1, 1, reference(LABEL.id))]
    data = made(
        [*circle, replace(ICON, value=reference(ICON.id))],
        label=reference(LABEL.id),
        icon=reference(ICON.id),
    )
    assert read(data) == ({}, None)


def test_drawings_in_circles_and_nests_end() -> None:
    layer = Tag("item", {"drawable": reference(ICON.id)})
    files = {"res/i.xml": binary_xml(Tag("layer-list", {}, [layer] * 40))}
    data = made([replace(ICON, value="res/i.xml")], files, icon=reference(ICON.id))
    assert read(data)[1] is None
    deep = Tag("inset")
    for _ in range(100):
        deep = Tag("inset", {}, [deep])
    files = {"res/i.xml": binary_xml(deep)}
    data = made([replace(ICON, value="res/i.xml")], files, icon=reference(ICON.id))
    assert read(data)[1] is None


def test_a_drawing_with_a_huge_number_is_not_shown() -> None:
    path = Tag("path", {"fillColor": colour("#102030"), "pathData": "M0 0z"})
    size = {"viewportWidth": number(float("inf")), "viewportHeight": number(24)}
    files = {"res/i.xml": binary_xml(Tag("vector", size, [path]))}
    data = made([replace(ICON, value="res/i.xml")], files, icon=reference(ICON.id))
    assert read(data)[1] is None


SEEDS = [demo_apk("com.tencent.mm"), demo_apk("com.android.shell")]
CHANGE = st.tuples(
    st.integers(0, 4000), st.sampled_from([b"\0", b"\xff", b"\x7f\xff\xff\xff", b"\1"])
)


@seed(20261123)
@settings(max_examples=400, database=None)
@given(st.sampled_from(SEEDS), st.lists(CHANGE, min_size=1, max_size=6), st.integers(0, 4000))
def test_no_change_of_bytes_costs_more_than_the_name(
    data: bytes, changes: list[tuple[int, bytes]], cut: int
) -> None:
    changed = bytearray(data)
    for place, value in changes:
        at = place % len(changed)
        changed[at : at + len(value)] = value
    if cut % 7 == 0:
        del changed[cut % len(changed) :]
    hostile(bytes(changed))


@seed(20261123)
@settings(max_examples=300, database=None)
@given(st.data())
def test_no_table_or_drawing_costs_more_than_the_name(data: st.DataObject) -> None:
    """Inside a whole archive, so that what is behind it is reached."""
    drawing = Tag(
        "vector",
        {"viewportWidth": number(24), "viewportHeight": number(24)},
        [Tag("path", {"fillColor": colour("#102030"), "pathData": "M0 0h24v24z"})],
    )
    manifest = Tag(
        "manifest",
        {},
        [Tag("application", {"label": reference(LABEL.id), "icon": reference(ICON.id)})],
    )
    files = {
        "AndroidManifest.xml": binary_xml(manifest),
        "res/i.xml": binary_xml(drawing),
        "resources.arsc": resource_table("x", [LABEL, replace(ICON, value="res/i.xml")]),
    }
    name = data.draw(st.sampled_from(sorted(files)))
    changed = bytearray(files[name])
    for place, value in data.draw(st.lists(CHANGE, min_size=1, max_size=4)):
        at = place % len(changed)
        changed[at : at + len(value)] = value
    hostile(apk({**files, name: bytes(changed)}))
