"""Files of labels: every kind of PNG and NumPy's arrays, opacity, sizes, and files that are not what they seem."""

import pickle
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from limetheory.images.regions import read_masks, uploads
from limetheory.images.segmentation.label_map import at_pixels

LABELS = np.array([[0, 1, 1, 7], [0, 1, 7, 7], [3, 3, 0, 0]], np.uint8)
NAMED = {"label 1": LABELS == 1, "label 3": LABELS == 3, "label 7": LABELS == 7}


def png(picture, **options):
    file = BytesIO()
    picture.save(file, format="PNG", **options)
    return file.getvalue()


def npy(array, **options):
    file = BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def read(content, shape=LABELS.shape):
    return {region.name: region.mask for region in read_masks(content, shape)}


def same(found, expected):
    return found.keys() == expected.keys() and all(np.array_equal(found[name], expected[name]) for name in expected)


def palette(labels):
    picture = Image.fromarray(labels).copy()
    picture.putpalette(list(np.random.default_rng(0).integers(0, 256, 768)))
    return picture


@pytest.mark.parametrize("content", [
    png(Image.fromarray(LABELS)),
    png(Image.fromarray(LABELS.astype(np.uint16))),
    png(palette(LABELS)),
    png(palette(LABELS), bits=4),
    png(Image.fromarray(np.dstack([LABELS, np.full_like(LABELS, 255)]), mode="LA")),
    npy(LABELS), npy(LABELS.astype(np.int64)), npy(np.asfortranarray(LABELS.astype(">i4"))),
    npy(np.where(LABELS == 0, -1, LABELS.astype(int))),
], ids=["grey", "16 bits", "palette", "4 bits", "opacity", "npy", "int64", "by columns", "void"])  # fmt: skip
def test_integers_are_labels_whatever_the_file(content):
    assert same(read(content), NAMED)


COLOURS = np.array([[0, 0, 0], [255, 128, 0], [0, 0, 255]], np.uint8)
PAINTED = COLOURS[(LABELS > 0).astype(int) + (LABELS == 7)]


def test_colours_are_labels():
    expected = {"#0000ff": LABELS == 7, "#ff8000": (LABELS == 1) | (LABELS == 3)}
    assert same(read(png(Image.fromarray(PAINTED))), expected)


def test_transparent_pixels_belong_to_no_region_and_black_is_a_colour_then():
    opacity = np.where(LABELS == 7, 127, 128).astype(np.uint8)
    found = read(png(Image.fromarray(np.dstack([PAINTED, opacity]))))
    assert same(found, {"#000000": LABELS == 0, "#ff8000": (LABELS == 1) | (LABELS == 3)})
    grey = read(png(Image.fromarray(np.dstack([LABELS, opacity]), mode="LA")))
    assert same(grey, {"label 0": LABELS == 0, "label 1": LABELS == 1, "label 3": LABELS == 3})
    indexed = read(png(palette(LABELS), transparency=3))
    assert same(indexed, {"label 0": LABELS == 0, "label 1": LABELS == 1, "label 7": LABELS == 7})
    deep = read(png(Image.fromarray(LABELS.astype(np.uint16)), transparency=7))
    assert same(deep, {"label 0": LABELS == 0, "label 1": LABELS == 1, "label 3": LABELS == 3})


@pytest.mark.parametrize("content", [
    png(Image.fromarray(LABELS == 1)), npy(LABELS == 1), png(Image.fromarray((LABELS == 1).astype(np.uint8) * 255)),
    png(Image.fromarray(np.dstack([(LABELS == 1).astype(np.uint8) * 255] * 3))),
])  # fmt: skip
def test_a_single_region_is_called_mask(content):
    assert same(read(content), {"mask": LABELS == 1})


def test_another_size_is_brought_to_the_photographs_by_the_at_pixels():
    large = at_pixels(LABELS, (30, 40))
    assert same(read(npy(LABELS), (30, 40)), {name: large == int(name[6:]) for name in NAMED})
    for y, x in np.ndindex(30, 40):
        rows, columns = np.abs((np.arange(3) + 0.5) * 10 - y - 0.5), np.abs((np.arange(4) + 0.5) * 10 - x - 0.5)
        assert large[y, x] == LABELS[rows.argmin(), columns.argmin()]
    assert same(read(png(Image.fromarray(large)), LABELS.shape), NAMED)


def test_a_region_that_is_lost_at_the_photographs_size_is_said():
    labels = np.ones((40, 40), np.uint8)
    labels[0, 0] = 9
    with pytest.warns(UserWarning, match=r"^no pixel is left at 4 x 4 of \['label 9'\]: draw them larger"):
        assert same(read(npy(labels), (4, 4)), {"label 1": np.ones((4, 4), bool)})
    with pytest.raises(ValueError, match="must hold a label besides the background, got none"):
        read(npy(np.where(labels == 9, 1, 0)), (4, 4))


def test_pictures_are_turned_as_their_file_says():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert same(read(png(Image.fromarray(np.rot90(LABELS).copy()), exif=exif)), NAMED)


def header_of(array, shape):
    return npy(array).replace(str(array.shape).encode(), shape)


def chunk(kind, data):
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def bomb(width, height):
    """A PNG of a few bytes that claims a size, as valid as its header can be."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (10_000, 10_000), (2**31 - 1, 2**31 - 1)])
def test_bombs_are_refused_before_they_are_decoded(width, height, monkeypatch):
    def decoded(self):
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decoded)
    with pytest.raises(ValueError, match=r"^the pixels of a file of masks must be at most 67,108,864, got \d+"):
        read(bomb(width, height))
    with pytest.raises(ValueError, match=r"\(decoded\)"):  # the mutant without a limit would decode
        read(bomb(40, 40))


class Evil:
    ran = False

    def __reduce__(self):
        return setattr, (Evil, "ran", True)


@pytest.mark.parametrize(("content", "message"), [
    (npy(np.array([[Evil()]], object), allow_pickle=True), "^an array of masks must be integers .* got object"),
    (pickle.dumps(Evil()), "^a file of masks must be PNG or NumPy's .npy, got b'"),
    (npy(np.zeros((2, 2))), "^an array of masks must be integers"),
    (npy(np.zeros((2, 2), "U4")), "^an array of masks must be integers"),
    (npy(np.zeros((2, 2, 2), int)), "^an array of masks must be integers"),
    (npy(np.zeros((0, 2), int)), "^an array of masks must hold all of its"),
    (npy(LABELS)[:-1], r"^an array of masks must hold all of its \(3, 4\) pixels, got 11 bytes"),
    (npy(LABELS) + b"\0", "^an array of masks must hold all of its"),
    (header_of(LABELS, b"(30000, 40000)"), "^the pixels of a file of masks must be at most"),
    (header_of(LABELS, b"(-3, -4)"), "^an array of masks must hold all of its"),
    (header_of(LABELS, b"__import__('os')"), "^a file of masks must be intact, got a damaged npy"),
    (b"\x93NUMPY\x09\x00", "^a file of masks must be intact, got a damaged npy"),
    (b"\x93NUMPY\x01\x00\xff\xff{" + b"[" * 65_000, "^a file of masks must be intact, got a damaged npy"),
    (png(Image.fromarray(LABELS))[:50], "^a file of masks must be intact, got a damaged PNG"),
    (b"\x89PNG\r\n\x1a\n", "^a file of masks must be intact, got a damaged PNG"),
    (b"GIF89a" + bytes(50), "^a file of masks must be PNG or NumPy's .npy, got b'GIF89a"),
    (b"PK\x03\x04" + bytes(50), "^a file of masks must be PNG or"),
    (b"<svg/>", "^a file of masks must be PNG or"),
    (b"", "^a file of masks must have 1 to 33,554,432 bytes, got 0"),
    (npy(np.zeros((3, 4), int)), "^a file of masks must hold a label besides the background"),
    (npy(np.arange(300).reshape(15, 20)), "^a file of masks must have at most 256 labels, got 299; paint each"),
    (npy(np.ones((4, 4), int)), "^a file of masks must have the photograph's proportions, 3 x 4, got 4 x 4"),
    (npy(np.ones((4, 3), int)), "^a file of masks must have the photograph's proportions"),
], ids=str)  # fmt: skip
def test_other_files_are_refused_in_one_line_and_no_code_of_theirs_runs(content, message):
    with pytest.raises(ValueError, match=message) as said:
        read(content)
    assert "\n" not in str(said.value) and not Evil.ran


def test_a_jpeg_is_refused_whatever_its_name(tmp_path):
    file = tmp_path / "mask.png"
    Image.fromarray(PAINTED).save(file, format="JPEG")
    with pytest.raises(ValueError, match=r"must be PNG or NumPy's \.npy"):
        read_masks(file, LABELS.shape)


def test_a_path_is_read_as_its_bytes_and_sizes_come_first(tmp_path, monkeypatch):
    file = tmp_path / "labels"
    file.write_bytes(npy(LABELS))
    assert same(read(file), NAMED) and same(read(str(file)), NAMED)
    monkeypatch.setattr(uploads, "MOST_BYTES", 20)
    for source in (file, npy(LABELS)):
        with pytest.raises(ValueError, match=r"^a file of masks must have 1 to 20 bytes, got 140"):
            read(source)
    with pytest.raises(FileNotFoundError, match=r"^a file of masks must be an existing file"):
        read(tmp_path / "none.png")
    with pytest.raises(TypeError, match=r"^a file of masks must be the path of a file, got 3"):
        read(3)


def test_proportions_may_be_rounded_to_whole_pixels():
    for height, width in [(300, 400), (150, 200), (99, 133), (75, 101), (1000, 1333)]:
        assert read(npy(np.ones((height, width), int)), (300, 400))["mask"].all()
