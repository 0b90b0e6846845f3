"""Derive the key-site layer from the sites in ``sites.yaml``.

This script's one job: draw each site of ``sites.yaml`` and write ``sites.geojson`` beside itself;
then refresh ``bytes`` and ``hash`` in ``layer.yaml``. What is known of a site, and from which
reference, stands in ``sites.yaml``; nothing is judged here.

How a site is drawn:

* a point with an area: a geodesic disc of that area, the usual practice for point records of
  protected areas (WDPA). The radius is written into the feature;
* printed boxes: as printed; printed corners: the hull of geodesics between them; both are cut at
  the border of the state that the site belongs to, for a box reaches past it;
* ``east_of`` a town: a disc that touches the town from the east;
* ``between`` two towns: a disc around the middle of the geodesic.

Usage, in the top folder of the checkout::

    python -m reference_layers.key_sites.derive

Needs what ``reference_layers/derivation.py`` needs; derive range_states first.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import MultiPoint
from shapely.geometry.base import BaseGeometry

from reference_layers import derivation
from reference_layers.derivation import GEOD, Point, SourceError

HERE = Path(__file__).resolve().parent

POSITIONS = {"sourced", "box", "corners", "approximate"}


def draw(site: Mapping[str, Any], states: Mapping[str, BaseGeometry]) -> BaseGeometry:
    """The shape of a site; raises SourceError where the site has nothing to draw it from."""
    if site["position"] not in POSITIONS:
        raise SourceError(f"{site['id']}: position {site['position']!r}")
    if "boxes" in site:
        shape = shapely.union_all([derivation.box(tuple(bounds)) for bounds in site["boxes"]])
    elif "corners" in site:
        shape = derivation.hull([MultiPoint([tuple(corner) for corner in site["corners"]])])
    else:
        return derivation.disc(centre_of(site), derivation.radius_of(site["area_km2"]))
    return shapely.intersection(shape, shapely.union_all([states[s] for s in site["states"]]))


def centre_of(site: Mapping[str, Any]) -> Point:
    """The centre of the disc: as read, or placed as the site says."""
    if "point" in site:
        return tuple(site["point"])
    if "east_of" in site:
        (lon, lat), radius_m = site["east_of"], derivation.radius_of(site["area_km2"])
        lon, lat, _ = GEOD.fwd(lon, lat, 90, radius_m)
    elif "between" in site:
        (lon1, lat1), (lon2, lat2) = site["between"]
        ((lon, lat),) = GEOD.npts(lon1, lat1, lon2, lat2, 1)
    else:
        raise SourceError(f"{site['id']}: no position")
    return (lon, lat)


def properties_of(site: Mapping[str, Any], shape: BaseGeometry) -> dict[str, Any]:
    """What the layer says of a site."""
    area, is_disc = site["area_km2"], site["position"] in {"sourced", "approximate"}
    return {
        "id": site["id"],
        "name_en": site["name_en"],
        "name_ru": site["name_ru"],
        "states": site["states"],
        "taxa": site["taxa"],
        "area_km2": area,
        "position": site["position"],
        "radius_m": round(derivation.radius_of(area)) if is_disc else None,
        "filled": round(min(1.0, area / derivation.area_km2(shape)), 2) if area else None,
        "accuracy_m": round(site["accuracy_km"] * 1000),
        "role_en": site["role_en"],
        "role_ru": site["role_ru"],
        "references": site["references"],
    }


def read_sites() -> list[dict[str, Any]]:
    """The sites of sites.yaml, by id."""
    sites: list[dict[str, Any]] = derivation.read_yaml(HERE / "sites.yaml")["sites"]
    return sorted(sites, key=lambda site: str(site["id"]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the derivation; return the exit code."""
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args(arguments)
    states = derivation.read_states()
    features = []
    for site in read_sites():
        shape = draw(site, states)
        features.append((properties_of(site, shape), shape))
    derivation.check_sources(properties for properties, _ in features)
    data = HERE / "sites.geojson"
    derivation.write_geojson(data, features)
    derivation.update_manifest(HERE / "layer.yaml", data)
    print(f"{data.name}: {len(features)} sites, {data.stat().st_size} bytes", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
