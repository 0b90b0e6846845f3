"""Everything that can be wrong with a layer folder, said before a screening meets it."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape

from camiscreen import data_files
from camiscreen.data_files import DataFile
from camiscreen.errors import DataFileError, LayerError
from camiscreen.layers import cell_register
from camiscreen.layers.manifests import read_manifest
from camiscreen.model import LayerSpec

FORMATS = ("cells", "geojson")


def problems_in(folder: Path) -> list[str]:
    """One ``file:line:col: what`` a mistake, in the manifest, the files it names and the data."""
    manifest = folder / "layer.yaml"
    try:
        read = read_manifest(manifest)
        file = data_files.read_yaml(manifest)
    except DataFileError as error:
        return list(error.problems)
    spec = read.spec
    data = folder / spec.path
    problems = [file.problem((key,), what) for key, what in _receipt(spec, data)]
    if spec.format not in FORMATS:
        hint = data_files.suggestion(spec.format, FORMATS)
        text = f"format: {spec.format!r} is not one of {', '.join(FORMATS)}{hint}"
        return [*problems, file.problem(("format",), text)]
    if spec.format == "cells":
        try:
            cell_register.read_patches(folder, spec, read.taxa)
        except LayerError as error:
            problems.append(_placed(str(error), data))
        return problems
    return problems + list(_features(data, spec, file))


def _receipt(spec: LayerSpec, data: Path) -> Iterator[tuple[str, str]]:
    """Size and hash as the manifest has them."""
    content = data.read_bytes()
    if len(content) != spec.bytes:
        yield "bytes", f"bytes: {spec.path} has {len(content)}"
    digest = hashlib.sha256(content).hexdigest()
    if digest != spec.sha256:
        yield "hash", f"hash: {spec.path} has sha256:{digest}; restore the file or derive it again"


def _placed(text: str, data: Path) -> str:
    """A message of a reader with a line and a column, if it has none."""
    found = re.match(rf"{re.escape(str(data))}:(\d+): (.*)", text, re.DOTALL)
    return f"{data}:{found[1]}:1: {found[2]}" if found else f"{data}:1:1: {text}"


# ----------------------------------------------------------------------------------------------
# GeoJSON
# ----------------------------------------------------------------------------------------------


def _features(path: Path, spec: LayerSpec, manifest: DataFile) -> Iterator[str]:
    """Properties and geometry of every feature."""
    if spec.fields is None:
        yield manifest.problem((), "fields: format 'geojson' needs them")
        return
    try:
        text = path.read_text(encoding="utf-8")
        collection = json.loads(text)
    except UnicodeDecodeError as error:
        yield f"{path}:1:1: not UTF-8 text ({error.reason})"
        return
    except json.JSONDecodeError as error:
        yield f"{path}:{error.lineno}:{error.colno}: {error.msg}"
        return
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list):
        yield f"{path}:1:1: not a GeoJSON feature collection"
        return
    wanted = [name for name in (spec.fields.name_en, spec.fields.name_ru, spec.fields.species)
              if name]  # fmt: skip
    seen: dict[str, int] = {}
    places = _places(text, len(features))
    for number, feature in enumerate(features, start=1):
        line, column = places[number - 1]
        where = f"{path}:{line}:{column}: feature {number}"
        properties = (feature.get("properties") if isinstance(feature, dict) else None) or {}
        id_ = properties.get(spec.fields.id)
        if id_ is not None:
            missing = [name for name in wanted if properties.get(name) is None]
            for name in missing:
                hint = data_files.suggestion(name, properties)
                yield f"{where}: has no property {name}{hint}"
            if str(id_) in seen:
                yield f"{where}: id {id_} is that of feature {seen[str(id_)]} already"
            seen[str(id_)] = number
        what = _geometry_problem(feature)
        if what:
            yield f"{where}: {what}"


def _geometry_problem(feature: Any) -> str | None:
    try:
        geometry = shape(feature["geometry"])
    except (KeyError, ValueError, TypeError, AttributeError, shapely.errors.GEOSException) as error:
        return f"no readable geometry ({error})"
    if geometry.is_empty:
        return "the geometry is empty"
    west, south, east, north = geometry.bounds
    if south < -90 or north > 90 or west < -180 or east > 360:
        return "coordinates are not degrees of longitude and latitude (WGS 84)"
    if not geometry.is_valid:
        return f"the geometry is not valid ({shapely.is_valid_reason(geometry)}); repair it"
    return None


def _places(text: str, count: int) -> list[tuple[int, int]]:
    """Line and column where each feature begins; 1:1 for all where the text defies counting."""
    start = re.search(r'"features"\s*:\s*\[', text)
    decoder = json.JSONDecoder()
    places: list[tuple[int, int]] = []
    at, line, line_start, counted = start.end() if start else len(text), 1, 0, 0
    while len(places) < count:
        match = re.compile(r"[\s,]*").match(text, at)
        at = match.end() if match else at
        try:
            _, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            return [(1, 1)] * count
        line += text.count("\n", counted, at)
        line_start = text.rfind("\n", 0, at) + 1
        counted = at
        places.append((line, at - line_start + 1))
        at = end
    return places
