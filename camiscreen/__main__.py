"""``python -m camiscreen``."""

from camiscreen.cli.main import main

main()
