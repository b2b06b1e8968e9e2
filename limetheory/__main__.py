"""`python -m limetheory`: the same as the command `limetheory`."""

from limetheory.cli import main

if __name__ == "__main__":
    main()
