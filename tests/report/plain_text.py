"""What a reader finds in the files of a format: all its text, and whether each is well formed.

A format that is not known here fails: whoever adds one says how its text is read.
"""

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Mapping
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from pypdf import PdfReader


def text_of(files: Mapping[str, bytes]) -> str:
    """The text of all files of one format."""
    return "\n".join(_READERS[ending.rpartition(".")[2]](data) for ending, data in files.items())


class _Html(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: list[str] = []
        self._hidden = False
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._hidden = tag in {"style", "script"}
        self.parts += [value for _, value in attrs if value]

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def _html(data: bytes) -> str:
    return "\n".join(_Html(data.decode("utf-8")).parts)


def _pdf(data: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def _json(data: bytes) -> str:
    def texts(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for pair in value.items() for item in pair for text in texts(item)]
        if isinstance(value, list):
            return [text for item in value for text in texts(item)]
        return [value] if isinstance(value, str) else []

    return "\n".join(texts(json.loads(data.decode("utf-8"))))


def csv_cells(data: bytes) -> list[str]:
    """Every cell, also as a spreadsheet reads them whose separator is a semicolon or a tab."""
    text = data.decode("utf-8-sig")
    return [
        cell
        for separator in (",", ";", "\t")
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        for cell in row
    ]


def _csv(data: bytes) -> str:
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return "\n".join(cell for row in rows for cell in row)


def gpkg_values(data: bytes) -> list[object]:
    """Every value of every table of a GeoPackage."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(data)
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master"
                                                      " WHERE type = 'table'")]  # fmt: skip
        return [
            value
            for name in names
            for row in connection.execute(f'SELECT * FROM "{name}"')
            for value in row
        ]
    finally:
        connection.close()


def _gpkg(data: bytes) -> str:
    return "\n".join(value for value in gpkg_values(data) if isinstance(value, str))


def _xml(data: bytes) -> str:
    root = ET.fromstring(data)
    parts = [text for element in root.iter() for text in (element.text, element.tail) if text]
    parts += [value for element in root.iter() for value in element.attrib.values()]
    return "\n".join(parts)


def _office(data: bytes) -> str:
    """All parts of a workbook or a Word file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        # One run of text may be cut at will: the parts of a file are read without gaps.
        return "\n".join(_xml(archive.read(name)) for name in names)


_READERS = {
    "html": _html,
    "pdf": _pdf,
    "json": _json,
    "sarif": _json,
    "csv": _csv,
    "xlsx": _office,
    "docx": _office,
    "gpkg": _gpkg,
    "xml": _xml,
    "txt": lambda data: data.decode("utf-8"),
    "md": lambda data: data.decode("utf-8"),
}
