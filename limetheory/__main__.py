"""`limetheory` and `python -m limetheory`: the command line, which Ctrl-C ends in one line while it is loaded, too."""

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        from limetheory.cli import main as command
    except KeyboardInterrupt:
        print("limetheory: interrupted", file=sys.stderr)
        sys.exit(130)
    command()


if __name__ == "__main__":
    main()
