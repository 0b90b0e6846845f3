"""A page of text on standard output, as wide as is good to read."""

import shutil

from camiscreen.cli.say import say
from camiscreen.explanation.page import Page, markdown, plain

_WIDEST = 100


def print_page(page: Page, format_: str) -> None:
    """Print a page as ``text``, wrapped to the console, or as ``md``."""
    if format_ == "md":
        say(markdown(page))
    else:
        say(plain(page, min(shutil.get_terminal_size().columns, _WIDEST)))
