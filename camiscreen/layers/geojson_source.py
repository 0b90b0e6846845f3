"""A GeoJSON file that ships with a layer into receptors with polygons."""

import json
from pathlib import Path

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from camiscreen.errors import LayerError
from camiscreen.model import LayerSpec, Receptor, Text


def read_features(folder: Path, spec: LayerSpec) -> list[tuple[Receptor, BaseGeometry]]:
    """One receptor a feature, its properties as attributes. Raises LayerError with the place."""
    path = folder / spec.path
    if spec.fields is None:
        raise LayerError(f"layer {spec.name}: format 'geojson' needs 'fields' in layer.yaml")
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LayerError(f"{path}: not a readable GeoJSON feature collection ({error})") from error
    result = []
    for number, feature in enumerate(features, start=1):
        properties = feature.get("properties") or {}
        id_ = properties.get(spec.fields.id)
        if id_ is None and not properties.get("disputed"):
            raise LayerError(f"{path}: feature {number}: no {spec.fields.id}")
        if id_ is None:
            # Disputed land belongs to no state here: it is covered and drawn, nobody's own.
            id_ = f"disputed-{number}"
        try:
            geometry = shapely.make_valid(shape(feature["geometry"]))
        except (KeyError, ValueError, TypeError, shapely.errors.GEOSException) as error:
            raise LayerError(f"{path}: feature {number}: {error}") from error
        receptor = Receptor(
            id=str(id_),
            name=Text(
                en=str(properties[spec.fields.name_en]), ru=str(properties[spec.fields.name_ru])
            ),
            species_id=properties.get(spec.fields.species) if spec.fields.species else None,
            states=tuple(properties[spec.fields.states]) if spec.fields.states else (),
            attributes=properties,
        )
        result.append((receptor, geometry))
    return result
