"""``python -m camiscreen``."""

from camiscreen.cli.main import main

if __name__ == "__main__":
    # Worker processes of a batch import this module and must not run it.
    main()
