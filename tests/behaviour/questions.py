"""All questions by name; each is answered on one thread, without warnings, as plain values."""

import warnings

import command_questions
import fitted_questions
import image_questions
import set_function_questions
import torch
from plain_answers import plain
from threadpoolctl import threadpool_limits

QUESTIONS = {
    **set_function_questions.questions(),
    **image_questions.questions(),
    **fitted_questions.questions(),
    **command_questions.questions(),
}


def answer(name):
    """The answer to a question, the same to the last bit in every process on one machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return plain(QUESTIONS[name]())
    finally:
        torch.set_num_threads(threads)
