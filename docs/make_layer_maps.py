"""Draws one map a bundled layer, and one a taxon's range, into docs/images: SVG, nothing else.

``python docs/make_layer_maps.py``. Longitude and latitude on a plate carree true at 40 degrees
north; outlines are simplified to about 10 km, which is finer than any of the layers is accurate.
"""

import tempfile
from collections.abc import Iterable
from html import escape
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from camiscreen import paths
from camiscreen.layers import catalogue, cell_register, geojson_source
from camiscreen.model import Receptor
from camiscreen.report.svg import path_data
from camiscreen.vocabulary import ReceptorKind

HERE = Path(__file__).resolve().parent
WEST, SOUTH, EAST, NORTH = 40.0, 15.0, 135.0, 60.0
PANEL_W = 380.0
SCALE = PANEL_W / (EAST - WEST)
STRETCH = 1 / np.cos(np.radians(40))
PANEL_H = (NORTH - SOUTH) * SCALE * STRETCH
TITLE_H = 22.0
SIMPLER_DEG = 0.1

Features = list[tuple[Receptor, BaseGeometry]]


def _drawn(shapes: Iterable[BaseGeometry]) -> str:
    frame = shapely.box(WEST, SOUTH, EAST, NORTH)
    parts = [shapely.simplify(shape, SIMPLER_DEG).intersection(frame) for shape in shapes]

    def on_page(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(
            [(xy[:, 0] - WEST) * SCALE, (NORTH - xy[:, 1]) * SCALE * STRETCH + TITLE_H]
        )

    return "".join(path_data(shapely.transform(part, on_page)) for part in parts)


def _panel(title: str, shapes: list[BaseGeometry], x: float, y: float) -> str:
    lines = [s for s in shapes if shapely.get_dimensions(s) == 1]
    areas = [s for s in shapes if shapely.get_dimensions(s) == 2]
    return (
        f'<g transform="translate({x:.0f} {y:.0f})"><text x="4" y="15">{escape(title)}</text>'
        f'<rect y="{TITLE_H}" width="{PANEL_W:.0f}" height="{PANEL_H:.1f}" class="sea"/>'
        f'<use href="#ground"/><path d="{_drawn(areas)}" class="area"/>'
        f'<path d="{_drawn(lines)}" class="line"/></g>'
    )


def _svg(panels: list[tuple[str, list[BaseGeometry]]], ground: str, columns: int) -> str:
    width = columns * (PANEL_W + 12)
    height = -(-len(panels) // columns) * (PANEL_H + TITLE_H + 12)
    body = "\n".join(
        _panel(
            title,
            shapes,
            (index % columns) * (PANEL_W + 12),
            (index // columns) * (PANEL_H + TITLE_H + 12),
        )
        for index, (title, shapes) in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}"><style>text{{font:600 13px sans-serif;fill:#1f2a30}}'
        ".sea{fill:#eef2f4}.land{fill:#fbfaf6;stroke:#9aa5ab;stroke-width:.5}"
        ".area{fill:#0f5c66;fill-opacity:.45;stroke:#0f5c66;stroke-width:.8;fill-rule:evenodd}"
        f".line{{fill:none;stroke:#b03a2e;stroke-width:1.6}}</style>"
        f'<defs><path id="ground" d="{ground}" class="land"/></defs>\n{body}\n</svg>\n'
    )


def _merged(shapes: list[BaseGeometry], dimensions: int) -> list[BaseGeometry]:
    """What overlaps as one: an even number of layers of ink would leave a hole."""
    return [shapely.union_all([s for s in shapes if shapely.get_dimensions(s) == dimensions])]


def _features(layer: catalogue.Layer) -> Features:
    if layer.spec.format == "cells":
        return cell_register.read_patches(layer.folder, layer.spec, layer.taxa)
    return list(geojson_source.read_features(layer.folder, layer.spec))


def main() -> None:
    """Write every map."""
    with tempfile.TemporaryDirectory() as cache:
        layers = catalogue.read_catalogue([paths.data_dir("reference_layers")], Path(cache))
    found = {layer.spec.name: _features(layer) for layer in layers}
    ground = _drawn(shape for _, shape in found["range_states"])
    for layer in layers:
        name, features = layer.spec.name, found[layer.spec.name]
        if name == "species_ranges":
            species = list(dict.fromkeys(receptor.species_id for receptor, _ in features))
            panels = [
                (
                    str(next(r.name.en for r, _ in features if r.species_id == one)),
                    [shape for receptor, shape in features if receptor.species_id == one],
                )
                for one in species
            ]
            drawing = _svg(panels, ground, 3)
        else:
            shapes = [shape for _, shape in features]
            if layer.spec.receptor_kind not in {ReceptorKind.STATE, ReceptorKind.PROVINCE}:
                shapes = [
                    *_merged(shapes, 2),
                    *(s for s in shapes if shapely.get_dimensions(s) == 1),
                ]
            drawing = _svg([(layer.spec.title.en.split(" (")[0], shapes)], ground, 1)
        target = HERE / "images" / f"layer-{name}.svg"
        target.write_text(drawing, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
