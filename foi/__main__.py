"""`python -m foi`: the same program, for who names a Python to run it with."""

from foi.cli import main

if __name__ == "__main__":
    main()
