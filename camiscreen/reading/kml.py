"""KML -> features: every Placemark with all of its geometry, Google's tracks included.

Containers with Placemarks of their own are layers. What a screening cannot use (links to other
files, overlays, models, tours) is named in a note; a coordinate that cannot be read is an error.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from camiscreen.model import Message, message
from camiscreen.reading.geojson import WGS84, Feature, VectorFileError, VectorLayer, geometry_of
from camiscreen.reading.xml_files import children, parsed, position, text_of

_LEFT_OUT = ("NetworkLink", "GroundOverlay", "PhotoOverlay", "ScreenOverlay", "Model", "gx:Tour")


def read_kml(path: Path, choose: Callable[[list[str]], str]) -> VectorLayer:
    """Features of one layer of a KML file; ``choose`` picks it by name, or raises."""
    root = parsed(path)
    if root.tag not in {"kml", "Document", "Folder", "Placemark"}:
        raise VectorFileError("not KML: its root element is no kml")
    if root.tag != "kml":
        root, inner = Element("kml"), root
        root.append(inner)
    layers = _layers(root, path.stem)
    notes = _left_out(root)
    if not layers and notes:
        what = dict(notes[0].values)["what"]
        raise VectorFileError(
            f"the file holds no Placemark, only {what}; export what it links to or shows"
        )
    name = choose(list(layers))
    features = tuple(
        _feature(placemark, number) for number, placemark in enumerate(layers[name], start=1)
    )
    return VectorLayer(
        name=None if name == path.stem else name, crs=WGS84, features=features, notes=notes
    )


def _layers(root: Element, unnamed: str) -> dict[str, list[Element]]:
    """Placemarks by container, in the order of the file; a repeated name gets a number."""
    found: dict[str, list[Element]] = {}
    times: Counter[str] = Counter()
    for container in root.iter():
        if container.tag not in {"kml", "Document", "Folder"}:
            continue
        if placemarks := list(children(container, "Placemark")):
            name = text_of(container, "name") or unnamed
            times[name] += 1
            found[name if times[name] == 1 else f"{name} (#{times[name]})"] = placemarks
    return found


def _left_out(root: Element) -> tuple[Message, ...]:
    counts = Counter(element.tag for element in root.iter() if element.tag in _LEFT_OUT)
    if not counts:
        return ()
    listed = ", ".join(f"{name} ({counts[name]})" for name in _LEFT_OUT if counts[name])
    return (message("note.kml_left_out", what=listed),)


def _feature(placemark: Element, number: int) -> Feature:
    name, key = text_of(placemark, "name"), placemark.get("id")
    properties = _extended_data(placemark)
    for tag, text in (("Name", name), ("Description", text_of(placemark, "description"))):
        if text:
            properties[tag] = text
    try:
        found = _geometries(placemark)
        member = found[0] if len(found) == 1 else {"type": _COLLECTION, "geometries": found}
        geometry = geometry_of(member if found else None)
    except ValueError as error:
        label = f" ({name})" if name else ""
        raise VectorFileError(f"feature {number}{label}: {error}") from error
    return Feature(number=number, id=key, properties=properties, geometry=geometry)


def _extended_data(placemark: Element) -> dict[str, str]:
    found = {}
    for data in placemark.iterfind("ExtendedData/Data"):
        found[data.get("name", "")] = text_of(data, "value")
    for data in placemark.iterfind("ExtendedData/SchemaData/SimpleData"):
        found[data.get("name", "")] = (data.text or "").strip()
    return found


# ----------------------------------------------------------------------------------------------
# Geometry
# ----------------------------------------------------------------------------------------------

_COLLECTION = "GeometryCollection"


def _geometries(element: Element) -> list[dict[str, Any]]:
    """Geometries under a Placemark or a collection, GeoJSON-like and in order."""
    found: list[dict[str, Any]] = []
    for child in element:
        if child.tag in {"MultiGeometry", "gx:MultiTrack"}:
            found += _geometries(child)
        elif child.tag in _BUILDERS:
            kind, build = _BUILDERS[child.tag]
            found.append({"type": kind, "coordinates": build(child)})
    return found


def _coordinates(element: Element) -> list[tuple[float, float]]:
    found = []
    for shown in " ".join(one.text or "" for one in element.iterfind("coordinates")).split():
        parts = shown.split(",")
        if len(parts) not in {2, 3}:
            parts = ["", ""]
        found.append(position(parts[0], parts[1], shown))
    return found


def _point(element: Element) -> tuple[float, float] | None:
    found = _coordinates(element)
    if len(found) > 1:
        raise ValueError("a Point has several coordinates; make it a LineString")
    return found[0] if found else None


def _rings(element: Element) -> list[list[tuple[float, float]]]:
    shells = [_coordinates(ring) for ring in element.iterfind("outerBoundaryIs/LinearRing")]
    holes = [_coordinates(ring) for ring in element.iterfind("innerBoundaryIs/LinearRing")]
    if len(shells) > 1:
        raise ValueError("a Polygon has several outer boundaries; make it a MultiGeometry")
    return [*shells, *holes] if shells else []


def _track(element: Element) -> list[tuple[float, float]]:
    """Positions of a Google track; an empty gx:coord is a moment without one, as defined there."""
    shown = [" ".join((coord.text or "").split()) for coord in children(element, "gx:coord")]
    parts = [[*text.split(), "", ""] for text in shown]
    return [position(p[0], p[1], text) for p, text in zip(parts, shown, strict=True) if text]


_BUILDERS: dict[str, tuple[str, Callable[[Element], Any]]] = {
    "Point": ("Point", _point),
    "LineString": ("LineString", _coordinates),
    "LinearRing": ("LineString", _coordinates),
    "Polygon": ("Polygon", _rings),
    "gx:Track": ("LineString", _track),
}
