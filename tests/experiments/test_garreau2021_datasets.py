"""Local files of MNIST and CIFAR-10 are read, and what is not theirs is refused in one line."""

import pickle

import numpy as np
import pytest

from experiments.garreau2021.datasets import HELD_OUT, colours, labelled, photographs
from limetheory.cli.main import run as command
from tests.experiments.mnist_files import IDX, LABELS, TEST, TRAIN, idx, write_mnist


def read(name, folder):
    labelled.cache_clear()
    return labelled(name, folder)


def refused(name, folder, words):
    with pytest.raises(ValueError, match=words) as error:
        read(name, folder)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("packed", "dotted"), [(False, False), (True, False), (False, True)])
def test_mnist_is_read_from_idx_files(tmp_path, packed, dotted):
    write_mnist(tmp_path, packed, dotted)
    found = read("mnist", tmp_path)
    assert np.array_equal(found.train, TRAIN) and np.array_equal(found.test, TEST)
    assert np.array_equal(found.train_labels, LABELS[0]) and np.array_equal(found.first, TRAIN)


def test_mnist_is_read_from_npz(tmp_path):
    np.savez(tmp_path / "mnist.npz", x_train=TRAIN, y_train=LABELS[0], x_test=TEST, y_test=LABELS[1])
    assert np.array_equal(read("mnist", tmp_path).test, TEST)


def test_mnist_files_of_another_format_are_refused(tmp_path):
    refused("mnist", tmp_path, "train-images-idx3-ubyte or .*, or mnist.npz, got none in")
    write_mnist(tmp_path)
    for content in (b"", b"\x00\x00\x09\x03" + bytes(12), idx(TRAIN)[:-5], b"\x00\x00\x08\x03" + b"\xff" * 12):
        (tmp_path / IDX[0]).write_bytes(content)
        refused("mnist", tmp_path, "must be an IDX file of bytes")
    (tmp_path / IDX[0]).write_bytes(idx(TRAIN[:, :14]))
    refused("mnist", tmp_path, r"images \(n, 28, 28\) uint8 with n labels")
    for content in (b"PK\x03\x04 no archive", b"", b"text"):
        (tmp_path / "mnist.npz").write_bytes(content)
        refused("mnist", tmp_path, "x_train, y_train, x_test, y_test, got no zip archive; give the original file$")
    np.save(tmp_path / "one.npy", TRAIN)
    (tmp_path / "one.npy").replace(tmp_path / "mnist.npz")
    refused("mnist", tmp_path, "got no zip archive")
    np.savez(tmp_path / "mnist.npz", x_train=TRAIN, x_test=TEST)
    refused("mnist", tmp_path, "got x_train, x_test alone; give")


@pytest.mark.parametrize(("content", "got"), [
    (b"garbage", "another header"), (b"", "a file that ends too soon"), (idx(TRAIN)[:9], "a file that ends too soon"),
    (idx(TRAIN)[:-5], "5,483 of 5,488 entries"), (b"\x00\x00\x08\x03" + b"\xff" * 12, r"0 of 79,\S* entries"),
])  # fmt: skip
def test_what_is_wrong_with_an_idx_file_is_said_in_words(tmp_path, content, got):
    write_mnist(tmp_path)
    (tmp_path / IDX[0]).write_bytes(content)
    refused("mnist", tmp_path, f"must be an IDX file of bytes, got {got}; give the original file$")


@pytest.mark.parametrize(("labels", "got"), [
    (np.full(7, 200), "200 to 200"), (np.arange(7) - 1, "-1 to 5"), (np.arange(7) / 2, r"float64 of shape \(7,\)"),
    (np.arange(7).astype(str), r"<U21 of shape \(7,\)"),
    (np.eye(7, 10, dtype=int), r"int64 of shape \(7, 10\)"),
])  # fmt: skip
def test_labels_that_are_no_classes_are_refused(tmp_path, labels, got):
    np.savez(tmp_path / "mnist.npz", x_train=TRAIN, y_train=labels, x_test=TEST, y_test=LABELS[1])
    refused("mnist", tmp_path, f"labels must be whole numbers from 0 to 9, one at least, got {got} in ")


def test_a_dataset_without_images_is_refused(tmp_path):
    np.savez(tmp_path / "mnist.npz", x_train=TRAIN[:0], y_train=LABELS[0][:0], x_test=TEST, y_test=LABELS[1])
    refused("mnist", tmp_path, "one at least, got uint8 of shape")


def test_a_folder_of_other_files_is_refused_before_the_first_row(tmp_path, capsys):
    asked = ["experiment", "run", "garreau2021", "--dataset", "mnist", "--data", str(tmp_path / "none"), "--smoke"]
    labelled.cache_clear()
    assert command(asked) == 2
    said = capsys.readouterr()
    assert said.err.startswith("limetheory: dataset mnist is read from local files, got ") and not said.out


def test_an_npz_file_of_objects_is_not_unpickled(tmp_path):
    touched = tmp_path / "touched"

    class Harmful:
        def __reduce__(self):
            return (open, (str(touched), "w"))

    objects = np.array([Harmful()], dtype=object)
    np.savez(tmp_path / "mnist.npz", x_train=objects, y_train=LABELS[0], x_test=TEST, y_test=LABELS[1])
    refused("mnist", tmp_path, "x_train, y_train, x_test, y_test, got arrays of objects; give the original file$")
    assert not touched.exists()


def records(n, seed):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.integers(0, 10, (n, 1)), rng.integers(0, 256, (n, 3072))], axis=1).astype(np.uint8)


@pytest.mark.parametrize("inner", ["", "cifar-10-batches-bin"])
def test_cifar_is_read_from_its_binary_version(tmp_path, inner):
    folder = tmp_path / inner
    folder.mkdir(exist_ok=True)
    for number in range(1, 6):
        (folder / f"data_batch_{number}.bin").write_bytes(records(2, number).tobytes())
    (folder / "test_batch.bin").write_bytes(records(3, 9).tobytes())
    found = read("cifar10", tmp_path)
    assert found.train.shape == (10, 32, 32, 3) and found.test.shape == (3, 32, 32, 3)
    first = records(2, 1)[0]
    assert found.train_labels[0] == first[0]
    # red, green and blue follow each other, each row by row
    assert found.train[0, 5, 7].tolist() == [first[1 + channel * 1024 + 5 * 32 + 7] for channel in range(3)]


def test_the_pickled_version_of_cifar_is_refused_unread(tmp_path):
    (tmp_path / "data_batch_1").write_bytes(pickle.dumps({b"data": 1}))
    refused("cifar10", tmp_path, "got the pickled version, whose files can run code, in .*; give the binary version")
    refused("cifar10", tmp_path / "data_batch_1", "which is no folder")
    refused("cifar10", None, "got no folder; give theirs as --data FOLDER")


def test_a_cifar_file_of_another_length_is_refused(tmp_path):
    for name in (*(f"data_batch_{n}.bin" for n in range(1, 6)), "test_batch.bin"):
        (tmp_path / name).write_bytes(records(1, 0).tobytes())
    (tmp_path / "test_batch.bin").write_bytes(bytes(100))
    refused("cifar10", tmp_path, "must have 3073 bytes an image, got 100 in all")


def test_digits_that_are_explained_are_not_trained_on():
    found = read("digits", None)
    assert len(found.test) == HELD_OUT and len(found.train) + len(found.test) == len(found.first) == 1797
    assert found.first.shape[1:] == (28, 28) and found.first.dtype == np.uint8
    assert len(np.unique(np.concatenate([found.train, found.test]), axis=0)) == len(np.unique(found.first, axis=0))


def test_grey_levels_become_colours():
    assert colours(TRAIN).shape == (7, 28, 28, 3) and colours(TRAIN).max() <= 1
    assert np.array_equal(colours(np.full((1, 2, 2, 3), 255, np.uint8)), np.ones((1, 2, 2, 3)))


def test_photographs_are_the_shipped_ones_and_then_those_of_the_folder(tmp_path):
    (tmp_path / "one.png").touch()
    assert photographs(None, 40)[0] == ("scikit-image", "astronaut", None)
    assert photographs(tmp_path, 40)[4] == (tmp_path.name, "one.png", tmp_path / "one.png")
    assert len(photographs(tmp_path, 2)) == 2
