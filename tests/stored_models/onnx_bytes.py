"""Small graphs of ONNX, written in the wire format of protocol buffers, so that no package is needed to make them."""

import struct

FLOAT, STRING, INT64 = 1, 8, 7


def varint(number):
    """A number in base 128, the lowest digits first."""
    digits = b""
    while number > 127:
        digits, number = digits + bytes([number & 127 | 128]), number >> 7
    return digits + bytes([number])


def whole(field, number):
    return varint(field << 3) + varint(number)


def part(field, content):
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


def value_info(name, kind, axes):
    """A ValueInfoProto: each axis is a size, or None for any."""
    dims = b"".join(part(1, part(2, "n") if size is None else whole(1, size)) for size in axes)
    return part(1, name) + part(2, part(1, whole(1, kind) + part(2, dims)))


def map_info(name):
    """A ValueInfoProto of a sequence of maps from strings to floats."""
    number = part(1, whole(1, FLOAT))
    return part(1, name) + part(2, part(4, part(1, part(5, whole(1, STRING) + part(2, number)))))


def node(kind, inputs, outputs, attributes=(), domain=""):
    names = b"".join(part(1, one) for one in inputs) + b"".join(part(2, one) for one in outputs)
    return names + part(4, kind) + b"".join(part(5, one) for one in attributes) + (part(7, domain) if domain else b"")


def strings(name, values):
    return part(1, name) + b"".join(part(9, one) for one in values) + whole(20, 8)


def floats(name, values):
    return part(1, name) + part(7, struct.pack(f"<{len(values)}f", *values)) + whole(20, 6)


def number(name, value):
    return part(1, name) + varint(2 << 3 | 5) + struct.pack("<f", value) + whole(20, 1)


def weights(name, rows):
    """A TensorProto of a matrix."""
    flat = [one for row in rows for one in row]
    shape = whole(1, len(rows)) + whole(1, len(rows[0]))
    return shape + whole(2, FLOAT) + part(4, struct.pack(f"<{len(flat)}f", *flat)) + part(8, name)


def model(nodes, inputs, outputs, initializers=()):
    """A ModelProto."""
    graph = b"".join(part(1, one) for one in nodes) + part(2, "g") + b"".join(part(5, one) for one in initializers)
    graph += b"".join(part(11, one) for one in inputs) + b"".join(part(12, one) for one in outputs)
    opsets = part(8, whole(2, 17)) + part(8, part(1, "ai.onnx.ml") + whole(2, 3))
    return whole(1, 8) + part(7, graph) + opsets


def softmax_of_linear(rows):
    """Rows (n, p) → softmax of their product with a matrix (p, classes)."""
    return model(
        [node("MatMul", ["x", "w"], ["h"]), node("Softmax", ["h"], ["p"])],
        [value_info("x", FLOAT, [None, len(rows)])], [value_info("p", FLOAT, [None, len(rows[0])])],
        [weights("w", rows)],
    )  # fmt: skip


def named_classes(rows, names):
    """The same, with a map from names of classes to probabilities for each row, as skl2onnx writes it."""
    return model(
        [
            node("MatMul", ["x", "w"], ["h"]), node("Softmax", ["h"], ["p"]),
            node("ZipMap", ["p"], ["z"], [strings("classlabels_strings", names)], "ai.onnx.ml"),
        ],
        [value_info("x", FLOAT, [None, len(rows)])], [map_info("z")], [weights("w", rows)],
    )  # fmt: skip


def known_texts(scores):
    """Texts (n,) → the score of each, 0 for those that are not known."""
    attributes = [
        strings("keys_strings", list(scores)),
        floats("values_floats", list(scores.values())),
        number("default_float", 0.0),
    ]
    return model(
        [node("LabelEncoder", ["t"], ["s"], attributes, "ai.onnx.ml")],
        [value_info("t", STRING, [None])], [value_info("s", FLOAT, [None])],
    )  # fmt: skip


def sum_of_columns(names):
    """Columns (n, 1) by their names → their sum."""
    return model(
        [node("Sum", names, ["s"])], [value_info(name, FLOAT, [None, 1]) for name in names],
        [value_info("s", FLOAT, [None, 1])],
    )  # fmt: skip


def label_of(rows):
    """Rows → the number of the largest of their scores, which is no score."""
    axis = part(1, "axis") + whole(3, 1) + whole(20, 2)
    return model(
        [node("MatMul", ["x", "w"], ["h"]), node("ArgMax", ["h"], ["y"], [axis])],
        [value_info("x", FLOAT, [None, len(rows)])], [value_info("y", INT64, [None, 1])], [weights("w", rows)],
    )  # fmt: skip
