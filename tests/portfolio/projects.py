"""Small project files for batches: lines of a few vertices, good and bad."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

STEPPE = [(66.0, 47.0), (68.0, 47.0)]
GOBI = [(105.0, 43.5), (106.5, 43.0)]
ALTAI = [(90.0, 48.0), (91.0, 47.5)]
PARIS = [(2.35, 48.85), (4.83, 45.76)]
DATE = ("--date", "2026-11-22")
HOSTILE = '=1+1"><script>alert(1)</script>\u202e'


def feature(line: Sequence[tuple[float, float]], **properties: object) -> dict[str, Any]:
    geometry = {"type": "LineString", "coordinates": [list(xy) for xy in line]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write(path: Path, *features: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    collection = {"type": "FeatureCollection", "features": list(features)}
    path.write_text(json.dumps(collection), encoding="utf-8")
    return path


def write_gpkg(path: Path, features: Sequence[dict[str, Any]], layer: str = "routes") -> Path:
    import fiona

    fields = {name: "str" for one in features for name in one["properties"]}
    schema = {"geometry": "LineString", "properties": fields}
    with fiona.open(
        path, "w", driver="GPKG", crs="EPSG:4326", schema=schema, layer=layer
    ) as target:
        target.writerecords(
            {
                "type": "Feature",
                "properties": {name: one["properties"].get(name) for name in fields},
                "geometry": one["geometry"],
            }
            for one in features
        )
    return path


def portfolio(folder: Path) -> Path:
    """Five projects: three with findings, one outside the region, one that is no geometry."""
    write(folder / "steppe.geojson", feature(STEPPE, kind="railway", name="Steppe line"))
    write(folder / "gobi.geojson", feature(GOBI, kind="road", name=HOSTILE))
    write(folder / "sub" / "altai.geojson", feature(ALTAI, kind="road"))
    write(folder / "paris.geojson", feature(PARIS, kind="road"))
    (folder / "broken.geojson").write_text('{"type": "FeatureCollection", "features": [')
    return folder


def summary(out: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return read


def rows(out: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in summary(out)["projects"]}


def written(out: Path) -> dict[str, bytes]:
    """Every file that a user sees in a folder, by its path."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and not path.relative_to(out).parts[0].startswith(".")
    }
