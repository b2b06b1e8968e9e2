"""Messages of the library in the words of the command line: options in place of Python's arguments and calls."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PHRASES = {
    "see model_names()": "see limetheory doctor",
    "see class_names, or give the index": "see limetheory classes MODEL, or give the index",
    "read a file with load_image(path)": "name the file",
    "give bounds=(lo, hi), or guarantee='asymptotic' (--guarantee asymptotic on the command line)": (
        "add --guarantee asymptotic"
    ),
    "add bounds=(lo, hi)": "add --range LOW,HIGH",
    "add bounds=(0, 1)": "add --range 0,1",
    "must be None for": "must be left out for",
    "what .save(path) wrote": "what --save wrote",
    "that .save(path) wrote": "that --save wrote",
    "save model.state_dict() with torch.save": "save its state dict with PyTorch",
    "save model.state_dict()": "save its state dict alone",
    "call model.prepare(image) first": "choose another model",
    "save it again with numpy.save": "save it again with NumPy",
    "of which pandas.read_parquet and its to_csv make a CSV file": "which pandas turns into a CSV file",
    "an estimator with predict_proba, decision_function or predict": "an estimator that predicts",
    "F(1) − F(0) is the answer": "the output of the whole image minus that of an empty one is the answer",
    "words and columns share names as they are: give those to submodular_pick": (
        "words and columns share names as they are: leave --concepts out"
    ),
    "give checkpoint= its file": "give --checkpoint with its file",
    ", read as an array by np.asarray(PIL.Image.open(path))": "",
    "give None for": "leave it out for",
    "worst F within": "worst output within",
    "F(0)": "the output of an empty image",
    "F(1)": "the output of the whole image",
    "pick without stability (redraws=0 in pick_files)": "add --redraws 0",
    "|F|": "output in size",
    "|F − bounds|": "distance of the output from its bounds",
    "design.influence of F": "design-based weights of the output",
    "design.influence": "the design's weights",
    " (retry_failed=True)": "",
    " (trust_pickle=True)": "",
}
"""What is said in Python, and how it is said here; of two that begin alike the longer one first."""

OPTIONS = {
    "n_segments": "--segments",
    "replacement": "--replacement",
    "guarantee": "--guarantee",
    "bounds": "--range",
    "output": "--output",
    "method": "--method",
    "engine": "--device",
    "checkpoint": "--checkpoint",
    "categorical": "--categorical",
    "bins": "--bins",
    "tokens": "--tokens",
    "batch_size": "--batch-size",
    "half_width": "--half-width",
    "top_k": "--top-k",
    "per_pixel": "--per-pixel",
    "similar_to": "--similar-to",
    "leave_out": "--leave-out",
    "trust_pickle": "--trust-pickle",
    "retry_failed": "--retry-failed",
    "seconds_per_evaluation": "--seconds-per-evaluation",
    "json_file": "--json",
    "training_data": "the table",
    "feature_names": "the names of the columns",
}
"""The option of the command line for an argument of a function."""

_WIDER = "give a larger one, such as lime's 0.25"
_ALONE = "|".join(name for name in OPTIONS if "_" in name)
_LEFT, _RIGHT = r"(?<![\w./\\'\"-])", r"(?![\w/\\'\"]|\.\w)"
_VALUE = r"(\([^()]*\)|'[^']*'|-?\d[\d.]*\d|\d|True|False|None|x)(?![\w/])"
_DESIGN = r"(?:Image|Text)Design"
_RULES = (
    (re.compile(rf"got {_DESIGN}\(d=\d+, bandwidth=([^()]+)\)"), lambda found: f"got --bandwidth {found.group(1)}"),
    (re.compile(rf"(?:widen the bandwidth or )?choose another design such as {_DESIGN}\(\d+\)"), lambda found: _WIDER),
    (re.compile(rf"{_LEFT}([a-z][a-z_]*)={_VALUE}"), lambda found: _given(*found.groups())),
    (re.compile(rf"{_LEFT}({_ALONE}){_RIGHT}"), lambda found: OPTIONS[found.group(1)]),
    (re.compile(rf"{_LEFT}F{_RIGHT}"), lambda found: "the output"),
    (re.compile(rf"{_LEFT}(?:Posix|Windows)Path\(('[^']*')\)"), lambda found: found.group(1)),
)


PAIRS = {"--range": "LOW,HIGH"}
"""The options of two numbers, which may be given with a comma or with a space between."""


def pairs_joined(arguments: Sequence[str]) -> list[str]:
    """The arguments with the two numbers of an option of `PAIRS` as one word.

    >>> pairs_joined(["plan", "--range", "-2", "6", "--range", "0,1"])
    ['plan', '--range', '-2,6', '--range', '0,1']
    """
    words = list(arguments)
    for place in range(len(words) - 3, -1, -1):
        low, high = words[place + 1 : place + 3]
        if words[place] in PAIRS and _is_number(low) and _is_number(high):
            words[place + 1 : place + 3] = [f"{low},{high}"]
    return words


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def in_words(message: str) -> str:
    """The message as a user of the command line reads it; values that were given stay as they are.

    >>> in_words("model name must be one of a, b, got 'c'; see model_names()")
    "model name must be one of a, b, got 'c'; see limetheory doctor"
    >>> in_words("half_width must be below 1, got 3.0; it must be below the range of F to say anything")
    '--half-width must be below 1, got 3.0; it must be below the range of the output to say anything'
    >>> in_words("give another one, such as replacement=1.0, for half_width.png")
    'give another one, such as --replacement 1.0, for half_width.png'
    """
    for said, words in _PHRASES.items():
        message = message.replace(said, words)
    for pattern, words_of in _RULES:
        message = pattern.sub(words_of, message)
    return message


def _given(name: str, value: str) -> str:
    """An argument and its value as an option and its value."""
    return f"{OPTIONS.get(name, name.replace('_', ' '))} {value.strip('()').rstrip(',').strip(chr(39))}"
