"""Project x layers -> encounters: all overlay geometry, once, and no judgement.

Lengths and areas are exact on the ellipsoid up to the straightness of densified edges; distances
and zones are measured in a conformal frame around each piece of the project. A receptor that is a
line is crossed at places: its encounter has chainage, but no length.
"""

from collections.abc import Sequence, Set

import numpy as np
import shapely

from camiscreen.geometry.bundles import widened
from camiscreen.geometry.chainage import merge_ranges
from camiscreen.measuring.encounters import encounters_of
from camiscreen.measuring.jurisdictions import provinces_crossed, states_crossed
from camiscreen.measuring.layer_coverage import coverage_of
from camiscreen.measuring.project_pieces import pieces_of
from camiscreen.model import (
    AreaOfInfluence,
    Encounter,
    Exposure,
    LayerCoverage,
    LoadedLayer,
    NotAssessed,
    Project,
    ProvinceCrossed,
    StateCrossed,
    Taxon,
    ZoneSpec,
)
from camiscreen.vocabulary import ReceptorKind


def area_of_influence(project: Project, reach_m: float) -> AreaOfInfluence:
    """Boxes that hold everything within ``reach_m`` of the project."""
    pieces = pieces_of(project)
    boxes = [bundles.whole_boxes.T for bundles in pieces.measured]
    boxes.append(shapely.bounds(shapely.get_parts(pieces.areas)).reshape(-1, 4))
    return AreaOfInfluence(boxes=widened(np.vstack(boxes), reach_m), reach_m=reach_m)


def measure(
    project: Project,
    layers: Sequence[LoadedLayer],
    zones: Sequence[ZoneSpec],
    missing: Sequence[LayerCoverage] = (),
) -> Exposure:
    """Every meeting of a project with the receptors of its layers, in a stable order.

    ``zones`` as in the rulebook, any order. A layer of states gives ``states`` and decides what
    every layer covers; without one nothing counts as covered. ``missing`` are layers that should
    be there and are not.
    """
    pieces = pieces_of(project)
    ordered = sorted(zones, key=lambda zone: zone.width_m)
    encounters: list[Encounter] = []
    states: tuple[StateCrossed, ...] = ()
    provinces: tuple[ProvinceCrossed, ...] = ()
    region: LoadedLayer | None = None
    ordered_layers = sorted(layers, key=lambda item: item.spec.name)
    for layer in ordered_layers:
        if layer.spec.receptor_kind is ReceptorKind.STATE:
            region = layer
            states = states_crossed(pieces, layer)
        elif layer.spec.receptor_kind is ReceptorKind.PROVINCE:
            provinces = provinces_crossed(pieces, layer)
        else:
            encounters += encounters_of(pieces, layer, ordered)
    coverage = tuple(coverage_of(pieces, ordered_layers, region))
    needed = [item.covered_fraction for item in coverage if item.required]
    if region is not None and needed and not any(needed):
        # Ranges run on beyond the states. Where nothing can be assessed nothing is half assessed.
        encounters = []
    return Exposure(
        encounters=tuple(encounters),
        states=states,
        provinces=provinces,
        coverage=(*coverage, *missing),
        not_assessed=tuple(
            gap
            for layer in layers
            for gap in _taxa_not_assessed(layer, {item.spec.name for item in layers}, states)
        ),
        state_names={
            receptor.id: receptor.name
            for receptor in (region.receptors if region else ())
            if not receptor.attributes.get("disputed")
        },
    )


def _taxa_not_assessed(
    layer: LoadedLayer, present: Set[str], states: Sequence[StateCrossed]
) -> list[NotAssessed]:
    """The taxa that no layer speaks of here, or of which one knows only some sites here.

    Each on the stretches in the states that it is known from.
    """
    crossed = {state.iso3 for state in states}
    return [
        NotAssessed(
            subject_id=f"species:{taxon.id}",
            subject=taxon.name,
            reason_code=code,
            reason=taxon.reason or taxon.name,
            covered_fraction=0.0,
            required=False,
            sources=taxon.mask_references,
            kp_ranges=merge_ranges(
                kp
                for state in states
                if state.iso3 in taxon.partly_known_in
                for kp in state.kp_ranges
            ),
        )
        for taxon in layer.taxa
        if (code := _taxon_gap(taxon, present, crossed))
    ]


def _taxon_gap(taxon: Taxon, present: Set[str], crossed: Set[str]) -> str:
    """Why a taxon is not, or not fully, assessed; empty where it is.

    Where all states crossed are others than those it is known from, it is no gap of this project;
    where no state is crossed, or its states are not stated, that cannot be said.
    """
    known_in = set(taxon.partly_known_in)
    elsewhere = bool(crossed and known_in) and not crossed & known_in
    if taxon.status not in {"not_assessed", "elsewhere"} or elsewhere:
        return ""
    if taxon.status == "not_assessed" or taxon.layer not in present:
        return "taxon_not_in_layer"
    return "taxon_partly_in_layer" if crossed & known_in else ""
