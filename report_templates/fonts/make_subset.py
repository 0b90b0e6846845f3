"""Cut the report's fonts out of the full Noto files and write their table of advances.

This script's one job: ``python make_subset.py FOLDER`` (FOLDER: the ``truetype/noto`` folder of
Debian's ``fonts-noto-core`` and ``fonts-noto-mono``) writes the subset ``.ttf`` files and
``advances.json`` beside itself. It needs ``fonttools``; the program itself never does. Running it
twice on the same input gives the same bytes.

The advances are what labels on figures are measured with, and their code points are what the
report can print at all: ``camiscreen.report.fonts`` reads them.
"""

import json
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FACES = {
    "NotoSans-Regular": "text",
    "NotoSans-SemiBold": "text-600",
    "NotoSans-Italic": "text-italic",
    "NotoSans-Condensed": "figure",
    "NotoSans-CondensedSemiBold": "figure-600",
    "NotoSans-CondensedItalic": "figure-italic",
    "NotoSansMono-Regular": "code",
}
"""File of the full family, and the name of the face in ``advances.json``."""

RANGES = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x017F),  # Latin-1 and Latin Extended-A: European and Turkic place names
    (0x0218, 0x021B),  # Romanian comma letters
    (0x0259, 0x0259),  # schwa of Azerbaijani
    (0x02BB, 0x02BC),  # the turned comma and apostrophe of Uzbek
    (0x0300, 0x0304),  # combining marks that NFC leaves over: stress, macron
    (0x0306, 0x0306),
    (0x0308, 0x0308),
    (0x0400, 0x052F),  # Cyrillic with the Kazakh, Kyrgyz, Mongolian and Tajik letters
    (0x1E00, 0x1EFF),  # Latin Extended Additional
    (0x2009, 0x200B),  # thin and hair space, zero-width space
    (0x2010, 0x2027),  # dashes, quotes, bullet, ellipsis
    (0x202F, 0x202F),  # narrow no-break space
    (0x2030, 0x203A),  # per mille, primes, angle quotes
    (0x2070, 0x209C),  # raised and lowered figures
    (0x20AC, 0x20AC),  # euro
    (0x2116, 0x2116),  # numero
    (0x2122, 0x2122),  # trade mark
    (0x2190, 0x2193),  # arrows
    (0x2212, 0x2212),  # minus
    (0x2248, 0x2248),  # almost equal
    (0x2260, 0x2265),  # not equal, at most, at least
    (0x25A1, 0x25A1),  # marks of significance
    (0x25B2, 0x25B2),
    (0x25C6, 0x25C6),
    (0x25CB, 0x25CB),
    (0x25CF, 0x25CF),
    (0xFFFD, 0xFFFD),  # stands for what the fonts cannot print
)

FEATURES = ["kern", "ccmp", "locl", "mark", "mkmk"]


def _subset(source: Path, target: Path) -> TTFont:
    options = subset.Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.notdef_outline = True
    options.recalc_timestamp = False
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[c for first, last in RANGES for c in range(first, last + 1)])
    cutter.subset(font)
    subset.save_font(font, str(target), options)
    return font


def _advances(font: TTFont) -> list[list[int | list[int]]]:
    """Runs of code points as ``[first, [advance, ...]]`` in thousandths of an em."""
    scale = 1000 / font["head"].unitsPerEm
    metrics = font["hmtx"]
    runs: list[list[int | list[int]]] = []
    previous = -2
    for code, glyph in sorted(font.getBestCmap().items()):
        if code != previous + 1:
            runs.append([code, []])
        runs[-1][1].append(round(metrics[glyph][0] * scale))
        previous = code
    return runs


def main(folder: Path) -> None:
    """Write every subset and the table beside this script."""
    here = Path(__file__).resolve().parent
    faces = {}
    for name, face in FACES.items():
        font = _subset(folder / f"{name}.ttf", here / f"{name}.ttf")
        faces[face] = _advances(font)
    table = json.dumps(faces, separators=(",", ":"))
    (here / "advances.json").write_text(table + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python make_subset.py FOLDER_WITH_NOTO_TTF")
    main(Path(sys.argv[1]))
