"""Files such as users bring, written anew for each test: WDPA, Red List, KBA, roads, tracks."""

import csv
import json
import shutil
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely

BLOCK = 10_000


def write(
    path: Path,
    rows: Sequence[tuple[Mapping[str, Any], shapely.Geometry | None]],
    *,
    crs: str | None = "EPSG:4326",
    encoding: str | None = None,
    append: bool = False,
    layer: str | None = None,
) -> Path:
    """A vector file of some rows; its format is that of the suffix."""
    fields = list(dict.fromkeys(name for properties, _ in rows for name in properties))
    columns = [np.array([p.get(name) for p, _ in rows], dtype=object) for name in fields]
    kinds = {g.geom_type.removeprefix("Multi") for _, g in rows if g is not None}
    kind = kinds.pop() if len(kinds) == 1 else "Unknown"
    many = any(g is not None and g.geom_type.startswith("Multi") for _, g in rows)
    with warnings.catch_warnings():
        # A missing CRS and cut column names are what some of these files are for.
        warnings.simplefilter("ignore")
        pyogrio.raw.write(
            path,
            geometry=np.array([None if g is None else shapely.to_wkb(g) for _, g in rows],
                              dtype=object),
            field_data=columns,
            fields=fields,
            geometry_type=f"Multi{kind}" if many else kind,
            crs=crs,
            encoding=encoding,
            append=append,
            **({"layer": layer} if layer else {}),
        )  # fmt: skip
    return path


def zipped(folder: Path, target: Path) -> Path:
    """All files of a folder in one archive."""
    return Path(shutil.make_archive(str(target.with_suffix("")), "zip", folder))


# ----------------------------------------------------------------------------------------------
# WDPA
# ----------------------------------------------------------------------------------------------


def old_wdpa(number: int, **changed: Any) -> dict[str, Any]:
    """A row of the schema to 2025; numbers of sites come as floats, as they do from some tools."""
    return {
        "WDPAID": float(number), "WDPA_PID": str(number), "PA_DEF": "1",
        "NAME": f"Reserve {number}", "ORIG_NAME": f"Заповедник {number}", "DESIG": "Заповедник",
        "DESIG_ENG": "Strict Nature Reserve", "DESIG_TYPE": "National", "IUCN_CAT": "Ia",
        "INT_CRIT": "Not Applicable", "MARINE": "0", "REP_M_AREA": 0.0, "GIS_M_AREA": 0.0,
        "REP_AREA": 100.0, "GIS_AREA": 101.0, "STATUS": "Designated", "STATUS_YR": 1998,
        "VERIF": "State Verified", "METADATAID": 1, "SUB_LOC": "KZ-1", "PARENT_ISO3": "KAZ",
        "ISO3": "KAZ", **changed,
    }  # fmt: skip


def new_wdpa(number: int, **changed: Any) -> dict[str, Any]:
    """A row of the schema of late 2025 on, where NAME is the original name."""
    return {
        "SITE_ID": number, "SITE_PID": str(number), "SITE_TYPE": "PA",
        "NAME_ENG": f"Reserve {number}", "NAME": f"Заповедник {number}", "DESIG": "Заповедник",
        "DESIG_ENG": "Strict Nature Reserve", "DESIG_TYPE": "National", "IUCN_CAT": "Ia",
        "INT_CRIT": "Not Applicable", "REALM": "Terrestrial", "REP_M_AREA": 0.0,
        "GIS_M_AREA": 0.0, "REP_AREA": 100.0, "GIS_AREA": 101.0, "STATUS": "Designated",
        "STATUS_YR": 1998, "VERIF": "State Verified", "METADATAID": 1, "PRNT_ISO3": "KAZ",
        "ISO3": "KAZ;KGZ", "SUPP_INFO": "", "CONS_OBJ": "Primary", **changed,
    }  # fmt: skip


def star(rng: np.random.Generator, lon: float, lat: float, size: float, corners: int) -> Any:
    """A ragged polygon around a point."""
    angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
    radius = size * rng.uniform(0.5, 1, corners)
    ring = np.column_stack([lon + radius * np.cos(angle), lat + radius * np.sin(angle)])
    return shapely.Polygon(ring)


def many_wdpa(path: Path, count: int, seed: int = 7, corners: int = 60) -> Path:
    """A file like the WDPA of the region in size and shape, from a seed, written in blocks.

    Sizes are log-normal, as those of protected areas are; every 50th polygon is a bow tie.
    """
    rng = np.random.default_rng(seed)
    for first in range(0, count, BLOCK):
        rows = []
        for number in range(first + 1, min(count, first + BLOCK) + 1):
            lon, lat = rng.uniform(42, 133), rng.uniform(17, 58)
            size = min(2.0, float(rng.lognormal(-3.5, 1.0)))
            shape = star(rng, lon, lat, size, int(rng.integers(corners // 2, 2 * corners)))
            if number % 50 == 0:
                shape = shapely.Polygon([(lon, lat), (lon + size, lat + size), (lon + size, lat),
                                         (lon, lat + size)])  # fmt: skip
            rows.append((new_wdpa(number), shape))
        write(path, rows, append=first > 0)
    return path


# ----------------------------------------------------------------------------------------------
# Others
# ----------------------------------------------------------------------------------------------


def red_list(name: str = "Saiga tatarica", **changed: Any) -> dict[str, Any]:
    """A row of Red List range polygons."""
    return {
        "id_no": 19832, "sci_name": name, "presence": 1, "origin": 1, "seasonal": 1,
        "compiler": "IUCN", "yrcompiled": 2023, "subspecies": None, "category": "NT",
        "marine": "false", "terrestria": "true", **changed,
    }  # fmt: skip


def kba(number: int, **changed: Any) -> dict[str, Any]:
    """A row of KBAsGlobal."""
    return {
        "SitRecID": number, "Region": "Central Asia", "Country": "Kazakhstan", "ISO3": "KAZ",
        "NatName": f"Озеро {number}", "IntName": f"Lake {number}", "SitLat": 50.0,
        "SitLong": 70.0, "SitAreaKM2": 250.0, "KbaStatus": "confirmed", "KbaClass": "Global",
        **changed,
    }  # fmt: skip


OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6" generator="test">
 <node id="1" lat="45.0" lon="60.0" version="1"/>
 <node id="2" lat="45.2" lon="60.4" version="1"/>
 <node id="3" lat="45.4" lon="60.9" version="1"/>
 <node id="4" lat="45.0" lon="60.5" version="1"/>
 <node id="5" lat="45.0005" lon="60.5005" version="1"/>
 <way id="10" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/>
  <tag k="railway" v="rail"/><tag k="name" v="Шалкар — Бейнеу"/></way>
 <way id="11" version="1"><nd ref="1"/><nd ref="4"/><tag k="highway" v="trunk"/></way>
 <way id="12" version="1"><nd ref="2"/><nd ref="4"/><tag k="highway" v="residential"/></way>
 <way id="13" version="1"><nd ref="3"/><nd ref="4"/><tag k="barrier" v="fence"/></way>
 <way id="14" version="1"><nd ref="4"/><nd ref="5"/><tag k="barrier" v="fence"/></way>
 <way id="15" version="1"><nd ref="1"/><nd ref="3"/><tag k="railway" v="abandoned"/></way>
</osm>
"""
"""A railway, a trunk road, a long fence; and a street, a short fence and an abandoned railway."""


def osm(path: Path) -> Path:
    """Raw OpenStreetMap data as XML."""
    path.write_text(OSM, encoding="utf-8")
    return path


MOVEBANK = (
    "event-id", "visible", "timestamp", "location-long", "location-lat", "sensor-type",
    "algorithm-marked-outlier", "individual-taxon-canonical-name", "tag-local-identifier",
    "individual-local-identifier", "study-name",
)  # fmt: skip


def walkers(
    animals: int, days: int, seed: int = 3, taxon: str = "Saiga tatarica", month: int = 4
) -> list[dict[str, str]]:
    """Rows of Movebank: animals that walk about a centre with a fix every three hours."""
    rng = np.random.default_rng(seed)
    rows = []
    for animal in range(animals):
        x = y = 0.0
        for step in range(8 * days):
            x, y = 0.97 * x + rng.normal(0, 0.02), 0.97 * y + rng.normal(0, 0.014)
            day, hour = 1 + step // 8, 3 * (step % 8)
            rows.append(
                {
                    "event-id": str(7_000_000_000_000_001 + len(rows)),
                    "visible": "true",
                    "timestamp": f"2021-{month:02d}-{day:02d} {hour:02d}:00:00.000",
                    "location-long": f"{67 + 0.05 * animal + x:.6f}",
                    "location-lat": f"{48 + y:.6f}",
                    "sensor-type": "gps",
                    "algorithm-marked-outlier": "",
                    "individual-taxon-canonical-name": taxon,
                    "tag-local-identifier": "0042",
                    "individual-local-identifier": f"00{animal}",
                    "study-name": "A study",
                }
            )
    return rows


def movebank(path: Path, rows: Sequence[Mapping[str, str]], delimiter: str = ",") -> Path:
    """Rows of Movebank as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, MOVEBANK, delimiter=delimiter)
        table.writeheader()
        table.writerows(rows)
    return path


def route(path: Path, *points: tuple[float, float], **properties: Any) -> Path:
    """A project of one line."""
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "LineString", "coordinates": points},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path
