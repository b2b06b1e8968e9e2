"""`limetheory explain --from` refuses files that it did not write in one line, before a network is loaded."""

import copy
import json
from base64 import b64encode

import pytest
from explain_cases import OPTIONS, read, refused

from limetheory.cli.main import run
from limetheory.images.segmentation.label_png import label_map_png


@pytest.fixture
def answer(tiny, photo, tmp_path, capsys, monkeypatch):
    path = tmp_path / "out.json"
    assert run(["explain", photo, *OPTIONS, "--json", str(path)]) == 0
    capsys.readouterr()
    monkeypatch.setattr("limetheory.networks.load_model", lambda *args, **options: pytest.fail("loaded"))
    return path


DEEP = "[" * 100_000 + "]" * 100_000
CONTENTS = {
    "empty": ("", "an answer must have 1 to 67,108,864 bytes, got 0"),
    "no JSON": ("{", "an answer must be JSON, got "),
    "no object": ("[1]", "an answer must hold what repeats it, got "),
    "another JSON": ('{"coefficients": [1.0]}', "give what limetheory explain --json wrote in this version"),
    "too deep": (DEEP, "nested too deeply"),
    "too deep inside": ('{"format": "limetheory explain", "repeat": ' + DEEP + "}", "nested too deeply"),
    "a number of 10,000 digits": ("[1" + "0" * 10_000 + "]", "an answer must be JSON, got "),
    "NaN": ("[NaN]", "NaN is no JSON"),
    "no UTF-8": (b"\xff\xfe\xff", "an answer must be JSON, got "),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_files_of_another_kind_are_refused(no_model, tmp_path, capsys, name):
    content, part = CONTENTS[name]
    path = tmp_path / "out.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    refused(capsys, ["--from", str(path)], part)


def test_a_file_that_is_not_there_is_refused(no_model, tmp_path, capsys):
    refused(capsys, ["--from", str(tmp_path / "none.json")], "an answer must be an existing file")
    refused(capsys, ["--from", str(tmp_path)], "an answer must be a file, got the folder")


HUGE = 10**400
CHANGES = {
    "a later schema": (("schema",), 2, "an answer must be of schema 1, got 2"),
    "a schema that is true": (("schema",), True, "an answer must be of schema 1, got True"),
    "no records": (("explanations",), [], "explanations of an answer must be a list of objects"),
    "another kind": (("repeat", "kind"), "sound", "an answer must be about one of image, text, table, got 'sound'"),
    "a kind that is a list": (("repeat", "kind"), ["image"], "must be about one of image, text, table, got ['image']"),
    "no file": (("repeat", "input"), None, "a file in a record must have a path and a sha256"),
    "a path with a zero": (("repeat", "input", "path"), "a\0b", "a file in a record must have a path"),
    "a size that is text": (("repeat", "input", "bytes"), "9", "bytes of a file must be an integer, got '9'"),
    "a model that is a number": (("repeat", "network", "model"), 3, "the model of a record must be a name, got 3"),
    "no question": (("repeat", "question"), 7, "a question in a record must be an object, got 7"),
    "an unknown option": (("repeat", "question", "colour"), 1, "must have options that are known, got 'colour'"),
    "a seed that is text": (("repeat", "question", "seed"), "1", "seed in a record must be of another type, got '1'"),
    "a seed that is true": (("repeat", "question", "seed"), True, "seed in a record must be of another type"),
    "a bandwidth of 401 digits": (("repeat", "question", "bandwidth"), HUGE, "bandwidth must be"),
    "a segmenter that is a list": (("repeat", "question", "segmenter"), [], "segmenter in a record must be of another"),
    "masks of 401 digits": (("repeat", "question", "budget", "n"), HUGE, "n must be at most"),
    "a method that is none": (("repeat", "question", "budget", "method"), "x", "method must be one of"),
    "a target of objects": (("repeat", "question", "target"), [{}], "target in a record must be of another type"),
    "no label map": (("repeat", "label_maps"), [], "label_maps of a record must be a list of maps, got []"),
    "too many label maps": (("repeat", "label_maps", 1), {}, "a label map in a record must be a PNG in base64"),
    "a label map that is no PNG": (("repeat", "label_maps", 0, "png"), "AAAA", "must be an intact PNG"),
    "names of parts that are short": (("repeat", "label_maps", 0, "names"), ["a"], "names of a label map must be"),
    "a million threads": (("repeat", "machine", "threads", "torch"), 10**6, "threads of torch must be at most 1024"),
    "threads of 401 digits": (("repeat", "machine", "threads", "torch"), HUGE, "threads of torch must be at most"),
    "no threads": (("repeat", "machine", "threads", "blas"), 0, "threads of blas must be at least 1"),
    "a machine that is none": (("repeat", "machine"), [], "the machine of a record must be an object with threads"),
    "a batch of none": (("repeat", "machine", "batch_size"), 0, "--batch-size must be at least 1"),
    "a device that is a number": (("repeat", "machine", "device"), 3, "the device of a record must be a name, got 3"),
}


def changed(record, place, value):
    found = copy.deepcopy(record)
    *way, last = place
    there = found
    for step in way:
        there = there[step]
    if isinstance(there, list) and last == len(there):
        there.append(value)
    else:
        there[last] = value
    return found


@pytest.mark.parametrize("name", CHANGES)
def test_an_answer_with_a_wrong_part_is_refused(answer, capsys, name):
    place, value, part = CHANGES[name]
    answer.write_text(json.dumps(changed(read(answer), place, value)))
    refused(capsys, ["--from", str(answer)], part)


@pytest.mark.slow
def test_no_wrong_value_anywhere_prints_more_than_one_line(answer, capsys, monkeypatch):
    # every entry of the part that repeats, with values of every type
    record = read(answer)

    def load(*args, **options):
        raise ValueError("stop here")

    monkeypatch.setattr("limetheory.networks.load_model", load)
    places = list(entries(record["repeat"], ("repeat",)))
    assert len(places) > 40
    for place in places:
        for value in (None, True, HUGE, "\x1b[31m\n", [], {}):
            answer.write_text(json.dumps(changed(record, place, value)))
            assert run(["explain", "--from", str(answer)]) == 2, (place, value)
            said = capsys.readouterr()
            assert len(said.err.splitlines()) == 1 and "\x1b" not in said.err and said.out == "", (place, value)


def entries(content, place):
    """The places of all values in a record, at any depth."""
    pairs = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for name, value in pairs:
        yield (*place, name)
        yield from entries(value, (*place, name))


@pytest.mark.slow
def test_a_label_map_of_another_size_is_refused(tiny, photo, tmp_path, capsys):
    path = tmp_path / "out.json"
    assert run(["explain", photo, *OPTIONS, "--json", str(path)]) == 0
    capsys.readouterr()
    packed = b64encode(label_map_png([[0, 1], [2, 3]])).decode()
    path.write_text(json.dumps(changed(read(path), ("repeat", "label_maps", 0, "png"), packed)))
    refused(
        capsys, ["--from", str(path)], "a label map must have the size of the network's input, (24, 24), got (2, 2)"
    )
