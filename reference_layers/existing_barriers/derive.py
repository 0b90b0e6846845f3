"""Derive the layer of existing barriers from the register in ``barriers.yaml``.

This script's one job: draw each barrier of ``barriers.yaml`` as a swath as wide as its stated
uncertainty and write ``barriers.geojson`` beside itself; then refresh ``bytes`` and ``hash`` in
``layer.yaml``. What is known of a barrier, and from which reference, stands in ``barriers.yaml``.

A barrier on a border follows the line that two states share in ``../range_states``, a few
kilometres off at most; a line known only by towns follows geodesics between them and is therefore
drawn much wider. A swath says that the barrier lies somewhere in it, and nothing more.

Usage, in the top folder of the checkout::

    python -m reference_layers.existing_barriers.derive

Needs what ``reference_layers/derivation.py`` needs; derive range_states first.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from reference_layers import derivation
from reference_layers.derivation import SourceError

HERE = Path(__file__).resolve().parent

END_TOLERANCE_DEGREES = 0.1
"""How far a named end may lie from the border that it is said to lie on."""


def line_of(barrier: Mapping[str, Any], states: Mapping[str, BaseGeometry]) -> BaseGeometry:
    """The line that a barrier follows."""
    if "through" in barrier:
        return derivation.geodesic([tuple(point) for point in barrier["through"]])
    first, second = barrier["border"]
    border = derivation.shared_border(states[first], states[second])
    if "from" in barrier:
        return between(border, barrier["from"], barrier["to"])
    if "within_km" in barrier:
        return shapely.intersection(
            border, derivation.disc(tuple(barrier["of"]), barrier["within_km"] * 1000)
        )
    return border


def between(border: BaseGeometry, start: Sequence[float], end: Sequence[float]) -> LineString:
    """The part of a border between two points on it."""
    longest = max(shapely.get_parts(border), key=lambda part: part.length)
    for point in (start, end):
        if longest.distance(Point(*point)) > END_TOLERANCE_DEGREES:
            raise SourceError(f"{point} does not lie on the border")
    a, b = sorted(longest.project(Point(*point)) for point in (start, end))
    part: LineString = substring(longest, a, b)
    return part


def draw(barrier: Mapping[str, Any], states: Mapping[str, BaseGeometry]) -> BaseGeometry:
    """The swath or box of a barrier."""
    if "box" in barrier:
        shape = derivation.box(tuple(barrier["box"]))
        return shapely.intersection(shape, states[barrier["cut_to"]])
    return derivation.swath(line_of(barrier, states), barrier["half_width_km"] * 1000)


def states_of(
    barrier: Mapping[str, Any], shape: BaseGeometry, states: Mapping[str, BaseGeometry]
) -> list[str]:
    """The states that a barrier lies in or between: as told, else those that its shape meets."""
    told = barrier.get("states") or barrier.get("border")
    return sorted(told) if told else derivation.states_met(shape, states)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the derivation; return the exit code."""
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args(arguments)
    states = derivation.read_states()
    features = []
    for barrier in derivation.read_yaml(HERE / "barriers.yaml")["barriers"]:
        shape = draw(barrier, states)
        properties = {
            "id": barrier["id"],
            "name_en": barrier["name_en"],
            "name_ru": barrier["name_ru"],
            "states": states_of(barrier, shape, states),
            "species": barrier["species"],
            "kind": barrier["kind"],
            "fence_status": barrier["fence_status"],
            "positive": barrier["positive"],
            "since": barrier["since"],
            "effect_en": barrier["effect_en"],
            "effect_ru": barrier["effect_ru"],
            "accuracy_m": round(barrier["half_width_km"] * 1000),
            "references": barrier["references"],
        }
        features.append((properties, shape))
    derivation.check_sources(properties for properties, _ in features)
    data = HERE / "barriers.geojson"
    derivation.write_geojson(data, features)
    derivation.update_manifest(HERE / "layer.yaml", data)
    print(f"{data.name}: {len(features)} barriers, {data.stat().st_size} bytes", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
