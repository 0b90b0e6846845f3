"""XML of KML and GPX -> elements without namespaces, and positions of which none is passed over.

GDAL drops a position that it cannot read, and elements that its driver does not know.
"""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from camiscreen.reading.geojson import VectorFileError


def parsed(path: Path) -> Element:
    """The root of an XML file, names cut to what follows the prefix but ``gx:``.

    Prefixes that are nowhere declared do not matter. Raises VectorFileError.
    """
    builder, parser = TreeBuilder(), expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: builder.start(_local(name), attributes)
    parser.EndElementHandler = lambda name: builder.end(_local(name))
    parser.CharacterDataHandler = builder.data
    parser.buffer_text = True
    try:
        parser.Parse(path.read_bytes(), True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise VectorFileError(f"not a vector file (XML: {error}); export it anew") from error
    return builder.close()


def _local(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return name if prefix == "gx" else local


def text_of(element: Element, name: str) -> str:
    """Text of the first child of that name, without blanks around it; empty where it has none."""
    return (element.findtext(name) or "").strip()


def children(element: Element, *names: str) -> Iterator[Element]:
    """Direct children of these names, in the order of the file."""
    return (child for child in element if child.tag in names)


def position(lon: str | None, lat: str | None, shown: str) -> tuple[float, float]:
    """Longitude and latitude of two texts; ValueError where they are no decimal degrees."""
    try:
        return float(lon or ""), float(lat or "")
    except ValueError:
        raise ValueError(
            f"the coordinate {shown!r} cannot be read; "
            "write longitude and latitude in decimal degrees"
        ) from None
