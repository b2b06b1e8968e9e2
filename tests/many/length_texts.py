"""What explains a text, for processes that are started anew."""

import os
import time

import limetheory as lt


def scores(texts):
    return [text.count("a") + 0.5 * text.count("b") * text.count("c") for text in texts]


def explained(text, seed):
    return lt.explain_text(scores, text, n=60, rng=seed)


def explained_slowly(text, seed):
    """It waits until a file is there, if the text names one, and adds a line to another for each call."""
    with open(os.environ["CALLS"], "a") as file:
        file.write(f"{seed}\n")
    time.sleep(0.05)
    return explained(text, seed)
