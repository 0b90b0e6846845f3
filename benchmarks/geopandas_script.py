"""The script that one would write with geopandas: one route, one FlatGeobuf layer, JSON out.

Usage: python geopandas_script.py ROUTE.geojson LAYER.fgb OUT.json
"""

import json
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
from pyproj import Geod

REACH_M = 10_000.0


def main(route_path: str, layer_path: str, out_path: str) -> None:
    route = gpd.read_file(route_path)
    line = route.geometry.union_all()
    west, south, east, north = line.bounds
    dlat = REACH_M / 110_574
    dlon = REACH_M / (111_319 * np.cos(np.radians(max(abs(south), abs(north)) + dlat)))
    box = (west - dlon, south - dlat, east + dlon, north + dlat)
    near = gpd.read_file(layer_path, bbox=box)
    geod = Geod(ellps="WGS84")
    met = near[near.intersects(line)]
    lengths = [geod.geometry_length(line.intersection(shape)) for shape in met.geometry]
    metric = near.drop(met.index).to_crs(near.estimate_utm_crs())
    flat = gpd.GeoSeries([line], crs=4326).to_crs(metric.crs).iloc[0]
    distances = metric.distance(flat)
    beside = distances[distances <= REACH_M]
    found = {
        "inside": dict(zip(met["id"], lengths, strict=True)),
        "near": dict(zip(metric.loc[beside.index, "id"], beside, strict=True)),
    }
    Path(out_path).write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
