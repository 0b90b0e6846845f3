"""GPX -> features: tracks and routes as lines, waypoints only where there are no lines.

A navigator's file often holds hundreds of waypoints that are no part of a project: those that are
left out are counted in a note.
"""

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from camiscreen.model import message
from camiscreen.reading.geojson import WGS84, Feature, VectorFileError, VectorLayer, geometry_of
from camiscreen.reading.xml_files import children, parsed, position, text_of

LINES = ("tracks", "routes")
POINTS = "waypoints"

_ELEMENTS = {"tracks": "trk", "routes": "rte", "waypoints": "wpt"}
_TEXTS = ("name", "cmt", "desc", "src", "type")


def read_gpx(path: Path, layer: str | None = None) -> VectorLayer:
    """Features of a GPX file: its lines, or the one layer of LINES and POINTS that is wanted."""
    root = parsed(path)
    if root.tag != "gpx":
        raise VectorFileError("not GPX: its root element is no gpx")
    found = {name: list(children(root, tag)) for name, tag in _ELEMENTS.items()}
    there = [name for name, elements in found.items() if elements]
    if not there:
        raise VectorFileError("the file holds no features")
    if layer is not None and layer not in there:
        said = "has no features" if layer in found else "is not a layer of GPX"
        raise VectorFileError(f"layer {layer} {said}; there is {', '.join(there)}")
    chosen = [layer] if layer else [name for name in LINES if found[name]] or [POINTS]
    features = [
        _feature(element, name, number)
        for name in chosen
        for number, element in enumerate(found[name], start=1)
    ]
    left_out = 0 if POINTS in chosen else len(found[POINTS])
    return VectorLayer(
        name=chosen[0] if len(chosen) == 1 else None,
        crs=WGS84,
        features=tuple(
            Feature(number=number, id=None, properties=properties, geometry=geometry)
            for number, (properties, geometry) in enumerate(features, start=1)
        ),
        notes=(message("note.waypoints_left_out", n=left_out),) if left_out else (),
    )


def _feature(element: Element, layer: str, number: int) -> tuple[dict[str, str], Any]:
    properties = {key: text for key in _TEXTS if (text := text_of(element, key))}
    for extension in element.iterfind("extensions/*"):
        properties.setdefault(extension.tag, (extension.text or "").strip())
    try:
        return properties, geometry_of(_geometry(element, layer))
    except ValueError as error:
        name = f" ({properties['name']})" if "name" in properties else ""
        raise VectorFileError(f"{layer.removesuffix('s')} {number}{name}: {error}") from error


def _geometry(element: Element, layer: str) -> dict[str, Any]:
    if layer == POINTS:
        return {"type": "Point", "coordinates": _position(element)}
    if layer == "routes":
        route = [_position(point) for point in children(element, "rtept")]
        return {"type": "LineString", "coordinates": route}
    segments = [
        [_position(point) for point in children(segment, "trkpt")]
        for segment in children(element, "trkseg")
    ]
    return {"type": "MultiLineString", "coordinates": [xy for xy in segments if xy]}


def _position(point: Element) -> tuple[float, float]:
    lat, lon = point.get("lat"), point.get("lon")
    return position(lon, lat, f'lat="{lat}" lon="{lon}"')
