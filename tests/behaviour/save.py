"""Write the answers file again: `python tests/behaviour/save.py [START …]`, all or those whose names start so.

Run it where limetheory is the version whose behaviour is to be kept, and only for answers that are meant to change;
with some named, the rest stays as it is, which needs the place that saved them.
"""

import sys

from questions import QUESTIONS, answer
from saved_answers import ANSWERS, load, place, save


def main(starts):
    """Answer the questions and save them."""
    kept = kept_answers() if starts else {}
    asked = [name for name in QUESTIONS if name not in kept or name.startswith(tuple(starts))]
    new = {name: answer(name) for name in asked}
    save({name: new[name] if name in new else kept[name] for name in QUESTIONS})
    print(f"{len(new)} of {len(QUESTIONS)} answers written to {ANSWERS}")


def kept_answers():
    answers, saved_at = load()
    if saved_at != place():
        raise SystemExit(f"answers must all be saved in one place, got {saved_at} and {place()}; save all of them")
    return answers


if __name__ == "__main__":
    main(sys.argv[1:])
