"""Makes the reference pages of this folder from the rulebook: ``python docs/make_pages.py``.

The pages are those of ``camiscreen explain``. A test makes them again and compares.
"""

import argparse
from pathlib import Path

from camiscreen import paths
from camiscreen.explanation.doc_pages import doc_pages
from camiscreen.i18n import LANGUAGES, Translator
from camiscreen.rulebook import rulebook


def main() -> None:
    """Write every page, in one language, into one folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lang", choices=LANGUAGES, default="en")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent)
    given = parser.parse_args()
    book = rulebook.load([paths.data_dir("rules")])
    given.out.mkdir(parents=True, exist_ok=True)
    for name, text in doc_pages(book, Translator(given.lang)).items():
        (given.out / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
