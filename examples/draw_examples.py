"""Draws the example alignments through towns: ``python examples/draw_examples.py``.

Each is a straight line from town to town, good for trying the program and no survey of the real
line. Town positions: GeoNames (CC BY 4.0, https://www.geonames.org), by GeoNames id.
"""

import json
from pathlib import Path

TOWNS = {
    "Sükhbaatar": (106.20778, 50.23139, 2029156),
    "Darkhan": (105.92278, 49.48667, 2031964),
    "Züünkharaa": (106.45786, 48.85229, 2031533),
    "Ulaanbaatar": (106.88324, 47.90771, 2028462),
    "Choir": (108.36111, 46.36111, 2032050),
    "Sainshand": (110.11631, 44.88239, 2032081),
    "Erenhot": (111.97667, 43.6475, 2037485),
    "Shalkar": (59.61926, 47.83154, 608359),
    "Beyneu": (55.2, 45.31667, 610298),
    "Semnan": (53.39205, 35.57691, 116402),
    "Damghan": (54.34292, 36.1679, 138025),
    "Shahrud": (54.97628, 36.41819, 135423),
    "Davarzan": (56.87547, 36.35088, 137125),
    "Sabzevar": (57.68191, 36.2126, 118063),
}

EXAMPLES = {
    "trans-mongolian-railway": {
        "name": "Trans-Mongolian railway (drawn through towns)",
        "infrastructure": "railway",
        "fenced": "yes",
        "towns": ["Sükhbaatar", "Darkhan", "Züünkharaa", "Ulaanbaatar", "Choir", "Sainshand",
                  "Erenhot"],
    },
    "shalkar-beyneu-railway": {
        "name": "Shalkar-Beyneu railway (drawn through towns)",
        "infrastructure": "railway",
        "towns": ["Shalkar", "Beyneu"],
    },
    "semnan-sabzevar-road": {
        "name": "Semnan-Sabzevar road (drawn through towns)",
        "infrastructure": "road",
        "towns": ["Semnan", "Damghan", "Shahrud", "Davarzan", "Sabzevar"],
    },
}  # fmt: skip


def alignment(example: dict[str, object]) -> dict[str, object]:
    """One example as a GeoJSON feature collection."""
    towns = example["towns"]
    assert isinstance(towns, list)
    properties = {key: value for key, value in example.items() if key != "towns"}
    properties["through"] = ", ".join(f"{town} (GeoNames {TOWNS[town][2]})" for town in towns)
    coordinates = [list(TOWNS[town][:2]) for town in towns]
    geometry = {"type": "LineString", "coordinates": coordinates}
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    return {"type": "FeatureCollection", "features": [feature]}


def main() -> None:
    """Write every example beside this script."""
    for name, example in EXAMPLES.items():
        path = Path(__file__).with_name(f"{name}.geojson")
        text = json.dumps(alignment(example), ensure_ascii=False, indent=2)
        path.write_text(text + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
