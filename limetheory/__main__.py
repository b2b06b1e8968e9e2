"""`limetheory` and `python -m limetheory`: the command line, which Ctrl-C ends in one line while it is loaded, too."""

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        from limetheory.cli import main as command

        command()
    except BaseException as error:
        if not isinstance(error, KeyboardInterrupt) and not isinstance(error.__cause__, KeyboardInterrupt):
            raise
        print("limetheory: interrupted", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
