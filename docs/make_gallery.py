"""Makes docs/gallery.md and its pictures: ``python docs/make_gallery.py``.

The reports are those of the alignments in examples/, drawn by the program itself; nothing is
touched by hand. ``gallery/made.json`` says what they were made from. Needs the test extras.
"""

import argparse
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pypdf import PdfReader

from camiscreen import paths, screening
from camiscreen.i18n import Translator
from camiscreen.layers import catalogue
from camiscreen.model import Design, Screening
from camiscreen.reading import project_file
from camiscreen.report.document import compose
from camiscreen.report.pdf import render_pages, render_pdf
from camiscreen.report.print_data import document_json
from camiscreen.report.sections import summary
from camiscreen.report.sections.common import make_context
from camiscreen.rulebook import rulebook

ROOT = Path(__file__).resolve().parent.parent
GENERATED_ON = "2026-11-22"
PIXELS_PER_INCH = 60.0

PAGES = ("cover", "summary", "findings", "along", "detail", "mitigation")
"""The first page of the report, and of each of these sections the page on which it begins."""


@dataclass(frozen=True)
class Shown:
    """A report of the gallery: the alignment, the language, and why it is shown."""

    example: str
    language: str
    why: str


SHOWN = (
    Shown(
        "trans-mongolian-railway",
        "en",
        "A fenced railway through two states, running north to south: the map stands upright.",
    ),
    Shown(
        "semnan-sabzevar-road",
        "en",
        "A road through the range of a few dozen cheetahs; nobody said whether it will be fenced.",
    ),
    Shown(
        "shalkar-beyneu-railway",
        "ru",
        "A railway across saiga migrations. The same report in Russian.",
    ),
)


def screened(example: str) -> Screening:
    """An alignment of examples/ with the shipped rules and layers."""
    cache = paths.cache_dir()
    book = rulebook.load([ROOT / "rules"], cache)
    layers = catalogue.read_catalogue([ROOT / "reference_layers"], cache)
    path = ROOT / "examples" / f"{example}.geojson"
    project = project_file.read_project(
        str(path), kind=None, design=Design(), layers=(), stdin=None
    )
    return screening.screen(
        project, screening.open_layers(layers, cache), book, generated_on=GENERATED_ON
    )


def picture(shown: Shown, page: str) -> str:
    """Name of the picture of a page."""
    return f"{shown.example}-{page}.png"


def pictures() -> list[str]:
    """Names of all pictures, in the order in which they stand."""
    return [picture(shown, page) for shown in SHOWN for page in PAGES]


def fingerprint(shown: Shown, result: Screening) -> str:
    """Hash of all that the template is given: it changes with rules, layers and program."""
    # The path of the alignment depends on where the checkout lies; the file is the same.
    data = document_json(compose(result, Translator(shown.language))).replace(str(ROOT), "")
    return hashlib.sha256(data.encode("utf-8")).hexdigest()


def draw(shown: Shown, result: Screening) -> Mapping[str, bytes]:
    """The pages of a report that the gallery shows."""
    document = compose(result, Translator(shown.language))
    reader = PdfReader(io.BytesIO(render_pdf(document)))
    titles = {f"{s.number} {s.title}": s.anchor for s in document.sections}
    begins = {"cover": 0}
    for entry in reader.outline:
        if not isinstance(entry, list):
            anchor = titles.get(" ".join(str(entry.title).split()))
            if anchor:
                begins[anchor] = reader.get_destination_page_number(entry)
    drawn = render_pages(document, PIXELS_PER_INCH)
    return {picture(shown, page): drawn[begins[page]] for page in PAGES}


def words(shown: Shown, result: Screening) -> str:
    """The part of the page about one report."""
    ctx = make_context(result, Translator("en"))
    kind = str(result.project.kind)
    language = "" if shown.language == "en" else f" --lang {shown.language}"
    command = f"camiscreen check examples/{shown.example}.geojson --kind {kind}{language}"
    shots = "\n".join(
        f'<a href="gallery/{name}"><img src="gallery/{name}" height="330" alt="{alt}"></a>'
        for page in PAGES
        for name, alt in [(picture(shown, page), f"{ctx.name}: {page}")]
    )
    return (
        f"## {ctx.name}\n\n{shown.why} {summary.sentence(ctx)}\n\n"
        f"```console\n$ {command}\n```\n\n{shots}\n"
    )


def main() -> None:
    """Write the page, the pictures and what they were made from."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent)
    folder: Path = parser.parse_args().out
    (folder / "gallery").mkdir(parents=True, exist_ok=True)
    results = {shown: screened(shown.example) for shown in SHOWN}
    for old in (folder / "gallery").glob("*.png"):
        old.unlink()
    for shown, result in results.items():
        for name, data in draw(shown, result).items():
            (folder / "gallery" / name).write_bytes(data)
    made = {shown.example: fingerprint(shown, result) for shown, result in results.items()}
    (folder / "gallery" / "made.json").write_text(
        json.dumps({"generated_on": GENERATED_ON, "reports": made}, indent=2) + "\n",
        encoding="utf-8", newline="\n",
    )  # fmt: skip
    parts = [
        "# Gallery\n\nPages of the reports on the alignments of `examples/`, which are drawn as "
        "straight lines between\ntowns and are no surveys. Made by `python docs/make_gallery.py`, "
        "never by hand.\n",
        *(words(shown, result) for shown, result in results.items()),
    ]
    (folder / "gallery.md").write_text("\n".join(parts), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
