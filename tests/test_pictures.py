"""Image files and arrays of every mode and dtype become the same (h, w, 3) floats in [0, 1]."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from limetheory.levels import unit_levels
from limetheory.pictures import as_image, as_pixels, load_image
from limetheory.transparency import TransparentImageWarning

ORIENTATION_TAG = 274

# How a file with each EXIF orientation must be stored so that it shows the upright picture.
STORED = {
    1: lambda a: a,
    2: np.fliplr,
    3: lambda a: np.rot90(a, 2),
    4: np.flipud,
    5: lambda a: np.swapaxes(a, 0, 1),
    6: lambda a: np.rot90(a, 1),
    7: lambda a: np.swapaxes(np.rot90(a, 2), 0, 1),
    8: lambda a: np.rot90(a, -1),
}


def picture(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)


def saved(folder: Path, image: Image.Image, name: str, **options: object) -> Path:
    image.save(folder / name, **options)
    return folder / name


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_every_exif_orientation_is_turned_upright(tmp_path, orientation, suffix):
    upright, exif = picture(4, 6, 3), Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation](upright)))
    path = saved(tmp_path, stored, f"turned.{suffix}", exif=exif)
    np.testing.assert_array_equal(load_image(path), upright / 255)


def test_jpeg_orientation_is_applied(tmp_path):
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = 6
    path = saved(tmp_path, Image.new("RGB", (8, 4)), "turned.jpg", exif=exif)
    assert load_image(path).shape == (8, 4, 3)


def test_rotated_deep_grey_keeps_its_levels(tmp_path):
    grey, exif = np.arange(6, dtype=np.uint16).reshape(2, 3) * 1000, Image.Exif()
    exif[ORIENTATION_TAG] = 3
    path = saved(tmp_path, Image.fromarray(grey), "deep.png", exif=exif)
    np.testing.assert_array_equal(load_image(path)[..., 0], grey[::-1, ::-1] / 65535)


@pytest.mark.parametrize("name", ["deep.png", "deep.tif", "deep.pgm"])
def test_16_bit_grey_is_divided_by_65535(tmp_path, name):
    grey = np.array([[0, 1, 65535], [257, 40000, 12]], dtype=np.uint16)
    path = saved(tmp_path, Image.fromarray(grey), name)
    np.testing.assert_array_equal(load_image(path), np.stack([grey / 65535] * 3, axis=2))


def test_transparent_level_of_16_bit_grey_is_white(tmp_path):
    grey = np.array([[5, 300]], dtype=np.uint16)
    path = saved(tmp_path, Image.fromarray(grey), "clear.png", transparency=300)
    with pytest.warns(TransparentImageWarning, match=r"^clear\.png is transparent in places, which are shown on white"):
        assert load_image(path)[0, :, 0].tolist() == [5 / 65535, 1.0]


def test_opacity_is_composited_over_white(tmp_path):
    pixels = picture(5, 4, 4)
    expected = np.empty((5, 4, 3))
    for i, j, c in np.ndindex(expected.shape):
        opacity = pixels[i, j, 3] / 255
        expected[i, j, c] = opacity * pixels[i, j, c] / 255 + (1 - opacity)
    path = saved(tmp_path, Image.fromarray(pixels), "clear.png")
    for read in (load_image, as_image, as_pixels):
        with pytest.warns(TransparentImageWarning, match=r"^clear\.png is transparent in places"):
            np.testing.assert_allclose(read(path), expected, atol=1e-15)
    np.testing.assert_allclose(as_image(pixels), expected, atol=1e-15)
    np.testing.assert_allclose(as_image(Image.fromarray(pixels)), expected, atol=1e-15)


def test_grey_with_opacity(tmp_path):
    path = saved(tmp_path, Image.new("LA", (1, 1), (0, 51)), "grey.png")
    with pytest.warns(TransparentImageWarning):
        np.testing.assert_allclose(load_image(path), 0.8)


def test_a_file_that_might_be_transparent_and_is_not_brings_no_word(tmp_path):
    path = saved(tmp_path, Image.new("RGBA", (2, 2), (9, 9, 9, 255)), "opaque.png")
    np.testing.assert_allclose(load_image(path), 9 / 255)


def palette_image() -> Image.Image:
    image = Image.new("P", (3, 1))
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    image.putdata([0, 1, 2])
    return image


@pytest.mark.parametrize(("name", "transparency"), [("p.png", 1), ("p.png", b"\xff\x00\xff"), ("p.gif", 1)])
def test_palette_with_transparency(tmp_path, name, transparency):
    path = saved(tmp_path, palette_image(), name, transparency=transparency)
    with pytest.warns(TransparentImageWarning):
        assert load_image(path)[0].tolist() == [[1, 0, 0], [1, 1, 1], [0, 0, 1]]


def test_pillow_palette_is_not_mistaken_for_grey_levels():
    assert as_image(palette_image())[0].tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


@pytest.mark.parametrize(("mode", "colour"), [("CMYK", (0, 255, 255, 0)), ("YCbCr", (76, 85, 255))])
def test_other_colour_spaces_become_rgb(tmp_path, mode, colour):
    path = saved(tmp_path, Image.new(mode, (16, 16), colour), "red.jpg", quality=100)
    np.testing.assert_allclose(load_image(path), np.broadcast_to([1, 0, 0], (16, 16, 3)), atol=0.02)


@pytest.mark.parametrize("mode", ["1", "L"])
def test_grey_files(tmp_path, mode):
    path = saved(tmp_path, Image.new(mode, (2, 2), 255), "white.png")
    np.testing.assert_array_equal(load_image(path), np.ones((2, 2, 3)))


def test_animation_gives_its_first_frame(tmp_path):
    frames = [Image.new("RGB", (2, 2), colour) for colour in ("red", "blue")]
    path = saved(tmp_path, frames[0], "a.gif", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(load_image(path), np.broadcast_to([1.0, 0, 0], (2, 2, 3)))


def test_float_tiff(tmp_path):
    levels = np.array([[0, 0.25], [1, 0.5]], dtype=np.float32)
    path = saved(tmp_path, Image.fromarray(levels), "float.tif")
    np.testing.assert_array_equal(load_image(path)[..., 2], levels)


@pytest.mark.parametrize(
    ("pixels", "message"),
    [
        (np.full((2, 2), 7.5, np.float32), r"in \[0, 1\], got values from 7.5 to 7.5: divide .*bad.tif"),
        (np.full((2, 2), np.nan, np.float32), r"finite, got 4 NaN or infinite values out of 4: .*bad.tif"),
        (np.full((2, 2), 7, np.int32), r"uint16, bool or float, got int32 from 7 to 7: divide .*image / 255.*bad.tif"),
        (np.full((2, 2), 70_000, np.int32), r"from 70000 to 70000: divide .*image / 70000.*bad.tif"),
    ],
)
def test_tiff_levels_without_a_scale(tmp_path, pixels, message):
    path = saved(tmp_path, Image.fromarray(pixels), "bad.tif")
    with pytest.raises(ValueError, match=message):
        load_image(path)


def test_absent_file_folder_and_number(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"existing file, got .*none.png: check the spelling"):
        load_image(tmp_path / "none.png")
    with pytest.raises(ValueError, match=r"must name a file, got the folder .*: name one file in it"):
        load_image(str(tmp_path))
    with pytest.raises(TypeError, match="path must be a str or a Path, got ndarray: pass arrays to as_image"):
        load_image(np.zeros((2, 2)))


def test_unreadable_file(monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(ValueError, match=r"path must be readable, got secret.png: change its permissions"):
        load_image("secret.png")


def test_text_named_png(tmp_path):
    (tmp_path / "note.png").write_text("not an image")
    with pytest.raises(ValueError, match=r"image file, got .*note.png, which is not one: convert"):
        load_image(tmp_path / "note.png")


def test_a_picture_that_a_program_would_draw_is_refused_before_it_runs(tmp_path, monkeypatch):
    """An EPS file is a program for Ghostscript, whatever the file is called."""
    ran = []
    monkeypatch.setattr("PIL.EpsImagePlugin.Ghostscript", lambda *one, **more: ran.append(one))
    path = saved(tmp_path, Image.fromarray(picture(6, 5, 3)), "picture.eps").rename(tmp_path / "photo.png")
    with pytest.raises(ValueError, match=r"needs no program to be run, got EPS in .*photo.png: convert it to PNG"):
        load_image(path)
    assert not ran


def test_truncated_jpeg(tmp_path):
    path = saved(tmp_path, Image.fromarray(picture(64, 64, 3)), "cut.jpg")
    path.write_bytes(path.read_bytes()[:1500])
    with pytest.raises(ValueError, match=r"intact image, got .*cut.jpg \(.*truncated.*\): save or download"):
        load_image(path)


@pytest.mark.parametrize("limit", [7, 3])
def test_decompression_bomb(tmp_path, monkeypatch, limit):
    path = saved(tmp_path, Image.new("L", (4, 2)), "bomb.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
    with pytest.raises(ValueError, match=f"at most {limit} pixels, got more in .*bomb.png: downscale it"):
        load_image(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), form=st.sampled_from(["PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP"]))
def test_damaged_files_give_an_image_or_one_line(tmp_path, monkeypatch, data, form):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10_000)
    buffer = io.BytesIO()
    Image.fromarray(picture(9, 7, 3)).save(buffer, form)
    content = bytearray(buffer.getvalue())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        assert load_image(path).shape[2] == 3
    except ValueError as error:
        assert "\n" not in str(error)


def test_pillow_warnings_do_not_leak(tmp_path, monkeypatch):
    path = saved(tmp_path, Image.new("L", (2, 2)), "odd.png")
    monkeypatch.setattr("PIL.ImageOps.exif_transpose", lambda image: warnings.warn("odd", stacklevel=1) or image)
    assert load_image(path).shape == (2, 2, 3)


@pytest.mark.slow
@given(
    arrays(
        st.sampled_from([np.uint8, np.uint16, np.bool_, np.float32]),
        array_shapes(min_dims=2, max_dims=2, max_side=6),
        elements=st.sampled_from([0, 1]),
    )
)
def test_array_dtypes_and_grey_shapes(grey):
    scale = {"u1": 255, "u2": 65535}.get(grey.dtype.str[1:], 1)
    for pixels in (grey, grey[..., None], np.stack([grey] * 3, axis=2)):
        image = as_image(pixels)
        assert image.dtype == np.float64 and image.shape == (*grey.shape, 3)
        np.testing.assert_array_equal(image, np.stack([grey / scale] * 3, axis=2))


def test_every_uint8_level():
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    np.testing.assert_array_equal(as_image(levels)[..., 1].ravel(), [k / 255 for k in range(256)])


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 1), (2, 3, 3), (2, 3, 4)])
def test_argument_is_neither_changed_nor_shared(shape):
    pixels = np.random.default_rng(1).random(shape)
    before = pixels.copy()
    image = as_image(pixels)
    image[:] = -1
    np.testing.assert_array_equal(pixels, before)
    assert not np.shares_memory(image, pixels)


def test_lists_of_floats_are_accepted():
    assert as_image([[0.0, 1.0]])[0, 1].tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("array", "error", "message"),
    [
        (np.zeros((2, 2), np.int64), TypeError, r"got int64 from 0 to 0: divide by .* white, image / 1$"),
        (np.full((2, 2), -3), TypeError, r"got int64 from -3 to -3: shift and divide, \(image - black\) / "),
        (np.zeros((2, 2), complex), TypeError, r"got complex128: give levels as floats in \[0, 1\]"),
        (None, TypeError, r"array, a Pillow image or the path of a file, got None: give one of them"),
        (np.zeros((5, 24, 24)), ValueError, r"got \(5, 24, 24\): move .*image.transpose\(1, 2, 0\)"),
        (np.zeros((13, 24, 24)), ValueError, r"got \(13, 24, 24\): move .*image.transpose\(1, 2, 0\)"),
        (np.zeros((24, 24, 5)), ValueError, r"got \(24, 24, 5\): choose .* image\[..., :3\]"),
        (np.zeros((3, 8, 9)), ValueError, r"got \(3, 8, 9\): .*image.transpose\(1, 2, 0\)"),
        (np.zeros((1, 3, 8, 9)), ValueError, r"got \(1, 3, 8, 9\): pass one image at a time, image\[0\]"),
        (np.zeros((4, 4, 2)), ValueError, r"\(h, w\), .* got \(4, 4, 2\): take .*image.mean\(axis=2\)"),
        (np.zeros(5), ValueError, r"got \(5,\): give its pixels in rows, image.reshape\(h, w\)"),
        (np.zeros((0, 4, 3)), ValueError, r"at least one pixel, got \(0, 4, 3\): check"),
        ([[0, np.nan, np.inf]], ValueError, "finite, got 2 NaN or infinite values out of 3: replace"),
        ([[0.0, 255.0]], ValueError, r"got values from 0 to 255: divide by the level that is white, image / 255"),
        ([[-0.01, 1.0]], ValueError, r"got values from -0.01 to 1: .*np.clip"),
    ],
)
def test_array_errors(array, error, message):
    with pytest.raises(error, match=message) as caught:
        as_image(array)
    assert "\n" not in str(caught.value)


def test_unit_levels_of_big_endian_integers():
    np.testing.assert_array_equal(unit_levels(np.array([0, 65535], dtype=">u2"), "grey"), [0, 1])


@pytest.mark.parametrize("levels", [[[0, 1]], [[0, 255]], [[7, 4000]], [[0, 65535]], [[3, 99_999]]])
def test_the_remedy_for_integers_of_a_wide_type_keeps_the_order_of_levels(levels):
    image = np.array(levels, np.int64)
    with pytest.raises(TypeError, match="divide by the level that is white") as refused:
        as_image(image)
    white = int(str(refused.value).split("image / ")[1].split(",")[0])
    shown = as_image(image / white)[0, :, 0]
    assert shown[0] < shown[1] and shown[1] > 0.9


def test_the_remedy_for_a_file_of_wide_integers_can_be_followed(tmp_path):
    path = saved(tmp_path, Image.fromarray(np.array([[0, 300]], np.int32)), "wide.tif")
    with pytest.raises(ValueError, match=r"image / 4095.*np.asarray\(PIL.Image.open\(path\)\)"):
        load_image(path)
    with Image.open(path) as file:
        assert as_image(np.asarray(file) / 4095).shape == (1, 2, 3)


def test_a_path_is_read_as_the_image_of_its_file(tmp_path):
    colours = np.random.default_rng(0).integers(0, 255, (6, 7, 3), dtype=np.uint8)
    Image.fromarray(colours).save(tmp_path / "a.png")
    for path in (tmp_path / "a.png", str(tmp_path / "a.png")):
        np.testing.assert_array_equal(as_image(path), colours / 255)
        np.testing.assert_array_equal(as_pixels(path), colours / 255)
    with pytest.raises(FileNotFoundError, match="must name an existing file"):
        as_image("none.png")
